"""Needs of a queue: the mean week of known callers, their patience, and who was there."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from ringdesk.statistics import periods
from ringdesk.statistics.periods import BadPeriod
from ringdesk.statistics.staffing import needs
from ringdesk.statistics.staffing.erlang import Goal, Load, agents_for, service
from ringdesk.statistics.staffing.needs import Needs, Row, Wanted, patience_of
from ringdesk.statistics.staffing.weeks import mean_week
from ringdesk.storage.engine import Database
from tests.statistics import facts
from tests.statistics.staffing.centre import Centre

ZONE = ZoneInfo("Europe/Kyiv")
FIRST = datetime(2026, 3, 9, tzinfo=ZONE)  # a Monday; on 29 March clocks go forward
LATER = datetime(2026, 4, 20, tzinfo=UTC)
WEEKS = 4


def local(week: int, weekday: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, 9, hour, minute, tzinfo=ZONE) + timedelta(days=7 * week + weekday)


def wanted(**more: object) -> Wanted:
    of = {"queue": "support", "period": periods.parse("2026-03-09", "2026-04-06", ZONE), "step": "30m", "model": "erlang_c", "target": None,
          "within": None, "aht": None, "patience": None, "shrinkage": 0.3, "max_occupancy": 1.0}  # fmt: skip
    return Wanted(**(of | more))  # type: ignore[arg-type]


def at(found: Needs, weekday: int, time: str) -> Row:
    (row,) = (row for row in found.rows if (row.weekday, row.time) == (weekday, time))
    return row


async def test_a_mean_week_of_known_callers(db: Database) -> None:
    """Mondays at 9:30 there are 4, 8, 12 and 16 callers, whatever the clocks do; each is talked to for two minutes."""
    centre = Centre()
    for week in range(WEEKS):
        for i in range(4 * (week + 1)):
            centre.caller(local(week, 0, 9, 30) + timedelta(minutes=i), waits=0.5)
        centre.caller(local(week, 6, 3, 10), waits=0.5)  # an hour that does not exist on 29 March: 3:10 is 4:10 then
    centre.caller(local(0, 0, 9, 30), "sales")
    for week in range(WEEKS):
        centre.was(1, "available", local(week, 0, 9), local(week, 0, 9, 45))
        centre.was(1, "paused", local(week, 0, 9, 45), local(week, 0, 10))
        centre.was(1, "available", local(week, 0, 10), local(week, 0, 12))
        centre.was(1, "offline", local(week, 0, 12), local(week + 1, 0, 9) if week + 1 < WEEKS else None)
    async with db.write() as session:
        await facts.people(session, FIRST)
        await centre.write(session, db.dialect)
    async with db.read() as session:
        found = await needs.needs(session, wanted(), LATER)
    row = at(found, 0, "09:30")
    assert (row.calls, row.aht, row.staffed) == (10, 120, 0.5)
    assert row.traffic == pytest.approx(10 * 120 / 1800)
    goal = Goal(0.8, 20)  # the house's
    assert row.agents == agents_for(Load(20, 120), goal)
    assert row.expected == service(Load(20, 120), row.agents, 20)
    assert row.one_less == service(Load(20, 120), row.agents - 1, 20)
    assert row.one_more.agents == row.agents + 1
    assert row.paid == 3 == -(-row.agents * 10 // 7)
    assert (at(found, 0, "10:00").calls, at(found, 0, "10:00").agents, at(found, 0, "10:00").staffed) == (0, 0, 1)
    assert at(found, 6, "03:00").calls == 1  # of three weeks: the fourth has no such half hour
    assert at(found, 6, "04:00").calls == pytest.approx(0.25)
    assert len(found.rows) == 336
    assert (found.weeks, found.aht, found.patience, found.target) == (pytest.approx(4 - 1 / 168), 120, None, 0.8)


def test_the_hour_that_comes_twice_is_the_mean_of_both() -> None:
    week = mean_week(periods.parse("2026-10-19", "2026-11-02", ZONE), "hour")
    assert week.times.sum() == 2 * 168 + 1
    assert [week.name(int(slot)) for slot in (week.times == 3).nonzero()[0]] == [(6, "03:00")]
    stays = [(datetime(2026, 10, 25, 3, tzinfo=ZONE), datetime(2026, 10, 25, 3, 30, tzinfo=ZONE, fold=1))]  # an hour and a half
    assert week.there(stays)[6 * 24 + 3] == pytest.approx(1.5 / 3)


async def test_patience_is_estimated_from_all_who_waited(db: Database) -> None:
    """Callers of 90 seconds' mean patience and random waits: the estimate finds it, though most of them never got to its end."""
    rng, centre = Random(3), Centre()
    for i in range(3000):
        wait, patience, end = rng.expovariate(1 / 40), rng.expovariate(1 / 90), rng.choice(("answered", "answered", "timed_out"))
        moment = local(0, 0, 8) + timedelta(seconds=i * 20)
        centre.caller(moment, waits=min(wait, patience), outcome="abandoned" if patience < wait else end)
    async with db.write() as session:
        await facts.people(session, FIRST)
        await centre.write(session, db.dialect)
    async with db.read() as session:
        found = await needs.needs(
            session, wanted(model="erlang_a", aht=300.0, period=periods.parse("2026-03-09", "2026-03-10", ZONE)), LATER
        )
    assert found.patience == pytest.approx(90, rel=0.08)
    assert found.notes == [needs.SHORT]
    row = at(found, 0, "09:00")
    assert row.expected == service(Load(180, 300, found.patience), row.agents, 20)
    async with db.read() as session:
        erlang_c = await needs.needs(session, wanted(), LATER)
    assert erlang_c.notes == [needs.THEY_GIVE_UP.format(share=sum(r["outcome"] == "abandoned" for r in _visits(centre)) / 3000)]
    assert at(erlang_c, 0, "09:00").agents > 0


def _visits(centre: Centre) -> list[dict[str, object]]:
    return next(rows for table, rows in centre.rows.items() if table.__tablename__ == "queue_visits")


def test_nobody_who_gave_up_says_nothing_about_patience() -> None:
    waited = {"answer_wait_us": 60_000_000, "abandon_wait_us": 0, "left_wait_us": 0, "abandoned": 0}
    assert patience_of(waited) is None
    assert patience_of({**waited, "abandon_wait_us": 20_000_000, "left_wait_us": 40_000_000, "abandoned": 2}) == 60


async def test_what_cannot_be_calculated_is_said(db: Database) -> None:
    async with db.read() as session:
        assert (await needs.needs(session, wanted(), LATER)).notes == [needs.NO_CALLS]
        with pytest.raises(BadPeriod, match="not begun"):
            await needs.needs(session, wanted(), FIRST.astimezone(UTC) - timedelta(days=1))
        with pytest.raises(BadPeriod, match="a year"):
            await needs.needs(session, wanted(period=periods.parse("2024-03-09", "2026-04-06", ZONE)), LATER)
    centre = Centre()
    centre.caller(local(0, 0, 9), outcome="timed_out")
    async with db.write() as session:
        await centre.write(session, db.dialect)
    async with db.read() as session:
        found = await needs.needs(session, wanted(), LATER)
        assert (found.notes, found.rows) == ([needs.NO_AHT], [])
        patient = await needs.needs(session, wanted(model="erlang_a", aht=60.0), LATER)
    assert patient.notes == [needs.NO_PATIENCE]
    assert at(patient, 0, "09:00").expected.abandoned is None
