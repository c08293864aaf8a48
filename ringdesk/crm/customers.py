"""Customers: persons and companies, with any number of phone numbers, e-mails, addresses and tags."""

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import ColumnElement, Select, bindparam, delete, exists, or_, select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ringdesk.agents.rights import Principal
from ringdesk.config.errors import Conflict, Invalid, NoSuch
from ringdesk.crm import views
from ringdesk.crm.drafts import LONGEST_EXTENSION, CustomerDraft, distinct, search_text
from ringdesk.crm.folding import fold
from ringdesk.crm.models import Customer, CustomerAddress, CustomerEmail, CustomerNumber, CustomerTag
from ringdesk.crm.views import CustomerView
from ringdesk.storage.base import now
from ringdesk.telephony import calls, numbers


class ExternalIdTaken(Conflict):
    key = "external_id_taken"
    text = "The external id {external_id} already belongs to another customer"


class NotYourTeam(Invalid):
    key = "not_your_team"
    text = "You can only restrict a customer to a team of your own"


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
    return (await views.of(session, [seen], country))[0]


async def many(session: AsyncSession, principal: Principal, ids: Sequence[int], country: str) -> list[CustomerView]:
    """Those of `ids` that this person may see, in the order asked for."""
    if not ids:
        return []
    rows = (await session.execute(_by_ids(principal.sees_all, principal.teams), {"ids": ids})).scalars().all()
    by_id = {row.id: row for row in rows}
    return await views.of(session, [by_id[i] for i in dict.fromkeys(ids) if i in by_id], country)


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
    await fill(session, principal, row, draft, country)
    return row.id


async def replace(session: AsyncSession, principal: Principal, customer_id: int, draft: CustomerDraft, country: str) -> list[str]:
    """Make the customer what the draft says. Returns the names of the fields that changed, for the audit log."""
    row = await held(session, principal, customer_id)
    before = (await views.of(session, [row], country))[0]
    await fill(session, principal, row, draft, country)
    after = (await views.of(session, [row], country))[0]
    return [name for name in CustomerDraft.model_fields if getattr(before, name) != getattr(after, name)]


async def remove(session: AsyncSession, principal: Principal, customer_id: int) -> None:
    """Forget a customer. Calls stay as calls of a number."""
    row = await held(session, principal, customer_id)
    await calls.forget_customer(session, row.id)
    await session.delete(row)


async def hold(session: AsyncSession, principal: Principal, customer_id: int) -> int:
    """The id of the customer that `customer_id` leads to, who cannot be merged away or removed until the transaction ends.

    For whoever writes something about them. Raises `NoSuch`."""
    return (await held(session, principal, customer_id)).id


async def _row(session: AsyncSession, principal: Principal, customer_id: int) -> Customer:
    target = await session.scalar(select(Customer.merged_into).where(Customer.id == customer_id)) or customer_id
    row = (await session.scalars(select(Customer).where(Customer.id == target, visible(principal)))).first()
    if row is None:
        raise NoSuch(what="customer", id=customer_id)
    return row


async def held(session: AsyncSession, principal: Principal, customer_id: int) -> Customer:
    """The row of the customer that `customer_id` leads to, locked; who waits for a merge finds where they went. Raises `NoSuch`."""
    while True:
        row = await _row(session, principal, customer_id)
        still = select(Customer).where(Customer.id == row.id, visible(principal)).with_for_update()
        held = (await session.scalars(still, execution_options={"populate_existing": True})).first()
        if held is not None:
            return held


async def fill(session: AsyncSession, principal: Principal, row: Customer, draft: CustomerDraft, country: str) -> None:
    """Make a held row and all that hangs on it what the draft says. Raises `NotANumber`, `ExternalIdTaken`, `NotYourTeam`, `NoSuch`."""
    restricted = draft.team_id is not None and draft.team_id != row.team_id
    if restricted and not principal.sees_all and draft.team_id not in principal.teams:
        raise NotYourTeam
    entered = [(_entered(d.number, country), d.kind) for d in draft.numbers]
    unique_numbers = distinct(entered, lambda pair: (pair[0].key, pair[0].extension))
    emails = distinct(draft.emails, lambda e: e.email.lower())
    addresses = distinct(draft.addresses, lambda a: a.text)
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


def _entered(number: str, country: str) -> numbers.Number:
    found = numbers.parse_entered(number, country)
    if len(found.extension or "") > LONGEST_EXTENSION:
        raise numbers.NotANumber(number=number)
    return found


@lru_cache(maxsize=256)
def _by_ids(sees_all: bool, teams: frozenset[int]) -> Select[Customer]:
    """Built once for people with the same rights: on the screen pop's path that takes longer than running it."""
    return select(Customer).where(Customer.id.in_(bindparam("ids", expanding=True)), _visible(sees_all, teams))
