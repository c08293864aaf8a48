"""A login that ends while it begins: neither its session nor its socket may be left over."""

from typing import Any

import pytest
import socketio
from sqlalchemy import func, select

from ringdesk.agents import logins, passwords
from ringdesk.agents.logins import SignedIn
from ringdesk.agents.models import Session
from tests.house import PASSWORD, Running
from tests.web.browsing import Browser, with_password

pytestmark = pytest.mark.usefixtures("quick_hashes")


async def sessions(house: Running) -> int:
    async with house.house.db.read() as session:
        return await session.scalar(select(func.count()).select_from(Session)) or 0


async def new_password(house: Running) -> None:
    await with_password(house, "anna", "brand new horse battery")


async def deactivated(house: Running) -> None:
    async with house.api("adam").patch(f"/api/v1/users/{house.ids['anna']}", json={"active": False}) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("meanwhile", [new_password, deactivated])
async def test_a_password_that_is_changed_while_it_is_verified_opens_nothing(
    house: Running, monkeypatch: pytest.MonkeyPatch, meanwhile: Any
) -> None:
    """Whoever changes a stolen password wants the thief out, also the one who is at the door."""
    await with_password(house, "anna")
    verify = passwords.verify

    async def slow(password: str, stored: str | None) -> bool:
        right = await verify(password, stored)
        await meanwhile(house)
        return right

    monkeypatch.setattr(passwords, "verify", slow)
    async with Browser(house) as browser:
        assert (await browser.sign_in("anna", PASSWORD)).status == 401
    assert await sessions(house) == 0


async def test_who_is_deactivated_right_after_signing_in_is_told_so(house: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    await with_password(house, "anna")
    log_in = logins.log_in

    async def then_gone(*arguments: Any) -> logins.Login:
        login = await log_in(*arguments)
        await deactivated(house)
        return login

    monkeypatch.setattr(logins, "log_in", then_gone)
    async with Browser(house) as browser:
        assert (await browser.sign_in("anna", PASSWORD)).status == 401
    assert await sessions(house) == 0


@pytest.mark.parametrize("ended_by", ["signing out", "deactivating"])
async def test_a_socket_that_connects_while_its_login_ends_is_refused(
    house: Running, monkeypatch: pytest.MonkeyPatch, ended_by: str
) -> None:
    await with_password(house, "anna")
    async with Browser(house) as browser:
        await browser.sign_in("anna")
        by_cookie, ended = logins.by_cookie, False

        async def slow(*arguments: Any) -> SignedIn | None:
            nonlocal ended
            found = await by_cookie(*arguments)
            if not ended:
                ended = True
                await (browser.ask("DELETE", "/session") if ended_by == "signing out" else deactivated(house))
            return found

        client = socketio.AsyncClient(reconnection=False)
        cookie = f"ringdesk_session={browser.cookie}"
        monkeypatch.setattr(logins, "by_cookie", slow)
        with pytest.raises(socketio.exceptions.ConnectionError):
            await client.connect(house.url, headers={"Cookie": cookie}, transports=["websocket"])
        assert house.house.push.sockets == {}
        await client.disconnect()
        assert not any(room.startswith("user:") for room in house.house.push.server.manager.rooms.get("/", {}) if room)
