"""The way to the call history. Every list is bounded by a `CallScope`: a handler cannot forget who asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    SelectBase,
    SQLColumnExpression,
    bindparam,
    exists,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ringdesk.config.errors import NoSuch
from ringdesk.storage import paging
from ringdesk.telephony.facts import CallOutcome, Direction
from ringdesk.telephony.models import CallRow, ConversationRow, OfferRow, QueueVisitRow

REPEATS_WITHIN = timedelta(days=30)  # the longest window of first-call resolution
LONGEST = timedelta(days=1)  # of what lasted longer no call is thought: its end was lost
Sort = Literal["started_at", "-started_at"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallScope:
    """Whose calls may be read: everybody's, or those that reached or were placed by one of `agents`, or stood in one of `queues`."""

    everything: bool = False
    agents: frozenset[int] = frozenset()
    queues: frozenset[str] = frozenset()

    def condition(self) -> ColumnElement[bool]:
        if self.everything:
            return true()
        reached: list[ColumnElement[bool]] = [
            CallRow.placed_by.in_(self.agents),
            exists().where(OfferRow.call_id == CallRow.id, OfferRow.agent_id.in_(self.agents)),
            exists().where(ConversationRow.call_id == CallRow.id, ConversationRow.agent_id.in_(self.agents)),
        ]
        if self.queues:
            reached.append(exists().where(QueueVisitRow.call_id == CallRow.id, QueueVisitRow.queue.in_(self.queues)))
        return or_(*reached)


EVERYTHING = CallScope(everything=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFilter:
    """What a list of calls is narrowed to; None narrows nothing. Times are [since, until)."""

    since: datetime | None = None
    until: datetime | None = None
    direction: Direction | None = None
    outcome: CallOutcome | None = None
    queue: str | None = None
    agent_id: int | None = None
    customer_id: int | None = None
    number: str | None = None
    did: str | None = None
    active: bool = False


@dataclass(slots=True)
class CallRecord:
    """One call with everything that belongs to it, each list in the order it happened."""

    call: CallRow
    visits: list[QueueVisitRow] = field(default_factory=list)
    offers: list[OfferRow] = field(default_factory=list)
    conversations: list[ConversationRow] = field(default_factory=list)


async def page(
    session: AsyncSession,
    scope: CallScope,
    wanted: CallFilter,
    *,
    sort: Sort,
    cursor: str | None,
    limit: int,
    among: SelectBase | None = None,
) -> tuple[list[CallRecord], str | None]:
    """A page of calls, and the cursor of the next one or None. `among`: of the calls with these ids only."""
    query = select(CallRow).where(CallRow.merged_into.is_(None), scope.condition(), *_conditions(wanted))
    if among is not None:
        query = query.where(CallRow.id.in_(among))
    descending = sort.startswith("-")
    keys = [paging.Key(CallRow.started_at, descending, datetime), paging.Key(CallRow.id, descending, str)]
    rows = (await session.scalars(paging.page(query, keys, cursor, limit))).all()
    shown = rows[:limit]
    following = paging.encode([shown[-1].started_at, shown[-1].id]) if len(rows) > limit else None
    return await _records(session, shown), following


async def latest(session: AsyncSession, *, customer_id: int | None, number: str | None, limit: int) -> list[CallRecord]:
    """The first page of everybody's calls with a customer, or of a number that belongs to nobody, newest first: the screen pop's path."""
    query, of = (_LATEST_OF_NUMBER, number) if customer_id is None else (_LATEST_OF_CUSTOMER, customer_id)
    return await _records(session, (await session.scalars(query, {"of": of, "most": limit})).all())


async def get(session: AsyncSession, scope: CallScope, call_id: str) -> CallRecord:
    """Raises `NoSuch`, also for a call outside of the scope. A merged call leads to the call it became part of."""
    for _ in range(8):  # merges of merges; the tracker makes no loops
        target = await session.scalar(select(CallRow.merged_into).where(CallRow.id == call_id))
        if target is None:
            break
        call_id = target
    row = (await session.scalars(select(CallRow).where(CallRow.id == call_id, scope.condition()))).first()
    if row is None:
        raise NoSuch(what="call", id=call_id)
    return (await _records(session, [row]))[0]


async def many(session: AsyncSession, ids: Sequence[str]) -> list[CallRecord]:
    """Calls by id, for readers who may see them for another reason than their own (a customer's timeline)."""
    rows = (await session.scalars(select(CallRow).where(CallRow.id.in_(ids)))).all()
    return await _records(session, rows)


def ids(wanted: CallFilter) -> Select[str]:
    """The ids of calls, for a condition on what belongs to calls. Who may read that is the asker's to bound."""
    return select(CallRow.id).where(*_conditions(wanted))


def reached(call_id: SQLColumnExpression[str], agents: Sequence[int]) -> ColumnElement[bool]:
    """On a column with calls' ids: of calls that reached one of these agents, as in `CallScope`, or that they placed."""
    talk, offer, call = aliased(ConversationRow), aliased(OfferRow), aliased(CallRow)  # the column may be of one of these tables
    return or_(
        exists().where(talk.call_id == call_id, talk.agent_id.in_(agents)),
        exists().where(offer.call_id == call_id, offer.agent_id.in_(agents)),
        exists().where(call.id == call_id, call.placed_by.in_(agents)),
    )


async def first_at(session: AsyncSession) -> datetime | None:
    """When the first call began."""
    return await session.scalar(select(CallRow.started_at).order_by(CallRow.started_at).limit(1))


async def repeated_by(session: AsyncSession, answered: Mapping[str, Sequence[datetime]]) -> list[datetime]:
    """When the numbers that were answered in calls of these times called in again, within the longest window of repeats."""
    if not answered:
        return []
    query = select(CallRow.number, CallRow.started_at).where(
        CallRow.number.in_(answered), CallRow.direction == "in", CallRow.started_at > min(map(min, answered.values()))
    )
    rows = await session.execute(query)
    return [at for number, at in rows if number and any(timedelta() < at - before <= REPEATS_WITHIN for before in answered[number])]


async def still_open(session: AsyncSession, pbx: str) -> list[CallRecord]:
    """The calls that were running when this was last written: where the tracker goes on after a restart."""
    query = select(CallRow).where(CallRow.pbx == pbx, CallRow.ended_at.is_(None), CallRow.merged_into.is_(None))
    return await _records(session, (await session.scalars(query)).all())


async def choose_customer(session: AsyncSession, call_id: str, customer_id: int | None) -> None:
    await session.execute(update(CallRow).where(CallRow.id == call_id).values(customer_id=customer_id))


async def adopt(session: AsyncSession, number: str, customer_id: int) -> None:
    """Calls of `number` that belong to nobody become those of the customer just made for it."""
    await session.execute(update(CallRow).where(CallRow.number == number, CallRow.customer_id.is_(None)).values(customer_id=customer_id))


async def move_customer(session: AsyncSession, old_id: int, new_id: int) -> None:
    await session.execute(update(CallRow).where(CallRow.customer_id == old_id).values(customer_id=new_id))


async def forget_customer(session: AsyncSession, customer_id: int) -> None:
    await session.execute(update(CallRow).where(CallRow.customer_id == customer_id).values(customer_id=None))


def _conditions(wanted: CallFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        found.append(CallRow.started_at >= wanted.since)
    if wanted.until is not None:
        found.append(CallRow.started_at < wanted.until)
    if wanted.direction is not None:
        found.append(CallRow.direction == wanted.direction)
    if wanted.outcome is not None:
        found.append(CallRow.outcome == wanted.outcome)
    if wanted.customer_id is not None:
        found.append(CallRow.customer_id == wanted.customer_id)
    if wanted.number is not None:
        found.append(CallRow.number == wanted.number)
    if wanted.did is not None:
        found.append(CallRow.did == wanted.did)
    if wanted.queue is not None:
        found.append(exists().where(QueueVisitRow.call_id == CallRow.id, QueueVisitRow.queue == wanted.queue))
    if wanted.agent_id is not None:
        found.append(CallScope(agents=frozenset({wanted.agent_id})).condition())
    if wanted.active:
        found.append(CallRow.ended_at.is_(None))
    return found


# Built once: on the screen pop's path putting a statement together takes longer than running it.
_LATEST = (
    select(CallRow).where(CallRow.merged_into.is_(None)).order_by(CallRow.started_at.desc(), CallRow.id.desc()).limit(bindparam("most"))
)
_LATEST_OF_CUSTOMER = _LATEST.where(CallRow.customer_id == bindparam("of"))
_LATEST_OF_NUMBER = _LATEST.where(CallRow.number == bindparam("of"))
_IDS: BindParameter[list[str]] = bindparam("ids", expanding=True)
_VISITS = select(QueueVisitRow).where(QueueVisitRow.call_id.in_(_IDS)).order_by(QueueVisitRow.seq)
_OFFERS = select(OfferRow).where(OfferRow.call_id.in_(_IDS)).order_by(OfferRow.seq)
_CONVERSATIONS = select(ConversationRow).where(ConversationRow.call_id.in_(_IDS)).order_by(ConversationRow.seq)


async def _records(session: AsyncSession, rows: Sequence[CallRow]) -> list[CallRecord]:
    records = {row.id: CallRecord(row) for row in rows}
    if not records:
        return []
    ids = {"ids": list(records)}
    for visit in await session.scalars(_VISITS, ids):
        records[visit.call_id].visits.append(visit)
    for offer in await session.scalars(_OFFERS, ids):
        records[offer.call_id].offers.append(offer)
    for talk in await session.scalars(_CONVERSATIONS, ids):
        records[talk.call_id].conversations.append(talk)
    return list(records.values())
