"""Reading in one process, writing in another: two cores import in the time that the slower of both takes."""

import contextlib
import multiprocessing
import queue
import signal
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ringdesk.config.errors import Unavailable
from ringdesk.crm.importer.batches import Batch, batches
from ringdesk.crm.importer.table import Table

ALONE = 2 << 20  # bytes of a file for which a second process takes longer to start than to read it
AHEAD = 3  # batches that wait to be written; each some 10 MB
LOOK = 1.0  # seconds between looks whether the other process still lives


class ReaderDied(Unavailable):
    key = "import_reader_died"
    text = "The process that reads the file ended ({how}). What was written before is kept; import the file again to go on"


@contextlib.contextmanager
def read(table: Table, country: str, dialect: str, folder: Path) -> Iterator[Iterator[Batch]]:
    """The table's batches. Raises `ReaderDied` while they are read."""
    if table.size <= ALONE:
        yield batches(table, country, dialect, folder)
        return
    context = multiprocessing.get_context("spawn")
    waiting: Any = context.Queue(AHEAD)
    process = context.Process(target=_read_to, args=(waiting, table, country, dialect, folder), name="ringdesk-import", daemon=True)
    # Ctrl-C is meant for the one who writes: the child inherits that it does not hear it.
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN) if _in_main_thread() else None
    try:
        process.start()
    finally:
        if heard is not None:
            signal.signal(signal.SIGINT, heard)
    try:
        yield _received(waiting, process)
    finally:
        process.kill()
        process.join()
        waiting.close()


def _received(waiting: Any, process: Any) -> Iterator[Batch]:
    while True:
        try:
            found = waiting.get(timeout=LOOK)
        except queue.Empty:
            if process.is_alive():
                continue
            with contextlib.suppress(queue.Empty):  # it may have put its last word just before
                found = waiting.get(timeout=LOOK)
                if found is None:
                    return
                yield found
                continue
            raise ReaderDied(how=f"exit code {process.exitcode}") from None
        if found is None:
            return
        if isinstance(found, str):
            raise ReaderDied(how=found)
        yield found


def _read_to(waiting: Any, table: Table, country: str, dialect: str, folder: Path) -> None:
    """The reading process. Ends when it is done, or when nobody is left to read for."""
    parent = multiprocessing.parent_process()
    try:
        for batch in batches(table, country, dialect, folder):
            if not _put(waiting, batch, parent):
                waiting.cancel_join_thread()
                return
        last: object = None
    except BaseException as error:
        traceback.print_exc()
        last = f"{type(error).__name__}: {error}"
    if not _put(waiting, last, parent):
        waiting.cancel_join_thread()


def _put(waiting: Any, found: object, parent: Any) -> bool:
    while parent is None or parent.is_alive():
        try:
            waiting.put(found, timeout=LOOK)
        except queue.Full:
            continue
        return True
    return False


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()
