"""How numbers, times and filters read for people: in files, pictures and letters alike."""

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, get_args
from zoneinfo import ZoneInfo

from ringdesk.statistics.measures import Unit
from ringdesk.statistics.periods import Period, day_begin, local_date
from ringdesk.statistics.query import SLOTS, Grain
from ringdesk.statistics.report import Cell, Column, Filters
from ringdesk.storage.base import clean

VALUES: frozenset[str] = frozenset(get_args(Unit))
NOTHING = "–"
DECIMALS = {"count": 0, "share": 1, "per_hour": 1, "number": 1, "points": 1, "erlangs": 2}
SUFFIX = {"per_hour": "/h", "erlangs": "E"}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DIRECTIONS = {"in": "Incoming", "out": "Outgoing", "internal": "Internal"}
GROUPS = {"person": "people", "company": "companies"}
SEPARATORS = {"en": (",", ".")}  # of thousands and of decimals, by language; English is what the pages speak
ELLIPSIS = "…"
MOST_CHANGE = 999  # percent; of next to nothing anything is a multitude


@dataclass(frozen=True, slots=True)
class Wording:
    """The company's zone, or the one that was asked for, and the language of who reads."""

    zone: ZoneInfo
    language: str = "en"

    def __post_init__(self) -> None:
        if self.language not in SEPARATORS:  # whatever a browser asked for
            object.__setattr__(self, "language", "en")

    def value(self, value: Cell, unit: str) -> str:
        """A measure's value: `1,234`, `81.2%`, `2:05`, `1:02:05`; a dash where there is none."""
        number = number_of(value)
        if number is None:
            return NOTHING
        if unit == "seconds":
            return duration(number)
        if unit == "share":
            return f"{self.number(round(number * 100, 9), 1)}%"
        return self.number(number, DECIMALS.get(unit, 1))

    def number(self, number: float, decimals: int) -> str:
        thousands, decimal = SEPARATORS[self.language]
        text = f"{Decimal(str(number)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):,f}"  # as browsers round
        text = text.removeprefix("-") if not any(digit in text for digit in "123456789") else text  # no -0
        return text.translate({ord(","): thousands, ord("."): decimal, ord("-"): "−"})

    def change(self, now: Cell, before: Cell, unit: str) -> str:
        """What became of a value: `+5.2%`, or in points where it is a share; empty where it cannot be said."""
        new, old = number_of(now), number_of(before)
        if new is None or old is None or (unit != "share" and not old):
            return ""
        changed = round((new - old) * 100 if unit == "share" else (new - old) / abs(old) * 100, 1)
        if unit != "share" and changed > MOST_CHANGE:
            return f"> +{MOST_CHANGE}%"
        sign = "+" if changed > 0 else "±" if not changed else ""
        return f"{sign}{self.number(changed, 1)}{' pp' if unit == 'share' else '%'}"

    def key(self, cell: Cell, unit: str, interval: Grain = "total") -> str:
        """What a row is about."""
        if isinstance(cell, dict):
            return plain(cell.get("name") or (f"no. {cell['id']}" if cell.get("id") is not None else NOTHING))
        if cell is None:
            return NOTHING
        if unit == "time":
            return self.time(cell, interval)
        if unit == "weekday" and (number := number_of(cell)) is not None:
            return WEEKDAYS[int(number) % 7]
        if unit == "hour" and (number := number_of(cell)) is not None:
            return f"{int(number):02}:00"
        if unit == "direction":
            return DIRECTIONS.get(str(cell), plain(cell))
        if unit == "queue" and cell == "":
            return "no queue"
        if unit == "state":
            return plain(cell).replace("_", "-").capitalize()
        return plain(cell) or NOTHING

    def cell(self, cell: Cell, column: Column, interval: Grain = "total") -> str:
        if column.unit in VALUES and not column.key:  # a key may be a number, that somebody dialled
            return self.value(cell, column.unit)
        return self.key(cell, column.unit, interval)

    def time(self, cell: Cell, interval: Grain) -> str:
        """A time of a report, which is ISO 8601 in UTC, as its interval: an hour, a day, a week, a month. Where clocks are set back an hour
        comes twice and says which one it is."""
        at = self.local(cell)
        if at is None:
            return plain(cell)
        if interval == "month":
            return f"{MONTHS[at.month - 1]} {at.year}"
        if interval == "week":
            return f"Week of {self.date(at)}"
        if interval == "day":
            return f"{WEEKDAYS[at.weekday()][:3]} {self.date(at)}"
        return f"{self.date(at)} {at:%H:%M}" + (f" ({offset_of(at)})" if twice(at) else "")

    def local(self, cell: Cell) -> datetime | None:
        """None: it is no time."""
        try:
            at = datetime.fromisoformat(str(cell))
        except ValueError:
            return None
        return at.astimezone(self.zone) if at.tzinfo is not None else None

    def date(self, at: datetime) -> str:
        return f"{at.day} {MONTHS[at.month - 1]} {at.year}"

    def moment(self, at: datetime) -> str:
        local = at.astimezone(self.zone)
        return f"{self.date(local)}, {local:%H:%M}"

    def period(self, period: Period) -> str:
        """`21 Nov 2026`, `16 Nov 2026 – 22 Nov 2026`, or with times where it is not of whole days."""
        zone = self.zone
        first, end = local_date(period.begin, zone), local_date(period.end, zone)
        if (period.begin, period.end) == (day_begin(first, zone), day_begin(end, zone)):
            last = end - timedelta(days=1)
            texts = [f"{day.day} {MONTHS[day.month - 1]} {day.year}" for day in (first, last)]
            return texts[0] if first == last else f"{texts[0]} – {texts[1]}"
        return f"{self.moment(period.since)} – {self.moment(period.until)}"

    def filters(self, filters: Filters, names: Mapping[str, Mapping[int, str]] | None = None) -> list[str]:
        """One phrase for each filter; none where nothing is left out. `names` are those of `agents` and `teams`."""
        known = names or {}
        found: list[tuple[str, str, list[str]]] = [
            ("queue", "queues", [self.key(queue, "queue") for queue in filters.queues]),
            ("agent", "agents", [_named(known.get("agents"), agent) for agent in filters.agents]),
            ("team", "teams", [_named(known.get("teams"), team) for team in filters.teams]),
            ("number dialled", "numbers dialled", [plain(number) for number in filters.numbers]),
        ]
        told = [f"{one if len(values) == 1 else many} {', '.join(values)}" for one, many, values in found if values]
        told += [f"{plain(name)} {plain(value)}" for name, value in filters.keys]
        calls = filters.calls
        if calls.direction is not None:
            told.append(f"{DIRECTIONS.get(calls.direction, plain(calls.direction)).lower()} calls only")
        if calls.tag is not None:
            told.append(f"customers tagged {plain(calls.tag)}")
        if calls.group is not None:
            told.append(f"{GROUPS[calls.group]} only")
        return told


def _named(names: Mapping[int, str] | None, id: int) -> str:
    return plain((names or {}).get(id) or f"no. {id}")


def number_of(cell: Any) -> int | float | None:
    """The number that a cell is, if it is a finite one."""
    if isinstance(cell, bool) or not isinstance(cell, int | float) or not math.isfinite(cell):
        return None
    return cell


def duration(seconds: float) -> str:
    """`0:05`, `12:34`, `123:45:06`, to the nearest second."""
    whole = round(abs(seconds))
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    text = f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
    return f"−{text}" if seconds < 0 and whole else text


def plain(text: object, longest: int | None = None) -> str:
    """One line that any file takes: no control characters, and what a name might turn the text after it around with."""
    found = str(text)
    if not (found.isascii() and found.isprintable()):  # few are not, and there are many
        found = _printable(found)
    found = " ".join(found.split())
    return found if longest is None or len(found) <= longest else found[: longest - 1].rstrip() + ELLIPSIS


def _printable(text: str) -> str:
    found = "".join(" " if unicodedata.category(character) in ("Cc", "Zl", "Zp") else character for character in clean(text))
    return "".join(character for character in found if unicodedata.bidirectional(character) not in TURNING)


TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def twice(at: datetime) -> bool:
    """Is this local time one that comes twice, since clocks are set back?"""
    return at.replace(fold=0).utcoffset() != at.replace(fold=1).utcoffset() and _exists(at)


def _exists(at: datetime) -> bool:
    back = at.replace(fold=0).astimezone(ZoneInfo("UTC")).astimezone(at.tzinfo)
    return back.replace(tzinfo=None, fold=0) == at.replace(tzinfo=None, fold=0)


def offset_of(at: datetime) -> str:
    """`+01:00`."""
    text = at.strftime("%z")
    return f"{text[:3]}:{text[3:5]}"


def is_slot(interval: Grain) -> bool:
    """Shorter than a day: such times need the clock's offset to be told apart."""
    return interval in SLOTS
