"""From hang-up to a recording that plays: the PBX closes its files, `ringdesk serve` has them in the store and gives out audio."""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import aiohttp
import numpy as np

from benchmarks import databases
from benchmarks.harness import Figure, busy, percentile, run_alone, told
from ringdesk.agents import accounts, logins
from ringdesk.agents.rights import Role
from ringdesk.recordings.keeping import policies
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database
from ringdesk.telephony.models import CallRow
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
    token = await _prepared(url, calls, mask=mask)
    spool = folder / "spool"
    spool.mkdir()
    left, right = _five_minutes().T
    mixed = (left.astype(np.int32) + right).clip(-32768, 32767).astype("<i2")
    files = {"": sound.wav(mixed), "-in": sound.wav(right), "-out": sound.wav(left)}
    took = []
    async with _serving(url, folder, spool) as address, aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as client:
        for number in range(calls):
            name = f"{_linkedid(number)}"
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


async def _prepared(url: str, calls: int, *, mask: bool) -> str:
    """Calls that have just ended, and a manager's token."""
    db = Database(url)
    async with db.write() as session:
        for number in range(calls):
            moment = now() - timedelta(minutes=MINUTES)
            session.add(
                CallRow(
                    id=f"pbx-{_linkedid(number)}", pbx="pbx", linkedid=_linkedid(number), direction="in", did="", caller_name="",
                    caller_number="0501112233", number="+380501112233", started_at=moment, answered_at=moment, ended_at=now(),
                    outcome="answered",
                )
            )  # fmt: skip
        general = (await policies.everything(session))[0]
        general.mask_cards = mask
        user = await accounts.add(session, name="manager", roles=[Role.MANAGER])
        _, token = await logins.make_token(session, user, "benchmark")
    await db.close()
    return token


def _linkedid(number: int) -> str:
    return f"1795288250.{number}"


def _five_minutes() -> sound.Samples:
    calls = [samples_of(call) for call in CALLS[:2]]
    found = np.vstack([*calls, *calls, *calls, *calls])
    return found[: MINUTES * 60 * 8000]


@asynccontextmanager
async def _serving(url: str, folder: Path, spool: Path) -> AsyncIterator[str]:
    port = databases.free_port()
    given = {
        "DATABASE_URL": url,
        "RECORDINGS_SPOOL": str(spool),
        "RECORDINGS_STORE": str(folder / "store"),
        "VOSK_MODEL": str(MODEL),
        "MODELS_FOLDER": str(folder / "models"),
        "HTTP_PORT": str(port),
        "AMI_PORT": "1",
        "LOG_LEVEL": "error",
    }
    environ = {**os.environ, **{f"RINGDESK_{name}": value for name, value in given.items()}}
    serving = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from ringdesk.config.cli import main; main()", "serve", env=environ, cwd=folder
    )
    address = f"http://127.0.0.1:{port}/api/v1"
    try:
        async with aiohttp.ClientSession() as client:
            for _ in range(600):
                try:
                    await client.get(f"http://127.0.0.1:{port}/healthz")
                    break
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)
        await asyncio.sleep(2)  # until the folder is watched
        yield address
    finally:
        serving.terminate()
        await serving.wait()


async def _played(client: aiohttp.ClientSession, address: str, name: str) -> None:
    """Until its first bytes come."""
    async with asyncio.timeout(120):
        while True:
            async with client.get(f"{address}/recordings?limit=50") as answer:
                found = [item for item in (await answer.json())["items"] if item["name"].endswith(name) and item["playable"]]
            if found:
                async with client.get(f"{address}/recordings/{found[0]['id']}/audio", headers={"Range": "bytes=0-4095"}) as answer:
                    if answer.status == 206 and (await answer.read())[:4] == b"OggS":
                        return
            await asyncio.sleep(ASK_EVERY)


async def _quiet(client: aiohttp.ClientSession, address: str) -> None:
    """Until it is transcribed and scored: the next call finds the machine as this one did."""
    async with asyncio.timeout(300):
        while True:
            async with client.get(f"{address}/recordings?limit=50") as answer:
                if all(item["state"] in ("scored", "failed") for item in (await answer.json())["items"]):
                    return
            await asyncio.sleep(0.2)


if __name__ == "__main__":
    run_alone(measure, options, __doc__)
