"""Who sees and who changes what people put together: reports and dashboards of one's own, of a team, of everybody."""

from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents.models import Team, User
from ringdesk.agents.rights import Principal, Right
from ringdesk.config.errors import Forbidden, NoSuch
from ringdesk.statistics.models import Dashboard, OwnReport

Shared = OwnReport | Dashboard


class NotYours(Forbidden):
    key = "not_yours"
    text = "Only who made it may change it"


def visible(kind: type[OwnReport] | type[Dashboard], principal: Principal) -> ColumnElement[bool]:
    """One's own, those of one's teams, those of everybody; who manages reports also sees those of all teams and of who has left."""
    seen: list[ColumnElement[bool]] = [kind.owner_id == principal.user_id, kind.everybody.is_(True)]
    seen.append(kind.team_id.is_not(None) if principal.sees_all else kind.team_id.in_(principal.teams))
    if principal.may(Right.REPORTS_MANAGE):
        seen.append(~_owner_is_there(kind))
    return or_(*seen)


def _owner_is_there(kind: type[OwnReport] | type[Dashboard]) -> ColumnElement[bool]:
    return exists().where(User.id == kind.owner_id, User.active)


async def get(session: AsyncSession, kind: Any, principal: Principal, id: int, what: str) -> Any:
    """Raises `NoSuch`, also for one that the asker may not see."""
    row = (await session.scalars(select(kind).where(kind.id == id, visible(kind, principal)))).first()
    if row is None:
        raise NoSuch(what=what, id=id)
    return row


async def owner(session: AsyncSession, row: Shared) -> int | None:
    """Whose it is; None where they have left."""
    return await session.scalar(select(User.id).where(User.id == row.owner_id, User.active))


def may_change(principal: Principal, owner_id: int | None) -> bool:
    return owner_id == principal.user_id or (owner_id is None and principal.may(Right.REPORTS_MANAGE))


async def change(session: AsyncSession, row: Shared, principal: Principal) -> None:
    """Before a change. Whoever changes what somebody left behind takes it over. Raises `NotYours`."""
    owner_id = await owner(session, row)
    if not may_change(principal, owner_id):
        raise NotYours
    row.owner_id = principal.user_id


async def team(session: AsyncSession, principal: Principal, team_id: int | None) -> int | None:
    """One may share with a team of one's own; who sees the whole house with any. Raises `NoSuch`."""
    if team_id is None:
        return None
    found = await session.get(Team, team_id)
    if found is None or not (principal.sees_all or team_id in principal.teams):
        raise NoSuch(what="team", id=team_id)
    return team_id
