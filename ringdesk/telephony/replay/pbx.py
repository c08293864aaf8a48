"""The PBX that a replay pretends to be: channels, bridges, queues and members, kept by what is said.

`say` takes a message, puts right what only the whole PBX knows (positions, waiting and talking times, whether a member is paused) and
gives it back with what follows from it: a phone's device state and its members' status come from its channels, as in Asterisk.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ringdesk.telephony.replay.recording import MEMBERSHIP
from ringdesk.telephony.replay.text import Headers, value

SNAPSHOT = (
    "Channel", "ChannelState", "ChannelStateDesc", "CallerIDNum", "CallerIDName", "ConnectedLineNum", "ConnectedLineName", "Language",
    "AccountCode", "Context", "Exten", "Priority", "Uniqueid", "Linkedid",
)  # fmt: skip
RING, RINGING, UP = "4", "5", "6"  # AMI ChannelState
NOT_IN_USE, IN_USE, IS_RINGING, RINGS_IN_USE = 1, 2, 6, 7  # devicestate.h
# Events after which a phone may be in another state than before.
STATE_CHANGES = frozenset(
    {"Newchannel", "Newstate", "DialBegin", "DialState", "DialEnd", "Rename", "BridgeEnter", "AgentComplete", "Hangup"}
)
DEVICE_STATE = {1: "NOT_INUSE", 2: "INUSE", 5: "UNAVAILABLE", 6: "RINGING", 7: "RINGINUSE"}


def interface_of(channel: str) -> str:
    """`PJSIP/1001` of `PJSIP/1001-0000002a`."""
    return channel.rpartition("-")[0] or channel


@dataclass(slots=True)
class Line:
    """A live channel. Times are seconds since 1970."""

    snapshot: dict[str, str]
    since: float
    interface: str
    bridge: str = ""
    application: str = ""
    data: str = ""
    queue: str = ""
    """The queue this caller waits in."""
    waiting_since: float = 0.0
    rung_since: float = 0.0
    rung_by: str = ""
    """Uniqueid of the channel that dials this one."""
    served_in: str = ""
    """The queue whose member this caller talks with, whose AgentComplete is still to come."""
    served_by: str = ""
    served_since: float = 0.0
    waited: int = 0
    recorded: bool = False

    @property
    def uniqueid(self) -> str:
        return self.snapshot["Uniqueid"]

    @property
    def name(self) -> str:
        return self.snapshot["Channel"]

    @property
    def state(self) -> str:
        return self.snapshot["ChannelState"]


@dataclass(slots=True)
class Member:
    """A queue's member, with the fields that AMI shows of one."""

    queue: str
    interface: str
    name: str
    state_interface: str
    logged_in: int
    membership: str = "static"
    penalty: int = 0
    taken: int = 0
    last_call: int = 0
    last_pause: int = 0
    in_call: bool = False
    status: int = NOT_IN_USE
    paused: bool = False
    reason: str = ""

    @property
    def free(self) -> bool:
        return not self.paused and self.status == NOT_IN_USE and not self.in_call


@dataclass(slots=True)
class QueueCounts:
    """What QueueStatus tells of a queue since the start."""

    completed: int = 0
    abandoned: int = 0
    waited: int = 0
    talked: int = 0


@dataclass(slots=True)
class Pbx:
    """Everything there is just now. Bounded by the live calls and the members."""

    lines: dict[str, Line] = field(default_factory=dict)
    waiting: dict[str, list[str]] = field(default_factory=dict)
    """Queue → Uniqueids of its callers, the longest waiting first."""
    queues: dict[str, QueueCounts] = field(default_factory=dict)
    members: dict[tuple[str, str], Member] = field(default_factory=dict)
    states: dict[str, int] = field(default_factory=dict)
    """Devices that are not idle → their state, as it was told last."""

    def say(self, message: Headers, at: float) -> list[Headers]:
        """What is to be sent for this message, in order; nothing for what is told by ourselves (see the module)."""
        event = value(message, "Event")
        if event in MEMBERSHIP:
            return self._membership(event, message, at)
        if event == "DeviceStateChange" and self.memberships(value(message, "Device")):
            return []
        message = self._put_right(event, message, at)
        self._take(event, message, at)
        return [message, *(self._changed(event, message) if event in STATE_CHANGES else ())]

    def line_named(self, channel: str) -> Line | None:
        return next((line for line in self.lines.values() if line.name == channel), None)

    def bridged_with(self, line: Line) -> list[Line]:
        return [other for other in self.lines.values() if line.bridge and other.bridge == line.bridge and other is not line]

    def memberships(self, interface: str) -> list[Member]:
        """By the member's name or by the phone behind it."""
        return [m for m in self.members.values() if interface in (m.interface, m.state_interface)]

    def is_free(self, interface: str) -> bool:
        """Nobody rings this phone or talks with it, nor is about to."""
        return not any(line.interface == interface for line in self.lines.values())

    def add_member(self, member: Member) -> None:
        self.queues.setdefault(member.queue, QueueCounts())
        member.status = self._device_states().get(member.state_interface, NOT_IN_USE)
        self.members[member.queue, member.interface] = member

    def pause(self, interface: str, paused: bool, reason: str, at: float, queue: str = "") -> list[Headers]:
        """Pause in one or all queues; the events it causes, none where there is no such member."""
        said = []
        for member in self.memberships(interface):
            if queue in ("", member.queue):
                member.paused, member.reason = paused, reason if paused else ""
                member.last_pause = int(at) if paused else member.last_pause
                said.append(member_event("QueueMemberPause", member))
        return said

    def _membership(self, event: str, m: Headers, at: float) -> list[Headers]:
        """Members as a recording tells of them: taken into what is there, and told from it."""
        queue, interface = value(m, "Queue"), value(m, "Interface")
        if event == "QueueMemberPause":
            return self.pause(interface, value(m, "Paused") == "1", value(m, "PausedReason"), at, queue)
        member = self.members.get((queue, interface))
        if member is None:
            member = Member(queue, interface, value(m, "MemberName"), value(m, "StateInterface") or interface, int(at))
            member.membership = value(m, "Membership", "static")
            self.add_member(member)
        if event == "QueueMemberStatus":
            return []
        member.penalty = int(value(m, "Penalty")) if value(m, "Penalty").isdigit() else member.penalty
        if event == "QueueMemberRemoved":
            del self.members[queue, interface]
        return [member_event(event, member)]

    def _put_right(self, event: str, m: Headers, at: float) -> Headers:
        """Numbers that depend on when and among whom it is played. app_queue counts whole seconds of the wall clock."""
        caller, agent = self.lines.get(value(m, "Uniqueid")), self.lines.get(value(m, "DestUniqueid"))
        fresh: dict[str, str] = {}
        member = self.members.get((value(m, "Queue"), value(m, "Interface")))
        if member is not None:
            fresh["MemberName"] = member.name
        if event in ("QueueCallerJoin", "QueueCallerLeave", "QueueCallerAbandon"):
            queue, uniqueid = self.waiting.get(value(m, "Queue"), []), value(m, "Uniqueid")
            here = uniqueid in queue
            fresh["Position"] = str(queue.index(uniqueid) + 1 if here else len(queue) + 1)
            fresh["Count"] = str(len(queue) - 1 if here else len(queue) + (event == "QueueCallerJoin"))
        if caller is not None and caller.waiting_since:
            fresh["HoldTime"] = str(caller.waited if event == "AgentComplete" else _seconds(caller.waiting_since, at))
        if event == "AgentConnect" and agent is not None and agent.rung_since:
            fresh["RingTime"] = str(_seconds(agent.rung_since, at))
        if event == "AgentRingNoAnswer" and agent is not None and agent.rung_since:
            fresh["RingTime"] = str(round((at - agent.rung_since) * 1000))
        if event == "AgentComplete" and caller is not None and caller.served_since:
            fresh["TalkTime"] = str(_seconds(caller.served_since, at))
        return [(name, fresh.get(name, text)) for name, text in m] if fresh else m

    def _take(self, event: str, m: Headers, at: float) -> None:
        """Bring what is known to what the message says."""
        line = self._seen(m, "", at, born=event == "Newchannel")
        target = self._seen(m, "Dest", at, born=False)
        match event:
            case "Hangup" if line is not None:
                self._gone(line)
            case "Newexten" if line is not None:
                line.application, line.data = value(m, "Application"), value(m, "AppData")
            case "Rename" if (renamed := self.lines.get(value(m, "Uniqueid"))) is not None:
                renamed.snapshot["Channel"] = value(m, "Newname")
                renamed.interface = interface_of(renamed.name)
            case "BridgeEnter" if line is not None:
                line.bridge = value(m, "BridgeUniqueid")
            case "BridgeLeave" if line is not None:
                line.bridge = ""
            case "AgentCalled" | "DialBegin" if target is not None:
                target.rung_since = target.rung_since or at
                target.rung_by = value(m, "Uniqueid")
            case "QueueCallerJoin" if line is not None:
                line.queue, line.waiting_since = value(m, "Queue"), at
                self.queues.setdefault(line.queue, QueueCounts())
                self.waiting.setdefault(line.queue, []).append(line.uniqueid)
            case "MixMonitorStart" if line is not None:
                line.recorded = True
            case "QueueCallerAbandon" if line is not None:
                self.queues[line.queue or value(m, "Queue")].abandoned += 1
            case "QueueCallerLeave" if line is not None:
                self._left(line)
            case "AgentConnect" | "AgentComplete" if line is not None:
                self._served(event, line, m, at)

    def _served(self, event: str, caller: Line, m: Headers, at: float) -> None:
        queue = value(m, "Queue")
        counts = self.queues.setdefault(queue, QueueCounts())
        member = self.members.get((queue, value(m, "Interface")))
        if event == "AgentConnect":
            caller.served_in, caller.served_by, caller.served_since = queue, value(m, "Interface"), at
            caller.waited = int(value(m, "HoldTime") or 0)
            if member is not None:
                member.in_call = True
            return
        caller.served_in = ""
        counts.completed += 1
        counts.waited += caller.waited
        counts.talked += int(value(m, "TalkTime") or 0)
        if member is not None:
            member.in_call, member.taken, member.last_call = False, member.taken + 1, int(at)

    def _seen(self, m: Headers, prefix: str, at: float, *, born: bool) -> Line | None:
        uniqueid = value(m, prefix + "Uniqueid")
        line = self.lines.get(uniqueid)
        if line is None:
            if not born or not uniqueid:
                return None
            line = self.lines[uniqueid] = Line({}, at, interface_of(value(m, "Channel")))
        said = dict(m)
        line.snapshot |= {name: said[prefix + name] for name in SNAPSHOT if prefix + name in said}
        for name in SNAPSHOT:
            line.snapshot.setdefault(name, "")
        return line

    def _left(self, line: Line) -> None:
        queue = self.waiting.get(line.queue)
        if queue is not None and line.uniqueid in queue:
            queue.remove(line.uniqueid)
        line.queue = ""

    def _gone(self, line: Line) -> None:
        self._left(line)
        self.lines.pop(line.uniqueid, None)
        for member in self.members.values():
            if line.served_in == member.queue and line.served_by == member.interface:
                member.in_call = False

    def _device_states(self) -> dict[str, int]:
        """Device → state, of every member's phone that has a channel."""
        states: dict[str, int] = {}
        for line in self.lines.values():
            was = states.get(line.interface, NOT_IN_USE)
            if line.state == RINGING:
                states[line.interface] = IS_RINGING if was in (NOT_IN_USE, IS_RINGING) else RINGS_IN_USE
            elif line.state in (RING, UP):
                states[line.interface] = IN_USE if was in (NOT_IN_USE, IN_USE) else RINGS_IN_USE
        return states

    def _changed(self, event: str, m: Headers) -> Iterator[Headers]:
        before, after = self.states, self._device_states()
        self.states = after
        devices = {member.state_interface for member in self.members.values()}
        changed = {d for d in devices & (before.keys() | after.keys()) if before.get(d, NOT_IN_USE) != after.get(d, NOT_IN_USE)}
        for device in sorted(changed):
            state = after.get(device, NOT_IN_USE)
            yield [("Event", "DeviceStateChange"), ("Privilege", "call,all"), ("Timestamp", ""), ("Device", device),
                   ("State", DEVICE_STATE[state])]  # fmt: skip
            for member in self.memberships(device):
                member.status = state
                yield member_event("QueueMemberStatus", member)
        if event == "AgentComplete":  # taken calls and in-call are told although the phone is still busy
            for member in self.members.values():
                if (member.queue, member.interface) == (value(m, "Queue"), value(m, "Interface")) and member.state_interface not in changed:
                    yield member_event("QueueMemberStatus", member)


def member_event(event: str, m: Member) -> Headers:
    """A QueueMember… event, header by header as Asterisk 22 writes it (tests/telephony/recorded/agent_logs_in_and_out.ami)."""
    return [
        ("Event", event), ("Privilege", "agent,all"), ("Timestamp", ""), ("Queue", m.queue), ("MemberName", m.name),
        ("Interface", m.interface), ("StateInterface", m.state_interface), ("Membership", m.membership), ("Penalty", str(m.penalty)),
        ("CallsTaken", str(m.taken)), ("LastCall", str(m.last_call)), ("LastPause", str(m.last_pause)),
        ("LoginTime", str(m.logged_in)), ("InCall", str(int(m.in_call))), ("Status", str(m.status)), ("Paused", str(int(m.paused))),
        ("PausedReason", m.reason), ("Ringinuse", "0"), ("Wrapuptime", "0"),
    ]  # fmt: skip


def _seconds(since: float, until: float) -> int:
    return max(0, int(until) - int(since))
