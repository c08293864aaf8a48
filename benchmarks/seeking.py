"""Somewhere else in a recording of an hour: Chromium shows its page, the waveform is clicked, and it plays on from there."""

import argparse
import asyncio
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from random import Random

import aiohttp
import numpy as np
from playwright.async_api import Page, async_playwright

from benchmarks import databases
from benchmarks.generate import SEED
from benchmarks.harness import Figure, busy, percentile, run_alone, told
from benchmarks.serving import MANAGER, PASSWORD, linkedid, prepared, serving
from ringdesk.recordings.keeping.sealing import new_key
from tests.browser.conftest import FLAGS
from tests.recordings import sound
from tests.recordings.speech.hearing import CALLS, samples_of

BAR_MS = 200.0
HOUR = 3600  # seconds
# From the click to its clock running from there.
WATCH = """() => { window.heard = new Promise((heard) => document.addEventListener('pointerdown', (click) => {
    const player = document.querySelector('audio');
    player.addEventListener('seeked', () => {
        const there = player.currentTime;
        const look = () => player.currentTime > there ? heard(performance.now() - click.timeStamp) : setTimeout(look, 1);
        look();
    }, { once: true });
}, { capture: true, once: true })); }"""


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--recordings", type=int, default=4)
    parser.add_argument("--seeks", type=int, default=50, help="in each of them")


def measure(asked: argparse.Namespace) -> list[Figure]:
    return [_measure(asked, sealed=sealed) for sealed in (False, True)]


def _measure(asked: argparse.Namespace, *, sealed: bool) -> Figure:
    remark = busy()
    with ExitStack() as stack, told(f"{asked.recordings} recordings of an hour{', sealed' if sealed else ''}"):
        url = stack.enter_context(databases.empty("sqlite"))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ringdesk-bench-")))
        first, later = asyncio.run(_seeks(url, folder, asked, sealed=sealed))
    most = percentile(first + later, 0.95)
    return Figure(
        what=f"Seeking in an hour, {'sealed' if sealed else 'plain'}",
        how=f"Chromium on the page of a recording of an hour, a click somewhere in its waveform, until it plays from there;"
        f" {asked.seeks} clicks in each of {asked.recordings} recordings, {'encrypted at rest' if sealed else 'not encrypted'}",
        bar=f"95 % ≤ {BAR_MS:g} ms",
        result=f"median {percentile(later, 0.5):.0f} ms, 95 % {most:.0f} ms",
        held=most <= BAR_MS,
        notes=(*filter(None, [remark]), "the first in each recording: " + ", ".join(f"{ms:.0f} ms" for ms in first)),
    )


async def _seeks(url: str, folder: Path, asked: argparse.Namespace, *, sealed: bool) -> tuple[list[float], list[float]]:
    """Milliseconds of the first seek in each recording, and of those after it."""
    token = await prepared(url, asked.recordings, HOUR // 60, mask=False)
    rng, first, later = Random(SEED), list[float](), list[float]()
    settings = {"RECORDINGS_KEYS": new_key()} if sealed else {}
    async with serving(url, folder, **settings) as address, async_playwright() as playwright:
        ids = await _stored(address, token, folder / "spool", asked.recordings)
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        try:
            page = await browser.new_page()
            await _sign_in(page, address)
            for id in ids:
                await page.goto(f"{address}/recordings/{id}")
                found = [await _seek(page, rng) for _ in range(asked.seeks)]
                first.append(found[0])
                later += found[1:]
        finally:
            await browser.close()
    return first, later


async def _sign_in(page: Page, address: str) -> None:
    await page.goto(address)
    await page.get_by_role("textbox", name="User name").fill(MANAGER)
    await page.get_by_role("textbox", name="Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.get_by_role("navigation").first.wait_for()


async def _seek(page: Page, rng: Random) -> float:
    wave = page.get_by_role("slider", name="Position")
    await wave.wait_for()
    if await page.evaluate("document.querySelector('audio')?.paused ?? true"):
        await page.get_by_role("button", name="Play", exact=True).click()
        await page.wait_for_function("() => document.querySelector('audio').currentTime > 0.1")
    box = await wave.bounding_box()
    if box is None:
        raise AssertionError("there is no waveform")
    await page.evaluate(WATCH)
    await page.mouse.click(box["x"] + rng.uniform(0.02, 0.98) * box["width"], box["y"] + box["height"] / 2)
    took: float = await page.evaluate("window.heard")
    return took


async def _stored(address: str, token: str, spool: Path, count: int) -> list[int]:
    """Calls of an hour, left where the telephone system leaves them; their recordings, once they can be played."""
    whole = _an_hour()
    for number in range(count):
        left, right = np.roll(whole, number * 8000, axis=0).T
        mixed = (left.astype(np.int32) + right).clip(-32768, 32767).astype("<i2")
        for leg, samples in {"": mixed, "-in": right, "-out": left}.items():
            await asyncio.to_thread((spool / f"{linkedid(number)}{leg}.wav").write_bytes, sound.wav(samples))
    async with asyncio.timeout(600), aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as client:
        while True:
            async with client.get(f"{address}/api/v1/recordings?limit=50") as answer:
                found = [item["id"] for item in (await answer.json())["items"] if item["playable"]]
            if len(found) == count:
                return found
            await asyncio.sleep(0.5)


def _an_hour() -> sound.Samples:
    call = np.vstack([samples_of(call) for call in CALLS[:2]])
    return np.resize(call, (HOUR * 8000, 2)).astype("<i2")


if __name__ == "__main__":
    run_alone(measure, options, __doc__)
