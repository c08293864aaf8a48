"""Transfers: which agent passed the caller on, and what came next in that call: a colleague, a queue, or a number outside."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, String, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import aliased

from ringdesk.statistics.cubes.cube import Cube, Source
from ringdesk.statistics.rollups import NONE, TransferRollup
from ringdesk.telephony.models import ConversationRow, OfferRow, QueueVisitRow

NOBODY = 0  # in place of an agent's id: a phone that was nobody's


def _transfers() -> Source:
    """What followed is the first of: a visit to a queue or a conversation that began after this one had, and a phone rung for the caller
    that was ringing when the agent let go, or later. (Who was consulted hears the caller some microseconds before the agent is gone; who
    was consulted in vain rang before.) The order of two that begin together is that of a caller: queue, phone, conversation."""
    talk = ConversationRow
    visit, talked, offer = aliased(QueueVisitRow), aliased(ConversationRow), aliased(OfferRow)
    one_visit, one_talked, one_offer = aliased(QueueVisitRow), aliased(ConversationRow), aliased(OfferRow)

    def first(row: Any, at: Any, *conditions: Any) -> Any:
        same_call = row.call_id == talk.call_id
        return select(row.seq).where(same_call, *conditions).order_by(at, row.seq).limit(1).correlate(talk).scalar_subquery()

    visit_seq = first(one_visit, one_visit.entered_at, one_visit.entered_at > talk.started_at)
    talked_seq = first(one_talked, one_talked.started_at, one_talked.started_at >= talk.started_at, one_talked.seq > talk.seq)
    offer_seq = first(
        one_offer,
        one_offer.rung_at,
        one_offer.queue.is_(None),
        one_offer.rung_at > talk.started_at,
        or_(one_offer.ended_at.is_(None), one_offer.ended_at >= talk.ended_at),
    )
    to_queue = and_(
        visit.seq.is_not(None),
        or_(talked.seq.is_(None), visit.entered_at <= talked.started_at),
        or_(offer.seq.is_(None), visit.entered_at <= offer.rung_at),
    )
    to_offer = and_(offer.seq.is_not(None), or_(talked.seq.is_(None), offer.rung_at <= talked.started_at))
    agent, phone = case((to_offer, offer.agent_id), else_=talked.agent_id), case((to_offer, offer.interface), else_=talked.interface)

    def frame(query: Select[Any]) -> Select[Any]:
        return (
            query.select_from(talk)
            .outerjoin(visit, and_(visit.call_id == talk.call_id, visit.seq == visit_seq))
            .outerjoin(talked, and_(talked.call_id == talk.call_id, talked.seq == talked_seq))
            .outerjoin(offer, and_(offer.call_id == talk.call_id, offer.seq == offer_seq))
            .where(talk.ended_by == "transfer")
        )

    return Source(
        time=talk.started_at,
        call_id=talk.call_id,
        columns={
            "queue": func.coalesce(talk.queue, NONE),
            "from_agent": func.coalesce(talk.agent_id, NOBODY),
            "to_kind": case((to_queue, "queue"), (agent.is_not(None), "agent"), else_="number"),
            "to": case((to_queue, visit.queue), (agent.is_not(None), cast(agent, String)), else_=func.coalesce(talk.sent_to, phone, "")),
            "n": literal(1),
        },
        frame=frame,
    )


def _sources() -> Sequence[Source]:
    return (_transfers(),)


TRANSFERS = Cube(
    "transfers",
    TransferRollup,
    keys=("queue", "from_agent", "to_kind", "to"),
    sums=("n",),
    totals=("queue",),
    sources=_sources,
)
