"""Presence: what an agent is doing, from the agent's own switch and the PBX's facts. Pure: no clock, no I/O.

The switch (available, paused, offline) says what the agent wants; a ringing or talking phone covers it; after a conversation
comes wrap-up, ended by the agent or by its limit. Every change closes one interval and opens the next.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    OFFLINE = "offline"
    AVAILABLE = "available"
    RINGING = "ringing"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    PAUSED = "paused"


SWITCH = frozenset({State.OFFLINE, State.AVAILABLE, State.PAUSED})


@dataclass(frozen=True, slots=True)
class Shown:
    """What others see, since when, and the call it is about."""

    state: State
    reason: str | None
    since: datetime
    call_id: str | None = None
    until: datetime | None = None
    """The end of a wrap-up, by its limit."""


@dataclass(slots=True)
class AgentState:
    """One agent. `shown` follows from the other fields; `settle` makes it so and says whether it changed."""

    switch: State
    reason: str | None
    shown: Shown
    rung_by: dict[str, str] = field(default_factory=dict)
    """Ringing offers: offer key → call."""
    busy_with: dict[str, str] = field(default_factory=dict)
    """Channels of this agent's phone that are up: channel → call."""
    wrap_up_of: str | None = None
    wrap_up_until: datetime | None = None

    @classmethod
    def begin(cls, switch: State, reason: str | None, at: datetime) -> "AgentState":
        return cls(switch=switch, reason=reason, shown=Shown(switch, reason, at))

    def set_switch(self, switch: State, reason: str | None, at: datetime) -> bool:
        """The agent (or the PBX, where somebody paused the member there) turned the switch. Ends a wrap-up."""
        self.switch, self.reason = switch, reason if switch is State.PAUSED else None
        self.wrap_up_of = self.wrap_up_until = None
        return self.settle(at)

    def rang(self, offer: str, call_id: str, at: datetime) -> bool:
        self.rung_by[offer] = call_id
        return self.settle(at)

    def stopped_ringing(self, offer: str, at: datetime) -> bool:
        self.rung_by.pop(offer, None)
        return self.settle(at)

    def picked_up(self, channel: str, call_id: str, at: datetime) -> bool:
        self.busy_with[channel] = call_id
        self.wrap_up_of = self.wrap_up_until = None  # the next call is more urgent than the paperwork of the last
        return self.settle(at)

    def conversation_ended(self, call_id: str, wrap_up: timedelta, at: datetime) -> bool:
        """`wrap_up` zero: none. The wrap-up shows as soon as the phone is down."""
        if wrap_up > timedelta(0):
            self.wrap_up_of, self.wrap_up_until = call_id, at + wrap_up
        return self.settle(at)

    def put_down(self, channel: str, at: datetime) -> bool:
        self.busy_with.pop(channel, None)
        return self.settle(at)

    def changed_phone(self, at: datetime) -> bool:
        """Another phone from now on: what the old one does is nobody's business any more."""
        self.rung_by.clear()
        self.busy_with.clear()
        return self.settle(at)

    def wrapped_up(self, at: datetime) -> bool:
        self.wrap_up_of = self.wrap_up_until = None
        return self.settle(at)

    def due(self, at: datetime) -> bool:
        """Has the wrap-up run its time?"""
        return self.wrap_up_until is not None and at >= self.wrap_up_until and not self.busy_with

    @property
    def wants_calls(self) -> bool:
        """May the PBX's queues ring this agent? Ringing and talking are the queue's own to respect (ringinuse)."""
        return self.switch is State.AVAILABLE and self.wrap_up_of is None

    def settle(self, at: datetime) -> bool:
        state, reason, call_id, until = self._now()
        if (state, reason, call_id, until) == (self.shown.state, self.shown.reason, self.shown.call_id, self.shown.until):
            return False
        self.shown = Shown(state, reason, max(at, self.shown.since), call_id, until)
        return True

    def _now(self) -> tuple[State, str | None, str | None, datetime | None]:
        if self.busy_with:
            return State.TALKING, None, next(iter(self.busy_with.values())), None
        if self.rung_by:
            return State.RINGING, None, next(iter(self.rung_by.values())), None
        if self.wrap_up_of is not None:
            return State.WRAP_UP, None, self.wrap_up_of, self.wrap_up_until
        return self.switch, self.reason, None, None
