"""The `ringdesk` command as a person starts it, in a process of its own."""

import asyncio
import sys
from collections.abc import Mapping

RINGDESK = (sys.executable, "-c", "from ringdesk.config.cli import main; main()")


async def start(*arguments: str, environ: Mapping[str, str] | None = None) -> asyncio.subprocess.Process:
    """Started; what it says comes through `stdout`."""
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(*RINGDESK, *arguments, stdout=pipe, stderr=asyncio.subprocess.STDOUT, env=environ)
