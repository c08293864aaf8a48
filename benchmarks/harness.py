"""What all benchmarks share: how a figure looks, what it was measured on, where it goes."""

import argparse
import contextlib
import datetime
import gc
import json
import os
import platform
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

console = Console(stderr=True, highlight=False)
LIBRARIES = ("panoramisk", "aiohttp", "python-socketio", "sqlalchemy", "aiosqlite", "psycopg", "phonenumbers", "pydantic")


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    what: str
    how: str
    result: str
    bar: str = ""
    """What it should be; empty for a figure that is told for information."""
    held: bool | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def verdict(self) -> str:
        return "" if self.held is None else "pass" if self.held else "FAIL"


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of all do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * int(share * 1000) // 1000) - 1)]


def cpu_name() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def machine() -> str:
    return f"{cpu_name()}, {os.cpu_count()} cores, {memory_gib():.0f} GiB, {platform.system()} {platform.release()}"


def versions(more: Sequence[str] = ()) -> str:
    """Of the interpreter, the databases and the libraries that count; `more` are those that a benchmark found out (Asterisk)."""
    found = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}", *_postgres(), *more]
    return ", ".join([*found, *(f"{name} {version(name)}" for name in LIBRARIES)])


def _postgres() -> list[str]:
    from tests import postgres

    try:
        said = subprocess.run([postgres.programs() / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (postgres.NoPostgres, OSError, subprocess.CalledProcessError):
        return []
    return [f"PostgreSQL {said.split()[2]}"]


def cache() -> Path:
    """Where what takes long to generate is kept."""
    found = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ringdesk" / "benchmarks"
    found.mkdir(parents=True, exist_ok=True)
    return found


@contextlib.contextmanager
def told(what: str) -> Iterator[None]:
    """Say what is being done, and how long it took."""
    console.print(f"  {what} …", style="dim")
    began = time.monotonic()
    yield
    console.print(f"  {what}: {time.monotonic() - began:.1f} s", style="dim")


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """No garbage collection in between: two things that are compared are compared without it."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def busy() -> str:
    """A remark where the machine had something else to do before."""
    load = os.getloadavg()[0]
    return f"load average {load:.1f} before the start" if load > 0.5 * (os.cpu_count() or 1) else ""


def show(figures: Sequence[Figure]) -> None:
    table = Table(title=machine(), caption=versions(), title_justify="left", caption_justify="left")
    for name in ("what", "how", "bar", "result", "verdict"):
        table.add_column(name)
    for each in figures:
        style = {"pass": "green", "FAIL": "bold red"}.get(each.verdict, "")
        table.add_row(each.what, each.how, each.bar, each.result, each.verdict, style=style)
    Console(width=160).print(table)
    for each in figures:
        for note in each.notes:
            console.print(f"{each.what}: {note}")


def report(figures: Sequence[Figure], when: datetime.datetime, more: Sequence[str] = ()) -> str:
    """The figures as docs/benchmarks.md holds them."""
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`; do not edit. Each line can be measured alone, and smaller: see `benchmarks/`.",
        "",
        f"- Machine: {machine()}",
        f"- Versions: {versions(more)}",
        f"- When: {when:%Y-%m-%d %H:%M} UTC",
        "",
        "| What | How | Bar | Result | Verdict |",
        "|---|---|---|---|---|",
    ]
    lines += [f"| {_cell(f.what)} | {_cell(f.how)} | {_cell(f.bar)} | {_cell(f.result)} | {f.verdict} |" for f in figures]
    notes = [f"- {f.what}: {note}" for f in figures for note in f.notes]
    return "\n".join([*lines, *(["", "## Notes", "", *notes] if notes else []), ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", "<br>")


def run_alone(measure: Callable[[argparse.Namespace], list[Figure]], options: Callable[[argparse.ArgumentParser], None], doc: str) -> None:
    """The main of a benchmark's module: parse its options, measure, and show; with --json for the one who runs all of them."""
    parser = argparse.ArgumentParser(description=doc.splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    options(parser)
    parser.add_argument("--json", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # a kept database is away from its place while it is used
    figures = measure(asked)
    if asked.json is not None:
        asked.json.write_text(json.dumps([asdict(each) for each in figures]))
    else:
        show(figures)
