"""Whoever is killed, and whenever: the recording ends transcribed once, with the right words, and nothing is left over."""

import asyncio
import socket
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select

from ringdesk.recordings.keeping import retention
from ringdesk.recordings.keeping.store import AudioStore
from ringdesk.recordings.models import PhraseWeek, Recording, RecordingMark, Said, Transcript
from ringdesk.recordings.speech.turns import MASK
from ringdesk.storage.engine import Database
from tests.recordings import sound
from tests.recordings.keeping.shelf import called, found, row_of
from tests.recordings.speech.hearing import (
    HEARD,
    MODEL,
    SIDES,
    compared,
    said,
    samples_of,
    settings_for_speech,
    transcript,
    until,
    words_of,
)  # fmt: skip
from tests.recordings.speech.processes import below, ffmpeg_of, gone, kill, listener_of, listens, ringdesk

pytestmark = pytest.mark.timeout(400)

CALL = "call3_payment"
"""Somebody says a card number in it: there is something to mask."""
TIMES = 2  # so often after one another: long enough to be met in the middle
SECONDS = len(samples_of(CALL)) / 8000

Moment = Callable[[Recording], bool]
MOMENTS: dict[str, Moment] = {
    "found": lambda row: row.state == "found" and row.claimed_by is not None,
    "stored": lambda row: row.state == "stored",
    "transcribing": lambda row: row.step == "transcribe" and (row.progress or 0) > 0,
    "transcribed": lambda row: row.state in HEARD,
}


@pytest.fixture
def environ(database_url: str) -> dict[str, str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    spool = Path("spool").absolute()
    spool.mkdir()
    values = {"DATABASE_URL": database_url, "HTTP_PORT": port, "AMI_PORT": "1", "RECORDINGS_SPOOL": str(spool), "VOSK_MODEL": str(MODEL)}
    return {f"RINGDESK_{name}": value for name, value in values.items()}


@pytest.mark.parametrize(("database_url", "command"), [("sqlite", "serve"), ("postgresql", "worker")], indirect=["database_url"])
async def test_the_whole_process(db: Database, environ: dict[str, str], command: str) -> None:
    for name, moment in [*MOMENTS.items(), ("masked", None)]:
        recording = await long_call(db)
        async with ringdesk(command, environ=environ) as process:
            if moment is None:
                await _masked(recording, process.pid)
            else:
                await _reached(db, recording, moment)
            children = below(process.pid)
            kill(process.pid)
            await process.wait()
            await gone(children)
        async with ringdesk(command, environ=environ) as process:
            await until(db, recording, *HEARD)
            await _swept(db)
            await listens(process.pid)  # where the killed one had just done everything
            children = below(process.pid)
            process.terminate()
            assert await process.wait() == 0, Path("log").read_text()[-2000:]
            await gone(children)
        await _is_right(db, recording, name)


@pytest.mark.parametrize("victim", [listener_of, ffmpeg_of])
async def test_a_child(db: Database, environ: dict[str, str], victim: Callable[[int], int | None]) -> None:
    moments = dict(MOMENTS)
    moments.pop("transcribed")
    if victim is listener_of:  # nobody listens to what is only found
        moments.pop("found")
    async with ringdesk("worker", environ=environ) as process:
        for name, moment in moments.items():
            recording = await long_call(db)
            await _reached(db, recording, moment)
            async with asyncio.timeout(30):
                while not kill(victim(process.pid)):
                    await asyncio.sleep(0.002)
            await until(db, recording, *HEARD)
            await _swept(db)
            await _is_right(db, recording, name)
        children = below(process.pid)
        process.terminate()
        assert await process.wait() == 0
        await gone(children)


async def long_call(db: Database) -> int:
    parts = np.vstack([samples_of(CALL)] * TIMES)
    return await found(db, (f"{CALL}.wav", sound.wav(*parts.T), "stereo"), side="agent", call_id=await called(db))


async def _reached(db: Database, recording: int, moment: Moment) -> None:
    async with asyncio.timeout(60):
        while not moment(await row_of(db, recording)):
            await asyncio.sleep(0.002)


async def _masked(recording: int, pid: int) -> None:
    """Until the audio with silence in it lies beside the other: then the transcript is about to be written."""

    def both() -> None:
        while len(list(Path("var/recordings").glob(f"*/*/*/{recording}-*.opus"))) < 2:
            time.sleep(0.0005)  # in a thread of its own: what follows takes some milliseconds, and it is to be killed in them

    await asyncio.to_thread(both)
    kill(pid)


async def _swept(db: Database) -> None:
    """Audio that was masked is removed as soon as somebody works."""
    async with asyncio.timeout(20):
        while True:
            async with db.read() as session:
                if not await session.scalar(select(func.count()).where(Recording.superseded_key.is_not(None))):
                    return
            await asyncio.sleep(0.05)


async def _is_right(db: Database, recording: int, moment: str) -> None:
    """Once, with the words that were said, masked as they must be; in the store is what the row names, and what it named can go."""
    utterances = await transcript(db, recording)
    for side in SIDES:
        heard = words_of(utterances, side)
        expected = [
            word.model_copy(update={"start": word.start + n * SECONDS, "end": word.end + n * SECONDS})
            for n in range(TIMES)
            for word in said(CALL, side)
        ]
        masked = sum(word.word == MASK for word in heard)
        assert masked == (0 if side == "agent" else TIMES * MASKED), moment
        errors = compared(expected, heard)
        assert errors.rate <= masked / len(expected) + 0.05, (moment, side, str(errors))
        assert abs(errors.shift) < 0.05, (moment, side, str(errors))
    async with db.read() as session:
        row = await session.get_one(Recording, recording)
        marks = (await session.scalars(select(RecordingMark).where(RecordingMark.recording_id == recording))).all()
        counts = [await session.scalar(select(func.count()).where(t.recording_id == recording)) for t in (Transcript, Said)]
        phrases = await session.scalar(select(func.sum(PhraseWeek.recordings)).where(PhraseWeek.phrase == "card number"))
    assert counts == [1, 1]
    assert [mark.kind for mark in marks] == ["masked"] * TIMES, moment
    assert not row.withheld
    assert phrases == recording, "each recording is counted once"
    settings = settings_for_speech()
    store = AudioStore(settings)
    await retention.tidy(db, store, settings)
    for key in await retention.unnamed(db, store, older_than=timedelta(0)):
        await store.delete(key)
    assert [path.name for path in Path("var/recordings").glob(f"*/*/*/{recording}-*")] == [Path(row.audio_key or "").name]
    await store.read(row)
    assert (await row_of(db, recording)).parts == []
    assert not list(Path("spool").iterdir())


MASKED = 22
"""Words: the card's number, its date and its code."""
