"""Makes a report of what was asked for: one reading of one state of the database, whoever asks and for whatever it is made."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.config.errors import Invalid
from ringdesk.statistics import names, rows, teams
from ringdesk.statistics.catalogue import LENGTH, BadReport, Dimension, Part, Scope, Standard, calls_of, can_be_had, find, made_of, narrowed
from ringdesk.statistics.folding import first_day
from ringdesk.statistics.measures import Measure
from ringdesk.statistics.models import StatsState
from ringdesk.statistics.periods import Period, day_number, local_date
from ringdesk.statistics.query import DAY, SLOTS, CallsOnly, Grain
from ringdesk.statistics.reading import counted
from ringdesk.statistics.report import Column, Filters, Report, Table, Wanted
from ringdesk.statistics.rows import Gathered, Share
from ringdesk.statistics.standard import STANDARDS
from ringdesk.storage.engine import Database
from ringdesk.storage.quarters import quarter_of

MANY = 500  # rows; working out more takes longer than the loop may be held up
MOST_DIMENSIONS = 2
TIMES = {"15m": "Time", "30m": "Time", "hour": "Hour", "day": "Day", "week": "Week", "month": "Month"}
RECOUNTING = "The past is being counted anew, because a queue's target or the way of counting changed: older days still have old figures."
NOT_OVER = "This period is not over yet."
UNHEARD = "{n} ended while the link to the PBX was down: how is not known."
OF_AGENTS = "Only calls that reached the agents chosen, or that they placed."
LEFT_OUT = "Not shown, since these filters or this split do not apply to them: {names}."


class BadZone(Invalid):
    key = "bad_zone"
    text = "There is no time zone {zone}; it must be an IANA name such as Europe/Kyiv"


def zone_named(name: str | None, company: ZoneInfo) -> ZoneInfo:
    """Raises `BadZone`."""
    if name is None or name == company.key:
        return company
    if name not in available_timezones():
        raise BadZone(zone=name[:64])
    return ZoneInfo(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    standard: Standard
    grain: Grain
    dimensions: list[Dimension]
    measures: list[Measure]
    shares: list[Share]
    left_out: list[Measure]
    """Asked for, but not to be split or narrowed that way."""


def plan(wanted: Wanted, scope: Scope) -> Plan:
    """What would be read; nothing is yet. Raises `NoSuch`, `BadReport`."""
    standard = find(STANDARDS, wanted.report, scope)
    dimensions = _dimensions(standard, wanted.dimensions or standard.by)
    measures, shares, left_out = _shares(standard, wanted, scope, [dimension.name for dimension in dimensions])
    return Plan(
        standard=standard,
        grain=_grain(standard, wanted),
        dimensions=dimensions,
        measures=measures,
        shares=shares,
        left_out=left_out,
    )


async def make(db: Database, wanted: Wanted, scope: Scope, at: datetime, *, compare: bool = False) -> Report:
    """Raises `NoSuch`, `BadReport`, `TooManyRows`."""
    async with db.read_one_state() as session:
        return await run(session, wanted, scope, at, compare=compare)


async def run(session: AsyncSession, wanted: Wanted, scope: Scope, at: datetime, *, compare: bool = False) -> Report:
    """`session` sees one state, as `Database.read_one_state` gives it; `at` is now. Raises `NoSuch`, `BadReport`, `TooManyRows`."""
    planned = plan(await teams.resolved(session, wanted, scope), scope)
    standard, grain, dimensions, measures = planned.standard, planned.grain, planned.dimensions, planned.measures
    by = [dimension.name for dimension in dimensions]
    before = wanted.period.as_far(at)[1] if compare else None
    state = await session.get(StatsState, 1)
    if rows.has_all(grain, by):
        rows.begins(wanted.period, grain, quarter_of(at))
    tables, gathered = [], []
    for period in [wanted.period] if before is None else [wanted.period, before]:
        known = await counted(session, period)
        found = await rows.gather(session, planned.shares, period, grain, by, known)
        rows.fill(found, period, grain, dimensions, quarter_of(at))
        tables.append(await _table(session, found, period, grain, dimensions, measures, at))
        gathered.append(found)
    recalculating = None if state is None else await _recalculating(session, state, wanted.period)
    return Report(
        name=standard.name,
        title=standard.title,
        columns=[
            *_time_columns(grain),
            *(_key_column(dimension) for dimension in dimensions),
            *(_column(measure, scope.parts(standard)) for measure in measures),
        ],
        interval=grain,
        now=tables[0],
        before=None if before is None else tables[1],
        chart=standard.chart,
        notes=[*_notes_of(planned), *_notes(gathered[0], wanted.period, at, recalculating, planned.left_out)],
        recalculating=recalculating,
        filters=wanted.filters,
        extra={"names": await _filter_names(session, wanted.filters)},
    )


async def _filter_names(session: AsyncSession, filters: Filters) -> dict[str, dict[int, str]]:
    return {
        "agents": await names.agents(session, filters.agents) if filters.agents else {},
        "teams": await names.teams(session, filters.teams) if filters.teams else {},
    }


def _grain(standard: Standard, wanted: Wanted) -> Grain:
    grain, most = wanted.interval, standard.fine_days
    if grain == "total":
        return standard.intervals[0]
    if grain not in standard.intervals:
        raise BadReport(why=f"The report {standard.name} has no intervals {grain}")
    if most is not None and grain in SLOTS and wanted.period.end - wanted.period.begin > most * DAY + SLOTS["hour"]:  # 25 hours are a day
        raise BadReport(why=f"The report {standard.name} has intervals {grain} of at most {most} days")
    return grain


def _dimensions(standard: Standard, by: Sequence[str]) -> list[Dimension]:
    if len(by) > MOST_DIMENSIONS or len(set(by)) < len(by):
        raise BadReport(why=f"A report is split by at most {MOST_DIMENSIONS} different dimensions")
    return [standard.dimension(name) for name in by]


def _shares(standard: Standard, wanted: Wanted, scope: Scope, by: Sequence[str]) -> tuple[list[Measure], list[Share], list[Measure]]:
    """The measures that can be had, what is read for them, and the measures that cannot be split or narrowed that way."""
    parts: list[tuple[Part, dict[str, list[str | int]], CallsOnly]] = []
    for part in scope.parts(standard):
        only = narrowed(part, wanted.filters, scope)
        calls = calls_of(part, wanted.filters, scope)
        if only is not None and (calls == CallsOnly() or part.of_calls) and all(name in part.keys for name in by):
            parts.append((part, only, calls))
    if not parts:
        raise BadReport(why=f"The report {standard.name} cannot be split or narrowed that way")
    asked = [standard.measure(name) for name in dict.fromkeys(wanted.measures or standard.standard)]
    to_read = [part for part, _, _ in parts]
    measures = [measure for measure in asked if can_be_had(measure, to_read)]
    left_out = [measure for measure in asked if measure not in measures] if wanted.measures else []
    needed = {name for measure in measures for name in measure.needs} | {"unknown"}
    shares = [Share(part, only, calls, sums) for part, only, calls in parts if (sums := part.sums(needed))]
    return measures, shares, left_out


async def _table(
    session: AsyncSession,
    found: Gathered,
    period: Period,
    grain: Grain,
    dimensions: Sequence[Dimension],
    measures: Sequence[Measure],
    at: datetime,
) -> Table:
    by = [dimension.name for dimension in dimensions]
    occurring = {dimension.name: (dimension, {keys[i] for _, keys in found.of}) for i, dimension in enumerate(dimensions)}
    named = await names.cells(session, occurring)

    def made() -> Table:
        length = rows.lengths(period, grain, at) if any(LENGTH in measure.needs for measure in measures) else {}
        whole = {LENGTH: rows.lengths(period, "total", at)[0]}
        return Table(
            period=period,
            rows=rows.rows(found, grain, by, measures, named, length),
            totals=rows.work_out(measures, found.total() | whole),
        )

    return made() if len(found.of) <= MANY else await asyncio.to_thread(made)


def _time_columns(grain: Grain) -> list[Column]:
    if grain == "total":
        return []
    if grain == "weekday_hour":
        return [Column(name="weekday", label="Weekday", unit="weekday", key=True), Column(name="hour", label="Hour", unit="hour", key=True)]
    return [Column(name="time", label=TIMES[grain], unit="time", key=True)]


def _key_column(dimension: Dimension) -> Column:
    return Column(name=dimension.name, label=dimension.label, unit=dimension.unit, key=True)


def _column(measure: Measure, parts: Sequence[Part]) -> Column:
    return Column(
        name=measure.name,
        label=measure.label,
        unit=measure.unit,
        help=measure.help,
        source=measure.source,
        better=measure.better,
        behind=made_of(measure, parts) is not None,
    )


async def _recalculating(session: AsyncSession, state: StatsState, period: Period) -> float | None:
    """How far a recount has come, if it has still to reach some of the period."""
    if state.recount_before is None or state.recount_from is None:
        return None
    zone = ZoneInfo(state.timezone)
    if day_number(local_date(period.begin, zone)) >= state.recount_before:
        return None
    first = await first_day(session, zone)
    if first is None or first >= state.recount_before:
        return None
    return (state.recount_from - state.recount_before) / (state.recount_from - first)


def _notes_of(planned: Plan) -> list[str]:
    found = [planned.standard.note] if planned.standard.note else []
    return [*found, OF_AGENTS] if any(share.calls.agents for share in planned.shares) else found


def _notes(found: Gathered, period: Period, at: datetime, recalculating: float | None, left_out: Sequence[Measure]) -> list[str]:
    notes = [RECOUNTING] if recalculating is not None else []
    if period.since <= at < period.until:
        notes.append(NOT_OVER)
    if unknown := found.total().get("unknown", 0):
        notes.append(UNHEARD.format(n=unknown))
    if left_out:
        notes.append(LEFT_OUT.format(names=", ".join(measure.label for measure in left_out)))
    return notes
