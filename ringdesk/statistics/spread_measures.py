"""Percentiles of waits and conversations, of histograms: a histogram's steps are sums of their own, by the names that `names` gives."""

from collections.abc import Callable, Mapping

from ringdesk.statistics.cubes.spread import KINDS, Kind
from ringdesk.statistics.measures import Measures, Value
from ringdesk.statistics.steps import STEPS, percentile

SPREAD_MEASURES = Measures()
SHARES = (50, 80, 90, 95, 99)  # percent
_OF: dict[Kind, tuple[str, str]] = {
    "answered": ("Wait", "the callers who were answered waited"),
    "abandoned": ("Patience", "the callers who gave up had waited"),
    "talk": ("Conversation", "the conversations, hold among them, took"),
}


def names(kind: Kind) -> dict[int, str]:
    """Step → its sum's name."""
    return {step: f"{kind}_step_{step}" for step in range(STEPS)}


def _at(kind: Kind, percent: int) -> Callable[[Mapping[str, int]], Value]:
    of_step = names(kind)

    def value(of: Mapping[str, int]) -> Value:
        return percentile({step: of[name] for step, name in of_step.items()}, percent / 100)

    value.__name__ = f"{kind}_p{percent}_s"
    value.__doc__ = (
        f"{'Half' if percent == 50 else f'{percent} %'} of {_OF[kind][1]} at most this long. From a kept histogram, by interpolation in "
        "steps of a second below ten, and never wider than a quarter of the value: the same for a day as for a year.\n"
        "Source: M. R. Spiegel, Theory and Problems of Statistics (Schaum's Outline), ch. 3: the median of grouped data, for any share."
    )
    return value


for _kind in KINDS:
    _needs = tuple(names(_kind).values())
    for _percent in SHARES:
        _label = f"{_OF[_kind][0]}, {'median' if _percent == 50 else f'{_percent} %'}"
        SPREAD_MEASURES.add(_label, "seconds", *_needs, better="down" if _kind == "answered" else None)(_at(_kind, _percent))
