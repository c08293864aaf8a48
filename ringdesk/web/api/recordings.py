"""Recordings: the list, one with everything on its timeline, and what may be done with it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents import audit
from ringdesk.agents.rights import Right
from ringdesk.crm import customers
from ringdesk.recordings import access, listing, marks, said, states
from ringdesk.recordings.access import RecordingScope
from ringdesk.recordings.finding import matching
from ringdesk.recordings.finding.matching import Origin
from ringdesk.recordings.keeping import deleting, policies
from ringdesk.recordings.listing import Around, RecordingFilter
from ringdesk.recordings.models import Recording
from ringdesk.recordings.said import topics
from ringdesk.screenpop.cards import Person
from ringdesk.storage.base import now
from ringdesk.telephony import calls, numbers
from ringdesk.web.api.calls import CallerShown, CallView, CustomerName, call_views
from ringdesk.web.api.shapes import CallId, Id, In, Line, Moment, PageQuery
from ringdesk.web.routing import Ask, route

ShownState = Literal["found", "stored", "transcribed", "scored", "no_model", "unmatched", "failed"]


class ListenView(BaseModel):
    who: Person
    at: datetime
    downloaded: bool


class ScoreBrief(BaseModel):
    scorecard: str
    total: float | None
    """0 to 100; null where nothing could be told."""
    failed: bool
    passed: bool | None


class RecordingView(BaseModel):
    id: int
    call_id: str | None
    state: ShownState
    reason: str | None
    """Why it failed or waits, in a sentence."""
    started_at: datetime
    duration_s: float | None
    channels: int
    """2: agent left, customer right; 1: mixed."""
    language: str | None
    agents: list[Person]
    queue: str | None
    direction: Literal["in", "out", "internal"] | None
    caller: CallerShown | None
    customer: CustomerName | None
    name: str
    """Of the file as it was found."""
    source: Literal["spool", "upload", "import"]
    playable: bool
    """There is audio, and it may be heard by who asks."""
    withheld: bool
    """Nobody may hear it before it was searched for what is to be masked."""
    downloadable: bool
    progress: float | None
    """Of the transcription under way, 0 to 1."""
    transcript: bool
    """There is one."""
    score: ScoreBrief | None
    held: bool
    """Under legal hold."""
    listened: list[ListenView]
    """The newest ten; for those who supervise."""


class MarkView(BaseModel):
    """Something on the timeline, in seconds from the recording's start."""

    id: int | None
    kind: Literal["hold", "transfer", "paused", "masked", "comment", "topic", "evidence"]
    start: float
    end: float | None
    text: str | None
    by: Person | None


class RecordingDetail(RecordingView):
    marks: list[MarkView]
    sha256: str | None
    size: int | None
    sealed: bool
    legal_hold: str | None
    delete_after: datetime | None
    """When retention deletes it; null: never, or held."""


class RecordingPage(BaseModel):
    items: list[RecordingView]
    next: str | None


class RecordingQuery(PageQuery):
    """Times are [since, until) of the recording's beginning."""

    sort: Literal["started_at", "-started_at", "duration_s", "-duration_s"] = "-started_at"
    call_id: CallId | None = None
    state: ShownState | None = None
    queue: Line | None = None
    agent_id: Id | None = None
    customer_id: Id | None = None
    number: Line | None = None
    since: Moment | None = None
    until: Moment | None = None
    scored_below: Annotated[float, Field(ge=0, le=100)] | None = None


class NewComment(In):
    at: Annotated[float, Field(ge=0, le=360_000)]
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class LegalHold(In):
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] | None
    """Why it must not be deleted; null lifts the hold."""


class Match(In):
    call_id: CallId


@route("GET", "/recordings", right=Right.RECORDINGS_READ)
async def list_recordings(ask: Ask, query: RecordingQuery) -> RecordingPage:
    """Recordings that the asker may hear, newest first."""
    wanted = RecordingFilter(
        call_id=query.call_id,
        state=query.state,
        queue=query.queue,
        agent_id=query.agent_id,
        customer_id=query.customer_id,
        number=None if query.number is None else numbers.parse(query.number, ask.services.settings.country).key or query.number,
        since=query.since,
        until=query.until,
        scored_below=query.scored_below,
        scored_agent=None if ask.principal.may(Right.QUALITY) else ask.principal.user_id,
    )
    async with ask.services.db.read() as session:
        if await customers.is_hidden(session, ask.principal, query.customer_id):
            return RecordingPage(items=[], next=None)
        scope = RecordingScope.of(ask.principal)
        rows, following = await listing.page(session, scope, wanted, sort=query.sort, cursor=query.cursor, limit=query.limit)
        return RecordingPage(items=await views(ask, session, rows), next=following)


@route("GET", "/recordings/{id}", right=Right.RECORDINGS_READ)
async def recording(ask: Ask, id: Id) -> RecordingDetail:
    """One recording with all that is marked on it."""
    async with ask.services.db.read() as session:
        return await _detail(ask, session, await access.get(session, RecordingScope.of(ask.principal), id))


@route("DELETE", "/recordings/{id}", right=Right.RECORDINGS_MANAGE, also=(409,))
async def delete_recording(ask: Ask, id: Id) -> None:
    """For good: audio, transcript and score. Refused under legal hold."""
    services = ask.services
    async with services.db.write() as session:
        row = await access.get(session, RecordingScope.of(ask.principal), id, lock=True)
        left = await deleting.delete(session, row, user_id=ask.principal.user_id, reason="asked for", address=ask.address)
    services.recording_deleted(left)
    await deleting.sweep(services.audio, services.settings, left)


@route("PUT", "/recordings/{id}/hold", right=Right.RECORDINGS_MANAGE)
async def hold_recording(ask: Ask, id: Id, body: LegalHold) -> RecordingDetail:
    """Keep it whatever retention says; or no longer."""
    async with ask.services.db.write() as session:
        row = await access.get(session, RecordingScope.of(ask.principal), id, lock=True)
        before, row.legal_hold = row.legal_hold, body.reason or None
        row.changed_at = now()
        _trail(ask, session, "held" if row.legal_hold else "hold_lifted", row, {"reason": row.legal_hold, "before": before})
        view = await _detail(ask, session, row)
    await ask.services.recording_changed(id)
    return view


@route("POST", "/recordings/{id}/match", right=Right.RECORDINGS_MANAGE)
async def match_recording(ask: Ask, id: Id, body: Match) -> RecordingDetail:
    """A person says whose call it is."""
    async with ask.services.db.write() as session:
        row = await access.get(session, RecordingScope.of(ask.principal), id, lock=True)
        before = row.call_id
        call = await calls.get(session, ask.principal.call_scope, body.call_id)
        await matching.attach(session, row, call, Origin.of(ask.services.settings))
        row.changed_at = now()
        _trail(ask, session, "matched", row, {"before": before})
        await session.flush()
        await said.moved(session, row.id, ask.services.settings.zone)
        view = await _detail(ask, session, row)
    await ask.services.recording_changed(id)
    return view


@route("POST", "/recordings/{id}/transcribe", right=Right.RECORDINGS_READ)
async def transcribe_recording(ask: Ask, id: Id) -> RecordingDetail:
    """Before all others; again where it failed."""
    async with ask.services.db.write() as session:
        row = await access.get(session, RecordingScope.of(ask.principal), id, lock=True)
        beside = (await listing.around(session, [row.id], listens=False))[row.id]
        states.ask_for(row, transcript=beside.transcript, score=beside.score is not None)
        view = await _detail(ask, session, row)
    await ask.services.recording_changed(id)
    return view


@route("POST", "/recordings/{id}/comments", right=Right.RECORDINGS_READ, status=201)
async def comment_recording(ask: Ask, id: Id, body: NewComment) -> MarkView:
    """A comment at a place of the recording, for all who may hear it."""
    async with ask.services.db.write() as session:
        row = await access.get(session, RecordingScope.of(ask.principal), id)
        mark = await marks.comment(session, row, ask.principal.user_id, body.at, body.text)
        _trail(ask, session, "commented", row, {"comment": mark.id})
    await ask.services.recording_changed(id)
    by = ask.services.matcher.person(mark.user_id)
    return MarkView(id=mark.id, kind="comment", start=mark.start_s, end=None, text=mark.text, by=by)


@route("DELETE", "/recordings/{id}/comments/{mark_id}", right=Right.RECORDINGS_READ)
async def delete_comment(ask: Ask, id: Id, mark_id: Id) -> None:
    """One's own; any for who may manage recordings."""
    async with ask.services.db.write() as session:
        row = await access.get(session, RecordingScope.of(ask.principal), id)
        any_author = ask.principal.may(Right.RECORDINGS_MANAGE)
        mark = await marks.remove_comment(session, row, mark_id, ask.principal.user_id, any_author=any_author)
        _trail(ask, session, "comment_removed", row, {"comment": mark_id, "author": mark.user_id})
    await ask.services.recording_changed(id)


async def views(ask: Ask, session: AsyncSession, rows: Sequence[Recording]) -> list[RecordingView]:
    """The contract's shape of recordings that the asker may hear, or just sent in, with the names that they may see."""
    beside = await listing.around(session, [row.id for row in rows], listens=ask.principal.may(Right.FLOOR))
    shown = {row.call_id for row in rows if row.call_id is not None} if ask.principal.may(Right.CALLS_READ) else set()
    records = await calls.many(session, list(shown))
    of_call = {view.id: view for view in await call_views(ask, session, records)}
    return [_view(ask, row, beside[row.id], of_call.get(row.call_id or "")) for row in rows]


def _view(ask: Ask, row: Recording, beside: Around, call: CallView | None) -> RecordingView:
    person = ask.services.matcher.person
    playable = row.audio_key is not None and not row.withheld
    score = beside.score
    if score is not None and score.agent_id != ask.principal.user_id and not ask.principal.may(Right.QUALITY):
        score = None  # a colleague's, who talked longer in the same recording
    return RecordingView(
        id=row.id,
        call_id=row.call_id,
        state=listing.shown_state(row),
        reason=row.reason,
        started_at=row.started_at,
        duration_s=row.duration_s,
        channels=row.channels,
        language=row.language,
        agents=[found for agent_id in beside.agents if (found := person(agent_id)) is not None],
        queue=row.queue,
        direction=None if call is None else call.direction,
        caller=None if call is None else call.caller,
        customer=None if call is None else call.customer,
        name=row.name,
        source=row.source,
        playable=playable,
        withheld=row.withheld,
        downloadable=playable and ask.principal.may(Right.RECORDINGS_DOWNLOAD),
        progress=row.progress,
        transcript=beside.transcript,
        score=None if score is None else ScoreBrief(scorecard=score.scorecard, total=score.total, failed=score.failed, passed=score.passed),
        held=row.legal_hold is not None,
        listened=[
            ListenView(who=found, at=listen.at, downloaded=listen.downloaded)
            for listen in beside.listens
            if (found := person(listen.user_id)) is not None
        ],
    )


async def _detail(ask: Ask, session: AsyncSession, row: Recording) -> RecordingDetail:
    (view,) = await views(ask, session, [row])
    person = ask.services.matcher.person
    did = None if row.call_id is None else next((r.call.did for r in await calls.many(session, [row.call_id])), None)
    keep_days = (await policies.policy_for(session, row.queue, did)).keep_days
    return RecordingDetail(
        **dict(view),
        marks=sorted(
            [
                *(
                    MarkView(id=m.id, kind=m.kind, start=m.start, end=m.end, text=m.text, by=person(m.user_id))
                    for m in await marks.of(session, row)
                ),
                *(
                    MarkView(id=None, kind="topic", start=t.start, end=t.end, text=t.topic, by=None)
                    for t in await topics.topic_marks(session, row.id)
                ),
            ],
            key=lambda mark: mark.start,
        ),
        sha256=row.sha256,
        size=row.size,
        sealed=row.sealed_with is not None,
        legal_hold=row.legal_hold,
        delete_after=None if keep_days is None or row.legal_hold is not None else row.started_at + timedelta(days=keep_days),
    )


def _trail(ask: Ask, session: AsyncSession, action: str, row: Recording, detail: dict[str, Any]) -> None:
    facts = {"call_id": row.call_id, **detail}
    audit.note(session, action, "recording", row.id, user_id=ask.principal.user_id, detail=facts, address=ask.address)
