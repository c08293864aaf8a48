"""Teams: people and queues that belong together. They bound what agents and supervisors see."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents import stays
from ringdesk.agents.models import Team, TeamMember, TeamQueue, User
from ringdesk.config.errors import Conflict, NoSuch
from ringdesk.storage.base import clean


class TeamNameTaken(Conflict):
    key = "team_name_taken"
    text = "There is already a team {name}"


class TeamInUse(Conflict):
    key = "team_in_use"
    text = "Customers are restricted to the team {name}: give them to another team first"


@dataclass(frozen=True, slots=True)
class TeamView:
    id: int
    name: str
    members: frozenset[int]
    queues: frozenset[str]


async def everything(session: AsyncSession) -> list[TeamView]:
    members: dict[int, set[int]] = {}
    queues: dict[int, set[str]] = {}
    for team_id, user_id in await session.execute(select(TeamMember.team_id, TeamMember.user_id)):
        members.setdefault(team_id, set()).add(user_id)
    for team_id, queue in await session.execute(select(TeamQueue.team_id, TeamQueue.queue)):
        queues.setdefault(team_id, set()).add(queue)
    return [
        TeamView(t.id, t.name, frozenset(members.get(t.id, ())), frozenset(queues.get(t.id, ())))
        for t in (await session.scalars(select(Team).order_by(Team.name))).all()
    ]


async def get(session: AsyncSession, team_id: int) -> TeamView:
    for team in await everything(session):
        if team.id == team_id:
            return team
    raise NoSuch(what="team", id=team_id)


async def add(session: AsyncSession, name: str, members: Collection[int], queues: Collection[str]) -> int:
    """Raises `TeamNameTaken`, and `NoSuch` for a member who is not there."""
    await stays.lock(session)
    team = Team(name=name.strip())
    session.add(team)
    await _flush(session, name)
    await _fill(session, team.id, members, queues)
    await stays.keep_up(session)
    return team.id


async def change(
    session: AsyncSession, team_id: int, name: str | None, members: Collection[int] | None, queues: Collection[str] | None
) -> None:
    await stays.lock(session)
    team = await session.get(Team, team_id, populate_existing=True)
    if team is None:
        raise NoSuch(what="team", id=team_id)
    if name is not None:
        team.name = name.strip()
        await _flush(session, name)
    if members is not None:
        await session.execute(delete(TeamMember).where(TeamMember.team_id == team_id))
    if queues is not None:
        await session.execute(delete(TeamQueue).where(TeamQueue.team_id == team_id))
    await _fill(session, team_id, members or (), queues or ())
    await stays.keep_up(session)


async def remove(session: AsyncSession, team_id: int) -> None:
    """Its stays remain. Raises `TeamInUse`."""
    await stays.lock(session)
    team = await session.get(Team, team_id, populate_existing=True)
    if team is None:
        raise NoSuch(what="team", id=team_id)
    name = team.name
    await session.delete(team)
    try:
        await session.flush()
    except IntegrityError as error:
        raise TeamInUse(name=name) from error
    await stays.keep_up(session)


async def _fill(session: AsyncSession, team_id: int, members: Collection[int], queues: Collection[str]) -> None:
    known = set((await session.scalars(select(User.id).where(User.id.in_(members)))).all())
    for user_id in set(members):
        if user_id not in known:
            raise NoSuch(what="user", id=user_id)
        session.add(TeamMember(team_id=team_id, user_id=user_id))
    for queue in {clean(q).strip() for q in queues if q.strip()}:
        session.add(TeamQueue(team_id=team_id, queue=queue))
    await session.flush()


async def _flush(session: AsyncSession, name: str) -> None:
    try:
        await session.flush()
    except IntegrityError as error:
        raise TeamNameTaken(name=name) from error
