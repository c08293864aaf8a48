"""Calls: the history, the live ones, and what an agent does with theirs."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents import audit
from ringdesk.agents.rights import Right
from ringdesk.config.errors import Conflict, Forbidden, Invalid
from ringdesk.crm import customers, notes
from ringdesk.recordings import listing
from ringdesk.recordings.access import RecordingScope
from ringdesk.screenpop.cards import NoteView, Person
from ringdesk.telephony import calls, numbers
from ringdesk.telephony.calls import CallFilter, CallRecord, Sort
from ringdesk.telephony.facts import CallOutcome, Direction, EndedBy, OfferOutcome, VisitOutcome
from ringdesk.telephony.models import CallRow
from ringdesk.web.api.shapes import CallId, Id, In, Moment, PageQuery, Text
from ringdesk.web.routing import Ask, route


class NotYourCall(Conflict):
    key = "not_your_call"
    text = "Your phone is not part of this call just now"


class AnothersCustomer(Forbidden):
    key = "anothers_customer"
    text = "This call is of a customer whom you may not see: only who may see them can say that it is somebody else's"


class CannotTransfer(Invalid):
    key = "cannot_transfer"
    text = "Say to whom: a number, an extension, or an agent with a phone"


class CallerShown(BaseModel):
    number: str | None
    e164: str | None
    name: str | None
    pretty: str | None
    hidden: bool


class CustomerName(BaseModel):
    id: int
    name: str


class VisitView(BaseModel):
    queue: str
    entered_at: datetime
    left_at: datetime | None
    outcome: VisitOutcome | None
    wait_s: float | None


class OfferView(BaseModel):
    agent: Person | None
    interface: str
    queue: str | None
    rung_at: datetime
    outcome: OfferOutcome | None
    ring_s: float | None


class ConversationView(BaseModel):
    agent: Person | None
    interface: str
    queue: str | None
    started_at: datetime
    ended_at: datetime | None
    hold_s: float
    ended_by: EndedBy | None
    sent_to: str | None
    """The number or extension it was transferred to, where the PBX says it."""


class CallView(BaseModel):
    id: str
    pbx: str
    linkedid: str
    direction: Direction
    did: str | None
    did_pretty: str | None
    trunk: str | None
    """The endpoint that joined it to the outside; null within the house."""
    caller: CallerShown
    """The customer's side: who called in, or who was called."""
    customer_id: int | None
    customer: CustomerName | None
    """Null also where the reader may not see the customer."""
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: CallOutcome | None
    queue_visits: list[VisitView]
    offers: list[OfferView]
    conversations: list[ConversationView]
    recordings: list[int]
    """Those that the reader may hear, in the order they began."""
    gap: bool
    """The link to the PBX was down for a part of the call."""


class CallDetail(CallView):
    notes: list[NoteView]


class CallPage(BaseModel):
    items: list[CallView]
    next: str | None


class CallQuery(PageQuery):
    since: Annotated[Moment | None, Field(alias="from")] = None
    until: Annotated[Moment | None, Field(alias="to")] = None
    direction: Direction | None = None
    outcome: CallOutcome | None = None
    queue: Annotated[str, StringConstraints(max_length=128)] | None = None
    agent: Id | None = None
    customer_id: Id | None = None
    number: Annotated[str, StringConstraints(max_length=64)] | None = None
    did: Annotated[str, StringConstraints(max_length=64)] | None = None
    """The number dialled, as the PBX wrote it."""
    sort: Sort = "-started_at"


class ActiveCalls(BaseModel):
    items: list[CallView]


class Dial(In):
    to: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
    customer_id: Id | None = None


class Dialled(BaseModel):
    call_id: str


class Transfer(In):
    """To an agent (`agent_id`) or to any number, extension or queue of the dialplan (`to`)."""

    kind: Literal["blind", "attended"] = "blind"
    agent_id: Id | None = None
    to: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)] | None = None
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] | None = None


class Choice(In):
    customer_id: Id | None


class NoteText(In):
    body: Text


class NoteSaved(BaseModel):
    note: NoteView | None


@route("GET", "/calls", right=Right.CALLS_READ)
async def list_calls(ask: Ask, query: CallQuery) -> CallPage:
    """The calls that the reader may see: agents their own, supervisors their teams', managers all."""
    number = None if query.number is None else numbers.parse(query.number, ask.services.settings.country).key or query.number
    wanted = CallFilter(
        since=query.since,
        until=query.until,
        direction=query.direction,
        outcome=query.outcome,
        queue=query.queue,
        agent_id=query.agent,
        customer_id=query.customer_id,
        number=number,
        did=query.did,
    )
    async with ask.services.db.read() as session:
        if await customers.is_hidden(session, ask.principal, query.customer_id):
            return CallPage(items=[], next=None)
        found, following = await calls.page(
            session, ask.principal.call_scope, wanted, sort=query.sort, cursor=query.cursor, limit=query.limit
        )
        return CallPage(items=await call_views(ask, session, found), next=following)


@route("GET", "/calls/active", right=Right.CALLS_READ)
async def active_calls(ask: Ask) -> ActiveCalls:
    """The calls that run just now."""
    await ask.services.store.flush()
    async with ask.services.db.read() as session:
        found, _ = await calls.page(session, ask.principal.call_scope, CallFilter(active=True), sort="-started_at", cursor=None, limit=1000)
        return ActiveCalls(items=await call_views(ask, session, found))


@route("POST", "/calls", right=Right.DESK, status=202, also=(404,))
async def dial(ask: Ask, body: Dial) -> Dialled:
    """Ring one's own phone, then call the number. Never repeated by itself: an unknown outcome is said to be unknown."""
    customer = None
    if body.customer_id is not None:
        async with ask.services.db.read() as session:
            customer = await customers.get(session, ask.principal, body.customer_id, ask.services.settings.country)
    name, customer_id = (None, None) if customer is None else (customer.name, customer.id)
    return Dialled(call_id=await ask.services.dial(ask.principal.user_id, body.to, name, customer_id))


@route("GET", "/calls/{id}", right=Right.CALLS_READ)
async def get_call(ask: Ask, id: CallId) -> CallDetail:
    """One call with its notes; of a customer whom the reader may not see only the reader's own."""
    async with ask.services.db.read() as session:
        record = await calls.get(session, ask.principal.call_scope, id)
        written = await notes.of_calls(session, [record.call.id])
        (view,) = await call_views(ask, session, [record])
        hidden = await customers.is_hidden(session, ask.principal, record.call.customer_id)
    seen = [note for note in written if not hidden or note.author_id == ask.principal.user_id]
    return CallDetail(**view.model_dump(), notes=[ask.services.matcher.note_view(note) for note in seen])


@route("PUT", "/calls/{id}/customer", right=Right.CUSTOMERS_READ)
async def choose_customer(ask: Ask, id: CallId, body: Choice) -> None:
    """Say who the caller is; remembered for the call and shown on every card of it."""
    services = ask.services
    customer_id = None
    await services.store.flush()
    async with services.db.write() as session:
        call = await assignable(ask, session, id)
        if body.customer_id is not None:
            customer_id = await customers.hold(session, ask.principal, body.customer_id)
        await notes.follow_customer(session, call.id, customer_id)
        detail = {"call_id": call.id, "before": call.customer_id, "now": customer_id}
        for touched in {call.customer_id, customer_id}:
            if touched is not None:
                audit.note(session, "call_assigned", "customer", touched, user_id=ask.principal.user_id, detail=detail, address=ask.address)
    await services.pop.choose(call.id, customer_id)


@route("PUT", "/calls/{id}/note", right=Right.DESK)
async def save_call_note(ask: Ask, id: CallId, body: NoteText) -> NoteSaved:
    """One's note on this call, saved as it is typed; an empty text removes it."""
    services = ask.services
    await services.store.flush()
    async with services.db.write() as session:
        record = await calls.get(session, ask.principal.call_scope, id)
        note = await notes.save_for_call(session, record.call.id, record.call.customer_id, ask.principal.user_id, body.body)
        view = None if note is None else services.matcher.note_view(note)
    services.pop.refresh(record.call.id)  # also in the author's other tabs: what is typed there must not be what was there before
    return NoteSaved(note=view)


@route("POST", "/calls/{id}/hang-up", right=Right.DESK, status=202)
async def hang_up(ask: Ask, id: CallId) -> None:
    """Hang up one's own phone in this call."""
    await ask.services.commands.hang_up(_channel(ask, id))


@route("POST", "/calls/{id}/transfer", right=Right.DESK, status=202)
async def transfer(ask: Ask, id: CallId, body: Transfer) -> None:
    """Send the customer on: blind at once, or attended after a word with the colleague (hanging up completes it)."""
    target = body.to
    if body.agent_id is not None:
        interface = ask.services.directory.interface_of(body.agent_id)
        target = None if interface is None else interface.rpartition("/")[2]
    if not target:
        raise CannotTransfer
    channel = _channel(ask, id)
    ask.services.pop.give_reason(id, ask.principal.user_id, body.reason)  # before the PBX is told: the next phone rings at once
    if body.kind == "blind":
        await ask.services.commands.transfer_blind(channel, target)
    else:
        await ask.services.commands.transfer_attended(channel, target)


@route("POST", "/calls/{id}/transfer/cancel", right=Right.DESK, status=202)
async def cancel_transfer(ask: Ask, id: CallId) -> None:
    """Back to the customer from an attended transfer."""
    await ask.services.commands.cancel_attended(_channel(ask, id))


async def assignable(ask: Ask, session: AsyncSession, call_id: str) -> CallRow:
    """The call, for somebody who is about to say whose it is. Who took it away from a customer whom they may not see would get to
    see what was noted about them. Raises `AnothersCustomer`."""
    call = (await calls.get(session, ask.principal.call_scope, call_id)).call
    if await customers.is_hidden(session, ask.principal, call.customer_id):
        raise AnothersCustomer
    return call


async def call_views(ask: Ask, session: AsyncSession, records: list[CallRecord]) -> list[CallView]:
    """The contract's shape, with the names that the reader may see."""
    ids = [r.call.customer_id for r in records if r.call.customer_id is not None]
    seen = await customers.names(session, ask.principal, ids)
    heard = await recordings_of(ask, session, [r.call.id for r in records])
    return [_view(ask, record, seen, heard.get(record.call.id, [])) for record in records]


async def recordings_of(ask: Ask, session: AsyncSession, call_ids: list[str]) -> dict[str, list[int]]:
    """The recordings of these calls that the reader may hear."""
    if not ask.principal.may(Right.RECORDINGS_READ):
        return {}
    return await listing.of_calls(session, RecordingScope.of(ask.principal), call_ids)


def _view(ask: Ask, record: CallRecord, seen: dict[int, str], recordings: list[int]) -> CallView:
    row = record.call
    person = ask.services.matcher.person
    number = numbers.parse(row.caller_number or "", ask.services.settings.country)
    known = row.customer_id if row.customer_id in seen else None
    return CallView(
        id=row.id,
        pbx=row.pbx,
        linkedid=row.linkedid,
        direction=row.direction,
        did=row.did,
        did_pretty=numbers.as_shown(row.did, ask.services.settings.country) if row.did else None,
        trunk=row.trunk,
        caller=CallerShown(
            number=row.caller_number,
            e164=number.e164,
            name=row.caller_name,
            pretty=numbers.as_shown(row.caller_number, ask.services.settings.country) if row.caller_number else None,
            hidden=number.kind is numbers.Kind.HIDDEN,
        ),
        customer_id=known,
        customer=None if known is None else CustomerName(id=known, name=seen[known]),
        started_at=row.started_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
        queue_visits=[
            VisitView(
                queue=v.queue,
                entered_at=v.entered_at,
                left_at=v.left_at,
                outcome=v.outcome,
                wait_s=_seconds(v.entered_at, v.left_at),
            )
            for v in record.visits
        ],
        offers=[
            OfferView(
                agent=person(o.agent_id),
                interface=o.interface,
                queue=o.queue,
                rung_at=o.rung_at,
                outcome=o.outcome,
                ring_s=_seconds(o.rung_at, o.ended_at),
            )
            for o in record.offers
        ],
        conversations=[
            ConversationView(
                agent=person(c.agent_id),
                interface=c.interface,
                queue=c.queue,
                started_at=c.started_at,
                ended_at=c.ended_at,
                hold_s=c.hold_s,
                ended_by=c.ended_by,
                sent_to=c.sent_to,
            )
            for c in record.conversations
        ],
        recordings=recordings,
        gap=row.gap,
    )


def _seconds(start: datetime, end: datetime | None) -> float | None:
    return None if end is None else round((end - start).total_seconds(), 6)


def _channel(ask: Ask, call_id: str) -> str:
    """The channel of one's own phone in the call. Raises `NotYourCall`."""
    owner = ask.services.directory.owner_of
    for interface, channel in ask.services.listener.world.phones_in(call_id):
        if owner(interface) == ask.principal.user_id:
            return channel
    raise NotYourCall
