"""Whatever a client sends over Socket.IO: it gets an answer or is let go, and everybody else notices nothing."""

import asyncio
import json
import resource
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ringdesk.storage.base import now
from ringdesk.web import push
from ringdesk.web.live import Notice
from tests.house import Desk, Running

ENGINE = "/socket.io/?EIO=4&transport=websocket"
HURRY = aiohttp.ClientWSTimeout(ws_close=0.2)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


class Wire:
    """A WebSocket below the level of any library: text and bytes as they are (Engine.IO protocol 4, Socket.IO protocol 5)."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def next(self, begin: str = "") -> str | None:
        """The next message that begins so, None when the server hung up."""
        async with asyncio.timeout(5):
            while True:
                message = await self.socket.receive()
                if message.type is not aiohttp.WSMsgType.TEXT:
                    return None
                if message.data.startswith(begin):
                    return str(message.data)

    async def sign_in(self, token: str) -> None:
        await self.socket.send_str("40" + json.dumps({"token": token}))
        assert await self.next("40")

    async def snapshot(self) -> dict[str, Any]:
        await self.socket.send_str('420["snapshot"]')
        answer = await self.next("430")
        assert answer is not None
        (found,) = json.loads(answer[3:])
        return dict(found)


@asynccontextmanager
async def wire(house: Running, name: str | None = "anna") -> AsyncIterator[Wire]:
    async with aiohttp.ClientSession(house.url) as client, client.ws_connect(ENGINE, max_msg_size=0, timeout=HURRY) as socket:
        found = Wire(socket)
        assert await found.next("0")
        if name is not None:
            await found.sign_in(house.tokens[name])
        yield found


async def until(condition: Callable[[], bool]) -> bool:
    for _ in range(200):
        if condition():
            return True
        await asyncio.sleep(0.01)
    return False


async def gone(house: Running, count: int) -> bool:
    """Only `count` sockets are left."""
    return await until(lambda: len(house.house.push.sockets) == count)


async def test_an_unknown_event_is_answered_with_an_error(small_house: Running) -> None:
    async with wire(small_house) as client:
        for event in ("card", "call", "board", "snapshot ", "__proto__", "message", "", "карта", "x" * 5000):
            for arguments in ([], [None], [{"a": 1}, [2]]):
                await client.socket.send_str("421" + json.dumps([event, *arguments]))
                assert await client.next("431") == '431[{"error":"unknown_event"}]', event
        assert (await client.snapshot())["v"] == 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arguments=st.lists(anything, max_size=4), event=st.sampled_from(["snapshot", "other"]))
async def test_any_arguments_of_an_event_do(small_house: Running, arguments: list[Any], event: str) -> None:
    async with wire(small_house) as client:
        await client.socket.send_str("425" + json.dumps([event, *arguments]))
        assert await client.next("435")


@pytest_asyncio.fixture
async def olga(small_house: Running) -> Desk:
    """A colleague who wants to go on working."""
    return await small_house.desk("olga")


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    message=st.text(max_size=60)
    | st.binary(max_size=60)
    | st.builds(str.__add__, st.sampled_from(["4", "40", "41", "42", "43", "44", "45", "46", "47"]), st.text(max_size=40))
    | st.builds(str.__add__, st.sampled_from(["40", "41", "42", "42/x,", "4299", "43", "4512-"]), st.builds(json.dumps, anything)),
    signed_in=st.booleans(),
)
async def test_any_message_at_all_leaves_the_others_alone(small_house: Running, olga: Desk, message: str | bytes, signed_in: bool) -> None:
    async with wire(small_house, "anna" if signed_in else None) as client:
        if isinstance(message, bytes):
            await client.socket.send_bytes(message)
        else:
            await client.socket.send_str(message.encode("utf-8", "replace").decode())
    assert (await olga.snapshot())["v"] == 1


ODD = (
    "42" + "[" * 30_000,  # nested beyond any stack
    '42["snapshot",' + "[" * 900 + "]" * 900 + "]",
    '451-["snapshot",{"_placeholder":true,"num":7}]',
    "42[]",
    "42{}",
    "42[[]]",
    '42[{"a":1}]',
    "42[1]",
    '421["*"]',
    "4" + "2" * 60_000,
    "49",
    b"\x00\x01\x02",
)


async def test_what_no_client_would_send_ends_its_connection_or_is_ignored(small_house: Running, olga: Desk) -> None:
    for message in ODD:
        async with wire(small_house) as client:
            await (client.socket.send_bytes(message) if isinstance(message, bytes) else client.socket.send_str(message))
            await asyncio.sleep(0.02)
        assert await gone(small_house, 1), message[:20]
        assert (await olga.snapshot())["v"] == 1, message[:20]


async def test_a_message_beyond_the_limit_ends_the_connection(small_house: Running) -> None:
    async with wire(small_house) as client:
        await client.socket.send_str('42["snapshot","' + "x" * (push.MAX_MESSAGE + 1) + '"]')
        assert await client.next("43") is None
    assert await gone(small_house, 0)


async def test_attachments_without_end_are_not_kept(small_house: Running) -> None:
    async with wire(small_house) as client:
        await client.socket.send_str('451000000-["snapshot"]')
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for _ in range(500):
            if client.socket.closed:
                break
            try:
                await client.socket.send_bytes(b"x" * 60_000)
            except ConnectionError:
                break
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000, "kilobytes"
    assert await gone(small_house, 0)


@pytest.mark.parametrize("event", ["disconnect", "connect"])
async def test_a_client_cannot_run_the_servers_own_handlers(small_house: Running, event: str) -> None:
    """`disconnect` as an event would make the server forget whose socket it is, and nobody could cut it any more."""
    async with wire(small_house, "sofia") as client:
        auth = {"token": small_house.tokens["anna"]}
        await client.socket.send_str("42" + json.dumps([event, {}, auth]))
        async with small_house.api("adam").patch(f"/api/v1/users/{small_house.ids['sofia']}", json={"active": False}) as answer:
            assert answer.status == 200
        await asyncio.sleep(0.05)
        rooms = small_house.house.push.server.manager.rooms.get("/", {})
        assert f"user:{small_house.ids['sofia']}" not in rooms
        assert "everybody" not in rooms


async def test_signing_in_twice_on_one_connection_gives_one_socket(small_house: Running) -> None:
    async with wire(small_house) as client:
        for _ in range(20):
            await client.socket.send_str("40" + json.dumps({"token": small_house.tokens["anna"]}))
        assert (await client.snapshot())["v"] == 1
        assert len(small_house.house.push.sockets) == 1
    assert await gone(small_house, 0)


async def test_long_polling_takes_garbage_as_well(small_house: Running, olga: Desk) -> None:
    async with aiohttp.ClientSession(small_house.url) as client:
        async with client.get("/socket.io/?EIO=4&transport=polling") as answer:
            sid = json.loads((await answer.text())[1:])["sid"]
        for body in (b"4", b"\xff\xfe", b"40{", b"42" + b"[" * 20_000, b"x" * (push.MAX_MESSAGE + 1)):
            async with client.post(f"/socket.io/?EIO=4&transport=polling&sid={sid}", data=body) as answer:
                assert answer.status in (200, 400), body[:10]
        for query in ("EIO=4&transport=carrier-pigeon", "EIO=4&transport=polling&sid=nobody", "EIO=4&transport=polling&j=x", ""):
            async with client.get(f"/socket.io/?{query}") as answer:
                assert answer.status in (200, 400), query
    assert (await olga.snapshot())["v"] == 1


async def test_a_browser_that_does_not_read_is_dropped_and_the_others_are_served(
    small_house: Running, olga: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "BACKLOG", 20)
    async with wire(small_house) as client:
        assert client.socket._conn is not None
        client.socket._conn.transport.pause_reading()  # type: ignore[union-attr]
        for i in range(400):  # until the kernel's buffers are full
            text = f"{i} " + "x" * 60_000
            small_house.house.push.to_all("notice", Notice(key="link_up", text=text, at=now()))
            if i % 10 == 0:
                await olga.until("notice", lambda p, i=i: p["text"].startswith(f"{i} "))  # type: ignore[misc]
            if small_house.house.push.dropped_slow:
                break
        assert small_house.house.push.dropped_slow == 1
        assert await gone(small_house, 1)
        assert await until(lambda: len(small_house.house.push.server.eio.sockets) == 1)
    assert (await olga.snapshot())["v"] == 1
