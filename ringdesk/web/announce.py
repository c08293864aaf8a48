"""Facts to browsers: a call's state to those in it and those who supervise them, presence likewise, the link's state to all."""

from ringdesk.agents.directory import Directory
from ringdesk.agents.intervals import PresenceChanged
from ringdesk.agents.presence import Shown
from ringdesk.storage.base import now
from ringdesk.telephony.facts import (
    Call,
    CallBegan,
    CallEnded,
    ConversationBegan,
    ConversationEnded,
    ConversationFact,
    ConversationHeld,
    ConversationResumed,
    OfferBegan,
    OfferFact,
    VisitBegan,
)
from ringdesk.telephony.listener import LinkState, Status
from ringdesk.web.live import CallStage, Notice, PresencePush, call_state
from ringdesk.web.push import SocketPush

Announced = CallBegan | CallEnded | VisitBegan | OfferBegan | ConversationBegan | ConversationHeld | ConversationResumed | ConversationEnded


class Announcer:
    def __init__(self, push: SocketPush, directory: Directory) -> None:
        self.push = push
        self.directory = directory
        self._link_up: bool | None = None

    def call_changed(self, fact: Announced) -> None:
        state: CallStage
        match fact:
            case CallBegan():
                state = "began"
            case CallEnded():
                state = "ended"
            case VisitBegan():
                state = "queued"
            case OfferBegan():
                state = "ringing"
            case ConversationHeld():
                state = "held"
            case ConversationBegan() | ConversationResumed():
                state = "talking"
            case ConversationEnded():
                return  # the call's next state says more
        agent_id = self._agent(fact)
        payload = call_state(fact.call, state, agent_id, fact.at)
        self.push.to_involved(self._people(fact.call), {visit.queue for visit in fact.call.visits}, "call", payload)

    def presence_changed(self, change: PresenceChanged) -> None:
        self.push.to_involved([change.user_id], [], "presence", presence_push(change.user_id, change.shown))

    def link_changed(self, link: LinkState) -> None:
        """Told once when the link goes and once when it is back."""
        up = link.status is Status.UP
        if link.status in (Status.CONNECTING, Status.SYNCING) or up == self._link_up:
            return
        first, self._link_up = self._link_up is None, up
        if first and up:
            return
        text = "The PBX is back" if up else "The PBX cannot be reached: calls are not shown until it is back"
        self.push.to_all("notice", Notice(key="link_up" if up else "link_down", text=text, at=link.since or now()))

    def _agent(self, fact: Announced) -> int | None:
        if isinstance(fact, OfferFact):
            return self.directory.owner_of(fact.offer.interface)
        if isinstance(fact, ConversationFact):
            return self.directory.owner_of(fact.conversation.interface)
        return None

    def _people(self, call: Call) -> list[int]:
        """Whose phones have part in the call."""
        interfaces = [o.interface for o in call.offers] + [c.interface for c in call.conversations]
        if call.origin is not None:
            interfaces.append(call.origin)
        owners = (self.directory.owner_of(interface) for interface in interfaces)
        return list(dict.fromkeys(owner for owner in owners if owner is not None))


def presence_push(user_id: int, shown: Shown) -> PresencePush:
    return PresencePush(
        user_id=user_id,
        state=shown.state.value,
        reason=shown.reason,
        since=shown.since,
        call_id=shown.call_id,
        until=shown.until,
    )
