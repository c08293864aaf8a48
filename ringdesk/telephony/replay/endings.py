"""How a call ends when somebody cuts it off in the middle: what Asterisk 22 says then, made from what is on the line.

The order was read off AMI Hangup of a talking, a waiting and a ringing channel (tests/pbx): bridge left, AgentComplete, hang-ups;
or DialEnd CANCEL for each ringing phone, QueueCallerAbandon, QueueCallerLeave, hang-ups.
"""

from collections.abc import Collection, Iterator

from ringdesk.telephony.replay.pbx import RINGING, SNAPSHOT, UP, Line, Pbx
from ringdesk.telephony.replay.recording import PHONE
from ringdesk.telephony.replay.text import Headers

CAUSES = {"16": "Normal Clearing", "17": "User busy", "19": "User alerting, no answer"}


def ending(pbx: Pbx, uniqueids: Collection[str], first: Line | None, cause: str = "16") -> Iterator[Headers]:
    """The messages that end these channels: the PBX hangs up `first`, or, if that is None, the customer hangs up.
    Each must be said before the next is asked for."""
    lines = [pbx.lines[u] for u in sorted(uniqueids) if u in pbx.lines]
    if first is None and lines:
        first = min(lines, key=lambda line: (line.name.startswith("Local/"), PHONE.fullmatch(line.name) is not None, line.since))
        yield _event("HangupRequest", "call", first)
    lines.sort(key=lambda line: line is not first)
    for line in lines:
        if line.state == RINGING:
            yield _dial_end(pbx, line)
    for line in lines:
        if line.queue:
            yield _event("QueueCallerAbandon", "agent", line, Queue=line.queue, Position="", OriginalPosition="1", HoldTime="")
            yield _event("QueueCallerLeave", "agent", line, Queue=line.queue, Position="", Count="")
    yield from _bridges(pbx, lines)
    for line in lines:
        if line.served_in:
            yield _complete(pbx, line)
    for line in lines:
        yield hangup(line, cause if line.state == UP else "0")


def hangup(line: Line, cause: str) -> Headers:
    return _event("Hangup", "call", line, Cause=cause, **{"Cause-txt": CAUSES.get(cause, "Unknown")})


def no_answer(pbx: Pbx, line: Line) -> Iterator[Headers]:
    """One ringing phone gives up, the caller goes on waiting."""
    yield _dial_end(pbx, line, "NOANSWER")
    caller = pbx.lines.get(line.rung_by)
    if caller is not None and caller.queue:
        member = next((m for m in pbx.memberships(line.interface) if m.queue == caller.queue), None)
        who = {"MemberName": "" if member is None else member.name, "Interface": line.interface, "RingTime": "0"}
        yield [*_event("AgentRingNoAnswer", "agent", caller), *_snapshot(line, "Dest"), ("Queue", caller.queue), *who.items()]
    yield hangup(line, "16")


def _bridges(pbx: Pbx, lines: list[Line]) -> Iterator[Headers]:
    for line in lines:
        bridge = line.bridge
        if not bridge:
            continue
        left = len(pbx.bridged_with(line))
        about = {"BridgeUniqueid": bridge, "BridgeType": "basic", "BridgeTechnology": "simple_bridge", "BridgeCreator": "<unknown>",
                 "BridgeName": "<unknown>", "BridgeVideoSourceMode": "none"}  # fmt: skip
        message = [("Event", "BridgeLeave"), ("Privilege", "call,all"), ("Timestamp", ""), *about.items(), ("BridgeNumChannels", str(left))]
        yield [*message, *_snapshot(line)]
        if not left:
            yield [("Event", "BridgeDestroy"), *message[1:-1], ("BridgeNumChannels", "0")]


def _complete(pbx: Pbx, caller: Line) -> Headers:
    """app_queue says `caller` for every end that is not the agent's own BYE, also when AMI hangs up the agent's channel."""
    agent = next((line for line in pbx.lines.values() if line.interface == caller.served_by and line.rung_by == caller.uniqueid), None)
    about = {"Queue": caller.served_in, "MemberName": "", "Interface": caller.served_by, "HoldTime": "", "TalkTime": "",
             "Reason": "caller"}  # fmt: skip
    return [*_event("AgentComplete", "agent", caller), *([] if agent is None else _snapshot(agent, "Dest")), *about.items()]


def _dial_end(pbx: Pbx, target: Line, status: str = "CANCEL") -> Headers:
    source = pbx.lines.get(target.rung_by)
    about = [("Event", "DialEnd"), ("Privilege", "call,all"), ("Timestamp", "")]
    return [*about, *([] if source is None else _snapshot(source)), *_snapshot(target, "Dest"), ("DialStatus", status)]


def _event(event: str, privilege: str, line: Line, **more: str) -> Headers:
    return [("Event", event), ("Privilege", f"{privilege},all"), ("Timestamp", ""), *_snapshot(line), *more.items()]


def _snapshot(line: Line, prefix: str = "") -> Headers:
    return [(prefix + name, line.snapshot[name]) for name in SNAPSHOT]
