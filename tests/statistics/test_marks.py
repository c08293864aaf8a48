"""Who writes facts late, or takes them back, marks what had been counted: rollups go on saying what the facts say."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, insert

from ringdesk.agents import intervals
from ringdesk.agents.intervals import PresenceChanged
from ringdesk.agents.models import PresenceInterval
from ringdesk.agents.presence import Shown, State
from ringdesk.statistics import periods
from ringdesk.statistics.cubes import CUBES
from ringdesk.statistics.folding import Folder
from ringdesk.statistics.models import Folded
from ringdesk.statistics.query import Query
from ringdesk.statistics.reading import read
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database
from ringdesk.storage.quarters import quarter_of
from ringdesk.telephony.facts import Call, CallBegan, CallDropped, CallEnded, Conversation, Offer, Visit
from ringdesk.telephony.store import CallStore
from tests.statistics import facts

ZONE = ZoneInfo("Europe/Kyiv")
TODAY = now().replace(hour=0, minute=0, second=0, microsecond=0)
ACCOUNTS = {1, 2, 3}


@pytest.fixture
async def house(db: Database) -> Database:
    """A house in which agent 1 is available since the day before yesterday, and agent 2 in a wrap-up."""
    async with db.write() as session:
        await facts.people(session, TODAY - timedelta(days=3))
        rows = [(1, "available", -44, None), (2, "available", -44, -40), (2, "wrap_up", -40, None)]
        for user, state, begin, end in rows:
            ended = None if end is None else TODAY + timedelta(hours=end)
            began = TODAY + timedelta(hours=begin)
            await session.execute(insert(PresenceInterval).values(user_id=user, state=state, started_at=began, ended_at=ended))
    return db


async def read_all(db: Database) -> dict[str, list[object]]:
    period = periods.Period(quarter_of(TODAY - timedelta(days=3)), quarter_of(TODAY), ZONE)
    async with db.read() as session:
        return {
            cube.name: [(r.start, r.keys, r.of) for r in await read(session, Query(cube=cube, period=period, keys=cube.keys, grain="day"))]
            for cube in CUBES
        }


async def fold(db: Database) -> None:
    folder = Folder(db, ZONE)
    await folder.prepare()
    async for _ in folder.catch_up():
        pass


async def told_by_facts(db: Database) -> dict[str, list[object]]:
    """Nothing counts as counted."""
    async with db.write() as session:
        await session.execute(delete(Folded))
    return await read_all(db)


async def change_is_seen(db: Database, before: dict[str, list[object]]) -> dict[str, list[object]]:
    """Reports say so at once, the same after it was counted, and the same as the facts."""
    after = await read_all(db)
    assert after != before
    await fold(db)
    assert await read_all(db) == after
    assert await told_by_facts(db) == after
    return after


async def test_an_interval_that_ended_days_ago(house: Database) -> None:
    """The database was away, say: Ringdesk knew, and writes it now."""
    await fold(house)
    before = await read_all(house)
    changes = [
        PresenceChanged(1, Shown(State.PAUSED, "lunch", TODAY - timedelta(hours=30))),
        PresenceChanged(1, Shown(State.OFFLINE, None, TODAY - timedelta(hours=29))),
        PresenceChanged(2, Shown(State.AVAILABLE, None, TODAY - timedelta(hours=39))),
    ]
    async with house.write() as session:
        await intervals.save(session, house.dialect, changes, ACCOUNTS)
    after = await change_is_seen(house, before)
    assert after["people"] != before["people"]  # the wrap-up has a length now
    assert after["presence"] != before["presence"]


def call(hours: float, **known: object) -> Call:
    return Call(id="pbx-1", linkedid="1", started_at=TODAY + timedelta(hours=hours), direction="in", did="100", trunk="PJSIP/provider",
                caller_number="+4930901820", **known)  # type: ignore[arg-type]  # of the tests  # fmt: skip


def store_of(db: Database) -> CallStore:
    return CallStore(db, "pbx", "DE", lambda _interface: 3)


async def test_a_call_whose_end_is_told_late(house: Database) -> None:
    """It was thought to go on, by all quarters of a day; then the PBX's log says that it did not."""
    store, going_on = store_of(house), call(-20)
    store.note(CallBegan(at=going_on.started_at, call=going_on))
    await store.flush()
    await fold(house)
    before = await read_all(house)
    again = store_of(house)  # after a restart
    ended = call(-20, ended_at=TODAY - timedelta(hours=19.9), outcome="abandoned")
    again.note(CallEnded(at=now(), call=ended))
    await again.flush()
    after = await change_is_seen(house, before)
    assert after["concurrency"] != before["concurrency"]


async def test_a_call_that_was_none(house: Database) -> None:
    store, began = store_of(house), TODAY - timedelta(hours=4)
    whole = call(
        -4,
        answered_at=began + timedelta(seconds=20),
        ended_at=began + timedelta(hours=1),
        visits=[Visit(seq=0, queue="support", entered_at=began, left_at=began + timedelta(seconds=20), outcome="answered")],
        offers=[Offer(seq=0, queue="support", interface="PJSIP/1003", channel="a", rung_at=began, outcome="answered")],
        conversations=[Conversation(seq=0, queue="support", interface="PJSIP/1003", channel="a", started_at=began + timedelta(minutes=50))],
    )
    await fold(house)
    without = await read_all(house)
    store.note(CallBegan(at=began, call=whole))
    await store.flush()
    before = await change_is_seen(house, without)
    store.note(CallDropped(at=now(), call=whole))
    await store.flush()
    assert await change_is_seen(house, before) == without
