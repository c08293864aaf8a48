"""A report as it is asked for and as it is answered: what pages, files and letters are made of."""

from dataclasses import dataclass, field
from typing import Any, Literal

from ringdesk.statistics.measures import Unit
from ringdesk.statistics.periods import Period
from ringdesk.statistics.query import CallsOnly, Grain

Chart = Literal["table", "line", "bar", "stacked", "heat", "histogram", "flow"]
KeyUnit = Literal[
    "time", "queue", "agent", "team", "number", "trunk", "direction", "disposition", "scorecard", "state", "weekday", "hour", "text"
]
Scalar = str | int | float | None
Cell = Scalar | dict[str, Scalar]
"""A key may be `{"id": 7, "name": "Anna"}`; a time is ISO 8601 in UTC; everything else is a number or None (nothing to be a share of)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    name: str
    label: str
    unit: Unit | KeyUnit
    key: bool = False
    help: str = ""
    source: str = ""
    better: Literal["up", "down"] | None = None
    behind: bool = False
    """The calls behind a cell of it can be listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Of which queues …; empty: all that the asker may see."""

    queues: tuple[str, ...] = ()
    agents: tuple[int, ...] = ()
    teams: tuple[int, ...] = ()
    numbers: tuple[str, ...] = ()
    """Numbers dialled (DIDs)."""
    calls: CallsOnly = field(default_factory=CallsOnly)
    keys: tuple[tuple[str, str], ...] = ()
    """Further dimensions and the value each must have: the way down from a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A report asked for. `measures` and `dimensions` empty: the report's own."""

    report: str
    period: Period
    interval: Grain = "total"
    filters: Filters = Filters()
    measures: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Table:
    """The rows of one period. `totals` is one row of all; its keys are absent."""

    period: Period
    rows: list[dict[str, Cell]]
    totals: dict[str, Cell]


@dataclass(slots=True, kw_only=True)
class Report:
    name: str
    title: str
    columns: list[Column]
    interval: Grain
    now: Table
    before: Table | None = None
    """The same of the period before, if asked for."""
    chart: Chart = "table"
    notes: list[str] = field(default_factory=list)
    """What a reader must know: that a threshold is being applied to the past, that calls of a gap are missing …"""
    recalculating: float | None = None
    """How far a recount of the past has come, 0 to 1."""
    filters: Filters = Filters()
    extra: dict[str, Any] = field(default_factory=dict)
