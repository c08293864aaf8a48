"""Where a batch of rows waits to be written: the same tables on both databases, filled in the fastest way of each.

SQLite: a file of its own, made by whoever reads the CSV and attached by whoever writes. PostgreSQL: temporary tables, by COPY.
"""

import itertools
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    SQLColumnExpression,
    String,
    TableClause,
    any_,
    column,
    func,
    insert,
    table,
    text,
)

from ringdesk.crm.importer.rows import Row

SQLITE_STAGE = """
CREATE TABLE import_row (n INTEGER PRIMARY KEY, line INTEGER, external_id TEXT, kind TEXT, name TEXT, folded_name TEXT, company TEXT,
  language TEXT, notes TEXT, address TEXT, search_text TEXT);
CREATE TABLE import_number (n INTEGER, position INTEGER, key TEXT, extension TEXT, PRIMARY KEY (n, position)) WITHOUT ROWID;
CREATE TABLE import_email (n INTEGER, position INTEGER, email TEXT, PRIMARY KEY (n, position)) WITHOUT ROWID;
CREATE TABLE import_tag (n INTEGER, tag TEXT, PRIMARY KEY (n, tag)) WITHOUT ROWID;
"""
POSTGRESQL_STAGE = """
CREATE TEMPORARY TABLE import_row (n int, line bigint, external_id text, kind text, name text, folded_name text, company text,
  language text, notes text, address text, search_text text) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE import_number (n int, position int, key text, extension text) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE import_email (n int, position int, email text) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE import_tag (n int, tag text) ON COMMIT DELETE ROWS
"""
# Filled while a batch is written, on either database: rows of customers who exist, of those who do not, and what is to be changed.
AT_WORK = (
    "CREATE TEMPORARY TABLE import_known (n int PRIMARY KEY, id int)",
    "CREATE TEMPORARY TABLE import_fresh (n int PRIMARY KEY, id int)",
    """CREATE TEMPORARY TABLE import_changed (id int PRIMARY KEY, kind text, name text, folded_name text, company text,
         language text, notes text, search_text text)""",
)


def _table(name: str, integers: str, texts: str) -> Any:
    return table(name, *(column(c, Integer) for c in integers.split()), *(column(c, String) for c in texts.split()))


ROW = _table("import_row", "n line", "external_id kind name folded_name company language notes address search_text")
NUMBER = _table("import_number", "n position", "key extension")
EMAIL = _table("import_email", "n position", "email")
TAG = _table("import_tag", "n", "tag")
KNOWN = _table("import_known", "n id", "")
FRESH = _table("import_fresh", "n id", "")
CHANGED = _table("import_changed", "id", "kind name folded_name company language notes search_text")


@dataclass(frozen=True, slots=True)
class StageFile:
    """SQLite's: a database of its own, to be attached and then removed."""

    path: Path


@dataclass(frozen=True, slots=True)
class StageText:
    """PostgreSQL's: table → rows in COPY's text format."""

    tables: dict[str, bytes]


Stage = StageFile | StageText


def sqlite_stage(rows: Sequence[Row], path: Path) -> StageFile:
    """Write the rows, numbered from 0, to a new file."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        # Nobody else opens it, and if this process dies it is worth nothing: no journal, no waiting for the disk.
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA page_size=32768;" + SQLITE_STAGE)
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO import_row VALUES (?,?,?,?,?,?,?,?,?,?,?)", map(_row, itertools.count(), rows))
        connection.executemany("INSERT INTO import_number VALUES (?,?,?,?)", _numbers(rows))
        connection.executemany("INSERT INTO import_email VALUES (?,?,?)", _emails(rows))
        connection.executemany("INSERT INTO import_tag VALUES (?,?)", _tags(rows))
        connection.execute("COMMIT")
    finally:
        connection.close()
    return StageFile(path)


def postgresql_stage(rows: Sequence[Row]) -> StageText:
    """The rows, numbered from 0, as text for COPY."""
    return StageText(
        {
            "import_row": "".join([_row_text(n, row) for n, row in enumerate(rows)]).encode(),
            # A number holds nothing that would have to be escaped.
            "import_number": "".join([f"{n}\t{i}\t{key}\t{extension or NULL}\n" for n, i, key, extension in _numbers(rows)]).encode(),
            "import_email": copy_text(_emails(rows)),
            "import_tag": copy_text(_tags(rows)),
        }
    )


def _row_text(n: int, r: Row) -> str:
    """One row, which most often holds nothing to be escaped but the line breaks of the search text."""
    said = f"{r.external_id}{r.name}{r.company}{r.notes}{r.address}"
    # A folded name may hold a backslash that the name had in another width.
    if not said.isprintable() or "\\" in said or "\\" in r.search_text:
        return _copied_row(_row(n, r))
    words = r.search_text.replace("\n", "\\n")
    return (
        f"{n}\t{r.line}\t{r.external_id or NULL}\t{r.kind}\t{r.name}\t{r.folded_name}\t{r.company or NULL}\t{r.language or NULL}"
        f"\t{r.notes or NULL}\t{r.address or NULL}\t{words}\n"
    )


def _row(n: int, r: Row) -> tuple[object, ...]:
    return n, r.line, r.external_id, r.kind, r.name, r.folded_name, r.company, r.language, r.notes, r.address, r.search_text


def _numbers(rows: Sequence[Row]) -> Iterator[tuple[object, ...]]:
    return ((n, i, key, extension) for n, r in enumerate(rows) for i, (key, extension) in enumerate(r.numbers))


def _emails(rows: Sequence[Row]) -> Iterator[tuple[object, ...]]:
    return ((n, i, email) for n, r in enumerate(rows) for i, email in enumerate(r.emails))


def _tags(rows: Sequence[Row]) -> Iterator[tuple[object, ...]]:
    return ((n, tag) for n, r in enumerate(rows) for tag in r.tags)


NULL = r"\N"
# What COPY's text format writes otherwise (postgresql.org/docs/current/sql-copy.html). A value is escaped before the tabs go between.
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_text(values: Iterable[tuple[object, ...]]) -> bytes:
    """Rows as COPY … FROM STDIN takes them."""
    return "".join(map(_copied_row, values)).encode()


def _copied_row(values: tuple[object, ...]) -> str:
    return "\t".join([_copied(value) for value in values]) + "\n"


def _copied(value: object) -> str:
    if value is None:
        return NULL
    if not isinstance(value, str):
        return str(value)
    return value if value.isprintable() and "\\" not in value else value.translate(_ESCAPED)


def fill(connection: Connection, into: TableClause, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert many rows of clean values, one for each column of the table, within the connection's transaction."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(str(insert(into).compile(dialect=connection.dialect)), list(rows))
        return
    driver: Any = connection.connection.driver_connection
    names = ", ".join(c.name for c in into.columns)
    with driver.cursor() as cursor, cursor.copy(f"COPY {into} ({names}) FROM STDIN") as copy:
        copy.write(copy_text(rows))
    connection.execute(text(f"ANALYZE {into}"))


def among(connection: Connection, what: SQLColumnExpression[Any], found: Select[Any]) -> ColumnElement[bool]:
    """`what IN (found)`, spelled so that PostgreSQL's planner, which knows nothing of a temporary table, goes by the index of `what`
    and does not read all customers for one batch."""
    if connection.dialect.name == "sqlite":
        return what.in_(found)
    return what == any_(func.array(found.scalar_subquery()))
