"""On the real Asterisk: whatever way a call is recorded, each recording lands on its call, with its side, its agents and its queue."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from ringdesk.recordings.finding import folders
from ringdesk.recordings.models import Recording
from tests.pbx.asterisk import Asterisk
from tests.pbx.floor import (
    AGENT_LEG_1001,
    DIDS,
    DIRECT_1001,
    IN_LOCAL_1001,
    LEGS_ONLY_1001,
    MIX_1001,
    MONITORED,
    STEREO_1001,
    THROUGH_LOCAL,
    THROUGH_OPTIMISED_LOCAL,
    Floor,
)
from tests.pbx.people import Phone
from tests.pbx.recorded import Recorded, recorded

SPOKEN = 1.5  # seconds in which both say enough to be known by it
BLOCK = 3.5  # seconds in which Asterisk writes its first 32 KB, of 16 KB a second
ALIKE, UNLIKE = 0.85, 0.5


@pytest_asyncio.fixture
async def desk(asterisk: Asterisk, pbx: Floor, sqlite_url: str, tmp_path: Path) -> AsyncIterator[Recorded]:
    async with recorded(asterisk, pbx, sqlite_url, tmp_path) as found:
        yield found


@pytest.mark.parametrize(
    ("did", "side", "roles", "queue"),
    [
        (DIRECT_1001, "customer", {"mixed", "received", "transmitted"}, None),
        (DIDS["support"], "customer", {"mixed", "received", "transmitted"}, "support"),
        (STEREO_1001, "customer", {"stereo"}, None),
        (LEGS_ONLY_1001, "customer", {"received", "transmitted"}, None),
        (AGENT_LEG_1001, "agent", {"mixed", "received", "transmitted"}, None),
        (IN_LOCAL_1001, "customer", {"mixed", "received", "transmitted"}, None),
        (THROUGH_LOCAL, "customer", {"mixed", "received", "transmitted"}, "support"),
        (THROUGH_OPTIMISED_LOCAL, "customer", {"mixed", "received", "transmitted"}, "support"),
        (MONITORED, "customer", {"mixed", "received", "transmitted"}, "monitored"),
        (MIX_1001, "customer", {"mixed"}, None),
    ],
)
async def test_every_way_of_recording(did: str, side: str, roles: set[str], queue: str | None, desk: Recorded) -> None:
    await desk.answered(did)
    await asyncio.sleep(SPOKEN)
    await desk.call.hang_up()
    (row,) = await desk.found(1)
    (call,) = await desk.calls()
    assert row.call_id == call.call.id
    assert (row.side, {part["role"] for part in row.parts}, row.queue) == (side, roles, queue)
    assert await desk.agents(row) == {"1001"}
    assert call.call.ended_at is not None
    assert call.call.started_at <= row.started_at < call.call.ended_at
    assert row.channels == (1 if roles == {"mixed"} else 2)
    if roles != {"mixed"}:
        heard_right(desk, row)


def heard_right(desk: Recorded, row: Recording) -> None:
    own_customer, not_agent, own_agent, not_customer = desk.sides(row)
    assert min(own_customer, own_agent) > ALIKE
    assert max(not_agent, not_customer) < UNLIKE


async def test_a_wav_tells_its_length_only_when_it_is_closed(asterisk: Asterisk, desk: Recorded) -> None:
    """So half a recording is known as such where nobody saw it being made."""
    await desk.answered(DIRECT_1001)
    sizes, begun = set(), set()
    for _ in range(int(BLOCK / 0.25)):
        await asyncio.sleep(0.25)
        for path in asterisk.monitor.rglob("*.wav"):
            status = path.lstat()
            sizes.add(status.st_size)
            begun.add(folders.only_begun(path, (status.st_size, status.st_mtime_ns), made=False))
    assert max(sizes) > folders.WAVE_HEAD, "there is sound in it"
    assert begun == {True}
    await desk.call.hang_up()
    (row,) = await desk.found(1)
    assert len(row.parts) == 3


async def test_an_outgoing_call_is_recorded_on_the_customer_s_channel(desk: Recorded) -> None:
    """From the answer on: what comes in over it is the customer, though the agent called."""
    await desk.pbx.outside(sound=desk.customer.file)
    desk.call = await desk.pbx.dial("1001", "+380445555555", sound=desk.agent.file)
    await desk.pbx.ami.event("BridgeEnter", Channel="PJSIP/trunk-*")
    await asyncio.sleep(SPOKEN)
    await desk.call.hang_up()
    (row,) = await desk.found(1)
    (call,) = await desk.calls()
    assert (row.call_id, call.call.direction, row.side) == (call.call.id, "out", "customer")
    assert await desk.agents(row) == {"1001"}
    heard_right(desk, row)


async def test_a_recording_that_began_on_the_agent_s_own_channel_before_it_dialled_out(desk: Recorded) -> None:
    """Who is who shows only when the customer is called: the side is put right at the end."""
    await desk.pbx.outside(sound=desk.customer.file, answer_after=1.0)
    desk.call = await desk.pbx.dial("1001", "+380445555555", sound=desk.agent.file)
    await desk.pbx.ami.action("MixMonitor", Channel=desk.call.channel, File="mine.wav", options="r(mine-in.wav)t(mine-out.wav)")
    await desk.pbx.ami.event("BridgeEnter", Channel="PJSIP/trunk-*")
    await asyncio.sleep(SPOKEN)
    await desk.call.hang_up()
    rows = await desk.found(2)
    (mine,) = [row for row in rows if row.name == "mine.wav"]
    assert mine.side == "agent"
    heard_right(desk, mine)


async def test_stopped_and_started_again(desk: Recorded) -> None:
    """Two recordings one after the other, and two at once: each file is a recording of the one call."""
    await desk.answered(LEGS_ONLY_1001)
    ami, channel = desk.pbx.ami, desk.call.channel
    await ami.action("MixMonitor", Channel=channel, File="first.wav", options="r(first-in.wav)t(first-out.wav)")
    await asyncio.sleep(SPOKEN)
    await ami.action("StopMixMonitor", Channel=channel)  # the newest
    await ami.action("MixMonitor", Channel=channel, File="second.wav", options="r(second-in.wav)t(second-out.wav)")
    await asyncio.sleep(SPOKEN)
    await desk.call.hang_up()
    whole, first, second = await desk.found(3)
    (call,) = await desk.calls()
    assert {row.call_id for row in (whole, first, second)} == {call.call.id}
    assert whole.name == f"{desk.call.uniqueid}-rx.wav"
    assert (first.name, second.name) == ("first.wav", "second.wav")
    assert whole.started_at < first.started_at < second.started_at
    for row in (whole, first, second):
        assert await desk.agents(row) == {"1001"}
        heard_right(desk, row)


async def test_a_recording_stays_with_the_customer_through_a_blind_transfer(desk: Recorded) -> None:
    await desk.answered(DIDS["support"])
    phone = await desk.pbx.phone("1003", sound=desk.agent.file)
    await desk.pbx.blind_transfer(Phone(desk.pbx, "1001", phone.party), "1003")
    await phone.talking()
    await asyncio.sleep(SPOKEN)
    await desk.call.hang_up()
    (row,) = await desk.found(1)
    assert row.call_id == f"pbx-{desk.call.linkedid}"
    assert await desk.agents(row) == {"1001", "1003"}
    heard_right(desk, row)
    assert [(mark.kind, mark.text, mark.user_id) for mark in await desk.marks(row.call_id)] == [
        ("transfer", "blind to 1003", desk.desk.ids["1001"])
    ]


async def test_an_attended_transfer(desk: Recorded) -> None:
    """The consultation is recorded too, on the agent's second channel: it is the same call in the end."""
    await desk.answered(AGENT_LEG_1001)
    colleague = await desk.pbx.phone("1003", sound=desk.agent.file)
    agent = Phone(desk.pbx, "1001", colleague.party)
    await desk.pbx.attended_transfer(agent, "1003")
    await colleague.talking()
    await asyncio.sleep(SPOKEN)
    await desk.pbx.ami.action("Hangup", Channel=agent.channel, Cause=16)
    await desk.pbx.ami.event("AttendedTransfer")
    await asyncio.sleep(SPOKEN)
    await desk.call.hang_up()
    rows = await desk.found(2)
    assert {row.call_id for row in rows} == {f"pbx-{desk.call.linkedid}"}
    (first,) = [row for row in rows if row.name.startswith("agent-")]
    assert first.side == "agent"
    assert await desk.agents(first) == {"1001"}
    kinds = [mark.kind for mark in await desk.marks(f"pbx-{desk.call.linkedid}")]
    assert kinds == ["hold", "transfer"]


async def test_holding_is_marked(desk: Recorded) -> None:
    await desk.answered(DIDS["support"])
    agent = Phone(desk.pbx, "1001", desk.call.party)
    await agent.hold()
    await agent.resume()
    await desk.call.hang_up()
    (row,) = await desk.found(1)
    assert [(mark.kind, mark.user_id) for mark in await desk.marks(row.call_id or "")] == [
        ("hold", desk.desk.ids["1001"]),
        ("resume", desk.desk.ids["1001"]),
    ]
