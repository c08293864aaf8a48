"""Agents and teams: phones that rang, conversations and wrap-ups when they are over, calls placed. A team has what its members did while
they were in it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, func, literal, or_

from ringdesk.agents.models import PresenceInterval, TeamStay
from ringdesk.statistics.cubes.cube import Cube, Source
from ringdesk.statistics.cubes.queues import one_if, talked, wrap_queue
from ringdesk.statistics.rollups import NONE, PeopleRollup
from ringdesk.storage.quarters import span
from ringdesk.telephony.models import CallRow, ConversationRow, OfferRow

OFFERS = {  # column → outcome
    "offers_answered": "answered",
    "offers_missed": "no_answer",
    "offers_rejected": "rejected",
    "offers_busy": "busy",
    "offers_cancelled": "cancelled",
}


def stays(agent: SQLColumnExpression[int | None], at: SQLColumnExpression[datetime]) -> ColumnElement[bool]:
    """The condition of a join: the teams that this agent was in at that moment."""
    return and_(TeamStay.user_id == agent, TeamStay.since <= at, or_(TeamStay.until.is_(None), TeamStay.until > at))


def _offers() -> Source:
    offer = OfferRow
    return Source(
        time=offer.rung_at,
        call_id=offer.call_id,
        columns={
            "kind": literal("agent"),
            "who": offer.agent_id,
            "queue": func.coalesce(offer.queue, NONE),
            "offers": literal(1),
            **{name: one_if(offer.outcome == outcome) for name, outcome in OFFERS.items()},
            "ring_us": span(offer.rung_at, offer.ended_at),
        },
        frame=lambda query: query.select_from(offer).where(offer.agent_id.is_not(None), offer.ended_at.is_not(None)),
    )


def _conversations() -> Source:
    talk = ConversationRow
    columns = talked()
    return Source(
        time=talk.started_at,
        call_id=talk.call_id,
        columns={
            "kind": literal("agent"),
            "who": talk.agent_id,
            "queue": func.coalesce(talk.queue, NONE),
            **columns,
            "longest_talk_us": columns["talk_us"],
            "ended_by_agent": one_if(talk.ended_by == "agent"),
        },
        frame=lambda query: query.select_from(talk).where(talk.agent_id.is_not(None), talk.ended_at.is_not(None)),
    )


def _wraps() -> Source:
    interval = PresenceInterval
    return Source(
        time=interval.started_at,
        call_id=interval.call_id,
        columns={
            "kind": literal("agent"),
            "who": interval.user_id,
            "queue": func.coalesce(wrap_queue(interval), NONE),
            "wraps": literal(1),
            "wrap_us": span(interval.started_at, interval.ended_at),
        },
        frame=lambda query: query.select_from(interval).where(interval.state == "wrap_up", interval.ended_at.is_not(None)),
    )


def _calls_out() -> Source:
    call = CallRow
    return Source(
        time=call.started_at,
        call_id=call.id,
        columns={
            "kind": literal("agent"),
            "who": call.placed_by,
            "queue": literal(NONE),
            "calls_out": literal(1),
            "calls_out_answered": one_if(call.answered_at.is_not(None)),
        },
        frame=lambda query: query.select_from(call).where(call.placed_by.is_not(None), call.direction == "out", call.merged_into.is_(None)),
    )


def of_team(source: Source) -> Source:
    """The same facts for the teams of the agent at the time."""
    join = _joined(source.frame, stays(source.columns["who"], source.time))
    return replace(source, columns={**source.columns, "kind": literal("team"), "who": TeamStay.team_id}, frame=join)


def _joined(frame: Callable[[Select[Any]], Select[Any]], on: ColumnElement[bool]) -> Callable[[Select[Any]], Select[Any]]:
    return lambda query: frame(query).join(TeamStay, on)


def _sources() -> Sequence[Source]:
    of_agents = (_offers(), _conversations(), _wraps(), _calls_out())
    return (*of_agents, *map(of_team, of_agents))


PEOPLE = Cube(
    "people",
    PeopleRollup,
    keys=("kind", "queue", "who"),
    sums=(
        "offers", *OFFERS, "ring_us", "conversations", "talk_us", "hold_us", "transfers", "ended_by_agent", "wraps", "wrap_us",
        "calls_out", "calls_out_answered",
    ),
    maxima=("longest_talk_us",),
    levels=("d", "m"),
    totals=("queue",),
    sources=_sources,
)  # fmt: skip
