"""Today's statistics, pushed to whoever looks: made by the reports' own reading when facts were written, and only if somebody listens."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ringdesk.agents.directory import Directory
from ringdesk.agents.rights import Right
from ringdesk.config import log
from ringdesk.statistics import reports
from ringdesk.statistics.catalogue import Scope
from ringdesk.statistics.periods import Period, day_begin
from ringdesk.statistics.report import Wanted
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database
from ringdesk.storage.quarters import FACTS
from ringdesk.web.live import StatisticsChanged
from ringdesk.web.push import SocketPush

logger = log.get(__name__)

PAUSE = 0.5  # seconds between pushes; when reading takes longer, as long as it took
LOOK = 15.0  # seconds until it looks though nobody told of new facts: midnight, a target that changed, another process that wrote


class Today:
    """One push a scope: the house for those who see it, their queues for those who see these."""

    def __init__(self, db: Database, zone: ZoneInfo, directory: Directory, push: SocketPush, clock: Callable[[], datetime] = now) -> None:
        self.db = db
        self.zone = zone
        self.directory = directory
        self.push = push
        self.clock = clock
        self.version = 0
        self._changed = asyncio.Event()
        self._told: dict[Scope, StatisticsChanged] = {}
        db.told_of[FACTS] = self._changed.set

    async def run(self) -> None:
        """Until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                async with asyncio.timeout(LOOK):
                    await self._changed.wait()
            except TimeoutError:
                pass
            self._changed.clear()
            began = loop.time()
            try:
                await self.tell()
            except Exception as error:  # the database is away, say: the next facts are told all the same
                logger.error("statistics_not_pushed", error=str(error))
            await asyncio.sleep(max(PAUSE, loop.time() - began))

    async def tell(self) -> None:
        """Push to every listener whose figures are not what they were told last."""
        listeners = self._listeners()
        self._told = {scope: told for scope, told in self._told.items() if scope in listeners}
        for scope, user_ids in listeners.items():
            figures = await self.figures(scope)
            before = self._told.get(scope)
            if before is not None and (before.day, before.totals, before.queues) == (figures.day, figures.totals, figures.queues):
                continue
            self._told[scope] = figures
            for user_id in sorted(user_ids):
                self.push.to_user(user_id, "statistics", figures)

    async def figures(self, scope: Scope) -> StatisticsChanged:
        at = self.clock()
        day = at.astimezone(self.zone).date()
        period = Period(day_begin(day, self.zone), day_begin(day + timedelta(days=1), self.zone), self.zone)
        async with self.db.read_one_state() as session:
            overview = await reports.run(session, Wanted(report="overview", period=period), scope, at)
            queues = await reports.run(session, Wanted(report="queues", period=period), scope, at)
        self.version += 1
        return StatisticsChanged(version=self.version, at=at, day=day, totals=overview.now.totals, queues=queues.now.rows)

    def _listeners(self) -> dict[Scope, set[int]]:
        """Who is connected and may read reports, by what they may see."""
        found: dict[Scope, set[int]] = {}
        for user_id in {socket.user_id for socket in self.push.sockets.values()}:
            principal = self.directory.principals.get(user_id)
            if principal is not None and principal.may(Right.REPORTS):
                # Only the queues bound these figures: supervisors of the same ones share a reading.
                scope = Scope(everything=True) if principal.sees_all else Scope(queues=principal.queues)
                found.setdefault(scope, set()).add(user_id)
        return found
