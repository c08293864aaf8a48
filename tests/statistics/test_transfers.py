"""From whom to whom: recorded calls of a real Asterisk through the call tracker into the database, and what the cube makes of them."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from ringdesk.statistics.cubes.transfers import TRANSFERS
from ringdesk.statistics.periods import Period
from ringdesk.statistics.query import Query
from ringdesk.statistics.reading import read
from ringdesk.storage.engine import Database
from ringdesk.storage.quarters import quarter_of
from ringdesk.telephony.facts import Call, CallFact
from ringdesk.telephony.store import CallStore
from tests.telephony.recording import play, recorded_events

OWNERS = {"PJSIP/1001": 1, "PJSIP/1005": 5}
AGENT, QUEUE, NUMBER = "agent", "queue", "number"
WENT = {
    "attended_transfer_by_refer": (AGENT, "5"),
    "attended_transfer_completed": (AGENT, "5"),
    "attended_transfer_out": (NUMBER, "004930901820"),
    "attended_transfer_while_ringing": (AGENT, "5"),
    "blind_transfer_by_refer": (AGENT, "5"),
    "blind_transfer_not_answered": (AGENT, "5"),
    "blind_transfer_out": (NUMBER, "+4930901820"),
    "blind_transfer_to_agent": (AGENT, "5"),
    "blind_transfer_to_queue": (QUEUE, "sales"),
    "outgoing_then_transferred": (AGENT, "5"),
    "park_and_give_up": (NUMBER, "700"),
    "park_and_retrieve": (AGENT, "5"),
    "park_times_out": (AGENT, "1"),  # back to who parked the caller
    "answered_agent_hangs_up": None,
    "attended_transfer_cancelled": None,
    "attended_transfer_target_busy": None,
}


async def transfers(db: Database, call: Call) -> list[tuple[str, int, str, str, int]]:
    period = Period(quarter_of(call.started_at - timedelta(hours=1)), quarter_of(call.started_at + timedelta(hours=2)), ZoneInfo("UTC"))
    async with db.read() as session:
        rows = await read(session, Query(cube=TRANSFERS, period=period, keys=TRANSFERS.keys))
    return [(row.keys["queue"], row.keys["from_agent"], row.keys["to_kind"], row.keys["to"], row.of["n"]) for row in rows]


async def written(db: Database, name: str, owners: dict[str, int]) -> Call:
    told = play(recorded_events(name))
    store = CallStore(db, "pbx", "UA", owners.get)
    for fact in told.facts:
        if isinstance(fact, CallFact):
            store.note(fact)
    await store.flush()
    return next(iter(told.calls.values()))


@pytest.mark.parametrize("name", WENT)
async def test_who_sent_the_caller_where(db: Database, name: str) -> None:
    call = await written(db, name, OWNERS)
    went, queue = WENT[name], "" if name.startswith("outgoing") else "support"
    assert await transfers(db, call) == ([] if went is None else [(queue, 1, *went, 1)])


async def test_a_phone_that_is_nobodys_goes_by_the_number_dialled(db: Database) -> None:
    call = await written(db, "blind_transfer_to_agent", {})
    assert await transfers(db, call) == [("support", 0, NUMBER, "1005", 1)]
