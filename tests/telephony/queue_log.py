"""The PBX's own queue_log as the truth: what it says of each call, compared with our records entry by entry.

Format: time|callid|queue|agent|event|data… (app_queue.c; https://docs.asterisk.org, "Queue Logs").
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ringdesk.telephony.facts import Call

LEFT = {
    "ABANDON": "abandoned",
    "EXITWITHTIMEOUT": "timed_out",
    "EXITWITHKEY": "transferred",
    "EXITEMPTY": "empty",
    "CONNECT": "answered",
}
ENDED = {
    "COMPLETEAGENT": "agent",
    "COMPLETECALLER": "customer",
    "BLINDTRANSFER": "transfer",
    "ATTENDEDTRANSFER": "transfer",
}
RANG_IN_VAIN = {"RINGNOANSWER", "RINGCANCELED"}


@dataclass(frozen=True)
class Entry:
    time: int
    callid: str
    queue: str
    agent: str
    event: str
    data: tuple[str, ...]


def parse(text: str) -> list[Entry]:
    entries = []
    for line in text.splitlines():
        time, callid, queue, agent, event, *data = line.split("|")
        entries.append(Entry(int(time), callid, queue, agent, event, tuple(data)))
    return entries


def read(path: Path) -> list[Entry]:
    return parse(path.read_text(encoding="utf-8"))


def differences(entries: Iterable[Entry], calls: Iterable[Call], uniqueids: dict[str, str]) -> list[str]:
    """What the queue_log has and we have not, and the other way round; empty when they agree.

    `uniqueids` leads from a channel to its call's id, since queue_log names the caller's channel. Compared are, per call and queue:
    entries and how they left, the second they entered and left in, unanswered rings, connects with their ring, and who ended it.
    """
    ours: Counter[tuple[str, ...]] = Counter()
    theirs: Counter[tuple[str, ...]] = Counter()
    for call in calls:
        for visit in call.visits:
            if visit.left_at == visit.entered_at and visit.outcome in ("full", "empty"):
                continue  # refused at the door: queue_log has no line for it
            ours[call.id, visit.queue, "entered"] += 1
            ours[call.id, visit.queue, "left", str(visit.outcome)] += 1
        for offer in call.offers:
            if offer.queue is not None and offer.outcome != "answered":
                picked = any(o.visit_seq == offer.visit_seq and o.rung_at == offer.ended_at for o in call.offers)
                others = any(o.visit_seq == offer.visit_seq and o.outcome == "answered" for o in call.offers)
                if offer.outcome == "cancelled" and (picked or others):
                    continue  # somebody else answered: app_queue logs nothing for those who only rang along
                ours[call.id, offer.queue, "rang in vain"] += 1
        for talk in call.conversations:
            if talk.queue is not None:
                ours[call.id, talk.queue, "ended by", str(talk.ended_by)] += 1
    for entry in entries:
        call_id = uniqueids.get(entry.callid)
        if call_id is None:
            continue
        if entry.event == "ENTERQUEUE":
            theirs[call_id, entry.queue, "entered"] += 1
        if entry.event in LEFT:
            theirs[call_id, entry.queue, "left", LEFT[entry.event]] += 1
        if entry.event in RANG_IN_VAIN:
            theirs[call_id, entry.queue, "rang in vain"] += 1
        if entry.event in ENDED:
            theirs[call_id, entry.queue, "ended by", ENDED[entry.event]] += 1
    return [
        *(f"queue_log has {n} × {' '.join(key)}, we have {ours[key]}" for key, n in theirs.items() if ours[key] != n),
        *(f"we have {n} × {' '.join(key)}, queue_log has none" for key, n in ours.items() if key not in theirs),
    ]
