"""A mean week: what happened at the same weekday and time of all weeks of a period, right across clock changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ringdesk.statistics.periods import Period, offsets
from ringdesk.statistics.query import DAY, SLOTS, THURSDAY, WEEK
from ringdesk.storage.quarters import QUARTER, begin_of

Step = Literal["15m", "30m", "hour"]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MeanWeek:
    """`slots` of a week, Monday's midnight the first, and how often the period has each: the hour that comes twice counts twice."""

    period: Period
    step: Step
    quarters: NDArray[np.int64]
    """The slot of each quarter of the period."""
    times: Floats

    @property
    def slots(self) -> int:
        return WEEK * DAY // SLOTS[self.step]

    @property
    def hours(self) -> float:
        """Length of a slot."""
        return SLOTS[self.step] * QUARTER / 3600

    def slot(self, quarter: int) -> int:
        return int(self.quarters[quarter - self.period.begin])

    def name(self, slot: int) -> tuple[int, str]:
        """Weekday (Monday 0) and company time."""
        weekday, quarter = divmod(slot * SLOTS[self.step], DAY)
        return weekday, f"{quarter // 4:02}:{quarter % 4 * 15:02}"

    def mean(self, sums: Floats) -> Floats:
        """Sums over all weeks to one week's; nan where the period has no such time."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.times > 0, sums / self.times, np.nan)

    def there(self, stays: Sequence[tuple[datetime, datetime]]) -> Floats:
        """How many were there on average, each there during a stay."""
        zero = begin_of(self.period.begin).timestamp()
        begins = np.sort(np.array([begin.timestamp() - zero for begin, _ in stays], dtype=np.float64))
        ends = np.sort(np.array([end.timestamp() - zero for _, end in stays], dtype=np.float64))
        edges = np.arange(len(self.quarters) + 1, dtype=np.float64) * QUARTER
        taken = np.diff(_before(begins, edges) - _before(ends, edges)) / QUARTER
        return self.mean(np.bincount(self.quarters, taken, self.slots) / SLOTS[self.step])


def mean_week(period: Period, step: Step) -> MeanWeek:
    local = np.concatenate([np.arange(begin, end) + offset for begin, end, offset in offsets(period)])
    day, quarter = np.divmod(local, DAY)
    slots = ((day + THURSDAY) % WEEK * DAY + quarter) // SLOTS[step]
    times = np.bincount(slots, minlength=WEEK * DAY // SLOTS[step]) / SLOTS[step]
    return MeanWeek(period, step, slots, times)


def _before(moments: Floats, edges: Floats) -> Floats:
    """For each edge: the sum of how long before it those moments were that were before it."""
    count = np.searchsorted(moments, edges)
    return count * edges - np.concatenate(([0.0], np.cumsum(moments)))[count]
