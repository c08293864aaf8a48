"""Transcripts of calls that never were: common words as often as in any language, and phrases that people look for."""

import asyncio
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from rich.progress import track
from sqlalchemy import insert, text

from benchmarks.generate import SEED
from benchmarks.harness import console
from ringdesk.recordings.models import Recording, RecordingAgent, Transcript
from ringdesk.recordings.said.indexing import put
from ringdesk.recordings.transcript import Speaker, Utterance, Word
from ringdesk.storage.engine import Database

WORDS_A_CALL = 1000
VOCABULARY = 30_000
AGENTS = 200
QUEUES = ("support", "sales", "billing", "returns", "claims")
BEGIN = datetime(2025, 11, 3, tzinfo=UTC)
DAYS = 365
PHRASES = {  # in how many of a hundred calls
    "thank you for calling how can i help": 90.0,
    "this call may be recorded": 70.0,
    "could i speak to your supervisor": 5.0,
    "i want to cancel my subscription": 3.0,
    "refund to the same card": 2.0,
    "chargeback with my bank": 0.3,
}
CHUNK = 100

_CONSONANTS, _VOWELS = "bcdfghjklmnprstvwz", "aeiou"


def vocabulary() -> list[str]:
    """Invented words, the most common first; the first of them are short."""
    syllables = ["".join(pair) for pair in itertools.product(_CONSONANTS, _VOWELS)]
    rng = Random(SEED)
    rng.shuffle(syllables)
    found = (("".join(word)) for length in (1, 2, 3) for word in itertools.product(syllables, repeat=length))
    return list(itertools.islice(found, VOCABULARY))


@dataclass(frozen=True)
class Call:
    at: datetime
    queue: str
    agent: int
    utterances: list[Utterance]


def calls(count: int) -> Iterator[Call]:
    """So many calls of a thousand words in the order in which they came; the same every time."""
    rng = Random(SEED)
    words = vocabulary()
    weights = list(itertools.accumulate(1 / (rank + 2.7) for rank in range(VOCABULARY)))  # Zipf and Mandelbrot
    for i in range(count):
        spoken = rng.choices(words, cum_weights=weights, k=WORDS_A_CALL)
        for phrase, share in PHRASES.items():
            if rng.random() * 100 < share:
                at = rng.randrange(len(spoken))
                spoken[at:at] = phrase.split()
        at = BEGIN + timedelta(days=DAYS) * i / count
        yield Call(at, rng.choice(QUEUES), rng.randrange(1, AGENTS + 1), _turns(spoken, rng))


def _turns(spoken: list[str], rng: Random) -> list[Utterance]:
    """Agent and customer in turn, some dozen words each, three words a second."""
    found: list[Utterance] = []
    speakers: itertools.cycle[Speaker] = itertools.cycle(("agent", "customer"))
    at, i = 0.5, 0
    while i < len(spoken):
        words = []
        for word in spoken[i : (i := i + rng.randrange(3, 25))]:
            words.append(Word(word=word, start=round(at, 2), end=round(at + 0.3, 2), confidence=round(rng.uniform(0.6, 1), 6)))
            at += 0.33
        text = " ".join(word.word for word in words)
        found.append(Utterance(speaker=next(speakers), start=words[0].start, end=words[-1].end, text=text, words=words))
        at += 0.4
    return found


def fill(url: str, count: int) -> None:
    """By the way that a transcript takes, without the phrases for the trends, which the search does not look at."""
    asyncio.run(_fill(url, count))


async def _fill(url: str, count: int) -> None:
    db = Database(url)
    try:
        coming = enumerate(calls(count), 1)
        for _ in track(range(-(-count // CHUNK)), "  generating", console=console, transient=True):
            async with db.write() as session:
                for id, call in itertools.islice(coming, CHUNK):
                    await session.execute(insert(Recording).values(id=id, **_row(id, call)))
                    await session.execute(insert(RecordingAgent).values(recording_id=id, agent_id=call.agent))
                    kept = [utterance.model_dump() for utterance in call.utterances]
                    made = {"language": "en-us", "model": "generated", "made_at": call.at}
                    await session.execute(insert(Transcript).values(recording_id=id, utterances=kept, **made))
                    await put(session, id, call.utterances, UTC)
        if db.dialect == "postgresql":
            async with db.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
                await connection.execute(text("VACUUM ANALYZE"))
                await connection.execute(text("CHECKPOINT"))
    finally:
        await db.close()


def _row(id: int, call: Call) -> dict[str, Any]:
    return {
        "pbx": "pbx", "source": "spool", "key": str(id), "name": f"{id}.wav", "parts": [], "side": "customer", "call_id": f"pbx-{id}.1",
        "queue": call.queue, "started_at": call.at, "duration_s": call.utterances[-1].end, "channels": 2, "language": "en-us",
        "state": "scored", "priority": 0, "attempts": 0, "changed_at": call.at, "withheld": False,
    }  # fmt: skip
