"""What happened in a contact centre that never was: two years of calls, queues, agents and their presence, month by month as numpy arrays.

Everything follows from the number of calls and `SEED`: weekdays and hours have their shape, summers are quiet, business grows, callers
give up, agents do not pick up, transfer, wrap up, take breaks and change teams. Times are microseconds since 1970; a code 0 is NULL."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from benchmarks.generate import SEED
from ringdesk.statistics.periods import day_begin, day_number
from ringdesk.storage.quarters import QUARTER

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Columns = Mapping[str, npt.NDArray[Any]]
Month = dict[str, Columns]

ZONE = ZoneInfo("Europe/Kyiv")
BEGIN, END = date(2024, 11, 1), date(2026, 11, 1)
QUEUES, AGENTS, TEAMS, TRUNKS = 50, 500, 25, 4
MEMBERS = AGENTS // TEAMS
SECOND = 1_000_000
NEVER = np.iinfo(np.int64).min  # NaT

VISIT = ("answered", "abandoned", "timed_out", "transferred", "full", "empty", "unknown")
OFFER = ("answered", "no_answer", "busy", "cancelled", "rejected")
CALL = ("answered", "abandoned", "timed_out", "no_answer", "busy", "failed", "unknown")
ENDED = ("customer", "agent", "transfer", "system")
STATE = ("offline", "available", "ringing", "talking", "wrap_up", "paused")
REASON = ("lunch", "break", "training")
DIRECTION = ("in", "out", "internal")
ANSWERED, ABANDONED, TIMED_OUT, TRANSFERRED, FULL, EMPTY, UNKNOWN = range(1, 8)
OFFLINE, AVAILABLE, RINGING, TALKING, WRAP_UP, PAUSED = range(1, 7)

WEEK = (1.2, 1.1, 1.05, 1.05, 1.1, 0.5, 0.35)
GROWTH = 0.35  # a year
SHIFTS = ((6, 14), (9, 17), (13, 21), (21, 30))  # hours; who of a team works when: its first 6 early, 8 by day, 4 late, 2 at night
SHIFT_OF = np.repeat(np.arange(4), (6, 8, 4, 2))
HOURS = np.array([3, 2, 2, 2, 2, 4, 10, 25, 60, 95, 110, 105, 88, 85, 95, 98, 92, 75, 50, 35, 25, 15, 9, 5], dtype=float)
ON = [[i for i in range(MEMBERS) if any(SHIFTS[SHIFT_OF[i]][0] <= h < SHIFTS[SHIFT_OF[i]][1] for h in (hour, hour + 24))]
      for hour in range(24)]  # fmt: skip
ON_SHIFT = np.array([(on * MEMBERS)[:MEMBERS] for on in ON])
ON_SIZE = np.array([len(on) for on in ON])
POPULARITY = 1 / (np.arange(QUEUES) + 5.0)


def months(calls: int) -> Iterator[Month]:
    """So many calls, in the order of time; the same every time."""
    rng = np.random.default_rng(SEED)
    days = (END - BEGIN).days
    at = np.arange(days)
    weekday = (at + BEGIN.weekday()) % 7
    weights = np.array(WEEK)[weekday] * (1 + GROWTH) ** (at / 365) * (1 - 0.15 * np.sin(at / 365 * 2 * np.pi - 0.6))
    weights *= rng.normal(1, 0.05, days).clip(0.8, 1.2)
    until = np.round(np.cumsum(weights) / weights.sum() * calls).astype(np.int64)
    counts = np.diff(until, prepend=0)
    centre = _Centre(rng, calls)
    first = 0
    while first < days:
        begin = BEGIN + timedelta(days=first)
        last = min(days, first + _days_left(begin))
        yield centre.month(begin, counts[first:last])
        first = last
    yield {"presence": centre.open()}


def _days_left(day: date) -> int:
    return ((day.replace(day=1) + timedelta(days=32)).replace(day=1) - day).days


class _Centre:
    """Between months: who called lately, how many calls there were, and what every agent was doing."""

    def __init__(self, rng: np.random.Generator, calls: int) -> None:
        self.rng = rng
        self.serial = 0
        self.people = max(100, calls // 4)
        self.lately: Ints = rng.integers(0, self.people, 100)
        self.now: Columns = {
            "agent": np.arange(1, AGENTS + 1), "at": np.full(AGENTS, _midnight(BEGIN)), "state": np.full(AGENTS, OFFLINE),
            "reason": np.zeros(AGENTS, int), "call": np.zeros(AGENTS, int),
        }  # fmt: skip

    def month(self, first: date, counts: Ints) -> Month:
        rng, n = self.rng, int(counts.sum())
        days = [first + timedelta(days=i) for i in range(len(counts))]
        hour = rng.choice(24, n, p=HOURS / HOURS.sum())
        day = np.repeat(np.arange(len(days)), counts)
        began = np.array([_midnight(each) for each in days])[day] + hour * 3600 * SECOND + rng.integers(0, 3600 * SECOND, n)
        order = np.argsort(began)
        began, hour = began[order], hour[order]
        self.call = np.arange(self.serial + 1, self.serial + n + 1)
        self.serial += n
        direction = rng.choice([1, 2, 3], n, p=(0.85, 0.13, 0.02))
        found = _Happened(rng, began, hour)
        incoming = np.flatnonzero(direction == 1)
        queue = rng.choice(QUEUES, len(incoming), p=POPULARITY / POPULARITY.sum()) + 1
        found.queued(incoming, began[incoming] + rng.integers(SECOND // 2, 20 * SECOND, len(incoming)), queue, 0)
        found.go_on(queue, incoming)
        placed_by = found.calls_out(np.flatnonzero(direction == 2))
        placed_by += found.within(np.flatnonzero(direction == 3))
        did = np.zeros(n, np.int64)
        did[incoming] = queue * 2 - rng.integers(0, 2, len(incoming))
        person = np.where(rng.random(n) < 0.25, self.lately[rng.integers(0, len(self.lately), n)], rng.integers(0, self.people, n))
        person = np.where((rng.random(n) < 0.07) & (direction == 1) | (direction == 3), -1, person)
        self.lately = person[person >= 0][-max(100, n // 4) :]
        trunk = np.where(direction == 3, 0, rng.integers(1, TRUNKS + 1, n))
        head = {"call": self.call, "direction": direction, "did": did, "person": person, "trunk": trunk, "placed_by": placed_by,
                "began": began, "answered": found.answered, "ended": found.ended, "outcome": found.outcome}  # fmt: skip
        parts = {name: {**rows, "call": self.call[rows["call"]]} for name, rows in found.parts().items()}
        shifts, presence = self._presence(days, parts)
        return {"calls": head, **parts, "presence": presence, "shifts": shifts}

    def _presence(self, days: list[date], parts: Mapping[str, Columns]) -> tuple[Columns, Columns]:
        """Shifts, and what the phones and breaks made of them."""
        shifts, breaks = _rota(self.rng, days)
        offers, talks = parts["offers"], parts["conversations"]
        work = shifts["begin"], shifts["end"], shifts["agent"]
        missed = offers["outcome"] != 1
        wrap = (self.rng.lognormal(3.0, 0.7, len(talks["call"])) * SECOND).astype(np.int64)
        wrap = np.where(self.rng.random(len(wrap)) < 0.1, 0, wrap)
        done = talks["ended"] + wrap
        events = [
            _events(work[2], work[0], AVAILABLE), _events(work[2], work[1], OFFLINE),
            _events(breaks["agent"], breaks["begin"], PAUSED, reason=breaks["reason"]), _events(breaks["agent"], breaks["end"], AVAILABLE),
            _events(offers["agent"], offers["rung"], RINGING, offers["call"]),
            _events(offers["agent"][missed], offers["ended"][missed], AVAILABLE),
            _events(talks["agent"], talks["began"], TALKING, talks["call"]),
            _events(talks["agent"], talks["ended"], np.where(wrap > 0, WRAP_UP, AVAILABLE), talks["call"]),
            _events(talks["agent"], done, AVAILABLE),
        ]  # fmt: skip
        every = {name: np.concatenate([self.now[name], *(each[name] for each in events)]) for name in self.now}
        every["call"] = np.where((every["state"] == AVAILABLE) | (every["state"] == OFFLINE), 0, every["call"])
        order = np.lexsort((every["at"], every["agent"]))
        every = {name: column[order] for name, column in every.items()}
        return shifts, self._intervals(every)

    def _intervals(self, every: dict[str, Ints]) -> Columns:
        """Each until the next of the same agent; the last of each goes on into the next month."""
        agent, at = every["agent"], every["at"]
        following = np.append(at[1:], NEVER)
        last = np.append(agent[1:] != agent[:-1], True)
        self.now = {name: column[last] for name, column in every.items()}
        kept = ~last & (following > at)
        found = {name: column[kept] for name, column in every.items()} | {"until": following[kept]}
        order = np.argsort(found["at"], kind="stable")
        return {name: column[order] for name, column in found.items()}

    def open(self) -> Columns:
        """What agents do at the end."""
        return {**self.now, "until": np.full(AGENTS, NEVER)}


class _Happened:
    """The calls of a month while they are made up; `call` is the index of a call in it."""

    def __init__(self, rng: np.random.Generator, began: Ints, hour: Ints) -> None:
        self.rng, self.began, self.hour = rng, began, hour
        self.answered = np.full(len(began), NEVER)
        self.ended = began + 500_000
        self.outcome = np.full(len(began), 7)
        self.turn = np.zeros(TEAMS, np.int64)
        self.visits: list[dict[str, Ints]] = []
        self.offers: list[dict[str, Ints]] = []
        self.talks: list[dict[str, Ints]] = []

    def queued(self, call: Ints, at: Ints, queue: Ints, seq: int) -> None:
        """Callers enter queues: who waits how long, and how it ends."""
        rng, n = self.rng, len(call)
        load = 0.6 + 0.9 * HOURS[self.hour[call]] / HOURS.max()
        needed = np.where(rng.random(n) < 0.5, rng.uniform(1.5, 8, n), 5 + rng.exponential(45, n) * load)
        patience = np.where(rng.random(n) < 0.02, rng.uniform(0.3, 5, n), 6 + rng.exponential(260, n))
        asked = np.where(rng.random(n) < 0.01, rng.uniform(10, 60, n), 1e9)  # presses a key to leave
        wait = np.minimum.reduce([needed, patience, asked, np.full(n, 300.0)])
        outcome = np.select([wait == needed, wait == patience, wait == asked], [ANSWERED, ABANDONED, TRANSFERRED], TIMED_OUT)
        lot = rng.random(n)
        outcome = np.select([lot < 0.002, lot < 0.004, lot < 0.0045], [FULL, EMPTY, UNKNOWN], outcome)
        wait = np.where((outcome == FULL) | (outcome == EMPTY), rng.uniform(0.02, 0.3, n), wait)
        left = at + (wait * SECOND).astype(np.int64)
        self.visits.append({"call": call, "seq": np.full(n, seq), "queue": queue, "entered": at, "left": left, "outcome": outcome})
        self.ended[call] = left
        self.outcome[call] = np.array([0, 1, 2, 3, 2, 5, 4, 7])[outcome]
        taken = outcome == ANSWERED
        agent = self._agents(call[taken], queue[taken])
        self._ring(call, queue, at, left, outcome, seq)
        ring = np.minimum((rng.uniform(1.2, 9, taken.sum()) * SECOND).astype(np.int64), (left - at)[taken])
        self._offer(call[taken], seq, queue[taken], agent, left[taken] - ring, left[taken], np.full(taken.sum(), 1))
        self._talk(call[taken], queue[taken], agent, left[taken])

    def _ring(self, call: Ints, queue: Ints, at: Ints, left: Ints, outcome: Ints, seq: int) -> None:
        """Phones that nobody picked up."""
        rng, wait = self.rng, left - at
        for turn in range(2):
            begin = at + (300_000 + turn * 14 * SECOND)
            some = (wait > (26 + turn * 14) * SECOND) & (rng.random(len(call)) < 0.3)
            how = rng.choice([2, 5, 3], some.sum(), p=(0.75, 0.2, 0.05))
            rung = np.select([how == 2, how == 5], [12.0 * np.ones(len(how)), rng.uniform(1, 8, len(how))], 0.1)
            agent = self._agents(call[some], queue[some])
            self._offer(call[some], seq, queue[some], agent, begin[some], begin[some] + (rung * SECOND).astype(np.int64), how)
        gone = (outcome == ABANDONED) & (wait > 3 * SECOND) & (rng.random(len(call)) < 0.6)
        ring = (rng.uniform(0.5, 2.9, gone.sum()) * SECOND).astype(np.int64)
        agent = self._agents(call[gone], queue[gone])
        self._offer(call[gone], seq, queue[gone], agent, left[gone] - ring, left[gone], np.full(gone.sum(), 4))

    def go_on(self, queue: Ints, incoming: Ints) -> None:
        """Whom the first queue sent away tries another one; some callers are passed on."""
        rng, visits, talks = self.rng, self.visits[0], self.talks[0]
        away = np.isin(visits["outcome"], (TIMED_OUT, TRANSFERRED, FULL, EMPTY)) & (rng.random(len(incoming)) < 0.6)
        passed = (talks["how"] == 3) & (rng.random(len(talks["call"])) < 0.5)
        call = np.concatenate([visits["call"][away], talks["call"][passed]])
        at = np.concatenate([visits["left"][away], talks["ended"][passed]]) + 150_000
        of = np.zeros(len(self.began), np.int64)
        of[incoming] = queue
        self.queued(call, at, (of[call] + 24) % QUEUES + 1, 1)
        direct = (talks["how"] == 3) & ~passed
        call, agent = talks["call"][direct], (talks["agent"][direct] + 36) % AGENTS + 1
        rung, none = talks["ended"][direct] + 200_000, np.zeros(direct.sum(), np.int64)
        picked = rung + (rng.uniform(2, 12, len(call)) * SECOND).astype(np.int64)
        self._offer(call, -1, none, agent, rung, picked, none + 1)
        self._talk(call, none, agent, picked)
        self.outcome[call] = 1

    def calls_out(self, call: Ints) -> Ints:
        """Agents call customers. Who placed which call; 0 for all other calls."""
        rng, n = self.rng, len(call)
        agent = self._agents(call, rng.integers(1, QUEUES + 1, n))
        outcome = rng.choice([1, 4, 5, 6], n, p=(0.62, 0.27, 0.08, 0.03))
        tried = self.began[call] + (rng.uniform(3, 30, n) * SECOND).astype(np.int64)
        self.ended[call], self.outcome[call] = tried, outcome
        spoke = outcome == 1
        self._talk(call[spoke], np.zeros(spoke.sum(), np.int64), agent[spoke], tried[spoke])
        placed_by = np.zeros(len(self.began), np.int64)
        placed_by[call] = agent
        return placed_by

    def within(self, call: Ints) -> Ints:
        """Agents call each other: both have a conversation."""
        agent = self._agents(call, self.rng.integers(1, QUEUES + 1, len(call)))
        none = np.zeros(len(call), np.int64)
        begun = len(self.talks)
        self._talk(call, none, agent, self.began[call] + 4 * SECOND)
        self.talks.append({**self.talks[begun], "agent": (agent + 7) % AGENTS + 1})
        placed_by = np.zeros(len(self.began), np.int64)
        placed_by[call] = agent
        return placed_by

    def _agents(self, call: Ints, queue: Ints) -> Ints:
        """Who of the queue's team is on shift, one after the other."""
        team = queue % TEAMS
        order = np.argsort(team, kind="stable")
        counts = np.bincount(team, minlength=TEAMS)
        turn = np.empty(len(call), np.int64)
        turn[order] = np.arange(len(call)) - np.repeat(np.cumsum(counts) - counts, counts) + self.turn[team[order]]
        self.turn += counts
        hour = self.hour[call]
        return team * MEMBERS + ON_SHIFT[hour, turn % ON_SIZE[hour]] + 1

    def _offer(self, call: Ints, seq: int, queue: Ints, agent: Ints, rung: Ints, ended: Ints, outcome: Ints) -> None:
        self.offers.append({"call": call, "visit": np.full(len(call), seq), "queue": queue, "agent": agent, "rung": rung, "ended": ended,
                            "outcome": outcome})  # fmt: skip

    def _talk(self, call: Ints, queue: Ints, agent: Ints, at: Ints) -> None:
        rng, n = self.rng, len(call)
        talk = (rng.lognormal(5.2, 0.8, n).clip(2, 5400) * SECOND).astype(np.int64)
        hold = np.where(rng.random(n) < 0.2, (rng.uniform(0.05, 0.4, n) * talk).astype(np.int64), 0)
        by = rng.choice([1, 2, 3, 4], n, p=(0.56, 0.365, 0.07, 0.005))
        by = np.where((queue > 0) & ~self._spoke(call), by, np.where(by == 3, 1, by))  # nobody is passed on twice
        self.talks.append({"call": call, "queue": queue, "agent": agent, "began": at, "ended": at + talk, "hold": hold, "how": by})
        self.answered[call] = np.where(self._spoke(call), self.answered[call], at)
        self.ended[call] = at + talk
        self.outcome[call] = 1

    def _spoke(self, call: Ints) -> Bools:
        return self.answered[call] != NEVER

    def parts(self) -> dict[str, dict[str, Ints]]:
        """Visits, offers and conversations, by call and in their order in it."""
        visits, offers, talks = (_together(rows) for rows in (self.visits, self.offers, self.talks))
        lost = visits["outcome"] != ANSWERED
        spoken = lost & (self.answered[visits["call"]] != NEVER) & (visits["seq"] == 1)
        self.outcome[visits["call"][spoken]] = 1
        return {
            "visits": _in_order(visits, "entered"), "offers": _in_order(offers, "rung"), "conversations": _in_order(talks, "began"),
        }  # fmt: skip


def _together(rows: list[dict[str, Ints]]) -> dict[str, Ints]:
    return {name: np.concatenate([each[name] for each in rows]) for name in rows[0]}


def _in_order(rows: dict[str, Ints], at: str) -> dict[str, Ints]:
    order = np.lexsort((rows[at], rows["call"]))
    found = {name: column[order] for name, column in rows.items()}
    call = found["call"]
    index = np.arange(len(call))
    begins = np.append(True, call[1:] != call[:-1]) if len(call) else np.zeros(0, bool)
    found["seq"] = index - np.maximum.accumulate(np.where(begins, index, 0))
    return found


def _events(agent: Ints, at: Ints, state: int | Ints, call: Ints | None = None, reason: Ints | None = None) -> dict[str, Ints]:
    nothing = np.zeros(len(agent), np.int64)
    return {"agent": agent, "at": at, "state": nothing + state, "reason": nothing if reason is None else reason,
            "call": nothing if call is None else call}  # fmt: skip


def _rota(rng: np.random.Generator, days: list[date]) -> tuple[Columns, Columns]:
    """Five shifts a week for everybody, and the breaks in them: an hour off the phone."""
    agent = np.tile(np.arange(1, AGENTS + 1), len(days))
    day = np.repeat(np.arange(len(days)), AGENTS)
    number = np.array([day_number(each) for each in days])[day]
    works = (agent * 3 + number) % 7 < 5
    agent, day = agent[works], day[works]
    shift = SHIFT_OF[(agent - 1) % MEMBERS]
    hours = np.array(SHIFTS)[shift] * 3600 * SECOND
    midnight = np.array([_midnight(each) for each in days])[day]
    late = rng.integers(-120 * SECOND, 240 * SECOND, len(agent))
    shifts = {"agent": agent, "begin": midnight + hours[:, 0], "end": midnight + hours[:, 1]}
    parts = []
    for reason, after, lasts, share in ((2, 2.0, 15, 1.0), (1, 4.0, 30, 1.0), (2, 6.0, 15, 1.0), (3, 6.6, 40, 0.05)):
        some = rng.random(len(agent)) < share
        begin = shifts["begin"][some] + int(after * 3600) * SECOND + rng.integers(0, 900 * SECOND, some.sum())
        length = lasts * 60 * SECOND + rng.integers(-60 * SECOND, 180 * SECOND, some.sum())
        parts.append({"agent": agent[some], "begin": begin, "end": begin + length, "reason": np.full(some.sum(), reason)})
    worked = {"agent": agent, "begin": shifts["begin"] + late, "end": shifts["end"] + late[::-1]}
    return {**worked, "planned_begin": shifts["begin"], "planned_end": shifts["end"]}, _together(parts)


def _midnight(day: date) -> int:
    return day_begin(day, ZONE) * QUARTER * SECOND
