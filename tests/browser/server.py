"""A real `ringdesk serve` in a process of its own, with its own SQLite, people and customers."""

import http.cookiejar
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PASSWORD = "a long password"
RINGDESK = (sys.executable, "-c", "from ringdesk.config.cli import main; main()")


@dataclass(frozen=True, slots=True)
class Account:
    name: str
    display_name: str
    roles: tuple[str, ...]
    extension: str | None = None

    def draft(self) -> dict[str, Any]:
        phone = f"PJSIP/{self.extension}" if self.extension else None
        return {
            "username": self.name,
            "display_name": self.display_name,
            "roles": list(self.roles),
            "interface": phone,
            "password": PASSWORD,
        }


ADMINISTRATOR = Account("root", "Ruth Okafor", ("administrator",))
PEOPLE = (
    Account("olena", "Olena Bondar", ("agent",), "1001"),
    Account("max", "Max Weber", ("agent",), "1002"),
    Account("ines", "Inês Duarte", ("supervisor",), "1003"),
    Account("marta", "Marta Lind", ("manager",)),
    ADMINISTRATOR,
    Account("uma", "Uma Castellanos", ("agent", "supervisor", "manager", "administrator"), "1004"),
)


@dataclass(frozen=True, slots=True)
class Server:
    url: str
    database: Path
    environment: dict[str, str]


class Client:
    """Somebody signed in, over HTTP alone."""

    def __init__(self, url: str, name: str) -> None:
        self.url = url
        self.jar = http.cookiejar.CookieJar()
        self.open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar)).open
        self.me: dict[str, Any] = {"csrf": ""}
        self.me = self.ask("POST", "/session", {"username": name, "password": PASSWORD})

    @property
    def cookie(self) -> str:
        return str(next(iter(self.jar)).value)

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The answer's body. Raises `RuntimeError` with what the server said."""
        headers = {"Content-Type": "application/json", "X-CSRF-Token": self.me["csrf"]}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/api/v1{path}", method=method, data=data, headers=headers)
        try:
            with self.open(request, timeout=20) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path}: {error.code} {error.read().decode()}") from error
        return json.loads(text) if text else None


@contextmanager
def running(folder: Path, ami_port: int, secret: str, told: dict[str, str] | None = None) -> Iterator[Server]:
    """Serves until left, with `told` as further settings. Raises `RuntimeError` with the log when it does not come up."""
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("RINGDESK_")},
        "RINGDESK_DATABASE_URL": f"sqlite:///{folder}/ringdesk.db",
        "RINGDESK_HTTP_PORT": str(port),
        "RINGDESK_AMI_PORT": str(ami_port),
        "RINGDESK_AMI_SECRET": secret,
        "RINGDESK_COUNTRY": "GB",
        **(told or {}),
    }
    add(environment, ADMINISTRATOR)
    server = Server(f"http://127.0.0.1:{port}", folder / "ringdesk.db", environment)
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen([*RINGDESK, "serve"], cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        _wait(server, process, folder / "server.log")
        administrator = Client(server.url, ADMINISTRATOR.name)
        for person in PEOPLE:
            if person is not ADMINISTRATOR:
                administrator.ask("POST", "/users", person.draft())
        yield server
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()


def add(environment: dict[str, str], person: Account) -> None:
    """As a newcomer does it, by the command line."""
    arguments = [word for role in person.roles for word in ("--role", role)]
    command = [*RINGDESK, "user", "add", person.name, "--display-name", person.display_name, *arguments, "--password-stdin"]
    subprocess.run(command, env=environment, input=PASSWORD + "\n", text=True, check=True, capture_output=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(server: Server, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/readyz", timeout=1) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the server did not come up:\n{log.read_text(errors='replace')[-3000:]}")
