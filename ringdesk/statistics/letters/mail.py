"""What a letter says and looks like: the most important figures and the chart to see at once, the whole report as a file."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import cast

from ringdesk.statistics.files.rows import keys_of, pairs, values_of
from ringdesk.statistics.files.wording import NOTHING, Wording, number_of, plain
from ringdesk.statistics.report import Column, Report

FIGURES = 8
ROWS, COLUMNS = 10, 5  # of the table in the letter; the file has all
WIDTH = 640  # pixels: what every reader of mail shows without scrolling
LONGEST_SUBJECT = 150
INK, FAINT, RULE, HEAD = "#1c2127", "#5b6570", "#d9dee3", "#e8eef4"
GOOD, BAD = "#006e50", "#b23c00"
CELL = f"padding:5px 8px;border-bottom:1px solid {RULE};font-size:13px"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    content: bytes
    media_type: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    report: Report
    words: Wording
    sender: Address
    recipients: list[str]
    file: Attached
    picture: bytes
    """The chart as PNG."""
    message_id: str
    """The same for every try, so that a mailbox that got it twice can tell."""
    at: datetime
    link: str | None
    """Where the report is to be read in the browser."""
    by: str
    """Who set it up."""


def compose(letter: Letter) -> EmailMessage:
    """Text, the same in HTML with the picture in it, and the file."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject(letter.report, letter.words)
    message["From"] = letter.sender
    message["To"] = ", ".join(letter.recipients)
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{letter.message_id}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence note answers it
    message.set_content(_text(letter))
    picture = f"chart.{letter.message_id}"
    message.add_alternative(_html(letter, picture), subtype="html")
    html = cast(EmailMessage, message.get_payload()[1])  # type: ignore[index]  # the stubs know no list; add_related made it multipart
    html.add_related(letter.picture, "image", "png", cid=f"<{picture}>", filename="chart.png", disposition="inline")
    kind, _, subtype = letter.file.media_type.partition(";")[0].partition("/")
    message.add_attachment(letter.file.content, maintype=kind, subtype=subtype, filename=letter.file.name)
    return message


def subject(report: Report, words: Wording) -> str:
    """One line, whatever somebody called the report."""
    return plain(f"{plain(report.title, 90)}: {words.period(report.now.period)}", LONGEST_SUBJECT)


def _figures(report: Report) -> list[Column]:
    return [column for column in values_of(report) if number_of(report.now.totals.get(column.name)) is not None][:FIGURES]


def _about(letter: Letter) -> list[str]:
    report, words = letter.report, letter.words
    lines = [f"{words.period(report.now.period)}, {words.zone.key}"]
    if report.before is not None:
        lines.append(f"Compared with {words.period(report.before.period)}")
    if filters := words.filters(report.filters, report.extra.get("names")):
        lines.append(f"Only {'; '.join(filters)}")
    return lines + [plain(note) for note in report.notes]


def _closing(letter: Letter) -> str:
    return f"{plain(letter.by)} has set up this letter in Ringdesk."


def _change(letter: Letter, column: Column) -> str:
    report, words = letter.report, letter.words
    if report.before is None:
        return ""
    value, before = report.now.totals.get(column.name), report.before.totals.get(column.name)
    return f"{words.change(value, before, column.unit) or NOTHING} from {words.value(before, column.unit)}"


def _text(letter: Letter) -> str:
    report, words = letter.report, letter.words
    lines = [plain(report.title), *_about(letter), ""]
    shown = _figures(report)
    wide = max((len(column.label) for column in shown), default=0)
    for column in shown:
        value = words.value(report.now.totals.get(column.name), column.unit)
        lines.append(f"{column.label:<{wide}}  {value:>10}  {_change(letter, column)}".rstrip())
    if not report.now.rows:
        lines.append("Nothing happened in this period that this report counts.")
    lines += ["", f"The whole report: {letter.file.name}"]
    if letter.link is not None:
        lines.append(letter.link)
    return "\n".join([*lines, "", _closing(letter), ""])


PAGE = f"""<!DOCTYPE html>
<html lang="{{language}}"><head><meta charset="utf-8"><title>{{title}}</title></head>
<body style="margin:0;padding:20px;background:#ffffff;color:{INK};font-family:Segoe UI,Helvetica,Arial,sans-serif">
<div style="max-width:{WIDTH}px"><h1 style="font-size:22px;margin:0 0 4px">{{title}}</h1>
{{about}}{{figures}}
<img src="cid:{{picture}}" width="{WIDTH}" style="max-width:100%;height:auto;border:0" alt="Chart of {{title}}">
{{table}}<p style="font-size:13px">The whole report: {{file}}</p>{{link}}
<p style="color:{FAINT};font-size:12px;border-top:1px solid {RULE};padding-top:8px">{{closing}}</p>
</div></body></html>
"""
LINK = '<p><a href="{link}" style="color:#0072b2">Open it in Ringdesk</a></p>'


def _html(letter: Letter, picture: str) -> str:
    """What mail programs show: tables and styles in place, since they know little else. Every text is escaped here."""
    about = (f'<div style="color:{FAINT};font-size:13px">{escape(line)}</div>' for line in _about(letter))
    return PAGE.format(
        language=escape(letter.words.language),
        title=escape(plain(letter.report.title)),
        about="".join(about),
        figures=_figures_html(letter),
        picture=escape(picture),
        table=_table_html(letter),
        file=escape(letter.file.name),
        link="" if letter.link is None else LINK.format(link=escape(letter.link)),
        closing=escape(_closing(letter)),
    )


def _figures_html(letter: Letter) -> str:
    report, words = letter.report, letter.words
    cells = []
    for column in _figures(report):
        value = report.now.totals.get(column.name)
        change = f'<div style="font-size:12px;color:{_judged(letter, column)}">{escape(_change(letter, column))}</div>'
        cells.append(
            f'<td style="padding:8px 16px 8px 0;vertical-align:top"><div style="font-size:12px;color:{FAINT}">{escape(column.label)}</div>'
            f'<div style="font-size:20px;font-weight:bold">{escape(words.value(value, column.unit))}</div>{change}</td>'
        )
    lines = (f"<tr>{''.join(cells[at : at + 4])}</tr>" for at in range(0, len(cells), 4))
    return f'<table role="presentation" style="border-collapse:collapse;margin:10px 0">{"".join(lines)}</table>'


def _judged(letter: Letter, column: Column) -> str:
    if column.better is None or letter.report.before is None:
        return FAINT
    now, before = number_of(letter.report.now.totals.get(column.name)), number_of(letter.report.before.totals.get(column.name))
    if now is None or before is None or now == before:
        return FAINT
    return GOOD if (now > before) == (column.better == "up") else BAD


def _table_html(letter: Letter) -> str:
    report, words = letter.report, letter.words
    keys, values = keys_of(report), values_of(report)[:COLUMNS]
    if not keys or not report.now.rows:
        return ""
    head = "".join(
        f'<th style="{CELL};background:{HEAD};text-align:{"left" if column in keys else "right"}">{escape(plain(column.label))}</th>'
        for column in (*keys, *values)
    )
    lines: list[str] = []
    for row, _ in pairs(report, words):
        if len(lines) == ROWS:
            break
        cells = [f'<td style="{CELL}">{escape(words.cell(row.get(key.name), key, report.interval))}</td>' for key in keys]
        cells += [f'<td style="{CELL};text-align:right">{escape(words.cell(row.get(value.name), value))}</td>' for value in values]
        lines.append(f"<tr>{''.join(cells)}</tr>")
    more = len(report.now.rows) - ROWS
    rest = f'<p style="color:{FAINT};font-size:12px">{more:,} more rows are in the file.</p>' if more > 0 else ""
    return f'<table style="border-collapse:collapse;width:100%;margin:12px 0"><tr>{head}</tr>{"".join(lines)}</table>{rest}'
