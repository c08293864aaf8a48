"""What is kept long enough goes with everything that hangs on it and leaves a line; what is held stays."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ringdesk.agents import audit
from ringdesk.agents.models import AuditEntry
from ringdesk.config.settings import Settings
from ringdesk.recordings.keeping import policies, retention
from ringdesk.recordings.keeping.deleting import Left
from ringdesk.recordings.keeping.store import AudioStore
from ringdesk.recordings.keeping.storing import silence
from ringdesk.recordings.models import Listen, Recording, RecordingAgent, RecordingPeaks, Transcript
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database
from tests.recordings.keeping.shelf import called, found, kept, row_of, settings_of
from tests.recordings.keeping.test_policies import FORM

DAY = timedelta(days=1)


@pytest.fixture
async def rules(db: Database) -> None:
    async with db.write() as session:
        await policies.add(session, **FORM | {"keep_days": 100})
        await policies.add(session, **FORM | {"queue": "sales", "keep_days": 10})
        await policies.add(session, **FORM | {"queue": "claims"})
        await policies.add(session, **FORM | {"did": "+380441000001", "keep_days": 1})


async def everything(db: Database) -> set[int]:
    async with db.read() as session:
        return set(await session.scalars(select(Recording.id)))


@pytest.mark.usefixtures("rules")
async def test_each_by_its_own_rule(db: Database, settings: Settings, audio: AudioStore) -> None:
    async def aged(days: float, **values: object) -> int:
        return await found(db, started_at=now() - days * DAY, **values)

    short = await called(db, did="380441000001")
    going = [await aged(101), await aged(11, queue="sales"), await aged(2, queue="sales", call_id=short), await aged(200)]
    staying = [await aged(99), await aged(9, queue="sales"), await aged(5000, queue="claims"), await aged(0.5, call_id=short)]
    staying += [await aged(300, legal_hold="in court")]
    listed = [item async for item in retention.expired(db, now())]
    assert [item.id for item in listed] == [going[3], going[0], going[1], going[2]], "the oldest first"
    assert listed[-1].rule == {"queue": "", "did": "+380441000001", "keep_days": 1}
    told: list[Left] = []
    assert await retention.retain(db, audio, settings, on_deleted=told.append) == 4
    assert await everything(db) == set(staying)
    assert {left.id for left in told} == set(going)
    assert await retention.retain(db, audio, settings) == 0


async def test_more_than_are_read_at_once(db: Database, settings: Settings, audio: AudioStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    async with db.write() as session:
        await policies.add(session, **FORM | {"keep_days": 10})
    for i in range(7):
        await found(db, started_at=now() - (20 + i % 3) * DAY, legal_hold="no" if i == 3 else None)
    assert await retention.retain(db, audio, settings) == 6


@pytest.mark.usefixtures("rules")
async def test_nothing_is_left_but_a_line_in_the_audit_log(db: Database, settings: Settings, audio: AudioStore) -> None:
    row = await kept(db, settings, audio, agents=(1,), started_at=now() - 200 * DAY, call_id=await called(db))
    async with db.write() as session:
        session.add(Transcript(recording_id=row.id, language="en", model="m", made_at=now(), utterances=[]))
        session.add(Listen(recording_id=row.id, user_id=1, at=now()))
    assert await retention.retain(db, audio, settings) == 1
    assert [key async for key, _ in audio.objects()] == []
    async with db.read() as session:
        for table in (Recording, RecordingAgent, RecordingPeaks, Transcript, Listen):
            assert await session.scalar(select(func.count()).select_from(table)) == 0, table
        (line,), _ = await audit.page(session)
        query = select(AuditEntry).where(AuditEntry.subject == audit.RECORDING_KEY)
        (remembered,) = await session.scalars(query)  # so that its file is not taken in again
    assert remembered.detail == {"recording": row.id}
    assert row.key not in remembered.subject_id
    assert (line.action, line.subject, line.subject_id, line.user_id) == ("deleted", "recording", str(row.id), None)
    assert line.detail is not None
    assert (line.detail["sha256"], line.detail["call_id"], line.detail["reason"]) == (row.sha256, row.call_id, "kept long enough")
    assert line.detail["rule"] == {"queue": "", "did": "", "keep_days": 100}


@pytest.mark.usefixtures("rules")
async def test_files_that_were_not_stored_yet_go_too(db: Database, settings: Settings, audio: AudioStore) -> None:
    await found(db, started_at=now() - 200 * DAY)
    archive = await found(db, started_at=now() - 200 * DAY, source="import", folder=Path("archive"))
    assert await retention.retain(db, audio, settings) == 2
    assert archive not in await everything(db)
    assert list(Path("spool").iterdir()) == []
    assert len(list(Path("archive").iterdir())) == 1, "somebody's archive is only read"


async def test_tidying_removes_what_is_known_to_be_left_over_and_nothing_else(
    db: Database, settings: Settings, audio: AudioStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = await kept(db, settings, audio)
    gone = await kept(db, settings, audio)
    await silence(audio, row, [(0.0, 1.0)])  # and killed before the row was written
    async with db.write() as session:
        await retention.deleting.delete(session, await session.get_one(Recording, gone.id), user_id=1, reason="asked for")  # and killed
    stranger = (await audio.write(987654, now(), b"of a database that is newer than this copy")).key
    Path("recordings/readme.txt").write_text("not ours")
    assert await retention.tidy(db, audio, settings) == 0, "they are too young to tell"
    moment = now() + 2 * DAY
    monkeypatch.setattr(retention, "now", lambda: moment)
    assert await retention.tidy(db, audio, settings) == 2
    assert {key async for key, _ in audio.objects()} == {row.audio_key, stranger, "readme.txt"}


async def test_a_replaced_object_stays_while_the_one_in_its_place_is_missing(
    db: Database, settings: Settings, audio: AudioStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after going back to an older database: better one too many than none."""
    row = await kept(db, settings, audio)
    other = await silence(audio, row, [(0.0, 1.0)])
    await audio.delete(row.audio_key or "")
    moment = now() + 2 * DAY
    monkeypatch.setattr(retention, "now", lambda: moment)
    assert await retention.tidy(db, audio, settings) == 0
    assert [key async for key, _ in audio.objects()] == [other.stored.key]


async def test_files_whose_removal_was_interrupted_are_removed(db: Database) -> None:
    settings = settings_of("sqlite:///unused", recordings_keep_spool=True)
    audio = AudioStore(settings)
    row = await kept(db, settings, audio)
    assert await retention.tidy(db, audio, settings) == 0
    assert len(list(Path("spool").iterdir())) == 1
    await retention.tidy(db, audio, settings_of("sqlite:///unused"))
    assert list(Path("spool").iterdir()) == []
    assert (await row_of(db, row.id)).parts == []
