"""How numbers, times and filters read."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringdesk.statistics.files.wording import Wording, duration, plain
from ringdesk.statistics.periods import parse
from ringdesk.statistics.query import CallsOnly, Grain
from ringdesk.statistics.report import Cell, Filters
from tests.statistics.files.made import HOSTILE, ZONE

WORDS = Wording(ZONE)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1234567, "count", "1,234,567"), (0, "count", "0"), (None, "count", "–"), (0.8125, "share", "81.3%"), (1, "share", "100.0%"),
        (-0.0001, "share", "0.0%"), (12.4, "seconds", "0:12"), (59.6, "seconds", "1:00"), (3723, "seconds", "1:02:03"),
        (446706, "seconds", "124:05:06"), (-61, "seconds", "−1:01"), (4.25, "per_hour", "4.3"), (3.456, "erlangs", "3.46"),
        (84.5, "points", "84.5"), (float("nan"), "number", "–"), (float("inf"), "seconds", "–"), (True, "count", "–"),
        ("12", "count", "–"), (-1234.5, "number", "−1,234.5"), (0.3335, "share", "33.4%"), (0.0455, "share", "4.6%"),
    ],
)  # fmt: skip
def test_values(value: Cell, unit: str, text: str) -> None:
    assert WORDS.value(value, unit) == text


@pytest.mark.parametrize(
    ("now", "before", "unit", "text"),
    [
        (110, 100, "count", "+10.0%"), (90, 100, "count", "−10.0%"), (100, 100, "count", "±0.0%"), (1, 0, "count", ""),
        (None, 3, "count", ""), (5000, 3, "count", "> +999%"),
        (0.85, 0.8, "share", "+5.0 pp"), (0.5, 0.0, "share", "+50.0 pp"), (30.0, 60.0, "seconds", "−50.0%"),
    ],
)  # fmt: skip
def test_changes(now: Cell, before: Cell, unit: str, text: str) -> None:
    assert WORDS.change(now, before, unit) == text


@pytest.mark.parametrize(
    ("cell", "unit", "interval", "text"),
    [
        ("2026-11-21T22:00:00Z", "time", "day", "Sun 22 Nov 2026"), ("2026-11-15T22:00:00Z", "time", "week", "Week of 16 Nov 2026"),
        ("2026-10-31T22:00:00Z", "time", "month", "Nov 2026"), ("2026-11-22T07:15:00Z", "time", "15m", "22 Nov 2026 09:15"),
        ("2026-10-25T00:00:00Z", "time", "hour", "25 Oct 2026 03:00 (+03:00)"),
        ("2026-10-25T01:00:00Z", "time", "hour", "25 Oct 2026 03:00 (+02:00)"),
        ("2026-03-29T01:00:00Z", "time", "hour", "29 Mar 2026 04:00"), ("not a time", "time", "hour", "not a time"),
        (0, "weekday", "total", "Monday"), (9, "hour", "total", "09:00"), ({"id": 3, "name": "Anna"}, "agent", "total", "Anna"),
        ({"id": 3, "name": None}, "agent", "total", "no. 3"), ("", "queue", "total", "no queue"), ("in", "direction", "total", "Incoming"),
        ("wrap_up", "state", "total", "Wrap-up"), (None, "text", "total", "–"),
    ],
)  # fmt: skip
def test_keys(cell: Cell, unit: str, interval: Grain, text: str) -> None:
    assert WORDS.key(cell, unit, interval) == text


def test_periods() -> None:
    assert WORDS.period(parse("2026-11-22", "2026-11-23", ZONE)) == "22 Nov 2026"
    assert WORDS.period(parse("2026-10-25", "2026-10-26", ZONE)) == "25 Oct 2026"  # of 25 hours
    assert WORDS.period(parse("2026-11-16", "2026-11-23", ZONE)) == "16 Nov 2026 – 22 Nov 2026"
    assert WORDS.period(parse("2026-11-22T09:00", "2026-11-22T17:30", ZONE)) == "22 Nov 2026, 09:00 – 22 Nov 2026, 17:30"
    assert Wording(ZoneInfo("UTC")).period(parse("2026-11-22", "2026-11-23", ZONE)) == "21 Nov 2026, 22:00 – 22 Nov 2026, 22:00"


def test_filters() -> None:
    calls = CallsOnly(direction="in", tag="vip", group="company")
    filters = Filters(
        queues=("support", "sales"), agents=(3, 4), teams=(1,), numbers=("+380441234567",), calls=calls, keys=(("trunk", "a"),)
    )
    assert WORDS.filters(filters, {"agents": {3: "Anna"}}) == [
        "queues support, sales", "agents Anna, no. 4", "team no. 1", "number dialled +380441234567", "trunk a", "incoming calls only",
        "customers tagged vip", "companies only",
    ]  # fmt: skip
    assert WORDS.filters(Filters()) == []


@given(st.one_of(st.text(), st.sampled_from(HOSTILE)), st.integers(2, 50))
def test_a_name_is_one_line_of_what_can_be_printed(text: str, longest: int) -> None:
    found = plain(text, longest)
    assert len(found) <= longest
    found.encode()
    assert not set(found) & set("\r\n\t\x00\u202e\u2066\u2028")
    assert found == found.strip()


@given(st.floats(-1e7, 1e7))
def test_a_duration_is_its_seconds(seconds: float) -> None:
    parts = [int(part) for part in duration(seconds).replace("−", "").split(":")]
    total = 0
    for part in parts:
        total = total * 60 + part
    assert total == round(abs(seconds))
