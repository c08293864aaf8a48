"""What statistics keep beside the rollups: what these have counted, what queues promise, own reports, dashboards and their letters."""

from datetime import datetime

from sqlalchemy import JSON, Float, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ringdesk.storage.base import Base, CleanText, JsonObject, UtcDateTime


class Folded(Base):
    """Buckets that the rollups have counted. Any other is counted from the facts when it is asked for."""

    __tablename__ = "stats_folded"

    level: Mapped[str] = mapped_column(String(1), primary_key=True)
    bucket: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class StatsState(Base):
    """One row: what the rollups were counted with. Another time zone or another way of counting makes them anew."""

    __tablename__ = "stats_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    timezone: Mapped[str] = mapped_column(String(64))
    recipe: Mapped[int]
    recount_before: Mapped[int | None]
    """Days before this one (days since 1970) are still counted with an older target; None: all are as they should be."""
    recount_from: Mapped[int | None]
    """Where the recount began, for its progress."""


class QueueTarget(Base):
    """What a queue promises. The row `*` holds for those without one of their own."""

    __tablename__ = "queue_targets"

    queue: Mapped[str] = mapped_column(CleanText(128), primary_key=True)
    answer_within_s: Mapped[float] = mapped_column(Float)
    target: Mapped[float] = mapped_column(Float)
    """Share of callers, 0 to 1."""
    short_abandon_s: Mapped[float] = mapped_column(Float)
    variant: Mapped[str] = mapped_column(String(32))
    """How abandons count; `targets.Variant`."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OwnReport(Base):
    """A report that somebody put together. It outlives its owner's account; whoever it is shared with keeps it."""

    __tablename__ = "own_reports"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(CleanText(128))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id", ondelete="SET NULL"))
    """Shared with this team."""
    everybody: Mapped[bool] = mapped_column(default=False)
    """Shared with all who may read reports."""
    definition: Mapped[JsonObject] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Dashboard(Base):
    __tablename__ = "dashboards"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(CleanText(128))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id", ondelete="SET NULL"))
    everybody: Mapped[bool] = mapped_column(default=False)
    tiles: Mapped[list[JsonObject]] = mapped_column(JSON)
    """Own reports by id, each with its width in columns of twelve."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReportSchedule(Base):
    """An own report by e-mail. The row is the job: `next_at` says when, `claimed_by` who is at it."""

    __tablename__ = "report_schedules"
    __table_args__ = (Index("ix_report_schedules_next", "next_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("own_reports.id", ondelete="CASCADE"), index=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    """With whose rights it is made. Who has left sends nothing any more."""
    every: Mapped[str] = mapped_column(String(8))
    """day, weekday, week or month."""
    weekday: Mapped[int | None]
    """Monday 0."""
    day: Mapped[int | None]
    """Of the month; 31: its last."""
    at: Mapped[str] = mapped_column(String(5))
    """Company time, `08:00`."""
    recipients: Mapped[list[str]] = mapped_column(JSON)
    format: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(16), default="en")
    active: Mapped[bool] = mapped_column(default=True)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(64))
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(CleanText(500))
