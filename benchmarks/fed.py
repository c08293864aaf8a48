"""A whole Ringdesk that hears a PBX's text from memory instead of a socket: `async with fed(url) as house: await house.hear(text)`."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection, Sequence
from typing import Any

from sqlalchemy import text as sql

from ringdesk.agents import accounts
from ringdesk.agents.rights import Role
from ringdesk.config import log
from ringdesk.config.wiring import House
from ringdesk.telephony import parsing
from ringdesk.telephony.ami import AmiWire
from ringdesk.telephony.listener import SLICE
from tests.house import settings_for

AHEAD = 50  # look-ups under way before more is heard: as many calls in the same moment as a large contact centre has


class FedHouse:
    """The parts between the socket and the database, as `ringdesk serve` puts them together and runs them."""

    def __init__(self, house: House) -> None:
        self.house = house
        listener = house.listener
        self.wire = AmiWire(listener.inbox.put, lambda _reason: None, listener.counters, parsing.wanted)
        self.wire.connection_made(_Socket())
        self.wire.version = "11.0.0"

    async def hear(self, text: bytes) -> None:
        """One reading from the socket, and all that is done at once because of it; as `Listener._follow` does it."""
        self.wire.data_received(text)
        await asyncio.sleep(0)
        while self.house.listener._drain(SLICE):  # noqa: ASYNC110 - the others' turn, as in the listener
            await asyncio.sleep(0)
        while len(self.house._errands) > AHEAD:
            await asyncio.wait(self.house._errands, return_when=asyncio.FIRST_COMPLETED)

    async def settled(self) -> None:
        """Until everybody is looked up and everything is written. Raises AssertionError if anything went wrong on the way."""
        while self.house._errands:
            await asyncio.wait(set(self.house._errands))
        await self.house.after.drained()
        await self.house.store.flush()
        await self.house.floor.intervals.write()
        listener, bus = self.house.listener, self.house.bus
        wrong = (listener.inbox.dropped, listener.counters.malformed, listener.counters.failed_callbacks, bus.failures)
        if any(wrong):
            raise AssertionError(f"dropped, malformed, failed, handlers failed: {wrong}")

    async def rows(self, query: str) -> Sequence[Any]:
        """What the database holds."""
        async with self.house.db.read() as session:
            return (await session.execute(sql(query))).all()


def _owner(handler: Any) -> object:
    return handler.__self__


class _Socket(asyncio.Transport):
    """Nothing is sent on it."""


@contextlib.asynccontextmanager
async def fed(url: str, *, extensions: Collection[str] = (), only: Collection[str] | None = None) -> AsyncIterator[FedHouse]:
    """`extensions`: whose phones belong to agents, who get cards. `only`: names of parts of the house (`store`, `pop`); the others hear
    nothing."""
    log.set_up("error")
    async with House(settings_for(url)) as house:
        for task in house._stages[0]:  # the link: it would try to connect, and empty the inbox for that
            task.cancel()
        if extensions:
            async with house.db.write() as session:
                for extension in extensions:
                    await accounts.add(session, name=f"agent{extension}", roles=(Role.AGENT,), interface=f"PJSIP/{extension}")
            await house.services.people_changed()
        if only is not None:
            parts = [getattr(house, name) for name in only]
            house.bus.table = {fact: [h for h in handlers if _owner(h) in parts] for fact, handlers in house.bus.table.items()}
        yield FedHouse(house)
