"""After a silence: make the tracked world match what the PBX says is there now. What happened meanwhile stays marked as unknown."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from ringdesk.telephony.events import LiveChannel, LiveStateRead, Waiting
from ringdesk.telephony.facts import MembersRead, Visit, VisitBegan, VisitEnded, VisitOutcome
from ringdesk.telephony.tracking.queueing import end_offer
from ringdesk.telephony.tracking.talking import end_talk, join_bridged, reconnect
from ringdesk.telephony.tracking.world import Leg, Track, World, trunk_of

EndLeg = Callable[[World, Leg, datetime, str], None]
Finish = Callable[[World, Track, datetime], None]
LISTENING = frozenset({"ChanSpy", "ExtenSpy"})
HOLDING_APPLICATIONS = frozenset({"Park", "ParkAndAnnounce", "Parked Call"})


def apply(world: World, live: LiveStateRead, end_leg: EndLeg, finish: Finish) -> None:
    """Close what is gone, take up what is new, and mark every call that lived through the silence."""
    here = {entry.channel.uniqueid for entry in live.channels}
    silence = world.lost_at or live.at
    for track in list(world.tracks.values()):
        if world.lost_at is not None or track.talks.keys() - here or not track.legs:
            track.call.gap = True
    _close_gone(world, here, silence, end_leg)
    world.lost_at = None
    for entry in sorted(live.channels, key=lambda item: (item.since, item.channel.uniqueid)):
        _take_up(world, entry, live.at)
    _pair_locals(world)
    for track in list(world.tracks.values()):
        if not track.legs:
            _close_parts(world, track, silence)
            finish(world, track, silence)
    for leg in list(world.legs.values()):
        if leg.uniqueid in world.legs and leg.bridge and leg.bridge not in world.holding:
            join_bridged(world, leg, live.at)
    _match_waiting(world, live.waiting, live.at)
    for track in list(world.tracks.values()):
        _close_stale_offers(world, track, live.at)
        reconnect(world, track, live.at)
    world.devices = {m.interface: m.state_interface for m in live.members}
    world.tell(MembersRead(at=live.at, members=live.members, queues=live.queues))


def _close_gone(world: World, here: set[str], at: datetime, end_leg: EndLeg) -> None:
    for leg in [leg for uniqueid, leg in world.legs.items() if uniqueid not in here]:
        track = world.track_of(leg)
        track.call.gap = True
        if leg.visit is not None and leg.uniqueid not in track.leaving:
            track.leaving[leg.uniqueid] = "unknown"
        for channel in list(track.talks):
            if leg.uniqueid in (channel, track.customer):
                end_talk(world, track, channel, at, "system")
        if leg.offer is not None:
            end_offer(world, track, leg.offer, at, None)
        end_leg(world, leg, at, "")


def _close_parts(world: World, track: Track, at: datetime) -> None:
    """A restored call none of whose channels came back: nobody knows how its parts ended."""
    for i, visit in enumerate(track.call.visits):
        if visit.outcome is None:
            closed = replace(visit, left_at=visit.left_at or max(at, visit.entered_at), outcome="unknown")
            track.call.visits[i] = closed
            world.tell(VisitEnded(at=at, call=track.call, visit=closed))
    track.call.gap = True


def _take_up(world: World, entry: LiveChannel, at: datetime) -> None:
    """Bring one live channel's leg to what the PBX says of it."""
    known = entry.channel.uniqueid in world.legs
    leg = world.leg(entry.channel, entry.since) if known else world.add_leg(entry.channel, entry.since, announced=False)
    if leg is None:
        return
    track = world.track_of(leg)
    if entry.application in LISTENING:
        track.spying = True
        return
    if not known:
        _recognise(world, track, leg, entry)
    leg.up = leg.up or entry.channel.state == "6"
    world.phone_up(leg, at)
    if entry.bridge != leg.bridge:
        if entry.bridge:
            world.enter_bridge(leg, entry.bridge, entry.application in HOLDING_APPLICATIONS)
        else:
            world.leave_bridge(leg)
    if not known and not leg.is_local:
        world.announce(track, at)


def _recognise(world: World, track: Track, leg: Leg, entry: LiveChannel) -> None:
    """The part a channel plays in its call, by what an unseen beginning leaves to see: who is older, and who is a phone."""
    call = track.call
    for offer in call.offers:
        if offer.channel == leg.uniqueid:
            leg.offer, leg.is_agent = offer.seq, True
    if leg.is_local:
        return
    if not leg.is_agent and (not track.customer or world.legs[track.customer].is_agent):
        first = not track.customer
        track.customer = leg.uniqueid
        call.trunk = call.trunk or trunk_of(leg.interface)
        if not track.told:
            call.direction = "in" if first else "out"
            call.caller_number = entry.channel.caller_number if first else entry.channel.caller_number or entry.connected_number
            call.caller_name = entry.channel.caller_name if first else ""
            call.did = entry.channel.exten or None if first else None
    elif leg.is_agent and not track.customer:
        track.customer = leg.uniqueid if call.direction == "internal" else ""
        if not track.told:
            call.caller_number, call.caller_name = entry.channel.caller_number, entry.channel.caller_name


def _pair_locals(world: World) -> None:
    halves: dict[str, str] = {}
    for leg in world.legs.values():
        if leg.is_local:
            stem, _, _ = leg.name.partition(";")
            other = halves.setdefault(stem, leg.uniqueid)
            if other != leg.uniqueid:
                world.locals[leg.uniqueid], world.locals[other] = other, leg.uniqueid


def _match_waiting(world: World, waiting: tuple[Waiting, ...], at: datetime) -> None:
    queued = {entry.uniqueid: entry for entry in waiting}
    for leg in world.legs.values():
        track = world.track_of(leg)
        entry = queued.get(leg.uniqueid)
        if entry is None:
            if leg.visit is not None:
                _end(world, track, leg, at)
            continue
        if leg.visit is not None and track.call.visits[leg.visit].queue != entry.queue:
            _end(world, track, leg, at)
        if leg.visit is None:
            leg.visit = _restored_visit(track, entry)
        if leg.visit is None:
            leg.visit = len(track.call.visits)
            visit = Visit(seq=leg.visit, queue=entry.queue, entered_at=max(entry.since, track.call.started_at))
            track.call.visits.append(visit)
            track.call.gap = True
            world.tell(VisitBegan(at=at, call=track.call, visit=visit))


def _restored_visit(track: Track, entry: Waiting) -> int | None:
    for visit in track.call.visits:
        if visit.outcome is None and visit.queue == entry.queue:
            return visit.seq
    return None


def _end(world: World, track: Track, leg: Leg, at: datetime) -> None:
    if leg.visit is None:
        return
    visit = track.call.visits[leg.visit]
    outcome: VisitOutcome = "answered" if any(leg.uniqueid in world.connected(p) for p in track.legs.values() if p.is_agent) else "unknown"
    closed = replace(visit, left_at=visit.left_at or max(at, visit.entered_at), outcome=visit.outcome or outcome)
    track.call.visits[leg.visit] = closed
    track.leaving.pop(leg.uniqueid, None)
    track.call.gap = True
    leg.visit = None
    world.tell(VisitEnded(at=at, call=track.call, visit=closed))


def _close_stale_offers(world: World, track: Track, at: datetime) -> None:
    live = {leg.offer for leg in track.legs.values() if leg.offer is not None and not leg.up}
    for offer in list(track.call.offers):
        if offer.ended_at is None and offer.seq not in live:
            up = any(leg.up for leg in track.legs.values() if leg.offer == offer.seq)
            end_offer(world, track, offer.seq, at, "answered" if up else None)
