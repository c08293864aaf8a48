"""Customers that share a number: often one person entered twice."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents.rights import Principal
from ringdesk.crm.customers import many, visible
from ringdesk.crm.models import Customer, CustomerNumber
from ringdesk.crm.views import CustomerView
from ringdesk.storage import paging


@dataclass(frozen=True, slots=True)
class Shared:
    number: str
    customers: list[CustomerView]


async def page(
    session: AsyncSession, principal: Principal, *, cursor: str | None, limit: int, country: str
) -> tuple[list[Shared], str | None]:
    """Numbers that several customers have, in the order of the numbers."""
    shared = (
        select(CustomerNumber.key)
        .join(Customer, Customer.id == CustomerNumber.customer_id)
        .where(visible(principal))
        .group_by(CustomerNumber.key)
        .having(func.count(CustomerNumber.customer_id.distinct()) > 1)
    )
    rows = (await session.scalars(paging.page(shared, [paging.Key(CustomerNumber.key)], cursor, limit))).all()
    shown = rows[:limit]
    owners: dict[str, list[int]] = {key: [] for key in shown}
    pairs = select(CustomerNumber.key, CustomerNumber.customer_id).where(CustomerNumber.key.in_(shown))
    for key, customer_id in await session.execute(pairs.order_by(CustomerNumber.customer_id)):
        owners[key].append(customer_id)
    views = {v.id: v for v in await many(session, principal, [i for ids in owners.values() for i in ids], country)}
    found = [Shared(key, [views[i] for i in dict.fromkeys(ids) if i in views]) for key, ids in owners.items()]
    return found, paging.encode([shown[-1]]) if len(rows) > limit else None
