"""Between a call as the tracker keeps it and its rows."""

from typing import Any

from ringdesk.telephony.calls import CallRecord
from ringdesk.telephony.facts import Call, Conversation, Offer, Visit

Row = dict[str, Any]


def call_of(record: CallRecord) -> Call:
    """A call as the tracker keeps it, from its rows."""
    row = record.call
    return Call(
        id=row.id,
        linkedid=row.linkedid,
        started_at=row.started_at,
        direction=row.direction,
        did=row.did,
        origin=row.origin,
        trunk=row.trunk,
        caller_number=row.caller_number or "",
        caller_name=row.caller_name or "",
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
        gap=row.gap,
        visits=[Visit(seq=v.seq, queue=v.queue, entered_at=v.entered_at, left_at=v.left_at, outcome=v.outcome) for v in record.visits],
        offers=[
            Offer(
                seq=o.seq,
                interface=o.interface,
                channel=o.channel or "",
                rung_at=o.rung_at,
                visit_seq=o.visit_seq,
                queue=o.queue,
                ended_at=o.ended_at,
                outcome=o.outcome,
            )
            for o in record.offers
        ],
        conversations=[
            Conversation(
                seq=c.seq,
                interface=c.interface,
                channel=c.channel or "",
                started_at=c.started_at,
                queue=c.queue,
                ended_at=c.ended_at,
                hold_s=c.hold_s,
                ended_by=c.ended_by,
                sent_to=c.sent_to,
            )
            for c in record.conversations
        ],
    )


def visit_row(call_id: str, visit: Visit) -> Row:
    return {
        "call_id": call_id,
        "seq": visit.seq,
        "queue": visit.queue,
        "entered_at": visit.entered_at,
        "left_at": visit.left_at if visit.outcome is not None else None,
        "outcome": visit.outcome,
    }


def offer_row(call_id: str, offer: Offer, agent_id: int | None) -> Row:
    return {
        "call_id": call_id,
        "seq": offer.seq,
        "visit_seq": offer.visit_seq,
        "queue": offer.queue,
        "interface": offer.interface,
        "agent_id": agent_id,
        "channel": offer.channel,
        "rung_at": offer.rung_at,
        "ended_at": offer.ended_at,
        "outcome": offer.outcome,
    }


def conversation_row(call_id: str, conversation: Conversation, agent_id: int | None) -> Row:
    return {
        "call_id": call_id,
        "seq": conversation.seq,
        "queue": conversation.queue,
        "interface": conversation.interface,
        "agent_id": agent_id,
        "channel": conversation.channel,
        "started_at": conversation.started_at,
        "ended_at": conversation.ended_at,
        "hold_s": conversation.hold_s,
        "ended_by": conversation.ended_by,
        "sent_to": conversation.sent_to,
    }
