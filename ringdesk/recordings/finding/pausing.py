"""A recording that is to hear nothing for a while: card numbers are said, a payment form is open.

The call is what is paused, not a file: whatever records it is silent until it is resumed, also a recording that starts meanwhile, after a
transfer, or when the link to the PBX comes back. A mark in the call says from when to when, who and why.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from weakref import WeakValueDictionary

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.config import log
from ringdesk.config.errors import Conflict, DomainError, Unavailable
from ringdesk.recordings.finding.hearing import Hearing, Mark
from ringdesk.recordings.models import CallMark
from ringdesk.telephony import facts
from ringdesk.telephony.commands import Commands

logger = log.get(__name__)


class NotRecorded(Conflict):
    key = "not_recorded"
    text = "Nothing records this call just now"


class NotSilenced(Unavailable):
    key = "not_silenced"
    text = "The PBX did not silence every recording of this call: {why}"


@dataclass(slots=True)
class Pausing:
    """`channels_in` names a live call's channels; `spawn` starts a short task that ends with the house; `clock` is the PBX's."""

    commands: Commands
    hearing: Hearing
    channels_in: Callable[[str], list[str]]
    clock: Callable[[], datetime]
    spawn: Callable[[Coroutine[Any, Any, Any], str], object]
    paused: dict[str, float | None] = field(default_factory=dict)
    """The live calls whose recordings are silent, and when that ends by itself (on the loop's clock; None: only somebody ends it)."""
    _turns: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    _beginning: set[str] = field(default_factory=set)
    """Paused calls in which a recording began since the PBX was told."""

    async def restore(self, session: AsyncSession, live: list[str]) -> None:
        """Go on with the pauses of these calls, which were running when the last process stopped."""
        query = select(CallMark).where(CallMark.call_id.in_(live), CallMark.kind.in_(("pause_recording", "resume_recording")))
        last = {mark.call_id: mark.kind for mark in await session.scalars(query.order_by(CallMark.at, CallMark.id))}
        self.paused |= {call_id: None for call_id, kind in last.items() if kind == "pause_recording"}

    async def pause(self, call_id: str, *, paused: bool, user_id: int | None, reason: str, limit: float | None = None) -> int:
        """How many channels' recordings were told. After `limit` seconds a pause ends by itself, in this process: after a restart only a
        person ends it. With a limit a call is paused for recordings that are still to begin, too. Raises `NotRecorded`, `NotSilenced`, and
        what commands raise."""
        until = None
        async with self._turn(call_id):
            if paused and limit is not None:
                until = asyncio.get_running_loop().time() + limit
                self.spawn(self._end(until, limit, user_id), f"resume-{call_id}")
            return await self._pause(call_id, paused, user_id, reason, until)

    def recording_began(self, fact: facts.RecordingBegan) -> None:
        """In a paused call a new recording is silent too. What it hears until the PBX has been told is milliseconds."""
        if fact.call.id in self.paused:
            self._beginning.add(fact.call.id)
            self._again(fact.call.id)

    def recording_muted(self, fact: facts.RecordingMuted) -> None:
        """Somebody else did it: the dialplan, another program."""
        call_id = fact.call.id
        if (call_id in self.paused) != fact.muted:
            self._remember(call_id, fact.muted)
            self._mark(call_id, fact.at, fact.muted, None, "")

    def calls_joined(self, fact: facts.CallsJoined) -> None:
        """If one of two calls was to be silent, the call they became is: as long as the longer of two pauses."""
        ends = [self.paused.pop(call.id) for call in (fact.gone, fact.call) if call.id in self.paused]
        if ends:
            known = [end for end in ends if end is not None]
            self.paused[fact.call.id] = max(known) if len(known) == len(ends) else None
            self._again(fact.call.id)

    def call_over(self, fact: facts.CallEnded | facts.CallDropped) -> None:
        self._beginning.discard(fact.call.id)
        if fact.call.id in self.paused:
            self._remember(fact.call.id, False)
            self._mark(fact.call.id, fact.at, False, None, "")

    def link_up(self) -> None:
        """Recordings that began while the PBX was not heard."""
        for call_id in self.paused:
            self._again(call_id)

    def _turn(self, call_id: str) -> asyncio.Lock:
        """Whoever has something to tell the PBX of a call waits for the last one's answers: none overtakes another."""
        return self._turns.setdefault(call_id, asyncio.Lock())

    async def _pause(self, call_id: str, paused: bool, user_id: int | None, reason: str, until: float | None) -> int:
        was, before, asked = call_id in self.paused, self.paused.get(call_id), self.clock()
        self._beginning.discard(call_id)
        self._remember(call_id, paused, until)  # before the PBX is told: its own word on it is then no news
        try:
            told = await self._tell(call_id, paused)
            if not told and call_id in self._beginning:
                told = await self._tell(call_id, paused)
        except DomainError:
            if paused and not was:
                self._mark(call_id, asked, paused, user_id, reason)  # some may be silent already: it is known, and can be ended
            elif was and not paused:
                self._remember(call_id, True, before)
            raise
        if not told and not was and (until is None or not self.channels_in(call_id)):
            self._remember(call_id, False)
            raise NotRecorded
        if was != paused:
            self._mark(call_id, asked if paused else self.clock(), paused, user_id, reason)
        return told

    async def _end(self, until: float, limit: float, user_id: int | None) -> None:
        """The call may be another by then: it became part of one. Whoever asked for another pause meanwhile says when that ends."""
        await asyncio.sleep(limit)
        for call_id in [call_id for call_id, end in self.paused.items() if end == until]:
            try:
                async with self._turn(call_id):
                    if self.paused.get(call_id) == until:
                        await self._pause(call_id, False, user_id, f"by itself, after {limit:.0f} s", None)
            except DomainError as error:
                logger.error("recording_not_resumed", call_id=call_id, error=str(error))

    async def _tell(self, call_id: str, paused: bool) -> int:
        """All channels of the call, for any may be recorded, also since before we listened."""
        told, refused = 0, []
        for channel in self.channels_in(call_id):
            try:
                told += await self.commands.mute_recording(channel, muted=paused)
            except DomainError as error:
                refused.append(error)
        if refused:
            raise refused[0] if not told else NotSilenced(why=str(refused[0]))
        return told

    def _again(self, call_id: str) -> None:
        self.spawn(self._silence(call_id), f"silence-{call_id}")

    async def _silence(self, call_id: str) -> None:
        try:
            async with self._turn(call_id):
                if call_id in self.paused:
                    await self._tell(call_id, True)
        except DomainError as error:
            logger.error("recording_not_silenced", call_id=call_id, error=str(error))

    def _remember(self, call_id: str, paused: bool, until: float | None = None) -> None:
        if paused:
            self.paused[call_id] = until
        else:
            self.paused.pop(call_id, None)

    def _mark(self, call_id: str, at: datetime, paused: bool, user_id: int | None, reason: str) -> None:
        self.hearing.mark(Mark(call_id, at, "pause_recording" if paused else "resume_recording", reason or None, user_id))
