"""A recording that turns out to be another queue's or number's is masked and listened to as that one's policy says, before anybody hears or
reads it again. What was masked stays so."""

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.recordings import said, states
from ringdesk.recordings.keeping import policies
from ringdesk.recordings.models import Answer, Policy, Recording, Score, Transcript


async def under(session: AsyncSession, row: Recording, before: Policy, after: Policy) -> None:
    """The policy that counts for the row was `before` and is `after`; the row is locked by the caller."""
    if row.audio_key is None or not needed(before, after):
        return
    if await session.scalar(select(exists().where(Transcript.recording_id.is_not(None)))):  # without speech nothing is ever searched
        row.withheld = row.withheld or policies.masks(after)
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
