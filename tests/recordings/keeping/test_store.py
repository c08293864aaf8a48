"""What is written comes back as it was, from a folder and from S3, plain and sealed; or it is said why not."""

import asyncio
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from ringdesk.config.settings import BadSettings, load
from ringdesk.recordings.keeping import store as stores
from ringdesk.recordings.keeping.sealing import NoKey, new_key
from ringdesk.recordings.keeping.store import AudioDamaged, AudioMissing, AudioStore, NoAudio, StoreAway, Stored
from ringdesk.storage.base import now
from tests.recordings.keeping.shelf import settings_of

PLAIN = b"OggS" + bytes(range(256)) * 400


@dataclass(frozen=True)
class Row:
    id: int
    audio_key: str | None
    sha256: str | None
    size: int | None
    sealed_with: str | None


def row(stored: Stored) -> Row:
    return Row(7, stored.key, stored.sha256, stored.size, stored.sealed_with)


def made(where: str, *keys: str) -> AudioStore:
    return AudioStore(settings_of("sqlite:///unused", recordings_store=where, recordings_keys=",".join(keys)))


@pytest.mark.parametrize("sealed", [False, True])
async def test_what_is_written_comes_back(where: str, key: str, sealed: bool) -> None:
    store = made(where, *([key] if sealed else []))
    at = now()
    stored = await store.write(7, at, PLAIN)
    assert stored.key.startswith(f"{at:%Y/%m/%d}/7-")
    assert (stored.size == len(PLAIN)) != sealed
    assert (stored.sealed_with is not None) == sealed
    assert await store.read(row(stored)) == await store.read_once(row(stored)) == PLAIN
    again = made(where, *([key] if sealed else []))
    assert await again.read(row(stored)) == PLAIN
    assert [name async for name, _ in again.objects()] == [stored.key]
    await again.delete(stored.key)
    await again.delete(stored.key)
    with pytest.raises(AudioMissing):
        await again.read(row(stored))
    assert [name async for name, _ in again.objects()] == []


async def test_two_writes_of_one_recording_never_meet(where: str) -> None:
    store = made(where)
    one, two = await asyncio.gather(store.write(7, now(), PLAIN), store.write(7, now(), PLAIN[:100]))
    assert one.key != two.key
    assert await store.read(row(two)) == PLAIN[:100]


async def test_a_sealed_object_tells_nothing(key: str) -> None:
    stored = await made("recordings", key).write(7, now(), PLAIN)
    there = (Path("recordings") / stored.key).read_bytes()
    assert PLAIN[:4] not in there
    assert key.encode() not in there
    assert Path("recordings").stat().st_mode & 0o777 == 0o700


async def test_keys_open_what_they_sealed_wherever_they_stand(key: str) -> None:
    stored = await made("recordings", key).write(7, now(), PLAIN)
    newer = new_key()
    store = made("recordings", newer, key)
    assert await store.read(row(stored)) == PLAIN
    assert (await store.write(8, now(), PLAIN)).sealed_with != stored.sealed_with
    with pytest.raises(NoKey, match=stored.sealed_with):
        await made("recordings", newer).read(row(stored))
    with pytest.raises(NoKey):
        await made("recordings").read(row(stored))


@pytest.mark.parametrize("sealed", [False, True])
async def test_a_flipped_byte_or_a_wrong_length_is_never_handed_out(key: str, sealed: bool) -> None:
    store = made("recordings", *([key] if sealed else []))
    stored = await store.write(7, now(), PLAIN)
    path = Path("recordings") / stored.key
    whole = path.read_bytes()
    for damaged in (whole[:1000] + bytes([whole[1000] ^ 1]) + whole[1001:], whole[:-1], whole + b"\0", b""):
        path.write_bytes(damaged)
        with pytest.raises(AudioDamaged):
            await store.read(row(stored))
    path.write_bytes(whole)
    assert await store.read(row(stored)) == PLAIN
    with pytest.raises(AudioDamaged):
        await made("recordings", *([key] if sealed else [])).read(replace(row(stored), sha256="0" * 64))


async def test_a_row_without_audio_has_none() -> None:
    with pytest.raises(NoAudio):
        await made("recordings").read(Row(7, None, None, None, None))


async def test_a_folder_that_is_gone_is_not_a_missing_recording() -> None:
    store = made("recordings")
    stored = await store.write(7, now(), PLAIN)
    shutil.move("recordings", "elsewhere")
    with pytest.raises(StoreAway, match="is not there"):
        await store.read(row(stored))
    shutil.move("elsewhere", "recordings")
    assert await store.read(row(stored)) == PLAIN


async def test_a_place_that_cannot_be_one_is_said() -> None:
    Path("file").write_text("not a folder")
    for where in ("file", "file/below", "/proc/nowhere"):
        with pytest.raises(StoreAway):
            await made(where).write(7, now(), PLAIN)


async def test_a_bucket_that_is_not_there_and_an_s3_that_does_not_answer(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = await made(f"s3://{bucket}").write(7, now(), PLAIN)
    for broken in (made("s3://no-such-bucket"), made("s3://no-such-bucket")):
        with pytest.raises(StoreAway, match="404"):
            await broken.write(7, now(), PLAIN)
        with pytest.raises(StoreAway):
            await broken.read(row(stored))
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(StoreAway):
        await made(f"s3://{bucket}").read(row(stored))


async def test_a_full_store_keeps_nothing_half(tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(full)], capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("only root may mount a small file system")
    try:
        store = made(str(full))
        with pytest.raises(StoreAway, match="No space"):
            await store.write(7, now(), PLAIN)
        assert [name async for name, _ in store.objects()] == []
        assert await store.read(row(await store.write(8, now(), PLAIN[:1000]))) == PLAIN[:1000]
    finally:
        subprocess.run(["umount", str(full)], check=True)


async def test_opened_audio_is_kept_at_hand_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "OPENED", 250)
    store = made("recordings")
    rows = [row(await store.write(i, now(), bytes([i]) * 100)) for i in range(4)]
    for one in rows:
        await store.read(one)
    shutil.rmtree("recordings")
    assert await store.read(rows[3]) == bytes([3]) * 100
    with pytest.raises(StoreAway):
        await store.read(rows[0])
    assert await asyncio.gather(*(store.read(rows[3]) for _ in range(20))) == [bytes([3]) * 100] * 20


@pytest.mark.parametrize("wrong", ["short", "x" * 44, "a,b"])
def test_a_key_that_is_none_stops_the_start(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("RINGDESK_RECORDINGS_KEYS", wrong)
    with pytest.raises(BadSettings, match="RECORDINGS_KEYS: must be keys") as caught:
        load()
    assert wrong not in str(caught.value)


@pytest.mark.parametrize("wrong", ["ftp://host/x", "s3:///nothing", "s3://"])
def test_a_store_of_another_kind_stops_the_start(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("RINGDESK_RECORDINGS_STORE", wrong)
    with pytest.raises(BadSettings, match="RECORDINGS_STORE: must be a folder"):
        load()
