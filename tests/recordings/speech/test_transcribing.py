"""The step itself: masked before anybody reads or hears it, waiting for a model, mono, nothing said."""

import asyncio
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import func, select

from ringdesk.recordings.keeping import policies
from ringdesk.recordings.keeping.store import AudioStore
from ringdesk.recordings.models import Recording, Said, Transcript
from ringdesk.recordings.speech import transcribing
from ringdesk.recordings.speech.supervision import Speech
from ringdesk.recordings.speech.turns import MASK
from ringdesk.storage.engine import Database
from tests.recordings import sound
from tests.recordings.keeping.shelf import called, change, found, row_of
from tests.recordings.speech.hearing import (
    CARD_S,
    HEARD,
    copy_model,
    found_call,
    policy,
    sample,
    samples_of,
    settings_for_speech,
    transcript,
    until,
    words_of,
    working,
)  # fmt: skip

PRICE_S = (20.2, 24.4)  # of call3_payment: its agent says the balance, which is to be heard


async def test_a_card_number_is_neither_read_nor_heard_nor_found(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    settings = settings_for_speech()
    recording = await found_call(db, "call3_payment", call_id=await called(db))
    before = samples_of("call3_payment")
    async with working(db, settings):
        withheld = await until(db, recording, "stored")
        assert withheld.withheld
        row = await until(db, recording, *HEARD)
    assert not row.withheld
    text = " ".join(turn.text for turn in await transcript(db, recording))
    assert "five two seven" not in text
    assert f"okay it's {MASK}" in text
    async with db.read() as session:
        indexed = (await session.execute(select(Said.agent, Said.customer))).one()
    assert "seven four one one" not in " ".join(indexed)
    assert "one one zero nine" not in caplog.text
    after = await sound.decoded(await AudioStore(settings).read(row), 2)
    assert sound.loud(before, CARD_S) > 300
    assert sound.loud(after, CARD_S) < 3
    assert sound.loud(after, PRICE_S) > 300
    assert len(list(Path("var/recordings").rglob("*.opus"))) == 1


async def test_patterns_of_the_policy_are_masked_too(db: Database) -> None:
    await policy(db, mask_cards=False, mask_patterns=[r"postcode is( \w+){2} \d+"])
    recording = await found_call(db, "call3_payment")
    async with working(db, settings_for_speech()):
        await until(db, recording, *HEARD)
    text = " ".join(word.word for word in words_of(await transcript(db, recording), "customer"))
    assert f"and the {MASK} {MASK} {MASK} {MASK} {MASK} {MASK} okay it's five two seven four" in text


async def test_a_pattern_that_takes_for_ever_keeps_it_withheld(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ringdesk.recordings.speech.supervision.FINDS_WITHIN", 1.0)
    await policy(db, mask_cards=False, mask_patterns=[r"(\w+ ?)+!"])
    recording = await found_call(db, "call1_refund")
    async with working(db, settings_for_speech()):
        row = await until(db, recording, "failed")
    assert row.withheld
    assert "simpler" in (row.reason or "")


async def test_one_channel_is_one_speaker_who_is_not_named(db: Database) -> None:
    mixed = samples_of("call1_refund").sum(axis=1, dtype=np.int32).clip(-32768, 32767).astype("<i2")
    recording = await found(db, ("mixed.wav", sound.wav(mixed), "mixed"))
    async with working(db, settings_for_speech()):
        row = await until(db, recording, *HEARD)
    assert row.channels == 1
    turns = await transcript(db, recording)
    assert {turn.speaker for turn in turns} == {"mixed"}
    assert "thank you for calling northstar" in " ".join(turn.text for turn in turns)


@pytest.mark.parametrize("seconds", [0.2, 90.0])
async def test_where_nothing_is_said_there_is_nothing_to_read(db: Database, seconds: float) -> None:
    recording = await found(db, ("silence.wav", sound.wav(sound.silent(seconds), sound.silent(seconds)), "stereo"))
    async with working(db, settings_for_speech()):
        await until(db, recording, *HEARD)
    assert await transcript(db, recording) == []


async def test_other_rates_and_formats_are_heard_as_well(db: Database) -> None:
    wide = sound.converted(sample("call1_refund"), "-ar", "44100", "-c:a", "flac", "-f", "flac")
    recording = await found(db, ("wide.flac", wide, "stereo"), side="agent")
    async with working(db, settings_for_speech()):
        await until(db, recording, *HEARD)
    turns = await transcript(db, recording)
    assert turns[0].text.startswith("good morning thank you for calling")
    assert turns[0].start == pytest.approx(0.4, abs=0.1)


async def test_without_a_model_they_wait_and_go_on_by_themselves(db: Database) -> None:
    settings = settings_for_speech(vosk_model=None)
    plain = await found_call(db, "call1_refund")
    german = await found_call(db, "call1_refund", language="de")
    async with working(db, settings):
        for recording in (plain, german):
            row = await until(db, recording, "no_model")
            assert "ringdesk models fetch" in (row.reason or "")
            assert "nobody hears" not in (row.reason or "")
            assert (row.attempts, row.withheld) == (0, False)
        building = copy_model(Path("var/building").absolute())
        Path("var/models/en-us").mkdir(parents=True)
        building.rename("var/models/en-us/tiny")
        await until(db, plain, *HEARD)
        row = await row_of(db, german)
        assert (row.state, "fetch de" in (row.reason or "")) == ("no_model", True)
        async with db.read() as session:
            assert (await session.get_one(Transcript, plain)).language == "en-us"


async def test_a_folder_that_is_no_model_is_named_until_it_is_mended(db: Database) -> None:
    model = copy_model(Path("model").absolute())
    good = (model / "am" / "final.mdl").read_bytes()
    (model / "am" / "final.mdl").write_bytes(b"nothing")
    recording = await found_call(db, "call1_refund", language="en-us")
    async with working(db, settings_for_speech(vosk_model=str(model), models_folder=Path("none"))):
        row = await until(db, recording, "no_model")
        assert row.withheld, "it will be searched as soon as there is a model"
        assert "nobody hears" in (row.reason or "")
    Path("var/models").mkdir(parents=True)
    model.rename("var/models/en-us")
    async with working(db, settings_for_speech(vosk_model="en-us")):
        await until(db, recording, "no_model", reason="no speech model")
        new = Path("var/models/en-us/am/final.new")
        new.write_bytes(good)
        new.rename("var/models/en-us/am/final.mdl")
        Path("var/models/en-us/touched").touch()
        await until(db, recording, *HEARD)


async def test_a_policy_says_the_language(db: Database) -> None:
    async with db.read() as session:
        assert (await policies.policy_for(session, "support", None)).language is None
    copy_model(Path("var/models/uk").absolute())
    recording = await found_call(db, "call1_refund", language="uk")
    async with working(db, settings_for_speech(vosk_model="en-us")):
        await until(db, recording, *HEARD)
    async with db.read() as session:
        assert (await session.get_one(Transcript, recording)).language == "uk"


async def test_what_is_transcribed_again_stays_masked(db: Database) -> None:
    recording = await found_call(db, "call3_payment", call_id=await called(db))
    async with working(db, settings_for_speech()):
        await until(db, recording, "scored")
        first = await transcript(db, recording)
        await change(db, recording, _again)
        await until(db, recording, "scored")
        second = await transcript(db, recording)
    assert MASK in " ".join(turn.text for turn in second)
    assert first[0].text == second[0].text
    async with db.read() as session:
        assert await session.scalar(select(func.count()).select_from(Transcript)) == 1


async def test_a_store_that_is_full_while_masking_is_waited_for(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = tmp_path / "full"
    full.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(full)], capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("only root may mount a small file system")
    hear, heard = Speech.hear, 0

    async def fills_up(self: Speech, *args: Any, **more: Any) -> Any:
        nonlocal heard
        heard += 1
        found = await hear(self, *args, **more)
        used = sum(file.stat().st_size for file in full.rglob("*.opus"))
        subprocess.run(["mount", "-o", f"remount,size={used // 4096 * 4096 + 8192}", str(full)], check=True)
        return found

    monkeypatch.setattr(Speech, "hear", fills_up)
    monkeypatch.setattr(transcribing, "STORE_AWAY_UNTIL", timedelta(seconds=0.5))
    try:
        recording = await found_call(db, "call3_payment")
        async with working(db, settings_for_speech(recordings_store=str(full))):
            row = await until(db, recording, "stored", reason="No space")
            assert (row.step, row.withheld, row.attempts) == ("transcribe", True, 0)
            await asyncio.sleep(3 * 0.5)
            subprocess.run(["mount", "-o", "remount,size=64m", str(full)], check=True)
            await until(db, recording, *HEARD)
            assert heard == 1, "what was heard is kept meanwhile"
    finally:
        subprocess.run(["umount", str(full)], check=True)


def _again(row: Recording) -> None:
    row.step, row.state = "transcribe", "stored"
