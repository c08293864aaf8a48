"""What the tracker knows: channels, the calls they belong to, the bridges they are in."""

import fnmatch
import re
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from ringdesk.telephony.events import Channel
from ringdesk.telephony.facts import AnyFact, Call, CallBegan, CallsJoined, EndedBy, PhoneDown, PhoneUp, VisitOutcome

# Channels that are machinery of Asterisk and nobody's phone.
MACHINERY = frozenset(
    {
        "Announcer",
        "AudioSocket",
        "Bridge",
        "CBAnn",
        "CBRec",
        "ConfBridgeRecorder",
        "Message",
        "OutgoingSpoolFailed",
        "Recorder",
        "Snoop",
        "Surrogate",
        "UnicastRTP",
        "WebSocket",
    }
)
EXTENSION = re.compile(r"[^/]+/(?:[a-z]+)?\d{2,6}(?:[-_].*)?", re.IGNORECASE)
REMEMBERED = 4096  # hung-up channels and ended calls kept, to know a late event for what it is


def is_machinery(channel_name: str) -> bool:
    return channel_name.partition("/")[0] in MACHINERY


def interface_of(channel_name: str) -> str:
    """`PJSIP/1001` of the channel `PJSIP/1001-0000002a`; a Local channel keeps its halves apart (`Local/x@ctx;2`)."""
    name, _, half = channel_name.partition(";")
    stem = name.rpartition("-")[0] or name
    return f"{stem};{half}" if half else stem


def trunk_of(interface: str) -> str:
    """The line of an outside party's channel. Some technologies name the channel's number, too: `DAHDI/i1` of `DAHDI/i1/0301234`."""
    return "/".join(interface.split("/")[:2])


def named_like_an_extension(interface: str) -> bool:
    """Without a list of trunks: `PJSIP/1001` and `SIP/99001-web` are phones, `PJSIP/provider` is a trunk."""
    return EXTENSION.fullmatch(interface) is not None


@dataclass(slots=True)
class Leg:
    """A channel as long as it lives."""

    uniqueid: str
    name: str
    interface: str
    call: Call
    is_local: bool
    is_agent: bool
    """An agent's phone: known as one, or rung by a queue."""
    caller_number: str = ""
    caller_name: str = ""
    exten: str = ""
    calls_in: bool = False
    """It called the PBX (state Ring at its birth), rather than being dialled."""
    up: bool = False
    told_up: bool = False
    """Others were told that this agent's phone is off the hook."""
    bridge: str = ""
    held: bool = False
    asked_to_end: bool = False
    """Its far end hung up; the PBX may keep the channel for a while (a spy, a transfer that rings)."""
    done: bool = False
    """Its conversation is over; only entering a bridge begins another."""
    refused: str = ""
    """Q.850 cause with which the far end refused to be called."""
    dialled: bool = False
    dialled_by: str = ""
    tried_queue: str = ""
    visit: int | None = None
    """Index of the queue visit this caller is in, in its call."""
    offer: int | None = None
    """Index of the offer that rings this leg, in its call."""
    tapes: list[str] = field(default_factory=list)
    """Files it is being recorded to, as the PBX names them."""
    next_tape: str = ""


@dataclass(slots=True)
class Talk:
    """What the tracker must remember of an open conversation beside the fact itself."""

    index: int
    suspended_at: datetime | None = None
    parted: bool = False
    """While suspended somebody of it was connected elsewhere: a consultation, a parking lot."""
    told_held: bool = False
    ended_by: EndedBy | None = None
    """Who ended it, by the queue's own word."""
    first_to_leave: EndedBy | None = None


@dataclass(slots=True)
class Track:
    """The live side of one call."""

    call: Call
    legs: dict[str, Leg] = field(default_factory=dict)
    customer: str = ""
    """Uniqueid of the leg that is the customer; in an internal call that of who calls."""
    told: bool = False
    talks: dict[str, Talk] = field(default_factory=dict)
    """Open conversations, by the agent's channel."""
    leaving: dict[str, VisitOutcome] = field(default_factory=dict)
    """Callers who left a queue, how is not sure yet: channel → best guess."""
    refused: dict[int, str] = field(default_factory=dict)
    """Offer → the cause with which its phone refused it."""
    dial_status: str = ""
    """How the last attempt to reach somebody outside ended."""
    gave_up: bool = False
    """The customer hung up, rather than the PBX."""
    sent_by: str = ""
    """Interface of the agent who sent the customer on, until somebody else talks with them."""
    spying: bool = False
    real: bool = False
    """It had a channel that is no Local one."""
    linkedids: set[str] = field(default_factory=set)


@dataclass(slots=True)
class World:
    """All that is tracked of one PBX. `is_phone` says whose interface is an agent's; it changes as users do."""

    pbx: str
    trunks: tuple[str, ...] = ()
    known_phone: Callable[[str], bool] = lambda _interface: False
    tracks: dict[str, Track] = field(default_factory=dict)
    """Live calls by their id."""
    by_linkedid: dict[str, Track] = field(default_factory=dict)
    legs: dict[str, Leg] = field(default_factory=dict)
    bridges: dict[str, set[str]] = field(default_factory=dict)
    holding: set[str] = field(default_factory=set)
    locals: dict[str, str] = field(default_factory=dict)
    """Half of a Local channel → its other half, by uniqueid."""
    devices: dict[str, str] = field(default_factory=dict)
    """Queue member interface → the device behind it (StateInterface)."""
    gone: OrderedDict[str, None] = field(default_factory=OrderedDict)
    """Channels that hung up not long ago."""
    ended: OrderedDict[str, None] = field(default_factory=OrderedDict)
    """Linkedids of calls that ended not long ago."""
    anomalies: Counter[str] = field(default_factory=Counter)
    facts: list[AnyFact] = field(default_factory=list)
    lost_at: datetime | None = None

    def tell(self, fact: AnyFact) -> None:
        self.facts.append(fact)

    def is_phone(self, interface: str) -> bool:
        if any(fnmatch.fnmatchcase(interface, pattern) for pattern in self.trunks):
            return False
        return self.known_phone(interface) or interface in self.devices or named_like_an_extension(interface) or bool(self.trunks)

    def track_of(self, leg: Leg) -> Track:
        return self.tracks[leg.call.id]

    def leg(self, channel: Channel, at: datetime) -> Leg | None:
        """The leg of a channel an event names; taken up now if its birth was missed, None if it is gone already."""
        leg = self.legs.get(channel.uniqueid)
        if leg is None:
            if channel.uniqueid in self.gone:
                self.anomalies["late"] += 1
                return None
            leg = self.add_leg(channel, at, announced=False)
            if leg is not None:
                self.anomalies["unannounced_channel"] += 1
            return leg
        if channel.name and channel.name != leg.name:
            leg.name, leg.interface = channel.name, interface_of(channel.name)
        if channel.linkedid and channel.linkedid != leg.call.linkedid:
            self._relink(leg, channel.linkedid, at)
        return leg

    def add_leg(self, channel: Channel, at: datetime, *, announced: bool = True) -> Leg | None:
        """A new channel, in the call of its Linkedid or in a new call. None for Asterisk's own machinery."""
        if is_machinery(channel.name):
            return None
        linkedid = channel.linkedid or channel.uniqueid
        track = self.by_linkedid.get(linkedid)
        if track is None and linkedid in self.ended:
            if not announced:
                self.anomalies["late"] += 1
                return None
            linkedid = f"{linkedid}+{channel.uniqueid}"  # the call is over and written: this is another one
            track = self.by_linkedid.get(linkedid)
        if track is None:
            call = Call(id=f"{self.pbx}-{linkedid}", linkedid=linkedid, started_at=at, gap=not announced)
            track = self.tracks[call.id] = Track(call=call)
            self.link(track, linkedid)
        interface = interface_of(channel.name)
        is_local = channel.name.startswith("Local/")
        leg = Leg(
            uniqueid=channel.uniqueid,
            name=channel.name,
            interface=interface,
            call=track.call,
            is_local=is_local,
            is_agent=not is_local and self.is_phone(interface),
            caller_number=channel.caller_number,
            caller_name=channel.caller_name,
            exten=channel.exten,
            calls_in=channel.state == "4",
            up=channel.state == "6",
        )
        track.legs[leg.uniqueid] = self.legs[leg.uniqueid] = leg
        track.real = track.real or not is_local
        return leg

    def link(self, track: Track, linkedid: str) -> None:
        self.by_linkedid[linkedid] = track
        track.linkedids.add(linkedid)

    def phones_in(self, call_id: str) -> list[tuple[str, str]]:
        """(interface, channel name) of the agents' phones in a live call."""
        track = self.tracks.get(call_id)
        return [] if track is None else [(leg.interface, leg.name) for leg in track.legs.values() if leg.is_agent and not leg.is_local]

    def channels_in(self, call_id: str) -> list[str]:
        """Names of all channels of a live call: any of them may be recorded, also since before we listened."""
        track = self.tracks.get(call_id)
        return [] if track is None else [leg.name for leg in track.legs.values()]

    def recorded_in(self, call_id: str) -> int:
        """How many channels of a live call are being recorded, as far as we heard."""
        track = self.tracks.get(call_id)
        return 0 if track is None else sum(bool(leg.tapes) for leg in track.legs.values())

    def announce(self, track: Track, at: datetime) -> None:
        """Tell of the call, once, when it is sure to be one."""
        if not track.told and not track.spying:
            track.told = True
            self.tell(CallBegan(at=at, call=track.call))

    def join(self, one: Track, two: Track, at: datetime) -> Track:
        """Two calls turned out to be one contact. The one with the customer stays, else the older."""
        if one is two:
            return one
        keep, gone = (one, two) if _rank(one) <= _rank(two) else (two, one)
        call, other = keep.call, gone.call
        visits, offers = len(call.visits), len(call.offers)
        call.visits += [replace(v, seq=visits + i) for i, v in enumerate(other.visits)]
        call.offers += [
            replace(o, seq=offers + i, visit_seq=None if o.visit_seq is None else visits + o.visit_seq) for i, o in enumerate(other.offers)
        ]
        # What two colleagues said to each other before the customer joined is no conversation with the customer.
        consultation = other.direction == "internal"
        talks = len(call.conversations)
        if not consultation:
            call.conversations += [replace(c, seq=talks + i) for i, c in enumerate(other.conversations)]
            for channel, talk in gone.talks.items():
                talk.index += talks
                keep.talks[channel] = talk
        for leg in gone.legs.values():
            leg.call = call
            if leg.offer is not None:
                leg.offer += offers
            if leg.visit is not None:
                leg.visit += visits
        keep.legs.update(gone.legs)
        keep.leaving.update(gone.leaving)
        keep.refused.update({offers + i: cause for i, cause in gone.refused.items()})
        keep.real = keep.real or gone.real
        call.gap = call.gap or other.gap
        call.trunk = call.trunk or other.trunk
        for linkedid in gone.linkedids:
            self.link(keep, linkedid)
        del self.tracks[other.id]
        if gone.told:
            self.announce(keep, at)
            self.tell(CallsJoined(at=at, call=call, gone=other))
        return keep

    def forget(self, track: Track) -> None:
        """The call is over: nothing of it stays but the ids of its channels."""
        self.tracks.pop(track.call.id, None)
        for linkedid in track.linkedids:
            self.by_linkedid.pop(linkedid, None)
            _remember(self.ended, linkedid)

    def drop_leg(self, leg: Leg) -> None:
        self.leave_bridge(leg)
        self.legs.pop(leg.uniqueid, None)
        self.track_of(leg).legs.pop(leg.uniqueid, None)
        other = self.locals.pop(leg.uniqueid, "")
        self.locals.pop(other, None)
        _remember(self.gone, leg.uniqueid)

    def phone_up(self, leg: Leg, at: datetime) -> None:
        """Tell, once, that an agent's phone is off the hook."""
        if leg.is_agent and leg.up and not leg.is_local and not leg.told_up:
            leg.told_up = True
            self.tell(PhoneUp(at=at, call=leg.call, interface=leg.interface, channel=leg.uniqueid))

    def phone_down(self, leg: Leg, at: datetime) -> None:
        if leg.told_up:
            leg.told_up = False
            self.tell(PhoneDown(at=at, call=leg.call, interface=leg.interface, channel=leg.uniqueid))

    def enter_bridge(self, leg: Leg, bridge: str, holding: bool) -> None:
        self.leave_bridge(leg)
        leg.bridge = bridge
        self.bridges.setdefault(bridge, set()).add(leg.uniqueid)
        if holding:
            self.holding.add(bridge)

    def leave_bridge(self, leg: Leg) -> None:
        inside = self.bridges.get(leg.bridge)
        if inside is not None:
            inside.discard(leg.uniqueid)
            if not inside:
                del self.bridges[leg.bridge]
                self.holding.discard(leg.bridge)
        leg.bridge = ""

    def connected(self, leg: Leg) -> set[str]:
        """Uniqueids of all legs whose sound reaches this one: over bridges, and through Local channels."""
        found: set[str] = set()
        ahead = [leg.uniqueid]
        while ahead:
            uniqueid = ahead.pop()
            if uniqueid in found or (here := self.legs.get(uniqueid)) is None:
                continue
            found.add(uniqueid)
            if here.bridge and here.bridge not in self.holding:
                ahead.extend(self.bridges.get(here.bridge, ()))
            if here.is_local and uniqueid in self.locals:
                ahead.append(self.locals[uniqueid])
        return found

    def _relink(self, leg: Leg, linkedid: str, at: datetime) -> None:
        """The PBX says that the leg belongs to another call by now."""
        mine, other = self.track_of(leg), self.by_linkedid.get(linkedid)
        if other is None:
            self.link(mine, linkedid)
        elif other is not mine and not mine.spying and not other.spying:
            self.join(mine, other, at)


def _remember(past: OrderedDict[str, None], key: str) -> None:
    past[key] = None
    while len(past) > REMEMBERED:
        past.popitem(last=False)


def _rank(track: Track) -> tuple[bool, datetime, str]:
    return (track.call.direction == "internal", track.call.started_at, track.call.id)
