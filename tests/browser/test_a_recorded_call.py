"""The whole way of a recording: two people speak over SIP, Asterisk records them, and Chromium plays it with words and score."""

import time
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import House, open_house
from tests.browser.line import Line, open_line
from tests.pbx.asterisk import Asterisk
from tests.pbx.sounds import voice

Open = Callable[..., Page]
ANNA = "+380441234567"
SAMPLES = Path(str(files("ringdesk.recordings") / "samples"))
SPOKEN = 12.0  # seconds of the sample call that are said on the line
SOON = 60.0  # seconds; the way takes some three on a quiet machine
CARD = {
    "name": "Greeting",
    "sections": [
        {
            "title": "Opening",
            "questions": [
                {
                    "id": "greets",
                    "text": "Says their name",
                    "rule": {"kind": "says", "who": "agent", "phrases": ["my name is"], "within_first": 30},
                },
                {"id": "rude", "text": "Stays polite", "auto_fail": True, "rule": {"kind": "says", "phrases": ["idiot"], "never": True}},
            ],
        }
    ],
}
# What the audio element got: played through, decoded, and measured channel by channel.
LOUDNESS = """async (url) => {
  const bytes = await (await fetch(url)).arrayBuffer();
  const audio = await new OfflineAudioContext(2, 8000, 8000).decodeAudioData(bytes);
  return [0, 1].map((i) => Math.sqrt(audio.getChannelData(i).reduce((sum, x) => sum + x * x, 0) / audio.length));
}"""


@pytest.fixture(scope="module")
def house(asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Beside the real PBX, with its recordings and the model that comes along."""
    _, secret = asterisk.ringdesk
    told = {
        "RINGDESK_RECORDINGS_SPOOL": str(asterisk.monitor),
        "RINGDESK_VOSK_MODEL": str(SAMPLES / "model"),
        "RINGDESK_WRAP_UP_LIMIT": "1",
    }
    with open_house(tmp_path_factory.mktemp("recorded"), asterisk.ami_port, secret, told) as found:
        found.clients["marta"].ask("POST", "/customers", {"name": "Anna Petrenko", "numbers": [{"number": ANNA}]})
        found.clients["marta"].ask("POST", "/scorecards", {"definition": CARD})
        yield found


@pytest.fixture
def line(asterisk: Asterisk, house: House) -> Iterator[Line]:
    with open_line(asterisk) as found:
        yield found
    house.everybody_free()


def eventually(house: House, call_id: str, state: str) -> dict[str, Any]:
    """The one recording of the call, when it is in this state."""
    deadline = time.monotonic() + SOON
    seen: list[dict[str, Any]] = []
    while time.monotonic() < deadline:
        seen = house.clients["marta"].ask("GET", f"/recordings?call_id={call_id}")["items"]
        if len(seen) == 1 and seen[0]["state"] == state:
            return dict(seen[0])
        time.sleep(0.1)
    raise AssertionError(f"not {state} yet: {seen}")


def test_spoken_recorded_transcribed_scored_and_heard(open_as: Open, house: House, line: Line, tmp_path: Path) -> None:
    agent = voice("call1_refund", "agent", tmp_path, start=0, seconds=SPOKEN)
    customer = voice("call1_refund", "customer", tmp_path, start=0, seconds=SPOKEN)
    line(line.floor.phone("1001", sound=agent.file))
    line.waiting_for_it("1001", "patient")
    call = line(line.floor.incoming(ANNA, queue="patient", sound=customer.file))
    line(line.floor.ami.event("BridgeEnter", Channel="PJSIP/1001-*"))
    time.sleep(SPOKEN)
    line(call.hang_up())

    row = eventually(house, f"pbx-{call.linkedid}", "scored")
    assert (row["channels"], row["queue"], [each["name"] for each in row["agents"]]) == (2, "patient", ["Olena Bondar"])
    spoken = house.clients["marta"].ask("GET", f"/recordings/{row['id']}/transcript")["utterances"]
    said = {who: " ".join(each["text"] for each in spoken if each["speaker"] == who) for who in ("agent", "customer")}
    assert "my name is" in said["agent"]
    assert "my name is" not in said["customer"]
    assert said["customer"]
    score = house.clients["marta"].ask("GET", f"/recordings/{row['id']}/score")
    assert (score["total"], score["failed"]) == (100, False)

    # The agent hears their own call; the colleague who had no part in it does not.
    page = open_as("olena", f"/recordings/{row['id']}")
    expect(page.get_by_text("my name is").first).to_be_visible()
    expect(page.get_by_text("100").first).to_be_visible()
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function("() => [...document.querySelectorAll('audio')].some((a) => a.currentTime > 0.5 && !a.paused)")
    link = house.clients["olena"].ask("POST", f"/recordings/{row['id']}/link", {"download": False})
    loud = page.evaluate(LOUDNESS, link["url"])
    assert min(loud) > 0.005, "both speak"
    with pytest.raises(RuntimeError, match="404"):
        house.clients["max"].ask("GET", f"/recordings/{row['id']}")

    # And the manager sees who listened.
    listened = house.clients["marta"].ask("GET", f"/recordings/{row['id']}")["listened"]
    assert [each["who"]["name"] for each in listened] == ["Olena Bondar"]
