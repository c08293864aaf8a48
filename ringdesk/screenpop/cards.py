"""The card: what an agent sees of who is calling. One shape for every client; `v` is its version."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from ringdesk.crm.views import CustomerView
from ringdesk.telephony import numbers
from ringdesk.telephony.facts import Call

VERSION = 1
ClosedBecause = Literal["answered", "elsewhere", "missed", "abandoned", "ended"]


class Person(BaseModel):
    id: int | None
    name: str


class CallerView(BaseModel):
    """The customer's side of the call: who calls in, or who is called."""

    number: str
    """As the PBX wrote it."""
    e164: str | None
    name: str
    pretty: str
    """For people: national form at home, international elsewhere."""
    country: str | None
    hidden: bool


class Candidate(BaseModel):
    """One of several customers with the caller's number."""

    id: int
    name: str
    kind: Literal["person", "company"]
    company: str | None
    language: str | None
    owner: Person | None


class NoteView(BaseModel):
    id: int
    author: Person | None
    body: str
    created_at: datetime
    updated_at: datetime
    call_id: str | None
    customer_id: int | None


class HistoryItem(BaseModel):
    """A call or a note in a customer's timeline, newest first."""

    kind: Literal["call", "note"]
    at: datetime
    call_id: str | None = None
    direction: Literal["in", "out", "internal"] | None = None
    outcome: str | None = None
    queue: str | None = None
    agents: list[Person] = []
    wait_s: float | None = None
    talk_s: float | None = None
    recordings: list[int] = []
    """Of the call, those that the reader may hear; not told on a card."""
    notes: list[NoteView] = []


class SentBy(BaseModel):
    """Who transferred the call here, and why."""

    agent: Person
    reason: str | None


class Card(BaseModel):
    v: int = VERSION
    card_id: str
    call_id: str
    direction: Literal["in", "out", "internal"]
    queue: str | None
    did: str | None
    did_pretty: str | None
    """The called number for people, as `CallerView.pretty`."""
    state: Literal["ringing", "talking", "held", "ended"]
    caller: CallerView
    customer: CustomerView | None = None
    restricted: bool = False
    """The number belongs to a customer whom this person may not see."""
    candidates: list[Candidate] = []
    orders: list[dict[str, object]] = []
    deals: list[dict[str, object]] = []
    tasks: list[dict[str, object]] = []
    history: list[HistoryItem] = []
    notes: list[NoteView] = []
    """What colleagues wrote during this call."""
    sent_by: SentBy | None = None
    looked_up: bool = True
    """False: the database did not answer in time; the customer follows."""
    waited_s: float
    """Until the phone was rung; once answered, until then."""
    call_started_at: datetime
    ring_started_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    pushed_at: datetime


class CardClosed(BaseModel):
    v: int = VERSION
    card_id: str
    call_id: str
    reason: ClosedBecause


def caller_view(call: Call, country: str) -> CallerView:
    number = numbers.parse(call.caller_number, country)
    return CallerView(
        number=number.raw,
        e164=number.e164,
        name=call.caller_name,
        pretty=numbers.as_shown(call.caller_number, country),
        country=numbers.region(number.e164),
        hidden=number.kind is numbers.Kind.HIDDEN,
    )


def waited(call: Call, until: datetime) -> float:
    """Seconds the caller has waited: since entering the first queue they did not leave answered, or since the call began."""
    entered = next((v.entered_at for v in reversed(call.visits)), call.started_at)
    return round(max(0.0, (until - entered).total_seconds()), 3)
