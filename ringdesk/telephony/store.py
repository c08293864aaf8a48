"""Writes facts as they happen: what changed in the last moment goes to the database in one transaction."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.config import log
from ringdesk.storage import quarters
from ringdesk.storage.base import Base, now, table_of
from ringdesk.storage.engine import Database
from ringdesk.storage.later import GROUPING
from ringdesk.telephony import calls, numbers
from ringdesk.telephony.facts import Call, CallDropped, CallEnded, CallFact, CallsJoined, Conversation, Offer, Visit
from ringdesk.telephony.models import CallRow, ConversationRow, OfferRow, QueueVisitRow
from ringdesk.telephony.rows import Row, call_of, conversation_row, offer_row, visit_row

logger = log.get(__name__)

LONGEST_RETRY = 5.0  # seconds between tries while the database is away
EXPECTED = 1000  # click-to-dials remembered until their call appears; those whose phone was off never do
LATE = 1000  # ended calls remembered for a look-up that takes longer than the call did
OwnerOf = Callable[[str], int | None]


@dataclass(slots=True)
class _Pending:
    """What of a live call the database has seen: parts are immutable, so identity tells what is new."""

    call: Call
    customer_id: int | None = None
    visits: list[Visit] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    conversations: list[Conversation] = field(default_factory=list)
    over: bool = False
    """Its end is in the database."""
    answered: bool = False
    """Its being answered is in the database."""
    owners: dict[str, int | None] = field(default_factory=dict)


class CallStore:
    """Collects changed calls and writes them in groups. Nothing is dropped when the database is away: it is written later."""

    def __init__(self, db: Database, pbx: str, country: str, owner_of: OwnerOf) -> None:
        self.db = db
        self.pbx = pbx
        self.country = country
        self.owner_of = owner_of
        self._live: dict[str, _Pending] = {}
        self._ended: dict[str, _Pending] = {}
        self._dirty: dict[str, _Pending] = {}
        self._expected: dict[str, int] = {}
        self._joined: list[tuple[_Pending, str]] = []
        self._dropped: list[str] = []
        self._changed = asyncio.Event()
        self._writing = asyncio.Lock()
        dialect = postgresql if db.dialect == "postgresql" else sqlite
        self._upserts: dict[type[Base], Any] = {
            model: _upsert(dialect, model) for model in (CallRow, QueueVisitRow, OfferRow, ConversationRow)
        }

    def note(self, fact: CallFact) -> None:
        """Remember that this call changed."""
        call = fact.call
        if isinstance(fact, CallDropped):
            self._live.pop(call.id, None)
            self._dirty.pop(call.id, None)
            self._dropped.append(call.id)
        else:
            self._dirty[call.id] = self._pending(call)
        if isinstance(fact, CallsJoined):
            gone = self._live.pop(fact.gone.id, None) or _Pending(fact.gone)
            self._dirty.pop(fact.gone.id, None)
            self._joined.append((gone, call.id))
            kept = self._live[call.id]
            kept.customer_id = kept.customer_id or gone.customer_id
        elif isinstance(fact, CallEnded):
            self._ended[call.id] = self._live.pop(call.id)
            if len(self._ended) > LATE:
                del self._ended[next(iter(self._ended))]
        self._changed.set()

    def suggest_customer(self, call: Call, customer_id: int) -> None:
        """The one customer the number leads to, written with the call unless a person chooses otherwise."""
        pending = self._live.get(call.id) or self._ended.get(call.id)
        if pending is not None:
            self._dirty[call.id] = pending
            pending.customer_id = customer_id
            self._changed.set()

    async def choose_customer(self, call_id: str, customer_id: int | None) -> None:
        """A person chose. Wins over what the number suggested."""
        if (pending := self._live.get(call_id)) is not None:
            pending.customer_id = customer_id
        await self.flush()
        async with self.db.write() as session:
            await calls.choose_customer(session, call_id, customer_id)

    def expect_customer(self, call_id: str, customer_id: int) -> None:
        """Whom a call that is being dialled will reach, before the PBX tells of it."""
        self._expected[call_id] = customer_id
        while len(self._expected) > EXPECTED:
            del self._expected[next(iter(self._expected))]

    def replace_customer(self, customer_id: int, other_id: int | None) -> None:
        """A customer was merged into another, or removed (None): what is written from now on says so."""
        for pending in {**self._dirty, **self._live}.values():
            if pending.customer_id == customer_id:
                pending.customer_id = other_id

    def customer_of(self, call_id: str) -> int | None:
        """The customer of a live call, as far as known."""
        pending = self._live.get(call_id)
        return self._expected.get(call_id) if pending is None else pending.customer_id

    def adopt(self, call: Call, customer_id: int | None) -> None:
        """A call restored from the database: its rows are known there already."""
        pending = self._pending(call)
        pending.customer_id = customer_id
        pending.visits, pending.offers = list(call.visits), list(call.offers)
        pending.conversations = list(call.conversations)

    async def run(self) -> None:
        """Write until cancelled; then write once more."""
        try:
            while True:
                await self._changed.wait()
                await asyncio.sleep(GROUPING)
                await self._write_or_retry()
        finally:
            await asyncio.shield(self.flush())

    async def _write_or_retry(self) -> None:
        delay = 0.1
        while True:
            try:
                await self.flush()
            except Exception as error:  # whatever it is: calls wait in memory until they can be written, none is lost by it
                logger.error("call_history_not_written", waiting=len(self._dirty), error=str(error), retry_in=delay)
                await asyncio.sleep(delay)
                delay = min(LONGEST_RETRY, delay * 2)
            else:
                return

    async def flush(self) -> None:
        """Write everything that changed, in one transaction. Raises what the database raises, with nothing forgotten."""
        async with self._writing:
            self._changed.clear()
            dirty, self._dirty = self._dirty, {}
            joined, self._joined = self._joined, []
            dropped, self._dropped = self._dropped, []
            if not dirty and not joined and not dropped:
                return
            batch = [(pending, list(p.visits), list(p.offers), list(p.conversations)) for pending in dirty.values() for p in [pending.call]]
            try:
                async with self.db.write() as session:
                    changed = [_Pending(call_of(record)) for record in await calls.many(session, dropped)] if dropped else []
                    for call_id in dropped:
                        await _remove(session, call_id)
                    over = await self._write(session, batch)
                    for pending, kept in joined:
                        gone = pending.call.id
                        await session.execute(self._upserts[CallRow], [self._head(pending)])  # a signpost, also if it was never written
                        await _remove_parts(session, gone)
                        await session.execute(
                            update(CallRow)
                            .where(CallRow.id == gone)
                            .values(merged_into=kept, ended_at=func.coalesce(CallRow.ended_at, CallRow.started_at))
                        )
                    changed += [_Pending(pending.call, over=pending.over) for pending, _ in joined]
                    await self._mark(session, changed + [pending for pending, *_ in batch])
            except BaseException:
                self._dirty = {**dirty, **self._dirty}
                self._joined = joined + self._joined
                self._dropped = dropped + self._dropped
                self._changed.set()
                raise
            for pending, visits, offers, conversations in batch:
                pending.visits, pending.offers, pending.conversations = visits, offers, conversations
                pending.over = pending.call.id in over
                pending.answered = pending.call.answered_at is not None

    async def _write(self, session: AsyncSession, batch: list[tuple[_Pending, list[Visit], list[Offer], list[Conversation]]]) -> set[str]:
        """Which calls have their end in the database now."""
        heads: list[Row] = []
        parts: dict[type[Base], list[Row]] = {QueueVisitRow: [], OfferRow: [], ConversationRow: []}
        for pending, visits, offers, conversations in batch:
            call_id = pending.call.id
            heads.append(self._head(pending))
            parts[QueueVisitRow] += [visit_row(call_id, v) for v in _new(visits, pending.visits)]
            parts[OfferRow] += [offer_row(call_id, o, self._owner(pending, o.interface)) for o in _new(offers, pending.offers)]
            parts[ConversationRow] += [
                conversation_row(call_id, c, self._owner(pending, c.interface)) for c in _new(conversations, pending.conversations)
            ]
        for model, upsert in self._upserts.items():
            if rows := heads if model is CallRow else parts[model]:
                await session.execute(upsert, rows)
        return {head["id"] for head in heads if head["ended_at"] is not None}

    async def _mark(self, session: AsyncSession, changed: list[_Pending]) -> None:
        """Statistics count these calls anew, and later calls of the same numbers: by a call that was answered they are repeats."""
        at = now()
        moments = {moment for pending in changed for moment in moments_of(pending.call, None if pending.over else at)}
        answered: dict[str, list[datetime]] = {}
        for pending in changed:
            call = pending.call
            if call.direction != "in" or call.answered_at is None or pending.answered:
                continue
            if quarters.quarter_of(call.started_at) > quarters.settled(at):
                continue  # what came later is not counted yet either
            if (key := numbers.parse(call.caller_number, self.country).key) is not None:
                answered.setdefault(key, []).append(call.started_at)
        moments.update(await calls.repeated_by(session, answered))
        await quarters.changed(session, self.db.dialect, moments)

    def _pending(self, call: Call) -> _Pending:
        pending = self._live.get(call.id)
        if pending is None:
            pending = self._dirty.get(call.id) or _Pending(call, self._expected.pop(call.id, None))
            self._live[call.id] = pending
        return pending

    def _owner(self, pending: _Pending, interface: str) -> int | None:
        """Whose phone it was when it first took part: a later change of owner does not change history."""
        if interface not in pending.owners:
            pending.owners[interface] = self.owner_of(interface)
        return pending.owners[interface]

    def _head(self, pending: _Pending) -> Row:
        call = pending.call
        return {
            "id": call.id,
            "pbx": self.pbx,
            "linkedid": call.linkedid,
            "direction": call.direction,
            "did": call.did,
            "origin": call.origin,
            "trunk": call.trunk,
            "caller_number": call.caller_number or None,
            "caller_name": call.caller_name or None,
            "number": numbers.parse(call.caller_number, self.country).key,
            "customer_id": pending.customer_id,
            "started_at": call.started_at,
            "answered_at": call.answered_at,
            "ended_at": call.ended_at,
            "outcome": call.outcome,
            "gap": call.gap,
            "placed_by": None if call.origin is None else self._owner(pending, call.origin),
        }


def _new(now: list[Any], written: list[Any]) -> list[Any]:
    """The parts that are not the very objects written last time, in place by their seq."""
    return [part for i, part in enumerate(now) if i >= len(written) or written[i] is not part]


def _upsert(dialect: Any, model: type[Base]) -> Any:
    """Insert, or bring the row to what is known now. Whose phone it was, and a chosen customer, are never taken back."""
    table = table_of(model)
    keys = {column.name for column in table.primary_key}
    written = [c.name for c in table.columns if c.name not in keys | {"merged_into", "agent_id"}]
    statement = dialect.insert(table)
    changes = {name: statement.excluded[name] for name in written}
    for name in {"customer_id", "placed_by"} & changes.keys():
        changes[name] = func.coalesce(table.c[name], statement.excluded[name])
    return statement.on_conflict_do_update(index_elements=sorted(keys), set_=changes)


def moments_of(call: Call, at: datetime | None) -> Iterator[datetime]:
    """The times that statistics count the call and its parts for: quarters that it lasted, and up to `at`, as until now it was
    thought to go on."""
    ends = [moment for moment in (call.ended_at, at) if moment is not None]
    yield from quarters.during(call.started_at, min(max(ends), call.started_at + calls.LONGEST))
    yield from (visit.entered_at for visit in call.visits)
    yield from (offer.rung_at for offer in call.offers)
    yield from (talk.started_at for talk in call.conversations)


async def _remove_parts(session: AsyncSession, call_id: str) -> None:
    for model in (QueueVisitRow, OfferRow, ConversationRow):
        await session.execute(delete(model).where(model.call_id == call_id))


async def _remove(session: AsyncSession, call_id: str) -> None:
    await _remove_parts(session, call_id)
    await session.execute(delete(CallRow).where(CallRow.id == call_id))
