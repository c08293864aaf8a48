"""What lasts and what goes to teams, told by the database and by a few lines of Python."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from ringdesk.agents.models import PresenceInterval, TeamStay
from ringdesk.statistics import periods
from ringdesk.statistics.cubes.concurrency import CONCURRENCY
from ringdesk.statistics.cubes.people import PEOPLE
from ringdesk.statistics.cubes.presence import PRESENCE
from ringdesk.statistics.query import Query
from ringdesk.statistics.reading import read
from ringdesk.storage.engine import Database
from ringdesk.storage.quarters import MICROS, begin_of, quarter_of
from ringdesk.telephony.models import CallRow, OfferRow
from tests.statistics import facts

ZONE = ZoneInfo("Europe/Kyiv")
SINCE, UNTIL = datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC)  # over a day of 23 hours
PERIOD = periods.Period(quarter_of(SINCE) + 5, quarter_of(UNTIL) - 7, ZONE)  # in the middle of whatever goes on then
Stays = list[tuple[int, int, datetime, datetime]]


async def a_house(db: Database) -> tuple[facts.Rows, Stays]:
    rng = Random(11)
    found = facts.some(rng, SINCE, UNTIL, 120)
    facts.presence(rng, found, SINCE, UNTIL)
    async with db.write() as session:
        await facts.people(session, SINCE)
        await facts.write(session, db.dialect, found)
        stays = [(s.user_id, s.team_id, s.since, s.until or UNTIL) for s in await session.scalars(select(TeamStay))]
    return found, stays


async def test_presence_is_cut_at_midnight_and_where_teams_change(db: Database) -> None:
    found, stays = await a_house(db)
    expected: Counter[tuple[Any, ...]] = Counter()
    for row in found[PresenceInterval]:
        begin, end = row["started_at"], row["ended_at"] or datetime.max.replace(tzinfo=UTC)
        of = [("agent", row["user_id"], begin, end)]
        of += [("team", team, max(begin, since), min(end, until)) for user, team, since, until in stays if user == row["user_id"]]
        for kind, who, since, until in of:
            for day, first, last in days():
                if (share := min(until, last) - max(since, first)) > timedelta():
                    expected[day, kind, who, row["state"], row["reason"] or ""] += share // timedelta(microseconds=1)
    async with db.read() as session:
        rows = await read(session, Query(cube=PRESENCE, period=PERIOD, keys=PRESENCE.keys, grain="day"))
        total = await read(session, Query(cube=PRESENCE, period=PERIOD, only={"kind": ["agent"]}))
    assert {(row.start, *row.keys.values()): row.of["us"] for row in rows} == dict(expected)
    assert total[0].of["us"] == facts.AGENTS * (PERIOD.end - PERIOD.begin) * 900 * MICROS  # everybody is somewhere all the time


def days() -> Iterator[tuple[int, datetime, datetime]]:
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
        rows = await read(session, Query(cube=PEOPLE, period=PERIOD, keys=("who",), measures=("offers",), only={"kind": ["team"]}))
    assert {row.keys["who"]: row.of["offers"] for row in rows} == dict(expected)
    assert len(expected) == 2
