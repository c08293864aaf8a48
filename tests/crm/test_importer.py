"""`ringdesk import customers`: what becomes of a row, and of what is none; on both databases."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from ringdesk.crm import customers
from ringdesk.crm.drafts import CustomerDraft, EmailDraft, NumberDraft
from ringdesk.crm.importer import import_customers
from ringdesk.crm.importer.rejects import CannotWriteRejected
from ringdesk.crm.importer.table import NotAFile, NotCsv, WrongColumns, WrongEncoding
from ringdesk.screenpop.matching import HOUSE
from ringdesk.storage.engine import Database, driver_url
from tests.crm.importing import HEADER, Import, counts, everybody, found_by, rejected

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
