"""Agents: phones that rang, conversations and wrap-ups when they are over, calls placed."""

from collections.abc import Sequence

from sqlalchemy import func, literal

from ringdesk.agents.models import PresenceInterval
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


def _offers() -> Source:
    offer = OfferRow
    return Source(
        time=offer.rung_at,
        call_id=offer.call_id,
        columns={
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
            "who": call.placed_by,
            "queue": literal(NONE),
            "calls_out": literal(1),
            "calls_out_answered": one_if(call.answered_at.is_not(None)),
        },
        frame=lambda query: query.select_from(call).where(call.placed_by.is_not(None), call.direction == "out", call.merged_into.is_(None)),
    )


def sources() -> Sequence[Source]:
    return (_offers(), _conversations(), _wraps(), _calls_out())


PEOPLE = Cube(
    "people",
    PeopleRollup,
    keys=("queue", "who"),
    sums=(
        "offers", *OFFERS, "ring_us", "conversations", "talk_us", "hold_us", "transfers", "ended_by_agent", "wraps", "wrap_us",
        "calls_out", "calls_out_answered",
    ),
    maxima=("longest_talk_us",),
    levels=("d", "m"),
    totals=("queue",),
    sources=sources,
)  # fmt: skip
