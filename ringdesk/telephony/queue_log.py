"""The PBX's queue_log, where this machine can read it: what a lost link hid is filled in from there.

Lines: `time|callid|queue|agent|event|data…` with whole seconds (app_queue.c; docs.asterisk.org, "Queue Logs"). The callid is the caller's
channel, which is the call's Linkedid unless a Local channel stands between trunk and queue; such calls are left as they are. The agent is
the member's name in most events, its interface in some.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from ringdesk.telephony.facts import Call, CallOutcome, Conversation, EndedBy, Offer, Visit, VisitOutcome

CHUNK = 1 << 16  # bytes read at once, from the end of the file backwards
LONGEST_LINE = 4096  # bytes; longer ones are not the PBX's
LEFT: dict[str, VisitOutcome] = {
    "CONNECT": "answered",
    "ABANDON": "abandoned",
    "EXITWITHTIMEOUT": "timed_out",
    "EXITWITHKEY": "transferred",
    "EXITEMPTY": "empty",
}
ENDED: dict[str, EndedBy] = {
    "COMPLETEAGENT": "agent",
    "COMPLETECALLER": "customer",
    "BLINDTRANSFER": "transfer",
    "ATTENDEDTRANSFER": "transfer",
}
BY_VISIT: dict[VisitOutcome, CallOutcome] = {"abandoned": "abandoned", "timed_out": "timed_out", "empty": "no_answer"}


@dataclass(frozen=True, slots=True)
class Entry:
    at: datetime
    callid: str
    queue: str
    agent: str
    event: str
    data: tuple[str, ...]


def parse(line: str) -> Entry | None:
    """One line, None for what is none."""
    parts = line.rstrip("\r\n").split("|")
    if len(parts) < 5 or not parts[0].isdigit() or len(parts[0]) > 11:
        return None
    at = datetime.fromtimestamp(int(parts[0]), UTC)
    return Entry(at, parts[1], parts[2], parts[3], parts[4], tuple(parts[5:]))


def since(path: Path, moment: datetime) -> list[Entry]:
    """The entries from `moment` on, oldest first. Reads only the end of the file. Raises OSError."""
    found: list[Entry] = []
    for line in _backwards(path):
        entry = parse(line)
        if entry is None:
            continue
        if entry.at < moment.replace(microsecond=0):
            break
        found.append(entry)
    return found[::-1]


def complete(call: Call | None, entries: list[Entry], call_id: str, interface_of: Callable[[str], str]) -> Call | None:
    """The call as queue_log tells it: `call` with what was unknown in it filled in, or a whole call that nobody heard.

    None where the entries do not tell how it ended. Times are whole seconds, so those that were heard are kept.
    """
    if not entries or not any(e.event in LEFT or e.event in ENDED for e in entries):
        return None
    known = call or Call(id=call_id, linkedid=entries[0].callid, started_at=entries[0].at, direction="in", gap=True)
    visits, offers, talks = list(known.visits), list(known.offers), list(known.conversations)
    number = known.caller_number
    for entry in entries:
        if entry.event == "ENTERQUEUE":
            number = number or (entry.data[1] if len(entry.data) > 1 else "")
            if _open_visit(visits, entry.queue) is None and not _heard(visits, entry):
                visits.append(Visit(seq=len(visits), queue=entry.queue, entered_at=entry.at))
        elif entry.event in LEFT and (i := _open_visit(visits, entry.queue)) is not None:
            left_at = visits[i].left_at if visits[i].outcome is None and visits[i].left_at else max(entry.at, visits[i].entered_at)
            visits[i] = replace(visits[i], left_at=left_at, outcome=LEFT[entry.event])
            if entry.event == "CONNECT" and not any(c.queue == entry.queue for c in talks):
                interface = interface_of(entry.agent)
                channel = entry.data[1] if len(entry.data) > 1 else ""
                rung = Offer(seq=len(offers), interface=interface, channel=channel, rung_at=entry.at, visit_seq=i, queue=entry.queue,
                             ended_at=entry.at, outcome="answered")  # fmt: skip
                offers.append(rung)
                talks.append(Conversation(seq=len(talks), interface=interface, channel=channel, started_at=entry.at, queue=entry.queue))
        elif entry.event in ENDED:
            for j, talk in enumerate(talks):
                if talk.queue == entry.queue and (talk.ended_at is None or talk.ended_by == "system"):
                    to = entry.data[0] if entry.event == "BLINDTRANSFER" and entry.data and entry.data[0] else None
                    talks[j] = replace(talk, ended_at=max(entry.at, talk.started_at), ended_by=ENDED[entry.event], sent_to=to)
                    break
    if any(t.ended_at is None for t in talks):
        return None  # it went on beyond what the log has
    last = max([known.started_at, *(v.left_at for v in visits if v.left_at), *(t.ended_at for t in talks if t.ended_at)])
    answered = min((t.started_at for t in talks), default=None)
    outcome: CallOutcome = "answered" if talks else BY_VISIT.get(visits[-1].outcome or "unknown", "unknown")
    return replace(
        known,
        caller_number=number,
        answered_at=known.answered_at or answered,
        ended_at=known.ended_at or last,
        outcome=outcome if known.outcome in (None, "unknown") else known.outcome,
        visits=visits,
        offers=offers,
        conversations=talks,
    )


def _open_visit(visits: list[Visit], queue: str) -> int | None:
    """The first visit of this queue of which nobody knows how it ended."""
    return next((i for i, v in enumerate(visits) if v.queue == queue and v.outcome in (None, "unknown")), None)


def _heard(visits: list[Visit], entry: Entry) -> bool:
    return any(v.queue == entry.queue and abs((v.entered_at - entry.at).total_seconds()) <= 2 for v in visits)


def _backwards(path: Path) -> Iterator[str]:
    """Lines of a file from its last to its first."""
    with path.open("rb") as file:
        at = file.seek(0, os.SEEK_END)
        rest = b""
        while at > 0:
            size = min(CHUNK, at)
            at = file.seek(at - size)
            block = file.read(size) + rest
            rest, *lines = block.split(b"\n")
            for line in reversed(lines):
                if line and len(line) <= LONGEST_LINE:
                    yield line.decode("utf-8", "replace")
            rest = rest[-LONGEST_LINE:]
        if rest:
            yield rest.decode("utf-8", "replace")
