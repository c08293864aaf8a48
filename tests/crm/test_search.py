"""Finding customers by any part of what is known of them, in any spelling and script, page by page."""

import random
from collections.abc import Sequence
from typing import Any

import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from ringdesk.crm import customers, merging, search
from ringdesk.crm.models import Customer
from ringdesk.crm.search import CustomerFilter, Sort
from ringdesk.screenpop.matching import HOUSE
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database
from tests.crm.people import COUNTRY, agent, draft, entered, team, user

SORTS: tuple[Sort, ...] = ("best", "name", "-name", "created_at", "-created_at", "updated_at", "-updated_at")


async def found(db: Database, q: str | None = None, by: Any = HOUSE, country: str = COUNTRY, **wanted: Any) -> list[str]:
    """Names on the first page, as a person sees them."""
    async with db.read() as session:
        page, _ = await search.page(session, by, CustomerFilter(q=q, **wanted), sort="best", cursor=None, limit=50, country=country)
    return [c.name for c in page]


async def all_pages(db: Database, q: str | None, sort: Sort, limit: int) -> list[int]:
    ids: list[int] = []
    cursor: str | None = None
    for _ in range(500):
        async with db.read() as session:
            page, cursor = await search.page(session, HOUSE, CustomerFilter(q=q), sort=sort, cursor=cursor, limit=limit, country=COUNTRY)
        ids += [c.id for c in page]
        if cursor is None:
            return ids
    raise AssertionError("the pages do not end")


PEOPLE: tuple[tuple[str, Sequence[str], dict[str, Any]], ...] = (
    ("Anna Petrenko", ["+380441234567"], {"tags": ["vip", "annual contract"], "emails": [{"email": "Anna.P@Example.org"}]}),
    ("Jürgen Müller", ["+49 30 901820"], {"company": "Groß & Söhne GmbH"}),
    ("ПЕТРЕНКО Ганна", ["+380671112233"], {}),
    ("Ελένη Παπαδοπούλου", ["+302101234567"], {}),
    ("محمد علي", ["+966501234567"], {}),
    ("王小明", ["+8613912345678"], {"company": "北京公司"}),
    ("김민준", ["+821012345678"], {}),
    ("สมชาย ใจดี", ["+66812345678"], {}),
    ("100% Wolle_GmbH", ["101"], {"tags": ["a_b", "100%"]}),
    ('Quote "Q" O\'Brien \\ Co', [], {}),
    ("José Ñandú", ["+34911234567"], {}),
    ("ﬁne Ⅻ Ａｎｎａ", [], {}),
    ("Иван Смирнов", ["+74951234567"], {}),
)


@pytest_asyncio.fixture
async def people(db: Database) -> Database:
    for name, numbers, more in PEOPLE:
        await entered(db, name, *numbers, **more)
    return db


FINDS: tuple[tuple[str, str], ...] = (
    ("petr", "Anna Petrenko"), ("PETRENKO", "Anna Petrenko"), ("trenk ann", "Anna Petrenko"), ("anna.p@example", "Anna Petrenko"),
    ("#vip", "Anna Petrenko"), ("#annual", "Anna Petrenko"), ("an", "Anna Petrenko"),
    ("muller", "Jürgen Müller"), ("MÜLLER", "Jürgen Müller"), ("ju\u0308rgen", "Jürgen Müller"), ("gross sohne", "Jürgen Müller"),
    ("петренко", "ПЕТРЕНКО Ганна"), ("ганна", "ПЕТРЕНКО Ганна"), ("Га Петренко", "ПЕТРЕНКО Ганна"),
    ("ελενη", "Ελένη Παπαδοπούλου"), ("ΠΑΠΑΔΟΠΟΎΛΟΥ", "Ελένη Παπαδοπούλου"),
    ("محمد", "محمد علي"), ("علي", "محمد علي"),
    ("王小明", "王小明"), ("小明", "王小明"), ("王", "王小明"), ("北京", "王小明"),
    ("민준", "김민준"), ("김", "김민준"), ("สมชาย", "สมชาย ใจดี"), ("ใจ", "สมชาย ใจดี"),
    ("jose nandu", "José Ñandú"), ("fine", "ﬁne Ⅻ Ａｎｎａ"), ("xii", "ﬁne Ⅻ Ａｎｎａ"),
    ('"Q"', 'Quote "Q" O\'Brien \\ Co'), ("o'brien", 'Quote "Q" O\'Brien \\ Co'), ("quote \\ co", 'Quote "Q" O\'Brien \\ Co'),
    ("100%", "100% Wolle_GmbH"), ("wolle_gmbh", "100% Wolle_GmbH"), ("#a_b", "100% Wolle_GmbH"), ("#100%", "100% Wolle_GmbH"),
    ("0441234567", "Anna Petrenko"), ("(044) 123-45", "Anna Petrenko"), ("+38 044 12", "Anna Petrenko"), ("123 45 67", "Anna Petrenko"),
    ("00380441234567", "Anna Petrenko"), ("٠٤٤١٢٣٤٥٦٧", "Anna Petrenko"), ("０４４ １２３", "Anna Petrenko"), ("234567", "Anna Petrenko"),
    ("+49 (0)30 901820", "Jürgen Müller"), ("030 901820", "Jürgen Müller"), ("901820", "Jürgen Müller"), ("101", "100% Wolle_GmbH"),
    ("044", "Anna Petrenko"), ("44", "Anna Petrenko"),
)  # fmt: skip


async def test_any_part_in_any_spelling_finds(people: Database) -> None:
    missed = [(q, name) for q, name in FINDS if name not in await found(people, q)]
    assert missed == []


NOTHING = (
    "peträn", "xyz", "anna bohdan", "%", "_", "%%%", "p%o", "a_n", "%nn%", "'; DROP TABLE customers; --", '"', '""', "*", "ann*", "^anna",
    "anna OR muller", "anna NOT petrenko", "NEAR(anna petrenko)", "search_text:anna", "{search_text} : anna", "anna AND", "(", ")", "-anna",
    "+anna", "\\", "\\%", "/_", "\x00", "an\x00na", "\ufffd", "\u0301", "#", "#nn", "#nothing", "99999999", "+1 234", "ann\u200b",
)  # fmt: skip


async def test_signs_of_query_languages_are_text_like_any_other(people: Database) -> None:
    """Neither LIKE's wildcards nor FTS5's operators nor quotes mean anything. `#` and a lone accent stand where they really stand."""
    allowed = {"#": {"Anna Petrenko", "100% Wolle_GmbH"}, "\u0301": {name for name, _, _ in PEOPLE}, "%": set(), "\\": set()}
    for q in NOTHING:
        names = set(await found(people, q))
        assert names <= allowed.get(q, set()), q


async def test_names_that_begin_so_come_first(db: Database) -> None:
    for name in ("Bertanna", "Anna Z", "Hanna", "annabel", "Anna A"):
        await entered(db, name)
    assert await found(db, "anna") == ["Anna A", "Anna Z", "annabel", "Bertanna", "Hanna"]


async def test_a_trunk_prefix_of_ones_own_country_is_no_part_of_the_number(people: Database) -> None:
    assert await found(people, "8 (495) 123-45-67", country="RU") == ["Иван Смирнов"]


async def test_narrowed_by_number_tag_owner_and_kind(people: Database) -> None:
    owner = await user(people, "olga")
    await entered(people, "Owned GmbH", "+380441234567", kind="company", owner_id=owner, tags=["VIP"])
    assert await found(people, phone="(044) 1234567") == ["Anna Petrenko", "Owned GmbH"]
    assert await found(people, phone="044 123456") == []
    assert await found(people, phone="no number") == []
    assert await found(people, tag="vip") == ["Anna Petrenko"], "a tag is exactly that tag"
    assert await found(people, owner_id=owner) == ["Owned GmbH"]
    assert await found(people, kind="company") == ["Owned GmbH"]
    assert await found(people, "petr", tag="vip", phone="0441234567") == ["Anna Petrenko"]
    assert await found(people, "petr", kind="company") == []


async def test_what_changed_is_found_as_it_is_now(db: Database) -> None:
    one, two = await entered(db, "Anna Petrenko", "+380441234567"), await entered(db, "Bohdan")
    async with db.write() as session:
        await customers.replace(session, HOUSE, one, draft("Hanna Shevchenko", "+380671112233"), COUNTRY)
    assert await found(db, "petrenko") == await found(db, "0441234567") == []
    assert await found(db, "shevchenko") == await found(db, "1112233") == ["Hanna Shevchenko"]
    async with db.write() as session:
        await merging.merge(session, HOUSE, two, one, COUNTRY)
    assert await found(db, "shevchenko") == [], "the signpost is not found"
    assert await found(db, "1112233") == ["Bohdan"]
    async with db.write() as session:
        await customers.remove(session, HOUSE, two)
    assert await found(db, "1112233") == await found(db) == []


async def test_nobody_finds_whom_they_may_not_see(db: Database) -> None:
    vip = await team(db, "VIP")
    await entered(db, "Secret Person", "+380441234567", team_id=vip, tags=["secret"])
    for q in (None, "secret", "se", "0441234567", "#secret"):
        assert await found(db, q, agent()) == []
        assert await found(db, q, agent(1, vip)) == ["Secret Person"]


@pytest_asyncio.fixture
async def crowd(db: Database) -> Database:
    """Eighty customers, many of the same name, several of the same moment."""
    dice = random.Random(7)
    for _ in range(80):
        await entered(db, dice.choice(["Anna", "anna", "Änna", "Bohdan", "Ярослав", "王", "a", "Anna Maria"]), "+380441234567")
    moments = [now() for _ in range(5)]
    async with db.write() as session:
        for i in range(1, 81):
            at = dice.choice(moments)
            await session.execute(update(Customer).where(Customer.id == i).values(created_at=at, updated_at=dice.choice(moments)))
    return db


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sort=st.sampled_from(SORTS), limit=st.integers(1, 60), q=st.sampled_from([None, "anna", "a", "044", "ann 44", "王", "bo"]))
async def test_all_pages_together_are_the_whole_list(crowd: Database, sort: Sort, limit: int, q: str | None) -> None:
    whole = await all_pages(crowd, q, sort, 200)
    assert whole
    assert await all_pages(crowd, q, sort, limit) == whole, "none twice, none missing, in the same order"
    assert len(set(whole)) == len(whole)
    if sort.startswith("-"):
        assert await all_pages(crowd, q, sort[1:], 200) == whole[::-1]  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(q=st.text(max_size=30) | st.text(st.sampled_from('"%_\\*()#+-:^ aNnа王'), max_size=12), country=st.sampled_from(["UA", "US", "SG"]))
async def test_no_text_at_all_makes_the_search_fail(people: Database, q: str, country: str) -> None:
    for name in await found(people, q.encode("utf-8", "replace").decode(), country=country):
        assert name in {p[0] for p in PEOPLE}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(min_size=1, max_size=40).filter(lambda s: s.strip() and s.isprintable()))
async def test_whoever_is_entered_is_found_by_their_whole_name(db: Database, name: str) -> None:
    await entered(db, name)
    assert name.strip() in await found(db, name) or len(await found(db, name)) == 50, "or there are too many of that name"
