"""Steps of histograms: how long something took, kept so finely that percentiles can be told, and so coarsely that a day of a queue is a
few dozen rows. Every border is a round number of seconds; no step is wider than a quarter of where it begins, but those of a second."""

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise

from sqlalchemy import ColumnElement, case, literal

from ringdesk.storage.quarters import MICROS

# Up to … seconds in steps of … seconds.
_LADDER = ((10, 1), (30, 2), (60, 5), (180, 10), (600, 30), (1800, 60), (3600, 300), (14400, 900), (86400, 3600))


def _borders() -> tuple[int, ...]:
    found = [0]
    for top, width in _LADDER:
        found += range(found[-1] + width, top + 1, width)
    return tuple(found)


BORDERS = _borders()
"""Seconds: step n is [BORDERS[n], BORDERS[n + 1]); the last one has all that took longer, too."""
STEPS = len(BORDERS) - 1


def step_at(us: ColumnElement[int]) -> ColumnElement[int]:
    """The step of a number of microseconds."""
    ladder: list[tuple[ColumnElement[bool], ColumnElement[int]]] = []
    for (begin, _), (top, width) in pairwise(((0, 0), *_LADDER)):
        ladder.append((us < top * MICROS, literal(BORDERS.index(begin)) + (us - begin * MICROS) // (width * MICROS)))
    return case((us < 0, literal(0)), *ladder, else_=literal(STEPS - 1))


def percentile(counts: Mapping[int, int], share: float, borders: Sequence[float] = BORDERS) -> float | None:
    """The value that `share` of all lie below: by linear interpolation in the step where it falls. None of nothing.

    Source: M. R. Spiegel, Theory and Problems of Statistics (Schaum's Outline), ch. 3, the median of grouped data, for any share."""
    steps = range(len(borders) - 1)
    wanted = share * sum(counts.get(step, 0) for step in steps)
    below = 0
    for step, reached in zip(steps, accumulate(counts.get(step, 0) for step in steps), strict=True):
        if reached > below and reached >= wanted:
            return borders[step] + (wanted - below) / (reached - below) * (borders[step + 1] - borders[step])
        below = reached
    return None
