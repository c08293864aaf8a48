"""Customers who exist, made what the file says."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, select, tuple_, update

from ringdesk.crm.drafts import search_text
from ringdesk.crm.folding import fold
from ringdesk.crm.importer.rows import FOLDED
from ringdesk.crm.importer.staging import CHANGED, EMAIL, KNOWN, NUMBER, ROW, TAG, among, fill
from ringdesk.crm.models import Customer, CustomerAddress, CustomerEmail, CustomerNumber, CustomerTag
from ringdesk.storage.base import table_of

Numbers = tuple[tuple[str, str | None, str], ...]
Labelled = tuple[tuple[str, str], ...]


class State(NamedTuple):
    """All that an import may change of a customer, in the order of the columns that are read for it."""

    name: str
    kind: str
    company: str | None
    language: str | None
    notes: str | None
    numbers: Numbers
    """Key, extension and kind."""
    emails: Labelled
    addresses: Labelled
    tags: frozenset[str]


def update_known(connection: Connection, has: frozenset[str], moment: datetime) -> int:
    """Make the customers in import_known what their rows say, in the columns that the file has. How many that changed."""
    before = _current(connection)
    changed = {}
    for id, said in _said(connection).items():
        old = before[id]
        new = overlaid(old, said, has)
        if new != old:
            changed[id] = new
    if changed:
        _write(connection, changed, moment)
    return len(changed)


def overlaid(old: State, said: State, has: frozenset[str]) -> State:
    """What the file says, over what is there. A number, e-mail or address that stays keeps its kind."""
    numbers, emails, addresses = old.numbers, old.emails, old.addresses
    if "phones" in has:
        kinds = {(key, extension): kind for key, extension, kind in old.numbers}
        numbers = tuple((key, extension, kinds.get((key, extension), kind)) for key, extension, kind in said.numbers)
    if "emails" in has:
        labels = {email.lower(): kind for email, kind in old.emails}
        emails = tuple((email, labels.get(email.lower(), kind)) for email, kind in said.emails)
    if "address" in has:
        places = dict(old.addresses)
        addresses = tuple((place, places.get(place, kind)) for place, kind in said.addresses)
    return State(
        name=said.name,
        kind=said.kind if "kind" in has else old.kind,
        company=said.company if "company" in has else old.company,
        language=said.language if "language" in has else old.language,
        notes=said.notes if "notes" in has else old.notes,
        numbers=numbers,
        emails=emails,
        addresses=addresses,
        tags=said.tags if "tags" in has else old.tags,
    )


def _current(connection: Connection) -> dict[int, State]:
    known = select(KNOWN.c.id).where(KNOWN.c.id.is_not(None))

    def of(model: Any, *columns: Any) -> Iterable[Any]:
        query = select(model.customer_id, *columns).where(among(connection, model.customer_id, known))
        return connection.execute(query.order_by(*list(model.__table__.primary_key)))

    heads = select(Customer.id, Customer.name, Customer.kind, Customer.company, Customer.language, Customer.notes)
    return _states(
        connection.execute(heads.where(among(connection, Customer.id, known))),
        of(CustomerNumber, CustomerNumber.key, CustomerNumber.extension, CustomerNumber.kind),
        of(CustomerEmail, CustomerEmail.email, CustomerEmail.kind),
        of(CustomerAddress, CustomerAddress.text, CustomerAddress.kind),
        of(CustomerTag, CustomerTag.tag),
    )


def _said(connection: Connection) -> dict[int, State]:
    def of(stage: Any, *columns: Any) -> list[Any]:
        query = select(KNOWN.c.id, *columns).join_from(stage, KNOWN, KNOWN.c.n == stage.c.n).where(KNOWN.c.id.is_not(None))
        return list(connection.execute(query.order_by(stage.c.n, *([stage.c.position] if "position" in stage.c else []))))

    heads = of(ROW, ROW.c.name, ROW.c.kind, ROW.c.company, ROW.c.language, ROW.c.notes, ROW.c.address)
    return _states(
        (head[:6] for head in heads),
        ((id, key, extension, "phone") for id, key, extension in of(NUMBER, NUMBER.c.key, NUMBER.c.extension)),
        ((id, email, "email") for id, email in of(EMAIL, EMAIL.c.email)),
        ((head[0], head[6], "address") for head in heads if head[6]),
        of(TAG, TAG.c.tag),
    )


def _states(
    heads: Iterable[Any], numbers: Iterable[Any], emails: Iterable[Any], addresses: Iterable[Any], tags: Iterable[Any]
) -> dict[int, State]:
    """Put together what was read table by table; every row begins with the customer's id."""
    parts = [_by_customer(rows) for rows in (numbers, emails, addresses)]
    labels: dict[int, list[str]] = {}
    for id, tag in tags:
        labels.setdefault(id, []).append(tag)
    nothing: tuple[Any, ...] = ()
    found = {}
    for id, *head in heads:
        found[id] = State._make([*head, *(tuple(part.get(id, nothing)) for part in parts), frozenset(labels.get(id, nothing))])
    return found


def _by_customer(rows: Iterable[Any]) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(tuple(row[1:]))
    return found


def _write(connection: Connection, changed: Mapping[int, State], moment: datetime) -> None:
    connection.execute(delete(CHANGED))
    fill(connection, CHANGED, [_head(id, state) for id, state in changed.items()])
    ours = select(CHANGED.c.id)
    names = [c.name for c in CHANGED.c if c.name != "id"]
    customers = table_of(Customer)
    said = select(*(CHANGED.c[name] for name in names)).where(CHANGED.c.id == customers.c.id).scalar_subquery()
    # One statement for all of them: at the end of each, FTS5 writes the words it has gathered.
    connection.execute(
        update(customers)
        .where(among(connection, customers.c.id, ours))
        .values({tuple_(*(customers.c[name] for name in names)): said, customers.c.updated_at: bindparam("moment")}),
        {"moment": moment},
    )
    parts: dict[Any, list[tuple[object, ...]]] = {
        CustomerNumber: [(id, i, *number) for id, s in changed.items() for i, number in enumerate(s.numbers)],
        CustomerEmail: [(id, i, *email) for id, s in changed.items() for i, email in enumerate(s.emails)],
        CustomerAddress: [(id, i, *address) for id, s in changed.items() for i, address in enumerate(s.addresses)],
        CustomerTag: [(id, tag) for id, s in changed.items() for tag in s.tags],
    }
    for model, rows in parts.items():
        connection.execute(delete(model).where(among(connection, model.customer_id, ours)))
        fill(connection, table_of(model), rows)


def _head(id: int, state: State) -> tuple[object, ...]:
    """A row of import_changed."""
    keys, emails = [number[0] for number in state.numbers], [email for email, _ in state.emails]
    words = search_text(state.name, state.company, keys, emails, sorted(state.tags))
    return (id, state.kind, state.name, fold(state.name)[:FOLDED], state.company, state.language, state.notes, words)
