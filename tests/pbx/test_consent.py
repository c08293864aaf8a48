"""On a real Asterisk with the dialplan that `ringdesk pbx config` prints: announcement, opt-out, and what runs after a recording."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from ringdesk.telephony import pbx_config
from ringdesk.telephony.pbx_config import Announcement
from tests.pbx.asterisk import CONF, Asterisk
from tests.pbx.floor import DIDS, Floor

ANNOUNCED = (Announcement("support", "beep", "2"), Announcement("sales", "beep"), Announcement("ringall", "beep", "#"))
NUMBERS = (Announcement("", "beep", "5", "+" + DIDS["patient"]),)  # of a queue without an announcement of its own
AFTER = "/rig/etc/after.sh"


@pytest.fixture(scope="module")
def announcing(asterisk: Asterisk) -> Iterator[Asterisk]:
    """A PBX of its own, whose queues announce, and which notes what it runs after a recording."""
    extensions = pbx_config.render(username="ringdesk", secret="not-used-here", announcements=(*ANNOUNCED, *NUMBERS))["extensions.conf"]
    own = (CONF / "extensions.conf").read_text(encoding="utf-8").replace("[globals]\n", f"[globals]\nRINGDESK_UPLOAD = {AFTER}\n")
    after = '#!/bin/sh\necho "$@" >> /rig/spool/after\n'
    with Asterisk(asterisk.chroot, extra={"ringdesk-extensions.conf": extensions, "extensions.conf": own, "after.sh": after}) as pbx:
        (pbx.folder / "etc" / "after.sh").chmod(0o755)
        yield pbx


@pytest_asyncio.fixture
async def floor(announcing: Asterisk) -> AsyncIterator[Floor]:
    async with Floor(announcing) as found:
        yield found


def recorded(pbx: Asterisk, uniqueid: str) -> set[str]:
    return {path.name for path in pbx.monitor.rglob(f"{uniqueid}*")}


async def finished(pbx: Asterisk, uniqueid: str) -> str:
    """What was run after the recording of this channel."""
    async with asyncio.timeout(10):
        while True:
            noted = pbx.folder / "spool" / "after"
            for line in noted.read_text().splitlines() if noted.exists() else []:
                if line.endswith(f" {uniqueid}"):
                    return line
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(("queue", "agent"), [("support", "1001"), ("sales", "1005")])
async def test_who_is_told_and_stays_is_recorded(queue: str, agent: str, floor: Floor) -> None:
    await floor.phone(agent, sound=True)
    call = await floor.incoming("+380441234567", queue=queue, sound=True)
    await floor.ami.event("BridgeEnter", Channel=f"PJSIP/{agent}-*")
    await asyncio.sleep(0.5)
    await call.hang_up()
    ran = await finished(floor.asterisk, call.uniqueid)
    base, _, uniqueid = ran.partition(" ")
    assert base.startswith("/rig/spool/monitor/")
    assert base.endswith(f"/{call.uniqueid}")
    assert uniqueid == call.uniqueid
    assert recorded(floor.asterisk, call.uniqueid) == {f"{call.uniqueid}{end}" for end in (".wav", "-in.wav", "-out.wav")}


@pytest.mark.parametrize(("queue", "agent", "key"), [("support", "1001", "2"), ("ringall", "1003", "#")])
async def test_who_declines_is_not_recorded_also_not_after_a_transfer(queue: str, agent: str, key: str, floor: Floor) -> None:
    phone = await floor.phone(agent, sound=True)
    colleague = await floor.phone("1006", sound=True)
    call = await floor.incoming("+380441234567", queue=queue, sound=True)
    await floor.ami.event("Newexten", Uniqueid=call.uniqueid, Application="Read")
    await call.press(key)
    await phone.talking()
    await floor.blind_transfer(phone, "1006")
    await colleague.talking()
    await asyncio.sleep(0.5)
    await call.hang_up()
    await floor.quiet()
    assert recorded(floor.asterisk, call.uniqueid) == set()
    assert list(floor.ami.found("MixMonitorStart")) == []


@pytest.mark.parametrize(("key", "recordings"), [("5", 0), ("2", 1)])
async def test_who_calls_a_number_is_told_what_its_policy_says(key: str, recordings: int, floor: Floor) -> None:
    call = await floor.incoming("+380441234567", queue="patient", sound=True)
    await floor.ami.event("Newexten", Uniqueid=call.uniqueid, Application="Read")
    await call.press(key)
    await floor.ami.event("QueueCallerJoin", Uniqueid=call.uniqueid)
    await call.hang_up()
    await floor.quiet()
    assert len(list(floor.ami.found("MixMonitorStart"))) == recordings


async def test_another_key_is_no_refusal(floor: Floor) -> None:
    phone = await floor.phone("1001", sound=True)
    call = await floor.incoming("+380441234567", queue="support", sound=True)
    await floor.ami.event("Newexten", Uniqueid=call.uniqueid, Application="Read")
    await call.press("7")
    await phone.talking()
    await call.hang_up()
    await finished(floor.asterisk, call.uniqueid)


def test_what_cannot_stand_in_a_dialplan_is_refused() -> None:
    for wrong in (
        Announcement("support\nexten => s,1,System(rm)", "beep"),
        Announcement("support", "beep,1)\n same => n,System(x"),
        Announcement("support", "beep", "12"),
        Announcement("${SHELL(id)}", "beep"),
        Announcement("", "beep", "1", "+++"),
    ):
        with pytest.raises(ValueError, match=r"dialplan|telephone"):
            pbx_config.render(username="desk", secret="long-enough", announcements=[wrong])
    with pytest.raises(ValueError, match="address"):
        pbx_config.render(username="desk", secret="long-enough", url="https://desk/$(id)")


def test_a_general_announcement_takes_the_place_of_the_pattern(tmp_path: Path) -> None:
    text = pbx_config.render(username="desk", secret="long-enough", announcements=[Announcement("", "notice", "1")])["extensions.conf"]
    consent = text.partition("[ringdesk-consent]")[2].partition("[ringdesk-announce]")[0]
    assert consent.count(pbx_config.ANY_QUEUE) == 1
    assert "Gosub(ringdesk-announce,s,1(notice,1))" in consent


def test_a_number_s_announcement_comes_before_its_queue_s() -> None:
    told = [
        Announcement("support", "of-support", "2"),
        Announcement("", "of-all", "1"),
        Announcement("", "of-number", "3", "+380 44 100-00-00"),
        Announcement("support", "of-both", "", "380441000000"),
    ]
    text = pbx_config.render(username="desk", secret="long-enough", announcements=told)["extensions.conf"]
    consent = text.partition("[ringdesk-consent]")[2].partition("; ARG1")[0]
    support, _, others = consent.partition(f"exten => {pbx_config.ANY_QUEUE}")
    for part, of_number, of_any in ((support, "of-both,", "of-support,2"), (others, "of-number,3", "of-all,1")):
        assert part.count("?did-380441000000)") == 1
        assert f"n(did-380441000000),Gosub(ringdesk-announce,s,1({of_number}))" in part
        assert f" same => n,Gosub(ringdesk-announce,s,1({of_any}))" in part
        assert part.count("Gosub(") == 2
