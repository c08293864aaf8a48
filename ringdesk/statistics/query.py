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
AROUND = 2 * calls.LONGEST  # no fact of a call is so far from its begin


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

    def condition(self, period: Period) -> OfCalls | None:
        """On a column of facts of this period with their calls' ids; None narrows nothing. Told of each fact by itself: databases would
        rather collect all calls that there are."""
        if self == CallsOnly():
            return None
        call, since, until = aliased(CallRow), period.since - AROUND, period.until + AROUND
        known: list[ColumnElement[bool]] = []
        if self.direction is not None:
            known.append(call.direction == self.direction)
        if self.dids:
            known.append(call.did.in_(self.dids))
        if self.tag is not None or self.group is not None:
            known.append(call.customer_id.in_(customers.ids_with(tag=self.tag, kind=self.group)))

        def of(call_id: SQLColumnExpression[Any]) -> ColumnElement[bool]:
            found: list[ColumnElement[bool]] = []
            if known:
                found.append(exists().where(call.id == call_id, call.started_at >= since, call.started_at < until, *known))
            if self.agents:
                found.append(call_id.in_(calls.ids_of_agents(self.agents, since, until)))
            return and_(*found)

        return of


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
