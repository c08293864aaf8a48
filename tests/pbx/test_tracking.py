"""Every scenario on the real Asterisk: what Ringdesk wrote to its database against the PBX's own queue_log, entry by entry."""

import pytest

from ringdesk.telephony import calls
from ringdesk.telephony.calls import EVERYTHING, CallFilter
from ringdesk.telephony.facts import Call
from ringdesk.telephony.rows import call_of
from tests.house import Running
from tests.pbx.floor import Floor
from tests.pbx.scenarios import SCENARIOS
from tests.telephony import queue_log

# scenario → (calls, their directions, their outcomes); what queue_log cannot say because no queue had a part
EXPECTED: dict[str, list[tuple[str, str]]] = {
    "direct_call_answered": [("in", "answered")],
    "direct_call_no_answer": [("in", "no_answer")],
    "direct_call_busy": [("in", "busy")],
    "direct_abandoned_ringing": [("in", "abandoned")],
    "internal_call": [("internal", "answered")],
    "outgoing_answered": [("out", "answered")],
    "outgoing_no_answer": [("out", "no_answer")],
    "outgoing_busy": [("out", "busy")],
    "click_to_dial_answered": [("out", "answered")],
    "click_to_dial_agent_does_not_answer": [("out", "no_answer")],
    "click_to_dial_customer_busy": [("out", "busy")],
    "ivr_only": [("in", "no_answer")],
    "queue_full": [("in", "abandoned"), ("in", "busy")],
    "queue_join_empty": [("in", "no_answer")],
    "spy_by_originate": [("in", "answered")],
    "spy_by_extension": [("in", "answered")],
    "spy_by_audiosocket": [("in", "answered")],
    "two_calls_of_one_caller": [("in", "answered"), ("in", "answered")],
    "attended_transfer_by_refer": [("in", "answered")],
    "pickup": [("in", "answered")],
    "park_and_retrieve": [("in", "answered")],
    "anonymous": [("in", "answered")],
}


@pytest.mark.parametrize("name", sorted(SCENARIOS))
async def test_the_history_equals_the_queue_log(name: str, pbx: Floor, desk: Running) -> None:
    await SCENARIOS[name](pbx)
    await pbx.quiet()
    await desk.quiet()
    async with desk.house.db.read() as session:
        records, _ = await calls.page(session, EVERYTHING, CallFilter(), sort="started_at", cursor=None, limit=100)
    found = [call_of(record) for record in records]
    born = {m["Uniqueid"]: m["Linkedid"] for m in pbx.ami.found("Newchannel", since=pbx.began or 0)}
    by_id = {call.id: call for call in found}
    uniqueids = {uniqueid: f"pbx-{linkedid}" for uniqueid, linkedid in born.items() if f"pbx-{linkedid}" in by_id}
    entries = [queue_log.Entry(e.time, e.callid, e.queue, e.agent, e.event, tuple(e.data)) for e in pbx.queue_log]
    missing = {e.callid for e in entries if e.event == "ENTERQUEUE"} - uniqueids.keys()
    assert not missing, "calls of the queue_log that we have not"
    assert queue_log.differences(entries, found, uniqueids) == []
    if name in EXPECTED:
        assert [(call.direction, call.outcome) for call in found] == EXPECTED[name]
    check(found)
    assert desk.house.bus.failures == 0
    assert desk.house.listener.counters.failed_callbacks == 0


def check(found: list[Call]) -> None:
    """Nothing open, nothing negative, nothing unknown: the link was up all the time."""
    for call in found:
        assert call.ended_at is not None
        assert call.outcome not in (None, "unknown")
        assert not call.gap
        assert all(v.outcome not in (None, "unknown") and v.left_at and v.left_at >= v.entered_at for v in call.visits)
        assert all(o.outcome and o.ended_at and o.ended_at >= o.rung_at for o in call.offers)
        assert all(c.ended_by and c.ended_at and c.ended_at >= c.started_at and c.hold_s >= 0 for c in call.conversations)
