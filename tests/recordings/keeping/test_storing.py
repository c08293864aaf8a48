"""The step from found files to the store: once, whole, with nothing lost on the way, on both databases."""

import os
import shutil
from pathlib import Path

import pytest

from ringdesk.config.settings import Settings
from ringdesk.recordings import marks, states
from ringdesk.recordings.keeping import deleting, policies
from ringdesk.recordings.keeping.store import AudioStore
from ringdesk.recordings.keeping.storing import Storing, exchange, replace_audio, silence
from ringdesk.recordings.models import Recording, RecordingPeaks
from ringdesk.recordings.speech.models import speech_expected
from ringdesk.recordings.worker import GivenUp
from ringdesk.storage.engine import Database
from tests.recordings.keeping.shelf import WORKER, called, change, found, go_on, kept, row_of, settings_of, sides, store
from tests.recordings.sound import AGENT, CUSTOMER, decoded, heard, loudness, tone, wav


async def objects(audio: AudioStore) -> list[str]:
    return [key async for key, _ in audio.objects()]


async def test_a_found_recording_is_stored_and_its_files_removed(db: Database, settings: Settings, audio: AudioStore) -> None:
    recording_id = await found(db, ("a-r.wav", wav(tone(CUSTOMER, 2)), "received"), ("a-t.wav", wav(tone(AGENT, 2)), "transmitted"))
    row = await store(db, settings, audio, recording_id)
    assert (row.state, row.step, row.duration_s, row.channels, row.parts, row.attempts) == ("stored", "transcribe", 2.0, 2, [], 0)
    assert heard(await decoded(await audio.read(row), 2)) == [["agent"], ["customer"]]
    assert list(Path("spool").iterdir()) == []
    async with db.read() as session:
        peaks = await session.get_one(RecordingPeaks, recording_id, options=[])
        await session.refresh(peaks, ["peaks"])
    assert (peaks.per_second, len(peaks.peaks)) == (20, 80)


@pytest.mark.parametrize(("source", "keep", "left"), [("spool", True, 1), ("spool", False, 0), ("upload", True, 0), ("import", False, 1)])
async def test_whose_files_are_removed(db: Database, source: str, keep: bool, left: int) -> None:
    settings = settings_of("sqlite:///unused", recordings_keep_spool=keep)
    folder = {"spool": Path("spool"), "upload": Path("var/inbox"), "import": Path("archive")}[source]
    row = await kept(db, settings, AudioStore(settings), folder=folder, source=source)
    assert len(list(folder.iterdir())) == left
    assert len(row.parts) == (1 if source == "spool" and keep else 0), "what Ringdesk may still have to remove"


async def test_only_its_own_folders_are_touched(db: Database, settings: Settings, audio: AudioStore) -> None:
    """Whatever a row says."""
    await kept(db, settings, audio, folder=Path("elsewhere"))
    Path("spool").mkdir(exist_ok=True)
    target = Path("elsewhere/secret.wav")
    target.write_bytes(sides())
    assert len(list(Path("elsewhere").iterdir())) == 2
    Path("spool/link.wav").symlink_to(target.absolute())
    for path in (Path("spool/../elsewhere/secret.wav"), Path("spool/link.wav")):
        deleting.remove_sources(settings, [{"path": str(path.absolute())}])
        assert target.exists()


async def test_a_file_that_the_pbx_wrote_anew_is_not_removed_nor_taken_for_the_first(
    db: Database, settings: Settings, audio: AudioStore
) -> None:
    recording_id = await found(db, ("a.wav", sides(), "stereo"))
    Path("spool/a.wav").write_bytes(sides(3.0))
    with pytest.raises(GivenUp, match="another recording"):
        await store(db, settings, audio, recording_id)
    second = await found(db, ("b.wav", sides(), "stereo"))
    row = await row_of(db, second)
    Path("spool/b.wav").write_bytes(sides(1.0))
    assert deleting.remove_sources(settings, row.parts)
    assert Path("spool/b.wav").exists()


async def test_what_is_no_audio_is_given_up_with_its_file_kept(db: Database, settings: Settings, audio: AudioStore) -> None:
    recording_id = await found(db, ("a.wav", b"RIFF....nothing", "mixed"))
    with pytest.raises(GivenUp, match="no audio"):
        await store(db, settings, audio, recording_id)
    assert Path("spool/a.wav").exists()
    assert (await row_of(db, recording_id)).parts


async def test_a_store_that_is_away_is_waited_for(db: Database, audio: AudioStore) -> None:
    Path("blocked").write_text("no folder")
    settings = settings_of("sqlite:///unused", recordings_store="blocked")
    recording_id = await found(db)
    for _ in range(states.TRIES + 2):
        row = await store(db, settings, AudioStore(settings), recording_id)
        assert (row.state, row.step, row.attempts, row.claimed_by) == ("found", "store", 0, None)
        assert "store of recordings cannot be used" in (row.reason or "")
        assert row.next_try_at is not None
        await change(db, recording_id, lambda row: setattr(row, "next_try_at", None))
    Path("blocked").unlink()
    row = await store(db, settings, AudioStore(settings), recording_id)
    assert (row.state, row.reason) == ("stored", None)


async def test_who_lost_the_claim_leaves_nothing_behind(db: Database, settings: Settings, audio: AudioStore) -> None:
    recording_id = await found(db)
    await change(db, recording_id, lambda row: setattr(row, "claimed_by", "another"))
    await Storing(db, settings, audio).perform(recording_id, WORKER, go_on)
    assert await objects(audio) == []
    assert (await row_of(db, recording_id)).state == "found"
    assert len(list(Path("spool").iterdir())) == 1


async def test_a_removal_that_was_interrupted_is_made_up_for(db: Database, settings: Settings, audio: AudioStore) -> None:
    """Killed between the row and the files: the step is taken up again and finds everything done but that."""
    recording_id = await found(db)
    parts = (await row_of(db, recording_id)).parts
    copy = Path("copy.wav")
    shutil.copy2(parts[0]["path"], copy)
    row = await store(db, settings, audio, recording_id)
    shutil.copy2(copy, parts[0]["path"])
    os.utime(parts[0]["path"], ns=(int(parts[0]["mtime_ns"]),) * 2)

    def as_before(row: Recording) -> None:
        row.parts, row.state, row.step = parts, "found", "store"

    await change(db, recording_id, as_before)
    again = await store(db, settings, audio, recording_id)
    assert again.audio_key == row.audio_key
    assert again.parts == []
    assert list(Path("spool").iterdir()) == []


@pytest.mark.parametrize(
    ("model", "policy", "withheld"),
    [
        (None, {}, False),
        ("en-us", {}, True),
        ("en-us", {"withhold": False}, False),
        ("en-us", {"mask_cards": False}, False),
        ("en-us", {"mask_cards": False, "mask_patterns": ["pin [0-9]+"]}, True),
    ],
)
async def test_what_is_to_be_masked_is_withheld_until_it_was_searched(
    db: Database, model: str | None, policy: dict[str, object], withheld: bool
) -> None:
    settings = settings_of("sqlite:///unused", vosk_model=model)
    form = {"mask_cards": True, "mask_patterns": [], "withhold": True, "language": None, "keep_days": None, "announcement": None}
    async with db.write() as session:
        await policies.add(session, queue="", did="+380 44 1000000", opt_out_key=None, **form | policy)
        await policies.add(session, queue="", did="", opt_out_key=None, **form | {"withhold": not withheld})
    row = await kept(db, settings, AudioStore(settings), call_id=await called(db, did="380441000000"))
    assert row.withheld == withheld


def test_a_model_that_was_fetched_counts_as_one() -> None:
    settings = settings_of("sqlite:///unused")
    assert not speech_expected(settings)
    part = Path("var/models/en-us/vosk-model-small-en-us-0.15/am/final.mdl")
    part.parent.mkdir(parents=True)
    part.touch()
    assert speech_expected(settings)


async def test_silence_takes_the_place_of_what_was_said(db: Database, settings: Settings, audio: AudioStore) -> None:
    row = await kept(db, settings, audio)
    assert await replace_audio(db, audio, row.id, [(0.5, 1.0)])
    after = await row_of(db, row.id)
    assert after.audio_key != row.audio_key
    assert after.sha256 != row.sha256
    assert after.duration_s == row.duration_s
    assert await objects(audio) == [after.audio_key]
    samples = await decoded(await audio.read(after), 2)
    assert heard(samples[4400:7600]) == [[], []]
    assert heard(samples[9000:]) == [["agent"], ["customer"]]
    async with db.read() as session:
        assert [(m.kind, m.start, m.end) for m in await marks.of(session, after)] == [("masked", 0.5, 1.0)]


async def test_what_is_masked_keeps_its_rate(db: Database, settings: Settings, audio: AudioStore) -> None:
    high = 6000.0  # Hz; above what a telephone line carries
    wide = wav(tone(high, 2, 16_000), tone(AGENT, 2, 16_000), rate=16_000)
    recording_id = await found(db, ("wide.wav", wide, "stereo"))
    row = await store(db, settings, audio, recording_id)
    assert await replace_audio(db, audio, row.id, [(0.5, 1.0)])
    after = await row_of(db, row.id)
    assert after.duration_s == row.duration_s
    samples = await decoded(await audio.read(after), 2, 16_000)
    assert loudness(samples[18_000:30_000, 1], high, 16_000) > -20
    assert loudness(samples[9_000:15_000, 1], high, 16_000) < -60


async def test_two_who_replace_it_at_once_do_not_undo_each_other(db: Database, settings: Settings, audio: AudioStore) -> None:
    row = await kept(db, settings, audio)
    first, second = await silence(audio, row, [(0.0, 1.0)]), await silence(audio, row, [(1.0, 2.0)])
    async with db.write() as session:
        assert await exchange(session, await session.get_one(Recording, row.id), first)
    async with db.write() as session:
        assert not await exchange(session, await session.get_one(Recording, row.id), second)
    assert (await row_of(db, row.id)).audio_key == first.stored.key
