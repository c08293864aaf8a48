"""The call-back list: who was missed, how often, who takes it, and how it ends."""

import asyncio
import contextlib
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from ringdesk.agents.models import User
from ringdesk.agents.rights import Principal, Role
from ringdesk.config.errors import NoSuch
from ringdesk.crm import callbacks
from ringdesk.crm.aftercall import AfterCall
from ringdesk.crm.callbacks import AlreadyDone, AlreadyTaken
from ringdesk.crm.models import Callback
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database
from ringdesk.telephony.facts import Call, CallEnded, Conversation, ConversationBegan, Direction, Visit
from tests.crm.people import agent, entered, user

ANNA = "+380441234567"


class Told:
    """The room behind the call: settles calls as they end, and counts how often the list changed."""

    def __init__(self, db: Database) -> None:
        self.after = AfterCall(db, "UA", short_abandon=5.0, on_callbacks=self._changed)
        self.changes = 0
        self.db = db

    def _changed(self) -> None:
        self.changes += 1

    async def ended(self, number: str = ANNA, outcome: Any = "abandoned", direction: Direction = "in", **more: Any) -> str:
        lasted, call_id = more.pop("lasted", 60.0), more.pop("call_id", f"pbx-{now().timestamp()}")
        end = now()
        visits = [Visit(seq=0, queue=more.pop("queue"), entered_at=end, left_at=end)] if "queue" in more else []
        call = Call(
            id=call_id, linkedid=call_id, started_at=end - timedelta(seconds=lasted), ended_at=end, direction=direction,
            caller_number=number, outcome=outcome, visits=visits, **more,
        )  # fmt: skip
        await self.after.settle(CallEnded(at=end, call=call))
        return str(call_id)

    async def rows(self) -> list[Callback]:
        async with self.db.read() as session:
            return list(await session.scalars(select(Callback).order_by(Callback.id)))


@pytest_asyncio.fixture
async def told(db: Database) -> Told:
    return Told(db)


async def test_misses_of_one_number_are_counted_in_one_entry(told: Told) -> None:
    anna = await entered(told.db, "Anna", ANNA)
    await told.ended(caller_name="Anna", did="4001", queue="support")
    await told.ended("044 123 45 67", "timed_out", queue="sales")
    await told.ended("+380501112233", "no_answer")
    one, other = await told.rows()
    assert (one.number, one.misses, one.caller_name, one.did, one.customer_id) == (ANNA, 2, "Anna", "4001", anna)
    assert one.queue == "sales", "where they waited last"
    assert one.first_at < one.last_at
    assert (other.misses, other.customer_id) == (1, None)
    assert told.changes == 3


async def test_the_same_call_counts_once(told: Told) -> None:
    for _ in range(3):
        await told.ended(call_id="pbx-1.1")
    (row,) = await told.rows()
    assert row.misses == 1


@pytest.mark.parametrize(("direction", "outcome"), [("in", "answered"), ("out", "answered")])
async def test_whoever_reaches_them_in_whatever_way_it_is_done(told: Told, direction: Direction, outcome: str) -> None:
    await told.ended()
    await told.ended(direction=direction, outcome=outcome)
    (row,) = await told.rows()
    assert (row.state, row.done_how) == ("done", "reached")
    await told.ended()
    assert [r.state for r in await told.rows()] == ["done", "open"], "a miss after that is a new matter"


@pytest.mark.parametrize(
    ("number", "outcome", "direction", "lasted"),
    [
        (ANNA, "abandoned", "in", 4.9),  # thought better of it
        ("anonymous", "abandoned", "in", 60.0),
        ("", "abandoned", "in", 60.0),
        ("<unknown>", "timed_out", "in", 60.0),
        ("101", "no_answer", "in", 60.0),  # a colleague
        ("no number", "abandoned", "in", 60.0),
        (ANNA, "no_answer", "out", 60.0),  # they did not answer us
        (ANNA, "no_answer", "internal", 60.0),
        (ANNA, "unknown", "in", 60.0),  # nobody knows whether they were spoken with
    ],
)
async def test_who_is_not_called_back(told: Told, number: str, outcome: str, direction: Direction, lasted: float) -> None:
    await told.ended(number, outcome, direction, lasted=lasted)
    assert (await told.rows(), told.changes) == ([], 0)


async def test_a_short_call_that_nobody_answered_is_missed_all_the_same(told: Told) -> None:
    """Only who gives up is taken at their word; a full queue turns callers away at once."""
    await told.ended(outcome="busy", lasted=0.2)
    assert len(await told.rows()) == 1


async def test_a_number_of_several_customers_names_none(told: Told) -> None:
    for name in ("Anna", "Bohdan"):
        await entered(told.db, name, ANNA)
    await told.ended()
    (row,) = await told.rows()
    assert row.customer_id is None


async def take(db: Database, callback_id: int, user_id: int, queues: list[str] | None = None) -> Callback:
    async with db.write() as session:
        return await callbacks.take(session, callback_id, user_id, queues)


async def test_of_many_who_take_it_at_once_one_has_it(told: Told) -> None:
    people = [await user(told.db, f"agent{i}") for i in range(8)]
    await told.ended()
    (row,) = await told.rows()
    answers = await asyncio.gather(*(take(told.db, row.id, person) for person in people), return_exceptions=True)
    winners = [answer for answer in answers if isinstance(answer, Callback)]
    assert len(winners) == 1
    assert all(isinstance(answer, AlreadyTaken) for answer in answers if not isinstance(answer, Callback))
    (row,) = await told.rows()
    assert (row.state, row.taken_by) == ("taken", winners[0].taken_by)
    again = await take(told.db, row.id, row.taken_by or 0)
    assert again.taken_by == row.taken_by, "a second click of the same person is none"


async def test_who_took_it_gives_it_back_and_others_do_not(told: Told) -> None:
    mine, other = agent(await user(told.db, "olga")), agent(await user(told.db, "boris"))
    boss = Principal(user_id=await user(told.db, "boss"), name="Boss", roles=frozenset({Role.MANAGER}))
    await told.ended()
    (row,) = await told.rows()
    await take(told.db, row.id, mine.user_id)
    async with told.db.write() as session:
        for action in (callbacks.release, callbacks.dismiss):
            with pytest.raises(AlreadyTaken):
                await action(session, row.id, other)
    async with told.db.write() as session:
        assert (await callbacks.release(session, row.id, mine)).state == "open"
    await take(told.db, row.id, other.user_id)
    async with told.db.write() as session:
        dismissed = await callbacks.dismiss(session, row.id, boss)
    assert (dismissed.state, dismissed.done_how) == ("done", "dismissed")


async def test_what_is_done_stays_done(told: Told) -> None:
    mine = agent(await user(told.db, "olga"))
    await told.ended()
    (row,) = await told.rows()
    await told.ended(outcome="answered")
    await told.ended()  # and missed again: a new entry for the number is open
    async with told.db.write() as session:
        for action in (callbacks.release, callbacks.dismiss):
            with pytest.raises(AlreadyDone):
                await action(session, row.id, mine)
    with pytest.raises(AlreadyDone):
        await take(told.db, row.id, mine.user_id)
    assert [(r.state, r.done_how) for r in await told.rows()] == [("done", "reached"), ("open", None)]


async def test_what_is_of_another_queue_is_not_there(told: Told) -> None:
    mine = Principal(user_id=await user(told.db, "olga"), name="x", roles=frozenset({Role.AGENT}), queues=frozenset({"support"}))
    await told.ended(queue="sales")
    (row,) = await told.rows()
    with pytest.raises(NoSuch):
        await take(told.db, row.id, mine.user_id, mine.callback_queues)
    async with told.db.write() as session:
        for action in (callbacks.release, callbacks.dismiss):
            with pytest.raises(NoSuch):
                await action(session, row.id, mine)
    await take(told.db, row.id, mine.user_id)  # it was in reach before the team changed
    async with told.db.write() as session:
        assert (await callbacks.release(session, row.id, mine)).state == "open"


NEWEST = ["03", "10", "09", "08", "07", "06", "05", "04", "02", "01", "00"]


@pytest.mark.parametrize(
    ("sort", "wanted"),
    [
        ("-last_at", NEWEST),
        ("last_at", NEWEST[::-1]),
        ("-misses", NEWEST),
        ("misses", ["00", "01", "02", "04", "05", "06", "07", "08", "09", "10", "03"]),
    ],
)
async def test_the_list_is_paged_in_its_order(told: Told, sort: callbacks.Sort, wanted: list[str]) -> None:
    for i in range(11):
        await told.ended(f"+38050111{i:04}")
    await told.ended("+380501110003")
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(5):
        async with told.db.read() as session:
            page, cursor = await callbacks.page(session, states=["open"], queues=None, sort=sort, cursor=cursor, limit=4)
        seen += [row.number[-2:] for row in page]
        if cursor is None:
            break
    assert seen == wanted


async def test_a_miss_is_never_dismissed_unseen(told: Told) -> None:
    """Somebody strikes the caller off the list in the very moment in which they are missed again."""
    mine = agent(await user(told.db, "olga"))

    async def dismiss(callback_id: int) -> int:
        async with told.db.write() as session:
            return (await callbacks.dismiss(session, callback_id, mine)).misses

    for i in range(8):
        await told.ended()
        row = (await told.rows())[-1]
        seen, _ = await asyncio.gather(dismiss(row.id), told.ended())
        dismissed = next(r for r in await told.rows() if r.id == row.id)
        assert (dismissed.state, dismissed.misses) == ("done", seen), i
        still_open = [r.misses for r in await told.rows() if r.state == "open"]
        assert still_open == ([1] if seen == row.misses else []), i
        await told.ended(outcome="answered")


async def test_who_is_being_spoken_with_is_off_the_list_at_once(told: Told) -> None:
    """Or a colleague would call them in the middle of it."""
    await told.ended()
    call = Call(id="c2", linkedid="c2", started_at=now(), direction="in", caller_number=ANNA)
    talk = Conversation(seq=0, interface="PJSIP/1001", channel="ch", started_at=now())
    await told.after.settle(ConversationBegan(at=now(), call=call, conversation=talk))
    assert [(r.state, r.done_how) for r in await told.rows()] == [("done", "reached")]
    assert told.changes == 2


STEPS = st.tuples(st.sampled_from(["missed", "answered", "take", "release", "dismiss"]), st.integers(0, 1), st.integers(0, 1))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=14))
async def test_whatever_happens_the_list_is_what_it_should_be(told: Told, steps: list[tuple[str, int, int]]) -> None:
    async with told.db.write() as session:
        await session.execute(delete(Callback))
        await session.execute(delete(User))
    people = [agent(await user(told.db, name)) for name in ("olga", "boris")]
    numbers = (ANNA, "+380501112233")
    model: list[dict[str, Any]] = []
    for step, number, person in steps:
        entry = next((e for e in model if e["number"] == numbers[number] and e["state"] != "done"), None)
        rows = {(r.number, r.state): r.id for r in await told.rows() if r.state != "done"}
        mine = people[person]
        if step == "missed":
            await told.ended(numbers[number])
            if entry is None:
                model.append({"number": numbers[number], "misses": 1, "state": "open", "by": None})
            else:
                entry["misses"] += 1
        elif step == "answered":
            await told.ended(numbers[number], "answered")
            if entry is not None:
                entry["state"] = "done"
        elif entry is not None:
            callback_id = rows[entry["number"], entry["state"]]
            anothers = entry["by"] not in (None, mine.user_id)
            with pytest.raises(AlreadyTaken) if anothers else contextlib.nullcontext():
                if step == "take":
                    await take(told.db, callback_id, mine.user_id)
                    entry.update(state="taken", by=mine.user_id)
                else:
                    async with told.db.write() as session:
                        await getattr(callbacks, step)(session, callback_id, mine)
                    entry.update({"state": "open", "by": None} if step == "release" else {"state": "done"})
    assert [(r.number, r.misses, r.state, r.taken_by) for r in await told.rows()] == [
        (e["number"], e["misses"], e["state"], e["by"]) for e in model
    ]


async def test_misses_and_takes_at_once_leave_one_open_entry(told: Told) -> None:
    people = [await user(told.db, f"agent{i}") for i in range(3)]
    await told.ended()
    (row,) = await told.rows()

    async def work(person: int) -> None:
        for _ in range(4):
            try:
                await take(told.db, row.id, person)
                async with told.db.write() as session:
                    await callbacks.release(session, row.id, agent(person))
            except AlreadyTaken:
                await asyncio.sleep(0)

    async def misses() -> None:
        for _ in range(6):
            await told.ended()

    await asyncio.gather(misses(), *(work(person) for person in people))
    (row,) = await told.rows()
    assert (row.misses, row.state) == (7, "open")
