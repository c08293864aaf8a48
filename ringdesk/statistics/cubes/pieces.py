"""What lasts, cut: at the ends of the time asked for, and at quarter-hours where they matter. Times are microseconds since 1970."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import CTE, BigInteger, ColumnElement, FromClause, Select, case, cast, func, literal, select, union_all

from ringdesk.statistics.cubes.cube import Stretch
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


def by_quarter(spans: CTE) -> CTE:
    """Spans with `since`, `until` and the `quarter` of `since`; of each a piece for every quarter that it touches. `until` stays."""
    cut = select(spans).cte("cut", recursive=True)
    following = (cut.c.quarter + 1) * QUARTER_US
    moved = {"since": following, "quarter": cut.c.quarter + 1}
    return cut.union_all(select(*(moved.get(column.name, column) for column in cut.c)).where(following < cut.c.until))


def least(a: Any, b: Any) -> ColumnElement[int]:
    return case((a < b, a), else_=b)


def most(a: Any, b: Any) -> ColumnElement[int]:
    return case((a > b, a), else_=b)
