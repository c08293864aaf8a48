"""A customer as others see them, with all that hangs on them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import Select, String, bindparam, cast, literal, null, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.crm.drafts import AddressDraft, EmailDraft
from ringdesk.crm.models import Customer, CustomerAddress, CustomerEmail, CustomerNumber, CustomerTag
from ringdesk.storage.base import Base
from ringdesk.telephony import numbers


class NumberView(BaseModel):
    number: str
    """E.164, or a short code's digits."""
    pretty: str
    extension: str | None
    kind: str


class CustomerView(BaseModel):
    id: int
    external_id: str | None
    kind: Literal["person", "company"]
    name: str
    company: str | None
    language: str | None
    notes: str | None
    owner_id: int | None
    team_id: int | None
    numbers: list[NumberView]
    emails: list[EmailDraft]
    addresses: list[AddressDraft]
    tags: list[str]
    created_at: datetime
    updated_at: datetime


def _part(part: str, model: type[Base], position: Any, shown: Any, extension: Any, kind: Any) -> Select[Any]:
    owner = model.__table__.c.customer_id
    columns = (position.label("position"), shown.label("text"), extension.label("extension"), kind.label("kind"))
    return select(literal(part).label("part"), owner, *columns).where(owner.in_(bindparam("ids", expanding=True)))


_NOTHING = cast(null(), String)
# What hangs on customers, in one go.
_PARTS = union_all(
    _part("number", CustomerNumber, CustomerNumber.position, CustomerNumber.key, CustomerNumber.extension, CustomerNumber.kind),
    _part("email", CustomerEmail, CustomerEmail.position, CustomerEmail.email, _NOTHING, CustomerEmail.kind),
    _part("address", CustomerAddress, CustomerAddress.position, CustomerAddress.text, _NOTHING, CustomerAddress.kind),
    _part("tag", CustomerTag, literal(0), CustomerTag.tag, _NOTHING, _NOTHING),
).order_by("position", "text")


async def of(session: AsyncSession, rows: Sequence[Customer], country: str) -> list[CustomerView]:
    """Of rows that whoever asks may see, in their order."""
    ids = [row.id for row in rows]
    phone: dict[int, list[NumberView]] = {i: [] for i in ids}
    email: dict[int, list[EmailDraft]] = {i: [] for i in ids}
    address: dict[int, list[AddressDraft]] = {i: [] for i in ids}
    tag: dict[int, list[str]] = {i: [] for i in ids}
    for part in await session.execute(_PARTS, {"ids": ids}):
        match part.part:
            case "number":
                view = NumberView(number=part.text, pretty=numbers.pretty(part.text, country), extension=part.extension, kind=part.kind)
                phone[part.customer_id].append(view)
            case "email":
                email[part.customer_id].append(EmailDraft.model_construct(email=part.text, kind=part.kind))
            case "address":
                address[part.customer_id].append(AddressDraft.model_construct(text=part.text, kind=part.kind))
            case "tag":
                tag[part.customer_id].append(part.text)
    return [
        CustomerView(
            id=row.id,
            external_id=row.external_id,
            kind="company" if row.kind == "company" else "person",
            name=row.name,
            company=row.company,
            language=row.language,
            notes=row.notes,
            owner_id=row.owner_id,
            team_id=row.team_id,
            numbers=phone[row.id],
            emails=email[row.id],
            addresses=address[row.id],
            tags=tag[row.id],
            created_at=row.created_at,
            updated_at=row.updated_at,
        )
        for row in rows
    ]
