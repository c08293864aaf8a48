"""One report, one format, its bytes: what is done in the thread or the process that renders."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from ringdesk.statistics.files.wording import Wording
from ringdesk.statistics.report import Report

FileFormat = Literal["csv", "xlsx", "pdf", "png"]


@dataclass(frozen=True, slots=True)
class Job:
    report: Report
    format: FileFormat
    zone: ZoneInfo
    language: str
    made_at: datetime


def made(job: Job) -> bytes:
    """The libraries of a format are loaded when it is asked for: they are large."""
    words = Wording(job.zone, job.language)
    match job.format:
        case "csv":
            from ringdesk.statistics.files import csv_file

            return csv_file.render(job.report, words)
        case "xlsx":
            from ringdesk.statistics.files import xlsx_file

            return xlsx_file.render(job.report, words, job.made_at)
        case "pdf":
            from ringdesk.statistics.files import pdf_file

            return pdf_file.render(job.report, words, job.made_at)
        case "png":
            from ringdesk.statistics.files import charting, pictures

            report = job.report
            told = [f"{words.period(report.now.period)} · {job.zone.key}", *words.filters(report.filters, report.extra.get("names"))]
            return pictures.png(charting.plot(report, words), words, title=report.title, subtitle=" · ".join(told))
