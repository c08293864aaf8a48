"""Stays in teams: who was in which team when. Kept beside the memberships of today, so that statistics stay true to their time."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents.models import Team, TeamMember, TeamStay, User
from ringdesk.storage.base import now


async def lock(session: AsyncSession) -> None:
    """Before anything else that ends in `keep_up`: two who change teams at once do so one after the other."""
    await session.execute(select(Team.id).order_by(Team.id).with_for_update())


async def keep_up(session: AsyncSession) -> None:
    """Memberships, names of teams or who is active changed in this transaction: from this moment on, stays say so. What was stays as it
    was: no count of the past changes by it."""
    moment = now()
    members = select(TeamMember.team_id, TeamMember.user_id, Team.name).join(Team, Team.id == TeamMember.team_id)
    members = members.join(User, User.id == TeamMember.user_id).where(User.active)
    names = {(team_id, user_id): name for team_id, user_id, name in await session.execute(members)}
    for stay in (await session.scalars(select(TeamStay).where(TeamStay.until.is_(None)))).all():
        name = names.pop((stay.team_id, stay.user_id), None)
        if name is None:
            stay.until = max(moment, stay.since)
        else:
            stay.team_name = name
    session.add_all(
        TeamStay(team_id=team_id, user_id=user_id, team_name=name, since=moment, until=None) for (team_id, user_id), name in names.items()
    )
    await session.flush()
