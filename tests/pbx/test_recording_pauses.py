"""On the real Asterisk: a pause is silence of the same length in every file, whoever asks for it and whatever records."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from ringdesk.recordings.models import Recording
from tests.pbx.asterisk import Asterisk
from tests.pbx.floor import DIDS, LEGS_ONLY_1001, MIX_1001, STEREO_1001, Floor
from tests.pbx.people import Phone
from tests.pbx.recorded import Recorded, recorded
from tests.pbx.sounds import channels, silences

SPOKEN = 1.0
PAUSED = 2.0  # seconds; longer than any pause in what is said
DRIFT = 0.5  # seconds; a recording begins with the first sound, and SIPp speaks in bursts when the machine is busy


@pytest_asyncio.fixture
async def desk(asterisk: Asterisk, pbx: Floor, sqlite_url: str, tmp_path: Path) -> AsyncIterator[Recorded]:
    async with recorded(asterisk, pbx, sqlite_url, tmp_path) as found:
        yield found


async def ask(desk: Recorded, who: str, paused: bool, reason: str = "", call: str = "", **more: Any) -> tuple[int, dict[str, Any]]:
    body = {"paused": paused, "reason": reason, **more}
    async with desk.desk.api(who).post(f"/api/v1/calls/{call or f'pbx-{desk.call.linkedid}'}/recording", json=body) as answer:
        return answer.status, await answer.json()


def longest_silences(row: Recording) -> list[tuple[float, float]]:
    """Of every channel of every file of it."""
    heard = [sound for part in row.parts for sound in channels(Path(part["path"]))]
    return [max(silences(sound), key=lambda span: span[1] - span[0], default=(0.0, 0.0)) for sound in heard]


@pytest.mark.parametrize(("did", "files"), [(DIDS["support"], 3), (STEREO_1001, 2), (MIX_1001, 1), (LEGS_ONLY_1001, 2)])
async def test_a_pause_is_silence_in_every_file(did: str, files: int, desk: Recorded) -> None:
    await desk.answered(did)
    await asyncio.sleep(SPOKEN)
    assert await ask(desk, "1001", True, "payment form") == (200, {"paused": True, "channels": 1})
    await asyncio.sleep(PAUSED)
    assert await ask(desk, "1001", False) == (200, {"paused": False, "channels": 1})
    await asyncio.sleep(SPOKEN)
    await desk.call.hang_up()
    (row,) = await desk.found(1)
    paused, resumed = await desk.marks(row.call_id or "")
    assert (paused.kind, paused.text, paused.user_id) == ("pause_recording", "payment form", desk.desk.ids["1001"])
    assert (resumed.kind, resumed.user_id) == ("resume_recording", desk.desk.ids["1001"])
    begin = (paused.at - row.started_at).total_seconds()
    end = (resumed.at - row.started_at).total_seconds()
    found = longest_silences(row)
    assert len(found) == files
    for start, stop in found:
        assert start == pytest.approx(begin, abs=DRIFT)
        assert stop == pytest.approx(end, abs=DRIFT)
        assert stop - start == pytest.approx(end - begin, abs=DRIFT)


async def test_only_who_is_in_the_call_or_supervises_it_may_pause(desk: Recorded) -> None:
    await desk.answered(DIDS["support"])
    status, problem = await ask(desk, "1002", True)
    assert (status, problem["type"]) == (409, "urn:ringdesk:problem:not_your_call")
    assert await ask(desk, "boss", True) == (200, {"paused": True, "channels": 1})
    async with desk.desk.api("1001").get(f"/api/v1/calls/pbx-{desk.call.linkedid}/recording") as answer:
        assert await answer.json() == {"paused": True, "channels": 1}
    await desk.call.hang_up()
    await desk.found(1)
    status, problem = await ask(desk, "boss", False)
    assert (status, problem["type"]) == (409, "urn:ringdesk:problem:not_your_call")
    kinds = [(mark.kind, mark.user_id) for mark in await desk.marks(f"pbx-{desk.call.linkedid}")]
    assert kinds == [("pause_recording", desk.desk.ids["boss"]), ("resume_recording", None)]


async def test_a_payment_form_pauses_whoever_is_on_the_phone(desk: Recorded) -> None:
    """By who is signed in, by the agent's name or extension, by the customer's number; and only for who may."""
    await desk.answered(DIDS["support"])
    number = "0441234567"
    for who, named in (("1001", "current"), ("boss", "agent:1001"), ("boss", f"caller:{number}")):
        assert await ask(desk, who, True, "payment form", named) == (200, {"paused": True, "channels": 1}), named
        async with desk.desk.api(who).get(f"/api/v1/calls/{named}/recording") as answer:
            assert await answer.json() == {"paused": True, "channels": 1}
        assert await ask(desk, who, False, "payment form", named) == (200, {"paused": False, "channels": 1}), named
    for who, named in (("1002", "current"), ("1002", "agent:1001"), ("boss", "agent:nobody"), ("1002", f"caller:{number}")):
        status, problem = await ask(desk, who, True, "payment form", named)
        assert (status, problem["type"]) == (409, "urn:ringdesk:problem:not_your_call"), named
    await desk.call.hang_up()


async def test_a_form_that_never_says_it_was_closed_does_not_end_the_recording(desk: Recorded) -> None:
    await desk.answered(DIDS["support"])
    await ask(desk, "1001", True, "payment form", "current", resume_after=1)
    await ask(desk, "1001", True, "payment form", "current", resume_after=2)
    await asyncio.sleep(1.3)
    assert f"pbx-{desk.call.linkedid}" in desk.desk.house.pausing.paused, "who asked last says how long"
    await asyncio.sleep(1.2)
    assert not desk.desk.house.pausing.paused
    await ask(desk, "1001", True, "payment form", "current", resume_after=1)
    await ask(desk, "1001", True)
    await asyncio.sleep(1.3)
    assert f"pbx-{desk.call.linkedid}" in desk.desk.house.pausing.paused, "the agent's own pause has no end"
    await desk.call.hang_up()
    (row,) = await desk.found(1)
    marks = await desk.marks(row.call_id or "")
    assert [(mark.kind, mark.text) for mark in marks[:2]] == [
        ("pause_recording", "payment form"),
        ("resume_recording", "by itself, after 2 s"),
    ]


async def test_what_is_not_recorded_cannot_be_paused(desk: Recorded) -> None:
    await desk.answered("4018")
    status, problem = await ask(desk, "1001", True)
    assert (status, problem["type"]) == (409, "urn:ringdesk:problem:not_recorded")
    assert await desk.marks(f"pbx-{desk.call.linkedid}") == []


async def test_a_recording_that_starts_meanwhile_is_silent_too(desk: Recorded) -> None:
    """After a transfer the colleague's context records on a channel of its own; and a second recording of the customer begins."""
    await desk.answered(DIDS["support"])
    await ask(desk, "1001", True)
    await desk.pbx.ami.action("MixMonitor", Channel=desk.call.channel, File="later.wav", options="r(later-in.wav)t(later-out.wav)")
    colleague = await desk.pbx.phone("1003", sound=desk.agent.file)
    await desk.pbx.blind_transfer(Phone(desk.pbx, "1001", colleague.party), "1003")
    await colleague.talking()
    await asyncio.sleep(PAUSED)
    assert (await ask(desk, "1003", False))[0] == 200
    await asyncio.sleep(SPOKEN)
    await desk.call.hang_up()
    for row in await desk.found(2):
        for start, stop in longest_silences(row):
            assert stop - start > PAUSED - DRIFT
            assert start < 1.0 + DRIFT
    kinds = [mark.kind for mark in await desk.marks(f"pbx-{desk.call.linkedid}")]
    assert kinds == ["pause_recording", "transfer", "resume_recording"]


async def test_a_pause_outlives_a_restart_of_ringdesk(asterisk: Asterisk, pbx: Floor, sqlite_url: str, tmp_path: Path) -> None:
    """The new process has not heard the recordings begin: it silences what runs, and what begins."""
    async with recorded(asterisk, pbx, sqlite_url, tmp_path) as before:
        await before.answered(DIDS["support"])
        await ask(before, "1001", True)
    async with recorded(asterisk, pbx, sqlite_url, tmp_path, again=True) as after:
        after.call = before.call
        after.desk.ids, after.desk.tokens = before.desk.ids, before.desk.tokens
        await pbx.ami.action("MixMonitor", Channel=before.call.channel, File="later.wav", options="r(later-in.wav)t(later-out.wav)")
        await asyncio.sleep(PAUSED)
        assert await ask(after, "1001", False) == (200, {"paused": False, "channels": 1})
        await asyncio.sleep(SPOKEN)
        await before.call.hang_up()
        rows = await after.found(2)
        assert {row.call_id for row in rows} == {f"pbx-{before.call.linkedid}"}
        for row in rows:
            for start, stop in longest_silences(row):
                assert stop - start > PAUSED - DRIFT
                assert start < 1.0 + DRIFT
        assert [mark.kind for mark in await after.marks(f"pbx-{before.call.linkedid}")] == ["pause_recording", "resume_recording"]


async def test_somebody_else_s_pause_is_marked(desk: Recorded) -> None:
    """The dialplan, or another program, mutes by itself."""
    await desk.answered(DIDS["support"])
    for state in (1, 0):
        await desk.pbx.ami.action("MixMonitorMute", Channel=desk.call.channel, Direction="both", State=state)
    await desk.call.hang_up()
    (row,) = await desk.found(1)
    assert [(mark.kind, mark.user_id) for mark in await desk.marks(row.call_id or "")] == [
        ("pause_recording", None),
        ("resume_recording", None),
    ]
