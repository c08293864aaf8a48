"""Queue visits and offers: who waits where, whose phone rings, and how each ended.

How app_queue tells it (Asterisk 22, tests/telephony/recorded): QueueCallerLeave comes before AgentConnect; a caller whose time ran
out while a phone rang is announced as abandoned first, and only the variable QUEUESTATUS, set afterwards, says TIMEOUT. So a visit
stays open to correction until the caller's channel does something else.
"""

from dataclasses import replace
from datetime import datetime

from ringdesk.telephony import events as e
from ringdesk.telephony.facts import (
    ConversationCorrected,
    EndedBy,
    Offer,
    OfferBegan,
    OfferEnded,
    OfferOutcome,
    Visit,
    VisitBegan,
    VisitEnded,
    VisitOutcome,
)
from ringdesk.telephony.tracking.world import Leg, Track, World

QUEUE_STATUS: dict[str, VisitOutcome] = {
    "TIMEOUT": "timed_out",
    "FULL": "full",
    "JOINEMPTY": "empty",
    "LEAVEEMPTY": "empty",
    "JOINUNAVAIL": "empty",
    "LEAVEUNAVAIL": "empty",
    "CONTINUE": "transferred",
    "WITHDRAW": "transferred",
}
REFUSED: dict[str, OfferOutcome] = {"17": "busy", "21": "rejected"}  # Q.850: user busy, call rejected
REASON: dict[str, EndedBy] = {"caller": "customer", "agent": "agent", "transfer": "transfer"}
DIAL_STATUS: dict[str, OfferOutcome] = {"ANSWER": "answered", "BUSY": "busy", "CANCEL": "cancelled"}  # the rest is no answer


def queue_tried(world: World, event: e.QueueTried) -> None:
    if (leg := world.leg(event.channel, event.at)) is not None:
        leg.tried_queue = event.queue


def queue_joined(world: World, event: e.QueueJoined) -> None:
    if (leg := world.leg(event.channel, event.at)) is None:
        return
    track = world.track_of(leg)
    again = any(v.queue == event.queue and v.entered_at >= event.at for v in track.call.visits)
    if leg.visit is not None or again:
        world.anomalies["joined_twice"] += 1
        return
    settle_leaving(world, track, leg, event.at)
    world.announce(track, event.at)
    leg.tried_queue = ""
    leg.visit = len(track.call.visits)
    _begin_visit(world, track, event.queue, event.at)


def queue_abandoned(world: World, event: e.QueueAbandoned) -> None:
    leg = world.leg(event.channel, event.at)
    if leg is not None and leg.visit is not None:
        world.track_of(leg).leaving[leg.uniqueid] = "abandoned"


def queue_left(world: World, event: e.QueueLeft) -> None:
    if (leg := world.leg(event.channel, event.at)) is None or leg.visit is None:
        world.anomalies["left_without_joining"] += 1
        return
    track = world.track_of(leg)
    visit = track.call.visits[leg.visit]
    track.call.visits[leg.visit] = replace(visit, left_at=max(event.at, visit.entered_at))
    if any(o.visit_seq == leg.visit and o.outcome == "answered" for o in track.call.offers):
        settle_leaving(world, track, leg, event.at, "answered")
    else:
        # No agent and no word of giving up: a key or the dialplan led the caller elsewhere, unless QUEUESTATUS says
        # TIMEOUT in a moment.
        track.leaving.setdefault(leg.uniqueid, "transferred")


def queue_status_set(world: World, event: e.QueueStatusSet) -> None:
    outcome = QUEUE_STATUS.get(event.status)
    if outcome is None or (leg := world.leg(event.channel, event.at)) is None:
        return
    track = world.track_of(leg)
    if leg.uniqueid in track.leaving:
        settle_leaving(world, track, leg, event.at, outcome)
    elif leg.tried_queue and leg.visit is None:
        # Refused at the door (full, or nobody there): AMI has no event for it.
        world.announce(track, event.at)
        index = len(track.call.visits)
        _begin_visit(world, track, leg.tried_queue, event.at)
        _end_visit(world, track, index, event.at, outcome)
    leg.tried_queue = ""


def agent_rung(world: World, event: e.AgentRung) -> None:
    caller, target = world.leg(event.channel, event.at), world.leg(event.target, event.at)
    if caller is None or target is None:
        return
    if target.offer is not None:
        world.anomalies["rung_twice"] += 1
        return
    if not target.is_local:
        target.is_agent = True
    device = world.devices.get(event.interface, "") if target.is_local else ""
    interface = device if "/" in device and not device.startswith("Local/") else event.interface
    track = world.track_of(caller)
    world.announce(track, event.at)
    begin_offer(world, track, target, interface, event.at, queue=event.queue, visit=_visit_of(track, caller, event.queue))


def agent_connected(world: World, event: e.AgentConnected) -> None:
    caller, target = world.leg(event.channel, event.at), world.leg(event.target, event.at)
    if caller is None:
        return
    track = world.track_of(caller)
    if target is not None and target.offer is not None:
        end_offer(world, track, target.offer, event.at, "answered")
        if target.is_local and not any(o.offer == target.offer and o.is_agent for o in track.legs.values()):
            target.is_agent = True  # a member that is no phone, but a piece of dialplan
    settle_leaving(world, track, caller, event.at, "answered")
    if caller.visit is not None:
        _end_visit(world, track, caller.visit, event.at, "answered")
        caller.visit = None


def agent_completed(world: World, event: e.AgentCompleted) -> None:
    """Who ended the queue call, by the queue's own word, which is in its log too.

    It comes before or after the channels' hang-ups, and without the agent's channel where that is gone already."""
    caller, ended_by = world.leg(event.channel, event.at), REASON.get(event.reason)
    if caller is None or ended_by is None:
        return
    track = world.track_of(caller)
    channels = {event.target.uniqueid} if event.target is not None else set[str]()
    device = world.devices.get(event.interface, event.interface)
    channels |= {o.channel for o in track.call.offers if o.queue == event.queue and o.outcome == "answered" and o.interface == device}
    for talk in track.talks.values():
        if track.call.conversations[talk.index].channel in channels:
            talk.ended_by = ended_by
            return
    for i, talked in reversed(list(enumerate(track.call.conversations))):
        if talked.channel in channels and talked.queue == event.queue:
            if talked.ended_by != ended_by:
                corrected = track.call.conversations[i] = replace(talked, ended_by=ended_by)
                world.tell(ConversationCorrected(at=event.at, call=track.call, conversation=corrected))
            return


def agent_did_not_answer(world: World, event: e.AgentDidNotAnswer) -> None:
    target = world.leg(event.target, event.at)
    if target is not None and target.offer is not None:
        track = world.track_of(target)
        end_offer(world, track, target.offer, event.at, REFUSED.get(track.refused.get(target.offer, ""), "no_answer"))


def dial_began(world: World, event: e.DialBegan, target: Leg) -> None:
    source = None if event.source is None else world.leg(event.source, event.at)
    track = world.track_of(target)
    if source is not None:
        target.dialled_by = source.uniqueid
        settle_leaving(world, track, source, event.at)
    if target.is_local or target.offer is not None:
        return
    if source is None:
        if target.is_agent and track.told:  # nobody dials it: the PBX brings a transferred caller back
            begin_offer(world, track, target, target.interface, event.at)
        return
    bound = _offer_behind(world, source)
    if bound is not None:
        target.offer, target.is_agent = bound, True
        offer = track.call.offers[bound]
        interface = target.interface if world.is_phone(target.interface) else offer.interface
        track.call.offers[bound] = replace(offer, interface=interface, channel=target.uniqueid)
    elif target.is_agent:
        world.announce(track, event.at)
        begin_offer(world, track, target, target.interface, event.at)


def dial_ended(world: World, event: e.DialEnded) -> None:
    if (target := world.leg(event.target, event.at)) is None:
        return
    track = world.track_of(target)
    if target.offer is None:
        if not target.is_local and not target.is_agent:
            track.dial_status = event.status
        return
    main = track.call.offers[target.offer].channel == target.uniqueid
    behind_local = not target.is_local and _is_local(world, target.dialled_by)
    if event.status != "ANSWER" and (behind_local or not (main or target.is_local)):
        return  # one of several phones behind a Local channel: the Local's own end decides
    outcome = DIAL_STATUS.get(event.status, "no_answer")
    if outcome != "answered":
        outcome = REFUSED.get(track.refused.get(target.offer, ""), outcome)
    end_offer(world, track, target.offer, event.at, outcome)


def begin_offer(
    world: World,
    track: Track,
    target: Leg,
    interface: str,
    at: datetime,
    *,
    queue: str | None = None,
    visit: int | None = None,
) -> None:
    target.offer = len(track.call.offers)
    if target.refused:
        track.refused[target.offer] = target.refused
    offer = Offer(seq=target.offer, interface=interface, channel=target.uniqueid, rung_at=at, visit_seq=visit, queue=queue)
    track.call.offers.append(offer)
    world.tell(OfferBegan(at=at, call=track.call, offer=offer, sent_by=_sender(track, target)))


def end_offer(world: World, track: Track, index: int, at: datetime, outcome: OfferOutcome | None) -> None:
    """Close an offer; a second end of the same offer changes nothing."""
    offer = track.call.offers[index]
    if offer.ended_at is None:
        ended = replace(offer, ended_at=max(at, offer.rung_at), outcome=outcome)
        track.call.offers[index] = ended
        world.tell(OfferEnded(at=at, call=track.call, offer=ended))


def settle_leaving(world: World, track: Track, leg: Leg, at: datetime, outcome: VisitOutcome | None = None) -> None:
    """What the caller does next shows how the visit ended, where `outcome` does not say it."""
    guess = track.leaving.pop(leg.uniqueid, None)
    if leg.visit is not None and (guess is not None or outcome is not None):
        _end_visit(world, track, leg.visit, at, outcome or guess or "unknown")
        leg.visit = None


def close_visit(world: World, track: Track, leg: Leg, at: datetime, outcome: VisitOutcome) -> None:
    """The caller's channel is gone: whatever visit it had is over."""
    settle_leaving(world, track, leg, at)
    if leg.visit is not None:
        _end_visit(world, track, leg.visit, at, outcome)
        leg.visit = None


def _begin_visit(world: World, track: Track, queue: str, at: datetime) -> None:
    visit = Visit(seq=len(track.call.visits), queue=queue, entered_at=at)
    track.call.visits.append(visit)
    world.tell(VisitBegan(at=at, call=track.call, visit=visit))


def _end_visit(world: World, track: Track, index: int, at: datetime, outcome: VisitOutcome) -> None:
    visit = track.call.visits[index]
    if visit.outcome is None:
        left_at = visit.left_at or max(at, visit.entered_at)
        ended = track.call.visits[index] = replace(visit, left_at=left_at, outcome=outcome)
        world.tell(VisitEnded(at=at, call=track.call, visit=ended))


def _visit_of(track: Track, caller: Leg, queue: str) -> int | None:
    if caller.visit is not None:
        return caller.visit
    for visit in reversed(track.call.visits):
        if visit.queue == queue and visit.outcome is None:
            return visit.seq
    return None


def _offer_behind(world: World, source: Leg) -> int | None:
    """The open offer that rings the Local channel whose other half dials now."""
    if not source.is_local:
        return None
    front = world.legs.get(world.locals.get(source.uniqueid, ""))
    if front is None or front.offer is None or front.call.offers[front.offer].ended_at is not None:
        return None
    return front.offer


def _is_local(world: World, uniqueid: str) -> bool:
    leg = world.legs.get(uniqueid)
    return leg is not None and leg.is_local and _offer_behind(world, leg) is not None


def _sender(track: Track, target: Leg) -> str | None:
    """Whose customer this is so far: who sent them on, or who talks with them and now consults."""
    if track.sent_by:
        return track.sent_by
    for channel in track.talks:
        leg = track.legs.get(channel)
        if leg is not None and leg is not target and leg.uniqueid != track.customer:
            return leg.interface
    return None
