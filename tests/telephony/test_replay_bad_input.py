"""Whatever is sent to the replay server, or given to it to play."""

import asyncio
import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringdesk.config import cli
from ringdesk.telephony.ami import AmiConnection
from ringdesk.telephony.replay import NotARecording, ReplayServer
from ringdesk.telephony.replay.recording import read
from ringdesk.telephony.replay.text import parse, write
from tests.telephony.curate import FROM
from tests.telephony.replaying import SECRET, raw, until

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
