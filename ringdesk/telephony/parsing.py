"""AMI messages to typed events: the only place that knows the events' headers.

Event and header names: Asterisk 22's AMI events documentation, checked against the recordings in tests/telephony/recorded.
"""

from collections.abc import Callable
from typing import Literal

from ringdesk.telephony.ami import AmiMessage
from ringdesk.telephony.events import (
    AgentCompleted,
    AgentConnected,
    AgentDidNotAnswer,
    AgentRung,
    AttendedTransferred,
    BlindTransferred,
    BridgeEntered,
    BridgeLeft,
    CallerIdChanged,
    Channel,
    ChannelCreated,
    ChannelHungUp,
    ChannelRenamed,
    ChannelStateChanged,
    DialBegan,
    DialEnded,
    HangupRequested,
    Held,
    LocalPaired,
    MemberChanged,
    MonitorMuted,
    MonitorNamed,
    MonitorStarted,
    MonitorStopped,
    PbxEvent,
    PickedUp,
    QueueAbandoned,
    QueueJoined,
    QueueLeft,
    QueueStatusSet,
    QueueTried,
    Resumed,
    SpyStarted,
)

ChannelPrefix = Literal["", "Dest", "Transferer", "Transferee", "OrigTransferer", "SecondTransferer", "TransferTarget",
                        "Target", "LocalOne", "LocalTwo", "Spyer"]  # fmt: skip


def channel(m: AmiMessage, prefix: ChannelPrefix = "") -> Channel:
    """The channel snapshot whose headers begin with `prefix`."""
    return Channel(
        m.get(prefix + "Uniqueid"),
        m.get(prefix + "Linkedid"),
        m.get(prefix + "Channel"),
        known(m.get(prefix + "CallerIDNum")),
        known(m.get(prefix + "CallerIDName")),
        m.get(prefix + "Exten"),
        m.get(prefix + "Context"),
        m.get(prefix + "ChannelState"),
    )


def to_event(m: AmiMessage) -> PbxEvent | None:
    """The event in `m`, or None for what nobody listens to and for what lacks the headers that name its channels."""
    parse = _PARSERS.get(m.name)
    return None if parse is None else parse(m)


def wanted(name: bytes, frame: bytes) -> bool:
    """Is this raw event worth parsing? VarSet is half of all traffic, and two variables of it matter; so for Newexten."""
    if name == b"VarSet":
        return b"\r\nVariable: QUEUESTATUS\r\n" in frame or b"\r\nVariable: MIXMONITOR_FILENAME\r\n" in frame
    if name == b"Newexten":
        return b"\r\nApplication: Queue\r\n" in frame
    return name in _NAMES


def known(text: str) -> str:
    """Asterisk writes `<unknown>` for what it does not know."""
    return "" if text == "<unknown>" else text


def number(text: str) -> int:
    """A header that counts, 0 where it is no number."""
    try:
        return int(text)
    except ValueError:
        return 0


def member(m: AmiMessage, *, removed: bool = False) -> MemberChanged | None:
    """A queue member from a QueueMember… event or a QueueMember item of QueueStatus, which name the same things differently."""
    interface = m.get("Interface") or m.get("Location")
    if not interface or not m.get("Queue"):
        return None
    return MemberChanged(
        at=m.at,
        queue=m.get("Queue"),
        interface=interface,
        state_interface=m.get("StateInterface") or interface,
        name=m.get("MemberName") or m.get("Name"),
        paused=m.get("Paused") == "1",
        reason=m.get("PausedReason"),
        status=number(m.get("Status")),
        penalty=number(m.get("Penalty")),
        in_call=m.get("InCall") == "1",
        removed=removed,
    )


def _of_channel(make: Callable[[AmiMessage, Channel], PbxEvent | None]) -> Callable[[AmiMessage], PbxEvent | None]:
    def parse(m: AmiMessage) -> PbxEvent | None:
        found = channel(m)
        return make(m, found) if found.uniqueid else None

    return parse


def _agent(
    make: Callable[[AmiMessage, Channel, Channel], PbxEvent],
) -> Callable[[AmiMessage], PbxEvent | None]:
    def parse(m: AmiMessage) -> PbxEvent | None:
        caller, target = channel(m), channel(m, "Dest")
        if not caller.uniqueid or not target.uniqueid or not m.get("Interface"):
            return None
        return make(m, caller, target)

    return parse


def _dial_began(m: AmiMessage) -> PbxEvent | None:
    source, target = channel(m), channel(m, "Dest")
    if not target.uniqueid:
        return None
    return DialBegan(at=m.at, source=source if source.uniqueid else None, target=target, dialled=m.get("DialString"))


def _dial_ended(m: AmiMessage) -> PbxEvent | None:
    target = channel(m, "Dest")
    return DialEnded(at=m.at, target=target, status=m.get("DialStatus")) if target.uniqueid else None


def _blind_transferred(m: AmiMessage) -> PbxEvent | None:
    transferer, transferee = channel(m, "Transferer"), channel(m, "Transferee")
    if not transferer.uniqueid:
        return None
    return BlindTransferred(
        at=m.at,
        transferer=transferer,
        transferee=transferee if transferee.uniqueid else None,
        exten=m.get("Extension"),
        succeeded=m.get("Result") == "Success",
    )


def _attended_transferred(m: AmiMessage) -> PbxEvent | None:
    first, second = channel(m, "OrigTransferer"), channel(m, "SecondTransferer")
    transferee, target = channel(m, "Transferee"), channel(m, "TransferTarget")
    if not first.uniqueid:
        return None
    return AttendedTransferred(
        at=m.at,
        transferer=first,
        consult=second if second.uniqueid else first,
        transferee=transferee if transferee.uniqueid else None,
        target=target if target.uniqueid else None,
        succeeded=m.get("Result") == "Success",
    )


def _local_paired(m: AmiMessage) -> PbxEvent | None:
    one, two = channel(m, "LocalOne"), channel(m, "LocalTwo")
    return LocalPaired(at=m.at, one=one, two=two) if one.uniqueid and two.uniqueid else None


def _spy_started(m: AmiMessage) -> PbxEvent | None:
    spyer = channel(m, "Spyer")
    return SpyStarted(at=m.at, spyer=spyer) if spyer.uniqueid else None


def _queue_tried(m: AmiMessage, c: Channel) -> PbxEvent | None:
    queue = m.get("AppData").partition(",")[0].strip()
    return QueueTried(at=m.at, channel=c, queue=queue) if m.get("Application") == "Queue" and queue else None


def _variable_set(m: AmiMessage, c: Channel) -> PbxEvent | None:
    match m.get("Variable"):
        case "QUEUESTATUS":
            return QueueStatusSet(at=m.at, channel=c, status=m.get("Value"))
        case "MIXMONITOR_FILENAME":
            return MonitorNamed(at=m.at, channel=c, path=m.get("Value"))
        case _:
            return None


def _bridge_entered(m: AmiMessage, c: Channel) -> PbxEvent | None:
    holding = m.get("BridgeTechnology") == "holding_bridge"
    return BridgeEntered(at=m.at, channel=c, bridge=m.get("BridgeUniqueid"), holding=holding)


def _agent_completed(m: AmiMessage, c: Channel) -> PbxEvent | None:
    target = channel(m, "Dest")
    return AgentCompleted(
        at=m.at,
        channel=c,
        target=target if target.uniqueid else None,
        queue=m.get("Queue"),
        interface=m.get("Interface"),
        reason=m.get("Reason"),
    )


_PARSERS: dict[str, Callable[[AmiMessage], PbxEvent | None]] = {
    "Newchannel": _of_channel(lambda m, c: ChannelCreated(at=m.at, channel=c)),
    "Newstate": _of_channel(lambda m, c: ChannelStateChanged(at=m.at, channel=c)),
    "NewCallerid": _of_channel(lambda m, c: CallerIdChanged(at=m.at, channel=c)),
    "Rename": _of_channel(lambda m, c: ChannelRenamed(at=m.at, channel=c, new_name=m.get("Newname"))),
    "Hangup": _of_channel(lambda m, c: ChannelHungUp(at=m.at, channel=c, cause=m.get("Cause"))),
    "HangupRequest": _of_channel(lambda m, c: HangupRequested(at=m.at, channel=c, cause=m.get("Cause"))),
    "DialBegin": _dial_began,
    "DialEnd": _dial_ended,
    "BridgeEnter": _of_channel(_bridge_entered),
    "BridgeLeave": _of_channel(lambda m, c: BridgeLeft(at=m.at, channel=c, bridge=m.get("BridgeUniqueid"))),
    "Newexten": _of_channel(_queue_tried),
    "VarSet": _of_channel(_variable_set),
    "QueueCallerJoin": _of_channel(lambda m, c: QueueJoined(at=m.at, channel=c, queue=m.get("Queue"), position=number(m.get("Position")))),
    "QueueCallerLeave": _of_channel(lambda m, c: QueueLeft(at=m.at, channel=c, queue=m.get("Queue"))),
    "QueueCallerAbandon": _of_channel(lambda m, c: QueueAbandoned(at=m.at, channel=c, queue=m.get("Queue"))),
    "AgentCalled": _agent(lambda m, c, t: AgentRung(at=m.at, channel=c, target=t, queue=m.get("Queue"), interface=m.get("Interface"))),
    "AgentConnect": _agent(
        lambda m, c, t: AgentConnected(at=m.at, channel=c, target=t, queue=m.get("Queue"), interface=m.get("Interface"))
    ),
    "AgentComplete": _of_channel(_agent_completed),
    "AgentRingNoAnswer": _agent(
        lambda m, c, t: AgentDidNotAnswer(at=m.at, channel=c, target=t, queue=m.get("Queue"), interface=m.get("Interface"))
    ),
    "MixMonitorStart": _of_channel(lambda m, c: MonitorStarted(at=m.at, channel=c)),
    "MixMonitorStop": _of_channel(lambda m, c: MonitorStopped(at=m.at, channel=c)),
    "MixMonitorMute": _of_channel(lambda m, c: MonitorMuted(at=m.at, channel=c, muted=m.get("State") == "1", direction=m.get("Direction"))),
    "Hold": _of_channel(lambda m, c: Held(at=m.at, channel=c)),
    "Unhold": _of_channel(lambda m, c: Resumed(at=m.at, channel=c)),
    "BlindTransfer": _blind_transferred,
    "AttendedTransfer": _attended_transferred,
    "Pickup": _of_channel(lambda m, c: PickedUp(at=m.at, channel=c, target=channel(m, "Target"))),
    "LocalBridge": _local_paired,
    "ChanSpyStart": _spy_started,
    "QueueMemberAdded": member,
    "QueueMemberStatus": member,
    "QueueMemberPause": member,
    "QueueMemberPenalty": member,
    "QueueMemberRemoved": lambda m: member(m, removed=True),
}
_NAMES = frozenset(name.encode() for name in (*_PARSERS, "FullyBooted", "Shutdown"))
