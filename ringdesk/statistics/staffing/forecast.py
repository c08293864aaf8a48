"""The calls of the coming weeks, with how wrong the same method would have been in the last ones."""

import asyncio
import json
import os
import sys
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.config import log
from ringdesk.config.errors import Unavailable
from ringdesk.statistics.cubes.queues import QUEUES
from ringdesk.statistics.folding import first_day
from ringdesk.statistics.periods import Period, date_of, day_begin, day_number, local_date
from ringdesk.statistics.query import Grain, Query
from ringdesk.statistics.reading import Sums, read
from ringdesk.statistics.staffing.seasons import LEAST, Ahead, Learnt
from ringdesk.statistics.staffing.weeks import mean_week
from ringdesk.storage.engine import Database
from ringdesk.storage.quarters import quarter_of

logger = log.get(__name__)

BACK = 3 * 366  # days that are learnt from: seasons of older years say less than they cost
SHOWN = 8 * 7  # past days shown before those to come
LONGEST = 60.0  # seconds; three years take five on one core
KEPT = 64  # forecasts that are remembered: each holds until there is another day to learn from

METHODS = {
    False: "Exponential smoothing with a season of the week",
    True: "Exponential smoothing with a season of the week, and a season of the year in Fourier terms",
}
TOO_LITTLE = "There are {days} whole days of calls; from {least} on there is a forecast."
NO_YEAR = "There are less than two years of calls: how the time of the year changes them is not known yet."
NO_BETTER = "On the weeks held out, taking the week before was no worse than this forecast: be careful with it."
OFFERED = "Every visit of a queue counts as a call, also one that was short or sent on."


class ForecastFailed(Unavailable):
    key = "forecast_failed"
    text = "The forecast could not be made: {why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    day: date
    calls: int | None
    forecast: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """Which share of its weekday's calls comes in this half hour."""

    weekday: int
    time: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    method: str
    days: list[Day]
    profile: list[Slot]
    error: float | None
    naive_error: float | None
    held_out_days: int
    notes: list[str]


_known: OrderedDict[tuple[tuple[int, ...], int], Learnt] = OrderedDict()
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


async def forecast(db: Database, zone: ZoneInfo, queues: Sequence[str] | None, weeks: int, at: datetime) -> Forecast:
    """Of these queues together; None: of all. Raises `ForecastFailed`."""
    today = local_date(quarter_of(at), zone)
    async with db.read() as session:
        first, counts = await _history(session, zone, queues, today)
        profile = await _profile(session, zone, queues, today)
    past = [Day(day=first + timedelta(days=i), calls=count) for i, count in enumerate(counts)]
    if len(counts) < LEAST:
        note = TOO_LITTLE.format(days=len(counts), least=LEAST)
        return Forecast(method="none", days=past, profile=[], error=None, naive_error=None, held_out_days=0, notes=[note])
    learnt = await _learnt(tuple(counts), weeks * 7)
    held = len(learnt.held.mean)
    notes = [OFFERED]
    if not learnt.yearly:
        notes.append(NO_YEAR)
    if learnt.error is not None and learnt.naive_error is not None and learnt.error >= learnt.naive_error:
        notes.append(NO_BETTER)
    coming = [Day(day=today + timedelta(days=i), calls=None) for i in range(weeks * 7)]
    return Forecast(
        method=METHODS[learnt.yearly],
        days=[*past[-max(SHOWN, held) : -held], *_said(past[-held:], learnt.held), *_said(coming, learnt.ahead)],
        profile=profile,
        error=learnt.error,
        naive_error=learnt.naive_error,
        held_out_days=held,
        notes=notes,
    )


def _said(days: Sequence[Day], ahead: Ahead) -> list[Day]:
    found = zip(days, ahead.mean, ahead.low, ahead.high, strict=True)
    return [replace(day, forecast=mean, low=low, high=high) for day, mean, low, high in found]


async def _history(session: AsyncSession, zone: ZoneInfo, queues: Sequence[str] | None, today: date) -> tuple[date, list[int]]:
    """Calls of each whole day until yesterday, the first of them one with calls. The house's first day of all is left out: nobody knows
    whether it is whole."""
    day = await first_day(session, zone)
    first = today if day is None else max(date_of(day + 1), today - timedelta(days=BACK))
    if first >= today:
        return today, []
    period = Period(day_begin(first, zone), day_begin(today, zone), zone)
    of = {day_number(local_date(row.start, zone)): row.of["offered"] for row in await _read(session, period, queues, "day")}
    counts = [of.get(number, 0) for number in range(day_number(first), day_number(today))]
    lead = next((i for i, count in enumerate(counts) if count), len(counts))
    return first + timedelta(days=lead), counts[lead:]


async def _profile(session: AsyncSession, zone: ZoneInfo, queues: Sequence[str] | None, today: date) -> list[Slot]:
    """How the last weeks' calls lay over the day, by weekday."""
    period = Period(day_begin(today - timedelta(days=SHOWN), zone), day_begin(today, zone), zone)
    week = mean_week(period, "30m")
    sums = np.zeros(week.slots)
    for row in await _read(session, period, queues, "30m"):
        sums[week.slot(row.start)] += row.of["offered"]
    of_days = sums.reshape(7, -1).sum(axis=1)
    found = []
    for slot, calls in enumerate(sums):
        weekday, time = week.name(slot)
        if calls:
            found.append(Slot(weekday=weekday, time=time, share=float(calls / of_days[weekday])))
    return found


async def _read(session: AsyncSession, period: Period, queues: Sequence[str] | None, grain: Grain) -> list[Sums]:
    only = {} if queues is None else {"queue": queues}
    return await read(session, Query(cube=QUEUES, period=period, grain=grain, measures=("offered",), only=only))


async def _learnt(counts: tuple[int, ...], days: int) -> Learnt:
    """What was learnt from just these counts before is not learnt again."""
    async with _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(1)):
        if (counts, days) not in _known:
            _known[counts, days] = await _by_child(counts, days)
            if len(_known) > KEPT:
                _known.popitem(last=False)
        _known.move_to_end((counts, days))
        return _known[counts, days]


async def _by_child(counts: Sequence[int], days: int) -> Learnt:
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "ringdesk.statistics.staffing.child")
    environ = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # small matrices: more threads only wait for each other
    child = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe, env=environ)
    try:
        async with asyncio.timeout(LONGEST):
            out, said = await child.communicate(json.dumps({"counts": counts, "days": days}).encode())
    except TimeoutError:
        raise ForecastFailed(why=f"it took longer than {LONGEST:.0f} seconds") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode:
        logger.error("forecast_failed", code=child.returncode, said=said[-4000:].decode(errors="replace"))
        raise ForecastFailed(why="the log tells more")
    found = json.loads(out)
    return Learnt(**{**found, "ahead": Ahead(**found["ahead"]), "held": Ahead(**found["held"])})
