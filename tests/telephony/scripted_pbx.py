"""A PBX that does what a test says, over a real socket: the far side for faults that a real Asterisk does not show on demand."""

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType

from ringdesk.telephony.ami import AmiAddress

Action = dict[str, str]
Answer = Callable[["ScriptedPbx", Action], Awaitable[None]]

GREETING = b"Asterisk Call Manager/9.0.0\r\n"


class ScriptedPbx:
    """Accepts connections, logs in who knows the secret, keeps every action it was sent, and lets the test write bytes."""

    def __init__(self, *, secret: str = "secret", mute: bool = False) -> None:
        self.secret = secret
        self.mute = mute
        """Accept the connection and never say anything again after the login."""
        self.actions: list[Action] = []
        self.logins = 0
        self.connections = 0
        self.channels: list[str] = []
        self.ignore: set[str] = set()
        self.refuse_all_logins = False
        self.writer: asyncio.StreamWriter | None = None
        self.connected = asyncio.Event()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> "ScriptedPbx":
        self._server = await asyncio.start_server(self._client, "127.0.0.1", 0)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._server is not None
        self.drop()
        self._server.close()
        await self._server.wait_closed()

    @property
    def address(self) -> AmiAddress:
        assert self._server is not None
        return AmiAddress("127.0.0.1", self._server.sockets[0].getsockname()[1], "ringdesk", "secret")

    def names(self) -> list[str]:
        return [action["Action"] for action in self.actions]

    async def send(self, data: bytes) -> None:
        assert self.writer is not None
        self.writer.write(data)
        await self.writer.drain()

    async def event(self, name: str, **headers: str) -> None:
        lines = "".join(f"{key}: {value}\r\n" for key, value in {"Event": name, **headers}.items())
        await self.send(f"{lines}\r\n".encode())

    def drop(self) -> None:
        """Break the connection as a crash would."""
        if self.writer is not None:
            self.writer.transport.abort()
            self.writer = None
            self.connected.clear()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        self.connections += 1
        writer.write(GREETING)
        try:
            while True:
                text = (await reader.readuntil(b"\r\n\r\n")).decode()
                action = dict(line.split(": ", 1) for line in text.strip().split("\r\n"))
                self.actions.append(action)
                await self._answer(action, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, action: Action, writer: asyncio.StreamWriter) -> None:
        name, key = action["Action"], action["ActionID"]

        def say(text: str) -> None:
            writer.write(text.replace("\n", "\r\n").encode() + b"\r\n")

        if name in self.ignore or (self.mute and name != "Login"):
            return
        match name:
            case "Login" if self.refuse_all_logins or action["Secret"] != self.secret:
                self.logins += 1
                say(f"Response: Error\nActionID: {key}\nMessage: Authentication failed\n")
            case "Login":
                self.logins += 1
                say(f"Response: Success\nActionID: {key}\nMessage: Authentication accepted\n")
                say("Event: FullyBooted\nPrivilege: system,all\nStatus: Fully Booted\n")
                self.connected.set()
            case "Ping":
                say(f"Response: Success\nActionID: {key}\nPing: Pong\nTimestamp: 1795278545.989186\n")
            case "CoreShowChannels" | "QueueStatus":
                say(f"Response: Success\nActionID: {key}\nEventList: start\nMessage: Items will follow\n")
                for item in self.channels if name == "CoreShowChannels" else []:
                    say(f"Event: CoreShowChannel\nActionID: {key}\n{item}")
                say(f"Event: {name}Complete\nActionID: {key}\nEventList: Complete\nListItems: 0\n")
            case _:
                say(f"Response: Success\nActionID: {key}\nMessage: done\n")
        await writer.drain()
