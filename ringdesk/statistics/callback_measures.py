"""Measures of call-backs."""

from collections.abc import Mapping

from ringdesk.statistics.cubes.callbacks import WITHIN
from ringdesk.statistics.measures import Measures, Value, mean_s, share

CALLBACK_MEASURES = Measures()
_add = CALLBACK_MEASURES.add
_SOURCE = "the call-back list"
_SPOKEN = {"15m": "15 minutes", "1h": "an hour", "4h": "4 hours", "24h": "24 hours"}

CALLBACK_MEASURES.count(
    "missed",
    "Missed callers",
    "Callers whom nobody spoke with, when they were missed first: who is missed again before being reached is still one. Withheld numbers, "
    "and who gave up at once, are not on the list.",
    better="down",
    source=_SOURCE,
)
CALLBACK_MEASURES.count(
    "called_back",
    "Reached",
    "Missed callers whom somebody spoke with afterwards, whoever dialled.",
    better="up",
    source=_SOURCE,
)


def _within(name: str, spoken: str) -> None:
    column = f"called_back_{name}"
    CALLBACK_MEASURES.count(
        column,
        f"Reached within {spoken}",
        f"Missed callers whom somebody spoke with within {spoken} of the first miss, whoever dialled.",
        better="up",
        source=_SOURCE,
    )

    def rate(of: Mapping[str, int]) -> Value:
        return share(of[column], of["missed"])

    rate.__name__ = f"called_back_rate_{name}"
    rate.__doc__ = f"Missed callers whom somebody spoke with within {spoken} of the first miss, of all missed.\nSource: {_SOURCE}."
    _add(f"Reached within {spoken}, share", "share", column, "missed", better="up")(rate)


for _name in WITHIN:
    _within(_name, _SPOKEN[_name])


@_add("Reached, share", "share", "called_back", "missed", better="up")
def called_back_rate(of: Mapping[str, int]) -> Value:
    """Missed callers whom somebody spoke with afterwards, of all missed.
    Source: the call-back list."""
    return share(of["called_back"], of["missed"])


@_add("Time until reached", "seconds", "callback_us", "called_back", better="down")
def callback_s(of: Mapping[str, int]) -> Value:
    """Mean time from the first miss until somebody spoke with the caller, of those reached.
    Source: the call-back list."""
    return mean_s(of["callback_us"], of["called_back"])


CALLBACK_MEASURES.count(
    "dismissed",
    "Dismissed",
    "Missed callers taken off the list without anybody having spoken with them.",
    source=_SOURCE,
)
CALLBACK_MEASURES.count(
    "open",
    "Still open",
    "Missed callers who are still on the list.",
    better="down",
    source=_SOURCE,
)
