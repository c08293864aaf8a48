"""Keeps what the search looks in: one row a recording, written in the transaction that writes its transcript."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.recordings.models import Recording, Said
from ringdesk.recordings.said import phrases, weeks
from ringdesk.recordings.said.words import GAP, Stream, kept, streams
from ringdesk.recordings.transcript import Speaker, Utterance
from ringdesk.storage.engine import insert_into

LATE = timedelta(seconds=1)  # by which a key may lie behind its recording's beginning, where others began at the same moment
LAST_PLACE = 16383  # PostgreSQL keeps no greater one for a word, and no more than `MOST_PLACES` of them (its manual, 12.11)
MOST_PLACES = 255
LETTER: Mapping[Speaker, str] = {"agent": "a", "customer": "c", "mixed": "m"}
"""Before each word of PostgreSQL's index: who said it."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


async def index(
    session: AsyncSession, recording_id: int, utterances: Iterable[Utterance], *, zone: tzinfo = UTC, language: str | None = None
) -> None:
    """Make a recording found by what was said in it, and count its phrases for the trends. Again: what was there is replaced.

    `zone` is the company's, whose weeks are counted; `language` the transcript's."""
    await forget(session, recording_id)
    await phrases.count(session, await put(session, recording_id, utterances, zone, language), 1)


async def put(
    session: AsyncSession, recording_id: int, utterances: Iterable[Utterance], zone: tzinfo, language: str | None = None
) -> dict[str, object]:
    """Write what the search looks in, and give it back."""
    facts = select(Recording.started_at, Recording.queue, Recording.language).where(Recording.id == recording_id)
    row = (await session.execute(facts)).one()
    spoken = streams(utterances)
    values: dict[str, object] = {
        "recording_id": recording_id,
        "week": weeks.of(row.started_at, zone).isoformat(),
        "queue": row.queue or "",
        "language": language or row.language,
        **kept(spoken),
    }
    id = await _insert(session, moment_key(row.started_at), values)
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(_POSTGRESQL, {"id": id, "recording_id": recording_id, **_vectors(spoken)})
    return values


async def forget(session: AsyncSession, recording_id: int) -> None:
    """The recording is not found any more, and its phrases do not count. Before its row is deleted: what is deleted without goes
    from the index all the same, but its phrases stay counted."""
    gone = delete(Said).where(Said.recording_id == recording_id)
    found = (await session.execute(gone.returning(Said.week, Said.queue, Said.language, Said.agent, Said.customer, Said.mixed))).first()
    if found is not None:
        await phrases.count(session, found._asdict(), -1)


async def moved(session: AsyncSession, recording_id: int, zone: tzinfo) -> None:
    """The recording belongs to another call than was thought, and so perhaps to another queue and time. Nothing, if it was not indexed
    yet or is what it was."""
    facts = select(Said, Recording.started_at, Recording.queue).join(Recording, Recording.id == Said.recording_id)
    found = (await session.execute(facts.where(Said.recording_id == recording_id))).first()
    if found is None:
        return
    said, started_at, queue = found
    same_time = timedelta(0) <= began(said.id) - started_at < LATE
    if same_time and said.queue == (queue or ""):
        return
    await phrases.count(session, _counted(said), -1)
    said.week, said.queue = weeks.of(started_at, zone).isoformat(), queue or ""
    if not same_time:
        wanted = moment_key(started_at)
        while await session.scalar(select(Said.id).where(Said.id == wanted)) is not None:
            wanted += 1
        said.id = wanted
    await session.flush()
    await phrases.count(session, _counted(said), 1)


def _counted(said: Said) -> dict[str, object]:
    return {column.key: getattr(said, column.key) for column in Said.__table__.columns}


def moment_key(moment: datetime) -> int:
    """`Said.id` of a recording that began then, if no other did."""
    return (moment - _EPOCH) // _MICROSECOND


def began(key: int) -> datetime:
    """The moment of a key."""
    return _EPOCH + key * _MICROSECOND


async def _insert(session: AsyncSession, wanted: int, values: Mapping[str, object]) -> int:
    """The row's id: the first free one from `wanted` on. Files that know no fractions of a second begin together."""
    dialect = session.get_bind().dialect.name
    while True:
        found: int | None = await session.scalar(
            insert_into(Said, dialect).values(id=wanted, **values).on_conflict_do_nothing(index_elements=["id"]).returning(Said.id)
        )
        if found is not None:
            return found
        wanted += 1


# PostgreSQL -------------------------------------------------------------------------------------------------------------------

_POSTGRESQL = text(
    "INSERT INTO said_words (id, recording_id, words, pairs, partial)"
    " VALUES (:id, :recording_id, CAST(:words AS tsvector), CAST(:pairs AS tsvector), :partial)"
)


def _vectors(spoken: Iterable[Stream]) -> dict[str, object]:
    """The two vectors as PostgreSQL reads them. There is nothing to quote in folded words."""
    words: list[str] = []
    pairs: list[str] = []
    partial = False
    for said in spoken:
        at: dict[str, list[int]] = {}
        for place, word in enumerate(said.tokens, 1):
            if word != GAP:
                at.setdefault(word, []).append(place)
        for word, found in at.items():
            places = [place for place in found[:MOST_PLACES] if place <= LAST_PLACE]
            partial = partial or len(places) < len(found)
            lexeme = f"'{LETTER[said.speaker]}:{word}'"
            words.append(f"{lexeme}:{','.join(map(str, places))}" if places else lexeme)
        pairs += {f"'{LETTER[said.speaker]}:{first} {second}'" for first, second in pairwise(said.tokens) if GAP not in (first, second)}
    return {"words": " ".join(words), "pairs": " ".join(pairs), "partial": partial}
