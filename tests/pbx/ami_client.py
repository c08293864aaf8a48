"""A small AMI client for the tests: raw socket, everything kept in order, the very bytes recorded if wanted.

Not the product's: the tests must not judge our adapter by itself.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from types import TracebackType

EVENT_LIMIT = 10.0  # seconds to wait for an event that a test expects


class ActionRefused(RuntimeError):
    """Asterisk answered an action with an error."""


class Message(dict[str, str]):
    """Headers of one AMI message. A repeated header keeps its first value here; all of them are in `pairs`."""

    def __init__(self, raw: bytes) -> None:
        super().__init__()
        self.raw = raw
        lines = raw.decode("utf-8", errors="replace").removesuffix("\r\n\r\n").split("\r\n")
        self.pairs = [(key, value) for key, _, value in (line.partition(": ") for line in lines)]
        for key, value in self.pairs:
            self.setdefault(key.rstrip(":"), value)
        self.arrived = time.time()

    def __getitem__(self, key: str) -> str:
        """A header's value; empty when it is missing."""
        return self.get(key, "")

    @property
    def name(self) -> str:
        """The event's name; empty for an answer."""
        return self["Event"]

    def matches(self, name: str, headers: dict[str, str]) -> bool:
        """Whether it is the event `name` whose headers match these shell patterns."""
        return self.name == name and all(fnmatchcase(self[key], value) for key, value in headers.items())


class AmiClient:
    """`async with AmiClient(port, *login) as ami:`. Events are kept in `events` from the login on, lists apart."""

    def __init__(self, port: int, username: str, secret: str, host: str = "127.0.0.1") -> None:
        self.host, self.port, self.username, self.secret = host, port, username, secret
        self.events: list[Message] = []
        self._answers: dict[str, list[Message]] = {}
        self._ids = itertools.count(1)
        self._arrival = asyncio.Condition()
        self._reader: asyncio.Task[None] | None = None
        self._writer: asyncio.StreamWriter | None = None
        self.lost = False

    async def __aenter__(self) -> AmiClient:
        stream, self._writer = await asyncio.open_connection(self.host, self.port, limit=2**24)
        await stream.readline()  # the greeting
        self._reader = asyncio.create_task(self._read(stream), name="test AMI reader")
        try:
            await self.action("Login", Username=self.username, Secret=self.secret)
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    async def close(self) -> None:
        """Drop the connection."""
        if self._reader:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        if self._writer:
            self._writer.close()

    async def action(self, name: str, variables: Iterable[str] = (), **headers: str | int) -> Message:
        """Send an action; its answer. Raises ActionRefused. `variables` become several Variable headers."""
        number = await self._send(name, variables, headers)
        answer = (await self._answer(number, 1))[0]
        if answer.get("Response") == "Error":
            raise ActionRefused(f"{name} {headers}: {answer.get('Message')}")
        return answer

    async def listed(self, name: str, **headers: str | int) -> list[Message]:
        """Send an action that answers with a list; its items, without the answer and the end."""
        number = await self._send(name, (), headers)
        while (answers := self._answers.get(number, [])) == [] or answers[-1]["EventList"] != "Complete":
            if answers and answers[0].get("Response") == "Error":
                raise ActionRefused(f"{name} {headers}: {answers[0].get('Message')}")
            await self._answer(number, len(answers) + 1)
        return answers[1:-1]

    def mark(self) -> int:
        """A place in the stream of events, to wait for what comes after it."""
        return len(self.events)

    def found(self, name: str, since: int = 0, **headers: str) -> Iterator[Message]:
        """The events so far which match."""
        return (each for each in self.events[since:] if each.matches(name, headers))

    async def event(self, name: str, *, since: int = 0, limit: float = EVENT_LIMIT, **headers: str) -> Message:
        """The first event `name` from the place `since` on, now or later, whose headers match these shell patterns."""
        async with self._arrival:
            at = since
            deadline = asyncio.get_running_loop().time() + limit
            while True:
                for each in self.events[at:]:
                    if each.matches(name, headers):
                        return each
                at = max(at, len(self.events))
                try:
                    await asyncio.wait_for(self._arrival.wait(), deadline - asyncio.get_running_loop().time())
                except TimeoutError:
                    seen = ", ".join(_short(each) for each in self.events[since:] if each.name not in IN_PASSING)
                    raise AssertionError(f"no {name} {headers} within {limit} s; there were {seen}") from None
                if self.lost:
                    raise AssertionError(f"the AMI link was lost while waiting for {name}")

    async def _send(self, name: str, variables: Iterable[str], headers: dict[str, str | int]) -> str:
        assert self._writer is not None
        number = str(headers.pop("ActionID", None) or f"test-{next(self._ids)}")
        lines = [f"Action: {name}", f"ActionID: {number}"]
        lines += [f"{key}: {value}" for key, value in headers.items()] + [f"Variable: {each}" for each in variables]
        self._answers[number] = []
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        await self._writer.drain()
        return number

    async def _answer(self, number: str, count: int) -> list[Message]:
        async with self._arrival:
            ready = self._arrival.wait_for(lambda: len(self._answers[number]) >= count or self.lost)
            await asyncio.wait_for(ready, EVENT_LIMIT)
        if len(self._answers[number]) < count:
            raise ConnectionError("the AMI link was lost")
        return self._answers[number]

    async def _read(self, stream: asyncio.StreamReader) -> None:
        try:
            while True:
                message = Message(await stream.readuntil(b"\r\n\r\n"))
                async with self._arrival:
                    # an event may carry the ActionID of what caused it: OriginateResponse is no part of the answer
                    if not message.name or "EventList" in message or message["ActionID"] in self._lists():
                        self._answers.setdefault(message["ActionID"], []).append(message)
                    else:
                        self.events.append(message)
                    self._arrival.notify_all()
        except (asyncio.IncompleteReadError, ConnectionError):
            async with self._arrival:
                self.lost = True
                self._arrival.notify_all()

    def _lists(self) -> set[str]:
        """Actions whose list is still coming."""
        return {
            number
            for number, answers in self._answers.items()
            if answers and answers[0]["EventList"] == "start" and answers[-1]["EventList"] != "Complete"
        }


IN_PASSING = {"VarSet", "Newexten", "TestEvent", "DeviceStateChange", "QueueMemberStatus", "RTCPSent", "RTCPReceived"}


def _short(event: Message) -> str:
    """For a failed test's message: what it was, of which channel, and why."""
    return " ".join([event.name, *(event[name] for name in ("Channel", "DestChannel", "DialStatus", "Cause-txt") if name in event)])
