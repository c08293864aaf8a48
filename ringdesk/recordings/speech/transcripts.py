"""Reading what was said in a recording."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.config.errors import NotFound
from ringdesk.recordings import access
from ringdesk.recordings.access import RecordingScope
from ringdesk.recordings.models import Transcript
from ringdesk.recordings.transcript import TranscriptView


class NoTranscript(NotFound):
    key = "no_transcript"
    text = "There is no transcript of recording {id} yet"


async def get(session: AsyncSession, scope: RecordingScope, recording_id: int) -> TranscriptView:
    """Raises `NoSuch` outside of the scope, `NoTranscript`."""
    row = await access.get(session, scope, recording_id)
    query = select(Transcript.language, Transcript.model, Transcript.utterances).where(Transcript.recording_id == row.id)
    found = (await session.execute(query)).first()
    if found is None:
        raise NoTranscript(id=row.id)
    return TranscriptView.model_validate(found._asdict())
