"""Customers: search, read, change, merge; their timeline and notes."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents import audit
from ringdesk.agents.rights import Right
from ringdesk.crm import customers, duplicates, merging, notes, search, timeline
from ringdesk.crm.drafts import CustomerDraft
from ringdesk.crm.models import Note
from ringdesk.crm.search import CustomerFilter, Sort
from ringdesk.crm.views import CustomerView
from ringdesk.screenpop.cards import HistoryItem, NoteView
from ringdesk.storage.base import JsonObject
from ringdesk.telephony import calls, numbers
from ringdesk.web.api.calls import assignable, recordings_of
from ringdesk.web.api.shapes import CallId, Id, In, PageQuery, Text
from ringdesk.web.routing import Ask, route


class CustomerPage(BaseModel):
    items: list[CustomerView]
    next: str | None


class CustomerQuery(PageQuery):
    q: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None = None
    """Any part of name, company, number, e-mail; `#tag`."""
    phone: Annotated[str, StringConstraints(max_length=64)] | None = None
    """Exactly this number, in any spelling."""
    tag: Annotated[str, StringConstraints(max_length=64)] | None = None
    owner: Id | None = None
    kind: Literal["person", "company"] | None = None
    sort: Sort = "best"


class NewCustomer(CustomerDraft):
    call_id: CallId | None = None
    """The call during which the customer was entered: it is theirs from now on, with earlier calls of the number."""


class TimelinePage(BaseModel):
    items: list[HistoryItem]
    next: str | None


class SharedNumber(BaseModel):
    number: str
    pretty: str
    customers: list[CustomerView]


class SharedNumbers(BaseModel):
    items: list[SharedNumber]
    next: str | None


class MergeWith(In):
    other_id: Id


class NoteBody(In):
    body: Annotated[Text, StringConstraints(min_length=1)]


class AuditView(BaseModel):
    id: int
    at: datetime
    user_id: int | None
    user: str | None
    action: str
    subject: str
    subject_id: str
    detail: JsonObject | None
    address: str | None


class AuditPage(BaseModel):
    items: list[AuditView]
    next: str | None


class AuditQuery(PageQuery):
    customer_id: Id | None = None
    user_id: Id | None = None


@route("GET", "/customers", right=Right.CUSTOMERS_READ)
async def list_customers(ask: Ask, query: CustomerQuery) -> CustomerPage:
    """Search customers, or list them."""
    wanted = CustomerFilter(q=query.q, phone=query.phone, tag=query.tag, owner_id=query.owner, kind=query.kind)
    async with ask.services.db.read() as session:
        found, following = await search.page(
            session,
            ask.principal,
            wanted,
            sort=query.sort,
            cursor=query.cursor,
            limit=query.limit,
            country=ask.services.settings.country,
        )
    await _listed(ask, found, query.model_dump(exclude_defaults=True, exclude={"limit", "cursor", "sort"}))
    return CustomerPage(items=found, next=following)


@route("POST", "/customers", right=Right.CUSTOMERS_WRITE, status=201, also=(404,))
async def add_customer(ask: Ask, body: NewCustomer) -> CustomerView:
    """A new customer."""
    services = ask.services
    draft = CustomerDraft(**body.model_dump(exclude={"call_id"}))
    call_id = None
    await services.store.flush()
    async with services.db.write() as session:
        if body.call_id is not None:
            call_id = (await assignable(ask, session, body.call_id)).id
        customer_id = await customers.create(session, ask.principal, draft, services.settings.country)
        view = await customers.get(session, ask.principal, customer_id, services.settings.country)
        for number in await customers.numbers_of_one(session, customer_id):
            await calls.adopt(session, number, customer_id)
        if call_id is not None:
            await notes.follow_customer(session, call_id, customer_id)
        _trail(ask, session, "created", customer_id, {"call_id": call_id} if call_id else None)
    if call_id is not None:
        await services.pop.choose(call_id, customer_id)
    services.pop.number_changed()
    return view


@route("GET", "/customers/duplicates", right=Right.CUSTOMERS_MERGE)
async def list_duplicates(ask: Ask, query: PageQuery) -> SharedNumbers:
    """Numbers that several customers share."""
    country = ask.services.settings.country
    async with ask.services.db.read() as session:
        found, following = await duplicates.page(session, ask.principal, cursor=query.cursor, limit=query.limit, country=country)
    await _listed(ask, [c for s in found for c in s.customers], {"shared_numbers": [s.number for s in found]})
    items = [SharedNumber(number=s.number, pretty=numbers.pretty(s.number, country), customers=s.customers) for s in found]
    return SharedNumbers(items=items, next=following)


@route("GET", "/customers/{id}", right=Right.CUSTOMERS_READ)
async def get_customer(ask: Ask, id: Id) -> CustomerView:
    """One customer. The look is in the audit log."""
    async with ask.services.db.write() as session:
        view = await customers.get(session, ask.principal, id, ask.services.settings.country)
        _trail(ask, session, "viewed", view.id, None)
    return view


@route("PUT", "/customers/{id}", right=Right.CUSTOMERS_WRITE)
async def replace_customer(ask: Ask, id: Id, body: CustomerDraft) -> CustomerView:
    """Make the customer what the body says."""
    services = ask.services
    async with services.db.write() as session:
        changed = await customers.replace(session, ask.principal, id, body, services.settings.country)
        view = await customers.get(session, ask.principal, id, services.settings.country)
        for number in await customers.numbers_of_one(session, view.id) if "numbers" in changed else ():
            await calls.adopt(session, number, view.id)
        _trail(ask, session, "changed", view.id, {"fields": changed})
    services.pop.customer_changed(view.id)
    if "numbers" in changed:
        services.pop.number_changed()
    return view


@route("DELETE", "/customers/{id}", right=Right.CUSTOMERS_DELETE)
async def remove_customer(ask: Ask, id: Id) -> None:
    """Forget a customer: name, numbers, notes. Calls stay as calls of a number."""
    async with ask.services.db.write() as session:
        await customers.remove(session, ask.principal, id)
        _trail(ask, session, "deleted", id, None)
    ask.services.pop.customer_became(id, None)


@route("POST", "/customers/{id}/merge", right=Right.CUSTOMERS_MERGE)
async def merge_customer(ask: Ask, id: Id, body: MergeWith) -> CustomerView:
    """Join another customer into this one; links to the other lead here from now on."""
    services = ask.services
    async with services.db.write() as session:
        await merging.merge(session, ask.principal, id, body.other_id, services.settings.country)
        view = await customers.get(session, ask.principal, id, services.settings.country)
        _trail(ask, session, "merged", view.id, {"other_id": body.other_id})
    services.pop.customer_became(body.other_id, view.id)
    services.pop.customer_changed(view.id)
    return view


@route("GET", "/customers/{id}/timeline", right=Right.CUSTOMERS_READ)
async def customer_timeline(ask: Ask, id: Id, query: PageQuery) -> TimelinePage:
    """Everything that happened with a customer, newest first: calls of whoever took them, and notes."""
    async with ask.services.db.write() as session:
        view = await customers.get(session, ask.principal, id, ask.services.settings.country)
        _trail(ask, session, "viewed", view.id, {"part": "timeline"})
        found, following = await timeline.page(session, customer_id=view.id, number=None, cursor=query.cursor, limit=query.limit)
        items = [ask.services.matcher.history_item(item) for item in found]
        heard = await recordings_of(ask, session, [item.call_id for item in items if item.call_id is not None])
    for item in items:
        item.recordings = heard.get(item.call_id or "", [])
    return TimelinePage(items=items, next=following)


@route("POST", "/customers/{id}/notes", right=Right.CUSTOMERS_WRITE, status=201)
async def add_note(ask: Ask, id: Id, body: NoteBody) -> NoteView:
    """A dated note on a customer."""
    async with ask.services.db.write() as session:
        customer_id = await customers.hold(session, ask.principal, id)
        note = await notes.add(session, customer_id, ask.principal.user_id, body.body)
        _trail(ask, session, "noted", customer_id, {"note_id": note.id})
        shown = ask.services.matcher.note_view(note)
    ask.services.pop.customer_changed(customer_id)
    return shown


@route("PUT", "/notes/{id}", right=Right.CUSTOMERS_WRITE)
async def change_note(ask: Ask, id: Id, body: NoteBody) -> NoteView:
    """Change a note of one's own."""
    async with ask.services.db.write() as session:
        note = await notes.change(session, id, ask.principal.user_id, body.body)
        if note.customer_id is not None:
            _trail(ask, session, "note_changed", note.customer_id, {"note_id": id})
        shown = ask.services.matcher.note_view(note)
    _note_changed(ask, note)
    return shown


@route("DELETE", "/notes/{id}", right=Right.CUSTOMERS_WRITE)
async def remove_note(ask: Ask, id: Id) -> None:
    """Remove a note of one's own."""
    async with ask.services.db.write() as session:
        note = await notes.remove(session, id, ask.principal.user_id)
        if note.customer_id is not None:
            _trail(ask, session, "note_removed", note.customer_id, {"note_id": id})
    _note_changed(ask, note)


@route("GET", "/audit", right=Right.AUDIT_READ)
async def list_audit(ask: Ask, query: AuditQuery) -> AuditPage:
    """Who looked at or changed which customer or account, newest first."""
    async with ask.services.db.read() as session:
        rows = await audit.page(
            session,
            subject=None if query.customer_id is None else "customer",
            subject_id=None if query.customer_id is None else str(query.customer_id),
            user_id=query.user_id,
            cursor=query.cursor,
            limit=query.limit,
        )
    items, following = rows
    name = ask.services.directory.name_of
    return AuditPage(
        items=[
            AuditView(
                id=r.id,
                at=r.at,
                user_id=r.user_id,
                user=name(r.user_id),
                action=r.action,
                subject=r.subject,
                subject_id=r.subject_id,
                detail=r.detail,
                address=r.address,
            )
            for r in items
        ],
        next=following,
    )


async def _listed(ask: Ask, found: list[CustomerView], asked: JsonObject) -> None:
    """A list shows as much of a customer as their page does: who read it is in the audit log."""
    if found:
        async with ask.services.db.write() as session:
            detail = {**asked, "found": list(dict.fromkeys(c.id for c in found))}
            audit.note(session, "searched", "customers", "", user_id=ask.principal.user_id, detail=detail, address=ask.address)


def _note_changed(ask: Ask, note: Note) -> None:
    """It stands on the open cards of its call, and in the history on those of its customer."""
    if note.call_id is not None:
        ask.services.pop.refresh(note.call_id)
    if note.customer_id is not None:
        ask.services.pop.customer_changed(note.customer_id)


def _trail(ask: Ask, session: AsyncSession, action: str, customer_id: int, detail: JsonObject | None) -> None:
    audit.note(session, action, "customer", customer_id, user_id=ask.principal.user_id, detail=detail, address=ask.address)
