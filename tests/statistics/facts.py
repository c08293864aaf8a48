"""Facts of a made-up contact centre, straight into the tables: calls of any kind at any time, reproducible from a seed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents.models import PresenceInterval, Shift, TeamStay, User
from ringdesk.storage import quarters
from ringdesk.telephony import calls
from ringdesk.telephony.calls import LONGEST
from ringdesk.telephony.models import CallRow, ConversationRow, OfferRow, QueueVisitRow
from tests.statistics import after

QUEUES = ("support", "sales", "billing")
AGENTS = 6
OUTCOMES = ("answered",) * 6 + ("abandoned",) * 2 + ("timed_out", "transferred", "full", "empty")
TIMES = {
    CallRow: "started_at",
    QueueVisitRow: "entered_at",
    OfferRow: "rung_at",
    ConversationRow: "started_at",
    Shift: "starts_at",
    **after.TIMES,
}
Rows = dict[type[Any], list[dict[str, Any]]]


def some(rng: Random, since: datetime, until: datetime, calls: int) -> Rows:
    """Rows by table: incoming calls through one or two queues with offers and conversations, and calls out."""
    found: Rows = {CallRow: [], QueueVisitRow: [], OfferRow: [], ConversationRow: [], PresenceInterval: []}
    seconds = (until - since).total_seconds()
    for number in range(calls):
        at = since + timedelta(microseconds=rng.randrange(int(seconds * 1_000_000)))
        make = _incoming if rng.random() < 0.8 else _outgoing
        make(rng, found, f"pbx-{rng.randrange(10**9)}.{number}", at)
    after.add(rng, found)
    return found


def _incoming(rng: Random, found: Rows, call_id: str, at: datetime) -> None:
    began, answered, outcome = at, None, "abandoned"
    for seq in range(rng.choice((1, 1, 1, 2))):
        queue, outcome = rng.choice(QUEUES), rng.choice(OUTCOMES)
        wait = timedelta(microseconds=rng.randrange(1, 90_000_000))
        found[QueueVisitRow].append(
            {"call_id": call_id, "seq": seq, "queue": queue, "entered_at": at, "left_at": at + wait, "outcome": outcome}
        )
        agent = rng.randrange(1, AGENTS + 1)
        part = {"call_id": call_id, "seq": seq, "queue": queue, "interface": f"PJSIP/100{agent}", "agent_id": agent, "channel": None}
        if outcome in ("answered", "abandoned"):
            rung = at + wait * rng.random()
            how = "answered" if outcome == "answered" else rng.choice(("no_answer", "cancelled", "rejected", "busy"))
            found[OfferRow].append({**part, "visit_seq": seq, "rung_at": rung, "ended_at": at + wait, "outcome": how})
        at += wait
        if outcome == "answered":
            answered = answered or at
            at = _talk(rng, found, part, at)
    number = None if rng.random() < 0.1 else f"+4930{rng.randrange(200)}"
    if outcome not in ("abandoned", "timed_out"):
        outcome = "abandoned"  # of the call: the queue let go of the caller, who then hung up
    ended = {"outcome": "answered" if answered else outcome, "answered_at": answered, "ended_at": at}
    _call(found, call_id, began, direction="in", did=rng.choice(("100", "200")), trunk="PJSIP/provider", number=number, **ended)


def _outgoing(rng: Random, found: Rows, call_id: str, at: datetime) -> None:
    """An agent calls out, over one of two trunks, or a colleague; some are still going on."""
    agent, began = rng.randrange(1, AGENTS + 1), at
    direction = rng.choice(("out", "out", "internal"))
    outcome = rng.choice(("answered", "answered", "no_answer", "busy", "failed"))
    phone = f"PJSIP/100{agent}"
    at += timedelta(microseconds=rng.randrange(1, 30_000_000))
    answered = at if outcome == "answered" else None
    if answered is not None:
        part = {"call_id": call_id, "seq": 0, "queue": None, "interface": phone, "agent_id": agent, "channel": None}
        at = _talk(rng, found, part, at)
    ended = {"outcome": outcome, "answered_at": answered, "ended_at": at}
    if rng.random() < 0.05:
        ended = {"outcome": None, "answered_at": answered, "ended_at": None}
    trunk = None if direction == "internal" else rng.choice(("PJSIP/provider", "PJSIP/backup"))
    number = None if direction == "internal" else f"+4930{rng.randrange(200)}"
    _call(found, call_id, began, direction=direction, origin=phone, placed_by=agent, trunk=trunk, number=number, **ended)


def _talk(rng: Random, found: Rows, part: dict[str, Any], at: datetime) -> datetime:
    """A conversation; its end."""
    end = at + timedelta(microseconds=rng.randrange(5_000_000, 2_000_000_000))
    held = round(rng.random() * 5, 6) if rng.random() < 0.3 else 0.0
    by = rng.choice(("customer", "agent", "transfer"))
    found[ConversationRow].append({**part, "started_at": at, "ended_at": end, "hold_s": held, "ended_by": by})
    return end


def _call(found: Rows, call_id: str, began: datetime, *, number: str | None, **known: Any) -> None:
    found[CallRow].append(
        {"id": call_id, "pbx": "pbx", "linkedid": call_id[4:], "did": None, "origin": None, "placed_by": None, "caller_number": number,
         "caller_name": None, "number": number, "customer_id": None, "started_at": began, "gap": False, "merged_into": None, **known}
    )  # fmt: skip


def presence(rng: Random, found: Rows, since: datetime, until: datetime) -> None:
    """What the agents did all the time: one interval after the other, nights and wrap-ups among them, the last still open."""
    for agent in range(1, AGENTS + 1):
        talks = sorted((row for row in found[ConversationRow] if row["agent_id"] == agent), key=lambda row: row["started_at"])
        at = since
        for talk in talks:
            if talk["started_at"] < at:
                continue  # the agent speaks with somebody already
            _rest(rng, found, agent, at, talk["started_at"])
            done = talk["ended_at"] + timedelta(microseconds=rng.randrange(1, 90_000_000))
            _interval(found, agent, "talking", talk["started_at"], talk["ended_at"], call_id=talk["call_id"])
            _interval(found, agent, "wrap_up", talk["ended_at"], done, call_id=talk["call_id"])
            at = done
        _rest(rng, found, agent, at, max(at, until))
        _interval(found, agent, rng.choice(("available", "offline", "paused")), max(at, until), None)


def shifts(rng: Random, found: Rows, since: datetime, until: datetime) -> None:
    """When the agents were meant to work: day and night shifts in pieces, with breaks and training."""
    found[Shift] = []
    for agent in range(1, AGENTS + 1):
        at = since
        while at < until:
            at += timedelta(microseconds=rng.randrange(30 * 3_600_000_000))
            for activity in ("work", "break", "work", rng.choice(("other", "work"))):
                end = at + timedelta(microseconds=rng.randrange(1, 5 * 3_600_000_000))
                found[Shift].append({"user_id": agent, "starts_at": at, "ends_at": end, "activity": activity})
                at = end


def _rest(rng: Random, found: Rows, agent: int, begin: datetime, end: datetime) -> None:
    """Available, paused and at home until the next conversation; an interval may be empty or last for days."""
    while begin < end:
        state = rng.choice(("available", "ringing", "offline", "paused"))
        over = min(end, begin + timedelta(microseconds=rng.randrange(50 * 3_600_000_000)))
        _interval(found, agent, state, begin, over, reason=rng.choice(("lunch", "training", None)) if state == "paused" else None)
        begin = over


def _interval(
    found: Rows, agent: int, state: str, begin: datetime, end: datetime | None, *, reason: str | None = None, call_id: str | None = None
) -> None:
    found[PresenceInterval].append(
        {"user_id": agent, "state": state, "reason": reason, "call_id": call_id, "started_at": begin, "ended_at": end}
    )


def moments(found: Rows) -> Iterator[datetime]:
    for row in found[CallRow]:
        yield from quarters.during(row["started_at"], row["ended_at"] or row["started_at"] + LONGEST)
    for row in found.get(Shift, ()):
        yield from quarters.during(row["starts_at"], row["ends_at"])
    for table, rows in found.items():
        yield from (row[TIMES.get(table, "started_at")] for row in rows)


async def write(session: AsyncSession, dialect: str, found: Rows) -> None:
    """As the house writes them: with the marks of their quarters."""
    for table, rows in found.items():
        if rows:
            await session.execute(insert(table), rows)
    answered: dict[str, list[datetime]] = {}
    for row in found[CallRow]:
        if row["number"] and row["answered_at"] and row["direction"] == "in":
            answered.setdefault(row["number"], []).append(row["started_at"])
    await quarters.changed(session, dialect, [*moments(found), *await calls.repeated_by(session, answered)])


async def people(session: AsyncSession, since: datetime) -> None:
    """The agents 1 to `AGENTS`, in two teams: 1 and 2 in the first, from which 3 moved to the second in mid-period, where 4 was before."""
    for number in range(1, AGENTS + 1):
        session.add(User(id=number, name=f"agent{number}", display_name=f"Agent {number}", created_at=since))
    moved = since + timedelta(days=1, hours=11, minutes=7)
    for team, agent, begin, end in (
        (1, 1, since, None),
        (1, 2, since, None),
        (1, 3, since, moved),
        (2, 3, moved, None),
        (2, 4, since, moved),
    ):
        session.add(TeamStay(team_id=team, user_id=agent, team_name=f"Team {team}", since=begin, until=end))
    after.lists(session, since)
    await session.flush()
