"""Handing out audio: to whom it may be played, with a trace of who heard it, and never what is not as it was stored."""

import time
from datetime import timedelta

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents import audit
from ringdesk.config import log
from ringdesk.config.errors import Conflict
from ringdesk.recordings.keeping.store import AudioDamaged, AudioMissing, AudioStore, NoAudio
from ringdesk.recordings.models import Listen, Recording, RecordingPeaks
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database

logger = log.get(__name__)

ONCE = 3600.0  # seconds in which going on listening is one hearing
REMEMBERED = 10_000  # hearings of this process that need not be looked up


class Withheld(Conflict):
    key = "withheld"
    text = "Recording {id} is still to be searched for what must be masked: nobody hears it before"


def check_playable(row: Recording) -> None:
    """Raises `Withheld`, `NoAudio`."""
    if row.withheld:
        raise Withheld(id=row.id)
    if row.audio_key is None:
        raise NoAudio(id=row.id)


async def audio_of(db: Database, store: AudioStore, row: Recording) -> tuple[Recording, bytes]:
    """The audio, with the row that it belongs to: it may have been masked or sealed anew since `row` was read. Raises what
    `AudioStore.read` raises, `Withheld`; that it is damaged is written to the row."""
    check_playable(row)
    try:
        return row, await store.read(row)
    except (AudioMissing, AudioDamaged) as error:
        async with db.write() as session:
            there = await session.get(Recording, row.id, with_for_update=True)
            same = there is not None and there.audio_key == row.audio_key
            if there is not None and same and isinstance(error, AudioDamaged):
                mark_lost(there, error)
        if there is None or same:
            raise  # what is missing may be back in a minute: a folder that is not mounted. `ringdesk recordings verify` writes it down
    check_playable(there)
    return there, await store.read(there)


def mark_lost(row: Recording, error: AudioMissing | AudioDamaged) -> None:
    logger.error("recording_lost", recording_id=row.id, key=row.audio_key, why=error.key)
    row.state, row.reason, row.step, row.changed_at = "failed", str(error), None, now()


async def peaks_of(session: AsyncSession, row: Recording) -> tuple[int, list[list[int]]]:
    """Slices a second, and the waveform of each channel. Raises `Withheld`, `NoAudio`."""
    check_playable(row)
    query = select(RecordingPeaks.per_second, RecordingPeaks.peaks).where(RecordingPeaks.recording_id == row.id)
    found = (await session.execute(query)).first()
    if found is None:
        raise NoAudio(id=row.id)
    each = len(found.peaks) // row.channels
    return found.per_second, [list(found.peaks[i * each : (i + 1) * each]) for i in range(row.channels)]


class Listens:
    """Who listened, written once an hour for each recording and person; every download."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self._heard: dict[tuple[int, int], float] = {}

    async def note(self, row: Recording, user_id: int, *, downloaded: bool, address: str) -> bool:
        """Before the audio goes out. Was it written, or is it the same hearing as before?"""
        known = (row.id, user_id)
        moment = time.monotonic()
        if not downloaded and moment - self._heard.get(known, -ONCE) < ONCE:
            return False
        async with self.db.write() as session:
            if not downloaded and await _heard_lately(session, row.id, user_id):
                return False
            session.add(Listen(recording_id=row.id, user_id=user_id, at=now(), downloaded=downloaded))
            action = "downloaded" if downloaded else "listened"
            audit.note(session, action, "recording", row.id, user_id=user_id, detail={"call_id": row.call_id}, address=address)
        if not downloaded:
            while len(self._heard) >= REMEMBERED:
                del self._heard[next(iter(self._heard))]
            self._heard[known] = moment
        return True


async def _heard_lately(session: AsyncSession, recording_id: int, user_id: int) -> bool:
    since = now() - timedelta(seconds=ONCE)
    heard = exists().where(Listen.recording_id == recording_id, Listen.user_id == user_id, Listen.at > since, Listen.downloaded.is_(False))
    return bool(await session.scalar(select(heard)))
