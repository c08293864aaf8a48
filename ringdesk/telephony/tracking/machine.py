"""The state machine: one handler an event. Late, doubled and contradictory events are counted by name, and change nothing else."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from ringdesk.telephony import events as e
from ringdesk.telephony.facts import (
    AnyFact,
    Call,
    CallChanged,
    CallDropped,
    CallEnded,
    CallOutcome,
    MemberSeen,
    OfferOutcome,
    VisitOutcome,
)
from ringdesk.telephony.tracking import queueing, recording, resync, talking
from ringdesk.telephony.tracking.world import Leg, Talk, Track, World, interface_of, is_machinery, trunk_of

UP = "6"  # AMI ChannelState of an answered channel
# A DialString names the number before the trunk (`+4930…@provider`), behind it (`provider/sip:+4930…@host`), or alone.
DIALLED = re.compile(r"(?:^|[/:])(\+?[0-9*#]{2,})(?:@|$)")


def advance(world: World, event: e.PbxEvent) -> list[AnyFact]:
    """Apply one event; what became known by it, in order. Deterministic: the same events give the same facts."""
    _HANDLERS[type(event)](world, event)
    facts, world.facts = world.facts, []
    return facts


def channel_created(world: World, event: e.ChannelCreated) -> None:
    if event.channel.uniqueid in world.legs or event.channel.uniqueid in world.gone:
        world.anomalies["born_twice"] += 1
        return
    leg = world.add_leg(event.channel, event.at)
    if leg is None or leg.is_local:
        return
    track = world.track_of(leg)
    if leg.calls_in and not track.customer:
        track.customer = leg.uniqueid
        call = track.call
        call.caller_number, call.caller_name = leg.caller_number, leg.caller_name
        if leg.is_agent:
            call.origin = leg.interface
        else:
            call.direction, call.did, call.trunk = "in", leg.exten or None, trunk_of(leg.interface)
            world.announce(track, event.at)


def channel_state_changed(world: World, event: e.ChannelStateChanged) -> None:
    leg = world.leg(event.channel, event.at)
    if leg is None or leg.up or event.channel.state != UP:
        return
    leg.up = True
    world.phone_up(leg, event.at)


def caller_id_changed(world: World, event: e.CallerIdChanged) -> None:
    """The dialplan may put a number right before anybody is rung; later changes are connected-line politics."""
    if (leg := world.leg(event.channel, event.at)) is None:
        return
    leg.caller_number, leg.caller_name = event.channel.caller_number, event.channel.caller_name
    track = world.track_of(leg)
    call = track.call
    settled = bool(call.visits or call.offers) or call.direction == "out"
    known = (call.caller_number, call.caller_name)
    if leg.uniqueid == track.customer and not settled and known != (leg.caller_number, leg.caller_name):
        call.caller_number, call.caller_name = leg.caller_number, leg.caller_name
        _changed(world, track, event.at)


def channel_renamed(world: World, event: e.ChannelRenamed) -> None:
    if (leg := world.leg(event.channel, event.at)) is not None:
        leg.name = event.new_name
        leg.interface = interface_of(event.new_name)


def hangup_requested(world: World, event: e.HangupRequested) -> None:
    if (leg := world.leg(event.channel, event.at)) is None:
        return
    track = world.track_of(leg)
    leg.asked_to_end = True
    talking.note_leaver(world, track, leg)
    if not leg.bridge:
        world.phone_down(leg, event.at)
    if leg.uniqueid == track.customer:
        track.gave_up = True
    if not leg.up and event.cause:
        leg.refused = event.cause  # a busy phone refuses before app_queue tells that it rings
        if leg.offer is not None:
            track.refused[leg.offer] = event.cause


def dial_began(world: World, event: e.DialBegan) -> None:
    target = world.leg(event.target, event.at)
    if target is None:
        return
    if target.dialled:
        world.anomalies["dialled_twice"] += 1
        return
    target.dialled = True
    queueing.dial_began(world, event, target)
    if target.is_local:
        return
    track = world.track_of(target)
    call = track.call
    if event.source is None:
        # Originate rings the agent first; the caller id it shows there is the number to be called.
        shown = event.target.caller_number
        if target.is_agent and not track.told and not track.spying and _is_outside(shown, target):
            call.direction, call.origin = "out", target.interface
            call.caller_number, call.caller_name = shown, event.target.caller_name
            world.announce(track, event.at)
    elif not target.is_agent and call.direction != "in":
        customer = world.legs.get(track.customer)
        if customer is not None and not customer.is_agent:
            return  # already with a customer outside: a colleague's mobile, or a transfer out
        track.customer = target.uniqueid
        call.direction, call.did, call.trunk = "out", None, trunk_of(target.interface)
        dialled = DIALLED.search(event.dialled)
        number = dialled.group(1) if dialled else event.source.exten
        if number != call.caller_number:  # a name shown at click-to-dial belongs to the number
            call.caller_number, call.caller_name = number, target.caller_name
        _changed(world, track, event.at)


def channel_hung_up(world: World, event: e.ChannelHungUp) -> None:
    if event.channel.uniqueid not in world.legs:
        if not is_machinery(event.channel.name):
            world.anomalies["hung_up_unknown"] += 1
            world.gone[event.channel.uniqueid] = None
        return
    leg = world.leg(event.channel, event.at)
    if leg is not None:
        end_leg(world, leg, event.at, cause=event.cause)


def end_leg(world: World, leg: Leg, at: datetime, cause: str) -> None:
    """Everything that ends with a channel: its ringing, its waiting, its talking, and with the last one the call."""
    track = world.track_of(leg)
    if leg.offer is not None and track.call.offers[leg.offer].channel == leg.uniqueid:
        refused = queueing.REFUSED.get(track.refused.get(leg.offer) or cause, "cancelled")
        queueing.end_offer(world, track, leg.offer, at, "answered" if leg.up else refused)
    queueing.close_visit(world, track, leg, at, "abandoned")
    talking.note_leaver(world, track, leg)
    for channel in list(track.talks):
        if leg.uniqueid in (channel, track.customer):
            talking.end_talk(world, track, channel, at)
    world.phone_down(leg, at)
    recording.end_tapes(world, leg, at)
    world.drop_leg(leg)
    if track.legs:
        talking.reconnect(world, track, at)
    else:
        finish(world, track, at)


def finish(world: World, track: Track, at: datetime) -> None:
    """The last channel is gone."""
    call = track.call
    for index in range(len(call.offers)):
        queueing.end_offer(world, track, index, at, None)
    for channel in list(track.talks):
        talking.end_talk(world, track, channel, at, "system")
    call.ended_at = max(at, call.started_at)
    call.outcome = outcome(track)
    if track.real and not track.spying:
        world.announce(track, at)
        world.tell(CallEnded(at=at, call=call))
    world.forget(track)


# How an unanswered call went, by how its last visit or its last direct ringing did; what is not named here is no answer.
BY_VISIT: dict[VisitOutcome | None, CallOutcome] = {
    "abandoned": "abandoned",
    "timed_out": "timed_out",
    "full": "busy",
    "unknown": "unknown",
    None: "unknown",
}
BY_RINGING: dict[OfferOutcome | None, CallOutcome] = {"busy": "busy", "cancelled": "abandoned", None: "unknown"}
BY_OWN_RINGING: dict[OfferOutcome | None, CallOutcome] = {"busy": "busy", "rejected": "busy", None: "unknown"}


def outcome(track: Track) -> CallOutcome:
    """How the call went, by the last thing that happened to the customer in it."""
    call = track.call
    if call.conversations:
        return "answered"
    if call.direction != "in":
        return _outcome_out(track)
    last_visit = call.visits[-1] if call.visits else None
    direct = [o for o in call.offers if o.queue is None]
    if direct and (last_visit is None or direct[-1].rung_at >= last_visit.entered_at):
        return BY_RINGING.get(direct[-1].outcome, "no_answer")
    if last_visit is not None and last_visit.outcome != "transferred":
        return BY_VISIT.get(last_visit.outcome, "no_answer")
    if call.gap:
        return "unknown"
    return "abandoned" if track.gave_up else "no_answer"


def _outcome_out(track: Track) -> CallOutcome:
    status = track.dial_status
    if not status and track.call.offers:
        return BY_OWN_RINGING.get(track.call.offers[-1].outcome, "no_answer")
    if status in ("BUSY", "CONGESTION", "CHANUNAVAIL"):
        return "busy" if status == "BUSY" else "failed"
    return "unknown" if track.call.gap else "no_answer"


def local_paired(world: World, event: e.LocalPaired) -> None:
    one, two = world.leg(event.one, event.at), world.leg(event.two, event.at)
    if one is not None and two is not None:
        world.locals[one.uniqueid], world.locals[two.uniqueid] = two.uniqueid, one.uniqueid


def spy_started(world: World, event: e.SpyStarted) -> None:
    """Somebody listens in. Their channel is no call, and it does not make one of the call they listen to."""
    if (leg := world.leg(event.spyer, event.at)) is None:
        return
    track = world.track_of(leg)
    if track.spying or track.talks or track.call.visits:
        return
    track.spying = True
    world.phone_down(leg, event.at)
    leg.told_up = False
    if track.told:
        world.tell(CallDropped(at=event.at, call=track.call))


def member_changed(world: World, event: e.MemberChanged) -> None:
    if event.removed:
        world.devices.pop(event.interface, None)
    else:
        world.devices[event.interface] = event.state_interface
    world.tell(MemberSeen(at=event.at, member=event))


def link_lost(world: World, event: e.LinkLost) -> None:
    world.lost_at = world.lost_at or event.at


def restore(world: World, call: Call) -> Track:
    """A call that was running when Ringdesk stopped. Its channels come back with the next live state, or it ends there."""
    track = Track(call=call, told=True, real=True)
    world.tracks[call.id] = track
    world.link(track, call.linkedid)
    for conversation in call.conversations:
        if conversation.ended_at is None:
            track.talks[conversation.channel] = Talk(index=conversation.seq)
    return track


def live_state_read(world: World, event: e.LiveStateRead) -> None:
    resync.apply(world, event, end_leg, finish)


def _changed(world: World, track: Track, at: datetime) -> None:
    if track.told:
        world.tell(CallChanged(at=at, call=track.call))
    else:
        world.announce(track, at)


def _is_outside(number: str, leg: Leg) -> bool:
    digits = number.lstrip("+")
    return digits.isdigit() and not leg.interface.endswith("/" + number)


_HANDLERS: dict[type[e.Event], Callable[[World, Any], None]] = {
    e.ChannelCreated: channel_created,
    e.ChannelStateChanged: channel_state_changed,
    e.CallerIdChanged: caller_id_changed,
    e.ChannelRenamed: channel_renamed,
    e.HangupRequested: hangup_requested,
    e.ChannelHungUp: channel_hung_up,
    e.DialBegan: dial_began,
    e.DialEnded: queueing.dial_ended,
    e.BridgeEntered: talking.bridge_entered,
    e.BridgeLeft: talking.bridge_left,
    e.QueueTried: queueing.queue_tried,
    e.QueueJoined: queueing.queue_joined,
    e.QueueLeft: queueing.queue_left,
    e.QueueAbandoned: queueing.queue_abandoned,
    e.QueueStatusSet: queueing.queue_status_set,
    e.AgentRung: queueing.agent_rung,
    e.AgentConnected: queueing.agent_connected,
    e.AgentCompleted: queueing.agent_completed,
    e.AgentDidNotAnswer: queueing.agent_did_not_answer,
    e.MonitorNamed: recording.monitor_named,
    e.MonitorStarted: recording.monitor_started,
    e.MonitorStopped: recording.monitor_stopped,
    e.MonitorMuted: recording.monitor_muted,
    e.Held: talking.held,
    e.Resumed: talking.held,
    e.BlindTransferred: talking.blind_transferred,
    e.AttendedTransferred: talking.attended_transferred,
    e.PickedUp: talking.picked_up,
    e.LocalPaired: local_paired,
    e.SpyStarted: spy_started,
    e.MemberChanged: member_changed,
    e.LiveStateRead: live_state_read,
    e.LinkLost: link_lost,
}
