"""The PBX's lists: what CoreShowChannels, QueueStatus and QueueSummary answer, item by item as Asterisk 22 writes them."""

from collections.abc import Iterable, Iterator

from ringdesk.telephony.replay.pbx import SNAPSHOT, Line, Member, Pbx
from ringdesk.telephony.replay.text import Headers


def channels(pbx: Pbx, at: float) -> list[Headers]:
    return [_channel(line, at) for line in pbx.lines.values()]


def queue_status(pbx: Pbx, at: float, queue: str, interface: str) -> list[Headers]:
    """`queue` and `interface` narrow it down where they are given."""
    items: list[Headers] = []
    for name in _named(pbx, queue):
        items.append(_queue(pbx, name))
        items += [_member(m) for m in _members(pbx, name) if interface in ("", m.interface)]
        items += [_caller(pbx.lines[uniqueid], position, at) for position, uniqueid in enumerate(pbx.waiting.get(name, ()), 1)]
    return items


def queue_summary(pbx: Pbx, at: float, queue: str) -> list[Headers]:
    return [_summary(pbx, name, at) for name in _named(pbx, queue)]


def _named(pbx: Pbx, queue: str) -> Iterable[str]:
    return [name for name in pbx.queues if queue in ("", name)]


def _members(pbx: Pbx, queue: str) -> Iterator[Member]:
    return (m for m in pbx.members.values() if m.queue == queue)


def _channel(line: Line, at: float) -> Headers:
    hours, seconds = divmod(max(0, int(at - line.since)), 3600)
    return [
        ("Event", "CoreShowChannel"),
        *((name, line.snapshot[name]) for name in SNAPSHOT),
        ("Application", line.application),
        ("ApplicationData", line.data),
        ("Duration", f"{hours:02d}:{seconds // 60:02d}:{seconds % 60:02d}"),
        ("BridgeId", line.bridge),
    ]


def _queue(pbx: Pbx, name: str) -> Headers:
    counts = pbx.queues[name]
    done = max(1, counts.completed)
    return [
        ("Event", "QueueParams"), ("Queue", name), ("Max", "0"), ("Strategy", "rrmemory"), ("Calls", str(len(pbx.waiting.get(name, ())))),
        ("Holdtime", str(counts.waited // done)), ("TalkTime", str(counts.talked // done)), ("Completed", str(counts.completed)),
        ("Abandoned", str(counts.abandoned)), ("ServiceLevel", "20"), ("ServicelevelPerf", "0.0"), ("ServicelevelPerf2", "0.0"),
        ("Weight", "0"),
    ]  # fmt: skip


def _member(m: Member) -> Headers:
    return [
        ("Event", "QueueMember"), ("Queue", m.queue), ("Name", m.name), ("Location", m.interface), ("StateInterface", m.state_interface),
        ("Membership", m.membership), ("Penalty", str(m.penalty)), ("CallsTaken", str(m.taken)), ("LastCall", str(m.last_call)),
        ("LastPause", str(m.last_pause)), ("LoginTime", str(m.logged_in)), ("InCall", str(int(m.in_call))), ("Status", str(m.status)),
        ("Paused", str(int(m.paused))), ("PausedReason", m.reason), ("Wrapuptime", "0"),
    ]  # fmt: skip


def _caller(line: Line, position: int, at: float) -> Headers:
    shown = line.snapshot
    return [
        ("Event", "QueueEntry"), ("Queue", line.queue), ("Position", str(position)), ("Channel", line.name), ("Uniqueid", line.uniqueid),
        ("CallerIDNum", shown["CallerIDNum"]), ("CallerIDName", shown["CallerIDName"]),
        ("ConnectedLineNum", shown["ConnectedLineNum"].replace("<unknown>", "unknown")),
        ("ConnectedLineName", shown["ConnectedLineName"].replace("<unknown>", "unknown")),
        ("Wait", str(max(0, int(at - line.waiting_since)))), ("Priority", "0"),
    ]  # fmt: skip


def _summary(pbx: Pbx, name: str, at: float) -> Headers:
    members = list(_members(pbx, name))
    counts = pbx.queues[name]
    done = max(1, counts.completed)
    waits = [int(at - pbx.lines[uniqueid].waiting_since) for uniqueid in pbx.waiting.get(name, ())]
    return [
        ("Event", "QueueSummary"), ("Queue", name), ("LoggedIn", str(len(members))), ("Available", str(sum(m.free for m in members))),
        ("Callers", str(len(waits))), ("HoldTime", str(counts.waited // done)), ("TalkTime", str(counts.talked // done)),
        ("LongestHoldTime", str(max(waits, default=0))),
    ]  # fmt: skip
