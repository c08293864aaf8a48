"""How long recordings are kept, by the policy of their queue or number, and the tidying of what interrupted work left behind."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from ringdesk.agents import audit
from ringdesk.config import log
from ringdesk.config.settings import Settings
from ringdesk.recordings import said
from ringdesk.recordings.keeping import deleting, policies
from ringdesk.recordings.keeping.deleting import Held, Left
from ringdesk.recordings.keeping.store import AudioStore, StoreAway
from ringdesk.recordings.models import Recording
from ringdesk.storage import paging
from ringdesk.storage.base import JsonObject, now
from ringdesk.storage.engine import AWAY, Database
from ringdesk.telephony import calls

logger = log.get(__name__)

BATCH = 200
SETTLED = timedelta(days=1)  # an object younger than this may still be about to get its row
LATELY = timedelta(days=7)  # files whose removal was interrupted are looked for among recordings that changed since
KEY = re.compile(r"\d{4}/\d\d/\d\d/(\d{1,18})-[\w-]{16}\.opus")


FIRST = 60.0  # seconds after the start, when everything else has begun
DAILY = 24 * 3600.0
RETRY = 600.0  # seconds until the next try while the database or the store is away


class Retention:
    """Once a day, until cancelled."""

    def __init__(
        self, db: Database, store: AudioStore, settings: Settings, on_deleted: Callable[[Left], None] = lambda _left: None
    ) -> None:
        self.db = db
        self.store = store
        self.settings = settings
        self.on_deleted = on_deleted

    async def run(self) -> None:
        wait = FIRST
        while True:
            await asyncio.sleep(wait)
            try:
                await retain(self.db, self.store, self.settings, on_deleted=self.on_deleted)
                await tidy(self.db, self.store, self.settings)
                async with self.db.write() as session:
                    await said.tidy(session, self.settings.zone)
            except (*AWAY, StoreAway) as error:
                logger.warning("retention_waits", error=str(error))
                wait = RETRY
            else:
                wait = DAILY


@dataclass(frozen=True, slots=True)
class Expired:
    """A recording whose time is over, and by which rule."""

    id: int
    call_id: str | None
    started_at: datetime
    name: str
    rule: JsonObject


async def expired(db: Database, moment: datetime) -> AsyncIterator[Expired]:
    """The oldest first; none under legal hold."""
    async with db.read() as session:
        rules = await policies.load(session)
    shortest = min((rule.keep_days for rule in rules.rows if rule.keep_days is not None), default=None)
    if shortest is None:
        return
    query = select(Recording).where(Recording.legal_hold.is_(None), Recording.started_at < moment - timedelta(days=shortest))
    keys = [paging.Key(Recording.started_at, type=datetime), paging.Key(Recording.id, type=int)]
    cursor: str | None = None
    while True:
        async with db.read() as session:
            rows = (await session.scalars(paging.page(query, keys, cursor, BATCH))).all()
            dialled = {r.call.id: r.call.did for r in await calls.many(session, list({row.call_id for row in rows if row.call_id}))}
        for row in rows[:BATCH]:
            rule = rules.of(row.queue, dialled.get(row.call_id or ""))
            if rule.keep_days is not None and row.started_at < moment - timedelta(days=rule.keep_days):
                told = {"queue": rule.queue, "did": rule.did, "keep_days": rule.keep_days}
                yield Expired(row.id, row.call_id, row.started_at, row.name, told)
        if len(rows) <= BATCH:
            return
        cursor = paging.encode([rows[BATCH - 1].started_at, rows[BATCH - 1].id])


async def retain(db: Database, store: AudioStore, settings: Settings, *, on_deleted: Callable[[Left], None] = lambda _left: None) -> int:
    """Delete what is kept long enough, each with a line in the audit log. How many."""
    deleted = 0
    async for item in expired(db, now()):
        try:
            async with db.write() as session:
                row = await session.get(Recording, item.id, with_for_update=True)
                if row is None:
                    continue
                left = await deleting.delete(session, row, user_id=None, reason="kept long enough", rule=item.rule)
        except Held:  # since it was looked up
            continue
        await deleting.sweep(store, settings, left)
        on_deleted(left)
        deleted += 1
    if deleted:
        logger.info("recordings_deleted", count=deleted)
    return deleted


async def tidy(db: Database, store: AudioStore, settings: Settings) -> int:
    """Remove objects that a stopped process left behind: of recordings that were deleted, or have other audio since (masked, sealed anew)
    which is there. An object of which nothing is known stays: the database may be an older copy. How many."""
    left_over = [key for key, known in (await unnamed(db, store)).items() if known]
    for key in left_over:
        await store.delete(key)
    kept = ["import", "spool"] if settings.recordings_keep_spool else ["import"]
    async with db.read() as session:
        stored = select(Recording.id, Recording.parts).where(Recording.audio_key.is_not(None), Recording.source.not_in(kept))
        rows = (await session.execute(stored.where(Recording.changed_at > now() - LATELY))).all()
    for recording_id, parts in rows:
        if not parts:
            continue
        if await asyncio.to_thread(deleting.remove_sources, settings, parts):
            async with db.write() as session:
                await session.execute(update(Recording).where(Recording.id == recording_id).values(parts=[]))
    return len(left_over)


async def unnamed(db: Database, store: AudioStore, *, older_than: timedelta = SETTLED) -> dict[str, bool]:
    """Objects that no recording names, and whether it is known why, so that they may go."""
    objects = {key: at async for key, at in store.objects()}
    found: dict[str, bool] = {}
    keys = list(objects)
    for i in range(0, len(keys), BATCH):
        some = keys[i : i + BATCH]
        ids = {int(match[1]) for key in some if (match := KEY.fullmatch(key)) and int(match[1]) < 2**31}
        async with db.read() as session:
            query = select(Recording.id, Recording.audio_key).where(or_(Recording.audio_key.in_(some), Recording.id.in_(ids)))
            current = {row.id: row.audio_key for row in await session.execute(query)}
            gone = await audit.subjects(session, "deleted", "recording", [str(i) for i in ids - current.keys()])
        named = set(current.values())
        for key in some:
            if key in named or objects[key] > now() - older_than:
                continue
            match = KEY.fullmatch(key)
            replaced = match is not None and current.get(int(match[1])) in objects
            found[key] = replaced or (match is not None and match[1] in gone)
    return found
