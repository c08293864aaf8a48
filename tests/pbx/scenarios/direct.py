"""Calls without a queue: to an extension, between phones, out, and by a click."""

from __future__ import annotations

from tests.pbx.floor import DIRECT_1001, GROUP, IMPATIENT_1001, IVR, Floor
from tests.pbx.scenarios import scenario
from tests.pbx.scenarios.queues import ANNA, BUSY, said

BERLIN = "+4930901820"


@scenario
async def direct_call_answered(floor: Floor) -> None:
    agent = await floor.phone("1001", answer_after=0.5)
    call = await floor.incoming(ANNA, did=DIRECT_1001, name="Anna")
    await agent.talking()
    await said()
    await agent.hang_up()
    await call.gone()


@scenario
async def direct_call_customer_hangs_up(floor: Floor) -> None:
    agent = await floor.phone("1001", answer_after=0.5)
    call = await floor.incoming(ANNA, did=DIRECT_1001, name="Anna")
    await agent.talking()
    await said()
    await call.hang_up()


@scenario
async def direct_call_no_answer(floor: Floor) -> None:
    """Nobody takes it up within the 30 s that Dial allows (3 s here)."""
    await floor.phone("1001", answer_after=None)
    call = await floor.incoming(ANNA, did=IMPATIENT_1001, name="Anna")
    await call.gone()


@scenario
async def direct_call_busy(floor: Floor) -> None:
    await floor.phone("1001", refuse=BUSY, answer_after=None)
    call = await floor.incoming(ANNA, did=DIRECT_1001, name="Anna")
    await call.gone()


@scenario
async def direct_call_phone_off(floor: Floor) -> None:
    """The phone is not registered: Dial has nobody to call."""
    call = await floor.incoming(ANNA, did=DIRECT_1001, name="Anna")
    await call.gone()


@scenario
async def direct_abandoned_ringing(floor: Floor) -> None:
    agent = await floor.phone("1001", answer_after=None)
    call = await floor.incoming(ANNA, did=DIRECT_1001, name="Anna")
    await agent.ringing()
    await said()
    await call.hang_up()


@scenario
async def direct_call_to_group(floor: Floor) -> None:
    """Two phones ring at once without a queue, one answers."""
    await floor.phone("1001", answer_after=None)
    winner = await floor.phone("1002", answer_after=0.5)
    call = await floor.incoming(ANNA, did=GROUP, name="Anna")
    await winner.talking()
    await said()
    await call.hang_up()


@scenario
async def internal_call(floor: Floor) -> None:
    colleague = await floor.phone("1002", answer_after=0.5)
    await floor.phone("1001")
    call = await floor.dial("1001", "1002")
    await colleague.talking()
    await said()
    await call.hang_up()


@scenario
async def outgoing_answered(floor: Floor) -> None:
    await floor.outside(answer_after=0.5)
    await floor.phone("1001")
    call = await floor.dial("1001", BERLIN)
    await floor.ami.event("BridgeEnter", Channel="PJSIP/trunk-*")
    await said()
    await call.hang_up()


@scenario
async def outgoing_customer_hangs_up(floor: Floor) -> None:
    await floor.outside(answer_after=0.5, talk=1.2)
    await floor.phone("1001")
    call = await floor.dial("1001", BERLIN)
    await call.gone()


@scenario
async def outgoing_no_answer(floor: Floor) -> None:
    """It rings, nobody is at home, the agent gives up."""
    await floor.outside(answer_after=None)
    await floor.phone("1001")
    call = await floor.dial("1001", BERLIN)
    await floor.ami.event("DialState", DestChannel="PJSIP/trunk-*", DialStatus="RINGING")
    await said()
    await call.hang_up()


@scenario
async def outgoing_busy(floor: Floor) -> None:
    await floor.outside(refuse=BUSY, answer_after=None)
    await floor.phone("1001")
    call = await floor.dial("1001", BERLIN)
    await call.gone()


@scenario
async def outgoing_wrong_number(floor: Floor) -> None:
    await floor.outside(refuse="404 Not Found", answer_after=None)
    await floor.phone("1001")
    call = await floor.dial("1001", BERLIN)
    await call.gone()


@scenario
async def click_to_dial_answered(floor: Floor) -> None:
    """The agent's phone rings first, then the customer's; our own ids on both channels."""
    await floor.outside(answer_after=0.5)
    agent = await floor.phone("1001", answer_after=0.5)
    await floor.click_to_dial("1001", BERLIN, ChannelId="ringdesk-click-1")
    await floor.ami.event("BridgeEnter", Channel="PJSIP/trunk-*")
    await said()
    await agent.hang_up()


@scenario
async def click_to_dial_agent_does_not_answer(floor: Floor) -> None:
    await floor.phone("1001", answer_after=None)
    await floor.click_to_dial("1001", BERLIN, ring=2.0, ChannelId="ringdesk-click-2")
    await floor.ami.event("OriginateResponse")


@scenario
async def click_to_dial_agent_busy(floor: Floor) -> None:
    await floor.phone("1001", refuse=BUSY, answer_after=None)
    await floor.click_to_dial("1001", BERLIN, ChannelId="ringdesk-click-3")
    await floor.ami.event("OriginateResponse")


@scenario
async def click_to_dial_agent_phone_off(floor: Floor) -> None:
    await floor.click_to_dial("1001", BERLIN, ChannelId="ringdesk-click-4")
    await floor.ami.event("OriginateResponse")


@scenario
async def click_to_dial_customer_busy(floor: Floor) -> None:
    await floor.outside(refuse=BUSY, answer_after=None)
    await floor.phone("1001", answer_after=0.5)
    await floor.click_to_dial("1001", BERLIN, ChannelId="ringdesk-click-5")
    await floor.ami.event("DialEnd", DestChannel="PJSIP/trunk-*")


@scenario
async def click_to_dial_through_local(floor: Floor) -> None:
    """As some dialplans do it: Originate a Local channel whose halves get ids of ours."""
    await floor.outside(answer_after=0.5)
    agent = await floor.phone("1001", answer_after=0.5)
    await floor.originate(
        "Local/1001@agents", Context="ringdesk-dial", Exten=BERLIN, Priority=1, CallerID=f"<{BERLIN}>",
        ChannelId="ringdesk-local-1", OtherChannelId="ringdesk-local-2", ActionID="local-click",
    )  # fmt: skip
    await floor.ami.event("BridgeEnter", Channel="PJSIP/trunk-*")
    await said()
    await agent.hang_up()


@scenario
async def ivr_only(floor: Floor) -> None:
    call = await floor.incoming(ANNA, did=IVR, name="Anna")
    await call.gone()


@scenario
async def ivr_caller_hangs_up(floor: Floor) -> None:
    call = await floor.incoming(ANNA, did=IVR, name="Anna")
    await floor.ami.event("Newexten", Application="Playback")
    await call.hang_up()
