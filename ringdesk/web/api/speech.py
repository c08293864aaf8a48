"""What was said: a recording's transcript, search in all of them, topics, trends, and the models that listen."""

import asyncio
from dataclasses import asdict
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents import audit
from ringdesk.agents.rights import Right
from ringdesk.recordings import states
from ringdesk.recordings.access import RecordingScope
from ringdesk.recordings.models import Topic
from ringdesk.recordings.said import topics
from ringdesk.recordings.said.search import Search, search
from ringdesk.recordings.said.trends import BY_KIND
from ringdesk.recordings.speech import transcripts
from ringdesk.recordings.speech.models import size
from ringdesk.recordings.transcript import Speaker, TranscriptView
from ringdesk.storage.base import now
from ringdesk.web.api.recordings import RecordingView, views
from ringdesk.web.api.shapes import Id, In, Line, Moment, PageQuery
from ringdesk.web.routing import Ask, route

Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class SearchQuery(PageQuery):
    q: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    match: Literal["all", "phrase", "near", "any"] = "all"
    """all words anywhere in the call, the words as they stand, within `within` words of each other, or any of them."""
    within: Annotated[int, Field(ge=1, le=50)] = 10
    speaker: Literal["agent", "customer"] | None = None
    queue: Line | None = None
    agent_id: Id | None = None
    since: Moment | None = None
    until: Moment | None = None


class HitView(BaseModel):
    speaker: Speaker
    start: float
    end: float
    before: str
    words: str
    after: str


class FoundView(BaseModel):
    recording: RecordingView
    hits: list[HitView]
    """The first five, in order."""
    more: int


class FoundPage(BaseModel):
    items: list[FoundView]
    next: str | None


class TopicView(BaseModel):
    id: int
    name: str
    phrases: list[str]
    speaker: Literal["agent", "customer"] | None


class TopicList(BaseModel):
    items: list[TopicView]


class TopicForm(In):
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=128)]
    phrases: Annotated[list[Phrase], Field(min_length=1, max_length=100)]
    speaker: Literal["agent", "customer"] | None = None


class TrendQuery(In):
    kind: Literal["topics", "phrases"] = "topics"
    weeks: Annotated[int, Field(ge=2, le=52)] = 8
    queue: Line | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 30


class TrendRow(BaseModel):
    name: str
    topic_id: int | None
    shares: list[float]
    """Of each week's recordings, 0 to 1, oldest week first."""
    recordings: list[int]
    change: float
    """The last whole week's share less that of those before together."""
    score: float
    """How surprising the change is: standard deviations of a share as small as this (two-proportion z)."""


class TrendView(BaseModel):
    weeks: list[date]
    """Mondays, oldest first: as many whole weeks as asked for, and the one that is running, which is not compared."""
    totals: list[int]
    """Transcribed recordings of each week."""
    rows: list[TrendRow]
    """The most rising and the most falling first."""


class ModelView(BaseModel):
    language: str
    """As Vosk writes it, `en-us`; empty: nothing says it, it listens to what names no language."""
    name: str
    path: str
    size: int
    """Bytes."""


class SpeechView(BaseModel):
    models: list[ModelView]
    waiting: int
    """Recordings that wait to be transcribed."""
    no_model: int
    """Of them, those for whose language there is no model."""
    workers: int
    """Speech processes that run now in this house."""


@route("GET", "/recordings/{id}/transcript", right=Right.RECORDINGS_READ)
async def transcript(ask: Ask, id: Id) -> TranscriptView:
    """What was said, by speaker and time."""
    async with ask.services.db.read() as session:
        return await transcripts.get(session, RecordingScope.of(ask.principal), id)


@route("GET", "/transcripts/search", right=Right.RECORDINGS_READ)
async def search_transcripts(ask: Ask, query: SearchQuery) -> FoundPage:
    """Recordings in which it was said, newest first, with the places."""
    wanted = Search(
        q=query.q,
        match=query.match,
        within=query.within,
        speaker=query.speaker,
        queue=query.queue,
        agent_id=query.agent_id,
        since=query.since,
        until=query.until,
    )
    async with ask.services.db.read() as session:
        scope = RecordingScope.of(ask.principal)
        found, following = await search(session, scope, wanted, cursor=query.cursor, limit=query.limit)
        shown = await views(ask, session, [each.recording for each in found])
    items = [
        FoundView(recording=view, hits=[HitView(**asdict(hit)) for hit in each.hits], more=each.more)
        for each, view in zip(found, shown, strict=True)
    ]
    return FoundPage(items=items, next=following)


@route("GET", "/topics", right=Right.RECORDINGS_READ)
async def list_topics(ask: Ask) -> TopicList:
    """What is looked for in every call."""
    async with ask.services.db.read() as session:
        return TopicList(items=[_topic(row) for row in await topics.everything(session)])


@route("POST", "/topics", right=Right.SCORECARDS_MANAGE, status=201, also=(409,))
async def add_topic(ask: Ask, body: TopicForm) -> TopicView:
    """Look for these phrases in every call from now on, and in those that were transcribed before."""
    async with ask.services.db.write() as session:
        row = await topics.add(session, body.name, body.phrases, body.speaker)
        _trail(ask, session, "created", row)
    return _topic(row)


@route("PUT", "/topics/{id}", right=Right.SCORECARDS_MANAGE, also=(409,))
async def change_topic(ask: Ask, id: Id, body: TopicForm) -> TopicView:
    """Other name or phrases."""
    async with ask.services.db.write() as session:
        row = await topics.change(session, id, body.name, body.phrases, body.speaker)
        _trail(ask, session, "changed", row)
    return _topic(row)


@route("DELETE", "/topics/{id}", right=Right.SCORECARDS_MANAGE)
async def delete_topic(ask: Ask, id: Id) -> None:
    """Look for it no longer."""
    async with ask.services.db.write() as session:
        _trail(ask, session, "deleted", await topics.remove(session, id))


@route("GET", "/trends", right=Right.QUALITY)
async def trends(ask: Ask, query: TrendQuery) -> TrendView:
    """Topics or phrases, rising and falling by week."""
    counted = BY_KIND[query.kind]
    async with ask.services.db.read() as session:
        found = await counted(
            session,
            RecordingScope.of(ask.principal),
            count=query.weeks,
            queue=query.queue,
            limit=query.limit,
            now=now(),
            zone=ask.services.settings.zone,
        )
    rows = [TrendRow(**asdict(row)) for row in found.rows]
    return TrendView(weeks=found.weeks, totals=found.totals, rows=rows)


@route("GET", "/speech", right=Right.RECORDINGS_READ)
async def speech(ask: Ask) -> SpeechView:
    """The models there are, and what waits."""
    workshop = ask.services.workshop
    models = await asyncio.to_thread(lambda: [(model, size(model.path)) for model in workshop.transcribing.models.all()])
    async with ask.services.db.read() as session:
        waiting, no_model = await states.waiting_for_speech(session)
    return SpeechView(
        models=[ModelView(language=m.language or "", name=m.name, path=str(m.path), size=bytes) for m, bytes in models],
        waiting=waiting,
        no_model=no_model,
        workers=len(workshop.speech.children),
    )


def _topic(row: Topic) -> TopicView:
    return TopicView(id=row.id, name=row.name, phrases=row.phrases, speaker=row.speaker)


def _trail(ask: Ask, session: AsyncSession, action: str, row: Topic) -> None:
    detail = {"name": row.name, "phrases": row.phrases, "speaker": row.speaker}
    audit.note(session, action, "topic", row.id, user_id=ask.principal.user_id, detail=detail, address=ask.address)
