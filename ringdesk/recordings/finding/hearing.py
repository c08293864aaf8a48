"""Listens to the PBX for recordings: which file is whose, and what happened during the call. Written a moment later, in groups."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.recordings.finding import hints
from ringdesk.recordings.models import CallMark, CallMarkKind
from ringdesk.storage.engine import Database
from ringdesk.storage.later import Later
from ringdesk.telephony import facts

Note = Callable[[AsyncSession], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened during a call, by the PBX's clock."""

    call_id: str
    at: datetime
    kind: CallMarkKind
    text: str | None = None
    user_id: int | None = None

    async def __call__(self, session: AsyncSession) -> None:
        session.add(CallMark(call_id=self.call_id, at=self.at, kind=self.kind, text=self.text, user_id=self.user_id))
        await session.flush()  # a merge of calls that comes next must find it


class Hearing:
    """Notes what the facts of the table in `config.wiring` say; `run` writes it."""

    def __init__(self, db: Database, owner_of: Callable[[str], int | None]) -> None:
        self.owner_of = owner_of
        self._later: Later[Note] = Later(db, "recording-hints", _save)

    async def run(self) -> None:
        await self._later.run()

    async def write(self) -> None:
        """Write what was heard so far, now."""
        await self._later.write()

    def mark(self, mark: Mark) -> None:
        self._later.note(mark)

    def recording_began(self, fact: facts.RecordingBegan) -> None:
        self._later.note(partial(_began, fact, fact.call.id))

    def recording_ended(self, fact: facts.RecordingEnded) -> None:
        self._later.note(partial(_ended, fact))

    def held(self, fact: facts.ConversationHeld) -> None:
        self.mark(Mark(fact.call.id, fact.at, "hold", user_id=self.owner_of(fact.conversation.interface)))

    def resumed(self, fact: facts.ConversationResumed) -> None:
        self.mark(Mark(fact.call.id, fact.at, "resume", user_id=self.owner_of(fact.conversation.interface)))

    def transferred(self, fact: facts.CallTransferred) -> None:
        text = f"{fact.kind} to {fact.to}" if fact.to else fact.kind
        self.mark(Mark(fact.call.id, fact.at, "transfer", text, self.owner_of(fact.by)))

    def calls_joined(self, fact: facts.CallsJoined) -> None:
        self._later.note(partial(hints.joined, gone=fact.gone.id, kept=fact.call.id))

    def call_dropped(self, fact: facts.CallDropped) -> None:
        self._later.note(partial(hints.dropped, call_id=fact.call.id))

    def call_ended(self, fact: facts.CallEnded) -> None:
        self._later.note(partial(hints.call_over, call_id=fact.call.id, at=fact.call.ended_at or fact.at))


async def _began(fact: facts.RecordingBegan, call_id: str, session: AsyncSession) -> None:
    await hints.began(session, fact.path, call_id, fact.channel, fact.side, fact.at)


async def _ended(fact: facts.RecordingEnded, session: AsyncSession) -> None:
    await hints.ended(session, fact.path, fact.channel, fact.side, fact.at)


async def _save(session: AsyncSession, notes: list[Note]) -> None:
    for note in notes:
        await note(session)
