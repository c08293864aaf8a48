"""A changed scorecard's recordings of the last time go back to be scored, some at a time and behind all other work.

How far it got is in the scorecard's row, so it goes on after a restart, in whichever process looks first.
"""

import asyncio
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.config import log
from ringdesk.recordings.models import Recording, Score, Scorecard
from ringdesk.recordings.scoring import scorecards
from ringdesk.storage.base import now
from ringdesk.storage.engine import AWAY, Database

logger = log.get(__name__)

BACK = timedelta(days=90)  # so far back a changed scorecard reaches: a quarter, over which agents are compared
BATCH = 500  # recordings put back in one transaction, so that nobody waits long for the one writer
LATER = -1  # their priority: today's calls are scored first
LOOK_EVERY = 5.0  # seconds between looks whether somebody changed a scorecard


class Rescoring:
    """`run()` until cancelled."""

    def __init__(self, db: Database, look_every: float = LOOK_EVERY) -> None:
        self.db = db
        self.look_every = look_every

    async def run(self) -> None:
        while True:
            try:
                while await self.step():
                    pass
            except AWAY as error:
                logger.warning("rescoring_waits_for_database", error=str(error.__cause__ or error))
            await asyncio.sleep(self.look_every)

    async def step(self) -> bool:
        """One batch of one scorecard. False: nothing is left to do."""
        async with self.db.read() as session:
            waiting = await session.scalar(select(Scorecard.id).where(Scorecard.rescore_before.is_not(None)).limit(1))
        if waiting is None:
            return False
        async with self.db.write() as session:
            await put_back(session, waiting)
        return True


async def put_back(session: AsyncSession, scorecard_id: int, batch: int = BATCH) -> int:
    """The newest recordings that the scorecard may judge and that are scored already wait to be scored. How many."""
    card = await session.get(Scorecard, scorecard_id, with_for_update=True, populate_existing=True)
    if card is None or card.rescore_before is None:
        return 0
    definition = (await scorecards.get(session, scorecard_id)).definition
    wanted: list[ColumnElement[bool]] = [
        Recording.state == "scored",
        Recording.step.is_(None),
        Recording.call_id.is_not(None),
        Recording.started_at >= now() - BACK,
        Recording.started_at < card.rescore_before,
    ]
    if definition.queues:
        wanted.append(Recording.queue.in_(definition.queues))
    times = (await session.scalars(select(Recording.started_at).where(*wanted).order_by(Recording.started_at.desc()).limit(batch))).all()
    if not card.active or len(times) < batch:
        card.rescore_before = None
    else:
        card.rescore_before = times[-1]
    if not card.active or not times:
        return 0
    # All that began at the last one's very moment go with it: the next batch begins before it.
    again = update(Recording).where(*wanted, Recording.started_at >= times[-1])
    await session.execute(again.values(step="score", priority=LATER, attempts=0, next_try_at=None, reason=None, changed_at=now()))
    return len(times)


def score_again(row: Recording) -> None:
    """It belongs to another call now, or to one at last, or others speak in it: what was said is judged by what is known of that. What is
    not transcribed yet comes to it anyway."""
    if row.step is None and row.state in ("transcribed", "scored"):
        row.step, row.attempts, row.reason = "score", 0, None
    if row.step == "score":
        row.next_try_at, row.changed_at = None, now()


async def too_early(session: AsyncSession, row: Recording, call_ended_at: datetime | None) -> bool:
    """Was it scored while the call still ran, without its hold and its wrap-up?"""
    if row.id is None or row.state != "scored" or call_ended_at is None:
        return False
    made_at = await session.scalar(select(func.max(Score.made_at)).where(Score.recording_id == row.id))
    return made_at is not None and made_at < call_ended_at
