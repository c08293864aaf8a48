"""Marks of changed quarters: with the facts or not at all, once for a transaction, and in no circle."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from ringdesk.storage import quarters
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database
from ringdesk.storage.quarters import ChangedQuarter, quarter_of


async def marks(db: Database) -> dict[int, int]:
    async with db.read() as session:
        return {row.quarter: row.changes for row in await session.scalars(select(ChangedQuarter))}


async def test_writers_of_the_same_quarters_never_wait_in_a_circle(db: Database) -> None:
    """Each writes facts of two old quarters, one half the newer first: as marks of their own these would lock each other out."""
    one, other = now() - timedelta(days=1), now() - timedelta(days=2)

    async def write(first: datetime, second: datetime) -> None:
        async with db.write() as session:
            await quarters.changed(session, db.dialect, [first])
            await asyncio.sleep(0.01)  # others begin meanwhile
            await quarters.changed(session, db.dialect, [second, first])

    await asyncio.gather(*(write(*pair) for pair in [(one, other), (other, one)] * 6))
    assert await marks(db) == {quarter_of(one): 12, quarter_of(other): 12}


async def test_what_is_not_written_is_not_marked_and_nobody_is_told(db: Database) -> None:
    told = list[str]()
    db.told_of[quarters.FACTS] = lambda: told.append("facts")

    async def fail() -> None:
        async with db.write() as session:
            await quarters.changed(session, db.dialect, [now() - timedelta(days=1)])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with db.write() as session:
        await quarters.changed(session, db.dialect, [])
    assert (await marks(db), told) == ({}, [])
    async with db.write() as session:
        await quarters.changed(session, db.dialect, [now()])
    assert (await marks(db), told) == ({}, ["facts"]), "what nobody counts yet needs no mark"
