"""Reviews: open → done (the agent sees it) → answered (the agent replied) → closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents.rights import Principal, Right
from ringdesk.config.errors import Conflict, NoSuch
from ringdesk.recordings.access import RecordingScope
from ringdesk.recordings.models import Recording, RecordingAgent, Review, ReviewState, Score
from ringdesk.recordings.scoring import results
from ringdesk.storage import paging
from ringdesk.storage.base import now

Sort = Literal["created_at", "-created_at"]


class ReviewWaits(Conflict):
    key = "review_waits"
    text = "This recording is on the list already"


class ReviewOver(Conflict):
    key = "review_over"
    text = "Somebody has finished this review already"


class ReviewOpen(Conflict):
    key = "review_open"
    text = "Finish this review first"


class AlreadyReplied(Conflict):
    key = "already_replied"
    text = "You have answered this review already"


class ReviewClosed(Conflict):
    key = "review_closed"
    text = "This review is closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFilter:
    """None narrows nothing. `mine`: those that this person did, or whose own work they are about."""

    state: ReviewState | None = None
    agent_id: int | None = None
    recording_id: int | None = None
    mine: int | None = None


async def page(
    session: AsyncSession, principal: Principal, wanted: ReviewFilter, *, sort: Sort = "-created_at", cursor: str | None, limit: int
) -> tuple[list[tuple[Review, Recording]], str | None]:
    """A page of reviews with their recordings, and the cursor of the next one or None."""
    descending = sort.startswith("-")
    keys = [paging.Key(Review.created_at, descending, datetime), paging.Key(Review.id, descending, int)]
    query = _readable(principal).where(*_conditions(wanted))
    rows = [(review, recording) for review, recording in await session.execute(paging.page(query, keys, cursor, limit))]
    shown = rows[:limit]
    return shown, paging.encode([shown[-1][0].created_at, shown[-1][0].id]) if len(rows) > limit else None


async def get(session: AsyncSession, principal: Principal, review_id: int) -> tuple[Review, Recording]:
    """Locked. Raises `NoSuch`, also for one that is not to be seen."""
    query = _readable(principal).where(Review.id == review_id).with_for_update(of=Review)
    found = (await session.execute(query)).first()
    if found is None:
        raise NoSuch(what="review", id=review_id)
    return found[0], found[1]


async def add(session: AsyncSession, row: Recording, why: str) -> Review:
    """By hand. Raises `ReviewWaits`."""
    waiting = select(Review.id).where(Review.recording_id == row.id, Review.state == "open").limit(1)
    if await session.scalar(waiting) is not None:
        raise ReviewWaits
    score = (await session.scalars(select(Score).where(Score.recording_id == row.id).order_by(Score.id.desc()).limit(1))).first()
    agent_id = None if score is None else score.agent_id
    if agent_id is None:
        speakers = (await session.scalars(select(RecordingAgent.agent_id).where(RecordingAgent.recording_id == row.id).limit(2))).all()
        agent_id = speakers[0] if len(speakers) == 1 else None
    score_id = None if score is None else score.id
    review = Review(recording_id=row.id, score_id=score_id, agent_id=agent_id, state="open", why=why, created_at=now())
    session.add(review)
    await session.flush()
    return review


async def finish(session: AsyncSession, review: Review, reviewer_id: int, comment: str) -> None:
    """Raises `ReviewOver`, `OwnCall`."""
    if review.state != "open":
        raise ReviewOver
    if review.agent_id == reviewer_id:
        raise results.OwnCall
    await results.refuse_own(session, review.recording_id, reviewer_id)
    review.state, review.reviewer_id, review.comment, review.done_at = "done", reviewer_id, comment or None, now()


def reply(review: Review, agent_id: int, text: str) -> None:
    """Once, by whose work was reviewed. Raises `AlreadyReplied`, `ReviewClosed`, `ReviewOpen`, and `NoSuch` for anybody else."""
    if review.agent_id != agent_id:
        raise NoSuch(what="review of yours", id=review.id)
    if review.reply is not None:
        raise AlreadyReplied
    if review.state == "open":
        raise ReviewOpen
    if review.state != "done":
        raise ReviewClosed
    review.state, review.reply, review.replied_at = "answered", text, now()


async def close(session: AsyncSession, review: Review, user_id: int) -> None:
    """Raises `ReviewOpen`, `ReviewClosed`, `OwnCall`."""
    if review.state == "open":
        raise ReviewOpen
    if review.state == "closed":
        raise ReviewClosed
    if review.agent_id == user_id:
        raise results.OwnCall
    await results.refuse_own(session, review.recording_id, user_id)
    review.state = "closed"


def _readable(principal: Principal) -> Select[Review, Recording]:
    """Reviews of recordings in reach; of one's own work only what is done, and only that for who does not review."""
    query = select(Review, Recording).join(Recording, Recording.id == Review.recording_id).where(RecordingScope.of(principal).condition())
    mine = and_(Review.agent_id == principal.user_id, Review.state != "open")
    if not principal.may(Right.QUALITY):
        return query.where(mine)
    others = or_(Review.agent_id.is_(None), Review.agent_id != principal.user_id)
    return query.where(or_(mine, others))


def _conditions(wanted: ReviewFilter) -> Sequence[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state is not None:
        found.append(Review.state == wanted.state)
    if wanted.agent_id is not None:
        found.append(Review.agent_id == wanted.agent_id)
    if wanted.recording_id is not None:
        found.append(Review.recording_id == wanted.recording_id)
    if wanted.mine is not None:
        found.append(or_(Review.reviewer_id == wanted.mine, Review.agent_id == wanted.mine))
    return found
