"""Verify finds every kind of trouble and mends what is well again; rotation ends where it was stopped."""

import asyncio
import os
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from ringdesk.config.settings import Settings
from ringdesk.recordings.keeping import retention, verifying
from ringdesk.recordings.keeping.sealing import fingerprint, new_key
from ringdesk.recordings.keeping.store import AudioMissing, AudioStore
from ringdesk.recordings.keeping.verifying import NoKeySet, Wrong
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database
from tests.command import RINGDESK
from tests.recordings.keeping.shelf import kept, row_of, settings_of


async def verified(db: Database, audio: AudioStore) -> list[Wrong]:
    told: list[tuple[int, int]] = []
    found = [wrong async for wrong in verifying.verify(db, audio, lambda done, total: told.append((done, total)))]
    assert told[-1][0] == told[-1][1]
    return found


async def rotated(db: Database, audio: AudioStore) -> list[Wrong]:
    return [wrong async for wrong in verifying.rotate(db, audio, lambda _done, _total: None)]


def ringdesk(*arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([*RINGDESK, *arguments], env={**os.environ, **environ}, capture_output=True, text=True, check=False)


def path_of(key: str | None) -> Path:
    return Path("recordings") / (key or "")


async def test_verify_names_what_is_damaged_missing_and_unknown(
    db: Database, settings: Settings, audio: AudioStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, damaged, missing = [await kept(db, settings, audio) for _ in range(3)]
    assert await verified(db, audio) == []
    whole = path_of(damaged.audio_key).read_bytes()
    path_of(damaged.audio_key).write_bytes(whole[:500] + bytes([whole[500] ^ 1]) + whole[501:])
    path_of(missing.audio_key).rename("aside")
    shutil.copy(path_of(good.audio_key), "recordings/somebody-elses.txt")
    later = now() + timedelta(hours=2)
    monkeypatch.setattr(retention, "now", lambda: later)
    found = await verified(db, audio)
    assert [(w.what, w.recording_id, w.key) for w in found] == [
        ("damaged", damaged.id, damaged.audio_key),
        ("missing", missing.id, missing.audio_key),
        ("unknown", None, "somebody-elses.txt"),
    ]
    for row in (damaged, missing):
        after = await row_of(db, row.id)
        assert (after.state, after.step) == ("failed", None)
    assert (await row_of(db, good.id)).state == "stored"

    path_of(damaged.audio_key).write_bytes(whole)
    Path("aside").rename(path_of(missing.audio_key))
    assert [w.what for w in await verified(db, audio)] == ["unknown"]
    for row in (damaged, missing):
        after = await row_of(db, row.id)
        assert (after.state, after.step, after.reason) == ("stored", "transcribe", None), "on from where it was"


async def test_rotation_seals_all_with_the_first_key(db: Database, where: str) -> None:
    old, new = new_key(), new_key()
    stores = {
        keys: (made, AudioStore(made))
        for keys in ("", old, f"{new},{old}", new)
        if (made := settings_of("sqlite:///unused", recordings_store=where, recordings_keys=keys))
    }
    plain = await kept(db, *stores[""])
    sealed = await kept(db, *stores[old])
    content = await stores[old][1].read(sealed)
    with pytest.raises(NoKeySet):
        await rotated(db, stores[""][1])
    assert [w.what for w in await rotated(db, stores[new][1])] == ["no_key"], "the old key is still needed"
    assert await rotated(db, stores[f"{new},{old}"][1]) == []
    assert [w.what for w in await verified(db, stores[new][1])] == []
    for row in (plain, sealed):
        after = await row_of(db, row.id)
        assert after.sealed_with == fingerprint(new)
        with pytest.raises(AudioMissing):
            await stores[old][1].read_once(row)
    assert await stores[new][1].read(await row_of(db, sealed.id)) == content
    assert len([key async for key, _ in stores[new][1].objects()]) == 2


async def test_a_stopped_rotation_goes_on(db: Database, settings: Settings, audio: AudioStore) -> None:
    rows = [await kept(db, settings, audio) for _ in range(3)]
    sealed = AudioStore(settings_of("sqlite:///unused", recordings_store="recordings", recordings_keys=new_key()))
    going = verifying.rotate(db, sealed, lambda done, _total: stop() if done == 2 else None)

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await anext(going)
    done = [(await row_of(db, row.id)).sealed_with is not None for row in rows]
    assert done == [True, True, False]
    assert await rotated(db, sealed) == []
    assert await verified(db, sealed) == []
    assert len([key async for key, _ in sealed.objects()]) == 3


def test_the_command_ends_with_one_where_something_is_wrong(sqlite_url: str) -> None:
    async def two() -> list[str | None]:
        db = Database(sqlite_url)
        settings = settings_of(sqlite_url, recordings_store="recordings")
        rows = [await kept(db, settings, AudioStore(settings)) for _ in range(2)]
        await db.close()
        return [row.audio_key for row in rows]

    keys = asyncio.run(two())
    environ = {"RINGDESK_DATABASE_URL": sqlite_url, "RINGDESK_RECORDINGS_STORE": "recordings"}
    good = ringdesk("recordings", "verify", **environ)
    assert (good.returncode, "Every recording is as it was stored" in good.stdout) == (0, True)
    made = ringdesk("recordings", "key", **environ)
    assert made.returncode == 0
    assert ringdesk("recordings", "rotate", **environ).returncode == 1, "no key is set"
    environ["RINGDESK_RECORDINGS_KEYS"] = made.stdout.strip()
    assert ringdesk("recordings", "rotate", **environ).returncode == 0
    (first, *_) = sorted(Path("recordings").rglob("*.opus"))
    assert first.name not in str(keys)
    first.write_bytes(first.read_bytes()[:-1])
    bad = ringdesk("recordings", "verify", **environ)
    assert bad.returncode == 1
    assert "damaged" in bad.stdout
    assert "One thing is wrong." in bad.stdout
    assert ringdesk("recordings", "retention", "--dry-run", **environ).stdout.strip() == "0 recordings would be deleted."
