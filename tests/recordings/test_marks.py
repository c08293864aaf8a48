"""What happened in a call, reckoned to the time of a recording of it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringdesk.recordings import marks
from ringdesk.recordings.models import CallMark, CallMarkKind

START = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
KINDS: tuple[CallMarkKind, ...] = ("hold", "resume", "transfer", "pause_recording", "resume_recording")


def told(*happened: tuple[float, CallMarkKind]) -> list[CallMark]:
    return [CallMark(call_id="c", at=START + timedelta(seconds=at), kind=kind, text=None, user_id=None) for at, kind in happened]


@pytest.mark.parametrize(
    ("happened", "expected"),
    [
        ([(5, "hold"), (9, "resume")], [("hold", 5, 9)]),
        ([(-5, "hold"), (9, "resume")], [("hold", 0, 9)]),
        ([(5, "hold"), (900, "resume")], [("hold", 5, 60)]),
        ([(5, "hold")], [("hold", 5, 60)]),
        ([(-9, "hold"), (-5, "resume")], []),
        ([(70, "hold"), (80, "resume")], []),
        ([(5, "resume")], []),
        ([(5, "hold"), (6, "hold"), (7, "resume")], [("hold", 5, 7)]),
        ([(5, "transfer"), (-1, "transfer"), (61, "transfer")], [("transfer", 5, None)]),
        ([(5, "pause_recording"), (6, "hold"), (7, "resume_recording"), (8, "resume")], [("paused", 5, 7), ("hold", 6, 8)]),
    ],
)
def test_marks_fall_into_the_recording_or_not(happened: list[tuple[float, CallMarkKind]], expected: list[tuple[str, float, float]]) -> None:
    assert [(m.kind, m.start, m.end) for m in marks.reckon(told(*happened), START, 60.0)] == expected


def test_before_its_length_is_known_what_goes_on_has_no_end() -> None:
    assert [(m.start, m.end) for m in marks.reckon(told((5, "hold")), START, None)] == [(5, None)]


@given(
    st.lists(st.tuples(st.floats(-100, 200), st.sampled_from(KINDS)), max_size=30).map(sorted),
    st.floats(0, 120),
)
def test_every_mark_lies_inside_and_is_in_order(happened: list[tuple[float, CallMarkKind]], duration: float) -> None:
    found = marks.reckon(told(*happened), START, duration)
    assert [m.start for m in found] == sorted(m.start for m in found)
    for mark in found:
        assert 0 <= mark.start <= duration + 0.001
        assert mark.end is None or mark.start <= mark.end <= duration + 0.001
