"""A PBX made of text: an AMI server over TCP that says what Asterisk says, when the test tells it to.

The events are cut down from tests/telephony/recorded to the headers that Ringdesk reads. Commands from Ringdesk are answered and
acted on as Asterisk would, so that the buttons of the browser have an effect.
"""

import asyncio
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Frame = dict[str, str]


@dataclass(slots=True)
class Channel:
    name: str
    uniqueid: str
    linkedid: str
    number: str
    caller_name: str
    exten: str = "s"
    context: str = "from-trunk"
    state: str = "0"

    def headers(self, prefix: str = "") -> Frame:
        return {
            f"{prefix}Channel": self.name,
            f"{prefix}ChannelState": self.state,
            f"{prefix}CallerIDNum": self.number or "<unknown>",
            f"{prefix}CallerIDName": self.caller_name or "<unknown>",
            f"{prefix}Context": self.context,
            f"{prefix}Exten": self.exten,
            f"{prefix}Uniqueid": self.uniqueid,
            f"{prefix}Linkedid": self.linkedid,
        }


@dataclass(slots=True)
class FakeCall:
    """One caller in a queue, or on the way to one."""

    pbx: "FakePbx"
    caller: Channel
    queue: str
    phones: dict[str, Channel] = field(default_factory=dict)
    bridge: str = ""
    over: bool = False

    def ring(self, *extensions: str) -> "FakeCall":
        """The queue rings these agents' phones."""
        for extension in extensions:
            phone = self.phones[extension] = self.pbx.phone(extension, self.caller.linkedid)
            member = self._member(extension)
            self.pbx.send({"Event": "Newchannel", **phone.headers()})
            self.pbx.send({"Event": "AgentCalled", **self.caller.headers(), **phone.headers("Dest"), **member})
            self.pbx.send({"Event": "DialBegin", **self.caller.headers(), **phone.headers("Dest"), "DialString": extension})
            phone.state = "5"
            self.pbx.send({"Event": "Newstate", **phone.headers()})
        return self

    def answer(self, extension: str) -> "FakeCall":
        phone = self.phones[extension]
        for other in [e for e in self.phones if e != extension]:
            self._dial_end(other, "CANCEL")
            self._hang_up_phone(other)
        phone.state = "6"
        self.pbx.send({"Event": "Newstate", **phone.headers()})
        self._dial_end(extension, "ANSWER")
        self.pbx.send({"Event": "QueueCallerLeave", **self.caller.headers(), "Queue": self.queue, "Position": "1"})
        self.pbx.send({"Event": "AgentConnect", **self.caller.headers(), **phone.headers("Dest"), **self._member(extension)})
        self.join(phone)
        return self

    def join(self, phone: Channel) -> None:
        self.bridge = f"bridge-{next(self.pbx.serial)}"
        for channel in (phone, self.caller):
            self.pbx.send({"Event": "BridgeEnter", "BridgeUniqueid": self.bridge, "BridgeType": "basic", **channel.headers()})

    def hold(self, extension: str) -> None:
        self.pbx.send({"Event": "Hold", **self.phones[extension].headers()})

    def resume(self, extension: str) -> None:
        self.pbx.send({"Event": "Unhold", **self.phones[extension].headers()})

    def miss(self, extension: str) -> None:
        """This agent's phone stops ringing unanswered."""
        self._dial_end(extension, "NOANSWER")
        no_answer = {"Event": "AgentRingNoAnswer", **self.caller.headers(), **self.phones[extension].headers("Dest")}
        self.pbx.send({**no_answer, **self._member(extension), "RingTime": "5000"})
        self._hang_up_phone(extension)

    def abandon(self) -> None:
        """The caller gives up while waiting."""
        for extension in list(self.phones):
            self._dial_end(extension, "CANCEL")
            self._hang_up_phone(extension)
        place = {"Queue": self.queue, "Position": "1", "OriginalPosition": "1", "HoldTime": "5"}
        self.pbx.send({"Event": "QueueCallerAbandon", **self.caller.headers(), **place})
        self.pbx.send({"Event": "QueueCallerLeave", **self.caller.headers(), "Queue": self.queue, "Position": "1"})
        self._hang_up(self.caller)

    def hang_up(self, by: str = "caller") -> None:
        """The conversation ends."""
        (extension, phone), *_ = self.phones.items()
        first = self.caller if by == "caller" else phone
        self.pbx.send({"Event": "HangupRequest", **first.headers(), "Cause": "16"})
        ended = {"Event": "AgentComplete", **self.caller.headers(), **phone.headers("Dest"), **self._member(extension)}
        self.pbx.send({**ended, "Reason": by, "TalkTime": "5", "HoldTime": "5"})
        self.part(phone)
        self._hang_up(self.caller)
        self._hang_up_phone(extension)

    def part(self, phone: Channel) -> None:
        for channel in (self.caller, phone):
            self.pbx.send({"Event": "BridgeLeave", "BridgeUniqueid": self.bridge, **channel.headers()})

    def send_to(self, extension: str, to: str) -> None:
        """`extension` sends the caller on to the phone `to`, which rings."""
        phone = self.phones[extension]
        transfer = {"Event": "BlindTransfer", "Result": "Success", "Extension": to, "Context": "from-phone"}
        self.pbx.send({**transfer, **phone.headers("Transferer"), **self.caller.headers("Transferee")})
        done = {"Event": "AgentComplete", **self.caller.headers(), **phone.headers("Dest"), **self._member(extension)}
        self.pbx.send({**done, "Reason": "transfer"})
        self.part(phone)
        self._hang_up_phone(extension)
        target = self.phones[to] = self.pbx.phone(to, self.caller.linkedid)
        self.pbx.send({"Event": "Newchannel", **target.headers()})
        self.pbx.send({"Event": "DialBegin", **self.caller.headers(), **target.headers("Dest"), "DialString": to})
        target.state = "5"
        self.pbx.send({"Event": "Newstate", **target.headers()})

    def _member(self, extension: str) -> Frame:
        interface = f"PJSIP/{extension}"
        return {"Queue": self.queue, "Interface": interface, "MemberName": interface}

    def _dial_end(self, extension: str, status: str) -> None:
        phone = self.phones[extension]
        self.pbx.send({"Event": "DialEnd", **self.caller.headers(), **phone.headers("Dest"), "DialStatus": status})

    def _hang_up_phone(self, extension: str) -> None:
        self._hang_up(self.phones.pop(extension))

    def _hang_up(self, channel: Channel) -> None:
        self.over = self.over or channel is self.caller
        self.pbx.send({"Event": "Hangup", **channel.headers(), "Cause": "16"})


class FakePbx:
    """Listens on a free port in a thread of its own. All methods may be called from the test's thread."""

    def __init__(self, queues: dict[str, list[str]]) -> None:
        self.queues = queues
        self.paused: dict[str, str] = {}
        self.serial = itertools.count(1)
        self.calls: list[FakeCall] = []
        self.actions: list[Frame] = []
        self.behind = 0.0
        """Seconds by which the events' times lie in the past, to make a history."""
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._writers: set[asyncio.StreamWriter] = set()
        self._ready = threading.Event()

    # The test's side ----------------------------------------------------------------------------------------------------------

    @contextmanager
    def running(self) -> Iterator["FakePbx"]:
        thread = threading.Thread(target=self._run, name="fake-pbx", daemon=True)
        thread.start()
        self._ready.wait(10)
        try:
            yield self
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join(5)

    def call(self, number: str, queue: str, name: str = "", did: str = "+442071838750") -> FakeCall:
        """Somebody calls in and stands in the queue."""
        uniqueid = self._uniqueid()
        caller = Channel(f"PJSIP/trunk-{next(self.serial):08x}", uniqueid, uniqueid, number, name, did, state="4")
        self.send({"Event": "Newchannel", **caller.headers()})
        caller.state, caller.exten, caller.context = "6", queue, "ringdesk-queue"
        self.send({"Event": "Newstate", **caller.headers()})
        self.send({"Event": "QueueCallerJoin", **caller.headers(), "Queue": queue, "Position": "1", "Count": "1"})
        call = FakeCall(self, caller, queue)
        self.calls.append(call)
        return call

    def phone(self, extension: str, linkedid: str) -> Channel:
        return Channel(f"PJSIP/{extension}-{next(self.serial):08x}", self._uniqueid(), linkedid, extension, "", context="from-phone")

    def send(self, event: Frame) -> None:
        frame = {**event, "Timestamp": f"{time.time() - self.behind:.6f}"}
        self._loop.call_soon_threadsafe(self._broadcast, _encoded({"Event": frame.pop("Event"), **frame}))

    def end_all(self) -> None:
        """Nobody is on the line any more."""
        for call in self.calls:
            if call.bridge and call.phones:
                call.hang_up()
            elif call.phones or not call.over:
                call.abandon()
        self.calls.clear()

    def drop_link(self) -> None:
        """The PBX closes every AMI connection."""
        self._loop.call_soon_threadsafe(lambda: [writer.close() for writer in list(self._writers)])

    def _uniqueid(self) -> str:
        return f"{int(time.time() - self.behind)}.{next(self.serial)}"

    # Ringdesk's side ----------------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", self.port))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for writer in list(self._writers):
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        try:
            while True:
                text = (await reader.readuntil(b"\r\n\r\n")).decode()
                action = dict(line.partition(": ")[::2] for line in text.strip().splitlines())
                for frame in self._answers(action):
                    writer.write(_encoded(frame))
                if action.get("Action") == "Login":
                    self._writers.add(writer)
                else:
                    self.actions.append(action)
                self._act(action)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            self._writers.discard(writer)

    def _answers(self, action: Frame) -> list[Frame]:
        key = {"ActionID": action.get("ActionID", "")}
        stamp = {"Timestamp": f"{time.time():.6f}"}
        name = action.get("Action")
        if name == "Ping":
            return [{"Response": "Success", **key, "Ping": "Pong", **stamp}]
        if name == "CoreShowChannels":
            return _list(key, "CoreShowChannels", [])
        if name == "QueueStatus":
            items = []
            for queue, members in self.queues.items():
                items.append({"Event": "QueueParams", "Queue": queue})
                items += [{"Event": "QueueMember", **self._member(queue, interface)} for interface in members]
            return _list(key, "QueueStatus", items)
        return [{"Response": "Success", **key, "Message": "done"}]

    def _member(self, queue: str, interface: str) -> Frame:
        paused = {"Paused": str(int(interface in self.paused)), "PausedReason": self.paused.get(interface, "")}
        return {"Queue": queue, "Interface": interface, "StateInterface": interface, "MemberName": interface, "Status": "1", **paused}

    def _act(self, action: Frame) -> None:
        match action.get("Action"):
            case "QueuePause":
                interface = action["Interface"]
                if action["Paused"] == "true":
                    self.paused[interface] = action.get("Reason", "")
                else:
                    self.paused.pop(interface, None)
                for queue in [queue for queue, members in self.queues.items() if interface in members]:
                    self.send({"Event": "QueueMemberPause", **self._member(queue, interface)})
            case "Hangup":
                self._with_phone(action["Channel"], lambda call, extension: call.hang_up("agent") if call.bridge else call.miss(extension))
            case "BlindTransfer":
                self._with_phone(action["Channel"], lambda call, extension: call.send_to(extension, action["Exten"]))
            case "Atxfer":
                self._with_phone(action["Channel"], lambda call, extension: call.hold(extension))
            case "CancelAtxfer":
                self._with_phone(action["Channel"], lambda call, extension: call.resume(extension))

    def _with_phone(self, channel: str, act: Callable[[FakeCall, str], None]) -> None:
        for call in self.calls:
            for extension, phone in list(call.phones.items()):
                if phone.name == channel:
                    act(call, extension)

    def _broadcast(self, frame: bytes) -> None:
        for writer in list(self._writers):
            writer.write(frame)


def _encoded(frame: Frame) -> bytes:
    return ("".join(f"{name}: {value}\r\n" for name, value in frame.items()) + "\r\n").encode()


def _list(key: Frame, action: str, items: list[Frame]) -> list[Frame]:
    return [
        {"Response": "Success", **key, "EventList": "start", "Message": f"{action} will follow"},
        *[{"Event": item["Event"], **key, **item} for item in items],
        {"Event": f"{action}Complete", **key, "EventList": "Complete", "ListItems": str(len(items))},
    ]
