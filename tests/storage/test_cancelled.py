"""Who is cancelled in the middle of a transaction leaves no lock behind."""

import asyncio
import gc
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from ringdesk.storage.engine import Database

TIMES = 150
COUNTED = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 3000) SELECT n FROM c"


@pytest.fixture
def no_collections() -> Iterator[None]:
    """Which would take away what hangs on to the lock."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collections")
async def test_a_cancelled_writer_gives_the_lock_back(tmp_path: Path) -> None:
    path, rng = tmp_path / "ringdesk.db", Random(1)
    db = Database(f"sqlite:///{path}")

    async def write() -> None:
        async with db.write() as session:
            await session.execute(text("UPDATE t SET a = a + 1 WHERE a < 5"))
            for _ in range(2):
                await session.execute(text("SELECT * FROM t"))

    async def until_free() -> None:
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:
            while True:
                try:
                    other.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError:
                    await asyncio.sleep(0.02)
                else:
                    return

    async with db.write() as session:
        await session.execute(text("CREATE TABLE t (a INTEGER)"))
        await session.execute(text(f"INSERT INTO t {COUNTED}"))
    for _ in range(TIMES):
        task = asyncio.create_task(write())
        await asyncio.sleep(rng.random() * 0.012)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        del task
        async with asyncio.timeout(5):
            await until_free()
    await db.close()
