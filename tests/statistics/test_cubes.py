"""What lasts and what goes to teams, told by the database and by a few lines of Python."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from ringdesk.agents.models import PresenceInterval, Shift, TeamStay
from ringdesk.statistics import periods
from ringdesk.statistics.cubes.adherence import AT_WORK
from ringdesk.statistics.cubes.concurrency import CONCURRENCY
from ringdesk.statistics.cubes.presence import OF_STATE, PRESENCE
from ringdesk.statistics.cubes.teams import TEAM_TIME, TEAM_WORK, TIMES
from ringdesk.statistics.query import Grain, Query
from ringdesk.statistics.reading import read
from ringdesk.storage.engine import Database
from ringdesk.storage.quarters import MICROS, begin_of, quarter_of
from ringdesk.telephony.models import CallRow, OfferRow
from tests.statistics import facts

ZONE = ZoneInfo("Europe/Kyiv")
SINCE, UNTIL = datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC)  # over a day of 23 hours
PERIOD = periods.Period(quarter_of(SINCE) + 5, quarter_of(UNTIL) - 7, ZONE)  # in the middle of whatever goes on then
Stays = list[tuple[int, int, datetime, datetime]]
Slot = tuple[int, datetime, datetime]
ENDLESS = datetime.max.replace(tzinfo=UTC)


async def a_house(db: Database) -> tuple[facts.Rows, Stays]:
    rng = Random(11)
    found = facts.some(rng, SINCE, UNTIL, 120)
    facts.presence(rng, found, SINCE, UNTIL)
    facts.shifts(rng, found, SINCE, UNTIL)
    async with db.write() as session:
        await facts.people(session, SINCE)
        await facts.write(session, db.dialect, found)
        stays = [(s.user_id, s.team_id, s.since, s.until or UNTIL) for s in await session.scalars(select(TeamStay))]
    return found, stays


async def test_presence_is_cut_at_midnight(db: Database) -> None:
    found, _ = await a_house(db)
    expected: Counter[tuple[Any, ...]] = Counter()
    for row in found[PresenceInterval]:
        for day, share in shares(row["started_at"], row["ended_at"] or ENDLESS, days()):
            expected[day, row["user_id"], row["state"], row["reason"] or ""] += share
    async with db.read() as session:
        rows = await read(session, Query(cube=PRESENCE, period=PERIOD, keys=PRESENCE.keys, grain="day"))
        total = await read(session, Query(cube=PRESENCE, period=PERIOD))
    assert {(row.start, *row.keys.values()): row.of["us"] for row in rows} == dict(expected)
    assert total[0].of["us"] == facts.AGENTS * (PERIOD.end - PERIOD.begin) * 900 * MICROS  # everybody is somewhere all the time


@pytest.mark.parametrize("grain", ["15m", "hour", "day"])
async def test_teams_have_their_members_time_while_they_were_in_them(db: Database, grain: Grain) -> None:
    found, stays = await a_house(db)
    slots = list(days()) if grain == "day" else list(quarters(1 if grain == "15m" else 4))
    expected: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)

    def add(measure: str, user: int, begin: datetime, end: datetime) -> None:
        for member, team, since, until in stays:
            if member == user:
                for slot, share in shares(max(begin, since), min(end, until), slots):
                    expected[slot, team][measure] += share

    for row in found[PresenceInterval]:
        begin, end = row["started_at"], row["ended_at"] or ENDLESS
        add(OF_STATE[row["state"]], row["user_id"], begin, end)
        if row["state"] in AT_WORK:
            add("worked_us", row["user_id"], begin, end)
    for shift in found[Shift]:
        if shift["activity"] == "work":
            add("planned_us", shift["user_id"], shift["starts_at"], shift["ends_at"])
            for row in found[PresenceInterval]:
                if row["user_id"] == shift["user_id"] and row["state"] in AT_WORK:
                    begin, end = max(shift["starts_at"], row["started_at"]), min(shift["ends_at"], row["ended_at"] or ENDLESS)
                    add("adherent_us", row["user_id"], begin, end)
    assert {name for of in expected.values() for name in of} == set(TIMES)
    async with db.read() as session:
        rows = await read(session, Query(cube=TEAM_TIME, period=PERIOD, keys=("who",), grain=grain))
        (total,) = await read(session, Query(cube=TEAM_TIME, period=PERIOD, measures=("talking_us", "planned_us"), only={"who": [1]}))
    assert {(row.start, row.keys["who"]): Counter(row.of) for row in rows} == expected
    assert total.of == {name: sum(of[name] for (_, team), of in expected.items() if team == 1) for name in ("talking_us", "planned_us")}


def shares(begin: datetime, end: datetime, slots: Iterable[Slot]) -> Iterator[tuple[int, int]]:
    """What lies in each slot, in microseconds."""
    for slot, first, last in slots:
        if (share := min(end, last) - max(begin, first)) > timedelta():
            yield slot, share // timedelta(microseconds=1)


def quarters(step: int) -> Iterator[Slot]:
    """Slots of so many quarters, as far as they are in the period."""
    for begin in range(PERIOD.begin - PERIOD.begin % step, PERIOD.end, step):
        yield begin, max(begin_of(begin), PERIOD.since), min(begin_of(begin + step), PERIOD.until)


def days() -> Iterator[Slot]:
    """Each with its first quarter, as far as it is in the period."""
    for day in range(periods.day_number(SINCE.date()), periods.day_number(UNTIL.date()) + 1):
        begin, end = periods.day_span(day, ZONE)
        yield begin, max(begin_of(begin), PERIOD.since), min(begin_of(end), PERIOD.until)


async def test_calls_at_once_are_the_peak_of_a_sweep(db: Database) -> None:
    found, _ = await a_house(db)
    peaks: dict[tuple[Any, ...], int] = defaultdict(int)
    lengths: Counter[tuple[Any, ...]] = Counter()
    for kind in ("house", "direction", "did", "trunk"):
        lines = defaultdict(list)
        for row in found[CallRow]:
            if (name := "*" if kind == "house" else row[kind]) is not None:
                end = min(row["ended_at"] or datetime.max.replace(tzinfo=UTC), row["started_at"] + timedelta(days=1))
                lines[name].append((row["started_at"], end))
        for name, calls in lines.items():
            for hour in range(PERIOD.begin - PERIOD.begin % 4, PERIOD.end, 4):
                first, last = max(begin_of(hour), PERIOD.since), min(begin_of(hour + 4), PERIOD.until)
                touching = [(max(begin, first), min(end, last)) for begin, end in calls if begin < last and end > first]
                if touching:
                    moments = [begin for begin, _ in touching]
                    peaks[hour, kind, name] = max(sum(b <= at < e for b, e in touching) for at in moments)
                    lengths[hour, kind, name] = sum((e - b) // timedelta(microseconds=1) for b, e in touching)
    async with db.read() as session:
        rows = await read(session, Query(cube=CONCURRENCY, period=PERIOD, keys=("kind", "name"), grain="hour"))
    assert {(row.start, *row.keys.values()): row.of["peak"] for row in rows} == dict(peaks)
    assert {(row.start, *row.keys.values()): row.of["line_us"] for row in rows} == dict(lengths)
    assert max(peaks.values()) > 2


async def test_a_team_has_what_its_members_did_while_they_were_in_it(db: Database) -> None:
    found, stays = await a_house(db)
    expected: Counter[int] = Counter()
    for row in found[OfferRow]:
        if PERIOD.since <= row["rung_at"] < PERIOD.until:
            expected.update(team for user, team, since, until in stays if user == row["agent_id"] and since <= row["rung_at"] < until)
    async with db.read() as session:
        rows = await read(session, Query(cube=TEAM_WORK, period=PERIOD, keys=("who",), measures=("offers",)))
    assert {row.keys["who"]: row.of["offers"] for row in rows} == dict(expected)
    assert len(expected) == 2
