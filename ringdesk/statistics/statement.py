"""The statement that reads one level of a cube, rollup or facts, and what makes SQLite find the rows."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, Select, SQLColumnExpression, Table, case, cast, false, literal, select, union_all
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal

from ringdesk.statistics.cover import MOST_SEGMENTS, Segment
from ringdesk.statistics.cubes.cube import Columns, OfCalls, Stretch
from ringdesk.statistics.periods import Period, date_of, day_begin, day_number, local_date, month_begin, month_days, month_of, offsets
from ringdesk.statistics.query import DAY, SLOTS, THURSDAY, WEEK, Query

FEW = 62 * DAY  # quarters
MANY = 366  # days


def statement(query: Query, level: str, segments: Sequence[Segment], measures: Sequence[str], narrowed: OfCalls | None) -> Select[Any]:
    """Start (if the query has a grain), keys and measures of the segments of a level. `started` says what a start is."""
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
    elif len(segments) == 1:
        source = cube.table
        at, where = source.c.bucket, _of_rollup(query, level, segments[0], source)
    else:  # SQLite finds several ranges of buckets in one statement by none of the indexes
        table = cube.table
        wanted = [table.c[name] for name in ("bucket", *query.keys, *measures)]
        source = union_all(*(select(*wanted).where(*_of_rollup(query, level, segment, table)) for segment in segments)).subquery()
        at, where = source.c.bucket, []
    start = _start(query, level, segments, at)
    keys = [source.c[name] for name in query.keys]
    picked = [*([] if start is None else [start.label("start")]), *keys]
    made = select(*picked, *cube.aggregates(source, measures)).where(*where)
    return made.group_by(*([] if start is None else [start]), *keys) if picked else made


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


def _of_rollup(query: Query, level: str, segment: Segment, table: Table) -> list[ColumnElement[bool]]:
    """Buckets and keys. Where a key that stands before the bucket in the primary key may be anything, SQLite chooses badly without
    statistics: quarters of few days are to be found by their bucket, those of many days, months and days of years by reading the level."""
    names = [column.name for column in table.primary_key]
    place = names.index("bucket")
    before, behind = set(names[1:place]), names[place + 1 : place + 2]  # the first is the level
    known = set(query.only) | (set(query.cube.totals) - set(query.keys))
    anything = (level != "d" or segment.end - segment.begin > MANY) and bool(before - known)
    few = anything and level == "q" and segment.end - segment.begin <= FEW
    bucket = Unindexed(table.c.bucket) if anything and not few else table.c.bucket
    each = level != "q" and any(name in query.only for name in behind)  # of a few people's days: not all that lie between them
    span = bucket.in_(range(segment.begin, segment.end)) if each else bucket.between(segment.begin, segment.end - 1)
    found = [table.c.level == level, span]
    for name in query.cube.keys:
        column: ColumnElement[Any] = Unindexed(table.c[name]) if few else table.c[name]
        if name in query.only:
            # By the primary key PostgreSQL would go through the buckets once for each of several ids.
            ids = not each and name not in before and len(query.only[name]) > 1 and isinstance(column.type, Integer)
            found.append(_is_one_of(column + 0 if ids else column, query.only[name]))
        if name in query.cube.totals:
            whole = query.cube.all_of(name)
            if name not in query.only:
                found.append(column != whole if name in query.keys else column == whole)
            elif whole in query.only[name]:
                found.append(column != whole)  # as in the facts, nobody is called so
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
    """What rows of a level are grouped by in time: what Python makes a quarter of, in `started`."""
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


def started(query: Query, level: str, start: int) -> int:
    """The start that people know, as in `Sums`, of what a row of `statement` has."""
    zone, grain = query.period.zone, query.grain
    if grain in SLOTS or grain == "weekday_hour":
        return start
    if grain == "week":
        return day_begin(date_of(start * WEEK - THURSDAY), zone)
    if grain == "day":
        return day_begin(date_of(start), zone)
    return day_begin(month_begin(start if level == "m" else month_of(date_of(start))), zone)
