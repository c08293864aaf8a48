"""What happens besides: pick-up, parking, hold, listening, callers without a name or with an unusual one."""

from __future__ import annotations

import asyncio
import uuid

from tests.pbx.floor import DIRECT_1001, PARK, Floor
from tests.pbx.scenarios import scenario
from tests.pbx.scenarios.queues import ANNA, said
from tests.pbx.scenarios.transfers import connected


@scenario
async def pickup(floor: Floor) -> None:
    """A colleague takes up a queue call that rings at 1001 (*8)."""
    agent = await floor.phone("1001", answer_after=None)
    await floor.phone("1005")
    call = await floor.incoming(ANNA, queue="support", name="Anna")
    await agent.ringing()
    await said()
    colleague = await floor.dial("1005", "*8")
    await floor.ami.event("BridgeEnter", Channel="PJSIP/1005-*")
    await said()
    await colleague.hang_up()
    await call.gone()


@scenario
async def pickup_directed(floor: Floor) -> None:
    """The same by PickupChan in the dialplan."""
    agent = await floor.phone("1001", answer_after=None)
    await floor.phone("1005")
    call = await floor.incoming(ANNA, queue="support", name="Anna")
    await agent.ringing()
    await said()
    await floor.dial("1005", "*81001")
    await floor.ami.event("BridgeEnter", Channel="PJSIP/1005-*")
    await said()
    await call.hang_up()


@scenario
async def pickup_direct_call(floor: Floor) -> None:
    """A call without a queue is taken up by a colleague."""
    agent = await floor.phone("1001", answer_after=None)
    await floor.phone("1005")
    call = await floor.incoming(ANNA, did=DIRECT_1001, name="Anna")
    await agent.ringing()
    await said()
    await floor.dial("1005", "*8")
    await floor.ami.event("BridgeEnter", Channel="PJSIP/1005-*")
    await said()
    await call.hang_up()


@scenario
async def hold_resume(floor: Floor) -> None:
    """By re-INVITE from the agent's phone, twice."""
    call, agent = await connected(floor)
    for _ in range(2):
        await agent.hold()
        await said(0.6)
        await agent.resume()
        await said(0.3)
    await agent.hang_up()
    await call.gone()


@scenario
async def held_customer_hangs_up(floor: Floor) -> None:
    call, agent = await connected(floor)
    await agent.hold()
    await said()
    await call.hang_up()


@scenario
async def hung_up_by_supervisor(floor: Floor) -> None:
    """AMI Hangup of the customer's channel: nobody on the line hung up."""
    call, _ = await connected(floor)
    await floor.ami.action("Hangup", Channel=call.channel, Cause=16)
    await call.gone()


@scenario
async def recording_muted(floor: Floor) -> None:
    """The recording is silenced for a while (MixMonitorMute), as for a card number."""
    call, agent = await connected(floor)
    for state in (1, 0):
        await floor.ami.action("MixMonitorMute", Channel=call.channel, Direction="both", State=state)
        await said(0.5)
    await agent.hang_up()
    await call.gone()


@scenario
async def anonymous(floor: Floor) -> None:
    agent = await floor.phone("1001", answer_after=0.3)
    call = await floor.incoming("anonymous", queue="support")
    await agent.talking()
    await said()
    await call.hang_up()


@scenario
async def no_caller_id(floor: Floor) -> None:
    """A number only, no name; the agent's phone without one too."""
    agent = await floor.phone("1001", answer_after=0.3)
    call = await floor.incoming("0039061234567", queue="support")
    await agent.talking()
    await said()
    await call.hang_up()


@scenario
async def unicode_name(floor: Floor) -> None:
    """A name in three scripts, and a member whose name is Cyrillic (1006 in `sales`)."""
    agent = await floor.phone("1006", answer_after=0.3)
    call = await floor.incoming("+81312345678", queue="sales", name="Анна 山田 عمر ☎")
    await agent.talking()
    await said()
    await call.hang_up()


@scenario
async def two_calls_of_one_caller(floor: Floor) -> None:
    """The same number twice at once, in one queue."""
    first_agent = await floor.phone("1001", answer_after=0.3)
    second_agent = await floor.phone("1002", answer_after=0.6)
    first = await floor.incoming(ANNA, queue="support", name="Anna")
    second = await floor.incoming(ANNA, queue="support", name="Anna")
    await asyncio.gather(first_agent.talking(), second_agent.talking())
    await said()
    await first.hang_up()
    await said(0.3)
    await second.hang_up()


@scenario
async def second_caller_waits(floor: Floor) -> None:
    """One agent, two callers: the second is offered when the first is done."""
    agent = await floor.phone("1001", answer_after=0.3)
    first = await floor.incoming(ANNA, queue="support", name="Anna")
    await agent.talking()
    second = await floor.incoming("+380509876543", queue="support", name="Bohdan")
    await floor.ami.event("QueueCallerJoin", Uniqueid=second.uniqueid)
    await said()
    since = floor.ami.mark()
    await first.hang_up()
    await agent.talking(since)
    await said()
    await second.hang_up()


@scenario
async def spy_by_originate(floor: Floor) -> None:
    """A supervisor's phone is rung and hears agent and customer. ChanSpy sees a hang-up only while the call has sound."""
    supervisor = await floor.phone("1006", answer_after=0.3)
    call, agent = await connected(floor, sound=True)
    await floor.originate(
        "PJSIP/1006", Application="ChanSpy", Data=f"{agent.channel},qE", CallerID='"Listening" <listen>', ActionID="spy",
    )  # fmt: skip
    await floor.ami.event("ChanSpyStart")
    await said()
    await supervisor.hang_up()
    await said(0.3)
    await agent.hang_up()
    await call.gone()


@scenario
async def spy_by_extension(floor: Floor) -> None:
    """A supervisor dials *91001; the call ends before they hang up (option E ends the spying)."""
    await floor.phone("1006")
    call, agent = await connected(floor)
    listening = await floor.dial("1006", "*91001")
    await floor.ami.event("ChanSpyStart")
    await said()
    await agent.hang_up()
    await call.gone()
    await listening.gone()


@scenario
async def spy_by_audiosocket(floor: Floor) -> None:
    """Live audio of one side, as the transcripts take it: AudioSocket + ChanSpy."""
    received = bytearray()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(65536):
            received.extend(chunk)
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    agent = await floor.phone("1001", answer_after=0.3, sound=True)
    call = await floor.incoming(ANNA, queue="support", name="Anna", sound=True)
    await agent.talking()
    async with server:
        await floor.originate(
            f"AudioSocket/127.0.0.1:{port}/{uuid.uuid4()}", Application="ChanSpy", Data=f"{agent.channel},qoES", Codecs="slin",
            ActionID="live",
        )  # fmt: skip
        await floor.ami.event("ChanSpyStart")
        await said()
        await agent.hang_up()
        await call.gone()
        await floor.ami.event("ChanSpyStop")
    if len(received) < 8000:
        raise AssertionError(f"only {len(received)} bytes of live audio")


@scenario
async def park_and_retrieve(floor: Floor) -> None:
    """The agent parks the customer by a blind transfer, a colleague takes them out of the lot."""
    await floor.phone("1005")
    call, agent = await connected(floor)
    await floor.ami.action("BlindTransfer", Channel=agent.channel, Context="from-phone", Exten=PARK)
    parked = await floor.ami.event("ParkedCall")
    await said()
    colleague = await floor.dial("1005", parked["ParkingSpace"])
    await floor.ami.event("UnParkedCall")
    await floor.ami.event("BridgeEnter", Channel="PJSIP/1005-*")
    await said()
    await colleague.hang_up()
    await call.gone()


@scenario
async def park_and_give_up(floor: Floor) -> None:
    call, agent = await connected(floor)
    await floor.ami.action("BlindTransfer", Channel=agent.channel, Context="from-phone", Exten=PARK)
    await floor.ami.event("ParkedCall")
    await said()
    await call.hang_up()


@scenario
async def agent_logs_in_and_out(floor: Floor) -> None:
    """No call: dynamic membership, penalty and pause with a reason, as queue_log tells them."""
    await floor.phone("1006")
    floor.begin()
    interface = {"Queue": "support", "Interface": "PJSIP/1006"}
    await floor.ami.action("QueueAdd", **interface, MemberName="Петро Лисенко", StateInterface="PJSIP/1006")
    await floor.ami.action("QueuePause", **interface, Paused="true", Reason="Lunch")
    await floor.ami.action("QueuePenalty", **interface, Penalty="3")
    await floor.ami.action("QueuePause", **interface, Paused="false")
    await floor.ami.action("QueueRemove", **interface)
    await floor.ami.event("QueueMemberRemoved")


@scenario
async def park_times_out(floor: Floor) -> None:
    """Nobody takes the parked customer: the PBX rings the agent who parked."""
    call, agent = await connected(floor)
    await floor.ami.action("BlindTransfer", Channel=agent.channel, Context="from-phone", Exten=PARK)
    parked = await floor.ami.event("ParkedCallTimeOut")
    await agent.talking(floor.ami.events.index(parked))
    await said()
    await agent.hang_up()
    await call.gone()
