"""What changed: this period against the one before, of the house, each queue, agent and number, the most unusual first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.statistics import names, rows, teams, unusual
from ringdesk.statistics.catalogue import Part, Scope, calls_of, narrowed
from ringdesk.statistics.measures import Measure
from ringdesk.statistics.periods import Period
from ringdesk.statistics.query import CallsOnly
from ringdesk.statistics.reading import counted
from ringdesk.statistics.report import Cell, Filters, Wanted
from ringdesk.statistics.rows import Share
from ringdesk.statistics.standard import STANDARDS

UNUSUAL = 2.0  # standard deviations: by chance alone about one figure in twenty is further off
MOST = 30
Of = Mapping[str, int]
Dimension = Literal["house", "queue", "agent", "number"]


@dataclass(frozen=True, slots=True)
class Watched:
    """A measure, and of how many its value is made: None for a count, which is its own number."""

    name: str
    whole: Callable[[Of], int] | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    dimension: Dimension
    report: str
    watched: tuple[Watched, ...]


QUEUE = (
    Watched("offered"),
    Watched("service_level", lambda of: of["sl_of"]),
    Watched("abandon_rate", lambda of: of["offered"] - of["waiting"] - of["short_abandoned"]),
    Watched("asa_s", lambda of: of["answered"]),
    Watched("aht_s", lambda of: of["conversations"]),
    Watched("transfer_rate", lambda of: of["conversations"]),
    Watched("overflowed"),
    Watched("repeat_rate_7d", lambda of: of["callers"]),
)
AGENT = (
    Watched("conversations"),
    Watched("offer_answer_rate", lambda of: of["offers"] - of["offers_cancelled"]),
    Watched("aht_s", lambda of: of["conversations"]),
    Watched("transfer_rate", lambda of: of["conversations"]),
)
NUMBER = (Watched("calls"), Watched("answer_rate", lambda of: of["calls"] - of["active"]))
SUBJECTS = (Subject("queue", "queues", QUEUE), Subject("agent", "agents", AGENT), Subject("number", "numbers", NUMBER))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    measure: Measure
    dimension: Dimension
    key: Cell
    before: float | None
    after: float | None
    z: float
    because: str | None = None
    """Of the house: the queue without whose change it would have changed least."""

    @property
    def change(self) -> float:
        return (self.after or 0) - (self.before or 0)


async def movers(session: AsyncSession, period: Period, filters: Filters, scope: Scope, at: datetime) -> list[Mover]:
    """The most unusual changes first. While the period lasts, the one before is taken as far as this one has come."""
    now, before = period.as_far(at)
    found: list[Mover] = []
    for subject in SUBJECTS:
        standard = STANDARDS[subject.report]
        if not (parts := scope.parts(standard)):
            continue
        part = parts[0]
        asked = (await teams.resolved(session, Wanted(report=subject.report, period=now, filters=filters), scope)).filters
        only, calls = narrowed(part, asked, scope), calls_of(part, asked, scope)
        if only is None or calls.agents or (calls != CallsOnly() and not part.of_calls):  # what changed about agents is told of agents
            continue
        measures = [standard.measures[watched.name] for watched in subject.watched]
        sums = part.sums({name for measure in measures for name in measure.needs})
        read = [await _sums(session, Share(part, only, calls, sums), subject.dimension, each) for each in (before, now)]
        found += await _of_subject(session, subject, part, measures, read, now.end - now.begin, before.end - before.begin)
    return sorted(found, key=lambda mover: -abs(mover.z))[:MOST]


async def _sums(session: AsyncSession, share: Share, dimension: str, period: Period) -> dict[Any, dict[str, int]]:
    gathered = await rows.gather(session, [share], period, "total", [dimension], await counted(session, period))
    none = dict.fromkeys(gathered.names, 0)
    return {keys[0]: none | of for (_, keys), of in gathered.of.items()}


async def _of_subject(
    session: AsyncSession,
    subject: Subject,
    part: Part,
    measures: Sequence[Measure],
    read: Sequence[dict[Any, dict[str, int]]],
    length_now: int,
    length_before: int,
) -> list[Mover]:
    before, now = read
    none: dict[str, int] = dict.fromkeys({name for of in (*before.values(), *now.values()) for name in of}, 0)
    if not none:
        return []
    maxima = {part.called(name) for name in part.cube.maxima}
    whole = [_added(of.values(), none, maxima) for of in read]
    keys = sorted({*before, *now}, key=str)
    cells = (await names.agents(session, [key for key in keys if key])) if subject.dimension == "agent" else {}
    found: list[Mover] = []
    for watched, measure in zip(subject.watched, measures, strict=True):
        if subject.dimension == "queue":
            z = _z(measure, watched, whole[0], whole[1], length_before, length_now)
            because = _because(measure, before, now, none, maxima) if len(keys) > 1 else None
            _note(found, measure, "house", None, whole[0], whole[1], z, because)
        for key in keys:
            a, b = before.get(key, none), now.get(key, none)
            shown: Cell = {"id": key, "name": cells.get(key, f"#{key}")} if subject.dimension == "agent" else key
            _note(found, measure, subject.dimension, shown, a, b, _z(measure, watched, a, b, length_before, length_now), None)
    return found


def _note(
    found: list[Mover], measure: Measure, dimension: Dimension, key: Cell, before: Of, after: Of, z: float, because: str | None
) -> None:
    if abs(z) >= UNUSUAL:
        found.append(
            Mover(
                measure=measure,
                dimension=dimension,
                key=key,
                before=measure.value(before),
                after=measure.value(after),
                z=z,
                because=because,
            )
        )


def _z(measure: Measure, watched: Watched, before: Of, after: Of, length_before: int, length_after: int) -> float:
    a, b = measure.value(before), measure.value(after)
    if watched.whole is None:
        return unusual.of_counts(int(a or 0), int(b or 0), length_before, length_after)
    if a is None or b is None:
        return 0.0
    n_before, n_after = watched.whole(before), watched.whole(after)
    if measure.unit == "share":
        return unusual.of_shares(round(a * n_before), n_before, round(b * n_after), n_after)
    return unusual.of_means(a, n_before, b, n_after)


def _because(measure: Measure, before: Mapping[Any, Of], now: Mapping[Any, Of], none: dict[str, int], maxima: set[str]) -> str | None:
    """The queue that moved the house most: had it stayed as it was, the house would be furthest from where it is, back the way it came."""
    was = measure.value(_added(before.values(), none, maxima))
    house = measure.value(_added(now.values(), none, maxima))
    if was is None or house is None or was == house:
        return None
    moved: dict[str, float] = {}
    for queue in {*before, *now}:
        had_it_stayed = {**now, queue: before.get(queue, none)}
        if (value := measure.value(_added(had_it_stayed.values(), none, maxima))) is not None:
            moved[queue] = (house - value) / (house - was)
    queue, share = max(moved.items(), key=lambda pair: (pair[1], pair[0]), default=(None, 0.0))
    return queue if share > 0 else None


def _added(several: Any, none: dict[str, int], maxima: set[str]) -> dict[str, int]:
    total = dict(none)
    for of in several:
        for name, value in of.items():
            total[name] = max(total[name], value) if name in maxima else total[name] + value
    return total
