"""Who may hear what. Every query on recordings, transcripts, scores, reviews and the search goes through a `RecordingScope`."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents.rights import Principal, Role
from ringdesk.config.errors import NoSuch
from ringdesk.recordings.models import Recording, RecordingAgent


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingScope:
    """Which recordings may be heard: all, or those in which one of `agents` speaks, or of one of `queues`.

    To have been offered a call is not to have spoken in it. What matches no call is for those who see everything."""

    everything: bool = False
    agents: frozenset[int] = frozenset()
    queues: frozenset[str] = frozenset()

    @classmethod
    def of(cls, principal: Principal) -> "RecordingScope":
        if principal.sees_all:
            return cls(everything=True)
        if Role.SUPERVISOR in principal.roles:
            return cls(agents=principal.colleagues | {principal.user_id}, queues=principal.queues)
        return cls(agents=frozenset({principal.user_id}))

    def condition(self) -> ColumnElement[bool]:
        """On `Recording`."""
        if self.everything:
            return true()
        spoke = exists().where(RecordingAgent.recording_id == Recording.id, RecordingAgent.agent_id.in_(self.agents))
        heard = or_(spoke, Recording.queue.in_(self.queues)) if self.queues else spoke
        return and_(Recording.call_id.is_not(None), heard)


EVERYTHING = RecordingScope(everything=True)


async def get(session: AsyncSession, scope: RecordingScope, recording_id: int, *, lock: bool = False) -> Recording:
    """Raises `NoSuch`, also for one outside of the scope."""
    query = select(Recording).where(Recording.id == recording_id, scope.condition())
    if lock:
        query = query.with_for_update(of=Recording)
    row = (await session.scalars(query)).first()
    if row is None:
        raise NoSuch(what="recording", id=recording_id)
    return row
