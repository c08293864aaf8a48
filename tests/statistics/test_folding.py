"""Rollups: whatever was counted and whatever was not, a report says what the facts say."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from ringdesk.statistics import periods
from ringdesk.statistics.cubes import CUBES
from ringdesk.statistics.folding import Folder
from ringdesk.statistics.models import Folded
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


UNTOUCHED = {"presence", "adherence"}  # by a reconciliation of calls
