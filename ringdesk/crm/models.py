"""Customers and their numbers, what was noted about them, and who must be called back."""

from datetime import datetime
from typing import Literal

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ringdesk.storage.base import Base, CleanText, UtcDateTime


class Customer(Base):
    __tablename__ = "customers"
    __table_args__ = (
        UniqueConstraint("external_id"),
        Index("ix_customers_folded_name", "folded_name", "id"),
        # Without it SQLite gives the id of a removed customer to the next one: for the audit log they would be the same person.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str | None] = mapped_column(CleanText(128))
    """The customer's key in the system it was imported from."""
    kind: Mapped[str] = mapped_column(String(8))
    """person or company"""
    name: Mapped[str] = mapped_column(CleanText(256))
    folded_name: Mapped[str] = mapped_column(CleanText(256))
    company: Mapped[str | None] = mapped_column(CleanText(256))
    language: Mapped[str | None] = mapped_column(String(16))
    notes: Mapped[str | None] = mapped_column(CleanText)
    """What everybody should know at once; dated notes are in `notes`."""
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id", ondelete="RESTRICT"))
    """Only this team, managers and administrators may see the customer; None: everybody who may see customers."""
    search_text: Mapped[str] = mapped_column(Text)
    """Folded name, company, numbers, e-mails, tags: what the trigram index searches."""
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CustomerNumber(Base):
    """`key` is what two spellings share: E.164, or a short code's digits. The covering index is the screen pop's path."""

    __tablename__ = "customer_numbers"
    __table_args__ = (Index("ix_customer_numbers_key", "key", "customer_id"), {"sqlite_with_rowid": False})

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32))
    extension: Mapped[str | None] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16))


class CustomerEmail(Base):
    __tablename__ = "customer_emails"
    __table_args__ = (Index("ix_customer_emails_email", "email"), {"sqlite_with_rowid": False})

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(CleanText(254))
    kind: Mapped[str] = mapped_column(String(16))


class CustomerAddress(Base):
    __tablename__ = "customer_addresses"
    __table_args__ = ({"sqlite_with_rowid": False},)

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(CleanText(512))
    kind: Mapped[str] = mapped_column(String(16))


class CustomerTag(Base):
    __tablename__ = "customer_tags"
    __table_args__ = (Index("ix_customer_tags_tag", "tag", "customer_id"), {"sqlite_with_rowid": False})

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True)
    tag: Mapped[str] = mapped_column(CleanText(64), primary_key=True)


class Note(Base):
    """A dated note on a customer, on a call, or on both. One author has one note a call, saved as it is typed."""

    __tablename__ = "notes"
    __table_args__ = (
        Index("ix_notes_customer", "customer_id", "created_at"),
        Index(
            "uq_notes_call_author",
            "call_id",
            "author_id",
            unique=True,
            postgresql_where=text("call_id IS NOT NULL"),
            sqlite_where=text("call_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    call_id: Mapped[str | None] = mapped_column(CleanText(128))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    body: Mapped[str] = mapped_column(CleanText)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Callback(Base):
    """A caller whom nobody spoke with. One open entry a number; further misses count up."""

    __tablename__ = "callbacks"
    __table_args__ = (
        Index(
            "uq_callbacks_open",
            "number",
            unique=True,
            postgresql_where=text("state <> 'done'"),
            sqlite_where=text("state <> 'done'"),
        ),
        Index("ix_callbacks_state", "state", "last_at"),
        Index("ix_callbacks_first", "first_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32))
    caller_name: Mapped[str | None] = mapped_column(CleanText(256))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id", ondelete="SET NULL"))
    queue: Mapped[str | None] = mapped_column(CleanText(128))
    did: Mapped[str | None] = mapped_column(CleanText(64))
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    misses: Mapped[int]
    last_call_id: Mapped[str] = mapped_column(CleanText(128))
    state: Mapped[Literal["open", "taken", "done"]] = mapped_column(String(8))
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_how: Mapped[Literal["reached", "dismissed"] | None] = mapped_column(String(16))
    """reached: somebody spoke with them, whoever dialled"""


class Disposition(Base):
    """What a call may have been about, for agents to choose from. One that is not used any more stays for the calls that had it."""

    __tablename__ = "dispositions"
    __table_args__ = (UniqueConstraint("queue", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    queue: Mapped[str] = mapped_column(CleanText(128), default="")
    """Offered after calls of this queue; empty: after every call."""
    name: Mapped[str] = mapped_column(CleanText(64))
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class CallDisposition(Base):
    """How an agent closed a call."""

    __tablename__ = "call_dispositions"
    __table_args__ = (Index("ix_call_dispositions_call_at", "call_at"),)

    call_id: Mapped[str] = mapped_column(CleanText(128), primary_key=True)
    agent_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    disposition_id: Mapped[int] = mapped_column(ForeignKey("dispositions.id"))
    queue: Mapped[str] = mapped_column(CleanText(128), default="")
    call_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the call began: the time it counts for."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
