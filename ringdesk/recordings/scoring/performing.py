"""The step "score": every scorecard that applies judges the recording, and the sample for review is drawn."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.recordings import states
from ringdesk.recordings.models import Recording, Score
from ringdesk.recordings.scoring import answering, loading, results, rules, scorecards
from ringdesk.recordings.scoring.answering import Answered
from ringdesk.recordings.scoring.scorecards import Card
from ringdesk.recordings.worker import Progress
from ringdesk.storage.engine import Database

NO_CALL = "It matches no call: it is scored once somebody says which"
NO_CARD = "No scorecard applies to it"

Judged = list[tuple[Card, Mapping[str, Answered]]]


@dataclass(frozen=True, slots=True)
class Outcome:
    judged: Judged
    others: Sequence[Card]
    """Active scorecards that do not apply."""
    agent_id: int | None


class Scoring:
    """Performs the step for the worker. `wrap_up_limit` in seconds, as the floor has it."""

    def __init__(self, db: Database, *, wrap_up_limit: float) -> None:
        self.db = db
        self.wrap_up_limit = wrap_up_limit

    async def perform(self, recording_id: int, worker: str, progress: Progress) -> None:
        async with self.db.read() as session:
            row = await session.get(Recording, recording_id)
            if row is None:
                return
            call_id = row.call_id
            cards = await scorecards.current(session, only_active=True)
            loaded = await loading.load(session, row, wrap_up_limit=self.wrap_up_limit)
        mine = [card for card in cards if card.applies(row, loaded.direction, loaded.material.language)]
        until = loading.not_before(loaded, row, wrap_up_asked=any(card.asks_for_wrap_up for card in mine)) if mine else None
        judged = await asyncio.to_thread(judge, mine, loaded) if mine and call_id is not None and until is None else []
        outcome = Outcome(judged, [card for card in cards if card not in mine], loaded.agent_id)
        async with self.db.write() as session:
            current = await states.claimed(session, recording_id, worker)
            if current is None:
                return
            if current.call_id is None:
                states.wait(current, NO_CALL)
                current.step = None  # `rescoring.score_again` sets it, when it is matched
            elif until is not None:
                states.wait(current, until[1], until=until[0])
            elif current.call_id != call_id or await scorecards.current(session, only_active=True, keep=True) != cards:
                states.wait(current, "Something changed while it was scored")
            else:
                await _write(session, current, outcome)


def judge(cards: Sequence[Card], loaded: loading.Loaded) -> Judged:
    """For a thread: many phrases in a long call take their time."""
    material = loading.with_words(loaded)
    return [(card, answering.answers(card.definition, material)) for card in cards]


async def _write(session: AsyncSession, row: Recording, outcome: Outcome) -> None:
    first = await session.scalar(select(Score.id).where(Score.recording_id == row.id).limit(1)) is None and row.state != "scored"
    await results.drop_those_of(session, row, outcome.others)
    scores = await results.keep(session, row, outcome.judged, outcome.agent_id)
    if first and scores:
        await rules.draw(session, row, scores)
    states.succeed(row, "score")
    row.priority = 0
    if not scores:
        row.reason = NO_CARD
