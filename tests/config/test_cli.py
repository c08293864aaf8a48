"""The `ringdesk` command as an administrator types it: a process of its own, in a folder of its own."""

import json
import os
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ringdesk import __version__
from ringdesk.agents import logins
from ringdesk.agents.models import User
from ringdesk.agents.passwords import verify
from ringdesk.storage.engine import Database
from tests.command import RINGDESK
from tests.house import PASSWORD


class Terminal:
    """A folder, and an environment without settings but those given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("RINGDESK_")} | {"COLUMNS": "160"}

    def run(self, *words: str, typed: str = "", **setting: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*RINGDESK, *words],
            cwd=self.folder,
            env=self._with(setting),
            input=typed,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def start(self, *words: str, **setting: str) -> subprocess.Popen[str]:
        return subprocess.Popen([*RINGDESK, *words], cwd=self.folder, env=self._with(setting), stderr=subprocess.PIPE, text=True)

    def _with(self, setting: dict[str, str]) -> dict[str, str]:
        return self.environment | {f"RINGDESK_{name.upper()}": value for name, value in setting.items()}

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.folder / 'var' / 'ringdesk.db'}"


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def test_it_says_its_version(terminal: Terminal) -> None:
    assert terminal.run("--version").stdout.strip() == f"ringdesk {__version__}"


async def test_an_account_is_added_and_its_password_kept_as_a_hash(terminal: Terminal) -> None:
    words = ("user", "add", "olena", "--role", "agent", "--role", "supervisor", "--interface", "PJSIP/1001", "--password-stdin")
    done = terminal.run(*words, typed=PASSWORD + "\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert "olena (agent, supervisor) at PJSIP/1001" in done.stdout
    db = Database(terminal.database_url)
    async with db.read() as session:
        user = await session.get_one(User, 1)
    await db.close()
    assert (user.name, user.interface, user.display_name) == ("olena", "PJSIP/1001", "olena")
    assert await verify(PASSWORD, user.password_hash)
    again = terminal.run(*words, typed=PASSWORD + "\n")
    assert again.returncode == 1
    assert again.stderr.startswith("ringdesk: ")
    assert "olena" in again.stderr


async def test_a_program_gets_an_account_with_a_token_and_no_password(terminal: Terminal) -> None:
    done = terminal.run("user", "add", "pbx", "--role", "pbx", "--token")
    assert (done.returncode, done.stderr) == (0, "")
    token = done.stdout.split()[-1]
    db = Database(terminal.database_url)
    signed_in = await logins.by_token(db, token)
    async with db.read() as session:
        assert (await session.get_one(User, 1)).password_hash is None
    await db.close()
    assert signed_in is not None
    assert signed_in.user_id == 1


@pytest.mark.parametrize(
    ("words", "typed", "sign"),
    [
        (("user", "add", "ann", "--role", "queen", "--password-stdin"), PASSWORD, "queen"),
        (("user", "add", "ann", "--role", "agent", "--password-stdin"), "short", "password"),
        (("user", "add", "ann", "--role", "agent", "--interface", "PJSIP/10 01", "--password-stdin"), PASSWORD, "PJSIP/10 01"),
        (("user", "add", "ann", "--password-stdin"), PASSWORD, "--role"),
        (("import", "customers", "nowhere.csv"), "", "nowhere.csv"),
        (("serve", "--role", "king"), "", "king"),
        (("replay", "nowhere.ami"), "", "nowhere.ami"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(words: tuple[str, ...], typed: str, sign: str, terminal: Terminal) -> None:
    done = terminal.run(*words, typed=typed)
    assert done.returncode in (1, 2)
    assert sign in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_stops_the_start(terminal: Terminal) -> None:
    done = terminal.run("serve", http_port="eighty")
    assert done.returncode == 2
    assert "RINGDESK_HTTP_PORT" in done.stderr
    assert not (terminal.folder / "var").exists()


def test_migrate_says_what_it_did(terminal: Terminal) -> None:
    assert "from nothing to" in terminal.run("migrate").stdout
    assert "up to date" in terminal.run("migrate").stdout


def test_the_pbx_gets_files_and_the_person_the_secret(terminal: Terminal) -> None:
    done = terminal.run("pbx", "config", "--directory", "asterisk", "--permit", "10.0.0.5")
    secret = done.stderr.partition("RINGDESK_AMI_SECRET=")[2].split()[0]
    manager = (terminal.folder / "asterisk" / "manager.conf").read_text(encoding="utf-8")
    assert f"secret = {secret}" in manager
    assert "permit = 10.0.0.5/255.255.255.255" in manager
    known = terminal.run("pbx", "config", ami_secret="known-already")
    assert "secret = known-already" in known.stdout
    assert "RINGDESK_AMI_SECRET" not in known.stderr


def test_customers_are_imported_and_bad_rows_put_aside(terminal: Terminal) -> None:
    (terminal.folder / "all.csv").write_text("external_id,name,phones\n1,Anna,0501112233\n2,,0501112234\n", encoding="utf-8")
    done = terminal.run("import", "customers", "all.csv", country="UA")
    assert done.returncode == 0, done.stderr
    assert "all.rejected.csv" in done.stdout
    rejected = (terminal.folder / "all.rejected.csv").read_text(encoding="utf-8")
    assert "0501112234" in rejected
    assert "Anna" not in rejected
    assert terminal.run("import", "customers", "all.csv", "--strict", country="UA").returncode == 3


@pytest.fixture
def serving(terminal: Terminal) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = terminal.start("serve", "--role", "all", http_port=str(port), ami_port="1", log_format="json")
    yield process, f"http://127.0.0.1:{port}"
    process.kill()
    process.wait()


def test_serve_starts_without_a_pbx_and_says_so(serving: tuple[subprocess.Popen[str], str]) -> None:
    process, url = serving
    assert process.stderr is not None
    lines: list[dict[str, Any]] = []
    while not {"serving", "pbx_link_down"} <= {line["event"] for line in lines}:
        lines.append(json.loads(process.stderr.readline()))
    with urllib.request.urlopen(f"{url}/healthz", timeout=10) as answer:
        assert answer.status == 200
    with pytest.raises(urllib.error.HTTPError) as ready:
        urllib.request.urlopen(f"{url}/readyz", timeout=10)
    assert ready.value.code == 503
    assert "pbx" in ready.value.read().decode()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
