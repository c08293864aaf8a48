"""Statistics of ten million calls: every standard report beside DuckDB on the raw facts, a year at ten times the calls, the rebuild, and
what keeping the rollups costs a call."""

import argparse
import asyncio
import gc
import os
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from unittest.mock import patch

import duckdb
from rich.progress import track

from benchmarks import databases, history, keeping, peer
from benchmarks.centre import BEGIN, END, ZONE
from benchmarks.generate import SEED
from benchmarks.harness import Figure, busy, console, percentile, run_alone, told
from ringdesk.statistics import reports, rows
from ringdesk.statistics.catalogue import BadReport, Scope, Standard
from ringdesk.statistics.folding import Folder
from ringdesk.statistics.periods import Period, day_begin
from ringdesk.statistics.query import SLOTS, Grain, Query
from ringdesk.statistics.reading import Row, read_rows
from ringdesk.statistics.report import Filters, Wanted
from ringdesk.statistics.standard import STANDARDS
from ringdesk.storage.engine import Database

BAR_MS = 300.0
BAR_YEAR = 1.25  # times: what the same costs with ten times the calls, and what is measured anew each time
CORE = 0
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
EVERYTHING = Scope(everything=True)


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--calls", type=int, default=history.CALLS)
    parser.add_argument("--few", type=int, default=history.CALLS // 10, help="calls that a year's overview is compared with")
    parser.add_argument("--reports", type=int, default=400)
    parser.add_argument("--hours", type=float, default=10.0, help="of calls that are written to see what the rollups cost; ten are a day")
    parser.add_argument("--database", action="append", choices=databases.KINDS)
    parser.add_argument("--counted", action="store_true", help="leave what is counted already, do not measure the rebuild")


def measure(asked: argparse.Namespace) -> list[Figure]:
    figures = []
    for kind in asked.database or databases.KINDS:
        for calls in (asked.few, asked.calls):
            with history.database(kind, calls):
                pass  # generated on all cores
        with one_core():
            few = _with(kind, asked.few, asked, compare=False)
            many = _with(kind, asked.calls, asked, compare=True)
            figures += [*many.figures, _year(kind, asked, few.year_ms, many.year_ms), keeping.measure(kind, asked.hours)]
    return figures


@contextmanager
def one_core() -> Iterator[None]:
    """This process and the servers that it starts."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {CORE})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@dataclass
class _Measured:
    figures: list[Figure]
    year_ms: float


def _with(kind: str, calls: int, asked: argparse.Namespace, *, compare: bool) -> _Measured:
    with history.database(kind, calls) as url:
        return asyncio.run(_measure(kind, url, calls, asked, compare))


async def _measure(kind: str, url: str, calls: int, asked: argparse.Namespace, compare: bool) -> _Measured:
    db, figures = Database(url), []
    try:
        folder = Folder(db, ZONE, lambda: NOW)
        if compare and not asked.counted:
            figures.append(await _rebuild(kind, folder, calls))
        else:
            with told(f"counting what is not counted yet of {calls:,} calls in {kind}"):
                await folder.prepare()
                async for _ in folder.catch_up():
                    pass
        year = await _year_ms(db)
        if compare:
            figures.append(await _reports(kind, db, calls, asked.reports))
    finally:
        await db.close()
    return _Measured(figures, year)


async def _rebuild(kind: str, folder: Folder, calls: int) -> Figure:
    remark, began, days, longest = busy(), time.perf_counter(), 0, 0.0
    before = began
    with told(f"counting {calls:,} calls in {kind}"):
        async with aclosing(folder.rebuild()) as counting:
            async for _ in counting:
                days += 1
                before, longest = time.perf_counter(), max(longest, time.perf_counter() - before)
    took = time.perf_counter() - began
    return Figure(
        what=f"Statistics anew, {kind}",
        how=f"`ringdesk stats rebuild` of {calls:,} calls in {days} days, each day in one go and a transaction of its own; one core",
        result=f"{took / 60:.1f} min: {calls / took:,.0f} calls/s, {took / max(1, days) * 1000:.0f} ms a day",
        notes=(*filter(None, [remark]), f"the longest day (with its month): {longest:.1f} s"),
    )


async def _year_ms(db: Database) -> float:
    """Median of a year's overview by months, weeks and in all."""
    took = []
    year = Period(day_begin(date(2025, 6, 1), ZONE), day_begin(date(2026, 6, 1), ZONE), ZONE)
    grains: tuple[Grain, ...] = ("total", "week", "month")
    for grain in grains * 12:
        began = time.perf_counter()
        await reports.make(db, Wanted(report="overview", period=year, interval=grain), EVERYTHING, NOW)
        took.append((time.perf_counter() - began) * 1000)
    return percentile(took[6:], 0.5)


def _year(kind: str, asked: argparse.Namespace, few: float, many: float) -> Figure:
    return Figure(
        what=f"A year's overview, {kind}",
        how=f"in all, by weeks and by months, with {asked.few:,} and with {asked.calls:,} calls",
        bar=f"≤ {BAR_YEAR:g} ×",
        result=f"median {few:.1f} ms and {many:.1f} ms: {many / few:.2f} ×",
        held=many / few <= BAR_YEAR,
    )


async def _reports(kind: str, db: Database, calls: int, count: int) -> Figure:
    """Each report twice: what its sums are, compared with DuckDB's, and how long it takes, beside what DuckDB took for the sums alone."""
    remark, asked = busy(), await _asked(db, count)
    ours, sums, theirs = (defaultdict[str, list[float]](list) for _ in range(3))
    slowest: list[tuple[float, str]] = []
    with told(f"{len(asked)} reports in {kind} and in DuckDB"), duckdb.connect(str(history.facts(calls)), read_only=True) as duck:
        duck.execute("SET threads = 1")
        gc.collect()
        gc.freeze()  # as the server does
        for wanted in track(asked, "  reports", console=console, transient=True):
            theirs[wanted.report].append(_compared(duck, wanted, (await _read(db, wanted))[0]))
            began = time.perf_counter()
            reading = sum((await _read(db, wanted))[1])
            ms = (time.perf_counter() - began) * 1000
            ours[wanted.report].append(ms)
            sums[wanted.report].append(reading * 1000)
            slowest.append((ms, _described(wanted)))
    everything, all_sums, others = ([ms for each in of.values() for ms in each] for of in (ours, sums, theirs))
    most = percentile(everything, 0.95)
    slower = [name for name in ours if percentile(ours[name], 0.95) > percentile(theirs[name], 0.95)]
    p95 = {name: [percentile(of[name], 0.95) for of in (ours, sums, theirs)] for name in ours}
    by_report = (f"{name} {a:.0f} ({b:.0f}, {c:.0f})" for name, (a, b, c) in p95.items())
    return Figure(
        what=f"Reports, {kind}",
        how=f"reports.make: {len(asked)} reports of all {len(ours)} standard kinds, a day to two years, with and without filters, in"
        f" {calls:,} calls; one core; DuckDB makes the same sums from the raw facts in one thread; all sums are equal",
        bar=f"95 % ≤ {BAR_MS:g} ms, no kind slower than DuckDB's sums",
        result=f"median {percentile(everything, 0.5):.0f} ms, 95 % {most:.0f} ms; the sums alone {percentile(all_sums, 0.95):.0f} ms,"
        f" DuckDB's {percentile(others, 0.95):.0f} ms" + (f"; slower: {', '.join(slower)}" if slower else ""),
        held=most <= BAR_MS and not slower,
        notes=(
            *filter(None, [remark]),
            "95 % by kind in ms (its sums, DuckDB's): " + ", ".join(by_report),
            "the slowest: " + "; ".join(f"{ms:.0f} ms {what}" for ms, what in sorted(slowest, reverse=True)[:3]),
        ),
    )


async def _read(db: Database, wanted: Wanted) -> tuple[list[tuple[Query, list[Row]]], list[float]]:
    """What the report read while it was made, and the seconds of each reading."""
    found: list[tuple[Query, list[Row]]] = []
    took: list[float] = []

    async def seen(session: Any, query: Query, known: Any = None) -> list[Row]:
        began = time.perf_counter()
        found.append((query, await read_rows(session, query, known)))
        took.append(time.perf_counter() - began)
        return found[-1][1]

    with patch.object(rows, "read_rows", seen):
        await reports.make(db, wanted, EVERYTHING, NOW)
    return found, took


def _compared(duck: duckdb.DuckDBPyConnection, wanted: Wanted, found: list[tuple[Query, list[Row]]]) -> float:
    """Milliseconds of DuckDB for the sums that this report is made of. Raises AssertionError if they are others than ours."""
    took = 0.0
    for query, sums in found:
        measures = query.summed
        began = time.perf_counter()
        theirs = peer.sums(duck, query, measures)
        took += time.perf_counter() - began
        timed = query.grain != "total"
        ours = {(*([start] if timed else []), *keys): tuple(values) for start, keys, values in sums}
        ours = {key: of for key, of in ours.items() if any(of)}
        if ours != theirs:
            differ = [(key, ours.get(key), theirs.get(key)) for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)]
            raise AssertionError(f"{_described(wanted)}: {query.cube.name} {measures}: {len(differ)} differ, as {differ[:3]}")
    return took * 1000


async def _asked(db: Database, count: int) -> list[Wanted]:
    """What people ask for: every kind in turn, any period, grain and filter that it has; none that would be too long to be answered."""
    rng, found = Random(SEED), list[Wanted]()
    while len(found) < count:
        standard = list(STANDARDS.values())[len(found) % len(STANDARDS)]
        period = _period(rng)
        days = (period.end - period.begin) / 96
        fine = standard.fine_days is None or days <= standard.fine_days
        grains = [
            grain
            for grain in standard.intervals
            if (fine or grain not in SLOTS) and days / {"15m": 0.1, "30m": 0.2, "hour": 0.5, "day": 30}.get(grain, 750) <= 25
        ]
        filters = rng.choice([Filters(), Filters(), *_filters(rng, standard)])
        wanted = Wanted(report=standard.name, period=period, interval=rng.choice(grains), filters=filters)
        try:
            await reports.make(db, wanted, EVERYTHING, NOW)
        except (rows.TooManyRows, BadReport):
            continue
        found.append(wanted)
    return found


def _filters(rng: Random, standard: Standard) -> Iterator[Filters]:
    """Not those by what only a call knows: `_narrowed`."""
    names = standard.filters
    if "queue" in names:
        yield Filters(queues=tuple(rng.sample(history.QUEUE_NAMES, rng.choice([1, 3]))))
    if standard.has("agent"):
        yield Filters(agents=tuple(rng.sample(range(1, 501), rng.choice([1, 20]))))
    if "team" in names:
        yield Filters(teams=(rng.randrange(1, 26),))


def _period(rng: Random) -> Period:
    """A day, week, month, quarter, year, all, or from some day and hour to another."""
    what = rng.choice(["day", "week", "month", "months", "year", "all", "odd"])
    if what == "all":
        return Period(day_begin(BEGIN, ZONE), day_begin(END, ZONE), ZONE)
    day = BEGIN + timedelta(days=rng.randrange((END - BEGIN).days - 366))
    if what == "week":
        day -= timedelta(days=day.weekday())
    if what in ("month", "months"):
        day = day.replace(day=1)
    months = {"month": 1, "months": 3, "year": 12}.get(what)
    if months is not None:
        last = date(day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1, 1 if what != "year" else min(28, day.day))
    else:
        last = day + timedelta(days={"day": 1, "week": 7}.get(what, rng.randrange(2, 120)))
    odd = rng.randrange(96) if what == "odd" else 0
    return Period(max(day_begin(day, ZONE), day_begin(BEGIN, ZONE)) + odd, day_begin(last, ZONE) + odd, ZONE)


def _described(wanted: Wanted) -> str:
    period, filters = wanted.period, wanted.filters
    narrowed = {"queues": filters.queues, "agents": filters.agents, "teams": filters.teams}
    days = f"{(period.end - period.begin) / 96:.0f} days"
    return " ".join(
        [
            wanted.report,
            f"{period.since:%Y-%m-%dT%H:%M}",
            days,
            wanted.interval,
            *(f"{len(of)} {name}" for name, of in narrowed.items() if of),
        ]
    )


if __name__ == "__main__":
    run_alone(measure, options, __doc__)
