"""Who has this number, among ten million: the screen pop's look-up, one after the other, for numbers that are there and that are not."""

import argparse
import asyncio
import time
from random import Random

from benchmarks import databases
from benchmarks.generate import SEED, customers_for, is_switchboard, number, numbers_of
from benchmarks.harness import Figure, busy, percentile, run_alone, told
from ringdesk.crm import lookup
from ringdesk.storage.engine import Database

BAR_MS = 1.0


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--numbers", type=int, default=10_000_000)
    parser.add_argument("--lookups", type=int, default=20_000)
    parser.add_argument("--database", action="append", choices=databases.KINDS)


def measure(asked: argparse.Namespace) -> list[Figure]:
    return [_measure(kind, asked.numbers, asked.lookups) for kind in asked.database or databases.KINDS]


def _measure(kind: str, numbers: int, lookups: int) -> Figure:
    customers = customers_for(numbers)
    with databases.database(kind, customers, writable=False, searchable=False) as url:
        remark = busy()
        with told(f"{lookups:,} look-ups in {kind}"):
            took = asyncio.run(_look_up(url, numbers_of(customers), lookups))
    cold, warm = took[: lookups // 10], took[lookups // 10 :]
    median, most = percentile(warm, 0.5) * 1000, percentile(warm, 0.99) * 1000
    return Figure(
        what=f"Number look-up, {kind}",
        how=f"crm.lookup.by_number, {lookups:,} random numbers of {numbers_of(customers):,}, every fifth one nobody's, one at a time",
        bar=f"99 % ≤ {BAR_MS:g} ms",
        result=f"median {median:.2f} ms, 99 % {most:.2f} ms",
        held=most <= BAR_MS,
        notes=tuple(filter(None, (remark, f"the first {len(cold):,}, not counted above: 99 % {percentile(cold, 0.99) * 1000:.2f} ms"))),
    )


async def _look_up(url: str, there: int, lookups: int) -> list[float]:
    """Seconds of each."""
    rng = Random(SEED)
    db = Database(url)
    took = []
    try:
        for i in range(lookups):
            index = rng.randrange(there) + (0 if i % 5 else there)
            key, exists = number(index), index < there and not is_switchboard(index)
            began = time.perf_counter()
            found = await lookup.by_number(db, key)
            took.append(time.perf_counter() - began)
            if bool(found) != exists:
                raise AssertionError(f"{key} {'is not' if exists else 'is'} found")
    finally:
        await db.close()
    return took


if __name__ == "__main__":
    run_alone(measure, options, __doc__)
