"""When letters are due: in every zone, over every change of its clocks, once on each day that is meant."""

import calendar
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringdesk.statistics.letters.times import following, latest

KYIV = ZoneInfo("Europe/Kyiv")
ZONES = ("UTC", "Europe/Kyiv", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kathmandu", "Africa/Casablanca")
moments = st.integers(1_420_070_400, 2_051_222_400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))  # 2015 to 2034
clocks = st.builds(lambda hour, minute: f"{hour:02}:{minute:02}", st.integers(0, 23), st.integers(0, 59))


def at(text: str, zone: ZoneInfo = KYIV) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("every", "weekday", "day", "clock", "after", "due"),
    [
        ("day", None, None, "08:00", "2026-11-22T07:59", "2026-11-22T08:00"),
        ("day", None, None, "08:00", "2026-11-22T08:00", "2026-11-23T08:00"),
        ("weekday", None, None, "08:00", "2026-11-20T09:00", "2026-11-23T08:00"),
        ("week", 6, None, "23:59", "2026-11-16T00:00", "2026-11-22T23:59"),
        ("week", 0, None, "00:00", "2026-11-16T00:00", "2026-11-23T00:00"),
        ("month", None, 1, "08:00", "2026-11-01T08:00", "2026-12-01T08:00"),
        ("month", None, 31, "08:00", "2026-11-01T08:00", "2026-11-30T08:00"),
        ("month", None, 31, "08:00", "2028-02-01T08:00", "2028-02-29T08:00"),
        ("month", None, 30, "08:00", "2027-01-30T08:00", "2027-02-28T08:00"),
        ("month", None, 29, "08:00", "2028-01-30T08:00", "2028-02-29T08:00"),
        ("month", None, 29, "08:00", "2028-02-29T08:00", "2028-03-29T08:00"),
        # On 29 March 2026 there is no 03:30 in Kyiv: an hour later. On 25 October it comes twice: the first time.
        ("day", None, None, "03:30", "2026-03-28T12:00", "2026-03-29T04:30"),
        ("day", None, None, "03:30", "2026-10-24T12:00", "2026-10-25T03:30"),
        ("day", None, None, "03:30", "2026-10-25T03:30", "2026-10-26T03:30"),
        ("day", None, None, "08:00", "2026-10-24T08:00", "2026-10-25T08:00"),
    ],
)
def test_the_next_time(every: str, weekday: int | None, day: int | None, clock: str, after: str, due: str) -> None:
    assert following(every, weekday, day, clock, at(after), KYIV) == at(due).astimezone(UTC)


def test_in_the_hour_that_comes_again_nothing_is_due_again() -> None:
    second = at("2026-10-25T03:10").replace(fold=1)
    assert following("day", None, None, "03:30", second, KYIV) == at("2026-10-26T03:30").astimezone(UTC)


@given(st.sampled_from(ZONES), moments, clocks)
def test_every_day_has_one(name: str, after: datetime, clock: str) -> None:
    zone, days, due = ZoneInfo(name), list[int](), after
    for _ in range(10):
        following_one = following("day", None, None, clock, due, zone)
        assert following_one > due
        due = following_one
        days.append(due.astimezone(zone).date().toordinal())
    assert days == list(range(days[0], days[0] + 10))
    assert days[0] - after.astimezone(zone).date().toordinal() in (0, 1)


@given(st.sampled_from(ZONES), moments, st.integers(1, 31))
def test_every_month_has_one(name: str, after: datetime, day: int) -> None:
    zone, due, months = ZoneInfo(name), after, list[int]()
    for _ in range(14):
        due = following("month", None, day, "12:00", due, zone)
        local = due.astimezone(zone)
        assert local.day == min(day, calendar.monthrange(local.year, local.month)[1])
        assert local.hour == 12
        months.append(local.year * 12 + local.month)
    assert months == list(range(months[0], months[0] + 14))


@given(st.sampled_from(ZONES), moments, st.timedeltas(timedelta(), timedelta(days=40)))
def test_of_several_that_were_missed_the_last_is_made_up_for(name: str, due: datetime, away: timedelta) -> None:
    zone = ZoneInfo(name)
    first = following("day", None, None, "08:00", due, zone)
    kept = latest("day", None, None, "08:00", first, first + away, zone)
    assert first <= kept <= first + away
    assert following("day", None, None, "08:00", kept, zone) > first + away
