"""From sums to the rows of a report: parts put together, intervals in which nothing happened filled in, measures worked out."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, partial
from itertools import product
from operator import itemgetter
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.config.errors import Invalid
from ringdesk.statistics.catalogue import LENGTH, Dimension, Part
from ringdesk.statistics.cover import Counted
from ringdesk.statistics.measures import Measure
from ringdesk.statistics.periods import Period, day_begin, local_date, month_begin, month_of, offsets
from ringdesk.statistics.query import SLOTS, CallsOnly, Grain, Query
from ringdesk.statistics.reading import read_rows
from ringdesk.statistics.report import Cell
from ringdesk.storage.quarters import MICROS, QUARTER, begin_of, quarter_of

MOST_ROWS = 10_000  # of one table; more is nothing that a person reads, and a page or a file of it would take minutes
Key = tuple[int, tuple[Any, ...]]


class TooManyRows(Invalid):
    key = "too_many_rows"
    text = "This would be a report of {rows} rows; the most is {most}. Take a shorter period, longer intervals or fewer queues and people"


@dataclass(slots=True)
class Gathered:
    """Sums by start and values of the dimensions, of all parts together."""

    of: dict[Key, dict[str, int]] = field(default_factory=dict)
    maxima: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def total(self, keys: Iterable[Key] | None = None) -> dict[str, int]:
        """All rows as one: what a part says of the whole is the sum of what it says of its pieces, or the longest of them."""
        found = dict.fromkeys(self.names, 0)
        for of in self.of.values() if keys is None else (self.of[key] for key in keys):
            for name, value in of.items():
                found[name] = max(found.get(name, 0), value) if name in self.maxima else found.get(name, 0) + value
        return found


@dataclass(frozen=True, slots=True)
class Share:
    """A part with what is asked of it."""

    part: Part
    only: Mapping[str, Sequence[str | int]]
    calls: CallsOnly
    sums: tuple[str, ...]
    """By the cube's names."""


async def gather(
    session: AsyncSession, shares: Sequence[Share], period: Period, grain: Grain, by: Sequence[str], known: Counted
) -> Gathered:
    found = Gathered()
    for share in shares:
        part, pivot = share.part, share.part.pivot
        columns = [part.columns(name) for name in by]
        keys = tuple(key for several in columns for key in several)
        split = keys if pivot is None else (*keys, pivot.key)
        query = Query(cube=part.cube, period=period, keys=split, grain=grain, measures=share.sums, only=share.only, calls=share.calls)
        names = [part.called(name) for name in share.sums]
        places = [tuple(map(keys.index, several)) for several in columns]
        for start, values, sums in await read_rows(session, query, known):
            at = tuple(values[place[0]] if len(place) == 1 else tuple(values[i] for i in place) for place in places)
            of = found.of.setdefault((start, at), {})
            if pivot is None:
                of.update(zip(names, sums, strict=True))
            elif (name := pivot.names.get(values[-1])) is not None:
                of[name] = sums[share.sums.index(pivot.sum)]
        found.names.update(names if pivot is None else pivot.names.values())
        found.maxima.update(part.called(name) for name in share.sums if name in part.cube.maxima)
    return found


def fill(found: Gathered, period: Period, grain: Grain, by: Sequence[Dimension], now: int) -> None:
    """A row for each interval up to quarter `now` in which nothing happened, where `has_all` of them. Raises `TooManyRows`."""
    if grain == "total" and len(by) == 1 and by[0].steps:
        for step in range(max((keys[0] for _, keys in found.of), default=-1)):
            found.of.setdefault((0, (step,)), {})
    if has_all(grain, by):
        begun = begins(period, grain, now)
        groups = {keys for _, keys in found.of} if by else {()}
        if (rows := len(begun) * len(groups)) > MOST_ROWS:
            raise TooManyRows(rows=rows, most=MOST_ROWS)
        for start, keys in product(begun, groups):
            found.of.setdefault((start, keys), {})
    elif not by:
        found.of.setdefault((0, ()), {})
    if len(found.of) > MOST_ROWS:
        raise TooManyRows(rows=len(found.of), most=MOST_ROWS)


def has_all(grain: Grain, by: Sequence[object]) -> bool:
    """Is there a row for each interval? Who with whom is a list of what was."""
    return grain != "total" and len(by) <= 1


def begins(period: Period, grain: Grain, now: int) -> list[int]:
    """The intervals up to quarter `now`. Raises `TooManyRows` where they alone are too many, before anything is read."""
    begun = [start for start in starts(period, grain) if grain == "weekday_hour" or start <= now]
    if len(begun) > MOST_ROWS:
        raise TooManyRows(rows=len(begun), most=MOST_ROWS)
    return begun


def starts(period: Period, grain: Grain) -> list[int]:
    """The first quarter of each interval that touches the period, as `reading` names them. For `weekday_hour` its numbers."""
    zone = period.zone
    if grain == "day":
        return [day_begin(day, zone) for day in _days(period)]
    if grain == "week":
        return list(dict.fromkeys(day_begin(day - timedelta(days=day.weekday()), zone) for day in _days(period)))
    if grain == "month":
        return list(dict.fromkeys(day_begin(month_begin(month_of(day)), zone) for day in _days(period)))
    found: dict[int, None] = {}
    for begin, end, offset in offsets(period):
        if grain == "weekday_hour":
            found.update(dict.fromkeys(weekday_hour_of(at + offset) for at in range(begin, min(end, begin + 700))))
        else:
            found.update(dict.fromkeys(at - (at + offset) % SLOTS[grain] for at in range(begin, end)))
    return sorted(found)


def _days(period: Period) -> list[date]:
    first, last = local_date(period.begin, period.zone), local_date(period.end - 1, period.zone)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def lengths(period: Period, grain: Grain, at: datetime) -> dict[int, int]:
    """Microseconds of each interval within the period, as far as it is over at `at`. By its start; of everything for `total`."""
    until = min(period.until, at)
    if grain == "total":
        return {0: _micros(period.since, until)}
    if grain == "weekday_hour":
        whole, now, found = Counter[int](), quarter_of(until), dict.fromkeys(starts(period, grain), 0)
        for begin, end, offset in offsets(period):
            whole.update(weekday_hour_of(quarter + offset) for quarter in range(begin, min(end, now)))
            if begin <= now < end:
                found[weekday_hour_of(now + offset)] += _micros(begin_of(now), until)
        for slot, quarters in whole.items():
            found[slot] += quarters * QUARTER * MICROS
        return found
    begun = starts(period, grain)
    ends = [*begun[1:], period.end]
    return {begin: _micros(max(period.since, begin_of(begin)), min(until, begin_of(end))) for begin, end in zip(begun, ends, strict=True)}


def _micros(since: datetime, until: datetime) -> int:
    return max(0, (until - since) // timedelta(microseconds=1))


def weekday_hour_of(local_quarter: int) -> int:
    """Weekday * 24 + hour, Monday 0."""
    return (local_quarter // 4 + 72) % 168


def rows(
    found: Gathered,
    grain: Grain,
    by: Sequence[str],
    measures: Sequence[Measure],
    named: Mapping[str, Any],
    length: Mapping[int, int],
) -> list[dict[str, Cell]]:
    """In the order of time, then of names. `named[dimension](value)` is its cell. Times, cells and what nothing comes to are made once:
    most rows of many are those of intervals in which nothing happened."""
    none = dict.fromkeys(found.names, 0)
    time = cache(partial(_time, grain=grain))
    places = [cache(partial(_place, name, named.get(name))) for name in by]
    idle = cache(lambda took: work_out(measures, {**none, LENGTH: took}))
    made: list[tuple[Any, dict[str, Cell]]] = []
    for (start, keys), of in found.of.items():
        took = length.get(start, 0)
        placed = [place(value) for place, value in zip(places, keys, strict=True)]
        row = dict(time(start))
        for cell, _ in placed:
            row.update(cell)
        row.update(work_out(measures, {**none, **of, LENGTH: took}) if of else idle(took))
        made.append(((start, *(order for _, order in placed)), row))
    return [row for _, row in sorted(made, key=itemgetter(0))]


def _place(name: str, named: Callable[[Any], Cell] | None, value: Any) -> tuple[dict[str, Cell], tuple[int, Any, str]]:
    """The cell of a dimension's value, and its place in the order of rows."""
    cell = value if named is None else named(value)
    return {name: cell}, _order(cell)


def work_out(measures: Sequence[Measure], of: Mapping[str, int]) -> dict[str, Cell]:
    return {measure.name: measure.value(of) for measure in measures}


def _time(start: int, grain: Grain) -> dict[str, Cell]:
    if grain == "total":
        return {}
    if grain == "weekday_hour":
        return {"weekday": start // 24, "hour": start % 24}
    return {"time": begin_of(start).isoformat().replace("+00:00", "Z")}


def _order(cell: Cell) -> tuple[int, Any, str]:
    if isinstance(cell, dict) and "from" in cell:
        return (0, cell["from"], "")
    if isinstance(cell, dict):
        return (1, str(cell.get("name")).casefold(), str(cell.get("id")).zfill(12))
    return (0, cell, "") if isinstance(cell, int | float) else (1, str(cell or "").casefold(), "")
