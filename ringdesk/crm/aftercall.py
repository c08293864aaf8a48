"""After a call: who was missed goes on the call-back list, who was reached comes off it; notes and dispositions follow their call."""

import asyncio
from collections.abc import Callable

from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.config import log
from ringdesk.crm import callbacks, dispositions, lookup, notes
from ringdesk.storage.engine import AWAY, Database
from ringdesk.telephony import numbers
from ringdesk.telephony.facts import Call, CallEnded, CallsJoined, ConversationBegan

logger = log.get(__name__)

MISSED = frozenset({"abandoned", "timed_out", "no_answer", "busy", "failed"})
GROUP = 100  # facts written in one transaction, where so many wait: a flood must not pile up
LONGEST_RETRY = 5.0  # seconds between tries while the database is away
Heard = CallEnded | CallsJoined | ConversationBegan


class AfterCall:
    """Hears of answered and ended calls; writes in a task of its own, in their order."""

    def __init__(self, db: Database, country: str, short_abandon: float, on_callbacks: Callable[[], None]) -> None:
        self.db = db
        self.country = country
        self.short_abandon = short_abandon
        self.on_callbacks = on_callbacks
        self._waiting: asyncio.Queue[Heard] = asyncio.Queue()

    def hear(self, fact: Heard) -> None:
        self._waiting.put_nowait(fact)

    async def run(self) -> None:
        while True:
            facts = [await self._waiting.get()]
            while len(facts) < GROUP and not self._waiting.empty():
                facts.append(self._waiting.get_nowait())
            try:
                await self._settle_all(facts)
            finally:
                for _ in facts:
                    self._waiting.task_done()

    async def drained(self) -> None:
        """Until everything heard so far is written."""
        await self._waiting.join()

    async def settle(self, *facts: Heard) -> None:
        """Write what follows from these, in one transaction."""
        concerned = [(fact, number) for fact in facts if (number := self._number(fact)) is not None]
        if not concerned:
            return
        async with self.db.write() as session:
            # Most callers were never missed: one look for all of them.
            listed = await callbacks.on_list(session, (number for _, number in concerned))
            changes = [await self._settle(session, fact, number, listed) for fact, number in concerned]
        if any(changes):
            self.on_callbacks()

    async def _settle_all(self, facts: list[Heard]) -> None:
        """Together; one by one where something is wrong with one of them, for the others must not suffer by it."""
        try:
            await self._settle_or_retry(facts)
        except Exception:
            if len(facts) == 1:
                logger.exception("call_not_settled", call_id=facts[0].call.id)
                return
            for fact in facts:
                await self._settle_all([fact])

    async def _settle_or_retry(self, facts: list[Heard]) -> None:
        delay = 0.1
        while True:
            try:
                return await self.settle(*facts)
            except AWAY as error:
                logger.error("calls_not_settled_yet", waiting=len(facts), error=str(error), retry_in=delay)
            await asyncio.sleep(delay)
            delay = min(LONGEST_RETRY, delay * 2)

    def _number(self, fact: Heard) -> str | None:
        """The number that is to be written about; None where nothing is. It plays no part for calls that were joined."""
        if isinstance(fact, CallsJoined):
            return ""
        call = fact.call
        if call.direction == "internal" or not (_talked(fact) or (call.direction == "in" and self._missed(call))):
            return None
        return numbers.parse(call.caller_number, self.country).e164

    async def _settle(self, session: AsyncSession, fact: Heard, number: str, listed: set[str]) -> bool:
        """Has the call-back list changed by it? `listed` is who waits for a call just now."""
        call = fact.call
        if isinstance(fact, CallsJoined):
            await notes.follow_call(session, fact.gone.id, call.id)
            await dispositions.follow_call(session, fact.gone.id, call)
            return False
        if _talked(fact):
            if number not in listed:
                return False
            listed.discard(number)
            since = fact.conversation.started_at if isinstance(fact, ConversationBegan) else call.answered_at or fact.at
            return await callbacks.reached(session, number, since) is not None
        listed.add(number)
        matches = await lookup.with_number(session, number)
        await callbacks.missed(
            session,
            number=number,
            call_id=call.id,
            at=call.ended_at or call.started_at,
            caller_name=call.caller_name or None,
            customer_id=matches[0].id if len(matches) == 1 else None,
            queue=call.queue,
            did=call.did,
        )
        return True

    def _missed(self, call: Call) -> bool:
        """Who gives up at once dialled wrong, or thought better of it."""
        lasted = float("inf") if call.ended_at is None else (call.ended_at - call.started_at).total_seconds()
        return call.outcome in MISSED and not (call.outcome == "abandoned" and lasted < self.short_abandon)


def _talked(fact: CallEnded | ConversationBegan) -> bool:
    """While they talk nobody else should call them: the entry goes as soon as the conversation begins."""
    return fact.call.outcome == "answered" or isinstance(fact, ConversationBegan)
