"""Measures of people and lines against worked examples; none divides by nothing."""

import pytest

from ringdesk.statistics.line_measures import CONCURRENCY_MEASURES, LINE_MEASURES
from ringdesk.statistics.measures import Measures
from ringdesk.statistics.people_measures import PEOPLE_MEASURES
from ringdesk.statistics.spread_measures import SPREAD_MEASURES
from ringdesk.storage.quarters import MICROS

STATES = ("available_us", "ringing_us", "talking_us", "wrapping_us", "paused_us", "offline_us")


@pytest.mark.parametrize(("agents", "occupancy"), [(30, 0.97), (31, 0.94), (32, 0.91), (33, 0.88), (34, 0.86)])
def test_occupancy_of_a_published_table(agents: int, occupancy: float) -> None:
    """Cleveland, Call Center Management on Fast Forward: 250 calls in a half-hour, of 180 s talk and 30 s after-call work."""
    of = dict.fromkeys(STATES, 0) | {"talking_us": 250 * 180 * MICROS, "wrapping_us": 250 * 30 * MICROS}
    of["available_us"] = agents * 1800 * MICROS - of["talking_us"] - of["wrapping_us"]
    value = PEOPLE_MEASURES["occupancy"].value(of)
    assert value is not None
    assert round(value, 2) == occupancy


def test_a_day_of_an_agent() -> None:
    """Eight hours signed in, an hour of them paused: seven hours there for callers; forty conversations are five an hour."""
    hours = {"available_us": 2, "ringing_us": 0.5, "talking_us": 3.5, "wrapping_us": 1, "paused_us": 1, "offline_us": 16}
    of = {name: int(value * 3600) * MICROS for name, value in hours.items()} | {"conversations": 40}
    assert PEOPLE_MEASURES["signed_in_s"].value(of) == 8 * 3600
    assert PEOPLE_MEASURES["utilisation"].value(of) == 7 / 8
    assert PEOPLE_MEASURES["occupancy"].value(of) == 4.5 / 7
    assert PEOPLE_MEASURES["calls_per_hour"].value(of) == 5


def test_an_erlang_is_one_line_taken_all_the_time() -> None:
    """ITU-T E.600. Thirty calls of six minutes within an hour are three erlangs."""
    assert CONCURRENCY_MEASURES["erlangs"].value({"line_us": 30 * 360 * MICROS, "length_us": 3600 * MICROS}) == 3


@pytest.mark.parametrize("measures", [PEOPLE_MEASURES, LINE_MEASURES, CONCURRENCY_MEASURES, SPREAD_MEASURES])
def test_every_measure_says_what_it_is_and_can_be_made_of_nothing(measures: Measures) -> None:
    for name, measure in measures.items():
        assert measure.name == name
        assert measure.help.endswith(".")
        assert measure.source
        assert measure.value(dict.fromkeys(measure.needs, 0)) in (None, 0)
