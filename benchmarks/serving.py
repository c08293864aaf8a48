"""`ringdesk serve` as somebody installs it, with recordings that a telephone system leaves in a folder."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import aiohttp

from benchmarks import databases
from ringdesk.agents import accounts, logins
from ringdesk.agents.rights import Role
from ringdesk.recordings.keeping import policies
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database
from ringdesk.telephony.models import CallRow

MANAGER, PASSWORD = "manager", "listens for a while"


async def prepared(url: str, calls: int, minutes: int, *, mask: bool) -> str:
    """Calls that have just ended, and a manager, whose token this is. `mask`: nobody hears them before card numbers are searched for."""
    db = Database(url)
    async with db.write() as session:
        for number in range(calls):
            moment = now() - timedelta(minutes=minutes)
            session.add(
                CallRow(
                    id=f"pbx-{linkedid(number)}", pbx="pbx", linkedid=linkedid(number), direction="in", did="", caller_name="",
                    caller_number="0501112233", number="+380501112233", started_at=moment, answered_at=moment, ended_at=now(),
                    outcome="answered",
                )
            )  # fmt: skip
        general = (await policies.everything(session))[0]
        general.mask_cards = mask
        user = await accounts.add(session, name=MANAGER, roles=[Role.MANAGER], password=PASSWORD)
        _, token = await logins.make_token(session, user, "benchmark")
    await db.close()
    return token


def linkedid(number: int) -> str:
    return f"1795288250.{number}"


@asynccontextmanager
async def serving(url: str, folder: Path, **settings: str) -> AsyncIterator[str]:
    """Its address, when it watches `folder`/spool. `settings` without RINGDESK_ before their names."""
    port = databases.free_port()
    spool = folder / "spool"
    spool.mkdir()
    given = {
        "DATABASE_URL": url,
        "RECORDINGS_SPOOL": str(spool),
        "RECORDINGS_STORE": str(folder / "store"),
        "MODELS_FOLDER": str(folder / "models"),
        "HTTP_PORT": str(port),
        "AMI_PORT": "1",
        "LOG_LEVEL": "error",
        **settings,
    }
    environ = {**os.environ, **{f"RINGDESK_{name}": value for name, value in given.items()}}
    serving = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from ringdesk.config.cli import main; main()", "serve", env=environ, cwd=folder
    )
    address = f"http://127.0.0.1:{port}"
    try:
        async with aiohttp.ClientSession() as client:
            for _ in range(600):
                try:
                    await client.get(f"{address}/healthz")
                    break
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)
        await asyncio.sleep(2)  # until the folder is watched
        yield address
    finally:
        serving.terminate()
        await serving.wait()
