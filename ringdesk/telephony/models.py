"""Call history: the facts, written as they happen. Keys come from the PBX, so writing a fact twice changes nothing."""

from datetime import datetime

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from ringdesk.storage.base import Base, CleanText, UtcDateTime
from ringdesk.telephony.facts import CallOutcome, Direction, EndedBy, OfferOutcome, VisitOutcome


class CallRow(Base):
    __tablename__ = "calls"
    __table_args__ = (
        Index("ix_calls_started", "started_at", "id"),
        Index("ix_calls_customer", "customer_id", "started_at"),
        Index("ix_calls_number", "number", "started_at"),
        Index("ix_calls_open", "pbx", postgresql_where=text("ended_at IS NULL"), sqlite_where=text("ended_at IS NULL")),
    )

    id: Mapped[str] = mapped_column(CleanText(128), primary_key=True)
    """`<pbx>-<linkedid>` of the first channel."""
    pbx: Mapped[str] = mapped_column(String(32))
    linkedid: Mapped[str] = mapped_column(CleanText(128))
    direction: Mapped[Direction] = mapped_column(String(8))
    did: Mapped[str | None] = mapped_column(CleanText(64))
    """The dialled number of an incoming call."""
    origin: Mapped[str | None] = mapped_column(CleanText(128))
    """Interface of the agent's phone that placed the call."""
    trunk: Mapped[str | None] = mapped_column(CleanText(128))
    """The endpoint that joins the call to the outside, as the PBX names it: `PJSIP/provider`. None within the house."""
    caller_number: Mapped[str | None] = mapped_column(CleanText(128))
    """The customer's side as the PBX wrote it: who calls in, or who is called."""
    caller_name: Mapped[str | None] = mapped_column(CleanText(256))
    number: Mapped[str | None] = mapped_column(CleanText(32))
    """The look-up key of `caller_number` (E.164, or a short code)."""
    customer_id: Mapped[int | None]
    """Chosen by screenpop; the customer's table lies a room higher, so there is no foreign key."""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[CallOutcome | None] = mapped_column(String(16))
    gap: Mapped[bool] = mapped_column(default=False)
    """The link to the PBX was down during the call: what happened then is unknown."""
    merged_into: Mapped[str | None] = mapped_column(CleanText(128))
    placed_by: Mapped[int | None]
    """Whose phone `origin` was."""


class QueueVisitRow(Base):
    __tablename__ = "queue_visits"
    __table_args__ = (
        Index("ix_queue_visits_queue", "queue", "entered_at"),
        Index("ix_queue_visits_entered", "entered_at"),
        {"sqlite_with_rowid": False},
    )

    call_id: Mapped[str] = mapped_column(CleanText(128), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    queue: Mapped[str] = mapped_column(CleanText(128))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[VisitOutcome | None] = mapped_column(String(16))


class OfferRow(Base):
    __tablename__ = "offers"
    __table_args__ = (
        Index("ix_offers_agent", "agent_id", "rung_at"),
        Index("ix_offers_rung", "rung_at"),
        {"sqlite_with_rowid": False},
    )

    call_id: Mapped[str] = mapped_column(CleanText(128), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    visit_seq: Mapped[int | None]
    queue: Mapped[str | None] = mapped_column(CleanText(128))
    interface: Mapped[str] = mapped_column(CleanText(128))
    agent_id: Mapped[int | None]
    """Whose phone it was at that moment."""
    channel: Mapped[str | None] = mapped_column(CleanText(128))
    rung_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[OfferOutcome | None] = mapped_column(String(16))


class ConversationRow(Base):
    __tablename__ = "conversations"
    __table_args__ = (
        Index("ix_conversations_agent", "agent_id", "started_at"),
        Index("ix_conversations_started", "started_at"),
        {"sqlite_with_rowid": False},
    )

    call_id: Mapped[str] = mapped_column(CleanText(128), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    queue: Mapped[str | None] = mapped_column(CleanText(128))
    interface: Mapped[str] = mapped_column(CleanText(128))
    agent_id: Mapped[int | None]
    channel: Mapped[str | None] = mapped_column(CleanText(128))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hold_s: Mapped[float] = mapped_column(default=0.0)
    ended_by: Mapped[EndedBy | None] = mapped_column(String(16))
    sent_to: Mapped[str | None] = mapped_column(CleanText(128))
    """The number or extension it was transferred to, where the PBX says it."""
