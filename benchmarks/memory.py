"""Does Ringdesk keep anything of calls that are over? Its memory after the first thousand of them, and after a hundred thousand."""

import argparse
import asyncio
import contextlib
import gc
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from rich.progress import Progress

from benchmarks import databases
from benchmarks.fed import FedHouse, fed
from benchmarks.harness import Figure, console, run_alone, told
from benchmarks.recordings import PHONES, Chunk, expected, filtered, stream
from benchmarks.stream import caller

BAR_MB = 20.0
FIRST = 1000  # recordings, after which everything that is kept on purpose is there
STATUS = Path("/proc/self/status")
AHEAD = 16  # chunks of text that wait to be heard
AGENTS = PHONES[:200]


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--database", action="append", choices=databases.KINDS)


def measure(asked: argparse.Namespace) -> list[Figure]:
    return [_measure(kind, asked.calls, asked.customers) for kind in asked.database or ["sqlite"]]


def _measure(kind: str, recordings: int, customers: int) -> Figure:
    # In a process of its own: making the database may have left memory behind that would be taken for free.
    alone = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
    with databases.database(kind, customers, writable=True) as url, told(f"{recordings:,} calls into {kind}"), alone:
        early, late, calls = alone.submit(_replay, url, recordings, customers).result()
    if calls != (wanted := expected(recordings).total()):
        raise AssertionError(f"{calls} calls in the history, {wanted} were replayed")
    grown = late["RssAnon"] - early["RssAnon"]
    return Figure(
        what=f"Memory, {kind}",
        how=f"{calls:,} replayed calls, a thousand after the other as fast as they can be heard, nearly each of another caller,"
        f" with cards and presence of {len(AGENTS)} agents: anonymous memory of the process (without the database's file that it maps)"
        f" after the first {FIRST:,}"
        " and at the end",
        bar=f"≤ {BAR_MB:g} MB more",
        result=f"{early['RssAnon']:.0f} MB, {late['RssAnon']:.0f} MB: {grown:+.1f} MB",
        held=grown <= BAR_MB,
        notes=(f"with the mapped files: {early['VmRSS']:.0f} MB, {late['VmRSS']:.0f} MB",),
    )


def _replay(url: str, recordings: int, customers: int) -> tuple[dict[str, float], dict[str, float], int]:
    """Memory after the first thousand and at the end, and how many calls the history holds then."""
    return asyncio.run(_heard(url, recordings, customers))


async def _heard(url: str, recordings: int, customers: int) -> tuple[dict[str, float], dict[str, float], int]:
    early: dict[str, float] = {}
    async with fed(url, extensions=AGENTS) as house:
        with _written_elsewhere(recordings, customers) as chunks, Progress(console=console, transient=True) as bar:
            task = bar.add_task("  replaying", total=recordings)
            quiet = FIRST
            for chunk in chunks:
                await house.hear(chunk.text)
                bar.update(task, completed=chunk.over)
                if chunk.over >= quiet:  # the replay is a hundred times faster than people: what waits to be written is not what stays
                    await house.settled()
                    quiet += FIRST
                if not early and chunk.over >= FIRST:
                    early = await _memory(house)
        late = await _memory(house)
        calls = await house.rows("SELECT count(*) FROM calls WHERE ended_at IS NOT NULL")
    return early, late, int(calls[0][0])


async def _memory(house: FedHouse) -> dict[str, float]:
    """Megabytes of this process, by the names of /proc/self/status, once everything is done and written."""
    await house.settled()
    gc.collect()
    lines = (line.partition(":") for line in STATUS.read_text().splitlines())  # noqa: ASYNC240 - the kernel's memory, no disk
    return {name: int(text.split()[0]) / 1024 for name, _, text in lines if name in ("RssAnon", "VmRSS")}


@contextlib.contextmanager
def _written_elsewhere(recordings: int, customers: int) -> Iterator[Iterator[Chunk]]:
    """The text, from a process of its own, whose memory is not Ringdesk's."""
    context = multiprocessing.get_context("spawn")
    waiting: Any = context.Queue(AHEAD)
    process = context.Process(target=_write, args=(waiting, recordings, customers), name="recordings", daemon=True)
    process.start()
    try:
        yield iter(waiting.get, None)
    finally:
        process.kill()
        process.join()
        waiting.close()


def _write(waiting: Any, recordings: int, customers: int) -> None:
    for chunk in stream(recordings, lambda n: caller(n, customers), filtered):
        waiting.put(chunk)
    waiting.put(None)


if __name__ == "__main__":
    run_alone(measure, options, __doc__)
