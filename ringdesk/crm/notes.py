"""Dated notes on customers and calls."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.config.errors import Forbidden, NoSuch
from ringdesk.crm.models import Customer, Note
from ringdesk.storage.base import now
from ringdesk.storage.engine import insert_into

# Built once, for the screen pop.
_OF_CALLS = select(Note).where(Note.call_id.in_(bindparam("ids", expanding=True))).order_by(Note.created_at)
_LATEST = (
    select(Note)
    .where(Note.customer_id == bindparam("of"), Note.call_id.is_(None))
    .order_by(Note.created_at.desc(), Note.id.desc())
    .limit(bindparam("most"))
)


class NotYourNote(Forbidden):
    key = "not_your_note"
    text = "Only the author may change a note"


async def add(session: AsyncSession, customer_id: int, author_id: int, body: str) -> Note:
    moment = now()
    note = Note(customer_id=customer_id, call_id=None, author_id=author_id, body=body, created_at=moment, updated_at=moment)
    session.add(note)
    await session.flush()
    return note


async def save_for_call(session: AsyncSession, call_id: str, customer_id: int | None, author_id: int, body: str) -> Note | None:
    """The author's one note on this call, saved as it is typed, also in two tabs at once; an emptied one is removed (None)."""
    if not body.strip():
        await session.execute(delete(Note).where(Note.call_id == call_id, Note.author_id == author_id))
        return None
    # The call may still name a customer who was merged into another, or removed.
    owner = select(func.coalesce(Customer.merged_into, Customer.id)).where(Customer.id == customer_id)
    written = {"body": body, "customer_id": await session.scalar(owner), "updated_at": now()}
    new = insert_into(Note, session.get_bind().dialect.name).values(
        call_id=call_id, author_id=author_id, created_at=written["updated_at"], **written
    )
    saved = new.on_conflict_do_update(
        index_elements=[Note.call_id, Note.author_id], index_where=Note.call_id.is_not(None), set_=written
    ).returning(Note)
    note: Note = (await session.scalars(saved, execution_options={"populate_existing": True})).one()
    return note


async def change(session: AsyncSession, note_id: int, author_id: int, body: str) -> Note:
    """Raises `NoSuch`, `NotYourNote`."""
    note = await _own(session, note_id, author_id)
    note.body, note.updated_at = body, now()
    return note


async def remove(session: AsyncSession, note_id: int, author_id: int) -> Note:
    """Raises `NoSuch`, `NotYourNote`."""
    note = await _own(session, note_id, author_id)
    await session.delete(note)
    return note


async def of_calls(session: AsyncSession, call_ids: Sequence[str]) -> Sequence[Note]:
    return (await session.scalars(_OF_CALLS, {"ids": call_ids})).all() if call_ids else []


async def latest(session: AsyncSession, customer_id: int, limit: int) -> Sequence[Note]:
    """On the customer alone, not on a call; newest first."""
    return (await session.scalars(_LATEST, {"of": customer_id, "most": limit})).all()


async def follow_customer(session: AsyncSession, call_id: str, customer_id: int | None) -> None:
    """What was written during the call belongs to the customer it turned out to be."""
    await session.execute(update(Note).where(Note.call_id == call_id).values(customer_id=customer_id))


async def follow_call(session: AsyncSession, gone: str, kept: str) -> None:
    """Two calls became one: their notes are on the one. An author who wrote on both keeps both texts in one note."""
    mine = {n.author_id: n for n in await of_calls(session, [kept])}
    for note in await of_calls(session, [gone]):
        if (other := mine.get(note.author_id)) is None:
            note.call_id = kept
        else:
            other.body = f"{other.body}\n\n{note.body}"
            await session.delete(note)
    await session.flush()


async def _own(session: AsyncSession, note_id: int, author_id: int) -> Note:
    note = await session.get(Note, note_id)
    if note is None:
        raise NoSuch(what="note", id=note_id)
    if note.author_id != author_id:
        raise NotYourNote
    return note
