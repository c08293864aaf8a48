"""Topics: what is looked for in every call, by the phrases that give it away."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.config.errors import Conflict, Invalid, NoSuch
from ringdesk.recordings.models import Said, Side, Topic
from ringdesk.recordings.said.hits import Wanted, spans
from ringdesk.recordings.said.words import Stream, recalled, tokens

MOST_MARKS = 50  # of one topic on a recording's timeline


class TopicThere(Conflict):
    key = "topic_there"
    text = "There is already a topic {name}"


class NoWordsInPhrase(Invalid):
    key = "no_words_in_phrase"
    text = "There is no word in the phrase “{phrase}”"


@dataclass(frozen=True, slots=True, order=True)
class TopicMark:
    """A place where somebody came to speak of it, in seconds from the recording's start."""

    start: float
    end: float
    topic: str


async def everything(session: AsyncSession) -> Sequence[Topic]:
    return (await session.scalars(select(Topic).order_by(func.lower(Topic.name), Topic.id))).all()


async def add(session: AsyncSession, name: str, phrases: Sequence[str], speaker: Side | None) -> Topic:
    """Raises `TopicThere`, `NoWordsInPhrase`."""
    row = Topic(name=name, phrases=_checked(phrases), speaker=speaker)
    session.add(row)
    await _flush(session, name)
    return row


async def change(session: AsyncSession, topic_id: int, name: str, phrases: Sequence[str], speaker: Side | None) -> Topic:
    """Raises `NoSuch`, `TopicThere`, `NoWordsInPhrase`."""
    row = await _row(session, topic_id)
    row.name, row.phrases, row.speaker = name, _checked(phrases), speaker
    await _flush(session, name)
    return row


async def remove(session: AsyncSession, topic_id: int) -> Topic:
    """Raises `NoSuch`."""
    row = await _row(session, topic_id)
    await session.delete(row)
    return row


async def topic_marks(session: AsyncSession, recording_id: int) -> list[TopicMark]:
    """Where in this recording what topic was spoken of, in order of time."""
    topics = await everything(session)
    if not topics:
        return []
    said = await session.scalar(select(Said).where(Said.recording_id == recording_id))
    return [] if said is None else await asyncio.to_thread(_marks, topics, recalled(said))


def wanted(topic: Topic) -> list[Wanted]:
    """What to look for, one of which is enough."""
    return [Wanted.of(phrase, "phrase", speaker=topic.speaker) for phrase in topic.phrases]


def _marks(topics: Iterable[Topic], spoken: Sequence[Stream]) -> list[TopicMark]:
    found: list[TopicMark] = []
    for topic in topics:
        marks = {
            TopicMark(stream.start(first), stream.end(last), topic.name)
            for each in wanted(topic)
            for stream in spoken
            if each.speaker in (None, stream.speaker)
            for first, last in spans(each, stream.tokens)
        }
        found += sorted(marks)[:MOST_MARKS]
    return sorted(found)


def _checked(phrases: Sequence[str]) -> list[str]:
    for phrase in phrases:
        if not tokens(phrase):
            raise NoWordsInPhrase(phrase=phrase)
    return list(dict.fromkeys(phrases))


async def _row(session: AsyncSession, topic_id: int) -> Topic:
    row = await session.get(Topic, topic_id)
    if row is None:
        raise NoSuch(what="topic", id=topic_id)
    return row


async def _flush(session: AsyncSession, name: str) -> None:
    try:
        await session.flush()
    except IntegrityError as error:
        raise TopicThere(name=name) from error
