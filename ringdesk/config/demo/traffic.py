"""Today's calls: who calls when, how it goes, who takes it. The director of the demo.

Phones are cast at the moment the queue would ring them: only members who are neither paused nor on the phone, so the presence switch
works for real. Whoever is signed in at a desk gets a call soon after their phone is free.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

from ringdesk.agents.presence import State
from ringdesk.config import log
from ringdesk.config.demo import closing
from ringdesk.config.demo.crew import CREW, NEWCOMER, QUEUES, Colleague
from ringdesk.config.demo.pace import Pacer
from ringdesk.config.demo.past import WRITTEN, names, packaged_once, who_calls, words
from ringdesk.config.demo.samples import Caller
from ringdesk.config.errors import DomainError
from ringdesk.config.wiring import House
from ringdesk.crm import callbacks, dispositions, notes
from ringdesk.telephony.listener import Status
from ringdesk.telephony.replay import Phone, ReplayServer, Session
from ringdesk.telephony.replay.session import Casting
from ringdesk.telephony.replay.text import Headers, value

logger = log.get(__name__)

TICK = 0.25  # seconds between two looks around
BETWEEN = 9.0  # seconds from one caller to the next, on average
MOST_CALLS = 9  # at once; more than the crew can take, so that somebody waits now and then
MOST_WAITING = 3  # callers in the queues; then nobody new calls for a while
ATTENTION = 3.0  # seconds from a phone of somebody signed in being free to the next call for it
HABITS = 20.0  # seconds between two things that colleagues do by themselves: a break, a call back
TO_A_DESK = 0.5  # of the transfers that colleagues make go to somebody who is signed in
STICKS = 20.0  # seconds a transfer waits for the one it is meant for
PATIENCE = (25.0, 40.0, 90.0)  # seconds a caller waits for a phone: shortest, most likely, longest
BREAK = (20.0, 40.0, 90.0)  # seconds
# What may happen to a call that is meant for somebody at a desk, and to any other one, out of a hundred.
AT_A_DESK = {
    "answered_customer_hangs_up": 40, "answered_agent_hangs_up": 20, "hold_resume": 15, "rna_then_next_agent": 6,
    "blind_transfer_to_agent": 8, "attended_transfer_completed": 8, "abandoned_ringing": 3,
}  # fmt: skip
ANY = {
    "answered_customer_hangs_up": 30, "answered_agent_hangs_up": 22, "hold_resume": 10, "rna_then_next_agent": 8,
    "blind_transfer_to_agent": 8, "attended_transfer_completed": 5, "blind_transfer_to_queue": 5, "declined_then_next": 3,
    "abandoned_queued": 6, "abandoned_ringing": 3,
}  # fmt: skip
REASONS = (
    "It is about an invoice from March, you know the case.",
    "Wants to speak with sales about six e-bikes.",
    "Warranty question, I have no access to the serial numbers.",
    "Asked for you by name.",
    "Speaks Ukrainian, I do not.",
)


@dataclass(slots=True)
class Book:
    """Who may call."""

    people: Sequence[Caller]
    unknown: Sequence[Caller]


@dataclass(slots=True)
class Traffic:
    """`run` until cancelled. Bounded by `MOST_CALLS`: a quiet hour leaves nothing behind."""

    house: House
    server: ReplayServer
    ids: Mapping[str, int]
    book: Book
    rng: Random
    speed: float = 1.0
    meant_for: dict[Session, Phone] = field(default_factory=dict)
    """Calls on their way to somebody at a desk."""
    welcomed: set[int] = field(default_factory=set)
    free_since: dict[str, float] = field(default_factory=dict)
    over: bool = False
    """The house is closing: what the PBX still plays has no consequences."""

    async def run(self) -> None:
        while self.house.listener.link.status is not Status.UP:  # noqa: ASYNC110 - the listener has no event for it
            await asyncio.sleep(TICK)
        loop = asyncio.get_running_loop()
        next_call, next_habit = loop.time(), loop.time() + HABITS / self.speed
        while True:
            await asyncio.sleep(TICK / self.speed)
            try:
                await self._welcome()
                self._attend(loop.time())
                if loop.time() >= next_call and self._room():
                    self._somebody_calls(ANY)
                    next_call = loop.time() + self.rng.expovariate(self.speed / BETWEEN)
                if loop.time() >= next_habit:
                    next_habit = loop.time() + HABITS / self.speed
                    await self._habit()
            except Exception:  # a demo that goes on with one call less is better than one that stands still
                logger.exception("demo_stumbled")
            self._tidy()

    async def _welcome(self) -> None:
        """Somebody signed in for the first time: they have come to work."""
        for user_id in self._at_desks() - self.welcomed:
            self.welcomed.add(user_id)
            shown = self.house.floor.shown(user_id)
            if shown is not None and shown.state is State.OFFLINE:
                await self.house.floor.switch(user_id, "available", None)

    def _attend(self, now: float) -> None:
        """A call for every phone at a desk that has been free for a moment."""
        at_desks = self._at_desks()
        for person in CREW:
            phone = person.phone
            if phone is None or self.ids[person.login] not in at_desks or not self._takes_calls(phone) or self._expected(phone):
                self.free_since.pop(person.interface or "", None)
                continue
            if now - self.free_since.setdefault(phone.interface, now) >= ATTENTION / self.speed:
                self._somebody_calls(AT_A_DESK, person)

    def _somebody_calls(self, kinds: Mapping[str, int], person: Colleague | None = None) -> None:
        queue = self.rng.choice(person.queues if person is not None else list(QUEUES))
        played = packaged_once(self.rng.choices(list(kinds), list(kinds.values()))[0])
        caller = who_calls(played, self.book.people, self.book.unknown, self.rng, self.house.settings.country)
        session = self.server.play(
            played,
            words=words(played, caller, queue, self.rng),
            names=names(played, caller),
            pace=Pacer(self.rng, self.speed, played),
            casting=self._cast,
            watch=self._watch,
        )
        if person is not None and person.phone is not None:
            self.meant_for[session] = person.phone

    async def _cast(self, session: Session, role: int) -> Phone | None:
        """Wait for a phone that may ring; None when the caller's patience is over."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        patience = self.rng.triangular(PATIENCE[0], PATIENCE[2], PATIENCE[1]) / self.speed
        if role > 0:
            self._mean_for_a_desk(session)
        while loop.time() < began + patience:
            sticks = role == 0 or loop.time() < began + STICKS / self.speed
            phone = self._choose(session, sticks=sticks)
            if phone is not None:
                self.meant_for.pop(session, None)
                self._give_reason(session)
                return phone
            await asyncio.sleep(0.1 / self.speed)
        return None

    def _choose(self, session: Session, *, sticks: bool) -> Phone | None:
        """In a queue its member who has been without a call for longest; in a transfer any colleague. Whom the call is meant for
        comes first, and while it `sticks` a transfer waits for them."""
        waiting = {line.queue for u in session.uniqueids if (line := self.server.pbx.lines.get(u)) is not None and line.queue}
        members = [m for m in self.server.pbx.members.values() if not waiting or m.queue in waiting]
        free = {m.interface: m.last_call for m in members if m.free and self.server.pbx.is_free(m.state_interface)}
        meant = self.meant_for.get(session)
        if meant is not None and (meant.interface in free or (sticks and not waiting)):
            return meant if meant.interface in free else None
        taken = {phone.interface for other, phone in self.meant_for.items() if other is not session}
        free = {interface: last for interface, last in free.items() if interface not in taken} or free
        return self.server.phones[min(free, key=lambda i: free[i])] if free else None

    def _mean_for_a_desk(self, session: Session) -> None:
        """Now and then a colleague sends a call on to whoever is looking: such a card says from whom, and why."""
        at_desks = self._at_desks()
        talking = {line.served_by for u in session.uniqueids if (line := self.server.pbx.lines.get(u)) is not None}
        looking = [
            p.phone
            for p in CREW
            if p.phone and p.interface not in talking and self.ids[p.login] in at_desks and not self._expected(p.phone)
            and all(not m.paused for m in self.server.pbx.memberships(p.phone.interface))
        ]  # fmt: skip
        if looking and self.rng.random() < TO_A_DESK:
            self.meant_for[session] = self.rng.choice(looking)

    def _watch(self, session: Session, message: Headers) -> None:
        """Who sends a caller on says why; a colleague who is played says what the call was about, and writes a note now and then."""
        if value(message, "Event") == "BlindTransfer":
            self._give_reason(session)
        if value(message, "Event") != "AgentComplete":
            return
        author = self.house.directory.owner_of(value(message, "Interface"))
        if self.over or author is None or author in self._at_desks():
            return
        call_id = self._call_id(value(message, "Linkedid"))
        if self.rng.random() < 0.25:
            self.house.spawn(self._write_note(call_id, author), name="demo note")
        if self.rng.random() < closing.CLOSED:
            self.house.spawn(self._close(call_id, author), name="demo disposition")

    async def _close(self, call_id: str, author: int) -> None:
        await self.house.store.flush()
        with suppress(DomainError):  # the call turned out to be a part of another
            async with self.house.db.write() as session:
                await closing.close(session, call_id, author, await dispositions.everything(session), self.rng)

    async def _write_note(self, call_id: str, author: int) -> None:
        customer_id = self.house.store.customer_of(call_id)
        if customer_id is not None:
            async with self.house.db.write() as session:
                await notes.save_for_call(session, call_id, customer_id, author, self.rng.choice(WRITTEN))

    def _give_reason(self, session: Session) -> None:
        """Whoever talks with the caller when another phone is chosen is about to send them on, and says why."""
        for uniqueid in session.uniqueids:
            line = self.server.pbx.lines.get(uniqueid)
            sender = None if line is None or not line.served_in else self.house.directory.owner_of(line.served_by)
            if line is not None and sender is not None:
                self.house.pop.give_reason(self._call_id(line.snapshot["Linkedid"]), sender, self.rng.choice(REASONS))

    async def _habit(self) -> None:
        """A colleague takes a break, comes back from one, or calls somebody who was missed."""
        played = [p for p in CREW if p.interface and p.queues and self.ids[p.login] not in self._at_desks() and p is not NEWCOMER]
        if not played:
            return
        person = self.rng.choice(played)
        if self.rng.random() < 0.35:
            self.house.spawn(self._take_break(person), name="demo break")
        else:
            await self._call_back(person)

    async def _take_break(self, person: Colleague) -> None:
        user_id = self.ids[person.login]
        try:
            await self.house.floor.switch(user_id, "paused", self.rng.choice(self.house.settings.pause_reasons))
            await asyncio.sleep(self.rng.triangular(BREAK[0], BREAK[2], BREAK[1]) / self.speed)
        finally:
            if user_id not in self._at_desks():
                await self.house.floor.switch(user_id, "available", None)

    async def _call_back(self, person: Colleague) -> None:
        phone = person.phone
        if phone is None or not self._takes_calls(phone) or not self._room():
            return
        async with self.house.db.read() as session:
            missed, _ = await callbacks.page(session, states=["open"], queues=None, cursor=None, limit=30)
        if len(missed) < 6:  # the newcomer should find some
            return
        chosen = self.rng.choice(missed)
        try:
            async with self.house.db.write() as session:
                await callbacks.take(session, chosen.id, self.ids[person.login])
        except DomainError:
            return  # somebody at a desk was faster
        self.house.services.callbacks_changed()
        goes = self.rng.choices(["outgoing_answered", "outgoing_customer_hangs_up", "outgoing_no_answer"], [5, 3, 2])[0]
        played = packaged_once(goes)
        caller = Caller(chosen.number, chosen.caller_name or "")
        cast = self.server.play(
            played, words=words(played, caller, "support", self.rng), names=names(played, caller), pace=Pacer(self.rng, self.speed, played),
            casting=self._this(phone),
        )  # fmt: skip
        if goes == "outgoing_no_answer" and cast.task is not None:
            self.house.spawn(self._put_back(cast.task, chosen.id, self.ids[person.login]), name="demo call-back")

    async def _put_back(self, call: asyncio.Task[None], callback_id: int, user_id: int) -> None:
        """Nobody was at home: the next one may try."""
        await asyncio.wait({call})
        with suppress(DomainError):
            async with self.house.db.write() as session:
                await callbacks.release(session, callback_id, self.house.directory.principals[user_id])
        self.house.services.callbacks_changed()

    @staticmethod
    def _this(phone: Phone) -> Casting:
        async def cast(_session: Session, _role: int) -> Phone:
            return phone

        return cast

    def _at_desks(self) -> set[int]:
        return {socket.user_id for socket in self.house.push.sockets.values()}

    def _takes_calls(self, phone: Phone) -> bool:
        mine = self.server.pbx.memberships(phone.interface)
        return bool(mine) and all(m.free for m in mine) and self.server.pbx.is_free(phone.interface)

    def _expected(self, phone: Phone) -> bool:
        return any(meant == phone for meant in self.meant_for.values())

    def _room(self) -> bool:
        return len(self.server.sessions) < MOST_CALLS and sum(map(len, self.server.pbx.waiting.values())) < MOST_WAITING

    def _call_id(self, linkedid: str) -> str:
        return f"{self.house.settings.pbx}-{linkedid}"

    def _tidy(self) -> None:
        for session in [s for s in self.meant_for if s not in self.server.sessions]:
            del self.meant_for[session]
