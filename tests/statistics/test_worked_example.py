"""An hour of one queue and two agents, small enough to reckon by hand: the values of the measures, from the facts and from rollups.

Answered after 5, 10, 15, 20, 25, 45 and 62 seconds; gave up after 3, 12 and 90; sent on after 120 (timed out) and 30 (a key), found it
full, found nobody there; one still waits. Promised: within 20 seconds; who gives up sooner than 5 is no loss."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ringdesk.agents.models import PresenceInterval
from ringdesk.statistics import reports, targets
from ringdesk.statistics.catalogue import Scope
from ringdesk.statistics.folding import Folder
from ringdesk.statistics.periods import Period
from ringdesk.statistics.report import Wanted
from ringdesk.statistics.targets import Target, Variant
from ringdesk.storage.engine import Database
from ringdesk.storage.quarters import quarter_of
from ringdesk.telephony.models import CallRow, ConversationRow, OfferRow, QueueVisitRow
from tests.statistics import facts

NOON, HOUR, DAY = datetime(2026, 10, 12, 12, tzinfo=UTC), timedelta(hours=1), timedelta(days=1)
ZONE = ZoneInfo("UTC")
PERIOD = Period(quarter_of(NOON), quarter_of(NOON + HOUR), ZONE)
# wait in seconds, agent, how long ago the same number was answered (None: never; its number is known all the same)
ANSWERED: Sequence[tuple[int, int, timedelta | None]] = (
    (10, 1, 20 * HOUR), (20, 1, 2 * DAY), (45, 1, 6 * DAY), (5, 1, 12 * DAY), (15, 2, 25 * DAY), (25, 2, None),
)  # fmt: skip
WITHHELD = 62  # seconds that the seventh waited, who shows no number
LEFT = (("abandoned", 3), ("abandoned", 12), ("abandoned", 90), ("timed_out", 120), ("transferred", 30), ("full", 0), ("empty", 1))
TALK = {1: 375, 2: 300}  # seconds of each conversation: four are 1500, three 900
PRESENCE = {  # seconds of each state, one after the other: an hour, all of it signed in but for the second's last third
    1: (("available", 900), ("ringing", 60), ("talking", 1500), ("wrap_up", 540), ("paused", 600)),
    2: (("available", 1200), ("talking", 900), ("wrap_up", 300), ("offline", 1200)),
}


def call(found: facts.Rows, began: datetime, outcome: str | None, number: str | None, *, wait: int = 0, agent: int | None = None) -> str:
    """A call to support with its visit, and with its conversation if it had an agent."""
    count = len(found[CallRow])
    call_id, left = f"pbx-{count}", None if outcome is None else began + timedelta(seconds=wait)
    end = left if agent is None or left is None else left + timedelta(seconds=TALK[agent])
    found[CallRow].append(
        {"id": call_id, "pbx": "pbx", "linkedid": str(count), "direction": "in", "did": None, "origin": None, "placed_by": None,
         "trunk": None, "caller_number": number, "caller_name": None, "number": number, "customer_id": None, "started_at": began,
         "answered_at": left if outcome == "answered" else None, "ended_at": end, "outcome": outcome, "gap": False, "merged_into": None}
    )  # fmt: skip
    found[QueueVisitRow].append(
        {"call_id": call_id, "seq": 0, "queue": "support", "entered_at": began, "left_at": left, "outcome": outcome}
    )
    if agent is not None:
        found[ConversationRow].append(
            {"call_id": call_id, "seq": 0, "queue": "support", "interface": f"PJSIP/100{agent}", "agent_id": agent, "channel": None,
             "started_at": left, "ended_at": end, "hold_s": 0.0, "ended_by": "customer", "sent_to": None}
        )  # fmt: skip
    return call_id


def an_hour() -> facts.Rows:
    found: facts.Rows = {CallRow: [], QueueVisitRow: [], OfferRow: [], ConversationRow: [], PresenceInterval: []}
    last: dict[int, str] = {}
    for i, (wait, agent, ago) in enumerate(ANSWERED):
        last[agent] = call(found, NOON, "answered", f"+4930{i}", wait=wait, agent=agent)
        if ago is not None:
            call(found, NOON - ago, "answered", f"+4930{i}")
    call(found, NOON - HOUR, "abandoned", f"+4930{len(ANSWERED) - 1}")  # nobody answered then: no repeat call
    last[2] = call(found, NOON, "answered", None, wait=WITHHELD, agent=2)
    for outcome, wait in LEFT:
        call(found, NOON, outcome, None, wait=wait)
    call(found, NOON, None, None)
    talks = found[ConversationRow]
    talks[0]["hold_s"] = 60.0
    talks[-1]["ended_by"] = talks[-2]["ended_by"] = "transfer"
    for agent, states in PRESENCE.items():
        at = NOON
        for state, seconds in states:
            begin, at = at, at + timedelta(seconds=seconds)
            of = last[agent] if state == "wrap_up" else None
            found[PresenceInterval].append(
                {"user_id": agent, "state": state, "reason": None, "call_id": of, "started_at": begin, "ended_at": at}
            )
    return found


@pytest.fixture(params=[False, True], ids=["from the facts", "from rollups"])
def rolled_up(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
async def house(db: Database, rolled_up: bool) -> Database:
    async with db.write() as session:
        await facts.people(session, NOON - 60 * DAY)
        await facts.write(session, db.dialect, an_hour())
    if rolled_up:
        await counted(db)
    return db


async def counted(db: Database) -> None:
    folder = Folder(db, ZONE, lambda: NOON + 3 * DAY)
    await folder.prepare()
    async for _ in folder.catch_up():
        pass


async def said(db: Database, report: str, *measures: str) -> dict[str, Any]:
    made = await reports.make(
        db, Wanted(report=report, period=PERIOD, measures=measures), Scope(everything=True), NOON + HOUR, compare=False
    )
    return made.now.totals


async def test_service(house: Database) -> None:
    expected = {
        "offered": 15, "waiting": 1, "answered": 7, "abandoned": 3, "short_abandoned": 1, "answered_in_sl": 4,
        "answer_rate": 7 / 14,  # of those that are over
        "abandon_rate": 2 / 13,  # without who gave up after 3 seconds, above and below
        "overflowed": 4,  # timed out, by a key, full, nobody there
        "asa_s": (5 + 10 + 15 + 20 + 25 + 45 + 62) / 7,
        "abandon_wait_s": (3 + 12 + 90) / 3,
        "longest_wait_s": 120,  # longer than who was answered last, or gave up last
    }  # fmt: skip
    assert await said(house, "queues", *expected) == pytest.approx(expected)


IN_TIME = 4  # 5, 10, 15 and 20 seconds: the threshold itself is in time
VARIANTS: dict[Variant, float] = {
    "offered": IN_TIME / 14,
    "answered": IN_TIME / 7,
    "without_abandoned": IN_TIME / (14 - 3),
    "without_short": IN_TIME / (14 - 1),
    "without_abandoned_in_time": IN_TIME / (14 - 2),
    "abandoned_in_time_met": (IN_TIME + 2) / 14,
}
VARIANTS_COUNTED: tuple[Variant, ...] = ("abandoned_in_time_met",)  # all days are counted anew: that once will do


async def test_service_level_in_each_of_its_variants(house: Database, rolled_up: bool) -> None:
    assert set(VARIANTS) == set(targets.VARIANTS)
    assert await said(house, "queues", "service_level") == pytest.approx({"service_level": IN_TIME / 13}), "the house's own to begin with"
    for variant in VARIANTS if not rolled_up else VARIANTS_COUNTED:
        target = Target(answer_within_s=20, target=0.8, short_abandon_s=5, variant=variant)
        async with house.write() as session:
            await targets.put(session, "support", target, ZONE, user_id=None, address=None)
        if rolled_up:
            await counted(house)
        assert await said(house, "queues", "service_level") == pytest.approx({"service_level": VARIANTS[variant]}), variant


async def test_repeat_callers_and_first_call_resolution(house: Database) -> None:
    """Of six whose number is known: one was answered 20 hours before, the others 2, 6, 12 and 25 days before, and one never."""
    repeats = {1: 1, 3: 2, 7: 3, 14: 4, 30: 5}
    expected = {f"repeat_rate_{days}d": n / 6 for days, n in repeats.items()} | {f"fcr_{days}d": 1 - n / 6 for days, n in repeats.items()}
    assert await said(house, "queues", *expected) == pytest.approx(expected)


async def test_handling(house: Database) -> None:
    expected = {
        "conversations": 7,
        "aht_s": (2400 + 840) / 7,  # hold is part of the 2400 seconds on the phone
        "att_s": 2340 / 7,
        "average_hold_s": 60 / 7,
        "acw_s": 840 / 2,
        "transfer_rate": 2 / 7,
    }
    for report in ("queues", "agents"):
        assert await said(house, report, *expected) == pytest.approx(expected), report


async def test_work(house: Database) -> None:
    """On calls and wrapping up 3240 seconds, waiting for calls 2160, paused 600: 6000 seconds signed in."""
    expected = {"signed_in_s": 6000, "occupancy": 3240 / 5400, "utilisation": 5400 / 6000, "calls_per_hour": 7 / (6000 / 3600)}
    assert await said(house, "agents", *expected) == pytest.approx(expected)
    made = await reports.make(
        house, Wanted(report="agents", period=PERIOD, measures=("occupancy", "utilisation", "calls_per_hour")), Scope(everything=True),
        NOON + HOUR,
    )  # fmt: skip
    rows = {row["agent"]["id"]: row for row in made.now.rows if isinstance(row["agent"], dict)}
    first = {"occupancy": 2040 / 3000, "utilisation": 3000 / 3600, "calls_per_hour": 4.0}
    second = {"occupancy": 1200 / 2400, "utilisation": 1.0, "calls_per_hour": 3 / (2400 / 3600)}
    for agent, of in ((1, first), (2, second)):
        assert {name: rows[agent][name] for name in of} == pytest.approx(of), agent
