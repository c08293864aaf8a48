"""The step "transcribe": audio to words, words to turns, what nobody may read masked in both, then all of it written at once.

Nothing of a transcript is anywhere before it is masked: not in the row, not in the index, not in the log. The audio with silence in it lies
in the store before the row points to it, and the row points to it in the transaction that writes the transcript and lets it be heard: who
is killed in between leaves a recording that is withheld still, and is transcribed again from the beginning.
"""

import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update

from ringdesk.config import log
from ringdesk.config.settings import Settings
from ringdesk.recordings import said, states
from ringdesk.recordings.audio.decoding import decode
from ringdesk.recordings.keeping import policies, storing
from ringdesk.recordings.keeping.store import AudioStore, StoreAway
from ringdesk.recordings.models import Policy, Recording, RecordingMark, State, Transcript
from ringdesk.recordings.said.phrases import stop_words
from ringdesk.recordings.speech import masking, remasking
from ringdesk.recordings.speech.models import Models, NoModel, SpeechModel, languages_served
from ringdesk.recordings.speech.supervision import HeardWord, NotAModel, Speech
from ringdesk.recordings.speech.turns import MASK, utterances
from ringdesk.recordings.transcript import Speaker, TranscriptView, Word
from ringdesk.recordings.worker import Progress
from ringdesk.storage.base import now
from ringdesk.storage.engine import AWAY, Database

logger = log.get(__name__)

RATE = 8000  # Hz: what a telephone carries; Vosk resamples it to what a model wants
LOOK_FOR_MODELS = 3.0  # seconds between looks at the models' folders
WAKE_AGAIN = 60.0  # seconds; on another machine's worker there may be a model that is not here
STORE_AWAY_UNTIL = timedelta(seconds=30)
AT_ONCE = 100  # objects to be removed
MOST_UNWRITTEN = 32  # recordings whose words are kept at hand while the store is full; an hour's are some megabytes
RETRY = 1.0  # seconds until a result is written again that the database did not take


@dataclass(frozen=True, slots=True)
class _Task:
    row: Recording
    policy: Policy
    masked_before: list[tuple[float, float]]


class Transcribing:
    """Performs the step, with the speech processes of `speech`."""

    def __init__(self, db: Database, settings: Settings, store: AudioStore, speech: Speech) -> None:
        self.db = db
        self.zone = settings.zone
        self.store = store
        self.speech = speech
        self.models = Models(settings)
        self._unusable: dict[SpeechModel, str] = {}
        self._unwritten: dict[int, tuple[str | None, SpeechModel, list[list[HeardWord]]]] = {}
        """What was heard, in which audio, by which model, while the store has no room for the masked audio."""

    async def perform(self, recording_id: int, worker: str, progress: Progress) -> None:
        task = await self._task(recording_id)
        if task is None:
            self._unwritten.pop(recording_id, None)
            return
        heard = None
        try:
            model = await asyncio.to_thread(self.models.of, task.row.language)
            if model in self._unusable:
                raise NoModel(why=self._unusable[model])
            heard = await self._hear(task.row, model, progress)
            sides = [[_word(each) for each in words] for words in heard]
            await self._keep(task, worker, model, sides, await self._to_hide(sides, task.policy, model))
        except NotAModel as error:
            self._unusable[model] = str(error)
            await self._wait(recording_id, worker, str(error), None, "no_model")
        except NoModel as error:
            await self._wait(recording_id, worker, str(error), None, "no_model")
        except StoreAway as error:
            if heard is not None:
                self._unwritten[recording_id] = (task.row.audio_key, model, heard)
                while len(self._unwritten) > MOST_UNWRITTEN:  # the oldest may be deleted, or another worker's by now
                    del self._unwritten[next(iter(self._unwritten))]
            await self._wait(recording_id, worker, str(error), STORE_AWAY_UNTIL)
        else:
            self._unwritten.pop(recording_id, None)

    async def watch(self) -> None:
        """What waits for a model goes on as soon as there is one. Until cancelled."""
        before: object = None
        wake_at = 0.0
        loop = asyncio.get_running_loop()
        while True:
            try:
                there = await asyncio.to_thread(self.models.signature)
                if there != before or loop.time() >= wake_at:
                    if there != before:
                        self._unusable.clear()
                        await self.speech.forget_models()
                    await self._remove_superseded()
                    await self._wake()
                    before, wake_at = there, loop.time() + WAKE_AGAIN
            except AWAY as error:
                logger.warning("models_not_looked_for", error=str(error.__cause__ or error))
            except Exception:  # whatever it is: what waits for a model must not wait until somebody restarts this
                logger.exception("models_not_looked_for")
            await asyncio.sleep(LOOK_FOR_MODELS)

    async def _wake(self) -> None:
        async with self.db.read() as session:
            waiting = await states.languages_without_model(session)
        if not waiting:
            return
        served = await asyncio.to_thread(languages_served, self.models, waiting, set(self._unusable))
        if served:
            async with self.db.write() as session:
                await states.wake(session, languages=served)

    async def _task(self, recording_id: int) -> _Task | None:
        async with self.db.read() as session:
            row = await session.get(Recording, recording_id)
            if row is None:
                return None
            policy = await policies.of_recording(session, row)
            masked = select(RecordingMark.start_s, RecordingMark.end_s).where(
                RecordingMark.recording_id == recording_id, RecordingMark.kind == "masked"
            )
            before = [(start, start if end is None else end) for start, end in await session.execute(masked)]
        return _Task(row, policy, before)

    async def _hear(self, row: Recording, model: SpeechModel, progress: Progress) -> list[list[HeardWord]]:
        """Not again where all that was missing was room for the masked audio."""
        before = self._unwritten.get(row.id)
        if before is not None and before[:2] == (row.audio_key, model):
            return before[2]
        audio = await self.store.read(row)
        async with decode(audio, RATE) as pcm:
            return await self.speech.hear(model.path, pcm, rate=RATE, channels=row.channels, seconds=row.duration_s, progress=progress)

    async def _to_hide(self, sides: Sequence[Sequence[Word]], policy: Policy, model: SpeechModel) -> set[masking.Place]:
        hidden: set[masking.Place] = set()
        if policy.mask_cards:
            hidden |= await asyncio.to_thread(masking.cards, sides, model.language)
        if policy.mask_patterns and any(sides):
            spoken = await asyncio.to_thread(lambda: [masking.spoken(words, model.language) for words in sides])
            found = await self.speech.find(model.path, [each.text for each in spoken], policy.mask_patterns)
            hidden |= {(side, place) for side, start, end in found for place in spoken[side].places(start, end)}
        return hidden

    async def _keep(
        self, task: _Task, worker: str, model: SpeechModel, sides: Sequence[Sequence[Word]], hidden: set[masking.Place]
    ) -> None:
        masked = masking.masked(sides, hidden)
        if task.masked_before:  # it was transcribed before: where there is silence now, there was something
            masked[-1] = sorted([*masked[-1], *_silent(task.masked_before)], key=lambda word: word.start)
        speakers: list[Speaker] = ["agent", "customer"] if len(masked) == 2 else ["mixed"]
        turns = await asyncio.to_thread(utterances, list(zip(speakers, masked, strict=True)))
        transcript = TranscriptView(language=model.language or task.row.language, model=model.name, utterances=turns)
        new = None
        if spans := masking.ranges(sides, hidden):
            new = await storing.silence(self.store, task.row, spans)
        try:
            while True:
                with contextlib.suppress(*AWAY):  # the work is done and kept at hand until the database takes it
                    await self._write(task, worker, transcript, new)
                    break
                await asyncio.sleep(RETRY)
        finally:
            if new is not None:
                await asyncio.shield(self._sweep(task.row.id, new))

    async def _sweep(self, recording_id: int, new: storing.Replacement) -> None:
        """Of the two audios the one goes that the row does not name. Only the row can tell: a write may have been done though its answer
        did not come."""
        try:
            async with self.db.read() as session:
                row = await session.get(Recording, recording_id)
            if row is None or row.audio_key != new.stored.key:
                await storing.drop(self.store, new.stored.key)
            await self._remove_superseded()
        except AWAY as error:
            logger.warning("audio_left_over", recording=recording_id, error=str(error.__cause__ or error))

    async def _remove_superseded(self) -> None:
        """Audio that was masked since, also what a worker left that was killed in between."""
        async with self.db.read() as session:
            query = select(Recording.id, Recording.superseded_key).where(Recording.superseded_key.is_not(None)).limit(AT_ONCE)
            found = [(id, key) for id, key in await session.execute(query) if key is not None]
        for recording_id, key in found:
            try:
                await self.store.delete(key)
            except StoreAway as error:
                logger.warning("audio_left_over", recording=recording_id, key=key, error=str(error))
                return
            async with self.db.write() as session:
                gone = update(Recording).where(Recording.id == recording_id, Recording.superseded_key == key)
                await session.execute(gone.values(superseded_key=None))

    async def _write(self, task: _Task, worker: str, transcript: TranscriptView, new: storing.Replacement | None) -> None:
        """Nothing is written where it is another worker's now, or its audio or its policy is another than was heard and searched by."""
        recording_id = task.row.id
        written = await asyncio.to_thread(lambda: [turn.model_dump() for turn in transcript.utterances])
        await asyncio.to_thread(stop_words, transcript.language)  # a file, read when it is first asked for
        async with self.db.write() as session:
            row = await states.claimed(session, recording_id, worker)
            if row is None or row.step != "transcribe":
                return
            if row.language != task.row.language or remasking.needed(task.policy, await policies.of_recording(session, row)):
                states.wait(row, "Another recording policy counts for it since it was listened to")
                return
            if new is not None and not await storing.exchange(session, row, new):
                states.wait(row, "Its audio was exchanged while it was transcribed")
                return
            values = {"language": transcript.language, "model": transcript.model, "made_at": now(), "utterances": written}
            await session.merge(Transcript(recording_id=recording_id, **values))
            await said.index(session, recording_id, transcript.utterances, zone=self.zone, language=transcript.language)
            row.withheld = False
            states.succeed(row, "transcribe")

    async def _wait(self, recording_id: int, worker: str, reason: str, pause: timedelta | None, state: State | None = None) -> None:
        async with self.db.write() as session:
            if (row := await states.claimed(session, recording_id, worker)) is not None:
                if state == "no_model" and row.withheld:
                    reason += ". Until then nobody hears the recording: it is to be searched for what its policy masks"
                states.wait(row, reason, state=state, until=None if pause is None else now() + pause)


def _word(heard: HeardWord) -> Word:
    word, start, end, confidence = heard
    return Word(word=word, start=start, end=end, confidence=confidence)


def _silent(ranges: Sequence[tuple[float, float]]) -> Iterator[Word]:
    for start, end in ranges:
        yield Word(word=MASK, start=start, end=end, confidence=1.0)
