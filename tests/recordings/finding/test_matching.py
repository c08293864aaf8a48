"""Each recording on its call, and on no other."""

from datetime import timedelta

import pytest

from ringdesk.recordings.finding import hints, matching
from ringdesk.recordings.models import Policy
from ringdesk.storage.engine import Database
from ringdesk.telephony import tracing
from tests.recordings.finding.past import CALLER, EPOCH, ORIGIN, START, agents, call, found, taken, talk, waited

LATER = timedelta(seconds=1)


async def test_the_pbx_said_whose_it_is(db: Database) -> None:
    """Its own word counts, whatever the name says; and its clock says when the recording began."""
    async with db.write() as session:
        theirs, other = call(session, f"{EPOCH}.1"), call(session, f"{EPOCH}.2", number="+380449999999")
        path = f"/var/spool/asterisk/monitor/2026/11/21/{EPOCH}.2.wav"
        await hints.began(session, path, theirs, f"{EPOCH}.7", "agent", START + LATER)
    row = await taken(db, found(f"2026/11/21/{EPOCH}.2.wav", folder="/mnt/recordings"))
    assert (row.call_id, row.side, row.started_at) == (theirs, "agent", START + LATER)
    assert other != theirs


async def test_two_folders_of_the_pbx_with_one_name(db: Database) -> None:
    async with db.write() as session:
        calls = [call(session, f"{EPOCH}.{n}") for n in (1, 2)]
        for call_id, folder in zip(calls, ("monday", "tuesday"), strict=True):
            await hints.began(session, f"/rec/{folder}/call.wav", call_id, f"{call_id}-c", "customer", START)
    assert (await taken(db, found("tuesday/call.wav"))).call_id == calls[1]
    assert (await taken(db, found("call.wav"))).call_id is None, "both fit alike: neither is taken"


async def test_an_older_file_of_the_same_name_is_not_the_new_call_s(db: Database) -> None:
    async with db.write() as session:
        call_id = call(session, f"{EPOCH}.1")
        await hints.began(session, "/rec/PJSIP-1001-00000001.wav", call_id, "c", "agent", START)
    assert (await taken(db, found("PJSIP-1001-00000001.wav", written=-3600))).call_id is None


@pytest.mark.parametrize(
    "name",
    [f"{EPOCH}.1.wav", f"2026/{EPOCH}.1-in.wav", f"external-1001-{CALLER}-20261121-120000-{EPOCH}.1.wav", f"kyiv1-{EPOCH}.1.wav",
     f"{EPOCH}.5.wav", f"q-x-{EPOCH}.5.wav"],
)  # fmt: skip
async def test_the_name_says_whose_it_is(name: str, db: Database) -> None:
    """By the linkedid, or by the uniqueid of the agent's channel."""
    async with db.write() as session:
        call_id = call(session, f"{EPOCH}.1")
        talk(session, call_id, 7, 5, 50, channel=f"{EPOCH}.5")
        call(session, f"{EPOCH}.11", number="+380449999999")
    assert (await taken(db, found(name))).call_id == call_id


async def test_a_pbx_with_a_name_of_its_own(db: Database) -> None:
    async with db.write() as session:
        call_id = call(session, f"kyiv-{EPOCH}.1")
    assert (await taken(db, found(f"rec-{EPOCH}.1.wav"))).call_id == call_id


async def test_merged_calls_are_followed(db: Database) -> None:
    async with db.write() as session:
        kept = call(session, f"{EPOCH}.1")
        call(session, f"{EPOCH}.3", merged_into=kept)
    assert (await taken(db, found(f"{EPOCH}.3.wav"))).call_id == kept


NAMED = "20261121-120010_0441234567_1001-all.wav"


async def test_number_and_time_and_extension(db: Database) -> None:
    async with db.write() as session:
        call_id = call(session, "one")
        talk(session, call_id, 7, 5, 50)
        call(session, "another-number", number="+380449999999")
        call(session, "another-time", start=7200)
    row = await taken(db, found(NAMED, source="import", length=30.0))
    assert (row.call_id, row.started_at) == (call_id, START + timedelta(seconds=10))
    assert await agents(db, row.id) == {7}


async def test_between_two_it_is_not_guessed(db: Database) -> None:
    async with db.write() as session:
        call(session, "one"), call(session, "two", start=1)
    assert (await taken(db, found(NAMED))).call_id is None


async def test_the_extension_tells_two_calls_of_one_number_apart(db: Database) -> None:
    async with db.write() as session:
        talk(session, call(session, "one"), 7, 5, 50, interface="PJSIP/1002")
        talk(session, theirs := call(session, "two", start=1), 8, 5, 50, interface="PJSIP/1001")
    assert (await taken(db, found(NAMED))).call_id == theirs


async def test_a_recording_longer_than_the_call_is_not_its(db: Database) -> None:
    async with db.write() as session:
        call(session, "one", length=20)
    assert (await taken(db, found(NAMED, length=300.0, source="import"))).call_id is None


async def test_who_names_a_call_that_is_not_there_is_given_no_other(db: Database) -> None:
    async with db.write() as session:
        talk(session, call(session, f"{EPOCH}.1"), 7, 5, 50)
    assert (await taken(db, found(f"1001-{EPOCH + 5}.99.wav"))).call_id is None


async def test_agents_and_queue_are_those_who_speak_in_it(db: Database) -> None:
    """The recording covers the second agent only, and a moment of the first one's."""
    async with db.write() as session:
        call_id = call(session, f"{EPOCH}.1", length=100)
        talk(session, call_id, 7, 0, 30.2, queue="support")
        talk(session, call_id, 8, 31, 80, seq=1, queue="billing")
        talk(session, call_id, 9, 80, 100, seq=2, queue="sales")
        session.add(Policy(queue="billing", did="", language="uk", mask_patterns=[]))
        await hints.began(session, "/spool/part.wav", call_id, "c", "customer", START + timedelta(seconds=30))
        await hints.ended(session, "/spool/part.wav", "c", "customer", START + timedelta(seconds=80.3))
    row = await taken(db, found("part.wav", written=80))
    assert await agents(db, row.id) == {8}
    assert (row.queue, row.language) == ("billing", "uk")


async def test_who_gave_up_waiting_is_heard_by_the_queue_s_people(db: Database) -> None:
    async with db.write() as session:
        call_id = call(session, f"{EPOCH}.1")
        waited(session, call_id, "support", 1, 50)
    assert (await taken(db, found(f"{EPOCH}.1.wav", written=59, length=58.0))).queue == "support"


async def test_a_person_s_word_is_not_taken_back(db: Database) -> None:
    async with db.write() as session:
        theirs, other = call(session, f"{EPOCH}.1"), call(session, f"{EPOCH}.2")
    row = await taken(db, found(f"{EPOCH}.1.wav"))
    async with db.write() as session:
        row = await session.get_one(type(row), row.id)
        record = await tracing.remaining(session, other)
        assert record is not None
        await matching.attach(session, row, record, ORIGIN)
        await matching.assign(session, row, ORIGIN)
        assert row.call_id == other != theirs
