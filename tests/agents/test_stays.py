"""Stays in teams: statistics of a team are those of its members at the time, whatever becomes of either."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents import accounts, teams
from ringdesk.agents.models import TeamStay
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database
from tests.crm.people import user


async def change(db: Database, what: Callable[[AsyncSession], Awaitable[object]]) -> datetime:
    """A moment between this change and the next."""
    async with db.write() as session:
        await what(session)
    return now()


async def there(db: Database, at: datetime) -> set[tuple[str, int]]:
    """Who was in which team, by the name the team had or got in their time."""
    async with db.read() as session:
        rows = await session.scalars(select(TeamStay).where(TeamStay.since <= at, (TeamStay.until > at) | TeamStay.until.is_(None)))
        found = [(row.team_name, row.user_id) for row in rows]
    assert len(found) == len(set(found))
    return set(found)


async def test_history_keeps_who_was_where(db: Database) -> None:
    anna, boris = await user(db, "anna"), await user(db, "boris")
    before = now()
    ids = list[int]()

    async def begin(session: AsyncSession) -> None:
        ids.append(await teams.add(session, "Support", [anna], ["support"]))
        ids.append(await teams.add(session, "Sales", [boris], []))

    begun = await change(db, begin)
    support, sales = ids
    moved = await change(db, lambda s: teams.change(s, support, None, [], None))
    both = await change(db, lambda s: teams.change(s, sales, None, [anna, boris], None))
    queues = await change(db, lambda s: teams.change(s, sales, None, None, ["sales"]))
    left = await change(db, lambda s: accounts.change(s, boris, active=False))
    renamed = await change(db, lambda s: teams.change(s, sales, "Shop", None, None))
    back = await change(db, lambda s: accounts.change(s, boris, active=True))
    dissolved = await change(db, lambda s: teams.remove(s, sales))
    assert await there(db, before) == set()
    assert await there(db, begun) == {("Support", anna), ("Sales", boris)}
    assert await there(db, moved) == {("Sales", boris)}
    assert await there(db, both) == await there(db, queues) == {("Shop", anna), ("Sales", boris)}
    assert await there(db, left) == await there(db, renamed) == {("Shop", anna)}, "who has left is in no team"
    assert await there(db, back) == {("Shop", anna), ("Shop", boris)}
    assert await there(db, dissolved) == set()


async def test_a_change_of_something_else_leaves_stays_alone(db: Database) -> None:
    anna = await user(db, "anna")
    await change(db, lambda s: teams.add(s, "Support", [anna], []))
    async with db.read() as session:
        before = [(stay.id, stay.since) for stay in await session.scalars(select(TeamStay))]
    await change(db, lambda s: accounts.change(s, anna, display_name="Anna P.", active=True))
    await change(db, lambda s: teams.add(s, "Other", [], []))
    async with db.read() as session:
        assert [(stay.id, stay.since) for stay in await session.scalars(select(TeamStay))] == before


async def test_changes_at_once_leave_one_stay_for_each_membership(db: Database) -> None:
    people = [await user(db, f"agent{i}") for i in range(4)]
    ids = list[int]()

    async def begin(session: AsyncSession) -> None:
        for name in ("A", "B", "C"):
            ids.append(await teams.add(session, name, [], []))

    await change(db, begin)
    await asyncio.gather(
        *(change(db, lambda s, i=i: teams.change(s, ids[i % 3], None, people[: i % 4 + 1], None)) for i in range(9)),  # type: ignore[misc]  # mypy does not infer such a lambda
        *(change(db, lambda s, i=i: accounts.change(s, people[i % 4], active=i % 3 > 0)) for i in range(9)),  # type: ignore[misc]
    )
    async with db.read() as session:
        active = {account.id for account in await accounts.everyone(session) if account.active}
        members = {(team.name, member) for team in await teams.everything(session) for member in team.members & active}
    assert await there(db, now()) == members
