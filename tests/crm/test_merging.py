"""Two records of one customer become one, and nothing of either is lost, also when many work on them at once."""

import asyncio
import itertools
from typing import Any

import pytest
from sqlalchemy import select

from ringdesk.config.errors import NoSuch
from ringdesk.crm import callbacks, customers, duplicates, lookup, merging, notes
from ringdesk.crm.merging import CannotMerge, TooMuchToMerge
from ringdesk.crm.models import Callback, Customer, Note
from ringdesk.screenpop.matching import HOUSE
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database
from ringdesk.telephony.models import CallRow
from tests.crm.people import COUNTRY, agent, draft, entered, shown, supervisor, team, user

ANNA, OTHER = "+380441234567", "+380501112233"


async def merge(db: Database, keep: int, other: int, by: Any = HOUSE) -> None:
    async with db.write() as session:
        await merging.merge(session, by, keep, other, COUNTRY)


async def a_call(db: Database, call_id: str, customer_id: int | None, number: str = ANNA) -> None:
    async with db.write() as session:
        session.add(
            CallRow(
                id=call_id, pbx="pbx", linkedid=call_id, direction="in", caller_number=number, number=number, customer_id=customer_id,
                started_at=now(), ended_at=now(), outcome="answered", gap=False,
            )
        )  # fmt: skip


async def test_lists_are_united_gaps_filled_and_everything_moved(db: Database) -> None:
    author = await user(db, "olga")
    keep = await entered(db, "Anna", ANNA, tags=["vip"], emails=[{"email": "a@example.org"}], notes="One")
    other = await entered(
        db, "A. Petrenko", "044 123 45 67", OTHER, tags=["vip", "angry"], emails=[{"email": "A@EXAMPLE.ORG"}, {"email": "b@example.org"}],
        company="Ромашка", external_id="ERP-1", notes="Two", owner_id=author, addresses=[{"text": "Kyiv"}],
    )  # fmt: skip
    await a_call(db, "pbx-1.1", other)
    async with db.write() as session:
        await notes.add(session, other, author, "A note")
        await callbacks.missed(
            session, number=OTHER, call_id="pbx-2.1", at=now(), caller_name=None, customer_id=other, queue=None, did=None
        )
    await merge(db, keep, other)
    for customer_id in (keep, other):
        view = await shown(db, customer_id)
        assert (view.id, view.name, view.company, view.external_id) == (keep, "Anna", "Ромашка", "ERP-1")
        assert [n.number for n in view.numbers] == [ANNA, OTHER]
        assert [e.email for e in view.emails] == ["a@example.org", "b@example.org"]
        assert (view.tags, view.notes, view.owner_id) == (["angry", "vip"], "One\n\nTwo", author)
    assert [match.id for match in await lookup.by_number(db, OTHER)] == [keep]
    async with db.read() as session:
        for table in (Note, Callback, CallRow):
            assert list(await session.scalars(select(table.customer_id))) == [keep], table  # type: ignore[attr-defined]


async def test_links_follow_over_several_merges(db: Database) -> None:
    a, b, c = [await entered(db, name) for name in ("a", "b", "c")]
    await merge(db, b, a)
    await merge(db, c, b)
    assert {(await shown(db, i)).id for i in (a, b, c)} == {c}
    with pytest.raises(CannotMerge):
        await merge(db, a, c)
    with pytest.raises(CannotMerge):
        await merge(db, c, c)
    with pytest.raises(NoSuch):
        await merge(db, c, 4711)


async def test_a_merge_never_shows_anybody_who_was_hidden(db: Database) -> None:
    vip = await team(db, "VIP")
    insider = supervisor(2, vip)
    public, hidden = await entered(db, "Anna", ANNA), await entered(db, "Anna, private", OTHER, team_id=vip)
    with pytest.raises(NoSuch):
        await merge(db, public, hidden, supervisor(3, 99))
    await merge(db, public, hidden, insider)
    assert (await shown(db, public, insider)).team_id == vip
    with pytest.raises(NoSuch):
        await shown(db, public, agent())


async def test_what_does_not_fit_is_refused_rather_than_cut(db: Database) -> None:
    one = await entered(db, "One", *[f"+38050111{i:04}" for i in range(30)])
    two = await entered(db, "Two", *[f"+38050222{i:04}" for i in range(30)], tags=["kept"])
    with pytest.raises(TooMuchToMerge):
        await merge(db, one, two)
    assert len((await shown(db, two)).numbers) == 30
    assert (await shown(db, two)).tags == ["kept"]
    three = await entered(db, "Three", *[f"+38050111{i:04}" for i in range(10, 50)])
    await merge(db, one, three)
    assert len((await shown(db, one)).numbers) == 50, "shared ones count once"
    long = [await entered(db, "Long", notes="x" * 15_000) for _ in range(2)]
    with pytest.raises(TooMuchToMerge):
        await merge(db, *long)


async def test_duplicates_are_listed_number_by_number(db: Database) -> None:
    shared = [f"+3805011100{i:02}" for i in range(7)]
    for number in shared:
        for name in ("One", "Two"):
            await entered(db, name, number)
    await entered(db, "Alone", "+380509999999")
    await entered(db, "Twice the same", "+380508888888;ext=1", "+380508888888;ext=2")
    found: list[duplicates.Shared] = []
    cursor: str | None = None
    for _ in range(10):
        async with db.read() as session:
            page, cursor = await duplicates.page(session, HOUSE, cursor=cursor, limit=3, country=COUNTRY)
        found += page
        if cursor is None:
            break
    assert [s.number for s in found] == shared
    assert all([c.name for c in s.customers] == ["One", "Two"] for s in found)
    await merge(db, found[0].customers[0].id, found[0].customers[1].id)
    async with db.read() as session:
        rest, _ = await duplicates.page(session, HOUSE, cursor=None, limit=50, country=COUNTRY)
    assert [s.number for s in rest] == shared[1:]


async def test_two_who_merge_the_same_pair_crosswise_lose_neither(db: Database) -> None:
    for _ in range(5):
        a, b = await entered(db, "a", ANNA, tags=["a"]), await entered(db, "b", OTHER, tags=["b"])
        answers = await asyncio.gather(merge(db, a, b), merge(db, b, a), return_exceptions=True)
        assert sorted(type(answer).__name__ for answer in answers) == ["CannotMerge", "NoneType"]
        views = [await shown(db, i) for i in (a, b)]
        assert views[0] == views[1]
        assert ({n.number for n in views[0].numbers}, views[0].tags) == ({ANNA, OTHER}, ["a", "b"])


async def test_a_chain_of_merges_at_once_ends_in_one_customer(db: Database) -> None:
    ids = [await entered(db, f"c{i}", f"+38050111000{i}") for i in range(6)]
    pairs = list(itertools.pairwise(ids))
    await asyncio.gather(*(merge(db, keep, other) for keep, other in pairs), return_exceptions=True)
    for keep, other in pairs:
        try:
            await merge(db, keep, other)
        except CannotMerge:
            continue
    views = [await shown(db, i) for i in ids]
    assert len({view.id for view in views}) == 1
    assert len(views[0].numbers) == 6


async def test_what_is_written_during_a_merge_is_with_the_one_who_stays(db: Database) -> None:
    author = await user(db, "olga")
    keep, other = await entered(db, "Anna", ANNA), await entered(db, "A.", OTHER)

    async def note(i: int) -> None:
        async with db.write() as session:
            customer_id = await customers.hold(session, HOUSE, other)
            await asyncio.sleep(0)
            await notes.add(session, customer_id, author, f"note {i}")

    await asyncio.gather(*(note(i) for i in range(10)), merge(db, keep, other), *(note(i) for i in range(10, 20)))
    async with db.read() as session:
        assert list(await session.scalars(select(Note.customer_id))) == [keep] * 20


async def test_many_who_change_one_customer_leave_one_of_the_versions(db: Database) -> None:
    customer_id = await entered(db, "Anna")

    async def write(i: int) -> None:
        async with db.write() as session:
            version = draft(f"Version {i}", f"+38050111{i:04}", "101", tags=[f"t{i}", "all"], emails=[{"email": f"v{i}@example.org"}])
            await customers.replace(session, HOUSE, customer_id, version, COUNTRY)

    await asyncio.gather(*(write(i) for i in range(20)))
    view = await shown(db, customer_id)
    number = int(view.name.split()[1])
    assert [n.number for n in view.numbers] == [f"+38050111{number:04}", "101"]
    assert (view.tags, [e.email for e in view.emails]) == (["all", f"t{number}"], [f"v{number}@example.org"])


async def test_entering_one_external_id_at_once_makes_one_customer(db: Database) -> None:
    answers = await asyncio.gather(*(entered(db, "Anna", external_id="7") for _ in range(8)), return_exceptions=True)
    assert sum(isinstance(answer, int) for answer in answers) == 1
    assert {type(answer).__name__ for answer in answers} == {"int", "ExternalIdTaken"}
    async with db.read() as session:
        assert len((await session.scalars(select(Customer.id))).all()) == 1


async def test_who_removes_and_who_changes_at_once_do_not_break(db: Database) -> None:
    customer_id = await entered(db, "Anna", ANNA)

    async def change() -> None:
        async with db.write() as session:
            await customers.replace(session, HOUSE, customer_id, draft("Changed", OTHER), COUNTRY)

    async def remove() -> None:
        async with db.write() as session:
            await customers.remove(session, HOUSE, customer_id)

    answers = await asyncio.gather(change(), remove(), change(), remove(), return_exceptions=True)
    assert {type(answer).__name__ for answer in answers} <= {"NoneType", "NoSuch"}
    assert await lookup.by_number(db, ANNA) == await lookup.by_number(db, OTHER) == []
