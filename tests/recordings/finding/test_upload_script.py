"""The PBX's own script: sends what MixMonitor wrote, for as long as Ringdesk is away, one process at a time, and loses nothing."""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from sqlalchemy import select

from ringdesk.agents.rights import Role
from ringdesk.recordings.models import Recording
from ringdesk.telephony import pbx_config
from tests.house import running, settings_for
from tests.recordings.finding.past import EPOCH, call
from tests.recordings.sound import AGENT, tone, wav

pytestmark = pytest.mark.skipif(not (shutil.which("curl") and shutil.which("flock")), reason="the PBX's script needs curl and flock")
Script = Callable[..., Awaitable[asyncio.subprocess.Process]]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
async def script(tmp_path: Path) -> AsyncIterator[Script]:
    """Begins the script; what still runs in the end is ended."""
    begun: list[asyncio.subprocess.Process] = []

    async def begin(url: str, *arguments: str, token: str = "rd_x") -> asyncio.subprocess.Process:
        path, header = tmp_path / "upload.sh", tmp_path / "token"
        path.write_text(pbx_config.render(username="desk", secret="long-enough", url=url)["upload.sh"])
        header.write_text(f"Authorization: Bearer {token}\n")
        more = {"RINGDESK_TOKEN_FILE": header, "RINGDESK_UPLOAD_QUEUE": tmp_path / "queue", "RINGDESK_UPLOAD_PAUSE": "1"}
        process = await asyncio.create_subprocess_exec(
            "sh", str(path), *arguments, env={**os.environ, **{k: str(v) for k, v in more.items()}}
        )
        begun.append(process)
        return process

    yield begin
    for process in begun:
        if process.returncode is None:
            process.kill()
            await process.wait()


def recorded(tmp_path: Path, serial: int = 1) -> str:
    base = tmp_path / "monitor" / f"{EPOCH}.{serial}"
    base.parent.mkdir(exist_ok=True)
    for end in (".wav", "-in.wav", "-out.wav"):
        Path(f"{base}{end}").write_bytes(wav(tone(AGENT, 0.1 * (serial + len(end)))))
    return str(base)


@asynccontextmanager
async def desk(port: int, answers: list[int], breaks_off: str = "") -> AsyncIterator[list[str]]:
    """A Ringdesk that gives these answers, then takes everything but one recording; the ids of what it took."""
    took: list[str] = []

    async def take(request: web.Request) -> web.Response:
        form = await request.post()
        if form["id"] == breaks_off and request.transport is not None:
            request.transport.abort()
        status = answers.pop(0) if answers else 201
        if status == 201 and form["id"] != breaks_off:
            took.append(str(form["id"]))
            assert {"mixed", "received", "transmitted"} <= form.keys()
        return web.Response(status=status)

    app = web.Application()
    app.router.add_post("/api/v1/recordings", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield took
    finally:
        await runner.cleanup()


async def code(process: asyncio.subprocess.Process) -> int:
    async with asyncio.timeout(30):
        return await process.wait()


def waiting(tmp_path: Path) -> list[str]:
    """What is noted as not sent yet."""
    return [path.name for path in (tmp_path / "queue").iterdir() if path.is_file() and not path.name.startswith(".")]


async def test_it_sends_by_the_pbx_s_own_right_and_removes(database_url: str, script: Script, tmp_path: Path) -> None:
    (gone := tmp_path / "gone").touch()
    settings = settings_for(database_url, recordings_inbox=tmp_path / "inbox", recordings_store=str(gone / "store"), workers=0)
    async with running(settings) as house:
        await house.add_user("pbx", Role.PBX)
        async with house.house.db.write() as session:
            call_id = call(session, f"{EPOCH}.1")
        base = recorded(tmp_path)
        token = house.tokens["pbx"]
        assert await code(await script(house.url, base, f"{EPOCH}.1", token=token)) == 0
        assert list((tmp_path / "monitor").iterdir()) == [], "what arrived is removed"
        async with house.house.db.read() as session:
            (row,) = await session.scalars(select(Recording))
        assert (row.call_id, {part["role"] for part in row.parts}) == (call_id, {"mixed", "received", "transmitted"})
        assert await code(await script(house.url, base, f"{EPOCH}.1", token=token)) == 66, "nothing is there any more"


async def test_what_it_is_not_to_be_called_with(script: Script, tmp_path: Path) -> None:
    base = recorded(tmp_path)
    assert await code(await script("http://127.0.0.1:1", f"{base};rm -rf", "x")) == 65
    assert await code(await script("http://127.0.0.1:1", "monitor/x", "x")) == 65
    assert await code(await script("http://127.0.0.1:1")) == 64


async def test_one_process_waits_for_a_desk_that_is_away_and_sends_for_all(script: Script, tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    first = await script(url, recorded(tmp_path, 1), "1.1")
    await asyncio.sleep(0.5)
    others = [await script(url, recorded(tmp_path, serial), f"1.{serial}") for serial in (2, 3)]
    assert [await code(other) for other in others] == [0, 0], "they leave it to the first"
    assert first.returncode is None
    async with desk(port, [503, 502, 401]) as took:
        assert await code(first) == 0
    assert sorted(took) == ["1.1", "1.2", "1.3"]
    assert list((tmp_path / "monitor").iterdir()) == []
    assert waiting(tmp_path) == []


async def test_a_later_call_sends_what_was_left(script: Script, tmp_path: Path) -> None:
    """The first was killed, with the PBX's machine."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    killed = await script(url, recorded(tmp_path, 1), "1.1")
    await asyncio.sleep(0.5)
    killed.kill()
    await killed.wait()
    async with desk(port, []) as took:
        assert await code(await script(url, recorded(tmp_path, 2), "1.2")) == 0
    assert took == ["1.1", "1.2"], "the oldest first"
    assert list((tmp_path / "monitor").iterdir()) == []


async def test_what_is_refused_stays_and_holds_up_nothing(script: Script, tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    refused = recorded(tmp_path, 1)
    async with desk(port, [415, 410]) as took:
        for serial in (1, 2, 3):
            assert await code(await script(url, recorded(tmp_path, serial), f"1.{serial}")) == 0
    assert took == ["1.3"]
    assert {path.name for path in (tmp_path / "monitor").iterdir()} == {
        Path(f"{refused}{end}").name for end in (".wav", "-in.wav", "-out.wav")
    }
    assert len(list((tmp_path / "queue" / "refused").iterdir())) == 1


async def test_one_that_never_arrives_holds_up_nothing(script: Script, tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    first = await script(url, recorded(tmp_path, 1), "1.1")
    await asyncio.sleep(0.5)
    for serial in (2, 3):
        assert await code(await script(url, recorded(tmp_path, serial), f"1.{serial}")) == 0
    async with desk(port, [], breaks_off="1.1") as took:
        async with asyncio.timeout(20):
            while len(took) < 2:
                await asyncio.sleep(0.05)
    assert sorted(took) == ["1.2", "1.3"]
    assert first.returncode is None, "it goes on trying"


async def test_it_gives_up_after_its_time_and_leaves_the_rest(script: Script, tmp_path: Path) -> None:
    port = free_port()
    base = recorded(tmp_path)
    source = pbx_config.render(username="desk", secret="long-enough")["upload.sh"]
    assert "patience=43200" in source, "12 hours"
    (tmp_path / "hurried.sh").write_text(source.replace("patience=43200", "patience=2"))
    environment = {**os.environ, "RINGDESK_UPLOAD_QUEUE": str(tmp_path / "queue"), "RINGDESK_URL": f"http://127.0.0.1:{port}"}
    environment |= {"RINGDESK_UPLOAD_PAUSE": "1", "RINGDESK_TOKEN_FILE": "/dev/null"}
    process = await asyncio.create_subprocess_exec("sh", str(tmp_path / "hurried.sh"), base, "1.1", env=environment)
    assert await code(process) == 75
    assert Path(f"{base}.wav").exists()
    assert len(waiting(tmp_path)) == 1
