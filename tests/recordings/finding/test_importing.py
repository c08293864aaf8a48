"""`ringdesk import recordings DIR`: old files of any age, once each, with or without a call, and nothing of theirs is changed."""

import asyncio
import os
import signal
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ringdesk.recordings.finding import importing
from ringdesk.recordings.finding.importing import NoFolder, OurOwnFolder, Summary
from ringdesk.recordings.keeping import deleting
from ringdesk.recordings.models import Recording
from ringdesk.storage.engine import Database
from tests.command import RINGDESK
from tests.recordings.finding.past import CALLER, EPOCH, ORIGIN, START, agents, call, lay, talk
from tests.recordings.sound import AGENT, CUSTOMER, tone, wav


async def take(db: Database, folder: Path, *, stop_after: int = 10**9, ours: tuple[Path, ...] = ()) -> Summary:
    stop = asyncio.Event()
    told = []

    def tell(so_far: importing.Progress) -> None:
        told.append(so_far)
        if so_far.recordings >= stop_after:
            stop.set()

    summary = await importing.import_folder(db, folder, ORIGIN, ours=ours, stop=stop, tell=tell)
    assert all(so_far.done <= so_far.total for so_far in told)
    return summary


async def rows(db: Database) -> list[Recording]:
    async with db.read() as session:
        return list(await session.scalars(select(Recording).order_by(Recording.name)))


def archive(folder: Path) -> None:
    """What a PBX kept over the years."""
    sound = wav(tone(AGENT, 2.0))
    lay(folder, f"2019/{EPOCH}.1.wav", sound)
    lay(folder, f"2019/{EPOCH}.1-in.wav", wav(tone(CUSTOMER, 2.0)))
    lay(folder, f"2019/{EPOCH}.1-out.wav", wav(tone(AGENT, 2.0)))
    lay(folder, f"20261121-120010_{CALLER}_1001-all.wav", wav(tone(AGENT, 2.5)))
    lay(folder, "nobody-knows.wav", wav(tone(AGENT, 3.0)))
    lay(folder, "a copy/of/nobody-knows.wav", wav(tone(AGENT, 3.0)))
    lay(folder, "broken.wav", b"this is a letter")
    lay(folder, "empty.gsm", b"")
    lay(folder, "notes.txt", b"...")


async def test_an_archive_is_taken_in_once(db: Database, tmp_path: Path) -> None:
    archive(tmp_path / "archive")
    before = {path: (path.lstat().st_size, path.lstat().st_mtime_ns) for path in (tmp_path / "archive").rglob("*")}
    async with db.write() as session:
        by_name, by_number = call(session, f"{EPOCH}.1", number="+380449999999"), call(session, "other")
        talk(session, by_number, 7, 5, 50)
    first = await take(db, tmp_path / "archive")
    assert first == Summary(matched=2, unmatched=1, known=1, not_audio=2, other=1)
    again = await take(db, tmp_path / "archive")
    assert again == Summary(known=4, not_audio=2, other=1)
    found = {row.name: row for row in await rows(db)}
    assert {row.call_id for row in found.values()} == {by_name, by_number, None}
    whole = found[f"2019/{EPOCH}.1.wav"]
    assert (whole.call_id, len(whole.parts), whole.channels, whole.source) == (by_name, 3, 2, "import")
    assert await agents(db, found[f"20261121-120010_{CALLER}_1001-all.wav"].id) == {7}
    assert {path: (path.lstat().st_size, path.lstat().st_mtime_ns) for path in before} == before


async def test_what_was_deleted_is_not_taken_in_again(db: Database, tmp_path: Path) -> None:
    """After an erasure, or by retention: the archive still has it."""
    lay(tmp_path / "archive", "one.wav", wav(tone(AGENT, 2.0)))
    lay(tmp_path / "archive", "two.wav", wav(tone(CUSTOMER, 2.0)))
    await take(db, tmp_path / "archive")
    async with db.write() as session:
        one, _ = await session.scalars(select(Recording).order_by(Recording.name))
        await deleting.delete(session, one, user_id=1, reason="asked for")
    assert await take(db, tmp_path / "archive") == Summary(known=1, deleted=1)
    assert [row.name for row in await rows(db)] == ["two.wav"]


async def test_the_end_of_a_file_and_its_length_say_when_it_began(db: Database, tmp_path: Path) -> None:
    """Neither the PBX nor the name says the time; the number fits one call, in which the sound must have room."""
    path = lay(tmp_path / "archive", f"rec_{CALLER}.wav", wav(tone(AGENT, 20.0)))
    os.utime(path, (START.timestamp() + 50, START.timestamp() + 50))
    async with db.write() as session:
        theirs = call(session, "one", length=52)
        call(session, "too-short", start=40, length=9)
    await take(db, tmp_path / "archive")
    (row,) = await rows(db)
    assert row.call_id == theirs
    assert (row.started_at - START).total_seconds() == pytest.approx(30, abs=0.1)


async def test_an_interrupted_import_goes_on(db: Database, tmp_path: Path) -> None:
    archive(tmp_path / "archive")
    assert (await take(db, tmp_path / "archive", stop_after=2)).interrupted
    await take(db, tmp_path / "archive")
    assert len(await rows(db)) == 3


async def test_what_is_no_file_is_left_alone(db: Database, tmp_path: Path) -> None:
    secret = lay(tmp_path, "outside/secret.wav", wav(tone(AGENT, 1.0)))
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "link.wav").symlink_to(secret)
    (folder / "linked").symlink_to(secret.parent)
    os.mkfifo(folder / "pipe.wav")
    (folder / "folder.wav").mkdir()
    lay(folder, "esc\x1bape.wav", wav(tone(AGENT, 1.0)))
    assert await take(db, folder) == Summary(other=3)
    assert await rows(db) == []


async def test_our_own_folders_are_not_imported(db: Database, tmp_path: Path) -> None:
    (tmp_path / "spool" / "2026").mkdir(parents=True)
    with pytest.raises(OurOwnFolder):
        await take(db, tmp_path / "spool" / "2026", ours=(tmp_path / "spool",))
    with pytest.raises(NoFolder):
        await take(db, tmp_path / "nowhere")


async def test_the_command_is_killed_and_run_again(sqlite_url: str, tmp_path: Path) -> None:
    for n in range(60):
        lay(tmp_path / "archive", f"old-{n}.wav", wav(tone(AGENT, 1.0 + n / 100)))
    environment = {**os.environ, "RINGDESK_DATABASE_URL": sqlite_url, "RINGDESK_COUNTRY": "UA"}
    command = [*RINGDESK, "import", "recordings", str(tmp_path / "archive")]
    db = Database(sqlite_url)

    async def count() -> int:
        async with db.read() as session:
            return await session.scalar(select(func.count()).select_from(Recording)) or 0

    process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    async with asyncio.timeout(60):
        while await count() < 3:
            await asyncio.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    await process.communicate()
    process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, _ = await process.communicate()
    assert process.returncode == 0
    assert await count() == 60
    told = {line.split(maxsplit=1)[1].strip(): int(line.split()[0]) for line in out.decode().splitlines() if line.strip()}
    assert sum(told.values()) == 60
    assert told["there already"] >= 3
    await db.close()
