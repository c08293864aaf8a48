"""Shifts: when agents are meant to work. At any moment an agent is planned for one thing at most: a break stands between two pieces of
work, not on top of one."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Literal

from sqlalchemy import Select, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents.models import Shift, User
from ringdesk.config.errors import Conflict, Invalid, NoSuch
from ringdesk.storage import quarters
from ringdesk.storage.base import now

Activity = Literal["work", "break", "other"]
LONGEST = timedelta(hours=24)  # of one shift
SPAN = timedelta(days=62)  # planned or shown at once: two months
MOST = 20_000  # shifts in one answer


class BadShift(Invalid):
    key = "bad_shift"
    text = "{why}"


class ShiftsOverlap(Conflict):
    key = "shifts_overlap"
    text = "{agent} would be planned for two things at once: from {first} to {first_ends}, and from {second}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    user_id: int
    starts_at: datetime
    ends_at: datetime
    activity: Activity


async def between(session: AsyncSession, users: Collection[int] | None, since: datetime, until: datetime) -> Sequence[Shift]:
    """What is planned in [since, until), also what began before or goes on after; by time. `users` None: everybody. Raises `BadShift`."""
    _check_span(since, until)
    query = touching(since, until).order_by(Shift.starts_at, Shift.user_id).limit(MOST + 1)
    if users is not None:
        query = query.where(Shift.user_id.in_(users))
    found = (await session.scalars(query)).all()
    if len(found) > MOST:
        raise BadShift(why=f"These are more than {MOST} shifts: ask for fewer people or a shorter time")
    return found


def touching(since: datetime, until: datetime) -> Select[Any]:
    """Shifts that lie in [since, until) with some of their time."""
    return select(Shift).where(Shift.starts_at < until, Shift.starts_at > since - LONGEST, Shift.ends_at > since)


async def replace(
    session: AsyncSession, dialect: str, users: Collection[int], since: datetime, until: datetime, planned: Sequence[Planned]
) -> None:
    """What of these agents' begins in [since, until) makes way for `planned`. What began before and goes on stays.

    Raises `BadShift`, `ShiftsOverlap`, and `NoSuch` for an agent who is not there."""
    _check_span(since, until)
    wanted = set(users)
    for shift in planned:
        _check(shift, wanted, since, until)
    names = await _lock(session, wanted)
    mine = Shift.user_id.in_(wanted)
    gone = (await session.scalars(select(Shift).where(mine, Shift.starts_at >= since, Shift.starts_at < until))).all()
    around = (
        await session.scalars(touching(since, until + LONGEST).where(mine, (Shift.starts_at < since) | (Shift.starts_at >= until)))
    ).all()
    _check_overlaps([*planned, *around], names)
    await session.execute(delete(Shift).where(mine, Shift.starts_at >= since, Shift.starts_at < until))
    if planned:
        rows = [{"user_id": p.user_id, "starts_at": p.starts_at, "ends_at": p.ends_at, "activity": p.activity} for p in planned]
        await session.execute(insert(Shift), rows)
    await quarters.changed(session, dialect, _past([*planned, *gone]))


def _check_span(since: datetime, until: datetime) -> None:
    if until <= since:
        raise BadShift(why="The time ends before it begins")
    if until - since > SPAN:
        raise BadShift(why=f"At most {SPAN.days} days are planned or shown at once")


def _check(shift: Planned, users: Collection[int], since: datetime, until: datetime) -> None:
    if shift.user_id not in users:
        raise BadShift(why=f"There is a shift of agent {shift.user_id}, who is not among the agents to plan")
    if shift.ends_at <= shift.starts_at:
        raise BadShift(why=f"A shift ends ({_at(shift.ends_at)}) before it begins ({_at(shift.starts_at)})")
    if shift.ends_at - shift.starts_at > LONGEST:
        raise BadShift(why=f"A shift lasts at most {LONGEST // timedelta(hours=1)} hours; this one begins at {_at(shift.starts_at)}")
    if not since <= shift.starts_at < until:
        raise BadShift(why=f"A shift begins ({_at(shift.starts_at)}) outside of the time that is planned")


async def _lock(session: AsyncSession, users: Collection[int]) -> dict[int, str]:
    """Names of these accounts, which nobody else plans for until this transaction ends."""
    query = select(User.id, User.display_name).where(User.id.in_(users)).order_by(User.id).with_for_update()
    names = dict((await session.execute(query)).all())
    for user_id in sorted(users):
        if user_id not in names:
            raise NoSuch(what="agent", id=user_id)
    return names


def _check_overlaps(shifts: Sequence[Planned | Shift], names: dict[int, str]) -> None:
    for first, second in pairwise(sorted(shifts, key=lambda shift: (shift.user_id, shift.starts_at, shift.ends_at))):
        if first.user_id == second.user_id and second.starts_at < first.ends_at:
            raise ShiftsOverlap(
                agent=names[first.user_id],
                agent_id=first.user_id,
                first=_at(first.starts_at),
                first_ends=_at(first.ends_at),
                second=_at(second.starts_at),
            )


def _past(shifts: Iterable[Planned | Shift]) -> Iterator[datetime]:
    """A moment of each quarter of these shifts until now: what statistics have counted of them. What is to come is counted in its time."""
    current = now()
    for shift in shifts:
        if shift.starts_at <= current:
            yield from quarters.during(shift.starts_at, min(shift.ends_at, current))


def _at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
