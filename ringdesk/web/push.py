"""Socket.IO: who is connected, in which rooms, and one ordered way out to them.

Rooms: `user:{id}` every tab of a user, `team:{id}` the supervisors of a team, `supervisors` those who see the whole house,
`callbacks` whoever works the call-back list. Events from the browser: `snapshot` alone; the rest goes over HTTP.
"""

import asyncio
import contextlib
import logging
import weakref
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any

import engineio
import socketio
from aiohttp import web
from engineio.async_drivers import aiohttp as aiohttp_driver
from pydantic import BaseModel

from ringdesk.agents import logins
from ringdesk.agents.directory import Directory
from ringdesk.agents.rights import Principal, Right
from ringdesk.config import log
from ringdesk.storage.engine import AWAY, Database

logger = log.get(__name__)

COOKIE = "ringdesk_session"
EVERYBODY = "everybody"
MAX_MESSAGE = 64 * 1024  # bytes from a browser; the one message it sends is empty
BACKLOG = 500  # messages waiting for one slow browser; then it is dropped and takes a snapshot when it comes back
LAST_WORDS = 1.0  # seconds for a client to read that its connection ends
RESERVED = frozenset({"connect", "disconnect", "*"})  # handlers of the server's own
PING_INTERVAL = 20  # seconds; proxies close what is quiet for a minute
PING_TIMEOUT = 15


@dataclass(frozen=True, slots=True)
class Wire:
    """The TCP connection below a WebSocket."""

    transport: asyncio.Transport
    ended: asyncio.Event = field(default_factory=asyncio.Event)


_wires: "weakref.WeakKeyDictionary[Any, Wire]" = weakref.WeakKeyDictionary()
"""Of each engineio client that has a WebSocket."""


class BrowserPacket(socketio.packet.Packet):  # type: ignore[misc]  # socketio has no types
    """What a browser may send. An event by the name of one of the server's own would run that one's handler, and the attachments of
    a binary one are kept until the last is there: both are refused."""

    def decode(self, encoded_packet: Any) -> int:
        if not isinstance(encoded_packet, str):
            raise TypeError("binary message")
        if super().decode(encoded_packet):
            raise ValueError("binary event")
        if self.packet_type == socketio.packet.EVENT:
            name = self.data[0] if isinstance(self.data, list) and self.data else None
            if not isinstance(name, str) or name in RESERVED:
                raise ValueError("event without a name of its own")
        return 0


class Engine(engineio.AsyncServer):  # type: ignore[misc]  # engineio has no types
    """engineio, whose tasks have an owner and end with it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.errands: set[asyncio.Task[Any]] = set()

    def start_background_task(self, target: Any, *args: Any, **kwargs: Any) -> "asyncio.Task[Any]":
        task: asyncio.Task[Any] = super().start_background_task(target, *args, **kwargs)
        self.errands.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: "asyncio.Task[Any]") -> None:
        self.errands.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("socket_task_failed", error=repr(error), exc_info=error)

    async def shutdown(self) -> None:
        if self.service_task_handle is not None:  # started with the first client
            await super().shutdown()
        errands = [task for task in self.errands if task is not asyncio.current_task()]
        for task in errands:  # each client has a ping that waits for its time
            task.cancel()
        await asyncio.gather(*errands, return_exceptions=True)

    async def disconnect(self, sid: str | None = None) -> None:
        """End one client's connection, or all. engineio waits until everything is read, for a client that is gone for ever."""
        clients = [client for client in list(self.sockets.values()) if sid in (None, client.sid)]
        for client in clients:
            await client.close(wait=False, reason=self.reason.SERVER_DISCONNECT)
            client.queue.put_nowait(None)  # behind the last words: whoever writes them to the client ends, and closes the WebSocket
            self.sockets.pop(client.sid, None)
        wires = [wire for client in clients if (wire := _wires.get(client)) is not None]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS):
                for wire in wires:
                    await wire.ended.wait()
        for wire in wires:
            wire.transport.abort()


class Server(socketio.AsyncServer):  # type: ignore[misc]  # socketio has no types
    def _engineio_server_class(self) -> type[Engine]:
        return Engine


class UncompressedWebSocket(aiohttp_driver.WebSocket):  # type: ignore[misc]  # engineio has no types
    """engineio leaves permessage-deflate on: 0.2 MB a client and a third of the speed, for messages that are small and in-house."""

    async def __call__(self, environ: dict[str, Any]) -> web.WebSocketResponse:
        self._sock = web.WebSocketResponse(max_msg_size=self.server.max_http_buffer_size, compress=False)
        request: web.Request = environ["aiohttp.request"]
        await self._sock.prepare(request)
        self.environ = environ
        if request.transport is None:
            return self._sock
        wire = _wires[self.handler.__self__] = Wire(request.transport)
        try:
            await self.handler(self)
        finally:
            wire.ended.set()
        return self._sock


@dataclass(slots=True)
class Socket:
    user_id: int
    login_key: str


class SocketPush:
    """The push side of the web: rooms by right, messages in order, slow browsers dropped."""

    def __init__(self, db: Database, directory: Directory, session_lifetime: Any, origins: list[str] | None) -> None:
        self.db = db
        self.directory = directory
        self.session_lifetime = session_lifetime
        self.server = Server(
            async_mode="aiohttp",
            cors_allowed_origins=origins,
            max_http_buffer_size=MAX_MESSAGE,
            ping_interval=PING_INTERVAL,
            ping_timeout=PING_TIMEOUT,
            http_compression=False,
            serializer=BrowserPacket,
            logger=logging.getLogger("socketio"),  # given none, they add a handler of their own, past our format and its hiding
            engineio_logger=logging.getLogger("engineio"),
        )
        self.server.eio.on("message", self._on_message)
        self.server.eio._async = {**self.server.eio._async, "websocket": UncompressedWebSocket}
        self.server.on("connect", self._connect)
        self.server.on("disconnect", self._disconnect)
        self.server.on("snapshot", self._on_snapshot)
        self.server.on("*", self._refuse)
        self.snapshot: Callable[[Principal], Awaitable[BaseModel]] | None = None
        self.sockets: dict[str, Socket] = {}
        self.sent = 0
        self.dropped_slow = 0
        self._closed = False
        self._out: asyncio.Queue[tuple[list[str], str, BaseModel]] = asyncio.Queue()

    # Sending ------------------------------------------------------------------------------------------------------------------

    def to_user(self, user_id: int, event: str, payload: BaseModel) -> None:
        self.to_room(f"user:{user_id}", event, payload)

    def to_room(self, room: str, event: str, payload: BaseModel) -> None:
        self._out.put_nowait(([room], event, payload))

    def to_all(self, event: str, payload: BaseModel) -> None:
        self.to_room(EVERYBODY, event, payload)

    def to_involved(self, user_ids: Collection[int], queues: Collection[str], event: str, payload: BaseModel) -> None:
        """These people, whoever supervises them or these queues, and whoever sees the whole house; each tab gets it once."""
        teams = self.directory.teams_of(user_ids, queues)
        rooms = ["supervisors", *(f"user:{user_id}" for user_id in user_ids), *(f"team:{team}" for team in sorted(teams))]
        self._out.put_nowait((rooms, event, payload))

    async def run(self) -> None:
        """Send in the order it was asked for, until cancelled."""
        while True:
            rooms, event, payload = await self._out.get()
            try:
                if sids := self._inside(rooms):
                    await self.server.emit(event, payload.model_dump(mode="json"), room=rooms)
                    self.sent += 1
                    await self._drop_slow(sids)
            except Exception:
                logger.exception("push_failed", rooms=rooms, name=event)

    def _inside(self, rooms: Iterable[str]) -> set[str]:
        known = self.server.manager.rooms.get("/", {})
        return {sid for room in rooms for sid in known.get(room) or ()}

    async def _drop_slow(self, sids: Iterable[str]) -> None:
        for sid in sids:
            eio_sid = self.server.manager.eio_sid_from_sid(sid, "/")
            client = self.server.eio.sockets.get(eio_sid)
            if client is not None and client.queue.qsize() > BACKLOG:
                self.dropped_slow += 1
                logger.warning("slow_browser_dropped", user_id=self.sockets[sid].user_id if sid in self.sockets else None)
                self._hang_up(eio_sid)  # first, or everybody would wait for the last words to this one
                await self.server.disconnect(sid)

    def _hang_up(self, eio_sid: str) -> None:
        """Break the connection itself: who does not read would never hear that it is over, and what waits for them stays in memory."""
        client = self.server.eio.sockets.get(eio_sid)
        wire = None if client is None else _wires.get(client)
        if wire is not None:
            wire.transport.abort()

    # Receiving ----------------------------------------------------------------------------------------------------------------

    async def _on_message(self, eio_sid: str, data: Any) -> None:
        """Whatever comes over the wire. Who sends what no Socket.IO client would is let go."""
        try:
            await self.server._handle_eio_message(eio_sid, data)
        except Exception as error:
            logger.warning("socket_message_refused", reason=str(error)[:200], kind=type(error).__name__)
            self._hang_up(eio_sid)

    async def _connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        try:
            signed_in = await self._who(environ, auth)
            if signed_in is not None:
                # From here on whoever ends the login finds the socket; who did so a moment ago is found by looking again.
                self.sockets[sid] = Socket(signed_in.user_id, signed_in.key)
                signed_in = await self._who(environ, auth)
        except AWAY as error:
            self.sockets.pop(sid, None)
            logger.error("socket_not_admitted", error=str(error.__cause__ or error))
            raise socketio.exceptions.ConnectionRefusedError("unavailable") from error
        principal = None if signed_in is None else self.directory.principals.get(signed_in.user_id)
        if principal is None or sid not in self.sockets:
            self.sockets.pop(sid, None)
            raise socketio.exceptions.ConnectionRefusedError("not_signed_in")
        for room in rooms_of(principal):
            await self.server.enter_room(sid, room)

    async def _who(self, environ: dict[str, Any], auth: Any) -> logins.SignedIn | None:
        """By the cookie, or by a token in `auth` or the Authorization header."""
        token = auth.get("token") if isinstance(auth, dict) else None
        header = str(environ.get("HTTP_AUTHORIZATION", ""))
        if not token and header[:7].lower() == "bearer ":
            token = header[7:].strip()
        if isinstance(token, str) and token:
            return await logins.by_token(self.db, token)
        try:
            cookie = SimpleCookie(str(environ.get("HTTP_COOKIE", ""))).get(COOKIE)
        except CookieError:
            return None
        return None if cookie is None else await logins.by_cookie(self.db, cookie.value, self.session_lifetime)

    async def _disconnect(self, sid: str, _reason: Any = None) -> None:
        self.sockets.pop(sid, None)

    async def _on_snapshot(self, sid: str, *_anything: Any) -> dict[str, Any]:
        """Everything this user should see now. Asked for after every connect."""
        found = self.sockets.get(sid)
        principal = None if found is None else self.directory.principals.get(found.user_id)
        if principal is None or self.snapshot is None:
            return {"error": "not_signed_in"}
        return (await self.snapshot(principal)).model_dump(mode="json")

    async def _refuse(self, event: str, sid: str, *_anything: Any) -> dict[str, str]:
        logger.info("socket_event_refused", name=str(event)[:64], user_id=self.sockets[sid].user_id if sid in self.sockets else None)
        return {"error": "unknown_event"}

    # Ending -------------------------------------------------------------------------------------------------------------------

    async def end_login(self, key: str) -> None:
        """This login ended: its sockets too."""
        for sid in [sid for sid, socket in self.sockets.items() if socket.login_key == key]:
            await self.server.disconnect(sid)

    async def principals_changed(self, user_ids: Iterable[int]) -> None:
        """Rights changed: these users' sockets connect anew and get the rooms they may have now."""
        changed = set(user_ids)
        for sid in [sid for sid, socket in self.sockets.items() if socket.user_id in changed]:
            await self.server.disconnect(sid)

    async def check_logins(self) -> None:
        """Drop sockets whose login ended elsewhere; an open desk counts as use and keeps its session alive."""
        for key in {socket.login_key for socket in self.sockets.values()}:
            if not await logins.still_valid(self.db, key, self.session_lifetime):
                await self.end_login(key)

    async def close(self) -> None:
        """Let every browser go. Before the web server stops, which would wait for them; a second time is harmless."""
        if self._closed:
            return
        self._closed = True
        for sid in list(self.sockets):
            await self.server.disconnect(sid)
        await self.server.eio.disconnect()
        await self.server.shutdown()


def rooms_of(principal: Principal) -> list[str]:
    rooms = [f"user:{principal.user_id}", EVERYBODY]
    if principal.may(Right.FLOOR):
        rooms += ["supervisors"] if principal.sees_all else [f"team:{team}" for team in sorted(principal.teams)]
    if principal.may(Right.CALLBACKS):
        rooms.append("callbacks")
    return rooms
