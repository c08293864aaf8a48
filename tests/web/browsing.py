"""A browser's side of a login: the cookie is kept, the CSRF token goes along with every change."""

from types import TracebackType
from typing import Any

import aiohttp

from ringdesk.agents import accounts
from tests.house import PASSWORD, Running


class Browser:
    """`async with Browser(house) as browser`: cookies as a real one keeps them, nobody signed in yet."""

    def __init__(self, house: Running, **headers: str) -> None:
        # "unsafe" lets the jar keep cookies of an address without a name, as browsers do.
        self.session = aiohttp.ClientSession(house.url, cookie_jar=aiohttp.CookieJar(unsafe=True), headers=headers)
        self.csrf = ""

    async def __aenter__(self) -> "Browser":
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.session.close()

    async def sign_in(self, name: str, password: str = PASSWORD) -> aiohttp.ClientResponse:
        async with self.session.post("/api/v1/session", json={"username": name, "password": password}) as answer:
            body = await answer.json()
            self.csrf = body.get("csrf", "")
            return answer

    async def ask(self, method: str, path: str, **body: Any) -> int:
        """The status of a request to the API, with the CSRF token."""
        json = body if method != "GET" else None
        async with self.session.request(method, f"/api/v1{path}", json=json, headers={"X-CSRF-Token": self.csrf}) as answer:
            await answer.read()
            return answer.status

    @property
    def cookie(self) -> str:
        (value,) = [cookie.value for cookie in self.session.cookie_jar if cookie.key == "ringdesk_session"]
        return value


async def with_password(house: Running, name: str, password: str = PASSWORD) -> None:
    async with house.house.db.write() as session:
        await accounts.set_password(session, house.ids[name], password, keep="")
