"""From facts and files to rows: in any order, with what comes late, and with calls that become one."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from ringdesk.recordings.finding.finder import Finder
from ringdesk.recordings.finding.hearing import Hearing
from ringdesk.recordings.keeping import deleting
from ringdesk.recordings.models import CallMark, Recording, RecordingHint
from ringdesk.storage.engine import Database
from ringdesk.telephony import facts
from ringdesk.telephony.facts import Call, RecordedSide
from ringdesk.telephony.models import CallRow
from tests.recordings.finding.past import CALLER, EPOCH, ORIGIN, START, agents, call, found, lay, taken, talk

MINUTE = timedelta(seconds=60)


async def nothing_more() -> None:
    """Calls are written by the test itself."""


class House:
    """What of the house finds recordings, told facts by the test."""

    def __init__(self, db: Database, folder: Path) -> None:
        self.db = db
        self.folder = folder
        self.hearing = Hearing(db, {"PJSIP/1001": 1}.get)
        self.changed: list[int] = []
        self.finder = Finder(db, self.hearing, ORIGIN, folder, folder.parent / "inbox", written=nothing_more, on_found=self.changed.extend)

    async def rows(self) -> list[Recording]:
        async with self.db.read() as session:
            return list(await session.scalars(select(Recording).order_by(Recording.name)))

    async def until(self, fits: Callable[[list[Recording]], bool]) -> list[Recording]:
        async with asyncio.timeout(15):
            while not fits(rows := await self.rows()):
                await asyncio.sleep(0.05)
        return rows

    def began(self, of: Call, path: Path | str, *, side: RecordedSide = "customer", channel: str = "c1") -> None:
        self.hearing.recording_began(facts.RecordingBegan(at=START, call=of, channel=channel, name="x", path=str(path), side=side))

    def ended(self, of: Call, path: Path | str, *, side: RecordedSide = "customer", channel: str = "c1") -> None:
        end = START + MINUTE
        self.hearing.recording_ended(facts.RecordingEnded(at=end, call=of, channel=channel, name="x", path=str(path), side=side))

    def over(self, of: Call) -> None:
        fact = facts.CallEnded(at=START + MINUTE, call=of)
        self.hearing.call_ended(fact)
        self.finder.hear(fact)


@pytest.fixture
async def house(db: Database, tmp_path: Path) -> AsyncIterator[House]:
    (tmp_path / "spool").mkdir()
    made = House(db, tmp_path / "spool")
    task = asyncio.create_task(made.finder.run(), name="finder")
    spool = made.finder.spool
    assert spool is not None
    async with asyncio.timeout(10):
        while not spool.watching:
            await asyncio.sleep(0.01)
    yield made
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def live(linkedid: str) -> Call:
    return Call(id=f"pbx-{linkedid}", linkedid=linkedid, started_at=START, ended_at=START + MINUTE, caller_number=CALLER)


@asynccontextmanager
async def written(db: Database, linkedid: str) -> AsyncIterator[str]:
    async with db.write() as session:
        call_id = call(session, linkedid)
        talk(session, call_id, 7, 1, 50, queue="support")
        yield call_id


async def test_a_file_is_taken_in_with_what_was_just_heard(house: House) -> None:
    """The hint has not even been written yet when the file is closed."""
    async with written(house.db, "one") as call_id:
        pass
    house.began(live("one"), house.folder / "any-name.wav", side="agent")
    lay(house.folder, "any-name.wav")
    (row,) = await house.until(bool)
    assert (row.call_id, row.side, row.started_at) == (call_id, "agent", START)
    async with asyncio.timeout(5):
        while house.changed != [row.id]:
            await asyncio.sleep(0.01)


async def test_who_was_on_the_line_is_corrected_when_the_call_ends(house: House) -> None:
    """An agent's phone that dialled out turns out to be the agent's side at the end; a talk is written after the file was found."""
    async with house.db.write() as session:
        call_id = call(session, "one")
    path = house.folder / "x.wav"
    house.began(live("one"), path)
    lay(house.folder, "x.wav")
    (row,) = await house.until(bool)
    assert (row.side, await agents(house.db, row.id)) == ("customer", set())
    async with house.db.write() as session:
        talk(session, call_id, 7, 1, 50, queue="support")
    house.ended(live("one"), path, side="agent")
    house.over(live("one"))
    await house.finder.drained()
    (row,) = await house.rows()
    assert (row.queue, await agents(house.db, row.id)) == ("support", {7})
    assert row.side == "agent"


async def test_a_call_that_is_known_later_finds_its_recording(house: House) -> None:
    """It came from the PBX's own log after a lost link, or from an import."""
    row = await taken(house.db, found(f"{EPOCH}.1.wav", source="import", length=58.0))
    assert row.call_id is None
    async with written(house.db, f"{EPOCH}.1") as call_id:
        pass
    house.over(live(f"{EPOCH}.1"))
    await house.finder.drained()
    (row,) = await house.rows()
    assert (row.call_id, row.queue) == (call_id, "support")
    assert house.changed == [row.id]


async def test_two_calls_that_turn_out_to_be_one(house: House) -> None:
    async with house.db.write() as session:
        kept, gone = call(session, "kept"), call(session, "gone")
    house.began(live("gone"), house.folder / "early.wav", channel="c1")
    house.began(live("gone"), house.folder / "late.wav", channel="c2")
    house.hearing.transferred(facts.CallTransferred(at=START, call=live("gone"), by="PJSIP/1001", kind="blind", to="1002"))
    lay(house.folder, "early.wav")
    await house.until(bool)
    async with house.db.write() as session:
        (await session.get_one(CallRow, gone)).merged_into = kept
        talk(session, kept, 7, 1, 50)
    joined = facts.CallsJoined(at=START, call=live("kept"), gone=live("gone"))
    house.hearing.calls_joined(joined)
    house.finder.hear(joined)
    await house.finder.drained()
    lay(house.folder, "late.wav")
    rows = await house.until(lambda rows: len(rows) == 2)
    assert {row.call_id for row in rows} == {kept}
    assert [await agents(house.db, row.id) for row in rows] == [{7}, {7}]
    async with house.db.read() as session:
        assert [(mark.call_id, mark.text, mark.user_id) for mark in await session.scalars(select(CallMark))] == [(kept, "blind to 1002", 1)]


async def test_somebody_listening_in_leaves_nothing(house: House) -> None:
    house.began(live("spy"), "/rec/spy.wav")
    house.hearing.call_dropped(facts.CallDropped(at=START, call=live("spy")))
    await house.hearing.write()
    async with house.db.read() as session:
        assert list(await session.scalars(select(RecordingHint))) == []


async def test_what_the_call_s_end_expects_is_looked_at_though_nobody_saw_it_closed(db: Database, tmp_path: Path) -> None:
    """Ringdesk was started in the middle of the call: the file is fresh, its writer unseen. The PBX sees the folder elsewhere."""
    folder = tmp_path / "spool"
    lay(folder, "2026/call.wav")
    house = House(db, folder)
    spool = house.finder.spool
    assert spool is not None
    spool.quiet = 3600.0
    async with written(db, "one") as call_id:
        pass
    house.began(live("one"), "/var/spool/asterisk/monitor/2026/call.wav")
    task = asyncio.create_task(house.finder.run(), name="finder")
    await asyncio.sleep(0.5)
    assert await house.rows() == []
    house.ended(live("one"), "/var/spool/asterisk/monitor/2026/call.wav")
    house.over(live("one"))
    (row,) = await house.until(bool)
    assert row.call_id == call_id
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_restart_finds_nothing_twice(db: Database, tmp_path: Path) -> None:
    lay(tmp_path / "spool", "old.wav", age=3600)
    for _ in range(2):
        house = House(db, tmp_path / "spool")
        task = asyncio.create_task(house.finder.run(), name="finder")
        await house.until(bool)
        await asyncio.sleep(0.3)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert len(await house.rows()) == 1


async def test_what_was_deleted_is_not_found_again(db: Database, tmp_path: Path) -> None:
    """Ringdesk may not remove it from the spool."""
    for end in ("", "-in", "-out"):
        lay(tmp_path / "spool", f"call{end}.wav", age=3 * 3600)
    house = House(db, tmp_path / "spool")
    async with finding(house):
        (row,) = await house.until(bool)
    async with db.write() as session:
        await deleting.delete(session, await session.get_one(Recording, row.id), user_id=1, reason="asked for")
    again = House(db, tmp_path / "spool")
    lay(tmp_path / "spool", "other.wav", age=3 * 3600)
    async with finding(again):
        (other,) = await again.until(bool)
    assert other.name == "other.wav"


async def test_legs_alone_wait_for_the_recording_s_end(db: Database, tmp_path: Path) -> None:
    """The PBX names no file then: the channel in the names ties them to its word."""
    folder = tmp_path / "spool"
    for end in ("-rx", "-tx"):
        lay(folder, f"{EPOCH}.5{end}.gsm")
    house = House(db, folder)
    spool = house.finder.spool
    assert spool is not None
    spool.quiet, spool.sweep_every = 0.2, 0.1
    async with written(db, f"{EPOCH}.1") as call_id:
        pass
    house.began(live(f"{EPOCH}.1"), "", channel=f"{EPOCH}.5")
    async with finding(house):
        await asyncio.sleep(1.5)
        assert await house.rows() == []
        house.ended(live(f"{EPOCH}.1"), "", channel=f"{EPOCH}.5")
        (row,) = await house.until(bool)
    assert (row.call_id, len(row.parts)) == (call_id, 2)


async def test_what_is_named_after_a_running_call_waits_though_the_pbx_said_nothing(db: Database, tmp_path: Path) -> None:
    """It began while Ringdesk was down."""
    lay(tmp_path / "spool", f"{EPOCH}.1.gsm")
    house = House(db, tmp_path / "spool")
    spool = house.finder.spool
    assert spool is not None
    spool.quiet, spool.sweep_every = 0.2, 0.1
    async with written(db, f"{EPOCH}.1") as call_id:
        pass
    async with db.write() as session:
        (await session.get_one(CallRow, call_id)).ended_at = None
    async with finding(house):
        await asyncio.sleep(1.5)
        assert await house.rows() == []
        async with db.write() as session:
            (await session.get_one(CallRow, call_id)).ended_at = START + MINUTE
        await house.until(bool)


@asynccontextmanager
async def finding(house: House) -> AsyncIterator[None]:
    task = asyncio.create_task(house.finder.run(), name="finder")
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
