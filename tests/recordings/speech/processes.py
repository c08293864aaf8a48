"""Real processes of a test: Ringdesk's command with a short lease, and what hangs below a process."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

LEASE_S = 3.0
COMMAND = (
    "from datetime import timedelta; from ringdesk.recordings import states; "
    f"states.LEASE = timedelta(seconds={LEASE_S}); from ringdesk.config.cli import main; main()"
)


@asynccontextmanager
async def ringdesk(*arguments: str, environ: Mapping[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """Its log goes to `log` in the working directory. Killed at the end, if it is there still."""
    with Path("log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", COMMAND, *arguments, stdout=log, stderr=log, env={**os.environ, **environ}
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def listens(pid: int) -> None:
    """Wait until it has begun to hear SIGTERM, which ends it at once before (SigCgt of proc(5))."""
    async with asyncio.timeout(30):
        while True:
            caught = next(line.split()[1] for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("SigCgt"))
            if int(caught, 16) >> (signal.SIGTERM - 1) & 1:
                return
            await asyncio.sleep(0.02)


def below(pid: int) -> list[int]:
    """The processes that a process started, and those that they did."""
    try:
        children = [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]
    except OSError:
        return []
    return [each for child in children for each in (child, *below(child))]


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def listener_of(pid: int) -> int | None:
    """The Vosk child below a process."""
    return next((each for each in below(pid) if "speech.child" in command_of(each)), None)


def ffmpeg_of(pid: int) -> int | None:
    return next((each for each in below(pid) if "ffmpeg" in command_of(each)), None)


def kill(pid: int | None) -> bool:
    """False: there was nothing to kill any more."""
    if pid is None:
        return False
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


async def gone(pids: list[int], limit: float = 10.0) -> None:
    """Until none of these runs; a zombie whose parent has not looked yet does not run."""
    async with asyncio.timeout(limit):
        while any(_runs(pid) for pid in pids):
            await asyncio.sleep(0.02)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    except OSError:
        return False
