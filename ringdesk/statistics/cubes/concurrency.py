"""Concurrency: the most calls at once, and the time of all together, of the house, a direction, a number dialled, a trunk.

Traffic and its unit: ITU-T E.600; the peak is the highest step of a sweep over begins and ends, ends first."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CTE, ColumnElement, FromClause, String, and_, cast, func, literal, or_, select, union_all

from ringdesk.statistics.cubes.cube import Asked, Cube, Lasting, Stretch
from ringdesk.statistics.cubes.pieces import QUARTER_US, as_rows, by_quarter, end_of, least, worked_out
from ringdesk.statistics.rollups import ALL, ConcurrencyRollup
from ringdesk.storage.quarters import MICROS, micros
from ringdesk.telephony.calls import LONGEST
from ringdesk.telephony.models import CallRow

LONGEST_US = int(LONGEST.total_seconds()) * MICROS


def _cut(asked: Asked) -> FromClause | None:
    """Of each begin and end of a call within the stretches (or their quarters): how many calls there are from then on."""
    if asked.calls is not None:
        return None
    calls = _touching(asked.stretches)
    pieces = _of_lines(by_quarter(calls) if asked.quarters else calls)
    until = least(pieces.c.until, (pieces.c.quarter + 1) * QUARTER_US) if asked.quarters else pieces.c.until
    of = (pieces.c.quarter, pieces.c.kind, pieces.c.name)
    changes = union_all(
        select(*of, pieces.c.since.label("at"), literal(1).label("change"), (until - pieces.c.since).label("line_us")),
        select(*of, until, literal(-1), literal(0)),
    ).subquery()
    line = (changes.c.kind, changes.c.name, *([changes.c.quarter] if asked.quarters else []))
    at_once = func.sum(changes.c.change).over(partition_by=line, order_by=(changes.c.at, changes.c.change), rows=(None, 0))  # ends first
    return select(changes.c.quarter, changes.c.kind, changes.c.name, at_once.label("peak"), changes.c.line_us).subquery()


def _touching(stretches: Sequence[Stretch]) -> CTE:
    """Calls by stretch, cut to it: those that begin in it, and those of the day before it that go on. No call counts for longer."""
    asked = as_rows(stretches, LONGEST)
    call = CallRow
    began, over = micros(call.started_at), least(end_of(call.ended_at), micros(call.started_at) + LONGEST_US)
    of: tuple[Any, ...] = (call.direction, call.did, call.trunk)
    begun = (
        select(*of, began.label("since"), least(over, asked.c.end_us).label("until"))
        .select_from(asked)
        .join(call, and_(call.started_at >= asked.c.begin, call.started_at < asked.c.end))
    )
    going_on = (
        select(*of, asked.c.begin_us, least(over, asked.c.end_us))
        .select_from(asked)
        .join(call, and_(call.started_at >= asked.c.earlier, call.started_at < asked.c.begin))
        .where(or_(call.ended_at.is_(None), call.ended_at > asked.c.begin), over > asked.c.begin_us)
    )
    both = union_all(begun.where(call.merged_into.is_(None)), going_on.where(call.merged_into.is_(None))).subquery()
    lasting = select(both, (both.c.since // QUARTER_US).label("quarter")).where(both.c.until > both.c.since)
    return worked_out(lasting, "touching")


def _of_lines(calls: CTE) -> CTE:
    """Each call of the house, of its direction, of the number dialled and of its trunk."""
    of: dict[str, ColumnElement[Any]] = {"house": literal(ALL), "direction": calls.c.direction, "did": calls.c.did, "trunk": calls.c.trunk}
    times = (calls.c.since, calls.c.until, calls.c.quarter)
    rows = [
        select(literal(kind).label("kind"), cast(name, String).label("name"), *times).select_from(calls).where(name.is_not(None))
        for kind, name in of.items()
    ]
    return union_all(*rows).cte("spans")


def _sources() -> Sequence[Lasting]:
    return (Lasting(("kind", "name", "peak", "line_us"), _cut),)


CONCURRENCY = Cube("concurrency", ConcurrencyRollup, keys=("kind", "name"), sums=("line_us",), maxima=("peak",), sources=_sources)
