"""What is written a moment later: in its order, once, and not lost with the database."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents import audit
from ringdesk.agents.models import AuditEntry
from ringdesk.storage import later
from ringdesk.storage.engine import Database
from ringdesk.storage.later import Later

Save = Callable[[AsyncSession, list[str]], Awaitable[None]]


async def save(session: AsyncSession, names: list[str]) -> None:
    for name in names:
        audit.note(session, name, "later", 1, user_id=None)
    await session.flush()


async def written(db: Database) -> list[str]:
    async with db.read() as session:
        return list(await session.scalars(select(AuditEntry.action).where(AuditEntry.subject == "later").order_by(AuditEntry.id)))


async def wait_for(db: Database, names: list[str]) -> None:
    async with asyncio.timeout(20):
        while await written(db) != names:
            await asyncio.sleep(0.02)


async def test_everything_is_written_in_its_order(db: Database) -> None:
    writer = Later(db, "test", save)
    task = asyncio.create_task(writer.run())
    names = [f"n{i:03}" for i in range(50)]
    for i, name in enumerate(names):
        writer.note(name)
        if i % 7 == 0:
            await asyncio.sleep(0.01)
    await wait_for(db, names)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await written(db) == names


async def test_what_waits_is_written_when_it_is_stopped(db: Database) -> None:
    writer = Later(db, "test", save)
    task = asyncio.create_task(writer.run())
    await asyncio.sleep(0)
    writer.note("last words")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await written(db) == ["last words"]


async def test_a_refused_write_is_done_again_with_what_came_since(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(later, "RETRY", 0.05)
    refusals = 2

    async def refusing(session: AsyncSession, names: list[str]) -> None:
        nonlocal refusals
        await save(session, names)  # half done when it fails: the transaction takes it back
        if refusals:
            refusals -= 1
            writer.note(f"during {refusals}")
            await session.execute(text("SELECT * FROM no_such_table"))

    writer = Later(db, "test", refusing)
    task = asyncio.create_task(writer.run())
    writer.note("first")
    await wait_for(db, ["first", "during 1", "during 0"])
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await written(db) == ["first", "during 1", "during 0"]


async def test_a_direct_write_tells_what_the_database_says_and_keeps_all(db: Database) -> None:
    async def broken(session: AsyncSession, names: list[str]) -> None:
        raise OperationalError("INSERT", {}, Exception("away"))

    writer: Later[str] = Later(db, "test", broken)
    writer.note("kept")
    with pytest.raises(OperationalError):
        await writer.write()
    writer.save = save
    await writer.write()
    await writer.write()
    assert await written(db) == ["kept"]


async def test_cut_in_the_middle_it_is_written_once(db: Database) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(session: AsyncSession, names: list[str]) -> None:
        await save(session, names)
        begun.set()
        await go_on.wait()

    writer = Later(db, "test", slow)
    task = asyncio.create_task(writer.run())
    writer.note("once")
    await begun.wait()
    task.cancel()
    await asyncio.sleep(0.05)
    go_on.set()
    await asyncio.gather(task, return_exceptions=True)
    assert await written(db) == ["once"]
