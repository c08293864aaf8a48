"""`ringdesk worker` and the roles of `serve`."""

import asyncio
from pathlib import Path

import pytest

from ringdesk.storage import migrate
from tests.command import start


async def line_with(process: asyncio.subprocess.Process, text: str) -> str:
    assert process.stdout is not None
    said = []
    async with asyncio.timeout(60):
        while line := (await process.stdout.readline()).decode():
            said.append(line)
            if text in line:
                return line
    raise AssertionError("".join(said))


@pytest.mark.parametrize("arguments", [("worker", "--processes", "2"), ("serve", "--role", "worker")])
async def test_it_waits_for_the_tables_works_and_stops_when_told(arguments: tuple[str, ...], database_url_without_tables: str) -> None:
    process = await start(*arguments)
    await line_with(process, "worker_waits")
    await asyncio.to_thread(migrate.upgrade, database_url_without_tables)
    await line_with(process, '"working"')
    process.terminate()
    assert await process.wait() == 0


@pytest.mark.parametrize("role", ["web", "telephony"])
async def test_roles_that_do_not_work_alone_say_so(role: str) -> None:
    process = await start("serve", "--role", role)
    said, _ = await process.communicate()
    assert process.returncode == 1
    assert f"The role {role} cannot run alone yet" in " ".join(said.decode().split())


@pytest.fixture
def database_url_without_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    monkeypatch.setenv("RINGDESK_DATABASE_URL", url)
    return url
