"""Databases full of generated customers or transcripts, made once and kept; a benchmark that writes gets a copy."""

import contextlib
import os
import shutil
import socket
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
from rich.progress import track

from benchmarks.generate import people
from benchmarks.harness import cache, console, told
from ringdesk.crm.importer.rows import Row
from ringdesk.crm.importer.staging import copy_text
from ringdesk.storage import migrate
from tests import postgres

RECIPE = 1  # part of the kept databases' names: raise it when other customers are generated, or their tables change
CHUNK = 50_000
MOMENT = "2026-11-21 09:00:00.000000"
KINDS = ("sqlite", "postgresql")
CUSTOMERS = "id, external_id, kind, name, folded_name, company, language, notes, search_text, created_at, updated_at"
TABLES = {
    "customers": CUSTOMERS,
    "customer_numbers": "customer_id, position, key, extension, kind",
    "customer_emails": "customer_id, position, email, kind",
    "customer_addresses": "customer_id, position, text, kind",
    "customer_tags": "customer_id, tag",
}
# A server that somebody has set up for some memory, with all its safety: it waits for the disk at every commit.
SERVER = {"shared_buffers": "1GB", "max_wal_size": "8GB", "checkpoint_timeout": "15min", "maintenance_work_mem": "1GB"}


@contextlib.contextmanager
def database(kind: str, customers: int, *, writable: bool, searchable: bool = True) -> Iterator[str]:
    """The URL of a migrated database with so many customers, made now or kept from an earlier run. Without the search index
    (`searchable`), which takes longer than all the rest, nobody is found by name; numbers do not need it."""
    key = f"{kind}-{customers}-{RECIPE}{'' if searchable else '-numbers'}"

    def fill(where: str) -> None:
        (_fill_sqlite if kind == "sqlite" else _fill_postgres)(where, customers, searchable=searchable)

    with kept(kind, key, f"{customers:,} customers", fill, writable=writable) as url:
        yield url


@contextlib.contextmanager
def kept(kind: str, key: str, what: str, fill: Callable[[str], None], *, writable: bool) -> Iterator[str]:
    """The URL of the migrated database `key`, which `fill`, given its URL, filled now or in an earlier run."""
    with _sqlite(key, what, fill, writable=writable) if kind == "sqlite" else _postgres(key, what, fill) as url:
        yield url


@contextlib.contextmanager
def lent(kind: str, key: str, what: str, fill: Callable[[str], None], settings: Mapping[str, str]) -> Iterator[str]:
    """As `kept`, for what is too large to be copied: what is written stays. `settings`: of the server that is filled."""
    with _sqlite(key, what, fill, writable=False) if kind == "sqlite" else _lent_postgres(key, what, fill, settings) as url:
        yield url


@contextlib.contextmanager
def empty(kind: str) -> Iterator[str]:
    """The URL of a migrated database without anybody in it."""
    with database(kind, 0, writable=True) as url:
        yield url


def rows(customers: int) -> Iterator[tuple[int, list[Row]]]:
    """The customers in chunks, each with the id of its first."""
    found = (person.row for person in people(customers))
    first = 1
    total = -(-customers // CHUNK)
    for _ in track(range(total), "  generating", console=console, transient=True, disable=total < 2):
        chunk = list(islice(found, CHUNK))
        yield first, chunk
        first += len(chunk)


def values(first: int, chunk: list[Row], moment: str) -> dict[str, Iterator[tuple[Any, ...]]]:
    """What goes into each table."""
    numbered = list(enumerate(chunk, first))
    return {
        "customers": (
            (id, r.external_id, r.kind, r.name, r.folded_name, r.company, r.language, r.notes, r.search_text, moment, moment)
            for id, r in numbered
        ),
        "customer_numbers": ((id, i, key, extension, "phone") for id, r in numbered for i, (key, extension) in enumerate(r.numbers)),
        "customer_emails": ((id, i, email, "email") for id, r in numbered for i, email in enumerate(r.emails)),
        "customer_addresses": ((id, 0, r.address, "address") for id, r in numbered if r.address),
        "customer_tags": ((id, tag) for id, r in numbered for tag in r.tags),
    }


# SQLite -----------------------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _sqlite(key: str, what: str, fill: Callable[[str], None], *, writable: bool) -> Iterator[str]:
    kept = cache() / f"{key}.db"
    if not kept.exists():
        with told(f"generating {what} into SQLite"):
            building = kept.with_suffix(".building")
            building.unlink(missing_ok=True)
            migrate.upgrade(f"sqlite:///{building}")
            fill(f"sqlite:///{building}")
            building.rename(kept)
    migrate.upgrade(f"sqlite:///{kept}")
    if not writable:
        yield f"sqlite:///{kept}"
        return
    with tempfile.TemporaryDirectory(prefix="ringdesk-bench-") as folder:
        path = Path(folder) / "ringdesk.db"
        shutil.copy(kept, path)
        yield f"sqlite:///{path}"


def _fill_sqlite(url: str, customers: int, *, searchable: bool) -> None:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    with bare_sqlite(connection, TABLES):
        for first, chunk in rows(customers):
            for table, found in values(first, chunk, MOMENT).items():
                places = ",".join("?" for _ in TABLES[table].split(","))
                connection.executemany(f"INSERT INTO {table} ({TABLES[table]}) VALUES ({places})", found)
    if searchable:
        connection.execute("INSERT INTO customer_search (customer_search) VALUES ('rebuild')")
    connection.close()


@contextlib.contextmanager
def bare_sqlite(connection: sqlite3.Connection, tables: Iterable[str]) -> Iterator[None]:
    """Tables without indexes and triggers while they are filled: sorting them in at the end takes a fraction of the time."""
    connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-1048576;")
    names = list(tables)
    marks = ",".join("?" * len(names))
    query = f"SELECT type, name, sql FROM sqlite_master WHERE tbl_name IN ({marks}) AND type IN ('index', 'trigger') AND sql IS NOT NULL"
    aside = connection.execute(query, names).fetchall()
    for kind, name, _ in aside:
        connection.execute(f"DROP {kind} {name}")
    connection.execute("BEGIN")
    yield
    for _, _, sql in aside:
        connection.execute(sql)
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode=WAL")


# PostgreSQL -------------------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _postgres(key: str, what: str, fill: Callable[[str], None]) -> Iterator[str]:
    """A server of its own on a copy of the kept data folder, which the user it runs as may not even reach."""
    kept = cache() / key
    with tempfile.TemporaryDirectory(prefix="ringdesk-bench-") as folder:
        data = Path(folder) / "data"
        if kept.exists():
            with told("copying the kept PostgreSQL"):
                subprocess.run(["cp", "-a", str(kept), str(data)], check=True)
        else:
            with told(f"generating {what} into PostgreSQL"):
                _made_postgres(Path(folder), data, fill, {})
                building = kept.with_name(kept.name + ".building")
                shutil.rmtree(building, ignore_errors=True)
                subprocess.run(["cp", "-a", str(data), str(building)], check=True)
                building.rename(kept)
        with _server(Path(folder), data, SERVER) as url:
            migrate.upgrade(f"{url}/ringdesk")
            yield f"{url}/ringdesk"


@contextlib.contextmanager
def _lent_postgres(key: str, what: str, fill: Callable[[str], None], settings: Mapping[str, str]) -> Iterator[str]:
    """The kept data folder itself, moved to where its user reaches it and back."""
    kept = cache() / key
    with tempfile.TemporaryDirectory(prefix="ringdesk-bench-") as folder:
        data = Path(folder) / "data"
        if not kept.exists():
            with told(f"generating {what} into PostgreSQL"):
                _made_postgres(Path(folder), data, fill, settings)
                shutil.move(data, kept)
        shutil.move(kept, data)
        try:
            with _server(Path(folder), data, SERVER) as url:
                migrate.upgrade(f"{url}/ringdesk")
                yield f"{url}/ringdesk"
        finally:
            shutil.move(data, kept)


def _made_postgres(folder: Path, data: Path, fill: Callable[[str], None], settings: Mapping[str, str]) -> None:
    with _server(folder, data, {**SERVER, "fsync": "off", "full_page_writes": "off", **settings}) as url:
        with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE ringdesk")
        migrate.upgrade(f"{url}/ringdesk")
        fill(f"{url}/ringdesk")


@contextlib.contextmanager
def _server(folder: Path, data: Path, settings: dict[str, str]) -> Iterator[str]:
    """PostgreSQL on a free port, on `data`, which is made if it is not there. It refuses to run as root: root lends it a user."""
    user = next((name for name in ("postgres", "nobody") if postgres._exists(name)), None) if os.geteuid() == 0 else None
    binaries = postgres.programs()
    if user is not None:
        subprocess.run(["chown", "-R", user, str(folder)], check=True)
    if not data.exists():
        made = [binaries / "initdb", "-D", data, "-U", "ringdesk", "-A", "trust", "-E", "UTF8", "--locale=C"]
        postgres._run(made, user, folder)
    port = free_port()
    command = [str(binaries / "postgres"), "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-c", f"unix_socket_directories={folder}"]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    log = folder / "log"
    with log.open("ab") as out:
        server = subprocess.Popen(command, user=user, cwd=folder, stdout=out, stderr=out, env={"LC_ALL": "C"})
    try:
        postgres._wait(port, server, log)
        yield f"postgresql://ringdesk@127.0.0.1:{port}"
    finally:
        server.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(60)
        if server.poll() is None:
            server.kill()
            server.wait()


def _fill_postgres(url: str, customers: int, *, searchable: bool) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        with bare_postgres(connection, TABLES, () if searchable else ("ix_customers_search",)):
            for first, chunk in rows(customers):
                for table, found in values(first, chunk, MOMENT + "+00").items():
                    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({TABLES[table]}) FROM STDIN") as copy:
                        copy.write(copy_text(found))
        connection.execute(f"SELECT setval(pg_get_serial_sequence('customers', 'id'), {max(1, customers)}, {customers > 0})")
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


@contextlib.contextmanager
def bare_postgres(connection: "psycopg.Connection[Any]", tables: Iterable[str], without: Iterable[str] = ()) -> Iterator[None]:
    """Tables without constraints and indexes while they are filled; those `without` do not come back."""
    names = list(tables)
    query = """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype = 'f' FROM pg_constraint
        WHERE contype IN ('p', 'u', 'f') AND (conrelid::regclass::text = ANY (%(t)s) OR confrelid::regclass::text = ANY (%(t)s))
        ORDER BY contype = 'f' DESC"""
    constraints = connection.execute(query, {"t": names}).fetchall()
    for table, name, _, _ in constraints:
        connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}".encode())
    indexes = connection.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY (%s)", [names]).fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}".encode())
    yield
    for name, how in indexes:
        if name not in without:
            connection.execute(how.encode())
    for table, name, how, _ in reversed(constraints):  # foreign keys last
        connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {how}".encode())


def free_port() -> int:
    """A TCP port of this machine that nobody listens on just now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found: int = free.getsockname()[1]
    return found
