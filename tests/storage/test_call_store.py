"""Facts of calls on their way to the tables: grouped, repeated without harm, and kept until the database is back."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeGuard

import pytest
from sqlalchemy import func, select

from ringdesk.storage.engine import Database
from ringdesk.telephony import calls, store
from ringdesk.telephony.calls import EVERYTHING, CallFilter, CallRecord
from ringdesk.telephony.facts import AnyFact, Call, CallBegan, CallFact, CallTransferred, PhoneFact
from ringdesk.telephony.models import CallRow, ConversationRow, OfferRow, QueueVisitRow
from ringdesk.telephony.rows import call_of
from ringdesk.telephony.store import CallStore
from ringdesk.telephony.tracking import World, advance
from tests.storage.outage import impatient, outage  # noqa: F401 - a fixture
from tests.telephony.recording import NAMES, play, recorded_events

ANSWERED = "answered_agent_hangs_up"
OWNERS = {"PJSIP/1001": 1, "PJSIP/1002": 2, "PJSIP/1005": 5}


@asynccontextmanager
async def storing(db: Database) -> AsyncIterator[CallStore]:
    found = CallStore(db, "pbx", "UA", OWNERS.get)
    running = asyncio.create_task(found.run())
    await asyncio.sleep(0)
    try:
        yield found
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def noted(fact: AnyFact) -> TypeGuard[CallFact]:
    """What `config.wiring` lets the store hear: the facts that change what its tables hold."""
    return isinstance(fact, CallFact) and not isinstance(fact, PhoneFact | CallTransferred)


async def hear(to: CallStore, name: str, pauses: random.Random | None = None) -> None:
    """Play a recording to the store as the bus would; between its facts time to write, or none."""
    world = World(pbx="pbx")
    for event in recorded_events(name):
        for fact in advance(world, event):
            if noted(fact):
                to.note(fact)
        if pauses is not None and pauses.random() < 0.2:
            await to.flush()


async def written(db: Database) -> dict[str, Call]:
    """The calls as the tables have them."""
    async with db.read() as session:
        found, _ = await calls.page(session, EVERYTHING, CallFilter(), sort="started_at", cursor=None, limit=200)
    return {record.call.id: call_of(record) for record in found}


async def record(db: Database, call_id: str) -> CallRecord:
    async with db.read() as session:
        return await calls.get(session, EVERYTHING, call_id)


@pytest.mark.parametrize("name", NAMES[::5])
async def test_the_tables_hold_what_was_heard_wherever_the_writes_fell(db: Database, name: str) -> None:
    pauses = random.Random(name)
    keeper = CallStore(db, "pbx", "UA", OWNERS.get)
    await hear(keeper, name, pauses)
    await keeper.flush()
    assert await written(db) == play(recorded_events(name)).calls
    await keeper.flush()
    async with db.read() as session:
        for table in (QueueVisitRow, OfferRow, ConversationRow):
            orphans = select(func.count()).select_from(table).where(table.call_id.not_in(select(CallRow.id)))  # type: ignore[attr-defined]
            assert await session.scalar(orphans) == 0


async def test_hearing_everything_twice_writes_the_same(db: Database) -> None:
    for _ in range(2):
        keeper = CallStore(db, "pbx", "UA", OWNERS.get)
        await hear(keeper, ANSWERED)
        await keeper.flush()
    assert await written(db) == play(recorded_events(ANSWERED)).calls


async def test_changes_of_a_moment_are_one_transaction(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    transactions = 0
    write = db.write

    def counted():  # type: ignore[no-untyped-def]
        nonlocal transactions
        transactions += 1
        return write()

    monkeypatch.setattr(db, "write", counted)
    async with storing(db) as keeper:
        for name in (ANSWERED, "ringall", "anonymous"):
            await hear(keeper, name)
        await asyncio.sleep(store.GROUPING * 4)
        await keeper.flush()  # waits for a write that has begun
        assert transactions == 1
        assert len(await written(db)) == 3


@pytest.mark.usefixtures("impatient")
async def test_nothing_is_lost_while_the_database_is_away(db: Database, database_url: str) -> None:
    names = NAMES[::9]
    async with storing(db) as keeper:
        await hear(keeper, ANSWERED)
        await asyncio.sleep(store.GROUPING * 3)
        with outage(db, database_url):
            for name in names:
                await hear(keeper, name)
                await asyncio.sleep(0.02)
            await asyncio.sleep(0.3)
            with pytest.raises(Exception, match=r"locked|database|connection|closed"):
                await keeper.flush()
        for _ in range(160):
            if not (keeper._dirty or keeper._joined or keeper._dropped):
                break
            await asyncio.sleep(0.05)
    expected: dict[str, Call] = {}
    for name in (ANSWERED, *names):
        expected |= play(recorded_events(name)).calls
    assert await written(db) == expected


async def test_stopping_writes_what_is_left(db: Database) -> None:
    async with storing(db) as keeper:
        await hear(keeper, ANSWERED)
    assert await written(db) == play(recorded_events(ANSWERED)).calls


async def test_what_somebody_chose_survives_every_later_write(db: Database) -> None:
    """The number suggests one customer again and again while a person has said that it is another."""
    keeper = CallStore(db, "pbx", "UA", OWNERS.get)
    world = World(pbx="pbx")
    chosen = False
    call_id = ""
    for event in recorded_events("blind_transfer_to_agent"):
        for fact in advance(world, event):
            if not noted(fact):
                continue
            keeper.note(fact)
            call_id = fact.call.id
            if isinstance(fact, CallBegan):
                await keeper.flush()
            keeper.suggest_customer(fact.call, 7)
            if not chosen and fact.call.conversations:
                chosen = True
                await asyncio.gather(keeper.choose_customer(call_id, 8), keeper.flush(), keeper.flush())
        await keeper.flush()
    assert (await record(db, call_id)).call.customer_id == 8
    await keeper.choose_customer(call_id, 9)  # afterwards too
    assert (await record(db, call_id)).call.customer_id == 9


async def test_whose_phone_it_was_is_not_changed_by_later_owners(db: Database) -> None:
    owners = dict(OWNERS)
    keeper = CallStore(db, "pbx", "UA", owners.get)
    world = World(pbx="pbx")
    for event in recorded_events(ANSWERED):
        for fact in advance(world, event):
            if noted(fact):
                keeper.note(fact)
                if fact.call.offers:
                    await keeper.flush()
                    owners["PJSIP/1001"] = 99
    await keeper.flush()
    (found,) = await written(db)
    kept = await record(db, found)
    assert {o.agent_id for o in kept.offers} | {c.agent_id for c in kept.conversations} == {1}


async def test_calls_that_became_one_are_found_by_both_ids(db: Database) -> None:
    keeper = CallStore(db, "pbx", "UA", OWNERS.get)
    await hear(keeper, "attended_transfer_by_refer", random.Random(1))
    await keeper.flush()
    (kept,) = await written(db)
    async with db.read() as session:
        gone = list(await session.scalars(select(CallRow.id).where(CallRow.merged_into == kept)))
        assert gone
        for table in (QueueVisitRow, OfferRow, ConversationRow):
            assert list(await session.scalars(select(table).where(table.call_id.in_(gone)))) == []  # type: ignore[attr-defined]
    for call_id in gone:
        assert (await record(db, call_id)).call.id == kept


@pytest.mark.parametrize("name", ["spy_by_originate", "spy_by_extension", "spy_by_audiosocket"])
async def test_listening_in_leaves_no_call(db: Database, name: str) -> None:
    keeper = CallStore(db, "pbx", "UA", OWNERS.get)
    await hear(keeper, name, random.Random(2))
    await keeper.flush()
    assert set(await written(db)) == set(play(recorded_events(name)).calls)


async def test_a_look_up_that_takes_longer_than_the_call_still_says_whose_it_was(db: Database) -> None:
    keeper = CallStore(db, "pbx", "UA", OWNERS.get)
    await hear(keeper, ANSWERED)
    await keeper.flush()
    (call,) = play(recorded_events(ANSWERED)).ended
    keeper.suggest_customer(call, 7)
    await keeper.flush()
    assert (await record(db, call.id)).call.customer_id == 7
    assert (await written(db))[call.id] == call


async def test_what_was_no_call_gets_no_row_by_a_late_look_up(db: Database) -> None:
    keeper = CallStore(db, "pbx", "UA", OWNERS.get)
    world = World(pbx="pbx")
    noticed: dict[str, Call] = {}
    for event in recorded_events("spy_by_originate"):
        for fact in advance(world, event):
            if noted(fact):
                noticed[fact.call.id] = fact.call
                keeper.note(fact)
    for call in noticed.values():
        keeper.suggest_customer(call, 7)
    await keeper.flush()
    assert set(await written(db)) == set(play(recorded_events("spy_by_originate")).calls)


async def test_a_call_that_was_joined_before_it_was_written_leads_to_what_it_became(db: Database) -> None:
    """Somebody's card still bears its id."""
    keeper = CallStore(db, "pbx", "UA", OWNERS.get)
    await hear(keeper, "attended_transfer_by_refer")
    await keeper.flush()
    async with db.read() as session:
        gone = (await session.scalars(select(CallRow).where(CallRow.merged_into.is_not(None)))).one()
    assert (await record(db, gone.id)).call.id == gone.merged_into
