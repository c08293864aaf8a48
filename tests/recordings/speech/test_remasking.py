"""A recording that turns out to be another queue's or number's is treated as its policy says, before anybody hears or reads more of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from ringdesk.recordings.finding import matching
from ringdesk.recordings.keeping.store import AudioStore
from ringdesk.recordings.models import Policy, Recording, Said, Transcript
from ringdesk.recordings.speech.supervision import Speech
from ringdesk.recordings.speech.turns import MASK
from ringdesk.storage.engine import Database
from ringdesk.telephony import calls
from ringdesk.telephony.models import CallRow, ConversationRow
from tests.recordings import sound
from tests.recordings.finding.past import ORIGIN
from tests.recordings.keeping.shelf import called, change, kept, row_of
from tests.recordings.speech.hearing import CARD_S, HEARD, found_call, policy, settings_for_speech, transcript, until, working


async def test_what_turns_out_to_be_another_queue_s_is_masked_as_that_one_s(db: Database) -> None:
    await policy(db, mask_cards=False)
    async with db.write() as session:
        session.add(Policy(queue="billing", did="", language=None, mask_cards=True, mask_patterns=[], withhold=True))
    settings = settings_for_speech()
    recording = await found_call(db, "call3_payment")
    async with working(db, settings):
        row = await until(db, recording, *HEARD)
        assert "five two seven four" in " ".join(turn.text for turn in await transcript(db, recording))
        assert sound.loud(await sound.decoded(await AudioStore(settings).read(row), 2), CARD_S) > 300
    await matched(db, recording, "billing")
    row = await row_of(db, recording)
    assert (row.withheld, row.state, row.step) == (True, "stored", "transcribe")
    async with db.read() as session:
        assert await session.get(Transcript, recording) is None
        assert await session.scalar(select(func.count()).select_from(Said)) == 0
    async with working(db, settings):
        row = await until(db, recording, *HEARD)
    assert not row.withheld
    assert f"okay it's {MASK}" in " ".join(turn.text for turn in await transcript(db, recording))
    assert sound.loud(await sound.decoded(await AudioStore(settings).read(row), 2), CARD_S) < 3


async def test_a_policy_that_changes_while_it_is_transcribed_is_the_one_that_counts(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await policy(db, mask_cards=False)
    async with db.write() as session:
        session.add(Policy(queue="billing", did="", language=None, mask_cards=True, mask_patterns=[], withhold=True))
    recording = await found_call(db, "call3_payment")
    hear, heard = Speech.hear, 0

    async def matched_meanwhile(self: Speech, *args: Any, **more: Any) -> Any:
        nonlocal heard
        heard += 1
        if heard == 1:
            await matched(db, recording, "billing")
        return await hear(self, *args, **more)

    monkeypatch.setattr(Speech, "hear", matched_meanwhile)
    async with working(db, settings_for_speech()):
        await until(db, recording, *HEARD)
    assert heard == 2
    assert f"okay it's {MASK}" in " ".join(turn.text for turn in await transcript(db, recording))


async def test_the_policy_of_the_call_that_it_became_part_of_counts(db: Database) -> None:
    await policy(db, mask_cards=False)
    async with db.write() as session:
        session.add(Policy(queue="", did="100200", language=None, mask_cards=True, mask_patterns=[], withhold=True))
    gone, call_id = await called(db, did="555"), await called(db, did="100200")
    recording = await found_call(db, "call3_payment", call_id=gone)
    async with working(db, settings_for_speech()):
        await until(db, recording, *HEARD)
    async with db.write() as session:
        joined = await session.get_one(CallRow, gone)
        joined.merged_into = call_id
        (row,) = await matching.concerned(session, "pbx", [call_id, gone], joined.started_at, joined.started_at)
        assert await matching.assign(session, row, replace(ORIGIN, speech_expected=lambda: True))
    row = await row_of(db, recording)
    assert (row.call_id, row.withheld, row.step) == (call_id, True, "transcribe")
    async with db.read() as session:
        assert await session.get(Transcript, recording) is None


@pytest.mark.parametrize("expected", [True, False])
async def test_what_was_not_searched_yet_is_withheld_where_its_queue_says_so(db: Database, expected: bool) -> None:
    """Without speech it would be for ever."""
    await policy(db, withhold=False)
    async with db.write() as session:
        session.add(Policy(queue="billing", did="", language=None, mask_cards=True, mask_patterns=[], withhold=True))
    settings = settings_for_speech()
    recording = (await kept(db, settings, AudioStore(settings))).id
    assert not (await row_of(db, recording)).withheld
    await matched(db, recording, "billing", expected)
    assert (await row_of(db, recording)).withheld is expected


async def test_what_could_not_be_stored_at_first_is_listened_to_in_its_queue_s_language(db: Database) -> None:
    async with db.write() as session:
        session.add(Policy(queue="billing", did="", language="de", mask_cards=True, mask_patterns=[], withhold=True))
    recording = await found_call(db, "call1_refund")
    await change(db, recording, lambda row: setattr(row, "state", "failed"))
    await matched(db, recording, "billing")
    assert (await row_of(db, recording)).language == "de"


async def matched(db: Database, recording: int, queue: str, speech_expected: bool = True) -> None:
    """Somebody says that it is a call of this queue's."""
    call_id = await called(db)
    async with db.write() as session:
        row = await session.get_one(Recording, recording, with_for_update=True)
        talk = ConversationRow(call_id=call_id, seq=0, queue=queue, interface="PJSIP/1001", agent_id=7, channel="", hold_s=0.0)
        talk.started_at, talk.ended_at = row.started_at, row.started_at + timedelta(seconds=60)
        session.add(talk)
        await session.flush()
        await matching.attach(
            session, row, await calls.get(session, calls.EVERYTHING, call_id), replace(ORIGIN, speech_expected=lambda: speech_expected)
        )
