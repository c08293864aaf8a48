"""Who and which teams are no more, but have figures of their time: what a report of the past may be narrowed by all the same."""

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from ringdesk.agents.models import PresenceInterval, Team, TeamStay, User
from ringdesk.telephony.models import ConversationRow, OfferRow

WORKED = (PresenceInterval.user_id, OfferRow.agent_id, ConversationRow.agent_id)


async def agents(session: AsyncSession) -> set[int]:
    """Those who worked on the phone and have left, or have no phone any more."""

    def seen(who: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
        return exists().where(who == User.id)

    gone = or_(~User.active, User.interface.is_(None))
    return set(await session.scalars(select(User.id).where(gone, or_(*map(seen, WORKED)))))


async def teams(session: AsyncSession) -> dict[int, str]:
    """Dissolved teams by their last name, those that never had anybody left out."""
    query = select(TeamStay.team_id, TeamStay.team_name).where(TeamStay.team_id.not_in(select(Team.id)))
    return {row[0]: row[1] for row in await session.execute(query.order_by(TeamStay.since, TeamStay.id))}
