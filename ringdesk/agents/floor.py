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
from ringdesk.agents.step import Step, Told, paused_elsewhere, reason, switch_at_pbx
from ringdesk.config import log
from ringdesk.config.errors import DomainError, Invalid
from ringdesk.storage.engine import Database
from ringdesk.storage.later import Later
from ringdesk.telephony.events import MemberChanged
from ringdesk.telephony.facts import ConversationEnded, MemberSeen, MembersRead, OfferBegan, OfferEnded, PhoneDown, PhoneUp

logger = log.get(__name__)


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
        self._steps: dict[int, Step] = {}
        self.intervals = Later(db, "presence", self._save)
        self._read = asyncio.Event()
        """The members are known: until then there is nobody to tell."""
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
        joined = not member.removed and (member.queue, member.interface) not in mine
        if member.removed:
            known.pop(member.interface, None)
            mine.pop((member.queue, member.interface), None)
        else:
            known[member.interface] = mine[member.queue, member.interface] = member
        step = None if user_id is None else self._steps.get(user_id)
        if user_id is None or step is None:
            return
        if joined and step.paused and not member.paused and self._ours_to_say(user_id):  # nobody's un-pausing
            step.joined(member, self.clock())
            self._wake.set()
        else:
            self._follow_pbx(user_id, fact.at)

    def members_read(self, fact: MembersRead) -> None:
        self.queues = fact.queues
        self.members = {queue: {} for queue in fact.queues}
        for member in fact.members:
            self.members.setdefault(member.queue, {})[member.interface] = member
        self._find_members()
        for user_id, step in self._steps.items():
            # While we did not listen somebody may have paused an agent. That one is not paused any more is no word: a PBX forgets.
            if not step.switched or paused_elsewhere(self.states[user_id], self.memberships(user_id)):
                self._follow_pbx(user_id, fact.at)
            step.due = self.clock()
        self._read.set()
        self._wake.set()

    # What people want -------------------------------------------------------------------------------------------------------

    async def switch(self, user_id: int, to: str, reason: str | None) -> Shown:
        """Turn an agent's switch. Raises `BadPresence`, `NoPhone`."""
        if to not in SWITCH:
            raise BadPresence
        if (state := self.states.get(user_id)) is None:
            raise NoPhone
        self._steps[user_id].switched = True
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
                step = self._take_on(user_id, None)
                if step is not None and step.switched:
                    step.due = self.clock()
                elif step is not None:
                    self._follow_pbx(user_id, self.clock())
        for user_id, state in list(self.states.items()):
            phone, known = self.directory.interface_of(user_id), self._steps[user_id]
            if phone is None:
                del self.states[user_id], self._steps[user_id]
                self.intervals.note(PresenceChanged(user_id, Shown(State.OFFLINE, None, max(self.clock(), state.shown.since))))
            elif phone != known.phone:
                self._steps[user_id] = Step(phone, known.switched, known.paused, due=self.clock())
                self._done(user_id, state.changed_phone(self.clock()))
        self._wake.set()

    async def run(self) -> None:
        """End wrap-ups in time and keep the PBX's members in step, until cancelled."""
        await self._read.wait()
        while True:
            await self._wait()
            self._wake.clear()
            moment = self.clock()
            for user_id, state in self.states.items():
                if state.due(moment):
                    self._done(user_id, state.wrapped_up(moment))
            for user_id, step in self._steps.items():
                if step.look_again is not None and step.look_again <= moment:
                    step.look_again = None
                    self._follow_pbx(user_id, moment)
            for user_id, step in list(self._steps.items()):
                if step.due is not None and step.due <= self.clock() and self._steps.get(user_id) is step:
                    await self._tell(user_id, step)

    async def _save(self, session: AsyncSession, changes: list[PresenceChanged]) -> None:
        await intervals.save(session, self.db.dialect, changes, self.directory.accounts)

    async def _wait(self) -> None:
        due = [s.wrap_up_until for s in self.states.values() if s.wrap_up_until is not None and not s.busy_with]
        due += [at for step in self._steps.values() if (at := step.next) is not None]
        patience = None if not due else max(0.02, (min(due) - self.clock()).total_seconds())
        try:
            async with asyncio.timeout(patience):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def _tell(self, user_id: int, step: Step) -> None:
        """Pause or un-pause an agent on the PBX, where its queues show something else."""
        step.due, paused = None, step.paused
        why = reason(self.states[user_id]) if paused else ""
        mine = self.memberships(user_id)
        wrong = {m.interface for m in mine if step.shows(m, self.clock()) != paused}
        if not wrong or not self._ours_to_say(user_id):
            return
        step.told, refused = Told(paused, {(m.queue, m.interface) for m in mine}), False
        for interface in wrong:
            try:
                await self.pause(interface, paused, why)
            except DomainError as error:
                refused = True
                if not step.refused:
                    logger.warning("agent_not_paused", user_id=user_id, interface=interface, paused=paused, error=str(error))
        step.answered(self.clock(), refused=refused)

    def _take_on(self, user_id: int, left_open: PresenceInterval | None) -> Step | None:
        """None: the account has no phone."""
        account = self.directory.accounts[user_id]
        if not account.active or not account.interface:
            return None
        switch = State(account.presence or State.OFFLINE)
        # The PBX's clock may be ahead of ours, which is all there is until the link is up: no interval ends before it began.
        moment = self.clock() if left_open is None else max(self.clock(), left_open.started_at)
        state = self.states[user_id] = AgentState.begin(switch, account.presence_reason, moment)
        step = self._steps[user_id] = Step(account.interface, account.presence is not None, not state.wants_calls)
        if left_open is not None and (left_open.state, left_open.reason) == (state.shown.state, state.shown.reason):
            state.shown = Shown(state.shown.state, state.shown.reason, left_open.started_at)
        else:
            self.intervals.note(PresenceChanged(user_id, state.shown))
        return step

    def _follow_pbx(self, user_id: int, at: datetime) -> None:
        """A member changed. If it was not we who did it, somebody turned the switch at the PBX."""
        state, step, mine = self.states[user_id], self._steps[user_id], self.memberships(user_id)
        if step.unsettled(at):
            step.look_later(at)
        elif (to := switch_at_pbx(state, mine, switched=step.switched)) is not None:
            self._done(user_id, state.set_switch(to, next((m.reason for m in mine if m.reason), None), at))

    def _done(self, user_id: int, changed: bool) -> None:
        """A state was told something; `changed`: it shows. A switch turned during a call does not, and the PBX is to know at once.

        Whether the agent wants calls is all it is to know: what it does of itself as the phone rings or falls silent stands."""
        if changed:
            change = PresenceChanged(user_id, self.states[user_id].shown)
            self.intervals.note(change)
            self.on_change(change)
        self._steps[user_id].want(not self.states[user_id].wants_calls, self.clock())
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

    def _ours_to_say(self, user_id: int) -> bool:
        """Is the agent's pausing ours? Who never turned the switch here is left alone, but for wrap-ups."""
        step = self._steps[user_id]
        return step.switched or self.states[user_id].wrap_up_of is not None or step.paused_by_us(self.memberships(user_id), self.clock())


def _key(fact: OfferBegan | OfferEnded) -> str:
    """What stays of an offer while its channel is found behind a Local one, or its call becomes part of another."""
    return fact.offer.rung_at.isoformat()
