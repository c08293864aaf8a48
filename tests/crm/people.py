"""Customers as a person with rights enters them, and principals to look at them with."""

from typing import Any

from ringdesk.agents import accounts, teams
from ringdesk.agents.rights import Principal, Role
from ringdesk.crm import customers
from ringdesk.crm.drafts import CustomerDraft
from ringdesk.crm.views import CustomerView
from ringdesk.screenpop.matching import HOUSE
from ringdesk.storage.engine import Database

COUNTRY = "UA"


def draft(name: str = "Anna Petrenko", *numbers: str, **more: Any) -> CustomerDraft:
    return CustomerDraft.model_validate({"name": name, "numbers": [{"number": n} for n in numbers], **more})


async def entered(db: Database, name: str = "Anna Petrenko", *numbers: str, by: Principal = HOUSE, **more: Any) -> int:
    async with db.write() as session:
        return await customers.create(session, by, draft(name, *numbers, **more), COUNTRY)


async def shown(db: Database, customer_id: int, to: Principal = HOUSE) -> CustomerView:
    async with db.read() as session:
        return await customers.get(session, to, customer_id, COUNTRY)


async def user(db: Database, name: str, *roles: Role) -> int:
    async with db.write() as session:
        return await accounts.add(session, name=name, roles=roles or [Role.AGENT])


async def team(db: Database, name: str, *members: int, queues: tuple[str, ...] = ()) -> int:
    async with db.write() as session:
        return await teams.add(session, name, members, queues)


def agent(user_id: int = 1, *team_ids: int) -> Principal:
    return Principal(user_id=user_id, name="somebody", roles=frozenset({Role.AGENT}), teams=frozenset(team_ids))


def supervisor(user_id: int = 2, *team_ids: int) -> Principal:
    return Principal(user_id=user_id, name="supervisor", roles=frozenset({Role.SUPERVISOR}), teams=frozenset(team_ids))
