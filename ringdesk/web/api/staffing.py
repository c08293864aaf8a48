"""How many agents it takes, how many calls will come, and when people are meant to work."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents import audit, shifts, teams
from ringdesk.agents.models import Shift
from ringdesk.agents.rights import Right
from ringdesk.agents.shifts import Activity, Planned
from ringdesk.config.errors import Invalid, NoSuch
from ringdesk.screenpop.cards import Person
from ringdesk.statistics import periods
from ringdesk.statistics.staffing import forecast as forecasts
from ringdesk.statistics.staffing import needs
from ringdesk.statistics.staffing.erlang import Goal, Load, Service, agents_for, service
from ringdesk.statistics.staffing.needs import Row, Wanted
from ringdesk.storage.base import now
from ringdesk.web.api.shapes import Id, In, Line, Moment
from ringdesk.web.routing import Ask, route

AROUND = 3  # agents less and more that are calculated beside those asked for


class PatienceNeeded(Invalid):
    key = "patience_needed"
    text = "Erlang A needs to know how long callers wait on average before they give up"


class StaffingQuery(In):
    """Arrivals, AHT and patience are those observed in [from, to) unless given."""

    model_config = ConfigDict(extra="forbid", validate_by_alias=True, validate_by_name=True)

    queue: Line
    from_: Annotated[str, Field(alias="from", max_length=40)]
    to: Annotated[str, Field(max_length=40)]
    model: Literal["erlang_c", "erlang_a"] = "erlang_c"
    interval: Literal["15m", "30m", "hour"] = "30m"
    target: Annotated[float, Field(gt=0, lt=1)] | None = None
    """Share answered in time; not given: the queue's own target."""
    answer_within_s: Annotated[float, Field(ge=0, le=3600)] | None = None
    aht_s: Annotated[float, Field(gt=0, le=36_000)] | None = None
    patience_s: Annotated[float, Field(gt=0, le=36_000)] | None = None
    shrinkage: Annotated[float, Field(ge=0, lt=1)] = 0.3
    """Share of paid time in which people are not there for calls."""
    max_occupancy: Annotated[float, Field(gt=0, le=1)] = 0.9


class WhatIf(BaseModel):
    agents: int
    service_level: float
    asa_s: float | None
    occupancy: float
    abandoned: float | None
    """Share; Erlang C knows none."""


class StaffingRow(BaseModel):
    weekday: int
    """Monday 0."""
    time: str
    """Company time the interval begins, `09:30`."""
    calls: float
    """A mean week's arrivals in this interval."""
    aht_s: float
    traffic: float
    """Erlangs."""
    agents: int
    """At their places."""
    paid: int
    """With shrinkage."""
    staffed: float | None
    """How many were there on average."""
    expected: WhatIf
    one_less: WhatIf | None
    one_more: WhatIf


class StaffingView(BaseModel):
    queue: str
    model: str
    interval: str
    timezone: str
    target: float
    answer_within_s: float
    aht_s: float | None
    patience_s: float | None
    weeks: float
    """How many weeks the arrivals are the mean of."""
    rows: list[StaffingRow]
    notes: list[str]


class ForecastQuery(In):
    queue: Line | None = None
    """None: all of them together."""
    weeks: Annotated[int, Field(ge=1, le=13)] = 4


class ForecastDay(BaseModel):
    day: date
    calls: float | None
    """What came; None in the future."""
    forecast: float | None
    low: float | None
    high: float | None
    """Where nine of ten days should lie."""


class ProfileView(BaseModel):
    weekday: int
    """Monday 0."""
    time: str
    """Company time the half hour begins."""
    share: float
    """Of its weekday's calls, in the last eight weeks."""


class ForecastView(BaseModel):
    queue: str | None
    timezone: str
    method: str
    days: list[ForecastDay]
    """The last weeks, the held-out ones with what would have been forecast, and those to come."""
    profile: list[ProfileView]
    """How a day's calls lie over the day; half hours without any are left out."""
    error: float | None
    """Sum of the absolute errors by the sum of the calls (WAPE) on the weeks that were held out."""
    naive_error: float | None
    """The same of "as in the week before": what the method must beat."""
    held_out_days: int
    notes: list[str]


class ErlangQuery(In):
    model: Literal["erlang_c", "erlang_a"] = "erlang_c"
    calls: Annotated[float, Field(gt=0, le=1_000_000)]
    """In an hour."""
    aht_s: Annotated[float, Field(gt=0, le=36_000)]
    patience_s: Annotated[float, Field(gt=0, le=36_000)] | None = None
    answer_within_s: Annotated[float, Field(ge=0, le=3600)] = 20
    target: Annotated[float, Field(gt=0, lt=1)] = 0.8
    agents: Annotated[int, Field(ge=1, le=10_000)] | None = None


class ErlangView(BaseModel):
    traffic: float
    agents: int
    expected: WhatIf
    around: list[WhatIf]
    """With a few agents less and more."""


class ShiftView(BaseModel):
    id: int
    agent: Person
    starts_at: datetime
    ends_at: datetime
    activity: Activity


class ShiftList(BaseModel):
    items: list[ShiftView]


class ShiftQuery(In):
    since: Moment
    until: Moment
    agent: Id | None = None
    team: Id | None = None


class ShiftDraft(In):
    agent_id: Id
    starts_at: Moment
    ends_at: Moment
    activity: Activity = "work"


class ShiftsForm(In):
    """Replaces what of these agents begins in [since, until)."""

    since: Moment
    until: Moment
    agents: Annotated[list[Id], Field(min_length=1, max_length=500)]
    shifts: Annotated[list[ShiftDraft], Field(max_length=5000)]


@route("GET", "/staffing", right=Right.REPORTS, also=(404,))
async def staffing(ask: Ask, query: StaffingQuery) -> StaffingView:
    """Agents per interval of a week for a target."""
    _own_queue(ask, query.queue)
    zone = ask.services.settings.zone
    wanted = Wanted(
        queue=query.queue,
        period=periods.parse(query.from_, query.to, zone),
        step=query.interval,
        model=query.model,
        target=query.target,
        within=query.answer_within_s,
        aht=query.aht_s,
        patience=query.patience_s,
        shrinkage=query.shrinkage,
        max_occupancy=query.max_occupancy,
    )
    async with ask.services.db.read() as session:
        found = await needs.needs(session, wanted, now())
    return StaffingView(
        queue=query.queue,
        model=query.model,
        interval=query.interval,
        timezone=zone.key,
        target=found.target,
        answer_within_s=found.within,
        aht_s=found.aht,
        patience_s=found.patience,
        weeks=found.weeks,
        rows=[_row(row) for row in found.rows],
        notes=found.notes,
    )


@route("GET", "/staffing/forecast", right=Right.REPORTS, also=(404,))
async def forecast(ask: Ask, query: ForecastQuery) -> ForecastView:
    """The coming weeks' calls from the past, with how wrong it would have been."""
    if query.queue is not None:
        _own_queue(ask, query.queue)
    own = None if ask.principal.sees_all else sorted(ask.principal.queues)
    queues = own if query.queue is None else [query.queue]
    zone = ask.services.settings.zone
    found = await forecasts.forecast(ask.services.db, zone, queues, query.weeks, now())
    return ForecastView(
        queue=query.queue,
        timezone=zone.key,
        method=found.method,
        days=[ForecastDay(day=d.day, calls=d.calls, forecast=d.forecast, low=d.low, high=d.high) for d in found.days],
        profile=[ProfileView(weekday=slot.weekday, time=slot.time, share=slot.share) for slot in found.profile],
        error=found.error,
        naive_error=found.naive_error,
        held_out_days=found.held_out_days,
        notes=found.notes,
    )


@route("GET", "/staffing/erlang", right=Right.REPORTS)
async def erlang(ask: Ask, query: ErlangQuery) -> ErlangView:
    """One interval, calculated."""
    if query.model == "erlang_a" and query.patience_s is None:
        raise PatienceNeeded
    load = Load(query.calls, query.aht_s, query.patience_s if query.model == "erlang_a" else None)
    agents, around = await asyncio.to_thread(_calculated, load, Goal(query.target, query.answer_within_s), query.agents)
    expected = next(what for what in around if what.agents == agents)
    return ErlangView(traffic=load.traffic, agents=agents, expected=expected, around=around)


@route("GET", "/shifts", right=Right.FLOOR, also=(404,))
async def list_shifts(ask: Ask, query: ShiftQuery) -> ShiftList:
    """When people are meant to work: what lies in [since, until) with some of its time."""
    async with ask.services.db.read() as session:
        people = await _people(ask, session, query.agent, query.team)
        found = await shifts.between(session, people, query.since, query.until)
    return _shifts(ask, found)


@route("PUT", "/shifts", right=Right.FLOOR, also=(404,))
async def plan_shifts(ask: Ask, body: ShiftsForm) -> ShiftList:
    """Plan: what of these agents begins in this time is replaced. Past days' adherence is counted by it."""
    for agent_id in body.agents:
        if not ask.principal.supervises(agent_id):
            raise NoSuch(what="agent", id=agent_id)
    planned = [Planned(user_id=s.agent_id, starts_at=s.starts_at, ends_at=s.ends_at, activity=s.activity) for s in body.shifts]
    async with ask.services.db.write() as session:
        await shifts.replace(session, ask.services.db.dialect, body.agents, body.since, body.until, planned)
        detail = {"agents": body.agents, "since": body.since.isoformat(), "until": body.until.isoformat(), "shifts": len(planned)}
        who = ask.principal.user_id
        audit.note(session, "shifts_planned", "shifts", body.since.date().isoformat(), user_id=who, detail=detail, address=ask.address)
        found = await shifts.between(session, body.agents, body.since, body.until)
    return _shifts(ask, found)


def _own_queue(ask: Ask, queue: str) -> None:
    if not ask.principal.sees_all and queue not in ask.principal.queues:
        raise NoSuch(what="queue", id=queue)


async def _people(ask: Ask, session: AsyncSession, agent: int | None, team: int | None) -> set[int] | None:
    """Of those whom the asker supervises, the agent or the team asked for; None: everybody."""
    found = None if ask.principal.sees_all else set(ask.principal.colleagues)
    if team is not None:
        if not ask.principal.sees_all and team not in ask.principal.teams:
            raise NoSuch(what="team", id=team)
        members = (await teams.get(session, team)).members
        found = set(members) if found is None else found & members
    if agent is not None:
        if not ask.principal.supervises(agent):
            raise NoSuch(what="agent", id=agent)
        found = {agent} if found is None else found & {agent}
    return found


def _shifts(ask: Ask, found: Sequence[Shift]) -> ShiftList:
    accounts = ask.services.directory.accounts
    return ShiftList(
        items=[
            ShiftView(
                id=shift.id,
                agent=Person(id=shift.user_id, name=accounts[shift.user_id].display_name),
                starts_at=shift.starts_at,
                ends_at=shift.ends_at,
                activity=shift.activity,
            )
            for shift in found
        ]
    )


def _calculated(load: Load, goal: Goal, agents: int | None) -> tuple[int, list[WhatIf]]:
    staff = agents_for(load, goal) if agents is None else agents
    return staff, [_what_if(service(load, n, goal.within)) for n in range(max(min(1, staff), staff - AROUND), staff + AROUND + 1)]


def _what_if(got: Service) -> WhatIf:
    return WhatIf(agents=got.agents, service_level=got.answered_in_time, asa_s=got.asa, occupancy=got.occupancy, abandoned=got.abandoned)


def _row(row: Row) -> StaffingRow:
    return StaffingRow(
        weekday=row.weekday,
        time=row.time,
        calls=row.calls,
        aht_s=row.aht,
        traffic=row.traffic,
        agents=row.agents,
        paid=row.paid,
        staffed=row.staffed,
        expected=_what_if(row.expected),
        one_less=None if row.one_less is None else _what_if(row.one_less),
        one_more=_what_if(row.one_more),
    )
