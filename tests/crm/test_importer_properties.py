"""Any file at all: every row becomes a customer or is rejected with a reason, and what is plain is what `CustomerDraft` makes of it."""

import csv
import io
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from ringdesk.config.errors import DomainError
from ringdesk.crm.importer import Summary, import_customers
from ringdesk.crm.importer.rows import ADDRESS, ADDRESS_EMAIL, COMPANY, EXTERNAL_ID, NAME, NOTES, TAG, BadRow, Reading, Row
from ringdesk.crm.importer.table import COLUMNS, Table
from ringdesk.storage.engine import driver_url

LONG = st.sampled_from([TAG, EXTERNAL_ID, ADDRESS_EMAIL, COMPANY, ADDRESS, NOTES, NAME])
ODD = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
NEAR_A_LIMIT = st.builds(lambda n, more, c: c * (n + more), LONG, st.sampled_from([-1, 0, 1]), st.sampled_from("xäЯ \u3000"))
NUMBERS = st.sampled_from(["+380441234567", "0441234567", "112", "+49 (0)30 1234567", "ext=5", "anonymous", "12ab", "+1 212 555 0123 x9"])
EMAILS = st.sampled_from(["a@b.co", "A@B.co", "nobody", "x" * 64 + "@b.co", "x" * 65 + "@b.co", "ä@ö.de", "a @b.co"])
SEVERAL = st.lists(st.one_of(NUMBERS, EMAILS, ODD), max_size=4).map(";".join) | st.just(";".join(str(i) for i in range(51)))
NAMED = st.sampled_from(["Anna", "Ünal", "", " Bob ", "=1+1"])
CELL = {
    "external_id": ODD | NEAR_A_LIMIT,
    "name": NAMED | ODD | NEAR_A_LIMIT,
    "kind": st.sampled_from(["", "person", "company", "Person", "human"]),
    "phones": st.lists(NUMBERS, max_size=3).map(";".join) | SEVERAL,
    "emails": st.lists(EMAILS, max_size=3).map("; ".join) | SEVERAL,
    "company": ODD | NEAR_A_LIMIT,
    "address": ODD | NEAR_A_LIMIT,
    "language": st.sampled_from(["", "uk", "de-AT", "zh-Hant-TW", "english", "u"]) | ODD,
    "tags": SEVERAL | NEAR_A_LIMIT,
    "notes": ODD | NEAR_A_LIMIT,
}
ROW = st.tuples(*(CELL[name] for name in COLUMNS)).map(list)


def reading() -> Reading:
    return Reading(Table(Path("x.csv"), 0, 0, ",", COLUMNS, COLUMNS), "UA")


def or_reason(make: Row | BadRow | None) -> object:
    return str(make) if isinstance(make, BadRow) else make


@given(ROW, ROW)
@settings(max_examples=3000, deadline=None)
@example(["", "A", "", "+380441234567", "", "", "", "uk", "", ""], ["", "A", "", "", "", "", "", "uk", "", ""])
def test_the_quick_check_says_what_customerdraft_says(one: list[str], two: list[str]) -> None:
    """The second row sees what the first has taught: languages that were accepted."""
    reader = reading()
    for row in (one, two):
        cells = tuple(cell.strip() for cell in row)
        quick = reader._plain(7, cells)
        try:
            thorough: Row | None = reader._checked(7, cells)
        except BadRow:
            thorough = None
        assert quick is None or quick == thorough


@pytest.fixture(scope="module")
def scratch(sqlite_template: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def bring(content: bytes, scratch: Path, template: Path) -> tuple[Summary, list[list[str]], list[str]]:
    """What came of it: the summary, the rejected rows, the names of all customers."""
    database, file = scratch / "x.db", scratch / "x.csv"
    for old in scratch.iterdir():
        old.unlink()
    shutil.copy(template, database)
    file.write_bytes(content)
    summary = import_customers(f"sqlite:///{database}", file, "UA")
    path = file.with_suffix(".rejected.csv")
    refused = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))[1:] if path.exists() else []
    engine = create_engine(driver_url(f"sqlite:///{database}", sync=True))
    with engine.connect() as connection:
        names = [row[0] for row in connection.execute(text("SELECT name FROM customers"))]
    engine.dispose()
    return summary, refused, names


@given(rows=st.lists(ROW, max_size=12), quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_rows_survive_or_are_rejected_with_a_reason(rows: list[list[str]], quoting: int, scratch: Path, sqlite_template: Path) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=quoting)
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    summary, refused, names = bring(out.getvalue().encode(), scratch, sqlite_template)
    there = [row for row in rows if any(cell.strip() for cell in row)]
    assert summary.rows == len(there)
    assert summary.rejected == len(refused)
    assert len(names) == summary.created
    reader, good = reading(), []
    for row in there:
        try:
            good.append(reader.row(1, row).name)
        except BadRow:
            continue
    assert summary.rejected == len(there) - len(good)
    assert set(names) <= set(good)
    assert all(reason for _, reason, *_ in refused)


HOSTILE = st.lists(
    st.sampled_from([b'"', b",", b";", b"\n", b"\r\n", b"\r", b"\0", b"\xff", b"\xc3", b"x", b'""', b",\n", "ä".encode(), b"1", b'",'])
    | st.binary(max_size=6),
    max_size=12,
).map(b"".join)


@given(parts=st.lists(HOSTILE, max_size=8))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(parts=[b'"', b'x","'])
@example(parts=[b'a,"\n', b'\xff",'])
def test_whatever_stands_between_them_no_good_row_is_lost(parts: list[bytes], scratch: Path, sqlite_template: Path) -> None:
    """A good line is a customer, or, where a quote before it makes it part of a larger field, is found in the rejected file or in a
    customer's name."""
    content, good = b"name,phones\n\xc3\xa4,112\n", []
    for i, part in enumerate(parts):
        good.append(f"Sentinel {i}")
        content += part + b"\n" + f"Sentinel {i},112\n".encode()
    try:
        summary, refused, names = bring(content, scratch, sqlite_template)
    except DomainError:
        return  # not UTF-8 in most of its lines
    assert summary.rejected == len(refused)
    everything = "\n".join([*names, *(cell for row in refused for cell in row)])
    assert [name for name in good if name not in everything] == []
