"""Files as the house makes them: beside the loop, under a name that nothing can take for something else."""

import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringdesk.statistics import files
from ringdesk.statistics.files import FileFormat, NotRendered
from ringdesk.statistics.report import Report
from tests.statistics.files import made

BEGINS: dict[FileFormat, bytes] = {"csv": b"\xef\xbb\xbf", "xlsx": b"PK\x03\x04", "pdf": b"%PDF-", "png": b"\x89PNG"}
ROWS = 50_000


@pytest.mark.parametrize("format", ["csv", "xlsx"])
async def test_fifty_thousand_rows_do_not_hold_up_the_loop(format: FileFormat) -> None:
    report = made.named(["support"])
    report.now.rows = [{**report.now.rows[0], "queue": f"queue {number}"} for number in range(ROWS)]
    longest, last, done = 0.0, time.monotonic(), False

    async def heart() -> None:
        nonlocal longest, last
        while not done:
            await asyncio.sleep(0.005)
            moment = time.monotonic()
            longest, last = max(longest, moment - last), moment

    beating = asyncio.create_task(heart())
    began = time.monotonic()
    content, media_type, name = await files.render(report, format, made.ZONE)
    took = time.monotonic() - began
    done = True
    await beating
    assert content.startswith(BEGINS[format])
    assert media_type == files.MEDIA[format]
    assert name == f"queues_2026-11-16_2026-11-22.{format}"
    assert longest < max(0.5, took / 4), f"{longest:.3f} of {took:.3f} s"


async def test_whoever_stops_waiting_leaves_no_process_behind() -> None:
    report = made.named([f"queue {number}" for number in range(300)])
    waiting = asyncio.create_task(files.render(report, "pdf", made.ZONE))
    await asyncio.sleep(0.3)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_what_cannot_be_made_says_so() -> None:
    report = made.named(["support"])
    report.now.rows = [{"queue": "support", "offered": object()}]  # type: ignore[dict-item]
    report.columns = ["no column"]  # type: ignore[list-item]
    with pytest.raises(NotRendered):
        await files.render(report, "xlsx", made.ZONE)


@given(st.one_of(st.text(), st.sampled_from([*made.HOSTILE, "../../etc/passwd", "C:\\con", ".", "..", "a/b", "%00", "x" * 999])))
def test_a_file_name_is_only_a_name(title: str) -> None:
    report: Report = made.empty()
    report.title = title
    name = files.file_name(report, "pdf", made.ZONE)
    assert name.endswith("_2026-11-16_2026-11-22.pdf")
    assert not set(name) & set('/\\:*?"<>|\r\n\x00;%=')
    assert not name.startswith((".", "-", "_"))
    assert len(name.encode()) < 255 + 60
