"""The way of a recording: found → stored → transcribed → scored, each step claimed by one process for a limited time.

The row is the queue: a claim names who works on it and until when. Whoever is killed lets the claim run out, and the next takes the row
up; a step's result and the next step are written in one transaction, so a step is done once, however often it was begun.
"""

import os
import socket
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.recordings.models import Recording, State, Step
from ringdesk.storage.base import now

LEASE = timedelta(seconds=60)  # a claim that is not renewed runs out; renewed every third of it
TRIES = 6  # of a step; then a person must ask for it
BACKOFF = (timedelta(seconds=2), timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
FOLLOWS: dict[Step, tuple[State, Step | None]] = {
    "store": ("stored", "transcribe"),
    "transcribe": ("transcribed", "score"),
    "score": ("scored", None),
}
"""What a step that went well leads to."""
URGENT_FIRST = (Recording.priority.desc(), Recording.started_at.desc(), Recording.id.desc())


def worker_name() -> str:
    return f"{socket.gethostname()[:80]}:{os.getpid()}"


async def claim(
    session: AsyncSession, worker: str, steps: Iterable[Step], *, among: Collection[int] | None = None, lease: timedelta = LEASE
) -> Recording | None:
    """The most urgent row that waits for one of `steps`, now this worker's; `among` these, where given. Asked-for ones first, then the
    newest. None: nothing to do."""
    moment = now()
    query = select(Recording).where(_due(steps, moment)).order_by(*URGENT_FIRST).limit(1)
    query = query.with_for_update(skip_locked=True)  # SQLite leaves it out: there is one writer
    if among is not None:
        query = query.where(Recording.id.in_(among))
    row = (await session.scalars(query)).first()
    if row is not None:
        row.claimed_by, row.claimed_until = worker, moment + lease
        row.attempts += 1
    return row


async def due(
    session: AsyncSession, step: Step, *, but_not: Collection[int] = (), limit: int = 50
) -> list[tuple[int, list[dict[str, str]]]]:
    """The id and files of what waits for `step` now, the most urgent first: to look before a claim, which writes."""
    query = select(Recording.id, Recording.parts).where(_due([step], now())).order_by(*URGENT_FIRST).limit(limit)
    if but_not:
        query = query.where(Recording.id.not_in(but_not))
    return [(id, parts) for id, parts in await session.execute(query)]


async def explain(session: AsyncSession, recording_ids: Collection[int], reason: str) -> None:
    """Why these wait, where nothing is said yet."""
    query = update(Recording).where(Recording.id.in_(recording_ids), Recording.reason.is_(None), Recording.step.is_not(None))
    await session.execute(query.values(reason=reason, changed_at=now()))


async def renew(session: AsyncSession, recording_id: int, worker: str, *, progress: float | None = None, lease: timedelta = LEASE) -> bool:
    """Still working on it. False: the claim ran out and another has it, or the row is gone: stop."""
    values: dict[str, Any] = {"claimed_until": now() + lease}
    if progress is not None:
        values |= {"progress": progress, "changed_at": now()}
    done = await session.execute(
        update(Recording).where(Recording.id == recording_id, Recording.claimed_by == worker).values(values).returning(Recording.id)
    )
    return done.first() is not None


async def claimed(session: AsyncSession, recording_id: int, worker: str) -> Recording | None:
    """The row, locked, if it is still this worker's: the first thing in the transaction that writes a step's result."""
    query = select(Recording).where(Recording.id == recording_id, Recording.claimed_by == worker).with_for_update()
    return (await session.scalars(query)).first()


def succeed(row: Recording, step: Step) -> None:
    """The step went well: on to the next."""
    row.state, row.step = FOLLOWS[step]
    row.reason = row.progress = row.next_try_at = None
    row.attempts = 0
    _release(row)


def wait(row: Recording, reason: str, *, state: State | None = None, until: datetime | None = None) -> None:
    """Nothing is wrong, it cannot be done yet: the try does not count."""
    row.reason, row.next_try_at = reason, until
    row.state = state or row.state
    row.attempts = max(0, row.attempts - 1)
    row.progress = None
    _release(row)


def fail(row: Recording, reason: str, *, for_good: bool = False) -> None:
    """The step went wrong. Tried again later, unless it was the last try or trying again cannot help."""
    row.state, row.reason, row.progress = "failed", reason, None
    if for_good or row.attempts >= TRIES:
        row.step = row.next_try_at = None
    else:
        row.next_try_at = now() + BACKOFF[min(row.attempts, len(BACKOFF)) - 1]
    _release(row)


def ask_for(row: Recording, *, transcript: bool, score: bool) -> None:
    """Somebody wants it now: before all others; where it was given up, again from the step it lacks. Is there a `transcript`, a `score`?"""
    if row.step is None and row.state == "failed":
        row.step = "store" if row.audio_key is None else "score" if transcript and not score else "transcribe"
        row.attempts = 0
    if row.step is not None:
        row.priority, row.next_try_at, row.changed_at = 1, None, now()


def transcribe_again(row: Recording) -> None:
    """What was heard does not count any more. A worker that is at it is told by the row when it writes."""
    if row.state == "no_model":
        return
    if row.step != "transcribe":
        _release(row)
    row.state, row.step = "stored", "transcribe"
    row.attempts, row.next_try_at, row.reason = 0, None, None
    row.changed_at = now()


async def release(session: AsyncSession, worker: str) -> None:
    """This worker stops politely: what it had begun waits for the next, at once, and the try does not count."""
    free = {"claimed_by": None, "claimed_until": None, "progress": None, "changed_at": now()}
    fewer = case((Recording.attempts > 0, Recording.attempts - 1), else_=0)
    await session.execute(update(Recording).where(Recording.claimed_by == worker).values(**free, attempts=fewer))


async def languages_without_model(session: AsyncSession) -> set[str | None]:
    """Of the recordings that wait for a model."""
    return set((await session.scalars(select(Recording.language).where(text("recordings.state = 'no_model'")).distinct())).all())


async def waiting_for_speech(session: AsyncSession) -> tuple[int, int]:
    """How many wait to be transcribed, and how many of them for a model."""
    no_model = func.count().filter(Recording.state == "no_model")
    found = (await session.execute(select(func.count(), no_model).where(Recording.step == "transcribe"))).one()
    return found[0], found[1]


async def wake(session: AsyncSession, *, languages: Collection[str | None]) -> None:
    """What waited for a model of these languages goes on; None is a recording's that names no language."""
    named = [language for language in languages if language is not None]
    fits = [Recording.language.in_(named), *([Recording.language.is_(None)] if None in languages else [])]
    query = update(Recording).where(text("recordings.state = 'no_model'"), or_(*fits))
    await session.execute(query.values(state="stored", reason=None, next_try_at=None, changed_at=now()))


def _due(steps: Iterable[Step], moment: datetime) -> ColumnElement[bool]:
    return and_(
        Recording.step.in_(list(steps)),
        text("recordings.state <> 'no_model'"),  # literally as in the index
        or_(Recording.next_try_at.is_(None), Recording.next_try_at <= moment),
        or_(Recording.claimed_until.is_(None), Recording.claimed_until < moment),
    )


def _release(row: Recording) -> None:
    row.claimed_by = row.claimed_until = None
    row.changed_at = now()
