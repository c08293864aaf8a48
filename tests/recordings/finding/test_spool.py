"""The watched folder: real files, real inotify; what is half-written waits, and what is no file is never touched."""

import asyncio
import io
import os
import wave
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ringdesk.recordings.finding import spool as spools
from ringdesk.recordings.finding.spool import Recorded, Spool
from tests.recordings.finding.past import lay

OLD = 2 * spools.STALLED


class Watched:
    """A spool and what was taken from it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.taken: dict[str, set[str]] = {}
        self.busy: set[str] = set()
        self.away = False
        self._some = asyncio.Event()

    async def take(self, ready: list[Recorded]) -> None:
        if self.away:
            raise OSError("the database is away")
        for name, parts in ready:
            self.taken[name] = {part.role for part in parts}
        self._some.set()

    async def is_busy(self, paths: list[str]) -> bool:
        return bool(self.busy & {Path(path).name for path in paths})

    async def until(self, *names: str) -> None:
        async with asyncio.timeout(15):
            while not self.taken.keys() >= set(names):
                self._some.clear()
                await self._some.wait()


Watching = Callable[..., Awaitable[tuple[Watched, Spool]]]


@pytest.fixture
async def watching(tmp_path: Path) -> AsyncIterator[Watching]:
    """Begins to watch the folder `spool`; stopped in the end, with its thread."""
    tasks: list[asyncio.Task[None]] = []

    async def begin(*, quiet: float = 0.3, sweep_every: float = 0.2) -> tuple[Watched, Spool]:
        watched = Watched(tmp_path / "spool")
        spool = Spool(watched.folder, watched.take, watched.is_busy, quiet=quiet, sweep_every=sweep_every)
        tasks.append(asyncio.create_task(spool.run(), name="spool"))
        return watched, spool

    (tmp_path / "spool").mkdir()
    yield begin
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def seen(spool: Spool) -> AsyncIterator[None]:
    """After the kernel watches: what is written from now on is told by it."""
    async with asyncio.timeout(10):
        while not spool.watching:
            await asyncio.sleep(0.01)
    yield


async def test_a_closed_recording_is_taken_with_its_legs(watching: Watching) -> None:
    watched, spool = await watching(quiet=60.0, sweep_every=60.0)
    async with seen(spool):
        day = watched.folder / "2026/11/21"
        day.mkdir(parents=True)
        await asyncio.sleep(0.2)  # the kernel's word on a new folder comes first
        files = [(day / f"call{end}").open("wb") for end in (".wav", "-in.wav", "-out.wav")]
        for file in files:
            file.write(b"sound")
            file.flush()
        await asyncio.sleep(0.5)
        assert watched.taken == {}, "half-written files wait"
        for file in files:
            file.close()
    await watched.until("2026/11/21/call.wav")
    assert watched.taken == {"2026/11/21/call.wav": {"mixed", "received", "transmitted"}}


async def test_one_open_leg_keeps_the_whole_recording_waiting(watching: Watching) -> None:
    watched, spool = await watching(quiet=60.0, sweep_every=60.0)
    async with seen(spool):
        leg = (watched.folder / "call-in.wav").open("wb")
        leg.write(b"s")
        lay(watched.folder, "call.wav")
        await asyncio.sleep(0.5)
        assert watched.taken == {}
        leg.close()
    await watched.until("call.wav")


async def test_a_file_that_was_renamed_into_place_is_complete(watching: Watching) -> None:
    """As rsync and our own mv do."""
    watched, spool = await watching(quiet=60.0, sweep_every=60.0)
    async with seen(spool):
        lay(watched.folder, ".call.wav.part").rename(watched.folder / "call.wav")
    await watched.until("call.wav")


async def test_what_was_there_before_is_taken_at_once(watching: Watching, tmp_path: Path) -> None:
    lay(tmp_path / "spool", "2025/old.wav", age=OLD)
    lay(tmp_path / "spool", "2025/old-in.wav", age=OLD)
    lay(tmp_path / "spool", "2025/old-out.wav", age=OLD)
    watched, _ = await watching(quiet=60.0, sweep_every=60.0)
    await watched.until("2025/old.wav")
    assert watched.taken["2025/old.wav"] == {"mixed", "received", "transmitted"}


async def test_a_fresh_file_that_nobody_saw_closed_waits_until_it_is_quiet(watching: Watching, tmp_path: Path) -> None:
    growing = lay(tmp_path / "spool", "call.wav").open("ab")
    watched, _ = await watching(quiet=0.6, sweep_every=60.0)
    with growing:
        for _ in range(8):
            await asyncio.sleep(0.2)
            growing.write(b"more")
            growing.flush()
            assert watched.taken == {}
    await watched.until("call.wav")


def half_written(seconds: float = 2.0) -> bytes:
    """A WAV as Asterisk has it until it closes the file: its head says nothing of the audio behind it."""
    whole = asterisk_wav(seconds)
    return whole[:4] + bytes(4) + whole[8:40] + bytes(4) + whole[44:]


def asterisk_wav(seconds: float = 2.0) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(bytes(int(seconds * 16_000)))
    return file.getvalue()


async def test_a_file_that_was_made_here_waits_for_its_writer(watching: Watching) -> None:
    """However long it does not change: MixMonitor's b writes nothing while the caller waits in the next queue."""
    watched, spool = await watching(quiet=0.2, sweep_every=0.2)
    async with seen(spool):
        with (watched.folder / "call-in.gsm").open("wb") as file:
            file.write(b"first words")
            file.flush()
            await asyncio.sleep(1.5)
            assert watched.taken == {}
    await watched.until("call-in.gsm")


@pytest.mark.parametrize("begun", [b"", half_written()], ids=["nothing", "no length"])
async def test_a_wav_without_its_length_waits_though_the_kernel_tells_nothing(
    begun: bytes, watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a network folder, and where the call began before Ringdesk did."""
    monkeypatch.setattr(spools._Watch, "begin", lambda _self: False)
    watched, _ = await watching(quiet=0.2, sweep_every=0.1)
    lay(watched.folder, "call.wav", asterisk_wav())
    lay(watched.folder, "call-in.wav", begun)
    await asyncio.sleep(1.5)
    assert watched.taken == {}
    lay(watched.folder, "call-in.wav", asterisk_wav())
    await watched.until("call.wav")


async def test_what_a_dead_writer_left_behind_is_taken_in_the_end(watching: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spools, "STALLED", 1.5)
    monkeypatch.setattr(spools._Watch, "begin", lambda _self: False)
    watched, _ = await watching(quiet=0.1, sweep_every=0.1)
    lay(watched.folder, "call.wav", half_written())
    await asyncio.sleep(0.8)
    assert watched.taken == {}
    await watched.until("call.wav")


async def test_what_the_pbx_still_writes_is_left_alone(watching: Watching, tmp_path: Path) -> None:
    """MixMonitor's b writes nothing while the caller waits: quiet for long, and not over."""
    lay(tmp_path / "spool", "call.wav", age=OLD)
    watched, spool = await watching(quiet=0.2, sweep_every=0.2)
    watched.busy.add("call.wav")
    await asyncio.sleep(1.0)
    assert watched.taken == {}
    watched.busy.clear()
    spool.hurry("call.wav")
    await watched.until("call.wav")


async def test_a_folder_of_the_network_is_swept(watching: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the kernel tells nothing."""
    monkeypatch.setattr(spools._Watch, "begin", lambda _self: False)
    watched, _ = await watching()
    lay(watched.folder, "a/call.wav")
    await watched.until("a/call.wav")


async def test_the_folder_may_come_later(watching: Watching, tmp_path: Path) -> None:
    (tmp_path / "spool").rmdir()
    watched, _ = await watching()
    await asyncio.sleep(0.3)
    lay(watched.folder, "call.wav")
    await watched.until("call.wav")


async def test_nothing_is_lost_while_the_database_is_away(watching: Watching) -> None:
    watched, spool = await watching(quiet=60.0)
    async with seen(spool):
        watched.away = True
        lay(watched.folder, "call.wav")
        await asyncio.sleep(0.5)
        watched.away = False
    await watched.until("call.wav")


async def test_the_same_name_with_another_sound_is_another_recording(watching: Watching) -> None:
    watched, spool = await watching(quiet=60.0)
    async with seen(spool):
        lay(watched.folder, "call.wav", b"one")
        await watched.until("call.wav")
        watched.taken.clear()
        lay(watched.folder, "call.wav", b"another")
    await watched.until("call.wav")


def _unread(path: Path) -> tuple[int, ...]:
    """What would change if somebody wrote there; when it was read does not count."""
    there = path.lstat()
    return (*_owned(there), there.st_nlink, there.st_size, there.st_mtime_ns, there.st_ctime_ns)


def _owned(there: os.stat_result) -> tuple[int, ...]:
    return there.st_mode, there.st_ino, there.st_uid, there.st_gid


async def test_hostile_names_and_things_are_passed_over(watching: Watching, tmp_path: Path) -> None:
    folder, secret = tmp_path / "spool", lay(tmp_path, "outside/secret.wav", age=OLD)
    (folder / "link.wav").symlink_to(secret)
    (folder / "linked").symlink_to(secret.parent)
    (folder / "dangling.wav").symlink_to(tmp_path / "nowhere.wav")
    (folder / "folder.wav").mkdir()
    os.mkfifo(folder / "pipe.wav")
    lay(folder, "new\nline.wav", age=OLD)
    lay(folder, "esc\x1b[2Jape.wav", age=OLD)
    Path(os.fsdecode(os.fsencode(folder) + b"/not-utf8-\xff.wav")).write_bytes(b"x")
    lay(folder, "notes.txt", age=OLD)
    lay(folder, ".hidden.wav", age=OLD)
    lay(folder, "folder.wav/inside.wav", age=OLD)
    lay(folder, "empty.wav", b"", age=OLD)
    before = {path: _unread(path) for path in tmp_path.rglob("*") if path != folder}
    itself = _owned(folder.lstat())  # its times change with what is laid there below
    watched, spool = await watching()
    async with seen(spool):
        (folder / "later.wav").symlink_to(secret)
        os.mkfifo(folder / "later-in.wav")
        lay(folder, "good.wav")
    await watched.until("good.wav", "empty.wav", "folder.wav/inside.wav")
    await asyncio.sleep(0.6)
    assert watched.taken.keys() == {"good.wav", "empty.wav", "folder.wav/inside.wav"}, (
        "an empty file is a recording that failed, and is told so"
    )
    assert {path: _unread(path) for path in before} == before
    assert _owned(folder.lstat()) == itself
    assert secret.read_bytes() == b"sound"
