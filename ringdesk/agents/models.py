"""People: accounts, roles, teams, logins, presence, and who looked at what."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ringdesk.storage.base import Base, CleanText, JsonObject, UtcDateTime


class User(Base):
    __tablename__ = "users"
    __table_args__ = (
        UniqueConstraint("name"),
        Index("uq_users_interface", "interface", unique=True, postgresql_where=text("active"), sqlite_where=text("active")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(CleanText(64))
    """Login name, kept in lower case."""
    display_name: Mapped[str] = mapped_column(CleanText(128))
    password_hash: Mapped[str | None] = mapped_column(String(256))
    """argon2id in PHC form; None: no login by password."""
    interface: Mapped[str | None] = mapped_column(CleanText(128))
    """The phone as the PBX names it, `PJSIP/1001`. At most one active user has it."""
    active: Mapped[bool] = mapped_column(default=True)
    presence: Mapped[str | None] = mapped_column(String(16))
    """The agent's own switch: available, paused or offline; None: never touched, the PBX's queues say."""
    presence_reason: Mapped[str | None] = mapped_column(CleanText(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class UserRole(Base):
    __tablename__ = "user_roles"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(16), primary_key=True)


class Team(Base):
    __tablename__ = "teams"
    __table_args__ = (UniqueConstraint("name"), {"sqlite_autoincrement": True})  # no dissolved team's id is given to another

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(CleanText(128))


class TeamMember(Base):
    __tablename__ = "team_members"

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True)


class TeamQueue(Base):
    __tablename__ = "team_queues"

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True)
    queue: Mapped[str] = mapped_column(CleanText(128), primary_key=True)


class TeamStay(Base):
    """Who was in which team when, also in teams that are no more: statistics of a team are those of its members at the time."""

    __tablename__ = "team_stays"
    __table_args__ = (Index("ix_team_stays_user", "user_id", "since"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int]
    user_id: Mapped[int]
    team_name: Mapped[str] = mapped_column(CleanText(128))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Shift(Base):
    """When an agent was meant to work: what adherence is measured against."""

    __tablename__ = "shifts"
    __table_args__ = (Index("ix_shifts_user", "user_id", "starts_at"), Index("ix_shifts_starts", "starts_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    activity: Mapped[str] = mapped_column(String(16))
    """work, break or other (training, meeting: planned away from the phone)."""


class Session(Base):
    __tablename__ = "sessions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the cookie: a stolen table opens no door."""
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    address: Mapped[str] = mapped_column(String(64))


class Token(Base):
    __tablename__ = "tokens"
    __table_args__ = (UniqueConstraint("digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(CleanText(128))
    digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LoginFailure(Base):
    """One row for a login name and one for an address, as long as they are being tried."""

    __tablename__ = "login_failures"

    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PresenceInterval(Base):
    __tablename__ = "presence_intervals"
    __table_args__ = (
        Index("ix_presence_intervals_user_started", "user_id", "started_at"),
        Index("ix_presence_intervals_started", "started_at"),
        Index(
            "uq_presence_intervals_open",
            "user_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(CleanText(64))
    call_id: Mapped[str | None] = mapped_column(CleanText(128))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AuditEntry(Base):
    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_subject", "subject", "subject_id", "id"), Index("ix_audit_user", "user_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None]
    """None: the system, or the command line. No foreign key: the trail outlives the account."""
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[str] = mapped_column(CleanText(128))
    detail: Mapped[JsonObject | None] = mapped_column(JSON)
    address: Mapped[str | None] = mapped_column(String(64))
