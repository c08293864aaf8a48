"""A workbook, by XlsxWriter: cells of the type that their values have, a native chart, and what each number means on a sheet of its own.
Texts are written as texts, so that none becomes a formula, a link or a number."""

import io
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from ringdesk.statistics.files.charting import Panel, Plot, plot
from ringdesk.statistics.files.rows import Field, as_date, fields, is_key, pairs, shown, totals
from ringdesk.statistics.files.wording import VALUES, Wording, offset_of, plain
from ringdesk.statistics.report import Report

DAY = 86400  # a spreadsheet's times are days
FORMATS = {
    "count": "#,##0", "seconds": "[h]:mm:ss", "share": "0.0%", "per_hour": "#,##0.0", "number": "#,##0.0", "points": "0.0",
    "erlangs": "0.00",
}  # fmt: skip
TIMES = {"month": "mmm yyyy", "week": "yyyy-mm-dd", "day": "ddd yyyy-mm-dd"}
TIME = "yyyy-mm-dd hh:mm"
LONGEST = 32767  # characters of a cell
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#B58900", "#56B4E9")  # as in `pictures`
BEFORE = "#8A929A"
HEAD = "#E8EEF4"
CHARTS: dict[str, dict[str, str]] = {
    "line": {"type": "line"},
    "bar": {"type": "column"},
    "histogram": {"type": "column"},
    "stacked": {"type": "column", "subtype": "stacked"},
}


def render(report: Report, words: Wording, made_at: datetime) -> bytes:
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": plain(report.title, 200), "created": as_date(made_at), "author": "Ringdesk"})
        file = _File(book, report, words)
        file.table(made_at)
        file.chart(plot(report, words))
        file.definitions()
    return out.getvalue()


class _File:
    def __init__(self, book: Workbook, report: Report, words: Wording) -> None:
        self.book, self.report, self.words = book, report, words
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def look(self, **how: Any) -> Format:
        key = tuple(sorted(how.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(how)
        return self._formats[key]

    def table(self, made_at: datetime) -> None:
        report, words = self.report, self.words
        sheet = self.book.add_worksheet("Report")
        columns = fields(report)
        head = self._heading(sheet, made_at)
        bold = self.look(bold=True, text_wrap=True, valign="top", bg_color=HEAD, bottom=1)
        right = self.look(bold=True, text_wrap=True, valign="top", bg_color=HEAD, bottom=1, align="right")
        for at, field in enumerate(columns):
            _text(sheet, head, at, field.header, bold if field.kind in ("key", "offset") else right)
        widths = [max(12, *(len(word) + 2 for word in field.header.split()), min(18, len(field.header) // 2 + 3)) for field in columns]
        line = head
        for line, (row, before) in enumerate(pairs(report, words), head + 1):
            for at, field in enumerate(columns):
                value = shown(field, row, before, words)
                self._cell(sheet, line, at, field, value)
                if isinstance(value, str):
                    widths[at] = max(widths[at], min(44, len(value) + 2))
        if report.now.rows:
            sheet.autofilter(head, 0, line, len(columns) - 1)
        if any(totals(field, report) is not None for field in columns):
            self._total(sheet, line + 1, columns)
        for at, width in enumerate(widths):
            sheet.set_column(at, at, max(width, 18 if columns[at].column.unit == "time" and columns[at].kind == "key" else 0))
        fixed = 0
        while fixed < len(columns) and columns[fixed].kind in ("key", "offset"):
            fixed += 1
        sheet.freeze_panes(head + 1, min(fixed, 3))
        sheet.repeat_rows(head)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&8Ringdesk&R&8&P / &N")

    def _heading(self, sheet: Worksheet, made_at: datetime) -> int:
        """What the table is of. The row its header stands in."""
        report, words = self.report, self.words
        _text(sheet, 0, 0, plain(report.title), self.look(bold=True, font_size=14))
        lines = [f"{words.period(report.now.period)}, {words.zone.key}"]
        if report.before is not None:
            lines.append(f"Compared with {words.period(report.before.period)}")
        if filters := words.filters(report.filters, report.extra.get("names")):
            lines.append(f"Only {'; '.join(filters)}")
        lines += [plain(note) for note in report.notes]
        lines.append(f"Made {words.moment(made_at)}")
        for number, text in enumerate(lines, 1):
            _text(sheet, number, 0, text, self.look(font_color="#5B6570"))
        return len(lines) + 2

    def _cell(self, sheet: Worksheet, line: int, at: int, field: Field, value: Any, **how: Any) -> None:
        unit = field.column.unit
        if value is None:
            if how:
                sheet.write_blank(line, at, None, self.look(**how))
        elif isinstance(value, datetime) and field.kind == "offset":
            _text(sheet, line, at, offset_of(value), self.look(**how))
        elif isinstance(value, datetime):
            how |= {"num_format": TIMES.get(self.report.interval, TIME), "align": "left"}
            sheet.write_datetime(line, at, as_date(value), self.look(**how))
        elif isinstance(value, str):
            _text(sheet, line, at, value, self.look(**how) if how else None)
        else:
            if field.kind == "before":
                how |= {"font_color": "#5B6570"}
            sheet.write_number(line, at, value / DAY if unit == "seconds" else value, self.look(num_format=FORMATS.get(unit, "0.0"), **how))

    def _total(self, sheet: Worksheet, line: int, columns: list[Field]) -> None:
        for at, field in enumerate(columns):
            value = "Total" if at == 0 and is_key(field.column) else totals(field, self.report)
            self._cell(sheet, line, at, field, value, bold=True, top=1)

    def chart(self, drawn: Plot) -> None:
        """What is drawn as cells, and the chart that shows them; a matrix is coloured cells."""
        if drawn.empty or drawn.kind == "figures":
            return
        sheet = self.book.add_worksheet("Chart")
        bold = self.look(bold=True, bg_color=HEAD)
        if drawn.kind == "matrix":
            self._matrix(sheet, drawn, bold)
            return
        _text(sheet, 0, 0, drawn.axes[0], bold)
        sheet.set_column(0, 0, 24)
        for line, name in enumerate(drawn.categories, 1):
            _text(sheet, line, 0, name)
        at, top = 1, 1
        for panel in drawn.panels:
            chart = self._panel(sheet, drawn, panel, at)
            at += len(panel.series)
            sheet.insert_chart(top, sum(len(panel.series) for panel in drawn.panels) + 2, chart)
            top += 19
        sheet.set_column(1, at - 1, 14)

    def _panel(self, sheet: Worksheet, drawn: Plot, panel: Panel, first: int) -> Any:
        kind = CHARTS[drawn.kind]
        chart: Any = self.book.add_chart(kind)
        last, ours = len(drawn.categories), 0
        for at, series in enumerate(panel.series, first):
            _text(sheet, 0, at, series.label, self.look(bold=True, bg_color=HEAD))
            for line, value in enumerate(series.values, 1):
                if value is not None:
                    in_cell = value / DAY if panel.unit == "seconds" else value
                    sheet.write_number(line, at, in_cell, self.look(num_format=FORMATS.get(panel.unit, "0.0")))
            colour = BEFORE if series.before else COLOURS[ours % len(COLOURS)]
            ours += not series.before
            how: dict[str, Any] = {"name": ["Chart", 0, at], "categories": ["Chart", 1, 0, last, 0], "values": ["Chart", 1, at, last, at]}
            if kind["type"] == "line":
                how["line"] = {"color": colour, "width": 2.0, "dash_type": "dash" if series.before else "solid"}
            else:
                how |= {"fill": {"color": colour}, "gap": 5 if drawn.kind == "histogram" else 60}
            chart.add_series(how)
        chart.set_title({"name": panel.title, "name_font": {"size": 11}})
        chart.set_x_axis({"name": drawn.axes[0], "num_font": {"rotation": -45 if last > 8 else 0}})
        chart.set_y_axis(
            {"num_format": FORMATS.get(panel.unit, "General"), "min": 0, "major_gridlines": {"visible": True, "line": {"color": "#D9DEE3"}}}
        )
        chart.set_legend({"none": True} if len(panel.series) == 1 else {"position": "bottom"})
        chart.set_size({"width": 820, "height": 360})
        return chart

    def _matrix(self, sheet: Worksheet, drawn: Plot, bold: Format) -> None:
        panel = drawn.panels[0]
        _text(sheet, 0, 0, panel.title, bold)
        sheet.set_column(0, 0, 24)
        for at, name in enumerate(drawn.categories, 1):
            _text(sheet, 0, at, name, bold)
        for line, (name, series) in enumerate(zip(drawn.rows, panel.series, strict=True), 1):
            _text(sheet, line, 0, name)
            for at, value in enumerate(series.values, 1):
                if value is not None:
                    in_cell = value / DAY if panel.unit == "seconds" else value
                    sheet.write_number(line, at, in_cell, self.look(num_format=FORMATS.get(panel.unit, "0.0")))
        scale = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#56A5D8"}
        sheet.conditional_format(1, 1, len(drawn.rows), len(drawn.categories), scale)
        sheet.freeze_panes(1, 1)

    def definitions(self) -> None:
        sheet = self.book.add_worksheet("Definitions")
        bold, wrap = self.look(bold=True, bg_color=HEAD, bottom=1), self.look(text_wrap=True, valign="top")
        for at, (name, width) in enumerate((("Number", 28), ("What it means", 90), ("Source", 50))):
            _text(sheet, 0, at, name, bold)
            sheet.set_column(at, at, width)
        told = [column for column in self.report.columns if column.unit in VALUES and not column.key]
        for line, column in enumerate(told, 1):
            _text(sheet, line, 0, column.label, self.look(bold=True, valign="top"))
            _text(sheet, line, 1, column.help, wrap)
            _text(sheet, line, 2, column.source, wrap)
        sheet.freeze_panes(1, 0)


def _text(sheet: Worksheet, line: int, at: int, text: str, how: Format | None = None) -> None:
    sheet.write_string(line, at, plain(text)[:LONGEST], how)
