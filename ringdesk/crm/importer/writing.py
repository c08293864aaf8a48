"""Batches into the database: whoever is new is inserted, whoever is known is made what the file says. One writer is one connection."""

import contextlib
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Engine, TextClause, bindparam, create_engine, text
from sqlalchemy.exc import DataError, IntegrityError

from ringdesk.crm.importer import matching
from ringdesk.crm.importer.batches import Batch, Rejected
from ringdesk.crm.importer.staging import AT_WORK, POSTGRESQL_STAGE, StageFile, StageText
from ringdesk.crm.importer.updating import update_known
from ringdesk.storage.base import UtcDateTime
from ringdesk.storage.engine import SQLITE_PRAGMAS, driver_url, use_plain_transactions

# Here and not in the server: a writer of millions has other needs.
IMPORT_PRAGMAS = (
    *SQLITE_PRAGMAS,
    "busy_timeout=60000",  # ms; rather wait than give up in the middle of a file
    "cache_size=-262144",  # 256 MiB: the pages that a batch touches are all over the indexes
    "wal_autocheckpoint=20000",  # pages, 80 MB: a page that many batches change is written to its place once
)
# Without this, FTS5 writes a segment for each MB of words and merges them again and again; kept in its config, so set back at the end.
FTS_WHILE_IMPORTING = {"hashsize": 128 << 20, "automerge": 8}
FTS_DEFAULTS = {"hashsize": 1 << 20, "automerge": 4}
SLICE = 4_000  # rows of one transaction while somebody else writes too: 0.1 s
PAUSE = 0.06  # seconds between such transactions. SQLite's waiting writers look every 50, then every 100 ms
# GIN keeps new entries in a list and sorts them in when it is full; a long list is sorted in with less work.
POSTGRESQL_SETTINGS = ("SET gin_pending_list_limit = '64MB'", "SET work_mem = '192MB'")
# From the stage to the tables.
CUSTOMERS = """
INSERT INTO customers (id, external_id, kind, name, folded_name, company, language, notes, search_text, created_at, updated_at)
SELECT f.id, r.external_id, r.kind, r.name, r.folded_name, r.company, r.language, r.notes, r.search_text, :moment, :moment
FROM import_fresh f CROSS JOIN import_row r WHERE r.n = f.n ORDER BY f.n
"""
PARTS = """
INSERT INTO customer_numbers (customer_id, position, key, extension, kind)
SELECT f.id, s.position, s.key, s.extension, 'phone' FROM import_fresh f CROSS JOIN import_number s WHERE s.n = f.n;
INSERT INTO customer_emails (customer_id, position, email, kind)
SELECT f.id, s.position, s.email, 'email' FROM import_fresh f CROSS JOIN import_email s WHERE s.n = f.n;
INSERT INTO customer_addresses (customer_id, position, text, kind)
SELECT f.id, 0, r.address, 'address' FROM import_fresh f CROSS JOIN import_row r WHERE r.n = f.n AND r.address IS NOT NULL;
INSERT INTO customer_tags (customer_id, tag)
SELECT f.id, s.tag FROM import_fresh f CROSS JOIN import_tag s WHERE s.n = f.n
"""


@dataclass(slots=True)
class Written:
    """What became of a batch's rows."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    merged: int = 0
    """Rows of customers who were merged into another one since."""
    rejected: list[Rejected] = field(default_factory=list)


class Writer(ABC):
    """Writes batches of one import. `moment` is when the import began, `has` which columns the file has."""

    def __init__(self, url: str, moment: datetime, has: frozenset[str]) -> None:
        self.moment = moment
        self.has = has
        self.engine = self._engine(url)
        self.connection = self.engine.connect()

    @abstractmethod
    def _engine(self, url: str) -> Engine: ...

    @abstractmethod
    def write(self, batch: Batch) -> Written:
        """All rows of the batch, in one transaction or a few. Raises what the database raises; then nothing of the transaction stays."""

    @abstractmethod
    def _new_ids(self, begin: int, end: int) -> TextClause:
        """The statement that fills import_fresh with rows that are not in import_known, and ids for them."""

    @abstractmethod
    def begin(self) -> None:
        """Before the first batch; once an import."""

    @abstractmethod
    def finish(self) -> None:
        """After the last batch; once an import, on the writer that began it."""

    def close(self) -> None:
        self.connection.close()
        self.engine.dispose()

    @property
    def _driver(self) -> Any:
        return self.connection.connection.driver_connection

    def _range(self, batch: Batch, begin: int, end: int, written: Written, *, again: bool = True) -> None:
        """Rows [begin, end) of the stage. What the database refuses is narrowed down to the very rows; the others are written."""
        if begin >= end:
            return
        try:
            with self.connection.begin_nested():
                done = self._apply(batch, begin, end)
        except (IntegrityError, DataError) as error:
            if again:  # somebody else may just have made the same customer: who looks again, finds them
                self._range(batch, begin, end, written, again=False)
            elif end - begin == 1:
                written.rejected.append(self._refused(begin, error))
            else:
                middle = (begin + end) // 2
                self._range(batch, begin, middle, written, again=False)
                self._range(batch, middle, end, written, again=False)
        else:
            written.created += done.created
            written.updated += done.updated
            written.unchanged += done.unchanged
            written.merged += done.merged

    def _apply(self, batch: Batch, begin: int, end: int) -> Written:
        done = Written()
        while begin < end:
            found = matching.find(self.connection, begin, end, anonymous=batch.anonymous)
            # Two rows without external_id may turn out to be one customer: the second is looked for after the first is written.
            cut = matching.first_repeated(found) or end
            matched = {n: id for n, (id, merged) in found.items() if n < cut and not merged}
            passed = [n for n, (_, merged) in found.items() if n < cut and merged]
            matching.remember(self.connection, matched, passed)
            if len(matched) + len(passed) < cut - begin:
                done.created += self._insert(begin, cut)
            if matched:
                changed = update_known(self.connection, self.has, self.moment)
                done.updated += changed
                done.unchanged += len(matched) - changed
            done.merged += len(passed)
            begin = cut
        return done

    def _insert(self, begin: int, end: int) -> int:
        self.connection.execute(text("DELETE FROM import_fresh"))
        made = self.connection.execute(self._new_ids(begin, end)).rowcount
        self.connection.execute(text(CUSTOMERS).bindparams(bindparam("moment", self.moment, UtcDateTime())))
        for statement in PARTS.split(";"):
            self.connection.execute(text(statement))
        return made

    def _refused(self, n: int, error: IntegrityError | DataError) -> Rejected:
        row = self.connection.execute(text("SELECT line, external_id, name FROM import_row WHERE n = :n"), {"n": n}).one()
        return Rejected(row.line, f"the database refuses it: {str(error.orig).splitlines()[0]}", [row.external_id or "", row.name])


class SqliteWriter(Writer):
    """One writer at a time is SQLite's rule, so one is enough; and it makes room for a server that writes too."""

    def __init__(self, url: str, moment: datetime, has: frozenset[str]) -> None:
        super().__init__(url, moment, has)
        self._others_wrote = False
        self._version = self._data_version()
        for statement in AT_WORK:
            self._driver.execute(statement)

    def _engine(self, url: str) -> Engine:
        engine = create_engine(driver_url(url, sync=True), execution_options={"ringdesk_write": True})
        use_plain_transactions(engine, IMPORT_PRAGMAS)
        return engine

    def begin(self) -> None:
        self._tune(FTS_WHILE_IMPORTING)

    def finish(self) -> None:
        self._tune(FTS_DEFAULTS)
        self._driver.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def write(self, batch: Batch) -> Written:
        written = Written()
        with self._attached(cast(StageFile, batch.stage)):
            begin = 0
            while begin < batch.rows:
                end = min(batch.rows, begin + (SLICE if self._others_wrote else batch.rows))
                with self.connection.begin():
                    self._range(batch, begin, end, written)
                self._make_room()
                begin = end
        return written

    def _make_room(self) -> None:
        """Between two transactions: let others write, if there are any."""
        version = self._data_version()
        self._others_wrote, self._version = version != self._version, version
        if self._others_wrote:
            time.sleep(PAUSE)

    def _new_ids(self, begin: int, end: int) -> TextClause:
        return text(
            "INSERT INTO import_fresh"
            " SELECT n, (SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'customers') + n - :begin"
            " FROM import_row WHERE n >= :begin AND n < :end AND n NOT IN (SELECT n FROM import_known)"
        ).bindparams(begin=begin, end=end)

    def _tune(self, options: dict[str, int]) -> None:
        with self.connection.begin():
            for name, value in options.items():
                self.connection.execute(
                    text("INSERT INTO customer_search (customer_search, rank) VALUES (:name, :value)"), {"name": name, "value": value}
                )

    @contextlib.contextmanager
    def _attached(self, stage: StageFile) -> Iterator[None]:
        self._driver.execute("ATTACH DATABASE ? AS import", (str(stage.path),))
        try:
            yield
        finally:
            self._driver.execute("DETACH DATABASE import")
            stage.path.unlink(missing_ok=True)

    def _data_version(self) -> int:
        """Changes when somebody else has committed."""
        return int(self._driver.execute("PRAGMA data_version").fetchone()[0])


class PostgresWriter(Writer):
    """Several may write at the same time, as long as their batches concern different customers."""

    def __init__(self, url: str, moment: datetime, has: frozenset[str]) -> None:
        super().__init__(url, moment, has)
        with self.connection.begin():
            for statement in (*POSTGRESQL_SETTINGS, *POSTGRESQL_STAGE.split(";")):
                self.connection.execute(text(statement))
            for statement in AT_WORK:
                self.connection.execute(text(f"{statement} ON COMMIT DELETE ROWS"))
            self._sequence = self.connection.scalar(text("SELECT pg_get_serial_sequence('customers', 'id')"))

    def _engine(self, url: str) -> Engine:
        return create_engine(driver_url(url, sync=True))

    def begin(self) -> None:
        pass

    def write(self, batch: Batch) -> Written:
        written = Written()
        with self.connection.begin():
            self._copy(cast(StageText, batch.stage))
            if batch.anonymous:
                self.connection.execute(text("ANALYZE import_row, import_number, import_email"))
            self._range(batch, 0, batch.rows, written)
        return written

    def finish(self) -> None:
        """Sort the search index's new entries in, and let the planner know how much there is now."""
        with self.connection.begin():
            self.connection.execute(text("SELECT gin_clean_pending_list('ix_customers_search')"))
            self.connection.execute(text("ANALYZE customers, customer_numbers, customer_emails, customer_addresses, customer_tags"))

    def _copy(self, stage: StageText) -> None:
        for table, rows in stage.tables.items():
            with self._driver.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(rows)

    def _new_ids(self, begin: int, end: int) -> TextClause:
        return text(
            "INSERT INTO import_fresh SELECT n, nextval(CAST(:sequence AS regclass)) FROM import_row"
            " WHERE n >= :begin AND n < :end AND n NOT IN (SELECT n FROM import_known) ORDER BY n"
        ).bindparams(begin=begin, end=end, sequence=self._sequence)


def writer(url: str, moment: datetime, has: frozenset[str]) -> Writer:
    return SqliteWriter(url, moment, has) if driver_url(url).get_backend_name() == "sqlite" else PostgresWriter(url, moment, has)
