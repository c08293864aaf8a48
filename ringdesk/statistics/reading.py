"""Reads sums from rollups and, for what they have not counted, from the facts: the one source of reports, exports and live figures."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, Select, SQLColumnExpression, Table, and_, case, cast, false, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal

from ringdesk.crm import customers
from ringdesk.statistics.cover import MOST_SEGMENTS, Counted, Segment, cover
from ringdesk.statistics.cubes.cube import Columns, Cube, Level, Stretch
from ringdesk.statistics.models import Folded, StatsState
from ringdesk.statistics.periods import (
    Interval,
    Period,
    date_of,
    day_begin,
    day_number,
    local_date,
    month_begin,
    month_days,
    month_of,
    month_span,
    offsets,
)
from ringdesk.storage.quarters import ChangedQuarter, begin_of
from ringdesk.telephony import calls
from ringdesk.telephony.facts import Direction
from ringdesk.telephony.models import CallRow

Grain = Interval | Literal["weekday_hour"]
SLOTS = {"15m": 1, "30m": 2, "hour": 4}  # quarters
FINEST: dict[Grain, tuple[Level, ...]] = {
    "total": ("m", "d", "q"),
    "month": ("m", "d", "q"),
    "week": ("d", "q"),
    "day": ("d", "q"),
    **dict.fromkeys(("15m", "30m", "hour", "weekday_hour"), ("q",)),
}
DAY, WEEK = 96, 7
FEW = 62 * DAY  # quarters
THURSDAY = 3  # 1 January 1970 was one: days from the Monday before


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsOnly:
    """What only a call knows; None narrows nothing. Reports narrowed by it are counted from the facts."""

    dids: tuple[str, ...] = ()
    """Numbers dialled; empty: any."""
    direction: Direction | None = None
    tag: str | None = None
    """Of the call's customer."""
    group: Literal["person", "company"] | None = None
    """Kind of the call's customer."""

    def ids(self) -> Select[Any] | None:
        if self == CallsOnly():
            return None
        query = calls.ids(calls.CallFilter(direction=self.direction))
        if self.dids:
            query = query.where(CallRow.did.in_(self.dids))
        if self.tag is not None or self.group is not None:
            query = query.where(calls.customer_column().in_(customers.ids_with(tag=self.tag, kind=self.group)))
        return query


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which sums: measures of a cube by `keys` and time, of some values of its keys only."""

    cube: Cube
    period: Period
    keys: tuple[str, ...] = ()
    grain: Grain = "total"
    measures: tuple[str, ...] | None = None
    only: Mapping[str, Sequence[str | int]] = field(default_factory=dict)
    calls: CallsOnly = CallsOnly()

    @property
    def summed(self) -> tuple[str, ...]:
        return self.cube.measures if self.measures is None else self.measures


@dataclass(slots=True)
class Sums:
    """One row of a cube: `start` is the first quarter of its time, or weekday * 24 + hour (Monday 0), or 0."""

    start: int
    keys: dict[str, Any]
    of: dict[str, int]


Row = tuple[int, tuple[Any, ...], Sequence[int]]
"""Start, values of the query's keys, sums of its measures: as `Sums`, for those who read a hundred thousand of them."""


async def read(session: AsyncSession, query: Query, known: Counted | None = None) -> list[Sums]:
    """Sorted by time, then keys. All statements see one state of the database if the session's transaction does. `known`: what
    `counted` says of this period in this transaction, for those who read several times."""
    measures = query.summed
    return [
        Sums(start, dict(zip(query.keys, keys, strict=True)), dict(zip(measures, values, strict=True)))
        for start, keys, values in await read_rows(session, query, known)
    ]


async def read_rows(session: AsyncSession, query: Query, known: Counted | None = None) -> list[Row]:
    """As `read`."""
    cube, measures, narrowed = query.cube, query.summed, query.calls.ids()
    if narrowed is not None:
        segments = [Segment("facts", query.period.begin, query.period.end)]
    else:
        known = known if known is not None else await counted(session, query.period)
        foreign = known.zone.key != query.period.zone.key  # days of another zone are other days: only quarters are the same
        levels = [level for level in FINEST[query.grain] if level in cube.levels and not (foreign and level != "q")]
        segments = cover(replace(query.period, zone=known.zone), levels, known)
    found: dict[tuple[Any, ...], Sequence[int]] = {}
    timed = query.grain != "total"
    width = timed + len(query.keys)
    highest = [name in cube.maxima for name in measures]
    for level in ("m", "d", "q", "facts"):
        some = [segment for segment in segments if segment.level == level]
        if not some:
            continue
        started: dict[int, int] = {}  # a zone's days take longer to reckon than a row to read
        for row in await session.execute(_statement(query, level, some, measures, narrowed)):
            start = 0
            if timed and (start := started.get(row[0], -1)) == -1:
                start = started[row[0]] = _started(query, level, int(row[0]))
            key, values = (start, *row[timed:width]), row[width:]
            if (before := found.get(key)) is not None:
                values = [max(a, b) if most else a + b for a, b, most in zip(before, values, highest, strict=True)]
            found[key] = values
    unknown = any(None in key for key in found)
    ordered = sorted(found, key=lambda key: tuple((value is None, value) for value in key)) if unknown else sorted(found)
    return [(key[0], key[1:], found[key]) for key in ordered]


async def counted(session: AsyncSession, period: Period) -> Counted:
    """What the rollups have of a period, in the days of the zone that they were counted for."""
    key = await session.scalar(select(StatsState.timezone))
    period = period if key is None else replace(period, zone=ZoneInfo(key))
    first, last = local_date(period.begin, period.zone), local_date(period.end - 1, period.zone)
    spans: dict[str, tuple[int, int]] = {
        "m": (month_of(first), month_of(last)), "d": (day_number(first), day_number(last)), "q": (period.begin, period.end)
    }  # fmt: skip
    of: dict[str, set[int]] = {"m": set(), "d": set(), "q": set()}
    where = or_(*(and_(Folded.level == level, Folded.bucket.between(*span)) for level, span in spans.items()))
    for level, bucket in await session.execute(select(Folded.level, Folded.bucket).where(where)):
        of[level].add(bucket)
    begin, end = month_span(month_of(first), period.zone)[0], month_span(month_of(last), period.zone)[1]
    marks = select(ChangedQuarter.quarter).where(ChangedQuarter.quarter >= begin, ChangedQuarter.quarter < end)
    return Counted(of["m"], of["d"], of["q"], frozenset(await session.scalars(marks)), period.zone)


def _statement(query: Query, level: str, segments: Sequence[Segment], measures: Sequence[str], narrowed: Select[Any] | None) -> Select[Any]:
    cube = query.cube
    if level == "facts":
        stretches = [Stretch(segment.begin, segment.end) for segment in segments]
        needed = [name for name in cube.keys if name in query.keys]
        source: Any = cube.facts(
            stretches,
            calls=narrowed,
            conditions=lambda columns: _facts_only(query, columns),
            keys=needed,
            measures=measures,
            quarters=query.grain != "total",
            cuts=_cuts(query, stretches),
        )
        at, where = source.c.quarter, list[ColumnElement[bool]]()
    else:
        source = cube.table.__table__
        at = source.c.bucket
        where = _of_rollup(query, level, segments, source)
    start = _start(query, level, segments, at)
    keys = [source.c[name] for name in query.keys]
    picked = [*([] if start is None else [start.label("start")]), *keys]
    statement = select(*picked, *cube.aggregates(source, measures)).where(*where)
    return statement.group_by(*([] if start is None else [start]), *keys) if picked else statement


def _cuts(query: Query, stretches: Sequence[Stretch]) -> list[Stretch]:
    """The stretches, cut where a day, week or month ends; nothing where there would be too many of them, or finer ones are asked for."""
    if query.grain not in ("day", "week", "month"):
        return []
    found = []
    for stretch in stretches:
        first, last = local_date(stretch.begin, query.period.zone), local_date(stretch.end - 1, query.period.zone)
        days = [date_of(number) for number in range(day_number(first) + 1, day_number(last) + 1)]
        ends = [day for day in days if query.grain == "day" or (day.weekday() == 0 if query.grain == "week" else day.day == 1)]
        borders = [stretch.begin, *(day_begin(day, query.period.zone) for day in ends), stretch.end]
        found += [Stretch(begin, end) for begin, end in pairwise(borders)]
    return found if len(found) <= MOST_SEGMENTS else []


def _facts_only(query: Query, columns: Columns) -> list[ColumnElement[bool]]:
    return [_is_one_of(columns[name], values) if name in columns else false() for name, values in query.only.items()]


def _is_one_of(column: ColumnElement[Any] | SQLColumnExpression[Any], values: Sequence[str | int]) -> ColumnElement[bool]:
    """SQLite takes any IN for many values, and then rather reads all of a level."""
    return column == values[0] if len(values) == 1 else column.in_(values)


def _of_rollup(query: Query, level: str, segments: Sequence[Segment], table: Table) -> list[ColumnElement[bool]]:
    """Buckets and keys. Without the values of all keys that stand before the bucket in the primary key, SQLite would read all that a
    level ever had of the others: quarters of few days are found by their bucket instead, those of many days and months by their keys."""
    before = {column.name for column in itertools.takewhile(lambda column: column.name != "bucket", table.primary_key)} - {"level"}
    each = before & set(query.cube.totals) & set(query.keys)  # every value but that of the total
    scattered = before - set(query.only) - set(query.cube.totals) if level == "q" else each - set(query.only) if level == "m" else set()
    few = level == "q" and bool(scattered) and sum(segment.end - segment.begin for segment in segments) <= FEW
    at_level: ColumnElement[bool] = table.c.level == level
    bucket = Unindexed(table.c.bucket) if scattered and not few else table.c.bucket
    ranges: list[ColumnElement[bool]] = [bucket.between(s.begin, s.end - 1) for s in segments]
    found = [or_(*(and_(at_level, each) for each in ranges))] if few else [at_level, or_(*ranges)]
    for name in query.cube.keys:
        column: ColumnElement[Any] = Unindexed(table.c[name]) if few else table.c[name]
        if name in query.only:
            found.append(_is_one_of(column, query.only[name]))
        elif name in query.cube.totals:
            whole = query.cube.all_of(name)
            found.append(column != whole if name in query.keys else column == whole)
    return found


class Unindexed(ColumnElement[Any]):
    """A column by which no index is to be chosen. Source: SQLite, "The SQLite Query Optimizer Overview", the unary plus."""

    inherit_cache = True
    _traverse_internals = [("column", InternalTraversal.dp_clauseelement)]  # noqa: RUF012 - as every element of SQLAlchemy has it

    def __init__(self, column: ColumnElement[Any]) -> None:
        self.column = column
        self.type = column.type


@compiles(Unindexed)
def _as_it_is(element: Unindexed, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.column, **kw)


@compiles(Unindexed, "sqlite")
def _sqlite_unindexed(element: Unindexed, compiler: SQLCompiler, **kw: Any) -> str:
    return f"+{compiler.process(element.column, **kw)}"


def _start(query: Query, level: str, segments: Sequence[Segment], at: ColumnElement[Any]) -> ColumnElement[Any] | None:
    """What rows of a level are grouped by in time: what Python makes a quarter of, in `_started`."""
    grain = query.grain
    if grain == "total":
        return None
    if level == "d" and grain == "month":
        return _month(segments, at)
    if level in ("m", "d"):
        return (at + THURSDAY) // WEEK if grain == "week" else Unindexed(at)  # or SQLite would go by the bucket's index to group sooner
    if grain == "weekday_hour":
        return weekday_hour(query.period, at)
    local = at + _offset(query.period, at)
    if grain in SLOTS:
        return at - local % SLOTS[grain]  # in UTC: the hour that comes twice is two hours
    return (local // DAY + THURSDAY) // WEEK if grain == "week" else local // DAY


def _month(segments: Sequence[Segment], day: ColumnElement[Any]) -> ColumnElement[Any]:
    """The first of the month of a day that is in one of the segments."""
    months = sorted({month for s in segments for month in range(month_of(date_of(s.begin)), month_of(date_of(s.end - 1)) + 1)})
    return case(*((day < month_days(month)[1], month_days(month)[0]) for month in months), else_=0)


def weekday_hour(period: Period, at: ColumnElement[int]) -> ColumnElement[int]:
    """Weekday * 24 + hour, Monday 0, of a quarter in the period's zone."""
    return ((at + _offset(period, at)) // 4 + THURSDAY * 24) % (7 * 24)


def _offset(period: Period, at: ColumnElement[Any]) -> ColumnElement[int]:
    stretches = list(offsets(period))
    if len(stretches) == 1:
        return cast(literal(stretches[0][2]), BigInteger)
    return case(*((at < end, literal(offset)) for _, end, offset in stretches[:-1]), else_=literal(stretches[-1][2]))


def _started(query: Query, level: str, start: int) -> int:
    zone, grain = query.period.zone, query.grain
    if grain in SLOTS or grain == "weekday_hour":
        return start
    if grain == "week":
        return day_begin(date_of(start * WEEK - THURSDAY), zone)
    if grain == "day":
        return day_begin(date_of(start), zone)
    return day_begin(month_begin(start if level == "m" else month_of(date_of(start))), zone)


def moment(start: int) -> datetime:
    return begin_of(start)
