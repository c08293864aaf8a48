"""A database that goes away for a while: PostgreSQL throws everybody out and lets nobody in, SQLite's lock is somebody else's."""

import functools
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from ringdesk.storage import engine
from ringdesk.storage.engine import Database


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite's lock is waited for 20 ms instead of ten seconds. Before the database is opened."""
    use = functools.partial(engine.use_plain_transactions, pragmas=(*engine.SQLITE_PRAGMAS, "busy_timeout=20"))
    monkeypatch.setattr(engine, "use_plain_transactions", use)


@contextmanager
def outage(db: Database, url: str) -> Iterator[None]:
    if db.dialect == "sqlite":
        with _locked(Path(url.removeprefix("sqlite:///"))):
            yield
        return
    cluster, _, name = url.rpartition("/")
    with psycopg.connect(f"{cluster}/postgres", autocommit=True) as boss:
        boss.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        boss.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            yield
        finally:
            boss.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        holder.execute("ROLLBACK")
        holder.close()
