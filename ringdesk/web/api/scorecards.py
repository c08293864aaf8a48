"""Scorecards and the scores they gave."""

import asyncio
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents import audit
from ringdesk.agents.rights import Right
from ringdesk.config.errors import NoSuch
from ringdesk.recordings import access
from ringdesk.recordings.access import RecordingScope
from ringdesk.recordings.models import Answer
from ringdesk.recordings.scoring import answering, loading, marking, results, scorecards, shipped, summary
from ringdesk.recordings.scoring.definition import Definition, Measure, Question
from ringdesk.recordings.scoring.marking import Marked
from ringdesk.recordings.scoring.material import Given
from ringdesk.recordings.scoring.results import Kept
from ringdesk.recordings.scoring.scorecards import Card
from ringdesk.recordings.transcript import Speaker
from ringdesk.screenpop.cards import Person
from ringdesk.storage.base import JsonObject, now
from ringdesk.web.api.shapes import Id, In, Moment
from ringdesk.web.routing import Ask, route


class ScorecardView(BaseModel):
    id: int
    version: int
    active: bool
    definition: Definition
    changed_at: datetime
    changed_by: Person | None


class ScorecardList(BaseModel):
    items: list[ScorecardView]


class TemplateList(BaseModel):
    items: list[Definition]


class ScorecardForm(In):
    definition: Definition
    active: bool = True


class EvidenceView(BaseModel):
    start: float
    end: float
    speaker: Speaker | None
    text: str
    confidence: float | None


class AnswerView(BaseModel):
    question_id: str
    question: str
    section: str
    answer: Given | None
    """What counts: the person's where there is one. Null: nobody answered yet."""
    machine: Given | None
    points: float
    max_points: float
    """0 where it does not apply or cannot be told."""
    auto_fail: bool
    by: Literal["machine", "user"] | None
    who: Person | None
    note: str | None
    measured: float | None
    unit: str | None
    evidence: list[EvidenceView]


class ScoreView(BaseModel):
    """Of a definition that is only tried, `id`, `scorecard_id` and `version` are 0."""

    id: int
    scorecard_id: int
    scorecard: str
    version: int
    current: bool
    total: float | None
    failed: bool
    passed: bool | None
    agent: Person | None
    made_at: datetime
    answers: list[AnswerView]


class ScoreList(BaseModel):
    items: list[ScoreView]


class PersonAnswer(In):
    question_id: Annotated[str, StringConstraints(max_length=64)]
    answer: Literal["yes", "no", "na"] | None
    """Null: back to the machine's."""
    note: Annotated[str, StringConstraints(max_length=2000)] = ""
    score_id: Id | None = None
    """Which of the recording's scores; null: the newest."""


class TryOn(In):
    definition: Definition
    recording_id: Id


class SummaryQuery(In):
    agent_id: Id | None = None
    since: Moment | None = None
    until: Moment | None = None


class AgentSummary(BaseModel):
    agent: Person
    recordings: int
    average: float | None
    failed: int
    weeks: list[date]
    by_week: list[float | None]


class SummaryView(BaseModel):
    items: list[AgentSummary]


@route("GET", "/scorecards", right=Right.RECORDINGS_READ)
async def list_scorecards(ask: Ask) -> ScorecardList:
    """The current version of each."""
    async with ask.services.db.read() as session:
        return ScorecardList(items=[_card_view(ask, card) for card in await scorecards.current(session)])


@route("GET", "/scorecards/templates", right=Right.SCORECARDS_MANAGE)
async def scorecard_templates(ask: Ask) -> TemplateList:
    """Definitions to begin with."""
    return TemplateList(items=list(shipped.everything()))


@route("POST", "/scorecards", right=Right.SCORECARDS_MANAGE, status=201)
async def add_scorecard(ask: Ask, body: ScorecardForm) -> ScorecardView:
    """Calls of the last 90 days are scored by it in the background."""
    async with ask.services.db.write() as session:
        card = await scorecards.add(session, body.definition, active=body.active, user_id=ask.principal.user_id)
        _trail(ask, session, "created", "scorecard", card.id, {"name": card.definition.name})
    return _card_view(ask, card)


@route("POST", "/scorecards/try", right=Right.SCORECARDS_MANAGE, also=(404,))
async def try_scorecard(ask: Ask, body: TryOn) -> ScoreView:
    """What this definition would give for a recording; nothing is kept."""
    async with ask.services.db.read() as session:
        row = await access.get(session, RecordingScope.of(ask.principal), body.recording_id)
        loaded = await loading.load(session, row, wrap_up_limit=ask.services.settings.wrap_up_limit)
    found = await asyncio.to_thread(lambda: answering.answers(body.definition, loading.with_words(loaded)))
    answers = {
        id: Answer(machine=a.given, evidence=[results.evidence_of(place) for place in a.evidence], measured=a.measured)
        for id, a in found.items()
    }
    marked = marking.mark(body.definition, {id: a.given for id, a in found.items()})
    return ScoreView(
        id=0,
        scorecard_id=0,
        scorecard=body.definition.name,
        version=0,
        current=False,
        total=marked.total,
        failed=marked.failed,
        passed=marked.passed,
        agent=ask.services.matcher.person(loaded.agent_id),
        made_at=now(),
        answers=_answers(ask, body.definition, answers, marked),
    )


@route("GET", "/scorecards/{id}", right=Right.RECORDINGS_READ)
async def scorecard(ask: Ask, id: Id) -> ScorecardView:
    """Its current version."""
    async with ask.services.db.read() as session:
        return _card_view(ask, await scorecards.get(session, id))


@route("PUT", "/scorecards/{id}", right=Right.SCORECARDS_MANAGE)
async def change_scorecard(ask: Ask, id: Id, body: ScorecardForm) -> ScorecardView:
    """A changed definition is a new version: recordings are scored again by it, the old results stay."""
    async with ask.services.db.write() as session:
        card = await scorecards.change(session, id, body.definition, active=body.active, user_id=ask.principal.user_id)
        _trail(ask, session, "changed", "scorecard", id, {"version": card.version, "active": card.active})
    return _card_view(ask, card)


@route("GET", "/scorecards/{id}/versions", right=Right.RECORDINGS_READ)
async def scorecard_versions(ask: Ask, id: Id) -> ScorecardList:
    """All of them, newest first."""
    async with ask.services.db.read() as session:
        return ScorecardList(items=[_card_view(ask, card) for card in await scorecards.versions(session, id)])


@route("GET", "/recordings/{id}/score", right=Right.RECORDINGS_READ)
async def score(ask: Ask, id: Id) -> ScoreView:
    """The newest score."""
    async with ask.services.db.read() as session:
        await access.get(session, RecordingScope.of(ask.principal), id)
        return _score_view(ask, await results.newest(session, ask.principal, id))


@route("GET", "/recordings/{id}/scores", right=Right.RECORDINGS_READ)
async def scores(ask: Ask, id: Id) -> ScoreList:
    """Every score there was, newest first: by version and scorecard."""
    async with ask.services.db.read() as session:
        await access.get(session, RecordingScope.of(ask.principal), id)
        return ScoreList(items=[_score_view(ask, kept) for kept in await results.of(session, ask.principal, id)])


@route("PUT", "/recordings/{id}/score", right=Right.QUALITY)
async def answer_question(ask: Ask, id: Id, body: PersonAnswer) -> ScoreView:
    """A person's answer counts before the machine's; both are kept. Nobody answers for their own call."""
    user_id = ask.principal.user_id
    async with ask.services.db.write() as session:
        await access.get(session, RecordingScope.of(ask.principal), id)
        found = await results.of(session, ask.principal, id)
        kept = next((kept for kept in found if body.score_id in (None, kept.score.id)), None)
        if kept is None:
            raise NoSuch(what="score of recording", id=id)
        before, after = await results.answer(session, kept, body.question_id, body.answer, body.note, user_id)
        facts = {"scorecard": kept.score.scorecard_id, "version": kept.score.version, "question": body.question_id}
        _trail(ask, session, "answered", "recording", id, {**facts, "before": before, "now": after})
        again = await results.of(session, ask.principal, id)
        view = _score_view(ask, next(found for found in again if found.score.id == kept.score.id))
    await ask.services.recording_changed(id)
    return view


@route("GET", "/scores/summary", right=Right.RECORDINGS_READ)
async def score_summary(ask: Ask, query: SummaryQuery) -> SummaryView:
    """Averages by agent and week: one's own for an agent."""
    zone = ask.services.settings.zone
    mondays = summary.span(query.since, query.until, now(), zone)
    agents = summary.agents_in_reach(ask.principal)
    if query.agent_id is not None:
        agents = frozenset({query.agent_id}) if agents is None else agents & {query.agent_id}
    async with ask.services.db.read() as session:
        found = await summary.by_agent(session, agents, mondays, zone, since=query.since, until=query.until)
    named = [(ask.services.matcher.person(of.agent_id), of) for of in found]
    items = [
        AgentSummary(
            agent=person,
            recordings=of.recordings,
            average=of.average,
            failed=of.failed,
            weeks=mondays,
            by_week=[of.by_week.get(monday) for monday in mondays],
        )
        for person, of in named
        if person is not None
    ]
    return SummaryView(items=sorted(items, key=lambda item: item.agent.name.casefold()))


def _card_view(ask: Ask, card: Card) -> ScorecardView:
    return ScorecardView(
        id=card.id,
        version=card.version,
        active=card.active,
        definition=card.definition,
        changed_at=card.changed_at,
        changed_by=ask.services.matcher.person(card.changed_by),
    )


def _score_view(ask: Ask, kept: Kept) -> ScoreView:
    given = {id: marking.counts(results.as_given(a.machine), results.as_given(a.person)) for id, a in kept.answers.items()}
    marked = marking.mark(kept.definition, given)
    return ScoreView(
        id=kept.score.id,
        scorecard_id=kept.score.scorecard_id,
        scorecard=kept.definition.name,
        version=kept.score.version,
        current=kept.current,
        total=kept.score.total,
        failed=kept.score.failed,
        passed=marked.passed,
        agent=ask.services.matcher.person(kept.score.agent_id),
        made_at=kept.score.made_at,
        answers=_answers(ask, kept.definition, kept.answers, marked),
    )


def _answers(ask: Ask, definition: Definition, answers: Mapping[str, Answer], marked: Marked) -> list[AnswerView]:
    return [
        _answer(ask, section.title, question, answers.get(question.id), marked)
        for section in definition.sections
        for question in section.questions
    ]


def _answer(ask: Ask, section: str, question: Question, row: Answer | None, marked: Marked) -> AnswerView:
    machine = None if row is None else results.as_given(row.machine)
    person = None if row is None else results.as_given(row.person)
    points = marked.points[question.id]
    return AnswerView(
        question_id=question.id,
        question=question.text,
        section=section,
        answer=marking.counts(machine, person),
        machine=machine,
        points=points.points,
        max_points=points.most,
        auto_fail=question.auto_fail,
        by="user" if person is not None else "machine" if machine is not None else None,
        who=None if row is None or person is None else ask.services.matcher.person(row.user_id),
        note=None if row is None else row.note,
        measured=None if row is None else row.measured,
        unit=answering.UNITS[question.rule.kind] if isinstance(question.rule, Measure) else None,
        evidence=[] if row is None else [_evidence(place) for place in row.evidence],
    )


def _evidence(place: JsonObject) -> EvidenceView:
    return EvidenceView.model_validate(place)


def _trail(ask: Ask, session: AsyncSession, action: str, subject: str, subject_id: int, detail: dict[str, Any]) -> None:
    audit.note(session, action, subject, subject_id, user_id=ask.principal.user_id, detail=detail, address=ask.address)
