"""The tables that migrations make are the models' tables; migrations are whole or not at all, up and down."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

import ringdesk.agents.models
import ringdesk.crm.models
import ringdesk.recordings.models
import ringdesk.statistics.models
import ringdesk.statistics.rollups
import ringdesk.storage.quarters
import ringdesk.telephony.models  # noqa: F401 - all of them fill the metadata
from ringdesk.storage import migrate
from ringdesk.storage.base import Base

BY_HAND = ("customer_search", "ix_customers_search", "said_words")  # the search indexes, which no model describes


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    with migrate._connection(url, write=True) as connection:
        yield connection


@pytest.fixture
def empty_url(database_url: str, tmp_path: Path) -> Iterator[str]:
    """A database of the same kind with nothing in it."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    cluster, _, name = database_url.rpartition("/")
    with psycopg.connect(f"{cluster}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}_empty")
        yield f"{cluster}/{name}_empty"
        connection.execute(f"DROP DATABASE {name}_empty WITH (FORCE)")


def tables(url: str) -> set[str]:
    with connected(url) as connection:
        return set(inspect(connection).get_table_names())


def downgrade(url: str, revision: str) -> None:
    with connected(url) as connection:
        config = migrate.config()
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        connection.commit()


def differences(url: str) -> list[Any]:
    with connected(url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return [d for d in compare_metadata(context, Base.metadata) if not any(name in str(d) for name in BY_HAND)]


def test_what_migrations_make_is_what_the_models_say(database_url: str) -> None:
    assert differences(database_url) == []
    assert migrate.state(database_url).up_to_date


def test_down_to_nothing_and_up_again(database_url: str) -> None:
    before = tables(database_url)
    downgrade(database_url, "base")
    assert tables(database_url) == {"alembic_version"}
    assert migrate.state(database_url).current is None
    migrate.upgrade(database_url)
    assert tables(database_url) == before
    assert differences(database_url) == []


def test_step_by_step_is_the_same_as_at_once(empty_url: str, database_url: str) -> None:
    assert migrate.state(empty_url).current is None
    for revision in ("0001", "head"):
        migrate.upgrade(empty_url, revision)
    assert tables(empty_url) == tables(database_url)
    migrate.upgrade(empty_url)  # nothing to do
    assert migrate.state(empty_url) == migrate.state(database_url)


def test_a_migration_that_fails_leaves_nothing_behind(empty_url: str) -> None:
    """As after a crash in its middle: the next start must be able to begin anew."""
    with connected(empty_url) as connection:
        connection.execute(text("CREATE TABLE notes (x integer)"))  # one of the last that the first migration makes
        connection.commit()
    with pytest.raises(Exception, match="exists"):
        migrate.upgrade(empty_url)
    assert tables(empty_url) <= {"notes", "alembic_version"}
    with connected(empty_url) as connection:
        connection.execute(text("DROP TABLE notes"))
        connection.commit()
    migrate.upgrade(empty_url)
    assert differences(empty_url) == []


def test_processes_that_start_at_once_migrate_one_after_the_other(empty_url: str) -> None:
    script = f"from ringdesk.storage import migrate; migrate.upgrade({empty_url!r})"
    running = [subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE) for _ in range(2)]
    for process in running:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors.decode()[-500:]
    assert differences(empty_url) == []
