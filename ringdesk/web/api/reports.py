"""Reports: what a manager reads. Every number comes with its definition and leads to the calls behind it."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import quote

from aiohttp import web
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from ringdesk.agents.rights import Right
from ringdesk.statistics import behind, changes, files, periods, reports, teams
from ringdesk.statistics.catalogue import BadReport, Scope, Standard, made_of
from ringdesk.statistics.folding import first_day
from ringdesk.statistics.periods import date_of
from ringdesk.statistics.query import CallsOnly
from ringdesk.statistics.report import Filters, Report, Wanted
from ringdesk.statistics.standard import STANDARDS
from ringdesk.storage.base import now
from ringdesk.telephony import calls
from ringdesk.telephony.calls import CallFilter
from ringdesk.telephony.facts import Direction
from ringdesk.web.api.calls import CallPage, call_views
from ringdesk.web.api.shapes import Id, In, Line
from ringdesk.web.routing import Ask, route

Format = Literal["json", "csv", "xlsx", "pdf", "png"]
IntervalName = Literal["total", "15m", "30m", "hour", "day", "week", "month", "weekday_hour"]
Names = Annotated[list[Line], BeforeValidator(lambda sent: [sent] if isinstance(sent, str) else sent), Field(max_length=100)]
Ids = Annotated[list[Id], BeforeValidator(lambda sent: [sent] if isinstance(sent, str | int) else sent), Field(max_length=100)]
Scalar = str | int | float | None
Cell = Scalar | dict[str, Scalar]


class MeasureView(BaseModel):
    name: str
    label: str
    unit: Literal["count", "seconds", "share", "per_hour", "number", "erlangs", "points"]
    help: str
    source: str
    better: Literal["up", "down"] | None
    behind: bool
    """The calls behind it can be listed."""


class DimensionView(BaseModel):
    name: str
    label: str
    unit: str


class CatalogueItem(BaseModel):
    name: str
    title: str
    help: str
    """What question it answers."""
    dimensions: list[DimensionView]
    measures: list[MeasureView]
    standard: list[str]
    """The measures shown if none are asked for."""
    intervals: list[IntervalName]
    fine_days: int | None
    """Of how many days at most there are intervals shorter than a day; null: of any."""
    filters: list[str]
    """queue, agent, team, number, direction, tag, group: those that narrow it."""
    chart: str


class Catalogue(BaseModel):
    items: list[CatalogueItem]
    timezone: str
    first_day: str | None
    """The company's day of the first fact."""


class ReportQuery(In):
    """A report of [from, to): company days such as 2026-11-21, or times on a quarter-hour. Any list may be repeated: `queue=a&queue=b`."""

    model_config = ConfigDict(extra="forbid", validate_by_alias=True, validate_by_name=True)

    from_: Annotated[str, Field(alias="from", max_length=40)]
    to: Annotated[str, Field(max_length=40)]
    interval: IntervalName = "total"
    timezone: Annotated[str, Field(max_length=64)] | None = None
    """Another zone than the company's; counted from quarter-hours, which takes longer."""
    queue: Names = Field(default_factory=list)
    agent: Ids = Field(default_factory=list)
    team: Ids = Field(default_factory=list)
    number: Names = Field(default_factory=list)
    direction: Direction | None = None
    tag: Line | None = None
    group: Literal["person", "company"] | None = None
    key: Names = Field(default_factory=list)
    """`dimension:value` for what has no filter of its own: `trunk:PJSIP/provider`, `disposition:3`."""
    compare: bool = False
    measures: Names = Field(default_factory=list)
    dimensions: Names = Field(default_factory=list)
    format: Format = "json"


class ColumnView(BaseModel):
    name: str
    label: str
    unit: str
    key: bool
    help: str
    source: str
    better: Literal["up", "down"] | None
    behind: bool


class TableView(BaseModel):
    from_: Annotated[datetime, Field(serialization_alias="from")]
    to: datetime
    rows: list[dict[str, Cell]]
    totals: dict[str, Cell]


class ReportView(BaseModel):
    """`rows`, `from` and `to` stand at the top as well as in `now`'s place, for programs that want no more."""

    report: str
    title: str
    columns: list[ColumnView]
    interval: IntervalName
    from_: Annotated[datetime, Field(serialization_alias="from")]
    to: datetime
    timezone: str
    rows: list[dict[str, Cell]]
    totals: dict[str, Cell]
    previous: TableView | None
    notes: list[str]
    recalculating: float | None
    chart: str


class BehindQuery(ReportQuery):
    """The way down from a cell: the report's filters, narrowed to its row by `from`, `to` and `key`."""

    measure: Line
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(max_length=2000)] | None = None


class Mover(BaseModel):
    measure: str
    label: str
    unit: str
    better: Literal["up", "down"] | None
    dimension: Literal["house", "queue", "agent", "number"]
    key: Cell
    before: float | None
    after: float | None
    change: float
    """after − before."""
    relative: float | None
    improved: bool | None
    because: str | None
    """For the house's own figure: which queue moved it most."""
    z: float
    """How unusual: standard deviations of what chance alone would do."""


class ChangesView(BaseModel):
    from_: Annotated[datetime, Field(serialization_alias="from")]
    to: datetime
    before_from: datetime
    before_to: datetime
    timezone: str
    movers: list[Mover]
    """The largest first: by how unusual the change is, not by its size alone."""


@route("GET", "/reports", right=Right.REPORTS)
async def report_catalogue(ask: Ask) -> Catalogue:
    """Which reports there are, with every measure's definition."""
    scope, zone = Scope.of(ask.principal), ask.services.settings.zone
    async with ask.services.db.read() as session:
        first = await first_day(session, zone)
    items = [_item(standard, scope) for standard in STANDARDS.values() if scope.parts(standard)]
    return Catalogue(items=items, timezone=zone.key, first_day=None if first is None else date_of(first).isoformat())


@route("GET", "/reports/changes", right=Right.REPORTS)
async def report_changes(ask: Ask, query: ReportQuery) -> ChangesView:
    """What changed against the period before, the largest movers first."""
    if query.format != "json":
        raise BadReport(why="What changed is not made as a file")
    await ask.services.store.flush()
    asked = wanted(ask, "changes", query)
    at = now()
    async with ask.services.db.read_one_state() as session:
        found = await changes.movers(session, asked.period, asked.filters, Scope.of(ask.principal), at)
    period, before = asked.period.as_far(at)
    return ChangesView(
        from_=period.since,
        to=period.until,
        before_from=before.since,
        before_to=before.until,
        timezone=period.zone.key,
        movers=[_mover(mover) for mover in found],
    )


def _mover(mover: changes.Mover) -> Mover:
    measure, change = mover.measure, mover.change
    return Mover(
        measure=measure.name,
        label=measure.label,
        unit=measure.unit,
        better=measure.better,
        dimension=mover.dimension,
        key=mover.key,
        before=mover.before,
        after=mover.after,
        change=change,
        relative=change / mover.before if mover.before else None,
        improved=None if measure.better is None else (change > 0) == (measure.better == "up"),
        because=mover.because,
        z=mover.z,
    )


@route("GET", "/reports/{report}", right=Right.REPORTS, result=ReportView)
async def report(ask: Ask, report: Line, query: ReportQuery) -> ReportView | web.Response:
    """One report, as JSON or (`format`) as a file."""
    await ask.services.store.flush()
    made = await reports.make(ask.services.db, wanted(ask, report, query), Scope.of(ask.principal), now(), compare=query.compare)
    return await shown(ask, made, query.format)


@route("GET", "/reports/{report}/calls", right=Right.REPORTS)
async def report_calls(ask: Ask, report: Line, query: BehindQuery) -> CallPage:
    """The calls that a number of the report counts, newest first: of those whose calls the reader may see."""
    await ask.services.store.flush()
    scope = Scope.of(ask.principal)
    async with ask.services.db.read_one_state() as session:
        among = behind.calls(await teams.resolved(session, wanted(ask, report, query), scope), scope, query.measure)
        found, following = await calls.page(
            session, ask.principal.call_scope, CallFilter(), sort="-started_at", cursor=query.cursor, limit=query.limit, among=among
        )
        return CallPage(items=await call_views(ask, session, found), next=following)


def wanted(ask: Ask, report: str, query: ReportQuery) -> Wanted:
    """Raises `BadZone`, `BadPeriod`."""
    zone = reports.zone_named(query.timezone, ask.services.settings.zone)
    return Wanted(
        report=report,
        period=periods.parse(query.from_, query.to, zone),
        interval=query.interval,
        filters=Filters(
            queues=tuple(query.queue),
            agents=tuple(query.agent),
            teams=tuple(query.team),
            numbers=tuple(query.number),
            keys=tuple(_key(pair) for pair in query.key),
            calls=CallsOnly(direction=query.direction, tag=query.tag, group=query.group),
        ),
        measures=tuple(query.measures),
        dimensions=tuple(query.dimensions),
    )


def _key(pair: str) -> tuple[str, str]:
    name, colon, value = pair.partition(":")
    if not colon:
        raise BadReport(why="`key` must be a dimension and its value with a colon between them")
    return name, value


async def shown(ask: Ask, made: Report, format: Format) -> ReportView | web.Response:
    """The report as it was asked for: a view of it, or a response that is a file."""
    if format == "json":
        return view(made)
    language = ask.request.headers.get("Accept-Language", "en")[:2].lower()
    content, media_type, name = await files.render(made, format, made.now.period.zone, language)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}
    return web.Response(body=content, headers={"Content-Type": media_type, **headers})


def view(made: Report) -> ReportView:
    now, before = made.now, made.before
    return ReportView(
        report=made.name,
        title=made.title,
        columns=[ColumnView(**asdict(column)) for column in made.columns],
        interval=made.interval,
        from_=now.period.since,
        to=now.period.until,
        timezone=now.period.zone.key,
        rows=now.rows,
        totals=now.totals,
        previous=None
        if before is None
        else TableView(from_=before.period.since, to=before.period.until, rows=before.rows, totals=before.totals),
        notes=made.notes,
        recalculating=made.recalculating,
        chart=made.chart,
    )


def _item(standard: Standard, scope: Scope) -> CatalogueItem:
    parts = scope.parts(standard)
    return CatalogueItem(
        name=standard.name,
        title=standard.title,
        help=standard.help,
        dimensions=[DimensionView(name=d.name, label=d.label, unit=d.unit) for d in standard.dimensions],
        measures=[
            MeasureView(
                name=m.name, label=m.label, unit=m.unit, help=m.help, source=m.source, better=m.better, behind=made_of(m, parts) is not None
            )
            for m in scope.measures(standard)
        ],
        standard=[m.name for m in scope.measures(standard) if m.name in standard.standard],
        intervals=list(standard.intervals),
        fine_days=standard.fine_days,
        filters=standard.filters,
        chart=standard.chart,
    )
