"""What is asked of statistics: sums of a cube over a period, by time and keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Select

from ringdesk.crm import customers
from ringdesk.statistics.cubes.cube import Cube
from ringdesk.statistics.periods import Interval, Period
from ringdesk.telephony import calls
from ringdesk.telephony.facts import Direction
from ringdesk.telephony.models import CallRow

Grain = Interval | Literal["weekday_hour"]
SLOTS = {"15m": 1, "30m": 2, "hour": 4}  # quarters
DAY, WEEK = 96, 7
THURSDAY = 3  # 1 January 1970 was one: days from the Monday before


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsOnly:
    """What only a call knows; None narrows nothing. Reports narrowed by it are counted from the facts."""

    dids: tuple[str, ...] = ()
    """Numbers dialled; empty: any."""
    direction: Direction | None = None
    tag: str | None = None
    """Of the call's customer."""
    group: Literal["person", "company"] | None = None
    """Kind of the call's customer."""

    def ids(self) -> Select[Any] | None:
        if self == CallsOnly():
            return None
        query = calls.ids(calls.CallFilter(direction=self.direction))
        if self.dids:
            query = query.where(CallRow.did.in_(self.dids))
        if self.tag is not None or self.group is not None:
            query = query.where(calls.customer_column().in_(customers.ids_with(tag=self.tag, kind=self.group)))
        return query


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which sums: measures of a cube by `keys` and time, of some values of its keys only."""

    cube: Cube
    period: Period
    keys: tuple[str, ...] = ()
    grain: Grain = "total"
    measures: tuple[str, ...] | None = None
    only: Mapping[str, Sequence[str | int]] = field(default_factory=dict)
    calls: CallsOnly = CallsOnly()

    @property
    def summed(self) -> tuple[str, ...]:
        return self.cube.measures if self.measures is None else self.measures
