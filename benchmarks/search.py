"""Search in ten million words of transcripts: words, phrases and nearness, by speaker, scope and period, with the places that play."""

import argparse
import asyncio
import itertools
import time
from collections.abc import Iterator
from datetime import timedelta
from random import Random

from benchmarks import databases
from benchmarks.generate import SEED
from benchmarks.harness import Figure, busy, percentile, run_alone, told
from benchmarks.transcripts import AGENTS, BEGIN, DAYS, PHRASES, QUEUES, WORDS_A_CALL, fill, vocabulary
from ringdesk.recordings.access import EVERYTHING, RecordingScope
from ringdesk.recordings.said.search import Search, search
from ringdesk.storage.engine import Database

RECIPE = 3  # part of the kept databases' names: raise it when other transcripts are generated, or their tables change
BAR_MS = 100.0
PAGE = 50  # recordings, as the API gives if not asked for more
COMMON, USUAL = 100, 3000  # ranks: beyond, a word is rare


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--words", type=int, default=10_000_000)
    parser.add_argument("--searches", type=int, default=1000)
    parser.add_argument("--database", action="append", choices=databases.KINDS)


def measure(asked: argparse.Namespace) -> list[Figure]:
    return [_measure(kind, asked.words, asked.searches) for kind in asked.database or databases.KINDS]


def _measure(kind: str, words: int, searches: int) -> Figure:
    calls = -(-words // WORDS_A_CALL)
    key, what = f"{kind}-said-{calls}-{RECIPE}", f"{calls:,} transcripts"
    with databases.kept(kind, key, what, lambda url: fill(url, calls), writable=False) as url:
        remark = busy()
        with told(f"{searches:,} searches in {kind}"):
            took = asyncio.run(_search(url, searches))
    everything = [ms for _, ms in took]
    most = percentile(everything, 0.95)
    by_kind = ((name, percentile([ms for of, ms in took if of == name], 0.95)) for name in dict.fromkeys(of for of, _ in took))
    return Figure(
        what=f"Search in transcripts, {kind}",
        how=f"said.search, {searches:,} mixed searches with their places (pages of {PAGE}) in {calls:,} calls of {WORDS_A_CALL:,} words",
        bar=f"95 % ≤ {BAR_MS:g} ms",
        result=f"median {percentile(everything, 0.5):.0f} ms, 95 % {most:.0f} ms",
        held=most <= BAR_MS,
        notes=(*filter(None, [remark]), "95 % by kind: " + ", ".join(f"{name} {ms:.0f} ms" for name, ms in by_kind)),
    )


async def _search(url: str, searches: int) -> list[tuple[str, float]]:
    """The kind of each search and its milliseconds."""
    db = Database(url)
    took = []
    try:
        for i, (what, scope, wanted) in enumerate(itertools.islice(_mixed(), searches + 20)):
            began = time.perf_counter()
            async with db.read() as session:
                found, _ = await search(session, scope, wanted, cursor=None, limit=PAGE)
            if i >= 20:  # the first warm up
                took.append((what, (time.perf_counter() - began) * 1000))
            if what == "known phrase" and scope is EVERYTHING and not found:
                raise AssertionError(f"{wanted} is not found")
    finally:
        await db.close()
    return took


def _mixed() -> Iterator[tuple[str, RecordingScope, Search]]:
    """What people look for: of words said often and seldom, in any way, half of it narrowed by speaker, agent, queue, time or right."""
    rng = Random(SEED)
    words = vocabulary()

    def some(count: int) -> str:
        ranks = [
            rng.choice([rng.randrange(COMMON), rng.randrange(USUAL), rng.randrange(USUAL), rng.randrange(len(words))]) for _ in range(count)
        ]
        return " ".join(words[rank] for rank in ranks)

    while True:
        what = rng.choice(["one word", "all words", "any word", "phrase", "known phrase", "near"])
        scope = rng.choice([EVERYTHING, EVERYTHING, RecordingScope(agents=frozenset({rng.randrange(1, AGENTS)})), _team(rng)])
        narrowed = rng.random() < 0.5
        since = BEGIN + timedelta(days=rng.randrange(DAYS - 30))
        more = {
            "speaker": rng.choice([None, "agent", "customer"]),
            "queue": rng.choice([None, rng.choice(QUEUES)]),
            "agent_id": rng.choice([None, None, rng.randrange(1, AGENTS)]),
            **rng.choice([{}, {"since": since, "until": since + timedelta(days=30)}]),
        }
        if what == "known phrase":
            yield what, scope if narrowed else EVERYTHING, Search(q=rng.choice(list(PHRASES)), match="phrase")
            continue
        q = some(1 if what == "one word" else rng.choice([2, 2, 3]))
        match = {"phrase": "phrase", "near": "near", "any word": "any"}.get(what, "all")
        within = rng.choice([5, 10, 10, 20])
        yield what, scope, Search(q=q, match=match, within=within, **(more if narrowed else {}))  # type: ignore[arg-type]  # a dict has no types by name


def _team(rng: Random) -> RecordingScope:
    first = rng.randrange(1, AGENTS - 20)
    return RecordingScope(agents=frozenset(range(first, first + 20)), queues=frozenset({rng.choice(QUEUES)}))


if __name__ == "__main__":
    run_alone(measure, options, __doc__)
