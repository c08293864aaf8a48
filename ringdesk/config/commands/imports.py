"""`ringdesk import …`."""

import asyncio
import signal
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from ringdesk.config.commands.terminal import err, load, out
from ringdesk.config.settings import Settings
from ringdesk.crm.importer import Summary, import_customers
from ringdesk.crm.importer.rejects import beside
from ringdesk.recordings.finding import importing
from ringdesk.recordings.finding.matching import Origin
from ringdesk.storage import migrate as migrations
from ringdesk.storage.engine import Database

SOME_REJECTED = 3  # exit code: what is good is in, what is not waits to be mended
INTERRUPTED = 130  # as shells count it: 128 + SIGINT


def customers(
    file: Annotated[Path, typer.Argument(help="A CSV file of UTF-8, separated by commas or semicolons.", show_default=False)],
    rejected: Annotated[
        Path | None, typer.Option("--rejected", help="Where rows that cannot be customers go; FILE.rejected.csv if not given.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit code 3 if some rows were rejected.")] = False,
) -> None:
    """Take customers from a CSV file; again at any time.

    Columns, in any order: external_id, name, kind, phones, emails, company, address, language, tags, notes. Only name must be there.
    Several phones, emails or tags are separated by ; (in quotes, where that separates the columns too). kind is person or company.

    A row whose external_id is known makes that customer what it says, in the columns that the file has: an empty cell empties. A row
    without external_id is the customer without one who has the same name and shares a number or an e-mail, else a new customer. Of
    two rows of one customer the later counts.

    Exit code 0: every good row is in; 130: interrupted, what was written is kept; 1: it could not be done.
    """
    found = load()
    migrations.upgrade(found.database_url)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a polite stop is as good as Ctrl-C
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn(), TextColumn("{task.fields[rows]}"))
    bar = Progress(*columns, console=err)
    task = bar.add_task(file.name, total=None, visible=False, rows="")
    with bar:
        summary = import_customers(
            found.database_url,
            file,
            found.country,
            rejected_to=rejected,
            progress=lambda table, so_far: bar.update(
                task,
                total=table.size,
                completed=so_far.position,
                visible=True,
                rows=f"{so_far.rows:,} rows, {so_far.rejected:,} rejected",
            ),
        )
    out.print(_told(summary))
    if summary.rejected:
        _say(f"The rejected rows, each with its line and the reason, are in {rejected or beside(file)}: mend them there, import that file.")
    if summary.interrupted:
        _say(f"Interrupted after line {summary.last_line}: everything up to there is kept. Import the file again to go on.")
        raise typer.Exit(INTERRUPTED)
    if summary.rejected and strict:
        raise typer.Exit(SOME_REJECTED)


def recordings(
    folder: Annotated[Path, typer.Argument(help="The folder; everything below it is looked at.", show_default=False)],
) -> None:
    """Take in old recordings from a folder; again at any time.

    Files that belong together by their names (NAME.wav, NAME-in.wav, NAME-out.wav and their like) become one recording. Its call is found
    by the identifier in the name, or by number, extension and time where exactly one call fits; what matches none is kept and listed.

    The files stay where they are and must stay there until they are stored, which a running Ringdesk does as it does with new ones. What
    was taken in before is known by its content.

    Exit code 0: everything is in; 130: interrupted, what was taken in is kept; 1: it could not be done.
    """
    found = load()
    migrations.upgrade(found.database_url)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn(), TextColumn("{task.fields[count]}"))
    bar = Progress(*columns, console=err)
    with bar:
        summary = asyncio.run(_import_recordings(found, folder, bar))
    out.print(_counted(summary))
    if summary.interrupted:
        _say("Interrupted: what was taken in is kept. Import the folder again to go on.")
        raise typer.Exit(INTERRUPTED)


async def _import_recordings(found: Settings, folder: Path, bar: Progress) -> importing.Summary:
    task = bar.add_task(folder.name or str(folder), total=None, visible=False, count="")
    stop = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    db = Database(found.database_url)
    ours = [found.recordings_spool, found.recordings_inbox, None if "://" in found.recordings_store else Path(found.recordings_store)]
    try:
        return await importing.import_folder(
            db,
            folder,
            Origin.of(found),
            ours=tuple(path for path in ours if path is not None),
            stop=stop,
            tell=lambda so_far: bar.update(
                task, total=so_far.total, completed=so_far.done, visible=True, count=f"{so_far.recordings:,} recordings"
            ),
        )
    finally:
        await db.close()


def _counted(summary: importing.Summary) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right")
    table.add_column()
    for count, what, always in (
        (summary.matched, "taken in, each with its call", True),
        (summary.unmatched, "taken in, matching no call: listed as unmatched", True),
        (summary.known, "there already", True),
        (summary.deleted, "deleted since, not taken in again", False),
        (summary.not_audio, "named like a recording, but no audio", False),
        (summary.unreadable, "cannot be read", False),
        (summary.other, "other files, left alone", False),
    ):
        if count or always:
            table.add_row(f"{count:,}", what)
    return table


def _say(sentence: str) -> None:
    out.print(sentence, markup=False, highlight=False, soft_wrap=True)


def _told(summary: Summary) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right")
    table.add_column()
    for count, what in (
        (summary.created, "created"),
        (summary.updated, "updated"),
        (summary.unchanged, "unchanged"),
        (summary.merged, "left alone: merged into another customer since"),
        (summary.rejected, "rejected"),
    ):
        if count or what in ("created", "updated", "unchanged", "rejected"):
            table.add_row(f"{count:,}", what)
    rate = summary.rows / summary.seconds if summary.seconds else 0
    table.add_row(f"{summary.rows:,}", Text(f"rows in {summary.seconds:.1f} s, {rate:,.0f} a second", "dim"))
    return table
