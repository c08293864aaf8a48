"""The AMI link over a real socket: every gap of panoramisk that ami.py mends."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringdesk.telephony import ami, parsing
from ringdesk.telephony.ami import (
    ActionRefused,
    AmiConnection,
    AmiMessage,
    LinkDown,
    LoginRefused,
    OutcomeUnknown,
    UnsafeHeader,
    WireCounters,
)
from ringdesk.telephony.bus import Bus
from ringdesk.telephony.events import ChannelCreated, PbxEvent
from ringdesk.telephony.listener import INBOX, Inbox, LinkState, Listener, Status, back_off
from ringdesk.telephony.tracking import World
from tests.telephony.scripted_pbx import ScriptedPbx


class Heard:
    """What came out of a connection."""

    def __init__(self) -> None:
        self.events: list[AmiMessage] = []
        self.lost: list[str] = []
        self.counters = WireCounters()
        self.some = asyncio.Event()

    def event(self, message: AmiMessage) -> None:
        self.events.append(message)
        self.some.set()

    async def until(self, count: int) -> list[AmiMessage]:
        async with asyncio.timeout(5):
            while len(self.events) < count:
                self.some.clear()
                await self.some.wait()
        return self.events


@asynccontextmanager
async def linked(pbx: ScriptedPbx) -> AsyncIterator[tuple[AmiConnection, Heard]]:
    heard = Heard()
    connection = await AmiConnection.open(pbx.address, heard.event, heard.lost.append, counters=heard.counters)
    await heard.until(1)  # FullyBooted
    heard.events.clear()
    try:
        yield connection, heard
    finally:
        await connection.close()


async def test_a_character_split_over_two_reads_survives() -> None:
    text = "Event: Newchannel\r\nCallerIDName: Анна 山田 ☎\r\n\r\n".encode()
    async with ScriptedPbx() as pbx, linked(pbx) as (_, heard):
        for i in range(len(text)):
            await pbx.send(text[i : i + 1])
            await asyncio.sleep(0)
        (message,) = await heard.until(1)
        assert message["CallerIDName"] == "Анна 山田 ☎"


async def test_events_keep_their_order() -> None:
    async with ScriptedPbx() as pbx, linked(pbx) as (_, heard):
        await pbx.send(b"".join(b"Event: VarSet\r\nValue: %d\r\n\r\n" % i for i in range(5000)))
        assert [int(m["Value"]) for m in await heard.until(5000)] == list(range(5000))


async def test_a_failing_callback_loses_neither_link_nor_other_events() -> None:
    async with ScriptedPbx() as pbx:
        heard = Heard()

        def fail(message: AmiMessage) -> None:
            heard.event(message)
            raise RuntimeError("a handler's fault")

        connection = await AmiConnection.open(pbx.address, fail, heard.lost.append, counters=heard.counters)
        for i in range(3):
            await pbx.event("Hangup", Uniqueid=str(i))
        await heard.until(4)
        assert connection.alive
        assert heard.counters.failed_callbacks == 4
        assert (await connection.action("Ping")).get("Ping") == "Pong"
        await connection.close()


async def test_a_doubled_event_header_is_refused_and_the_next_event_comes() -> None:
    async with ScriptedPbx() as pbx, linked(pbx) as (connection, heard):
        await pbx.send(b"Event: Hangup\r\nEvent: Newchannel\r\nUniqueid: 1\r\n\r\n")
        await pbx.event("Hangup", Uniqueid="2")
        (message,) = await heard.until(1)
        assert message["Uniqueid"] == "2"
        assert heard.counters.malformed == 1
        assert connection.alive


@pytest.mark.parametrize("value", ["1\r\nAction: Originate", "1\nx: y", "1\rx", "1\x00", "1\x85", "1\u2028"])
async def test_a_header_cannot_smuggle_an_action(value: str) -> None:
    async with ScriptedPbx() as pbx, linked(pbx) as (connection, _):
        with pytest.raises(UnsafeHeader):
            await connection.action("QueuePause", Interface=value)
        with pytest.raises(UnsafeHeader):
            await connection.action("QueuePause", **{f"X{value}": "1"})
        assert "QueuePause" not in pbx.names()


async def test_a_half_open_link_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ami.QUIET + ami.PATIENCE <= 15, "the promise is 15 seconds"
    monkeypatch.setattr(ami, "QUIET", 0.2)
    monkeypatch.setattr(ami, "PATIENCE", 0.2)
    async with ScriptedPbx(mute=True) as pbx, linked(pbx) as (connection, heard):
        async with asyncio.timeout(3):
            while connection.alive:
                await asyncio.sleep(0.02)
        assert "no answer to a ping" in heard.lost[0]
        assert "Ping" in pbx.names()


async def test_a_quiet_link_that_answers_pings_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ami, "QUIET", 0.05)
    monkeypatch.setattr(ami, "PATIENCE", 0.2)
    async with ScriptedPbx() as pbx, linked(pbx) as (connection, heard):
        await asyncio.sleep(0.6)
        assert connection.alive
        assert pbx.names().count("Ping") >= 3
        assert heard.lost == []


async def test_an_action_is_never_sent_twice() -> None:
    """The link breaks before the answer: the outcome is unknown, and nothing is sent again after the reconnection."""
    async with ScriptedPbx() as pbx:
        pbx.ignore.add("Originate")
        async with linked(pbx) as (connection, _):
            asked = asyncio.create_task(connection.action("Originate", Channel="PJSIP/1001"))
            async with asyncio.timeout(3):
                while "Originate" not in pbx.names():
                    await asyncio.sleep(0.01)
            pbx.drop()
            with pytest.raises(OutcomeUnknown):
                await asked
            with pytest.raises(LinkDown):
                await connection.action("Ping")
        async with linked(pbx):
            await asyncio.sleep(0.1)
        assert pbx.names().count("Originate") == 1


async def test_an_answer_that_never_comes_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ami, "ACTION_TIMEOUT", 0.1)
    async with ScriptedPbx() as pbx, linked(pbx) as (connection, _):
        pbx.ignore.add("Hangup")
        with pytest.raises(OutcomeUnknown):
            await connection.action("Hangup", Channel="PJSIP/1001-1")
        assert connection.wire.responses == {}


async def test_a_refused_login_says_so() -> None:
    async with ScriptedPbx(secret="another") as pbx:
        with pytest.raises(LoginRefused, match="Authentication failed"):
            await AmiConnection.open(pbx.address, lambda _m: None, lambda _r: None)


async def test_a_refused_action_says_why() -> None:
    async with ScriptedPbx() as pbx, linked(pbx) as (connection, _):
        task = asyncio.create_task(connection.action("Hangup", Channel="x"))
        pbx.ignore.add("Hangup")
        await asyncio.sleep(0.05)
        await pbx.send(f"Response: Error\r\nActionID: {pbx.actions[-1]['ActionID']}\r\nMessage: No such channel\r\n\r\n".encode())
        with pytest.raises(ActionRefused, match="No such channel"):
            await task


async def test_a_message_of_five_megabytes_is_refused_and_the_next_one_comes() -> None:
    async with ScriptedPbx() as pbx, linked(pbx) as (connection, heard):
        await pbx.send(b"Event: Newchannel\r\nCallerIDName: " + b"x" * 5_000_000 + b"\r\n\r\n")
        await pbx.event("Hangup", Uniqueid="2")
        (message,) = await heard.until(1)
        assert message["Uniqueid"] == "2"
        assert heard.counters.oversized == 1
        assert len(connection.wire.buffer) < 100


async def test_a_caller_name_of_a_megabyte_is_cut() -> None:
    async with ScriptedPbx() as pbx, linked(pbx) as (_, heard):
        await pbx.event("Newchannel", CallerIDName="x" * 1_000_000, Uniqueid="1")
        (message,) = await heard.until(1)
        assert len(message["CallerIDName"]) == ami.MAX_VALUE
        assert message["Uniqueid"] == "1"


async def test_a_flood_of_headers_is_cut() -> None:
    flood = "".join(f"H{i}: {i}\r\n" for i in range(20_000))
    async with ScriptedPbx() as pbx, linked(pbx) as (_, heard):
        await pbx.send(f"Event: Hangup\r\nUniqueid: 7\r\n{flood}\r\n".encode())
        (message,) = await heard.until(1)
        assert message["Uniqueid"] == "7"


async def test_an_extra_empty_line_between_messages_is_no_message() -> None:
    """MixMonitorStart ends with one line too many on the real PBX."""
    async with ScriptedPbx() as pbx, linked(pbx) as (_, heard):
        await pbx.send(b"Event: MixMonitorStart\r\nUniqueid: 1\r\n\r\n\r\nEvent: Hangup\r\nUniqueid: 2\r\n\r\n")
        assert [m.name for m in await heard.until(2)] == ["MixMonitorStart", "Hangup"]
        assert heard.counters.malformed == 0


async def test_what_nobody_listens_to_is_not_parsed_but_answers_are() -> None:
    async with ScriptedPbx() as pbx:
        heard = Heard()
        connection = await AmiConnection.open(pbx.address, heard.event, heard.lost.append, counters=heard.counters, interest=parsing.wanted)
        await pbx.event("VarSet", Variable="DIALSTATUS", Value="ANSWER", Uniqueid="1")
        await pbx.event("VarSet", Variable="QUEUESTATUS", Value="TIMEOUT", Uniqueid="1")
        await pbx.event("RTCPSent", Uniqueid="1")
        await pbx.event("Newexten", Application="Dial", Uniqueid="1")
        await pbx.event("Hangup", Uniqueid="1")
        assert [m.name for m in await heard.until(3)] == ["FullyBooted", "VarSet", "Hangup"]
        pbx.channels = ["Channel: PJSIP/1001-1\nUniqueid: 1\n"]
        assert [m["Channel"] for m in await connection.listing("CoreShowChannels")] == ["PJSIP/1001-1"]
        assert await connection.listing("QueueStatus") == []
        await connection.close()


@given(st.binary(max_size=400))
@settings(max_examples=400, deadline=None)
def test_no_bytes_break_the_parser(frame: bytes) -> None:
    message = ami.parse_frame(frame)
    if message is not None:
        parsing.to_event(ami.to_message(message))


@given(
    st.sampled_from(sorted(parsing._PARSERS)),
    st.dictionaries(
        st.sampled_from(
            ["Uniqueid", "DestUniqueid", "Channel", "Queue", "Interface", "Timestamp", "Position", "Linkedid", "Reason", "Status"]
        ),
        st.text(st.characters(exclude_characters="\r\n"), max_size=40),
    ),
)
@settings(max_examples=400, deadline=None)
def test_no_header_breaks_an_event(name: str, headers: dict[str, str]) -> None:
    text = "".join(f"{k}: {v}\r\n" for k, v in {"Event": name, **headers}.items())
    message = ami.parse_frame(text.encode("utf-8", "replace"))
    assert message is not None
    parsing.to_event(ami.to_message(message))


@given(st.binary(max_size=3000))
@settings(max_examples=50, deadline=None)
def test_no_stream_breaks_the_wire(noise: bytes) -> None:
    """Whatever comes, in whatever pieces: a good event behind it is still heard."""
    heard: list[AmiMessage] = []
    wire = ami.AmiWire(heard.append, lambda _reason: None, WireCounters())
    wire.connection_made(asyncio.Transport())
    wire.data_received(b"Asterisk Call Manager/9.0.0\r\n")
    for i in range(0, len(noise), 7):
        wire.data_received(noise[i : i + 7])
    wire.data_received(b"\r\n\r\nEvent: Hangup\r\nUniqueid: 42\r\n\r\n")
    assert heard[-1]["Uniqueid"] == "42"


def test_times_come_from_the_pbx() -> None:
    stamped = ami.parse_frame(b"Event: Hangup\r\nTimestamp: 1795278545.989186")
    assert stamped is not None
    assert ami.to_message(stamped).at == datetime(2026, 11, 21, 16, 29, 5, 989186, UTC)
    for nonsense in (b"", b"abc", b"1e999", b"-1e300", b"nan"):
        message = ami.parse_frame(b"Event: Hangup\r\nTimestamp: " + nonsense)
        assert message is not None
        assert not ami.to_message(message).stamped


def test_back_off_doubles_to_a_minute_with_jitter() -> None:
    assert [back_off(n, lambda: 1.0) for n in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert [back_off(n, lambda: 0.0) for n in range(3)] == [0.5, 1, 2]
    assert max(back_off(n) for n in range(100)) <= 60


def test_the_inbox_is_bounded_and_counts_what_it_drops() -> None:
    inbox = Inbox(size=3)
    for i in range(5):
        inbox.put(AmiMessage("Hangup", {"Uniqueid": str(i)}, datetime.now(UTC)))
    assert (len(inbox.waiting), inbox.dropped, inbox.missed_some) == (3, 2, True)
    assert INBOX >= 10_000


@asynccontextmanager
async def listening(pbx: ScriptedPbx, **options: int) -> AsyncIterator[tuple[Listener, list[LinkState]]]:
    states: list[LinkState] = []
    listener = Listener(pbx.address, World(pbx="pbx"), Bus(), on_link=states.append, **options)  # type: ignore[arg-type]
    task = asyncio.create_task(listener.run())
    try:
        yield listener, states
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def eventually(condition, seconds: float = 5.0) -> None:  # type: ignore[no-untyped-def]
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


async def test_the_live_state_is_read_before_events_are_followed() -> None:
    async with ScriptedPbx() as pbx, listening(pbx) as (listener, states):
        await eventually(lambda: listener.link.status is Status.UP)
        assert pbx.names()[:4] == ["Login", "Ping", "CoreShowChannels", "QueueStatus"]
        assert [s.status for s in states] == [Status.CONNECTING, Status.SYNCING, Status.UP]


async def test_after_a_lost_link_the_live_state_is_read_again() -> None:
    async with ScriptedPbx() as pbx, listening(pbx) as (listener, _):
        await eventually(lambda: listener.link.status is Status.UP)
        pbx.drop()
        await eventually(lambda: listener.link.status is Status.DOWN)
        assert "connection" in listener.link.reason
        with pytest.raises(LinkDown):
            listener.commands()
        await eventually(lambda: pbx.connections == 2 and listener.link.status is Status.UP)
        assert pbx.names().count("CoreShowChannels") == 2
        assert pbx.names().count("QueueStatus") == 2


async def test_a_refused_login_is_reported_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ringdesk.telephony.listener.FIRST_WAIT", 0.05)
    async with ScriptedPbx() as pbx:
        pbx.refuse_all_logins = True
        async with listening(pbx) as (listener, _):
            await eventually(lambda: pbx.logins >= 3)
            await eventually(lambda: listener.link.status is Status.LOGIN_REFUSED)
            assert "Authentication failed" in listener.link.reason
            pbx.refuse_all_logins = False
            await eventually(lambda: listener.link.status is Status.UP)


async def test_dropped_events_make_it_read_the_live_state() -> None:
    async with ScriptedPbx() as pbx, listening(pbx, inbox_size=10) as (listener, _):
        await eventually(lambda: listener.link.status is Status.UP)
        await pbx.send(b"".join(b"Event: Hangup\r\nUniqueid: %d\r\n\r\n" % i for i in range(500)))
        await eventually(lambda: pbx.names().count("CoreShowChannels") == 2)
        assert listener.inbox.dropped > 0


async def test_an_event_that_breaks_the_tracker_is_logged_and_the_next_is_applied(monkeypatch: pytest.MonkeyPatch) -> None:
    from ringdesk.telephony import listener as module

    real = module.advance

    def fragile(world: World, event: PbxEvent):  # type: ignore[no-untyped-def]
        if isinstance(event, ChannelCreated) and event.channel.uniqueid == "bad":
            raise RuntimeError("a fault of ours")
        return real(world, event)

    monkeypatch.setattr(module, "advance", fragile)
    async with ScriptedPbx() as pbx, listening(pbx) as (listener, _):
        await eventually(lambda: listener.link.status is Status.UP)
        for uniqueid in ("bad", "good"):
            await pbx.event("Newchannel", Channel=f"PJSIP/trunk-{uniqueid}", Uniqueid=uniqueid, Linkedid=uniqueid, ChannelState="4")
        await eventually(lambda: "good" in listener.world.legs)
        assert listener.counters.failed_callbacks == 1
        assert listener.link.status is Status.UP
