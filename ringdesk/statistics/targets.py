"""What queues promise: how soon how many callers are answered, and how those who give up count."""

from dataclasses import dataclass
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents import audit
from ringdesk.agents.models import TeamQueue
from ringdesk.config.errors import Invalid, NoSuch
from ringdesk.statistics.folding import recount
from ringdesk.statistics.models import QueueTarget
from ringdesk.statistics.rollups import ALL
from ringdesk.storage.base import now
from ringdesk.telephony.models import QueueVisitRow

Variant = Literal["offered", "answered", "without_abandoned", "without_short", "without_abandoned_in_time", "abandoned_in_time_met"]
VARIANTS: tuple[Variant, ...] = get_args(Variant)
SHOWN = ("answer_within_s", "target", "short_abandon_s", "variant")


class NoHouseTarget(Invalid):
    key = "house_target_stays"
    text = "The house's own target can be changed, not taken away"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    answer_within_s: float
    target: float
    """Share of callers, 0 to 1."""
    short_abandon_s: float
    variant: Variant


async def everything(session: AsyncSession) -> list[QueueTarget]:
    """The house's first, then by queue."""
    return list(await session.scalars(select(QueueTarget).order_by(QueueTarget.queue != ALL, QueueTarget.queue)))


async def queues(session: AsyncSession) -> list[str]:
    """Queues that ever had a visitor or belong to a team."""
    # One step in the index a queue: DISTINCT would walk through every visit there ever was.
    first = select(func.min(QueueVisitRow.queue).label("queue")).cte(recursive=True)  # SQLite has no LIMIT within a union
    following = select(func.min(QueueVisitRow.queue)).where(QueueVisitRow.queue > first.c.queue).scalar_subquery()
    found = first.union_all(select(following).where(first.c.queue.is_not(None)))
    rows = await session.scalars(union(select(found.c.queue).where(found.c.queue.is_not(None)), select(TeamQueue.queue)))
    return sorted(rows)


async def put(
    session: AsyncSession, queue: str, wanted: Target, zone: ZoneInfo, *, user_id: int | None, address: str | None
) -> QueueTarget:
    """Set a queue's (or, `*`, the house's). What has been counted by another is counted anew in the background."""
    row = await session.get(QueueTarget, queue, with_for_update=True)
    before = None if row is None else {name: getattr(row, name) for name in SHOWN}
    after = {name: getattr(wanted, name) for name in SHOWN}
    if row is None:
        row = QueueTarget(queue=queue, changed_at=now(), **after)
        session.add(row)
    elif before == after:
        return row
    for name, value in after.items():
        setattr(row, name, value)
    row.changed_at = now()
    audit.note(session, "target_changed", "queue", queue, user_id=user_id, detail={"before": before, "now": after}, address=address)
    await recount(session, zone, now())
    return row


async def remove(session: AsyncSession, queue: str, zone: ZoneInfo, *, user_id: int | None, address: str | None) -> None:
    """The queue goes by the house's again. Raises `NoSuch`, `NoHouseTarget`."""
    if queue == ALL:
        raise NoHouseTarget
    row = await session.get(QueueTarget, queue, with_for_update=True)
    if row is None:
        raise NoSuch(what="target of the queue", id=queue)
    before = {name: getattr(row, name) for name in SHOWN}
    await session.delete(row)
    audit.note(session, "target_changed", "queue", queue, user_id=user_id, detail={"before": before, "now": None}, address=address)
    await recount(session, zone, now())
