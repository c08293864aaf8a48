"""Stretches of time in the company's zone: days of 23, 24 and 25 hours, weeks from Monday, months. Buckets count from 1970."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from ringdesk.config.errors import Invalid
from ringdesk.storage.quarters import EPOCH, QUARTER, begin_of, quarter_of

Interval = Literal["total", "15m", "30m", "hour", "day", "week", "month"]
FIRST = date(2000, 1, 1)  # earlier there are zones whose offset is no whole number of quarters, and no contact centre's data
LAST = date(2100, 1, 1)
LONGEST = 3660  # days in one report
DAY_ZERO = date(1970, 1, 1)


class BadPeriod(Invalid):
    key = "bad_period"
    text = "{why}"


@dataclass(frozen=True, slots=True)
class Period:
    """Quarters [begin, end) since 1970 in UTC, seen in `zone`."""

    begin: int
    end: int
    zone: ZoneInfo

    @property
    def since(self) -> datetime:
        return begin_of(self.begin)

    @property
    def until(self) -> datetime:
        return begin_of(self.end)

    def before(self) -> "Period":
        """The period before: as many days where this one is of whole days, whole months where it is of whole months."""
        first, last = local_date(self.begin, self.zone), local_date(self.end, self.zone)
        if (self.begin, self.end) != (day_begin(first, self.zone), day_begin(last, self.zone)):
            return Period(self.begin - (self.end - self.begin), self.begin, self.zone)
        if first.day == last.day == 1:
            months = month_of(last) - month_of(first)
            return Period(day_begin(month_begin(month_of(first) - months), self.zone), self.begin, self.zone)
        return Period(day_begin(first - (last - first), self.zone), self.begin, self.zone)

    def as_far(self, at: datetime) -> tuple["Period", "Period"]:
        """This period and the one before; while this one lasts, both only as far as it has come: the same days to the same time of day."""
        before = self.before()
        if not self.since < at < self.until:
            return self, before
        end = max(self.begin + 1, quarter_of(at))
        first, then = local_date(self.begin, self.zone), local_date(before.begin, self.zone)
        cut = before.begin + end - self.begin
        if (self.begin, before.begin) == (day_begin(first, self.zone), day_begin(then, self.zone)):
            now = begin_of(end).astimezone(self.zone)
            cut = quarter_of(datetime.combine(then + (now.date() - first), now.time(), self.zone).astimezone(UTC))
        cut = min(max(cut, before.begin + 1), before.end)
        return Period(self.begin, end, self.zone), Period(before.begin, cut, self.zone)


def parse(since: str, until: str, zone: ZoneInfo) -> Period:
    """The period [since, until): each an ISO date (that day's midnight in `zone`) or an ISO time on a quarter-hour, in `zone` unless it
    says another. Raises `BadPeriod`."""
    begin, end = _moment("from", since, zone), _moment("to", until, zone)
    if end <= begin:
        raise BadPeriod(why=f"The period ends ({until}) before it begins ({since}); `to` is the first moment that is not in it")
    if (end - begin) * QUARTER > LONGEST * 86400:
        raise BadPeriod(why=f"A report spans at most {LONGEST} days")
    return Period(begin, end, zone)


def _moment(name: str, text: str, zone: ZoneInfo) -> int:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadPeriod(why=f"`{name}` must be a date such as 2026-11-21 or a time such as 2026-11-21T09:15, not {text[:40]!r}") from None
    if not FIRST <= at.date() < LAST:
        raise BadPeriod(why=f"`{name}` must lie between {FIRST.year} and {LAST.year}")
    at = (at if at.tzinfo is not None else at.replace(tzinfo=zone)).astimezone(UTC)
    if (at - EPOCH) % timedelta(seconds=QUARTER):
        raise BadPeriod(why=f"`{name}` must be on a quarter-hour")
    return quarter_of(at)


@lru_cache(maxsize=20_000)
def day_begin(day: date, zone: ZoneInfo) -> int:
    """The quarter a local day begins with. Where midnight does not exist, the first moment that does."""
    return quarter_of(datetime.combine(day, time(), zone).astimezone(UTC))


def local_date(quarter: int, zone: ZoneInfo) -> date:
    return begin_of(quarter).astimezone(zone).date()


def day_number(day: date) -> int:
    return (day - DAY_ZERO).days


def date_of(number: int) -> date:
    return DAY_ZERO + timedelta(days=number)


def day_span(number: int, zone: ZoneInfo) -> tuple[int, int]:
    """Quarters [begin, end) of the local day with this number."""
    day = date_of(number)
    return day_begin(day, zone), day_begin(day + timedelta(days=1), zone)


def month_of(day: date) -> int:
    return (day.year - 1970) * 12 + day.month - 1


def month_begin(month: int) -> date:
    return date(1970 + month // 12, month % 12 + 1, 1)


def month_days(month: int) -> tuple[int, int]:
    """Numbers of days [begin, end)."""
    return day_number(month_begin(month)), day_number(month_begin(month + 1))


def month_span(month: int, zone: ZoneInfo) -> tuple[int, int]:
    return day_begin(month_begin(month), zone), day_begin(month_begin(month + 1), zone)


def offsets(period: Period) -> Iterator[tuple[int, int, int]]:
    """Stretches [begin, end) of the period with the zone's offset in quarters: one, or a few where clocks change."""
    begin, offset = period.begin, _offset(period.begin, period.zone)
    at = begin
    while at < period.end:
        following = min(period.end, at + 96)
        if (new := _offset(following, period.zone)) != offset:
            low, high = at, following  # between them the clocks change; never twice within a day
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (low, middle) if _offset(middle, period.zone) != offset else (middle, high)
            if high < period.end:
                yield begin, high, offset
                begin, offset = high, new
        at = following
    yield begin, period.end, offset


def _offset(quarter: int, zone: ZoneInfo) -> int:
    at = begin_of(quarter)
    return (at.astimezone(zone).replace(tzinfo=UTC) - at) // timedelta(seconds=QUARTER)
