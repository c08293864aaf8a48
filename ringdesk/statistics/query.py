"""What is asked of statistics: sums of a cube over a period, by time and keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists
from sqlalchemy.orm import aliased

from ringdesk.crm import customers
from ringdesk.statistics.cubes.cube import Cube, OfCalls
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

    agents: tuple[int, ...] = ()
    """Whom it reached, or who placed it; empty: anybody."""
    dids: tuple[str, ...] = ()
    """Numbers dialled; empty: any."""
    direction: Direction | None = None
    tag: str | None = None
    """Of the call's customer."""
    group: Literal["person", "company"] | None = None
    """Kind of the call's customer."""

    def condition(self) -> OfCalls | None:
        """On a column of facts with their calls' ids; None narrows nothing. Each fact's call is looked up: databases would rather collect
        all calls that there are."""
        return None if self == CallsOnly() else self._holds

    def _holds(self, call_id: SQLColumnExpression[Any]) -> ColumnElement[bool]:
        call = aliased(CallRow)
        known: list[ColumnElement[bool]] = []
        if self.direction is not None:
            known.append(call.direction == self.direction)
        if self.dids:
            known.append(call.did.in_(self.dids))
        if self.tag is not None or self.group is not None:
            known.append(call.customer_id.in_(customers.ids_with(tag=self.tag, kind=self.group)))
        found = [exists().where(call.id == call_id, *known)] if known else []
        return and_(*found, *([calls.reached(call_id, self.agents)] if self.agents else []))


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
