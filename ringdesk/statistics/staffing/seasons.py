"""Daily arrivals to come, from those that came: the season of the week and, from two years on, of the year. Pure, but for its libraries.

Counts are looked at as √(n + 1/4), whose spread does not grow with their size: L. Brown, N. Gans, A. Mandelbaum et al., "Statistical
Analysis of a Telephone Call Center", JASA 100 (2005), on arrivals. The season of the year is a sum of Fourier terms, what is left is
smoothed exponentially with a season of seven days (error and season additive, no trend): R. J. Hyndman, G. Athanasopoulos, Forecasting:
Principles and Practice (harmonic regression; ETS). The work is done by statsmodels."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WEEK, YEAR = 7, 365.25
LEAST = 28  # days: three weeks to learn from and one to be held out
LEARN = 21  # days: the season of a week cannot be told from two of them
TWO_YEARS = 730  # days: what was there but once is no season
HARMONICS = 3  # of the year: summer, holidays, and their shape
FOLDS = 3  # held-out stretches
INSIDE = 0.9  # share of days that should lie between low and high
SHIFT = 0.25
CHANCE = 1.645 / 2  # half the band of calls that come by chance alone (Poisson): their root has a standard deviation of 1/2
AROUND = 4  # weeks on each side with which a day is compared
STRANGE = 0.2  # of what the weekday has around it: a holiday or an outage, from which nothing is learnt
CLOSED = 8  # weeks in a row without a call: the weekday is closed
FEW = 5.0  # calls; where a weekday has less, none at all is nothing strange

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ahead:
    mean: list[float]
    low: list[float]
    high: list[float]


@dataclass(frozen=True, slots=True)
class Learnt:
    """`held` is what would have been said of the last days before the end, each stretch without knowing it or what came after."""

    ahead: Ahead
    held: Ahead
    error: float | None
    naive_error: float | None
    yearly: bool


@dataclass(frozen=True, slots=True)
class _Roots:
    mean: Floats
    half: Floats
    """Half the width of the band."""
    open: Floats
    """0 for days on which nobody is there."""


def learn(counts: Sequence[int], days: int) -> Learnt:
    """The `days` after these, in which there is no gap and which are at least `LEAST`."""
    known = np.asarray(counts, dtype=np.float64)
    held, naive = _hold_out(known, days)
    actual = known[len(known) - len(naive) :]
    wider = _wider(actual, held)
    said = _counts(held, wider)
    return Learnt(
        ahead=_counts(_predict(known, days), wider),
        held=said,
        error=wape(actual, np.array(said.mean)),
        naive_error=wape(actual, naive),
        yearly=len(known) >= TWO_YEARS,
    )


def wape(actual: Floats, said: Floats) -> float | None:
    """Weighted absolute percentage error: the sum of the absolute errors by the sum of what came. Source: Hyndman and Athanasopoulos,
    Forecasting: Principles and Practice, on accuracy, where it is the MAD/mean ratio."""
    return float(np.abs(actual - said).sum() / actual.sum()) if actual.sum() else None


def as_last_week(known: Floats, days: int) -> Floats:
    return np.resize(known[-WEEK:], days)


def _hold_out(known: Floats, days: int) -> tuple[_Roots, Floats]:
    """The last stretches of as many days as are asked for (of fewer whole weeks where there is not so much), each from what was before."""
    length = min(days, (len(known) - LEARN) // WEEK * WEEK)
    ends = [end for i in range(FOLDS, 0, -1) if (end := len(known) - i * length) >= LEARN]
    parts = [_predict(known[:end], length) for end in ends]
    held = _Roots(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("mean", "half", "open")))
    return held, np.concatenate([as_last_week(known[:end], length) for end in ends])


def _wider(actual: Floats, held: _Roots) -> float:
    """By how much the band must be wider so that on the held-out days it would have missed no more than it may: what a model thinks of
    itself leaves out that it may be wrong. Source: split conformal prediction, J. Lei et al., "Distribution-Free Predictive Inference
    for Regression", JASA 113 (2018), of residuals by their expected size."""
    off = np.sort(np.abs(np.sqrt(actual + SHIFT) - held.mean)[held.open > 0] / held.half[held.open > 0])
    rank = int(np.ceil((len(off) + 1) * INSIDE))
    return max(1.0, float(off[rank - 1])) if rank <= len(off) else 1.0


def _counts(roots: _Roots, wider: float) -> Ahead:
    def back(root: Floats) -> list[float]:
        found: list[float] = (np.maximum(np.maximum(root, 0.0) ** 2 - SHIFT, 0.0) * roots.open).tolist()
        return found

    return Ahead(back(roots.mean), back(roots.mean - wider * roots.half), back(roots.mean + wider * roots.half))


def _predict(known: Floats, days: int) -> _Roots:
    import pandas as pd
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    roots = np.sqrt(_usual(known) + SHIFT)
    season, season_ahead = _yearly(roots, days) if len(known) >= TWO_YEARS else (np.zeros(len(known)), np.zeros(days))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it might have found a still better fit: the error on held-out days tells how good this is
        model = ETSModel(pd.Series(roots - season), error="add", seasonal="add", seasonal_periods=WEEK)
        fitted = model.fit(disp=False, maxiter=200)
        said = fitted.get_prediction(start=len(known), end=len(known) + days - 1).summary_frame(alpha=1 - INSIDE)
    half = np.nan_to_num((said["pi_upper"] - said["pi_lower"]).to_numpy() / 2)
    return _Roots(said["mean"].to_numpy() + season_ahead, np.maximum(half, CHANCE), 1.0 - _closed(known, days))


def _usual(known: Floats) -> Floats:
    """The days with those replaced that were nothing like the same weekday around them."""
    found = known.copy()
    for i, value in enumerate(known):
        around = known[max(i % WEEK, i - AROUND * WEEK) : i + AROUND * WEEK + 1 : WEEK]
        usual = float(np.median(around))
        if usual >= FEW and value < STRANGE * usual:
            found[i] = usual
    return found


def _closed(known: Floats, days: int) -> Floats:
    """1 for days to come whose weekday had no call in the last weeks."""
    recent = known[-min(len(known) // WEEK, CLOSED) * WEEK :].reshape(-1, WEEK)
    return np.resize((recent.sum(axis=0) == 0).astype(np.float64), days)


def _yearly(roots: Floats, days: int) -> tuple[Floats, Floats]:
    """The season of the year in these days and in those to come, with the week's and a straight trend beside it taken out."""
    import pandas as pd
    from statsmodels.regression.linear_model import OLS
    from statsmodels.tsa.deterministic import DeterministicProcess, Fourier

    year = Fourier(YEAR, HARMONICS)
    process = DeterministicProcess(pd.RangeIndex(len(roots)), constant=True, order=1, additional_terms=[Fourier(WEEK, 3), year])
    terms = process.in_sample()
    weights = OLS(roots, terms.to_numpy()).fit().params
    of_year = [i for i, name in enumerate(terms.columns) if f"{YEAR:g}" in name]
    ahead = process.out_of_sample(days)
    return terms.to_numpy()[:, of_year] @ weights[of_year], ahead.to_numpy()[:, of_year] @ weights[of_year]
