"""A call and its cards while they live, and what of it one person gets to see."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from ringdesk.agents.rights import Principal
from ringdesk.screenpop.cards import Card, SentBy, caller_view, waited
from ringdesk.screenpop.matching import Known, Matcher, may_see
from ringdesk.storage.base import now
from ringdesk.telephony import numbers
from ringdesk.telephony.facts import Call


@dataclass(slots=True)
class LiveCard:
    card_id: str
    user_id: int
    rung_at: datetime
    state: Literal["ringing", "talking", "held", "ended"] = "ringing"
    ringing: set[str] = field(default_factory=set)
    """Offers that ring this agent for this call; one agent may have two phones."""
    visit_seq: int | None = None
    sent_by: SentBy | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    pushed: bool = False
    closed: bool = False
    shown: int | None = None
    """Whose card it was when it was last sent: the audit log need not hear of it again."""


@dataclass(slots=True)
class Popped:
    """One call, its caller looked up once, its cards by user."""

    call: Call
    lookup: asyncio.Task[Known]
    cards: dict[int, LiveCard] = field(default_factory=dict)
    chosen: int | None = None
    reasons: dict[int, str] = field(default_factory=dict)
    """Who transferred with which words."""

    def known(self) -> Known | None:
        """What was looked up, None while it is not there or could not be had."""
        task = self.lookup
        return task.result() if task.done() and not task.cancelled() and task.exception() is None else None


def build(popped: Popped, card: LiveCard, known: Known | None, reader: Principal, matcher: Matcher) -> Card:
    """The card as `reader` may see it."""
    call = popped.call
    facts = _visible(reader, known) if known is not None else Known()
    return Card(
        card_id=card.card_id,
        call_id=call.id,
        direction=call.direction,
        queue=call.queue,
        did=call.did,
        did_pretty=numbers.as_shown(call.did, matcher.country) if call.did else None,
        state=card.state,
        caller=caller_view(call, matcher.country),
        customer=facts.customer,
        restricted=known is not None and (known.customer is not facts.customer or (bool(known.matches) and not facts.matches)),
        candidates=matcher.candidates(facts.matches) if facts.customer is None else [],
        history=[past.item for past in facts.history],
        notes=facts.notes,
        sent_by=card.sent_by,
        looked_up=known is not None,
        waited_s=waited(call, card.answered_at or card.rung_at),
        call_started_at=call.started_at,
        ring_started_at=card.rung_at,
        answered_at=card.answered_at,
        ended_at=card.ended_at,
        pushed_at=now(),
    )


def _visible(reader: Principal, known: Known) -> Known:
    """What of the call's customer this person may see. A card never shows one customer's data to who may not see it."""
    matches = [m for m in known.matches if may_see(reader, m.team_id)]
    customer = known.customer if known.customer is not None and may_see(reader, known.customer.team_id) else None
    hidden = known.customer is not None and customer is None
    unsure = len(matches) < len(known.matches) and customer is None
    own = [note for note in known.notes if note.author is not None and note.author.id == reader.user_id]
    return Known(
        matches=[] if hidden else matches,
        chosen=known.chosen,
        customer=customer,
        history=[] if hidden or unsure else [past for past in known.history if may_see(reader, past.team_id)],
        notes=own if hidden else known.notes,
    )
