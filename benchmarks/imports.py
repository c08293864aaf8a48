"""`ringdesk import customers`, beside the time that phonenumbers alone takes to parse the same numbers."""

import argparse
import csv
import time
from pathlib import Path

import phonenumbers

from benchmarks import databases
from benchmarks.generate import HOME, write_csv
from benchmarks.harness import Figure, busy, cache, run_alone, told, undisturbed
from ringdesk.crm.importer import import_customers

BAR = 2.0


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--database", action="append", choices=databases.KINDS)


def measure(asked: argparse.Namespace) -> list[Figure]:
    file = _file(asked.customers)
    figures = []
    for kind in asked.database or databases.KINDS:
        remark = busy()
        with databases.empty(kind) as url:
            before = _alone(file)
            with told(f"importing {asked.customers:,} customers into {kind}"):
                began = time.perf_counter()
                summary = import_customers(url, file, HOME)
                took = time.perf_counter() - began
            # Half of the measure before, half behind: the machine may have got busier or quieter meanwhile.
            alone = (before + _alone(file)) / 2
            again = import_customers(url, file, HOME)
        if (summary.created, again.unchanged) != (asked.customers, asked.customers):
            raise AssertionError(f"not everybody came: {summary}, then {again}")
        numbers = _count(file)
        figures.append(
            Figure(
                what=f"Import, {kind}",
                how=f"{asked.customers:,} customers with {numbers:,} numbers from CSV ({file.stat().st_size / 1e6:.0f} MB): checked,"
                " numbers to E.164, 5 tables, search index; beside phonenumbers.parse alone on the same numbers",
                bar=f"≤ {BAR:g} × phonenumbers alone",
                result=f"{took:.1f} s ({asked.customers / took:,.0f} a second); phonenumbers alone {alone:.1f} s: {took / alone:.2f} ×",
                held=took <= BAR * alone,
                notes=tuple(filter(None, (remark, f"the same file again, nothing changed: {again.seconds:.1f} s"))),
            )
        )
    return figures


def _file(customers: int) -> Path:
    file = cache() / f"customers-{customers}-{databases.RECIPE}.csv"
    if not file.exists():
        with told(f"writing a CSV of {customers:,} customers"):
            write_csv(customers, file.with_suffix(".building")).rename(file)
    return file


def _numbers(file: Path) -> list[str]:
    with file.open(encoding="utf-8", newline="") as found:
        return [phone for row in csv.DictReader(found) for phone in row["phones"].split(";")]


def _count(file: Path) -> int:
    return len(_numbers(file))


def _alone(file: Path) -> float:
    """Seconds that phonenumbers takes for all of them, with nothing else running."""
    found = _numbers(file)
    with told("phonenumbers alone"), undisturbed():
        parse = phonenumbers.parse
        began = time.perf_counter()
        for number in found:
            parse(number, HOME)
        return time.perf_counter() - began


if __name__ == "__main__":
    run_alone(measure, options, __doc__)
