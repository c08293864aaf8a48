"""A Ringdesk beside the PBX of the tests, heard and seen as its users do."""

from collections.abc import AsyncIterator

import pytest_asyncio

from ringdesk.agents.rights import Role
from ringdesk.config.settings import Settings
from tests.house import Running, running, settings_for
from tests.pbx.asterisk import Asterisk

AGENTS = ("1001", "1002", "1003", "1004", "1005", "1006")


def settings_beside(asterisk: Asterisk, database_url: str) -> Settings:
    """Settings of a Ringdesk that listens with the rights `ringdesk pbx config` gives it."""
    username, secret = asterisk.ringdesk
    return settings_for(database_url, {"ami_port": asterisk.ami_port, "ami_username": username, "ami_secret": secret})


async def staff(house: Running) -> None:
    """The agents behind the phones of the rig, and a manager."""
    for extension in AGENTS:
        await house.add_user(extension, Role.AGENT, interface=f"PJSIP/{extension}", display_name=f"Agent {extension}")
    await house.add_user("boss", Role.MANAGER)


@pytest_asyncio.fixture
async def desk(asterisk: Asterisk, sqlite_url: str) -> AsyncIterator[Running]:
    async with running(settings_beside(asterisk, sqlite_url)) as found:
        await staff(found)
        await found.linked()
        yield found
