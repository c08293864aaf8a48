"""What the demo's calls sound like: the sample calls, attached to calls gone by, and written by the played PBX when one ends now.

From there on everything is real: they are found, stored, transcribed by the packaged model and scored like any recording.
"""

import asyncio
import json
import wave
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ringdesk.config import log
from ringdesk.config.settings import Settings
from ringdesk.config.wiring import House
from ringdesk.recordings import samples as packaged
from ringdesk.recordings.audio.decoding import SAMPLE, decode
from ringdesk.recordings.finding.matching import Origin
from ringdesk.recordings.finding.take_in import Found, Part, take_in
from ringdesk.storage.engine import Database
from ringdesk.telephony.facts import Call, RecordingBegan, RecordingEnded

logger = log.get(__name__)

Samples = NDArray[Any]
"""The agent's and the customer's, side by side."""
A_DAY = 2  # recordings of a day gone by
MOST = 40  # of all of them
SINCE = 21  # days ago
TROUBLE = "call7_delivery"  # what rises in the demo's trends
BETWEEN = 5.0  # seconds from one live recording to the next, however fast the demo runs
SHORTEST = 3.0  # seconds of talk worth recording
RATE = 8000  # Hz, a telephone line's


@dataclass(frozen=True, slots=True)
class Sample:
    """A call as it was spoken by machines: the agent left, the customer right."""

    path: Path
    seconds: float

    @property
    def name(self) -> str:
        return self.path.stem


@dataclass(frozen=True, slots=True)
class Recorded:
    """A call gone by that was recorded, from the beginning of its conversation to the end."""

    call: Call
    sample: Sample


@cache
def samples() -> tuple[Sample, ...]:
    folder = Path(str(resources.files(packaged))) / "calls"
    told = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]
    return tuple(Sample(folder / each["audio"], float(each["seconds"])) for each in told)


def model() -> Path:
    """The speech model that understands the samples, and nobody else."""
    return Path(str(resources.files(packaged))) / "model"


async def attach(db: Database, settings: Settings, calls: Sequence[Recorded]) -> None:
    """Recordings of calls that are over, as `ringdesk import recordings` takes them in: the samples stay where they are."""
    origin = Origin.of(settings)
    async with db.write() as session:
        for each in calls:
            await take_in(session, _found(each), origin)


def _found(each: Recorded) -> Found:
    conversation, status = each.call.conversations[-1], each.sample.path.stat()
    return Found(
        key=f"demo:{each.call.id}",
        name=f"{conversation.queue or 'call'}-{each.call.linkedid}{each.sample.path.suffix}",
        source="import",
        parts=(Part(each.sample.path, "stereo", status.st_size, status.st_mtime_ns),),
        started_at=conversation.started_at,
        side="agent",
        duration_s=each.sample.seconds,
    )


@dataclass(slots=True)
class Recorder:
    """The played PBX's MixMonitor: writes what it said it writes, the mix and both legs, when it says that the recording has ended. While
    the agents talk a sample is heard, before and between there is silence."""

    house: House
    spool: Path
    rng: Random
    _began: dict[str, datetime] = field(default_factory=dict)
    """File → when."""
    _heard: dict[Path, Samples] = field(default_factory=dict)
    _next: float = 0.0

    def listen(self) -> None:
        """Hear what the house hears."""
        table = self.house.bus.table
        table[RecordingBegan] = [*table[RecordingBegan], self._recording_began]
        table[RecordingEnded] = [*table[RecordingEnded], self._recording_ended]

    def _recording_began(self, fact: RecordingBegan) -> None:
        self._began[fact.path] = fact.at

    def _recording_ended(self, fact: RecordingEnded) -> None:
        began, moment = self._began.pop(fact.path, None), asyncio.get_running_loop().time()
        talks = [(talk.started_at, talk.ended_at or fact.at) for talk in fact.call.conversations]
        if began is None or moment < self._next or sum((end - start).total_seconds() for start, end in talks) < SHORTEST:
            return
        self._next = moment + BETWEEN
        seconds = [((start - began).total_seconds(), (end - began).total_seconds()) for start, end in talks]
        self.house.spawn(self._write(fact.path, (fact.at - began).total_seconds(), seconds), name="demo recording")

    async def _write(self, path: str, length: float, talks: Sequence[tuple[float, float]]) -> None:
        both = np.zeros((round(length * RATE), 2), SAMPLE)
        for start, end in talks:
            sample = self.rng.choice([each for each in samples() if each.seconds >= end - start] or samples())
            first = max(0, round(start * RATE))
            heard = (await self._spoken(sample))[: max(0, round(end * RATE) - first)]
            both[first : first + len(heard)] = heard[: max(0, len(both) - first)]
        try:
            await asyncio.to_thread(_put, self.spool / path.partition("/monitor/")[2], both)
        except OSError as error:
            logger.error("demo_not_recorded", path=path, error=str(error))

    async def _spoken(self, sample: Sample) -> Samples:
        if sample.path not in self._heard:
            async with decode(sample.path, RATE) as pieces:
                self._heard[sample.path] = np.frombuffer(b"".join([piece async for piece in pieces]), SAMPLE).reshape(-1, 2)
        return self._heard[sample.path]


def _put(path: Path, both: Samples) -> None:
    """The customer's channel was recorded: `in` is what it said, `out` what it heard."""
    path.parent.mkdir(parents=True, exist_ok=True)
    agent, customer = both[:, 0], both[:, 1]
    mix = (agent.astype(np.int32) + customer).clip(-32768, 32767).astype(SAMPLE)
    for name, heard in ((path, mix), (path.with_stem(f"{path.stem}-in"), customer), (path.with_stem(f"{path.stem}-out"), agent)):
        with wave.open(str(name), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(SAMPLE.itemsize)
            file.setframerate(RATE)
            file.writeframes(heard.tobytes())
