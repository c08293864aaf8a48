"""A house with two teams, and people of every role in and beside them."""

from collections.abc import AsyncIterator

import pytest_asyncio

from ringdesk.agents import accounts, logins, teams
from ringdesk.agents.rights import Role
from tests.agents.conftest import quick_hashes  # noqa: F401 - a fixture
from tests.house import Running, running, settings_for

SUPPORT, SALES = "support", "sales"


PEOPLE: tuple[tuple[str, Role, str | None], ...] = (
    ("anna", Role.AGENT, "PJSIP/1001"),
    ("olga", Role.AGENT, "PJSIP/1002"),
    ("boris", Role.AGENT, "PJSIP/1005"),
    ("sofia", Role.SUPERVISOR, "PJSIP/1011"),
    ("stefan", Role.SUPERVISOR, "PJSIP/1012"),
    ("maria", Role.MANAGER, None),
    ("adam", Role.ADMINISTRATOR, None),
)
TEAMS = {"Support": (("anna", "olga", "sofia"), SUPPORT), "Sales": (("boris", "stefan"), SALES)}


async def staff(house: Running) -> None:
    """Two agents and a supervisor at support, one of each at sales, a manager, an administrator."""
    async with house.house.db.write() as session:
        for name, role, interface in PEOPLE:
            display_name = name.title()
            user_id = await accounts.add(session, name=name, roles=[role], interface=interface, display_name=display_name)
            house.ids[name] = user_id
            _, house.tokens[name] = await logins.make_token(session, user_id, "test")
        for team, (members, queue) in TEAMS.items():
            await teams.add(session, team, [house.ids[name] for name in members], [queue])
    await house.house.services.people_changed()


@pytest_asyncio.fixture
async def house(database_url: str) -> AsyncIterator[Running]:
    async with running(settings_for(database_url)) as found:
        await staff(found)
        yield found


@pytest_asyncio.fixture
async def small_house(sqlite_url: str) -> AsyncIterator[Running]:
    """For what has nothing to do with the database."""
    async with running(settings_for(sqlite_url)) as found:
        await staff(found)
        yield found
