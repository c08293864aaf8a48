"""`ringdesk recordings …`."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ringdesk.config.commands.terminal import err, load, out
from ringdesk.recordings.keeping import retention, verifying
from ringdesk.recordings.keeping.sealing import fingerprint, new_key
from ringdesk.recordings.keeping.store import AudioStore
from ringdesk.recordings.keeping.verifying import Advance, Wrong
from ringdesk.storage import migrate as migrations
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database

SHOWN = 20  # of what is wrong, without --all

recordings = typer.Typer(help="Recordings that are kept.", no_args_is_help=True)


@recordings.command()
def verify(everything: Annotated[bool, typer.Option("--all", help=f"List all that is wrong, not only the first {SHOWN}.")] = False) -> None:
    """Read every recording in the store and compare it with what was stored. Exit code 1 if something is wrong."""
    _end(asyncio.run(_examine("Verifying", verifying.verify)), everything, "Every recording is as it was stored.")


@recordings.command()
def rotate(everything: Annotated[bool, typer.Option("--all", help=f"List all that failed, not only the first {SHOWN}.")] = False) -> None:
    """Seal all recordings with the first of RINGDESK_RECORDINGS_KEYS, also those that are not sealed. Can be stopped and run again."""
    _end(asyncio.run(_examine("Sealing", verifying.rotate)), everything, "Every recording is sealed with the first key.")


@recordings.command("key")
def make_key() -> None:
    """Make a key for RINGDESK_RECORDINGS_KEYS. Put it first; keep the others behind it until `rotate` is done."""
    made = new_key()
    out.print(made, markup=False, highlight=False, soft_wrap=True)
    err.print(f"Its fingerprint is {fingerprint(made)}. Keep a copy apart from the recordings: without it nobody can open them.")


@recordings.command("retention")
def retain(dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what would be deleted.")] = False) -> None:
    """Delete what has been kept long enough, now and not only once a day."""
    asyncio.run(_retain(dry_run))


@asynccontextmanager
async def _house() -> AsyncIterator[tuple[Database, AudioStore]]:
    found = load()
    await asyncio.to_thread(migrations.upgrade, found.database_url)
    db = Database(found.database_url)
    try:
        yield db, AudioStore(found)
    finally:
        await db.close()


async def _examine(title: str, work: Callable[[Database, AudioStore, Advance], AsyncIterator[Wrong]]) -> list[Wrong]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err) as bar:
        task = bar.add_task(title, total=None)
        async with _house() as (db, store):
            return [wrong async for wrong in work(db, store, lambda done, total: bar.update(task, completed=done, total=total))]


async def _retain(dry_run: bool) -> None:
    found = load()
    async with _house() as (db, store):
        if not dry_run:
            deleted = await retention.retain(db, store, found)
            tidied = await retention.tidy(db, store, found)
            out.print(f"{deleted} recordings deleted, {tidied} left-over objects removed.")
            return
        count = 0
        async for item in retention.expired(db, now()):
            count += 1
            why = f"{item.rule['keep_days']} days by the policy of {item.rule['queue'] or item.rule['did'] or 'everybody'}"
            out.print(f"{item.id}  {item.started_at:%Y-%m-%d %H:%M}  {item.name}  ({why})", markup=False, highlight=False, soft_wrap=True)
        out.print(f"{count} recordings would be deleted.")


def _end(wrong: list[Wrong], everything: bool, good: str) -> None:
    for item in wrong if everything else wrong[:SHOWN]:
        whose = f"recording {item.recording_id}: " if item.recording_id is not None else ""
        out.print(f"{item.what:<8} {whose}{item.text} ({item.key})", markup=False, highlight=False, soft_wrap=True)
    if not wrong:
        out.print(good)
        return
    if len(wrong) > SHOWN and not everything:
        out.print(f"… and {len(wrong) - SHOWN} more: --all lists them.")
    out.print("One thing is wrong." if len(wrong) == 1 else f"{len(wrong)} things are wrong.", style="bold")
    raise typer.Exit(1)
