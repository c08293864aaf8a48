"""Customers: persons and companies, with any number of phone numbers, e-mails, addresses and tags."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import ColumnElement, Select, String, bindparam, cast, delete, exists, literal, null, or_, select, true, union_all, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ringdesk.agents.rights import Principal
from ringdesk.config.errors import Conflict, Invalid, NoSuch
from ringdesk.crm.folding import fold
from ringdesk.crm.models import Callback, Customer, CustomerAddress, CustomerEmail, CustomerNumber, CustomerTag, Note
from ringdesk.storage.base import Base, clean, now
from ringdesk.telephony import calls, numbers

T = TypeVar("T")
EMAIL = re.compile(r"[^@\s<>\"]{1,64}@[^@\s.<>\"]+(\.[^@\s.<>\"]+)+")


class ExternalIdTaken(Conflict):
    key = "external_id_taken"
    text = "The external id {external_id} already belongs to another customer"


class CannotMerge(Invalid):
    key = "cannot_merge"
    text = "A customer cannot be merged with itself"


class TooMuchToMerge(Invalid):
    key = "too_much_to_merge"
    text = "Together they have more than {most} {what}: nothing may get lost, so remove some first"


class NotYourTeam(Invalid):
    key = "not_your_team"
    text = "You can only restrict a customer to a team of your own"


def _email(value: str) -> str:
    if not EMAIL.fullmatch(value):
        raise ValueError("is not an e-mail address")
    return clean(value)


MOST = 50  # of each list
LONGEST_NOTES = 20_000  # characters
LONGEST_EXTENSION = 16  # digits; the longest that PBXs give have eight
Label = Annotated[str, StringConstraints(strip_whitespace=True, max_length=16, to_lower=True), AfterValidator(clean)]
Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64), AfterValidator(clean)]
Language = Annotated[str, StringConstraints(strip_whitespace=True, max_length=16, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$")]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=256), AfterValidator(clean)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NumberDraft(_Part):
    number: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
    kind: Label = "phone"


class EmailDraft(_Part):
    email: Annotated[str, StringConstraints(strip_whitespace=True, max_length=254), AfterValidator(_email)]
    kind: Label = "email"


class AddressDraft(_Part):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=512)]
    kind: Label = "address"


class CustomerDraft(_Part):
    """What somebody says about a customer. Lists replace what was there."""

    name: Annotated[Short, StringConstraints(min_length=1)]
    kind: Literal["person", "company"] = "person"
    external_id: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=128)] | None = None
    company: Short | None = None
    language: Language | None = None
    notes: Annotated[str, Field(max_length=LONGEST_NOTES)] | None = None
    owner_id: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    team_id: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    numbers: Annotated[list[NumberDraft], Field(max_length=MOST)] = []
    emails: Annotated[list[EmailDraft], Field(max_length=MOST)] = []
    addresses: Annotated[list[AddressDraft], Field(max_length=MOST)] = []
    tags: Annotated[list[Tag], Field(max_length=MOST)] = []


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


def visible(principal: Principal) -> ColumnElement[bool]:
    """The rows of `customers` that this person may see. Every query on customers goes through here."""
    return _visible(principal.sees_all, principal.teams)


def _visible(sees_all: bool, teams: frozenset[int]) -> ColumnElement[bool]:
    if sees_all:
        return Customer.merged_into.is_(None)
    mine = or_(Customer.team_id.is_(None), Customer.team_id.in_(teams) if teams else ~true())
    return Customer.merged_into.is_(None) & mine


async def get(session: AsyncSession, principal: Principal, customer_id: int, country: str) -> CustomerView:
    """Raises `NoSuch` also for a customer who exists but may not be seen. A merged one leads to where it went."""
    seen = await _row(session, principal, customer_id)
    return (await _views(session, [seen], country))[0]


async def many(session: AsyncSession, principal: Principal, ids: Sequence[int], country: str) -> list[CustomerView]:
    """Those of `ids` that this person may see, in the order asked for."""
    if not ids:
        return []
    rows = (await session.execute(_by_ids(principal.sees_all, principal.teams), {"ids": ids})).scalars().all()
    by_id = {row.id: row for row in rows}
    return await _views(session, [by_id[i] for i in dict.fromkeys(ids) if i in by_id], country)


async def names(session: AsyncSession, principal: Principal, ids: Sequence[int]) -> dict[int, str]:
    """Names of those of `ids` that this person may see."""
    if not ids:
        return {}
    rows = (await session.execute(select(Customer.id, Customer.name).where(Customer.id.in_(ids), visible(principal)))).all()
    return {row.id: row.name for row in rows}


def ids_with(*, tag: str | None, kind: str | None) -> Select[int]:
    """Ids of everybody's customers with this tag and of this kind, for a condition on what belongs to them."""
    query = select(Customer.id)
    if tag is not None:
        query = query.join(CustomerTag, CustomerTag.customer_id == Customer.id).where(CustomerTag.tag == tag)
    return query if kind is None else query.where(Customer.kind == kind)


async def teams_of(session: AsyncSession, ids: Sequence[int]) -> dict[int, int | None]:
    """To which team each of these customers is restricted; None: to none."""
    rows = (await session.execute(select(Customer.id, Customer.team_id).where(Customer.id.in_(ids)))).all() if ids else []
    return {row.id: row.team_id for row in rows}


async def is_hidden(session: AsyncSession, principal: Principal, customer_id: int | None) -> bool:
    """Is this a customer whom this person may not see? One who was removed hides nothing any more."""
    if customer_id is None or await session.scalar(select(Customer.id).where(Customer.id == customer_id)) is None:
        return False
    try:
        await _row(session, principal, customer_id)
    except NoSuch:
        return True
    return False


async def numbers_of_one(session: AsyncSession, customer_id: int) -> Sequence[str]:
    """The customer's numbers that nobody else has: who calls from one of these can only be this customer."""
    other = aliased(CustomerNumber)
    shared = exists().where(other.key == CustomerNumber.key, other.customer_id != customer_id)
    mine = select(CustomerNumber.key).where(CustomerNumber.customer_id == customer_id, ~shared)
    return (await session.scalars(mine.distinct())).all()


async def create(session: AsyncSession, principal: Principal, draft: CustomerDraft, country: str) -> int:
    """The new customer's id. Raises `NotANumber`, `ExternalIdTaken`, `NotYourTeam`."""
    moment = now()
    row = Customer(kind=draft.kind, name=draft.name, folded_name="", search_text="", created_at=moment, updated_at=moment)
    session.add(row)
    await _fill(session, principal, row, draft, country)
    return row.id


async def replace(session: AsyncSession, principal: Principal, customer_id: int, draft: CustomerDraft, country: str) -> list[str]:
    """Make the customer what the draft says. Returns the names of the fields that changed, for the audit log."""
    row = await _held(session, principal, customer_id)
    before = (await _views(session, [row], country))[0]
    await _fill(session, principal, row, draft, country)
    after = (await _views(session, [row], country))[0]
    return [name for name in CustomerDraft.model_fields if getattr(before, name) != getattr(after, name)]


async def remove(session: AsyncSession, principal: Principal, customer_id: int) -> None:
    """Forget a customer. Calls stay as calls of a number."""
    row = await _held(session, principal, customer_id)
    await calls.forget_customer(session, row.id)
    await session.delete(row)


async def hold(session: AsyncSession, principal: Principal, customer_id: int) -> int:
    """The id of the customer that `customer_id` leads to, who cannot be merged away or removed until the transaction ends.

    For whoever writes something about them. Raises `NoSuch`."""
    return (await _held(session, principal, customer_id)).id


async def merge(session: AsyncSession, principal: Principal, keep_id: int, other_id: int, country: str) -> None:
    """Join two customers into `keep_id`: lists are united, empty fields filled, calls and notes moved.

    The other's row stays as a signpost, so that links to it still lead somewhere. Raises `CannotMerge`, `TooMuchToMerge`.
    """
    # Both in the order of their ids: two who merge the same pair the other way round do not wait for each other.
    held = {i: await _held(session, principal, i) for i in sorted({keep_id, other_id})}
    keep, other = held[keep_id], held[other_id]
    if keep.id == other.id:
        raise CannotMerge
    one, two = await _views(session, [keep, other], country)
    external_id = keep.external_id or other.external_id
    other.external_id = None
    await session.flush()
    await _fill(session, principal, keep, _united(one, two, external_id), country)
    for table in (Note, Callback):
        await session.execute(update(table).where(table.customer_id == other.id).values(customer_id=keep.id))
    await calls.move_customer(session, other.id, keep.id)
    for part in (CustomerNumber, CustomerEmail, CustomerAddress, CustomerTag):
        await session.execute(delete(part).where(part.customer_id == other.id))
    await session.execute(update(Customer).where(Customer.merged_into == other.id).values(merged_into=keep.id))
    other.merged_into, other.search_text, other.updated_at = keep.id, "", now()


def _united(one: CustomerView, two: CustomerView, external_id: str | None) -> CustomerDraft:
    """What `one` is when `two` is a part of it. Whoever was hidden from others stays so. Raises `TooMuchToMerge`."""
    numbers_of_both = [NumberDraft(number=_spelled(n), kind=n.kind) for n in (*one.numbers, *two.numbers)]
    draft = CustomerDraft.model_construct(
        name=one.name,
        kind=one.kind,
        external_id=external_id,
        company=one.company or two.company,
        language=one.language or two.language,
        notes="\n\n".join(n for n in (one.notes, two.notes) if n) or None,
        owner_id=one.owner_id or two.owner_id,
        team_id=one.team_id or two.team_id,
        numbers=_distinct(numbers_of_both, lambda n: n.number),
        emails=_distinct([*one.emails, *two.emails], lambda e: e.email.lower()),
        addresses=_distinct([*one.addresses, *two.addresses], lambda a: a.text),
        tags=sorted({*one.tags, *two.tags}),
    )
    for what in ("numbers", "emails", "addresses", "tags"):
        if len(getattr(draft, what)) > MOST:
            raise TooMuchToMerge(most=MOST, what=what)
    if len(draft.notes or "") > LONGEST_NOTES:
        raise TooMuchToMerge(most=LONGEST_NOTES, what="characters of notes")
    return draft


async def _row(session: AsyncSession, principal: Principal, customer_id: int) -> Customer:
    target = await session.scalar(select(Customer.merged_into).where(Customer.id == customer_id)) or customer_id
    row = (await session.scalars(select(Customer).where(Customer.id == target, visible(principal)))).first()
    if row is None:
        raise NoSuch(what="customer", id=customer_id)
    return row


async def _held(session: AsyncSession, principal: Principal, customer_id: int) -> Customer:
    """`_row`, locked. Who waits for a merge of the customer finds where they went."""
    while True:
        row = await _row(session, principal, customer_id)
        still = select(Customer).where(Customer.id == row.id, visible(principal)).with_for_update()
        held = (await session.scalars(still, execution_options={"populate_existing": True})).first()
        if held is not None:
            return held


async def _fill(session: AsyncSession, principal: Principal, row: Customer, draft: CustomerDraft, country: str) -> None:
    restricted = draft.team_id is not None and draft.team_id != row.team_id
    if restricted and not principal.sees_all and draft.team_id not in principal.teams:
        raise NotYourTeam
    entered = [(_entered(d.number, country), d.kind) for d in draft.numbers]
    unique_numbers = _distinct(entered, lambda pair: (pair[0].key, pair[0].extension))
    emails = _distinct(draft.emails, lambda e: e.email.lower())
    addresses = _distinct(draft.addresses, lambda a: a.text)
    tags = list(dict.fromkeys(draft.tags))
    row.name, row.folded_name = draft.name, fold(draft.name)[:256]
    row.kind, row.external_id, row.company = draft.kind, draft.external_id, draft.company or None
    row.language, row.notes = draft.language, draft.notes or None
    row.owner_id, row.team_id = draft.owner_id, draft.team_id
    row.search_text = search_text(draft.name, draft.company, [n.key or "" for n, _ in unique_numbers], [e.email for e in emails], tags)
    row.updated_at = now()
    try:
        await session.flush()
    except IntegrityError as error:
        if "external_id" in str(error.orig):
            raise ExternalIdTaken(external_id=draft.external_id) from error
        raise NoSuch(what="owner or team", id=draft.owner_id or draft.team_id) from error
    for part in (CustomerNumber, CustomerEmail, CustomerAddress, CustomerTag):
        await session.execute(delete(part).where(part.customer_id == row.id))
    session.add_all(
        CustomerNumber(customer_id=row.id, position=i, key=n.key, extension=n.extension, kind=kind)
        for i, (n, kind) in enumerate(unique_numbers)
    )
    session.add_all(CustomerEmail(customer_id=row.id, position=i, email=e.email, kind=e.kind) for i, e in enumerate(emails))
    session.add_all(CustomerAddress(customer_id=row.id, position=i, text=a.text, kind=a.kind) for i, a in enumerate(addresses))
    session.add_all(CustomerTag(customer_id=row.id, tag=tag) for tag in tags)
    await session.flush()


def _distinct(items: Iterable[T], key: Callable[[T], object]) -> list[T]:
    """The first of those with the same key, in their order."""
    found: dict[object, T] = {}
    for item in items:
        found.setdefault(key(item), item)
    return list(found.values())


def _entered(number: str, country: str) -> numbers.Number:
    found = numbers.parse_entered(number, country)
    if len(found.extension or "") > LONGEST_EXTENSION:
        raise numbers.NotANumber(number=number)
    return found


def search_text(name: str, company: str | None, keys: Sequence[str], emails: Sequence[str], tags: Sequence[str]) -> str:
    """What the trigram index holds of one customer. A tag is marked with #, so that it can be asked for as such."""
    return fold("\n".join([name, company or "", *keys, *emails, *(f"#{tag}" for tag in tags)]))


def _spelled(number: NumberView) -> str:
    return f"{number.number};ext={number.extension}" if number.extension else number.number


@lru_cache(maxsize=256)
def _by_ids(sees_all: bool, teams: frozenset[int]) -> Select[Customer]:
    """Built once for people with the same rights: on the screen pop's path that takes longer than running it."""
    return select(Customer).where(Customer.id.in_(bindparam("ids", expanding=True)), _visible(sees_all, teams))


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


async def _views(session: AsyncSession, rows: Sequence[Customer], country: str) -> list[CustomerView]:
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
