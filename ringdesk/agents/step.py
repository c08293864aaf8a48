"""In step with the PBX: what its queues are to be told of an agent, and when what they show is somebody's word. Pure, as `presence`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ringdesk.agents.presence import AgentState, State
from ringdesk.telephony.events import MemberChanged

OURS = {State.OFFLINE: "offline", State.WRAP_UP: "wrap-up"}  # the reasons we pause with on the PBX when the agent gave none
ECHO = timedelta(seconds=2)  # how long after a command of ours the members' events may still tell of the state before it
RETRY = timedelta(seconds=5)  # after a command that failed: soon for an agent who wants no calls, seldom for a PBX in trouble


@dataclass(slots=True)
class Told:
    """A command of ours; `answered` is None while it is under way."""

    paused: bool
    members: set[tuple[str, str]]
    """Queue and interface of those it was about; who joined since may not have been there when the PBX did it."""
    answered: datetime | None = None

    def echoes(self, at: datetime) -> bool:
        return self.answered is None or at - self.answered < ECHO


@dataclass(slots=True)
class Step:
    """One agent in the PBX's queues: what they are to show, and how far they are from it."""

    phone: str
    """Whose ringing and talking the agent's state was told of: another phone begins anew."""
    switched: bool
    """The agent has turned the switch here; for the others the PBX's queues say."""
    paused: bool
    """What the queues are to show."""
    due: datetime | None = None
    """When the PBX is to be told of it; None: it was."""
    told: Told | None = None
    refused: bool = False
    """The last command failed, and whoever reads the log knows."""
    look_again: datetime | None = None
    """When to read the members, of which an event came that could not be believed."""

    @property
    def next(self) -> datetime | None:
        return self.look_again if self.due is None else self.due

    def want(self, paused: bool, at: datetime) -> None:
        if paused is not self.paused:
            self.paused, self.due, self.refused = paused, at, False

    def joined(self, member: MemberChanged, at: datetime) -> None:
        """Another queue has the agent."""
        if self.told is not None:
            self.told.members.discard((member.queue, member.interface))  # it was there before, and left
        self.due = at

    def unsettled(self, at: datetime) -> bool:
        """May members tell at that moment of how it was before our command, or as long as it is still to come?"""
        return self.due is not None or (self.told is not None and self.told.echoes(at))

    def look_later(self, at: datetime) -> None:
        answered = None if self.told is None else self.told.answered
        self.look_again = at if self.due is not None or answered is None else answered + ECHO

    def shows(self, member: MemberChanged, at: datetime) -> bool:
        """Paused? As the PBX says, or as it will when it has done what it was told a moment ago."""
        told = self.told
        if told is not None and told.echoes(at) and (member.queue, member.interface) in told.members:
            return told.paused
        return member.paused

    def paused_by_us(self, mine: Sequence[MemberChanged], at: datetime) -> bool:
        return any(m.reason in OURS.values() if m.paused else self.shows(m, at) for m in mine)

    def answered(self, at: datetime, *, refused: bool) -> None:
        """The PBX answered, or will not. A wish that was changed meanwhile stays due."""
        self.refused = refused
        if refused:
            self.told, self.due = None, self.due or at + RETRY
        elif self.told is not None:
            self.told.answered = at


def reason(state: AgentState) -> str:
    """Why the agent is paused, for the PBX; it is shown to supervisors there."""
    return OURS[State.WRAP_UP] if state.wrap_up_of else state.reason or OURS.get(state.switch, "")


def paused_elsewhere(state: AgentState, mine: Sequence[MemberChanged]) -> bool:
    """Has somebody at the PBX paused, in all queues, an agent who is at work? In a wrap-up too: it would undo the pause when it ends."""
    return bool(mine) and state.switch is State.AVAILABLE and _paused_by_others(mine)


def switch_at_pbx(state: AgentState, mine: Sequence[MemberChanged], *, switched: bool) -> State | None:
    """To where the switch was turned at the PBX, by what the agent's members show; None: it was not."""
    unknown = not switched and state.switch is State.OFFLINE
    if not mine:
        return State.OFFLINE if not switched and state.switch is State.AVAILABLE else None
    if paused_elsewhere(state, mine) or (unknown and _paused_by_others(mine)):
        return State.PAUSED
    cut_off = unknown and any(m.paused and m.reason == OURS[State.WRAP_UP] for m in mine)  # a wrap-up, by a restart of ours
    if cut_off or (not state.wants_calls and not any(m.paused for m in mine)):
        return State.AVAILABLE
    return None


def _paused_by_others(mine: Sequence[MemberChanged]) -> bool:
    return all(m.paused and m.reason not in OURS.values() for m in mine)
