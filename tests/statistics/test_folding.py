"""Rollups: whatever was counted and whatever was not, a report says what the facts say."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.statistics import periods
from ringdesk.statistics.cubes import CUBES
from ringdesk.statistics.cubes.people import PEOPLE
from ringdesk.statistics.cubes.queues import QUEUES
from ringdesk.statistics.folding import RECIPE, Folder, recount
from ringdesk.statistics.models import Folded, QueueTarget, StatsState
from ringdesk.statistics.periods import day_number
from ringdesk.statistics.query import Grain, Query
from ringdesk.statistics.reading import read
from ringdesk.storage.engine import Database
from ringdesk.storage.quarters import quarter_of
from tests.statistics import facts

ZONE = ZoneInfo("Europe/Kyiv")
FINE: tuple[Grain, ...] = ("month", "week", "15m", "weekday_hour")
COARSE: tuple[Grain, ...] = ("month", "day")  # of what is kept by the day
Said = dict[tuple[str, Grain, tuple[str, ...]], list[object]]


async def everything(db: Database, since: datetime, until: datetime) -> Said:
    """Every way to read each cube over the whole time and more, by all of its keys and by none."""
    period = periods.Period(quarter_of(since - timedelta(days=1)), quarter_of(until + timedelta(days=1)), ZONE)
    found: Said = {}
    async with db.read() as session:
        for cube in CUBES:
            grains = FINE if "q" in cube.levels else COARSE
            for grain, keys in (("total", ()), *((grain, cube.keys) for grain in grains)):
                rows = await read(session, Query(cube=cube, period=period, keys=keys, grain=grain))
                found[cube.name, grain, keys] = [(row.start, row.keys, row.of) for row in rows if any(row.of.values())]
    return found


async def fold(db: Database, at: datetime) -> None:
    folder = Folder(db, ZONE, lambda: at)
    await folder.prepare()
    async for _ in folder.catch_up():
        pass


@pytest.mark.parametrize("change", [datetime(2024, 3, 31, tzinfo=UTC), datetime(2021, 10, 31, tzinfo=UTC)], ids=["23 hours", "25 hours"])
async def test_rollups_say_what_the_facts_say_also_after_they_changed(db: Database, change: datetime) -> None:
    since, until = change - timedelta(days=1), change + timedelta(days=2)  # into the next month
    rng, later = Random(7), until + timedelta(days=1, hours=12)
    found = facts.some(rng, since, until, 120)
    facts.presence(rng, found, since, until)
    facts.shifts(rng, found, since, until)
    async with db.write() as session:
        await facts.people(session, since)
        await facts.write(session, db.dialect, found)
    of_facts = await everything(db, since, until)
    for cube in CUBES:
        assert of_facts[cube.name, "month", cube.keys], f"{cube.name} has no facts to count"
    await fold(db, later)
    async with db.read() as session:
        assert {"d", "m"} <= set(await session.scalars(select(Folded.level)))
    assert await everything(db, since, until) == of_facts
    async with db.write() as session:
        await facts.write(session, db.dialect, facts.some(rng, since, until, 20))  # a reconciliation, say
    changed = await everything(db, since, until)  # rollups, and facts where something changed
    assert all(changed[key] != of_facts[key] for key in changed if key[0] not in UNTOUCHED)
    await fold(db, later)
    assert await everything(db, since, until) == changed
    async for _ in Folder(db, ZONE, lambda: later).rebuild():
        pass
    assert await everything(db, since, until) == changed


class Disturbed(Folder):
    """In whose pauses others write: what `disturbances` do, the last one first."""

    disturbances: Sequence[Callable[[AsyncSession], Awaitable[Any]] | None] = ()

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[Any]:
        async with super()._turn() as found:
            yield found
        if self.disturbances:
            *self.disturbances, disturb = self.disturbances
            if disturb is not None:
                async with self.db.write() as session:
                    await disturb(session)


async def test_what_is_written_while_a_day_is_counted_is_counted(db: Database) -> None:
    """Between any two cubes of a day, and again while that is counted."""
    since, rng = datetime(2026, 3, 9, tzinfo=UTC), Random(11)
    until, later = since + timedelta(days=1), since + timedelta(days=40)
    async with db.write() as session:
        await facts.people(session, since)
        await facts.write(session, db.dialect, facts.some(rng, since, until, 40))
    folder = Disturbed(db, ZONE, lambda: later)
    await folder.prepare()
    folder.disturbances = [partial(facts.write, dialect=db.dialect, found=facts.some(rng, since, until, 3)) for _ in range(12)]
    async for _ in folder.catch_up():
        pass
    assert not folder.disturbances
    said = await everything(db, since, until)
    await fold(db, later)
    assert await everything(db, since, until) == said
    async with db.write() as session:
        await session.execute(delete(Folded))
    assert await everything(db, since, until) == said, "the facts say so, too"


async def test_many_people_over_many_scattered_days_are_more_values_than_a_statement_takes(db: Database) -> None:
    since = datetime(2026, 3, 9, tzinfo=UTC)
    days, first = range(190), day_number(since.date())
    async with db.write() as session:
        await facts.people(session, since)
        await facts.write(session, db.dialect, facts.some(Random(5), since + timedelta(days=1), since + timedelta(days=2), 60))
        session.add(StatsState(id=1, timezone=ZONE.key, recipe=RECIPE))
        counted = [{"level": "d", "bucket": first + day} for day in days if day % 2 == 0]  # nothing was on these days
        await session.execute(insert(Folded), counted)
    period = periods.Period(periods.day_begin(since.date(), ZONE), periods.day_begin(since.date() + timedelta(days=len(days)), ZONE), ZONE)
    asked = Query(cube=PEOPLE, period=period, keys=("who",), only={"who": list(range(1, 2801))})
    async with db.read() as session:
        found = await read(session, asked)
        assert {row.keys["who"] for row in found} == set(range(1, facts.AGENTS + 1))
        assert found == await read(session, replace(asked, only={}))


TARGETED = datetime(2026, 3, 10, tzinfo=UTC)


async def met_on(db: Database, day: datetime) -> int:
    async with db.read() as session:
        (row,) = await read(
            session, Query(cube=QUEUES, period=periods.Period(quarter_of(day), quarter_of(day) + 96, ZONE), measures=("sl_met",))
        )
    return row.of["sl_met"]


async def another_target(session: AsyncSession, seconds: float, at: datetime) -> None:
    await session.execute(update(QueueTarget).values(answer_within_s=seconds))
    await recount(session, ZONE, at)


async def test_another_target_counts_for_today_at_once(db: Database) -> None:
    at = TARGETED + timedelta(hours=15)
    async with db.write() as session:
        await facts.people(session, TARGETED)
        await facts.write(session, db.dialect, facts.some(Random(7), TARGETED, at - timedelta(hours=1), 120))
    await fold(db, at)
    async with db.read() as session:
        assert await session.scalar(select(func.count()).select_from(Folded).where(Folded.level == "q"))
    before = await met_on(db, TARGETED)
    async with db.write() as session:
        await another_target(session, 0.001, at)
    assert await met_on(db, TARGETED) < before
    await fold(db, at)
    assert await met_on(db, TARGETED) < before
    async with db.write() as session:
        await session.execute(update(QueueTarget).values(answer_within_s=20.0))
    async for _ in Folder(db, ZONE, lambda: at).rebuild():
        pass
    assert await met_on(db, TARGETED) == before


@pytest.mark.parametrize("turns", [0, 4, 8, 11])
async def test_another_target_while_yesterday_is_counted_by_the_last_one(db: Database, turns: int) -> None:
    at = TARGETED + timedelta(days=1, hours=15)
    async with db.write() as session:
        await facts.people(session, TARGETED)
        await facts.write(session, db.dialect, facts.some(Random(7), TARGETED, TARGETED + timedelta(hours=20), 120))
    await fold(db, at)
    before = await met_on(db, TARGETED)
    async with db.write() as session:
        await another_target(session, 0.001, at)
    folder = Disturbed(db, ZONE, lambda: at)
    folder.disturbances = [partial(another_target, seconds=20.0, at=at), *[None] * turns]
    async for _ in folder.catch_up():
        pass
    assert not folder.disturbances
    await fold(db, at)
    assert await met_on(db, TARGETED) == before > 0


UNTOUCHED = {"presence", "adherence", "team_time"}  # by a reconciliation of calls
