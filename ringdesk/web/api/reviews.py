"""Reviews: a sample of scored calls goes to supervisors; agents read and answer; people and machine are compared."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents import audit
from ringdesk.agents.rights import Right
from ringdesk.recordings import access
from ringdesk.recordings.access import RecordingScope
from ringdesk.recordings.models import Recording, Review, ReviewRule
from ringdesk.recordings.scoring import agreement as agreeing
from ringdesk.recordings.scoring import reviews, rules, scorecards
from ringdesk.recordings.scoring.reviews import ReviewFilter
from ringdesk.screenpop.cards import Person
from ringdesk.storage.base import JsonObject
from ringdesk.web.api.recordings import RecordingView, views
from ringdesk.web.api.shapes import Id, In, Line, PageQuery
from ringdesk.web.routing import Ask, route

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


class ReviewView(BaseModel):
    id: int
    recording: RecordingView
    agent: Person | None
    state: Literal["open", "done", "answered", "closed"]
    why: str
    """Which rule chose it, or who asked for it."""
    reviewer: Person | None
    comment: str | None
    reply: str | None
    created_at: datetime
    done_at: datetime | None
    replied_at: datetime | None


class ReviewPage(BaseModel):
    items: list[ReviewView]
    next: str | None


class ReviewQuery(PageQuery):
    sort: Literal["created_at", "-created_at"] = "-created_at"
    recording_id: Id | None = None
    """The reviews of one recording."""
    state: Literal["open", "done", "answered", "closed"] | None = None
    agent_id: Id | None = None
    mine: bool = False
    """Done by who asks, or about their own work."""


class ReviewWanted(In):
    recording_id: Id
    why: Line = ""


class ReviewDone(In):
    comment: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)] = ""


class Reply(In):
    text: Words


class RuleForm(In):
    queue: Line | None = None
    below: Annotated[float, Field(ge=0, le=100)] | None = None
    only_failed: bool = False
    share: Annotated[float, Field(ge=0, le=1)]
    active: bool = True


class RuleView(BaseModel):
    id: int
    queue: str | None
    below: float | None
    only_failed: bool
    share: float
    active: bool


class RuleList(BaseModel):
    items: list[RuleView]


class AgreementRow(BaseModel):
    scorecard_id: int
    question_id: str
    question: str
    both: int
    """Answers that machine and person both gave."""
    agreed: float | None
    """0 to 1."""
    kappa: float | None
    """Cohen's; null where it is not defined (all answers alike)."""


class ReviewerRow(BaseModel):
    reviewer: Person
    both: int
    agreed: float | None
    kappa: float | None


class AgreementView(BaseModel):
    questions: list[AgreementRow]
    reviewers: list[ReviewerRow]
    both: int
    agreed: float | None
    kappa: float | None


class AgreementQuery(In):
    scorecard_id: Id | None = None


@route("GET", "/reviews", right=Right.RECORDINGS_READ)
async def list_reviews(ask: Ask, query: ReviewQuery) -> ReviewPage:
    """A supervisor's to do and done; an agent's own that are done."""
    wanted = ReviewFilter(
        state=query.state,
        agent_id=query.agent_id,
        recording_id=query.recording_id,
        mine=ask.principal.user_id if query.mine else None,
    )
    async with ask.services.db.read() as session:
        found, following = await reviews.page(session, ask.principal, wanted, sort=query.sort, cursor=query.cursor, limit=query.limit)
        return ReviewPage(items=await _views(ask, session, found), next=following)


@route("POST", "/reviews", right=Right.QUALITY, status=201, also=(404, 409))
async def add_review(ask: Ask, body: ReviewWanted) -> ReviewView:
    """Put a recording on the list."""
    async with ask.services.db.write() as session:
        row = await access.get(session, RecordingScope.of(ask.principal), body.recording_id, lock=True)
        review = await reviews.add(session, row, body.why or f"Asked for by {ask.principal.name}")
        _trail(ask, session, "created", review)
        (view,) = await _views(ask, session, [(review, row)])
    return view


@route("POST", "/reviews/{id}/done", right=Right.QUALITY, also=(409,))
async def finish_review(ask: Ask, id: Id, body: ReviewDone) -> ReviewView:
    """The reviewer has answered and commented: the agent sees it."""
    async with ask.services.db.write() as session:
        review, row = await reviews.get(session, ask.principal, id)
        await reviews.finish(session, review, ask.principal.user_id, body.comment)
        view = await _done(ask, session, review, row)
    _tell(ask, view)
    return view


@route("POST", "/reviews/{id}/reply", right=Right.RECORDINGS_READ, also=(409,))
async def reply_review(ask: Ask, id: Id, body: Reply) -> ReviewView:
    """The reviewed agent answers."""
    async with ask.services.db.write() as session:
        review, row = await reviews.get(session, ask.principal, id)
        reviews.reply(review, ask.principal.user_id, body.text)
        view = await _done(ask, session, review, row)
    _tell(ask, view)
    return view


@route("POST", "/reviews/{id}/close", right=Right.QUALITY, also=(409,))
async def close_review(ask: Ask, id: Id) -> ReviewView:
    """Settled."""
    async with ask.services.db.write() as session:
        review, row = await reviews.get(session, ask.principal, id)
        await reviews.close(session, review, ask.principal.user_id)
        view = await _done(ask, session, review, row)
    _tell(ask, view)
    return view


@route("GET", "/review-rules", right=Right.QUALITY)
async def list_rules(ask: Ask) -> RuleList:
    """Which scored recordings go to review."""
    async with ask.services.db.read() as session:
        return RuleList(items=[_rule_view(rule) for rule in await rules.everything(session)])


@route("POST", "/review-rules", right=Right.SCORECARDS_MANAGE, status=201)
async def add_rule(ask: Ask, body: RuleForm) -> RuleView:
    """For recordings that are scored from now on."""
    async with ask.services.db.write() as session:
        rule = ReviewRule(**_rule(body))
        session.add(rule)
        await session.flush()
        _trail_rule(ask, session, "created", rule.id, _rule(body))
    return _rule_view(rule)


@route("PUT", "/review-rules/{id}", right=Right.SCORECARDS_MANAGE)
async def change_rule(ask: Ask, id: Id, body: RuleForm) -> RuleView:
    """From now on; what was drawn stays."""
    async with ask.services.db.write() as session:
        rule = await rules.get(session, id)
        for name, value in _rule(body).items():
            setattr(rule, name, value)
        _trail_rule(ask, session, "changed", id, _rule(body))
    return _rule_view(rule)


@route("DELETE", "/review-rules/{id}", right=Right.SCORECARDS_MANAGE)
async def delete_rule(ask: Ask, id: Id) -> None:
    """From now on; what was drawn stays."""
    async with ask.services.db.write() as session:
        await session.delete(await rules.get(session, id))
        _trail_rule(ask, session, "removed", id, None)


@route("GET", "/reviews/agreement", right=Right.QUALITY)
async def agreement(ask: Ask, query: AgreementQuery) -> AgreementView:
    """How far reviewers and machine agree."""
    async with ask.services.db.read() as session:
        found = await agreeing.compare(session, RecordingScope.of(ask.principal), query.scorecard_id)
        cards = await scorecards.current(session)
    texts = {(card.id, q.id): q.text for card in cards for section in card.definition.sections for q in section.questions}
    rows = {key: agreeing.agreement(counts) for key, counts in found.questions.items()}
    people = [(ask.services.matcher.person(user_id), agreeing.agreement(counts)) for user_id, counts in found.reviewers.items()]
    overall = agreeing.agreement(found.overall)
    return AgreementView(
        questions=[
            AgreementRow(
                scorecard_id=key[0], question_id=key[1], question=texts.get(key, key[1]), both=row.both, agreed=row.agreed, kappa=row.kappa
            )
            for key, row in sorted(rows.items())
        ],
        reviewers=[
            ReviewerRow(reviewer=person, both=row.both, agreed=row.agreed, kappa=row.kappa) for person, row in people if person is not None
        ],
        both=overall.both,
        agreed=overall.agreed,
        kappa=overall.kappa,
    )


async def _done(ask: Ask, session: AsyncSession, review: Review, row: Recording) -> ReviewView:
    """A review went a step on."""
    await session.flush()
    _trail(ask, session, f"review_{review.state}", review)
    (view,) = await _views(ask, session, [(review, row)])
    return view


def _tell(ask: Ask, view: ReviewView) -> None:
    agent_id = None if view.agent is None else view.agent.id
    ask.services.review_changed(view.id, view.recording.id, view.state, agent_id, view.recording.queue)


async def _views(ask: Ask, session: AsyncSession, found: Sequence[tuple[Review, Recording]]) -> list[ReviewView]:
    recordings = {view.id: view for view in await views(ask, session, list({row.id: row for _, row in found}.values()))}
    person = ask.services.matcher.person
    return [
        ReviewView(
            id=review.id,
            recording=recordings[row.id],
            agent=person(review.agent_id),
            state=review.state,
            why=review.why,
            reviewer=person(review.reviewer_id),
            comment=review.comment,
            reply=review.reply,
            created_at=review.created_at,
            done_at=review.done_at,
            replied_at=review.replied_at,
        )
        for review, row in found
    ]


def _rule(form: RuleForm) -> JsonObject:
    return {**form.model_dump(), "queue": form.queue or None}


def _rule_view(rule: ReviewRule) -> RuleView:
    return RuleView(id=rule.id, queue=rule.queue, below=rule.below, only_failed=rule.only_failed, share=rule.share, active=rule.active)


def _trail(ask: Ask, session: AsyncSession, action: str, review: Review) -> None:
    facts = {"recording_id": review.recording_id, "agent_id": review.agent_id}
    audit.note(session, action, "review", review.id, user_id=ask.principal.user_id, detail=facts, address=ask.address)


def _trail_rule(ask: Ask, session: AsyncSession, action: str, rule_id: int, detail: JsonObject | None) -> None:
    audit.note(session, action, "review_rule", rule_id, user_id=ask.principal.user_id, detail=detail, address=ask.address)
