"""What the picture of a report shows: computed once, drawn by matplotlib, by a spreadsheet, and described in words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from ringdesk.statistics.files.rows import Row, keys_of, pairs, values_of
from ringdesk.statistics.files.wording import WEEKDAYS, Wording, number_of, plain
from ringdesk.statistics.report import Column, Report

LINES = 5  # series that an eye can follow, and colours that everybody can tell apart
BARS = 15  # rows of a chart with names beside its bars
SIDE = 12  # rows and columns of a matrix of people
STEPS = 100  # steps of a histogram
NAME = 28  # characters of a name in a picture
HOURS = tuple(range(24))
Kind = Literal["line", "bar", "stacked", "histogram", "matrix", "figures"]
Values = list[float | None]


@dataclass(slots=True)
class Series:
    label: str
    values: Values
    before: bool = False
    """Of the period before: drawn behind the others."""


@dataclass(slots=True)
class Panel:
    """Series of one unit, with an axis of their own."""

    unit: str
    title: str
    series: list[Series]


@dataclass(slots=True)
class Plot:
    kind: Kind
    categories: list[str]
    panels: list[Panel]
    times: list[datetime] = field(default_factory=list)
    """Where the categories are times: in the zone of the report."""
    rows: list[str] = field(default_factory=list)
    """Of a matrix: names of its rows; the first panel has a series for each."""
    note: str = ""
    """What was left out."""
    axes: tuple[str, str] = ("", "")
    """What goes across, and what goes down in a matrix."""

    @property
    def empty(self) -> bool:
        return not any(value for panel in self.panels for series in panel.series for value in series.values)


def plot(report: Report, words: Wording) -> Plot:
    """As the report asks, or as its rows suggest where it asks for no chart or for one that they do not make."""
    keys, values = keys_of(report), _drawn(report)
    time = next((key for key in keys if key.unit == "time"), None)
    others = [key for key in keys if key is not time]
    units = {key.unit: key for key in keys}
    if not values or not keys:
        return _figures(report, words)
    if "weekday" in units and "hour" in units:
        return _week(report, units["weekday"], units["hour"], values[0])
    if report.chart == "flow" and len(others) >= 2:
        return _flow(report, others[0], others[1], values[0], words)
    if report.chart == "histogram" and time is None:
        return _histogram(report, keys[0], values, words)
    if time is not None and others:
        return _many_lines(report, time, others, values[0], words)
    if time is not None:
        return _lines(report, time, values, words)
    return _bars(report, others, values, words)


def _drawn(report: Report) -> list[Column]:
    """The values worth drawing: those the report names for it, else its first."""
    values = values_of(report)
    named = report.extra.get("drawn")
    if isinstance(named, Sequence) and not isinstance(named, str):
        by_name = {column.name: column for column in values}
        values = [by_name[name] for name in named if name in by_name] or values
    return values


def _panels(values: Sequence[Column], most: int = 3) -> list[list[Column]]:
    """The first value with others of its unit, and the first of a share or a time below, which needs an axis of its own."""
    first = [column for column in values if column.unit == values[0].unit][:most]
    other = next((column for column in values if column.unit != values[0].unit and column.unit in ("share", "seconds")), None)
    return [first] if other is None else [first, [other]]


def _panel(columns: Sequence[Column], series: list[Series]) -> Panel:
    return Panel(columns[0].unit, ", ".join(column.label for column in columns), series)


def _of(row: Row | None, column: Column) -> float | None:
    return None if row is None else number_of(row.get(column.name))


def _figures(report: Report, words: Wording) -> Plot:
    """Nothing to lay out along an axis: the values themselves, large."""
    values = [column for column in _drawn(report) if number_of(report.now.totals.get(column.name)) is not None][:8]
    panels = [Panel(column.unit, column.label, [Series(column.label, [number_of(report.now.totals[column.name])])]) for column in values]
    if report.before is not None:
        for column, panel in zip(values, panels, strict=True):
            panel.series.append(Series("before", [number_of(report.before.totals.get(column.name))], before=True))
    return Plot("figures", [words.period(report.now.period)], panels)


def _lines(report: Report, time: Column, values: Sequence[Column], words: Wording) -> Plot:
    found = [(at, row, before) for row, before in pairs(report, words) if (at := words.local(row.get(time.name))) is not None]
    panels = []
    for columns in _panels(values):
        series = [Series(column.label, [_of(row, column) for _, row, _ in found]) for column in columns]
        if report.before is not None:
            series.insert(1, Series(f"{columns[0].label}, before", [_of(before, columns[0]) for _, _, before in found], before=True))
        panels.append(_panel(columns, series))
    times = [at for at, _, _ in found]
    names = [words.key(row.get(time.name), "time", report.interval) for _, row, _ in found]
    kind: Kind = "line" if report.chart in ("line", "table") else "stacked" if report.chart == "stacked" else "bar"
    if kind == "stacked":
        panels = panels[:1]
        panels[0].series = [series for series in panels[0].series if not series.before]
    return Plot(kind, names, panels, times, axes=(time.label, ""))


def _many_lines(report: Report, time: Column, others: Sequence[Column], value: Column, words: Wording) -> Plot:
    """The first value, a line for each of the largest queues, agents …"""
    starts: dict[datetime, str] = {}
    of: dict[str, dict[datetime, float | None]] = {}
    for row in report.now.rows:
        if (at := words.local(row.get(time.name))) is not None:
            starts.setdefault(at, words.key(row.get(time.name), "time", report.interval))
            of.setdefault(_name(row, others, words), {})[at] = _of(row, value)
    largest = sorted(of, key=lambda name: -sum(number or 0 for number in of[name].values()))
    times = sorted(starts)
    series = [Series(name, [of[name].get(at) for at in times]) for name in largest[:LINES]]
    kind: Kind = "stacked" if report.chart == "stacked" and value.unit in ("count", "seconds") else "line"
    if kind == "stacked" and len(largest) > LINES:
        rest = [sum(of[name].get(at) or 0 for name in largest[LINES:]) for at in times]
        series.append(Series(f"{len(largest) - LINES} others", list(rest)))
    note = f"The {LINES} largest of {len(largest)}" if len(largest) > LINES and kind == "line" else ""
    return Plot(kind, [starts[at] for at in times], [_panel([value], series)], times, note=note, axes=(time.label, ""))


def _bars(report: Report, keys: Sequence[Column], values: Sequence[Column], words: Wording) -> Plot:
    rows = list(pairs(report, words))
    ordered = all(key.unit in ("hour", "weekday") for key in keys)
    if not ordered:
        rows.sort(key=lambda pair: -(_of(pair[0], values[0]) or 0))
    shown = rows if ordered else rows[:BARS]
    stacked = report.chart == "stacked"
    panels = []
    for columns in _panels(values, LINES if stacked else 2)[: 1 if stacked else 2]:
        series = [Series(column.label, [_of(row, column) for row, _ in shown]) for column in columns]
        if report.before is not None and not stacked:
            series[1:] = [Series(f"{columns[0].label}, before", [_of(before, columns[0]) for _, before in shown], before=True)]
        panels.append(_panel(columns[: 1 if report.before is not None and not stacked else None], series))
    note = f"The {BARS} largest of {len(rows)} by {values[0].label.lower()}" if len(rows) > len(shown) else ""
    names = [_name(row, keys, words) for row, _ in shown]
    return Plot("stacked" if stacked else "bar", names, panels, note=note, axes=(" · ".join(key.label for key in keys), ""))


def _histogram(report: Report, key: Column, values: Sequence[Column], words: Wording) -> Plot:
    columns = [column for column in values if column.unit == values[0].unit][:2]
    rows = report.now.rows[:STEPS]
    series = [Series(column.label, [_of(row, column) for row in rows]) for column in columns]
    note = f"The first {STEPS} steps of {len(report.now.rows)}" if len(report.now.rows) > STEPS else ""
    names = [plain(words.key(row.get(key.name), key.unit), NAME) for row in rows]
    return Plot("histogram", names, [_panel(columns, series)], note=note, axes=(key.label, ""))


def _week(report: Report, weekday: Column, hour: Column, value: Column) -> Plot:
    """Seven days down, 24 hours across; what several rows of an hour have is added where it can be."""
    found: dict[tuple[int, int], float | None] = {}
    for row in report.now.rows:
        day, at = number_of(row.get(weekday.name)), number_of(row.get(hour.name))
        number = _of(row, value)
        if day is not None and at is not None and number is not None:
            place = (int(day) % 7, int(at) % 24)
            found[place] = (found.get(place) or 0) + number if value.unit == "count" else number
    series = [Series(WEEKDAYS[day], [found.get((day, at)) for at in HOURS]) for day in range(7)]
    names = [f"{at:02}" for at in HOURS]
    return Plot("matrix", names, [_panel([value], series)], rows=list(WEEKDAYS), axes=("Hour of the day", ""))


def _flow(report: Report, down: Column, across: Column, value: Column, words: Wording) -> Plot:
    found: dict[tuple[str, str], float] = {}
    for row in report.now.rows:
        place = (_name(row, [down], words), _name(row, [across], words))
        found[place] = found.get(place, 0) + (_of(row, value) or 0)
    rows, columns = ([*_largest(found, which)] for which in (0, 1))
    series = [Series(one, [found.get((one, other)) for other in columns[:SIDE]]) for one in rows[:SIDE]]
    note = f"The largest of {len(rows)} × {len(columns)}" if max(len(rows), len(columns)) > SIDE else ""
    return Plot("matrix", columns[:SIDE], [_panel([value], series)], rows=rows[:SIDE], note=note, axes=(across.label, down.label))


def _largest(found: dict[tuple[str, str], float], which: int) -> list[str]:
    sums: dict[str, float] = {}
    for place, number in found.items():
        sums[place[which]] = sums.get(place[which], 0) + number
    return sorted(sums, key=lambda name: -sums[name])


def _name(row: Row, keys: Sequence[Column], words: Wording) -> str:
    return plain(" · ".join(words.key(row.get(key.name), key.unit) for key in keys), NAME)
