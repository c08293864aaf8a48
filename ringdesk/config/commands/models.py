"""`ringdesk models …`."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.filesize import decimal
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Column, Table

from ringdesk.config.commands.terminal import err, fail, load, out
from ringdesk.config.settings import Settings
from ringdesk.recordings.speech import fetching
from ringdesk.recordings.speech.models import Models, size
from ringdesk.recordings.speech.supervision import Speech

models = typer.Typer(help="Speech models.", no_args_is_help=True)

From = Annotated[str | None, typer.Option("--from", help="A mirror: the address of a folder with model-list.json and the archives.")]


@models.command("list")
def list_models(
    available: Annotated[bool, typer.Option("--available", help="Those that can be fetched.")] = False, source: From = None
) -> None:
    """The models there are here, with their languages."""
    found = load()
    table = Table("language", Column("name", no_wrap=True), "size", Column("" if available else "folder", overflow="fold"))
    if available:
        for each in sorted(asyncio.run(fetching.listed(_address(source))), key=lambda model: (model.lang, model.size)):
            table.add_row(each.lang, each.name, decimal(each.size), each.lang_text)
    else:
        here = Models(found)
        for model in here.all():
            table.add_row(model.language or "?", model.name, decimal(size(model.path)), str(model.path))
        if (problem := here.problem()) is not None:
            err.print(problem, markup=False)
    if table.row_count:
        out.print(table)


@models.command()
def fetch(
    language: Annotated[str, typer.Argument(help="A language as `en-us`, or a model's name.", show_default=False)], source: From = None
) -> None:
    """Get a model, check it, and put it where Ringdesk looks. Broken off, the same command goes on.

    Recordings that wait for it go on by themselves."""
    found = load()
    path = asyncio.run(_fetch(found, _address(source), language))
    out.print(f"{path} is ready.", markup=False, highlight=False, soft_wrap=True)


@models.command()
def check(path: Annotated[Path, typer.Argument(help="A folder.", show_default=False)]) -> None:
    """Load a model, as transcribing does. Exit code 1 if it is none."""
    rate = asyncio.run(_check(load(), path.absolute()))
    out.print(f"{path} is a speech model for {rate} Hz.", markup=False, highlight=False, soft_wrap=True)


async def _fetch(found: Settings, source: str, language: str) -> Path:
    model = fetching.choose(await fetching.listed(source), language)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err) as bar:
        task = bar.add_task(model.name, total=model.size or None)
        return await fetching.fetch(
            source,
            model,
            found.models_folder.absolute(),
            progress=lambda have, total: bar.update(task, completed=have, total=total or model.size or None),
            check=lambda path: _check(found, path),
        )


async def _check(found: Settings, path: Path) -> int:
    async with Speech(1, found.speech_memory_mb) as speech:
        return await speech.check(path)


def _address(source: str | None) -> str:
    if source is None:
        from vosk import MODEL_PRE_URL  # it loads a library of 25 MB, which no other command needs

        source = str(MODEL_PRE_URL)
    if not source.startswith(("http://", "https://")):
        fail("--from must start with http:// or https://")
    return source.rstrip("/") + "/"
