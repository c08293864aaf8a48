"""Several hundred mixed calls on the real Asterisk: what statistics say is what the PBX's own queue_log says, per queue and per agent."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ringdesk.agents.rights import Role
from ringdesk.statistics.cubes import CUBES
from ringdesk.statistics.cubes.people import PEOPLE
from ringdesk.statistics.cubes.queues import QUEUES
from ringdesk.statistics.folding import Folder
from ringdesk.statistics.periods import Period, day_begin
from ringdesk.statistics.query import Query
from ringdesk.statistics.reading import read
from ringdesk.storage.base import now
from ringdesk.storage.quarters import MICROS
from tests.house import Running, running, settings_for
from tests.pbx.asterisk import Asterisk, QueueLogEntry
from tests.pbx.conftest import staff
from tests.pbx.floor import OVERFLOW, Floor

LEFT = {
    "CONNECT": "answered", "ABANDON": "abandoned", "EXITWITHTIMEOUT": "timed_out", "EXITWITHKEY": "transferred", "EXITEMPTY": "empty",
}  # fmt: skip
ENDS = ("COMPLETECALLER", "COMPLETEAGENT", "BLINDTRANSFER", "ATTENDEDTRANSFER")
CROWD = [str(extension) for extension in range(1007, 1017)]
ZONE = ZoneInfo("Europe/Kyiv")


@dataclass
class Told:
    """What queue_log says of one queue, or of one agent in it. Seconds are whole: it counts by the clock's."""

    counts: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)
    longest: int = 0


def told(entries: list[QueueLogEntry]) -> tuple[dict[str, Told], dict[tuple[str, str], Told]]:
    """By queue, and by agent (as queue_log names it) and queue."""
    queues: dict[str, Told] = defaultdict(Told)
    agents: dict[tuple[str, str], Told] = defaultdict(Told)
    for entry in entries:
        queue, agent = queues[entry.queue], agents[entry.agent, entry.queue]
        if entry.event == "ENTERQUEUE":
            queue.counts["entered"] += 1
        if (outcome := LEFT.get(entry.event)) is not None:
            queue.counts[outcome] += 1
            wait = int(entry.data[0] if entry.event == "CONNECT" else entry.data[2])
            queue.seconds[outcome] += wait
            queue.longest = max(queue.longest, wait)
        if entry.event == "CONNECT":
            agent.counts["answered"] += 1
        if entry.event in ("RINGNOANSWER", "RINGCANCELED"):
            agent.counts["rang in vain"] += 1
        if entry.event in ENDS:
            transferred = entry.event in ("BLINDTRANSFER", "ATTENDEDTRANSFER")
            talked = int(entry.data[3] if transferred else entry.data[1])
            for each in (queue, agent):
                each.counts["conversations"] += 1
                each.counts["transfers"] += transferred
                each.seconds["talk"] += talked
    return queues, agents


def numbers(prefix: int, count: int) -> Iterator[str]:
    return (f"+38044{prefix:03}{n:04}" for n in range(count))


async def a_busy_hour(pbx: Floor) -> None:
    """Queues of every temper at once, then transfers."""
    await pbx.crowd(CROWD, answer_after=0.1, talk=0.7)
    await pbx.phone("1001", answer_after=0.3, talk=0.8)
    await pbx.phone("1002", answer_after=None)  # never answers
    await pbx.phone("1003", answer_after=0.4, talk=0.5)
    await pbx.phone("1004", answer_after=0.6)
    # the PBX answers before the queue: `talk` is how long a caller stays in all, whether an agent answers meanwhile or not
    floods = [
        pbx.flood(numbers(1, 130), "crowd", rate=10, talk=6),
        pbx.flood(numbers(2, 45), "support", rate=4, talk=2.5),
        pbx.flood(numbers(3, 40), "ringall", rate=4, talk=3),
        pbx.flood(numbers(4, 25), "short", rate=4, talk=9),
        pbx.flood(numbers(5, 20), "full", rate=5, talk=1.5),
        pbx.flood(numbers(6, 10), "empty", rate=5, talk=3),
        pbx.flood(numbers(7, 15), did=OVERFLOW, rate=3, talk=5),
        pbx.flood(numbers(2, 20), "crowd", rate=2, talk=4),  # who could not wait for support tries elsewhere
    ]
    await asyncio.gather(*(flood.ended(100) for flood in floods))
    await pbx.quiet()
    agent, colleague = await pbx.phone("1005", answer_after=0.2), await pbx.phone("1006", answer_after=0.2)
    for n, number in enumerate(numbers(8, 6)):
        since = pbx.ami.mark()
        call = await pbx.incoming(number, queue="sales")
        await agent.talking(since)
        await (pbx.blind_transfer(agent, "1006") if n % 2 else pbx.attended_transfer(agent, "1006"))
        await colleague.talking(since)
        if n % 2 == 0:
            await agent.hang_up()
        await asyncio.sleep(0.3)
        await call.hang_up()
        await pbx.quiet()


async def sums(desk: Running, cube: Any, *keys: str, **only: Any) -> dict[Any, dict[str, int]]:
    today = now().astimezone(ZONE).date()
    period = Period(day_begin(today - timedelta(days=1), ZONE), day_begin(today + timedelta(days=2), ZONE), ZONE)
    async with desk.house.db.read() as session:
        rows = await read(session, Query(cube=cube, period=period, keys=keys, only=only))
    return {tuple(row.keys[key] for key in keys): row.of for row in rows}


@pytest.mark.timeout(240)
async def test_counts_and_sums_are_those_of_the_queue_log(asterisk: Asterisk, sqlite_url: str) -> None:
    with Asterisk(asterisk.chroot, agents=6 + len(CROWD)) as large:
        username, secret = large.ringdesk
        ami = {"ami_port": large.ami_port, "ami_username": username, "ami_secret": secret}
        async with Floor(large) as pbx, running(settings_for(sqlite_url, ami, wrap_up_limit=0.2)) as desk:
            await compared(pbx, desk)


async def compared(pbx: Floor, desk: Running) -> None:
    await staff(desk)
    for extension in CROWD:
        await desk.add_user(extension, Role.AGENT, interface=f"PJSIP/{extension}", display_name=f"Agent {extension}")
    await desk.linked()
    await a_busy_hour(pbx)
    await pbx.quiet()
    async with asyncio.timeout(10):
        while any(state.wrap_up_of for state in desk.house.floor.states.values()):
            await asyncio.sleep(0.05)
    await desk.quiet()
    queues, agents = told(pbx.queue_log)
    assert sum(queue.counts["entered"] for queue in queues.values()) > 250
    refused = Counter(each["Value"] for each in pbx.ami.found("VarSet", since=pbx.began or 0, Variable="QUEUESTATUS"))
    of = {key[0]: row for key, row in (await sums(desk, QUEUES, "queue")).items()}
    for name, queue in queues.items():
        if not queue.counts["entered"]:
            continue
        ours = of[name]
        assert ours["offered"] - ours["full"] - ours["empty"] == queue.counts["entered"] - queue.counts["empty"], name
        for outcome in ("answered", "abandoned", "timed_out", "transferred"):
            assert ours[outcome] == queue.counts[outcome], (name, outcome)
        for count in ("conversations", "transfers"):
            assert ours[count] == queue.counts[count], (name, count)
        close(ours["answer_wait_us"], queue.seconds["answered"], queue.counts["answered"])
        close(ours["abandon_wait_us"], queue.seconds["abandoned"], queue.counts["abandoned"])
        close(ours["talk_us"] + ours["hold_us"], queue.seconds["talk"], queue.counts["conversations"])
        close(ours["longest_wait_us"], queue.longest, 1)
    assert sum(row["full"] for row in of.values()) == refused["FULL"] > 0
    assert sum(row["empty"] for row in of.values()) == refused["JOINEMPTY"] + sum(q.counts["empty"] for q in queues.values()) > 0
    await the_agents(pbx, desk, agents)
    await the_rollups(desk)


async def the_agents(pbx: Floor, desk: Running, agents: dict[tuple[str, str], Told]) -> None:
    interfaces = {m["Name"]: m["StateInterface"] for m in await pbx.ami.listed("QueueStatus") if m.name == "QueueMember"}
    owners = {f"PJSIP/{name}": id for name, id in desk.ids.items()}
    found = await sums(desk, PEOPLE, "who", "queue")
    expected = {
        (owners[interfaces.get(name, name)], queue): (agent.counts["answered"], agent.counts["conversations"], agent.counts["transfers"])
        for (name, queue), agent in agents.items()
        if agent.counts["conversations"]
    }
    ours = {
        key: (row["offers_answered"], row["conversations"], row["transfers"])
        for key, row in found.items()
        if key[1] and row["conversations"]
    }
    assert ours == expected
    for (name, queue), agent in agents.items():
        key = (owners.get(interfaces.get(name, name)), queue)
        if agent.counts["conversations"]:
            close(found[key]["talk_us"] + found[key]["hold_us"], agent.seconds["talk"], agent.counts["conversations"])
        if agent.counts["rang in vain"]:
            assert found[key]["offers_missed"] + found[key]["offers_rejected"] + found[key]["offers_busy"] <= found[key]["offers"]
            assert found[key]["offers"] - found[key]["offers_answered"] >= agent.counts["rang in vain"]


async def the_rollups(desk: Running) -> None:
    """Of the facts as they are, of the rollups a day later, and of a rebuild: the same to the last digit. Presence goes on meanwhile."""
    over = [cube for cube in CUBES if cube.name not in ("presence", "adherence")]
    before = [await sums(desk, cube, *cube.keys) for cube in over]
    folder = Folder(desk.house.db, ZONE, lambda: now() + timedelta(days=3))
    await folder.prepare()
    async for _ in folder.catch_up():
        pass
    assert [await sums(desk, cube, *cube.keys) for cube in over] == before
    async for _ in folder.rebuild():
        pass
    assert [await sums(desk, cube, *cube.keys) for cube in over] == before


def close(micros: int, seconds: int, times: int) -> None:
    """queue_log takes whole seconds of the clock at both ends: of `times` stretches each is within one of what it was."""
    assert abs(micros - seconds * MICROS) <= times * MICROS
