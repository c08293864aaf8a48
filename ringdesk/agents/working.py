"""When agents were at work, from their presence: in any state but offline and paused."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents.models import PresenceInterval, User
from ringdesk.agents.presence import State

WORKING = (State.AVAILABLE, State.RINGING, State.TALKING, State.WRAP_UP)


async def stays(session: AsyncSession, users: Collection[int], since: datetime, until: datetime) -> Sequence[tuple[datetime, datetime]]:
    """Every stretch of work of these agents that touches [since, until), states that follow each other taken together. What goes on
    ends with `until`."""
    interval, before = PresenceInterval, PresenceInterval.__table__.alias()
    last = select(func.max(before.c.started_at)).where(before.c.user_id == User.id, before.c.started_at <= since).correlate(User)
    begin = select(User.id.label("user_id"), func.coalesce(last.scalar_subquery(), since).label("begin")).where(User.id.in_(users)).cte()
    ended = func.coalesce(interval.ended_at, until).label("ended_at")
    of = func.lag(ended).over(partition_by=interval.user_id, order_by=(interval.started_at, interval.id))
    rows = (
        select(interval.user_id, interval.id, interval.started_at, ended, of.label("before"))
        .join(begin, and_(interval.user_id == begin.c.user_id, interval.started_at >= begin.c.begin))
        .where(interval.started_at < until, interval.state.in_([state.value for state in WORKING]))
        .cte()
    )
    opens = case((or_(rows.c.before.is_(None), rows.c.before < rows.c.started_at), 1), else_=0)
    island = func.sum(opens).over(partition_by=rows.c.user_id, order_by=(rows.c.started_at, rows.c.id))
    islands = select(rows.c.user_id, rows.c.started_at, rows.c.ended_at, island.label("island")).cte()
    query = select(func.min(islands.c.started_at), func.max(islands.c.ended_at)).group_by(islands.c.user_id, islands.c.island)
    return [(begun, done) for begun, done in await session.execute(query) if done > since]
