"""What happened with a customer: calls and notes, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.crm import notes
from ringdesk.crm.models import Note
from ringdesk.storage import paging
from ringdesk.telephony import calls
from ringdesk.telephony.calls import EVERYTHING, CallFilter, CallRecord

LATEST = 2**31 - 1  # behind a call come all notes of its moment


@dataclass(frozen=True, slots=True)
class Happened:
    """A call with the notes written during it, or a note on its own."""

    at: datetime
    call: CallRecord | None
    notes: list[Note]


async def latest(session: AsyncSession, *, customer_id: int | None, number: str | None, limit: int) -> list[Happened]:
    """The beginning of the first page, for a card."""
    records = await calls.latest(session, customer_id=customer_id, number=number, limit=limit)
    alone = [] if customer_id is None else await notes.latest(session, customer_id, limit)
    return (await _together(session, records, alone))[:limit]


async def page(
    session: AsyncSession, *, customer_id: int | None, number: str | None, cursor: str | None, limit: int
) -> tuple[list[Happened], str | None]:
    """Of a customer, or of a number that belongs to nobody yet. Who may see the customer is the caller's to check.

    Two sources in one order, at the same moment calls before notes: each is read one page deep behind the cursor, the earlier half
    stays for the next page.
    """
    behind = _decode(cursor)
    wanted = CallFilter(customer_id=customer_id, number=None if customer_id else number, until=behind.calls_before)
    records, _ = await calls.page(session, EVERYTHING, wanted, sort="-started_at", cursor=behind.call_cursor, limit=limit + 1)
    alone: Sequence[Note] = []
    if customer_id is not None:
        query = select(Note).where(Note.customer_id == customer_id, Note.call_id.is_(None))
        keys = [paging.Key(Note.created_at, True, datetime), paging.Key(Note.id, True, int)]
        alone = (await session.scalars(paging.page(query, keys, behind.note_cursor, limit))).all()
    found = await _together(session, records, alone)
    shown = found[:limit]
    return shown, _encode(shown[-1]) if len(found) > limit else None


async def _together(session: AsyncSession, records: Sequence[CallRecord], alone: Sequence[Note]) -> list[Happened]:
    written = await notes.of_calls(session, [r.call.id for r in records])
    found = [Happened(r.call.started_at, r, [n for n in written if n.call_id == r.call.id]) for r in records]
    found += [Happened(note.created_at, None, [note]) for note in alone]
    found.sort(key=lambda item: (item.at, item.call is not None), reverse=True)  # each source's own order stays: sorting is stable
    return found


@dataclass(frozen=True, slots=True)
class _Behind:
    """Where each source goes on."""

    call_cursor: str | None = None
    calls_before: datetime | None = None
    note_cursor: str | None = None


def _encode(last: Happened) -> str:
    return paging.encode([last.at, last.notes[0].id, ""] if last.call is None else [last.at, 0, last.call.call.id])


def _decode(cursor: str | None) -> _Behind:
    if cursor is None:
        return _Behind()
    at, note_id, call_id = paging.decode(cursor, [datetime, int, str])
    if note_id:
        return _Behind(calls_before=at, note_cursor=paging.encode([at, note_id]))
    return _Behind(call_cursor=paging.encode([at, call_id]), note_cursor=paging.encode([at, LATEST]))
