"""What may be written a moment later, because somebody waits for something more urgent: noted at once, written in groups."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.config import log
from ringdesk.storage.engine import Database

logger = log.get(__name__)

GROUPING = 0.05  # seconds from the first note to the write; a crash loses at most this and the write's own time (promise: 0.1)
RETRY = 1.0  # seconds until the next try when the database did not take it
T = TypeVar("T")


class Later(Generic[T]):
    """`note` is quick; `save` writes what was noted, in its order, in one transaction; nothing is lost while the database is away."""

    def __init__(self, db: Database, name: str, save: Callable[[AsyncSession, list[T]], Awaitable[None]]) -> None:
        self.db = db
        self.name = name
        self.save = save
        self._waiting: list[T] = []
        self._some = asyncio.Event()
        self._writing = asyncio.Lock()

    def note(self, item: T) -> None:
        self._waiting.append(item)
        self._some.set()

    async def run(self) -> None:
        """Write until cancelled, and then once more."""
        try:
            while True:
                await self._some.wait()
                await asyncio.sleep(GROUPING)
                self._some.clear()
                try:
                    await asyncio.shield(self.write())  # cut in the middle it would not know whether it was done, and do it again
                except Exception as error:
                    logger.error("not_written_yet", what=self.name, waiting=len(self._waiting), error=str(error))
                    await asyncio.sleep(RETRY)
                    self._some.set()
        finally:
            await asyncio.shield(self.write())

    async def write(self) -> None:
        """Write what was noted so far. Raises what the database raises; then everything waits for the next time."""
        async with self._writing:
            items, self._waiting = self._waiting, []
            if not items:
                return
            try:
                async with self.db.write() as session:
                    await self.save(session, items)
            except BaseException:
                self._waiting = items + self._waiting
                raise
