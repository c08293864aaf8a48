"""Conversations: which agent and the customer hear each other, since when, with how much holding, and who ended it."""

from dataclasses import replace
from datetime import datetime, timedelta

from ringdesk.telephony import events as e
from ringdesk.telephony.facts import (
    CallTransferred,
    Conversation,
    ConversationBegan,
    ConversationEnded,
    ConversationHeld,
    ConversationResumed,
    EndedBy,
    Offer,
    OfferBegan,
    OfferEnded,
)
from ringdesk.telephony.tracking.queueing import end_offer, settle_leaving
from ringdesk.telephony.tracking.world import Leg, Talk, Track, World, interface_of

# A channel that changes bridges (Local optimisation, a merge) is in none for some microseconds. That is no holding.
SWAP = timedelta(milliseconds=50)


def bridge_entered(world: World, event: e.BridgeEntered) -> None:
    if (leg := world.leg(event.channel, event.at)) is None:
        return
    track = world.track_of(leg)
    settle_leaving(world, track, leg, event.at)
    world.enter_bridge(leg, event.bridge, event.holding)
    leg.done = False
    if not event.holding:
        track = join_bridged(world, leg, event.at)
    world.announce(track, event.at)
    for channel, talk in track.talks.items():
        concerned = talk.suspended_at is not None and leg.uniqueid in (channel, track.customer)
        if concerned and not _hears_customer(world, track, track.legs[channel]):
            talk.parted = True
            _tell_held(world, track, talk, event.at)
    reconnect(world, track, event.at)


def bridge_left(world: World, event: e.BridgeLeft) -> None:
    leg = world.leg(event.channel, event.at)
    if leg is None or leg.bridge != event.bridge:
        world.anomalies["left_another_bridge"] += leg is not None
        return
    track = world.track_of(leg)
    note_leaver(world, track, leg)
    world.leave_bridge(leg)
    if leg.asked_to_end and not (leg.uniqueid in track.talks and track.talks[leg.uniqueid].parted):
        # The phone is down. The channel's own end may come seconds later, and in a consultation the transfer's word comes first.
        end_talk(world, track, leg.uniqueid, event.at)
        world.phone_down(leg, event.at)
    reconnect(world, track, event.at)


def held(world: World, event: e.Held | e.Resumed) -> None:
    if (leg := world.leg(event.channel, event.at)) is not None:
        leg.held = isinstance(event, e.Held)
        reconnect(world, world.track_of(leg), event.at)


def blind_transferred(world: World, event: e.BlindTransferred) -> None:
    leg = world.leg(event.transferer, event.at)
    if leg is None or not event.succeeded:
        return
    track = world.track_of(leg)
    _sent_on(world, track, leg, "blind", event.exten, event.at)


def attended_transferred(world: World, event: e.AttendedTransferred) -> None:
    leg = world.leg(event.transferer, event.at)
    if leg is None or not event.succeeded:
        return
    track = world.track_of(leg)
    consult = world.leg(event.consult, event.at)
    if consult is not None:
        track = world.join(track, world.track_of(consult), event.at)
    target = None if event.target is None else world.leg(event.target, event.at)
    to = "" if target is None else (target.exten if target.is_local else interface_of(target.name).rpartition("/")[2])
    _sent_on(world, track, leg, "attended", to, event.at)
    reconnect(world, track, event.at)


def picked_up(world: World, event: e.PickedUp) -> None:
    """A colleague took the call that rang at `target`: from here on it is theirs."""
    picker, target = world.leg(event.channel, event.at), world.leg(event.target, event.at)
    if picker is None or target is None:
        return
    if picker.offer is not None:
        world.anomalies["picked_up_twice"] += 1
        return
    track = world.join(world.track_of(target), world.track_of(picker), event.at)
    world.announce(track, event.at)
    rung = None if target.offer is None else track.call.offers[target.offer]
    if target.offer is not None:
        end_offer(world, track, target.offer, event.at, "cancelled")
    offer = Offer(
        seq=len(track.call.offers),
        interface=picker.interface,
        channel=picker.uniqueid,
        rung_at=event.at,
        visit_seq=None if rung is None else rung.visit_seq,
        queue=None if rung is None else rung.queue,
    )
    track.call.offers.append(offer)
    world.tell(OfferBegan(at=event.at, call=track.call, offer=offer))
    answered = track.call.offers[offer.seq] = replace(offer, ended_at=event.at, outcome="answered")
    world.tell(OfferEnded(at=event.at, call=track.call, offer=answered))
    picker.offer = offer.seq
    picker.is_agent = True


def join_bridged(world: World, leg: Leg, at: datetime) -> Track:
    """Whoever hears each other is in one call."""
    track = world.track_of(leg)
    for uniqueid in sorted(world.connected(leg)):
        other = world.track_of(world.legs[uniqueid])
        if other is not track and not track.spying and not other.spying:
            track = world.join(track, other, at)
    return track


def reconnect(world: World, track: Track, at: datetime) -> None:
    """Begin, hold and resume conversations so that they match who hears whom now."""
    for leg in list(track.legs.values()):
        if not leg.is_agent:
            continue
        talk = track.talks.get(leg.uniqueid)
        together = not leg.held and not leg.done and _hears_customer(world, track, leg)
        if talk is None:
            if together:
                _begin(world, track, leg, at)
        elif together and talk.suspended_at is not None:
            _resume(world, track, talk, at)
        elif not together and talk.suspended_at is None:
            talk.suspended_at = at
            talk.parted = leg.held
            if leg.held:  # who just left the bridge hangs up in a moment, or is told of where they appear next
                _tell_held(world, track, talk, at)


def end_talk(world: World, track: Track, channel: str, at: datetime, ended_by: EndedBy | None = None, sent_to: str | None = None) -> None:
    """Close the conversation of an agent's channel. Time between leaving the bridge and hanging up is neither talk nor hold."""
    talk = track.talks.pop(channel, None)
    if talk is None:
        return
    if channel in track.legs:
        track.legs[channel].done = True
    was = track.call.conversations[talk.index]
    end = max(at, was.started_at)
    hold = was.hold_s
    if talk.suspended_at is not None:
        if talk.parted:
            hold += max(0.0, (end - talk.suspended_at).total_seconds())
        else:
            end = max(talk.suspended_at, was.started_at)
    hold = min(hold, (end - was.started_at).total_seconds())  # late events may have moved the end before the hold's
    by: EndedBy = talk.ended_by or ended_by or talk.first_to_leave or "system"
    ended = track.call.conversations[talk.index] = replace(was, ended_at=end, hold_s=round(hold, 6), ended_by=by, sent_to=sent_to)
    world.tell(ConversationEnded(at=at, call=track.call, conversation=ended))


def note_leaver(world: World, track: Track, leg: Leg) -> None:
    """Who leaves first ends it, unless they come back."""
    for channel, talk in track.talks.items():
        if talk.first_to_leave:
            continue
        if channel == leg.uniqueid:
            talk.first_to_leave = "agent"
        elif leg.uniqueid == track.customer or (channel == track.customer and leg.is_agent):
            talk.first_to_leave = "customer"


def _hears_customer(world: World, track: Track, leg: Leg) -> bool:
    if not leg.bridge and not leg.is_local:
        return False
    heard = world.connected(leg)
    if leg.uniqueid != track.customer:
        return track.customer in heard
    return any(other.is_agent and other is not leg and other.uniqueid in heard for other in track.legs.values())


def _begin(world: World, track: Track, leg: Leg, at: datetime) -> None:
    queue = None
    if leg.offer is not None:
        end_offer(world, track, leg.offer, at, "answered")
        queue = track.call.offers[leg.offer].queue
    call = track.call
    earlier = [c.ended_at for c in call.conversations if c.channel == leg.uniqueid and c.ended_at is not None]
    at = max([at, *earlier])  # a late event does not make two conversations of one phone overlap
    conversation = Conversation(
        seq=len(call.conversations), interface=_interface(track, leg), channel=leg.uniqueid, started_at=at, queue=queue
    )
    call.conversations.append(conversation)
    call.answered_at = call.answered_at or at
    track.talks[leg.uniqueid] = Talk(index=conversation.seq)
    track.sent_by = ""
    world.tell(ConversationBegan(at=at, call=call, conversation=conversation))


def _interface(track: Track, leg: Leg) -> str:
    """A member that is a piece of dialplan goes by the name the queue knows it by."""
    return track.call.offers[leg.offer].interface if leg.is_local and leg.offer is not None else leg.interface


def _resume(world: World, track: Track, talk: Talk, at: datetime) -> None:
    was = track.call.conversations[talk.index]
    pause = at - (talk.suspended_at or at)
    hold = was.hold_s + (pause.total_seconds() if pause > SWAP or (talk.parted and pause > timedelta(0)) else 0.0)
    resumed = track.call.conversations[talk.index] = replace(was, hold_s=round(hold, 6))
    if talk.told_held:
        world.tell(ConversationResumed(at=at, call=track.call, conversation=resumed))
    talk.suspended_at, talk.parted, talk.first_to_leave, talk.told_held = None, False, None, False


def _tell_held(world: World, track: Track, talk: Talk, at: datetime) -> None:
    if not talk.told_held:
        talk.told_held = True
        world.tell(ConversationHeld(at=at, call=track.call, conversation=track.call.conversations[talk.index]))


def _sent_on(world: World, track: Track, leg: Leg, kind: str, to: str, at: datetime) -> None:
    end_talk(world, track, leg.uniqueid, at, "transfer", to or None)
    world.phone_down(leg, at)  # the PBX may keep the agent's channel until the colleague answers; the agent is free now
    if not any(channel != track.customer for channel in track.talks):
        track.sent_by = leg.interface
    world.tell(CallTransferred(at=at, call=track.call, by=leg.interface, kind=kind, to=to))
