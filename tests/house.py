"""A whole Ringdesk for a test: the house as `serve` runs it, with users, on a free port."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import socketio
from aiohttp import web

from ringdesk.agents import accounts, logins
from ringdesk.agents.rights import Role
from ringdesk.config.settings import Settings
from ringdesk.config.wiring import House
from ringdesk.storage.base import now
from ringdesk.telephony.listener import Status
from ringdesk.web.app import make_app
from ringdesk.web.live import Notice

PASSWORD = "correct horse battery"
_marks = itertools.count(1)


class Desk:
    """One signed-in Socket.IO client: everything that was pushed to it, and what it asks for."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.token = token
        self.client = socketio.AsyncClient(reconnection=False)
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self._some = asyncio.Event()
        self.client.on("*", self._event)

    async def _event(self, name: str, payload: dict[str, Any]) -> None:
        self.heard.append((name, payload))
        self._some.set()

    async def connect(self) -> None:
        await self.client.connect(self.url, auth={"token": self.token}, transports=["websocket"], wait_timeout=10)

    async def snapshot(self) -> dict[str, Any]:
        found: dict[str, Any] = await self.client.call("snapshot")
        return found

    def all(self, name: str) -> list[dict[str, Any]]:
        return [payload for event, payload in self.heard if event == name]

    async def until(self, name: str, wanted: Callable[[dict[str, Any]], bool] = lambda _p: True, limit: float = 8.0) -> dict[str, Any]:
        """The first such event, heard already or to come."""
        async with asyncio.timeout(limit):
            while True:
                for payload in self.all(name):
                    if wanted(payload):
                        return payload
                self._some.clear()
                await self._some.wait()

    async def card(self, wanted: Callable[[dict[str, Any]], bool] = lambda _p: True) -> dict[str, Any]:
        return await self.until("card", wanted)


class Running:
    """A running house and ways into it."""

    def __init__(self, house: House, url: str) -> None:
        self.house = house
        self.url = url
        self.tokens: dict[str, str] = {}
        self.ids: dict[str, int] = {}
        self.desks: list[Desk] = []
        self._closers: list[Callable[[], Awaitable[Any]]] = []

    async def add_user(self, name: str, *roles: Role, interface: str | None = None, display_name: str | None = None) -> int:
        async with self.house.db.write() as session:
            user_id = await accounts.add(session, name=name, roles=roles, interface=interface, display_name=display_name)
            _, self.tokens[name] = await logins.make_token(session, user_id, "test")
        self.ids[name] = user_id
        await self.house.services.people_changed()
        return user_id

    async def desk(self, name: str) -> Desk:
        desk = Desk(self.url, self.tokens[name])
        await desk.connect()
        self.desks.append(desk)
        self._closers.append(desk.client.disconnect)
        return desk

    async def settled(self) -> None:
        """Until every desk has heard what was pushed so far: each hears everything in the order it was sent."""
        mark = f"mark {next(_marks)}"
        self.house.push.to_all("mark", Notice(key="link_up", text=mark, at=now()))
        for desk in self.desks:
            if desk.client.connected:
                await desk.until("mark", lambda p: p["text"] == mark)

    def api(self, name: str | None = None) -> aiohttp.ClientSession:
        headers = {} if name is None else {"Authorization": f"Bearer {self.tokens[name]}"}
        session = aiohttp.ClientSession(self.url, headers=headers)
        self._closers.append(session.close)
        return session

    async def linked(self) -> None:
        async with asyncio.timeout(10):
            while self.house.listener.link.status is not Status.UP:
                await asyncio.sleep(0.01)

    async def quiet(self) -> None:
        """Until no call is tracked any more and everything is written."""
        async with asyncio.timeout(20):
            while self.house.world.tracks:
                await asyncio.sleep(0.01)
        await self.house.store.flush()
        await self.house.after.drained()
        await self.house.floor.intervals.write()

    async def close(self) -> None:
        for close in reversed(self._closers):
            await close()


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Running]:
    async with House(settings) as house:
        runner = web.AppRunner(make_app(house.services), access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        found = Running(house, f"http://127.0.0.1:{port}")
        try:
            yield found
        finally:
            await found.close()
            await house.push.close()
            await runner.cleanup()


def settings_for(database_url: str, ami: Mapping[str, Any] | None = None, **more: Any) -> Settings:
    """Settings for a test: no PBX unless `ami` says where, and nobody who takes up recordings by himself."""
    there = {"ami_host": "127.0.0.1", "ami_port": 1, "ami_username": "ringdesk", "ami_secret": "secret", **(ami or {})}
    given = {"wrap_up_limit": 2.0, "workers": 0, **more}
    return Settings(database_url=database_url, country="UA", **there, **given)
