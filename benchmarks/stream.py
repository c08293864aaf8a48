"""How fast recorded events are parsed, tracked, persisted and matched, beside panoramisk that only parses and dispatches them."""

import argparse
import asyncio
import contextlib
import gc
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence

from panoramisk import Manager
from panoramisk.ami_protocol import AMIProtocol

from benchmarks import databases
from benchmarks.fed import fed
from benchmarks.generate import known_number, stranger
from benchmarks.harness import Figure, busy, run_alone, told
from benchmarks.recordings import Chunk, everything, expected, filtered, recordings_for, stream

BAR = 0.5
TEXTS = {
    "everything": (everything, "all that Asterisk says"),
    "filtered": (filtered, "what the event filters of `ringdesk pbx config` let through"),
}
PARTS = ("store", "pop")  # of the house: who writes calls down, and who looks callers up


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--database", action="append", choices=databases.KINDS)
    parser.add_argument("--text", action="append", choices=TEXTS)


def measure(asked: argparse.Namespace) -> list[Figure]:
    figures = []
    for name in asked.text or TEXTS:
        passes, what = TEXTS[name]
        recordings = recordings_for(asked.events, passes)
        with told(f"writing {asked.events:,} events: {what}"):
            text = list(stream(recordings, lambda n: caller(n, asked.customers), passes))
        for kind in asked.database or databases.KINDS:
            with databases.database(kind, asked.customers, writable=True) as url:
                figures.append(_measure(kind, url, text, what, recordings))
    return figures


def caller(n: int, customers: int) -> str:
    """Every other caller is a customer."""
    return stranger(n, customers) if n % 2 else known_number(n, customers)


def _measure(kind: str, url: str, text: Sequence[Chunk], what: str, recordings: int) -> Figure:
    remark = busy()
    events = sum(chunk.events for chunk in text)
    with told(f"{events:,} events into {kind}"), one_core() as core:
        before = _alone(text)
        took, cpu = asyncio.run(_ours(url, text, recordings))
        # Half of the measure before, half behind: the machine may have got busier or quieter meanwhile.
        alone, alone_cpu = (sum(pair) / 2 for pair in zip(before, _alone(text), strict=True))
    return Figure(
        what=f"Event stream, {kind}",
        how=f"{events:,} events of {recordings:,} calls and more, {what}, every other caller one of the customers: parsed, tracked,"
        f" persisted, matched; core {core}",
        bar=f"≥ {BAR:g} × panoramisk alone",
        result=f"{events / took:,.0f} events/s; panoramisk alone {events / alone:,.0f}: {alone / took:.2f} ×",
        held=alone >= BAR * took,
        notes=tuple(filter(None, (remark, f"by CPU time of the process instead of the clock: {alone_cpu / cpu:.2f} ×"))),
    )


@contextlib.contextmanager
def one_core() -> Iterator[int]:
    """Everything this process does, it does on one core."""
    allowed = os.sched_getaffinity(0)
    core = max(allowed)
    os.sched_setaffinity(0, {core})
    try:
        yield core
    finally:
        os.sched_setaffinity(0, allowed)


def _alone(text: Sequence[Chunk]) -> tuple[float, float]:
    """Seconds, and CPU seconds, that panoramisk takes: its parser, its dispatcher, and one callback that does nothing but count."""
    heard = 0

    def hear(_manager: Manager, _event: object) -> None:
        nonlocal heard
        heard += 1

    manager, protocol = Manager(), AMIProtocol()
    manager.register_event("*", hear)
    protocol.connection_made(None)
    protocol.factory, protocol.version, protocol.encoding = manager, "11.0.0", "utf8"
    with _timed() as took:
        for chunk in text:
            protocol.data_received(chunk.text)
    if heard != sum(chunk.events for chunk in text):
        raise AssertionError(f"panoramisk heard {heard}")
    return took[0], took[1]


async def _ours(url: str, text: Sequence[Chunk], recordings: int) -> tuple[float, float]:
    async with fed(url, only=PARTS) as house:
        with _timed() as took:
            for chunk in text:
                await house.hear(chunk.text)
            await house.settled()
        written = await house.rows("SELECT direction, outcome, count(*) FROM calls WHERE ended_at IS NOT NULL GROUP BY 1, 2")
        matched = await house.rows("SELECT count(*) FROM calls WHERE customer_id IS NOT NULL")
    if (calls := Counter({(direction, outcome): count for direction, outcome, count in written})) != expected(recordings):
        raise AssertionError(f"other calls than were recorded: {calls}, {expected(recordings)}")
    if not matched[0][0] > 0.4 * calls.total():
        raise AssertionError(f"only {matched[0][0]} of {calls.total()} calls were matched")
    return took[0], took[1]


@contextlib.contextmanager
def _timed() -> Iterator[list[float]]:
    """Seconds and CPU seconds of what is done in between."""
    gc.collect()
    took: list[float] = []
    began, cpu = time.perf_counter(), time.process_time()
    yield took
    took += [time.perf_counter() - began, time.process_time() - cpu]


if __name__ == "__main__":
    run_alone(measure, options, __doc__)
