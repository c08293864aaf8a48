"""Calls for a test: the samples with what was really said in them, on the way that every recording takes."""

import asyncio
import itertools
import json
import shutil
import wave
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jiwer
import numpy as np

from ringdesk.config.settings import Settings
from ringdesk.recordings.keeping import policies
from ringdesk.recordings.keeping.store import AudioStore
from ringdesk.recordings.models import Recording, Transcript
from ringdesk.recordings.transcript import Utterance, Word
from ringdesk.recordings.workshop import Workshop
from ringdesk.storage.engine import Database
from tests.recordings.keeping.shelf import found, row_of, settings_of

_serial = itertools.count(1)
SAMPLES = Path(str(files("ringdesk.recordings.samples")))
MODEL = SAMPLES / "model"
CALLS = ("call1_refund", "call2_angry", "call3_payment")
SIDES = ("agent", "customer")
HEARD = ("transcribed", "scored")
CARD_S = (28.0, 33.6)  # of call3_payment: its customer says the card's number


def settings_for_speech(**more: Any) -> Settings:
    return settings_of("sqlite:///unused", **{"vosk_model": str(MODEL), **more})


@cache
def said(call: str, side: str) -> tuple[Word, ...]:
    """The reference's words."""
    told = json.loads((SAMPLES / "calls" / f"{call}.json").read_text())
    turns = [turn for turn in told["turns"] if turn["speaker"] == side]
    return tuple(Word(confidence=1.0, **word) for turn in turns for word in turn["words"])


def sample(call: str) -> bytes:
    return (SAMPLES / "calls" / f"{call}.wav").read_bytes()


async def found_call(db: Database, call: str, **values: Any) -> int:
    """A sample as the PBX wrote it: the agent's channel was recorded, what it said on the left."""
    name = f"{call}-{next(_serial)}.wav"
    return await found(db, (name, sample(call), "stereo"), **{"side": "agent", "name": name, **values})


async def policy(db: Database, **values: Any) -> None:
    """The general one."""
    form = {"mask_cards": True, "mask_patterns": [], "withhold": True, "language": None, "keep_days": None, "announcement": None}
    async with db.write() as session:
        await policies.add(session, queue="", did="", opt_out_key=None, **form | values)


@asynccontextmanager
async def working(db: Database, settings: Settings, processes: int = 1) -> AsyncIterator[Workshop]:
    workshop = Workshop(db, settings, AudioStore(settings), processes)
    task = asyncio.create_task(workshop.run(), name="workshop")
    try:
        yield workshop
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert workshop.speech.children == []


async def until(db: Database, recording_id: int, *states: str, reason: str = "", limit: float = 60.0) -> Recording:
    """The row as soon as it is in one of these states, for such a reason."""
    async with asyncio.timeout(limit):
        while True:
            row = await row_of(db, recording_id)
            if row.state in states and reason in (row.reason or ""):
                return row
            await asyncio.sleep(0.05)


async def transcript(db: Database, recording_id: int) -> list[Utterance]:
    async with db.read() as session:
        row = await session.get_one(Transcript, recording_id)
        await session.refresh(row, ["utterances"])
        return [Utterance.model_validate(each) for each in row.utterances]


def words_of(utterances: Sequence[Utterance], speaker: str) -> list[Word]:
    return [word for utterance in utterances if utterance.speaker == speaker for word in utterance.words]


@dataclass(frozen=True, slots=True)
class Errors:
    """How what was heard differs from what was said."""

    words: int
    rate: float
    shift: float
    """Median of the starts of the words that are right, in seconds; later is positive."""
    spread: float
    """95 % of those starts are nearer than this."""

    def __str__(self) -> str:
        return f"{self.words:4} words, {self.rate:6.1%} wrong; they begin {self.shift:+.3f} s off, 95 % within {self.spread:.3f} s"


def compared(reference: Sequence[Word], heard: Sequence[Word]) -> Errors:
    found = jiwer.process_words(" ".join(word.word for word in reference), " ".join(word.word for word in heard) or "nothing")
    shifts = list(_shifts(found.alignments[0], reference, heard))
    off = float(np.median(shifts)) if shifts else float("inf")
    return Errors(len(reference), found.wer, off, float(np.percentile(np.abs(shifts), 95)) if shifts else float("inf"))


def _shifts(alignment: Sequence[Any], reference: Sequence[Word], heard: Sequence[Word]) -> Iterator[float]:
    for part in alignment:
        if part.type == "equal":
            for place in range(part.ref_end_idx - part.ref_start_idx):
                yield heard[part.hyp_start_idx + place].start - reference[part.ref_start_idx + place].start


def samples_of(call: str) -> "np.ndarray[Any, np.dtype[np.int16]]":
    with wave.open(str(SAMPLES / "calls" / f"{call}.wav")) as sound:
        return np.frombuffer(sound.readframes(sound.getnframes()), "<i2").reshape(-1, 2)


def copy_model(target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(MODEL, target)
    return target
