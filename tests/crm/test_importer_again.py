"""`ringdesk import customers` of a file that was imported before, changed or not, beside what people entered since."""

import pytest
from sqlalchemy import text

from ringdesk.agents import audit
from ringdesk.crm import customers, merging
from ringdesk.crm.drafts import CustomerDraft, NumberDraft
from ringdesk.crm.importer import batches
from ringdesk.screenpop.matching import HOUSE
from ringdesk.storage.engine import Database
from tests.crm.importing import HEADER, Import, counts, everybody, found_by

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
        await merging.merge(session, HOUSE, one.id, two.id, "UA")
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
