"""Who has this number: the screen pop's path, one statement over a covering index."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.crm.models import Customer, CustomerNumber
from ringdesk.storage.engine import Database

MOST = 20  # matches shown in a chooser; a number that more customers share is a switchboard


@dataclass(frozen=True, slots=True)
class Match:
    id: int
    name: str
    kind: str
    company: str | None
    language: str | None
    owner_id: int | None
    team_id: int | None


# Tables, not entities: the ORM's share of so small a statement would be a third of its time.
_CUSTOMERS, _NUMBERS = Customer.__table__.c, CustomerNumber.__table__.c
_BY_KEY = (
    select(
        _CUSTOMERS.id,
        _CUSTOMERS.name,
        _CUSTOMERS.kind,
        _CUSTOMERS.company,
        _CUSTOMERS.language,
        _CUSTOMERS.owner_id,
        _CUSTOMERS.team_id,
    )
    .join_from(Customer.__table__, CustomerNumber.__table__, _NUMBERS.customer_id == _CUSTOMERS.id)
    .where(_NUMBERS.key == bindparam("key"))
    .order_by(_CUSTOMERS.id)
    .distinct()
    .limit(MOST)
)


async def by_number(db: Database, key: str) -> list[Match]:
    """Customers with the number `key` (E.164 or a short code), oldest first. Not yet bounded by who may see them:
    that is decided for each person a card goes to."""
    return await db.look(lambda session: with_number(session, key))


async def with_number(session: AsyncSession, key: str) -> list[Match]:
    """The same, for who reads more at once."""
    return [Match(*row) for row in await session.execute(_BY_KEY, {"key": key})]
