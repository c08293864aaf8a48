"""What the call tracker found out: the values other rooms are told. Times are the PBX's, durations seconds."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from ringdesk.telephony.events import MemberChanged

Direction = Literal["in", "out", "internal"]
CallOutcome = Literal["answered", "abandoned", "timed_out", "no_answer", "busy", "failed", "unknown"]
VisitOutcome = Literal["answered", "abandoned", "timed_out", "transferred", "full", "empty", "unknown"]
OfferOutcome = Literal["answered", "no_answer", "busy", "cancelled", "rejected"]
EndedBy = Literal["customer", "agent", "transfer", "system"]
RecordedSide = Literal["customer", "agent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """The caller's stay in one queue."""

    seq: int
    queue: str
    entered_at: datetime
    left_at: datetime | None = None
    outcome: VisitOutcome | None = None

    @property
    def wait_s(self) -> float | None:
        return None if self.left_at is None else (self.left_at - self.entered_at).total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One agent's phone rung for this call."""

    seq: int
    interface: str
    channel: str
    rung_at: datetime
    visit_seq: int | None = None
    queue: str | None = None
    ended_at: datetime | None = None
    outcome: OfferOutcome | None = None
    """None with an end: nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One agent talking with the customer. In an internal call both sides have one; the other side is "the customer"."""

    seq: int
    interface: str
    channel: str
    started_at: datetime
    queue: str | None = None
    ended_at: datetime | None = None
    hold_s: float = 0.0
    ended_by: EndedBy | None = None
    sent_to: str | None = None
    """The number or extension the agent transferred it to, where the PBX says it."""


@dataclass(slots=True, kw_only=True)
class Call:
    """One contact with one customer. The tracker changes it; everybody else only reads."""

    id: str
    linkedid: str
    started_at: datetime
    direction: Direction = "internal"
    did: str | None = None
    origin: str | None = None
    """Interface of the agent's phone that placed the call, None where it came from outside."""
    trunk: str | None = None
    """The endpoint that joins the call to the outside, `PJSIP/provider`; None within the house, or where it never got out."""
    caller_number: str = ""
    caller_name: str = ""
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: CallOutcome | None = None
    gap: bool = False
    visits: list[Visit] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    conversations: list[Conversation] = field(default_factory=list)

    @property
    def queue(self) -> str | None:
        """The queue the call is in or came through last."""
        return self.visits[-1].queue if self.visits else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFact(Fact):
    call: Call


class CallBegan(CallFact):
    """From now on the call exists for everybody; caller and number called are known."""

    __slots__ = ()


class CallChanged(CallFact):
    """Direction, caller, or its being answered became known or changed."""

    __slots__ = ()


class CallEnded(CallFact):
    """The last channel is gone; `call.outcome` says how it went."""

    __slots__ = ()


class CallDropped(CallFact):
    """It was no call after all (somebody listening in): forget what was told of it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsJoined(CallFact):
    """`gone` turned out to be the same contact as `call`, which has all of its parts now."""

    gone: Call


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFact(CallFact):
    visit: Visit


class VisitBegan(VisitFact):
    __slots__ = ()


class VisitEnded(VisitFact):
    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferFact(CallFact):
    offer: Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferBegan(OfferFact):
    """The agent's phone is about to ring: the moment of the card."""

    sent_by: str | None = None
    """Interface of the agent who transfers or consults."""


class OfferEnded(OfferFact):
    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationFact(CallFact):
    conversation: Conversation


class ConversationBegan(ConversationFact):
    __slots__ = ()


class ConversationHeld(ConversationFact):
    __slots__ = ()


class ConversationResumed(ConversationFact):
    __slots__ = ()


class ConversationEnded(ConversationFact):
    __slots__ = ()


class ConversationCorrected(ConversationFact):
    """The PBX says otherwise about a conversation that has ended already."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTransferred(CallFact):
    by: str
    """Interface of the agent who sent the call on."""
    kind: str
    """blind or attended"""
    to: str
    """The number or queue extension it was sent to, empty where the PBX does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFact(CallFact):
    channel: str
    """Uniqueid of the recorded channel."""
    name: str
    """Its name, by which commands reach it."""
    path: str
    """The file as the PBX names it; empty where the PBX does not say (legs without a mix)."""
    side: RecordedSide
    """Whose voice comes in over the recorded channel."""


class RecordingBegan(RecordingFact):
    __slots__ = ()


class RecordingEnded(RecordingFact):
    """The file is closed now, or in a moment."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingMuted(CallFact):
    """What runs on this channel is written as silence from now on; or, not `muted`, as it sounds."""

    channel: str
    muted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneFact(CallFact):
    interface: str
    channel: str


class PhoneUp(PhoneFact):
    """An agent's phone is off the hook in this call, whoever is at the other end."""

    __slots__ = ()


class PhoneDown(PhoneFact):
    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSeen(Fact):
    """A queue member as the PBX shows it now."""

    member: MemberChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersRead(Fact):
    """All queue members there are: whoever is not in it is no member."""

    members: tuple[MemberChanged, ...]
    queues: tuple[str, ...] = ()


AnyFact = (
    CallBegan
    | CallChanged
    | CallEnded
    | CallDropped
    | CallsJoined
    | VisitBegan
    | VisitEnded
    | OfferBegan
    | OfferEnded
    | ConversationBegan
    | ConversationHeld
    | ConversationResumed
    | ConversationEnded
    | ConversationCorrected
    | CallTransferred
    | RecordingBegan
    | RecordingEnded
    | RecordingMuted
    | PhoneUp
    | PhoneDown
    | MemberSeen
    | MembersRead
)
