"""Every recorded call, against the queue_log the same PBX wrote of it."""

import pytest

from ringdesk.telephony.events import ChannelCreated
from tests.telephony import queue_log
from tests.telephony.recording import NAMES, RECORDED, play, recorded_events


@pytest.mark.parametrize("name", NAMES)
def test_our_records_equal_the_queue_log(name: str) -> None:
    stream = recorded_events(name)
    told = play(stream)
    entries = queue_log.read(RECORDED / f"{name}.queue_log")
    by_linkedid = {linkedid: call.id for call in told.calls.values() for linkedid in _linkedids(stream, call.id)}
    uniqueids = {
        e.channel.uniqueid: by_linkedid[e.channel.linkedid]
        for e in stream
        if isinstance(e, ChannelCreated) and e.channel.linkedid in by_linkedid
    }
    known = {entry.callid for entry in entries if entry.event == "ENTERQUEUE"}
    assert known <= uniqueids.keys(), "a call of the queue_log is missing"
    assert queue_log.differences(entries, told.calls.values(), uniqueids) == []


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_left_behind(name: str) -> None:
    told = play(recorded_events(name))
    world = told.world
    assert (world.tracks, world.legs, world.bridges, world.locals, world.by_linkedid) == ({}, {}, {}, {}, {})
    for call in told.calls.values():
        assert call.ended_at is not None
        assert call.outcome is not None
        assert not call.gap
        assert all(v.outcome and v.left_at for v in call.visits)
        assert all(o.outcome and o.ended_at for o in call.offers)
        assert all(c.ended_by and c.ended_at for c in call.conversations)


def _linkedids(stream, call_id: str) -> set[str]:  # type: ignore[no-untyped-def]
    return {e.channel.linkedid for e in stream if isinstance(e, ChannelCreated) if f"pbx-{e.channel.linkedid}" == call_id}
