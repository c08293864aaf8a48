"""Which rows of a batch are customers who exist."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, exists, select

from ringdesk.crm.importer.staging import EMAIL, KNOWN, NUMBER, ROW, among, fill
from ringdesk.crm.models import Customer, CustomerEmail, CustomerNumber

_NOBODYS = Customer.external_id.is_(None) & Customer.merged_into.is_(None)
_CONTACTS = (
    (NUMBER, NUMBER.c.key, CustomerNumber, CustomerNumber.key),
    (EMAIL, EMAIL.c.email, CustomerEmail, CustomerEmail.email),
)


def find(connection: Connection, begin: int, end: int, *, anonymous: bool) -> dict[int, tuple[int, bool]]:
    """The customers of rows [begin, end) that exist: row → (id, were they merged into another). In the order of the rows.

    A row without external_id is the oldest customer without one who has the same name and shares a number or an e-mail; a row that
    has neither, one with the same name and company that has neither. `anonymous`: there may be such rows."""
    within = _within(ROW.c.n, begin, end)
    mine = select(ROW.c.external_id).where(within, ROW.c.external_id.is_not(None))
    query = select(Customer.external_id, Customer.id, Customer.merged_into).where(among(connection, Customer.external_id, mine))
    by_external_id = {row[0]: (row[1], row[2] is not None) for row in connection.execute(query)}
    found: dict[int, tuple[int, bool]] = {}
    if by_external_id:
        rows = connection.execute(select(ROW.c.n, ROW.c.external_id).where(within)).all()
        found = {n: by_external_id[external_id] for n, external_id in rows if external_id in by_external_id}
    if anonymous:
        found.update((n, (id, False)) for n, id in _by_name(connection, begin, end).items())
    return dict(sorted(found.items()))


def first_repeated(found: Mapping[int, tuple[int, bool]]) -> int | None:
    """The first row whose customer is an earlier row's already."""
    seen: set[int] = set()
    for n, (id, _) in found.items():
        if id in seen:
            return n
        seen.add(id)
    return None


def remember(connection: Connection, matched: Mapping[int, int], passed: Sequence[int]) -> None:
    """Put the known rows into import_known; without an id those that are to be passed over."""
    connection.execute(delete(KNOWN))
    fill(connection, KNOWN, [*matched.items(), *((n, None) for n in passed)])


def _within(n: ColumnElement[int], begin: int, end: int) -> ColumnElement[bool]:
    return (n >= begin) & (n < end)


def _by_name(connection: Connection, begin: int, end: int) -> dict[int, int]:
    nameless = _within(ROW.c.n, begin, end) & ROW.c.external_id.is_(None)
    candidates: dict[tuple[str, str], int] = {}
    for stage, contact, model, kept in _CONTACTS:
        mine = select(contact).join_from(stage, ROW, ROW.c.n == stage.c.n).where(nameless)
        query = select(Customer.folded_name, kept, Customer.id).join_from(model, Customer, Customer.id == model.customer_id)
        _oldest(candidates, connection.execute(query.where(among(connection, kept, mine), _NOBODYS)))
    lonely = select(ROW.c.folded_name).where(nameless, *(~exists().where(stage.c.n == ROW.c.n) for stage, *_ in _CONTACTS))
    query = select(Customer.folded_name, Customer.company, Customer.id)
    query = query.where(among(connection, Customer.folded_name, lonely), _NOBODYS)
    query = query.where(*(~exists().where(model.customer_id == Customer.id) for _, _, model, _ in _CONTACTS))
    _oldest(candidates, ((name, as_contact(company), id) for name, company, id in connection.execute(query)))
    return _claimed(connection, begin, end, nameless, candidates) if candidates else {}


def _claimed(
    connection: Connection, begin: int, end: int, nameless: ColumnElement[bool], candidates: Mapping[tuple[str, str], int]
) -> dict[int, int]:
    rows = connection.execute(select(ROW.c.n, ROW.c.folded_name, ROW.c.company).where(nameless)).all()
    contacts: dict[int, set[str]] = {row[0]: set() for row in rows}
    for stage, contact, *_ in _CONTACTS:
        for n, value in connection.execute(select(stage.c.n, contact).where(_within(stage.c.n, begin, end))):
            if n in contacts:
                contacts[n].add(value)
    found = {}
    for n, name, company in rows:
        ids = [id for each in contacts[n] or {as_contact(company)} if (id := candidates.get((name, each))) is not None]
        if ids:
            found[n] = min(ids)
    return found


def as_contact(company: str | None) -> str:
    """What stands for number and e-mail where there is neither. No number and no e-mail has a blank."""
    return f"at {company or ''}"


def _oldest(candidates: dict[tuple[str, str], int], found: Iterable[Any]) -> None:
    for name, contact, id in found:
        candidates[name, contact] = min(id, candidates.get((name, contact), id))
