"""Some values of some keys: rollups, with their rows of totals, say what the facts say."""

from datetime import UTC, datetime, timedelta
from itertools import combinations
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import delete

from ringdesk.statistics.cubes import CUBES
from ringdesk.statistics.folding import Folder
from ringdesk.statistics.models import Folded
from ringdesk.statistics.periods import Period
from ringdesk.statistics.query import Query
from ringdesk.statistics.reading import Sums, read
from ringdesk.storage.engine import Database
from ringdesk.storage.quarters import quarter_of
from tests.statistics import facts

ZONE = ZoneInfo("Europe/Berlin")
SINCE, UNTIL = datetime(2026, 5, 4, tzinfo=UTC), datetime(2026, 5, 6, tzinfo=UTC)


def some(rows: list[Sums]) -> list[tuple[int, dict[str, object], dict[str, int]]]:
    return [(row.start, row.keys, row.of) for row in rows if any(row.of.values())]


async def test_any_filter_by_any_key(db: Database) -> None:
    rng = Random(11)
    found = facts.some(rng, SINCE, UNTIL, 80)
    facts.presence(rng, found, SINCE, UNTIL)
    async with db.write() as session:
        await facts.people(session, SINCE)
        await facts.write(session, db.dialect, found)
    folder = Folder(db, ZONE, lambda: UNTIL + timedelta(days=2))
    await folder.prepare()
    async for _ in folder.catch_up():
        pass
    period = Period(quarter_of(SINCE - timedelta(days=1)), quarter_of(UNTIL + timedelta(days=1)), ZONE)
    async with db.read() as session:
        queries = []
        for cube in CUBES:
            by_all = await read(session, Query(cube=cube, period=period, keys=cube.keys))
            pairs = list(combinations(cube.keys, 2))
            for wanted in (*combinations(cube.keys, 1), *rng.sample(pairs, min(2, len(pairs)))):
                one = rng.choice(by_all).keys
                only = {name: sorted({one[name], rng.choice(by_all).keys[name]}) for name in wanted}
                keys = tuple(name for name in cube.keys if rng.random() < 0.5)
                queries.append(Query(cube=cube, period=period, keys=keys, only=only))
        of_rollups = [some(await read(session, query)) for query in queries]
        await session.execute(delete(Folded))  # as if nothing had been counted
        for query, counted in zip(queries, of_rollups, strict=True):
            assert some(await read(session, query)) == counted, (query.cube.name, query.keys, query.only)
        await session.rollback()
    assert any(of_rollups)
