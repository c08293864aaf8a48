"""The days before at work: when the demo's agents were meant to be there, and when they were, around the calls they had."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents import shifts
from ringdesk.agents.models import PresenceInterval
from ringdesk.agents.shifts import Planned
from ringdesk.storage import quarters
from ringdesk.telephony.facts import Call

BEGINS = (time(8, 0), time(9, 0), time(10, 0))  # in turn
LONG, LUNCH_AFTER, LUNCH = timedelta(hours=8, minutes=45), timedelta(hours=4), timedelta(minutes=45)
COFFEE_AFTER, COFFEE = timedelta(hours=6), timedelta(minutes=15)
LATE = (-6.0, 12.0)  # minutes, of whoever comes
WRAP_UP = (6.0, 45.0)  # seconds
PLANNED_AHEAD = 7  # days


@dataclass(frozen=True, slots=True)
class Spell:
    begin: datetime
    end: datetime
    state: str
    reason: str | None = None
    call_id: str | None = None


@dataclass(slots=True)
class Working:
    """Told of every past call, then writes presence and shifts of the days they were on."""

    user_of: Callable[[str], int | None]
    zone: tzinfo
    rng: Random
    busy: dict[tuple[int, date], list[Spell]] = field(default_factory=dict)

    def had(self, call: Call) -> None:
        for offer in call.offers:
            if offer.ended_at is not None:
                self._busy(offer.interface, Spell(offer.rung_at, offer.ended_at, "ringing", None, call.id))
        for talk in call.conversations:
            if talk.ended_at is not None:
                done = talk.ended_at + timedelta(seconds=self.rng.uniform(*WRAP_UP))
                self._busy(talk.interface, Spell(talk.started_at, talk.ended_at, "talking", None, call.id))
                self._busy(talk.interface, Spell(talk.ended_at, done, "wrap_up", None, call.id))

    async def write(self, session: AsyncSession, dialect: str, agents: Sequence[int], days: int, until: datetime) -> None:
        """Presence of these agents in the last `days` days up to `until`, and what was and is planned for them."""
        today = until.astimezone(self.zone).date()
        rows, planned = [], list[Planned]()
        for day in (today + timedelta(days=n) for n in range(-days, PLANNED_AHEAD)):
            if day.weekday() == 6:
                continue
            for number, agent in enumerate(agents):
                if day.weekday() == 5 and number % 3:  # a third of them on a Saturday
                    continue
                meant = datetime.combine(day, BEGINS[number % len(BEGINS)], self.zone)
                planned += _planned(agent, meant)
                rows += [self._row(agent, spell) for spell in self._day(agent, day, meant) if spell.end <= until]
        if rows:
            await session.execute(insert(PresenceInterval), rows)
            await quarters.changed(session, dialect, [row["started_at"] for row in rows])
        if planned:
            first, last = min(p.starts_at for p in planned), max(p.ends_at for p in planned)
            while first < last:  # a plan is at most so long
                step = min(last, first + shifts.SPAN)
                await shifts.replace(session, dialect, agents, first, step, [p for p in planned if first <= p.starts_at < step])
                first = step

    def _day(self, agent: int, day: date, meant: datetime) -> Iterator[Spell]:
        """From coming to going, without a gap."""
        came = meant + timedelta(minutes=self.rng.uniform(*LATE))
        went = meant + LONG + timedelta(minutes=self.rng.uniform(*LATE))
        calls = sorted(self.busy.get((agent, day), []), key=lambda spell: spell.begin)
        at, went = min([came, *(c.begin for c in calls)]), max([went, *(c.end for c in calls)])
        pauses = ((meant + LUNCH_AFTER, LUNCH, "Lunch"), (meant + COFFEE_AFTER, COFFEE, "Break"))
        for spell, following in zip(calls, [*(each.begin for each in calls[1:]), went], strict=False):  # no calls: `went` is left over
            end = min(spell.end, following)
            if spell.begin > at:
                yield from _free(at, spell.begin, pauses)
            if end > max(at, spell.begin):
                yield Spell(max(at, spell.begin), end, spell.state, None, spell.call_id)
                at = end
        yield from _free(at, went, pauses)

    def _busy(self, interface: str, spell: Spell) -> None:
        if (agent := self.user_of(interface)) is not None:
            self.busy.setdefault((agent, spell.begin.astimezone(self.zone).date()), []).append(spell)

    def _row(self, agent: int, spell: Spell) -> dict[str, Any]:
        return {
            "user_id": agent, "state": spell.state, "reason": spell.reason, "call_id": spell.call_id, "started_at": spell.begin,
            "ended_at": spell.end,
        }  # fmt: skip


def _planned(agent: int, meant: datetime) -> Iterator[Planned]:
    lunch = meant + LUNCH_AFTER
    yield Planned(user_id=agent, starts_at=meant, ends_at=lunch, activity="work")
    yield Planned(user_id=agent, starts_at=lunch, ends_at=lunch + LUNCH, activity="break")
    yield Planned(user_id=agent, starts_at=lunch + LUNCH, ends_at=meant + LONG, activity="work")


def _free(at: datetime, until: datetime, pauses: Sequence[tuple[datetime, timedelta, str]]) -> Iterator[Spell]:
    """Available, but for the pauses that fall into this time; one that a call cut is taken as far as it went."""
    for due, length, reason in pauses:
        begin, end = max(at, due), min(until, due + length)
        if begin < end:
            if at < begin:
                yield Spell(at, begin, "available")
            yield Spell(begin, end, "paused", reason)
            at = end
    if at < until:
        yield Spell(at, until, "available")
