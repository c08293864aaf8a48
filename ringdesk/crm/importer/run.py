"""An import from beginning to end."""

import signal
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import FrameType

from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from ringdesk.agents.models import AuditEntry
from ringdesk.config.errors import Unavailable
from ringdesk.crm.importer.batches import Batch
from ringdesk.crm.importer.pipeline import read
from ringdesk.crm.importer.rejects import RejectsFile, beside
from ringdesk.crm.importer.table import Table, open_table
from ringdesk.crm.importer.writing import Writer, Written, writer
from ringdesk.storage.base import now
from ringdesk.storage.engine import driver_url

WRITERS = {"sqlite": 1, "postgresql": 2}  # SQLite has one writer at a time; one backend of PostgreSQL is slower than who reads


class DatabaseFailed(Unavailable):
    key = "import_database_failed"
    text = "The database failed after line {line}: {reason}. What was written before is kept; import the file again to go on"


@dataclass(slots=True)
class Summary:
    """What an import did. Each row of the file is one of the five."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    merged: int = 0
    """Customers that were merged into another one since: left alone."""
    rejected: int = 0
    seconds: float = 0.0
    position: int = 0
    """Bytes of the file that are done."""
    last_line: int = 1
    interrupted: bool = False

    @property
    def rows(self) -> int:
        return self.created + self.updated + self.unchanged + self.merged + self.rejected

    def add(self, batch: Batch, written: Written) -> None:
        self.created += written.created
        self.updated += written.updated + batch.updated
        self.unchanged += written.unchanged + batch.unchanged
        self.merged += written.merged
        self.rejected += len(batch.rejected) + len(written.rejected)
        self.position, self.last_line = batch.position, batch.last_line


def import_customers(
    database_url: str,
    path: Path,
    country: str,
    *,
    rejected_to: Path | None = None,
    progress: Callable[[Table, Summary], None] = lambda _table, _summary: None,
) -> Summary:
    """Read the file and write what it says, in transactions of some thousand rows.

    KeyboardInterrupt ends it after the transactions that are under way; the summary says so. `progress` is called after each batch.
    Raises `NotAFile`, `NotCsv`, `WrongEncoding`, `WrongColumns`, `CannotWriteRejected`, `ReaderDied`, `DatabaseFailed`; whatever
    was committed before stays.
    """
    began, moment = time.monotonic(), now()
    table = open_table(path)
    summary = Summary()
    dialect = driver_url(database_url).get_backend_name()
    with ExitStack() as stack:
        rejects = stack.enter_context(RejectsFile(rejected_to or beside(path), table))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ringdesk-import-")))

        def count(batch: Batch, written: Written) -> None:
            rejects.add([*batch.rejected, *written.rejected])
            summary.add(batch, written)

        writers = _Writers(database_url, moment, table.has, WRITERS[dialect], count)
        stack.callback(writers.close)
        try:
            with read(table, country, dialect, folder) as found:
                for _ in writers.write(found):
                    progress(table, summary)
        except KeyboardInterrupt:
            summary.interrupted = True
            for _ in writers.drain():
                pass
        except DBAPIError as error:
            reason = str(error.orig or error).strip().splitlines()[0]
            raise DatabaseFailed(line=summary.last_line, reason=reason) from error
        writers.finish(table, summary)
    summary.seconds = time.monotonic() - began
    return summary


class _Writers:
    """One or more writers, each in a thread of its own: while a database works, Python has nothing to do."""

    def __init__(self, url: str, moment: datetime, has: frozenset[str], number: int, count: Callable[[Batch, Written], None]) -> None:
        self.moment = moment
        self.count = count
        self.free = deque(writer(url, moment, has) for _ in range(number))
        self.all = list(self.free)
        self.threads = ThreadPoolExecutor(number, thread_name_prefix="import")
        self.under_way: deque[tuple[Batch, Writer, Future[Written]]] = deque()
        self.all[0].begin()

    def write(self, batches: Iterator[Batch]) -> Iterator[None]:
        """Write all of them, and count each, in the order of the file, when it is written."""
        for batch in batches:
            while not self.free or any(not batch.identities.isdisjoint(other.identities) for other, _, _ in self.under_way):
                self._next()
                yield
            with _uninterrupted():
                chosen = self.free.popleft()
                self.under_way.append((batch, chosen, self.threads.submit(chosen.write, batch)))
        yield from self.drain()

    def drain(self) -> Iterator[None]:
        """Wait for what is under way."""
        while self.under_way:
            self._next()
            yield

    def finish(self, table: Table, summary: Summary) -> None:
        """The last touch, and one line in the audit log for the import as a whole."""
        self.all[0].finish()
        detail = {
            "by": "command line",
            "created": summary.created,
            "updated": summary.updated,
            "unchanged": summary.unchanged,
            "rejected": summary.rejected,
            "interrupted": summary.interrupted,
            "at": self.moment.isoformat(),  # what created_at and updated_at of these customers say
        }
        entry = {"at": now(), "action": "imported", "subject": "customers", "subject_id": table.path.name[:128], "detail": detail}
        with self.all[0].connection.begin():
            self.all[0].connection.execute(insert(AuditEntry).values(**entry))

    def close(self) -> None:
        self.threads.shutdown()
        for each in self.all:
            each.close()

    def _next(self) -> None:
        batch, used, future = self.under_way[0]
        written = future.result()
        with _uninterrupted():
            self.under_way.popleft()
            self.free.append(used)
            self.count(batch, written)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """A Ctrl-C in here waits until it is over: between begun and put on the list, or taken from it and counted, it would make the count
    wrong."""
    if threading.current_thread() is not threading.main_thread():  # only there signals are heard
        yield
        return
    came = False

    def note(_number: int, _frame: FrameType | None) -> None:
        nonlocal came
        came = True

    interrupting = [number for number in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(number) is signal.default_int_handler]
    for number in interrupting:
        signal.signal(number, note)
    try:
        yield
    finally:
        for number in interrupting:
            signal.signal(number, signal.default_int_handler)
    if came:
        raise KeyboardInterrupt
