"""Tells of recordings that changed, whoever changed them: workers are processes of their own, and may be on other machines."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select, tuple_

from ringdesk.config import log
from ringdesk.recordings.models import Recording
from ringdesk.storage.base import now
from ringdesk.storage.engine import AWAY, Database

logger = log.get(__name__)

LOOK_EVERY = 1.0  # seconds; at once when told
OVERLAP = timedelta(seconds=15)  # looked at again each time: other machines' clocks, and transactions that were long in being written
PAGE = 1000  # rows


class Changes:
    """`tell` is called with each recording that changed, once a change."""

    def __init__(self, db: Database, tell: Callable[[int], Awaitable[None]]) -> None:
        self.db = db
        self.tell = tell
        self._told: dict[int, datetime] = {}
        self._now = asyncio.Event()

    def look(self) -> None:
        self._now.set()

    async def run(self) -> None:
        since: datetime | None = None
        while True:
            self._now.clear()
            try:
                since = await self._look(since)
            except AWAY as error:
                logger.warning("changes_not_told", error=str(error.__cause__ or error))
            except Exception:  # whatever it is: what changes next is told all the same
                logger.exception("changes_not_told")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await self._now.wait()

    async def _look(self, since: datetime | None) -> datetime:
        """Up to when it was looked. The first look tells nothing: what is there is no change."""
        if since is None:
            async with self.db.read() as session:
                since = await session.scalar(select(func.max(Recording.changed_at))) or now() - OVERLAP
            async for id, at in self._changed(since - OVERLAP):
                self._told[id] = at
            return since
        last = since
        async for id, at in self._changed(since - OVERLAP):
            if self._told.get(id) != at:
                await self.tell(id)
                self._told[id] = at
                last = max(last, at)
        self._told = {id: at for id, at in self._told.items() if at >= last - OVERLAP}
        return last

    async def _changed(self, since: datetime) -> AsyncIterator[tuple[int, datetime]]:
        """In pages: an import of an archive changes thousands a second."""
        after = (since, 0)
        while True:
            page = select(Recording.id, Recording.changed_at).where(tuple_(Recording.changed_at, Recording.id) > after)
            async with self.db.read() as session:
                found = (await session.execute(page.order_by(Recording.changed_at, Recording.id).limit(PAGE))).all()
            for id, at in found:
                after = (at, id)
                yield id, at
            if len(found) < PAGE:
                return
