"""What the PBX says, as typed events: one closed union, frozen, past tense."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel as an event's snapshot shows it. `uniqueid` names it; `linkedid` is shared by all channels of a call."""

    uniqueid: str
    linkedid: str
    name: str
    caller_number: str = ""
    caller_name: str = ""
    exten: str = ""
    context: str = ""
    state: str = ""
    """AMI ChannelState: 0 down (being dialled), 4 ring (it calls us), 5 ringing, 6 up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelEvent(Event):
    channel: Channel


class ChannelCreated(ChannelEvent):
    __slots__ = ()


class ChannelStateChanged(ChannelEvent):
    __slots__ = ()


class CallerIdChanged(ChannelEvent):
    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRenamed(ChannelEvent):
    new_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelHungUp(ChannelEvent):
    cause: str
    """Q.850 cause code: 16 normal, 17 busy, 19 no answer, 21 rejected, 34 congestion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HangupRequested(ChannelEvent):
    """The far end of this channel asked for the end (a SIP BYE, or its refusal of our INVITE)."""

    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DialBegan(Event):
    source: Channel | None
    """None for an originated channel, which nobody but the PBX dials."""
    target: Channel
    dialled: str
    """DialString: what stands behind the technology, `trunk/sip:+380…@host` or `1001`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialEnded(Event):
    target: Channel
    status: str
    """ANSWER, BUSY, NOANSWER, CANCEL, CONGESTION, CHANUNAVAIL, …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeEntered(ChannelEvent):
    bridge: str
    holding: bool
    """A holding bridge (parking, queue music): its channels do not hear each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeLeft(ChannelEvent):
    bridge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueTried(ChannelEvent):
    """The dialplan ran Queue(); the caller may still be refused (full, nobody there)."""

    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueJoined(ChannelEvent):
    queue: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLeft(ChannelEvent):
    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueAbandoned(ChannelEvent):
    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStatusSet(ChannelEvent):
    """The variable QUEUESTATUS: how the caller left without an agent."""

    status: str
    """TIMEOUT, FULL, JOINEMPTY, LEAVEEMPTY, JOINUNAVAIL, LEAVEUNAVAIL, CONTINUE, WITHDRAW."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRung(ChannelEvent):
    """app_queue is about to dial a member for the caller in `channel`."""

    queue: str
    interface: str
    target: Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentConnected(ChannelEvent):
    queue: str
    interface: str
    target: Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentCompleted(ChannelEvent):
    queue: str
    interface: str
    target: Channel | None
    """None where the agent's channel was gone already when the queue told."""
    reason: str
    """caller, agent or transfer"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentDidNotAnswer(ChannelEvent):
    queue: str
    interface: str
    target: Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorNamed(ChannelEvent):
    """The variable MIXMONITOR_FILENAME: the file of the recording that starts on this channel next."""

    path: str
    """Empty where no mix is written, only legs."""


class MonitorStarted(ChannelEvent):
    __slots__ = ()


class MonitorStopped(ChannelEvent):
    """One recording of this channel was stopped; the PBX does not say which. None is told of when the channel hangs up."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorMuted(ChannelEvent):
    """Every recording that runs on this channel is written as silence from now on, or as it sounds again."""

    muted: bool
    direction: str
    """read, write or both"""


class Held(ChannelEvent):
    __slots__ = ()


class Resumed(ChannelEvent):
    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindTransferred(Event):
    transferer: Channel
    transferee: Channel | None
    exten: str
    succeeded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendedTransferred(Event):
    transferer: Channel
    """The agent's channel towards the customer."""
    consult: Channel
    """The agent's channel towards the colleague; the same as `transferer` in a feature-code transfer."""
    transferee: Channel | None
    target: Channel | None
    succeeded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PickedUp(ChannelEvent):
    """`channel` took the call that was ringing at `target`."""

    target: Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalPaired(Event):
    one: Channel
    two: Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class SpyStarted(Event):
    spyer: Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberChanged(Event):
    """A queue's member as it is now; `removed` when it is none any more."""

    queue: str
    interface: str
    state_interface: str
    name: str
    paused: bool
    reason: str
    status: int
    """Device state: 0 unknown, 1 not in use, 2 in use, 3 busy, 4 invalid, 5 unavailable, 6 ringing, 7 ring+in use, 8 on hold."""
    penalty: int
    in_call: bool
    removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveChannel:
    """A channel in CoreShowChannels."""

    channel: Channel
    bridge: str
    application: str
    connected_number: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A caller in QueueStatus."""

    queue: str
    channel: str
    uniqueid: str
    position: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveStateRead(Event):
    """Everything the PBX has just now: the truth after a silence."""

    channels: tuple[LiveChannel, ...]
    waiting: tuple[Waiting, ...]
    members: tuple[MemberChanged, ...]
    queues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLost(Event):
    """From here on the PBX was not heard."""


PbxEvent = (
    ChannelCreated
    | ChannelStateChanged
    | CallerIdChanged
    | ChannelRenamed
    | HangupRequested
    | ChannelHungUp
    | DialBegan
    | DialEnded
    | BridgeEntered
    | BridgeLeft
    | QueueTried
    | QueueJoined
    | QueueLeft
    | QueueAbandoned
    | QueueStatusSet
    | AgentRung
    | AgentConnected
    | AgentCompleted
    | AgentDidNotAnswer
    | MonitorNamed
    | MonitorStarted
    | MonitorStopped
    | MonitorMuted
    | Held
    | Resumed
    | BlindTransferred
    | AttendedTransferred
    | PickedUp
    | LocalPaired
    | SpyStarted
    | MemberChanged
    | LiveStateRead
    | LinkLost
)
