"""`ringdesk stats …`."""

import asyncio
import signal
import time
from contextlib import aclosing

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ringdesk.config.commands.terminal import err, load, out
from ringdesk.config.settings import Settings
from ringdesk.statistics.folding import Folder
from ringdesk.storage import migrate as migrations
from ringdesk.storage.engine import Database

stats = typer.Typer(help="Statistics.", no_args_is_help=True)

INTERRUPTED = 130  # as shells count it: 128 + SIGINT


@stats.command()
def rebuild() -> None:
    """Count all statistics anew from the calls, visits, conversations and presence that are kept; at any time, also while Ringdesk runs.

    Nobody needs it in daily life: what changes is counted again by itself. Each day is counted in one go, the newest first; until a
    day's turn comes, reports show what was counted before.

    Exit code 0: everything is counted; 130: interrupted. What is done then stays done: the same command, or a running Ringdesk, goes on
    from there.
    """
    found = load()
    migrations.upgrade(found.database_url)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("days"), TimeRemainingColumn())
    began = time.monotonic()
    with Progress(*columns, console=err) as bar:
        counted, interrupted = asyncio.run(_rebuild(found, bar))
    took = time.monotonic() - began
    out.print(f"Counted {counted:,} {'day' if counted == 1 else 'days'} in {took:.1f} s.", highlight=False)
    if interrupted:
        out.print("Interrupted: these days are done. The same command, or a running Ringdesk, goes on from there.", soft_wrap=True)
        raise typer.Exit(INTERRUPTED)


async def _rebuild(found: Settings, bar: Progress) -> tuple[int, bool]:
    """How many days were counted, and whether somebody broke it off. The day that is being counted then is finished."""
    stop = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    task = bar.add_task("counting", total=None, visible=False)
    db, counted = Database(found.database_url), 0
    try:
        async with aclosing(Folder(db, found.zone).rebuild()) as days:
            async for progress in days:
                counted += 1
                bar.update(task, completed=progress.done, total=progress.of, visible=True)
                if stop.is_set():
                    return counted, progress.done < progress.of
        return counted, False
    finally:
        await db.close()
