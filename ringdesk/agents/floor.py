"""The floor: every agent's presence, kept by the PBX's facts and the agents' switches, and the queues' members in step with it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents import accounts, intervals
from ringdesk.agents.directory import Directory
from ringdesk.agents.intervals import PresenceChanged
from ringdesk.agents.models import PresenceInterval
from ringdesk.agents.presence import SWITCH, AgentState, Shown, State
from ringdesk.config import log
from ringdesk.config.errors import DomainError, Invalid
from ringdesk.storage.engine import Database
from ringdesk.storage.later import Later
from ringdesk.telephony.events import MemberChanged
from ringdesk.telephony.facts import ConversationEnded, MemberSeen, MembersRead, OfferBegan, OfferEnded, PhoneDown, PhoneUp

logger = log.get(__name__)

OURS = {State.OFFLINE: "offline", State.WRAP_UP: "wrap-up"}  # the reasons we pause with on the PBX when the agent gave none
ECHO = timedelta(seconds=2)  # how long after a command of ours the members' events may still tell of the state before it


class BadPresence(Invalid):
    key = "bad_presence"
    text = "The switch has three positions: available, paused and offline"


class NoPhone(Invalid):
    key = "no_phone"
    text = "This account has no phone: an administrator can give it one"


class Floor:
    """`pause` tells the PBX, `on_change` tells everybody who watches; `clock` is the PBX's."""

    def __init__(
        self,
        db: Database,
        directory: Directory,
        *,
        pause: Callable[[str, bool, str], Awaitable[None]],
        clock: Callable[[], datetime],
        wrap_up: timedelta,
        on_change: Callable[[PresenceChanged], None],
    ) -> None:
        self.db = db
        self.directory = directory
        self.pause = pause
        self.clock = clock
        self.wrap_up = wrap_up
        self.on_change = on_change
        self.states: dict[int, AgentState] = {}
        self.members: dict[str, dict[str, MemberChanged]] = {}
        """Queue → member interface → the member as the PBX shows it."""
        self._mine: dict[int, dict[tuple[str, str], MemberChanged]] = {}
        """Agent → their members, by queue and interface."""
        self.queues: tuple[str, ...] = ()
        self._told_pbx: dict[str, datetime] = {}
        self.intervals = Later(db, "presence", self._save)
        self._recheck: dict[int, datetime] = {}
        self._out_of_step: set[int] = set()
        self._phones: dict[int, str] = {}
        """Whose ringing and talking each state was told of: another phone begins anew."""
        self._touched: set[int] = set()
        """Agents who have turned their switch here; for the others the PBX's queues say."""
        self._wake = asyncio.Event()

    # What the PBX says ------------------------------------------------------------------------------------------------------

    def offer_began(self, fact: OfferBegan) -> None:
        if (state := self._of(fact.offer.interface)) is not None:
            self._done(state[0], state[1].rang(_key(fact), fact.call.id, fact.at))

    def offer_ended(self, fact: OfferEnded) -> None:
        if (state := self._of(fact.offer.interface)) is not None:
            self._done(state[0], state[1].stopped_ringing(_key(fact), fact.at))

    def phone_up(self, fact: PhoneUp) -> None:
        if (state := self._of(fact.interface)) is not None:
            self._done(state[0], state[1].picked_up(fact.channel, fact.call.id, fact.at))

    def phone_down(self, fact: PhoneDown) -> None:
        if (state := self._of(fact.interface)) is not None:
            self._done(state[0], state[1].put_down(fact.channel, fact.at))

    def conversation_ended(self, fact: ConversationEnded) -> None:
        internal = fact.call.direction == "internal"
        if not internal and (state := self._of(fact.conversation.interface)) is not None:
            self._done(state[0], state[1].conversation_ended(fact.call.id, self.wrap_up, fact.at))

    def member_seen(self, fact: MemberSeen) -> None:
        member = fact.member
        known, user_id = self.members.setdefault(member.queue, {}), self._member_of(member)
        mine = {} if user_id is None else self._mine.setdefault(user_id, {})
        if member.removed:
            known.pop(member.interface, None)
            mine.pop((member.queue, member.interface), None)
        else:
            known[member.interface] = mine[member.queue, member.interface] = member
        if user_id is not None:
            self._follow_pbx(user_id, fact.at)

    def members_read(self, fact: MembersRead) -> None:
        self.queues = fact.queues
        self.members = {queue: {} for queue in fact.queues}
        for member in fact.members:
            self.members.setdefault(member.queue, {})[member.interface] = member
        self._find_members()
        for user_id, state in self.states.items():
            mine = self.memberships(user_id)
            if self._never_switched(user_id):
                self._follow_pbx(user_id, fact.at)
            elif mine and state.wants_calls and all(m.paused and m.reason not in OURS.values() for m in mine):
                # Somebody paused the agent at the PBX while we did not listen.
                self._done(user_id, state.set_switch(State.PAUSED, mine[0].reason or None, fact.at))
            self._out_of_step.add(user_id)
        self._wake.set()

    # What people want -------------------------------------------------------------------------------------------------------

    async def switch(self, user_id: int, to: str, reason: str | None) -> Shown:
        """Turn an agent's switch. Raises `BadPresence`, `NoPhone`."""
        if to not in SWITCH:
            raise BadPresence
        if (state := self.states.get(user_id)) is None:
            raise NoPhone
        self._touched.add(user_id)
        self._done(user_id, state.set_switch(State(to), reason, self.clock()))
        async with self.db.write() as session:
            await accounts.set_switch(session, user_id, to, state.reason)
        return state.shown

    async def end_wrap_up(self, user_id: int) -> Shown:
        if (state := self.states.get(user_id)) is None:
            raise NoPhone
        self._done(user_id, state.wrapped_up(self.clock()))
        return state.shown

    def shown(self, user_id: int) -> Shown | None:
        state = self.states.get(user_id)
        return None if state is None else state.shown

    def memberships(self, user_id: int) -> list[MemberChanged]:
        """The agent's membership in each queue, as the PBX shows it."""
        return list(self._mine.get(user_id, {}).values())

    # Keeping it ---------------------------------------------------------------------------------------------------------------

    async def begin(self) -> None:
        """Take up where the last run ended: the switches as they were, and no interval left open by a crash."""
        async with self.db.read() as session:
            left_open = await intervals.left_open(session)
        for user_id in self.directory.accounts:
            self._take_on(user_id, left_open.get(user_id))
        for user_id, row in left_open.items():
            if user_id not in self.states:
                async with self.db.write() as session:
                    await intervals.close(session, self.db.dialect, user_id, max(self.clock(), row.started_at))
        await self.intervals.write()

    def people_changed(self) -> None:
        """Accounts came, went, or got another phone."""
        self._find_members()
        for user_id in self.directory.accounts:
            if user_id not in self.states:
                self._take_on(user_id, None)
                if self._never_switched(user_id):
                    self._follow_pbx(user_id, self.clock())
        for user_id, state in list(self.states.items()):
            phone = self.directory.interface_of(user_id)
            if phone is None:
                del self.states[user_id], self._phones[user_id]
                self.intervals.note(PresenceChanged(user_id, Shown(State.OFFLINE, None, max(self.clock(), state.shown.since))))
            elif phone != self._phones[user_id]:
                self._phones[user_id] = phone
                self._done(user_id, state.changed_phone(self.clock()))
        self._wake.set()

    async def run(self) -> None:
        """End wrap-ups in time and keep the PBX's members in step, until cancelled."""
        while True:
            await self._wait()
            self._wake.clear()
            moment = self.clock()
            for user_id, state in self.states.items():
                if state.due(moment):
                    self._done(user_id, state.wrapped_up(moment))
            for user_id in [i for i, at in self._recheck.items() if at <= moment]:
                del self._recheck[user_id]
                self._follow_pbx(user_id, moment)
            await self._keep_step()

    async def _save(self, session: AsyncSession, changes: list[PresenceChanged]) -> None:
        await intervals.save(session, self.db.dialect, changes, self.directory.accounts)

    async def _wait(self) -> None:
        due = [s.wrap_up_until for s in self.states.values() if s.wrap_up_until is not None and not s.busy_with]
        due += self._recheck.values()
        patience = None if not due else max(0.02, (min(due) - self.clock()).total_seconds())
        try:
            async with asyncio.timeout(patience):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def _keep_step(self) -> None:
        """Pause and un-pause on the PBX whoever is not as their state wants it."""
        wrong, self._out_of_step = self._out_of_step, set()
        for user_id in wrong:
            state = self.states.get(user_id)
            if state is None or (self._never_switched(user_id) and state.wrap_up_of is None and not self._paused_by_us(user_id)):
                continue
            paused = not state.wants_calls
            reason = OURS[State.WRAP_UP] if state.wrap_up_of else state.reason or OURS.get(state.switch, "")
            for interface in {m.interface for m in self.memberships(user_id) if m.paused != paused}:
                self._told_pbx[interface] = self.clock()
                try:
                    await self.pause(interface, paused, reason if paused else "")
                except DomainError as error:
                    logger.warning("agent_not_paused", user_id=user_id, interface=interface, paused=paused, error=str(error))

    def _take_on(self, user_id: int, left_open: PresenceInterval | None) -> None:
        account = self.directory.accounts[user_id]
        if not account.active or not account.interface:
            return
        switch = State(account.presence or State.OFFLINE)
        # The PBX's clock may be ahead of ours, which is all there is until the link is up: no interval ends before it began.
        moment = self.clock() if left_open is None else max(self.clock(), left_open.started_at)
        self._phones[user_id] = account.interface
        state = self.states[user_id] = AgentState.begin(switch, account.presence_reason, moment)
        if account.presence is not None:
            self._touched.add(user_id)
        if left_open is not None and (left_open.state, left_open.reason) == (state.shown.state, state.shown.reason):
            state.shown = Shown(state.shown.state, state.shown.reason, left_open.started_at)
        else:
            self.intervals.note(PresenceChanged(user_id, state.shown))

    def _follow_pbx(self, user_id: int, at: datetime) -> None:
        """A member changed. If it was not we who did it, somebody turned the switch at the PBX."""
        state = self.states.get(user_id)
        if state is None:
            return
        if user_id in self._out_of_step:  # what it should be is still to be told to the PBX: look again after that
            self._recheck[user_id] = at
            return
        mine = self.memberships(user_id)
        told = [self._told_pbx[m.interface] for m in mine if m.interface in self._told_pbx]
        if told and at - max(told) < ECHO:
            self._recheck[user_id] = max(told) + ECHO
            return
        unknown = self._never_switched(user_id) and state.switch is State.OFFLINE
        if not mine:
            if state.switch is State.AVAILABLE and self._never_switched(user_id):
                self._done(user_id, state.set_switch(State.OFFLINE, None, at))
        elif (state.wants_calls or unknown) and all(m.paused and m.reason not in OURS.values() for m in mine):
            self._done(user_id, state.set_switch(State.PAUSED, mine[0].reason or None, at))
        elif not state.wants_calls and not any(m.paused for m in mine):
            self._done(user_id, state.set_switch(State.AVAILABLE, None, at))

    def _done(self, user_id: int, changed: bool) -> None:
        """A state was told something; `changed`: it shows. A switch turned during a call does not, and the PBX is to know at once."""
        if changed:
            change = PresenceChanged(user_id, self.states[user_id].shown)
            self.intervals.note(change)
            self.on_change(change)
        self._out_of_step.add(user_id)
        self._wake.set()

    def _of(self, interface: str) -> tuple[int, AgentState] | None:
        user_id = self.directory.owner_of(interface)
        state = None if user_id is None else self.states.get(user_id)
        return None if user_id is None or state is None else (user_id, state)

    def _find_members(self) -> None:
        """Whose each member is: anew, when all were read or phones changed hands."""
        self._mine.clear()
        for member in (m for known in self.members.values() for m in known.values()):
            if (user_id := self._member_of(member)) is not None:
                self._mine.setdefault(user_id, {})[member.queue, member.interface] = member

    def _member_of(self, member: MemberChanged) -> int | None:
        owner = self.directory.owner_of(member.state_interface)
        return self.directory.owner_of(member.interface) if owner is None else owner

    def _never_switched(self, user_id: int) -> bool:
        return user_id not in self._touched

    def _paused_by_us(self, user_id: int) -> bool:
        return any(m.paused and m.reason in OURS.values() for m in self.memberships(user_id))


def _key(fact: OfferBegan | OfferEnded) -> str:
    """What stays of an offer while its channel is found behind a Local one, or its call becomes part of another."""
    return fact.offer.rung_at.isoformat()
