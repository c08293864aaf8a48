"""Adherence and conformance of agents and teams, to the microsecond, also on days of 23 and 25 hours."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ringdesk.statistics import periods
from ringdesk.statistics.cubes.adherence import ADHERENCE
from ringdesk.statistics.cubes.teams import TEAM_TIME
from ringdesk.statistics.folding import Folder
from ringdesk.statistics.people_measures import PEOPLE_MEASURES
from ringdesk.statistics.query import Query
from ringdesk.statistics.reading import read
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database
from tests.statistics import facts
from tests.statistics.staffing.centre import Centre

ZONE = ZoneInfo("Europe/Kyiv")
HOUR = 3_600_000_000
Sums = dict[tuple[str, int], dict[str, int]]


async def sums(db: Database, since: str, until: str) -> Sums:
    found: Sums = {}
    period = periods.parse(since, until, ZONE)
    async with db.read() as session:
        for kind, cube in (("agent", ADHERENCE), ("team", TEAM_TIME)):
            query = Query(cube=cube, period=period, keys=("who",), measures=ADHERENCE.measures)
            found |= {(kind, row.keys["who"]): row.of for row in await read(session, query)}
    return found


async def rebuilt(db: Database, at: datetime) -> None:
    async for _ in Folder(db, ZONE, lambda: at).rebuild():
        pass


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2025-10-26", 25), ("2026-04-15", 24)])
async def test_a_shift_over_a_change_of_clocks(db: Database, day: str, hours: int) -> None:
    """Planned from midnight to midnight, with a break from noon to one; at work from six in the morning, ten minutes late from the break,
    and until two in the next morning."""
    midnight = datetime.fromisoformat(day).replace(tzinfo=ZONE)

    def at(hour: int, minute: int = 0, days: int = 0) -> datetime:
        return (midnight + timedelta(days=days)).replace(hour=hour, minute=minute).astimezone(UTC)

    centre = Centre()
    centre.planned(1, at(0), at(12))
    centre.planned(1, at(12), at(13), "break")
    centre.planned(1, at(13), at(0, days=1))
    centre.was(1, "offline", at(0, days=-1), at(6))
    centre.was(1, "available", at(6), at(9))
    centre.was(1, "talking", at(9), at(9, 30))
    centre.was(1, "wrap_up", at(9, 30), at(9, 31))
    centre.was(1, "ringing", at(9, 31), at(12, 5))
    centre.was(1, "paused", at(12, 5), at(13, 10))
    centre.was(1, "available", at(13, 10), at(2, days=1))
    centre.was(1, "offline", at(2, days=1), None)
    async with db.write() as session:
        await facts.people(session, at(0, days=-10))
        await centre.write(session, db.dialect)
    following = (datetime.fromisoformat(day) + timedelta(days=1)).date().isoformat()
    after = (datetime.fromisoformat(day) + timedelta(days=2)).date().isoformat()
    for _ in range(2):  # from the facts, and from the rollups
        found = await sums(db, day, following)
        late_and_break = 10 * HOUR // 60
        planned, worked = (hours - 1) * HOUR, at(0, days=1) - at(6) - timedelta(minutes=65)
        adherent = int(worked / timedelta(microseconds=1)) - 5 * HOUR // 60
        assert found["agent", 1] == {"planned_us": planned, "adherent_us": adherent, "worked_us": adherent + 5 * HOUR // 60}
        assert adherent == planned - int((at(6) - at(0)) / timedelta(microseconds=1)) - late_and_break
        assert found["team", 1] == found["agent", 1]
        assert PEOPLE_MEASURES["adherence"].value(found["agent", 1]) == adherent / planned
        assert PEOPLE_MEASURES["conformance"].value(found["agent", 1]) == (adherent + 5 * HOUR // 60) / planned
        assert (await sums(db, following, after))["agent", 1] == {"planned_us": 0, "adherent_us": 0, "worked_us": 2 * HOUR}
        await rebuilt(db, at(0, days=2))


async def test_without_a_plan_there_is_nothing_to_adhere_to(db: Database) -> None:
    begin = datetime(2026, 4, 15, 9, tzinfo=ZONE).astimezone(UTC)
    centre = Centre()
    centre.was(5, "available", begin, begin + timedelta(hours=8))
    async with db.write() as session:
        await facts.people(session, begin)
        await centre.write(session, db.dialect)
    found = await sums(db, "2026-04-15", "2026-04-16")
    assert found == {("agent", 5): {"planned_us": 0, "adherent_us": 0, "worked_us": 8 * HOUR}}
    assert PEOPLE_MEASURES["adherence"].value(found["agent", 5]) is None
    assert PEOPLE_MEASURES["conformance"].value(found["agent", 5]) is None


async def test_what_is_to_come_of_a_shift_does_not_count_yet(db: Database) -> None:
    moment = now()
    centre = Centre()
    centre.planned(1, moment - timedelta(hours=2), moment + timedelta(hours=6))
    centre.planned(2, moment + timedelta(hours=1), moment + timedelta(hours=6))
    centre.was(1, "available", moment - timedelta(hours=1), None)
    async with db.write() as session:
        await facts.people(session, moment - timedelta(days=10))
        await centre.write(session, db.dialect)
    today = moment.astimezone(ZONE).date()
    found = await sums(db, (today - timedelta(days=1)).isoformat(), (today + timedelta(days=2)).isoformat())
    of = found["agent", 1]
    assert of["planned_us"] - of["worked_us"] == pytest.approx(HOUR, abs=1_000_000)  # two looks at the clock
    assert HOUR <= of["adherent_us"] <= of["worked_us"]
    assert ("agent", 2) not in found
