"""Who asked last says whether recordings are silent, and for how long: whatever the PBX, the dialplan and other calls do meanwhile.

With a PBX whose answers come when the test says so; what a pause is in the files is tried on the real one (tests/pbx)."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from ringdesk.recordings.finding.hearing import Mark
from ringdesk.recordings.finding.pausing import NotRecorded, Pausing
from ringdesk.telephony import facts

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
LIMIT = 0.3  # seconds
LATER = 0.6


@dataclass
class Pbx:
    """Its channels by call, the recorded ones and which of them are silent."""

    channels: dict[str, list[str]] = field(default_factory=lambda: {"a": ["a1"], "b": ["b1"]})
    recorded: set[str] = field(default_factory=lambda: {"a1", "b1"})
    silent: set[str] = field(default_factory=set)
    answers: asyncio.Event = field(default_factory=asyncio.Event)

    async def mute_recording(self, channel: str, *, muted: bool) -> bool:
        found = channel in self.recorded  # it does at once what it is told; its answer may be late
        if found:
            (self.silent.add if muted else self.silent.discard)(channel)
        await self.answers.wait()
        await asyncio.sleep(0)
        return found


@dataclass
class Desk:
    pbx: Pbx = field(default_factory=Pbx)
    marks: list[Mark] = field(default_factory=list)
    tasks: list[asyncio.Task[Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pbx.answers.set()
        self.pausing = Pausing(self.pbx, self, lambda id: self.pbx.channels.get(id, []), lambda: AT, self.spawn)  # type: ignore[arg-type]  # it calls no more of them

    def mark(self, mark: Mark) -> None:
        self.marks.append(mark)

    def spawn(self, task: Coroutine[Any, Any, Any], name: str) -> object:
        self.tasks.append(asyncio.create_task(task, name=name))
        return self.tasks[-1]

    def ask(self, call_id: str, paused: bool, limit: float | None = None) -> Coroutine[Any, Any, int]:
        return self.pausing.pause(call_id, paused=paused, user_id=1, reason="form", limit=limit)

    def muted(self, call_id: str, muted: bool) -> None:
        """By the dialplan."""
        (self.pbx.silent.add if muted else self.pbx.silent.discard)(f"{call_id}1")
        self.pausing.recording_muted(facts.RecordingMuted(at=AT, call=call(call_id), channel=f"{call_id}1", muted=muted))

    def began(self, channel: str) -> None:
        self.pbx.recorded.add(channel)
        fact = facts.RecordingBegan(at=AT, call=call(channel[0]), channel=channel, name=channel, path="x.wav", side="customer")
        self.pausing.recording_began(fact)

    def joined(self) -> None:
        """The call `b` turned out to be `a`."""
        self.pbx.channels["a"] += self.pbx.channels.pop("b")
        self.pausing.calls_joined(facts.CallsJoined(at=AT, call=call("a"), gone=call("b")))


def call(call_id: str) -> facts.Call:
    return facts.Call(id=call_id, linkedid=call_id, direction="in", started_at=AT)


async def settled() -> None:
    """What was started has come as far as it can."""
    for _ in range(5):
        await asyncio.sleep(0)


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    found = Desk()
    yield found
    for task in found.tasks:
        task.cancel()
    await asyncio.gather(*found.tasks, return_exceptions=True)


async def test_a_pause_with_a_limit_ends_by_itself(desk: Desk) -> None:
    assert await desk.ask("a", True, LIMIT) == 1
    assert desk.pbx.silent == {"a1"}
    await asyncio.sleep(LATER)
    assert not desk.pbx.silent
    assert [mark.kind for mark in desk.marks] == ["pause_recording", "resume_recording"]


async def test_what_the_dialplan_silences_afterwards_is_not_ended_by_a_form_s_limit(desk: Desk) -> None:
    await desk.ask("a", True, LIMIT)
    desk.muted("a", False)
    desk.muted("a", True)
    await asyncio.sleep(LATER)
    assert desk.pbx.silent == {"a1"}
    assert "a" in desk.pausing.paused


async def test_a_form_s_limit_reaches_recordings_that_are_still_to_begin(desk: Desk) -> None:
    desk.pbx.recorded.clear()
    assert await desk.ask("a", True, LIMIT) == 0
    desk.began("a1")
    await settled()
    assert desk.pbx.silent == {"a1"}
    await asyncio.sleep(LATER)
    assert not desk.pbx.silent


@pytest.mark.parametrize("limit", [None, LIMIT])
async def test_nothing_is_left_of_a_pause_that_was_refused(desk: Desk, limit: float | None) -> None:
    """Nobody records it; with a limit: it is over."""
    desk.pbx.recorded.clear()
    if limit is not None:
        desk.pbx.channels.clear()
    with pytest.raises(NotRecorded):
        await desk.ask("a", True, limit)
    assert not desk.pausing.paused
    assert not desk.marks


@pytest.mark.parametrize(
    ("mine", "theirs", "ends"), [(None, LIMIT, False), (LIMIT, None, False), (LIMIT, LIMIT * 1.2, True), (LIMIT, 60.0, False)]
)
async def test_of_two_calls_that_become_one_the_longer_pause_counts(
    desk: Desk, mine: float | None, theirs: float | None, ends: bool
) -> None:
    await desk.ask("a", True, mine)
    await desk.ask("b", True, theirs)
    desk.joined()
    await asyncio.sleep(LATER)
    assert desk.pbx.silent == (set() if ends else {"a1", "b1"})


@pytest.mark.parametrize("paused", ["a", "b"])
async def test_a_call_that_becomes_part_of_a_paused_one_is_paused(desk: Desk, paused: str) -> None:
    await desk.ask(paused, True, LIMIT)
    desk.joined()
    await settled()
    assert desk.pbx.silent == {"a1", "b1"}
    await asyncio.sleep(LATER)
    assert not desk.pbx.silent


async def test_a_pause_waits_for_the_end_of_the_one_before(desk: Desk) -> None:
    """Else the resuming, still under way, would open what has just been closed."""
    desk.pbx.channels["a"] = ["a0", "a1", "a2"]
    desk.pbx.recorded = {"a1", "a2"}
    await desk.ask("a", True)
    desk.pbx.answers.clear()
    resuming = asyncio.create_task(desk.ask("a", False))
    await asyncio.sleep(0)
    desk.pbx.channels["a"] = ["a1", "a2"]
    pausing = asyncio.create_task(desk.ask("a", True))
    await asyncio.sleep(0)
    desk.pbx.answers.set()
    assert (await resuming, await pausing) == (2, 2)
    assert desk.pbx.silent == {"a1", "a2"}
    assert "a" in desk.pausing.paused


async def test_a_recording_that_begins_while_the_pbx_is_asked_counts(desk: Desk) -> None:
    desk.pbx.recorded.clear()
    desk.pbx.answers.clear()
    pausing = asyncio.create_task(desk.ask("a", True))
    await asyncio.sleep(0)
    desk.began("a1")
    desk.pbx.answers.set()
    assert await pausing == 1
    assert desk.pbx.silent == {"a1"}
    assert "a" in desk.pausing.paused
