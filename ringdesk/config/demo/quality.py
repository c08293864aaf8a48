"""What supervisors of the demo have set up, and the reviews they did: topics, a scorecard, whom to review, how recordings are kept."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.config.demo.crew import TEAMS
from ringdesk.recordings import marks
from ringdesk.recordings.keeping import policies
from ringdesk.recordings.models import Recording, Review, ReviewRule, Side
from ringdesk.recordings.said import topics
from ringdesk.recordings.scoring import reviews, scorecards, shipped
from ringdesk.storage.engine import Database

LOOK = 1.0  # seconds between two looks whether there is something to review
REVIEWED = 4  # recordings; as soon as so many are scored, the supervisor has been there
TOPICS: tuple[tuple[str, list[str], Side | None], ...] = (
    ("Cancellation", ["cancel my subscription", "cancel everything", "want to cancel", "better deal"], "customer"),
    ("Refund", ["refund", "money back", "overcharged", "compensation"], None),
    ("Delivery", ["delivery", "delivered", "parcel", "never arrived", "hasn't arrived"], None),
    ("Complaint", ["formal complaint", "fed up", "this is ridiculous", "speak to your manager", "speak to your supervisor"], "customer"),
    ("Payment by card", ["card number", "expiry date", "debit card", "credit card"], None),
)
COMMENTS = (
    "Good: says what happens next.",
    "Here a short summary would have helped.",
    "Nicely calmed down.",
    "The hold was not announced.",
)


@dataclass(frozen=True, slots=True)
class Talk:
    """What a supervisor wrote about a call, and what the agent wrote back."""

    why: str
    comment: str
    reply: str | None
    closed: bool = False


TALKS = (
    Talk("Asked for by Sofia Lindqvist", "Friendly and clear. Next time say how long the check will take.", "Will do, thank you!"),
    Talk("Asked for by Sofia Lindqvist", "Well handled. Please always offer help once more before you say goodbye.", None),
    Talk("Asked for by Sofia Lindqvist", "Good opening, good end. Nothing to add.", "Thanks.", closed=True),
)


async def set_up(session: AsyncSession, ids: Mapping[str, int]) -> None:
    supervisor = ids["supervisor"]
    for name, phrases, speaker in TOPICS:
        await topics.add(session, name, phrases, speaker)
    for definition in shipped.everything():
        await scorecards.add(session, definition, active=True, user_id=supervisor)
    session.add(ReviewRule(queue=None, below=60.0, only_failed=False, share=0.5, active=True))
    (general,) = await policies.everything(session)
    general.keep_days = 365


@dataclass(frozen=True, slots=True)
class Supervisor:
    """`run` waits for the first scores, then does a supervisor's work once."""

    db: Database
    ids: Mapping[str, int]

    async def run(self) -> None:
        while len(rows := await self._scored()) < REVIEWED:  # noqa: ASYNC110 - scored by whichever process, in the database
            await asyncio.sleep(LOOK)
        async with self.db.write() as session:
            await self._listen(session, rows)

    async def _scored(self) -> Sequence[Recording]:
        """What nobody has been asked to review, of the supervisor's own team."""
        waiting = Recording.id.not_in(select(Review.recording_id))
        query = select(Recording).where(Recording.state == "scored", Recording.queue.in_(TEAMS["Support"]), waiting)
        async with self.db.read() as session:
            return (await session.scalars(query.order_by(Recording.started_at.desc()).limit(REVIEWED))).all()

    async def _listen(self, session: AsyncSession, rows: Sequence[Recording]) -> None:
        supervisor = self.ids["supervisor"]
        for row, text in zip(rows, COMMENTS, strict=False):
            await marks.comment(session, row, supervisor, (row.duration_s or 0.0) * 0.6, text)
        for row, talk in zip(rows, TALKS, strict=False):
            review = await reviews.add(session, row, talk.why)
            if review.agent_id is None:
                continue
            await reviews.finish(session, review, supervisor, talk.comment)
            if talk.reply is not None:
                reviews.reply(review, review.agent_id, talk.reply)
            if talk.closed:
                await reviews.close(session, review, supervisor)
