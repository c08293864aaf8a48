"""Every recorded call, against the queue_log the same PBX wrote of it."""

import csv

import pytest

from ringdesk.telephony.events import ChannelCreated
from ringdesk.telephony.tracking.world import interface_of, named_like_an_extension, trunk_of
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


@pytest.mark.parametrize("name", NAMES)
def test_the_trunk_is_the_one_in_the_cdr(name: str) -> None:
    """Whatever channel of the call the PBX's own record names that is nobody's phone."""
    told = play(recorded_events(name))
    lines: dict[str, set[str]] = {}
    with (RECORDED / f"{name}.cdr.csv").open(newline="") as file:
        for row in csv.reader(file):
            ends = {interface_of(channel) for channel in (row[5], row[6]) if channel and not channel.startswith("Local/")}
            lines.setdefault(row[19], set()).update(end for end in ends if not named_like_an_extension(end))
    for call in told.calls.values():
        if call.linkedid in lines:  # the PBX writes none of a call whose phone was off
            assert {call.trunk} - {None} == lines[call.linkedid]
        assert (call.trunk is None) >= (call.direction == "internal")


@pytest.mark.parametrize(
    ("interface", "trunk"),
    [("PJSIP/provider", "PJSIP/provider"), ("DAHDI/i1/0301234", "DAHDI/i1"), ("SIP/192.0.2.7", "SIP/192.0.2.7"), ("odd", "odd")],
)
def test_a_trunk_is_named_without_the_number_called(interface: str, trunk: str) -> None:
    assert trunk_of(interface) == trunk


# What the recordings' transfers were dialled to, also where the caller ended up elsewhere.
SENT_TO = {
    "attended_transfer_by_refer": "1005", "attended_transfer_completed": "1005", "attended_transfer_out": "004930901820",
    "attended_transfer_while_ringing": "1005", "blind_transfer_by_refer": "1005", "blind_transfer_not_answered": "1005",
    "blind_transfer_out": "+4930901820", "blind_transfer_to_agent": "1005", "blind_transfer_to_queue": "4003",
    "outgoing_then_transferred": "1005", "park_and_give_up": "700", "park_and_retrieve": "700", "park_times_out": "700",
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_transfer_says_where_to(name: str) -> None:
    talks = [talk for call in play(recorded_events(name)).calls.values() for talk in call.conversations]
    assert [talk.sent_to for talk in talks if talk.ended_by == "transfer"] == ([SENT_TO[name]] if name in SENT_TO else [])
    assert all(talk.sent_to is None for talk in talks if talk.ended_by != "transfer")


def _linkedids(stream, call_id: str) -> set[str]:  # type: ignore[no-untyped-def]
    return {e.channel.linkedid for e in stream if isinstance(e, ChannelCreated) if f"pbx-{e.channel.linkedid}" == call_id}
