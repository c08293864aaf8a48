"""The call-back list."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents.rights import Right
from ringdesk.crm import callbacks, customers
from ringdesk.crm.models import Callback
from ringdesk.screenpop.cards import Person
from ringdesk.telephony import numbers
from ringdesk.web.api.calls import CustomerName
from ringdesk.web.api.shapes import Id, In, PageQuery
from ringdesk.web.routing import Ask, route


class CallbackView(BaseModel):
    id: int
    number: str
    pretty: str
    caller_name: str | None
    customer: CustomerName | None
    queue: str | None
    did: str | None
    first_at: datetime
    last_at: datetime
    misses: int
    last_call_id: str
    state: Literal["open", "taken", "done"]
    taken_by: Person | None
    taken_at: datetime | None
    done_at: datetime | None
    done_how: Literal["reached", "dismissed"] | None


class CallbackPage(BaseModel):
    items: list[CallbackView]
    next: str | None


class CallbackQuery(PageQuery):
    sort: callbacks.Sort = "-last_at"
    state: Annotated[list[callbacks.State] | callbacks.State, Field(default_factory=lambda: ["open", "taken"], union_mode="left_to_right")]


class Take(In):
    dial: bool = False
    """Ring one's own phone and call the number at once."""


class Taken(BaseModel):
    callback: CallbackView
    call_id: str | None


@route("GET", "/callbacks", right=Right.CALLBACKS)
async def list_callbacks(ask: Ask, query: CallbackQuery) -> CallbackPage:
    """Callers whom nobody spoke with."""
    states = query.state if isinstance(query.state, list) else [query.state]
    async with ask.services.db.read() as session:
        rows, following = await callbacks.page(
            session, states=states, queues=ask.principal.callback_queues, sort=query.sort, cursor=query.cursor, limit=query.limit
        )
        return CallbackPage(items=await _views(ask, session, list(rows)), next=following)


@route("POST", "/callbacks/{id}/take", right=Right.CALLBACKS)
async def take_callback(ask: Ask, id: Id, body: Take) -> Taken:
    """Mine now; with `dial` the call is made at once."""
    if body.dial:
        ask.principal.require(Right.DESK)
    async with ask.services.db.write() as session:
        row = await callbacks.take(session, id, ask.principal.user_id, ask.principal.callback_queues)
        (view,) = await _views(ask, session, [row])
    ask.services.callbacks_changed()
    call_id = None
    if body.dial:
        customer = view.customer
        call_id = await ask.services.dial(
            ask.principal.user_id, view.number, customer.name if customer else view.caller_name, customer.id if customer else None
        )
    return Taken(callback=view, call_id=call_id)


@route("POST", "/callbacks/{id}/release", right=Right.CALLBACKS)
async def release_callback(ask: Ask, id: Id) -> CallbackView:
    """Back on the open list."""
    async with ask.services.db.write() as session:
        (view,) = await _views(ask, session, [await callbacks.release(session, id, ask.principal)])
    ask.services.callbacks_changed()
    return view


@route("POST", "/callbacks/{id}/dismiss", right=Right.CALLBACKS)
async def dismiss_callback(ask: Ask, id: Id) -> CallbackView:
    """Off the list: nobody needs to call back."""
    async with ask.services.db.write() as session:
        (view,) = await _views(ask, session, [await callbacks.dismiss(session, id, ask.principal)])
    ask.services.callbacks_changed()
    return view


async def _views(ask: Ask, session: AsyncSession, rows: list[Callback]) -> list[CallbackView]:
    ids = [row.customer_id for row in rows if row.customer_id is not None]
    seen = await customers.names(session, ask.principal, ids)
    return [_view(ask, row, seen) for row in rows]


def _view(ask: Ask, row: Callback, seen: dict[int, str]) -> CallbackView:
    known = row.customer_id if row.customer_id in seen else None
    return CallbackView(
        id=row.id,
        number=row.number,
        pretty=numbers.pretty(row.number, ask.services.settings.country),
        caller_name=row.caller_name,
        customer=None if known is None else CustomerName(id=known, name=seen[known]),
        queue=row.queue,
        did=row.did,
        first_at=row.first_at,
        last_at=row.last_at,
        misses=row.misses,
        last_call_id=row.last_call_id,
        state=row.state,
        taken_by=ask.services.matcher.person(row.taken_by),
        taken_at=row.taken_at,
        done_at=row.done_at,
        done_how=row.done_how,
    )
