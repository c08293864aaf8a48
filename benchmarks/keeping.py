"""What keeping the rollups costs a call: an hour of calls is written as they happen, by a clock that does not wait, and statistics look
for changed quarters as often as a server does. Counted is CPU time, the database's with it."""

import asyncio
import heapq
import itertools
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import psycopg

from benchmarks import databases
from benchmarks.centre import ZONE
from benchmarks.generate import SEED
from benchmarks.harness import Figure, busy, told
from ringdesk.statistics import folding
from ringdesk.statistics.folding import Folder
from ringdesk.storage import quarters
from ringdesk.storage.engine import Database
from ringdesk.storage.later import GROUPING
from ringdesk.telephony import store as writing
from ringdesk.telephony.facts import (
    Call,
    CallBegan,
    CallEnded,
    CallFact,
    Conversation,
    ConversationBegan,
    ConversationEnded,
    Offer,
    OfferBegan,
    OfferEnded,
    Visit,
    VisitBegan,
    VisitEnded,
)
from ringdesk.telephony.store import CallStore

BAR = 0.15
AN_HOUR = 1400  # calls: the busiest hour of a day of 14,000
BEGIN = datetime(2026, 10, 20, 7, 0, tzinfo=UTC)
Event = tuple[datetime, int, Callable[[], CallFact]]


def measure(kind: str, hours: float) -> Figure:
    calls = round(AN_HOUR * hours)
    with databases.empty(kind) as url, told(f"{calls:,} calls written into {kind}"):
        remark = busy()
        written, marks, counting = asyncio.run(_measure(url, hours))
    share = (marks + counting) / written
    return Figure(
        what=f"Keeping the rollups, {kind}",
        how=f"{calls:,} calls in {hours:g} h as the tracker tells of them, about six changes each, written by telephony.store; changed"
        f" quarters looked for every {folding.EVERY:g} s; CPU time of the process and of the database",
        bar=f"≤ {BAR:.0%} of writing a call",
        result=f"{share:.1%}: writing {written / calls * 1000:.2f} ms a call, marks {marks / calls * 1000:.2f} ms,"
        f" counting {counting / calls * 1000:.2f} ms",
        held=share <= BAR,
        notes=tuple(filter(None, [remark])),
    )


async def _measure(url: str, hours: float) -> tuple[float, float, float]:
    """CPU seconds of writing without marks, of marks, of counting."""
    db, clock = Database(url), _Clock(BEGIN)
    store, folder = CallStore(db, "pbx", "UA", lambda interface: int(interface[-3:])), Folder(db, ZONE, clock)
    try:
        await folder.look()  # SQLAlchemy writes each statement once in a process's life, not with every call
        with _cpu_of(url) as cpu:
            return await _an_hour(store, folder, clock, cpu, hours)
    finally:
        await db.close()


async def _an_hour(store: CallStore, folder: Folder, clock: "_Clock", cpu: Callable[[], float], hours: float) -> tuple[float, float, float]:
    spent = {"marks": 0.0, "counting": 0.0}

    def as_marks(work: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        async def measured(*what: Any) -> None:
            began = cpu()
            await work(*what)
            spent["marks"] += cpu() - began

        return measured

    noting = patch.object(store, "_mark", as_marks(store._mark))  # what is to be marked; then, at the commit, the marks
    marking = patch.object(quarters._Marks, "__call__", as_marks(quarters._Marks.__call__))
    events = _events(hours)
    following = next(events, None)
    look = BEGIN + timedelta(seconds=folding.EVERY)
    whole = 0.0
    with patch.object(writing, "now", clock), patch.object(quarters, "now", clock), noting, marking:
        while following is not None:
            clock.at = following[0] + timedelta(seconds=GROUPING)
            while clock.at > look:
                began = cpu()
                await folder.look()
                spent["counting"] += cpu() - began
                look += timedelta(seconds=folding.EVERY)
            began = cpu()
            while following is not None and following[0] <= clock.at:
                store.note(following[2]())
                following = next(events, None)
            await store.flush()
            whole += cpu() - began
    clock.at = BEGIN + timedelta(days=1)
    began = cpu()
    await folder.look()  # the day is over
    spent["counting"] += cpu() - began
    return whole - spent["marks"], spent["marks"], spent["counting"]


class _Clock:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@contextmanager
def _cpu_of(url: str) -> Iterator[Callable[[], float]]:
    """CPU seconds of this process and, with PostgreSQL, of the server and all that it has started by now. Cheap: it is asked with every
    commit, and would else be most of what it measures."""
    if url.startswith("sqlite"):
        yield time.process_time
        return
    with psycopg.connect(url) as connection:
        (backend,) = connection.execute("SELECT pg_backend_pid()").fetchone() or (0,)
        server = int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])
    pids = [server, *map(int, Path(f"/proc/{server}/task/{server}/children").read_text().split())]
    with ExitStack() as stack:
        files = [stack.enter_context(Path(f"/proc/{pid}/schedstat").open("rb")).fileno() for pid in pids if pid != backend]
        spent = dict.fromkeys(files, 0)

        def cpu() -> float:
            for file in files:
                with suppress(ProcessLookupError):  # a worker that has ended
                    spent[file] = int(os.pread(file, 64, 0).split(b" ", 1)[0])
            return time.process_time() + sum(spent.values()) / 1e9

        yield cpu


def _events(hours: float) -> Iterator[Event]:
    """What the tracker tells, in the order in which it happens."""
    rng = Random(SEED)
    serial = itertools.count()
    waiting: list[Event] = []
    for number in range(round(AN_HOUR * hours)):
        began = BEGIN + timedelta(seconds=number * 3600 / AN_HOUR + rng.random())
        while waiting and waiting[0][0] < began:
            yield heapq.heappop(waiting)
        for at, change in _call(rng, number, began):
            heapq.heappush(waiting, (at, next(serial), change))
    while waiting:
        yield heapq.heappop(waiting)


def _call(rng: Random, number: int, at: datetime) -> Iterator[tuple[datetime, Callable[[], CallFact]]]:
    """One call from its first ring to its end. Each change changes the call and says so."""
    agent, queue = rng.randrange(1, 500), f"queue{rng.randrange(50)}"
    interface = f"PJSIP/1{agent:03}"
    call = Call(id=f"pbx-{at.timestamp():.0f}.{number}", linkedid=f"{at.timestamp():.0f}.{number}", started_at=at, direction="in",
                did="100", caller_number=f"+38050{rng.randrange(3_000_000):07}")  # fmt: skip
    entered = at + timedelta(seconds=rng.uniform(0.5, 20))
    rung = entered + timedelta(seconds=rng.expovariate(1 / 20))
    answered = rung + timedelta(seconds=rng.uniform(1, 9))
    ended = answered + timedelta(seconds=min(5400.0, rng.lognormvariate(5.2, 0.8)))
    visit = Visit(seq=0, queue=queue, entered_at=entered)
    offer = Offer(seq=0, interface=interface, channel="c", rung_at=rung, visit_seq=0, queue=queue)
    talk = Conversation(seq=0, interface=interface, channel="c", started_at=answered, queue=queue)

    def visit_began() -> CallFact:
        call.visits.append(visit)
        return VisitBegan(at=entered, call=call, visit=visit)

    def offer_began() -> CallFact:
        call.offers.append(offer)
        return OfferBegan(at=rung, call=call, offer=offer)

    def offer_ended() -> CallFact:
        call.offers[0] = replace(offer, ended_at=answered, outcome="answered")
        return OfferEnded(at=answered, call=call, offer=call.offers[0])

    def visit_ended() -> CallFact:
        call.visits[0] = replace(visit, left_at=answered, outcome="answered")
        call.answered_at = answered
        return VisitEnded(at=answered, call=call, visit=call.visits[0])

    def talk_began() -> CallFact:
        call.conversations.append(talk)
        return ConversationBegan(at=answered, call=call, conversation=talk)

    def talk_ended() -> CallFact:
        call.conversations[0] = replace(talk, ended_at=ended, ended_by="customer")
        return ConversationEnded(at=ended, call=call, conversation=call.conversations[0])

    def call_ended() -> CallFact:
        call.ended_at, call.outcome = ended, "answered"
        return CallEnded(at=ended, call=call)

    yield at, lambda: CallBegan(at=at, call=call)
    yield entered, visit_began
    yield rung, offer_began
    yield from ((answered, change) for change in (offer_ended, visit_ended, talk_began))
    yield from ((ended, change) for change in (talk_ended, call_ended))
