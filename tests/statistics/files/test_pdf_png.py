"""PDF and PNG: whatever a report is, there is a page and a picture of it, and the page says what it must."""

import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pypdf
import pytest
from PIL import Image

from ringdesk.statistics.files import pdf_file
from ringdesk.statistics.files.charting import Plot, plot
from ringdesk.statistics.files.rendering import Job
from ringdesk.statistics.files.rendering import made as rendered
from ringdesk.statistics.files.wording import Wording
from ringdesk.statistics.periods import parse
from ringdesk.statistics.report import Filters, Report
from tests.statistics.files import made

WORDS = Wording(made.ZONE)
AT = datetime(2026, 11, 23, 6, tzinfo=UTC)
QUEUES = ["support", "sales", "billing", "vip", "returns", "night", "partners"]
REPORTS: dict[str, tuple[Report, str]] = {
    "days": (made.timed(compare=True), "line"),
    "hours of the long day": (made.timed(parse("2026-10-25", "2026-10-26", made.ZONE), "hour", "bar"), "bar"),
    "queues": (made.named(QUEUES * 3, compare=True), "bar"),
    "queues stacked": (made.named(QUEUES, "stacked"), "stacked"),
    "the week": (made.week(), "matrix"),
    "days and queues": (made.split(QUEUES), "line"),
    "days and queues stacked": (made.split(QUEUES, "stacked"), "stacked"),
    "transfers": (made.flow(QUEUES), "matrix"),
    "waits": (made.histogram(), "histogram"),
    "one row": (made.bare(), "figures"),
    "nothing": (made.empty(), "bar"),
    "hostile names": (made.named(made.HOSTILE, unit="agent", title=made.HOSTILE[0]), "bar"),
}


def pages(report: Report) -> list[str]:
    reader = pypdf.PdfReader(io.BytesIO(rendered(Job(report, "pdf", made.ZONE, "en", AT))), strict=True)
    return [page.extract_text() for page in reader.pages]


@pytest.mark.parametrize("name", REPORTS)
def test_there_is_a_page_and_a_picture(name: str) -> None:
    report, kind = REPORTS[name]
    assert plot(report, WORDS).kind == kind
    assert "Offered" in (text := "\n".join(pages(report))) or "Transfers" in text or "Waits" in text
    picture = Image.open(io.BytesIO(rendered(Job(report, "png", made.ZONE, "en", AT))))
    assert picture.width == 1500
    assert picture.height >= 300
    assert len(picture.convert("RGB").getcolors(1 << 24) or []) > 20  # something is drawn


def test_the_page_says_what_it_is_of() -> None:
    report = made.named(QUEUES, compare=True, notes=["This period is not over yet."], filters=Filters(queues=("support",), agents=(7,)))
    report.extra["names"] = {"agents": {7: "Ганна Петренко"}}
    first, *_, last = pages(report)
    for told in (
        "Queues", "16 Nov 2026 – 22 Nov 2026", "Europe/Kyiv", "Compared with 9 Nov 2026 – 15 Nov 2026", "queue support", "Ганна Петренко",
        "This period is not over yet.", "Ringdesk · made 23 Nov 2026, 08:00", "Service level",
    ):  # fmt: skip
        assert told in first, told
    assert "What the numbers mean" in first + last
    assert "Average speed of answer" in last
    total = WORDS.value(report.now.totals["offered"], "count")
    assert total in first


def test_pages_have_numbers_and_the_header_again() -> None:
    found = pages(made.named([f"queue {number}" for number in range(120)]))
    assert len(found) >= 3
    for number, text in enumerate(found, 1):
        assert f"Page {number} of {len(found)}" in text
        if "queue 1" in text:
            assert "Offered" in text
    told = "\n".join(found)
    assert all(f"queue {number}" in told for number in range(120))


def test_what_is_too_long_for_paper_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_file, "ROWS", 20)
    report = made.named([f"q{number}" for number in range(1021)])
    assert "The first 20 of 1,021 rows." in "\n".join(pages(report))


def test_columns_that_do_not_fit_follow_below() -> None:
    report = made.named(QUEUES)
    report.columns += [made.Column(name=f"more{number}", label=f"Another number {number}", unit="count") for number in range(30)]
    for row in report.now.rows:
        row.update({f"more{number}": 1_000_000 + number for number in range(30)})
    told = re.sub(r"\s+", " ", " ".join(pages(report)))
    assert all(f"{1_000_000 + number:,}" in told for number in range(30))


@pytest.mark.parametrize("text", made.HOSTILE)
def test_paper_takes_any_name(text: str) -> None:
    assert len(pdf_file.paper(text, 60)) <= 60


def test_hebrew_reads_from_the_right() -> None:
    assert pdf_file.paper("דנה", 60) == "הנד"


def test_numbers_that_were_dialled_are_names() -> None:
    report = made.named([])
    columns = [made.key("number", label="Number dialled"), *report.columns[1:]]
    rows = [{**made.figures(Random(1)), "number": number} for number in ("+380441234567", "100")]
    report = replace(report, columns=columns, now=replace(report.now, rows=rows))
    assert drawn(report).categories == ["+380441234567", "100"]
    assert "+380441234567" in pages(report)[0]


def drawn(report: Report) -> Plot:
    return plot(report, WORDS)


def test_a_line_has_its_own_period_behind_it_and_shares_an_axis_of_their_own() -> None:
    found = drawn(made.timed(compare=True))
    assert [panel.unit for panel in found.panels] == ["count", "share"]
    assert [series.label for series in found.panels[0].series] == ["Offered", "Offered, before", "Answered", "Abandoned"]
    assert [series.before for series in found.panels[0].series] == [False, True, False, False]
    assert len(found.times) == 7


def test_only_the_largest_are_drawn_and_it_is_said() -> None:
    bars = drawn(made.named([f"q{number}" for number in range(40)]))
    assert len(bars.categories) == 15
    assert bars.note == "The 15 largest of 40 by offered"
    values = [value or 0 for value in bars.panels[0].series[0].values]
    assert values == sorted(values, reverse=True)
    lines = drawn(made.split(QUEUES))
    assert len(lines.panels[0].series) == 5
    assert lines.note == "The 5 largest of 7"


def test_what_is_stacked_adds_up_to_the_whole() -> None:
    report = made.split(QUEUES, "stacked")
    found = drawn(report)
    assert found.panels[0].series[-1].label == "2 others"
    whole = sum(row["offered"] for row in report.now.rows)  # type: ignore[misc]
    assert sum(value or 0 for series in found.panels[0].series for value in series.values) == whole


def test_the_report_may_say_what_is_drawn() -> None:
    report = made.timed(extra={"drawn": ["aht_s", "nonsense"]})
    assert [series.label for series in drawn(report).panels[0].series] == ["AHT"]
