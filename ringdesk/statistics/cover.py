"""Which rollup answers for which part of a period: whole months, whole days, quarter-hours, and facts for what no rollup has."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from ringdesk.statistics.cubes.cube import Level
from ringdesk.statistics.periods import Period, day_number, day_span, local_date, month_days, month_of, month_span

MOST_SEGMENTS = 200  # SQLite takes no deeper conditions than 1000


@dataclass(frozen=True, slots=True)
class Segment:
    """Buckets [begin, end) of a level; quarters where it is `facts`."""

    level: Level | Literal["facts"]
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Counted:
    """What the rollups have: buckets that were counted, and the quarters whose facts changed since."""

    months: Collection[int]
    days: Collection[int]
    quarters: Collection[int]
    """Of days that are not counted as a whole yet."""
    changed: frozenset[int]
    zone: ZoneInfo
    """Whose days and months they are."""


def cover(period: Period, levels: Collection[Level], counted: Counted) -> list[Segment]:
    """The period cut into segments, in their order, each by the coarsest of `levels` that may answer for it."""
    zone, found = period.zone, list[Segment]()
    changed = sorted(q for q in counted.changed if period.begin <= q < period.end)

    def add(level: Level | Literal["facts"], begin: int, end: int) -> None:
        if found and found[-1].level == level and found[-1].end == begin:
            found[-1] = Segment(level, found[-1].begin, end)
        elif begin < end:
            found.append(Segment(level, begin, end))

    def clean(begin: int, end: int) -> bool:
        return not any(begin <= quarter < end for quarter in changed)

    first, last = local_date(period.begin, zone), local_date(period.end - 1, zone)
    for month in range(month_of(first), month_of(last) + 1):
        begin, end = month_span(month, zone)
        whole = period.begin <= begin and end <= period.end
        if whole and "m" in levels and month in counted.months and clean(begin, end):
            add("m", month, month + 1)
            continue
        from_day, to_day = month_days(month)
        for day in range(max(from_day, day_number(first)), min(to_day, day_number(last) + 1)):
            begin, end = day_span(day, zone)
            whole = period.begin <= begin and end <= period.end
            if whole and "d" in levels and day in counted.days and clean(begin, end):
                add("d", day, day + 1)
                continue
            begin, end = max(begin, period.begin), min(end, period.end)
            if "q" not in levels:
                add("facts", begin, end)
            elif day in counted.days and clean(begin, end):
                add("q", begin, end)
            else:
                for quarter in range(begin, end):
                    known = (day in counted.days or quarter in counted.quarters) and quarter not in counted.changed
                    add("q" if known else "facts", quarter, quarter + 1)
    return found if len(found) <= MOST_SEGMENTS else _few(found, zone)


def _few(segments: list[Segment], zone: ZoneInfo) -> list[Segment]:
    """No more of them than a statement can name: where there are, what lies between facts is counted from facts, too."""
    spans = [_quarters(segment, zone) for segment in segments]
    facts = [i for i, segment in enumerate(segments) if segment.level == "facts"]
    between = sorted((spans[after][0] - spans[before][1], before, after) for before, after in pairwise(facts))
    left, joined = len(segments), dict[int, int]()
    for _, before, after in between:  # the shortest first
        if left <= MOST_SEGMENTS:
            break
        joined[before] = after
        left -= after - before
    few, i = list[Segment](), 0
    while i < len(segments):
        last = i
        while last in joined:
            last = joined[last]
        few.append(segments[i] if last == i else Segment("facts", spans[i][0], spans[last][1]))
        i = last + 1
    return few


def _quarters(segment: Segment, zone: ZoneInfo) -> tuple[int, int]:
    if segment.level in ("q", "facts"):
        return segment.begin, segment.end
    span = day_span if segment.level == "d" else month_span
    return span(segment.begin, zone)[0], span(segment.end - 1, zone)[1]
