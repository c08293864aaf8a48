"""The way down: exactly the calls that a number of a report counts, by the statement that counted them."""

from dataclasses import replace

from sqlalchemy import ColumnElement, SelectBase, false, or_, select, union

from ringdesk.statistics.catalogue import BadReport, Scope, calls_of, find, made_of, narrowed
from ringdesk.statistics.cubes.cube import Source, Stretch
from ringdesk.statistics.report import Filters, Wanted
from ringdesk.statistics.standard import STANDARDS
from ringdesk.statistics.statement import weekday_hour
from ringdesk.storage.quarters import quarter_at

HOURS, DAYS = 24, 7


def calls(wanted: Wanted, scope: Scope, measure: str) -> SelectBase:
    """The ids of the calls behind a measure; the row is told by the filters, their `keys` among them, and the period. A call that counts
    twice is there once. Raises `NoSuch`, `BadReport`."""
    standard = find(STANDARDS, wanted.report, scope)
    found = standard.measure(measure)
    if (counted := made_of(found, scope.parts(standard))) is None:
        raise BadReport(why=f"There are no calls behind {found.label}")
    part, columns = counted
    slot, filters = _slot(wanted.filters)
    only = narrowed(part, filters, scope)
    if only is None:
        raise BadReport(why=f"{found.label} cannot be narrowed that way")
    of_calls = calls_of(part, filters, scope).condition()
    statements = []
    for source in part.cube.sources():
        if not isinstance(source, Source) or source.call_id is None or not any(name in source.columns for name in columns):
            continue
        conditions: list[ColumnElement[bool]] = [
            source.columns[name].in_(values) if name in source.columns else false() for name, values in only.items()
        ]
        if of_calls is not None:
            conditions.append(of_calls(source.call_id))
        counts = or_(*(source.columns[name] != 0 for name in columns if name in source.columns))
        query = source.frame(select(source.call_id)).where(Stretch(wanted.period.begin, wanted.period.end).holds(source.time), counts)
        if slot is not None:
            conditions.append(weekday_hour(wanted.period, quarter_at(source.time)) == slot)
        statements.append(query.where(*conditions))
    if not statements:
        raise BadReport(why=f"There are no calls behind {found.label}")
    return union(*statements) if len(statements) > 1 else statements[0]


def _slot(filters: Filters) -> tuple[int | None, Filters]:
    """The hour of the week that the keys say, or None, and the other filters."""
    keys = dict(filters.keys)
    if not keys.keys() & {"weekday", "hour"}:
        return None, filters
    try:
        weekday, hour = int(keys.pop("weekday")), int(keys.pop("hour"))
    except (KeyError, ValueError):
        raise BadReport(why="`weekday` and `hour` go together and are numbers") from None
    if not (0 <= weekday < DAYS and 0 <= hour < HOURS):
        raise BadReport(why="`weekday` is 0 (Monday) to 6, `hour` 0 to 23")
    return weekday * HOURS + hour, replace(filters, keys=tuple(keys.items()))
