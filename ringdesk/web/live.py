"""What goes over Socket.IO, in versioned shapes; `card` and `card_closed` are in `screenpop.cards`."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel

from ringdesk.screenpop.cards import Card
from ringdesk.telephony.facts import Call

VERSION = 1
Scalar = str | int | float | None
Figure = Scalar | dict[str, Scalar]


CallStage = Literal["began", "queued", "ringing", "talking", "held", "ended"]


class CallState(BaseModel):
    """A call's state changed: for those in it, and those who supervise them."""

    v: int = VERSION
    call_id: str
    direction: Literal["in", "out", "internal"]
    state: CallStage
    queue: str | None
    number: str
    name: str
    agent_id: int | None
    outcome: str | None
    at: datetime


class PresencePush(BaseModel):
    v: int = VERSION
    user_id: int
    state: Literal["offline", "available", "ringing", "talking", "wrap_up", "paused"]
    reason: str | None
    since: datetime
    call_id: str | None
    until: datetime | None


class CallbacksChanged(BaseModel):
    """The call-back list is not what it was: read it again."""

    v: int = VERSION


class RecordingChanged(BaseModel):
    """A recording of a call came, went a step on, or is being transcribed: read it again where it is shown."""

    v: int = VERSION
    id: int
    call_id: str | None
    state: Literal["found", "stored", "transcribed", "scored", "no_model", "unmatched", "failed", "deleted"]
    progress: float | None


class ReviewChanged(BaseModel):
    """A review was finished, answered or closed: for the agent it is about, and those who review them."""

    v: int = VERSION
    id: int
    recording_id: int
    state: Literal["open", "done", "answered", "closed"]


class StatisticsChanged(BaseModel):
    """Today's figures as they are now, of what this user may see: the same that the reports say, by the same reading."""

    v: int = VERSION
    version: int
    """Grows; a smaller one is old news."""
    at: datetime
    day: date
    """The company's."""
    totals: dict[str, Figure]
    """Of `GET /reports/overview` from this day to the next."""
    queues: list[dict[str, Figure]]
    """The rows of `GET /reports/queues` from this day to the next."""


class Notice(BaseModel):
    """Something everybody should know: the link to the PBX is down, or up again."""

    v: int = VERSION
    key: Literal["link_up", "link_down"]
    text: str
    at: datetime


class Snapshot(BaseModel):
    """Everything a user should see now; what came before it is void."""

    v: int = VERSION
    at: datetime
    """The PBX's clock: running times are counted against it."""
    presence: PresencePush | None
    cards: list[Card]
    link: Literal["connecting", "syncing", "up", "down", "login_refused"]


def call_state(call: Call, state: CallStage, agent_id: int | None, at: datetime) -> CallState:
    return CallState(
        call_id=call.id,
        direction=call.direction,
        state=state,
        queue=call.queue,
        number=call.caller_number,
        name=call.caller_name,
        agent_id=agent_id,
        outcome=call.outcome,
        at=at,
    )
