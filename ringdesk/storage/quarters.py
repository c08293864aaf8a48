"""Quarter-hours whose facts changed: who writes a fact marks its quarter in the same transaction, statistics count it anew.

A mark is a row that both sides lock: while a count takes it away, nobody can mark the quarter; a mark set before is seen by the count,
one set after it makes the quarter counted again. So no change is lost, whichever comes first."""

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, SQLColumnExpression, cast, func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from ringdesk.storage.base import Base, now
from ringdesk.storage.engine import AFTER_COMMIT, BEFORE_COMMIT, insert_into

QUARTER = 900  # seconds: the grain of all statistics, since every zone in use differs from UTC by a multiple of it
MICROS = 1_000_000
FACTS = "facts"  # what a database tells of when facts were written: `Database.told_of`
YOUNG = 2  # quarters behind the current one that nobody counts yet: most calls are over then, and their writers need no marks
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ChangedQuarter(Base):
    __tablename__ = "changed_quarters"

    quarter: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)
    """Quarter-hours since 1970 in UTC."""
    changes: Mapped[int] = mapped_column(BigInteger)


def quarter_of(at: datetime) -> int:
    return (at - EPOCH) // timedelta(seconds=QUARTER)


def begin_of(quarter: int) -> datetime:
    return EPOCH + timedelta(seconds=QUARTER * quarter)


def during(begin: datetime, end: datetime) -> Iterator[datetime]:
    """A moment of each quarter from `begin` to `end`; of the first one always."""
    yield begin
    yield from map(begin_of, range(quarter_of(begin) + 1, quarter_of(end) + 1))


def settled(at: datetime) -> int:
    """The first quarter that is not counted yet at this time: it and those behind it need no marks."""
    return quarter_of(at) - YOUNG


async def changed(session: AsyncSession, dialect: str, moments: Iterable[datetime]) -> None:
    """Facts of these moments are written in this transaction, one of `Database.write`. They are marked as the last thing it does, all at
    once and in their order: many transactions mark the same quarters, and must neither wait for each other in a circle nor for long."""
    if touched := {quarter_of(at) for at in moments}:
        session.info.setdefault(BEFORE_COMMIT, {}).setdefault(FACTS, _Marks(dialect)).quarters.update(touched)
        session.info.setdefault(AFTER_COMMIT, set()).add(FACTS)


class _Marks:
    """The marks of one transaction."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self.quarters: set[int] = set()

    async def __call__(self, session: AsyncSession) -> None:
        unmarked = settled(now()) + 1  # a quarter-hour later than need be: the commit may take its time
        if rows := [{"quarter": quarter, "changes": 1} for quarter in sorted(self.quarters) if quarter < unmarked]:
            await session.execute(_MARK[self.dialect], rows)


def _mark(dialect: str) -> Any:
    statement = insert_into(ChangedQuarter.__table__, dialect)  # the table, not the model: half the time, and it is done with every call
    return statement.on_conflict_do_update(index_elements=["quarter"], set_={"changes": ChangedQuarter.changes + 1})


_MARK: dict[str, Any] = {dialect: _mark(dialect) for dialect in ("sqlite", "postgresql")}


class micros(GenericFunction[int]):  # named as it reads in a statement
    """Microseconds since 1970 of a stored time, a whole number on both databases: sums of them are right to the last digit."""

    type = BigInteger()
    inherit_cache = True


@compiles(micros, "sqlite")
def _sqlite_micros(element: micros, compiler: SQLCompiler, **kw: object) -> str:
    text = compiler.process(element.clauses, **kw)  # "2026-11-22 09:00:00.123456"
    whole = f"substr({text}, 1, 19)"  # SQLite rounds to milliseconds: .9995 would be the next second
    return f"({_SECONDS.format(whole)} * 1000000 + CAST(substr({text}, 21, 6) AS INTEGER))"


# SQLite 3.38 can do without making a text of the number: less than half the time, and time is what counting a day consists of.
_SECONDS = "unixepoch({})" if sqlite3.sqlite_version_info >= (3, 38) else "CAST(strftime('%s', {}) AS INTEGER)"


@compiles(micros, "postgresql")
def _postgresql_micros(element: micros, compiler: SQLCompiler, **kw: object) -> str:
    # A double tells times of this millennium apart to a quarter of a microsecond; extract() would reckon with slow decimals.
    return f"(date_part('epoch', {compiler.process(element.clauses, **kw)}) * 1000000)::bigint"


def quarter_at(time: SQLColumnExpression[datetime]) -> ColumnElement[int]:
    """The quarter of a stored time."""
    return cast(micros(time), BigInteger) // (QUARTER * MICROS)


def span(
    begin: SQLColumnExpression[datetime] | SQLColumnExpression[datetime | None], end: SQLColumnExpression[datetime | None]
) -> ColumnElement[int]:
    """Microseconds between two stored times; 0 where one is not known."""
    return func.coalesce(micros(end) - micros(begin), 0)
