"""An AMI server over TCP that plays recorded sessions: what it has of Asterisk is its text, its lists and its manners.

Clients are untrusted: lines, headers, clients and what waits for a slow one are bounded, as in Asterisk's own manager.c.
"""

import asyncio
import hmac
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from ringdesk.config import log
from ringdesk.telephony.replay import actions
from ringdesk.telephony.replay.pbx import Member, Pbx
from ringdesk.telephony.replay.performance import Performance, Serials
from ringdesk.telephony.replay.recording import MEMBERSHIP, Recording
from ringdesk.telephony.replay.session import AsRecorded, Casting, Pace, Phone, Session, Watch
from ringdesk.telephony.replay.text import Headers, header, value, with_value, write

logger = log.get(__name__)

GREETING = b"Asterisk Call Manager/11.0.0\r\n"  # of Asterisk 22, from which the recordings are
LONGEST_LINE = 4096  # bytes; Asterisk takes 1025
MOST_HEADERS = 128  # in one action, as AST_MAX_MANHEADERS
MOST_CLIENTS = 50  # not signed in yet, or in all: there is one Ringdesk
LOGIN_WITHIN = 30.0  # seconds, as authtimeout
UNREAD = 4 << 20  # bytes waiting for one client; Asterisk drops a client that does not read within writetimeout
ALL_EVENTS = frozenset({"all"})


class Client:
    """One connection."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        self.signed_in = False
        self.events: frozenset[str] = frozenset()
        """Classes of events it wants."""
        self.leaving = False

    def send(self, data: bytes) -> None:
        """Queue for sending; a client that does not read is dropped."""
        transport = self.writer.transport
        if transport.is_closing():
            return
        if transport.get_write_buffer_size() > UNREAD:
            logger.warning("replay_client_too_slow", waiting=transport.get_write_buffer_size())
            transport.abort()
            return
        self.writer.write(data)

    def answer(self, asked: Headers, response: str, **more: str) -> None:
        self.send(write([("Response", response), *action_id(asked), *more.items()]))

    def refuse(self, asked: Headers, message: str) -> None:
        self.answer(asked, "Error", Message=message)

    def wants(self, message: Headers) -> bool:
        classes = value(message, "Privilege").split(",")
        return self.signed_in and ("all" in self.events or not self.events.isdisjoint(classes))


def action_id(asked: Headers) -> Headers:
    return [("ActionID", text) for name, text in asked if name.lower() == "actionid"][:1]


class ReplayServer:
    """`async with ReplayServer(...) as server:` listens; `play` puts a session on. Everything it started ends with it."""

    def __init__(self, username: str = "ringdesk", secret: str = "", *, host: str = "127.0.0.1", port: int = 0, speed: float = 1.0) -> None:
        self.username = username
        self.secret = secret
        self.host = host
        self.port = port
        self.pace: Pace = AsRecorded(speed)
        self.pbx = Pbx()
        self.serials = Serials()
        self.phones: dict[str, Phone] = {}
        """By interface: whom click-to-dial can ring and calls can be transferred to."""
        self.numbers: dict[str, str] = {}
        """Number → the queue it leads into."""
        self.dialled_goes: Callable[[str], str] = lambda _number: "click_to_dial_answered"
        """The recording of how a click-to-dial to this number goes."""
        self.sessions: dict[Session, None] = {}
        """In the order in which they began."""
        self.clients: set[Client] = set()
        self.somebody_listens = asyncio.Event()
        """Set while a client is signed in."""
        self.nobody_listens = asyncio.Event()
        """The opposite."""
        self.nobody_listens.set()
        self.started_at = time.time()
        self.variables: dict[str, str] = {}
        self._said_at = 0  # microseconds since 1970
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "ReplayServer":
        self._server = await asyncio.start_server(self._serve, self.host, self.port, limit=LONGEST_LINE)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Sessions first, then who listened to them."""
        tasks = [session.task for session in self.sessions if session.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._server is not None:
            self._server.close()
        for client in list(self.clients):  # their readers end by this; asyncio.streams complains about cancelled ones
            client.writer.transport.abort()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def now(self) -> float:
        return time.time()

    def learn(self, recording: Recording) -> None:
        """Take over the queue members and phones that a recording speaks of."""
        added: set[tuple[str, str]] = set()
        for step in recording.steps:
            m = step.headers
            queue, interface = value(m, "Queue"), value(m, "Interface")
            if step.event == "QueueMemberAdded":
                added.add((queue, interface))
            known = (queue, interface) in self.pbx.members or (queue, interface) in added
            if known or not queue or not interface or step.event not in MEMBERSHIP | {"AgentCalled"}:
                continue
            device = value(m, "StateInterface") or interface
            member = Member(queue, interface, value(m, "MemberName") or interface, device, int(self.started_at))
            member.penalty = int(value(m, "Penalty")) if value(m, "Penalty").isdigit() else 0
            self.pbx.add_member(member)
        for extension, name in recording.roles.phones:
            self.phones.setdefault(f"PJSIP/{extension}", Phone(f"PJSIP/{extension}", name))

    def play(
        self,
        recording: Recording,
        *,
        words: Mapping[str, str] | None = None,
        names: Mapping[str, str] | None = None,
        pace: Pace | None = None,
        casting: Casting | None = None,
        watch: Watch | None = None,
    ) -> Session:
        """Begin a session now; it runs beside all others."""
        performance = Performance(recording, self.serials, words=words, names=names)
        return self.begin(Session(self, performance, pace=pace or self.pace, casting=casting, watch=watch))

    def begin(self, session: Session) -> Session:
        self.sessions[session] = None
        task = session.task = asyncio.create_task(session.run(), name=f"replay {session.recording.name}")
        task.add_done_callback(lambda done: self._ended(session, done))
        return session

    def session_of(self, uniqueid: str) -> Session | None:
        """The newest session that has this channel."""
        found = [session for session in self.sessions if uniqueid in session.uniqueids]
        return found[-1] if found else None

    def say(self, message: Headers) -> None:
        """Say it to everybody who listens, with what follows from it."""
        for each in self.pbx.say(message, self.now()):
            self.tell(each)

    def tell(self, message: Headers) -> None:
        """Say what the PBX's state already has. No two messages have the same time, as in Asterisk."""
        self._said_at = max(int(self.now() * 1_000_000), self._said_at + 1)
        seconds, micros = divmod(self._said_at, 1_000_000)
        self._broadcast(with_value(message, "Timestamp", f"{seconds}.{micros:06d}"))

    def _broadcast(self, message: Headers) -> None:
        data = None
        for client in list(self.clients):
            if client.wants(message):
                data = data or write(message)
                client.send(data)

    def _ended(self, session: Session, task: asyncio.Task[None]) -> None:
        self.sessions.pop(session, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("replay_session_failed", recording=session.recording.name, error=repr(error), exc_info=error)
            session.cut(None)

    # Clients ----------------------------------------------------------------------------------------------------------------

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self.clients) >= MOST_CLIENTS:
            writer.close()
            return
        client = Client(writer)
        self._connections.add(task)
        self.clients.add(client)
        try:
            client.send(GREETING)
            await self._talk_with(client, reader)
        except (ConnectionError, TimeoutError, asyncio.IncompleteReadError):
            pass
        finally:
            self._connections.discard(task)
            self.clients.discard(client)
            if not any(other.signed_in for other in self.clients):
                self.somebody_listens.clear()
                self.nobody_listens.set()
            with suppress(ConnectionError):
                writer.close()

    async def _talk_with(self, client: Client, reader: asyncio.StreamReader) -> None:
        loop = asyncio.get_running_loop()
        must_sign_in_by = loop.time() + LOGIN_WITHIN
        while not client.leaving:
            async with asyncio.timeout_at(None if client.signed_in else must_sign_in_by):
                request = await self._request(client, reader)
            if request is None:
                return
            if request:
                actions.perform(self, client, request)
            await client.writer.drain()

    @staticmethod
    async def _request(client: Client, reader: asyncio.StreamReader) -> Headers | None:
        """The next action; empty for what was none, None when the client is gone."""
        request: Headers = []
        broken = False
        while True:
            try:
                line = await reader.readline()
            except ValueError:
                broken = True
                continue
            if not line.endswith(b"\n"):
                return None
            text = line.rstrip(b"\r\n").decode("utf-8", "replace")
            if not text:
                if broken:
                    client.refuse([], "Failed to parse message: line too long")
                    return []
                if request:
                    return request
                continue
            pair = header(text)
            if len(request) < MOST_HEADERS:
                request.append(pair if pair is not None else ("", text))

    def sign_in(self, client: Client, asked_name: str, asked_secret: str) -> bool:
        """Is it the user? An empty secret lets everybody in who knows the name: a replay has nothing to protect."""
        right = hmac.compare_digest(asked_name.encode(), self.username.encode())
        if self.secret:
            right &= hmac.compare_digest(asked_secret.encode(), self.secret.encode())
        client.signed_in = right
        if right:
            self.somebody_listens.set()
            self.nobody_listens.clear()
        return right
