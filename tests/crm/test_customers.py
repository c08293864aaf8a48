"""Customers as they are entered, changed and removed; who sees whom; numbers in every spelling."""

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from ringdesk.config.errors import NoSuch
from ringdesk.crm import customers, lookup, merging, notes
from ringdesk.crm.customers import ExternalIdTaken, NotYourTeam
from ringdesk.crm.models import Customer, CustomerNumber, CustomerTag, Note
from ringdesk.screenpop.matching import HOUSE, may_see
from ringdesk.storage.engine import Database
from ringdesk.telephony.numbers import NotANumber
from tests.crm.people import COUNTRY, agent, draft, entered, shown, supervisor, team, user

ANNA = "+380441234567"


async def test_everything_that_was_entered_is_there_again(db: Database) -> None:
    owner = await user(db, "olga")
    customer_id = await entered(
        db,
        "  Анна Петренко ",
        "044 123-45-67",
        kind="company",
        external_id="ERP-17",
        company="Ромашка",
        language="uk",
        notes="Speaks softly\nand slowly",
        owner_id=owner,
        emails=[{"email": "anna@example.org", "kind": "Work"}],
        addresses=[{"text": "Хрещатик 1\nКиїв", "kind": "office"}],
        tags=["vip", "довгий тег"],
    )
    view = await shown(db, customer_id)
    assert (view.name, view.kind, view.external_id, view.company) == ("Анна Петренко", "company", "ERP-17", "Ромашка")
    assert (view.language, view.notes, view.owner_id) == ("uk", "Speaks softly\nand slowly", owner)
    assert [(n.number, n.pretty, n.extension, n.kind) for n in view.numbers] == [(ANNA, "044 123 4567", None, "phone")]
    assert [(e.email, e.kind) for e in view.emails] == [("anna@example.org", "work")]
    assert [(a.text, a.kind) for a in view.addresses] == [("Хрещатик 1\nКиїв", "office")]
    assert view.tags == sorted(["vip", "довгий тег"])


SPELLINGS = (
    "+380441234567", "0441234567", "(044) 123-45-67", "044 123 45 67", "00380441234567", "380441234567", "+38 (044) 123.45.67",
    "+380 44 1234567", "０４４１２３４５６７", "٠٤٤١٢٣٤٥٦٧",
)  # fmt: skip


async def test_all_spellings_of_a_number_meet(db: Database) -> None:
    entered_so = [await entered(db, spelling, spelling) for spelling in SPELLINGS]
    assert [match.id for match in await lookup.by_number(db, ANNA)] == entered_so


async def test_numbers_of_other_countries_short_codes_and_extensions(db: Database) -> None:
    customer_id = await entered(db, "Many", "+49 30 901820", "101", "+380441234567 ext. 12", "+380441234567;ext=34", "+49 (0)30 901820")
    view = await shown(db, customer_id)
    assert [(n.number, n.extension) for n in view.numbers] == [
        ("+4930901820", None), ("101", None), (ANNA, "12"), (ANNA, "34"),
    ]  # fmt: skip
    for key in ("+4930901820", "101", ANNA):
        assert [match.id for match in await lookup.by_number(db, key)] == [customer_id], "found once"


async def test_what_can_never_be_dialled_is_refused(db: Database) -> None:
    for number in ("anonymous", "no number", "+", "12345678901234567890", "<unknown>", "+38044123456789012345;ext=1", "\x00"):
        with pytest.raises(NotANumber):
            await entered(db, "Anna", "+380501112233", number)
    async with db.read() as session:
        assert (await session.scalars(select(Customer))).all() == [], "and nothing of it is kept"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""}, {"name": " \t"}, {"name": "x" * 257}, {"kind": "robot"}, {"language": "english language"}, {"tags": ["x" * 65]},
        {"tags": [""]}, {"emails": [{"email": "nobody"}]}, {"emails": [{"email": "a b@c.d"}]}, {"numbers": [{"number": "1" * 65}]},
        {"numbers": [{"number": "101"}] * 51}, {"owner_id": 0}, {"team_id": -1}, {"surprise": 1}, {"addresses": [{"text": ""}]},
    ],
)  # fmt: skip
def test_what_cannot_be_a_customer(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        draft(**{"name": "Anna", **wrong})  # type: ignore[arg-type]


async def test_a_number_may_belong_to_several(db: Database) -> None:
    mother, son = await entered(db, "Mother", ANNA), await entered(db, "Son", "044 123 45 67")
    assert [match.id for match in await lookup.by_number(db, ANNA)] == [mother, son], "oldest first"
    assert await lookup.by_number(db, "+380509999999") == []


async def test_replacing_says_what_changed_and_leaves_nothing_behind(db: Database) -> None:
    customer_id = await entered(db, "Anna", ANNA, "101", tags=["a", "b"], emails=[{"email": "a@b.c"}], language="uk")
    async with db.write() as session:
        changed = await customers.replace(session, HOUSE, customer_id, draft("Anna P", "101", tags=["b"], language="uk"), COUNTRY)
    assert set(changed) == {"name", "numbers", "emails", "tags"}
    view = await shown(db, customer_id)
    assert (view.name, [n.number for n in view.numbers], view.emails, view.tags) == ("Anna P", ["101"], [], ["b"])
    assert await lookup.by_number(db, ANNA) == []
    async with db.read() as session:
        assert len((await session.scalars(select(CustomerTag))).all()) == 1
    async with db.write() as session:
        same = await customers.replace(session, HOUSE, customer_id, draft("Anna P", "101", tags=["b"], language="uk"), COUNTRY)
    assert same == []


async def test_external_ids_are_one_customers(db: Database) -> None:
    await entered(db, "Anna", external_id="7")
    with pytest.raises(ExternalIdTaken):
        await entered(db, "Bohdan", external_id="7")
    other = await entered(db, "Bohdan", external_id="8")
    with pytest.raises(ExternalIdTaken):
        async with db.write() as session:
            await customers.replace(session, HOUSE, other, draft("Bohdan", external_id="7"), COUNTRY)


async def test_removing_forgets_everything_of_the_customer(db: Database) -> None:
    author = await user(db, "olga")
    customer_id, other = await entered(db, "Anna", ANNA, tags=["vip"]), await entered(db, "Bohdan", ANNA)
    async with db.write() as session:
        await notes.add(session, customer_id, author, "Called about the invoice")
        await merging.merge(session, HOUSE, customer_id, other, COUNTRY)
    async with db.write() as session:
        await customers.remove(session, HOUSE, other)  # the signpost leads there
    async with db.read() as session:
        for table in (Customer, CustomerNumber, CustomerTag, Note):
            assert (await session.scalars(select(table))).all() == [], table
    for gone in (customer_id, other):
        with pytest.raises(NoSuch):
            await shown(db, gone)


async def test_owners_and_teams_must_be_there(db: Database) -> None:
    for field in ("owner_id", "team_id"):
        with pytest.raises(NoSuch):
            await entered(db, "Anna", **{field: 4711})


async def test_visibility_is_one_rule_in_every_query(db: Database) -> None:
    """`customers.visible` for queries and `matching.may_see` for rows already read must say the same of everybody."""
    mine, other = await team(db, "Mine"), await team(db, "Other")
    ids = {
        None: await entered(db, "Public"),
        mine: await entered(db, "Ours", team_id=mine),
        other: await entered(db, "Theirs", team_id=other),
    }
    for principal in (agent(), agent(1, mine), agent(1, mine, other), supervisor(), supervisor(2, mine), HOUSE):
        async with db.read() as session:
            seen = {c.id for c in await customers.many(session, principal, list(ids.values()), COUNTRY)}
            assert set(await customers.names(session, principal, list(ids.values()))) == seen
        assert seen == {i for team_id, i in ids.items() if may_see(principal, team_id)}, principal
        for customer_id in set(ids.values()) - seen:
            async with db.write() as session:
                for refused in (
                    customers.get(session, principal, customer_id, COUNTRY),
                    customers.replace(session, principal, customer_id, draft("Mine now"), COUNTRY),
                    customers.remove(session, principal, customer_id),
                    customers.hold(session, principal, customer_id),
                ):
                    with pytest.raises(NoSuch):
                        await refused


async def test_a_restriction_is_kept_by_who_may_not_lift_it(db: Database) -> None:
    mine, other = await team(db, "Mine"), await team(db, "Other")
    customer_id = await entered(db, "Ours", team_id=mine)
    with pytest.raises(NotYourTeam):
        async with db.write() as session:
            await customers.replace(session, agent(1, mine), customer_id, draft("Ours", team_id=other), COUNTRY)
    async with db.write() as session:
        await customers.replace(session, agent(1, mine), customer_id, draft("Ours, changed", team_id=mine), COUNTRY)
    assert (await shown(db, customer_id)).team_id == mine
