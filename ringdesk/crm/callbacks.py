"""The call-back list: callers whom nobody spoke with, one entry a number, off the list once somebody reached them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents.rights import Principal
from ringdesk.config.errors import Conflict, NoSuch
from ringdesk.crm.models import Callback
from ringdesk.storage import paging, quarters
from ringdesk.storage.base import now

State = Literal["open", "taken", "done"]
Sort = Literal["last_at", "-last_at", "misses", "-misses"]


class AlreadyTaken(Conflict):
    key = "callback_taken"
    text = "Somebody else has taken this call-back"


class AlreadyDone(Conflict):
    key = "callback_done"
    text = "This call-back is off the list already"


async def missed(
    session: AsyncSession,
    *,
    number: str,
    call_id: str,
    at: datetime,
    caller_name: str | None,
    customer_id: int | None,
    queue: str | None,
    did: str | None,
) -> Callback:
    """Count one more miss of `number`; the same call twice counts once."""
    row = await _open(session, number)
    if row is None:
        row = Callback(number=number, first_at=at, last_at=at, misses=0, last_call_id="", state="open")
        session.add(row)
    if row.last_call_id != call_id:
        row.misses += 1
    row.last_call_id, row.last_at = call_id, max(at, row.last_at)
    row.caller_name = caller_name or row.caller_name
    row.customer_id = customer_id or row.customer_id
    row.queue, row.did = queue or row.queue, did or row.did
    await session.flush()
    await _count_anew(session, row)
    return row


async def reached(session: AsyncSession, number: str, at: datetime) -> Callback | None:
    """Somebody has been speaking with `number` since then: its entry is done. Returns it, None where there was none."""
    row = await _open(session, number)
    if row is not None:
        row.state, row.done_at, row.done_how = "done", max(at, row.first_at), "reached"
        await _count_anew(session, row)
    return row


async def on_list(session: AsyncSession, numbers: Iterable[str]) -> set[str]:
    """Which of these numbers wait for a call."""
    return set(await session.scalars(select(Callback.number).where(Callback.number.in_(set(numbers)), Callback.state != "done")))


async def take(session: AsyncSession, callback_id: int, user_id: int, queues: Sequence[str] | None = None) -> Callback:
    """Mine now. Raises `AlreadyTaken`, also when two click at the same moment, `AlreadyDone`, and `NoSuch` for one of no queue in
    `queues` (None: of every queue)."""
    await _get(session, callback_id, user_id, queues)
    statement = (
        update(Callback)
        .where(Callback.id == callback_id, (Callback.state == "open") | (Callback.taken_by == user_id), Callback.state != "done")
        .values(state="taken", taken_by=user_id, taken_at=now())
        .returning(Callback.id)
    )
    mine = await session.scalar(statement)
    row = await _get(session, callback_id, user_id, queues)
    if mine is None:
        raise AlreadyDone if row.state == "done" else AlreadyTaken
    return row


async def release(session: AsyncSession, callback_id: int, principal: Principal) -> Callback:
    """Back on the open list, by who took it or by a supervisor."""
    row = await _held(session, callback_id, principal)
    row.state, row.taken_by, row.taken_at = "open", None, None
    return row


async def dismiss(session: AsyncSession, callback_id: int, principal: Principal) -> Callback:
    """Off the list without having reached anybody."""
    row = await _held(session, callback_id, principal)
    row.state, row.done_at, row.done_how = "done", now(), "dismissed"
    await _count_anew(session, row)
    return row


async def page(
    session: AsyncSession,
    *,
    states: Sequence[State],
    queues: Sequence[str] | None,
    sort: Sort = "-last_at",
    cursor: str | None,
    limit: int,
) -> tuple[Sequence[Callback], str | None]:
    """`queues` None: of every queue."""
    query = select(Callback).where(Callback.state.in_(states))
    if queues is not None:
        query = query.where(Callback.queue.in_(queues) | Callback.queue.is_(None))
    descending = sort.startswith("-")
    by = sort.removeprefix("-")
    first = paging.Key(Callback.misses, descending, int) if by == "misses" else paging.Key(Callback.last_at, descending, datetime)
    keys = [first, paging.Key(Callback.id, descending, int)]
    rows = (await session.scalars(paging.page(query, keys, cursor, limit))).all()
    shown = rows[:limit]
    return shown, paging.encode([getattr(shown[-1], by), shown[-1].id]) if len(rows) > limit else None


async def of_customer(session: AsyncSession, customer_id: int) -> Sequence[Callback]:
    """All entries of a customer, also those that are done, in their order."""
    return (await session.scalars(select(Callback).where(Callback.customer_id == customer_id).order_by(Callback.id))).all()


async def _count_anew(session: AsyncSession, row: Callback) -> None:
    """Statistics count it when its caller was missed first."""
    await quarters.changed(session, session.get_bind().dialect.name, [row.first_at])


async def _get(session: AsyncSession, callback_id: int, user_id: int, queues: Sequence[str] | None) -> Callback:
    """What one has taken stays in reach also when its queue is no longer one's own."""
    row = await session.get(Callback, callback_id, populate_existing=True, with_for_update=True)
    if row is None or not (queues is None or row.queue is None or row.queue in queues or row.taken_by == user_id):
        raise NoSuch(what="call-back", id=callback_id)
    return row


async def _held(session: AsyncSession, callback_id: int, principal: Principal) -> Callback:
    row = await _get(session, callback_id, principal.user_id, principal.callback_queues)
    if row.state == "done":
        raise AlreadyDone
    if row.state == "taken" and row.taken_by != principal.user_id and not principal.supervises(row.taken_by or 0):
        raise AlreadyTaken
    return row


async def _open(session: AsyncSession, number: str) -> Callback | None:
    """Locked: who dismisses it at the same moment must not take along a miss that they did not see."""
    query = select(Callback).where(Callback.number == number, Callback.state != "done").with_for_update()
    return (await session.scalars(query)).first()
