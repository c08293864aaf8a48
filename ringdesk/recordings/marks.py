"""The timeline of a recording: what is written on it, and what happened in its call, reckoned to seconds from its start."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.config.errors import Forbidden, NoSuch
from ringdesk.recordings.models import CallMark, CallMarkKind, Recording, RecordingMark
from ringdesk.storage.base import now

Kind = Literal["hold", "transfer", "paused", "masked", "comment"]
_BEGINS: dict[CallMarkKind, tuple[Kind, CallMarkKind]] = {
    "hold": ("hold", "resume"),
    "pause_recording": ("paused", "resume_recording"),
}
"""What an interval begins with: as what it is shown, and what ends it."""


class NotYourComment(Forbidden):
    key = "not_your_comment"
    text = "Only the author, or who may manage recordings, removes a comment"


@dataclass(frozen=True, slots=True)
class Mark:
    """Times are seconds from the recording's start. `id` is None for what the PBX told."""

    id: int | None
    kind: Kind
    start: float
    end: float | None
    text: str | None
    user_id: int | None


async def of(session: AsyncSession, row: Recording) -> list[Mark]:
    """Everything on the recording's timeline, by its start."""
    own = (await session.scalars(select(RecordingMark).where(RecordingMark.recording_id == row.id))).all()
    found = [Mark(m.id, m.kind, m.start_s, m.end_s, m.text, m.user_id) for m in own]
    if row.call_id is not None:
        told = (await session.scalars(select(CallMark).where(CallMark.call_id == row.call_id).order_by(CallMark.at, CallMark.id))).all()
        reckoned = reckon(told, row.started_at, row.duration_s)
        known = [m for m in found if m.kind == "paused"]
        found += [m for m in reckoned if m.kind != "paused" or not any(_overlap(m, other) for other in known)]
    return sorted(found, key=lambda mark: (mark.start, mark.kind))


def reckon(told: Sequence[CallMark], started_at: datetime, duration_s: float | None) -> list[Mark]:
    """What of a call's marks, in the order they happened, falls into a recording. What had begun before it begins with it; what does not
    end lasts to its end (None while its length is not known)."""
    found: list[Mark] = []
    open_since: dict[CallMarkKind, CallMark] = {}
    for mark in told:
        if mark.kind in _BEGINS:
            open_since.setdefault(mark.kind, mark)
        elif mark.kind == "transfer":
            found += _within("transfer", mark, _seconds(started_at, mark.at), _seconds(started_at, mark.at), duration_s)
        else:
            for begin, (kind, end) in _BEGINS.items():
                if end == mark.kind and (since := open_since.pop(begin, None)) is not None:
                    found += _within(kind, since, _seconds(started_at, since.at), _seconds(started_at, mark.at), duration_s)
    for begin, since in open_since.items():
        found += _within(_BEGINS[begin][0], since, _seconds(started_at, since.at), None, duration_s)
    return sorted(found, key=lambda mark: mark.start)


async def comment(session: AsyncSession, row: Recording, user_id: int, at: float, text: str) -> RecordingMark:
    """A comment at `at` seconds; behind the end it stands at the end."""
    at = at if row.duration_s is None else min(at, row.duration_s)
    mark = RecordingMark(recording_id=row.id, kind="comment", start_s=at, end_s=None, text=text, user_id=user_id, created_at=now())
    session.add(mark)
    await session.flush()
    return mark


async def remove_comment(session: AsyncSession, row: Recording, mark_id: int, user_id: int, *, any_author: bool) -> RecordingMark:
    """Raises `NoSuch`, `NotYourComment`."""
    mark = await session.get(RecordingMark, mark_id)
    if mark is None or mark.recording_id != row.id or mark.kind != "comment":
        raise NoSuch(what="comment", id=mark_id)
    if mark.user_id != user_id and not any_author:
        raise NotYourComment
    await session.delete(mark)
    return mark


async def add_masked(session: AsyncSession, recording_id: int, ranges: Iterable[tuple[float, float]]) -> None:
    """These ranges, in seconds, are silent now."""
    moment = now()
    session.add_all(
        RecordingMark(recording_id=recording_id, kind="masked", start_s=start, end_s=end, text=None, user_id=None, created_at=moment)
        for start, end in ranges
    )


def _within(kind: Kind, mark: CallMark, start: float, end: float | None, duration_s: float | None) -> list[Mark]:
    """The part inside the recording: nothing where all of it lies outside."""
    last = duration_s if end is None else end
    if (last is not None and last < 0) or (duration_s is not None and start > duration_s):
        return []
    if last is not None and duration_s is not None:
        last = min(last, duration_s)
    begin = max(0.0, start)
    return [Mark(None, kind, round(begin, 3), None if kind == "transfer" or last is None else round(last, 3), mark.text, mark.user_id)]


def _seconds(started_at: datetime, at: datetime) -> float:
    return (at - started_at).total_seconds()


def _overlap(one: Mark, two: Mark) -> bool:
    return (two.end is None or one.start <= two.end) and (one.end is None or two.start <= one.end)
