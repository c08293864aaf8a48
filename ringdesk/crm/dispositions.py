"""Dispositions: what calls may have been about, and what each agent said of theirs."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.config.errors import Conflict, Forbidden, Invalid, NoSuch
from ringdesk.crm.models import CallDisposition, Disposition
from ringdesk.storage import quarters
from ringdesk.storage.base import clean, now
from ringdesk.storage.engine import insert_into
from ringdesk.telephony.calls import CallRecord
from ringdesk.telephony.facts import Call


class DispositionTaken(Conflict):
    key = "disposition_taken"
    text = "There is already a disposition {name} for these calls"


class DidNotTalk(Forbidden):
    key = "did_not_talk"
    text = "Only who talked in a call can say what it was about"


class NotOffered(Invalid):
    key = "disposition_not_offered"
    text = "{name} is not offered for this call"


async def everything(session: AsyncSession) -> Sequence[Disposition]:
    """By queue, those for every call first; in their order."""
    order = (Disposition.queue, Disposition.position, Disposition.name, Disposition.id)
    return (await session.scalars(select(Disposition).order_by(*order))).all()


async def add(session: AsyncSession, *, queue: str, name: str, position: int, active: bool) -> Disposition:
    """Raises `DispositionTaken`."""
    row = Disposition(queue=clean(queue), name=clean(name), position=position, active=active)
    session.add(row)
    await _flush(session, row.name)
    return row


async def change(session: AsyncSession, disposition_id: int, *, queue: str, name: str, position: int, active: bool) -> Disposition:
    """What calls were closed with goes by its new name. Raises `NoSuch`, `DispositionTaken`."""
    row = await session.get(Disposition, disposition_id, with_for_update=True)
    if row is None:
        raise NoSuch(what="disposition", id=disposition_id)
    row.queue, row.name, row.position, row.active = clean(queue), clean(name), position, active
    await _flush(session, row.name)
    return row


async def chosen(session: AsyncSession, call_id: str, agent_id: int) -> int | None:
    """The agent's own choice for a call."""
    query = select(CallDisposition.disposition_id).where(CallDisposition.call_id == call_id, CallDisposition.agent_id == agent_id)
    return await session.scalar(query)


async def choose(session: AsyncSession, record: CallRecord, agent_id: int, disposition_id: int | None) -> None:
    """The agent says what the call was about; None takes it back. It counts for the queue through which they got the call last. Raises
    `DidNotTalk`, `NoSuch`, `NotOffered`."""
    call_id, call_at = record.call.id, record.call.started_at
    mine = [talk for talk in record.conversations if talk.agent_id == agent_id]
    if not mine:
        raise DidNotTalk
    if disposition_id is None:
        await session.execute(delete(CallDisposition).where(CallDisposition.call_id == call_id, CallDisposition.agent_id == agent_id))
    else:
        row = await session.get(Disposition, disposition_id)
        if row is None:
            raise NoSuch(what="disposition", id=disposition_id)
        offered = row.active and row.queue in {"", *(talk.queue for talk in mine)}
        if not offered and await chosen(session, call_id, agent_id) != disposition_id:
            raise NotOffered(name=row.name)
        said = {"disposition_id": disposition_id, "queue": mine[-1].queue or "", "call_at": call_at, "at": now()}
        new = insert_into(CallDisposition, session.get_bind().dialect.name).values(call_id=call_id, agent_id=agent_id, **said)
        # In two tabs at once the later one counts.
        await session.execute(new.on_conflict_do_update(index_elements=["call_id", "agent_id"], set_=said))
    await _count_anew(session, [call_at])


async def follow_call(session: AsyncSession, gone: str, kept: Call) -> None:
    """Two calls became one: what was said of both is said of the one, by each agent what they said last."""
    both = select(CallDisposition).where(CallDisposition.call_id.in_((gone, kept.id))).order_by(CallDisposition.at)
    rows = (await session.scalars(both)).all()
    if not any(row.call_id == gone for row in rows):
        return
    await _count_anew(session, [kept.started_at, *(row.call_at for row in rows)])
    last = {row.agent_id: row for row in rows}
    for row in rows:
        await session.delete(row)
    await session.flush()
    for row in last.values():
        session.add(
            CallDisposition(
                call_id=kept.id,
                agent_id=row.agent_id,
                disposition_id=row.disposition_id,
                queue=row.queue,
                call_at=kept.started_at,
                at=row.at,
            )
        )
    await session.flush()


async def _count_anew(session: AsyncSession, moments: Sequence[datetime]) -> None:
    await quarters.changed(session, session.get_bind().dialect.name, moments)


async def _flush(session: AsyncSession, name: str) -> None:
    try:
        await session.flush()
    except IntegrityError as error:
        raise DispositionTaken(name=name) from error
