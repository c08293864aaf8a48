"""The database: one class for SQLite (WAL, one writer) and PostgreSQL, with a unit of work for reading and one for writing."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import URL, Engine, FromClause, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from ringdesk.storage.base import Base

SQLITE_PRAGMAS = (
    "busy_timeout=10000",  # ms; another process (an import) may hold the write lock, also when the next line wants it
    "journal_mode=WAL",  # readers never wait for the writer
    "synchronous=NORMAL",  # with WAL a crash of the process loses nothing that was committed
    "foreign_keys=ON",
    "cache_size=-16384",  # 16 MiB a connection; most is read through the map
    "mmap_size=1073741824",
    "temp_store=MEMORY",
)
# What is raised while the database is not there, or somebody holds its lock for too long: trying again later may help.
AWAY = (OperationalError, InterfaceError, NoConnection)
BEFORE_COMMIT = "before_commit"  # in a session's `info`: by name, what is done with the session as the last thing of its transaction
AFTER_COMMIT = "after_commit"  # in a session's `info`: names of what is told when its transaction is done
LOOKS = 4  # look-ups at once, each in a thread with a connection
T = TypeVar("T")


def driver_url(url: str, *, sync: bool = False) -> URL:
    """The setting's URL with the driver we use. `sync` is for Alembic, which runs before there is a loop."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return parsed.set(drivername="sqlite" if sync else "sqlite+aiosqlite")
    return parsed.set(drivername="postgresql+psycopg")


def insert_into(model: type[Base] | FromClause, dialect: str) -> Any:
    """An INSERT with `on_conflict_…`: both databases spell it alike, SQLAlchemy has one for each."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(model)


class Database:
    """Hands out units of work. `read()` sees one state; `write()` commits as a whole or not at all."""

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        target = driver_url(url)
        self.dialect = target.get_backend_name()
        if self.dialect == "sqlite" and target.database not in (None, "", ":memory:"):
            Path(str(target.database)).parent.mkdir(parents=True, exist_ok=True)
        self.engine: AsyncEngine = create_async_engine(
            target,
            pool_size=pool_size,
            max_overflow=pool_size,
            # A server that was restarted leaves dead connections in the pool: ask for a sign of life before one is used.
            pool_pre_ping=self.dialect != "sqlite",
            hide_parameters=True,  # an error's text goes to the log, and what was to be written may be a secret
        )
        self._one_writer = asyncio.Lock() if self.dialect == "sqlite" else None
        autocommit = {} if self.dialect == "sqlite" else {"isolation_level": "AUTOCOMMIT"}
        self.told_of: dict[str, Callable[[], None]] = {}
        """Who is told when a transaction that wrote something of this name is done; quick, on the loop."""
        self._looks = create_engine(
            driver_url(url, sync=True),
            pool_size=LOOKS,
            pool_use_lifo=True,  # the connection used last has everything at hand
            pool_reset_on_return=None,  # there is no transaction to end
            hide_parameters=True,
            **autocommit,
        )
        self._lookers = ThreadPoolExecutor(LOOKS, thread_name_prefix="look")
        if self.dialect == "sqlite":
            use_plain_transactions(self.engine.sync_engine)
            roll_back_what_is_given_up(self.engine.sync_engine)
            use_plain_transactions(self._looks, transactions=False)
        else:
            never_compile(self.engine.sync_engine)
            never_compile(self._looks)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            yield session

    @asynccontextmanager
    async def read_one_state(self) -> AsyncIterator[AsyncSession]:
        """For what adds up several statements: all see the state of the first, also on PostgreSQL, which else shows each the newest."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            if self.dialect == "postgresql":
                await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """One transaction. In SQLite writers queue here instead of meeting "database is locked"."""
        async with self._one_transaction() as session:
            yield session
            for last in session.info.pop(BEFORE_COMMIT, {}).values():
                await last(session)
        for told in session.info.pop(AFTER_COMMIT, ()):
            if told in self.told_of:
                self.told_of[told]()

    @asynccontextmanager
    async def _one_transaction(self) -> AsyncIterator[AsyncSession]:
        if self._one_writer is None:
            async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
                yield session
            return
        async with self._one_writer, AsyncSession(self.engine, expire_on_commit=False) as session:
            await session.connection(execution_options={"ringdesk_write": True})
            try:
                yield session
            except BaseException:
                await session.rollback()
                raise
            await session.commit()

    async def look(self, work: Callable[[AsyncSession], Coroutine[Any, Any, T]]) -> T:
        """A short reading on the hot path: all statements of `work`, which awaits nothing but its session, in one go of a thread.

        What costs in `read()` is the way between the loop and the database, statement by statement, BEGIN and ROLLBACK among them: it
        takes several times as long as finding a few rows. Here each statement sees what is committed just then. More than `LOOKS` at
        once wait. `work` is done again where the server was restarted since the last time: the next connection is a fresh one."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._lookers, self._look, work)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            return await loop.run_in_executor(self._lookers, self._look, work)

    def _look(self, work: Callable[[AsyncSession], Coroutine[Any, Any, T]]) -> T:
        with Session(self._looks, expire_on_commit=False, autoflush=False) as session:
            going = work(cast(AsyncSession, _AtOnce(session)))
            try:
                going.send(None)
            except StopIteration as done:
                return cast(T, done.value)
            going.close()
            raise RuntimeError("a look waits for something else than its session")

    async def answers(self) -> bool:
        """Is the database there?"""
        try:
            async with self.read() as session:
                return bool(await session.scalar(text("SELECT 1")))
        except (SQLAlchemyError, OSError):
            return False

    async def close(self) -> None:
        self._lookers.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(self._lookers.shutdown)
        self._looks.dispose()
        await self.engine.dispose()


class _AtOnce:
    """A session in the shape of an AsyncSession, for reading. Its answers are there before anybody can wait for them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def execute(self, *statement: Any) -> Any:
        return self._session.execute(*statement)

    async def scalars(self, *statement: Any) -> Any:
        return self._session.scalars(*statement)

    async def scalar(self, *statement: Any) -> Any:
        return self._session.scalar(*statement)


def never_compile(engine: Engine) -> None:
    """PostgreSQL takes a second to compile what counts a day of statistics, and then a twentieth of a second to run it."""

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("SET jit = off")
        cursor.close()
        connection.commit()


def roll_back_what_is_given_up(engine: Engine) -> None:
    """A task that is cancelled in the middle of a statement loses its connection, which is closed. SQLite keeps such a one, with its lock,
    until the last cursor is gone (sqlite.org/c3ref/close.html), and cursors live on in the traceback until the next garbage collection."""
    endings = set[asyncio.Task[None]]()

    @event.listens_for(engine, "invalidate")
    def given_up(connection: Any, _record: Any, _error: BaseException | None) -> None:
        with suppress(RuntimeError):  # no loop: it is garbage that is collected
            ending = asyncio.get_running_loop().create_task(_roll_back(connection.driver_connection))
            endings.add(ending)
            ending.add_done_callback(endings.discard)


async def _roll_back(connection: Any) -> None:
    with suppress(ValueError, sqlite3.Error):  # closed already; nothing to roll back
        await connection.rollback()


def use_plain_transactions(engine: Engine, pragmas: Iterable[str] = SQLITE_PRAGMAS, *, transactions: bool = True) -> None:
    """sqlite3 begins transactions at moments of its own choosing; take that over, so that a writer locks at its start. Without
    `transactions` there are none: each statement stands for itself."""

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    if transactions:

        @event.listens_for(engine, "begin")
        def begin(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("ringdesk_write") else "BEGIN")
