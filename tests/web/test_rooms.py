"""Who hears what over Socket.IO, and when a socket is cut."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
import socketio

from ringdesk.agents.rights import Principal, Role
from ringdesk.storage.base import now
from ringdesk.telephony.listener import LinkState, Status
from ringdesk.web.push import rooms_of
from tests.house import PASSWORD, Desk, Running
from tests.incoming import Incoming, abandoned
from tests.web.browsing import Browser, with_password

ENGINE = "/socket.io/?EIO=4&transport=websocket"
EVERYBODY = ("anna", "olga", "boris", "sofia", "stefan", "maria", "adam")


async def desks(house: Running) -> dict[str, Desk]:
    return {name: await house.desk(name) for name in EVERYBODY}


def who_heard(people: dict[str, Desk], event: str, wanted: Callable[[dict[str, Any]], bool] = lambda _p: True) -> set[str]:
    return {name for name, desk in people.items() if any(wanted(payload) for payload in desk.all(event))}


async def test_cards_go_to_the_agent_alone_and_calls_to_those_who_supervise_it(small_house: Running) -> None:
    people = await desks(small_house)
    call = Incoming(small_house).rings("1001").answered("1001")
    await people["anna"].card()
    call.ends()
    await small_house.quiet()
    await small_house.settled()
    assert who_heard(people, "card") == {"anna"}
    assert who_heard(people, "card_closed") == {"anna"}
    assert who_heard(people, "call") == {"anna", "sofia", "maria", "adam"}
    assert who_heard(people, "presence") == {"anna", "sofia", "maria", "adam"}
    assert who_heard(people, "presence", lambda p: p["user_id"] != small_house.ids["anna"]) == set()


async def test_a_caller_who_waits_is_seen_by_the_supervisor_of_the_queue(small_house: Running) -> None:
    people = await desks(small_house)
    call = Incoming(small_house, queue="sales")
    await small_house.settled()
    assert who_heard(people, "call", lambda p: p["state"] == "queued") == {"stefan", "maria", "adam"}
    call.ends()


async def test_an_agent_of_another_team_does_not_widen_who_hears(small_house: Running) -> None:
    """The call waits at sales, and a phone of support is rung for it: both teams' supervisors are concerned, no other agent."""
    people = await desks(small_house)
    call = Incoming(small_house, queue="sales").rings("1001")
    await small_house.settled()
    assert who_heard(people, "call", lambda p: p["state"] == "ringing") == {"anna", "sofia", "stefan", "maria", "adam"}
    call.ends()


async def test_nobody_hears_the_same_twice(small_house: Running) -> None:
    """The supervisor takes the call of their own team: they are in it, and they watch it."""
    sofia, maria = await small_house.desk("sofia"), await small_house.desk("maria")
    call = await Incoming(small_house).rings("1011").answered("1011").looked_up()
    call.ends()
    await small_house.quiet()
    await small_house.settled()
    for desk in (sofia, maria):
        states = [payload["state"] for payload in desk.all("call")]
        assert states == ["began", "queued", "ringing", "talking", "ended"][-len(states) :]
        assert len(states) >= 4
        assert len([p for p in desk.all("presence") if p["state"] == "talking"]) == 1


async def test_the_call_back_list_and_notices_go_to_everybody_who_may_see_them(small_house: Running) -> None:
    people = await desks(small_house)
    small_house.tokens["nothing"] = ""
    await small_house.add_user("nothing")
    people["nothing"] = await small_house.desk("nothing")
    await abandoned(small_house)
    small_house.house.announcer.link_changed(LinkState(Status.UP, now()))
    small_house.house.announcer.link_changed(LinkState(Status.DOWN, now()))
    await small_house.settled()
    assert who_heard(people, "callbacks") == set(EVERYBODY)
    assert who_heard(people, "notice") == {*EVERYBODY, "nothing"}
    assert all(payload.keys() == {"v"} for payload in people["anna"].all("callbacks")), "it names nobody"


def test_rooms_follow_from_rights_alone() -> None:
    def rooms(*roles: Role, teams: frozenset[int] = frozenset({7})) -> set[str]:
        return set(rooms_of(Principal(user_id=1, name="x", roles=frozenset(roles), teams=teams)))

    assert rooms() == {"user:1", "everybody"}
    assert rooms(Role.AGENT) == {"user:1", "everybody", "callbacks"}
    assert rooms(Role.SUPERVISOR) == {"user:1", "everybody", "callbacks", "team:7"}
    assert rooms(Role.SUPERVISOR, teams=frozenset()) == {"user:1", "everybody", "callbacks", "supervisors"}
    assert rooms(Role.MANAGER) == rooms(Role.ADMINISTRATOR) == {"user:1", "everybody", "callbacks", "supervisors"}


async def answer_on(socket: aiohttp.ClientWebSocketResponse) -> str:
    """The first answer to an event (Socket.IO protocol 5)."""
    while True:
        if (text := await socket.receive_str()).startswith("43"):
            return text


async def test_every_event_from_a_client_with_every_role_and_none(small_house: Running) -> None:
    """`snapshot` is all that a client may ask for; another event would have to be walked here."""
    await small_house.add_user("nothing")
    handlers = small_house.house.push.server.handlers["/"]
    assert handlers.keys() == {"connect", "disconnect", "snapshot", "*"}
    for name in (*EVERYBODY, "nothing"):
        desk = await small_house.desk(name)
        found = await desk.snapshot()
        assert found["cards"] == []
        own = found["presence"]
        assert (None if own is None else own["user_id"]) in (None, small_house.ids[name])
        assert await desk.client.call("board", {}) == {"error": "unknown_event"}
    async with aiohttp.ClientSession(small_house.url) as client, client.ws_connect(ENGINE) as nobody:
        await nobody.receive()
        await nobody.send_str('420["snapshot"]')
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(answer_on(nobody), 0.3)


async def test_a_snapshot_shows_oneself_alone(small_house: Running) -> None:
    anna, boris = await small_house.desk("anna"), await small_house.desk("boris")
    call = await Incoming(small_house).rings("1001").looked_up()
    assert [card["call_id"] for card in (await anna.snapshot())["cards"]] == [call.id]
    other = await boris.client.call("snapshot", {"user_id": small_house.ids["anna"]})
    assert (other["cards"], other["presence"]["user_id"]) == ([], small_house.ids["boris"])
    call.ends()


async def test_nobody_gets_in_without_a_login(small_house: Running) -> None:
    for auth in (None, {}, {"token": "rd_wrong"}, {"token": ""}, {"token": ["x"]}, {"token": "\ud800"}, "text", [1]):
        client = socketio.AsyncClient(reconnection=False)
        with pytest.raises(socketio.exceptions.ConnectionError):
            await client.connect(small_house.url, auth=auth, transports=["websocket"])
    assert small_house.house.push.sockets == {}


async def test_another_sites_page_gets_no_socket(small_house: Running) -> None:
    """Cross-site WebSocket hijacking: a browser would send the cookie along."""
    address = small_house.url + "/socket.io/?EIO=4&transport=websocket"
    async with aiohttp.ClientSession() as browser:
        for origin, admitted in ((small_house.url, True), ("http://evil.example", False), ("null", False)):
            try:
                async with browser.ws_connect(address, headers={"Origin": origin}):
                    assert admitted, origin
            except aiohttp.WSServerHandshakeError:
                assert not admitted, origin


async def cut(client: socketio.AsyncClient) -> bool:
    for _ in range(500):
        if not client.connected:
            return True
        await asyncio.sleep(0.01)
    return False


async def deactivated(house: Running, _token: int) -> None:
    async with house.api("adam").patch(f"/api/v1/users/{house.ids['sofia']}", json={"active": False}) as answer:
        assert answer.status == 200


async def another_role(house: Running, _token: int) -> None:
    async with house.api("adam").patch(f"/api/v1/users/{house.ids['sofia']}", json={"roles": ["agent"]}) as answer:
        assert answer.status == 200


async def out_of_the_team(house: Running, _token: int) -> None:
    async with house.api("sofia").get("/api/v1/teams") as answer:
        (team,) = [t["id"] for t in (await answer.json())["items"] if t["name"] == "Support"]
    async with house.api("adam").patch(f"/api/v1/teams/{team}", json={"members": []}) as answer:
        assert answer.status == 200


async def password_set(house: Running, _token: int) -> None:
    async with house.api("adam").put(f"/api/v1/users/{house.ids['sofia']}/password", json={"password": PASSWORD}) as answer:
        assert answer.status == 204


async def token_revoked(house: Running, token: int) -> None:
    async with house.api("sofia").delete(f"/api/v1/tokens/{token}") as answer:
        assert answer.status == 204


@pytest.mark.parametrize("ended_by", [deactivated, another_role, out_of_the_team, password_set, token_revoked])
async def test_a_socket_is_cut_when_its_login_or_its_rights_end(
    small_house: Running, ended_by: Callable[[Running, int], Awaitable[None]]
) -> None:
    async with small_house.api("sofia").post("/api/v1/tokens", json={"label": "desk"}) as answer:
        made = await answer.json()
    small_house.tokens["sofia"], first = made["token"], small_house.tokens["sofia"]
    desk, other = await small_house.desk("sofia"), await small_house.desk("anna")
    small_house.tokens["sofia"] = first
    await ended_by(small_house, made["id"])
    assert await cut(desk.client), "still connected"
    if ended_by is out_of_the_team:
        assert await cut(other.client), "she lost her team too"
    else:
        assert other.client.connected, "a colleague notices nothing"


async def test_signing_out_cuts_this_logins_sockets_alone(small_house: Running) -> None:
    await with_password(small_house, "anna")
    async with Browser(small_house) as one, Browser(small_house) as two:
        clients = []
        for browser in (one, two):
            await browser.sign_in("anna")
            client = socketio.AsyncClient(reconnection=False)
            await client.connect(small_house.url, headers={"Cookie": f"ringdesk_session={browser.cookie}"}, transports=["websocket"])
            clients.append(client)
        assert await one.ask("DELETE", "/session") == 204
        assert await cut(clients[0])
        assert clients[1].connected
        assert await two.ask("GET", "/me") == 200
        await clients[1].disconnect()
