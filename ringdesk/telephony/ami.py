"""The wire to one PBX: the only place that knows panoramisk.

panoramisk parses messages and matches answers to actions; what it leaves open is mended here (decisions/0002): frames are cut from
bytes, so a character split over two reads survives; events reach one synchronous callback in order; nothing that a message or a
callback does can drop the link; headers cannot smuggle actions; silence is noticed; and an action is never sent twice.
"""

import asyncio
import contextlib
import re
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from panoramisk import actions
from panoramisk.ami_protocol import AMIProtocol
from panoramisk.message import Message

from ringdesk.config import log
from ringdesk.config.errors import Invalid, Unavailable

logger = log.get(__name__)

END_OF_MESSAGE = b"\r\n\r\n"
MAX_MESSAGE = 1 << 21  # bytes; Asterisk's own are below 64 KiB, a longer one is an attack or a broken peer
MAX_HEADERS = 500  # in one message; a channel with hundreds of variables has fewer
MAX_VALUE = 1024  # characters of one header; no number, name or channel is longer
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
QUIET = 5.0  # seconds without a byte from the PBX before it is pinged
PATIENCE = 5.0  # seconds a ping may stay unanswered; with QUIET a dead link is known after 10 s
ACTION_TIMEOUT = 10.0  # seconds for an answer
CONNECT_TIMEOUT = 10.0  # seconds for TCP, TLS and the login together


Headers = Mapping[str, str | list[str]]


class LinkDown(Unavailable):
    key = "pbx_unreachable"
    text = "The PBX cannot be reached just now"


class OutcomeUnknown(Unavailable):
    key = "outcome_unknown"
    text = "The link to the PBX broke before it answered {action}: it may or may not have been done"


class ActionRefused(Invalid):
    key = "pbx_refused"
    text = "The PBX refused {action}: {message}"


class LoginRefused(Unavailable):
    key = "pbx_login_refused"
    text = "The PBX refused the login of {username}: {message}"


class UnsafeHeader(Invalid):
    key = "unsafe_text"
    text = "{header} holds a line break or another control character"


@dataclass(frozen=True, slots=True)
class AmiAddress:
    host: str
    port: int
    username: str
    secret: str = field(repr=False)
    tls: bool = False


@dataclass(slots=True)
class WireCounters:
    """What the wire had to refuse; `/metrics` shows it. None of it drops the link."""

    on_refused: Callable[[], None] = lambda: None
    """Called when an event may have been among it."""
    events: int = 0
    oversized: int = 0
    malformed: int = 0
    failed_callbacks: int = 0


class AmiMessage:
    """One event or answer. `at` is the PBX's clock (`timestampevents`), else the moment of arrival."""

    __slots__ = ("_headers", "at", "name", "stamped")

    def __init__(self, name: str, headers: Message | Mapping[str, str], at: datetime, stamped: bool = True) -> None:
        self.name = name
        self.at = at
        self.stamped = stamped
        self._headers = headers

    def get(self, header: str, default: str = "") -> str:
        """The header's value without control characters, cut at `MAX_VALUE`; of a repeated one the last."""
        value = self._headers.get(header, default)
        if isinstance(value, list):
            value = value[-1]
        if len(value) > MAX_VALUE:
            value = value[:MAX_VALUE]
        return value if value.isprintable() else CONTROL.sub("", value).strip()

    __getitem__ = get

    def __contains__(self, header: str) -> bool:
        return header in self._headers

    def __repr__(self) -> str:
        return f"AmiMessage({self.name!r}, {dict(self._headers)!r})"


def parse_frame(frame: bytes) -> Message | None:
    """A panoramisk message, or None for what is none. Raises nothing for any bytes."""
    if frame.count(b"\r\n") >= MAX_HEADERS:
        frame = b"\r\n".join(frame.split(b"\r\n")[:MAX_HEADERS])
    message = Message.from_line(frame.decode("utf-8", "replace").strip())
    if message is None:
        return None
    for header in ("Event", "Response", "ActionID"):
        if isinstance(message.get(header, ""), list):
            return None  # a duplicated Event header raises deep inside panoramisk
    return message


def event_headers(frame: bytes) -> dict[str, str] | None:
    """The headers of an event, of a repeated one the last; None where it names itself twice. Raises nothing for any bytes."""
    lines = frame.decode("utf-8", "replace").split("\r\n", MAX_HEADERS)[:MAX_HEADERS]
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(": ")
        if colon:
            if name == "Event" and headers:
                return None
            headers[name] = value
    return headers


def to_message(message: Message | Mapping[str, str]) -> AmiMessage:
    stamp = message.get("Timestamp", "")
    try:
        at, stamped = datetime.fromtimestamp(float(stamp), UTC), True
    except (ValueError, TypeError, OverflowError, OSError):
        at, stamped = datetime.now(UTC), False
    return AmiMessage(str(message.get("Event", "") or message.get("Response", "")), message, at, stamped)


Interest = Callable[[bytes, bytes], bool]
"""Is an event wanted, by its name and its whole frame? Asked before the frame is parsed."""


class AmiWire(AMIProtocol):  # type: ignore[misc]  # panoramisk has no types
    """One TCP connection. Calls `on_event` with each event, in order, and `on_lost` once."""

    def __init__(
        self,
        on_event: Callable[[AmiMessage], None],
        on_lost: Callable[[str], None],
        counters: WireCounters,
        interest: Interest | None = None,
    ) -> None:
        self.on_event = on_event
        self.on_lost = on_lost
        self.counters = counters
        self.interest = interest
        self.encoding = "utf-8"
        self.version: str | None = None
        self.closed = False
        self.buffer = bytearray()
        self.skipping = False
        self.heard_at = time.monotonic()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # sets closed, responses and version anew
        self.heard_at = time.monotonic()

    def data_received(self, data: bytes) -> None:
        self.heard_at = time.monotonic()
        self.buffer += data
        if self.version is None:
            self._greeting()
        if self.buffer.find(END_OF_MESSAGE, max(0, len(self.buffer) - len(data) - 3)) >= 0:
            frames = self.buffer.split(END_OF_MESSAGE)
            self.buffer = frames.pop()
            for frame in frames:
                self._frame(bytes(frame))
        if len(self.buffer) > MAX_MESSAGE:
            self.skipping = True
            del self.buffer[:-3]  # what stays may hold half an end mark

    def _greeting(self) -> None:
        if self.version is None and b"\r\n" in self.buffer:
            line, _, rest = bytes(self.buffer).partition(b"\r\n")
            if line.startswith(b"Asterisk Call Manager/"):
                self.version = line.partition(b"/")[2].decode("ascii", "replace").strip()
                self.buffer = bytearray(rest)
            else:
                self.version = ""

    def _frame(self, frame: bytes) -> None:
        if self.skipping or len(frame) > MAX_MESSAGE:
            self.skipping = False
            self.counters.oversized += 1
            self.counters.on_refused()
            logger.warning("ami_message_refused", reason=f"longer than {MAX_MESSAGE} bytes", begin=frame[:80])
            return
        try:
            if frame.startswith(b"Event: ") and b"\r\nActionID: " not in frame:
                self._event(frame)
                return
            message = parse_frame(frame)
            if message is None:
                self._refused(frame)
            else:
                self.handle_message(message)
        except Exception:  # whatever is in the text or in a callback, the link stays
            self.counters.failed_callbacks += 1
            logger.exception("ami_message_failed", begin=frame[:200])

    def _event(self, frame: bytes) -> None:
        """An event that no action asked for, which is nearly all that comes. What nobody listens to is not even parsed: half of an
        unfiltered stream is VarSet; the rest is parsed here, in a fifth of the time that panoramisk takes."""
        name, _, _ = frame[7:64].partition(b"\r\n")
        if self.interest is not None and not self.interest(name, frame):
            return
        headers = event_headers(frame)
        if headers is None:
            self._refused(frame)
        else:
            self.counters.events += 1
            self.on_event(to_message(headers))

    def _refused(self, frame: bytes) -> None:
        self.counters.malformed += 1
        self.counters.on_refused()
        logger.warning("ami_message_refused", reason="not one Event or Response", begin=frame[:80])

    def handle_message(self, message: Message) -> None:
        action = self.responses.get(message.id)
        if "Event" in message and (action is None or not action.responses):
            self.counters.events += 1
            self.on_event(to_message(message))
        elif action is not None and action.add_message(message):
            self.responses.pop(action.id, None)

    def send_once(self, action: str, headers: Headers, *, as_list: bool) -> asyncio.Future[Message | list[Message]]:
        """Write one action. Raises `UnsafeHeader` for a value that would become two lines. `send_once` means it:
        when the link breaks, the future fails and nobody sends the action again."""
        if self.closed:
            raise LinkDown
        for name, value in headers.items():
            for text in (name, *([value] if isinstance(value, str) else value)):
                if CONTROL.search(text):
                    raise UnsafeHeader(header=name)
        # as_list=None lets panoramisk see by the answer whether a list follows or the action was refused.
        request = actions.Action({"Action": action, **headers}, as_list=None if as_list else False)
        self.responses[request.id] = request
        self.transport.write(str(request).encode(self.encoding))
        future: asyncio.Future[Message | list[Message]] = request.future
        future.add_done_callback(lambda _: self.responses.pop(request.id, None))
        return future

    def connection_lost(self, exc: Exception | None) -> None:
        self.shut("the PBX closed the connection" if exc is None else f"the connection broke: {exc}")

    def shut(self, reason: str) -> None:
        """Close, fail every open action as unknown, and say so once."""
        if self.closed:
            return
        self.closed = True
        self.transport.abort()
        for action in list(self.responses.values()):
            if not action.future.done():
                action.future.set_exception(OutcomeUnknown(action=action.get("Action", "")))
                action.future.exception()  # somebody may have stopped waiting: no "never retrieved" noise
        self.responses.clear()
        self.on_lost(reason)


class AmiConnection:
    """A logged-in connection: actions out, events to the callback, a watch that notices a dead peer."""

    def __init__(self, wire: AmiWire, address: AmiAddress) -> None:
        self.wire = wire
        self.address = address
        self._watch: asyncio.Task[None] | None = None

    @classmethod
    async def open(
        cls,
        address: AmiAddress,
        on_event: Callable[[AmiMessage], None],
        on_lost: Callable[[str], None],
        *,
        counters: WireCounters | None = None,
        interest: Interest | None = None,
    ) -> "AmiConnection":
        """Connect and log in. Raises `LinkDown`, `LoginRefused`, or OSError as the network gives it."""
        loop = asyncio.get_running_loop()
        context = ssl.create_default_context() if address.tls else None
        wire: AmiWire | None = None
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT):
                _, wire = await loop.create_connection(
                    lambda: AmiWire(on_event, on_lost, counters or WireCounters(), interest),
                    address.host,
                    address.port,
                    ssl=context,
                )
                connection = cls(wire, address)
                try:
                    await connection.action("Login", Username=address.username, Secret=address.secret, Events="on")
                except ActionRefused as refusal:
                    message = refusal.facts["message"]
                    raise LoginRefused(username=address.username, message=message) from None
        except BaseException:
            if wire is not None:
                wire.on_lost = lambda _reason: None  # whoever opens hears of it by the exception
                wire.shut("the login did not succeed")
            raise
        connection._watch = loop.create_task(connection._notice_silence(), name="ami-watch")
        return connection

    @property
    def alive(self) -> bool:
        return not self.wire.closed

    async def action(self, action: str, **headers: str | list[str]) -> AmiMessage:
        """Do one thing. Raises `ActionRefused`, `OutcomeUnknown`, `LinkDown`, `UnsafeHeader`."""
        return (await self._answers(action, headers, as_list=False))[0]

    async def listing(self, action: str, **headers: str | list[str]) -> list[AmiMessage]:
        """The items of a list action, without the answer before and the Complete event behind them."""
        return (await self._answers(action, headers, as_list=True))[1:-1]

    async def _answers(self, action: str, headers: Headers, *, as_list: bool) -> list[AmiMessage]:
        future = self.wire.send_once(action, headers, as_list=as_list)
        try:
            async with asyncio.timeout(ACTION_TIMEOUT):
                result = await future
        except TimeoutError:
            raise OutcomeUnknown(action=action) from None
        first, *rest = result if isinstance(result, list) else [result]
        if not first.success:
            raise ActionRefused(action=action, message=to_message(first).get("Message") or "no reason given")
        return [to_message(first), *map(to_message, rest)]

    async def _notice_silence(self) -> None:
        while self.alive:
            await asyncio.sleep(max(0.05, self.wire.heard_at + QUIET - time.monotonic()))
            if time.monotonic() - self.wire.heard_at < QUIET:
                continue
            asked = time.monotonic()
            with contextlib.suppress(LinkDown):
                self.wire.send_once("Ping", {}, as_list=False)
            await asyncio.sleep(PATIENCE)
            if self.wire.heard_at < asked:
                self.wire.shut(f"no answer to a ping within {PATIENCE:.0f} s")

    async def close(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        self.wire.shut("closed by Ringdesk")
