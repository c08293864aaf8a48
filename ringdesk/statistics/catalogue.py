"""What a standard report is made of: its cubes' shares, its measures, and what it may be split and narrowed by."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from ringdesk.agents.rights import Principal
from ringdesk.config.errors import Invalid, NoSuch
from ringdesk.statistics.cubes.cube import Cube, Source
from ringdesk.statistics.measures import Measure
from ringdesk.statistics.query import CallsOnly, Grain
from ringdesk.statistics.report import Chart, Filters, KeyUnit

EVERY: tuple[Grain, ...] = ("total", "15m", "30m", "hour", "day", "week", "month", "weekday_hour")
FINE_DAYS = 2  # what is not kept by quarter-hours is counted from the facts then, which takes a second a busy day
LENGTH = "length_us"  # what every report has: how long each of its intervals is, as far as it is over
CALL_FILTERS = ("number", "direction", "tag", "group")  # what only a call knows
NO_AGENT = -1  # what no agent's id is


class BadReport(Invalid):
    key = "bad_report"
    text = "{why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    name: str
    label: str
    unit: KeyUnit
    steps: bool = False
    """Its values are the steps of a histogram: shown from the first to the last that occurs."""


@dataclass(frozen=True, slots=True)
class Pivot:
    """A key whose values are no rows but sums of their own, by these names: of a state's time `available_us`, `paused_us` …"""

    key: str
    sum: str
    names: Mapping[Any, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One cube's share of a report."""

    cube: Cube
    keys: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    """The cube's key of each dimension it can be split and narrowed by; several where only together they name one thing."""
    only: Mapping[str, Sequence[str | int]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    """What a sum is called in the report where that is not its name in the cube; needed where two cubes have one of the same name."""
    pivot: Pivot | None = None
    bound: str | None = None
    """The dimension by which those who see only their teams are bounded; None: only for those who see the whole house."""

    def called(self, name: str) -> str:
        return self.names.get(name, name)

    def sums(self, needed: Collection[str]) -> tuple[str, ...]:
        """The cube's names of those of its sums that are needed by their names in the report."""
        if self.pivot is not None:
            return (self.pivot.sum,) if any(name in needed for name in self.pivot.names.values()) else ()
        return tuple(name for name in self.cube.measures if self.called(name) in needed)

    def gives(self, name: str) -> bool:
        return bool(self.sums((name,)))

    def columns(self, dimension: str) -> tuple[str, ...]:
        keys = self.keys[dimension]
        return (keys,) if isinstance(keys, str) else keys

    @property
    def of_calls(self) -> bool:
        """Can it be narrowed by what only a call knows, and are there calls behind it?"""
        return _of_calls(self.cube)

    @property
    def agents_by_calls(self) -> bool:
        """Is it narrowed by agents as the calls know them, since it has no people of its own?"""
        return self.of_calls and not {"agent", "team"} & set(self.keys)


@cache  # to ask a cube for its sources is to build its statements
def _of_calls(cube: Cube) -> bool:
    return all(isinstance(source, Source) and source.call_id is not None for source in cube.sources())


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    name: str
    title: str
    help: str
    """The question it answers."""
    parts: tuple[Part, ...]
    measures: Mapping[str, Measure]
    standard: tuple[str, ...]
    """The measures shown if none are asked for."""
    note: str = ""
    """What a reader must know of every such report."""
    dimensions: tuple[Dimension, ...] = ()
    by: tuple[str, ...] = ()
    """The dimensions it is split by if none are asked for."""
    intervals: tuple[Grain, ...] = EVERY
    chart: Chart = "table"

    @property
    def filters(self) -> list[str]:
        found = [name for name in ("queue", "agent", "team") if self.has(name)]
        if "team" not in found and found:
            found.append("team")  # by its people or its queues: see `teams`
        if any(part.agents_by_calls for part in self.parts):
            found.append("agent")
        if any(part.of_calls for part in self.parts):
            found += CALL_FILTERS
        elif any("number" in part.keys for part in self.parts):
            found.append("number")
        return found

    @property
    def fine_days(self) -> int | None:
        """Of how many days at most there are intervals shorter than a day; None: of any."""
        return FINE_DAYS if any("q" not in part.cube.levels for part in self.parts) else None

    def has(self, dimension: str) -> bool:
        return any(dimension in part.keys for part in self.parts)

    def dimension(self, name: str) -> Dimension:
        """Raises `BadReport`."""
        for dimension in self.dimensions:
            if dimension.name == name:
                return dimension
        raise BadReport(why=f"The report {self.name} cannot be split by {name}")

    def measure(self, name: str) -> Measure:
        """Raises `BadReport`."""
        if name not in self.measures:
            raise BadReport(why=f"The report {self.name} has no measure {name}")
        return self.measures[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose figures may be read: everybody's, or those of these people, teams and queues."""

    everything: bool = False
    queues: frozenset[str] = frozenset()
    agents: frozenset[int] = frozenset()
    teams: frozenset[int] = frozenset()

    @classmethod
    def of(cls, principal: Principal) -> "Scope":
        if principal.sees_all:
            return cls(everything=True)
        people = principal.colleagues | {principal.user_id}
        return cls(queues=principal.queues, agents=people, teams=principal.teams)

    def parts(self, standard: Standard) -> list[Part]:
        """The parts of a report that may be read at all."""
        return [part for part in standard.parts if self.everything or part.bound is not None]

    def measures(self, standard: Standard) -> list[Measure]:
        """Those whose parts may all be read."""
        parts = self.parts(standard)
        return [measure for measure in standard.measures.values() if can_be_had(measure, parts)]

    def allowed(self, dimension: str) -> frozenset[Any]:
        return {"queue": self.queues, "agent": self.agents, "team": self.teams}[dimension]


def can_be_had(measure: Measure, parts: Sequence[Part]) -> bool:
    """Do these parts give every sum that it needs?"""
    return all(name == LENGTH or any(part.gives(name) for part in parts) for name in measure.needs)


def made_of(measure: Measure, parts: Sequence[Part]) -> tuple[Part, tuple[str, ...]] | None:
    """The part and those of its sums whose calls are behind a measure: what it counts, and of a share or a mean all that it is made of.
    None where there are no calls, as behind time that somebody was paused."""
    for wanted in ((measure.behind,) if measure.behind else (), measure.needs):
        for part in parts:
            if wanted and part.of_calls and (sums := part.sums(wanted)):
                return part, sums
    return None


def narrowed(part: Part, filters: Filters, scope: Scope) -> dict[str, list[str | int]] | None:
    """The values of the cube's keys that are asked for and may be read; None where the part cannot be narrowed that way. Agents whom it has
    no key of are its calls' to know: `calls_of`."""
    asked: dict[str, Sequence[str | int]] = {"queue": filters.queues, "agent": filters.agents, "team": filters.teams}
    if "number" in part.keys:
        asked["number"] = filters.numbers
    only: dict[str, list[str | int]] = {key: list(values) for key, values in part.only.items()}
    for name, values in asked.items():
        if values and name in part.keys:
            (key,) = part.columns(name)
            only[key] = list(values)
        elif values and not (name == "agent" and part.agents_by_calls):
            return None
    for name, value in filters.keys:
        if name not in part.keys:
            return None
        columns = part.columns(name)
        for key, word in zip(columns, value.split(":", len(columns) - 1), strict=False):
            only[key] = [_typed(part, key, word)]
    if not scope.everything and part.bound is not None:
        (key,), allowed = part.columns(part.bound), scope.allowed(part.bound)
        only[key] = sorted(allowed if key not in only else allowed.intersection(only[key]))
    return only


def calls_of(part: Part, filters: Filters, scope: Scope) -> CallsOnly:
    """What only a call knows: the number dialled and the agents it reached are among it where the cube has no key of them."""
    agents = [agent for agent in filters.agents if scope.everything or agent in scope.agents]
    return replace(
        filters.calls,
        dids=() if "number" in part.keys else filters.numbers,
        agents=tuple(agents) or (NO_AGENT,) if filters.agents and part.agents_by_calls else (),
    )


def _typed(part: Part, key: str, value: str) -> str | int:
    """Raises `BadReport` for a word where the cube has numbers."""
    if part.cube.table.c[key].type.python_type is not int:
        return value
    try:
        return int(value)
    except ValueError:
        raise BadReport(why=f"{value!r} is no number") from None


def find(standards: Mapping[str, Standard], name: str, scope: Scope) -> Standard:
    """Raises `NoSuch`, also for a report of the whole house for somebody who does not see it."""
    standard = standards.get(name)
    if standard is None or not scope.parts(standard):
        raise NoSuch(what="report", id=name)
    return standard
