"""Some values of some keys: rollups, with their rows of totals, say what the facts say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select

from ringdesk.agents.models import PresenceInterval
from ringdesk.crm.models import Callback, CallDisposition
from ringdesk.recordings.models import Recording, Score
from ringdesk.statistics.catalogue import Part
from ringdesk.statistics.cubes import CUBES
from ringdesk.statistics.cubes.callbacks import CALLBACKS
from ringdesk.statistics.folding import Folder
from ringdesk.statistics.models import Folded
from ringdesk.statistics.periods import Period
from ringdesk.statistics.query import CallsOnly, Query
from ringdesk.statistics.reading import Sums, read
from ringdesk.storage.engine import Database
from ringdesk.storage.quarters import quarter_of
from ringdesk.telephony.models import CallRow, ConversationRow, OfferRow, QueueVisitRow
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


@pytest.mark.parametrize("calls", [CallsOnly(agents=(2, 5)), CallsOnly(direction="out"), CallsOnly(agents=(3,), dids=("100",))], ids=str)
async def test_of_some_calls_is_what_it_would_be_without_the_others(db: Database, calls: CallsOnly) -> None:
    found = facts.some(Random(11), SINCE, UNTIL, 120)
    facts.presence(Random(11), found, SINCE, UNTIL)
    reached = {row["call_id"] for table in (OfferRow, ConversationRow) for row in found[table] if row["agent_id"] in calls.agents}
    left = {
        row["id"]
        for row in found[CallRow]
        if (not calls.agents or row["id"] in reached or row["placed_by"] in calls.agents)
        and calls.direction in (None, row["direction"])
        and (not calls.dids or row["did"] in calls.dids)
    }
    assert 3 < len(left) < 100
    period = Period(quarter_of(SINCE - timedelta(days=1)), quarter_of(UNTIL + timedelta(days=1)), ZONE)
    queries = [
        Query(cube=cube, period=period, keys=cube.keys, measures=tuple(name for name in cube.measures if not name.startswith("repeats")))
        for cube in CUBES
        if Part(cube=cube).of_calls
    ]
    async with db.write() as session:
        await facts.people(session, SINCE)
        await facts.write(session, db.dialect, found)
        narrowed = [some(await read(session, replace(query, calls=calls))) for query in queries]
        of_calls = (OfferRow, ConversationRow, QueueVisitRow, CallDisposition)
        others = [Callback.last_call_id.not_in(left), CallRow.id.not_in(left), *(table.call_id.not_in(left) for table in of_calls)]
        gone = Recording.call_id.is_(None) | Recording.call_id.not_in(left)
        await session.execute(delete(Score).where(Score.recording_id.in_(select(Recording.id).where(gone))))
        await session.execute(delete(PresenceInterval).where(PresenceInterval.call_id.is_(None) | PresenceInterval.call_id.not_in(left)))
        for table, where in zip((Callback, CallRow, *of_calls), others, strict=True):
            await session.execute(delete(table).where(where))
        for query, of in zip(queries, narrowed, strict=True):
            assert some(await read(session, query)) == of, query.cube.name
    assert sum(map(bool, narrowed)) > 3


async def test_a_call_back_is_of_its_last_call_however_late_that_was(db: Database) -> None:
    again = SINCE + timedelta(days=9)
    period = Period(quarter_of(SINCE), quarter_of(SINCE) + 96, ZONE)
    async with db.write() as session:
        await facts.people(session, SINCE)
        for id, at in (("pbx-1", SINCE), ("pbx-2", again)):
            session.add(CallRow(id=id, pbx="pbx", linkedid=id[4:], direction="in", did="100", started_at=at, ended_at=at, gap=False))
        rang = {"rung_at": again, "ended_at": again, "outcome": "no_answer"}
        session.add(OfferRow(call_id="pbx-2", seq=0, interface="PJSIP/1003", agent_id=3, **rang))
        session.add(Callback(number="+1", first_at=SINCE, last_at=again, misses=2, last_call_id="pbx-2", state="open"))
        await session.flush()
        for calls, missed in (
            (CallsOnly(direction="in"), 1),
            (CallsOnly(dids=("100",)), 1),
            (CallsOnly(agents=(3,)), 1),
            (CallsOnly(agents=(4,)), 0),
            (CallsOnly(direction="out"), 0),
        ):
            (row,) = await read(session, Query(cube=CALLBACKS, period=period, measures=("missed",), calls=calls))
            assert row.of["missed"] == missed, calls
