"""`ringdesk import …`."""

import signal
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from ringdesk.config.commands.terminal import err, load, out
from ringdesk.crm.importer import Summary, import_customers
from ringdesk.crm.importer.rejects import beside
from ringdesk.storage import migrate as migrations

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
