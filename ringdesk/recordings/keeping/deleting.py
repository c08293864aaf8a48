"""Deleting for good. The row goes first, with a line in the audit log; then the files, which without a row nobody can reach."""

import asyncio
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents import audit
from ringdesk.config import log
from ringdesk.config.errors import Conflict
from ringdesk.config.settings import Settings
from ringdesk.recordings import said
from ringdesk.recordings.keeping import gone
from ringdesk.recordings.keeping.store import AudioStore, StoreAway
from ringdesk.recordings.models import Recording, RecordingAgent
from ringdesk.recordings.scoring import results
from ringdesk.storage.base import JsonObject

logger = log.get(__name__)


class Held(Conflict):
    key = "recording_held"
    text = "Recording {id} is under legal hold: {reason}"


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a deleted recording: whom to tell, and files still to be removed."""

    id: int
    call_id: str | None
    queue: str | None
    agents: tuple[int, ...]
    audio_keys: tuple[str, ...]
    source: str
    parts: tuple[dict[str, str], ...]


async def delete(
    session: AsyncSession, row: Recording, *, user_id: int | None, reason: str, rule: JsonObject | None = None, address: str | None = None
) -> Left:
    """Row, transcript, score and all that hangs on them, in the caller's transaction; `sweep` comes after it. Raises `Held`."""
    if row.legal_hold is not None:
        raise Held(id=row.id, reason=row.legal_hold)
    agents = (await session.scalars(select(RecordingAgent.agent_id).where(RecordingAgent.recording_id == row.id))).all()
    keys = tuple(key for key in (row.audio_key, row.superseded_key) if key is not None)
    left = Left(row.id, row.call_id, row.queue, tuple(agents), keys, row.source, tuple(row.parts))
    detail = {
        "call_id": row.call_id,
        "started_at": row.started_at.isoformat(),
        "duration_s": row.duration_s,
        "sha256": row.sha256,
        "name": row.name,
        "reason": reason,
        **({"rule": rule} if rule else {}),
    }
    audit.note(session, "deleted", "recording", row.id, user_id=user_id, detail=detail, address=address)
    gone.remember(session, row, user_id=user_id, address=address)
    await said.forget(session, row.id)
    await results.count_anew(session, row.id)
    await session.delete(row)
    await session.flush()
    return left


async def sweep(store: AudioStore, settings: Settings, left: Left) -> None:
    """Remove the files of a deleted recording. Audio that cannot be removed now is found by `ringdesk recordings verify` and by the daily
    tidying; what the PBX wrote stays where it is then, with a warning, and is not taken in again (`gone`)."""
    for key in left.audio_keys:
        try:
            await store.delete(key)
        except StoreAway as error:
            logger.warning("audio_left_over", recording=left.id, key=key, error=str(error))
    if left.source != "import":  # those are somebody's archive: read, never touched
        await asyncio.to_thread(remove_sources, settings, left.parts)


def remove_sources(settings: Settings, parts: Iterable[Mapping[str, str]]) -> bool:
    """Remove files of ours: in the spool or in the inbox and still those that were found, nothing else, whatever a row says. Is none
    of them left?"""
    ours = [folder.resolve() for folder in (settings.recordings_spool, settings.recordings_inbox) if folder is not None]
    done = True
    for part in parts:
        path = Path(part["path"])
        try:
            real = path.parent.resolve() / path.name  # a link goes itself, not what it points to
            if any(real.is_relative_to(folder) for folder in ours) and is_as_found(real.lstat(), part):
                real.unlink()
        except FileNotFoundError:
            continue
        except OSError as error:
            logger.warning("source_left_over", path=str(path), error=str(error))
            done = False
    return done


def is_as_found(there: os.stat_result, part: Mapping[str, str]) -> bool:
    """Is the file at this place still the one that was found, or has the PBX written another?"""
    size, written = part.get("size"), part.get("mtime_ns")
    return size in (None, str(there.st_size)) and written in (None, str(there.st_mtime_ns))
