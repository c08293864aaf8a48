"""The queues in step with the agents' switches while commands, echoes, outages and other people's hands at the PBX overlap."""

import asyncio
from datetime import timedelta

import pytest

from ringdesk.agents.presence import State
from ringdesk.agents.step import ECHO, RETRY
from ringdesk.storage.engine import Database
from tests.agents.desk import COLLEAGUES, PHONE, Desk, desk

LUNCH, WRAP_UP, BACK = (PHONE, True, "Lunch"), (PHONE, True, "wrap-up"), (PHONE, False, "")


async def a_moment() -> None:
    await asyncio.sleep(0.05)


async def at_work(olga: Desk, *queues: str) -> None:
    """Olga's switch says available, and the PBX knows."""
    await olga.floor.switch(olga.user_id, "available", None)
    olga.members(*(olga.member(queue=queue) for queue in queues or ("support",)))
    await a_moment()
    assert (olga.state, olga.told) == ("available", [])


async def at_lunch(olga: Desk) -> None:
    await olga.floor.switch(olga.user_id, "paused", "Lunch")
    olga.members(olga.member(paused=True, reason="Lunch"))
    await a_moment()
    assert (olga.state, olga.told) == ("paused", [])


async def test_an_agent_stays_offline_while_the_pbx_is_slow_with_a_colleagues_pause(db: Database) -> None:
    """After a restart of the PBX everybody is to be paused again, one after the other."""
    async with desk(db) as olga:
        phones = {PHONE: olga.user_id, COLLEAGUES: await olga.colleague()}
        for user_id in phones.values():
            await olga.floor.switch(user_id, "offline", None)
        olga.answers.clear()
        olga.members(*(olga.member(phone=phone) for phone in phones))
        await olga.until(lambda: len(olga.told) == 1)
        (waiting,) = phones.keys() - {olga.told[0][0]}
        olga.one(olga.member(phone=waiting))
        await a_moment()
        shown = olga.floor.shown(phones[waiting])
        assert shown is not None
        assert shown.state is State.OFFLINE
        olga.answers.set()
        await olga.until(lambda: olga.told[1:] == [(waiting, True, "offline")])


@pytest.mark.parametrize(("to", "reason"), [("paused", "Lunch"), ("offline", "offline")])
async def test_who_thinks_better_of_a_pause_at_once_gets_calls_again(db: Database, to: str, reason: str) -> None:
    """The PBX has done the first command and its event is still on the way."""
    async with desk(db) as olga:
        await at_work(olga)
        await olga.floor.switch(olga.user_id, to, "Lunch")
        await olga.until(lambda: olga.told == [(PHONE, True, reason)])
        await olga.floor.switch(olga.user_id, "available", None)
        await olga.until(lambda: olga.told[1:] == [BACK])
        olga.one(olga.member(paused=True, reason=reason))
        olga.one(olga.member())
        olga.later(ECHO)
        await a_moment()
        assert (olga.state, len(olga.told)) == ("available", 2)


@pytest.mark.parametrize("switched", [True, False])
async def test_a_wrap_up_ended_at_once_gives_calls_again(db: Database, switched: bool) -> None:
    async with desk(db) as olga:
        if switched:
            await olga.floor.switch(olga.user_id, "available", None)
        olga.members(olga.member())
        await olga.call()
        await olga.until(lambda: olga.told == [WRAP_UP])
        await olga.floor.end_wrap_up(olga.user_id)
        await olga.until(lambda: olga.told[1:] == [BACK])


async def test_who_turns_the_switch_while_the_pbx_works_on_the_last_command_is_heard(db: Database) -> None:
    async with desk(db) as olga:
        await at_work(olga)
        olga.answers.clear()
        await olga.floor.switch(olga.user_id, "paused", "Lunch")
        await olga.until(lambda: olga.told == [LUNCH])
        await olga.floor.switch(olga.user_id, "available", None)
        await a_moment()
        olga.answers.set()
        await olga.until(lambda: olga.told[1:] == [BACK])


async def test_who_comes_back_from_lunch_during_an_outage_is_back_after_it(db: Database) -> None:
    async with desk(db) as olga:
        await at_lunch(olga)
        olga.refuses = True
        await olga.floor.switch(olga.user_id, "available", None)
        await a_moment()
        olga.refuses = False
        olga.members(olga.member(paused=True, reason="Lunch"))
        assert olga.state == "available"
        await olga.until(lambda: olga.told == [BACK])
        olga.one(olga.member())
        olga.later(ECHO)
        await a_moment()
        assert olga.state == "available"


async def test_who_comes_back_from_lunch_while_the_queues_are_read_is_back(db: Database) -> None:
    """What is read was so a moment before the command."""
    async with desk(db) as olga:
        await at_lunch(olga)
        await olga.floor.switch(olga.user_id, "available", None)
        await olga.until(lambda: olga.told == [BACK])
        olga.members(olga.member(paused=True, reason="Lunch"))
        await a_moment()
        assert (olga.state, olga.told) == ("available", [BACK])


async def test_who_comes_back_from_lunch_before_the_queues_were_ever_read_is_back(db: Database) -> None:
    async with desk(db) as olga:
        await at_lunch(olga)
    async with desk(db) as olga:
        await olga.floor.switch(olga.user_id, "available", None)
        await a_moment()
        olga.members(olga.member(paused=True, reason="Lunch"))
        assert olga.state == "available"
        await olga.until(lambda: olga.told == [BACK])


async def test_who_was_paused_at_the_pbx_during_an_outage_is_shown_paused(db: Database) -> None:
    async with desk(db) as olga:
        await at_work(olga)
        olga.members(olga.member(paused=True, reason="Meeting"))
        await a_moment()
        assert (olga.state, olga.told) == ("paused", [])


async def test_a_refused_pause_stands_and_is_told_again_after_some_seconds(db: Database) -> None:
    async with desk(db) as olga:
        await at_work(olga)
        olga.refuses = True
        await olga.floor.switch(olga.user_id, "paused", "Lunch")
        await a_moment()
        olga.refuses = False
        olga.later(ECHO)
        olga.one(olga.member())
        await a_moment()
        assert (olga.state, olga.told) == ("paused", [])
        olga.later(RETRY)
        await olga.until(lambda: olga.told == [LUNCH])
        assert olga.state == "paused"


async def test_a_pbx_that_goes_on_refusing_is_left_in_peace_in_between(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk(db) as olga:
        await at_work(olga)
        tries, refuse = [], olga.floor.pause

        async def count(interface: str, paused: bool, reason: str) -> None:
            tries.append(paused)
            await refuse(interface, paused, reason)

        monkeypatch.setattr(olga.floor, "pause", count)
        olga.refuses = True
        await olga.floor.switch(olga.user_id, "paused", "Lunch")
        olga.one(olga.member())
        await asyncio.sleep(0.2)
        assert tries == [True]
        await olga.floor.switch(olga.user_id, "available", None)
        await asyncio.sleep(0.2)
        assert (tries, olga.state) == ([True], "available"), "she is not paused there"


async def test_a_pause_outlives_a_pbx_that_takes_seconds_to_answer(db: Database) -> None:
    async with desk(db) as olga:
        await at_work(olga)
        olga.answers.clear()
        await olga.floor.switch(olga.user_id, "paused", "Lunch")
        await olga.until(lambda: olga.told == [LUNCH])
        olga.later(2 * ECHO)
        olga.one(olga.member())
        assert olga.state == "paused"
        olga.answers.set()
        await a_moment()
        olga.one(olga.member())
        assert olga.state == "paused", "the answer is as young as can be"
        olga.one(olga.member(paused=True, reason="Lunch"))
        olga.later(ECHO)
        await a_moment()
        assert (olga.state, olga.told) == ("paused", [LUNCH])


async def test_who_lets_it_ring_and_is_paused_by_the_pbx_is_shown_paused(db: Database) -> None:
    """autopause: in the same breath as the end of the ringing."""
    async with desk(db) as olga:
        await at_work(olga)
        await olga.does("rings")
        await a_moment()
        await olga.does("stops")
        olga.one(olga.member(paused=True, reason="Auto-Pause"))
        await a_moment()
        assert (olga.state, olga.told) == ("paused", [])


async def test_a_pause_in_one_of_two_queues_outlives_the_next_call(db: Database) -> None:
    async with desk(db, wrap_up=0) as olga:
        await at_work(olga, "support", "sales")
        olga.one(olga.member(paused=True, reason="Supervisor"))
        await olga.call()
        await a_moment()
        assert (olga.state, olga.told) == ("available", [])


async def test_who_unpauses_by_feature_code_is_available(db: Database) -> None:
    """The phone goes up for it, in the same breath."""
    async with desk(db) as olga:
        await at_lunch(olga)
        await olga.does("up")
        olga.one(olga.member())
        await a_moment()
        await olga.does("down")
        assert (olga.state, olga.told) == ("available", [])


async def test_a_restart_in_a_wrap_up_gives_back_who_never_touched_the_switch(db: Database) -> None:
    async with desk(db) as olga:
        olga.members(olga.member())
        await olga.call()
        await olga.until(lambda: olga.told == [WRAP_UP])
    async with desk(db) as olga:
        olga.members(olga.member(paused=True, reason="wrap-up"))
        assert olga.state == "available"
        await olga.until(lambda: olga.told == [BACK])


async def test_who_is_paused_is_paused_in_every_queue_they_are_added_to(db: Database) -> None:
    """Also while the PBX works on the pause, which it may have done in the other queue before."""
    async with desk(db) as olga:
        await at_work(olga)
        olga.answers.clear()
        await olga.floor.switch(olga.user_id, "paused", "Lunch")
        await olga.until(lambda: olga.told == [LUNCH])
        olga.one(olga.member(paused=True, reason="Lunch"))
        olga.one(olga.member(queue="sales"))
        olga.answers.set()
        await olga.until(lambda: olga.told[1:] == [LUNCH])
        olga.one(olga.member(paused=True, reason="Lunch", queue="sales"))
        olga.one(olga.member(queue="night"))
        await olga.until(lambda: olga.told[2:] == [LUNCH])
        olga.one(olga.member(paused=True, reason="Lunch", queue="night"))
        olga.one(olga.member(paused=True, reason="Lunch", removed=True))
        olga.later(ECHO)
        await a_moment()
        assert (olga.state, len(olga.told)) == ("paused", 3)


async def test_who_is_offline_is_not_put_to_work_by_being_added_to_a_queue(db: Database) -> None:
    async with desk(db) as olga:
        await olga.floor.switch(olga.user_id, "offline", None)
        olga.members()
        await a_moment()
        olga.one(olga.member())
        await olga.until(lambda: olga.told == [(PHONE, True, "offline")])
        assert olga.state == "offline"


@pytest.mark.parametrize("between", [(), (None,)])
async def test_who_is_paused_and_gets_another_phone_is_paused_there(db: Database, between: tuple[None, ...]) -> None:
    async with desk(db) as olga:
        await olga.floor.switch(olga.user_id, "paused", "Lunch")
        olga.members(olga.member(paused=True, reason="Lunch"), olga.member(phone="PJSIP/1099"))
        await a_moment()
        for phone in (*between, "PJSIP/1099"):
            await olga.gets_phone(phone)
            await a_moment()
        assert (olga.state, olga.told) == ("paused", [("PJSIP/1099", True, "Lunch")])


async def test_who_is_paused_by_a_supervisor_in_a_wrap_up_stays_so(db: Database) -> None:
    async with desk(db, wrap_up=3) as olga:
        await at_work(olga)
        await olga.call()
        await olga.until(lambda: olga.told == [WRAP_UP])
        olga.one(olga.member(paused=True, reason="wrap-up"))
        olga.later(ECHO)
        olga.one(olga.member(paused=True, reason="Meeting"))
        olga.later(timedelta(seconds=3))
        await a_moment()
        assert (olga.state, olga.told) == ("paused", [WRAP_UP])
