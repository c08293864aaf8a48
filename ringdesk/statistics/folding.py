"""Counts facts into rollups: quarters whose facts changed, days when they are over, months of counted days, everything anew if asked.

What is counted is a day (or a quarter of today) as a whole, from all of its facts; nothing is ever added to or taken from a sum. So the
rollups equal a rebuild by construction, also after a reconciliation has changed an old fact (decision 0015)."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, and_, cast, delete, func, insert, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents import intervals
from ringdesk.config import log
from ringdesk.statistics.cubes import CUBES
from ringdesk.statistics.cubes.cube import Cube, Level, Stretch
from ringdesk.statistics.models import Folded, StatsState
from ringdesk.statistics.periods import date_of, day_number, day_span, local_date, month_days, month_of
from ringdesk.storage import quarters
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database, insert_into
from ringdesk.storage.quarters import ChangedQuarter, quarter_of
from ringdesk.telephony import calls

logger = log.get(__name__)

RECIPE = 3  # raise it when something is counted in another way: everything is then counted anew in the background
EVERY = 30.0  # seconds between looks whether there is something to count
LATELY = 4  # quarters between counts of days that are over and changed since; until then reports count what changed from the facts
AT_ONCE = 50  # changed quarters of one transaction
PIECE = 16  # quarters of today in one transaction
PAUSE = 0.02  # seconds between days: who writes facts goes first


@dataclass(frozen=True, slots=True)
class Progress:
    done: int
    of: int


class Folder:
    """Keeps the rollups. A second process that does so (`ringdesk stats rebuild` beside a server) takes turns with the first."""

    def __init__(self, db: Database, zone: ZoneInfo, clock: Callable[[], datetime] = now) -> None:
        self.db = db
        self.zone = zone
        self.clock = clock
        self._looked: int | None = None

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
            except Exception as error:  # reports are right without: the next round tries again
                logger.error("statistics_not_counted", error=str(error))
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """Count what there is: today's quarters once they are over for a while, and days that changed once an hour. Counting is dear where
        it is done with every change, and reports are right without."""
        settled = quarters.settled(self.clock())
        if settled == self._looked and not await self._recounting():
            return
        await self.prepare()
        async for _ in self.catch_up(days=self._looked is None or settled // LATELY != self._looked // LATELY):
            await asyncio.sleep(PAUSE)
        self._looked = settled

    async def _recounting(self) -> bool:
        async with self.db.read() as session:
            return await session.scalar(select(StatsState.recount_before)) is not None

    async def prepare(self) -> None:
        """Begin anew where the rollups were counted for another time zone or in another way."""
        async with self.db.write() as session:
            state = await session.get(StatsState, 1)
            if state is None:
                session.add(StatsState(id=1, timezone=self.zone.key, recipe=RECIPE, recount_before=None, recount_from=None))
            elif (state.timezone, state.recipe) != (self.zone.key, RECIPE):
                await _forget(session)  # days of another zone are other days
                state.timezone, state.recipe, state.recount_before, state.recount_from = self.zone.key, RECIPE, None, None

    async def catch_up(self, *, days: bool = True) -> AsyncIterator[Progress]:
        """Everything that there is to count now, in many short transactions. Without `days`, those before today that changed
        are left."""
        await self._quarters_of_today()
        while days and await self._changed_days():
            pass
        async for progress in self._recount():
            yield progress
        async for progress in self._days():
            yield progress

    async def rebuild(self) -> AsyncGenerator[Progress, None]:
        """Count everything anew, each day once. Broken off, the next rebuild or the running server goes on from there; till then reports
        have old sums."""
        await self.prepare()
        async with self._turn() as (session, state):
            if state.recount_before is None:
                state.recount_before = state.recount_from = self._today()
                await _forget_today(session, self.zone, state.recount_before)
        async for progress in self.catch_up():
            yield progress

    def _today(self) -> int:
        """The day that is not counted as a whole yet."""
        return day_number(local_date(quarters.settled(self.clock()), self.zone))

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[tuple[AsyncSession, StatsState]]:
        """A transaction in which nobody else counts."""
        async with self.db.write() as session:
            yield session, await session.get_one(StatsState, 1, with_for_update=True)

    async def _quarters_of_today(self) -> None:
        """Those that changed and those not counted yet, where they lie together in one go; no more than a piece: who writes facts waits."""
        end = quarters.settled(self.clock())
        for begin in range(day_span(self._today(), self.zone)[0], end, PIECE):
            await self._quarters(begin, min(begin + PIECE, end))

    async def _quarters(self, begin: int, end: int) -> None:
        async with self._turn() as (session, _):
            changed = delete(ChangedQuarter).where(ChangedQuarter.quarter >= begin, ChangedQuarter.quarter < end)
            wanted = set(await session.scalars(changed.returning(ChangedQuarter.quarter)))
            counted = select(Folded.bucket).where(Folded.level == "q", Folded.bucket >= begin, Folded.bucket < end)
            new = set(range(begin, end)) - set(await session.scalars(counted))
            for stretch in _stretches(wanted | new):
                for cube in CUBES:
                    if "q" in cube.levels:
                        await _count(session, cube, "q", None, stretch)
            if new:
                await session.execute(insert(Folded), [{"level": "q", "bucket": quarter} for quarter in sorted(new)])

    async def _changed_days(self) -> bool:
        """Count some of the days before today that changed. Was there any?"""
        begin = day_span(self._today(), self.zone)[0]
        async with self.db.read() as session:
            query = select(ChangedQuarter.quarter).where(ChangedQuarter.quarter < begin).order_by(ChangedQuarter.quarter).limit(AT_ONCE)
            days = sorted({day_number(local_date(quarter, self.zone)) for quarter in await session.scalars(query)})
        for day in days:
            await self._day(day)
        return bool(days)

    async def _days(self) -> AsyncIterator[Progress]:
        """Days that are over and not counted, the newest first, and the months that they complete."""
        today = self._today()
        async with self.db.read() as session:
            first = await first_day(session, self.zone)
            counted = set(await session.scalars(select(Folded.bucket).where(Folded.level == "d")))
        if first is None:
            return
        missing = [day for day in range(today - 1, first - 1, -1) if day not in counted]
        for i, day in enumerate(missing):
            await self._day(day)
            if day in (first, month_days(month_of(date_of(day)))[0]):
                await self._month(month_of(date_of(day)), first)
            yield Progress(i + 1, len(missing))
        async with self.db.read() as session:
            months = set(await session.scalars(select(Folded.bucket).where(Folded.level == "m")))
        for month in range(month_of(date_of(first)), month_of(date_of(today))):
            if month not in months:  # one of its days changed
                await self._month(month, first)

    async def _recount(self) -> AsyncIterator[Progress]:
        """Days before a target changed, or before a rebuild, the newest first."""
        async with self.db.read() as session:
            first = await first_day(session, self.zone)
        while True:
            async with self._turn() as (session, state):
                if state.recount_before is None or state.recount_from is None:
                    return
                if first is None or state.recount_before <= first:
                    state.recount_before = state.recount_from = None
                    return
                began, day = state.recount_from, state.recount_before - 1
                state.recount_before = day  # taken; who asks for another recount meanwhile has it counted once more
                await self._forget_day(session, day)
            await self._count_day(day)
            if day in (first, month_days(month_of(date_of(day)))[0]):
                await self._month(month_of(date_of(day)), first)
            yield Progress(began - day, began - first)

    async def _day(self, day: int) -> None:
        async with self._turn() as (session, _):
            await self._forget_day(session, day)
        await self._count_day(day)

    async def _forget_day(self, session: AsyncSession, day: int) -> None:
        """Until it is counted, whoever asks counts from the facts. Its marks are done with; one that is set meanwhile stays."""
        begin, end = day_span(day, self.zone)
        await session.execute(delete(ChangedQuarter).where(ChangedQuarter.quarter >= begin, ChangedQuarter.quarter < end))
        of_day = or_(
            and_(Folded.level == "q", Folded.bucket >= begin, Folded.bucket < end),
            and_(Folded.level == "d", Folded.bucket == day),
            and_(Folded.level == "m", Folded.bucket == month_of(date_of(day))),
        )
        await session.execute(delete(Folded).where(of_day))

    async def _count_day(self, day: int) -> None:
        """Quarters and day from the facts, each cube in a transaction of its own: who writes facts waits for one of them at most."""
        begin, end = day_span(day, self.zone)
        for cube in CUBES:
            async with self._turn() as (session, _):
                if "q" in cube.levels:
                    await _count(session, cube, "q", None, Stretch(begin, end))
                    await _sum_up(session, cube, "q", (begin, end), "d", day)
                else:
                    await _count(session, cube, "d", day, Stretch(begin, end))
        async with self._turn() as (session, _):
            await session.execute(self._folded("d", day))

    async def _month(self, month: int, first: int) -> None:
        """Sum a month up from its days, once all of them are counted."""
        for cube in CUBES:
            async with self._turn() as (session, _):
                if not await _is_whole(session, month, first):
                    return
                await _sum_up(session, cube, "d", month_days(month), "m", month)
        async with self._turn() as (session, _):
            if await _is_whole(session, month, first):
                await session.execute(self._folded("m", month))

    def _folded(self, level: Level, bucket: int) -> Any:
        return insert_into(Folded, self.db.dialect).values(level=level, bucket=bucket).on_conflict_do_nothing()


async def _is_whole(session: AsyncSession, month: int, first: int) -> bool:
    begin, end = month_days(month)
    days = select(func.count()).select_from(Folded).where(Folded.level == "d", Folded.bucket >= max(begin, first), Folded.bucket < end)
    return await session.scalar(days) == end - max(begin, first)


def _stretches(of: Iterable[int]) -> Iterator[Stretch]:
    """Quarters that follow one another, together."""
    for _, run in groupby(enumerate(sorted(of)), lambda pair: pair[1] - pair[0]):
        found = [quarter for _, quarter in run]
        yield Stretch(found[0], found[-1] + 1)


async def first_day(session: AsyncSession, zone: ZoneInfo) -> int | None:
    """The day of the first fact."""
    moments = [at for at in (await calls.first_at(session), await intervals.first_at(session)) if at is not None]
    return day_number(local_date(quarter_of(min(moments)), zone)) if moments else None


async def recount(session: AsyncSession, zone: ZoneInfo, at: datetime) -> None:
    """A target changed: in this transaction, ask for the past to be counted by it. Today's quarters are few: they are counted from the
    facts until then."""
    state = await session.get(StatsState, 1, with_for_update=True)  # who counts by the old target is done first
    if state is not None:
        state.recount_before = state.recount_from = day_number(local_date(quarters.settled(at), zone))
        await _forget_today(session, zone, state.recount_before)


async def _forget_today(session: AsyncSession, zone: ZoneInfo, today: int) -> None:
    await session.execute(delete(Folded).where(Folded.level == "q", Folded.bucket >= day_span(today, zone)[0]))


async def _forget(session: AsyncSession) -> None:
    await session.execute(delete(Folded))
    for cube in CUBES:
        await session.execute(delete(cube.table))


async def _count(session: AsyncSession, cube: Cube, level: Level, bucket: int | None, stretch: Stretch) -> None:
    """The facts of a stretch into rows of one bucket, or (None) each into its quarter's."""
    table = cube.table
    gone = table.c.bucket == bucket if bucket is not None else table.c.bucket.between(stretch.begin, stretch.end - 1)
    await session.execute(delete(table).where(table.c.level == level, gone))
    facts = cube.facts([stretch], quarters=bucket is None)
    at: ColumnElement[Any] = facts.c.quarter if bucket is None else cast(literal(bucket), BigInteger)
    keys = [facts.c[name] for name in cube.keys]
    groups = [*keys, facts.c.quarter] if bucket is None else keys
    query = select(literal(level), at, *keys, *cube.aggregates(facts)).group_by(*groups)
    await session.execute(insert(table).from_select(["level", "bucket", *cube.keys, *cube.measures], query))
    await _totals(session, cube, level, gone)


async def _sum_up(session: AsyncSession, cube: Cube, source: Level, span: tuple[int, int], level: Level, bucket: int) -> None:
    """Rows of a finer level into those of one bucket of a coarser one, rows of totals among them."""
    table = cube.table
    await session.execute(delete(table).where(table.c.level == level, table.c.bucket == bucket))
    keys = [table.c[name] for name in cube.keys]
    query = select(literal(level), cast(literal(bucket), BigInteger), *keys, *cube.aggregates(table))
    query = query.where(table.c.level == source, table.c.bucket >= span[0], table.c.bucket < span[1]).group_by(*keys)
    await session.execute(insert(table).from_select(["level", "bucket", *cube.keys, *cube.measures], query))


async def _totals(session: AsyncSession, cube: Cube, level: Level, where: ColumnElement[bool]) -> None:
    table = cube.table
    for total in cube.totals:
        keys: Sequence[ColumnElement[Any]] = [literal(cube.all_of(total)) if name == total else table.c[name] for name in cube.keys]
        groups = [table.c[name] for name in cube.keys if name != total]
        query = select(literal(level), table.c.bucket, *keys, *cube.aggregates(table))
        query = query.where(table.c.level == level, where, table.c[total] != cube.all_of(total)).group_by(table.c.bucket, *groups)
        await session.execute(insert(table).from_select(["level", "bucket", *cube.keys, *cube.measures], query))
