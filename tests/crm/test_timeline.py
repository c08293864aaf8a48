"""What happened with a customer, newest first; and the notes that were taken."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from ringdesk.config.errors import NoSuch
from ringdesk.crm import merging, notes, timeline
from ringdesk.crm.models import Note
from ringdesk.crm.notes import NotYourNote
from ringdesk.screenpop.matching import HOUSE
from ringdesk.storage.engine import Database
from ringdesk.storage.paging import BadCursor
from ringdesk.telephony.models import CallRow
from tests.crm.people import COUNTRY, entered, user

ANNA = "+380441234567"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def call(call_id: str, at: datetime, customer_id: int | None, number: str = ANNA) -> CallRow:
    return CallRow(
        id=call_id, pbx="pbx", linkedid=call_id, direction="in", caller_number=number, number=number, customer_id=customer_id,
        started_at=at, ended_at=at, outcome="answered", gap=False,
    )  # fmt: skip


def note(customer_id: int, author: int, at: datetime, body: str, call_id: str | None = None) -> Note:
    return Note(customer_id=customer_id, call_id=call_id, author_id=author, body=body, created_at=at, updated_at=at)


async def pages(db: Database, customer_id: int | None, limit: int, number: str | None = None) -> list[str]:
    """Everything, page by page: a call by its id, a note by its text, a call's notes behind it."""
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(200):
        async with db.read() as session:
            page, cursor = await timeline.page(session, customer_id=customer_id, number=number, cursor=cursor, limit=limit)
        assert len(page) <= limit
        for item in page:
            seen += ([] if item.call is None else [item.call.call.id]) + [n.body for n in item.notes]
        if cursor is None:
            return seen
    raise AssertionError("the pages do not end")


@pytest_asyncio.fixture
async def olga(db: Database) -> int:
    return await user(db, "olga")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    happened=st.lists(st.tuples(st.sampled_from(["call", "note"]), st.integers(0, 4)), max_size=25),
    limit=st.integers(1, 7),
)
async def test_pages_hold_everything_once_newest_first(db: Database, olga: int, happened: list[tuple[str, int]], limit: int) -> None:
    """Also what happened at the same moment: the PBX's clock may show whole seconds only."""
    customer_id = await entered(db, "Anna")
    async with db.write() as session:
        await session.execute(delete(CallRow))
        for i, (kind, second) in enumerate(happened):
            at = NOON + timedelta(seconds=second)
            session.add(call(f"c{i:02}", at, customer_id) if kind == "call" else note(customer_id, olga, at, f"n{i:02}"))
            await session.flush()  # in this order, so that ids grow with it
    order = sorted(((NOON + timedelta(seconds=s), k == "call", i) for i, (k, s) in enumerate(happened)), reverse=True)
    expected = [f"{'c' if is_call else 'n'}{i:02}" for _, is_call, i in order]
    assert await pages(db, customer_id, limit) == expected


async def test_a_calls_notes_stand_with_the_call(db: Database, olga: int) -> None:
    customer_id = await entered(db, "Anna", ANNA)
    async with db.write() as session:
        session.add_all([call("c1", NOON, customer_id), call("c2", NOON + timedelta(hours=1), customer_id)])
        session.add_all([note(customer_id, olga, NOON, "during", "c1"), note(customer_id, olga, NOON + timedelta(minutes=30), "alone")])
    assert await pages(db, customer_id, 50) == ["c2", "alone", "c1", "during"]


async def test_a_number_of_nobody_has_a_past_too(db: Database) -> None:
    async with db.write() as session:
        session.add_all([call(f"c{i}", NOON + timedelta(seconds=i), None) for i in range(5)] + [call("other", NOON, None, "+1")])
    assert await pages(db, None, 2, ANNA) == ["c4", "c3", "c2", "c1", "c0"]


@pytest.mark.parametrize("cursor", ["x", "W10", "WzFd", "e30", "WyIyMDI2IiwgMCwgIiJd"])
async def test_a_cursor_of_another_list_is_refused(db: Database, cursor: str) -> None:
    async with db.read() as session:
        with pytest.raises(BadCursor):
            await timeline.page(session, customer_id=1, number=None, cursor=cursor, limit=10)


async def test_one_author_has_one_note_a_call_saved_as_it_is_typed(db: Database, olga: int) -> None:
    boris = await user(db, "boris")
    customer_id = await entered(db, "Anna")

    async def typed(author: int, text: str) -> Note | None:
        async with db.write() as session:
            return await notes.save_for_call(session, "c1", customer_id, author, text)

    first = await typed(olga, "Wants an inv")
    second = await typed(olga, "Wants an invoice")
    assert first is not None
    assert second is not None
    assert (second.id, second.body, second.created_at) == (first.id, "Wants an invoice", first.created_at)
    assert second.updated_at > first.updated_at
    await typed(boris, "Has two children")
    async with db.read() as session:
        assert {n.body for n in await notes.of_calls(session, ["c1"])} == {"Wants an invoice", "Has two children"}
    assert await typed(olga, "  \n") is None, "an emptied note is gone"
    assert await typed(olga, "") is None
    async with db.read() as session:
        assert [n.body for n in await notes.of_calls(session, ["c1"])] == ["Has two children"]


async def test_the_first_words_typed_in_two_tabs_at_once_make_one_note(db: Database, olga: int) -> None:

    async def typed(text: str) -> None:
        async with db.write() as session:
            await notes.save_for_call(session, "c1", None, olga, text)

    await asyncio.gather(*(typed(f"text {i}") for i in range(15)))
    async with db.read() as session:
        (only,) = await notes.of_calls(session, ["c1"])
    assert only.body.startswith("text ")


async def test_notes_follow_the_customer_that_the_call_turned_out_to_be(db: Database, olga: int) -> None:
    anna, bohdan = await entered(db, "Anna"), await entered(db, "Bohdan")
    async with db.write() as session:
        await notes.save_for_call(session, "c1", anna, olga, "Wrong person")
        await notes.follow_customer(session, "c1", bohdan)
    async with db.read() as session:
        assert list(await session.scalars(select(Note.customer_id))) == [bohdan]


async def test_a_note_on_a_call_whose_customer_is_gone_or_merged_is_kept(db: Database, olga: int) -> None:
    """The call may name a customer who was removed a moment ago: what the agent types must not be lost by that."""
    anna, other = await entered(db, "Anna"), await entered(db, "A.")
    async with db.write() as session:
        await merging.merge(session, HOUSE, anna, other, COUNTRY)
    async with db.write() as session:
        merged = await notes.save_for_call(session, "c1", other, olga, "one")
        removed = await notes.save_for_call(session, "c2", 4711, olga, "two")
    assert merged is not None
    assert removed is not None
    assert (merged.customer_id, removed.customer_id) == (anna, None)


async def test_two_calls_that_became_one_keep_both_texts(db: Database, olga: int) -> None:
    boris = await user(db, "boris")
    async with db.write() as session:
        for call_id, author, text in (("kept", olga, "Before"), ("gone", olga, "After"), ("gone", boris, "His")):
            await notes.save_for_call(session, call_id, None, author, text)
    async with db.write() as session:
        await notes.follow_call(session, "gone", "kept")
    async with db.read() as session:
        assert {(n.author_id, n.body) for n in await notes.of_calls(session, ["kept"])} == {(olga, "Before\n\nAfter"), (boris, "His")}
        assert await notes.of_calls(session, ["gone"]) == []


async def test_only_the_author_changes_or_removes_a_note(db: Database, olga: int) -> None:
    boris = await user(db, "boris")
    anna = await entered(db, "Anna")
    async with db.write() as session:
        mine = (await notes.add(session, anna, olga, "Mine")).id
    async with db.write() as session:
        for refused in (notes.change(session, mine, boris, "Yours"), notes.remove(session, mine, boris)):
            with pytest.raises(NotYourNote):
                await refused
    async with db.write() as session:
        assert (await notes.change(session, mine, olga, "Still mine")).body == "Still mine"
        await notes.remove(session, mine, olga)
    async with db.write() as session:
        with pytest.raises(NoSuch):
            await notes.change(session, mine, olga, "Gone")
