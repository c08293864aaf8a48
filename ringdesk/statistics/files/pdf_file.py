"""A report on paper, by fpdf2: title, period, the figures of all, the chart, the table, and at the end what each number means."""

import io
import itertools
import logging
import math
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import matplotlib as mpl
from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.bidi import BidiParagraph
from fpdf.enums import Align, TableBordersLayout, TableHeadingsDisplay, TextDirection, WrapMode, XPos, YPos
from fpdf.fonts import FontFace
from PIL import Image

from ringdesk.statistics.files import pictures
from ringdesk.statistics.files.charting import plot
from ringdesk.statistics.files.rows import Row, keys_of, pairs, values_of
from ringdesk.statistics.files.wording import NOTHING, Wording, number_of, plain
from ringdesk.statistics.report import Column, Report

ROWS = 1000  # more is no reading matter: the whole is in CSV and XLSX
INK, FAINT, RULE = (28, 33, 39), (91, 101, 112), (217, 222, 227)
HEAD, BAND = (232, 238, 244), (247, 249, 251)
GOOD, BAD = (0, 110, 80), (178, 60, 0)
MARGIN = 15.0  # mm
TEXT, SMALL = 8.0, 7.0  # points
LINE = 4.2  # mm, of text
INCH = 25.4  # mm
MM = INCH / 72  # of a point
NARROWEST, WIDEST_KEY = 14.0, 62.0  # mm of a column
FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
KNOWN = frozenset(TTFont(FONTS / "DejaVuSans.ttf", lazy=True).getBestCmap())
MISSING = "□"  # for a character that the font lacks: a name must not be invisible
FIGURES = 6
SEEN = 200  # rows that say how wide a column is
LOOSEST = 1.6  # times as wide as it must be, a column is still easy to read
logging.getLogger("fpdf").setLevel(logging.ERROR)  # a character that the font lacks is drawn as a box, and no news for the log
logging.getLogger("fontTools").setLevel(logging.ERROR)


def render(report: Report, words: Wording, made_at: datetime) -> bytes:
    page = _Page(report, words, made_at, wide=False)
    if page.needs() > page.epw:
        page = _Page(report, words, made_at, wide=True)
    page.add_page()
    page.opening()
    page.figures()
    page.picture()
    page.tables()
    page.definitions()
    return bytes(page.output())


class _Page(FPDF):
    def __init__(self, report: Report, words: Wording, made_at: datetime, *, wide: bool) -> None:
        super().__init__(orientation="landscape" if wide else "portrait", format="A4")
        self.report, self.words, self.made_at = report, words, made_at
        for style, name in (("", "DejaVuSans"), ("B", "DejaVuSans-Bold"), ("I", "DejaVuSans-Oblique")):
            self.add_font("dejavu", style, FONTS / f"{name}.ttf")
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(True, margin=18)
        self.set_title(plain(report.title, 200))
        self.set_creator("Ringdesk")
        self.set_creation_date(made_at)
        self.set_lang(words.language)

    def ink(self, size: float, style: str = "", colour: tuple[int, int, int] = INK) -> None:
        self.set_font("dejavu", style, size)
        self.set_text_color(*colour)

    def header(self) -> None:
        if self.page_no() == 1:
            return
        self.ink(SMALL, colour=FAINT)
        self.cell(self.epw / 2, 4, paper(self.report.title, 70))
        self.cell(self.epw / 2, 4, self.words.period(self.report.now.period), align=Align.R, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(3)

    def footer(self) -> None:
        self.set_y(-12)
        self.ink(SMALL, colour=FAINT)
        self.cell(self.epw / 2, 4, f"Ringdesk · made {self.words.moment(self.made_at)}")
        self.cell(self.epw / 2, 4, f"Page {self.page_no()} of {{nb}}", align=Align.R)

    def opening(self) -> None:
        report, words = self.report, self.words
        self.ink(18, "B")
        self.multi_cell(self.epw, 8.5, paper(report.title, 160), align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ink(10)
        self._line(f"{words.period(report.now.period)}  ·  {words.zone.key}", 5.5)
        self.ink(TEXT, colour=FAINT)
        if report.before is not None:
            self._line(f"Compared with {words.period(report.before.period)}")
        if filters := words.filters(report.filters, report.extra.get("names")):
            self._line("Only " + paper("; ".join(filters), 1500))
        for note in report.notes:
            self._line(paper(note, 1000))
        self.ln(2.5)
        self.set_draw_color(*RULE)
        self.line(self.l_margin, self.y, self.l_margin + self.epw, self.y)
        self.ln(3.5)

    def _line(self, text: str, height: float = 4.4) -> None:
        self.multi_cell(self.epw, height, text, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def figures(self) -> None:
        """The most important numbers of all rows, large, with what became of them."""
        report, words = self.report, self.words
        shown = [column for column in values_of(report) if number_of(report.now.totals.get(column.name)) is not None][:FIGURES]
        if not shown:
            return
        top, width = self.y, self.epw / FIGURES
        for at, column in enumerate(shown):
            left = self.l_margin + at * width
            value = report.now.totals.get(column.name)
            self.set_xy(left, top)
            self.ink(SMALL, colour=FAINT)
            self.cell(width - 2, 4, self._cut(column.label, width - 2))
            self.set_xy(left, top + 4.2)
            self.ink(14, "B")
            self.cell(width - 2, 7, words.value(value, column.unit))
            if report.before is not None:
                before = report.before.totals.get(column.name)
                changed = words.change(value, before, column.unit)
                self.set_xy(left, top + 11.4)
                self.ink(SMALL, colour=_judged(column, value, before))
                self.cell(width - 2, 4, f"{changed or NOTHING}  from {words.value(before, column.unit)}")
        self.set_xy(self.l_margin, top + (18 if report.before is not None else 14))

    def picture(self) -> None:
        drawn = plot(self.report, self.words)
        if drawn.kind == "figures" or drawn.empty:
            return
        picture = io.BytesIO(pictures.png(drawn, self.words, width=self.epw / INCH, highest=self.eph / INCH * 0.5, dpi=200))
        with Image.open(picture) as image:
            high = self.epw * image.height / image.width
        if self.will_page_break(high):
            self.add_page()
        told = f"Chart: {', '.join(panel.title for panel in drawn.panels)} by {drawn.axes[0].lower()}"
        self.image(picture, x=self.l_margin, w=self.epw, alt_text=told)
        self.ln(4)

    def needs(self) -> float:
        """How wide the table would be."""
        rows = list(itertools.islice(pairs(self.report, self.words), SEEN))
        return sum(self._width(column, rows) for column in self.report.columns)

    def tables(self) -> None:
        """The rows; columns that do not fit beside each other follow below, with the keys again."""
        keys, values = keys_of(self.report), values_of(self.report)
        rows = list(itertools.islice(pairs(self.report, self.words), ROWS))
        if not self.report.now.rows:
            self.ink(TEXT + 1, colour=FAINT)
            self._line("Nothing happened in this period that this report counts.")
            return
        if not keys:
            keys = [Column(name="", label="", unit="text", key=True)]
        widths = {column.name: self._width(column, rows) for column in [*keys, *values]}
        left = self.epw - sum(widths[key.name] for key in keys)
        needed = sum(widths[column.name] for column in values)
        fair = needed / max(1, math.ceil(needed / left)) + NARROWEST / 2  # no table of one column that was left over
        group: list[Column] = []
        for column in values:
            wide = sum(widths[one.name] for one in group)
            if group and (wide + widths[column.name] > left or wide + widths[column.name] / 2 > fair):
                self._table(keys, group, widths, rows)
                group = []
            group.append(column)
        self._table(keys, group, widths, rows)
        if len(self.report.now.rows) > ROWS:
            self.ink(SMALL, "I", FAINT)
            self._line(f"The first {ROWS:,} of {len(self.report.now.rows):,} rows. CSV and XLSX have all of them.")

    def _table(
        self, keys: Sequence[Column], values: Sequence[Column], widths: dict[str, float], rows: list[tuple[Row, Row | None]]
    ) -> None:
        columns = [*keys, *values]
        self.ink(TEXT)
        self.set_draw_color(*RULE)
        if self.will_page_break(24):
            self.add_page()
        fitting = [widths[column.name] for column in columns]
        stretched = min((self.epw - 0.01) / sum(fitting), LOOSEST)  # fpdf2 is exact about what is too wide
        fitting = [width * stretched for width in fitting]
        aligned = [*(Align.L for _ in keys), *(Align.R for _ in values)]
        with self.table(
            align=Align.L,
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            cell_fill_color=BAND,
            cell_fill_mode="EVEN_ROWS",
            col_widths=tuple(fitting),
            width=sum(fitting),
            headings_style=FontFace(emphasis="BOLD", color=INK, fill_color=HEAD, size_pt=SMALL),
            line_height=TEXT * MM * 1.35,
            padding=(0.7, 1.2),
            repeat_headings=TableHeadingsDisplay.ON_TOP_OF_EVERY_PAGE,
            text_align=tuple(aligned),
            wrapmode=WrapMode.WORD,
        ) as table:
            table.row([paper(column.label, 60) for column in columns])
            for row, before in rows:
                table.row([self._told(column, row, before) for column in columns])
            if values and any(number_of(self.report.now.totals.get(column.name)) is not None for column in values):
                totals, earlier = self.report.now.totals, None if self.report.before is None else self.report.before.totals
                cells = ["Total", *("" for _ in keys[1:]), *(self._value(column, totals, earlier) for column in values)]
                table.row(cells, style=FontFace(emphasis="BOLD", fill_color=HEAD))
        self.ln(5)

    def _told(self, column: Column, row: Row, before: Row | None) -> str:
        if column.key:
            return paper(self.words.cell(row.get(column.name), column, self.report.interval), 120) if column.name else ""
        return self._value(column, row, before)

    def _value(self, column: Column, row: Row, before: Row | None) -> str:
        """With what became of it below, where there is something to compare with."""
        value = row.get(column.name)
        changed = "" if before is None else self.words.change(value, before.get(column.name), column.unit)
        return self.words.value(value, column.unit) + (f"\n{changed}" if changed else "")

    def _width(self, column: Column, rows: list[tuple[Row, Row | None]]) -> float:
        """What most of its cells need; longer ones are wrapped."""
        self.ink(SMALL, "B")
        words = paper(column.label, 60).split() or [""]
        needed = max(self.get_string_width(word) for word in words)
        self.ink(TEXT, "" if column.key else "B")  # totals are bold
        cells = [self._told(column, row, before) for row, before in rows[:SEEN]]
        if not column.key:
            cells.append(self._value(column, self.report.now.totals, None))
        needed = max([needed, *(self.get_string_width(line) for cell in cells for line in cell.split("\n"))])
        return min(max(needed + 3.4, NARROWEST), WIDEST_KEY)

    def _cut(self, text: str, width: float) -> str:
        text, longest = paper(text, 60), len(text)
        while longest > 3 and self.get_string_width(text) > width:
            longest -= 1
            text = paper(text.rstrip("…"), longest)
        return text

    def definitions(self) -> None:
        told = [column for column in values_of(self.report) if column.help]
        if not told:
            return
        if self.will_page_break(30):
            self.add_page()
        self.ink(11, "B")
        self.cell(self.epw, 7, "What the numbers mean", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1)
        for column in told:
            parts = [(paper(column.label, 100), "B", TEXT, INK), (paper(column.help, 2000), "", TEXT, INK)]
            if column.source:
                parts.append((paper(f"Source: {column.source}", 500), "I", SMALL, FAINT))
            if self.will_page_break(LINE * (2 + len(column.help) / 80)):  # it stays together
                self.add_page()
            for text, style, size, colour in parts:
                self.ink(size, style, colour)
                self._line(text, LINE)
            self.ln(1.8)


def paper(text: object, longest: int) -> str:
    """A text in the order in which its letters are printed: Hebrew and Arabic from the right."""
    shown = plain(text, longest).replace("{nb}", "{\u200bnb}")  # which is how fpdf2 is told to write the number of pages
    shown = "".join(character if ord(character) in KNOWN else MISSING for character in shown)
    if any(unicodedata.bidirectional(character) in ("R", "AL") for character in shown):
        return BidiParagraph(text=shown, base_direction=TextDirection.LTR).get_reordered_string()
    return shown


def _judged(column: Column, now: object, before: object) -> tuple[int, int, int]:
    """The colour of a change: green for better, red for worse; the sign says the same without colours."""
    new, old = number_of(now), number_of(before)
    if column.better is None or new is None or old is None or new == old:
        return FAINT
    return GOOD if (new > old) == (column.better == "up") else BAD
