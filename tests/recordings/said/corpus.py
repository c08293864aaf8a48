"""Recordings in which something was said, without audio."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.recordings import said
from ringdesk.recordings.models import Recording, RecordingAgent, Transcript
from ringdesk.recordings.transcript import Speaker, Utterance, Word
from ringdesk.storage.base import now

MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
Turn = tuple[Speaker, str]

_serial = itertools.count(1)


def utterances(turns: Sequence[Turn], *, pause: float = 0.1) -> list[Utterance]:
    """Two words a second, `pause` seconds between turns."""
    at, found = 0.0, []
    for speaker, text in turns:
        words = []
        for word in text.split():
            words.append(Word(word=word, start=round(at, 3), end=round(at + 0.4, 3), confidence=0.9))
            at += 0.5
        if words:
            found.append(Utterance(speaker=speaker, start=words[0].start, end=words[-1].end, text=text, words=words))
        at += pause
    return found


async def record(
    session: AsyncSession,
    turns: Sequence[Turn] = (),
    *,
    at: datetime = MONDAY,
    queue: str | None = "support",
    agents: Sequence[int] = (1,),
    pause: float = 0.1,
    index: bool = True,
    **more: Any,
) -> Recording:
    """A transcribed recording, found by the search."""
    serial = next(_serial)
    spoken = utterances(turns, pause=pause)
    values: dict[str, Any] = {"call_id": f"pbx-{serial}.1", "language": "en-us"} | more
    row = Recording(
        pbx="pbx", source="spool", key=f"{serial}", name=f"{serial}.wav", parts=[], queue=queue, started_at=at, state="transcribed",
        changed_at=now(), channels=2, duration_s=spoken[-1].end if spoken else 1.0, **values,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    session.add_all(RecordingAgent(recording_id=row.id, agent_id=agent) for agent in agents)
    session.add(Transcript(recording_id=row.id, language=row.language, model="test", made_at=now(),
                           utterances=[u.model_dump() for u in spoken]))  # fmt: skip
    await session.flush()
    if index:
        await said.index(session, row.id, spoken)
    return row


def days(count: float) -> timedelta:
    return timedelta(days=count)
