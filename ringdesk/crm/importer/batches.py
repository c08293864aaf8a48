"""From a file to batches that are ready to be written, in the file's order."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ringdesk.crm.importer.matching import as_contact
from ringdesk.crm.importer.rows import BadRow, Reading, Row
from ringdesk.crm.importer.staging import Stage, postgresql_stage, sqlite_stage
from ringdesk.crm.importer.table import Broken, Record, Records, Table

# Rows of one transaction. SQLite: half a second; fewer cost more, since each commit writes every page it touched. PostgreSQL has two
# transactions at work at a time, and nobody waits for them.
ROWS = {"sqlite": 20_000, "postgresql": 10_000}
BYTES = 8 << 20  # of the file in one batch, so that long notes do not fill the memory


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row of the file that became no customer, and why."""

    line: int
    reason: str
    fields: Sequence[str]


@dataclass(slots=True)
class Batch:
    """`rows` of them wait in `stage`, numbered from 0."""

    rows: int
    stage: Stage
    position: int
    """Bytes of the file that are read so far."""
    last_line: int
    anonymous: bool
    """Some have no external_id: who they are must be found by name."""
    identities: frozenset[str]
    """Whom the rows may concern; two batches that share none may be written at the same time. Empty where nobody asks."""
    updated: int = 0
    """Rows that gave way to a later row of the same customer in this batch,"""
    unchanged: int = 0
    """or said the same."""
    rejected: list[Rejected] = field(default_factory=list)


def batches(table: Table, country: str, dialect: str, folder: Path) -> Iterator[Batch]:
    """Read the table to its end. Stage files go into `folder`."""
    reading = Reading(table, country)
    serials = itertools.count(1)
    with table.path.open("rb") as file:
        records = Records(table, file)
        begun_at, gathering = 0, _Gathering()
        for record in records:
            gathering.take(record, reading)
            seen = gathering.seen
            if seen >= ROWS[dialect] or (seen % 256 == 0 and records.position - begun_at >= BYTES):
                yield gathering.batch(dialect, folder / f"{next(serials)}.db", records.position)
                begun_at, gathering = records.position, _Gathering()
        if gathering.seen:
            yield gathering.batch(dialect, folder / f"{next(serials)}.db", records.position)


class _Gathering:
    """Rows of one batch, each customer once: a later row of the same customer takes the place of the earlier one."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.rejected: list[Rejected] = []
        self.seen = self.last_line = self.updated = self.unchanged = 0
        self.anonymous = False
        self._by_external_id: dict[str, int] = {}
        self._by_contact: dict[tuple[str, str], int] = {}

    def take(self, record: Record | Broken, reading: Reading) -> None:
        self.seen += 1
        self.last_line = record.line
        if isinstance(record, Broken):
            self.rejected.append(Rejected(record.line, record.reason, [record.text.rstrip("\r\n")]))
            return
        try:
            self.add(reading.row(record.line, record.fields))
        except BadRow as bad:
            self.rejected.append(Rejected(record.line, str(bad), record.fields))

    def add(self, row: Row) -> None:
        place = self._place_of(row)
        if place is None:
            place = len(self.rows)
            self.rows.append(row)
        elif self.rows[place].said == row.said:
            self.unchanged += 1
        else:
            self.updated += 1
            self.rows[place] = row
        if row.external_id is not None:
            self._by_external_id[row.external_id] = place
        else:
            self.anonymous = True
            for contact in contacts(row):
                self._by_contact[row.folded_name, contact] = place

    def batch(self, dialect: str, path: Path, position: int) -> Batch:
        sqlite = dialect == "sqlite"
        return Batch(
            rows=len(self.rows),
            stage=sqlite_stage(self.rows, path) if sqlite else postgresql_stage(self.rows),
            position=position,
            last_line=self.last_line,
            anonymous=self.anonymous,
            identities=frozenset() if sqlite else self._identities(),
            updated=self.updated,
            unchanged=self.unchanged,
            rejected=self.rejected,
        )

    def _identities(self) -> frozenset[str]:
        names = {f"name {name}" for name, _ in self._by_contact}
        return frozenset(itertools.chain(self._by_external_id, names))

    def _place_of(self, row: Row) -> int | None:
        if row.external_id is not None:
            return self._by_external_id.get(row.external_id)
        mine = contacts(row)
        places = {self._by_contact.get((row.folded_name, contact)) for contact in mine}
        # The row that was there may have been replaced by one with other contacts.
        return min((p for p in places if p is not None and mine & contacts(self.rows[p])), default=None)


def contacts(row: Row) -> set[str]:
    """By what a row without external_id is known beside its name: numbers and e-mails, or, if there are none, the company."""
    found = {key for key, _ in row.numbers} | set(row.emails)
    return found or {as_contact(row.company)}
