"""Recordings sent by `POST /api/v1/recordings`: streamed, clean, once, or refused for a reason; and the PBX's script that sends them."""

import asyncio
import io
import os
import resource
import wave
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from ringdesk.agents.rights import Role
from ringdesk.recordings.finding import hints, inbox, take_in, timing
from ringdesk.recordings.finding.matching import Origin
from ringdesk.recordings.finding.take_in import Found
from ringdesk.recordings.models import Recording
from ringdesk.storage.engine import Database
from ringdesk.web import upload
from tests.house import Running, running, settings_for
from tests.recordings.finding.past import EPOCH, START, call

SECOND = 16_000  # bytes


def wav(seconds: float = 1.0, sample: int = 0) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(sample.to_bytes(2, "little") * int(seconds * 8000))
    return file.getvalue()


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[Running]:
    """Its store is gone: what was sent in waits in the inbox."""
    (gone := tmp_path / "gone").touch()
    settings = settings_for(database_url, recordings_inbox=tmp_path / "inbox", recordings_store=str(gone / "store"), workers=0)
    async with running(settings) as found:
        await found.add_user("pbx", Role.PBX)
        await found.add_user("boss", Role.MANAGER)
        await found.add_user("1001", Role.AGENT, interface="PJSIP/1001")
        yield found


async def send(desk: Running, *parts: tuple[str, bytes | str, str], who: str = "pbx") -> tuple[int, dict[str, Any]]:
    """`parts` are (field, content, file name); without a name it is a field."""
    form = aiohttp.FormData(default_to_multipart=True)
    for field, content, name in parts:
        form.add_field(field, content, **({"filename": name, "content_type": "audio/wav"} if name else {}))
    async with desk.api(who).post("/api/v1/recordings", data=form) as answer:
        return answer.status, await answer.json()


async def rows(desk: Running) -> list[Recording]:
    async with desk.house.db.read() as session:
        return list(await session.scalars(select(Recording).order_by(Recording.id)))


async def test_a_recording_sent_twice_is_one(desk: Running, tmp_path: Path) -> None:
    async with desk.house.db.write() as session:
        call_id = call(session, f"{EPOCH}.1")
        await hints.began(session, f"/var/spool/asterisk/monitor/{EPOCH}.1.wav", call_id, f"{EPOCH}.1", "agent", START)
    legs: list[tuple[str, bytes | str, str]] = [
        ("received", wav(1, 1), f"{EPOCH}.1-in.wav"),
        ("transmitted", wav(1, 2), f"{EPOCH}.1-out.wav"),
        ("id", f"{EPOCH}.1", ""),
    ]
    first, again = await send(desk, *legs), await send(desk, *reversed(legs))
    assert (first[0], again[0]) == (201, 200)
    assert first[1]["id"] == again[1]["id"]
    assert (first[1]["call_id"], first[1]["channels"], first[1]["source"]) == (call_id, 2, "upload")
    assert (first[1]["caller"], first[1]["customer"]) == (None, None), "the PBX's token is to tell nothing of people"
    (row,) = await rows(desk)
    assert (row.side, row.started_at) == ("agent", START), "the PBX's word on the channel"
    assert {part["role"]: Path(part["path"]).read_bytes() for part in row.parts} == {"received": wav(1, 1), "transmitted": wav(1, 2)}
    assert len(list((tmp_path / "inbox").iterdir())) == 1


async def test_two_sendings_at_once_are_one_with_its_files(desk: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second comes while the first is still being looked at: what the row says of the files must be true of those that stay."""
    wanted: list[tuple[str, bytes | str, str]] = [("mixed", wav(1), "x.wav")]
    slow, timed = asyncio.Event(), timing.timed

    async def slowly(db: Database, found: Found, origin: Origin) -> Found:
        await asyncio.sleep(0.5 if slow.is_set() else 1.0)
        slow.set()
        return await timed(db, found, origin)

    monkeypatch.setattr(upload, "timed", slowly)
    first = asyncio.create_task(send(desk, *wanted))
    await asyncio.sleep(0.4)
    again = await send(desk, *wanted)
    assert (await first)[1]["id"] == again[1]["id"]
    (row,) = await rows(desk)
    (part,) = row.parts
    assert Path(part["path"]).stat().st_mtime_ns == int(part["mtime_ns"])
    assert [path.name for path in (tmp_path / "inbox").rglob("*.*")] == ["mixed.wav"]


async def test_what_was_stored_meanwhile_leaves_no_second_copy(desk: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It came by another way while this sending was being looked at."""
    timed = timing.timed

    async def overtaken(db: Database, found: Found, origin: Origin) -> Found:
        async with db.write() as session:
            row, _ = await take_in.take_in(session, found, origin)
            row.state, row.parts = "stored", []
        return await timed(db, found, origin)

    monkeypatch.setattr(upload, "timed", overtaken)
    assert (await send(desk, ("mixed", wav(1), "x.wav")))[0] == 200
    assert list((tmp_path / "inbox").iterdir()) == []


async def test_what_was_deleted_is_not_taken_in_again(desk: Running, tmp_path: Path) -> None:
    _, first = await send(desk, ("mixed", wav(1), "x.wav"))
    async with desk.api("boss").delete(f"/api/v1/recordings/{first['id']}") as answer:
        assert answer.status == 204
    status, body = await send(desk, ("mixed", wav(1), "x.wav"))
    assert (status, body["type"]) == (410, "urn:ringdesk:problem:recording_deleted")
    assert await rows(desk) == []
    assert list((tmp_path / "inbox").rglob("*.wav")) == []


async def test_a_long_one_is_streamed(desk: Running) -> None:
    """Longer than any other body may be, and never in memory as a whole."""
    status, view = await send(desk, ("mixed", wav(600), "long.wav"), ("started_at", "2026-11-21T12:00:00+02:00", ""))
    assert (status, view["call_id"], view["started_at"]) == (201, None, "2026-11-21T10:00:00Z")


@pytest.mark.parametrize(
    "name", ["../../etc/cron.d/evil.wav", "/etc/passwd.wav", "..\\..\\boot.wav", "x" * 500 + ".wav", "-rf .wav", "ж.wav"]
)
async def test_a_name_is_never_a_path(name: str, desk: Running, tmp_path: Path) -> None:
    status, _ = await send(desk, ("mixed", wav(), name))
    assert status == 201
    (row,) = await rows(desk)
    (part,) = row.parts
    assert Path(part["path"]).parent.parent == tmp_path / "inbox"
    assert Path(part["path"]).name == "mixed.wav"
    assert "/" not in row.name
    assert not {path.name for path in tmp_path.iterdir()} - {"gone", "inbox", "ringdesk.db", "ringdesk.db-wal", "ringdesk.db-shm"}


@pytest.mark.parametrize(
    ("parts", "status", "problem"),
    [
        ([("mixed", b"GIF89a" + bytes(100), "x.wav")], 415, "unknown_audio"),
        ([("mixed", wav(), "x.exe")], 415, "unknown_audio"),
        ([("mixed", wav(), "")], 415, "unknown_audio"),
        ([("id", "1", "")], 422, "bad_sending"),
        ([("mixed", wav(), "x.wav"), ("mixed", wav(), "y.wav")], 422, "bad_sending"),
        ([("mixed", wav(), "x.wav"), ("other", "1", "")], 422, "bad_sending"),
        ([("mixed", wav(), "x.wav"), ("id", "a b", "")], 422, "invalid_request"),
        ([("mixed", wav(), "x.wav"), ("id", "1" * 2000, "")], 422, "bad_sending"),
        ([("mixed", wav(), "x.wav"), ("side", "nobody", "")], 422, "invalid_request"),
        ([("mixed", wav(), "x.wav"), ("started_at", "yesterday", "")], 422, "invalid_request"),
    ],
)  # fmt: skip
async def test_what_is_refused_and_leaves_nothing(
    parts: list[tuple[str, bytes | str, str]], status: int, problem: str, desk: Running, tmp_path: Path
) -> None:
    found, body = await send(desk, *parts)
    assert (found, body["type"]) == (status, f"urn:ringdesk:problem:{problem}")
    assert await rows(desk) == []
    assert list((tmp_path / "inbox").iterdir()) == []


async def test_too_long(desk: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "LONGEST", 2 * SECOND)
    status, body = await send(desk, ("mixed", wav(3), "x.wav"))
    assert (status, body["type"]) == (413, "urn:ringdesk:problem:recording_too_long")
    assert list((tmp_path / "inbox").iterdir()) == []


@pytest.fixture
def little_room() -> Iterator[None]:
    """No file may grow beyond 3 MB: the disk is full for what is longer."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("little_room")
async def test_a_full_disk_is_told_and_leaves_nothing(desk: Running, tmp_path: Path) -> None:
    status, body = await send(desk, ("mixed", wav(300), "x.wav"))
    assert (status, body["type"]) == (503, "urn:ringdesk:problem:inbox_full")
    assert list((tmp_path / "inbox").iterdir()) == []
    assert await rows(desk) == []


async def test_an_inbox_that_is_gone_is_told(desk: Running, tmp_path: Path) -> None:
    (tmp_path / "inbox").write_text("a file")
    status, body = await send(desk, ("mixed", wav(), "x.wav"))
    assert (status, body["type"]) == (503, "urn:ringdesk:problem:inbox_away")


async def test_a_sending_that_breaks_off_leaves_nothing(desk: Running, tmp_path: Path) -> None:
    async def half() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="mixed"; filename="x.wav"\r\n\r\n' + wav(1)
        await asyncio.sleep(0.2)
        raise ConnectionResetError

    with pytest.raises((aiohttp.ClientError, ConnectionResetError)):
        await desk.api("pbx").post("/api/v1/recordings", data=half(), headers={"Content-Type": "multipart/form-data; boundary=x"})
    async with asyncio.timeout(5):
        while (tmp_path / "inbox").is_dir() and list((tmp_path / "inbox").iterdir()):
            await asyncio.sleep(0.05)
    assert await rows(desk) == []


async def test_only_who_may_add_recordings(desk: Running) -> None:
    assert (await send(desk, ("mixed", wav(), "x.wav"), who="1001"))[0] == 403
    async with desk.api("pbx").post("/api/v1/recordings", json={}) as answer:
        assert answer.status == 415


async def test_leftovers_of_interrupted_senders_go(tmp_path: Path) -> None:
    """And folders whose recording is in the store."""
    for name in ("old.part", "new.part", "waiting", "stored", "just_stored"):
        (tmp_path / name).mkdir()
    for name in ("old.part", "waiting"):
        (tmp_path / name / "mixed.wav").touch()
    for name in ("old.part", "waiting", "stored"):
        os.utime(tmp_path / name, times=(0, 0))
    await inbox.tidy(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"new.part", "waiting", "just_stored"}
