"""Takes in a recording that was found: one row, whichever way it came and however often, with the call it belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.recordings.finding import matching, names
from ringdesk.recordings.finding.matching import Origin
from ringdesk.recordings.models import Recording, Role, Side, Source
from ringdesk.storage.base import now
from ringdesk.storage.engine import insert_into


@dataclass(frozen=True, slots=True)
class Part:
    """One file, as it lay there when it was found."""

    path: Path
    role: Role
    size: int
    mtime_ns: int

    def as_json(self) -> dict[str, str]:
        """Size and time tell whether it is still the same file when it comes to be stored."""
        return {"path": str(self.path), "role": self.role, "size": str(self.size), "mtime_ns": str(self.mtime_ns)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A recording complete with its parts, which are regular files that were looked at, not followed."""

    key: str
    """What makes it the same recording when it is found again."""
    name: str
    """For people, and for what can be read off it (`names.clues`)."""
    source: Source
    parts: tuple[Part, ...]
    started_at: datetime | None = None
    side: Side | None = None
    duration_s: float | None = None
    """Known before it is stored only of imported ones."""

    @property
    def written(self) -> datetime:
        return datetime.fromtimestamp(max(part.mtime_ns for part in self.parts) / 1e9, UTC)


def spool_key(origin: Origin, name: str, part: Part) -> str:
    """Place, time and size: the file at this place may be another one tomorrow."""
    return f"spool:{origin.pbx}:{part.mtime_ns}:{part.size}:{name}"


async def known(session: AsyncSession, keys: Sequence[str]) -> set[str]:
    """Which of these have their row already."""
    return set(await session.scalars(select(Recording.key).where(Recording.key.in_(keys))))


async def by_key(session: AsyncSession, key: str) -> Recording | None:
    return (await session.scalars(select(Recording).where(Recording.key == key))).first()


async def take_in(session: AsyncSession, found: Found, origin: Origin) -> tuple[Recording, bool]:
    """The recording's row, and whether it is new."""
    clues = names.clues(found.name, origin.country, origin.zone)
    started_at = found.started_at or clues.at or found.written - timedelta(seconds=found.duration_s or 0)
    values: dict[str, Any] = {
        "pbx": origin.pbx,
        "source": found.source,
        "key": found.key,
        "name": found.name,
        "parts": [part.as_json() for part in found.parts],
        "side": found.side or "customer",
        "started_at": started_at,
        "duration_s": found.duration_s,
        "channels": 1 if {part.role for part in found.parts} == {"mixed"} else 2,
        "state": "found",
        "step": "store",
        "priority": 0,
        "attempts": 0,
        "changed_at": now(),
        "withheld": False,
    }
    statement = insert_into(Recording, session.get_bind().dialect.name).values(values)
    new = await session.scalar(statement.on_conflict_do_nothing(index_elements=[Recording.key]).returning(Recording.id))
    query = select(Recording).where(Recording.key == found.key).with_for_update()
    row = (await session.scalars(query, execution_options={"populate_existing": True})).one()
    if new is not None:
        await matching.assign(session, row, origin)
    elif row.state == "found" and row.claimed_by is None and len(row.parts) < len(found.parts):
        row.parts, row.channels = values["parts"], values["channels"]  # its legs came later than the mix, over a slow network
        row.changed_at = now()
    await session.flush()
    return row, new is not None
