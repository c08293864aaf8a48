"""What lasts, cut: at the ends of the time asked for, and at quarter-hours where they matter. Times are microseconds since 1970."""

import sqlite3
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import CTE, BigInteger, ColumnElement, FromClause, Select, SelectBase, cast, func, literal, select, union_all
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from ringdesk.statistics.cubes.cube import Asked, Stretch
from ringdesk.storage.base import UtcDateTime, now
from ringdesk.storage.quarters import MICROS, QUARTER, begin_of, micros

QUARTER_US = QUARTER * MICROS


def as_rows(stretches: Sequence[Stretch], before: timedelta = timedelta(), name: str = "asked") -> FromClause:
    """`begin` and `end` as stored times, `begin_us` and `end_us`; `earlier` is so long before the begin."""

    def row(stretch: Stretch) -> Select[Any]:
        columns: tuple[ColumnElement[Any], ...] = (
            literal(begin_of(stretch.begin), UtcDateTime).label("begin"),
            literal(begin_of(stretch.end), UtcDateTime).label("end"),
            literal(begin_of(stretch.begin) - before, UtcDateTime).label("earlier"),
            cast(literal(stretch.begin * QUARTER_US), BigInteger).label("begin_us"),
            cast(literal(stretch.end * QUARTER_US), BigInteger).label("end_us"),
        )
        return select(*columns)

    rows = [row(stretch) for stretch in stretches]
    # PostgreSQL sees through a subquery of one row, and plans with its values.
    return union_all(*rows).cte(name) if len(rows) > 1 else rows[0].subquery(name)


def end_of(ended_at: Any) -> ColumnElement[int]:
    """What is not over goes on until now."""
    return func.coalesce(micros(ended_at), literal(int(now().timestamp() * MICROS), BigInteger))


def first_quarter(since: ColumnElement[int]) -> ColumnElement[int]:
    return (since // QUARTER_US).label("quarter")


def cut_up(spans: CTE, asked: Asked) -> tuple[CTE, ColumnElement[int]]:
    """Spans with `since`, `until` and the `quarter` of `since`, or of each its pieces by quarter if these are wanted; and their length."""
    if not asked.quarters:
        return spans, spans.c.until - spans.c.since
    pieces = by_quarter(spans)
    return pieces, least(pieces.c.until, (pieces.c.quarter + 1) * QUARTER_US) - pieces.c.since


def by_quarter(spans: CTE) -> CTE:
    """Spans as of `cut_up`; of each a piece for every quarter that it touches. `until` stays."""
    cut = select(spans).cte("cut", recursive=True)
    following = (cut.c.quarter + 1) * QUARTER_US
    moved = {"since": following, "quarter": cut.c.quarter + 1}
    return cut.union_all(select(*(moved.get(column.name, column) for column in cut.c)).where(following < cut.c.until))


class least(GenericFunction[int]):  # named as it reads in a statement
    """The smaller of two numbers that are there; each is worked out once, as a CASE would not."""

    type = BigInteger()
    inherit_cache = True


class greatest(GenericFunction[int]):
    """The larger of two numbers that are there."""

    type = BigInteger()
    inherit_cache = True


@compiles(least, "sqlite")
@compiles(greatest, "sqlite")
def _sqlite_of_two(element: GenericFunction[int], compiler: SQLCompiler, **kw: object) -> str:
    return f"{'min' if element.name == 'least' else 'max'}({compiler.process(element.clauses, **kw)})"


def worked_out(query: SelectBase, name: str) -> CTE:
    """A CTE that is not put into where it is used, where its columns would be worked out once more with every use."""
    cte = query.cte(name)
    if sqlite3.sqlite_version_info >= (3, 35):
        cte = cte.prefix_with("MATERIALIZED", dialect="sqlite")
    return cte.prefix_with("MATERIALIZED", dialect="postgresql")
