"""The text of a busy PBX: calls recorded from a real Asterisk, played over one another with fresh identities, numbers and times.

Nothing here takes its time: the text is written as fast as it can be, its Timestamps are those of a PBX with `RATE` new calls a second.
"""

import heapq
import itertools
import math
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from ringdesk.telephony.pbx_config import APPLICATIONS, EVENTS, NO_PHONES, VARIABLES
from ringdesk.telephony.replay import Recording, load
from ringdesk.telephony.replay.performance import Performance, Script, Serials, Slot, compiled
from ringdesk.telephony.replay.text import Headers, value
from tests.telephony.recording import RECORDED, play, recorded_events

# A contact centre's day, one after the other: most calls are answered by a queue, some go wrong in the ways that calls do.
DAY = (
    "answered_customer_hangs_up", "answered_agent_hangs_up", "answered_customer_hangs_up", "abandoned_queued", "outgoing_answered",
    "answered_agent_hangs_up", "rna_then_next_agent", "answered_customer_hangs_up", "blind_transfer_to_agent", "abandoned_ringing",
    "answered_customer_hangs_up", "hold_resume", "ringall", "answered_agent_hangs_up", "click_to_dial_answered", "direct_call_answered",
    "queue_timeout_no_agent", "answered_customer_hangs_up", "attended_transfer_completed", "busy_then_next", "outgoing_busy",
    "blind_transfer_to_queue", "answered_agent_hangs_up", "declined_then_next", "outgoing_no_answer", "internal_call",
)  # fmt: skip
RATE = 10.0  # new calls a second
PHONES = [str(extension) for extension in range(1001, 1401)]
BEGIN = 1_795_300_000.0  # seconds since 1970
NOW: Slot = ("word", "Timestamp")
CHUNK = 64 << 10  # bytes that are read from a socket at once


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some text, cut at the end of a message."""

    text: bytes
    events: int
    over: int
    """Recordings played to their end, from the beginning of the stream on."""


def filtered(m: Headers) -> bool:
    """Does this message pass the event filters that `ringdesk pbx config` writes?"""
    event = value(m, "Event")
    if event == "VarSet":
        return value(m, "Variable") in VARIABLES
    if event == "Newexten":
        return value(m, "Application") in APPLICATIONS
    if event == "DeviceStateChange":
        return not value(m, "Device").startswith(NO_PHONES)
    return event in EVENTS


def everything(_message: Headers) -> bool:
    return True


def stream(recordings: int, caller: Callable[[int], str], passes: Callable[[Headers], bool] = everything) -> Iterator[Chunk]:
    """So many recordings, all of them to their end. `caller` says which number the customer of the n-th has."""
    parts: list[bytes] = []
    size = over = 0
    for message in _merged(recordings, caller, passes):
        if message is None:
            over += 1
            continue
        parts.append(message)
        size += len(message)
        if size >= CHUNK:
            yield Chunk(b"".join(parts), len(parts), over)
            parts, size = [], 0
    yield Chunk(b"".join(parts), len(parts), over)


def recordings_for(events: int, passes: Callable[[Headers], bool] = everything) -> int:
    """The fewest whole days that have so many events, in recordings."""
    return -(-events // sum(len(_messages(name, passes)) for name in DAY)) * len(DAY)


def expected(recordings: int) -> Counter[tuple[str, str]]:
    """The calls that so many recordings are, by direction and outcome."""
    once = {name: [(call.direction, str(call.outcome)) for call in play(recorded_events(name)).ended] for name in set(DAY)}
    return Counter(call for name in itertools.islice(itertools.cycle(DAY), recordings) for call in once[name])


def _merged(recordings: int, caller: Callable[[int], str], passes: Callable[[Headers], bool]) -> Iterator[bytes | None]:
    """Messages in the order of their times; None where a recording is over."""
    serials = Serials()
    free = deque(PHONES)
    playing: list[tuple[float, int, int, float, _Play]] = []  # due, number of the recording, next message, its begin, itself
    begins = (BEGIN + number / RATE for number in range(recordings))
    names = itertools.cycle(DAY)
    for number, begin in enumerate(itertools.chain(begins, [math.inf])):
        while playing and playing[0][0] <= begin:
            due, which, index, began, one = heapq.heappop(playing)
            yield one.text(index, due)
            if index + 1 < len(one.messages):
                heapq.heappush(playing, (began + one.messages[index + 1].at, which, index + 1, began, one))
            else:
                free.extend(one.phones)
                yield None
        if number < recordings:
            one = _Play(next(names), passes, serials, caller(number), free)
            heapq.heappush(playing, (begin + one.messages[0].at, number, 0, begin, one))


class _Play:
    """One recording with fresh identities."""

    def __init__(self, name: str, passes: Callable[[Headers], bool], serials: Serials, customer: str, free: deque[str]) -> None:
        recording = _recording(name)
        self.messages = _messages(name, passes)
        self.performance = Performance(recording, serials, words={recording.roles.customer: customer})
        self.phones = [free.popleft() for _ in recording.roles.phones]
        for phone, extension in zip(recording.roles.phones, self.phones, strict=True):
            self.performance.cast_phone(phone, extension, f"Agent {extension}")

    def text(self, index: int, at: float) -> bytes:
        fill = self.performance._fill
        parts = [part if isinstance(part, str) else f"{at:.6f}" if part is NOW else fill(part, at) for part in self.messages[index].parts]
        return "".join(parts).encode()


@dataclass(frozen=True, slots=True)
class _Message:
    """A message as text between what a performance fills in: a million of them are written, so this is joined and no more."""

    at: float
    parts: tuple[str | Slot, ...]


@cache
def _messages(name: str, passes: Callable[[Headers], bool]) -> tuple[_Message, ...]:
    recording = _recording(name)
    return tuple(
        _Message(line.at, _parts(line)) for step, line in zip(recording.steps, compiled(recording), strict=True) if passes(step.headers)
    )


def _parts(line: Script) -> tuple[str | Slot, ...]:
    parts: list[str | Slot] = []
    for header, values in line.values:
        for part in (f"{header}: ", *([NOW] if header == "Timestamp" else values), "\r\n"):
            if isinstance(part, str) and parts and isinstance(parts[-1], str):
                parts[-1] += part
            else:
                parts.append(part)
    return (*parts, "\r\n")


@cache
def _recording(name: str) -> Recording:
    return load(RECORDED / f"{name}.ami")
