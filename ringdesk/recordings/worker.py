"""Takes up recordings that wait for a step and has the step performed: quick ones never wait behind a long transcription.

What waits is in the rows (`states`), so any number of workers may run, on any number of machines. Each looks again now and then, and at
once when told (`look`).
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from ringdesk.config import log
from ringdesk.config.errors import DomainError
from ringdesk.recordings import states
from ringdesk.recordings.models import Step
from ringdesk.storage.engine import AWAY, Database

logger = log.get(__name__)

LOOK_EVERY = 2.0  # seconds between looks for what other processes found, and for claims that ran out
LANES: dict[Step, int] = {"store": 2, "transcribe": 1, "score": 1}
PROGRESS_EVERY = 1.0  # seconds; people see a bar move, and the database is not written for every breath
RETRY = 1.0  # seconds until an outcome is written again that the database did not take
ELSEWHERE = 60.0  # seconds until it is looked again whether files of another machine have appeared on this one
LOOKED_AT = 50  # rows whose files are looked for at once

Progress = Callable[[float], Awaitable[bool]]
"""Tell how far it is, 0 to 1. False: the claim is lost, another works on it or it is gone: stop, write nothing."""

DOING: dict[Step, str] = {"store": "stored", "transcribe": "transcribed", "score": "scored"}


class Performer(Protocol):
    """Does one step and writes its result: in one transaction, whose first act is `states.claimed`, the result and
    `states.succeed`, `wait` or `fail`. What it raises is written to the row as a failed try."""

    async def perform(self, recording_id: int, worker: str, progress: Progress) -> None: ...


class GivenUp(Exception):
    """The step cannot be done, and trying again cannot help. Its text is a sentence for people."""


class Worker:
    """`run()` works until cancelled; then what it had begun is free for others at once."""

    def __init__(
        self,
        db: Database,
        name: str,
        performers: Mapping[Step, Performer],
        on_changed: Callable[[int], None] = lambda _recording_id: None,
        *,
        lanes: Mapping[Step, int] | None = None,
        lease: timedelta | None = None,
        look_every: float = LOOK_EVERY,
    ) -> None:
        self.db = db
        self.name = name
        self.performers = dict(performers)
        self.on_changed = on_changed
        self.lanes = {**LANES, **(lanes or {})}
        self.lease = lease or states.LEASE
        self.look_every = look_every
        self.underway: dict[int, Step] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._told = asyncio.Event()
        self._elsewhere: dict[int, float] = {}
        self._away = False

    def look(self) -> None:
        """Something waits, or may: look now."""
        self._told.set()

    async def run(self) -> None:
        try:
            while True:
                self._told.clear()
                try:
                    for step in self.performers:
                        await self._take_up(step)
                    self._away = False
                except AWAY as error:
                    if not self._away:
                        logger.error("worker_waits_for_database", error=str(error.__cause__ or error))
                    self._away = True
                except Exception:  # whatever it is: what waits must not wait until somebody restarts this
                    logger.exception("worker_stumbled")
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self.look_every):
                        await self._told.wait()
        finally:
            await self._stop()

    async def _take_up(self, step: Step) -> None:
        while list(self.underway.values()).count(step) < self.lanes[step]:
            ids = await self._waiting(step)
            if not ids:
                return
            async with self.db.write() as session:
                row = await states.claim(session, self.name, [step], among=ids, lease=self.lease)
                if row is not None and row.attempts > states.TRIES:
                    states.fail(row, f"Whoever tried to have it {DOING[step]} died of it {states.TRIES} times", for_good=True)
                    logger.error("recording_given_up", recording_id=row.id, step=step)
                    self.on_changed(row.id)
                    continue
            if row is not None:  # else another worker was faster: look again
                self._begin(step, row.id)

    async def _waiting(self, step: Step) -> list[int]:
        """The most urgent rows that this worker can do now."""
        moment = time.monotonic()
        self._elsewhere = {id: until for id, until in self._elsewhere.items() if until > moment}
        but_not = [*self.underway, *self._elsewhere]
        while True:
            found = await self.db.look(partial(states.due, step=step, but_not=but_not, limit=LOOKED_AT))
            if step != "store" or not found:
                return [id for id, _ in found]
            here = await asyncio.to_thread(_whose_files_are_here, found)
            if away := {id for id, _ in found} - set(here):
                self._elsewhere |= dict.fromkeys(away, moment + ELSEWHERE)
                async with self.db.write() as session:
                    await states.explain(session, away, "Its files are not where they were found: gone, or on a machine without a worker")
                but_not += away
            if here:
                return here

    def _begin(self, step: Step, recording_id: int) -> None:
        self.underway[recording_id] = step
        task = asyncio.create_task(self._work(step, recording_id), name=f"{step}-{recording_id}")
        self._tasks.add(task)

        def ended(task: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            self.underway.pop(recording_id, None)
            self.look()  # a lane is free, and the next step may wait

        task.add_done_callback(ended)

    async def _work(self, step: Step, recording_id: int) -> None:
        claim = _Claim(self, recording_id)
        performing = asyncio.create_task(self.performers[step].perform(recording_id, self.name, claim.progress), name=f"perform-{step}")
        keeping = asyncio.create_task(claim.keep(performing), name=f"keep-claim-{recording_id}")
        self.on_changed(recording_id)
        try:
            await asyncio.wait([performing])
        finally:
            for task in (performing, keeping):
                task.cancel()
            await asyncio.gather(performing, keeping, return_exceptions=True)
        if performing.cancelled():
            logger.warning("recording_taken_away", recording_id=recording_id, step=step)
        elif (error := performing.exception()) is not None:
            await self._failed(step, recording_id, error)
        self.on_changed(recording_id)

    async def _failed(self, step: Step, recording_id: int, error: BaseException) -> None:
        """Write it to the row; while the database is away, keep trying."""
        sentence = _sentence(step, error)
        traced: Any = error if sentence is None else None
        logger.error("step_failed", recording_id=recording_id, step=step, error=str(error), exc_info=traced)
        while True:
            try:
                async with self.db.write() as session:
                    row = await states.claimed(session, recording_id, self.name)
                    if row is None:
                        pass
                    elif isinstance(error, AWAY):
                        states.wait(row, "The database was away")
                    else:
                        unknown = f"It could not be {DOING[step]} for a reason that only the log tells ({type(error).__name__})"
                        states.fail(row, sentence or unknown, for_good=isinstance(error, GivenUp))
            except AWAY:
                await asyncio.sleep(RETRY)
            else:
                return

    async def _stop(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        try:
            async with self.db.write() as session:
                await states.release(session, self.name)
        except AWAY as error:  # then the claims run out by themselves
            logger.warning("claims_not_released", error=str(error.__cause__ or error))


class _Claim:
    """A claim while it is worked on: renewed in time, and known to be lost as soon as that fails."""

    def __init__(self, worker: Worker, recording_id: int) -> None:
        self.worker = worker
        self.recording_id = recording_id
        self.held = True
        self._told_at = time.monotonic()

    async def progress(self, share: float) -> bool:
        if self.held and time.monotonic() - self._told_at >= PROGRESS_EVERY:
            self._told_at = time.monotonic()
            await self._renew(min(1.0, max(0.0, share)))
        return self.held

    async def keep(self, performing: asyncio.Task[None]) -> None:
        """Until cancelled. A claim that is lost ends the work."""
        while self.held:
            await asyncio.sleep(self.worker.lease.total_seconds() / 3)
            await self._renew(None)
        performing.cancel()

    async def _renew(self, share: float | None) -> None:
        try:
            async with self.worker.db.write() as session:
                self.held = await states.renew(session, self.recording_id, self.worker.name, progress=share, lease=self.worker.lease)
        except AWAY:
            return  # nobody else can take it meanwhile either; whose it is shows when the result is written
        if share is not None:
            self.worker.on_changed(self.recording_id)


def _whose_files_are_here(found: list[tuple[int, list[dict[str, str]]]]) -> list[int]:
    return [id for id, parts in found if all(Path(part["path"]).is_file() for part in parts)]


def _sentence(step: Step, error: BaseException) -> str | None:
    """For people, where it is one of the troubles that are expected."""
    if isinstance(error, DomainError | GivenUp):
        return str(error)
    if isinstance(error, OSError):
        return f"It could not be {DOING[step]}: {error.strerror or error}"
    return None
