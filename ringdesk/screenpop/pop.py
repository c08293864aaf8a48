"""Whom to tell: one card a call and agent, opened when the phone is about to ring, kept through the talk, closed with a reason."""

import asyncio
import itertools
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from pydantic import BaseModel

from ringdesk.agents.directory import Directory
from ringdesk.config import log
from ringdesk.screenpop import shown
from ringdesk.screenpop.cards import Card, CardClosed, ClosedBecause, SentBy
from ringdesk.screenpop.matching import Known, Matcher
from ringdesk.screenpop.popped import LiveCard, Popped, build
from ringdesk.storage.engine import Database
from ringdesk.storage.later import Later
from ringdesk.telephony.facts import (
    Call,
    CallBegan,
    CallChanged,
    CallDropped,
    CallEnded,
    CallsJoined,
    CallTransferred,
    ConversationBegan,
    ConversationEnded,
    ConversationHeld,
    ConversationResumed,
    OfferBegan,
    OfferEnded,
    PhoneDown,
)
from ringdesk.telephony.store import CallStore

logger = log.get(__name__)

PATIENCE = 0.5  # seconds a card waits for the database before it goes out with the number alone; the customer follows
KEPT = 2  # ended cards an agent, remembered for the wrap-up after a reload of the page


class Push(Protocol):
    def to_user(self, user_id: int, event: str, payload: BaseModel) -> None:
        """Send to every tab of the user, in the order of the calls. Must not block."""


class ScreenPop:
    """Hears of calls in the order they happen; all of its methods are quick, what takes time is in tasks of its group."""

    def __init__(
        self,
        db: Database,
        directory: Directory,
        matcher: Matcher,
        store: CallStore,
        push: Push,
        spawn: Callable[..., asyncio.Task[Known]],
    ) -> None:
        self.directory = directory
        self.matcher = matcher
        self.store = store
        self.push = push
        self.spawn = spawn
        self.popped: dict[str, Popped] = {}
        self.ended: dict[int, dict[str, Popped]] = {}
        """User → their last ended calls."""
        self._serial = itertools.count(1)
        self.shown = Later(db, "audit", shown.save)

    # Facts ------------------------------------------------------------------------------------------------------------------

    def call_began(self, fact: CallBegan) -> None:
        popped = self._of(fact.call, new=True)
        if fact.call.direction == "out":
            self._outgoing(popped, fact.at)

    def call_changed(self, fact: CallChanged) -> None:
        popped = self._of(fact.call)
        if popped.chosen is None:
            self._look_up_again(popped)
        if fact.call.direction == "out":
            self._outgoing(popped, fact.at)
        self._push_all(popped)

    def offer_began(self, fact: OfferBegan) -> None:
        user_id = self.directory.owner_of(fact.offer.interface)
        if user_id is None:
            return
        popped = self._of(fact.call)
        card = self._open(popped, user_id, fact.at)
        card.ringing.add(fact.offer.rung_at.isoformat())
        card.visit_seq = fact.offer.visit_seq
        if fact.sent_by is not None and (sender := self.directory.owner_of(fact.sent_by)) not in (None, user_id):
            person = self.matcher.person(sender)
            card.sent_by = None if person is None else SentBy(agent=person, reason=popped.reasons.get(sender or 0))
        self._push(popped, card)

    def offer_ended(self, fact: OfferEnded) -> None:
        popped = self.popped.get(fact.call.id)
        if popped is None:
            return
        user_id = self.directory.owner_of(fact.offer.interface)
        card = popped.cards.get(user_id or 0)
        if card is not None and not card.closed:
            card.ringing.discard(fact.offer.rung_at.isoformat())
            if fact.offer.outcome == "answered":
                card.state, card.answered_at = "talking", card.answered_at or fact.at
                card.ringing.clear()
                self._push(popped, card)
            elif card.state == "ringing" and not card.ringing:
                self._close(popped, card, self._why(popped.call, fact))
        if fact.offer.outcome == "answered":
            for other in popped.cards.values():
                if other.user_id != user_id and other.state == "ringing" and other.visit_seq == fact.offer.visit_seq:
                    self._close(popped, other, "elsewhere")

    def conversation_began(self, fact: ConversationBegan) -> None:
        user_id = self.directory.owner_of(fact.conversation.interface)
        if user_id is None:
            return
        popped = self._of(fact.call)
        card = self._open(popped, user_id, fact.at)
        card.state, card.answered_at = "talking", card.answered_at or fact.at
        self._push(popped, card)

    def conversation_held(self, fact: ConversationHeld | ConversationResumed) -> None:
        popped = self.popped.get(fact.call.id)
        card = None if popped is None else popped.cards.get(self.directory.owner_of(fact.conversation.interface) or 0)
        if popped is not None and card is not None and not card.closed:
            card.state = "held" if isinstance(fact, ConversationHeld) else "talking"
            self._push(popped, card)

    def conversation_ended(self, fact: ConversationEnded) -> None:
        popped = self.popped.get(fact.call.id)
        card = None if popped is None else popped.cards.get(self.directory.owner_of(fact.conversation.interface) or 0)
        if popped is not None and card is not None and not card.closed:
            card.ended_at = fact.conversation.ended_at
            self._close(popped, card, "ended")

    def phone_down(self, fact: PhoneDown) -> None:
        """A colleague who was only consulted has no conversation that could end."""
        popped = self.popped.get(fact.call.id)
        card = None if popped is None else popped.cards.get(self.directory.owner_of(fact.interface) or 0)
        if popped is not None and card is not None and not card.closed and card.state != "ringing":
            card.ended_at = fact.at
            self._close(popped, card, "ended")

    def call_transferred(self, fact: CallTransferred) -> None:
        popped = self.popped.get(fact.call.id)
        if popped is not None and (sender := self.directory.owner_of(fact.by)) is not None:
            logger.info("call_transferred", call_id=fact.call.id, by=sender, kind=fact.kind, to=fact.to)

    def calls_joined(self, fact: CallsJoined) -> None:
        """The cards of the call that is no more go on as cards of the one it became."""
        gone = self.popped.pop(fact.gone.id, None)
        if gone is None:
            return
        kept = self._of(fact.call)
        if kept.chosen is None and gone.chosen is not None:
            kept.chosen = gone.chosen
            self._look_up_again(kept)
        kept.reasons.update(gone.reasons)
        for user_id, card in gone.cards.items():
            other = kept.cards.get(user_id)
            if other is None or other.closed:
                kept.cards[user_id] = card
                self._push(kept, card)
            elif not card.closed:
                self._close(gone, card, "answered")

    def call_over(self, fact: CallEnded | CallDropped) -> None:
        popped = self.popped.pop(fact.call.id, None)
        if popped is None:
            return
        for card in popped.cards.values():
            if not card.closed:
                card.ended_at = fact.at
                self._close(popped, card, "abandoned" if card.state == "ringing" else "ended")

    # People -------------------------------------------------------------------------------------------------------------------

    async def choose(self, call_id: str, customer_id: int | None) -> None:
        """A person says who this is: remembered with the call, shown on every card of it."""
        popped = self.popped.get(call_id) or self._ended(call_id)
        await self.store.choose_customer(call_id, customer_id)
        if popped is not None:
            popped.chosen = customer_id
            self._look_up_again(popped)
            self._push_all(popped)

    def refresh(self, call_id: str) -> None:
        """Something on the card changed (a note, the customer): read it anew for everybody who has it open."""
        popped = self.popped.get(call_id)
        if popped is not None:
            self._look_up_again(popped)
            self._push_all(popped)

    def customer_changed(self, customer_id: int) -> None:
        for call_id, popped in list(self.popped.items()):
            known = popped.known()  # a look-up that still runs may have read before the change
            if known is None or known.chosen == customer_id or any(m.id == customer_id for m in known.matches):
                self.refresh(call_id)

    def customer_became(self, customer_id: int, other_id: int | None) -> None:
        """A customer was merged into another, or removed (None): whoever was chosen for a running call is so no more."""
        self.store.replace_customer(customer_id, other_id)
        for popped in self.popped.values():
            if popped.chosen == customer_id:
                popped.chosen = other_id
        self.customer_changed(customer_id)

    def number_changed(self) -> None:
        """A customer got a number, or lost one: callers who were unknown a moment ago may have a name now."""
        for call_id, popped in list(self.popped.items()):
            known = popped.known()
            if known is None or known.chosen is None:
                self.refresh(call_id)

    def give_reason(self, call_id: str, user_id: int, reason: str | None) -> None:
        """Why the agent is about to send this call on; shown on the next card. None: for no reason given, also not the last one's."""
        if (popped := self.popped.get(call_id)) is not None:
            popped.reasons.pop(user_id, None)
            if reason:
                popped.reasons[user_id] = reason

    async def cards_of(self, user_id: int, wrap_up_of: str | None) -> list[Card]:
        """What is open for this user now, and the call of the wrap-up they are in: the snapshot after a reconnect."""
        wanted = [(p, card) for p in self.popped.values() if (card := p.cards.get(user_id)) is not None and not card.closed]
        last = self.ended.get(user_id, {}).get(wrap_up_of or "")
        if last is not None and not any(popped is last for popped, _ in wanted):
            wanted.append((last, last.cards[user_id]))
        found = [await self._settled_card(popped, card) for popped, card in wanted]
        return [card for card in found if card is not None]

    def restore(self, call: Call) -> None:
        """A call that ran on while Ringdesk was away: its cards are there again for the snapshot."""
        popped = self._of(call)
        for conversation in call.conversations:
            if conversation.ended_at is None and (user_id := self.directory.owner_of(conversation.interface)) is not None:
                card = self._open(popped, user_id, conversation.started_at)
                card.state, card.answered_at = "talking", conversation.started_at
        for offer in call.offers:
            if offer.ended_at is None and (user_id := self.directory.owner_of(offer.interface)) is not None:
                self._open(popped, user_id, offer.rung_at).ringing.add(offer.rung_at.isoformat())

    # Inside -------------------------------------------------------------------------------------------------------------------

    def _of(self, call: Call, *, new: bool = False) -> Popped:
        popped = self.popped.get(call.id)
        if popped is None:
            chosen = self.store.customer_of(call.id)
            popped = self.popped[call.id] = Popped(call, self._look_up(call, chosen, new=new), chosen=chosen)
        return popped

    def _look_up(self, call: Call, chosen: int | None, *, new: bool = False) -> asyncio.Task[Known]:
        task = self.spawn(self.matcher.find(call, chosen, new=new), name=f"look-up {call.id}")
        task.add_done_callback(lambda done: self._found(call, done))
        return task

    def _look_up_again(self, popped: Popped) -> None:
        popped.lookup = self._look_up(popped.call, popped.chosen)

    def _found(self, call: Call, task: asyncio.Task[Known]) -> None:
        if task.cancelled():
            return
        if (error := task.exception()) is not None:
            logger.error("caller_not_looked_up", call_id=call.id, error=str(error))
        elif task.result().chosen is not None and len(task.result().matches) == 1:
            self.store.suggest_customer(call, task.result().chosen or 0)

    def _open(self, popped: Popped, user_id: int, at: datetime) -> LiveCard:
        card = popped.cards.get(user_id)
        if card is None or card.closed:
            card_id = f"{popped.call.id}.{user_id}.{next(self._serial)}"
            card = popped.cards[user_id] = LiveCard(card_id=card_id, user_id=user_id, rung_at=at)
        return card

    def _outgoing(self, popped: Popped, at: datetime) -> None:
        """Who dials a customer gets the customer's card."""
        user_id = None if popped.call.origin is None else self.directory.owner_of(popped.call.origin)
        if user_id is not None and user_id not in popped.cards:
            self._push(popped, self._open(popped, user_id, at))

    def _why(self, call: Call, fact: OfferEnded) -> ClosedBecause:
        if fact.offer.outcome in ("no_answer", "busy", "rejected"):
            return "missed"
        taken = any(o.outcome == "answered" and o.visit_seq == fact.offer.visit_seq and o is not fact.offer for o in call.offers)
        return "elsewhere" if taken else "abandoned"

    def _close(self, popped: Popped, card: LiveCard, reason: ClosedBecause) -> None:
        card.closed, card.state = True, "ended"
        self.push.to_user(card.user_id, "card_closed", CardClosed(card_id=card.card_id, call_id=popped.call.id, reason=reason))
        if reason == "ended":
            mine = self.ended.setdefault(card.user_id, {})
            mine[popped.call.id] = popped
            while len(mine) > KEPT:
                del mine[next(iter(mine))]

    def _ended(self, call_id: str) -> Popped | None:
        return next((mine[call_id] for mine in self.ended.values() if call_id in mine), None)

    def _push_all(self, popped: Popped) -> None:
        for card in popped.cards.values():
            if not card.closed:
                self._push(popped, card)

    def _push(self, popped: Popped, card: LiveCard) -> None:
        """Send the card now if the caller is looked up; else as soon as that is so, or time is up."""
        known = popped.known()
        if known is not None:
            self._send(popped, card, known)
        else:
            self.spawn(self._push_when_found(popped, card), name=f"card {card.card_id}")

    async def _push_when_found(self, popped: Popped, card: LiveCard) -> None:
        lookup = popped.lookup
        done, _ = await asyncio.wait({lookup}, timeout=PATIENCE)
        if not done and not card.pushed:
            self._send(popped, card, None)
        while not lookup.done() or lookup is not popped.lookup:
            lookup = popped.lookup
            await asyncio.wait({lookup})
        self._send(popped, card, popped.known())

    def _send(self, popped: Popped, card: LiveCard, known: Known | None) -> None:
        if card.closed or self.popped.get(popped.call.id) is not popped:  # it ended, or became part of another call
            return
        built = self._build(popped, card, known)
        if built is not None:
            card.pushed = True
            self.push.to_user(card.user_id, "card", built)

    async def _settled_card(self, popped: Popped, card: LiveCard) -> Card | None:
        await asyncio.wait({popped.lookup}, timeout=PATIENCE)
        return self._build(popped, card, popped.known())

    def _build(self, popped: Popped, card: LiveCard, known: Known | None) -> Card | None:
        reader = self.directory.principals.get(card.user_id)
        if reader is None:
            return None
        built = build(popped, card, known, reader, self.matcher)
        if built.customer is not None and card.shown != built.customer.id:
            card.shown = built.customer.id
            self.shown.note(shown.Shown(card.user_id, built.customer.id, popped.call.id))
        return built
