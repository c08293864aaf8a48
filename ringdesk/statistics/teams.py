"""The filter by team, where a report has no teams of its own: whoever was in one of them at the time, or the queues that they have."""

from dataclasses import replace

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents.models import TeamQueue, TeamStay
from ringdesk.statistics.catalogue import NO_AGENT, Scope, find
from ringdesk.statistics.report import Wanted
from ringdesk.statistics.standard import STANDARDS

NOWHERE = " "  # what no queue's name is


async def resolved(session: AsyncSession, wanted: Wanted, scope: Scope) -> Wanted:
    """The same, with people or queues in place of teams. Raises `NoSuch`."""
    standard, filters = find(STANDARDS, wanted.report, scope), wanted.filters
    if not filters.teams or standard.has("team"):
        return wanted
    if standard.has("agent"):
        stays = select(TeamStay.user_id).where(
            TeamStay.team_id.in_(filters.teams),
            TeamStay.since < wanted.period.until,
            or_(TeamStay.until.is_(None), TeamStay.until > wanted.period.since),
        )
        people = set(await session.scalars(stays))
        agents = people & set(filters.agents) if filters.agents else people
        return replace(wanted, filters=replace(filters, teams=(), agents=tuple(sorted(agents)) or (NO_AGENT,)))
    if standard.has("queue"):
        theirs = set(await session.scalars(select(TeamQueue.queue).where(TeamQueue.team_id.in_(filters.teams))))
        queues = theirs & set(filters.queues) if filters.queues else theirs
        return replace(wanted, filters=replace(filters, teams=(), queues=tuple(sorted(queues)) or (NOWHERE,)))
    return wanted
