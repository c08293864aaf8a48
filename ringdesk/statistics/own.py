"""Reports that people put together: kept as what was asked for, made anew, with the rights of who reads, whenever they are looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents.rights import Principal
from ringdesk.config.errors import Conflict, NoSuch
from ringdesk.statistics import periods, reports, sharing, teams
from ringdesk.statistics.catalogue import Scope
from ringdesk.statistics.models import Dashboard, OwnReport
from ringdesk.statistics.periods import BadPeriod, Period, day_begin
from ringdesk.statistics.query import CallsOnly
from ringdesk.statistics.report import Cell, Filters, Report, Wanted
from ringdesk.storage.base import JsonObject, now
from ringdesk.storage.engine import Database

MOST = 200  # of one person
DAY = timedelta(days=1)


class TooManyOwn(Conflict):
    key = "too_many_own_reports"
    text = "One person can keep at most {most} reports and as many dashboards"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What somebody wants to be kept."""

    name: str
    definition: JsonObject
    """As the API's `ReportDefinition`."""
    team_id: int | None
    everybody: bool


async def everything(session: AsyncSession, principal: Principal) -> Sequence[OwnReport]:
    """What the asker may see, by name."""
    query = select(OwnReport).where(sharing.visible(OwnReport, principal)).order_by(func.lower(OwnReport.name), OwnReport.id)
    return (await session.scalars(query)).all()


async def get(session: AsyncSession, principal: Principal, report_id: int) -> OwnReport:
    """Raises `NoSuch`."""
    row: OwnReport = await sharing.get(session, OwnReport, principal, report_id, "report")
    return row


async def add(session: AsyncSession, principal: Principal, kept: Kept, zone: ZoneInfo) -> OwnReport:
    """Raises `BadReport`, `BadPeriod`, `NoSuch`, `TooManyOwn`."""
    there = await session.scalar(select(func.count()).where(OwnReport.owner_id == principal.user_id))
    if (there or 0) >= MOST:
        raise TooManyOwn(most=MOST)
    row = OwnReport(owner_id=principal.user_id, created_at=now())
    await _fill(session, row, principal, kept, zone)
    session.add(row)
    await session.flush()
    return row


async def change(session: AsyncSession, principal: Principal, report_id: int, kept: Kept, zone: ZoneInfo) -> OwnReport:
    """Raises what `add` does, and `NotYours`."""
    row = await get(session, principal, report_id)
    await sharing.change(session, row, principal)
    await _fill(session, row, principal, kept, zone)
    return row


async def remove(session: AsyncSession, principal: Principal, report_id: int) -> None:
    """Its letters go with it, and its tiles on dashboards. Raises `NoSuch`, `NotYours`."""
    row = await get(session, principal, report_id)
    await sharing.change(session, row, principal)
    for dashboard in await session.scalars(select(Dashboard)):
        left = [tile for tile in dashboard.tiles if tile["report_id"] != report_id]
        if len(left) < len(dashboard.tiles):
            dashboard.tiles = left
    await session.delete(row)


async def make(db: Database, row: OwnReport, principal: Principal, zone: ZoneInfo, at: datetime) -> Report:
    """As of `at`, with the rights of `principal`. Raises `NoSuch` for who may not see it, and what a report raises."""
    async with db.read_one_state() as session:
        if await session.scalar(select(OwnReport.id).where(OwnReport.id == row.id, sharing.visible(OwnReport, principal))) is None:
            raise NoSuch(what="report", id=row.id)
        of = row.definition
        wanted = wanted_of(of, zone, at)
        made = await reports.run(session, wanted, Scope.of(principal), at, compare=bool(of.get("compare")))
    made.title = row.name
    made.chart = of.get("chart", made.chart)
    if of.get("sort"):
        _sort(made, str(of["sort"]))
    return made


def wanted_of(definition: JsonObject, zone: ZoneInfo, at: datetime) -> Wanted:
    """Raises `BadPeriod`."""
    of = definition
    return Wanted(
        report=of["report"],
        period=period_of(of.get("period", "last_7_days"), of.get("from_"), of.get("to"), zone, at),
        interval=of.get("interval", "total"),
        filters=Filters(
            queues=tuple(of.get("queue", ())),
            agents=tuple(of.get("agent", ())),
            teams=tuple(of.get("team", ())),
            numbers=tuple(of.get("number", ())),
            calls=CallsOnly(direction=of.get("direction"), tag=of.get("tag"), group=of.get("group")),
        ),
        measures=tuple(of["measures"]),
        dimensions=tuple(of.get("dimensions", ())),
    )


def period_of(name: str, since: str | None, until: str | None, zone: ZoneInfo, at: datetime) -> Period:
    """A period by its name, as of `at`. A week, month or year that lasts is whole: the one before is so, too. Raises `BadPeriod`."""
    if name == "fixed":
        if since is None or until is None:
            raise BadPeriod(why="A fixed period needs `from` and `to`")
        return periods.parse(since, until, zone)
    today = at.astimezone(zone).date()
    monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
    tomorrow, year = today + DAY, today.replace(month=1, day=1)
    spans: dict[str, tuple[date, date]] = {
        "today": (today, tomorrow),
        "yesterday": (today - DAY, today),
        "this_week": (monday, monday + 7 * DAY),
        "last_week": (monday - 7 * DAY, monday),
        "this_month": (first, (first + 31 * DAY).replace(day=1)),
        "last_month": ((first - DAY).replace(day=1), first),
        "last_7_days": (tomorrow - 7 * DAY, tomorrow),
        "last_28_days": (tomorrow - 28 * DAY, tomorrow),
        "last_90_days": (tomorrow - 90 * DAY, tomorrow),
        "this_year": (year, year.replace(year=year.year + 1)),
        "last_year": ((year - DAY).replace(month=1, day=1), year),
        "last_365_days": (tomorrow - 365 * DAY, tomorrow),
    }
    if name not in spans:
        raise BadPeriod(why=f"There is no period called {name[:40]}")
    begin, end = spans[name]
    return Period(day_begin(begin, zone), day_begin(end, zone), zone)


async def _fill(session: AsyncSession, row: OwnReport, principal: Principal, kept: Kept, zone: ZoneInfo) -> None:
    scope = Scope.of(principal)
    reports.plan(
        await teams.resolved(session, wanted_of(kept.definition, zone, now()), scope), scope
    )  # what could never be made is not kept
    row.name, row.definition, row.everybody = kept.name, kept.definition, kept.everybody
    row.team_id = await sharing.team(session, principal, kept.team_id)
    row.updated_at = now()


def _sort(report: Report, by: str) -> None:
    """By a column; with a minus before it the largest first. What has no value comes last either way."""
    name, descending = by.lstrip("-"), by.startswith("-")
    if name not in {column.name for column in report.columns}:
        return

    def place(row: dict[str, Cell]) -> tuple[bool, float, str]:
        cell = row.get(name)
        if isinstance(cell, dict):
            cell = cell.get("from", cell.get("name"))
        number = float(cell) if isinstance(cell, int | float) else 0.0
        return cell is None, number, str(cell).casefold() if isinstance(cell, str) else ""

    for table in (report.now, report.before):
        if table is not None:
            known = [row for row in table.rows if not place(row)[0]]
            unknown = [row for row in table.rows if place(row)[0]]
            table.rows = sorted(known, key=place, reverse=descending) + unknown
