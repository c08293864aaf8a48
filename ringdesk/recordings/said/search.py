"""Search in all that was said: recordings, newest first, with the places that play."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.config.errors import Invalid
from ringdesk.recordings.access import RecordingScope
from ringdesk.recordings.models import Recording, RecordingAgent, Said
from ringdesk.recordings.said.hits import Hit, Match, Wanted, hits
from ringdesk.recordings.said.indexing import LATE, began, moment_key
from ringdesk.recordings.said.matching import candidates, exact_ones, is_rough
from ringdesk.recordings.said.words import recalled
from ringdesk.recordings.transcript import Speaker
from ringdesk.storage import paging

SHOWN = 5  # hits of a recording
SIEVE = 2  # times as many calls with all of the words are looked through as are wanted, for whether they stand as wanted;
WIDER = 4  # so many times more in each further look,
WIDEST = 2000  # and no more than that


class NoWords(Invalid):
    key = "no_words"
    text = "There is no word to look for"


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """None narrows nothing. Times are [since, until) of the recording's beginning."""

    q: str
    match: Match = "all"
    within: int = 10
    speaker: Speaker | None = None
    queue: str | None = None
    agent_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    recording: Recording
    hits: list[Hit]
    more: int


async def search(
    session: AsyncSession, scope: RecordingScope, wanted: Search, *, cursor: str | None, limit: int
) -> tuple[list[Found], str | None]:
    """A page of recordings, and the cursor of the next one or None. Raises `NoWords`, `BadCursor`."""
    said = Wanted.of(wanted.q, wanted.match, within=wanted.within, speaker=wanted.speaker)
    if not said.words:
        raise NoWords
    behind = None if cursor is None else moment_key(paging.decode(cursor, [datetime])[0])
    dialect = session.get_bind().dialect.name
    sieved = dialect == "postgresql" and is_rough(said)
    if dialect == "postgresql":
        # Its planner does not know how dear it is to look into a call: everything by the index, and planned for these very words.
        await session.execute(
            text("SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('enable_seqscan', 'off', true)")
        )
    found: list[tuple[int, Found]] = []
    sieve = SIEVE * (limit + 1)
    while len(found) <= limit:
        most = limit + 1 - len(found)
        asked = max(most, sieve) if sieved else most
        rows = (await session.execute(_query(said, scope, wanted, behind, asked, dialect))).all()
        behind = rows[-1].id if len(rows) == asked else None
        if sieved and rows:
            standing = set(await session.scalars(exact_ones(said, [row.id for row in rows])))
            rows = [row for row in rows if row.id in standing]
            if len(rows) > most:
                rows = rows[:most]
                behind = rows[-1].id
        found += await _heard(session, said, rows)
        if behind is None:
            break
        sieve = min(WIDEST, WIDER * sieve)
    shown = [each for _, each in found[:limit]]
    return shown, paging.encode([began(found[limit - 1][0])]) if len(found) > limit else None


def _query(said: Wanted, scope: RecordingScope, wanted: Search, behind: int | None, limit: int, dialect: str) -> Select[Any]:
    query, key = candidates(said, dialect)
    query = query.join(Recording, Recording.id == query.selected_columns.recording_id).where(scope.condition())
    if wanted.queue is not None:
        query = query.where(Recording.queue == wanted.queue)
    if wanted.agent_id is not None:
        spoke = exists().where(RecordingAgent.recording_id == Recording.id, RecordingAgent.agent_id == wanted.agent_id)
        query = query.where(spoke)
    if wanted.since is not None:
        query = query.where(key >= moment_key(wanted.since), Recording.started_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(key < moment_key(wanted.until + LATE), Recording.started_at < wanted.until)
    if behind is not None:
        query = query.where(key < behind)
    return query.order_by(key.desc()).limit(limit)


async def _heard(session: AsyncSession, said: Wanted, rows: Sequence[Any]) -> list[tuple[int, Found]]:
    """The places in each of these; without those that have none after all, or were deleted just now."""
    kept = select(Said, Recording).join(Recording, Recording.id == Said.recording_id).where(Said.id.in_([row.id for row in rows]))
    heard = (await session.execute(kept.order_by(Said.id.desc()))).all()
    return await asyncio.to_thread(_located, said, heard)


def _located(wanted: Wanted, heard: Sequence[Any]) -> list[tuple[int, Found]]:
    found = []
    for said, recording in heard:
        first, more = hits(wanted, recalled(said), SHOWN)
        if first:
            found.append((said.id, Found(recording, first, more)))
    return found
