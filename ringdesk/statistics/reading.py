"""Reads sums from rollups and, for what they have not counted, from the facts: the one source of reports, exports and live figures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.statistics.cover import Counted, Segment, cover
from ringdesk.statistics.cubes.cube import Level
from ringdesk.statistics.models import Folded, StatsState
from ringdesk.statistics.periods import Period, day_number, local_date, month_of, month_span
from ringdesk.statistics.query import Grain, Query
from ringdesk.statistics.statement import started, statement
from ringdesk.storage.quarters import ChangedQuarter

FINEST: dict[Grain, tuple[Level, ...]] = {
    "total": ("m", "d", "q"),
    "month": ("m", "d", "q"),
    "week": ("d", "q"),
    "day": ("d", "q"),
    **dict.fromkeys(("15m", "30m", "hour", "weekday_hour"), ("q",)),
}
MOST_VALUES = 20_000  # of a statement: SQLite takes 32,766, PostgreSQL 65,535


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
    cube, measures, narrowed = query.cube, query.summed, query.calls.condition()
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
    for some in _statements(query, segments):
        level, starts = some[0].level, dict[int, int]()  # a zone's days take longer to reckon than a row to read
        for row in await session.execute(statement(query, level, some, measures, narrowed)):
            start = 0
            if timed and (start := starts.get(row[0], -1)) == -1:
                start = starts[row[0]] = started(query, level, int(row[0]))
            key, sums = (start, *row[timed:width]), row[width:]
            if (before := found.get(key)) is not None:
                sums = [max(a, b) if most else a + b for a, b, most in zip(before, sums, highest, strict=True)]
            found[key] = sums
    unknown = any(None in key for key in found)
    ordered = sorted(found, key=lambda key: tuple((value is None, value) for value in key)) if unknown else sorted(found)
    return [(key[0], key[1:], found[key]) for key in ordered]


def _statements(query: Query, segments: Sequence[Segment]) -> Iterator[list[Segment]]:
    """Segments of one level that one statement reads: it names the values of `only` once for each segment of a rollup."""
    only = sum(map(len, query.only.values()))
    for level in ("m", "d", "q"):
        some, values = list[Segment](), 0
        for segment in [segment for segment in segments if segment.level == level]:
            named = only + (0 if level == "q" else segment.end - segment.begin) + len(query.cube.totals) + 3
            if some and values + named > MOST_VALUES:
                yield some
                some, values = [], 0
            some.append(segment)
            values += named
        if some:
            yield some
    if facts := [segment for segment in segments if segment.level == "facts"]:
        yield facts


async def counted(session: AsyncSession, period: Period) -> Counted:
    """What the rollups have of a period, in the days of the zone that they were counted for."""
    state = await session.get(StatsState, 1)
    period = period if state is None else replace(period, zone=ZoneInfo(state.timezone))
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
