"""The floor: presence kept by facts and switches over restarts, and the PBX's queues in step with it."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from ringdesk.agents import intervals
from ringdesk.agents.floor import NoPhone
from ringdesk.agents.models import PresenceInterval, User
from ringdesk.agents.presence import State
from ringdesk.agents.step import ECHO
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database
from ringdesk.telephony.facts import (
    Call,
    Conversation,
    ConversationEnded,
    PhoneDown,
    PhoneUp,
)
from tests.agents.desk import PHONE, desk


async def test_who_never_touched_the_switch_follows_the_pbx_and_is_left_alone(db: Database) -> None:
    """On the day Ringdesk is installed nobody's work may change by it."""
    async with desk(db, wrap_up=0) as olga:
        assert olga.state == "offline"
        olga.members(olga.member())
        assert olga.state == "available", "a member who is not paused works"
        olga.one(olga.member(paused=True, reason="Lunch"))  # in the same breath
        await olga.until(lambda: olga.state == "paused")
        olga.members(olga.member(paused=True, reason="Lunch"))
        olga.one(olga.member())
        await olga.until(lambda: olga.state == "available")
        await olga.call()
        olga.one(olga.member(removed=True))
        await olga.until(lambda: olga.state == "offline")  # a member of no queue does not work
        await asyncio.sleep(0.05)
        assert olga.told == []
    async with desk(db) as olga:  # the next day too
        olga.members(olga.member(paused=True, reason="Lunch"))
        await asyncio.sleep(0.05)
        assert (olga.state, olga.told) == ("paused", [])


async def test_the_switch_pauses_and_unpauses_in_the_queues(db: Database) -> None:
    async with desk(db) as olga:
        olga.members(olga.member())
        await olga.floor.switch(olga.user_id, "paused", "Lunch")
        await olga.until(lambda: olga.told == [(PHONE, True, "Lunch")])
        olga.one(olga.member(paused=True, reason="Lunch"))
        await olga.floor.switch(olga.user_id, "offline", None)
        await asyncio.sleep(0.05)
        assert len(olga.told) == 1, "paused already"
        await olga.floor.switch(olga.user_id, "available", None)
        await olga.until(lambda: olga.told[1:] == [(PHONE, False, "")])
    async with db.read() as session:
        assert (await session.scalars(select(User.presence))).all() == ["available"]


async def test_a_pause_in_the_middle_of_a_call_outlives_what_the_pbx_tells_of_the_phone(db: Database) -> None:
    """A member's status changes with the phone; that it is not paused yet is nobody's word."""
    async with desk(db, wrap_up=0) as olga:
        olga.members(olga.member())
        await olga.floor.switch(olga.user_id, "available", None)
        await olga.does("up")
        await asyncio.sleep(0.05)
        await olga.floor.switch(olga.user_id, "paused", "Lunch")
        olga.one(olga.member())
        await olga.until(lambda: olga.told == [(PHONE, True, "Lunch")])
        olga.one(olga.member(paused=True, reason="Lunch"))
        await olga.does("ends")
        await olga.does("down")
        assert olga.state == "paused"


async def test_a_wrap_up_outlives_what_the_pbx_tells_of_the_phone_before_it_is_down(db: Database) -> None:
    async with desk(db) as olga:
        olga.members(olga.member())
        await olga.floor.switch(olga.user_id, "available", None)
        await olga.does("up")
        await asyncio.sleep(0.05)
        await olga.does("ends")
        olga.one(olga.member())
        await olga.does("down")
        assert olga.state == "wrap_up"
        await olga.until(lambda: olga.told == [(PHONE, True, "wrap-up")])


async def test_a_wrap_up_pauses_and_ends_by_its_limit(db: Database) -> None:
    async with desk(db, wrap_up=0.3) as olga:
        olga.members(olga.member())
        await olga.floor.switch(olga.user_id, "available", None)
        await olga.call()
        assert olga.state == "wrap_up"
        await olga.until(lambda: olga.told == [(PHONE, True, "wrap-up")])
        olga.one(olga.member(paused=True, reason="wrap-up"))
        assert olga.state == "wrap_up", "our own pause is none of the agent's"
        await olga.until(lambda: olga.state == "available")
        await olga.until(lambda: olga.told[1:] == [(PHONE, False, "")])
        states = [state for state, _ in await olga.written()]
        assert states[-4:] == ["ringing", "talking", "wrap_up", "available"]


async def test_a_wrap_up_ends_when_the_agent_says_so(db: Database) -> None:
    async with desk(db) as olga:
        olga.members(olga.member())
        await olga.call()
        shown = await olga.floor.end_wrap_up(olga.user_id)
        assert (shown.state, shown.until) == (State.AVAILABLE, None)
        assert (await olga.floor.end_wrap_up(olga.user_id)) is shown, "a second click changes nothing"


async def test_internal_calls_have_no_wrap_up(db: Database) -> None:
    async with desk(db) as olga:
        olga.members(olga.member())
        call = Call(id="c1", linkedid="c1", started_at=olga.at, direction="internal")
        talk = Conversation(seq=0, interface=PHONE, channel="ch", started_at=olga.at, ended_at=olga.at)
        olga.floor.conversation_ended(ConversationEnded(at=olga.at, call=call, conversation=talk))
        assert olga.state == "available"


async def test_a_pause_made_at_the_pbx_turns_the_switch(db: Database) -> None:
    async with desk(db) as olga:
        olga.members(olga.member(), olga.member(queue="sales"))
        await olga.floor.switch(olga.user_id, "available", None)
        await asyncio.sleep(0.05)
        olga.one(olga.member(paused=True, reason="Feature code"))
        assert olga.state == "available", "in one of two queues only"
        olga.one(olga.member(paused=True, reason="Feature code", queue="sales"))
        assert olga.state == "paused"
        await asyncio.sleep(0.05)
        assert olga.told == [], "it is so already"
        olga.one(olga.member())
        olga.one(olga.member(queue="sales"))
        assert olga.state == "available"


async def test_the_echo_of_ones_own_command_does_not_turn_the_switch_back(db: Database) -> None:
    """Events on their way tell of the state before the command."""
    async with desk(db) as olga:
        olga.members(olga.member(paused=True, reason="Lunch"))
        await olga.floor.switch(olga.user_id, "available", None)
        await olga.until(lambda: olga.told == [(PHONE, False, "")])
        olga.one(olga.member(paused=True, reason="Lunch"))  # sent before the PBX heard of it
        assert olga.state == "available"
        olga.one(olga.member())
        assert olga.state == "available"
        olga.ahead += ECHO  # later on it means what it says
        olga.one(olga.member(paused=True, reason="Feature code"))
        assert olga.state == "paused"


async def test_what_still_is_so_after_the_echo_is_believed(db: Database) -> None:
    """Somebody paused the agent at the PBX in the very moment: no further event tells of it."""
    async with desk(db) as olga:
        olga.members(olga.member(paused=True, reason="Lunch"))
        await olga.floor.switch(olga.user_id, "available", None)
        await olga.until(lambda: olga.told == [(PHONE, False, "")])
        olga.one(olga.member())
        olga.one(olga.member(paused=True, reason="Feature code"))
        assert olga.state == "available"
        olga.later(ECHO)
        await olga.until(lambda: olga.state == "paused")


async def test_a_restart_goes_on_where_the_last_run_ended(db: Database) -> None:
    async with desk(db) as olga:
        olga.members(olga.member())
        await olga.floor.switch(olga.user_id, "paused", "Lunch")
        before = await olga.written()
    async with desk(db) as olga:
        shown = olga.floor.shown(olga.user_id)
        assert shown is not None
        assert (shown.state, shown.reason) == (State.PAUSED, "Lunch")
        assert await olga.written() == before, "the same interval goes on"
        olga.members(olga.member())
        await olga.until(lambda: olga.told == [(PHONE, True, "Lunch")])


async def test_a_crash_in_the_middle_of_a_call_leaves_one_open_interval(db: Database) -> None:
    async with desk(db) as olga:
        olga.members(olga.member())
        await olga.floor.switch(olga.user_id, "available", None)
        call = Call(id="c1", linkedid="c1", started_at=olga.at, direction="in")
        olga.floor.phone_up(PhoneUp(at=olga.at, call=call, interface=PHONE, channel="ch"))
        assert (await olga.written())[-1] == ("talking", None)
    async with desk(db) as olga:
        assert olga.state == "available"
        assert [state for state, _ in await olga.written()][-2:] == ["talking", "available"]


async def test_a_pbx_whose_clock_is_ahead_makes_no_negative_interval(db: Database) -> None:
    """Before the link is up there is only our own clock, and what was written last carries the PBX's."""
    async with desk(db, ahead=timedelta(hours=1)) as olga:
        olga.members(olga.member())
        await olga.call()
        await olga.written()
    async with desk(db) as olga:
        await olga.written()
        olga.members(olga.member())
        await olga.written()


async def test_another_phone_in_the_middle_of_a_call_does_not_leave_the_agent_talking(db: Database) -> None:
    async with desk(db) as olga:
        olga.members(olga.member())
        call = Call(id="c1", linkedid="c1", started_at=olga.at, direction="in")
        olga.floor.phone_up(PhoneUp(at=olga.at, call=call, interface=PHONE, channel="ch"))
        await olga.gets_phone("PJSIP/1099")
        olga.floor.phone_down(PhoneDown(at=olga.at, call=call, interface=PHONE, channel="ch"))
        assert olga.state == "available"


async def test_who_loses_the_phone_is_offline_and_has_it_again_later(db: Database) -> None:
    async with desk(db) as olga:
        olga.members(olga.member())
        for interface, state in ((None, ""), (PHONE, "available")):
            await olga.gets_phone(interface)
            assert olga.state == state
            if interface is None:
                with pytest.raises(NoPhone):
                    await olga.floor.switch(olga.user_id, "paused", None)
        assert [state for state, _ in await olga.written()] == ["offline", "available", "offline", "offline", "available"]


async def test_a_pbx_that_refuses_changes_nothing_here_and_is_told_again(db: Database) -> None:
    async with desk(db) as olga:
        olga.members(olga.member())
        olga.refuses = True
        await olga.floor.switch(olga.user_id, "paused", "Lunch")
        await asyncio.sleep(0.05)
        assert (olga.state, olga.told) == ("paused", [])
        olga.refuses = False
        olga.members(olga.member())  # the link is back
        await olga.until(lambda: olga.told == [(PHONE, True, "Lunch")])


STEPS = st.sampled_from(
    [
        "rings",
        "other rings",
        "stops",
        "up",
        "other up",
        "ends",
        "down",
        "other down",
        "available",
        "paused",
        "offline",
        "wrapped up",
        "pbx pauses",
        "pbx unpauses",
        "pbx removes",
        "written",
        "a moment",
    ]
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=25), wrap_up=st.sampled_from([0.0, 0.02, 30.0]))
async def test_every_interval_is_kept_whatever_happens(db: Database, steps: list[str], wrap_up: float) -> None:
    """What everybody was shown is what is written: without hole, overlap or negative length, wherever the writes fell."""
    async with db.write() as session:
        await session.execute(delete(PresenceInterval))
        await session.execute(update(User).values(presence=None, presence_reason=None))
    async with desk(db, wrap_up) as olga:
        begin = olga.state
        olga.members(olga.member())
        for step in steps:
            await olga.does(step)
    shown = [begin] + [change.shown.state.value for change in olga.seen]
    assert [state for state, _ in await olga.written()] == shown


async def test_the_intervals_of_a_period(db: Database) -> None:
    async with desk(db) as olga:
        olga.members(olga.member())
        await olga.call()
        await olga.written()
        async with db.read() as session:
            found = await intervals.between(session, olga.user_id, now() - timedelta(hours=1), now() + timedelta(hours=1))
            assert [row.state for row in found] == ["offline", "available", "ringing", "talking", "wrap_up"]
            assert await intervals.between(session, olga.user_id, now() - timedelta(hours=2), now() - timedelta(hours=1)) == []
