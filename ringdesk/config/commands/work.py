"""`ringdesk worker`."""

import asyncio
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from ringdesk import __version__
from ringdesk.config import log
from ringdesk.config.commands.terminal import load
from ringdesk.config.settings import Settings
from ringdesk.config.site import stop_signal
from ringdesk.recordings.keeping.store import AudioStore
from ringdesk.recordings.workshop import Workshop
from ringdesk.storage import migrate
from ringdesk.storage.engine import Database

ASK_AGAIN = 2.0  # seconds


def worker(
    processes: Annotated[
        int | None, typer.Option(min=1, max=64, help="Speech processes, a core each; RINGDESK_WORKERS, at least one, if not given.")
    ] = None,
) -> None:
    """Store, transcribe and score recordings beside a `ringdesk serve`, here or on another machine.

    It needs the same database and the same RINGDESK_RECORDINGS_STORE; what another machine found is stored there."""
    found = load(logs=True)
    asyncio.run(work(found, processes or max(1, found.workers)))


async def work(found: Settings, processes: int) -> None:
    """Until it is told to stop."""
    logger = log.get("ringdesk")
    with stop_signal() as stop:
        working = asyncio.create_task(_work(found, processes), name="worker")
        stopped = asyncio.create_task(stop.wait(), name="stop")
        await asyncio.wait([working, stopped], return_when=asyncio.FIRST_COMPLETED)
        logger.info("stopping")
        for task in (working, stopped):
            task.cancel()
        outcome, _ = await asyncio.gather(working, stopped, return_exceptions=True)
        if isinstance(outcome, Exception):
            raise outcome


async def _work(found: Settings, processes: int) -> None:
    logger = log.get("ringdesk")
    waited = False
    while not await asyncio.to_thread(_ready, found.database_url):
        if not waited:
            logger.warning("worker_waits", reason="the database is not there, or its tables are not of this version: `ringdesk migrate`")
        waited = True
        await asyncio.sleep(ASK_AGAIN)
    db = Database(found.database_url)
    try:
        logger.info("working", processes=processes, database=db.dialect, version=__version__)
        await Workshop(db, found, AudioStore(found), processes).run()
    finally:
        await db.close()


def _ready(url: str) -> bool:
    try:
        return migrate.state(url).up_to_date
    except (SQLAlchemyError, OSError):
        return False
