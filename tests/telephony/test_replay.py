"""The replay server, heard by our real listener: what it plays is what was recorded, with identities and times of its own."""

import asyncio
import contextlib
import itertools
import re
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringdesk.agents.rights import Role
from ringdesk.config import cli
from ringdesk.telephony import live
from ringdesk.telephony.ami import ActionRefused, AmiAddress, AmiConnection, AmiMessage, LoginRefused
from ringdesk.telephony.bus import Bus
from ringdesk.telephony.facts import AnyFact, Call, CallBegan, CallDropped, CallEnded, CallsJoined
from ringdesk.telephony.listener import Listener, Status
from ringdesk.telephony.parsing import to_event
from ringdesk.telephony.replay import AsRecorded, NotARecording, Phase, Phone, ReplayServer, Session, load, packaged
from ringdesk.telephony.replay.recording import read
from ringdesk.telephony.replay.text import parse, write
from ringdesk.telephony.tracking import World
from tests.house import Running, running, settings_for
from tests.telephony.curate import CURATED, FROM, INTO, NOWHERE, curated
from tests.telephony.recording import NAMES, messages, play, recorded_events

SECRET = "a secret of the replay"
ANNA, BERLIN = "+380441234567", "+4930901820"


class Following:
    """A listener on the server, and all calls it heard of."""

    def __init__(self, server: ReplayServer) -> None:
        self.calls: dict[str, Call] = {}
        self.ended: list[str] = []
        self.world = World(pbx="pbx")
        address = AmiAddress("127.0.0.1", server.port, "ringdesk", SECRET)
        self.bus = Bus()
        self.listener = Listener(address, self.world, self.bus)
        self.bus.publish = self._publish  # type: ignore[method-assign]

    def _publish(self, facts: Iterable[AnyFact]) -> None:
        for fact in facts:
            if isinstance(fact, CallBegan):
                self.calls[fact.call.id] = fact.call
            elif isinstance(fact, CallDropped):
                del self.calls[fact.call.id]
            elif isinstance(fact, CallsJoined):
                self.calls.pop(fact.gone.id, None)
            elif isinstance(fact, CallEnded):
                self.ended.append(fact.call.id)


@pytest.fixture
async def server() -> AsyncIterator[ReplayServer]:
    async with ReplayServer("ringdesk", SECRET, speed=25) as server:
        for name in CURATED:
            server.learn(packaged(name))
        server.numbers["4003"] = "sales"
        yield server


@pytest.fixture
async def following(server: ReplayServer) -> AsyncIterator[Following]:
    following = Following(server)
    task = asyncio.create_task(following.listener.run())
    await until(lambda: following.listener.link.status is Status.UP)
    yield following
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def ami(server: ReplayServer) -> AsyncIterator[AmiConnection]:
    connection = await AmiConnection.open(AmiAddress("127.0.0.1", server.port, "ringdesk", SECRET), lambda _m: None, lambda _r: None)
    yield connection
    await connection.close()


async def until(wanted: Callable[[], object], limit: float = 8.0) -> None:
    async with asyncio.timeout(limit):
        while not wanted():
            await asyncio.sleep(0.005)


async def over(session: Session, following: Following) -> None:
    assert session.task is not None
    await session.task
    await following.listener.commands().action("Ping")  # answered behind all events
    await until(lambda: not following.listener.inbox.waiting and not following.world.tracks)


def quick(**slow: float) -> Callable[[Phase, float], float]:
    """Everything at once, but for the phases named: so many seconds."""
    return lambda phase, _seconds: slow.get(phase, 0.01)


def shape(call: Call) -> tuple[object, ...]:
    """What must be the same however often and whenever it is played."""
    return (
        call.direction, call.outcome, call.did, call.caller_number, call.caller_name, call.gap,
        [(v.queue, v.outcome) for v in call.visits],
        [(o.interface, o.queue, o.visit_seq, o.outcome) for o in call.offers],
        [(c.interface, c.queue, c.ended_by) for c in call.conversations],
    )  # fmt: skip


# What is played ------------------------------------------------------------------------------------------------------------------


def test_what_ringdesk_brings_along_is_what_the_tests_recorded() -> None:
    assert {path.stem for path in INTO.glob("*.ami")} == {*CURATED, NOWHERE}
    for name in CURATED:
        assert (INTO / f"{name}.ami").read_bytes() == curated(name), f"{name}: run python -m tests.telephony.curate"


@pytest.mark.parametrize("name", NAMES)
async def test_a_replayed_session_gives_the_records_of_its_recording(name: str, server: ReplayServer, following: Following) -> None:
    """All that the rig recorded, unfiltered; and what is packaged gives the same."""
    server.pace = AsRecorded(50)
    await over(server.play(load(FROM / f"{name}.ami")), following)
    if name in CURATED:
        packed = play([event for message in messages((INTO / f"{name}.ami").read_bytes()) if (event := to_event(message)) is not None])
        assert sorted(map(shape, packed.calls.values()), key=repr) == sorted(map(shape, following.calls.values()), key=repr)
    recorded = play(recorded_events(name))
    assert sorted(map(shape, following.calls.values()), key=repr) == sorted(map(shape, recorded.calls.values()), key=repr)
    assert following.world.anomalies == recorded.world.anomalies
    assert not server.pbx.lines
    assert not any(server.pbx.waiting.values())


async def test_times_and_identities_are_fresh(server: ReplayServer, ami: AmiConnection) -> None:
    heard: list[AmiMessage] = []
    ami.wire.on_event = heard.append
    before = time.time()
    recorded = (FROM / "attended_transfer_completed.ami").read_text()
    for _ in range(2):
        session = server.play(packaged("attended_transfer_completed"))
        assert session.task is not None
        await session.task
        await until(lambda: heard[-1].name in ("Hangup", "QueueMemberStatus"))
    stamps = [message.at.timestamp() for message in heard]
    assert before <= stamps[0]
    assert stamps[-1] <= time.time() + 0.01
    assert all(one < two for one, two in itertools.pairwise(stamps)), "no two events of a PBX have one time"
    born = [message for message in heard if message.name == "Newchannel"]
    for header in ("Uniqueid", "Channel"):
        assert len({message[header] for message in born}) == len(born) == 10
        assert not any(message[header] in recorded for message in born)
    assert len({message["Linkedid"] for message in born}) == 2
    bridges = {message["BridgeUniqueid"] for message in heard if message.name == "BridgeCreate"}
    assert len(bridges) == 6
    assert not any(bridge in recorded for bridge in bridges)
    halves = {message["Channel"].partition(";")[0] for message in born if message["Channel"].startswith("Local/")}
    assert len(halves) == 2, "the halves of a Local channel have one name"


async def test_two_sessions_at_once_do_not_mix(server: ReplayServer, following: Following) -> None:
    played = packaged("blind_transfer_to_agent")
    casts = [("+442079460123", "Grace", "1001", "1005"), ("+81312347057", "陽子", "1002", "1003")]
    sessions = []
    for number, name, first, second in casts:
        words = {ANNA: number, "1001": first, "1005": second, "support": f"queue{first}"}
        sessions.append(server.play(played, words=words, names={"Anna": name, "Olena Bondar": first, "Daryna Shevchenko": second}))
        await asyncio.sleep(0.01)
    for session in sessions:
        await over(session, following)
    calls = sorted(following.calls.values(), key=lambda call: call.started_at)
    assert [
        (c.caller_number, c.caller_name, c.visits[0].queue, [o.interface for o in c.offers], [t.ended_by for t in c.conversations])
        for c in calls
    ] == [
        (number, name, f"queue{first}", [f"PJSIP/{first}", f"PJSIP/{second}"], ["transfer", "customer"])
        for number, name, first, second in casts
    ]
    assert calls[0].ended_at is not None
    assert calls[1].started_at < calls[0].ended_at, "they overlapped"


async def test_seconds_are_those_of_the_replay(server: ReplayServer, ami: AmiConnection) -> None:
    """HoldTime and TalkTime are counted anew, as app_queue counts: whole seconds of the clock."""
    heard: list[AmiMessage] = []
    ami.wire.on_event = heard.append
    session = server.play(packaged("answered_agent_hangs_up"), pace=quick(ringing=1.2, talking=2.1))
    assert session.task is not None
    await session.task
    await until(lambda: any(message.name == "AgentComplete" for message in heard))
    done = next(message for message in heard if message.name == "AgentComplete")
    assert done["HoldTime"] in ("1", "2")
    assert done["TalkTime"] in ("2", "3")


# What is asked -------------------------------------------------------------------------------------------------------------------


async def test_only_who_knows_the_secret_gets_in(server: ReplayServer) -> None:
    for username, secret in (("ringdesk", "wrong"), ("root", SECRET), ("", "")):
        with pytest.raises(LoginRefused, match="Authentication failed"):
            await AmiConnection.open(AmiAddress("127.0.0.1", server.port, username, secret), lambda _m: None, lambda _r: None)
    answer = await raw(server, b"Action: Ping\r\n\r\n")
    assert b"Message: Permission denied" in answer


async def test_it_answers_as_an_asterisk_does(ami: AmiConnection) -> None:
    assert abs((await live.pbx_clock(ami)).timestamp() - time.time()) < 1
    with pytest.raises(ActionRefused, match=r"Invalid/unknown command: Nonsense\. Use Action: ListCommands to show available commands"):
        await ami.action("Nonsense")
    for action, headers, message in (
        ("QueuePause", {"Interface": "PJSIP/9999", "Paused": "true"}, "Interface not found"),
        ("QueuePause", {"Paused": "true"}, "Need 'Interface' and 'Paused' parameters."),
        ("Hangup", {"Channel": "PJSIP/1001-0000ffff"}, "No such channel"),
        ("BlindTransfer", {"Channel": "PJSIP/1001-0000ffff", "Exten": "1005"}, "Channel specified does not exist"),
        ("Atxfer", {"Channel": "PJSIP/1001-0000ffff", "Exten": "1005"}, "Channel specified does not exist"),
        ("CancelAtxfer", {"Channel": "PJSIP/1001-0000ffff"}, "Channel specified does not exist"),
        ("Originate", {"Channel": "nonsense"}, "Invalid channel"),
        ("Events", {"EventMask": ""}, "Invalid event mask"),
    ):
        with pytest.raises(ActionRefused, match=re.escape(message)):
            await ami.action(action, **headers)
    assert "QueuePause" in await ami.action("ListCommands")
    assert (await ami.action("Logoff"))["Message"] == "Thanks for all the fish."


async def test_the_live_state_is_that_of_the_sessions(server: ReplayServer, ami: AmiConnection) -> None:
    server.play(packaged("abandoned_queued"), pace=quick(waiting=60))
    server.play(packaged("answered_agent_hangs_up"), pace=quick(talking=60))
    await until(lambda: sum(bool(line.bridge) for line in server.pbx.lines.values()) == 2)
    state = await live.read(ami)
    assert {channel.channel.name.partition("-")[0] for channel in state.channels} == {"PJSIP/trunk", "PJSIP/1001"}
    talking = [channel for channel in state.channels if channel.bridge]
    assert len(talking) == 2
    assert {channel.bridge for channel in talking} == {talking[0].bridge}
    assert [(entry.queue, entry.position) for entry in state.waiting] == [("support", 1)]
    busy = next(member for member in state.members if member.interface == "PJSIP/1001")
    assert (busy.status, busy.in_call) == (2, True)
    summary = {item["Queue"]: item for item in await ami.listing("QueueSummary")}
    assert (summary["support"]["Callers"], summary["support"]["Available"]) == ("1", "1")


async def test_a_pause_is_kept_and_told(server: ReplayServer, ami: AmiConnection) -> None:
    heard: list[AmiMessage] = []
    ami.wire.on_event = heard.append
    await ami.action("QueuePause", Interface="PJSIP/1001", Paused="true", Reason="Lunch")
    await until(lambda: heard)
    recorded = play_header_names("agent_logs_in_and_out", "QueueMemberPause")
    assert [name for name, _ in heard[0]._headers.items() if name != "content"] == recorded
    assert (heard[0].name, heard[0]["Queue"], heard[0]["Paused"], heard[0]["PausedReason"]) == ("QueueMemberPause", "support", "1", "Lunch")
    member = next(m for m in (await live.read(ami)).members if m.interface == "PJSIP/1001")
    assert (member.paused, member.reason) == (True, "Lunch")
    # A recording in which the same member is not paused does not undo it.
    session = server.play(packaged("answered_agent_hangs_up"))
    assert session.task is not None
    await session.task
    assert all(message["Paused"] == "1" for message in heard if message.name == "QueueMemberStatus")
    await ami.action("QueuePause", Interface="PJSIP/1001", Paused="false")
    assert not server.pbx.members["support", "PJSIP/1001"].paused


def play_header_names(name: str, event: str) -> list[str]:
    message = next(m for m in parse((FROM / f"{name}.ami").read_bytes()).messages if m[0] == ("Event", event))
    return [key for key, _ in message]


async def test_a_phone_is_cast_when_the_queue_would_ring_it(server: ReplayServer, following: Following) -> None:
    """The caller waits until somebody is there; with nobody, the caller gives up in the end."""
    free = asyncio.Event()

    async def casting(_session: Session, _role: int) -> Phone | None:
        await free.wait()
        return Phone("PJSIP/1002", "Taras Melnyk")

    session = server.play(packaged("answered_agent_hangs_up"), casting=casting)
    await until(lambda: server.pbx.waiting.get("support"))
    await asyncio.sleep(0.1)
    assert server.pbx.waiting["support"]
    free.set()
    await over(session, following)

    async def nobody(_session: Session, _role: int) -> Phone | None:
        return None

    await over(server.play(packaged("answered_agent_hangs_up"), casting=nobody), following)
    answered, abandoned = following.calls.values()
    assert [c.interface for c in answered.conversations] == ["PJSIP/1002"]
    assert (abandoned.outcome, [v.outcome for v in abandoned.visits]) == ("abandoned", ["abandoned"])


async def test_click_to_dial(server: ReplayServer, following: Following, ami: AmiConnection) -> None:
    asked = {"Context": "ringdesk-dial", "Exten": "+4915112345678", "CallerID": '"Erika Weiß" <+4915112345678>', "Async": "true"}
    await ami.action("Originate", Channel="PJSIP/1001", ChannelId="ringdesk-1-ab", **asked)
    await until(lambda: following.ended)
    (call,) = following.calls.values()
    assert (call.linkedid, call.direction, call.outcome, call.origin) == ("ringdesk-1-ab", "out", "answered", "PJSIP/1001")
    assert (call.caller_number, call.caller_name) == ("+4915112345678", "Erika Weiß")
    # A phone that nobody has: Asterisk takes the order, and says in an event that it failed.
    heard: list[AmiMessage] = []
    ami.wire.on_event = heard.append
    await ami.action("Originate", Channel="PJSIP/4711", **asked)
    await until(lambda: heard)
    assert (heard[0].name, heard[0]["Response"], heard[0]["Channel"]) == ("OriginateResponse", "Failure", "PJSIP/4711")


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ("1005", ([("support", "answered")], [("PJSIP/1001", "transfer"), ("PJSIP/1005", "customer")])),
        ("4003", ([("support", "answered"), ("sales", "answered")], [("PJSIP/1001", "transfer"), ("PJSIP/1005", "agent")])),
        (BERLIN, ([("support", "answered")], [("PJSIP/1001", "transfer")])),
    ],
)
async def test_blind_transfer(to: str, expected: object, server: ReplayServer, following: Following, ami: AmiConnection) -> None:
    agent = await talking(server)
    await ami.action("BlindTransfer", Channel=agent, Exten=to, Context="x")
    hurry(server)
    await until(lambda: following.ended)
    (call,) = following.calls.values()
    assert ([(v.queue, v.outcome) for v in call.visits], [(c.interface, c.ended_by) for c in call.conversations]) == expected
    assert not following.world.anomalies
    assert not server.sessions


async def test_a_transfer_to_nowhere_is_refused_and_changes_nothing(server: ReplayServer, ami: AmiConnection) -> None:
    agent = await talking(server)
    with pytest.raises(ActionRefused, match="neither a phone nor a queue nor a number"):
        await ami.action("BlindTransfer", Channel=agent, Exten="nowhere", Context="x")
    assert len(server.pbx.lines) == 2


@pytest.mark.parametrize("recording", ["answered_agent_hangs_up", "outgoing_answered"])
async def test_attended_transfer(recording: str, server: ReplayServer, following: Following, ami: AmiConnection) -> None:
    agent = await talking(server, recording)
    with pytest.raises(ActionRefused, match="no attended transfer"):
        await ami.action("CancelAtxfer", Channel=agent)
    await ami.action("Atxfer", Channel=agent, Exten="1005", Context="x")
    hurry(server)
    await until(lambda: len(server.pbx.lines) == 5 and all(line.bridge for line in server.pbx.lines.values()))
    await asyncio.sleep(0.05)  # the consultation: nothing happens until the agent hangs up
    await ami.action("Hangup", Channel=agent)
    hurry(server)
    await until(lambda: following.ended)
    (call,) = following.calls.values()
    assert [(c.interface, c.ended_by) for c in call.conversations] == [("PJSIP/1001", "transfer"), ("PJSIP/1005", "customer")]
    assert not following.world.anomalies


@pytest.mark.parametrize("recording", ["answered_agent_hangs_up", "outgoing_answered"])
async def test_attended_transfer_taken_back(recording: str, server: ReplayServer, following: Following, ami: AmiConnection) -> None:
    agent = await talking(server, recording)
    await ami.action("Atxfer", Channel=agent, Exten="1005", Context="x")
    hurry(server)
    await until(lambda: len(server.pbx.lines) == 5 and all(line.bridge for line in server.pbx.lines.values()))
    await ami.action("CancelAtxfer", Channel=agent)
    hurry(server)
    await until(lambda: following.ended)
    (call,) = following.calls.values()
    assert [(c.interface, c.ended_by) for c in call.conversations] == [("PJSIP/1001", "customer")]


@pytest.mark.parametrize(
    ("name", "slow", "channel", "expected"),
    [
        ("answered_agent_hangs_up", "talking", "PJSIP/1001", ("answered", ["answered"], 1)),
        ("answered_agent_hangs_up", "talking", "PJSIP/trunk", ("answered", ["answered"], 1)),
        ("answered_agent_hangs_up", "ringing", "PJSIP/trunk", ("abandoned", ["abandoned"], 0)),
        ("abandoned_queued", "waiting", "PJSIP/trunk", ("abandoned", ["abandoned"], 0)),
        ("hold_resume", "held", "PJSIP/1001", ("answered", ["answered"], 1)),
        ("outgoing_answered", "dialling", "PJSIP/1001", ("no_answer", [], 0)),
        ("blind_transfer_to_agent", "talking", "PJSIP/trunk", ("answered", ["answered"], 1)),
    ],
)
async def test_hanging_up_ends_a_call_at_once(
    name: str, slow: str, channel: str, expected: object, server: ReplayServer, following: Following, ami: AmiConnection
) -> None:
    server.play(packaged(name), pace=quick(**{slow: 60}))
    await asyncio.sleep(0.3)
    line = next(line for line in server.pbx.lines.values() if line.interface == channel)
    await ami.action("Hangup", Channel=line.name, Cause="16")
    await until(lambda: following.ended)
    (call,) = following.calls.values()
    assert (call.outcome, [v.outcome for v in call.visits], len(call.conversations)) == expected
    assert not following.world.anomalies
    assert not server.pbx.lines
    assert all(not member.in_call and member.status == 1 for member in server.pbx.members.values())


async def test_a_phone_that_stops_ringing_leaves_the_caller_waiting(server: ReplayServer, following: Following, ami: AmiConnection) -> None:
    phones = [Phone("PJSIP/1001", "Olena Bondar"), Phone("PJSIP/1002", "Taras Melnyk")]

    async def casting(_session: Session, _role: int) -> Phone | None:
        return phones.pop(0)

    server.play(packaged("answered_agent_hangs_up"), pace=quick(ringing=0.3), casting=casting)
    await until(lambda: any(line.state == "5" for line in server.pbx.lines.values()))
    ringing = next(line for line in server.pbx.lines.values() if line.state == "5")
    await ami.action("Hangup", Channel=ringing.name)
    await until(lambda: following.ended)
    (call,) = following.calls.values()
    assert [(o.interface, o.outcome) for o in call.offers] == [("PJSIP/1001", "no_answer"), ("PJSIP/1002", "answered")]


async def talking(server: ReplayServer, name: str = "answered_agent_hangs_up") -> str:
    """Somebody talks, and goes on talking; the agent's channel."""
    server.play(packaged(name), pace=quick(talking=60))
    await until(lambda: sum(bool(line.bridge) for line in server.pbx.lines.values()) == 2)
    return next(line.name for line in server.pbx.lines.values() if line.interface == "PJSIP/1001")


def hurry(server: ReplayServer) -> None:
    for session in server.sessions:
        session.pace = quick()


# A whole house ----------------------------------------------------------------------------------------------------------------------


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


# Bad input --------------------------------------------------------------------------------------------------------------------------


async def raw(server: ReplayServer, *data: bytes, wait: float = 0.3) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    answered = b""
    try:
        for each in data:
            writer.write(each)
            with contextlib.suppress(ConnectionError):
                await writer.drain()
        with contextlib.suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(wait):
                while chunk := await reader.read(65536):
                    answered += chunk
    finally:
        writer.close()
    return answered


LOGIN = f"Action: Login\r\nUsername: ringdesk\r\nSecret: {SECRET}\r\n\r\n".encode()


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x00\xff\xfe" * 1000 + b"\r\n\r\n",
        b"Action: " + b"A" * 100_000 + b"\r\n\r\n",
        b"Action: QueuePause\r\n" + b"Variable: x\r\n" * 20_000 + b"\r\n",
        b"no colon here\r\n\r\n" * 500,
        b": : :\r\n\r\n",
        b"\r\n" * 10_000,
        b"Action: Originate\r\nChannel: PJSIP/1001\r\nChannelId: ;;;\xd0\x00\r\nExten: \x1b[2J\r\n\r\n",
        b"Action: Hangup\r\nChannel: /.*/\r\nCause: 99999999999999999999\r\n\r\n",
        b"Action: QueuePenalty\r\nInterface: PJSIP/1001\r\nPenalty: " + b"9" * 4000 + b"\r\n\r\n",
        b"Action: Setvar\r\nVariable: X\r\nValue: a\rEvent: Hangup\r\n\r\n",
        b"Action: Getvar\r\nVariable: DEVICE_STATE((((\r\n\r\n",
        b"Action: Events\r\nEventMask: ,,,,,\r\n\r\n",
    ],
)
async def test_garbage_harms_nobody_else(garbage: bytes, server: ReplayServer, ami: AmiConnection) -> None:
    await raw(server, garbage, wait=0.1)
    await raw(server, LOGIN, garbage, b"Action: Ping\r\nActionID: after\r\n\r\n", wait=0.2)
    assert (await ami.action("Ping"))["Ping"] == "Pong"
    assert not server.pbx.lines


async def test_the_connection_survives_a_line_that_is_too_long(server: ReplayServer) -> None:
    answer = await raw(server, LOGIN, b"Action: Ping\r\nX: " + b"A" * 50_000 + b"\r\n\r\n", b"Action: Ping\r\nActionID: 7\r\n\r\n")
    assert b"Failed to parse message: line too long" in answer
    assert b"ActionID: 7\r\nPing: Pong" in answer


async def test_a_client_that_does_not_read_is_dropped(server: ReplayServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ringdesk.telephony.replay.server.UNREAD", 100_000)
    _, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(LOGIN)
    await until(lambda: any(client.signed_in for client in server.clients))
    noise = [("Event", "VarSet"), ("Privilege", "dialplan,all"), ("Timestamp", ""), ("Value", "x" * 60_000)]
    for _ in range(500):
        server.tell(noise)
    await until(lambda: not server.clients)
    writer.close()


async def test_nobody_fills_the_house(server: ReplayServer) -> None:
    writers = [(await asyncio.open_connection("127.0.0.1", server.port))[1] for _ in range(60)]
    await asyncio.sleep(0.1)
    assert len(server.clients) <= 50
    for writer in writers:
        writer.close()
    await until(lambda: not server.clients)


@given(st.binary(max_size=2000))
def test_any_bytes_are_a_recording_or_a_clear_refusal(data: bytes) -> None:
    with contextlib.suppress(NotARecording):
        read("fuzz", data)


@given(st.lists(st.tuples(st.sampled_from(["Event", "Timestamp", "Channel", "Uniqueid", "BridgeUniqueid", "Linkedid", "Value", "Queue"]),
                          st.text(max_size=30)), min_size=1, max_size=40))  # fmt: skip
def test_what_is_written_is_one_message(headers: list[tuple[str, str]]) -> None:
    """No value can smuggle in a header or a message of its own."""
    assert write(headers).count(b"\r\n") == len(headers) + 1
    assert len(parse(write(headers)).messages) == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "it is empty"),
        (b"  \r\n\r\n", "it is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "it is no AMI text"),
        (b"date,number\n2026-01-01,+49\n", r"it is no AMI text \(line 1 is not"),
        (b"Response: Success\r\nMessage: x\r\n\r\n", "it has answers to actions, but no events"),
        (b"Event: Newchannel\r\nChannel: x\r\n\r\n", "no Timestamp; set timestampevents = yes"),
        (b"Event: Newchannel\r\nTimestamp: noon\r\n\r\n", "'noon' is not a time"),
        (b"Event: Newchannel\r\nTimestamp: 1e300\r\n\r\n", "'1e300' is not a time"),
    ],
)
def test_a_file_that_cannot_be_replayed_is_told_why(
    text: bytes, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(NotARecording, match=reason):
        read("session.ami", text)
    path = tmp_path / "session.ami"
    path.write_bytes(text)
    monkeypatch.setattr("sys.argv", ["ringdesk", "replay", str(path)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    assert "cannot be replayed" in capsys.readouterr().err


def test_a_recording_of_another_system_and_half_a_message_are_fine() -> None:
    whole = (FROM / "answered_agent_hangs_up.ami").read_bytes()
    unix = b"Asterisk Call Manager/9.0.0\nResponse: Success\n\n" + whole.replace(b"\r\n", b"\n")
    assert len(read("unix", unix).steps) == len(read("whole", whole).steps)
    assert len(read("unfinished", whole[:-30]).steps) == len(read("whole", whole).steps) - 1
    assert len(read("no blank line", whole[:-2]).steps) == len(read("whole", whole).steps)


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


async def start(*arguments: str, environ: Mapping[str, str] | None = None) -> asyncio.subprocess.Process:
    """The command as a person starts it."""
    program = "from ringdesk.config.cli import main; main()"
    pipe = asyncio.subprocess.PIPE
    starting: Awaitable[asyncio.subprocess.Process] = asyncio.create_subprocess_exec(
        sys.executable, "-c", program, *arguments, stdout=pipe, stderr=asyncio.subprocess.STDOUT, env=environ
    )
    return await starting
