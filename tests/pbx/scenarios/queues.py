"""Calls to queues: who answers, who does not, who gives up."""

from __future__ import annotations

import asyncio

from tests.pbx.floor import OVERFLOW, SHORT_LIMIT, THROUGH_LOCAL, THROUGH_OPTIMISED_LOCAL, UNANSWERED_QUEUE, Floor
from tests.pbx.scenarios import scenario

ANNA = "+380441234567"
BUSY, DECLINE = "486 Busy Here", "603 Decline"


async def said(seconds: float = 1.2) -> None:
    """People talk: durations in the records must be more than 0 whole seconds."""
    await asyncio.sleep(seconds)


@scenario
async def answered_agent_hangs_up(floor: Floor) -> None:
    agent = await floor.phone("1001", answer_after=0.5)
    call = await floor.incoming(ANNA, queue="support", name="Anna")
    await agent.talking()
    await said()
    await agent.hang_up()
    await call.gone()


@scenario
async def answered_customer_hangs_up(floor: Floor) -> None:
    agent = await floor.phone("1001", answer_after=0.5)
    call = await floor.incoming(ANNA, queue="support", name="Anna")
    await agent.talking()
    await said()
    await call.hang_up()


@scenario
async def answered_without_answer_first(floor: Floor) -> None:
    """The dialplan does not Answer() before Queue(): the trunk goes up only when the agent answers."""
    agent = await floor.phone("1001", answer_after=0.5)
    call = await floor.incoming(ANNA, did=UNANSWERED_QUEUE, name="Anna")
    await agent.talking()
    await said()
    await call.hang_up()


@scenario
async def abandoned_queued(floor: Floor) -> None:
    call = await floor.incoming(ANNA, queue="support", name="Anna")
    await floor.ami.event("QueueCallerJoin")
    await said()
    await call.hang_up()


@scenario
async def abandoned_queued_without_answer_first(floor: Floor) -> None:
    call = await floor.incoming(ANNA, did=UNANSWERED_QUEUE, name="Anna", patience=1.2)
    await call.gone()


@scenario
async def abandoned_ringing(floor: Floor) -> None:
    agent = await floor.phone("1001", answer_after=None)
    call = await floor.incoming(ANNA, queue="support", name="Anna")
    await agent.ringing()
    await said()
    await call.hang_up()


@scenario
async def rna_then_next_agent(floor: Floor) -> None:
    await floor.phone("1001", answer_after=None)
    second = await floor.phone("1002", answer_after=0.5)
    call = await floor.incoming(ANNA, queue="support", name="Anna")
    await second.talking()
    await said()
    await second.hang_up()
    await call.gone()


@scenario
async def ringall(floor: Floor) -> None:
    await floor.phone("1003", answer_after=None)
    winner = await floor.phone("1004", answer_after=0.8)
    call = await floor.incoming(ANNA, queue="ringall", name="Anna")
    await winner.talking()
    await said()
    await call.hang_up()


@scenario
async def ringall_nobody_then_answered(floor: Floor) -> None:
    """Both ring in vain for one round; in the next one answers."""
    await floor.phone("1003", answer_after=None)
    late = await floor.phone("1004", answer_after=None)
    call = await floor.incoming(ANNA, queue="ringall", name="Anna")
    first = await late.ringing()
    await late.ringing(since=floor.ami.events.index(first) + 1)
    await late.answer()
    await late.talking()
    await said()
    await call.hang_up()


@scenario
async def busy_then_next(floor: Floor) -> None:
    await floor.phone("1001", refuse=BUSY, answer_after=None)
    second = await floor.phone("1002", answer_after=0.5)
    call = await floor.incoming(ANNA, queue="support", name="Anna")
    await second.talking()
    await said()
    await call.hang_up()


@scenario
async def declined_then_next(floor: Floor) -> None:
    await floor.phone("1001", refuse=DECLINE, answer_after=0.5)
    second = await floor.phone("1002", answer_after=0.5)
    call = await floor.incoming(ANNA, queue="support", name="Anna")
    await second.talking()
    await said()
    await call.hang_up()


@scenario
async def queue_timeout(floor: Floor) -> None:
    """The limit of Queue() is reached while a phone rings."""
    await floor.phone("1001", answer_after=None)
    call = await floor.incoming(ANNA, queue="short", name="Anna")
    await call.gone()


@scenario
async def queue_timeout_no_agent(floor: Floor) -> None:
    """The limit is reached and no phone could be rung at all."""
    call = await floor.incoming(ANNA, queue="short", name="Anna")
    await call.gone()


@scenario
async def queue_timeout_behind_another(floor: Floor) -> None:
    """The limit is reached while waiting behind another caller, who is being offered."""
    await floor.phone("1001", answer_after=None)
    first = await floor.incoming("+380441111111", queue="keys", name="First")
    await floor.ami.event("QueueCallerJoin")
    second = await floor.incoming(ANNA, did=SHORT_LIMIT, name="Anna")
    await second.gone()
    await first.hang_up()


@scenario
async def left_empty(floor: Floor) -> None:
    """The last agent logs out while the caller waits (leavewhenempty)."""
    await floor.ami.action("QueueAdd", Queue="leaving", Interface="PJSIP/1006")
    call = await floor.incoming(ANNA, queue="leaving", name="Anna")
    await floor.ami.event("QueueCallerJoin")
    await floor.ami.action("QueueRemove", Queue="leaving", Interface="PJSIP/1006")
    await call.gone()


@scenario
async def queue_full(floor: Floor) -> None:
    first = await floor.incoming("+380441111111", queue="full", name="First")
    await floor.ami.event("QueueCallerJoin")
    second = await floor.incoming(ANNA, queue="full", name="Anna")
    await second.gone()
    await first.hang_up()


@scenario
async def queue_join_empty(floor: Floor) -> None:
    call = await floor.incoming(ANNA, queue="empty", name="Anna")
    await call.gone()


@scenario
async def overflow_to_next_queue(floor: Floor) -> None:
    """Times out in one queue, is answered in the next."""
    agent = await floor.phone("1002", answer_after=0.5)
    call = await floor.incoming(ANNA, did=OVERFLOW, name="Anna")
    await agent.talking()
    await said()
    await call.hang_up()


@scenario
async def local_between_trunk_and_queue(floor: Floor) -> None:
    """Local/support@to-queue/n stays between the customer and the queue."""
    agent = await floor.phone("1001", answer_after=0.5)
    call = await floor.incoming(ANNA, did=THROUGH_LOCAL, name="Anna")
    await agent.talking()
    await said()
    await agent.hang_up()
    await call.gone()


@scenario
async def local_between_trunk_and_queue_optimised(floor: Floor) -> None:
    """The Local channel is optimised away once all are connected."""
    agent = await floor.phone("1001", answer_after=0.5)
    call = await floor.incoming(ANNA, did=THROUGH_OPTIMISED_LOCAL, name="Anna", sound=True)
    await floor.ami.event("LocalOptimizationEnd")
    await said()
    await agent.hang_up()
    await call.gone()


@scenario
async def local_abandoned(floor: Floor) -> None:
    """Gives up while waiting behind a Local channel."""
    call = await floor.incoming(ANNA, did=THROUGH_LOCAL, name="Anna", patience=1.2)
    await call.gone()


@scenario
async def local_members(floor: Floor) -> None:
    """The members are Local/100x@agents/n, their phones ring behind them; the first rings in vain."""
    await floor.phone("1003", answer_after=None)
    agent = await floor.phone("1004", answer_after=0.5)
    call = await floor.incoming(ANNA, queue="locals", name="Anna")
    await agent.talking()
    await said()
    await agent.hang_up()
    await call.gone()


@scenario
async def local_members_optimised(floor: Floor) -> None:
    """A member Local/1003@agents without /n: the Local channel is gone soon after the answer."""
    agent = await floor.phone("1003", answer_after=0.5, sound=True)
    await floor.ami.action("QueueAdd", Queue="crowd", Interface="Local/1003@agents", StateInterface="PJSIP/1003")
    call = await floor.incoming(ANNA, queue="crowd", name="Anna", sound=True)
    await floor.ami.event("LocalOptimizationEnd")
    await said()
    await agent.hang_up()
    await call.gone()


@scenario
async def redirected_from_queue(floor: Floor) -> None:
    """A supervisor takes the waiting caller out (AMI Redirect) and sends them to a phone."""
    agent = await floor.phone("1002", answer_after=0.5)
    await floor.pause("1002")
    call = await floor.incoming(ANNA, queue="support", name="Anna")
    await floor.ami.event("QueueCallerJoin")
    await said()
    await floor.redirect(call, "1002")
    await agent.talking()
    await said()
    await call.hang_up()


@scenario
async def exit_with_key(floor: Floor) -> None:
    """The waiting caller presses 1 and is put through to 1006."""
    agent = await floor.phone("1006", answer_after=0.5)
    call = await floor.incoming(ANNA, queue="keys", name="Anna")
    await floor.ami.event("QueueCallerJoin")
    await said()
    await call.press("1")
    await agent.talking()
    await said()
    await agent.hang_up()
    await call.gone()
