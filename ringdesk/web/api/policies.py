"""How recordings of a queue or of a number called are treated: language, how long they are kept, what is masked, what callers hear."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents import audit
from ringdesk.agents.rights import Right
from ringdesk.recordings.keeping import policies
from ringdesk.recordings.models import Policy
from ringdesk.storage.base import JsonObject
from ringdesk.web.api.shapes import Id, In, Line
from ringdesk.web.routing import Ask, route

Pattern = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class PolicyForm(In):
    queue: Line = ""
    """Empty with an empty `did`: everybody's."""
    did: Line = ""
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[a-z0-9]{2,8})*$")] | None = None
    """Null: that of RINGDESK_VOSK_MODEL."""
    keep_days: Annotated[int, Field(ge=1, le=36_500)] | None = None
    mask_cards: bool = True
    mask_patterns: Annotated[list[Pattern], Field(max_length=50, default_factory=list)]
    withhold: bool = True
    announcement: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_/-]{1,128}$")] | None = None
    opt_out_key: Annotated[str, StringConstraints(pattern=r"^[0-9*#]$")] | None = None


class PolicyView(BaseModel):
    id: int
    queue: str
    did: str
    language: str | None
    keep_days: int | None
    mask_cards: bool
    mask_patterns: list[str]
    withhold: bool
    announcement: str | None
    opt_out_key: str | None


class PolicyList(BaseModel):
    items: list[PolicyView]


@route("GET", "/recording-policies", right=Right.RECORDINGS_MANAGE)
async def list_policies(ask: Ask) -> PolicyList:
    """The general one first, then by queue and number. A number's wins over a queue's, a queue's over the general one."""
    async with ask.services.db.write() as session:
        return PolicyList(items=[_view(row) for row in await policies.everything(session)])


@route("POST", "/recording-policies", right=Right.RECORDINGS_MANAGE, status=201, also=(409,))
async def add_policy(ask: Ask, body: PolicyForm) -> PolicyView:
    """How recordings of one more queue or number are treated."""
    async with ask.services.db.write() as session:
        row = await policies.add(session, **body.model_dump())
        _trail(ask, session, "added", row, body.model_dump())
        return _view(row)


@route("PUT", "/recording-policies/{id}", right=Right.RECORDINGS_MANAGE, also=(409,))
async def change_policy(ask: Ask, id: Id, body: PolicyForm) -> PolicyView:
    """Make the policy what the body says. It holds for what is recorded from now on; how long recordings are kept, for all."""
    async with ask.services.db.write() as session:
        row = await policies.change(session, id, **body.model_dump())
        _trail(ask, session, "changed", row, body.model_dump())
        return _view(row)


@route("DELETE", "/recording-policies/{id}", right=Right.RECORDINGS_MANAGE, also=(409,))
async def delete_policy(ask: Ask, id: Id) -> None:
    """A queue's or number's goes back to the general one, which stays."""
    async with ask.services.db.write() as session:
        row = await policies.remove(session, id)
        _trail(ask, session, "deleted", row, {"queue": row.queue, "did": row.did})


def _view(row: Policy) -> PolicyView:
    return PolicyView(
        id=row.id,
        queue=row.queue,
        did=row.did,
        language=row.language,
        keep_days=row.keep_days,
        mask_cards=row.mask_cards,
        mask_patterns=row.mask_patterns,
        withhold=row.withhold,
        announcement=row.announcement,
        opt_out_key=row.opt_out_key,
    )


def _trail(ask: Ask, session: AsyncSession, action: str, row: Policy, detail: JsonObject) -> None:
    audit.note(session, action, "recording_policy", row.id, user_id=ask.principal.user_id, detail=detail, address=ask.address)
