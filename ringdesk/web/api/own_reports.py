"""Reports that people put together, and dashboards of them."""

from datetime import datetime
from typing import Annotated, Literal

from aiohttp import web
from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents.rights import Right
from ringdesk.screenpop.cards import Person
from ringdesk.statistics import dashboards as boards
from ringdesk.statistics import own, sharing
from ringdesk.statistics.models import Dashboard, OwnReport
from ringdesk.storage.base import JsonObject, now
from ringdesk.telephony.facts import Direction
from ringdesk.web.api.reports import IntervalName, ReportView, shown
from ringdesk.web.api.shapes import Id, In, Line
from ringdesk.web.routing import Ask, route

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=128)]
PeriodName = Literal[
    "today", "yesterday", "this_week", "last_week", "this_month", "last_month", "last_7_days", "last_28_days", "last_90_days",
    "this_year", "last_year", "last_365_days", "fixed",
]  # fmt: skip


class ReportDefinition(In):
    """Measures by dimensions of one standard report's subject."""

    report: Line
    measures: Annotated[list[Line], Field(min_length=1, max_length=20)]
    dimensions: Annotated[list[Line], Field(max_length=2)] = Field(default_factory=list)
    interval: IntervalName = "total"
    period: PeriodName = "last_7_days"
    from_: Annotated[str, Field(max_length=40)] | None = None
    """Of a fixed period; `to` is the first moment not in it."""
    to: Annotated[str, Field(max_length=40)] | None = None
    compare: bool = False
    queue: Annotated[list[Line], Field(max_length=100)] = Field(default_factory=list)
    agent: Annotated[list[Id], Field(max_length=100)] = Field(default_factory=list)
    team: Annotated[list[Id], Field(max_length=100)] = Field(default_factory=list)
    number: Annotated[list[Line], Field(max_length=100)] = Field(default_factory=list)
    direction: Direction | None = None
    tag: Line | None = None
    group: Literal["person", "company"] | None = None
    chart: Literal["table", "line", "bar", "stacked", "heat"] = "table"
    sort: Line | None = None
    """A column; with a minus before it the largest first."""


class OwnReportForm(In):
    name: Name
    definition: ReportDefinition
    team_id: Id | None = None
    everybody: bool = False


class OwnReportView(BaseModel):
    id: int
    name: str
    owner: Person | None
    """None: who made it has left."""
    team_id: int | None
    everybody: bool
    mine: bool
    may_change: bool
    definition: ReportDefinition
    updated_at: datetime


class OwnReportList(BaseModel):
    items: list[OwnReportView]


class Tile(In):
    report_id: Id
    width: Literal[3, 4, 6, 8, 12] = 6


class DashboardForm(In):
    name: Name
    tiles: Annotated[list[Tile], Field(max_length=24)] = Field(default_factory=list)
    team_id: Id | None = None
    everybody: bool = False


class DashboardView(BaseModel):
    id: int
    name: str
    owner: Person | None
    team_id: int | None
    everybody: bool
    mine: bool
    may_change: bool
    tiles: list[Tile]


class DashboardList(BaseModel):
    items: list[DashboardView]


@route("GET", "/own-reports", right=Right.REPORTS)
async def own_reports(ask: Ask) -> OwnReportList:
    """One's own, and what is shared with one."""
    async with ask.services.db.read() as session:
        rows = await own.everything(session, ask.principal)
        return OwnReportList(items=[await _own_view(ask, session, row) for row in rows])


@route("POST", "/own-reports", right=Right.REPORTS, status=201)
async def add_own_report(ask: Ask, body: OwnReportForm) -> OwnReportView:
    """Keep a report."""
    async with ask.services.db.write() as session:
        row = await own.add(session, ask.principal, _kept(body), ask.services.settings.zone)
        return await _own_view(ask, session, row)


@route("GET", "/own-reports/{id}", right=Right.REPORTS)
async def own_report(ask: Ask, id: Id) -> OwnReportView:
    """One that one may see."""
    async with ask.services.db.read() as session:
        return await _own_view(ask, session, await own.get(session, ask.principal, id))


@route("PUT", "/own-reports/{id}", right=Right.REPORTS)
async def change_own_report(ask: Ask, id: Id, body: OwnReportForm) -> OwnReportView:
    """Its owner changes it; a manager one whose owner has left."""
    async with ask.services.db.write() as session:
        row = await own.change(session, ask.principal, id, _kept(body), ask.services.settings.zone)
        return await _own_view(ask, session, row)


@route("DELETE", "/own-reports/{id}", right=Right.REPORTS)
async def remove_own_report(ask: Ask, id: Id) -> None:
    """With its letters; dashboards lose its tile."""
    async with ask.services.db.write() as session:
        await own.remove(session, ask.principal, id)


def _kept(body: OwnReportForm) -> own.Kept:
    definition = body.definition.model_dump(mode="json")
    return own.Kept(name=body.name, definition=definition, team_id=body.team_id, everybody=body.everybody)


async def _own_view(ask: Ask, session: AsyncSession, row: OwnReport) -> OwnReportView:
    owner_id = await sharing.owner(session, row)
    return OwnReportView(
        id=row.id,
        name=row.name,
        owner=ask.services.matcher.person(owner_id),
        team_id=row.team_id,
        everybody=row.everybody,
        mine=owner_id == ask.principal.user_id,
        may_change=sharing.may_change(ask.principal, owner_id),
        definition=ReportDefinition.model_validate(row.definition),
        updated_at=row.updated_at,
    )


class ResultQuery(In):
    format: Literal["json", "csv", "xlsx", "pdf", "png"] = "json"


@route("GET", "/own-reports/{id}/result", right=Right.REPORTS, result=ReportView)
async def own_report_result(ask: Ask, id: Id, query: ResultQuery) -> ReportView | web.Response:
    """Made with the rights of who asks."""
    await ask.services.store.flush()
    async with ask.services.db.read() as session:
        row = await own.get(session, ask.principal, id)
    made = await own.make(ask.services.db, row, ask.principal, ask.services.settings.zone, now())
    return await shown(ask, made, query.format)


@route("GET", "/dashboards", right=Right.REPORTS)
async def dashboards(ask: Ask) -> DashboardList:
    """One's own, and what is shared with one."""
    async with ask.services.db.read() as session:
        rows = await boards.everything(session, ask.principal)
        tiles = await boards.tiles(session, ask.principal, rows)
        return DashboardList(items=[await _dashboard_view(ask, session, row, tiles[row.id]) for row in rows])


@route("POST", "/dashboards", right=Right.REPORTS, status=201)
async def add_dashboard(ask: Ask, body: DashboardForm) -> DashboardView:
    """Put reports side by side."""
    async with ask.services.db.write() as session:
        row = await boards.add(session, ask.principal, _kept_board(body))
        return await _dashboard_view(ask, session, row, row.tiles)


@route("PUT", "/dashboards/{id}", right=Right.REPORTS)
async def change_dashboard(ask: Ask, id: Id, body: DashboardForm) -> DashboardView:
    """Its owner changes it."""
    async with ask.services.db.write() as session:
        row = await boards.change(session, ask.principal, id, _kept_board(body))
        return await _dashboard_view(ask, session, row, row.tiles)


@route("DELETE", "/dashboards/{id}", right=Right.REPORTS)
async def remove_dashboard(ask: Ask, id: Id) -> None:
    """The reports on it stay."""
    async with ask.services.db.write() as session:
        await boards.remove(session, ask.principal, id)


def _kept_board(body: DashboardForm) -> boards.Kept:
    tiles = [tile.model_dump(mode="json") for tile in body.tiles]
    return boards.Kept(name=body.name, tiles=tiles, team_id=body.team_id, everybody=body.everybody)


async def _dashboard_view(ask: Ask, session: AsyncSession, row: Dashboard, tiles: list[JsonObject]) -> DashboardView:
    owner_id = await sharing.owner(session, row)
    return DashboardView(
        id=row.id,
        name=row.name,
        owner=ask.services.matcher.person(owner_id),
        team_id=row.team_id,
        everybody=row.everybody,
        mine=owner_id == ask.principal.user_id,
        may_change=sharing.may_change(ask.principal, owner_id),
        tiles=[Tile.model_validate(tile) for tile in tiles],
    )
