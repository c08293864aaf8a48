"""CSV and XLSX, read back by other programs' libraries."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl
import pytest

from ringdesk.statistics.files.csv_file import defused
from ringdesk.statistics.files.rendering import FileFormat, Job
from ringdesk.statistics.files.rendering import made as rendered
from ringdesk.statistics.files.rows import pairs
from ringdesk.statistics.files.wording import Wording
from ringdesk.statistics.periods import parse
from ringdesk.statistics.report import Report
from tests.statistics.files import made

AT = datetime(2026, 11, 23, 6, tzinfo=UTC)


def content(report: Report, format: FileFormat) -> bytes:
    return rendered(Job(report, format, made.ZONE, "en", AT))


def lines(report: Report) -> list[list[str]]:
    sent = content(report, "csv")
    assert sent.startswith(b"\xef\xbb\xbf")
    assert sent.endswith(b"\r\n")
    return list(csv.reader(io.StringIO(sent.decode("utf-8-sig"), newline=""), strict=True))


def book(report: Report) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content(report, "xlsx")))


def table(report: Report) -> tuple[list[Any], list[list[Any]]]:
    """Header and rows of the first sheet, the last one of them the totals."""
    found = [list(row) for row in book(report)["Report"].iter_rows(values_only=True)]
    at = found.index(next(row for row in found if "Offered" in row))
    return found[at], found[at + 1 :]


def test_csv_has_the_numbers_as_they_are() -> None:
    report = made.named(["support", "sales"])
    header, *rows = lines(report)
    assert header == [
        "Queue", "Offered", "Answered", "Abandoned", "Service level (0–1)", "Abandon rate (0–1)", "ASA (s)", "Longest wait (s)", "AHT (s)",
    ]  # fmt: skip
    for row, of in zip(rows, report.now.rows, strict=True):
        assert row[0] == of["queue"]
        assert [float(cell) for cell in row[1:]] == pytest.approx([of[name] for name in made.MEASURES], abs=1e-6)


def test_nothing_is_an_empty_cell() -> None:
    report = made.named(["support"])
    report.now.rows[0]["asa_s"] = None
    assert lines(report)[1][6] == ""
    assert table(report)[1][0][6] is None


@pytest.mark.parametrize("name", made.HOSTILE)
def test_no_name_becomes_a_formula(name: str) -> None:
    report = made.named([name], unit="agent", title=name)
    header, row = lines(report)
    assert len(row) == len(header)
    assert not row[0].startswith(tuple("=+-@\t\r\n＝＋－＠"))
    for sheet in book(report):
        for cells in sheet.iter_rows():
            for cell in cells:
                assert cell.data_type != "f", cell.value
                assert cell.hyperlink is None


def test_a_telephone_number_is_no_formula() -> None:
    assert defused("+380441234567") == "+380441234567"
    assert defused("+380441234567*1") == "'+380441234567*1"
    assert defused("+1+2") == "'+1+2"
    assert defused("-5") == "'-5"
    assert defused("a=b") == "a=b"


def test_an_hour_that_comes_twice_can_be_told_apart() -> None:
    report = made.timed(parse("2026-10-25", "2026-10-26", made.ZONE), "hour")
    header, *rows = lines(report)
    assert header[:2] == ["Time", "UTC offset"]
    assert len(rows) == 25
    assert [row[:2] for row in rows[2:6]] == [
        ["2026-10-25 02:00", "+03:00"], ["2026-10-25 03:00", "+03:00"], ["2026-10-25 03:00", "+02:00"], ["2026-10-25 04:00", "+02:00"],
    ]  # fmt: skip
    assert [row[:2] for row in table(report)[1][3:5]] == [[datetime(2026, 10, 25, 3), off] for off in ("+03:00", "+02:00")]  # noqa: DTZ001


def test_cells_have_types() -> None:
    report = made.timed(compare=True)
    sheet = book(report)["Report"]
    header, rows = table(report)
    assert header[:4] == ["Time", "Offered", "Offered, before", "Answered"]
    assert rows[0][0] == datetime(2026, 11, 16)  # noqa: DTZ001 - cells know no zones
    assert rows[0][1] == report.now.rows[0]["offered"]
    first = report.now.rows[0]
    cells = {header[cell.column - 1]: cell for cell in sheet[sheet.max_row - 7]}
    assert cells["Service level"].number_format == "0.0%"
    assert cells["Service level"].value == first["service_level"]
    assert cells["AHT"].number_format == "[h]:mm:ss"
    assert cells["AHT"].value == timedelta(seconds=round(first["aht_s"] * 1000) / 1000)  # type: ignore[operator]
    assert rows[-1][0] == "Total"
    assert rows[-1][1] == report.now.totals["offered"]
    assert sheet.freeze_panes is not None
    assert sheet.auto_filter.ref is not None


def test_the_sheets_and_their_chart() -> None:
    found = book(made.timed(compare=True))
    assert found.sheetnames == ["Report", "Chart", "Definitions"]
    assert len(found["Chart"]._charts) == 2
    told = {row[0]: row[1] for row in found["Definitions"].iter_rows(min_row=2, values_only=True)}
    assert told["ASA"].startswith("Average speed of answer")
    heat = book(made.week())["Chart"]
    assert heat.conditional_formatting
    assert (heat.max_row, heat.max_column) == (8, 25)
    assert book(made.empty()).sheetnames == ["Report", "Definitions"]


def test_rows_stand_beside_the_same_of_the_period_before() -> None:
    words = Wording(made.ZONE)
    by_name = made.named(["support", "sales", "new"], compare=True)
    assert by_name.before is not None
    by_name.before.rows = by_name.before.rows[1::-1]
    assert [before and before["queue"] for _, before in pairs(by_name, words)] == ["support", "sales", None]
    renamed = made.named(["Anna"], compare=True, unit="agent")
    assert renamed.before is not None
    renamed.before.rows[0]["agent"] = {"id": 1, "name": "Anna Before"}
    assert next(iter(pairs(renamed, words)))[1] is renamed.before.rows[0]


@pytest.mark.parametrize(("since", "until"), [("2026-10-19", "2026-10-26"), ("2026-03-23", "2026-03-30"), ("2026-10-26", "2026-11-02")])
def test_nine_o_clock_stands_beside_nine_o_clock_over_a_clock_change(since: str, until: str) -> None:
    words = Wording(made.ZONE)
    report = made.timed(parse(since, until, made.ZONE), "hour", compare=True)
    for row, before in pairs(report, words):
        now = words.local(row["time"])
        assert now is not None
        if before is not None:
            then = words.local(before["time"])
            assert then is not None
            assert (now.date() - then.date(), now.time()) == (timedelta(days=7), then.time())
        else:
            assert now.hour in (3, 4)  # there was no such hour a week before
