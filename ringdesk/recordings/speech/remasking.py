"""A recording that turns out to be another queue's or number's is masked and listened to as that one's policy says, before anybody hears or
reads it again. What was masked stays so."""

import asyncio
from collections.abc import Callable

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.recordings import said, states
from ringdesk.recordings.keeping import policies
from ringdesk.recordings.models import Answer, Policy, Recording, Score, Transcript


async def under(session: AsyncSession, row: Recording, before: Policy, after: Policy, speech_expected: Callable[[], bool]) -> None:
    """The policy that counts for the row was `before` and is `after`; the row is locked by the caller. Without speech nothing is ever
    searched, and nothing withheld."""
    if row.audio_key is None:
        return
    again = needed(before, after)
    if policies.masks(after) and (again or await session.get(Transcript, row.id) is None):
        row.withheld = row.withheld or await asyncio.to_thread(speech_expected)
    if not again:
        return
    row.language = after.language
    await session.execute(delete(Transcript).where(Transcript.recording_id == row.id))
    await said.forget(session, row.id)
    scores = select(Score.id).where(Score.recording_id == row.id)
    await session.execute(update(Answer).where(Answer.score_id.in_(scores)).values(evidence=[]))
    states.transcribe_again(row)


def needed(before: Policy, after: Policy) -> bool:
    """Would a transcription find more to be masked, or other words?"""
    cards = after.mask_cards and not before.mask_cards
    return cards or not set(after.mask_patterns) <= set(before.mask_patterns) or after.language != before.language
