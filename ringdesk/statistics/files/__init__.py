"""Reports as files: CSV, XLSX, PDF, and their charts as PNG. What is large is made by a process of its own: see `child`."""

import asyncio
import pickle
import re
import sys
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from ringdesk.config import log
from ringdesk.config.errors import Unavailable
from ringdesk.statistics.files.rendering import FileFormat, Job, made
from ringdesk.statistics.files.wording import Wording, plain
from ringdesk.statistics.periods import local_date
from ringdesk.statistics.report import Report
from ringdesk.storage.base import now

logger = log.get(__name__)

MEDIA: dict[FileFormat, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "png": "image/png",
}
AT_ONCE = 2  # files being made; more wait
LONGEST = 120.0  # seconds
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


class NotRendered(Unavailable):
    key = "not_rendered"
    text = "The file could not be made: {why}"


async def render(report: Report, format: FileFormat, zone: ZoneInfo, language: str = "en") -> tuple[bytes, str, str]:
    """The content of a file, its media type and its name. Raises `NotRendered`."""
    job = Job(report, format, zone, language, now())
    turn = _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
    async with turn:
        content = await (asyncio.to_thread(made, job) if format == "csv" else _by_child(job))
    return content, MEDIA[format], file_name(report, format, zone)


def file_name(report: Report, format: FileFormat, zone: ZoneInfo) -> str:
    """`queues_2026-11-16_2026-11-22.pdf`: letters and digits of the title in any script, nothing that a header or a file system could
    take for something else."""
    period = report.now.period
    title = re.sub(r"[\W_]+", "-", plain(report.title)).strip("-")[:60].lower() or "report"
    first, last = local_date(period.begin, zone), local_date(period.end - 1, zone)
    return f"{title}_{first}.{format}" if first == last else f"{title}_{first}_{last}.{format}"


async def _by_child(job: Job) -> bytes:
    pipe = asyncio.subprocess.PIPE
    sent = await asyncio.to_thread(pickle.dumps, job)
    child = await asyncio.create_subprocess_exec(sys.executable, "-m", f"{__name__}.child", stdin=pipe, stdout=pipe, stderr=pipe)
    try:
        async with asyncio.timeout(LONGEST):
            content, said = await child.communicate(sent)
    except TimeoutError:
        raise NotRendered(why=f"it took longer than {LONGEST:.0f} seconds") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode:
        logger.error(
            "report_not_rendered",
            report=job.report.name,
            format=job.format,
            code=child.returncode,
            said=said[-4000:].decode(errors="replace"),
        )
        raise NotRendered(why="the log tells more")
    return content


__all__ = ["MEDIA", "FileFormat", "NotRendered", "Wording", "file_name", "render"]
