"""Presence intervals: every one is kept, closed by the next."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents.models import PresenceInterval
from ringdesk.agents.presence import Shown, State
from ringdesk.storage import quarters
from ringdesk.storage.base import JsonObject, now, table_of

LATEST = timedelta(days=2)  # nothing is written later than that, but where the PBX's clock is wrong
MOST = 5000  # intervals in one answer: a day of an agent who never rests has some hundred


@dataclass(frozen=True, slots=True)
class PresenceChanged:
    user_id: int
    shown: Shown


async def between(session: AsyncSession, user_id: int, since: datetime, until: datetime) -> list[PresenceInterval]:
    """The agent's intervals that touch [since, until), oldest first."""
    query = select(PresenceInterval).where(
        PresenceInterval.user_id == user_id,
        PresenceInterval.started_at < until,
        PresenceInterval.ended_at.is_(None) | (PresenceInterval.ended_at > since),
    )
    return list((await session.scalars(query.order_by(PresenceInterval.started_at).limit(MOST))).all())


async def first_at(session: AsyncSession) -> datetime | None:
    """When the first interval began."""
    return await session.scalar(select(PresenceInterval.started_at).order_by(PresenceInterval.started_at).limit(1))


async def left_open(session: AsyncSession) -> dict[int, PresenceInterval]:
    """Who is in the middle of an interval, as far as the database knows."""
    return {row.user_id: row for row in await session.scalars(select(PresenceInterval).where(PresenceInterval.ended_at.is_(None)))}


async def close(session: AsyncSession, dialect: str, user_id: int, at: datetime) -> None:
    await _write(session, dialect, [{"who": user_id, "at": at}], [])


async def save(session: AsyncSession, dialect: str, changes: Iterable[PresenceChanged], accounts: Container[int]) -> None:
    """Close and open intervals as presence changed; for who is no account any more only close."""
    await _write(session, dialect, *_as_rows(changes, accounts))


async def _write(session: AsyncSession, dialect: str, closed: list[JsonObject], opened: list[JsonObject]) -> None:
    """With marks for statistics: a wrap-up counts when it began; and up to now, presence was thought to be what it was before."""
    ended = {row["who"]: row["at"] for row in closed}
    wraps = select(PresenceInterval.started_at).where(
        PresenceInterval.user_id.in_(ended), PresenceInterval.ended_at.is_(None), PresenceInterval.state == State.WRAP_UP
    )
    moments = [*(await session.scalars(wraps)).all(), *(row["started_at"] for row in opened)]
    for end in ended.values():
        moments += quarters.during(end, min(now(), end + LATEST))
    await session.execute(_CLOSE, closed)
    if opened:
        await session.execute(insert(PresenceInterval), opened)
    await quarters.changed(session, dialect, moments)


def _as_rows(changes: Iterable[PresenceChanged], accounts: Container[int]) -> tuple[list[JsonObject], list[JsonObject]]:
    """Whose open interval ends when, and the intervals that begin, those ended again that did not last until the write."""
    closed: list[JsonObject] = []
    opened: list[JsonObject] = []
    latest: dict[int, JsonObject] = {}
    for change in changes:
        user_id, shown = change.user_id, change.shown
        if user_id in latest:
            latest[user_id]["ended_at"] = shown.since
        else:
            closed.append({"who": user_id, "at": shown.since})
        latest[user_id] = {
            "user_id": user_id,
            "state": shown.state.value,
            "reason": shown.reason,
            "call_id": shown.call_id,
            "started_at": shown.since,
            "ended_at": None,
        }
        if user_id in accounts:
            opened.append(latest[user_id])
    return closed, opened


_TABLE = table_of(PresenceInterval)
_CLOSE = update(_TABLE).where(_TABLE.c.user_id == bindparam("who"), _TABLE.c.ended_at.is_(None)).values(ended_at=bindparam("at"))
