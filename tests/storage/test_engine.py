"""Units of work on both databases: whole or not at all, in order, and none starves the others."""

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents.models import Team
from ringdesk.crm import lookup
from ringdesk.storage.base import clean, now
from ringdesk.storage.engine import AWAY, Database
from ringdesk.telephony.models import CallRow
from tests.crm.people import entered
from tests.storage.outage import impatient, outage  # noqa: F401 - a fixture

ANNA = "+380441234567"


async def names(db: Database) -> list[str]:
    async with db.read() as session:
        return list(await session.scalars(select(Team.name).order_by(Team.id)))


async def test_a_unit_of_work_commits_as_a_whole_or_not_at_all(db: Database) -> None:
    for end in (ValueError("a fault"), asyncio.CancelledError()):
        writing = asyncio.create_task(_half(db, end))
        await asyncio.gather(writing, return_exceptions=True)
    giving_up = asyncio.create_task(_half(db, None))
    await asyncio.sleep(0.05)
    giving_up.cancel()
    await asyncio.gather(giving_up, return_exceptions=True)
    async with db.write() as session:
        session.add(Team(name="kept"))
    assert await names(db) == ["kept"]


async def _half(db: Database, end: BaseException | None) -> None:
    async with db.write() as session:
        session.add(Team(name="half"))
        await session.flush()
        if end is not None:
            raise end
        await asyncio.sleep(30)


async def test_many_writers_and_readers_at_once_all_get_through(db: Database) -> None:
    async def write(i: int) -> None:
        async with db.write() as session:
            session.add(Team(name=f"team {i}"))

    await asyncio.gather(*(write(i) for i in range(60)), *(names(db) for _ in range(60)))
    assert len(await names(db)) == 60


async def test_a_reader_sees_one_state_while_others_write(sqlite_url: str) -> None:
    db = Database(sqlite_url)
    async with db.read() as session:
        assert (await session.scalars(select(Team.name))).all() == []
        async with db.write() as other:
            other.add(Team(name="new"))
        assert (await session.scalars(select(Team.name))).all() == []
    assert await names(db) == ["new"]
    await db.close()


async def test_look_ups_in_a_rush_leave_connections_for_everybody_else(db: Database) -> None:
    """Look-ups keep their connections. A hundred at once, as after a restart in the middle of a hundred calls, must not keep all."""
    anna = await entered(db, "Anna", ANNA)

    async def look_up_and_read() -> int:
        (match,) = await lookup.by_number(db, ANNA)
        await names(db)
        return match.id

    async with asyncio.timeout(10):
        assert await asyncio.gather(*(look_up_and_read() for _ in range(100))) == [anna] * 100


async def test_a_look_up_that_is_given_up_spoils_nothing(db: Database) -> None:
    anna = await entered(db, "Anna", ANNA)
    for _ in range(30):
        task = asyncio.create_task(lookup.by_number(db, ANNA))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert [match.id for match in await lookup.by_number(db, ANNA)] == [anna]


@pytest.mark.usefixtures("impatient")
async def test_after_an_outage_the_first_question_is_answered(db: Database, database_url: str) -> None:
    """Connections of before the outage lie in the pool, and are as dead as they can be."""
    anna = await entered(db, "Anna", ANNA)
    await asyncio.gather(*(lookup.by_number(db, ANNA) for _ in range(8)), *(names(db) for _ in range(8)))
    assert await db.answers()
    with outage(db, database_url):
        with pytest.raises(AWAY):
            async with db.write() as session:
                session.add(Team(name="lost"))
        if db.dialect == "postgresql":
            assert not await db.answers()
    for _ in range(8):
        assert [match.id for match in await lookup.by_number(db, ANNA)] == [anna]
    assert await names(db) == []
    assert await db.answers()
    async with db.write() as session:
        session.add(Team(name="kept"))


async def test_another_process_may_hold_the_lock_for_a_while(sqlite_url: str) -> None:
    db = Database(sqlite_url)
    holder = sqlite3.connect(Path(sqlite_url.removeprefix("sqlite:///")), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    asyncio.get_running_loop().call_later(0.3, holder.execute, "COMMIT")
    async with db.write() as session:
        session.add(Team(name="waited"))
    assert await names(db) == ["waited"]
    holder.close()
    await db.close()


async def test_a_closed_database_leaves_no_connection(db: Database, database_url: str) -> None:
    await asyncio.gather(*(lookup.by_number(db, ANNA) for _ in range(8)))
    await db.close()
    if db.dialect == "postgresql":
        again = Database(database_url)
        ours = "datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        for _ in range(500):
            async with again.read() as session:  # one transaction sees the same activity for its whole life
                left = await session.scalar(text(f"SELECT count(*) FROM pg_stat_activity WHERE {ours}"))
            if left == 0:
                break
            await asyncio.sleep(0.02)
        assert left == 0
        await again.close()


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 21, 12, 0, 0, 123456, UTC),
        datetime(2026, 11, 21, 12, tzinfo=timezone(timedelta(hours=14))),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(9998, 12, 31, 23, 59, 59, 999999, UTC),
    ],
)
async def test_times_come_back_as_the_same_moment_in_utc(db: Database, moment: datetime) -> None:
    async with db.write() as session:
        session.add(_call("c1", started_at=moment))
    async with db.read() as session:
        (found,) = await session.scalars(select(CallRow.started_at))
    assert (found, found.tzinfo) == (moment, UTC)


async def test_a_time_without_a_zone_is_refused(db: Database) -> None:
    with pytest.raises(StatementError):
        async with db.write() as session:
            session.add(_call("c1", started_at=datetime(2026, 11, 21)))  # noqa: DTZ001 - that is the point


async def test_text_from_outside_is_cut_and_cleaned_to_what_a_column_holds(db: Database) -> None:
    odd = "\x00\ud800" + "ї" * 5000
    async with db.write() as session:
        session.add(_call("c1", caller_name=odd, caller_number=odd, did=odd))
    async with db.read() as session:
        (row,) = await session.scalars(select(CallRow))
    assert (len(row.caller_name or ""), len(row.caller_number or ""), len(row.did or "")) == (256, 128, 64)
    assert (row.caller_name or "").startswith("\ufffd")


@given(st.text())
def test_cleaning_leaves_what_every_database_and_browser_takes(anything: str) -> None:
    cleaned = clean(anything)
    assert "\x00" not in cleaned
    cleaned.encode("utf-8")
    assert clean(cleaned) == cleaned
    assert len(cleaned) == len(anything)


def _call(call_id: str, **more: object) -> CallRow:
    given_ = {"started_at": now(), "caller_name": None, "caller_number": None, "did": None} | more
    return CallRow(id=call_id, pbx="pbx", linkedid=call_id, direction="in", gap=False, **given_)


async def test_a_look_sees_what_is_committed_and_waits_for_nothing_else(db: Database) -> None:
    async def two(session: AsyncSession) -> list[str]:
        found = list((await session.execute(select(Team.name))).scalars())
        return found + list(await session.scalars(select(Team.name)))

    async def idle(_session: AsyncSession) -> None:
        await asyncio.sleep(0)

    async with db.write() as session:
        session.add(Team(name="support"))
    assert await db.look(two) == ["support", "support"]
    with pytest.raises(RuntimeError, match="something else"):
        await db.look(idle)
    assert await db.look(two) == ["support", "support"]
