"""A Ringdesk that finds what the PBX of the tests records."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from ringdesk.recordings.models import CallMark, Recording, RecordingAgent
from ringdesk.telephony import calls
from ringdesk.telephony.calls import EVERYTHING, CallFilter, CallRecord
from tests.house import Running, running, settings_for
from tests.pbx.asterisk import Asterisk
from tests.pbx.conftest import staff
from tests.pbx.floor import Floor
from tests.pbx.sounds import Voice, channels, likeness, voice

LIMIT = 20.0  # seconds; a recording is found a fraction of one after it was closed


@dataclass
class Recorded:
    """The contact centre of a test with everything that is recorded in it."""

    pbx: Floor
    desk: Running
    customer: Voice
    agent: Voice
    ids: dict[str, int] = field(default_factory=dict)

    async def answered(self, did: str, extension: str = "1001") -> None:
        """A customer calls, the agent answers; both speak."""
        await self.pbx.phone(extension, sound=self.agent.file)
        self.call = await self.pbx.incoming("+380441234567", did=did, sound=self.customer.file)
        await self.pbx.ami.event("BridgeEnter", Channel=f"PJSIP/{extension}-*")

    async def found(self, count: int) -> list[Recording]:
        """The recordings, by their beginning, when so many are found and all calls are over."""
        await self.pbx.quiet()
        await self.desk.quiet()
        async with asyncio.timeout(LIMIT):
            while True:
                async with self.desk.house.db.read() as session:
                    rows = list(await session.scalars(select(Recording).order_by(Recording.started_at, Recording.id)))
                if len(rows) >= count:
                    break
                await asyncio.sleep(0.05)
        await self.desk.house.finder.drained()
        async with self.desk.house.db.read() as session:
            rows = list(await session.scalars(select(Recording).order_by(Recording.started_at, Recording.id)))
        assert len(rows) == count, [row.name for row in rows]
        return rows

    async def calls(self) -> list[CallRecord]:
        async with self.desk.house.db.read() as session:
            records, _ = await calls.page(session, EVERYTHING, CallFilter(), sort="started_at", cursor=None, limit=100)
        return records

    async def agents(self, row: Recording) -> set[str]:
        names = {id: name for name, id in self.desk.ids.items()}
        async with self.desk.house.db.read() as session:
            found = await session.scalars(select(RecordingAgent.agent_id).where(RecordingAgent.recording_id == row.id))
            return {names[id] for id in found}

    async def marks(self, call_id: str) -> list[CallMark]:
        await self.desk.house.hearing.write()
        async with self.desk.house.db.read() as session:
            return list(await session.scalars(select(CallMark).where(CallMark.call_id == call_id).order_by(CallMark.at)))

    def sides(self, row: Recording) -> tuple[float, float, float, float]:
        """How far the customer's file sounds like the customer and like the agent, the agent's file like the agent and the customer."""
        said, heard = (self.customer, self.agent) if row.side == "customer" else (self.agent, self.customer)
        legs = {part["role"]: Path(part["path"]) for part in row.parts}
        if "stereo" in legs:
            received, transmitted = channels(legs["stereo"])
        else:
            (received,), (transmitted,) = channels(legs["received"]), channels(legs["transmitted"])
        return likeness(received, said), likeness(received, heard), likeness(transmitted, heard), likeness(transmitted, said)


@asynccontextmanager
async def recorded(asterisk: Asterisk, pbx: Floor, database_url: str, folder: Path, *, again: bool = False) -> AsyncIterator[Recorded]:
    """Nothing is in the spool yet, and nothing takes files out of it. `again`: after a restart of Ringdesk, with all as it was."""
    for entry in [] if again else asterisk.monitor.iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    username, secret = asterisk.ringdesk
    ami = {"ami_port": asterisk.ami_port, "ami_username": username, "ami_secret": secret}
    settings = settings_for(database_url, ami, recordings_spool=asterisk.monitor, recordings_keep_spool=True, workers=0)
    customer = voice("call2_angry", "customer", folder, start=4.75, seconds=5.4)
    agent = voice("call3_payment", "agent", folder, start=20.2, seconds=4.2)
    async with running(settings) as desk:
        if not again:
            await staff(desk)
        await desk.linked()
        yield Recorded(pbx, desk, customer, agent)
