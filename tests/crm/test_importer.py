"""`ringdesk import customers`: every rule of it, on both databases."""

import csv
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, text

from ringdesk.agents import audit
from ringdesk.crm import customers, search
from ringdesk.crm.customers import CustomerDraft, CustomerView, EmailDraft, NumberDraft
from ringdesk.crm.importer import Summary, batches, import_customers, pipeline
from ringdesk.crm.importer.rejects import CannotWriteRejected
from ringdesk.crm.importer.run import DatabaseFailed
from ringdesk.crm.importer.table import COLUMNS, NotAFile, NotCsv, WrongColumns, WrongEncoding
from ringdesk.crm.search import CustomerFilter
from ringdesk.screenpop.matching import HOUSE
from ringdesk.storage.engine import Database, driver_url

HEADER = ",".join(COLUMNS)
Import = Callable[..., Summary]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


@pytest.fixture
def bring(database_url: str, file: Path) -> Import:
    """Write a file and import it."""

    def run(content: str | bytes, **more: Any) -> Summary:
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return import_customers(database_url, file, "UA", **more)

    return run


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


# What a row becomes -----------------------------------------------------------------------------------------------------------


async def test_a_row_becomes_a_customer(bring: Import, db: Database) -> None:
    row = 'C-1,Änna Petrenko,person,"044 123-45-67;+49 30 12345678",anna@example.com;a@b.co,Petrenko & Co,'
    row += '"Khreshchatyk 1, Kyiv",uk,vip;north,"Calls\nearly"'
    assert counts(bring(f"{HEADER}\n{row}\n")) == (1, 0, 0, 0)
    (anna,) = await everybody(db)
    assert (anna.external_id, anna.name, anna.kind, anna.company, anna.language) == (
        "C-1",
        "Änna Petrenko",
        "person",
        "Petrenko & Co",
        "uk",
    )
    assert [(n.number, n.kind, n.extension) for n in anna.numbers] == [("+380441234567", "phone", None), ("+493012345678", "phone", None)]
    assert [e.email for e in anna.emails] == ["anna@example.com", "a@b.co"]
    assert [a.text for a in anna.addresses] == ["Khreshchatyk 1, Kyiv"]
    assert (anna.tags, anna.notes) == (["north", "vip"], "Calls\nearly")


@pytest.mark.parametrize("q", ["anna", "petrenko &", "1234567", "a@b", "#vip", "ÄNNA"])
async def test_what_came_by_import_is_found_like_everything_else(bring: Import, db: Database, q: str) -> None:
    bring(f"{HEADER}\nC-1,Änna Petrenko,,0441234567,a@b.co,Petrenko & Co,,,vip,\n")
    assert await found_by(db, q) == ["Änna Petrenko"]


async def test_an_imported_customer_is_exactly_what_the_api_would_make(bring: Import, db: Database) -> None:
    """Search text and folded name among it."""
    bring(f'{HEADER}\n"C-1",Ünal  Özgür,company,"112;+380441234567;ext=12;0441234567",A@b.co;a@B.co;c@d.eu,Ö,Street,de,b;a;b,Ñ\n')
    draft = CustomerDraft(
        name="Ünal  Özgür",
        kind="company",
        numbers=[NumberDraft(number=n) for n in ("112", "+380441234567;ext=12", "0441234567")],
        emails=[EmailDraft(email=e) for e in ("A@b.co", "a@B.co", "c@d.eu")],
        company="Ö",
        language="de",
        addresses=[{"text": "Street"}],
        tags=["b", "a", "b"],
        notes="Ñ",
    )
    async with db.write() as session:
        await customers.create(session, HOUSE, draft, "UA")
    one, two = await everybody(db)
    without = {"id", "external_id", "created_at", "updated_at"}
    assert one.model_dump(exclude=without) == two.model_dump(exclude=without)
    async with db.read() as session:
        rows = (await session.execute(text("SELECT search_text, folded_name FROM customers ORDER BY id"))).all()
    assert rows[0] == rows[1]


ODD = ["back\\slash", "\\N", "\\.", "full＼width", "tab\there", "two\nlines", "quote ' \"", "a;b", "%s :x", "🦜"]


@pytest.mark.parametrize("name", ODD)
async def test_any_text_comes_as_it_is(bring: Import, db: Database, name: str) -> None:
    quoted = name.replace('"', '""')
    bring(f'external_id,name,company,address,tags,notes\n"{quoted}","{quoted}","{quoted}","{quoted}","x","{quoted}"\n')
    (found,) = await everybody(db)
    assert {found.external_id, found.name, found.company, found.addresses[0].text, found.notes} == {name}
    assert await found_by(db, name[:8].split()[0]) == [name]


@pytest.mark.parametrize(
    "content",
    [
        "name,phones\nAnna,+380441234567\nBob,112\n",
        "\ufeffname;phones\r\nAnna;+380441234567\r\nBob;112\r\n",
        'phones,name\n"+380441234567","Anna"\n112,Bob',
        " Name ; PHONES \nAnna;+380441234567\n\n;\nBob;112\n",
    ],
    ids=["comma", "BOM, semicolon, CRLF", "any order, quotes, no end of line", "case, blanks, empty lines"],
)
async def test_files_as_spreadsheets_write_them(bring: Import, db: Database, content: str) -> None:
    assert counts(bring(content)) == (2, 0, 0, 0)
    assert [(c.name, [n.number for n in c.numbers]) for c in await everybody(db)] == [("Anna", ["+380441234567"]), ("Bob", ["112"])]


async def test_only_names(bring: Import, db: Database) -> None:
    assert counts(bring("name\nAnna\nBob\n")) == (2, 0, 0, 0)


# What is no file of customers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "error", "said"),
    [
        ("nam,phone\nA,1\n", WrongColumns, "no column nam (did you mean name?), phone (did you mean phones?)"),
        ("phones\n1\n", WrongColumns, "lacks the column name"),
        ("name,name\n", WrongColumns, "name more than once"),
        ("name\tphones\n", WrongColumns, "tabs"),
        ("", WrongColumns, "empty"),
        ("name\rAnna\r", WrongColumns, "carriage return"),
        ("name,,phones\n", WrongColumns, "without a name"),
        ("name\nÄnna\n".encode("utf-16"), WrongEncoding, "UTF-16"),
        ("name\nÄnna\n".encode("utf-16-le"), WrongEncoding, "UTF-16"),
        ("name\nAnna\nZürich\nÖl\n".encode("latin-1"), WrongEncoding, "(line 3): it looks like Windows-1252"),
        (b"PK\x03\x04\x14\x00\x06\x00", NotCsv, "CSV UTF-8"),
        ("\x1b[31mname\nAnna\n", WrongColumns, "\ufffd[31mname"),
    ],
)
async def test_a_file_that_cannot_be_meant_is_refused_whole(
    bring: Import, db: Database, file: Path, content: str | bytes, error: type[Exception], said: str
) -> None:
    with pytest.raises(error) as raised:
        bring(content)
    assert said in str(raised.value)
    assert await everybody(db) == []
    assert not file.with_suffix(".rejected.csv").exists()


def test_no_file(database_url: str, tmp_path: Path) -> None:
    for path in (tmp_path / "nobody.csv", tmp_path):
        with pytest.raises(NotAFile):
            import_customers(database_url, path, "UA")


def test_the_rejected_must_go_somewhere(bring: Import, file: Path, tmp_path: Path) -> None:
    with pytest.raises(CannotWriteRejected):
        bring("name\nAnna\n", rejected_to=tmp_path / "no folder" / "x.csv")
    with pytest.raises(CannotWriteRejected):
        bring("name\nAnna\n", rejected_to=file)
    assert file.read_text() == "name\nAnna\n"


# Bad rows ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",,,,,,,,", "name: is empty"),
        ("x" * 257 + ",,,,,,,,", "name: String should have at most 256"),
        ("A,human,,,,,,,", "kind: 'human' Input should be 'person' or 'company'"),
        ("A,,12ab,,,,,,", "phones: '12ab' is not a phone number"),
        ("A,,+380441234567;anonymous,,,,,,", "phones: 'anonymous' is not a phone number"),
        ("A,,+380441234567 ext 12345678901234567,,,,,,", "phones:"),
        ("A,,,nobody,,,,,", "emails: 'nobody' is not an e-mail address"),
        ("A,,,,,,english,,", "language: 'english'"),
        ("A,,,,,,,,," + "x", "has 10 columns, the first line of the file has 9"),
        ("A", "has 1 columns"),
        ("A,,,,,,,,n" + "x" * 20_000, "notes: String should have at most 20000"),
        ("A,,,,,,," + ";".join("t" + str(i) for i in range(51)) + ",", "tags: List should have at most 50"),
        ('"A"B,,,,,,,,', "broken quote"),
        ("A\0,,,,,,,,", "NUL"),
        ("A,,,,,,,," + "x" * 1_000_000, "more than 131072 characters"),
        ("A,,,,,,,," + "x" * 3_000_000, "longer than 1048576 bytes"),
    ],
)
async def test_a_bad_row_is_rejected_with_the_reason_and_nothing_else_is_lost(
    bring: Import, db: Database, file: Path, row: str, reason: str
) -> None:
    header = "name,kind,phones,emails,company,address,language,tags,notes"
    if row == ",,,,,,,,":
        row = ",,112,,,,,,"
    summary = bring(f"{header}\nBefore,,,,,,,,\n{row}\nBehind,,,,,,,,\n")
    assert counts(summary) == (2, 0, 0, 1)
    assert [c.name for c in await everybody(db)] == ["Before", "Behind"]
    ((line, why, *fields),) = rejected(file)
    assert line == "3"
    assert reason in why
    assert fields
    assert max(map(len, fields)) < 33_000


async def test_bytes_that_are_not_utf_8_cost_their_line(bring: Import, db: Database, file: Path) -> None:
    summary = bring("name,phones\nÄnna,1\n".encode() + b"Z\xfcrich,2\n" + "Ödön,112\n".encode())
    assert counts(summary) == (2, 0, 0, 1)
    assert [(r[0], r[1]) for r in rejected(file)] == [("3", "is not UTF-8 (byte 0xfc)")]


@pytest.mark.parametrize(
    ("content", "names", "lines"),
    [
        ('name,phones\nA,"1\nB,2\nC,3\n', ["B", "C"], ["2"]),
        ('name,phones\nA,"112\nB,113\nC,"114"\nD,115\n', ["B", "C", "D"], ["2"]),
        ('name,phones\nA,112\nB,"113', ["A"], ["3"]),
        ('name,notes\nA,"one\ntwo"\nB,"x"y\nC,z\n', ["A", "C"], ["4"]),
        ('name,notes\nA,"one\n' + "two\n" * 50_000 + "B,x\n", ["B"], None),
    ],
    ids=["never closed", "closed by the next one", "at the end", "behind a quoted line break", "swallowing much"],
)
async def test_a_broken_quote_costs_the_line_it_stands_in(
    bring: Import, db: Database, file: Path, content: str, names: list[str], lines: list[str] | None
) -> None:
    bring(content)
    assert [c.name for c in await everybody(db)] == names
    if lines is not None:
        assert [r[0] for r in rejected(file)] == lines


async def test_the_rejected_file_is_safe_in_a_spreadsheet_and_can_be_mended_and_imported(bring: Import, db: Database, file: Path) -> None:
    assert bring('external_id;name;phones;notes\n1;=1+1;@x;"-2;3"\n2;Bob;112;x\n').rejected == 1
    path = file.with_suffix(".rejected.csv")
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfline;reason;external_id;name;phones;notes\r\n")
    assert rejected(file, ";") == [["2", "phones: '@x' is not a phone number", "1", "'=1+1", "'@x", "'-2;3"]]
    mended = raw.decode("utf-8-sig").replace("'@x", "'+380441234567")
    assert counts(bring(mended)) == (1, 0, 0, 0)
    found = {c.external_id: c for c in await everybody(db)}
    assert (found["1"].name, found["1"].notes, found["1"].numbers[0].number) == ("=1+1", "-2;3", "+380441234567")


def test_without_rejected_rows_there_is_no_file_of_them(bring: Import, file: Path) -> None:
    bring("name\n" + '"x"y\n')
    assert rejected(file)
    bring("name\nA\n")
    assert not file.with_suffix(".rejected.csv").exists()


def test_the_rejected_file_is_no_more_readable_than_the_file(bring: Import, file: Path) -> None:
    file.touch(mode=0o600)
    bring('name\n"x"y\n')
    assert file.with_suffix(".rejected.csv").stat().st_mode & 0o777 == 0o600


async def test_what_the_database_refuses_costs_that_row_alone(bring: Import, db: Database, database_url: str, file: Path) -> None:
    """A rule that only the database has, as some house may have added one."""
    engine = create_engine(driver_url(database_url, sync=True))
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(
                text("CREATE TRIGGER house_rule BEFORE INSERT ON customers WHEN new.name = 'Nobody' BEGIN SELECT raise(ABORT, 'no'); END")
            )
        else:
            connection.execute(text("ALTER TABLE customers ADD CONSTRAINT house_rule CHECK (name <> 'Nobody')"))
    engine.dispose()
    people = [*(f"Person {i}" for i in range(20)), "Nobody", *(f"Human {i}" for i in range(20))]
    assert counts(bring("name\n" + "\n".join(people) + "\n")) == (40, 0, 0, 1)
    ((line, reason, *_),) = rejected(file)
    assert line == "22"
    assert "the database refuses it" in reason


# Again and again --------------------------------------------------------------------------------------------------------------

PEOPLE = f"""{HEADER}
1,Anna,person,0441234567;112,a@b.co,Acme,Street 1,uk,vip;north,Note
2,Bob,company,0441234568,,,,,,
"""


async def test_the_same_file_again_changes_nothing(bring: Import, db: Database) -> None:
    assert counts(bring(PEOPLE)) == (2, 0, 0, 0)
    before = await everybody(db)
    assert counts(bring(PEOPLE)) == (0, 0, 2, 0)
    assert await everybody(db) == before


async def test_the_same_external_id_updates(bring: Import, db: Database) -> None:
    bring(PEOPLE)
    before = {c.external_id: c for c in await everybody(db)}
    changed = PEOPLE.replace("1,Anna,person,0441234567;112,a@b.co,Acme,Street 1,uk,vip;north,Note", "1,Anne,,113,,,,de,east,")
    assert counts(bring(changed)) == (0, 1, 1, 0)
    after = {c.external_id: c for c in await everybody(db)}
    anne = after["1"]
    assert (anne.id, anne.name, anne.company, anne.language, anne.notes) == (before["1"].id, "Anne", None, "de", None)
    assert ([n.number for n in anne.numbers], anne.emails, anne.addresses, anne.tags) == (["113"], [], [], ["east"])
    assert anne.updated_at > before["1"].updated_at
    assert anne.created_at == before["1"].created_at
    assert after["2"] == before["2"]
    assert await found_by(db, "anne") == ["Anne"]
    assert await found_by(db, "anna") == []
    assert await found_by(db, "#north") == []


async def test_columns_that_the_file_lacks_stay_as_they_are(bring: Import, db: Database) -> None:
    bring(PEOPLE)
    before = {c.external_id: c for c in await everybody(db)}["1"]
    assert counts(bring("external_id,name,phones\n1,Anne,112\n")) == (0, 1, 0, 0)
    anne = {c.external_id: c for c in await everybody(db)}["1"]
    assert [n.number for n in anne.numbers] == ["112"]
    same = ("kind", "company", "language", "notes", "emails", "addresses", "tags")
    assert {name: getattr(anne, name) for name in same} == {name: getattr(before, name) for name in same}
    assert await found_by(db, "#vip") == ["Anne"]


async def test_what_only_people_enter_survives_an_import(bring: Import, db: Database) -> None:
    """The kind of a number, and whose customer it is."""
    bring(PEOPLE)
    anna = next(c for c in await everybody(db) if c.external_id == "1")
    async with db.write() as session:
        draft = CustomerDraft.model_validate(anna.model_dump(include=set(CustomerDraft.model_fields) - {"numbers"}))
        numbers = [NumberDraft(number="0441234567", kind="mobile"), NumberDraft(number="112", kind="phone")]
        await customers.replace(session, HOUSE, anna.id, draft.model_copy(update={"numbers": numbers}), "UA")
    assert counts(bring(PEOPLE)) == (0, 0, 2, 0)
    bring(PEOPLE.replace("0441234567;112", "0441234567;113"))
    anna = next(c for c in await everybody(db) if c.external_id == "1")
    assert [(n.number, n.kind) for n in anna.numbers] == [("+380441234567", "mobile"), ("113", "phone")]


async def test_rows_without_external_id_are_found_again_by_name_and_a_shared_number_or_email(bring: Import, db: Database) -> None:
    content = "name,phones,emails,company\nAnna,0441234567;112,,\nBob,,bob@b.co,\nCy,,,Acme\nCy,,,Other\n"
    assert counts(bring(content)) == (4, 0, 0, 0)
    assert counts(bring(content)) == (0, 0, 4, 0)
    assert counts(bring("name,phones,emails,company\nANNA,112;113,,\nBob,112,bob@b.co,\nAnna,119,,\nCy,118,,Acme\n")) == (2, 2, 0, 0)
    assert [(c.name, len(c.numbers)) for c in await everybody(db)] == [
        ("ANNA", 2),
        ("Bob", 1),
        ("Cy", 0),
        ("Cy", 0),
        ("Anna", 1),
        ("Cy", 1),
    ]


async def test_a_row_without_external_id_is_nobody_who_has_one(bring: Import, db: Database) -> None:
    bring(PEOPLE)
    assert counts(bring("name,phones\nAnna,0441234567\n")) == (1, 0, 0, 0)
    assert counts(bring("external_id,name,phones\n77,Anna,0441234567\n")) == (1, 0, 0, 0)
    assert len(await everybody(db)) == 4


@pytest.mark.parametrize("rows", [1, 2, 20_000], ids=["each in a batch of its own", "two in a batch", "all in one batch"])
async def test_of_two_rows_of_one_customer_the_later_counts(
    bring: Import, db: Database, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "ROWS", dict.fromkeys(batches.ROWS, rows))
    content = "external_id,name,phones\n1,Anna,112\n2,Bob,\n1,Anna,112\n1,Anne,113\n,Cy,112\n,Cy,112;113\n,Cy,113\n,Cy,112\n"
    summary = bring(content)
    assert (summary.created, summary.updated + summary.unchanged, summary.rejected) == (4, 4, 0)
    found = sorted((c.name, *(n.number for n in c.numbers)) for c in await everybody(db))
    assert found == [("Anne", "113"), ("Bob",), ("Cy", "112"), ("Cy", "113")]


async def test_two_rows_that_turn_out_to_be_one_customer(bring: Import, db: Database) -> None:
    bring("name,phones\nAnna,112;113\n")
    assert counts(bring("name,phones\nAnna,112\nAnna,113\n")) == (1, 1, 0, 0)
    assert [[n.number for n in c.numbers] for c in await everybody(db)] == [["112"], ["113"]]


async def test_who_was_merged_into_another_stays_merged(bring: Import, db: Database) -> None:
    bring(PEOPLE)
    one, two = await everybody(db)
    async with db.write() as session:
        await customers.merge(session, HOUSE, one.id, two.id, "UA")
        await session.execute(text("UPDATE customers SET external_id = '2' WHERE id = :id"), {"id": two.id})
    before = await everybody(db)
    summary = bring("external_id,name\n2,Bob again\n")
    assert (summary.merged, summary.rows) == (1, 1)
    assert await everybody(db) == before


async def test_the_audit_log_has_a_line_for_the_import(bring: Import, db: Database) -> None:
    bring(PEOPLE + '"x"y\n')
    async with db.read() as session:
        ((entry,), _) = await audit.page(session)
    assert (entry.action, entry.subject, entry.subject_id, entry.user_id) == ("imported", "customers", "people.csv", None)
    assert entry.detail is not None
    assert {k: entry.detail[k] for k in ("created", "updated", "unchanged", "rejected")} == {
        "created": 2, "updated": 0, "unchanged": 0, "rejected": 1,
    }  # fmt: skip


# In good company --------------------------------------------------------------------------------------------------------------


def many(count: int) -> str:
    return "external_id,name,phones\n" + "".join(f"{i},Person {i},+38044{i:07}\n" for i in range(count))


async def test_a_large_file_is_read_in_a_process_of_its_own(bring: Import, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "ALONE", 0)
    seen: list[int] = []
    summary = bring(many(45_000) + ",,\n,,1\n", progress=lambda table, so_far: seen.append(so_far.position * 100 // table.size))
    assert counts(summary) == (45_000, 0, 0, 1)
    assert seen == sorted(seen)
    assert len(seen) >= 3
    assert seen[-1] == 100
    async with db.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM customer_numbers")) == 45_000
        assert await session.scalar(text("SELECT count(DISTINCT id) FROM customers")) == 45_000


def test_the_reader_dies(bring: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "ALONE", 0)
    monkeypatch.setattr(pipeline, "LOOK", 0.05)
    monkeypatch.setattr(pipeline, "_read_to", _die)
    with pytest.raises(pipeline.ReaderDied, match="exit code 7"):
        bring(many(10))


def _die(*_anything: object) -> None:
    sys.exit(7)


async def test_others_write_while_a_file_is_imported(bring: Import, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `ringdesk serve` does, on the same database; nobody waits for long."""
    monkeypatch.setattr(batches, "ROWS", dict.fromkeys(batches.ROWS, 2_000))
    result: list[Summary] = []
    thread = threading.Thread(target=lambda: result.append(bring(many(30_000))))
    thread.start()
    waits: list[float] = []
    while thread.is_alive():
        began = time.monotonic()
        async with db.write() as session:
            await customers.create(session, HOUSE, CustomerDraft(name=f"By hand {len(waits)}", external_id=f"hand-{len(waits)}"), "UA")
        waits.append(time.monotonic() - began)
    thread.join()
    assert counts(result[0]) == (30_000, 0, 0, 0)
    assert len(waits) > 3
    assert max(waits) < 5
    async with db.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM customers")) == 30_000 + len(waits)


def test_the_database_goes_away(bring: Import, db: Database, monkeypatch: pytest.MonkeyPatch, database_url: str) -> None:
    """What was written stays, the error says where it stopped, and importing again goes on."""
    monkeypatch.setattr(batches, "ROWS", dict.fromkeys(batches.ROWS, 100))

    def progress(_table: object, summary: Summary) -> None:
        if summary.created >= 300:
            _break(database_url)

    with pytest.raises(DatabaseFailed) as raised:
        bring(many(1_000), progress=progress)
    assert re.search(r"after line [345]01:", str(raised.value))
    _mend(database_url)
    again = bring(many(1_000))
    assert again.unchanged >= 300
    assert again.created + again.unchanged == 1_000


def _break(url: str) -> None:
    _execute(url, "ALTER TABLE customer_tags RENAME TO elsewhere")


def _mend(url: str) -> None:
    _execute(url, "ALTER TABLE elsewhere RENAME TO customer_tags")


def _execute(url: str, statement: str) -> None:
    engine = create_engine(driver_url(url, sync=True))

    @event.listens_for(engine, "connect")
    def patient(connection: Any, _record: Any) -> None:
        if engine.dialect.name == "sqlite":
            connection.execute("PRAGMA busy_timeout=10000")

    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


SCRIPT = """
import signal
import sys
from pathlib import Path
from ringdesk.crm.importer import batches, import_customers

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a test run in the background hands down that it is ignored
    batches.ROWS = dict.fromkeys(batches.ROWS, 200)
    summary = import_customers(sys.argv[1], Path(sys.argv[2]), "UA", progress=lambda _t, s: print(s.rows, flush=True))
    print("interrupted" if summary.interrupted else "done", summary.created, flush=True)
"""


async def test_ctrl_c_keeps_what_was_written_and_says_so(database_url: str, db: Database, file: Path, tmp_path: Path) -> None:
    file.write_text(many(40_000))
    script = tmp_path / "run.py"
    script.write_text(SCRIPT)
    process = subprocess.Popen([sys.executable, str(script), database_url, str(file)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        while int(process.stdout.readline()) < 400:
            pass
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    how, created = rest.split()[-2:]
    assert (process.returncode, how) == (0, "interrupted")
    assert 400 <= int(created) < 40_000
    async with db.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM customers")) == int(created)
