"""The rows that became no customer, with line and reason, in a file that can be mended and imported again."""

import csv
import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import TextIO

from ringdesk.config.errors import Invalid
from ringdesk.crm.importer.batches import Rejected
from ringdesk.crm.importer.table import REJECTED, Table

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes what begins so for a formula (OWASP, CSV injection); an apostrophe before it makes it text."""
LONGEST_CELL = 32_000  # characters; Excel's cells hold 32,767


class CannotWriteRejected(Invalid):
    key = "cannot_write_rejected"
    text = "{path} cannot be written ({reason}), and rejected rows must go somewhere: name another file with --rejected"


class RejectsFile:
    """`with RejectsFile(path, table) as rejects`. The file is there from the start, and gone at the end if nothing was rejected."""

    def __init__(self, path: Path, table: Table) -> None:
        """Raises `CannotWriteRejected`."""
        if path.exists() and path.samefile(table.path):
            raise CannotWriteRejected(path=path, reason="it is the file to be imported")
        self.path = path
        self.count = 0
        self._header = table.header[len(REJECTED) :] if table.columns[:2] == REJECTED else table.header
        self._again = table.columns[:2] == REJECTED
        try:
            # As readable as the file it comes from: it holds the same people.
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, table.path.stat().st_mode & 0o777)
        except OSError as error:
            raise CannotWriteRejected(path=path, reason=error.strerror) from error
        self._file: TextIO = os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="")
        self._csv = csv.writer(self._file, delimiter=table.delimiter)
        self._csv.writerow([*REJECTED, *self._header])

    def add(self, rejected: Iterable[Rejected]) -> None:
        for each in rejected:
            self.count += 1
            fields = each.fields[len(REJECTED) :] if self._again and len(each.fields) > 1 else each.fields
            self._csv.writerow([each.line, each.reason, *map(_cell, fields)])
        self._file.flush()

    def __enter__(self) -> "RejectsFile":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()
        if not self.count:
            self.path.unlink(missing_ok=True)


def beside(path: Path) -> Path:
    """customers.csv → customers.rejected.csv"""
    return path.with_suffix(".rejected.csv") if path.suffix.lower() == ".csv" else path.with_name(path.name + ".rejected.csv")


def _cell(text: str) -> str:
    if len(text) > LONGEST_CELL:
        text = f"{text[:LONGEST_CELL]} … ({len(text)} characters)"
    return f"'{text}" if text.startswith(DANGEROUS) else text
