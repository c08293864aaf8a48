"""What is spoken of more, or less, than in the weeks before: topics and phrases, by share of the recordings of a week."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from math import sqrt
from typing import Any, Literal

from sqlalchemy import ColumnElement, Float, case, false, func, select, true
from sqlalchemy import cast as sql_cast
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.recordings.access import RecordingScope
from ringdesk.recordings.models import PhraseWeek, Recording, Said
from ringdesk.recordings.said import topics, weeks
from ringdesk.recordings.said.indexing import moment_key
from ringdesk.recordings.said.matching import matched

SUPPORT = 5  # recordings; what was said in fewer of them is chance
SPARE = 5  # times as many phrases are looked at as are shown: many are parts of one another
ALIKE = 1.25  # times as often as the longer phrase that it is part of: the part tells nothing more


@dataclass(frozen=True, slots=True)
class Trend:
    name: str
    topic_id: int | None
    recordings: list[int]
    """Of each week."""
    shares: list[float]
    change: float
    score: float


@dataclass(frozen=True, slots=True)
class Trends:
    weeks: list[date]
    """Mondays, oldest first; the last week is the one that is running, and the comparison leaves it out."""
    totals: list[int]
    rows: list[Trend]


async def of_topics(
    session: AsyncSession, scope: RecordingScope, *, count: int, queue: str | None, limit: int, now: datetime, zone: tzinfo
) -> Trends:
    """Each topic's share of the recordings that may be heard, in `count` whole weeks and the running one."""
    mondays = weeks.last(count + 1, now, zone)
    place = [scope.condition(), true() if queue is None else Recording.queue == queue]
    totals = await _by_week(session, select(Said.id.label("id"), Said.recording_id), Said.id, place, mondays, zone)
    rows = []
    for topic in await topics.everything(session):
        query, key = matched(topics.wanted(topic), session.get_bind().dialect.name)
        rows.append(_trend(topic.name, topic.id, await _by_week(session, query, key, place, mondays, zone), totals))
    return Trends(mondays, totals, sorted(rows, key=_surprise)[:limit])


async def of_phrases(
    session: AsyncSession, scope: RecordingScope, *, count: int, queue: str | None, limit: int, now: datetime, zone: tzinfo
) -> Trends:
    """Each phrase's share of the recordings in the queues that may be heard as a whole."""
    mondays = weeks.last(count + 1, now, zone)
    totals = await _phrase_totals(session, _queues(Said.queue, scope, queue), mondays)
    before, last = sum(totals[:-2]), totals[-2]
    if not before or not last:
        return Trends(mondays, totals, [])
    names = [monday.isoformat() for monday in mondays]
    place = [PhraseWeek.week.in_(names), _queues(PhraseWeek.queue, scope, queue)]
    found = (await session.scalars(_surprising(place, names, before, last, limit * SPARE))).all()
    counted = await _phrase_counts(session, place, found, names)
    rows = sorted((_trend(phrase, None, counted[phrase], totals) for phrase in found), key=_surprise)
    return Trends(mondays, totals, _without_parts(rows)[:limit])


def z_score(last: int, of_last: int, before: int, of_before: int) -> float:
    """Of the difference of two shares, last/of_last less before/of_before, in standard deviations under the hypothesis that there is
    none: the two-proportion z with the pooled share (NIST/SEMATECH e-Handbook of Statistical Methods, 7.3.3). 0 where there is too
    little to tell."""
    if not of_last or not of_before or last + before < SUPPORT:
        return 0.0
    pooled = (last + before) / (of_last + of_before)
    spread = pooled * (1 - pooled) * (1 / of_last + 1 / of_before)
    return (last / of_last - before / of_before) / sqrt(spread) if spread > 0 else 0.0


def _trend(name: str, topic_id: int | None, counts: list[int], totals: list[int]) -> Trend:
    last, before, of_last, of_before = counts[-2], sum(counts[:-2]), totals[-2], sum(totals[:-2])
    return Trend(
        name=name,
        topic_id=topic_id,
        recordings=counts,
        shares=[round(count / total, 4) if total else 0.0 for count, total in zip(counts, totals, strict=True)],
        change=round(last / of_last - before / of_before, 4) if of_last and of_before else 0.0,
        score=round(z_score(last, of_last, before, of_before), 2),
    )


def _surprise(row: Trend) -> tuple[float, int, str]:
    return -abs(row.score), -len(row.name.split()), row.name


def _without_parts(rows: Iterable[Trend]) -> list[Trend]:
    """Of `cancel`, `cancel my order` and `my order`, said in the same calls, the longest."""
    kept: list[Trend] = []
    for row in rows:
        if not any(_same(row, other) for other in kept):
            kept = [other for other in kept if not _same(other, row)]
            kept.append(row)
    return kept


def _same(part: Trend, whole: Trend) -> bool:
    """Does `part` tell no more than `whole`, of which it is a part?"""
    return f" {part.name} " in f" {whole.name} " and sum(part.recordings) <= ALIKE * sum(whole.recordings)


# Counting ---------------------------------------------------------------------------------------------------------------------


async def _by_week(
    session: AsyncSession, query: Any, key: Any, place: Sequence[ColumnElement[bool]], mondays: Sequence[date], zone: tzinfo
) -> list[int]:
    """How many of the recordings that `query` selects are of each week."""
    begins = [moment_key(weeks.begins(monday, zone)) for monday in [*mondays, mondays[-1] + weeks.WEEK]]
    joined = query.join(Recording, Recording.id == query.selected_columns.recording_id).where(key >= begins[0], key < begins[-1], *place)
    found = joined.subquery()
    week = case(*((found.c.id < end, i) for i, end in enumerate(begins[1:])))
    counts = dict.fromkeys(range(len(mondays)), 0)
    for i, count in await session.execute(select(week, func.count()).group_by(week)):
        counts[i] = count
    return list(counts.values())


def _queues(column: Any, scope: RecordingScope, queue: str | None) -> ColumnElement[bool]:
    """Phrases are counted by queue, not by who spoke: who does not see everything sees those of their queues."""
    if queue is not None and not scope.everything and queue not in scope.queues:
        return false()
    if queue is not None:
        return column == queue  # type: ignore[no-any-return]  # a column of either table
    return true() if scope.everything else column.in_(scope.queues)


async def _phrase_totals(session: AsyncSession, place: ColumnElement[bool], mondays: Sequence[date]) -> list[int]:
    names = [monday.isoformat() for monday in mondays]
    query = select(Said.week, func.count()).where(Said.week.in_(names), place).group_by(Said.week)
    counts: dict[str, int] = {row[0]: row[1] for row in await session.execute(query)}
    return [counts.get(name, 0) for name in names]


def _surprising(place: Sequence[ColumnElement[bool]], names: Sequence[str], before: int, last: int, limit: int) -> Any:
    """The phrases whose z is farthest from 0. By its square, which needs no root, and without the part that is the same for all."""
    in_last = func.sum(case((PhraseWeek.week == names[-2], PhraseWeek.recordings), else_=0))
    in_before = func.sum(case((PhraseWeek.week < names[-2], PhraseWeek.recordings), else_=0))
    counts = select(PhraseWeek.phrase, in_last.label("last"), in_before.label("before")).where(*place).group_by(PhraseWeek.phrase)
    counted = counts.having(in_last + in_before >= SUPPORT, in_last + in_before < before + last).subquery()
    x1, x0 = sql_cast(counted.c.last, Float), sql_cast(counted.c.before, Float)
    pooled = (x1 + x0) / (before + last)
    apart = x1 / last - x0 / before
    return select(counted.c.phrase).order_by((apart * apart / (pooled * (1 - pooled))).desc(), counted.c.phrase).limit(limit)


async def _phrase_counts(
    session: AsyncSession, place: Sequence[ColumnElement[bool]], phrases: Sequence[str], names: Sequence[str]
) -> dict[str, list[int]]:
    query = select(PhraseWeek.phrase, PhraseWeek.week, func.sum(PhraseWeek.recordings)).where(*place, PhraseWeek.phrase.in_(phrases))
    counts = {phrase: [0] * len(names) for phrase in phrases}
    for phrase, week, count in await session.execute(query.group_by(PhraseWeek.phrase, PhraseWeek.week)):
        counts[phrase][names.index(week)] = int(count)
    return counts


Kind = Literal["topics", "phrases"]
BY_KIND = {"topics": of_topics, "phrases": of_phrases}
