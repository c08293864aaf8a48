"""The cover of a period has every quarter once, each from where it may come from, and never more pieces than a statement can name."""

from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from ringdesk.statistics.cover import MOST_SEGMENTS, Counted, Segment, cover
from ringdesk.statistics.periods import Period, day_number, day_span, local_date, month_span

ZONE = ZoneInfo("Europe/Kyiv")
DAY = 20_535  # 23 March 2026: a week later clocks change, two days after that a month ends
BEGIN = day_span(DAY, ZONE)[0]
QUARTERS = 12 * 96


def quarters(segment: Segment) -> range:
    if segment.level in ("q", "facts"):
        return range(segment.begin, segment.end)
    span = day_span if segment.level == "d" else month_span
    return range(span(segment.begin, ZONE)[0], span(segment.end - 1, ZONE)[1])


@settings(max_examples=50, deadline=None)
@given(
    period=st.tuples(st.integers(0, QUARTERS), st.integers(1, QUARTERS)),
    days=st.sets(st.integers(DAY, DAY + 12)),
    months=st.sets(st.sampled_from([674, 675])),
    some=st.sets(st.integers(BEGIN, BEGIN + QUARTERS)),
    changed=st.one_of(st.sets(st.integers(BEGIN, BEGIN + QUARTERS)), st.just(set(range(BEGIN, BEGIN + QUARTERS, 2)))),
    levels=st.sampled_from([("m", "d", "q"), ("d", "q"), ("q",), ("m", "d"), ("d",), ()]),
)
def test_every_quarter_once(
    period: tuple[int, int], days: set[int], months: set[int], some: set[int], changed: set[int], levels: tuple[str, ...]
) -> None:
    asked = Period(BEGIN + period[0], BEGIN + period[0] + period[1], ZONE)
    segments = cover(asked, levels, Counted(months, days, some, frozenset(changed), ZONE))  # type: ignore[arg-type]  # drawn
    assert [quarter for segment in segments for quarter in quarters(segment)] == list(range(asked.begin, asked.end))
    assert len(segments) <= MOST_SEGMENTS
    for segment in segments:
        if segment.level != "facts":
            assert segment.level in levels
            assert not changed.intersection(quarters(segment))
        if segment.level == "q":
            assert all(q in some or day_number(local_date(q, ZONE)) in days for q in quarters(segment))
