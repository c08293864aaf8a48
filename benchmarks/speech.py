"""What `ringdesk worker` transcribes in an hour of a core, beside Vosk alone on the same audio; and two of them on two cores."""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
import wave
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import delete, func, select, update

from benchmarks import databases
from benchmarks.harness import Figure, busy, run_alone, told
from ringdesk.config.settings import Settings
from ringdesk.recordings import said
from ringdesk.recordings.audio.decoding import decode
from ringdesk.recordings.keeping import policies
from ringdesk.recordings.keeping.store import AudioStore
from ringdesk.recordings.keeping.storing import Storing
from ringdesk.recordings.models import Policy, Recording, RecordingMark, Score, Transcript
from ringdesk.recordings.worker import Worker
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database
from tests.recordings import sound
from tests.recordings.speech.hearing import CALLS, MODEL, samples_of

BAR, BAR_TWO = 0.9, 1.8
CALLS_EACH = 3  # samples after one another in a recording: two and a half to three minutes
ROUNDS = 3
HEARD = ("transcribed", "scored")


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--recordings", type=int, default=24)
    parser.add_argument("--database", choices=databases.KINDS, default="sqlite")


@dataclass(frozen=True, slots=True)
class Run:
    cpu: float
    """Core-seconds of the processes with all that they started."""
    seconds: float
    """From the first recording that was begun to the last that was written."""


def measure(asked: argparse.Namespace) -> list[Figure]:
    remark = busy()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ringdesk-bench-")))
        url = stack.enter_context(databases.empty(asked.database))
        settings = Settings(
            database_url=url, recordings_store=str(folder / "store"), vosk_model=str(MODEL), models_folder=folder / "models"
        )
        with told(f"storing {asked.recordings} recordings"):
            hours = asyncio.run(_prepare(settings, folder, asked.recordings)) / 3600
        files = [str(path) for path in sorted(folder.glob("*.wav"))]
        # One after the other and again, the least disturbed of each: what is compared is measured in the same minutes.
        rounds = [(_alone(files), _work(settings, 1), _work(settings, 2)) for _ in range(ROUNDS)]
        masked = _work(settings, 1, mask=True)
    bare = min(alone for alone, _, _ in rounds)
    one = min((one for _, one, _ in rounds), key=lambda run: run.cpu)
    two = min((two for _, _, two in rounds), key=lambda run: run.seconds)
    share = bare / one.cpu
    times = min(one.seconds for _, one, _ in rounds) / two.seconds
    audio = f"{asked.recordings} recordings of two speakers, {hours:.2f} hours, with the model that came with Ringdesk"
    return [
        Figure(
            what="Transcribing",
            how=f"`ringdesk worker` on {audio}: Opus from the store, decoded, heard, turns, written, indexed, scored; beside Vosk alone"
            " on the same audio as WAV, a recogniser a speaker",
            bar=f"≥ {BAR:g} × Vosk alone, in audio hours a core-hour",
            result=f"{hours * 3600 / one.cpu:.0f}; Vosk alone {hours * 3600 / bare:.0f}: {share:.2f} ×",
            held=share >= BAR,
            notes=(*filter(None, [remark]), f"with card numbers in a third of the calls, masked: {hours * 3600 / masked.cpu:.0f}"),
        ),
        Figure(
            what="Transcribing, two workers",
            how=f"two `ringdesk worker` beside one another, each on a core of its own, on the same {audio}",
            bar=f"≥ {BAR_TWO:g} × one",
            result=f"{two.seconds:.1f} s, one {one.seconds:.1f} s: {times:.2f} ×",
            held=times >= BAR_TWO,
            notes=(f"one keeps {one.cpu / one.seconds:.2f} cores busy, two {two.cpu / two.seconds:.2f}",),
        ),
    ]


async def _prepare(settings: Settings, folder: Path, recordings: int) -> float:
    """Recordings in the store, and what they sound like there as WAV files. Seconds of them."""
    db, store = Database(settings.database_url), AudioStore(settings)
    calls = [samples_of(call) for call in CALLS]
    async with db.write() as session:
        for number in range(recordings):
            path = folder / f"{number:03}.source"
            path.write_bytes(sound.wav(*_joined(calls, number).T))
            moment = now() - timedelta(minutes=number)
            session.add(
                Recording(
                    pbx="pbx", source="import", key=str(number), name=f"{number}.wav", parts=[{"path": str(path), "role": "stereo"}],
                    side="agent", started_at=moment, state="found", step="store", changed_at=moment,
                )
            )  # fmt: skip
    worker = asyncio.create_task(Worker(db, "bench", {"store": Storing(db, settings, store)}).run())
    while await _count(db, Recording.state == "stored") < recordings:  # noqa: ASYNC110 - there is no event but in the database
        await asyncio.sleep(0.1)
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)
    async with db.read() as session:
        rows = (await session.scalars(select(Recording))).all()
    for row in rows:
        async with decode(await store.read(row)) as pieces:
            pcm = b"".join([piece async for piece in pieces])
        with wave.open(str(folder / f"{row.id:03}.wav"), "wb") as file:
            file.setparams((2, 2, 8000, 0, "NONE", ""))
            file.writeframes(pcm)
    await db.close()
    return sum(row.duration_s or 0 for row in rows)


def _joined(calls: "list[sound.Samples]", first: int) -> "sound.Samples":
    return sound.np.vstack([calls[(first + i) % len(calls)] for i in range(CALLS_EACH)])


def _alone(files: list[str]) -> float:
    with told("Vosk alone"):
        return _cpu(subprocess.Popen([sys.executable, "-m", "benchmarks.bare_vosk", str(MODEL), *files]))


def _work(settings: Settings, workers: int, *, mask: bool = False) -> Run:
    asyncio.run(_reset(settings, mask=mask))
    with told(f"{workers} × ringdesk worker{', masking' if mask else ''}"):
        cores = sorted(os.sched_getaffinity(0))
        running = [_start(settings, cores[i % len(cores)]) for i in range(workers)]
        seconds = asyncio.run(_watched(settings))
        for process in running:
            process.terminate()
        return Run(sum(_cpu(process) for process in running), seconds)


def _start(settings: Settings, core: int) -> "subprocess.Popen[bytes]":
    """A worker with all that it starts on one core: left alone it decodes the next recording on a second one meanwhile, and two
    of them would be compared with more than one core's work."""
    given = {
        "DATABASE_URL": settings.database_url,
        "RECORDINGS_STORE": settings.recordings_store,
        "VOSK_MODEL": settings.vosk_model or "",
        "MODELS_FOLDER": str(settings.models_folder),
        "LOG_LEVEL": "warning",
    }
    environ = {**os.environ, **{f"RINGDESK_{name}": value for name, value in given.items()}}
    worker = subprocess.Popen(
        [sys.executable, "-c", "from ringdesk.config.cli import main; main()", "worker", "--processes", "1"], env=environ
    )
    os.sched_setaffinity(worker.pid, {core})  # before it starts anything of its own
    return worker


def _cpu(process: "subprocess.Popen[bytes]") -> float:
    """Core-seconds of a process and of those that it waited for."""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise AssertionError(f"{process.args} ended with {process.returncode}")
    return used.ru_utime + used.ru_stime


async def _watched(settings: Settings) -> float:
    db = Database(settings.database_url)
    total = await _count(db, Recording.id > 0)
    while not await _count(db, Recording.claimed_by.is_not(None)):  # noqa: ASYNC110 - another process does it
        await asyncio.sleep(0.01)
    began = time.perf_counter()
    while await _count(db, Recording.state.in_(HEARD)) < total:  # noqa: ASYNC110 - another process does it
        await asyncio.sleep(0.05)
    took = time.perf_counter() - began
    await db.close()
    return took


async def _reset(settings: Settings, *, mask: bool) -> None:
    """As after storing; the audio stays as it is, so what is masked is masked in the last run."""
    db = Database(settings.database_url)
    async with db.write() as session:
        for id in (await session.scalars(select(Recording.id))).all():
            await said.forget(session, id)
        for table in (Transcript, Score, RecordingMark, Policy):
            await session.execute(delete(table))
        await policies.everything(session)
        await session.execute(update(Policy).values(mask_cards=mask))
        values = {"state": "stored", "step": "transcribe", "attempts": 0, "next_try_at": None, "claimed_by": None, "reason": None}
        await session.execute(update(Recording).values(**values))
    await db.close()


async def _count(db: Database, condition: "object") -> int:
    async with db.read() as session:
        return await session.scalar(select(func.count()).select_from(Recording).where(condition)) or 0  # type: ignore[arg-type]  # a condition


if __name__ == "__main__":
    run_alone(measure, options, __doc__)
