"""The replay server, heard by our real listener: what it plays is what was recorded, with identities and times of its own."""

import asyncio
import itertools
import re
import time

import pytest

from ringdesk.telephony import live
from ringdesk.telephony.ami import ActionRefused, AmiAddress, AmiConnection, AmiMessage, LoginRefused
from ringdesk.telephony.commands import Commands
from ringdesk.telephony.parsing import to_event
from ringdesk.telephony.replay import AsRecorded, Phone, ReplayServer, Session, load, packaged
from ringdesk.telephony.replay.text import parse
from tests.telephony.curate import CURATED, FROM, INTO, NOWHERE, curated
from tests.telephony.recording import NAMES, messages, play, recorded_events
from tests.telephony.replaying import ANNA, BERLIN, SECRET, Following, hurry, over, quick, raw, shape, talking, until

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
        ("MixMonitorMute", {"Channel": "PJSIP/1001-0000ffff", "Direction": "both", "State": "1"}, "No such channel"),
        ("Events", {"EventMask": ""}, "Invalid event mask"),
    ):
        with pytest.raises(ActionRefused, match=re.escape(message)):
            await ami.action(action, **headers)
    assert "QueuePause" in await ami.action("ListCommands")
    assert (await ami.action("Logoff"))["Message"] == "Thanks for all the fish."


async def test_the_live_state_is_that_of_the_sessions(server: ReplayServer, ami: AmiConnection) -> None:
    server.play(packaged("abandoned_queued"), pace=quick(leaving=60))
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


async def test_a_recording_is_paused(server: ReplayServer, ami: AmiConnection) -> None:
    agent = await talking(server, "answered_agent_hangs_up")
    commands = Commands(lambda: ami, "x")
    recorded = [line.name for line in server.pbx.lines.values() if line.recorded]
    assert [await commands.mute_recording(channel, muted=True) for channel in (agent, *recorded)] == [False, True]
    assert not await commands.mute_recording("PJSIP/1001-0000ffff", muted=True)


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
        ("abandoned_queued", "leaving", "PJSIP/trunk", ("abandoned", ["abandoned"], 0)),
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
