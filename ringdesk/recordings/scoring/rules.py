"""Which scored recordings go to supervisors for review: drawn once, when a recording is scored for the first time.

Chance is a hash of recording and rule, so that whoever scores again, after a crash or twice at once, draws the same.
"""

import hashlib
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.config.errors import NoSuch
from ringdesk.recordings.models import Recording, Review, ReviewRule, Score
from ringdesk.storage.base import now


async def everything(session: AsyncSession) -> Sequence[ReviewRule]:
    return (await session.scalars(select(ReviewRule).order_by(ReviewRule.id))).all()


async def get(session: AsyncSession, rule_id: int) -> ReviewRule:
    """Raises `NoSuch`."""
    rule = await session.get(ReviewRule, rule_id)
    if rule is None:
        raise NoSuch(what="review rule", id=rule_id)
    return rule


def drawn(rule_id: int, recording_id: int, share: float) -> bool:
    """True for `share` of all recordings, always the same ones."""
    digest = hashlib.sha256(f"review rule {rule_id}, recording {recording_id}".encode()).digest()
    return int.from_bytes(digest[:8]) < share * 2**64


def chooses(rule: ReviewRule, row: Recording, scores: Sequence[Score]) -> Score | None:
    """The score for which the rule sends the recording to review: the lowest that meets it."""
    if not rule.active or rule.queue not in (None, row.queue) or not drawn(rule.id, row.id, rule.share):
        return None
    meet = [score for score in scores if _meets(rule, score)]
    return min(meet, key=lambda score: (not score.failed, 101.0 if score.total is None else score.total, score.id), default=None)


async def draw(session: AsyncSession, row: Recording, scores: Sequence[Score]) -> Review | None:
    """The review that the first rule which chooses this recording opens; None: no rule does, or it has one."""
    if await session.scalar(select(Review.id).where(Review.recording_id == row.id).limit(1)) is not None:
        return None
    for rule in await everything(session):
        if (score := chooses(rule, row, scores)) is not None:
            review = Review(
                recording_id=row.id,
                score_id=score.id,
                agent_id=score.agent_id,
                state="open",
                why=said(rule),
                created_at=now(),
            )
            session.add(review)
            return review
    return None


def said(rule: ReviewRule) -> str:
    """The rule in words, as the review shows why it is there."""
    what = "failed calls" if rule.only_failed else "calls" if rule.below is None else f"calls below {rule.below:g}"
    where = "" if rule.queue is None else f" of {rule.queue}"
    return f"Drawn: {rule.share * 100:g} % of {what}{where}"


def _meets(rule: ReviewRule, score: Score) -> bool:
    if rule.only_failed and not score.failed:
        return False
    return rule.below is None or (score.total is not None and score.total < rule.below)
