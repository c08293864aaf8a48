"""Is everything in the store as it was stored; and sealing it anew with another key."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.config.errors import Conflict
from ringdesk.recordings import states
from ringdesk.recordings.keeping.playing import mark_lost
from ringdesk.recordings.keeping.retention import unnamed
from ringdesk.recordings.keeping.sealing import NoKey
from ringdesk.recordings.keeping.store import AudioDamaged, AudioMissing, AudioStore
from ringdesk.recordings.keeping.storing import drop
from ringdesk.recordings.models import Recording, Score, Transcript
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database

BATCH = 200
UNDERWAY = timedelta(hours=1)  # an object younger than this may still get its row

What = Literal["missing", "damaged", "no_key", "unknown"]
Advance = Callable[[int, int], None]
"""So many of so many."""


class NoKeySet(Conflict):
    key = "no_key_set"
    text = "There is no key to seal with: set RINGDESK_RECORDINGS_KEYS (`ringdesk recordings key` makes one)"


@dataclass(frozen=True, slots=True)
class Wrong:
    what: What
    key: str
    recording_id: int | None
    """None: no recording names it."""
    text: str


async def verify(db: Database, store: AudioStore, advance: Advance) -> AsyncIterator[Wrong]:
    """Read every recording's audio and compare it with its row, then look for objects that no row names. What is wrong is written to the
    row; what was and is right again is mended. Raises `StoreAway`."""
    async for row in _stored(db, Recording.audio_key.is_not(None), advance):
        try:
            await store.read_once(row)
        except (AudioMissing, AudioDamaged) as error:
            async with db.write() as session:
                there = await session.get(Recording, row.id, with_for_update=True)
                if there is None or there.audio_key != row.audio_key:
                    continue  # deleted, masked or sealed anew meanwhile
                if there.state != "failed" or there.reason != str(error):
                    mark_lost(there, error)
            yield _wrong(row, error)
        except NoKey as error:
            yield _wrong(row, error)
        else:
            if row.reason in (str(AudioMissing(id=row.id)), str(AudioDamaged(id=row.id))):
                async with db.write() as session:
                    await _mend(session, row.id)
    for key in await unnamed(db, store, older_than=UNDERWAY):
        yield Wrong("unknown", key, None, f"No recording names the object {key}")


async def rotate(db: Database, store: AudioStore, advance: Advance) -> AsyncIterator[Wrong]:
    """Seal with the first key whatever is plain or sealed with another. Ends and begins at any time: each recording is done or not.
    Yields what could not be. Raises `NoKeySet`, `StoreAway`."""
    if store.sealer.current is None:
        raise NoKeySet
    others = or_(Recording.sealed_with.is_(None), Recording.sealed_with != store.sealer.current)
    async for row in _stored(db, Recording.audio_key.is_not(None) & others, advance):
        try:
            plain = await store.read_once(row)
        except (AudioMissing, AudioDamaged, NoKey) as error:
            yield _wrong(row, error)
            continue
        stored = await store.write(row.id, row.started_at, plain)
        async with db.write() as session:
            there = await session.get(Recording, row.id, with_for_update=True)
            done = there is not None and there.audio_key == row.audio_key
            if there is not None and done:
                there.audio_key, there.sha256, there.size = stored.key, stored.sha256, stored.size
                there.sealed_with, there.changed_at = stored.sealed_with, now()
        await drop(store, (row.audio_key or "") if done else stored.key)


def _wrong(row: Recording, error: AudioMissing | AudioDamaged | NoKey) -> Wrong:
    what: What = "missing" if isinstance(error, AudioMissing) else "damaged" if isinstance(error, AudioDamaged) else "no_key"
    return Wrong(what, row.audio_key or "", row.id, str(error))


async def _stored(db: Database, condition: ColumnElement[bool], advance: Advance) -> AsyncIterator[Recording]:
    async with db.read() as session:
        total = await session.scalar(select(func.count()).select_from(Recording).where(condition)) or 0
    done = last = 0
    advance(0, total)
    while True:
        async with db.read() as session:
            query = select(Recording).where(condition, Recording.id > last).order_by(Recording.id).limit(BATCH)
            rows = (await session.scalars(query)).all()
        for row in rows:
            yield row
            done += 1
            advance(done, max(total, done))
        if len(rows) < BATCH:
            return
        last = rows[-1].id


async def _mend(session: AsyncSession, recording_id: int) -> None:
    """It is there again, a folder was not mounted perhaps: on from where it was."""
    row = await session.get(Recording, recording_id, with_for_update=True)
    if row is None or row.state != "failed":
        return
    transcript = await session.scalar(select(Transcript.recording_id).where(Transcript.recording_id == row.id)) is not None
    score = await session.scalar(select(Score.id).where(Score.recording_id == row.id).limit(1)) is not None
    if not transcript:
        states.succeed(row, "store")
    elif not score:
        states.succeed(row, "transcribe")
    else:
        states.succeed(row, "score")
