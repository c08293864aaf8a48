"""Facts that follow made-up calls: whom transferred callers went to, how calls were closed, who was called back, how recordings were
scored."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.crm.models import Callback, CallDisposition, Disposition
from ringdesk.recordings.models import Recording, Score, Scorecard
from ringdesk.telephony.models import CallRow, ConversationRow, OfferRow, QueueVisitRow

DISPOSITIONS, SCORECARDS, AGENTS = 3, 2, 6
TIMES = {CallDisposition: "call_at", Callback: "first_at", Score: "at"}
Rows = dict[type[Any], list[dict[str, Any]]]


def add(rng: Random, found: Rows) -> None:
    """To the calls in `found`, by the same seed."""
    found |= {CallDisposition: [], Callback: [], Recording: [], Score: []}
    began = {row["id"]: row["started_at"] for row in found[CallRow]}
    for talk in list(found[ConversationRow]):
        talk["sent_to"] = rng.choice(("+4930901820", "700", None)) if talk["ended_by"] == "transfer" else None
        if talk["ended_by"] == "transfer" and rng.random() < 0.5:
            _followed(rng, found, talk)
        if talk["agent_id"] is not None and rng.random() < 0.4:
            _scored(rng, found, talk)
    closed = {(talk["call_id"], talk["agent_id"]): talk for talk in found[ConversationRow] if talk["agent_id"] is not None}
    found[CallDisposition] += [
        {"call_id": call_id, "agent_id": agent, "disposition_id": rng.randrange(1, DISPOSITIONS + 1), "queue": talk["queue"] or "",
         "call_at": began[call_id], "at": talk["ended_at"]}
        for (call_id, agent), talk in closed.items() if rng.random() < 0.6
    ]  # fmt: skip
    left = {visit["call_id"]: visit for visit in found[QueueVisitRow] if visit["outcome"] in ("abandoned", "timed_out")}
    found[Callback] += [_missed(rng, call_id, visit) for call_id, visit in left.items()]


def _followed(rng: Random, found: Rows, talk: Mapping[str, Any]) -> None:
    """The caller is sent on to a phone, whose owner may answer or not, and may be nobody."""
    at: datetime = talk["ended_at"]
    agent = rng.choice((*range(1, AGENTS + 1), None))
    part = {
        "call_id": talk["call_id"],
        "seq": 90 + talk["seq"],
        "queue": None,
        "interface": "PJSIP/2001",
        "agent_id": agent,
        "channel": None,
    }
    answered = rng.random() < 0.7
    picked_up = at + timedelta(microseconds=rng.randrange(1, 5_000_000))
    outcome = "answered" if answered else "no_answer"
    if rng.random() < 0.8:  # else they had talked before
        found[OfferRow].append({**part, "visit_seq": None, "rung_at": at, "ended_at": picked_up, "outcome": outcome})
    if answered:
        talked = timedelta(microseconds=rng.randrange(1, 60_000_000))
        found[ConversationRow].append(
            {**part, "started_at": picked_up, "ended_at": picked_up + talked, "hold_s": 0.0, "ended_by": "customer", "sent_to": None}
        )


def _scored(rng: Random, found: Rows, talk: Mapping[str, Any]) -> None:
    """A recording with a score of one version, or of two: the second counts."""
    at, number = talk["started_at"], rng.randrange(2**31)
    found[Recording].append(
        {"id": number, "pbx": "pbx", "source": "spool", "key": str(number), "name": "a.wav", "parts": [], "call_id": talk["call_id"],
         "queue": talk["queue"], "started_at": at, "duration_s": 10.0, "state": "scored", "changed_at": at}
    )  # fmt: skip
    card, points = rng.randrange(1, SCORECARDS + 1), rng.choice((64, 7, 3))
    for version in range(1, rng.choice((2, 3))):
        total = rng.choice((None, 100 * rng.randrange(points) / points, 100 * rng.randrange(points) / points))
        found[Score].append(
            {"recording_id": number, "scorecard_id": card, "version": version, "agent_id": talk["agent_id"], "queue": talk["queue"],
             "total": total, "failed": rng.random() < 0.1, "at": at, "made_at": at}
        )  # fmt: skip


def _missed(rng: Random, call_id: str, visit: Mapping[str, Any]) -> dict[str, Any]:
    at = visit["left_at"]
    how = rng.choice(("reached", "reached", "dismissed", None))
    done = at + timedelta(microseconds=int(rng.expovariate(1 / 3600) * 1_000_000))
    return {
        "number": f"+49{rng.randrange(10**12)}", "queue": visit["queue"], "first_at": at, "last_at": at, "misses": 1,
        "last_call_id": call_id, "state": "done" if how else "open", "done_at": done if how else None, "done_how": how,
    }  # fmt: skip


def lists(session: AsyncSession, since: datetime) -> None:
    """What calls can be closed with and scored by."""
    session.add_all(Disposition(id=number, name=f"Disposition {number}") for number in range(1, DISPOSITIONS + 1))
    session.add_all(Scorecard(id=number, version=2, created_at=since) for number in range(1, SCORECARDS + 1))
