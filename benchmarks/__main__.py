"""`python -m benchmarks [NAME …]`: run the named benchmarks, or all; show the figures and write docs/benchmarks.md when it was all."""

import argparse
import datetime
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.harness import Figure, console, report, show

BENCHMARKS = {
    "screenpop": "from the PBX's event to the card at 200 desks, 10 calls/s on a real Asterisk (a)",
    "stream": "200,000 recorded events, beside panoramisk alone (b)",
    "lookup": "a number among ten million (c)",
    "imports": "a million customers from CSV, beside phonenumbers alone (c)",
    "search": "what was said in ten million words of transcripts",
    "speech": "what a worker transcribes in an hour of a core, beside Vosk alone; two workers on two cores",
    "playable": "from hang-up to a recording that plays",
    "seeking": "somewhere else in a recording of an hour, in Chromium",
    "statistics": "every report of ten million calls, beside DuckDB on the raw facts; the rebuild; what the rollups cost a call",
    "memory": "a hundred thousand calls, and what stays of them (d)",
}
PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="make bench",
        description="Measure Ringdesk. Everything is made on this machine, kept in ~/.cache/ringdesk, and compared in the same run.",
        epilog="One alone: make bench BENCH=lookup; smaller: .venv/bin/python -m benchmarks.lookup --numbers 100000 (--help says what"
        " can be chosen). All of them take about half an hour, the first time longer, since databases are generated.\n\n"
        + "\n".join(f"  {name:10} {what}" for name, what in BENCHMARKS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", nargs="*", help=f"{', '.join(BENCHMARKS)}; all if none is named")
    parser.add_argument("--output", type=Path, help=f"where the page goes; {PAGE.name} in docs/ when all are run")
    asked = parser.parse_args()
    if unknown := [name for name in asked.name if name not in BENCHMARKS]:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    began = datetime.datetime.now(datetime.UTC)
    figures, failed = _measured(asked.name or list(BENCHMARKS))
    show(figures)
    page = asked.output or (None if asked.name or failed else PAGE)
    if page is not None:
        page.write_text(report(figures, began), encoding="utf-8")
        console.print(f"Written: {page}")
    if failed:
        sys.exit(f"could not be measured: {', '.join(failed)}")


def _measured(names: list[str]) -> tuple[list[Figure], list[str]]:
    """Each in a process of its own, so that none inherits another one's memory; and which of them broke off."""
    figures: list[Figure] = []
    failed = []
    with tempfile.TemporaryDirectory(prefix="ringdesk-bench-") as folder:
        for name in names:
            console.print(f"[bold]{name}[/]: {BENCHMARKS[name]}")
            found = Path(folder) / f"{name}.json"
            done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}", "--json", str(found)], check=False)
            if done.returncode:
                failed.append(name)
            else:
                figures += [Figure(**{**each, "notes": tuple(each["notes"])}) for each in json.loads(found.read_text())]
    return figures, failed


if __name__ == "__main__":
    main()
