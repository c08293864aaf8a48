"""Recordings for a test: found ones, and such as lie in the store already."""

import asyncio
import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ringdesk.config.settings import Settings
from ringdesk.recordings import states
from ringdesk.recordings.keeping.store import AudioStore
from ringdesk.recordings.keeping.storing import Storing
from ringdesk.recordings.models import Recording, RecordingAgent
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database
from ringdesk.telephony.models import CallRow
from tests.recordings.sound import AGENT, CUSTOMER, tone, wav, write

WORKER = "tester"
_serial = itertools.count(1)


def settings_of(db: Database | str, **more: Any) -> Settings:
    """Of a house that lies in the test's own folder, which is the working directory."""
    url = db if isinstance(db, str) else "sqlite:///unused"
    return Settings(database_url=url, recordings_spool=Path("spool").absolute(), **more)


def sides(seconds: float = 2.0) -> bytes:
    """As `D` writes it on the customer's channel: the customer on the left."""
    return wav(tone(CUSTOMER, seconds), tone(AGENT, seconds))


async def called(db: Database, *, did: str = "+380441000000", customer_id: int | None = None, started_at: datetime | None = None) -> str:
    """A call to be recorded."""
    serial = next(_serial)
    call_id = f"pbx-1795000000.{serial}"
    at = started_at or now() - timedelta(minutes=10)
    async with db.write() as session:
        session.add(
            CallRow(
                id=call_id,
                pbx="pbx",
                linkedid=call_id.removeprefix("pbx-"),
                direction="in",
                did=did,
                caller_number="0501112233",
                caller_name="Anna",
                number="+380501112233",
                customer_id=customer_id,
                started_at=at,
                answered_at=at,
                ended_at=at + timedelta(minutes=5),
                outcome="answered",
            )
        )
    return call_id


async def found(
    db: Database,
    *parts: tuple[str, bytes, str],
    folder: Path = Path("spool"),
    source: str = "spool",
    agents: tuple[int, ...] = (),
    **values: Any,
) -> int:
    """A recording as finding leaves it. `parts` are names, contents and roles; one stereo file if none are given."""
    serial = next(_serial)
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    described = []
    for name, content, role in parts or ((f"call-{serial}.wav", sides(), "stereo"),):
        path = write(folder, name, content)
        there = path.stat()
        described.append({"path": str(path), "role": role, "size": str(there.st_size), "mtime_ns": str(there.st_mtime_ns)})
    known = {"pbx": "pbx", "key": f"test:{serial}", "name": f"call-{serial}.wav", "state": "found", "step": "store", "side": "customer"}
    known |= {"started_at": now() - timedelta(minutes=9), "changed_at": now()}
    async with db.write() as session:
        row = Recording(source=source, parts=described, **(known | values))
        session.add(row)
        await session.flush()
        session.add_all(RecordingAgent(recording_id=row.id, agent_id=agent) for agent in agents)
    return row.id


async def store(db: Database, settings: Settings, store: AudioStore, recording_id: int) -> Recording:
    """Perform the step as a worker does; the row as it is afterwards."""
    async with db.write() as session:
        row = await states.claim(session, WORKER, ["store"], among=[recording_id])
        assert row is not None
    await Storing(db, settings, store).perform(recording_id, WORKER, go_on)
    return await row_of(db, recording_id)


async def kept(db: Database, settings: Settings, audio: AudioStore, *, agents: tuple[int, ...] = (), **values: Any) -> Recording:
    """A recording in the store. It is found with its claim, so that the workers of a running house leave it alone."""
    claim = {"claimed_by": WORKER, "claimed_until": now() + timedelta(hours=1)}
    recording_id = await found(db, agents=agents, **claim | values)
    await Storing(db, settings, audio).perform(recording_id, WORKER, go_on)
    row = await row_of(db, recording_id)
    assert row.audio_key is not None, row.reason
    return row


async def row_of(db: Database, recording_id: int) -> Recording:
    async with db.read() as session:
        return await session.get_one(Recording, recording_id)


async def change(db: Database, recording_id: int, alter: Callable[[Recording], None]) -> None:
    async with db.write() as session:
        alter(await session.get_one(Recording, recording_id))


async def go_on(_share: float) -> bool:
    await asyncio.sleep(0)
    return True
