"""Who is calling: looked up when the call enters, chosen by a person where the number leads to several."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents.directory import Directory
from ringdesk.agents.rights import Principal, Role
from ringdesk.crm import customers, lookup, notes, timeline
from ringdesk.crm.lookup import Match
from ringdesk.crm.models import Note
from ringdesk.crm.timeline import Happened
from ringdesk.crm.views import CustomerView
from ringdesk.screenpop.cards import Candidate, HistoryItem, NoteView, Person
from ringdesk.storage.engine import Database
from ringdesk.telephony import numbers
from ringdesk.telephony.calls import CallRecord
from ringdesk.telephony.facts import Call

HISTORY = 8  # entries on a card; the customer's page has them all
# Whoever reads for a card: what of it each person may see is decided when it is sent to them.
HOUSE = Principal(user_id=0, name="Ringdesk", roles=frozenset({Role.MANAGER}))


@dataclass(frozen=True, slots=True)
class Past:
    """Something that happened before, for the customer's team (None: for everybody)."""

    item: HistoryItem
    team_id: int | None


@dataclass(slots=True)
class Known:
    """What is known of a call's customer, for everybody; what of it a person may see is `popped.build`'s to say."""

    matches: list[Match] = field(default_factory=list)
    chosen: int | None = None
    customer: CustomerView | None = None
    history: list[Past] = field(default_factory=list)
    notes: list[NoteView] = field(default_factory=list)


class Matcher:
    """Looks up callers for one house."""

    def __init__(self, db: Database, directory: Directory, country: str) -> None:
        self.db = db
        self.directory = directory
        self.country = country

    async def find(self, call: Call, chosen: int | None, *, new: bool = False) -> Known:
        """Everything a card needs, from the caller's number and what was chosen before. A `new` call has no notes yet."""
        key = numbers.parse(call.caller_number, self.country).key if call.direction != "internal" else None
        return await self.db.look(lambda session: self._find(session, call.id, key, chosen, new))

    async def _find(self, session: AsyncSession, call_id: str, key: str | None, chosen: int | None, new: bool) -> Known:
        matches = [] if key is None else await lookup.with_number(session, key)
        if chosen is None and len(matches) == 1:
            chosen = matches[0].id
        known = Known(matches=matches, chosen=chosen)
        if chosen is not None:
            known.customer = next(iter(await customers.many(session, HOUSE, [chosen], self.country)), None)
        if known.customer is not None or (key is not None and not matches):
            customer_id = None if known.customer is None else known.customer.id
            found = await timeline.latest(session, customer_id=customer_id, number=key, limit=HISTORY + 1)
            past = [item for item in found if item.call is None or item.call.call.id != call_id][:HISTORY]
            # A number of nobody may have been somebody's once: those calls are still theirs.
            whose = [None if item.call is None else item.call.call.customer_id for item in past]
            teams = await customers.teams_of(session, [i for i in whose if i is not None])
            known.history = [Past(self.history_item(item), teams.get(i or 0)) for item, i in zip(past, whose, strict=True)]
        if not new:
            known.notes = [self.note_view(note) for note in await notes.of_calls(session, [call_id])]
        return known

    def history_item(self, item: Happened) -> HistoryItem:
        written = [self.note_view(note) for note in item.notes]
        if item.call is None:
            return HistoryItem(kind="note", at=item.at, notes=written)
        row = item.call.call
        return HistoryItem(
            kind="call",
            at=item.at,
            call_id=row.id,
            direction=row.direction,
            outcome=row.outcome,
            queue=item.call.visits[-1].queue if item.call.visits else None,
            agents=self._agents(item.call),
            wait_s=_wait(item.call),
            talk_s=_talk(item.call),
            notes=written,
        )

    def note_view(self, note: Note) -> NoteView:
        return NoteView(
            id=note.id,
            author=self.person(note.author_id),
            body=note.body,
            created_at=note.created_at,
            updated_at=note.updated_at,
            call_id=note.call_id,
            customer_id=note.customer_id,
        )

    def person(self, user_id: int | None) -> Person | None:
        name = self.directory.name_of(user_id)
        return None if name is None else Person(id=user_id, name=name)

    def candidates(self, matches: Sequence[Match]) -> list[Candidate]:
        return [
            Candidate(
                id=m.id,
                name=m.name,
                kind="company" if m.kind == "company" else "person",
                company=m.company,
                language=m.language,
                owner=self.person(m.owner_id),
            )
            for m in matches
        ]

    def _agents(self, record: CallRecord) -> list[Person]:
        spoke = dict.fromkeys(c.agent_id for c in record.conversations)
        return [person for agent_id in spoke if (person := self.person(agent_id)) is not None]


def may_see(reader: Principal, team_id: int | None) -> bool:
    """The rule of `customers.visible`, for rows already read."""
    return reader.sees_all or team_id is None or team_id in reader.teams


def _wait(record: CallRecord) -> float | None:
    waits = [(v.left_at - v.entered_at).total_seconds() for v in record.visits if v.left_at is not None]
    return round(sum(waits), 3) if waits else None


def _talk(record: CallRecord) -> float | None:
    talks = [(c.ended_at - c.started_at).total_seconds() for c in record.conversations if c.ended_at is not None]
    return round(sum(talks), 3) if talks else None
