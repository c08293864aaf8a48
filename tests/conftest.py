"""What all tests share: both databases, migrated once and copied for each test."""

import itertools
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest

from ringdesk.storage import migrate
from ringdesk.storage.engine import Database
from tests import postgres
from tests.needs import missing
from tests.pbx.fixtures import *  # noqa: F403 - asterisk, pbx and the hooks that build the PBX once

pytest_plugins = ["tests.recordings.speech.report"]

_serial = itertools.count(1)


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A developer's RINGDESK_* and ringdesk.toml are not the tests' business."""
    for name in [name for name in os.environ if name.upper().startswith("RINGDESK_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[str]:
    """The cluster's URL, with a migrated database `template` in it."""
    try:
        with postgres.cluster() as url:
            with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
                connection.execute("CREATE DATABASE template")
            migrate.upgrade(f"{url}/template")
            yield url
    except postgres.NoPostgres as reason:
        missing(f"no PostgreSQL: {reason}")


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "ringdesk.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_cluster: str) -> Iterator[str]:
    name = f"test_{next(_serial)}"
    with psycopg.connect(f"{postgres_cluster}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template")
        yield f"{postgres_cluster}/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database of each kind: what runs on one must run on both."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()
