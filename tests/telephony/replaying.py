"""What the tests of the replay say: a listener that follows it, and how fast its people are."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable

from ringdesk.telephony.ami import AmiAddress
from ringdesk.telephony.bus import Bus
from ringdesk.telephony.facts import AnyFact, Call, CallBegan, CallDropped, CallEnded, CallsJoined
from ringdesk.telephony.listener import Listener
from ringdesk.telephony.replay import Phase, ReplayServer, Session, packaged
from ringdesk.telephony.tracking import World

SECRET = "a secret of the replay"
ANNA, BERLIN = "+380441234567", "+4930901820"


class Following:
    """A listener on the server, and all calls it heard of."""

    def __init__(self, server: ReplayServer) -> None:
        self.calls: dict[str, Call] = {}
        self.ended: list[str] = []
        self.world = World(pbx="pbx")
        address = AmiAddress("127.0.0.1", server.port, "ringdesk", SECRET)
        self.bus = Bus()
        self.listener = Listener(address, self.world, self.bus)
        self.bus.publish = self._publish  # type: ignore[method-assign]

    def _publish(self, facts: Iterable[AnyFact]) -> None:
        for fact in facts:
            if isinstance(fact, CallBegan):
                self.calls[fact.call.id] = fact.call
            elif isinstance(fact, CallDropped):
                del self.calls[fact.call.id]
            elif isinstance(fact, CallsJoined):
                self.calls.pop(fact.gone.id, None)
            elif isinstance(fact, CallEnded):
                self.ended.append(fact.call.id)


async def until(wanted: Callable[[], object], limit: float = 8.0) -> None:
    async with asyncio.timeout(limit):
        while not wanted():
            await asyncio.sleep(0.005)


async def over(session: Session, following: Following) -> None:
    assert session.task is not None
    await session.task
    await following.listener.commands().action("Ping")  # answered behind all events
    await until(lambda: not following.listener.inbox.waiting and not following.world.tracks)


def quick(**slow: float) -> Callable[[Phase, float], float]:
    """Everything at once, but for the phases named: so many seconds."""
    return lambda phase, _seconds: slow.get(phase, 0.01)


def shape(call: Call) -> tuple[object, ...]:
    """What must be the same however often and whenever it is played."""
    return (
        call.direction, call.outcome, call.did, call.caller_number, call.caller_name, call.gap,
        [(v.queue, v.outcome) for v in call.visits],
        [(o.interface, o.queue, o.visit_seq, o.outcome) for o in call.offers],
        [(c.interface, c.queue, c.ended_by) for c in call.conversations],
    )  # fmt: skip


async def talking(server: ReplayServer, name: str = "answered_agent_hangs_up") -> str:
    """Somebody talks, and goes on talking; the agent's channel."""
    server.play(packaged(name), pace=quick(talking=60))
    await until(lambda: sum(bool(line.bridge) for line in server.pbx.lines.values()) == 2)
    return next(line.name for line in server.pbx.lines.values() if line.interface == "PJSIP/1001")


def hurry(server: ReplayServer) -> None:
    for session in server.sessions:
        session.pace = quick()


async def raw(server: ReplayServer, *data: bytes, wait: float = 0.3) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    answered = b""
    try:
        for each in data:
            writer.write(each)
            with contextlib.suppress(ConnectionError):
                await writer.drain()
        with contextlib.suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(wait):
                while chunk := await reader.read(65536):
                    answered += chunk
    finally:
        writer.close()
    return answered
