"""Calls that are passed on."""

from __future__ import annotations

import asyncio

from tests.pbx.floor import Floor
from tests.pbx.people import Call, Phone
from tests.pbx.scenarios import scenario
from tests.pbx.scenarios.queues import ANNA, said


async def connected(floor: Floor, *, sound: bool = False) -> tuple[Call, Phone]:
    """Anna talks to 1001 through the queue `support`."""
    agent = await floor.phone("1001", answer_after=0.3, sound=sound)
    call = await floor.incoming(ANNA, queue="support", name="Anna", sound=sound)
    await agent.talking()
    await said()
    return call, agent


@scenario
async def blind_transfer_to_agent(floor: Floor) -> None:
    target = await floor.phone("1005", answer_after=0.5)
    call, agent = await connected(floor)
    await floor.blind_transfer(agent, "1005")
    await target.talking()
    await said()
    await call.hang_up()


@scenario
async def blind_transfer_not_answered(floor: Floor) -> None:
    """The colleague declines: the customer is lost."""
    await floor.phone("1005", answer_after=0.5, refuse="603 Decline")
    call, agent = await connected(floor)
    await floor.blind_transfer(agent, "1005")
    await call.gone()


@scenario
async def blind_transfer_to_queue(floor: Floor) -> None:
    target = await floor.phone("1005", answer_after=0.5)
    call, agent = await connected(floor)
    await floor.blind_transfer(agent, "4003")
    await target.talking()
    await said()
    await target.hang_up()
    await call.gone()


@scenario
async def blind_transfer_out(floor: Floor) -> None:
    await floor.outside(answer_after=0.5)
    call, agent = await connected(floor)
    since = floor.ami.mark()
    await floor.blind_transfer(agent, "+4930901820")
    await floor.ami.event("DialEnd", since=since, DialStatus="ANSWER")
    await said()
    await call.hang_up()


@scenario
async def blind_transfer_by_refer(floor: Floor) -> None:
    target = await floor.phone("1005", answer_after=0.5)
    call, agent = await connected(floor)
    await agent.refer("1005")
    await target.talking()
    await said()
    await call.hang_up()


@scenario
async def attended_transfer_completed(floor: Floor) -> None:
    target = await floor.phone("1005", answer_after=0.5)
    call, agent = await connected(floor)
    await floor.attended_transfer(agent, "1005")
    await target.talking()
    await said()
    await agent.hang_up()
    await floor.ami.event("AttendedTransfer")
    await said()
    await call.hang_up()


@scenario
async def attended_transfer_while_ringing(floor: Floor) -> None:
    """The agent hangs up while the colleague's phone still rings, who answers then."""
    target = await floor.phone("1005", answer_after=None)
    call, agent = await connected(floor)
    await floor.attended_transfer(agent, "1005")
    await target.ringing()
    await floor.tell(agent.channel, "hangup")
    await floor.ami.event("AttendedTransfer")
    await said(0.5)
    await target.answer()
    await target.talking()
    await said()
    await call.hang_up()


@scenario
async def attended_transfer_recalled(floor: Floor) -> None:
    """The agent hangs up while it rings, nobody answers: the PBX calls the agent back, who takes the customer again.

    Asterisk 22.10 now and then cancels that call the moment it has begun it and lets the customer go, seen once in fifteen on a busy
    machine: then that is what happened."""
    target = await floor.phone("1005", answer_after=None)
    call, agent = await connected(floor)
    await floor.attended_transfer(agent, "1005")
    await target.ringing()
    await floor.tell(agent.channel, "hangup")
    await floor.ami.event("AttendedTransfer")
    since = floor.ami.mark()
    taken = asyncio.create_task(agent.talking(since))
    lost = asyncio.create_task(call.gone())
    done, waiting = await asyncio.wait((taken, lost), return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    if taken in done:
        await taken
        await said()
        await call.hang_up()


@scenario
async def attended_transfer_no_answer(floor: Floor) -> None:
    """The colleague's phone rings in vain: the agent has the customer back."""
    target = await floor.phone("1005", answer_after=None)
    call, agent = await connected(floor)
    await floor.attended_transfer(agent, "1005")
    await target.ringing()
    since = floor.ami.mark()
    await agent.talking(since)
    await said()
    await call.hang_up()


@scenario
async def attended_transfer_cancelled(floor: Floor) -> None:
    target = await floor.phone("1005", answer_after=0.5)
    call, agent = await connected(floor)
    await floor.attended_transfer(agent, "1005")
    await target.talking()
    await said()
    await floor.cancel_attended_transfer(agent)
    await said()
    await call.hang_up()


@scenario
async def attended_transfer_target_busy(floor: Floor) -> None:
    await floor.phone("1005", refuse="486 Busy Here")
    call, agent = await connected(floor)
    since = floor.ami.mark()
    await floor.attended_transfer(agent, "1005")
    await agent.talking(since)
    await said()
    await call.hang_up()


@scenario
async def attended_transfer_to_queue(floor: Floor) -> None:
    target = await floor.phone("1005", answer_after=0.5)
    call, agent = await connected(floor)
    await floor.attended_transfer(agent, "4003")
    await target.talking()
    await said()
    await agent.hang_up()
    await floor.ami.event("AttendedTransfer")
    await said()
    await target.hang_up()
    await call.gone()


@scenario
async def attended_transfer_out(floor: Floor) -> None:
    await floor.outside(answer_after=0.5)
    call, agent = await connected(floor)
    since = floor.ami.mark()
    await floor.attended_transfer(agent, "004930901820")
    await floor.ami.event("BridgeEnter", since=since, Channel="PJSIP/trunk-*")
    await said()
    await agent.hang_up()
    await floor.ami.event("AttendedTransfer")
    await said()
    await call.hang_up()


@scenario
async def attended_transfer_by_refer(floor: Floor) -> None:
    """A second call of the agent's own phone, then REFER with Replaces (RFC 3891)."""
    target = await floor.phone("1005", answer_after=0.5)
    call, agent = await connected(floor)
    first = agent.channel
    await agent.hold()
    consultation = await floor.dial("1001", "1005")
    await target.talking()
    await said()
    dialog = await floor.sip_dialog(consultation.channel)
    # tags as the PBX is to read them: the to-tag is its own
    replaces = f"{dialog['call-id']};to-tag={dialog['local_tag']};from-tag={dialog['remote_tag']}"
    await agent.refer("1005", replaces=replaces, channel=first)
    await floor.ami.event("AttendedTransfer")
    await said()
    await call.hang_up()


@scenario
async def redirected_while_talking(floor: Floor) -> None:
    """AMI Redirect of the customer out of a conversation, to a colleague."""
    target = await floor.phone("1005", answer_after=0.5)
    call, _ = await connected(floor)
    await floor.redirect(call, "1005")
    await target.talking()
    await said()
    await call.hang_up()


@scenario
async def outgoing_then_transferred(floor: Floor) -> None:
    """The agent calls out and passes the customer on: the customer's channel is the called one."""
    await floor.outside(answer_after=0.5)
    await floor.phone("1001")
    target = await floor.phone("1005", answer_after=0.5)
    await floor.dial("1001", "+4930901820")
    await floor.ami.event("BridgeEnter", Channel="PJSIP/trunk-*")
    await said()
    await floor.ami.action("BlindTransfer", Channel=floor.channel("PJSIP/1001-*"), Context="from-phone", Exten="1005")
    await target.talking()
    await said()
    await target.hang_up()


@scenario
async def outgoing_then_redirected(floor: Floor) -> None:
    """AMI Redirect of a called channel: it has no dialplan of its own, so the PBX puts another in its place (Rename)."""
    await floor.outside(answer_after=0.5)
    await floor.phone("1001")
    target = await floor.phone("1005", answer_after=0.5)
    await floor.dial("1001", "+4930901820")
    await floor.ami.event("BridgeEnter", Channel="PJSIP/trunk-*")
    await said()
    await floor.ami.action("Redirect", Channel=floor.channel("PJSIP/trunk-*"), Context="from-phone", Exten="1005", Priority=1)
    await target.talking()
    await said()
    await target.hang_up()
