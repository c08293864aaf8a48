"""Every number that a report shows, defined once: what it means, how it is made from sums, and where the definition comes from.

The docstring is the help text beside the number; its last line names the source. Sources used throughout:
Cleveland = B. Cleveland, Call Center Management on Fast Forward, 3rd ed. (2012). ICMI = ICMI, Contact Center Glossary.
queue_log = Asterisk's own log, whose entries the count equals."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from ringdesk.storage.quarters import MICROS

Unit = Literal["count", "seconds", "share", "per_hour", "number", "erlangs", "points"]
Value = int | float | None


@dataclass(frozen=True, slots=True)
class Measure:
    """`needs`: the sums of its cube that `value` reads. `better`: which way is an improvement, None where neither is."""

    name: str
    label: str
    unit: Unit
    needs: tuple[str, ...]
    better: Literal["up", "down"] | None
    value: Callable[[Mapping[str, int]], Value]
    help: str
    source: str
    behind: str | None
    """The name of the facts whose calls are behind the number, for the way down to them; see `behind`."""


class Measures(dict[str, Measure]):
    """The measures of one cube, by name, in the order a person would read them."""

    def add(
        self,
        label: str,
        unit: Unit,
        *needs: str,
        better: Literal["up", "down"] | None = None,
        behind: str | None = None,
    ) -> Callable[[Callable[[Mapping[str, int]], Value]], Callable[[Mapping[str, int]], Value]]:
        """A function of the sums becomes a measure named like it."""

        def register(function: Callable[[Mapping[str, int]], Value]) -> Callable[[Mapping[str, int]], Value]:
            text, _, source = inspect.cleandoc(function.__doc__ or "").rpartition("Source: ")
            name = function.__name__
            self[name] = Measure(name, label, unit, needs, better, function, " ".join(text.split()), source.strip(), behind)
            return function

        return register

    def count(self, name: str, label: str, help: str, *, better: Literal["up", "down"] | None = None, source: str = "queue_log") -> None:
        """A sum shown as it is; the calls behind it are those it counted."""
        self[name] = Measure(name, label, "count", (name,), better, lambda of: of[name], help, source, name)

    def time(self, name: str, column: str, label: str, help: str, *, better: Literal["up", "down"] | None = None, source: str) -> None:
        """A sum or longest of microseconds, shown in seconds."""
        self[name] = Measure(name, label, "seconds", (column,), better, lambda of: of[column] / MICROS, help, source, None)


def share(part: int, whole: int) -> float | None:
    """None where there is nothing to be a share of: no report says 0 % of nothing."""
    return part / whole if whole else None


def mean_s(micros: int, count: int) -> float | None:
    return micros / count / MICROS if count else None
