"""Scores as they are kept: the machine's answers by version, people's answers over them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents.rights import Principal, Right
from ringdesk.config.errors import Forbidden, Invalid, NoSuch
from ringdesk.recordings.models import Answer, Recording, RecordingAgent, Review, Score
from ringdesk.recordings.scoring import marking, scorecards
from ringdesk.recordings.scoring.answering import Answered
from ringdesk.recordings.scoring.definition import Definition, Question
from ringdesk.recordings.scoring.heard import Heard
from ringdesk.recordings.scoring.material import Given
from ringdesk.recordings.scoring.scorecards import Card
from ringdesk.storage import quarters
from ringdesk.storage.base import JsonObject, now


class OwnCall(Forbidden):
    key = "own_call"
    text = "Nobody judges their own call"


class AlwaysApplies(Invalid):
    key = "always_applies"
    text = "This question always applies: answer yes or no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    score: Score
    definition: Definition
    current: bool
    """By the scorecard's newest version."""
    answers: Mapping[str, Answer]


async def keep(
    session: AsyncSession, row: Recording, judged: Sequence[tuple[Card, Mapping[str, Answered]]], agent_id: int | None
) -> list[Score]:
    """Write what the machine answered by these scorecards. Scored twice by the same version is one score; a first one by a new version
    takes over what people answered by the one before."""
    await count_anew(session, row.id)  # it may have begun at another time than was thought
    # What a matched call changed: whose work it was, and which scorecards judge it.
    await session.execute(update(Score).where(Score.recording_id == row.id).values(agent_id=agent_id, queue=row.queue, at=row.started_at))
    await session.execute(update(Review).where(Review.recording_id == row.id, Review.state == "open").values(agent_id=agent_id))
    kept = [await _keep_one(session, row, card, answered, agent_id) for card, answered in judged]
    await count_anew(session, row.id)
    return kept


async def drop_those_of(session: AsyncSession, row: Recording, cards: Sequence[Card]) -> None:
    """These scorecards do not judge this recording, as they are now: what they gave while it was taken for another call goes."""
    await count_anew(session, row.id)
    for card in cards:
        await session.execute(
            delete(Score).where(Score.recording_id == row.id, Score.scorecard_id == card.id, Score.version == card.version)
        )


async def count_anew(session: AsyncSession, recording_id: int) -> None:
    """A recording's scores change in this transaction: statistics count them when it began."""
    moments = await session.scalars(select(Score.at).where(Score.recording_id == recording_id).distinct())
    await quarters.changed(session, session.get_bind().dialect.name, moments)


async def of(session: AsyncSession, principal: Principal, recording_id: int) -> list[Kept]:
    """The recording's scores that one may see, newest first: who does not review sees those of their own work. The recording itself must
    be in reach: that is the caller's to ask first."""
    query = select(Score).where(Score.recording_id == recording_id).order_by(Score.id.desc())
    if not principal.may(Right.QUALITY):
        query = query.where(Score.agent_id == principal.user_id)
    rows = (await session.scalars(query)).all()
    return await _with_answers(session, rows)


async def newest(session: AsyncSession, principal: Principal, recording_id: int) -> Kept:
    """Raises `NoSuch`."""
    found = await of(session, principal, recording_id)
    if not found:
        raise NoSuch(what="score of recording", id=recording_id)
    return found[0]


async def answer(
    session: AsyncSession, kept: Kept, question_id: str, given: Given | None, note: str, user_id: int
) -> tuple[Given | None, Given | None]:
    """A person's answer, or its being taken back (None). What counted before, and what counts now. Raises `NoSuch`, `AlwaysApplies`,
    `OwnCall`."""
    await refuse_own(session, kept.score.recording_id, user_id)
    question = next((q for s in kept.definition.sections for q in s.questions if q.id == question_id), None)
    if question is None:
        raise NoSuch(what="question", id=question_id)
    if given == "na" and not question.allow_na:
        raise AlwaysApplies
    # Locked: two people who answer at once must both be in the total.
    await session.scalar(select(Score.id).where(Score.id == kept.score.id).with_for_update())
    row = await _answer_row(session, kept.score, question)
    machine, person = as_given(row.machine), as_given(row.person)
    row.person, row.user_id, row.note = given, None if given is None else user_id, (note or None) if given is not None else None
    await _mark(session, kept.score, kept.definition)
    await count_anew(session, kept.score.recording_id)
    return marking.counts(machine, person), marking.counts(machine, given)


async def refuse_own(session: AsyncSession, recording_id: int, user_id: int) -> None:
    """Raises `OwnCall` for who speaks in the recording."""
    spoke = await session.get(RecordingAgent, (recording_id, user_id))
    judged = select(Score.id).where(Score.recording_id == recording_id, Score.agent_id == user_id).limit(1)
    if spoke is not None or await session.scalar(judged) is not None:
        raise OwnCall


def as_given(kept: str | None) -> Given | None:
    return kept if kept in ("yes", "no", "na", "cannot_tell") else None  # type: ignore[return-value]  # mypy does not narrow by `in`


def evidence_of(place: Heard) -> JsonObject:
    return {"start": place.start, "end": place.end, "speaker": place.speaker, "text": place.text[:500], "confidence": place.confidence}


async def _keep_one(session: AsyncSession, row: Recording, card: Card, answered: Mapping[str, Answered], agent_id: int | None) -> Score:
    mine = (Score.recording_id == row.id, Score.scorecard_id == card.id)
    score = (await session.scalars(select(Score).where(*mine, Score.version == card.version).with_for_update())).first()
    people: dict[str, Answer] = {}
    if score is None:
        before = await session.scalar(select(Score.id).where(*mine).order_by(Score.version.desc()).limit(1))
        people = {} if before is None else await _by_people(session, before)
        score = Score(recording_id=row.id, scorecard_id=card.id, version=card.version, failed=False, total=None, made_at=now())
        score.agent_id, score.queue, score.at = agent_id, row.queue, row.started_at
        session.add(score)
        await session.flush()
    else:
        score.made_at = now()
    for question in _questions(card.definition):
        answer = await _answer_row(session, score, question)
        found = answered.get(question.id)
        answer.machine = None if found is None else found.given
        answer.evidence = [] if found is None else [evidence_of(place) for place in found.evidence]
        answer.measured = None if found is None else found.measured
        if (by := people.get(question.id)) is not None and not (by.person == "na" and not question.allow_na):
            answer.person, answer.user_id, answer.note = by.person, by.user_id, by.note
    await _mark(session, score, card.definition)
    return score


async def _answer_row(session: AsyncSession, score: Score, question: Question) -> Answer:
    row = await session.get(Answer, (score.id, question.id), populate_existing=True)
    if row is None:
        row = Answer(score_id=score.id, question_id=question.id, machine=None, evidence=[], measured=None, person=None)
        session.add(row)
    return row


async def _by_people(session: AsyncSession, score_id: int) -> dict[str, Answer]:
    rows = await session.scalars(select(Answer).where(Answer.score_id == score_id, Answer.person.is_not(None)))
    return {row.question_id: row for row in rows}


async def _mark(session: AsyncSession, score: Score, definition: Definition) -> None:
    await session.flush()
    rows = await session.scalars(select(Answer).where(Answer.score_id == score.id))
    marked = marking.mark(definition, {row.question_id: marking.counts(as_given(row.machine), as_given(row.person)) for row in rows})
    score.total, score.failed = marked.total, marked.failed
    await session.flush()


async def _with_answers(session: AsyncSession, rows: Sequence[Score]) -> list[Kept]:
    if not rows:
        return []
    definitions = await scorecards.definitions(session, [(row.scorecard_id, row.version) for row in rows])
    versions = {card.id: card.version for card in await scorecards.current(session)}
    answers: dict[int, dict[str, Answer]] = {row.id: {} for row in rows}
    for found in await session.scalars(select(Answer).where(Answer.score_id.in_(answers))):
        answers[found.score_id][found.question_id] = found
    return [
        Kept(
            score=row,
            definition=definitions[row.scorecard_id, row.version],
            current=versions.get(row.scorecard_id) == row.version,
            answers=answers[row.id],
        )
        for row in rows
    ]


def _questions(definition: Definition) -> list[Question]:
    return [question for section in definition.sections for question in section.questions]
