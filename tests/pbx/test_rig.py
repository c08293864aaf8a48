"""The rig itself: what the other tests on the real PBX rely on."""

from __future__ import annotations

import array
import asyncio
import os
import select
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ringdesk.telephony.pbx_config import render
from tests.pbx.ami_client import ActionRefused, AmiClient
from tests.pbx.asterisk import Asterisk
from tests.pbx.floor import DIRECT_1001, Floor
from tests.pbx.scenarios import SCENARIOS


def test_what_cannot_stand_in_a_configuration_file_is_refused() -> None:
    assert "permit = 10.0.0.0/255.255.255.0" in render(username="desk", secret="@FILTERS@", host_permit=("10.0.0.7/24",))["manager.conf"]
    for username, secret in (
        ("desk\n[root]", "long enough"),
        ("general", "long-enough"),
        ("desk", "short"),
        ("desk", "with;comment"),
        ("desk", "a\nwrite = all"),
    ):
        with pytest.raises(ValueError, match="AMI"):
            render(username=username, secret=secret)
    with pytest.raises(ValueError, match="not appear to be an IPv4"):
        render(username="desk", secret="long-enough", host_permit=("everyone",))


async def test_an_answered_queue_call_is_logged_by_the_pbx(pbx: Floor) -> None:
    await SCENARIOS["answered_agent_hangs_up"](pbx)
    assert [entry.event for entry in pbx.queue_log] == ["ENTERQUEUE", "CONNECT", "COMPLETEAGENT"]
    enter, connect, complete = pbx.queue_log
    assert (enter.queue, enter.data) == ("support", ("", "+380441234567", "1"))
    assert {each.callid for each in pbx.queue_log} == {enter.callid}
    assert (connect.agent, complete.agent) == ("PJSIP/1001", "PJSIP/1001")
    assert [row["disposition"] for row in pbx.cdr] == ["ANSWERED"]


async def test_the_product_s_user_hears_what_a_tracker_needs_and_little_else(pbx: Floor) -> None:
    async with AmiClient(pbx.asterisk.ami_port, *pbx.asterisk.ringdesk) as ringdesk:
        await SCENARIOS["answered_agent_hangs_up"](pbx)
        await ringdesk.event("Hangup", Channel="PJSIP/trunk-*")
        heard = {each.name for each in ringdesk.events}
        assert heard >= {
            "Newchannel", "Newstate", "QueueCallerJoin", "AgentCalled", "DialBegin", "DialState", "DialEnd", "QueueCallerLeave",
            "AgentConnect", "BridgeCreate", "BridgeEnter", "BridgeLeave", "AgentComplete", "HangupRequest", "Hangup", "MixMonitorStart",
        }  # fmt: skip
        assert {each["Variable"] for each in ringdesk.found("VarSet")} <= {"MIXMONITOR_FILENAME", "QUEUESTATUS"}
        assert {each["Application"] for each in ringdesk.found("Newexten")} <= {"Queue"}
        assert {each["Device"].partition("/")[0] for each in ringdesk.found("DeviceStateChange")} == {"PJSIP"}
        # the greeting of a login, FullyBooted, is the only event without a time
        assert {each.name for each in ringdesk.events if "Timestamp" not in each} == {"FullyBooted"}


async def test_filters_do_not_touch_answers_and_lists(pbx: Floor) -> None:
    call = await pbx.incoming("+380441234567", queue="support")
    await pbx.ami.event("QueueCallerJoin")
    async with AmiClient(pbx.asterisk.ami_port, *pbx.asterisk.ringdesk) as ringdesk:
        assert [each["Channel"] for each in await ringdesk.listed("CoreShowChannels")] == [call.channel]
        kinds = {each.name for each in await ringdesk.listed("QueueStatus")}
        assert kinds == {"QueueParams", "QueueMember", "QueueEntry"}
        assert await ringdesk.listed("DeviceStateList")
        assert (await ringdesk.action("CoreStatus"))["CoreStartupTime"]
        assert (await ringdesk.action("Ping"))["Response"] == "Success"


async def test_the_product_s_user_may_do_its_work_and_no_more(pbx: Floor) -> None:
    await pbx.phone("1001")
    async with AmiClient(pbx.asterisk.ami_port, *pbx.asterisk.ringdesk) as ringdesk:
        await ringdesk.action("Originate", Channel="PJSIP/1001", Application="Wait", Data="5", Async="true", ActionID="ours")
        assert (await ringdesk.event("OriginateResponse"))["ActionID"] == "ours"
        await ringdesk.action("Hangup", Channel=pbx.channel("PJSIP/1001-*"))
        await ringdesk.action("QueuePause", Interface="PJSIP/1001", Paused="true")
        await ringdesk.event("QueueMemberPause")
        for name, headers in (
            ("Command", {"Command": "core show uptime"}),
            ("Reload", {}),
            ("GetConfig", {"Filename": "manager.conf"}),
        ):
            with pytest.raises(ActionRefused, match="Permission denied"):
                await ringdesk.action(name, **headers)


async def test_ten_calls_a_second_to_two_hundred_agents(asterisk: Asterisk) -> None:
    with Asterisk(asterisk.chroot, agents=200) as large:
        async with Floor(large) as floor:
            await floor.crowd(large.phones, answer_after=0.05, talk=0.3)
            calls = floor.flood([f"+38044{n:07}" for n in range(20)], "crowd", rate=10)
            assert await calls.ended() == 0, calls.errors
            await floor.quiet()
            events = [entry.event for entry in floor.queue_log]
    assert {each: events.count(each) for each in ("ENTERQUEUE", "CONNECT", "COMPLETEAGENT")} == {
        "ENTERQUEUE": 20, "CONNECT": 20, "COMPLETEAGENT": 20,
    }  # fmt: skip


async def test_in_is_the_customer_s_voice_of_an_incoming_call(pbx: Floor) -> None:
    agent = await pbx.phone("1001")
    call = await pbx.incoming("+380441234567", did=DIRECT_1001, sound=True)
    await agent.talking()
    await asyncio.sleep(1.0)  # of sound
    await call.hang_up()
    await pbx.quiet()
    assert await _loud_files(pbx) == {"": True, "-in": True, "-out": False}


async def test_in_is_the_customer_s_voice_of_an_outgoing_call(pbx: Floor) -> None:
    await pbx.outside(sound=True)
    await pbx.phone("1001")
    call = await pbx.dial("1001", "+4930901820")
    await pbx.ami.event("BridgeEnter", Channel="PJSIP/trunk-*")
    await asyncio.sleep(1.0)  # of sound
    await call.hang_up()
    await pbx.quiet()
    assert await _loud_files(pbx) == {"": True, "-in": True, "-out": False}


async def test_a_crash_and_a_new_start(asterisk: Asterisk) -> None:
    with Asterisk(asterisk.chroot) as second:
        before = second.pid
        second.kill()
        assert second.pid is None
        second.start()
        assert second.pid not in {None, before}
        await queues_began(second, 1)  # the killed one's may be missing: it comes just after a PBX is booted
        second.restart()
        await queues_began(second, 2)  # the logs go on over a crash
        assert "22." in second.cli("core show version")


async def queues_began(asterisk: Asterisk, times: int) -> None:
    async with asyncio.timeout(10):
        while [entry.event for entry in asterisk.queue_log].count("QUEUESTART") < times:
            await asyncio.sleep(0.02)


async def test_nothing_is_left_behind(asterisk: Asterisk) -> None:
    mounts = _mounts()
    with Asterisk(asterisk.chroot) as second:
        async with Floor(second) as floor:
            await floor.phone("1001")
            await floor.incoming("+380441234567", queue="support")
            await floor.ami.event("QueueCallerJoin")
            pids = [second.pid, *(party.process.pid for party in floor.parties.running)]
            folder = second.folder
        assert _mounts() == mounts
    assert not folder.exists()
    assert [pid for pid in pids if _runs(pid)] == []


def test_it_ends_with_a_run_that_is_killed(asterisk: Asterisk) -> None:
    program = (
        "import sys\nfrom tests.pbx import chroot\nfrom tests.pbx.asterisk import Asterisk\n"
        "pbx = Asterisk(chroot.provide()); pbx.start(); print(pbx.pid, pbx.folder, flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program]
    run = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    assert run.stdout is not None
    pid, folder = run.stdout.readline().split()
    the_end = os.pidfd_open(int(pid))
    run.kill()
    run.communicate()
    try:
        assert select.select([the_end], [], [], 5.0)[0], "Asterisk outlived the run that started it"
    finally:
        os.close(the_end)
        shutil.rmtree(folder)


async def _loud_files(pbx: Floor) -> dict[str, bool]:
    """The three files of the call's recording: which of them has more than silence in it."""
    named = await pbx.ami.event("VarSet", Variable="MIXMONITOR_FILENAME")
    recording = pbx.asterisk.monitor / Path(named["Value"]).relative_to("/rig/spool/monitor")
    return {leg: _is_loud(recording.with_name(f"{recording.stem}{leg}.wav")) for leg in ("", "-in", "-out")}


def _is_loud(wav: Path) -> bool:
    # past the 44 bytes of header, whose length Asterisk fills in a moment after the hang-up
    return max(map(abs, array.array("h", wav.read_bytes()[44:16044])), default=0) > 1000


def _mounts() -> str:
    return Path("/proc/self/mounts").read_text()


def _runs(pid: int | None) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
