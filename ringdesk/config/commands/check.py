"""`ringdesk doctor`."""

import asyncio
import json
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from ringdesk.config import doctor as doctors
from ringdesk.config import log
from ringdesk.config.commands.terminal import out
from ringdesk.config.doctor import Findings
from ringdesk.config.doctor.findings import State

SIGNS: dict[State, tuple[str, str]] = {
    "ok": ("✓", "green"),
    "warning": ("!", "yellow"),
    "wrong": ("✗", "bold red"),
    "unknown": ("?", "cyan"),
}


def doctor(
    probe: Annotated[bool, typer.Option(help="Cause a few events on the PBX (nobody's phone rings) to see whether they come.")] = True,
    listen: Annotated[float, typer.Option(min=0, max=3600, help="Listen so many seconds; make a call into a queue meanwhile.")] = 0.0,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say what is right and wrong with this installation, and how to mend it. Exit code 1 if something is wrong."""
    log.set_up("error")
    found = asyncio.run(doctors.examine(probe=probe, listen=listen))
    if as_json:
        out.print_json(json.dumps(found.as_json()))
    else:
        _show(found)
    raise typer.Exit(0 if found.healthy else 1)


def _show(found: Findings) -> None:
    table = Table.grid(padding=(0, 1))
    for item in found.items:
        sign, style = SIGNS[item.state]
        said = Text(item.text)
        if item.mend is not None:
            said.append(f"\n→ {item.mend}", "dim" if item.state == "ok" else "")
        table.add_row(Text(sign, style), Text(item.check, "bold"), said)
    out.print(table)
    wrong = sum(item.state == "wrong" for item in found.items)
    warnings = sum(item.state == "warning" for item in found.items)
    verdict = "Nothing is wrong." if not wrong else "One thing is wrong." if wrong == 1 else f"{wrong} things are wrong."
    out.print(f"\n{verdict}{f' {warnings} could be better.' if warnings else ''}", style="bold")
