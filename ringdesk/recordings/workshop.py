"""A worker with everything it works with, as the house and `ringdesk worker` run it."""

import asyncio
from collections.abc import Callable

from ringdesk.config.settings import Settings
from ringdesk.recordings import states
from ringdesk.recordings.keeping.store import AudioStore
from ringdesk.recordings.keeping.storing import Storing
from ringdesk.recordings.models import Step
from ringdesk.recordings.scoring.performing import Scoring
from ringdesk.recordings.scoring.rescoring import Rescoring
from ringdesk.recordings.speech.supervision import Speech
from ringdesk.recordings.speech.transcribing import Transcribing
from ringdesk.recordings.worker import Performer, Worker
from ringdesk.storage.engine import Database


class Workshop:
    """`processes` recordings are listened to at once."""

    def __init__(
        self,
        db: Database,
        settings: Settings,
        store: AudioStore,
        processes: int,
        on_changed: Callable[[int], None] = lambda _recording_id: None,
    ) -> None:
        self.speech = Speech(max(1, processes), settings.speech_memory_mb)
        self.transcribing = Transcribing(db, settings, store, self.speech)
        performers: dict[Step, Performer] = {
            "store": Storing(db, settings, store),
            "transcribe": self.transcribing,
            "score": Scoring(db, wrap_up_limit=settings.wrap_up_limit),
        }
        self.worker = Worker(db, states.worker_name(), performers, on_changed, lanes={"transcribe": processes})
        self.rescoring = Rescoring(db)

    async def run(self) -> None:
        """Until cancelled; then nothing of it is left, and what was begun is free for others."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.worker.run(), name="worker")
                tasks.create_task(self.rescoring.run(), name="rescoring")
                tasks.create_task(self.transcribing.watch(), name="speech-models")
        finally:
            await self.speech.close()
