"""The loop that takes recordings up: each step once, the urgent first, the quick never behind the long, nothing lost."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from ringdesk.recordings import states
from ringdesk.recordings.keeping.store import StoreAway
from ringdesk.recordings.models import Recording, Step
from ringdesk.recordings.worker import GivenUp, Progress, Worker
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database
from tests.recordings.keeping.shelf import change, found, row_of

LEASE = timedelta(seconds=0.6)
Perform = Callable[[int, str, Progress], Awaitable[None]]


class Done:
    """A step that a test performs, and what it was asked for."""

    def __init__(self, db: Database, step: Step, perform: Perform | None = None) -> None:
        self.db = db
        self.step = step
        self.asked: list[int] = []
        self._perform = perform

    async def perform(self, recording_id: int, worker: str, progress: Progress) -> None:
        self.asked.append(recording_id)
        if self._perform is not None:
            await self._perform(recording_id, worker, progress)
        async with self.db.write() as session:
            row = await states.claimed(session, recording_id, worker)
            if row is not None:
                states.succeed(row, self.step)


@asynccontextmanager
async def working(db: Database, *steps: Done, name: str = "worker", lanes: dict[Step, int] | None = None) -> AsyncIterator[Worker]:
    worker = Worker(db, name, {step.step: step for step in steps}, lanes=lanes, lease=LEASE, look_every=0.05)
    task = asyncio.create_task(worker.run(), name="worker")
    try:
        yield worker
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], Awaitable[bool]] | Callable[[], bool]) -> None:
    async with asyncio.timeout(15):
        while True:
            holds = condition()
            if holds if isinstance(holds, bool) else await holds:
                return
            await asyncio.sleep(0.01)


async def stored(db: Database, **values: object) -> int:
    return await found(db, **{"state": "stored", "step": "transcribe", **values})


async def test_the_asked_for_come_first_then_the_newest(db: Database) -> None:
    moment = now()
    old, new, asked = [
        await stored(db, started_at=moment - timedelta(hours=age), priority=priority) for age, priority in ((3, 0), (1, 0), (9, 1))
    ]
    step = Done(db, "transcribe")
    async with working(db, step):
        await until(lambda: len(step.asked) == 3)
    assert step.asked == [asked, new, old]


async def test_the_quick_do_not_wait_behind_the_long(db: Database) -> None:
    released = asyncio.Event()

    async def long(_id: int, _worker: str, _progress: Progress) -> None:
        await released.wait()

    await stored(db)
    slow, quick = Done(db, "transcribe", long), Done(db, "store")
    async with working(db, slow, quick) as worker:
        await until(lambda: len(slow.asked) == 1)
        await found(db)
        worker.look()
        await until(lambda: len(quick.asked) == 1)
        await stored(db)
        await asyncio.sleep(0.2)
        assert len(slow.asked) == 1, "one lane, one recording"
        released.set()
        await until(lambda: len(slow.asked) == 3)


async def test_two_workers_do_each_step_once(db: Database) -> None:
    ids = [await stored(db) for _ in range(12)]
    one, two = Done(db, "transcribe"), Done(db, "transcribe")
    async with working(db, one, name="one"), working(db, two, name="two"):
        await until(lambda: len(one.asked) + len(two.asked) >= len(ids))
        await asyncio.sleep(0.2)
    assert sorted(one.asked + two.asked) == ids
    assert {(await row_of(db, id)).state for id in ids} == {"transcribed"}


async def test_a_claim_is_renewed_while_it_is_worked_on(db: Database) -> None:
    async def long(_id: int, _worker: str, progress: Progress) -> None:
        for share in range(12):
            assert await progress(share / 12)
            await asyncio.sleep(LEASE.total_seconds() / 4)

    id = await stored(db)
    one, two = Done(db, "transcribe", long), Done(db, "transcribe")
    async with working(db, one, name="one"):
        await until(lambda: one.asked == [id])
        async with working(db, two, name="two"):
            await until(lambda: _is(db, id, "transcribed"))
    assert two.asked == []


async def test_who_lost_the_claim_stops_and_writes_nothing(db: Database) -> None:
    stopped = asyncio.Event()

    async def long(_id: int, _worker: str, _progress: Progress) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            stopped.set()

    id = await stored(db)
    step = Done(db, "transcribe", long)
    async with working(db, step):
        await until(lambda: step.asked == [id])
        await change(db, id, _claimed_by_another)
        await asyncio.wait_for(stopped.wait(), 10)
        assert (await row_of(db, id)).claimed_by == "another"


async def test_the_polite_give_back_and_the_dead_are_waited_for(db: Database) -> None:
    async def long(_id: int, _worker: str, _progress: Progress) -> None:
        await asyncio.sleep(60)

    id = await stored(db)
    step = Done(db, "transcribe", long)
    async with working(db, step):
        await until(lambda: step.asked == [id])
    row = await row_of(db, id)
    assert (row.claimed_by, row.attempts, row.state) == (None, 0, "stored")
    await change(db, id, _claimed_by_another)
    step = Done(db, "transcribe")
    async with working(db, step):
        await asyncio.sleep(0.2)
        assert step.asked == []
        await until(lambda: _is(db, id, "transcribed"))


@pytest.mark.parametrize(
    ("error", "reason", "again"),
    [
        (StoreAway(why="the disk is gone"), "The store of recordings cannot be used just now: the disk is gone", True),
        (GivenUp("It is no audio"), "It is no audio", False),
        (OSError(28, "No space left on device"), "It could not be transcribed: No space left on device", True),
        (ValueError("secret words"), "It could not be transcribed for a reason that only the log tells (ValueError)", True),
    ],
)
async def test_what_goes_wrong_stands_in_the_row(db: Database, error: Exception, reason: str, again: bool) -> None:
    async def fails(_id: int, _worker: str, _progress: Progress) -> None:
        raise error

    id = await stored(db)
    async with working(db, Done(db, "transcribe", fails)):
        await until(lambda: _is(db, id, "failed"))
    row = await row_of(db, id)
    assert row.reason == reason
    assert (row.step is not None, row.next_try_at is not None) == (again, again)


async def test_a_recording_of_which_everybody_dies_is_given_up(db: Database) -> None:
    id = await stored(db, attempts=states.TRIES)
    step = Done(db, "transcribe")
    async with working(db, step):
        await until(lambda: _is(db, id, "failed"))
    row = await row_of(db, id)
    assert (row.step, step.asked) == (None, [])
    assert "died" in (row.reason or "")


async def test_while_the_database_is_away_nothing_is_lost(db: Database) -> None:
    away = True

    async def fails(_id: int, _worker: str, _progress: Progress) -> None:
        if away:
            raise OperationalError("SELECT", {}, Exception("connection refused"))

    id = await stored(db)
    step = Done(db, "transcribe", fails)
    async with working(db, step):
        await until(lambda: len(step.asked) > 1)
        away = False
        await until(lambda: _is(db, id, "transcribed"))
    assert (await row_of(db, id)).attempts == 0


async def test_files_of_another_machine_are_left_to_it(db: Database) -> None:
    there, here = await found(db), await found(db)
    path = Path((await row_of(db, there)).parts[0]["path"])
    path.rename("elsewhere")
    step = Done(db, "store")
    async with working(db, step, name="one"):
        await until(lambda: _is(db, here, "stored"))
        await until(lambda: _explained(db, there))
        assert step.asked == [here]
    row = await row_of(db, there)
    assert (row.state, row.attempts, row.claimed_by, row.next_try_at) == ("found", 0, None, None)
    Path("elsewhere").rename(path)
    async with working(db, step, name="two"):
        await until(lambda: _is(db, there, "stored"))
    assert (await row_of(db, there)).reason is None


async def _is(db: Database, id: int, state: str) -> bool:
    return (await row_of(db, id)).state == state


async def _explained(db: Database, id: int) -> bool:
    return "machine" in ((await row_of(db, id)).reason or "")


def _claimed_by_another(row: Recording) -> None:
    row.claimed_by, row.claimed_until = "another", now() + timedelta(seconds=1)
