"""What the PBX said when it began to write a file, kept until the file is found; and what happened during calls."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.recordings.models import CallMark, RecordingHint, Side
from ringdesk.storage.engine import insert_into

BEFORE = timedelta(seconds=60)  # a file last written so long before the recording began is an older one of the same name; clocks differ
KEPT = timedelta(days=30)  # a file that comes later than this is matched by its name alone


def place(path: str, channel: str) -> str:
    """What the hint of a recording is kept under, also where the PBX does not say the file (it writes only legs)."""
    return path or f"channel:{channel}"


async def began(session: AsyncSession, path: str, call_id: str, channel: str, side: Side, at: datetime) -> None:
    """A recording began. One into the same file as an earlier one takes its place: the PBX writes over the file."""
    values = {"call_id": call_id, "channel": channel, "side": side, "started_at": at, "ended_at": None}
    name = PurePosixPath(path).name if path else ""
    dialect = session.get_bind().dialect.name
    hint = insert_into(RecordingHint, dialect).values(path=place(path, channel), name=name, **values)
    await session.execute(hint.on_conflict_do_update(index_elements=[RecordingHint.path], set_=values))


async def ended(session: AsyncSession, path: str, channel: str, side: Side, at: datetime) -> None:
    """`side` is what is known in the end."""
    here = (RecordingHint.path == place(path, channel), RecordingHint.channel == channel)
    await session.execute(update(RecordingHint).where(*here).values(ended_at=at, side=side))


async def call_over(session: AsyncSession, call_id: str, at: datetime) -> None:
    """With the call every recording of it has ended, also those whose end was not heard."""
    still = (RecordingHint.call_id == call_id, RecordingHint.ended_at.is_(None))
    await session.execute(update(RecordingHint).where(*still).values(ended_at=at))


async def joined(session: AsyncSession, gone: str, kept: str) -> None:
    for model in (RecordingHint, CallMark):
        await session.execute(update(model).where(model.call_id == gone).values(call_id=kept))


async def dropped(session: AsyncSession, call_id: str) -> None:
    """It was no call."""
    for model in (RecordingHint, CallMark):
        await session.execute(delete(model).where(model.call_id == call_id))


async def tidy(session: AsyncSession, before: datetime) -> None:
    await session.execute(delete(RecordingHint).where(RecordingHint.started_at < before))


async def of_call(session: AsyncSession, call_id: str) -> list[RecordingHint]:
    query = select(RecordingHint).where(RecordingHint.call_id == call_id).order_by(RecordingHint.started_at)
    return list(await session.scalars(query))


async def of_files(session: AsyncSession, paths: Iterable[str], written: datetime | None) -> RecordingHint | None:
    """What the PBX said of one of these files, which are parts of one recording, last `written` then. The PBX may see the folder at
    another place; then the ends of both paths must agree as far as the folders' names do. None where two hints fit alike."""
    for path in paths:
        here = PurePosixPath(path)
        named = select(RecordingHint).where(RecordingHint.name == here.name).order_by(RecordingHint.started_at)
        found = [hint for hint in await session.scalars(named) if written is None or written >= hint.started_at - BEFORE]
        if not found:
            continue
        agreeing = [_agreement(here, PurePosixPath(hint.path)) for hint in found]
        best = [hint for hint, parts in zip(found, agreeing, strict=True) if parts == max(agreeing)]
        if len(best) == 1:
            return best[0]
    return None


async def of_channel(session: AsyncSession, identifiers: Iterable[str], name: str, written: datetime | None) -> RecordingHint | None:
    """What the PBX said of a recording of one of these channels: the one that names the file, or the only one."""
    for identifier in identifiers:
        query = select(RecordingHint).where(RecordingHint.channel == identifier)
        found = [hint for hint in await session.scalars(query) if written is None or written >= hint.started_at - BEFORE]
        exact = [hint for hint in found if hint.name == name]
        unnamed = [hint for hint in found if not hint.name]
        for fitting in (exact, found, unnamed):
            if len(fitting) == 1:
                return fitting[0]
    return None


def _agreement(one: PurePosixPath, two: PurePosixPath) -> int:
    """How many names from the end on are the same."""
    same = 0
    for mine, other in zip(reversed(one.parts), reversed(two.parts), strict=False):
        if mine != other:
            break
        same += 1
    return same
