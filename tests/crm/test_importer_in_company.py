"""`ringdesk import customers` beside others: processes, writers, and whoever stops them."""

import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, text

from ringdesk.crm import customers
from ringdesk.crm.drafts import CustomerDraft
from ringdesk.crm.importer import Summary, batches, pipeline
from ringdesk.crm.importer.run import DatabaseFailed
from ringdesk.screenpop.matching import HOUSE
from ringdesk.storage.engine import Database, driver_url
from tests.crm.importing import Import, counts, many


async def test_a_large_file_is_read_in_a_process_of_its_own(bring: Import, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "ALONE", 0)
    seen: list[int] = []
    summary = bring(many(45_000) + ",,\n,,1\n", progress=lambda table, so_far: seen.append(so_far.position * 100 // table.size))
    assert counts(summary) == (45_000, 0, 0, 1)
    assert seen == sorted(seen)
    assert len(seen) >= 3
    assert seen[-1] == 100
    async with db.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM customer_numbers")) == 45_000
        assert await session.scalar(text("SELECT count(DISTINCT id) FROM customers")) == 45_000


def test_the_reader_dies(bring: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "ALONE", 0)
    monkeypatch.setattr(pipeline, "LOOK", 0.05)
    monkeypatch.setattr(pipeline, "_read_to", _die)
    with pytest.raises(pipeline.ReaderDied, match="exit code 7"):
        bring(many(10))


def _die(*_anything: object) -> None:
    sys.exit(7)


async def test_others_write_while_a_file_is_imported(bring: Import, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `ringdesk serve` does, on the same database; nobody waits for long."""
    monkeypatch.setattr(batches, "ROWS", dict.fromkeys(batches.ROWS, 2_000))
    result: list[Summary] = []
    thread = threading.Thread(target=lambda: result.append(bring(many(30_000))))
    thread.start()
    waits: list[float] = []
    while thread.is_alive():
        began = time.monotonic()
        async with db.write() as session:
            await customers.create(session, HOUSE, CustomerDraft(name=f"By hand {len(waits)}", external_id=f"hand-{len(waits)}"), "UA")
        waits.append(time.monotonic() - began)
    thread.join()
    assert counts(result[0]) == (30_000, 0, 0, 0)
    assert len(waits) > 3
    assert max(waits) < 5
    async with db.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM customers")) == 30_000 + len(waits)


def test_the_database_goes_away(bring: Import, db: Database, monkeypatch: pytest.MonkeyPatch, database_url: str) -> None:
    """What was written stays, the error says where it stopped, and importing again goes on."""
    monkeypatch.setattr(batches, "ROWS", dict.fromkeys(batches.ROWS, 100))

    def progress(_table: object, summary: Summary) -> None:
        if summary.created >= 300:
            _break(database_url)

    with pytest.raises(DatabaseFailed) as raised:
        bring(many(1_000), progress=progress)
    assert re.search(r"after line [345]01:", str(raised.value))
    _mend(database_url)
    again = bring(many(1_000))
    assert again.unchanged >= 300
    assert again.created + again.unchanged == 1_000


def _break(url: str) -> None:
    _execute(url, "ALTER TABLE customer_tags RENAME TO elsewhere")


def _mend(url: str) -> None:
    _execute(url, "ALTER TABLE elsewhere RENAME TO customer_tags")


def _execute(url: str, statement: str) -> None:
    engine = create_engine(driver_url(url, sync=True))

    @event.listens_for(engine, "connect")
    def patient(connection: Any, _record: Any) -> None:
        if engine.dialect.name == "sqlite":
            connection.execute("PRAGMA busy_timeout=10000")

    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


SCRIPT = """
import signal
import sys
from pathlib import Path
from ringdesk.crm.importer import batches, import_customers

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a test run in the background hands down that it is ignored
    batches.ROWS = dict.fromkeys(batches.ROWS, 200)
    summary = import_customers(sys.argv[1], Path(sys.argv[2]), "UA", progress=lambda _t, s: print(s.rows, flush=True))
    print("interrupted" if summary.interrupted else "done", summary.created, flush=True)
"""


async def test_ctrl_c_keeps_what_was_written_and_says_so(database_url: str, db: Database, file: Path, tmp_path: Path) -> None:
    file.write_text(many(40_000))
    script = tmp_path / "run.py"
    script.write_text(SCRIPT)
    process = subprocess.Popen([sys.executable, str(script), database_url, str(file)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        while int(process.stdout.readline()) < 400:
            pass
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    how, created = rest.split()[-2:]
    assert (process.returncode, how) == (0, "interrupted")
    assert 400 <= int(created) < 40_000
    async with db.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM customers")) == int(created)
