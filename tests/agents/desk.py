"""A floor with one agent, and a PBX that remembers what it was told."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from ringdesk.agents import accounts
from ringdesk.agents.directory import Directory
from ringdesk.agents.floor import Floor
from ringdesk.agents.intervals import PresenceChanged
from ringdesk.agents.models import PresenceInterval, User
from ringdesk.agents.rights import Role
from ringdesk.config.errors import Unavailable
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database
from ringdesk.telephony.events import MemberChanged
from ringdesk.telephony.facts import (
    Call,
    Conversation,
    ConversationEnded,
    MemberSeen,
    MembersRead,
    Offer,
    OfferBegan,
    OfferEnded,
    PhoneDown,
    PhoneUp,
)

PHONE = "PJSIP/1001"
COLLEAGUES = "PJSIP/1002"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Desk:
    """A floor with one agent at PJSIP/1001, member of the queue support, and a PBX that remembers what it was told."""

    def __init__(self, db: Database, user_id: int, wrap_up: float = 30.0) -> None:
        self.db, self.user_id = db, user_id
        self.directory = Directory(db)
        self.told: list[tuple[str, bool, str]] = []
        self.seen: list[PresenceChanged] = []
        self.refuses = False
        self.answers = asyncio.Event()
        """Cleared: the PBX keeps its answers to itself until it is set."""
        self.answers.set()
        self.ahead = timedelta(0)
        self.floor = Floor(
            db, self.directory, pause=self._pause, clock=lambda: now() + self.ahead, wrap_up=timedelta(seconds=wrap_up),
            on_change=self.seen.append,
        )  # fmt: skip

    async def _pause(self, interface: str, paused: bool, reason: str) -> None:
        if self.refuses:
            raise Unavailable
        self.told.append((interface, paused, reason))
        await self.answers.wait()

    @property
    def at(self) -> datetime:
        return now() + self.ahead

    @property
    def state(self) -> str:
        shown = self.floor.shown(self.user_id)
        return "" if shown is None else shown.state.value

    def member(
        self, paused: bool = False, reason: str = "", queue: str = "support", removed: bool = False, phone: str = PHONE
    ) -> MemberChanged:
        return MemberChanged(
            at=self.at, queue=queue, interface=phone, state_interface=phone, name="", paused=paused, reason=reason, status=1, penalty=0,
            in_call=False, removed=removed,
        )  # fmt: skip

    def members(self, *members: MemberChanged) -> None:
        self.floor.members_read(MembersRead(at=self.at, members=members, queues=("support",)))

    def one(self, member: MemberChanged) -> None:
        self.floor.member_seen(MemberSeen(at=self.at, member=member))

    def later(self, time: timedelta) -> None:
        self.ahead += time
        self.floor._wake.set()

    async def colleague(self) -> int:
        """Somebody else at work, at PJSIP/1002. Returns who."""
        async with self.db.write() as session:
            user_id = await accounts.add(session, name="pavel", roles=[Role.AGENT], interface=COLLEAGUES)
        await self.directory.reload()
        self.floor.people_changed()
        return user_id

    async def gets_phone(self, interface: str | None) -> None:
        async with self.db.write() as session:
            await session.execute(update(User).where(User.id == self.user_id).values(interface=interface))
        await self.directory.reload()
        self.floor.people_changed()

    async def call(self, call_id: str = "c1") -> None:
        """Ring, talk, hang up."""
        call = Call(id=call_id, linkedid=call_id, started_at=self.at, direction="in")
        offer = Offer(seq=0, interface=PHONE, channel="ch", rung_at=self.at)
        self.floor.offer_began(OfferBegan(at=self.at, call=call, offer=offer))
        self.floor.phone_up(PhoneUp(at=self.at, call=call, interface=PHONE, channel="ch"))
        self.floor.offer_ended(OfferEnded(at=self.at, call=call, offer=offer))
        talk = Conversation(seq=0, interface=PHONE, channel="ch", started_at=self.at, ended_at=self.at)
        self.floor.conversation_ended(ConversationEnded(at=self.at, call=call, conversation=talk))
        self.floor.phone_down(PhoneDown(at=self.at, call=call, interface=PHONE, channel="ch"))

    async def does(self, step: str) -> None:
        """One thing that can happen, whether it makes sense just now or not."""
        one, other = (Call(id=i, linkedid=i, started_at=self.at, direction="in") for i in ("c1", "c2"))
        at, floor = self.at, self.floor
        match step:
            case "rings" | "other rings":
                call = one if step == "rings" else other
                floor.offer_began(OfferBegan(at=at, call=call, offer=Offer(seq=0, interface=PHONE, channel="ch", rung_at=NOON)))
            case "stops":
                floor.offer_ended(OfferEnded(at=at, call=one, offer=Offer(seq=0, interface=PHONE, channel="ch", rung_at=NOON)))
            case "up" | "other up":
                floor.phone_up(PhoneUp(at=at, call=one if step == "up" else other, interface=PHONE, channel=step))
            case "down" | "other down":
                floor.phone_down(PhoneDown(at=at, call=one, interface=PHONE, channel="up" if step == "down" else "other up"))
            case "ends":
                talk = Conversation(seq=0, interface=PHONE, channel="ch", started_at=at, ended_at=at)
                floor.conversation_ended(ConversationEnded(at=at, call=one, conversation=talk))
            case "available" | "paused" | "offline":
                await floor.switch(self.user_id, step, "Lunch")
            case "wrapped up":
                await floor.end_wrap_up(self.user_id)
            case "pbx pauses" | "pbx unpauses":
                self.one(self.member(paused=step == "pbx pauses", reason="Feature code"))
            case "pbx removes":
                self.one(self.member(removed=True))
            case "written":
                await floor.intervals.write()
            case _:
                await asyncio.sleep(0.001)

    async def until(self, condition: Callable[[], bool]) -> None:
        for _ in range(300):
            if condition():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"{self.state}, told {self.told}")

    async def written(self) -> list[tuple[str, str | None]]:
        """The intervals so far, once they were checked to follow each other without hole or overlap, the last one open."""
        await asyncio.sleep(0.05)
        await self.floor.intervals.write()
        async with self.db.read() as session:
            query = select(PresenceInterval).where(PresenceInterval.user_id == self.user_id).order_by(PresenceInterval.id)
            rows = list(await session.scalars(query))
        for row, following in itertools.pairwise(rows):
            assert row.ended_at == following.started_at
        assert all(row.ended_at is None or row.ended_at >= row.started_at for row in rows)
        assert [row.ended_at is None for row in rows] == [False] * (len(rows) - 1) + [True]
        return [(row.state, row.reason) for row in rows]


@asynccontextmanager
async def desk(db: Database, wrap_up: float = 30.0, ahead: timedelta = timedelta(0)) -> AsyncIterator[Desk]:
    """A run of the floor; the agent is made by the first one."""
    async with db.write() as session:
        user_id = await session.scalar(select(User.id).where(User.name == "olga"))
        user_id = user_id or await accounts.add(session, name="olga", roles=[Role.AGENT], interface=PHONE)
    found = Desk(db, user_id, wrap_up)
    found.ahead = ahead
    await found.directory.reload()
    await found.floor.begin()
    running = [asyncio.create_task(part.run()) for part in (found.floor, found.floor.intervals)]
    try:
        yield found
    finally:
        for task in running:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
