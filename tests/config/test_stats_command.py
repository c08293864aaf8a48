"""`ringdesk stats rebuild` as an administrator types it."""

import signal
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select

from ringdesk.statistics.folding import first_day
from ringdesk.statistics.models import Folded, StatsState
from ringdesk.statistics.rollups import QueueRollup
from ringdesk.storage import migrate
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database
from ringdesk.storage.quarters import ChangedQuarter
from tests.command import RINGDESK
from tests.config.test_cli import Terminal
from tests.statistics import facts

OFFERED = select(func.sum(QueueRollup.offered)).where(QueueRollup.level == "d", QueueRollup.queue == "*")
DAYS = select(func.count()).select_from(Folded).where(Folded.level == "d")


async def with_calls(url: str, since: datetime, calls: int) -> Database:
    migrate.upgrade(url)
    db = Database(url)
    async with db.write() as session:
        await facts.people(session, since)
        await facts.write(session, db.dialect, facts.some(Random(5), since, now() - timedelta(days=2), calls))
        await session.execute(delete(ChangedQuarter))  # it is not marks that lead to them
    return db


async def test_everything_is_counted_and_wrong_sums_are_set_right(database_url: str, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    db = await with_calls(database_url, now() - timedelta(days=6), 50)
    try:
        first = terminal.run("stats", "rebuild", database_url=database_url)
        assert (first.returncode, first.stderr.strip().splitlines()[-1:][0][:8] if first.stderr.strip() else "") in (
            (0, "counting"),
            (0, ""),
        )
        assert first.stdout.startswith("Counted ")
        async with db.write() as session:
            right, days = await session.scalar(OFFERED), await session.scalar(DAYS)
            assert right
            row = (await session.scalars(select(QueueRollup).where(QueueRollup.level == "d"))).first()
            assert row is not None
            row.offered += 1
        assert terminal.run("stats", "rebuild", database_url=database_url).returncode == 0
        async with db.read() as session:
            assert (await session.scalar(OFFERED), await session.scalar(DAYS)) == (right, days)
    finally:
        await db.close()


async def test_there_is_nothing_to_count(tmp_path: Path) -> None:
    done = Terminal(tmp_path).run("stats", "rebuild")
    assert (done.returncode, done.stdout.split(" in ")[0]) == (0, "Counted 0 days")


async def test_it_goes_on_where_it_was_broken_off(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    db = await with_calls(terminal.database_url, now() - timedelta(days=25), 20)
    rebuild = [*RINGDESK, "stats", "rebuild"]
    try:
        running = subprocess.Popen(rebuild, cwd=tmp_path, env=terminal.environment, stdout=subprocess.PIPE, text=True)
        while (left := await to_count(db)) is None or left > 23:
            assert running.poll() is None
        running.send_signal(signal.SIGTERM)
        said, _ = running.communicate(timeout=60)
        assert running.returncode == 130, said
        assert "goes on from there" in said
        left = await to_count(db)
        assert left
        again = terminal.run("stats", "rebuild")
        assert (again.returncode, again.stdout.split(" in ")[0]) == (0, f"Counted {left} days")
        assert await to_count(db) is None
    finally:
        await db.close()


async def to_count(db: Database) -> int | None:
    """How many days a rebuild that is under way has still to count."""
    async with db.read() as session:
        state = await session.get(StatsState, 1)
        first = await first_day(session, ZoneInfo("UTC"))
    return None if state is None or state.recount_before is None or first is None else state.recount_before - first
