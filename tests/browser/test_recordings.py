"""Recordings heard and read in a real browser: the sample calls, stored, transcribed and masked by a real server."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import QUEUES
from tests.browser.desk import House, open_house
from tests.browser.pbx import FakePbx
from tests.browser.recorded import MODEL, eventually, send_in
from tests.browser.test_pages import look

Open = Callable[..., Page]
NINA = "+442079460077"
DONE = ("transcribed", "scored")
# The loudest sample of both sides between two moments, of the audio that the page plays.
LOUDEST = """async ([start, end]) => {
    const { currentSrc } = document.querySelector('audio');
    const context = new OfflineAudioContext(2, 48000, 48000);
    const audio = await context.decodeAudioData(await (await fetch(currentSrc)).arrayBuffer());
    const part = (i) => audio.getChannelData(i).slice(start * audio.sampleRate, end * audio.sampleRate);
    return [0, 1].map((i) => part(i).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0));
}"""


@dataclass(frozen=True, slots=True)
class Kept:
    refund: dict[str, Any]
    """Olena's, scored or at least transcribed."""
    payment: dict[str, Any]
    """The same, in which a card number was said."""
    withheld: dict[str, Any]
    """In a language without a model, of a queue where nobody hears what was not masked."""
    call_id: str


@pytest.fixture(scope="module")
def fake_pbx() -> Iterator[FakePbx]:
    with FakePbx(QUEUES).running() as pbx:
        yield pbx


@pytest.fixture(scope="module")
def house(fake_pbx: FakePbx, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("recorded"), fake_pbx.port, "secret", {"RINGDESK_VOSK_MODEL": str(MODEL)}) as found:
        yield found


@pytest.fixture(scope="module")
def kept(house: House, fake_pbx: FakePbx) -> Kept:
    marta, root = house.clients["marta"], house.clients["root"]
    marta.ask("POST", "/customers", {"name": "Nina Alone", "numbers": [{"number": NINA}]})
    marta.ask("POST", "/recording-policies", {"queue": "sales", "language": "uk", "withhold": True})
    taken = []
    for sample, queue in (("call1_refund", "support"), ("call3_payment", "support"), ("call2_angry", "sales")):
        call = fake_pbx.call(NINA, queue).ring("1001").answer("1001")
        call.hang_up()
        house.everybody_free()
        taken.append(send_in(root, sample, call.caller.linkedid)["id"])
    refund, payment = (eventually(root, recording, *DONE) for recording in taken[:2])
    return Kept(refund, payment, eventually(root, taken[2], "no_model"), refund["call_id"])


def opened(page: Page) -> Page:
    expect(page.get_by_role("slider", name="Position")).to_be_visible()
    expect(page.get_by_test_id("transcript").get_by_role("listitem").first).to_be_visible()
    return page


def play(page: Page) -> None:
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function("() => { const a = document.querySelector('audio'); return !a.paused && a.currentTime > 0.2; }")


def position(page: Page) -> float:
    return float(page.evaluate("document.querySelector('audio').currentTime"))


def lit(page: Page) -> Locator:
    """The word that is said just now."""
    return page.get_by_test_id("transcript").locator("[data-word][data-now]")


def test_it_plays_while_the_words_run_along(open_as: Open, house: House, kept: Kept) -> None:
    page = opened(open_as("olena", f"/recordings/{kept.refund['id']}"))
    expect(lit(page)).to_have_count(0)
    play(page)
    first = lit(page).first.inner_text()
    page.wait_for_function("(word) => document.querySelector('[data-word][data-now]')?.textContent !== word", arg=first)
    page.wait_for_function("() => document.querySelector('audio').webkitAudioDecodedByteCount > 10_000")
    page.keyboard.press("Escape")
    said = page.get_by_test_id("transcript").inner_text()
    assert "Olena Bondar" in said
    assert "Nina Alone" in said
    assert "my name is emma" in said
    agent, customer = page.evaluate(LOUDEST, [0, 8])  # the agent alone speaks in the first seconds
    assert agent > 5 * customer
    heard = house.clients["marta"].ask("GET", f"/recordings/{kept.refund['id']}")["listened"]
    assert [each["who"]["name"] for each in heard] == ["Olena Bondar"]


def test_a_click_on_a_word_lets_it_be_heard(open_as: Open, kept: Kept) -> None:
    page = opened(open_as("olena", f"/recordings/{kept.refund['id']}"))
    page.get_by_test_id("transcript").get_by_text("replacement", exact=True).click()
    expect(lit(page)).to_have_text("replacement")
    page.wait_for_function("() => !document.querySelector('audio').paused")
    words = [word for utterance in _transcript(page, kept.refund["id"]) for word in utterance["words"]]
    start = next(word["start"] for word in words if word["word"] == "replacement")
    assert start <= position(page) < start + 5


def test_jumping_reads_a_part_of_the_audio(open_as: Open, kept: Kept) -> None:
    page = open_as("olena")
    answers: list[int] = []
    page.on("response", lambda answer: answers.append(answer.status) if "/api/v1/audio/" in answer.url else None)
    page.goto(page.url + f"recordings/{kept.refund['id']}?t=20.5")
    expect(opened(page).get_by_test_id("position")).to_contain_text("0:20")
    play(page)
    assert 20.5 <= position(page) < 25
    wave = page.get_by_role("slider", name="Position")
    box = wave.bounding_box()
    assert box is not None
    wave.click(position={"x": box["width"] * 0.9, "y": 20})
    page.wait_for_function("() => { const a = document.querySelector('audio'); return !a.seeking && a.currentTime > a.duration * 0.88; }")
    assert set(answers) == {206}


def test_the_player_by_keys_alone(open_as: Open, kept: Kept) -> None:
    page = opened(open_as("olena", f"/recordings/{kept.refund['id']}"))
    shown = page.get_by_test_id("position")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(shown).to_contain_text("0:10")
    page.keyboard.press("ArrowLeft")
    expect(shown).to_contain_text("0:05")
    starts = [utterance["start"] for utterance in _transcript(page, kept.refund["id"])]
    page.keyboard.press("j")
    assert position(page) == pytest.approx(next(start for start in starts if start > 5), abs=0.05)
    page.keyboard.press("k")
    assert position(page) == pytest.approx(starts[0], abs=0.05)
    page.keyboard.press(" ")
    page.wait_for_function("() => !document.querySelector('audio').paused")
    page.keyboard.press(" ")
    page.wait_for_function("() => document.querySelector('audio').paused")
    page.keyboard.press("]")
    page.keyboard.press("]")
    page.keyboard.press("[")
    assert page.evaluate("document.querySelector('audio').playbackRate") == 1.25
    assert page.evaluate("document.querySelector('audio').preservesPitch")
    page.keyboard.press("/")
    page.keyboard.type("refund")
    expect(page.get_by_role("status").get_by_text(re.compile("^1 of "))).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").get_by_text(re.compile("^2 of "))).to_be_visible()


def test_what_was_masked_is_neither_read_nor_heard(open_as: Open, kept: Kept) -> None:
    page = opened(open_as("marta", f"/recordings/{kept.payment['id']}"))
    expect(page.get_by_text("masked for privacy, silent in the audio as well")).to_be_visible()
    expect(page.get_by_test_id("transcript").get_by_text("•••").first).to_be_visible()
    (masked,) = [mark for mark in kept.payment["marks"] if mark["kind"] == "masked"]
    sign = page.get_by_role("button", name=re.compile("Masked: silent"))
    sign.click()
    # a player that has nothing to play yet says already where it will begin
    begun = "(start) => { const player = document.querySelector('audio'); return player.readyState >= 2 && player.currentTime >= start; }"
    page.wait_for_function(begun, arg=masked["start"])
    assert max(page.evaluate(LOUDEST, [masked["start"] + 0.1, masked["end"] - 0.1])) < 0.01
    page.get_by_role("button", name="Skip silence").click()
    page.wait_for_function("(end) => document.querySelector('audio').currentTime >= end - 1", arg=masked["end"], timeout=5_000)
    page.get_by_role("button", name="Masked 1").click()
    expect(sign).to_be_hidden()


def test_downloaded_by_right_only(open_as: Open, house: House, kept: Kept) -> None:
    page = opened(open_as("olena", f"/recordings/{kept.refund['id']}"))
    expect(page.get_by_role("button", name="Download the audio")).to_have_count(0)
    with pytest.raises(RuntimeError, match="403"):
        house.clients["olena"].ask("POST", f"/recordings/{kept.refund['id']}/link", {"download": True})
    page = opened(open_as("marta", f"/recordings/{kept.refund['id']}"))
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download the audio").click()
    assert Path(coming.value.path()).read_bytes().startswith(b"OggS")
    page.reload()
    expect(page.get_by_text("downloaded", exact=True)).to_be_visible()


def test_nobody_hears_what_was_not_searched_yet(open_as: Open, kept: Kept) -> None:
    page = open_as("marta", f"/recordings/{kept.withheld['id']}")
    expect(page.get_by_text("Held back for now")).to_be_visible()
    expect(page.get_by_text("searched for card numbers and the like, and there is no speech model")).to_be_visible()
    expect(page.get_by_role("button", name="Play", exact=True)).to_have_count(0)


def test_somebody_else_does_not_find_it(open_as: Open, kept: Kept) -> None:
    page = open_as("max", f"/recordings/{kept.refund['id']}")
    expect(page.get_by_text("There is no such recording")).to_be_visible()
    page.goto(page.url.rpartition("/")[0])
    expect(page.get_by_text("No recordings yet")).to_be_visible()


def test_a_link_that_ended_is_made_anew_and_it_goes_on(open_as: Open, kept: Kept) -> None:
    page = opened(open_as("olena", f"/recordings/{kept.refund['id']}"))
    made = 0

    def ended(route: Route) -> None:
        nonlocal made
        made += 1
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "expires_at": "2026-01-01T00:00:00Z"})

    page.route("**/link", ended)
    page.get_by_role("slider", name="Position").press("PageUp")
    play(page)
    page.keyboard.press(" ")
    page.wait_for_function("() => document.querySelector('audio').paused")
    before = position(page)
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function("(before) => document.querySelector('audio').currentTime > before + 0.2", arg=before)
    assert position(page) < before + 5
    assert made == 2


def test_a_comment_reaches_the_others_at_once(open_as: Open, kept: Kept) -> None:
    page, other = (opened(open_as(name, f"/recordings/{kept.refund['id']}")) for name in ("marta", "olena"))
    page.get_by_role("slider", name="Position").press("PageUp")
    page.keyboard.press("c")
    expect(page.get_by_label("Comment at 0:30")).to_be_focused()
    page.keyboard.type("Well explained, c and all")  # letters are letters here
    page.keyboard.press("Control+Enter")
    for window in (page, other):
        expect(window.get_by_text("Well explained, c and all")).to_be_visible()
    expect(other.get_by_role("button", name=re.compile("0:30 · Comment by Marta Lind"))).to_be_visible()
    expect(other.get_by_role("button", name="Remove the comment")).to_have_count(0)
    page.get_by_role("button", name="Remove the comment at 0:30").click()
    expect(other.get_by_text("Well explained, c and all")).to_have_count(0)


def test_a_call_leads_to_its_recordings(open_as: Open, house: House, kept: Kept) -> None:
    second = send_in(house.clients["root"], "call1_refund", kept.call_id.removeprefix("pbx-"), seconds=12)
    page = open_as("marta", f"/customers/{kept.refund['customer']['id']}")
    expect(page.get_by_role("link", name="Listen and read, 2 recordings")).to_be_visible()
    page.goto(page.url.partition("/customers")[0] + f"/calls?open={kept.call_id}")
    page.get_by_role("link", name="Listen and read, 2 recordings").click()
    expect(page.get_by_role("tab")).to_have_count(2)
    expect(page.get_by_text("Came in on")).to_be_visible()
    opened(page)
    page.get_by_role("tab").nth(1).click()
    expect(page).to_have_url(re.compile(f"recording={second['id']}"))
    house.clients["marta"].ask("DELETE", f"/recordings/{second['id']}")


@pytest.mark.parametrize("name", ["refund", "payment", "withheld"])
def test_page(open_as: Open, kept: Kept, name: str) -> None:
    page = open_as("uma", f"/recordings/{getattr(kept, name)['id']}")
    expect(page.get_by_text("What happened")).to_be_visible()
    if name != "withheld":
        opened(page)
    wrong = look(page, name)
    assert not wrong, "\n".join(wrong)


def _transcript(page: Page, recording_id: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(
        "async (id) => (await (await fetch(`/api/v1/recordings/${id}/transcript`)).json()).utterances", recording_id
    )
    return found
