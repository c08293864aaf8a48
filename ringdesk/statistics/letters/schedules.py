"""Which letters there are, and the way of one: due → claimed by one process for a limited time → sent, or tried again later.

The row is the job, as a recording's is. `next_at` is when it is due. `claimed_until` is until when `claimed_by` is at it; where nobody
is, it is when the next try may begin."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents.models import User
from ringdesk.agents.rights import Principal, Right
from ringdesk.config.errors import Conflict, Invalid, NoSuch
from ringdesk.statistics.letters import times
from ringdesk.statistics.letters.addresses import checked
from ringdesk.statistics.models import OwnReport, ReportSchedule

LEASE = timedelta(minutes=10)  # longer than making and sending one may take
BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=3))
MOST = 20  # schedules of one report
AGAIN = "{reason} It is tried again."


class TooManySchedules(Conflict):
    key = "too_many_schedules"
    text = "A report can have at most {most} schedules"


class BadSchedule(Invalid):
    key = "bad_schedule"
    text = "{why}"


class NoMailServer(Conflict):
    key = "no_mail_server"
    text = "There is no mail server in the settings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """When, to whom and as what. `weekday` Monday 0; `day` 31 the last of the month."""

    every: str
    weekday: int | None
    day: int | None
    at: str
    recipients: Sequence[str]
    format: str
    active: bool


async def readable(session: AsyncSession, principal: Principal) -> list[tuple[ReportSchedule, OwnReport]]:
    """One's own; everybody's for who manages reports. By report, then age."""
    query = select(ReportSchedule, OwnReport).join(OwnReport, OwnReport.id == ReportSchedule.report_id)
    if not principal.may(Right.REPORTS_MANAGE):
        query = query.where(ReportSchedule.owner_id == principal.user_id)
    rows = await session.execute(query.order_by(func.lower(OwnReport.name), ReportSchedule.id))
    return [(row[0], row[1]) for row in rows]


async def get(session: AsyncSession, principal: Principal, schedule_id: int) -> tuple[ReportSchedule, OwnReport]:
    """One that the asker may change, locked, and its report. Raises `NoSuch`."""
    row = await session.get(ReportSchedule, schedule_id, with_for_update=True)
    if row is None or (row.owner_id != principal.user_id and not principal.may(Right.REPORTS_MANAGE)):
        raise NoSuch(what="schedule", id=schedule_id)
    return row, await session.get_one(OwnReport, row.report_id)


async def add(
    session: AsyncSession, principal: Principal, report_id: int, wish: Wish, language: str, now: datetime, zone: ZoneInfo
) -> ReportSchedule:
    """The report is one that the asker may see. Raises `TooManySchedules`, `BadAddress`, `BadSchedule`."""
    there = await session.scalar(select(func.count()).where(ReportSchedule.report_id == report_id))
    if (there or 0) >= MOST:
        raise TooManySchedules(most=MOST)
    row = ReportSchedule(report_id=report_id, owner_id=principal.user_id, language=language, tries=0)
    _fill(row, wish, now, zone)
    session.add(row)
    await session.flush()
    return row


async def change(session: AsyncSession, row: ReportSchedule, principal: Principal, wish: Wish, now: datetime, zone: ZoneInfo) -> None:
    """From now on. Whoever changes one whose owner has left takes it over. Raises `BadAddress`, `BadSchedule`."""
    _fill(row, wish, now, zone)
    if await session.scalar(select(User.id).where(User.id == row.owner_id, User.active)) is None:
        row.owner_id = principal.user_id


def _fill(row: ReportSchedule, wish: Wish, now: datetime, zone: ZoneInfo) -> None:
    if wish.every == "week" and wish.weekday is None:
        raise BadSchedule(why="Say on which day of the week")
    if wish.every == "month" and wish.day is None:
        raise BadSchedule(why="Say on which day of the month")
    row.recipients = list(dict.fromkeys(checked(address) for address in wish.recipients))
    row.every, row.at, row.format, row.active = wish.every, wish.at, wish.format, wish.active
    row.weekday = wish.weekday if wish.every == "week" else None
    row.day = wish.day if wish.every == "month" else None
    row.next_at = following(row, now, zone)
    row.claimed_by = row.claimed_until = row.error = None  # whoever is at it finds that it is no longer theirs
    row.tries = 0


def send_now(row: ReportSchedule, now: datetime) -> None:
    """Once, also one that is not active."""
    row.next_at, row.tries = now, 0
    if row.claimed_by is None:
        row.claimed_until = None


def following(row: ReportSchedule, now: datetime, zone: ZoneInfo) -> datetime | None:
    return times.following(row.every, row.weekday, row.day, row.at, now, zone) if row.active else None


async def waits(session: AsyncSession, now: datetime) -> bool:
    """Is one due? To look before a claim, which writes."""
    return (await session.scalars(select(ReportSchedule.id).where(_due(now)).limit(1))).first() is not None


async def claim(session: AsyncSession, worker: str, now: datetime, zone: ZoneInfo) -> ReportSchedule | None:
    """The one that has been due longest, now this worker's. Of several times that were missed the last is kept: what it is due for."""
    query = select(ReportSchedule).where(_due(now)).order_by(ReportSchedule.next_at, ReportSchedule.id).limit(1)
    row = (await session.scalars(query.with_for_update(skip_locked=True))).first()
    if row is None or row.next_at is None:
        return None
    if row.active and row.tries == 0:
        row.next_at = times.latest(row.every, row.weekday, row.day, row.at, row.next_at, now, zone)
    row.claimed_by, row.claimed_until = worker, now + LEASE
    row.tries += 1
    return row


async def claimed(session: AsyncSession, schedule_id: int, worker: str) -> ReportSchedule | None:
    """The row, locked, if it is still this worker's."""
    query = select(ReportSchedule).where(ReportSchedule.id == schedule_id, ReportSchedule.claimed_by == worker).with_for_update()
    return (await session.scalars(query)).first()


def sent(row: ReportSchedule, now: datetime, zone: ZoneInfo, *, but: str | None = None) -> None:
    """It went out; `but` not to everybody, and why."""
    row.sent_at, row.error = now, but
    _next(row, now, zone)


def failed(row: ReportSchedule, reason: str, now: datetime, zone: ZoneInfo, *, for_good: bool = False) -> None:
    """Tried again with growing patience; given up where that cannot help, until the next time it is due."""
    if for_good or row.tries > len(BACKOFF):
        row.error = reason
        _next(row, now, zone)
        return
    row.error = AGAIN.format(reason=reason)
    row.claimed_by, row.claimed_until = None, now + BACKOFF[row.tries - 1]


async def release(session: AsyncSession, worker: str) -> None:
    """This worker stops politely: what it had begun is free at once, and the try does not count."""
    free = {"claimed_by": None, "claimed_until": None, "tries": ReportSchedule.tries - 1}
    await session.execute(update(ReportSchedule).where(ReportSchedule.claimed_by == worker).values(**free))


def _next(row: ReportSchedule, now: datetime, zone: ZoneInfo) -> None:
    row.next_at = following(row, now, zone)
    row.claimed_by = row.claimed_until = None
    row.tries = 0


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(
        ReportSchedule.next_at <= now,
        or_(ReportSchedule.claimed_until.is_(None), ReportSchedule.claimed_until <= now),
    )
