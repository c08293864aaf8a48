"""Ranges, links, listens: what goes out, to whom, for how long, and what is written of it."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import func, select, update

from ringdesk.agents import accounts
from ringdesk.recordings.keeping import links as linking
from ringdesk.recordings.keeping import playing
from ringdesk.recordings.models import Listen, Recording
from ringdesk.storage.base import now
from tests.house import Running
from tests.recordings.keeping.shelf import called, change, found, kept, row_of

API = "/api/v1"


@pytest_asyncio.fixture
async def recording(house: Running) -> Recording:
    call = await called(house.house.db)
    return await kept(house.house.db, house.house.settings, house.house.audio, agents=(house.ids["anna"],), call_id=call)


async def asked(house: Running, who: str | None, path: str, method: str = "GET", **headers: str) -> tuple[int, Mapping[str, str], bytes]:
    async with house.api(who).request(method, API + path, headers={k.replace("_", "-"): v for k, v in headers.items()}) as answer:
        return answer.status, answer.headers, await answer.read()


async def problem(house: Running, who: str | None, path: str) -> tuple[int, str]:
    async with house.api(who).get(API + path) as answer:
        return answer.status, (await answer.json())["type"].rpartition(":")[2]


async def link(house: Running, who: str, recording_id: int, **body: Any) -> str:
    async with house.api(who).post(f"{API}/recordings/{recording_id}/link", json=body) as answer:
        assert answer.status == 200, await answer.text()
        return str((await answer.json())["url"]).removeprefix(API)


async def listens(house: Running) -> list[tuple[int, bool]]:
    async with house.house.db.read() as session:
        rows = (await session.scalars(select(Listen).order_by(Listen.id))).all()
    return [(row.user_id, row.downloaded) for row in rows]


async def test_parts_of_the_audio(house: Running, recording: Recording) -> None:
    path = f"/recordings/{recording.id}/audio"
    status, headers, whole = await asked(house, "anna", path)
    size = len(whole)
    assert (status, headers["Content-Type"], headers["Accept-Ranges"]) == (200, "audio/ogg", "bytes")
    assert headers["Cache-Control"] == "private, no-store"
    assert whole[:4] == b"OggS"
    assert hashlib.sha256(whole).hexdigest() == recording.sha256
    etag = headers["ETag"]
    for asked_for, first, last in (
        ("bytes=0-99", 0, 99),
        ("bytes=100-", 100, size - 1),
        ("bytes=-50", size - 50, size - 1),
        (f"bytes=10-{size * 9}", 10, size - 1),
        (f"bytes=-{size * 9}", 0, size - 1),
        (f"bytes={size - 1}-{size - 1}", size - 1, size - 1),
    ):
        status, headers, part = await asked(house, "anna", path, Range=asked_for)
        assert (status, headers["Content-Range"]) == (206, f"bytes {first}-{last}/{size}"), asked_for
        assert part == whole[first : last + 1]
    for beyond in (f"bytes={size}-", f"bytes={size + 5}-{size + 9}", "bytes=-0"):
        status, headers, part = await asked(house, "anna", path, Range=beyond)
        assert (status, headers["Content-Range"], part) == (416, f"bytes */{size}", b""), beyond
    for nothing in ("bytes=5-2", "bytes=-", "bytes=a-b", "items=0-5", "bytes=0-1,5-9", "bytes", "bytes=" + "9" * 30 + "-"):
        assert (await asked(house, "anna", path, Range=nothing))[::2] == (200, whole), nothing
    assert (await asked(house, "anna", path, Range="bytes=0-9", If_Range=etag))[0] == 206
    assert (await asked(house, "anna", path, Range="bytes=0-9", If_Range='"another"'))[::2] == (200, whole)
    assert (await asked(house, "anna", path, If_None_Match=etag))[0] == 304
    status, headers, nothing_sent = await asked(house, "anna", path, method="HEAD")
    assert (status, headers["Content-Length"], nothing_sent) == (200, str(size), b"")


async def test_a_hearing_is_written_once_an_hour_and_every_download(
    house: Running, recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, maria = house.ids["anna"], house.ids["maria"]
    path = f"/recordings/{recording.id}/audio"
    await asked(house, "anna", path, method="HEAD")
    assert await listens(house) == []
    for asked_for in ("bytes=0-9", "bytes=10-19", "bytes=0-9"):
        await asked(house, "anna", path, Range=asked_for)
    await asked(house, None, await link(house, "anna", recording.id))
    house.house.services.listens = playing.Listens(house.house.db)  # as after a restart, or in another process
    await asked(house, "anna", path)
    assert await listens(house) == [(anna, False)]
    await asked(house, "maria", path)
    download = await link(house, "maria", recording.id, download=True)
    for asked_for in ("bytes=0-9", "bytes=10-19"):
        await asked(house, None, download, Range=asked_for)
    await asked(house, None, download)
    assert await listens(house) == [(anna, False), (maria, False), (maria, True), (maria, True)]
    house.house.services.listens = playing.Listens(house.house.db)
    async with house.house.db.write() as session:
        await session.execute(update(Listen).values(at=now() - timedelta(minutes=61)))
    await asked(house, "anna", path)
    assert (await listens(house))[-1] == (anna, False)
    async with house.api("maria").get(f"{API}/audit") as answer:
        trail = [(item["user"], item["action"]) for item in (await answer.json())["items"] if item["subject"] == "recording"]
    assert trail == [("Anna", "listened"), ("Maria", "downloaded"), ("Maria", "downloaded"), ("Maria", "listened"), ("Anna", "listened")]


async def test_a_link_is_for_one_recording_and_a_while(house: Running, recording: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    path = await link(house, "anna", recording.id)
    status, headers, whole = await asked(house, None, path, Range="bytes=0-3")
    assert (status, whole, "Content-Disposition" in headers) == (206, b"OggS", False)
    for other in (path[:-1], path + "x", path.replace("/audio/", "/audio/x"), "/audio/x", "/audio/a.b.c"):
        assert await problem(house, None, other) == (404, "no_such_link")
    house.house.services.links = linking.Links(house.house.db, timedelta(minutes=10))
    assert (await asked(house, None, path))[0] == 200, "another process knows it too"
    house.house.services.links.lifetime = timedelta(seconds=-1)
    assert await problem(house, None, path) == (410, "link_expired")


async def test_a_download_needs_the_right_and_has_a_clean_name(house: Running, recording: Recording) -> None:
    await change(house.house.db, recording.id, lambda row: setattr(row, "name", '../../x"\r\nSet-Cookie: a=b.wav'))
    for who in ("anna", "sofia"):
        async with house.api(who).post(f"{API}/recordings/{recording.id}/link", json={"download": True}) as answer:
            assert answer.status == 403
    _, headers, _ = await asked(house, None, await link(house, "maria", recording.id, download=True))
    at = recording.started_at
    assert headers["Content-Disposition"] == f'attachment; filename="{at:%Y-%m-%d_%H-%M-%S}_{recording.id}.ogg"'


async def test_a_link_ends_with_the_right_of_who_made_it(house: Running, recording: Recording) -> None:
    anna, maria = await link(house, "anna", recording.id), await link(house, "maria", recording.id, download=True)
    async with house.house.db.write() as session:
        for name in ("anna", "maria"):
            await accounts.change(session, house.ids[name], active=False)
    await house.house.services.people_changed()
    assert await problem(house, None, anna) == (403, "no_access")
    assert await problem(house, None, maria) == (403, "no_access")


async def test_a_link_ends_when_the_recording_is_out_of_sight(house: Running, recording: Recording) -> None:
    path = await link(house, "sofia", recording.id)
    await change(house.house.db, recording.id, lambda row: setattr(row, "call_id", None))
    assert (await problem(house, None, path))[0] == 404


async def test_withheld_audio_is_played_to_nobody(house: Running, recording: Recording) -> None:
    before = await link(house, "maria", recording.id)
    await change(house.house.db, recording.id, lambda row: setattr(row, "withheld", True))
    for who in ("anna", "sofia", "maria", "adam"):
        for at in ("audio", "peaks"):
            assert await problem(house, who, f"/recordings/{recording.id}/{at}") == (409, "withheld")
        async with house.api(who).post(f"{API}/recordings/{recording.id}/link", json={}) as answer:
            assert answer.status == 409
    assert await problem(house, None, before) == (409, "withheld")
    async with house.api("maria").get(f"{API}/recordings/{recording.id}") as answer:
        view = await answer.json()
    assert (view["playable"], view["downloadable"], view["withheld"]) == (False, False, True)


async def test_the_waveform(house: Running, recording: Recording) -> None:
    async with house.api("anna").get(f"{API}/recordings/{recording.id}/peaks") as answer:
        view = await answer.json()
    assert (view["per_second"], view["duration_s"], [len(c) for c in view["channels"]]) == (20, 2.0, [40, 40])
    waiting = await found(house.house.db, step=None)
    assert await problem(house, "maria", f"/recordings/{waiting}/peaks") == (409, "recording_no_audio")
    assert await problem(house, "maria", f"/recordings/{waiting}/audio") == (409, "recording_no_audio")


async def test_damaged_audio_is_refused_and_written_down(house: Running, recording: Recording) -> None:
    path = Path(house.house.settings.recordings_store) / (recording.audio_key or "")
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"!")
    assert await problem(house, "anna", f"/recordings/{recording.id}/audio") == (409, "recording_damaged")
    after = await row_of(house.house.db, recording.id)
    assert (after.state, "damaged" in (after.reason or "")) == ("failed", True)
    path.unlink()
    assert await problem(house, "anna", f"/recordings/{recording.id}/audio") == (409, "recording_missing")
    assert await listens(house) == []


async def test_a_store_that_is_away_is_said(house: Running, recording: Recording) -> None:
    Path(house.house.settings.recordings_store).rename("elsewhere")
    assert await problem(house, "anna", f"/recordings/{recording.id}/audio") == (503, "store_away")
    assert (await row_of(house.house.db, recording.id)).state != "failed"


async def test_deleting_takes_the_listens_along(house: Running, recording: Recording) -> None:
    await asked(house, "anna", f"/recordings/{recording.id}/audio")
    async with house.api("maria").delete(f"{API}/recordings/{recording.id}") as answer:
        assert answer.status == 204
    async with house.house.db.read() as session:
        assert await session.scalar(select(func.count()).select_from(Listen)) == 0
    assert not list(Path(house.house.settings.recordings_store).rglob("*.opus"))
