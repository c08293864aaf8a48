"""A whole Ringdesk, and the command, with a replay for a PBX."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from pathlib import Path

from ringdesk.agents.rights import Role
from ringdesk.telephony import live
from ringdesk.telephony.ami import AmiAddress, AmiConnection, AmiMessage
from ringdesk.telephony.replay import ReplayServer, packaged
from tests.command import start
from tests.house import Running, running, settings_for
from tests.telephony.curate import FROM
from tests.telephony.replaying import ANNA, BERLIN, SECRET, hurry, quick, until


@contextlib.asynccontextmanager
async def desks(server: ReplayServer, database_url: str) -> AsyncIterator[Running]:
    ami = {"ami_port": server.port, "ami_username": "ringdesk", "ami_secret": SECRET}
    async with running(settings_for(database_url, ami)) as house:
        for name, extension in (("olena", "1001"), ("daryna", "1005")):
            await house.add_user(name, Role.AGENT, interface=f"PJSIP/{extension}", display_name=name.title())
        await house.linked()
        yield house


async def test_the_desk_works_against_a_replay(server: ReplayServer, sqlite_url: str) -> None:
    async with desks(server, sqlite_url) as house:
        olena, daryna = await house.desk("olena"), await house.desk("daryna")
        api = house.api("olena")
        server.play(packaged("answered_agent_hangs_up"), pace=quick(ringing=0.1, talking=60))
        card = await olena.card(lambda card: card["state"] == "talking")
        assert (card["caller"]["number"], card["queue"]) == (ANNA, "support")
        answer = await api.post(f"/api/v1/calls/{card['call_id']}/transfer", json={"to": "1005", "reason": "Knows the case"})
        assert answer.status == 202, await answer.text()
        sent = await daryna.card()
        assert sent["sent_by"] == {"agent": {"id": house.ids["olena"], "name": "Olena"}, "reason": "Knows the case"}
        await olena.until("card_closed")
        hurry(server)
        await house.quiet()

        server.pace = quick(ringing=0.1, talking=60)
        answer = await api.post("/api/v1/calls", json={"to": "+49 30 901820"})
        dialled = (await answer.json())["call_id"]
        card = await olena.card(lambda card: card["call_id"] == dialled and card["state"] == "talking")
        assert card["caller"]["e164"] == BERLIN
        assert (await api.post(f"/api/v1/calls/{dialled}/hang-up")).status == 202
        await house.quiet()
        assert (await (await api.get(f"/api/v1/calls/{dialled}")).json())["outcome"] == "answered"


async def test_the_presence_switch_pauses_in_the_replayed_queues(server: ReplayServer, sqlite_url: str) -> None:
    async with desks(server, sqlite_url) as house:
        api = house.api("olena")
        for state, paused, reason in (("paused", True, "Lunch"), ("available", False, ""), ("offline", True, "offline")):
            body = {"state": state, "reason": reason} if state == "paused" else {"state": state}
            answer = await api.put("/api/v1/me/presence", json=body)
            assert answer.status == 200, await answer.text()
            member = server.pbx.members["support", "PJSIP/1001"]
            await until(lambda m=member, p=paused: m.paused is p)  # type: ignore[misc]
            assert member.reason == reason


async def test_replay_command_serves_a_file(tmp_path: Path) -> None:
    """`ringdesk replay FILE`: plays when somebody logs in, again with --loop, and ends on SIGTERM."""
    process = await start("replay", str(FROM / "answered_agent_hangs_up.ami"), "--port", "0", "--speed", "20", "--loop", "--secret", SECRET)
    try:
        assert process.stdout is not None
        said = b""
        async with asyncio.timeout(20):
            while b"Stop with Ctrl-C" not in said:
                said += await process.stdout.readline()
        port = int(re.search(rb"RINGDESK_AMI_PORT=(\d+)", said).group(1))  # type: ignore[union-attr]
        heard: list[AmiMessage] = []
        ami = await AmiConnection.open(AmiAddress("127.0.0.1", port, "ringdesk", SECRET), heard.append, lambda _r: None)
        state = await live.read(ami)
        assert ("support", "PJSIP/1001") in {(member.queue, member.interface) for member in state.members}
        await until(lambda: sum(message.name == "AgentConnect" for message in heard) >= 2, 20)
        await ami.close()
    finally:
        process.terminate()
        async with asyncio.timeout(10):
            assert await process.wait() == 0
