"""Forecasts: better than last week where there is something to learn, honest where there is not."""

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringdesk.statistics.staffing.seasons import LEAST, TWO_YEARS, learn, wape

WEEKDAYS = (1.25, 1.1, 1.05, 1.0, 0.95, 0.4, 0.0)  # Monday first; Sundays nobody is there


def arrivals(days: int, seed: int, *, level: float = 400, yearly: float = 0.0, holidays: int = 0) -> list[int]:
    """Calls of a house whose days vary by 8 % beside chance, as those of call centres do."""
    rng = np.random.default_rng(seed)
    t = np.arange(days)
    mean = level * np.array(WEEKDAYS)[t % 7] * (1 + yearly * np.sin(2 * math.pi * t / 365.25)) * np.exp(rng.normal(0, 0.08, days))
    mean[rng.choice(days, holidays, replace=False)] = 0
    return [int(n) for n in rng.poisson(mean)]


@pytest.mark.parametrize(("days", "yearly", "holidays"), [(56, 0.0, 0), (365, 0.0, 8), (900, 0.3, 20)])
def test_it_beats_the_week_before(days: int, yearly: float, holidays: int, capsys: pytest.CaptureFixture[str]) -> None:
    errors, naive, inside, coming = [], [], [], []
    for seed in range(2):
        counts = arrivals(days + 28, seed, yearly=yearly, holidays=holidays)
        learnt = learn(counts[:-28], 28)
        assert learnt.error is not None
        assert learnt.naive_error is not None
        errors.append(learnt.error)
        naive.append(learnt.naive_error)
        actual = np.array(counts[-28:])
        inside += [low <= n <= high for n, low, high in zip(actual, learnt.ahead.low, learnt.ahead.high, strict=True)]
        coming.append(wape(actual[actual > 0].astype(float), np.array(learnt.ahead.mean)[actual > 0]) or 0)
        assert learnt.yearly == (days >= TWO_YEARS)
    with capsys.disabled():
        said = f"held out {np.mean(errors):.1%}, as the week before {np.mean(naive):.1%}, the days to come {np.mean(coming):.1%}"
        print(f"\n  {days} days: WAPE {said}, {np.mean(inside):.0%} of them within the band")
    assert np.mean(errors) < np.mean(naive)
    assert np.mean(inside) >= 0.8
    assert np.mean(coming) < 0.2


def test_the_season_of_a_year_is_worth_learning() -> None:
    """Thirteen weeks ahead into the summer: whoever does not know the year is off by half a season."""
    counts = arrivals(TWO_YEARS + 91 + 91, 1, yearly=0.4)
    known, actual = counts[:-91], np.array(counts[-91:], dtype=float)
    said = wape(actual, np.array(learn(known, 91).ahead.mean))
    without = wape(actual, np.array(learn(known[-364:], 91).ahead.mean))
    assert said is not None
    assert without is not None
    assert said < 0.7 * without


def test_closed_days_stay_closed_and_holidays_teach_nothing() -> None:
    counts = arrivals(70, 5)
    learnt = learn(counts, 14)
    assert [day for day, mean in enumerate(learnt.ahead.mean) if mean == 0] == [6, 13]
    holiday = [0 if day in (37, 52) else n for day, n in enumerate(counts)]
    np.testing.assert_allclose(learn(holiday, 14).ahead.mean, learnt.ahead.mean, rtol=0.1)


@given(counts=st.lists(st.integers(0, 300), min_size=LEAST, max_size=49), weeks=st.integers(1, 13))
@settings(max_examples=6, deadline=None)
def test_whatever_came_something_can_be_said(counts: list[int], weeks: int) -> None:
    learnt = learn(counts, weeks * 7)
    assert len(learnt.ahead.mean) == weeks * 7
    assert len(learnt.held.mean) % 7 == 0
    assert 7 <= len(learnt.held.mean) <= len(counts) - 21
    for ahead in (learnt.ahead, learnt.held):
        for low, mean, high in zip(ahead.low, ahead.mean, ahead.high, strict=True):
            assert 0 <= low <= mean + 1e-9
            assert mean <= high + 1e-9 < math.inf


@pytest.mark.parametrize("counts", [[0] * 40, [7] * 40, [0] * 39 + [50], [Random(1).randrange(3) for _ in range(40)]])
def test_odd_pasts(counts: list[int]) -> None:
    learnt = learn(counts, 7)
    assert all(0 <= mean < 60 for mean in learnt.ahead.mean)
    assert (learnt.error is None) == (sum(counts[-7 * (len(learnt.held.mean) // 7) :]) == 0)
