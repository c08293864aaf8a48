"""What the tests of the import say: files of people, and what became of them."""

import csv
from collections.abc import Callable
from pathlib import Path

from ringdesk.crm import search
from ringdesk.crm.importer import Summary
from ringdesk.crm.importer.table import COLUMNS
from ringdesk.crm.search import CustomerFilter
from ringdesk.crm.views import CustomerView
from ringdesk.screenpop.matching import HOUSE
from ringdesk.storage.engine import Database

HEADER = ",".join(COLUMNS)
Import = Callable[..., Summary]


def rejected(file: Path, delimiter: str = ",") -> list[list[str]]:
    """The rejected rows: line, reason, fields."""
    path = file.with_suffix(".rejected.csv")
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as found:
        return list(csv.reader(found, delimiter=delimiter))[1:]


async def everybody(db: Database) -> list[CustomerView]:
    async with db.read() as session:
        found, _ = await search.page(session, HOUSE, CustomerFilter(), sort="created_at", cursor=None, limit=1000, country="UA")
    return sorted(found, key=lambda c: c.id)


async def found_by(db: Database, q: str) -> list[str]:
    async with db.read() as session:
        found, _ = await search.page(session, HOUSE, CustomerFilter(q=q), sort="name", cursor=None, limit=50, country="UA")
    return [c.name for c in found]


def counts(summary: Summary) -> tuple[int, int, int, int]:
    return summary.created, summary.updated, summary.unchanged, summary.rejected


def many(count: int) -> str:
    return "external_id,name,phones\n" + "".join(f"{i},Person {i},+38044{i:07}\n" for i in range(count))
