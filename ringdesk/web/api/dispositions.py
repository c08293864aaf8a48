"""What calls were about: the list agents choose from, and their choice."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents import audit
from ringdesk.agents.rights import Right
from ringdesk.crm import dispositions as offering
from ringdesk.crm.models import Disposition
from ringdesk.telephony import calls
from ringdesk.web.api.shapes import CallId, Id, In, Line
from ringdesk.web.routing import Ask, route

Name = Annotated[Line, StringConstraints(min_length=1, max_length=64)]
Queue = Annotated[Line, StringConstraints(max_length=128)]


class DispositionView(BaseModel):
    id: int
    queue: str
    """Empty: offered after every call."""
    name: str
    position: int
    active: bool


class DispositionList(BaseModel):
    items: list[DispositionView]


class DispositionForm(In):
    queue: Queue = ""
    name: Name
    position: Annotated[int, Field(ge=0, le=10_000)] = 0
    active: bool = True


class DispositionChoice(In):
    disposition_id: Id | None
    """None takes the choice back."""


class ChoiceView(BaseModel):
    call_id: str
    disposition_id: int | None


@route("GET", "/dispositions", right=Right.CALLS_READ)
async def dispositions(ask: Ask) -> DispositionList:
    """All of them, those not offered any more too."""
    async with ask.services.db.read() as session:
        return DispositionList(items=[_view(row) for row in await offering.everything(session)])


@route("POST", "/dispositions", right=Right.REPORTS_MANAGE, status=201, also=(409,))
async def add_disposition(ask: Ask, body: DispositionForm) -> DispositionView:
    """Offer one more."""
    async with ask.services.db.write() as session:
        row = await offering.add(session, **body.model_dump())
        _trail(ask, session, "added", row)
        return _view(row)


@route("PUT", "/dispositions/{id}", right=Right.REPORTS_MANAGE, also=(409,))
async def change_disposition(ask: Ask, id: Id, body: DispositionForm) -> DispositionView:
    """Rename it, or offer it no more: calls closed with it keep it."""
    async with ask.services.db.write() as session:
        row = await offering.change(session, id, **body.model_dump())
        _trail(ask, session, "changed", row)
        return _view(row)


@route("GET", "/calls/{call_id}/disposition", right=Right.CALLS_READ)
async def call_disposition(ask: Ask, call_id: CallId) -> ChoiceView:
    """One's own choice for a call."""
    async with ask.services.db.read() as session:
        call = (await calls.get(session, ask.principal.call_scope, call_id)).call
        return ChoiceView(call_id=call.id, disposition_id=await offering.chosen(session, call.id, ask.principal.user_id))


@route("PUT", "/calls/{call_id}/disposition", right=Right.DESK)
async def close_call(ask: Ask, call_id: CallId, body: DispositionChoice) -> ChoiceView:
    """An agent who talked in the call says what it was about, during it or later."""
    await ask.services.store.flush()
    async with ask.services.db.write() as session:
        record = await calls.get(session, ask.principal.call_scope, call_id)
        await offering.choose(session, record, ask.principal.user_id, body.disposition_id)
        return ChoiceView(call_id=record.call.id, disposition_id=body.disposition_id)


def _view(row: Disposition) -> DispositionView:
    return DispositionView(id=row.id, queue=row.queue, name=row.name, position=row.position, active=row.active)


def _trail(ask: Ask, session: AsyncSession, action: str, row: Disposition) -> None:
    detail = _view(row).model_dump(exclude={"id"})
    audit.note(session, action, "disposition", row.id, user_id=ask.principal.user_id, detail=detail, address=ask.address)
