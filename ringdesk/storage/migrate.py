"""Migrations: bring a database to this version's tables, or say how far it is."""

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from ringdesk.storage.engine import driver_url, use_plain_transactions

HERE = Path(__file__).parent / "migrations"
LOCK = 0x52494E47  # "RING": PostgreSQL advisory lock, so that two starting processes migrate one after the other


@dataclass(frozen=True, slots=True)
class State:
    current: str | None
    newest: str | None

    @property
    def up_to_date(self) -> bool:
        return self.current == self.newest


def config() -> Config:
    found = Config()
    found.set_main_option("script_location", str(HERE))
    return found


def upgrade(url: str, revision: str = "head") -> None:
    """Blocking. All missing migrations are one transaction; running it on an up-to-date database does nothing."""
    with _connection(url, write=True) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
            connection.commit()
        found = config()
        found.attributes["connection"] = connection
        command.upgrade(found, revision)
        connection.commit()
        if connection.dialect.name == "sqlite":
            _keep_a_log(connection)


def _keep_a_log(connection: Connection) -> None:
    """Readers and the writer side by side from the first day: the file can only be told so while nobody holds its lock."""
    with contextlib.suppress(sqlite3.OperationalError):
        raw = connection.connection.driver_connection
        if raw is not None:
            raw.execute("PRAGMA journal_mode=WAL")


def state(url: str) -> State:
    with _connection(url) as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return State(current=current, newest=ScriptDirectory(str(HERE)).get_current_head())


@contextmanager
def _connection(url: str, *, write: bool = False) -> Iterator[Connection]:
    target = driver_url(url, sync=True)
    if target.get_backend_name() == "sqlite" and target.database:
        Path(target.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(target, execution_options={"ringdesk_write": write})
    if target.get_backend_name() == "sqlite":
        use_plain_transactions(engine, ("busy_timeout=10000",))  # without foreign keys: a table made anew would empty the others
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
