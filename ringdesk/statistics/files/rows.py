"""A report's rows as any file lays them out: each beside the same of the period before."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from ringdesk.statistics.files.wording import VALUES, Wording, is_slot, number_of
from ringdesk.statistics.periods import local_date, month_of
from ringdesk.statistics.query import Grain
from ringdesk.statistics.report import Cell, Column, Report, Table

Row = dict[str, Cell]


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a file."""

    column: Column
    kind: Literal["key", "value", "before", "offset"]

    @property
    def header(self) -> str:
        if self.kind == "offset":
            return "UTC offset"
        return f"{self.column.label}, before" if self.kind == "before" else self.column.label


def keys_of(report: Report) -> list[Column]:
    return [column for column in report.columns if is_key(column)]


def values_of(report: Report) -> list[Column]:
    return [column for column in report.columns if not is_key(column)]


def is_key(column: Column) -> bool:
    return column.key or column.unit not in VALUES


def fields(report: Report) -> list[Field]:
    """Columns of a table for programs and spreadsheets: times within a day have their offset from UTC beside them, since an hour may come
    twice; values have those of the period before."""
    found: list[Field] = []
    for column in report.columns:
        if is_key(column):
            found.append(Field(column, "key"))
            if column.unit == "time" and is_slot(report.interval):
                found.append(Field(column, "offset"))
        else:
            found.append(Field(column, "value"))
            if report.before is not None:
                found.append(Field(column, "before"))
    return found


def pairs(report: Report, words: Wording) -> Iterator[tuple[Row, Row | None]]:
    """Every row with that of the period before: of the same keys, and of the time that lies as far into its period."""
    if report.before is None:
        yield from ((row, None) for row in report.now.rows)
        return
    keys = keys_of(report)
    earlier = {_place(row, keys, report.before, report.interval, words): row for row in report.before.rows}
    for row in report.now.rows:
        yield row, earlier.get(_place(row, keys, report.now, report.interval, words))


def _place(row: Row, keys: list[Column], table: Table, interval: Grain, words: Wording) -> Hashable:
    return tuple(_into(row.get(key.name), table, interval, words) if key.unit == "time" else _same(row.get(key.name)) for key in keys)


def _same(cell: Cell) -> Hashable:
    """By id where there is one: who was renamed is still the same."""
    if isinstance(cell, dict):
        return ("id", cell["id"]) if cell.get("id") is not None else tuple(sorted(cell.items(), key=lambda item: item[0]))
    return cell


def _into(cell: Cell, table: Table, interval: Grain, words: Wording) -> Hashable:
    """How far a time lies in its period, as calendars and clocks on the wall have it: the 9 o'clock of its third day."""
    at = words.local(cell)
    if at is None:
        return cell if not isinstance(cell, dict) else None
    first = local_date(table.period.begin, words.zone)
    if interval == "month":
        return month_of(at.date()) - month_of(first)
    days = (at.date() - first).days
    if interval == "week":
        return (days + first.weekday()) // 7
    return days if interval == "day" else (days, at.time(), at.fold)


def shown(field: Field, row: Row, before: Row | None, words: Wording) -> Any:
    """What stands in a cell: a number, a text, a local time, or None."""
    cell = (before or {}).get(field.column.name) if field.kind == "before" else row.get(field.column.name)
    if field.kind in ("value", "before"):
        return number_of(cell)
    if field.column.unit == "time":
        return words.local(cell)
    return None if cell is None else words.key(cell, field.column.unit)


def totals(field: Field, report: Report) -> int | float | None:
    """The value in the row of all; None for keys."""
    table = report.before if field.kind == "before" else report.now
    return None if table is None or field.kind in ("key", "offset") else number_of(table.totals.get(field.column.name))


def as_date(at: datetime) -> datetime:
    """For files that know no zones."""
    return at.replace(tzinfo=None)
