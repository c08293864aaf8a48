"""What goes on counts when it is over: no mean is made smaller by conversations, wrap-ups and offers that have no length yet."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from ringdesk.agents.models import PresenceInterval
from ringdesk.statistics import behind, reports
from ringdesk.statistics.catalogue import Scope
from ringdesk.statistics.folding import Folder
from ringdesk.statistics.periods import Period
from ringdesk.statistics.report import Wanted
from ringdesk.storage.engine import Database
from ringdesk.storage.quarters import quarter_of
from ringdesk.telephony.models import CallRow, ConversationRow, OfferRow, QueueVisitRow
from tests.statistics import facts

NOON = datetime(2026, 10, 12, 12, tzinfo=UTC)
PERIOD = Period(quarter_of(NOON), quarter_of(NOON) + 4, ZoneInfo("UTC"))
HOUSE = Scope(everything=True)
OVER = 5
RANG, TALK, HOLD, WRAP = 10, 300, 60, 30  # seconds of each


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def call(found: facts.Rows, number: int, *, over: bool) -> None:
    """One of the agents' calls that is over, with its wrap-up, or one that goes on: they talk, and another phone of theirs rings for it."""
    call_id, agent = f"pbx-{number}", number if over else number - OVER
    end = at(RANG + TALK + HOLD) if over else None
    known = {"call_id": call_id, "queue": "support", "interface": f"PJSIP/100{agent}", "agent_id": agent, "channel": None}
    found[CallRow].append(
        {"id": call_id, "pbx": "pbx", "linkedid": str(number), "direction": "in", "did": None, "origin": None, "placed_by": None,
         "trunk": None, "caller_number": None, "caller_name": None, "number": None, "customer_id": None, "started_at": NOON,
         "answered_at": at(RANG), "ended_at": end, "outcome": "answered" if over else None, "gap": False, "merged_into": None}
    )  # fmt: skip
    found[QueueVisitRow].append(
        {"call_id": call_id, "seq": 0, "queue": "support", "entered_at": NOON, "left_at": at(RANG), "outcome": "answered"}
    )
    found[OfferRow].append({**known, "seq": 0, "visit_seq": 0, "rung_at": NOON, "ended_at": at(RANG), "outcome": "answered"})
    if not over:
        found[OfferRow].append({**known, "seq": 1, "visit_seq": 0, "rung_at": at(60), "ended_at": None, "outcome": None})
    ended = {"ended_at": end, "hold_s": float(HOLD) if over else 20.0, "ended_by": "transfer" if over and number == 1 else None}
    found[ConversationRow].append({**known, "seq": 0, "started_at": at(RANG), "sent_to": None, **ended})
    if over:
        wrapped = {"user_id": agent, "state": "wrap_up", "reason": None, "call_id": call_id, "started_at": end}
        found[PresenceInterval].append({**wrapped, "ended_at": None if number == OVER else at(RANG + TALK + HOLD + WRAP)})


@pytest.fixture
async def house(db: Database) -> Database:
    """Five conversations of five minutes that are over and three that go on, one of the five still being wrapped up."""
    found: facts.Rows = {CallRow: [], QueueVisitRow: [], OfferRow: [], ConversationRow: [], PresenceInterval: []}
    for number in range(1, OVER + 4):
        call(found, number, over=number <= OVER)
    async with db.write() as session:
        await facts.people(session, NOON - timedelta(days=30))
        await facts.write(session, db.dialect, {**found, PresenceInterval: []})
        for row in found[PresenceInterval]:
            session.add(PresenceInterval(**row))
    return db


async def said(db: Database, report: str, *measures: str) -> dict[str, Any]:
    made = await reports.make(db, Wanted(report=report, period=PERIOD, measures=measures), HOUSE, at(3600))
    return made.now.totals


async def listed(db: Database, report: str, measure: str) -> list[str]:
    of_measure = behind.calls(Wanted(report=report, period=PERIOD), HOUSE, measure)
    async with db.read() as session:
        return list(await session.scalars(select(CallRow.id).where(CallRow.id.in_(of_measure)).order_by(CallRow.id)))


HANDLED = {
    "conversations": 5, "talk_s": 5 * TALK, "hold_s": 5 * HOLD, "att_s": TALK, "average_hold_s": HOLD, "wrap_s": 4 * WRAP, "acw_s": WRAP,
    "aht_s": (5 * TALK + 5 * HOLD + 4 * WRAP) / 5, "transfer_rate": 1 / 5,
}  # fmt: skip


@pytest.mark.parametrize("counted", [False, True], ids=["from the facts", "from rollups"])
async def test_means_are_those_of_what_is_over(house: Database, counted: bool) -> None:
    if counted:
        folder = Folder(house, ZoneInfo("UTC"), lambda: at(3 * 86400))
        await folder.prepare()
        async for _ in folder.catch_up():
            pass
    offers = {"offers": 8, "offers_answered": 8, "ring_s": RANG, "offer_answer_rate": 1.0}
    for report, expected in (("queues", HANDLED), ("agents", HANDLED | offers)):
        assert await said(house, report, *expected) == pytest.approx(expected), report
    lines = {"calls": 8, "active": 3, "answered": 5, "answered_s": 5 * (TALK + HOLD), "mean_call_s": TALK + HOLD, "answer_rate": 1.0}
    assert await said(house, "directions", *lines) == pytest.approx(lines)
    assert await said(house, "talks", "conversations") == {"conversations": 5}


async def test_a_team_has_what_is_over_too(house: Database) -> None:
    """The teams of 1, 2 and 3, who talk again."""
    assert await said(house, "teams", "conversations", "att_s") == {"conversations": 3, "att_s": TALK}


async def test_the_calls_behind_are_those_that_are_over(house: Database) -> None:
    over = [f"pbx-{number}" for number in range(1, 6)]
    for report in ("queues", "agents"):
        for measure in ("conversations", "aht_s", "att_s", "transfer_rate"):
            assert await listed(house, report, measure) == over, (report, measure)
        assert await listed(house, report, "acw_s") == over[:4], report
    assert await listed(house, "queues", "answered") == [f"pbx-{number}" for number in range(1, 9)]
