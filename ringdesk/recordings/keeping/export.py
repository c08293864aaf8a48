"""What is kept of a person, for their access request: a ZIP with everything in files that anybody can open, made while it is sent."""

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.config.errors import DomainError
from ringdesk.crm import callbacks, notes
from ringdesk.crm.models import Note
from ringdesk.crm.views import CustomerView
from ringdesk.recordings import marks
from ringdesk.recordings.keeping.playing import check_playable
from ringdesk.recordings.keeping.store import AudioStore
from ringdesk.recordings.models import Recording, Transcript
from ringdesk.storage.base import JsonObject, now
from ringdesk.storage.engine import Database
from ringdesk.telephony import calls
from ringdesk.telephony.calls import EVERYTHING, CallFilter, CallRecord

MOST_NOTES = 100_000
PAGE = 200  # calls read at once

Name = Callable[[int | None], str | None]

README = """\
What is kept of {name}, as of {at} (UTC). {calls} calls, {recordings} recordings.

customer.json    name, numbers, e-mail addresses, postal addresses, tags and notes in the customer's entry
notes.json       dated notes about the customer that belong to no call
callbacks.json   when nobody was reached and a call back was due
calls.json       every call: when, from and to which number, how long it waited, with whom it was spoken, what was noted
recordings/      a folder for each recording: audio.ogg can be played by any browser, the agent on the left, the customer on the right;
                 transcript.json is what a machine understood, with times in seconds; timeline.json has what was marked on it: times on
                 hold, transfers, where recording was paused, where a card number or the like was made silent, comments

Times are in UTC. What could not be handed out is named in missing.txt of its folder, with the reason.
Judgements of an employee's work (scores, reviews) are about the employee and are not part of this.
"""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is known before the first byte is sent. Audio and transcripts are read one after the other while it is."""

    customer: CustomerView
    calls: list[CallRecord]
    notes: dict[str, list[Note]]
    own_notes: list[Note]
    callbacks: list[JsonObject]
    recordings: list[int]
    name: Name


async def gather(session: AsyncSession, customer: CustomerView, name: Name) -> Gathered:
    """Everything of this customer; that the asker may have it was checked."""
    found: list[CallRecord] = []
    cursor = None
    while True:
        page, cursor = await calls.page(
            session, EVERYTHING, CallFilter(customer_id=customer.id), sort="started_at", cursor=cursor, limit=PAGE
        )
        found += page
        if cursor is None:
            break
    written: dict[str, list[Note]] = {}
    theirs: list[int] = []
    for i in range(0, len(found), PAGE):
        ids = [record.call.id for record in found[i : i + PAGE]]
        for note in await notes.of_calls(session, ids):
            written.setdefault(note.call_id or "", []).append(note)
        query = select(Recording.id).where(Recording.call_id.in_(ids)).order_by(Recording.started_at, Recording.id)
        theirs += (await session.scalars(query)).all()
    due = [
        {"number": c.number, "queue": c.queue, "first_at": c.first_at, "last_at": c.last_at, "misses": c.misses, "state": c.state}
        for c in await callbacks.of_customer(session, customer.id)
    ]
    own = list(await notes.latest(session, customer.id, MOST_NOTES))
    return Gathered(customer, found, written, own, due, theirs, name)


async def pieces(db: Database, store: AudioStore, found: Gathered) -> AsyncIterator[bytes]:
    """The ZIP, piece by piece: never more of it in memory than one recording."""
    out = _Pipe()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _texts(found):
            await asyncio.to_thread(archive.writestr, name, text)
            yield out.take()
        for recording_id in found.recordings:
            async for name, content in _of_recording(db, store, found.name, recording_id):
                packed = zipfile.ZIP_STORED if name.endswith(".ogg") else zipfile.ZIP_DEFLATED  # Opus gets no smaller
                await asyncio.to_thread(archive.writestr, name, content, packed)
                yield out.take()
    yield out.take()


def _texts(found: Gathered) -> list[tuple[str, str]]:
    counts = {"calls": len(found.calls), "recordings": len(found.recordings)}
    return [
        ("README.txt", README.format(name=found.customer.name, at=f"{now():%Y-%m-%d %H:%M}", **counts)),
        ("customer.json", _json(found.customer.model_dump())),
        ("notes.json", _json([_note(note, found.name) for note in found.own_notes])),
        ("callbacks.json", _json(found.callbacks)),
        ("calls.json", _json([_call(record, found) for record in found.calls])),
    ]


async def _of_recording(db: Database, store: AudioStore, name: Name, recording_id: int) -> AsyncIterator[tuple[str, bytes | str]]:
    async with db.read() as session:
        row = await session.get(Recording, recording_id)
        if row is None:
            return  # deleted meanwhile
        timeline = await marks.of(session, row)
        said = (await session.scalars(select(Transcript.utterances).where(Transcript.recording_id == row.id))).first()
    folder = f"recordings/{row.started_at:%Y-%m-%d_%H-%M-%S}_{row.id}"
    facts = {"call": row.call_id, "started_at": row.started_at, "seconds": row.duration_s, "language": row.language, "sha256": row.sha256}
    yield f"{folder}/recording.json", _json(facts)
    if timeline:
        seen = [{"what": m.kind, "start": m.start, "end": m.end, "text": m.text, "by": name(m.user_id)} for m in timeline]
        yield f"{folder}/timeline.json", _json(seen)
    if said is not None:
        yield f"{folder}/transcript.json", _json(said)
    try:
        check_playable(row)
        yield f"{folder}/audio.ogg", await store.read(row)
    except DomainError as error:
        yield f"{folder}/missing.txt", f"{error}\n"


def _call(record: CallRecord, found: Gathered) -> JsonObject:
    row = record.call
    return {
        "id": row.id,
        "direction": row.direction,
        "called": row.did,
        "number": row.caller_number,
        "name": row.caller_name,
        "started_at": row.started_at,
        "answered_at": row.answered_at,
        "ended_at": row.ended_at,
        "outcome": row.outcome,
        "waited_in": [{"queue": v.queue, "from": v.entered_at, "to": v.left_at, "outcome": v.outcome} for v in record.visits],
        "spoke_with": [
            {"agent": found.name(c.agent_id), "from": c.started_at, "to": c.ended_at, "on_hold_s": c.hold_s} for c in record.conversations
        ],
        "notes": [_note(note, found.name) for note in found.notes.get(row.id, ())],
    }


def _note(note: Note, name: Name) -> JsonObject:
    return {"at": note.created_at, "changed_at": note.updated_at, "by": name(note.author_id), "text": note.body}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not for a file")


class _Pipe(io.RawIOBase):
    """What a ZIP is written to that leaves piece by piece: it cannot be sought in, and zipfile knows what to do then."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._written += data
        return len(data)

    def take(self) -> bytes:
        taken = bytes(self._written)
        self._written.clear()
        return taken
