"""How many agents a queue takes in each interval of a week, from the callers it had."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents import working
from ringdesk.statistics.cubes.people import PEOPLE
from ringdesk.statistics.cubes.queues import QUEUES
from ringdesk.statistics.folding import first_day
from ringdesk.statistics.models import QueueTarget
from ringdesk.statistics.periods import BadPeriod, Period, day_span
from ringdesk.statistics.query import Query
from ringdesk.statistics.queue_measures import QUEUE_MEASURES
from ringdesk.statistics.reading import read
from ringdesk.statistics.rollups import ALL
from ringdesk.statistics.staffing.erlang import Goal, Load, Service, agents_for, paid_for, service
from ringdesk.statistics.staffing.weeks import MeanWeek, Step, mean_week
from ringdesk.storage.quarters import MICROS, QUARTER, begin_of, quarter_of

Model = Literal["erlang_c", "erlang_a"]
LONGEST = 53 * 7 * 86400 // QUARTER  # quarters that are averaged: the year before last says nothing of next week
PRESENCE = 8 * 7 * 86400 // QUARTER  # quarters whose presence is looked at: the last eight weeks
AT_ONCE = 28 * 86400 // QUARTER  # quarters read at a time: more rows would hold up the loop
OWN = 30  # conversations from which on an interval has an AHT of its own; a mean of fewer says little
MANY_GIVE_UP = 0.05
NEEDED = ("offered", "abandoned", "answer_wait_us", "abandon_wait_us", "left_wait_us", "talk_us", "hold_us", "wrap_us", "conversations")

NO_CALLS = "Nobody called this queue in this time: there is nothing to calculate from."
NO_AHT = "No conversation of this queue ended in this time: say how long one takes."
NO_PATIENCE = "Nobody gave up in this time, so how patient callers are is not known; calculated as if all waited for ever."
FEW_GAVE_UP = "Only {n} callers gave up in this time: their patience is a rough guess."
THEY_GIVE_UP = "{share:.0%} of the callers gave up. Erlang C knows none who do and asks for more agents than it takes; Erlang A knows them."
SHORT = "This is less than a week: times that it does not have are left out."
SHARED = "Who was there counts everybody who took calls of this queue, also while they worked for other queues."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """None: as observed, or the queue's own target."""

    queue: str
    period: Period
    step: Step
    model: Model
    target: float | None
    within: float | None
    aht: float | None
    patience: float | None
    shrinkage: float
    max_occupancy: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    week: MeanWeek
    sums: list[dict[str, int]]
    """Of each slot."""
    staffed: list[float | None]
    target: float
    within: float

    @property
    def total(self) -> dict[str, int]:
        return {name: sum(of[name] for of in self.sums) for name in NEEDED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    weekday: int
    time: str
    calls: float
    aht: float
    traffic: float
    agents: int
    paid: int
    staffed: float | None
    expected: Service
    one_less: Service | None
    one_more: Service


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    target: float
    within: float
    aht: float | None
    patience: float | None
    weeks: float
    rows: list[Row]
    notes: list[str]


async def needs(session: AsyncSession, wanted: Wanted, at: datetime) -> Needs:
    """Raises `BadPeriod`, `TooManyAgents`. What is calculated is calculated in a thread."""
    seen = await observe(session, wanted, at)
    return await asyncio.to_thread(calculate, seen, wanted)


async def observe(session: AsyncSession, wanted: Wanted, at: datetime) -> Observed:
    period = await _seen(session, wanted.period, at)
    week = await asyncio.to_thread(mean_week, period, wanted.step)
    sums = [dict.fromkeys(NEEDED, 0) for _ in range(week.slots)]
    for begin in range(period.begin, period.end, AT_ONCE):
        piece = replace(period, begin=begin, end=min(begin + AT_ONCE, period.end))
        query = Query(cube=QUEUES, period=piece, grain=wanted.step, measures=NEEDED, only={"queue": [wanted.queue]})
        for row in await read(session, query):
            of = sums[week.slot(max(row.start, begin))]
            for name in NEEDED:
                of[name] += row.of[name]
    promised = await session.get(QueueTarget, wanted.queue)
    if promised is None:
        promised = await session.get_one(QueueTarget, ALL)
    return Observed(
        week=week,
        sums=sums,
        staffed=await _staffed(session, wanted, period),
        target=promised.target if wanted.target is None else wanted.target,
        within=promised.answer_within_s if wanted.within is None else wanted.within,
    )


async def _seen(session: AsyncSession, period: Period, at: datetime) -> Period:
    """What of a period there are facts of: not what is to come, nor what was before the first of them."""
    if period.end - period.begin > LONGEST:
        raise BadPeriod(why="Staffing is calculated from at most a year")
    first = await first_day(session, period.zone)
    begin = period.begin if first is None else max(period.begin, day_span(first, period.zone)[0])
    end = min(period.end, quarter_of(at))
    if end <= period.begin:
        raise BadPeriod(why="The period has not begun yet: staffing is calculated from the past")
    return replace(period, begin=begin, end=end) if begin < end else replace(period, end=end)


async def _staffed(session: AsyncSession, wanted: Wanted, period: Period) -> list[float | None]:
    """How many of those who take this queue's calls were at work, on average of the last weeks."""
    recent = replace(period, begin=max(period.begin, period.end - PRESENCE))
    people = await read(session, Query(cube=PEOPLE, period=recent, keys=("who",), measures=("offers",), only={"queue": [wanted.queue]}))
    users = [row.keys["who"] for row in people if row.of["offers"]]
    stays = await working.stays(session, users, begin_of(recent.begin), begin_of(recent.end)) if users else []

    def averaged() -> list[float | None]:
        there = mean_week(recent, wanted.step).there(stays)
        return [None if np.isnan(value) else float(value) for value in there]

    return await asyncio.to_thread(averaged)


def patience_of(of: Mapping[str, int]) -> float | None:
    """How long callers would wait on average before giving up, in seconds; None where nobody did.

    All the time that callers waited by the number of those who gave up: who was answered had at least so much patience, too. It is the
    maximum-likelihood estimate of a censored exponential patience. Source: L. Brown, N. Gans, A. Mandelbaum et al., "Statistical Analysis
    of a Telephone Call Center: A Queueing-Science Perspective", Journal of the American Statistical Association 100 (2005); A. Mandelbaum,
    S. Zeltyn, "The Palm/Erlang-A Queue, with Applications to Call Centers" (2005), section 5."""
    waited = of["answer_wait_us"] + of["abandon_wait_us"] + of["left_wait_us"]
    return waited / of["abandoned"] / MICROS if of["abandoned"] and waited else None


def calculate(seen: Observed, wanted: Wanted) -> Needs:
    """Raises `TooManyAgents`."""
    total = seen.total
    observed_aht = QUEUE_MEASURES["aht_s"].value(total) or None
    aht = wanted.aht or observed_aht
    patience = wanted.patience or patience_of(total)
    notes = _notes(seen, wanted, total, aht, patience)
    goal = Goal(seen.target, seen.within, wanted.max_occupancy)
    rows = []
    calls = seen.week.mean(np.array([of["offered"] for of in seen.sums], dtype=float))
    if aht is not None and total["offered"]:
        for slot in range(seen.week.slots):
            if not np.isnan(calls[slot]):
                takes = wanted.aht or _own_aht(seen.sums[slot]) or aht
                load = Load(float(calls[slot]) / seen.week.hours, takes, patience if wanted.model == "erlang_a" else None)
                rows.append(_row(seen, slot, float(calls[slot]), load, goal, wanted.shrinkage))
    return Needs(
        target=seen.target,
        within=seen.within,
        aht=aht,
        patience=patience,
        weeks=len(seen.week.quarters) * QUARTER / 7 / 86400,
        rows=rows,
        notes=notes,
    )


def _own_aht(of: Mapping[str, int]) -> float | None:
    return QUEUE_MEASURES["aht_s"].value(of) or None if of["conversations"] >= OWN else None


def _row(seen: Observed, slot: int, calls: float, load: Load, goal: Goal, shrinkage: float) -> Row:
    agents = agents_for(load, goal)
    weekday, time = seen.week.name(slot)
    return Row(
        weekday=weekday,
        time=time,
        calls=calls,
        aht=load.aht,
        traffic=load.traffic,
        agents=agents,
        paid=paid_for(agents, shrinkage),
        staffed=seen.staffed[slot],
        expected=service(load, agents, goal.within),
        one_less=service(load, agents - 1, goal.within) if agents else None,
        one_more=service(load, agents + 1, goal.within),
    )


def _notes(seen: Observed, wanted: Wanted, total: Mapping[str, int], aht: float | None, patience: float | None) -> list[str]:
    if not total["offered"]:
        return [NO_CALLS]
    if aht is None:
        return [NO_AHT]
    notes = []
    gave_up = total["abandoned"] / total["offered"]
    if wanted.model == "erlang_a" and patience is None:
        notes.append(NO_PATIENCE)
    elif wanted.model == "erlang_a" and wanted.patience is None and total["abandoned"] < OWN:
        notes.append(FEW_GAVE_UP.format(n=total["abandoned"]))
    elif wanted.model == "erlang_c" and gave_up > MANY_GIVE_UP:
        notes.append(THEY_GIVE_UP.format(share=gave_up))
    if not seen.week.times.all():
        notes.append(SHORT)
    if any(seen.staffed):
        notes.append(SHARED)
    return notes
