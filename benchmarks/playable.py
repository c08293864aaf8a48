"""From hang-up to a recording that plays: the PBX closes its files, `ringdesk serve` has them in the store and gives out audio."""

import argparse
import asyncio
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import aiohttp
import numpy as np

from benchmarks import databases
from benchmarks.harness import Figure, busy, percentile, run_alone, told
from benchmarks.serving import linkedid, prepared, serving
from tests.recordings import sound
from tests.recordings.speech.hearing import CALLS, MODEL, samples_of

BAR_S = 2.0
MINUTES = 5
ASK_EVERY = 0.05  # seconds


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--calls", type=int, default=10)
    parser.add_argument("--database", action="append", choices=databases.KINDS)


def measure(asked: argparse.Namespace) -> list[Figure]:
    return [_measure(kind, asked.calls) for kind in asked.database or databases.KINDS]


def _measure(kind: str, calls: int) -> Figure:
    remark = busy()
    took = {}
    for mask in (False, True):
        with ExitStack() as stack, told(f"{calls} calls of {MINUTES} minutes, {kind}{', masked first' if mask else ''}"):
            url = stack.enter_context(databases.empty(kind))
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ringdesk-bench-")))
            took[mask] = asyncio.run(_calls(url, folder, calls, mask=mask))
    median = percentile(took[False], 0.5)
    return Figure(
        what=f"From hang-up to playable, {kind}",
        how=f"`ringdesk serve` with a spool folder; {calls} calls of {MINUTES} minutes, mix and both sides as WAV; until the API gives"
        " the first bytes of the stored audio",
        bar=f"median ≤ {BAR_S:g} s",
        result=f"median {median:.2f} s, longest {max(took[False]):.2f} s",
        held=median <= BAR_S,
        notes=(
            *filter(None, [remark]),
            f"where nobody may hear it before it was transcribed and searched for card numbers: median {percentile(took[True], 0.5):.2f} s",
        ),
    )


async def _calls(url: str, folder: Path, calls: int, *, mask: bool) -> list[float]:
    token = await prepared(url, calls, MINUTES, mask=mask)
    spool = folder / "spool"
    left, right = _five_minutes().T
    mixed = (left.astype(np.int32) + right).clip(-32768, 32767).astype("<i2")
    files = {"": sound.wav(mixed), "-in": sound.wav(right), "-out": sound.wav(left)}
    took = []
    model = {"VOSK_MODEL": str(MODEL)}
    async with serving(url, folder, **model) as address, aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as client:
        for number in range(calls):
            name = f"{linkedid(number)}"
            opened = [(spool / f"{name}{leg}.wav").open("wb") for leg in files]
            for file, content in zip(opened, files.values(), strict=True):
                await asyncio.to_thread(file.write, content)
            began = time.perf_counter()
            for file in opened:
                file.close()
            await _played(client, address, f"{name}.wav")
            took.append(time.perf_counter() - began)
            await _quiet(client, address)
    return took


def _five_minutes() -> sound.Samples:
    calls = [samples_of(call) for call in CALLS[:2]]
    found = np.vstack([*calls, *calls, *calls, *calls])
    return found[: MINUTES * 60 * 8000]


async def _played(client: aiohttp.ClientSession, address: str, name: str) -> None:
    """Until its first bytes come."""
    async with asyncio.timeout(120):
        while True:
            async with client.get(f"{address}/api/v1/recordings?limit=50") as answer:
                found = [item for item in (await answer.json())["items"] if item["name"].endswith(name) and item["playable"]]
            if found:
                async with client.get(f"{address}/api/v1/recordings/{found[0]['id']}/audio", headers={"Range": "bytes=0-4095"}) as answer:
                    if answer.status == 206 and (await answer.read())[:4] == b"OggS":
                        return
            await asyncio.sleep(ASK_EVERY)


async def _quiet(client: aiohttp.ClientSession, address: str) -> None:
    """Until it is transcribed and scored: the next call finds the machine as this one did."""
    async with asyncio.timeout(300):
        while True:
            async with client.get(f"{address}/api/v1/recordings?limit=50") as answer:
                if all(item["state"] in ("scored", "failed") for item in (await answer.json())["items"]):
                    return
            await asyncio.sleep(0.2)


if __name__ == "__main__":
    run_alone(measure, options, __doc__)
