"""The step from found files to a recording in the store, and the exchange of its audio for one with silence in it."""

import asyncio
import contextlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.config import log
from ringdesk.config.settings import Settings
from ringdesk.recordings import marks, states
from ringdesk.recordings.audio.decoding import decode, silenced
from ringdesk.recordings.audio.encoding import Encoded, encode, encode_samples, rate_of
from ringdesk.recordings.audio.ffmpeg import BadAudio
from ringdesk.recordings.audio.peaks import PER_SECOND
from ringdesk.recordings.audio.probing import open_regular, probe
from ringdesk.recordings.audio.sides import plan
from ringdesk.recordings.keeping import policies
from ringdesk.recordings.keeping.deleting import is_as_found, remove_sources
from ringdesk.recordings.keeping.store import AudioStore, StoreAway, Stored
from ringdesk.recordings.models import Recording, RecordingPeaks, Role
from ringdesk.recordings.speech.models import speech_expected
from ringdesk.recordings.worker import GivenUp, Progress
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database

logger = log.get(__name__)


@dataclass(frozen=True, slots=True)
class Replacement:
    """Audio that lies in the store and is nobody's yet."""

    stored: Stored
    encoded: Encoded
    ranges: tuple[tuple[float, float], ...]
    old_key: str


class Storing:
    """Performs the step "store". The files are removed only when the row is written and the object was read back."""

    def __init__(self, db: Database, settings: Settings, store: AudioStore) -> None:
        self.db = db
        self.settings = settings
        self.store = store

    async def perform(self, recording_id: int, worker: str, progress: Progress) -> None:
        async with self.db.read() as session:
            row = await session.get(Recording, recording_id)
        if row is None:
            return
        if row.audio_key is None:
            try:
                encoded = await _encode(row)
            except BadAudio as error:
                raise GivenUp(str(error)) from error
            try:
                stored = await self.store.write(row.id, row.started_at, encoded.opus)
            except StoreAway as error:
                async with self.db.write() as session:
                    if (mine := await states.claimed(session, recording_id, worker)) is not None:
                        pause = states.BACKOFF[min(mine.attempts + 1, len(states.BACKOFF) - 2)]
                        states.wait(mine, str(error), until=now() + pause)
                return
            if not await self._written(recording_id, worker, encoded, stored):
                await drop(self.store, stored.key)
                return
        await self._tidy(recording_id)

    async def _written(self, recording_id: int, worker: str, encoded: Encoded, stored: Stored) -> bool:
        """False: somebody else has the recording, or it is gone."""
        models = await asyncio.to_thread(speech_expected, self.settings)
        async with self.db.write() as session:
            row = await states.claimed(session, recording_id, worker)
            if row is None:
                return False
            await put(session, row, encoded, stored)
            row.withheld = models and policies.masks(await policies.of_recording(session, row))
            states.succeed(row, "store")
            return True

    async def _tidy(self, recording_id: int) -> None:
        """What the recording was made of is no longer needed. Until it is gone the row names it, and this is done again."""
        async with self.db.read() as session:
            row = await session.get(Recording, recording_id)
        if row is None or not row.parts or (row.source == "spool" and self.settings.recordings_keep_spool):
            return
        if row.source != "import" and not await asyncio.to_thread(remove_sources, self.settings, row.parts):
            return
        async with self.db.write() as session:
            if (row := await session.get(Recording, recording_id)) is not None:
                row.parts = []


async def silence(store: AudioStore, row: Recording, ranges: Iterable[tuple[float, float]]) -> Replacement:
    """The recording's audio with silence in these ranges, in seconds, as a new object: `exchange` makes it the recording's, then the old
    one is to be dropped. Raises what `AudioStore.read` and `write` raise, `BadAudio`, `FfmpegFailed`."""
    wanted = tuple(ranges)
    plain = await store.read(row)
    rate = rate_of(plain)
    async with decode(plain, rate) as pieces:
        encoded = await encode_samples(silenced(pieces, wanted, row.channels, rate), row.channels, rate)
    stored = await store.write(row.id, row.started_at, encoded.opus)
    return Replacement(stored=stored, encoded=encoded, ranges=wanted, old_key=row.audio_key or "")


async def exchange(session: AsyncSession, row: Recording, new: Replacement) -> bool:
    """In the transaction that writes why. False: the audio is not any more what `new` was made from; drop `new` then."""
    if row.audio_key != new.old_key:
        return False
    await put(session, row, new.encoded, new.stored)
    row.superseded_key = new.old_key
    await marks.add_masked(session, row.id, new.ranges)
    return True


async def drop(store: AudioStore, key: str) -> None:
    """Remove an object that no row names. What cannot be removed now is found by the daily tidying."""
    try:
        await store.delete(key)
    except StoreAway as error:
        logger.warning("audio_left_over", key=key, error=str(error))


async def replace_audio(db: Database, store: AudioStore, recording_id: int, ranges: Sequence[tuple[float, float]]) -> bool:
    """Silence in these ranges of seconds, for good: the row points to one audio or the other. False: it changed meanwhile."""
    async with db.read() as session:
        row = await session.get_one(Recording, recording_id)
    new = await silence(store, row, ranges)
    async with db.write() as session:
        now_there = await session.get(Recording, recording_id, with_for_update=True)
        done = now_there is not None and await exchange(session, now_there, new)
    await drop(store, new.old_key if done else new.stored.key)
    return done


async def put(session: AsyncSession, row: Recording, encoded: Encoded, stored: Stored) -> None:
    """The row says what is in the store, and has its waveform."""
    row.audio_key, row.sha256, row.size, row.sealed_with = stored.key, stored.sha256, stored.size, stored.sealed_with
    row.duration_s, row.channels = encoded.duration_s, encoded.channels
    row.changed_at = now()
    await session.merge(RecordingPeaks(recording_id=row.id, per_second=PER_SECOND, peaks=encoded.peaks))


async def _encode(row: Recording) -> Encoded:
    with contextlib.ExitStack() as files:
        found = []
        for part in row.parts:
            path = Path(part["path"])
            file = files.enter_context(await asyncio.to_thread(open_regular, path))
            if not is_as_found(os.fstat(file.fileno()), part):
                raise BadAudio(why="The file was written to after it was found: what is there now is another recording")
            found.append((file, path.name))
        shapes = await asyncio.gather(*(probe(file, name) for file, name in found), return_exceptions=True)
        opened = []
        for (file, _), shape in zip(found, shapes, strict=True):
            if isinstance(shape, BaseException):
                raise shape
            opened.append((file, shape))
        roles: list[tuple[Role, int]] = [(_role(part), shape.channels) for part, (_, shape) in zip(row.parts, opened, strict=True)]
        wanted = plan(roles, row.side)
        return await encode([opened[i] for i in wanted.used], wanted)


def _role(part: dict[str, str]) -> Role:
    match part.get("role"):
        case "received" | "transmitted" | "stereo" as role:
            return role
        case _:
            return "mixed"
