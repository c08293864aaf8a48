"""A replay server with the recordings that Ringdesk brings along, and who listens to it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from ringdesk.telephony.ami import AmiAddress, AmiConnection
from ringdesk.telephony.listener import Status
from ringdesk.telephony.replay import ReplayServer, packaged
from tests.telephony.curate import CURATED
from tests.telephony.replaying import SECRET, Following, until


@pytest.fixture
async def server() -> AsyncIterator[ReplayServer]:
    async with ReplayServer("ringdesk", SECRET, speed=25) as server:
        for name in CURATED:
            server.learn(packaged(name))
        server.numbers["4003"] = "sales"
        yield server


@pytest.fixture
async def following(server: ReplayServer) -> AsyncIterator[Following]:
    following = Following(server)
    task = asyncio.create_task(following.listener.run())
    await until(lambda: following.listener.link.status is Status.UP)
    yield following
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def ami(server: ReplayServer) -> AsyncIterator[AmiConnection]:
    connection = await AmiConnection.open(AmiAddress("127.0.0.1", server.port, "ringdesk", SECRET), lambda _m: None, lambda _r: None)
    yield connection
    await connection.close()
