"""A private PostgreSQL for the tests: its own cluster in a temporary folder, on loopback, gone with the test run."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg


class NoPostgres(Exception):
    """There is no PostgreSQL server on this machine that the tests could start."""


def programs() -> Path:
    """The folder with initdb and postgres; Debian keeps them out of PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if found:
        return found[0].parent
    initdb = shutil.which("initdb")
    if initdb is None:
        raise NoPostgres("no initdb: install the package postgresql")
    return Path(initdb).resolve().parent


@contextlib.contextmanager
def cluster() -> Iterator[str]:
    """The URL (without a database's name) of a running server. PostgreSQL refuses to run as root, so root lends it `postgres`."""
    folder = Path(tempfile.mkdtemp(prefix="ringdesk-pg-"))
    user: str | None = None
    if os.geteuid() == 0:
        user = next((name for name in ("postgres", "nobody") if _exists(name)), None)
        shutil.chown(folder, user)
    binaries = programs()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = folder / "data"
    server: subprocess.Popen[bytes] | None = None
    try:
        _run([binaries / "initdb", "-D", data, "-U", "ringdesk", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C"], user, folder)
        options = [
            "-c",
            "fsync=off",
            "-c",
            "synchronous_commit=off",
            "-c",
            "full_page_writes=off",
            "-c",
            f"unix_socket_directories={folder}",
        ]
        command = [binaries / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", *options]
        log = (folder / "log").open("wb")
        server = subprocess.Popen([str(c) for c in command], user=user, cwd=folder, stdout=log, stderr=log, env={"LC_ALL": "C"})
        _wait(port, server, folder / "log")
        yield f"postgresql://ringdesk@127.0.0.1:{port}"
    finally:
        if server is not None:
            server.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(20)
            if server.poll() is None:
                server.kill()
                server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _exists(name: str) -> bool:
    try:
        return bool(pwd.getpwnam(name))
    except KeyError:
        return False


def _run(command: list[object], user: str | None, folder: Path) -> None:
    done = subprocess.run([str(c) for c in command], user=user, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoPostgres(done.stderr.strip()[-500:])


def _wait(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(1000):  # a machine that is busy with something else needs a while
        if server.poll() is not None:
            break
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(f"postgresql://ringdesk@127.0.0.1:{port}/postgres", connect_timeout=1).close()
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(0.1)
    raise NoPostgres(log.read_text(errors="replace")[-500:])
