"""Shifts: planned, replaced, refused where they contradict each other."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from ringdesk.agents import accounts, shifts
from ringdesk.agents.rights import Role
from ringdesk.agents.shifts import BadShift, Planned, ShiftsOverlap
from ringdesk.config.errors import NoSuch
from ringdesk.storage.engine import Database
from ringdesk.storage.quarters import ChangedQuarter, quarter_of

MONDAY = datetime(2026, 3, 9, tzinfo=UTC)
WEEK = timedelta(days=7)


def plan(agent: int, day: int, begin: float, end: float, activity: shifts.Activity = "work") -> Planned:
    midnight = MONDAY + timedelta(days=day)
    return Planned(user_id=agent, starts_at=midnight + timedelta(hours=begin), ends_at=midnight + timedelta(hours=end), activity=activity)


async def people(db: Database) -> tuple[int, int]:
    async with db.write() as session:
        return tuple([await accounts.add(session, name=name, roles=[Role.AGENT], display_name=name.title()) for name in ("anna", "olga")])  # type: ignore[return-value]


async def replace(
    db: Database, users: list[int], planned: list[Planned], since: datetime = MONDAY, until: datetime = MONDAY + WEEK
) -> None:
    async with db.write() as session:
        await shifts.replace(session, db.dialect, users, since, until, planned)


async def seen(db: Database, users: list[int] | None = None, since: datetime = MONDAY, until: datetime = MONDAY + WEEK) -> list[Planned]:
    async with db.read() as session:
        found = await shifts.between(session, users, since, until)
    return [Planned(user_id=s.user_id, starts_at=s.starts_at, ends_at=s.ends_at, activity=s.activity) for s in found]  # type: ignore[arg-type]


async def test_a_plan_replaces_what_begins_in_its_time_and_nothing_else(db: Database) -> None:
    anna, olga = await people(db)
    night = plan(anna, -1, 22, 30)  # Sunday to Monday morning
    await replace(db, [anna], [night], MONDAY - WEEK)
    day = [plan(anna, 0, 9, 12), plan(anna, 0, 12, 12.5, "break"), plan(anna, 0, 12.5, 17)]
    await replace(db, [anna, olga], [*day, plan(olga, 1, 8, 16)])
    assert await seen(db) == [night, *day, plan(olga, 1, 8, 16)]
    assert await seen(db, [olga]) == [plan(olga, 1, 8, 16)]
    await replace(db, [anna], [plan(anna, 2, 9, 17)])
    assert await seen(db) == [night, plan(olga, 1, 8, 16), plan(anna, 2, 9, 17)]
    await replace(db, [anna, olga], [])
    assert await seen(db) == [night]


@pytest.mark.parametrize(
    ("second", "activity"), [((11, 13), "work"), ((9, 10), "break"), ((10, 11), "other"), ((-1, 9.5), "work"), ((9, 12), "work")]
)
async def test_nobody_is_planned_for_two_things_at_once(db: Database, second: tuple[float, float], activity: shifts.Activity) -> None:
    anna, olga = await people(db)
    with pytest.raises(ShiftsOverlap, match=r"^Anna would be planned for two things at once: from 2026-03-\d\d \d\d:\d\d UTC"):
        await replace(db, [anna], [plan(anna, 1, 9, 12), plan(anna, 1, *second, activity)])
    await replace(db, [anna, olga], [plan(anna, 1, 9, 12), plan(olga, 1, *second, activity)])


async def test_a_plan_does_not_overlap_what_is_planned_beside_it(db: Database) -> None:
    anna, _ = await people(db)
    await replace(db, [anna], [plan(anna, -1, 22, 30)], MONDAY - WEEK)
    await replace(db, [anna], [plan(anna, 7, 1, 9)], MONDAY + WEEK, MONDAY + 2 * WEEK)
    for wrong in (plan(anna, 0, 5, 9), plan(anna, 6, 20, 26)):
        with pytest.raises(ShiftsOverlap):
            await replace(db, [anna], [wrong])
    await replace(db, [anna], [plan(anna, 0, 6, 9), plan(anna, 6, 20, 25)])


async def test_what_cannot_be_meant_is_refused_with_a_sentence(db: Database) -> None:
    anna, olga = await people(db)
    for wrong, why in (
        (plan(anna, 0, 9, 9), "ends .* before it begins"),
        (plan(anna, 0, 9, 8), "ends .* before it begins"),
        (plan(anna, 0, 0, 24.5), "at most 24 hours"),
        (plan(anna, 7, 0, 8), "outside of the time"),
        (plan(anna, -1, 22, 30), "outside of the time"),
        (plan(olga, 0, 9, 17), "not among the agents"),
    ):
        with pytest.raises(BadShift, match=why):
            await replace(db, [anna], [wrong])
    with pytest.raises(NoSuch):
        await replace(db, [anna, 999], [])
    for until in (MONDAY, MONDAY - WEEK, MONDAY + timedelta(days=63)):
        with pytest.raises(BadShift):
            await replace(db, [anna], [], MONDAY, until)
        with pytest.raises(BadShift):
            await seen(db, None, MONDAY, until)


async def test_statistics_of_past_shifts_are_counted_anew(db: Database) -> None:
    anna, _ = await people(db)
    future = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    later = Planned(user_id=anna, starts_at=future, ends_at=future + timedelta(hours=8), activity="work")
    await replace(db, [anna], [later], future, future + WEEK)
    await replace(db, [anna], [plan(anna, 0, 9, 10)])
    async with db.write() as session:
        begin = quarter_of(MONDAY + timedelta(hours=9))
        assert set(await session.scalars(select(ChangedQuarter.quarter))) == set(range(begin, begin + 5))
