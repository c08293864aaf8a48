"""Calls that were, and recordings that are found of them."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.recordings.finding import take_in
from ringdesk.recordings.finding.matching import Origin
from ringdesk.recordings.finding.take_in import Found, Part
from ringdesk.recordings.models import Recording, RecordingAgent, Source
from ringdesk.storage.engine import Database
from ringdesk.telephony.models import CallRow, ConversationRow, QueueVisitRow

ORIGIN = Origin("pbx", "UA", ZoneInfo("Europe/Kyiv"), lambda: False)
START = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)  # noon in Kyiv
EPOCH = int(START.timestamp())
CALLER = "+380441234567"


def call(
    session: AsyncSession, linkedid: str, *, start: float = 0, length: float = 60, number: str = CALLER, merged_into: str | None = None
) -> str:
    """A call of `length` seconds that began `start` seconds after START."""
    began = START + timedelta(seconds=start)
    row = CallRow(id=f"pbx-{linkedid}", pbx="pbx", linkedid=linkedid, direction="in", caller_number=number, number=number, started_at=began)
    row.ended_at, row.answered_at, row.outcome, row.gap = began + timedelta(seconds=length), began, "answered", False
    row.merged_into = merged_into
    session.add(row)
    return row.id


def talk(
    session: AsyncSession, call_id: str, agent_id: int, since: float, until: float, *, seq: int = 0, queue: str | None = None,
    interface: str = "PJSIP/1001", channel: str = "",
) -> None:  # fmt: skip
    row = ConversationRow(call_id=call_id, seq=seq, queue=queue, interface=interface, agent_id=agent_id, channel=channel, hold_s=0.0)
    row.started_at, row.ended_at = START + timedelta(seconds=since), START + timedelta(seconds=until)
    session.add(row)


def waited(session: AsyncSession, call_id: str, queue: str, since: float, until: float) -> None:
    row = QueueVisitRow(call_id=call_id, seq=0, queue=queue, outcome="abandoned")
    row.entered_at, row.left_at = START + timedelta(seconds=since), START + timedelta(seconds=until)
    session.add(row)


def found(name: str, *, source: Source = "spool", written: float = 60, length: float | None = None, folder: str = "/spool") -> Found:
    """A recording whose file was last written `written` seconds after START."""
    mtime_ns = int((START.timestamp() + written) * 1e9)
    part = Part(Path(folder) / name, "mixed", 1000, mtime_ns)
    return Found(key=f"{source}:{name}:{written}", name=name, source=source, parts=(part,), duration_s=length)


async def taken(db: Database, recording: Found) -> Recording:
    async with db.write() as session:
        row, _ = await take_in.take_in(session, recording, ORIGIN)
        return row


async def agents(db: Database, recording_id: int) -> set[int]:
    async with db.read() as session:
        return set(await session.scalars(select(RecordingAgent.agent_id).where(RecordingAgent.recording_id == recording_id)))


def lay(folder: Path, name: str, content: bytes = b"sound", *, age: float = 0.0) -> Path:
    """A file as the PBX leaves it, last written `age` seconds ago."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if age:
        status = path.stat()
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - int(age * 1e9)))
    return path
