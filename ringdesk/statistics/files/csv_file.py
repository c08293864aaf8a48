"""CSV after RFC 4180, in UTF-8 with the mark that has Excel read it so. Plain numbers: seconds, and shares of 1."""

import csv
import io
import re
from datetime import datetime
from typing import Any

from ringdesk.statistics.files.rows import Field, fields, pairs, shown
from ringdesk.statistics.files.wording import Wording, offset_of
from ringdesk.statistics.query import Grain
from ringdesk.statistics.report import Report

BOM = b"\xef\xbb\xbf"
FORMULA = "=+-@\t\r\n＝＋－＠"
"""What a cell begins with that a spreadsheet takes for a formula (OWASP, "CSV Injection")."""
PHONE = re.compile(r"\+[0-9]{4,15}")
UNITS = {"seconds": " (s)", "share": " (0–1)", "per_hour": " (per hour)", "erlangs": " (E)"}


def render(report: Report, words: Wording) -> bytes:
    """A header and the rows; no totals, which a program would take for one more row."""
    out = io.StringIO()
    writer = csv.writer(out)  # RFC 4180 is its default
    columns = fields(report)
    writer.writerow([defused(_header(field)) for field in columns])
    for row, before in pairs(report, words):
        writer.writerow([_cell(shown(field, row, before, words), field, report.interval) for field in columns])
    return BOM + out.getvalue().encode()


def defused(text: str) -> str:
    """`text` as a spreadsheet shows it and does not compute it: with an apostrophe before what might be a formula. A telephone number in
    its international form is none, and programs want it as it is."""
    return f"'{text}" if text.startswith(tuple(FORMULA)) and not PHONE.fullmatch(text) else text


def _header(field: Field) -> str:
    return field.header + (UNITS.get(field.column.unit, "") if field.kind in ("value", "before") else "")


def _cell(value: Any, field: Field, interval: Grain) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, datetime):
        if field.kind == "offset":
            return offset_of(value)
        return f"{value:%Y-%m-%d}" if interval in ("day", "week", "month") else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return round(value, 6)  # microseconds
    return value if isinstance(value, int) else defused(value)
