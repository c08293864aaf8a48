"""One session on stage: a recording played in time, with the people it needs, until its end or until somebody cuts it off."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from ringdesk.telephony.replay.endings import ending
from ringdesk.telephony.replay.pbx import RINGING, UP, Line, Pbx
from ringdesk.telephony.replay.performance import Performance, Serials
from ringdesk.telephony.replay.recording import PHONE, Recording
from ringdesk.telephony.replay.text import Headers, value

Phase = Literal["setup", "waiting", "ringing", "leaving", "dialling", "talking", "held"]
"""What people are doing while nothing is said: before the queue; in it; an agent's phone rings; the caller's patience ends in the queue; a
phone outside rings; a talk; a hold."""
Pace = Callable[[Phase, float], float]
"""Seconds to wait for a recorded wait of so many seconds. Asked for waits that people make, not for those of the machine."""
DELIBERATE = 0.15  # seconds; what is shorter is Asterisk at work


@dataclass(frozen=True, slots=True)
class Phone:
    """An agent's phone as the PBX knows it."""

    interface: str
    name: str

    @property
    def extension(self) -> str:
        return self.interface.rpartition("/")[2]


class Stage(Protocol):
    """Where sessions play."""

    pbx: Pbx
    serials: Serials

    def say(self, message: Headers) -> None: ...
    def now(self) -> float: ...


Casting = Callable[["Session", int], Awaitable[Phone | None]]
"""Who plays phone number n of the recording; waits while nobody is free. None: the caller has waited long enough and gives up."""
Watch = Callable[["Session", Headers], None]
"""Hears each message of a session just before it is said."""


@dataclass(frozen=True, slots=True)
class AsRecorded:
    """The pace of the recording, whatever people did in it."""

    speed: float = 1.0

    def __call__(self, _phase: Phase, seconds: float) -> float:
        return seconds / self.speed


class Session:
    """`run` plays it. `uniqueids` are the channels it has brought on the line."""

    def __init__(
        self,
        stage: Stage,
        performance: Performance,
        *,
        pace: Pace,
        casting: Casting | None = None,
        watch: Watch | None = None,
        first: int = 0,
        last: int | None = None,
    ) -> None:
        self.stage = stage
        self.performance = performance
        self.pace = pace
        self.casting = casting
        self.watch = watch
        self.first = first
        self.last = len(performance.lines) if last is None else last
        self.uniqueids: set[str] = set()
        self.skip: frozenset[int] = frozenset()
        """Messages that have no place where this recording goes on from another one."""
        self.fixed: dict[str, str] = {}
        """Headers whose value somebody asked for (Originate's ActionID)."""
        self.afterwards: Callable[[], Awaitable[None]] | None = None
        """What happens when the last message is said, instead of the end."""
        self.on_hangup: Callable[[Line], bool] | None = None
        """Asked first when a client hangs up one of the channels; True: it has been dealt with."""
        self.customer: Line | None = None
        """Who is on hold while an agent consults."""
        self.task: asyncio.Task[None] | None = None

    @property
    def recording(self) -> Recording:
        return self.performance.recording

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        lines, entrances = self.performance.lines, self._entrances()
        phases = None if isinstance(self.pace, AsRecorded) else phases_of(self.recording)
        due = loop.time()
        for index in range(self.first, self.last):
            gap = lines[index].at - lines[index - 1].at if index > self.first else 0.0
            if phases is None:
                due += self.pace("setup", gap)
            else:
                due += self.pace(phases[index], gap) if gap >= DELIBERATE else gap
            if due > loop.time():
                await asyncio.sleep(due - loop.time())
            for role in entrances.get(index, ()):
                if not await self._enter(role):
                    self.cut(None)
                    return
                due = loop.time()
            if index not in self.skip:
                self._say(index)
        if self.afterwards is not None:
            await self.afterwards()

    def leave(self) -> None:
        """Stop where it is; the channels stay on the line for whoever goes on with them."""
        if self.task is not None and self.task is not asyncio.current_task():
            self.task.cancel()

    def cut(self, first: Line | None, cause: str = "16") -> None:
        """End it at once; the channel `first` is hung up by the PBX, or the customer has had enough."""
        self.leave()
        for message in ending(self.stage.pbx, self.uniqueids, first, cause):
            self.stage.say(message)

    def _say(self, index: int) -> None:
        message = [(name, self.fixed.get(name, text)) for name, text in self.performance.render(index, self.stage.now())]
        if value(message, "Event") == "Newchannel":
            self.uniqueids.add(value(message, "Uniqueid"))
        if self.watch is not None:
            self.watch(self, message)
        self.stage.say(message)

    async def _enter(self, role: int) -> bool:
        phone = None if self.casting is None else await self.casting(self, role)
        if phone is None:
            return False
        self.performance.cast_phone(self.recording.roles.phones[role], phone.extension, phone.name)
        return True

    def _entrances(self) -> dict[int, list[int]]:
        """Message → the phones that must be cast before it."""
        found: dict[int, list[int]] = {}
        if self.casting is None:
            return found
        for role, phone in enumerate(self.recording.roles.phones):
            if phone[0] not in self.performance.words:
                found.setdefault(max(self.first, self.performance.first_mention(phone)), []).append(role)
        return found


@functools.lru_cache(maxsize=64)
def phases_of(recording: Recording) -> tuple[Phase, ...]:
    """What people are doing before each message that they let wait; `setup` before the others."""
    pbx = Pbx()
    held: set[str] = set()
    found: list[Phase] = []
    latest, waited = 0.0, 0
    for index, step in enumerate(recording.steps):
        if step.at - latest >= DELIBERATE:
            found.append(_phase(pbx, held))
            waited = index
        else:
            found.append("setup")
        latest = step.at
        if step.event == "Hold":
            held.add(value(step.headers, "Uniqueid"))
        elif step.event in ("Unhold", "Hangup"):
            held.discard(value(step.headers, "Uniqueid"))
        elif step.event == "QueueCallerAbandon" and found[waited] == "waiting":
            found[waited] = "leaving"
        pbx.say(step.headers, step.at)
    return tuple(found)


def _phase(pbx: Pbx, held: set[str]) -> Phase:
    ringing = [line for line in pbx.lines.values() if line.state == RINGING]
    if ringing:
        return "ringing" if any(PHONE.fullmatch(line.name) for line in ringing) else "dialling"
    if any(line.queue for line in pbx.lines.values()):
        return "waiting"
    if held:
        return "held"
    if any(line.state == UP and pbx.bridged_with(line) for line in pbx.lines.values()):
        return "talking"
    return "setup"
