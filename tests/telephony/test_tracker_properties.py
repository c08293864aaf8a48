"""Whatever order events come in, doubled, late or missing, the tracker's invariants hold."""

from collections import Counter
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ringdesk.telephony import events as e
from ringdesk.telephony.events import Channel, LinkLost, LiveChannel, LiveStateRead, PbxEvent
from ringdesk.telephony.facts import (
    CallBegan,
    CallDropped,
    CallEnded,
    CallFact,
    CallsJoined,
    ConversationBegan,
    ConversationEnded,
    OfferBegan,
    OfferEnded,
    PhoneDown,
    PhoneUp,
    VisitBegan,
    VisitEnded,
)
from ringdesk.telephony.tracking.machine import _HANDLERS
from tests.telephony.recording import NAMES, Told, play, recorded_events

STREAMS = {name: recorded_events(name) for name in NAMES}
CALLS = [name for name in NAMES if STREAMS[name]]


def renamed(value: Any, mark: str) -> Any:
    """The same event in another call: every id of a channel, call or bridge gets a mark of its own."""
    if isinstance(value, Channel):
        name = value.name.replace(";", f"{mark};") if ";" in value.name else f"{value.name}{mark}"
        return replace(
            value, uniqueid=value.uniqueid and value.uniqueid + mark, linkedid=value.linkedid and value.linkedid + mark, name=name
        )
    if is_dataclass(value) and not isinstance(value, type):
        changes = {f.name: renamed(getattr(value, f.name), mark) for f in fields(value)}
        if "bridge" in changes:
            changes["bridge"] = changes["bridge"] and changes["bridge"] + mark
        return replace(value, **changes)
    return value


def silence_at(stream: list[PbxEvent], i: int) -> list[PbxEvent]:
    """The link breaks before event `i`, and comes back at once to a PBX that has just the channels that appear later."""
    at = stream[i].at if i < len(stream) else stream[-1].at
    later: dict[str, LiveChannel] = {}
    for event in stream[i:]:
        if isinstance(event, e.ChannelEvent) and not isinstance(event, e.ChannelCreated):
            later.setdefault(
                event.channel.uniqueid,
                LiveChannel(channel=event.channel, bridge="", application="", connected_number="", since=at),
            )
    return [LinkLost(at=at), LiveStateRead(at=at, channels=tuple(later.values()), waiting=(), members=())]


@st.composite
def damaged(draw: st.DrawFn) -> list[PbxEvent]:
    """Two recordings at once, with events doubled, lost, late, and the link lost on the way."""
    first = STREAMS[draw(st.sampled_from(CALLS))]
    second = [renamed(event, "b") for event in STREAMS[draw(st.sampled_from(CALLS))]]
    shift = first[0].at - second[0].at + timedelta(seconds=draw(st.floats(0.0013, 3)))
    stream = sorted([*first, *(replace(event, at=event.at + shift) for event in second)], key=lambda event: event.at)
    for kind in draw(st.lists(st.sampled_from(["double", "lose", "late", "swap", "silence"]), max_size=8)):
        i = draw(st.integers(0, len(stream) - 1))
        if kind == "double":
            stream.insert(draw(st.integers(i, len(stream))), stream[i])
        elif kind == "lose" and len(stream) > 1:
            del stream[i]
        elif kind == "late":
            stream.insert(draw(st.integers(i, len(stream) - 1)), stream.pop(i))
        elif kind == "swap" and i:
            stream[i - 1], stream[i] = stream[i], stream[i - 1]
        elif kind == "silence":
            stream[i:i] = silence_at(stream, i)
    return stream


def check(told: Told) -> None:
    begun: Counter[str] = Counter()
    ended: Counter[str] = Counter()
    parts: Counter[tuple[str, str]] = Counter()
    up: set[str] = set()
    joined = {fact.gone.id for fact in told.facts if isinstance(fact, CallsJoined)}
    dropped = {fact.call.id for fact in told.facts if isinstance(fact, CallDropped)}
    for fact in told.facts:
        match fact:
            case CallBegan():
                begun[fact.call.id] += 1
            case CallEnded():
                ended[fact.call.id] += 1
            case PhoneUp():
                assert fact.channel not in up, "a phone went up twice"
                up.add(fact.channel)
            case PhoneDown():
                assert fact.channel in up, "a phone went down that was not up"
                up.discard(fact.channel)
            case VisitBegan() | OfferBegan() | ConversationBegan() | VisitEnded() | OfferEnded() | ConversationEnded():
                parts[type(fact).__name__, _identity(fact)] += 1
            case _:
                pass
    assert not up, "phones left up"
    assert max(begun.values(), default=1) == 1
    assert max(ended.values(), default=1) == 1
    assert set(begun) - set(ended) <= joined | dropped, "a call was begun and never ended"
    assert set(ended) <= set(begun)
    for (kind, identity), count in parts.items():
        assert count == 1, f"{kind} of {identity} told {count} times"
    for call in told.calls.values():
        check_call(call)


def check_call(call: Any) -> None:
    assert call.ended_at is not None
    assert call.ended_at >= call.started_at
    assert call.outcome
    for visits in (call.visits, call.offers, call.conversations):
        assert [part.seq for part in visits] == list(range(len(visits)))
    for visit in call.visits:
        assert visit.outcome
        assert visit.left_at is not None
        assert visit.left_at >= visit.entered_at
    for offer in call.offers:
        assert offer.ended_at is not None
        assert offer.ended_at >= offer.rung_at
        assert offer.visit_seq is None or offer.visit_seq < len(call.visits)
    for talk in call.conversations:
        assert talk.ended_at is not None
        assert talk.ended_by
        assert talk.ended_at >= talk.started_at
        assert 0 <= talk.hold_s <= (talk.ended_at - talk.started_at).total_seconds() + 1e-3
    for channel, count in Counter(talk.channel for talk in call.conversations).items():
        spans = sorted((t.started_at, t.ended_at) for t in call.conversations if t.channel == channel)
        assert all(end <= start for (_, end), (start, _) in pairwise(spans)), f"{count} talks of one phone overlap"


def _identity(fact: CallFact) -> str:
    """What stays of a part when calls are joined and its seq changes."""
    if isinstance(fact, VisitBegan | VisitEnded):
        return f"visit {fact.visit.queue} {fact.visit.entered_at}"
    if isinstance(fact, OfferBegan | OfferEnded):
        return f"offer {fact.offer.interface} {fact.offer.rung_at}"
    assert isinstance(fact, ConversationBegan | ConversationEnded)
    return f"talk {fact.conversation.channel} {fact.conversation.started_at}"


@given(damaged())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_invariants_hold_whatever_comes(stream: list[PbxEvent]) -> None:
    last = max(event.at for event in stream)
    nothing = LiveStateRead(at=last + timedelta(seconds=1), channels=(), waiting=(), members=())
    told = play([*stream, LinkLost(at=last), nothing])
    assert (told.world.tracks, told.world.legs, told.world.bridges, told.world.locals, told.world.by_linkedid) == ({}, {}, {}, {}, {})
    check(told)


@given(st.sampled_from(CALLS), st.data())
@settings(max_examples=100, deadline=None)
def test_a_doubled_stream_tells_the_same(name: str, data: st.DataObject) -> None:
    """An event that comes twice in a row changes nothing: facts are told once."""
    stream = STREAMS[name]
    doubled = [twice for event in stream for twice in ([event, event] if data.draw(st.booleans()) else [event])]
    once, twice = play(stream), play(doubled)
    assert _history(once) == _history(twice)


@pytest.mark.parametrize("name", CALLS)
def test_two_calls_at_once_do_not_mix(name: str) -> None:
    first = STREAMS[name]
    both = sorted([*first, *(renamed(event, "b") for event in first)], key=lambda event: event.at)
    alone, together = play(first), play(both)
    assert _history(alone) == _history(together, without="b")
    assert len(together.calls) == 2 * len(alone.calls)


def _history(told: Told, without: str | None = None) -> list[Any]:
    return [
        (c.id, c.direction, c.outcome, c.visits, c.offers, c.conversations)
        for c in told.calls.values()
        if without is None or not c.id.endswith(without)
    ]


def test_every_event_has_a_handler() -> None:
    """The union is closed: a new event that nobody handles is found here."""
    assert set(_HANDLERS) == set(PbxEvent.__args__)  # type: ignore[attr-defined]
