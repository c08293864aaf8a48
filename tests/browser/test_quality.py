"""Scorecards, reviews, search and trends in the browser: on a sample call that came in, was stored, transcribed and scored the real way."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import QUEUES
from tests.browser.desk import House, open_house
from tests.browser.pbx import FakePbx
from tests.browser.recorded import MODEL, SOON, eventually, send_in
from tests.browser.test_pages import look

Open = Callable[..., Page]
IS_AT = "(at) => Math.abs(Number(document.querySelector('[role=slider][aria-valuetext]')?.ariaValueNow) - at) <= 2"
"""Whether the player stands at a place, within seconds: it plays on meanwhile."""


@pytest.fixture(scope="module")
def fake_pbx() -> Iterator[FakePbx]:
    with FakePbx(QUEUES).running() as pbx:
        yield pbx


@pytest.fixture(scope="module")
def house(fake_pbx: FakePbx, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """With the speech model that comes along."""
    told = {"RINGDESK_VOSK_MODEL": str(MODEL), "RINGDESK_WRAP_UP_LIMIT": "1"}
    with open_house(tmp_path_factory.mktemp("quality"), fake_pbx.port, "secret", told) as found:
        yield found


@pytest.fixture(scope="module")
def recording(house: House, fake_pbx: FakePbx) -> dict[str, Any]:
    """A call of Olena's, sent in as the PBX does it, and transcribed."""
    house.everybody_free()
    call = fake_pbx.call("+442079460019", "support", "HARBOUR").ring("1001").answer("1001")
    started = datetime.now(UTC)
    sent = send_in(house.clients["root"], "call1_refund", call.caller.linkedid, started_at=started.isoformat())
    call.hang_up()
    house.everybody_free()
    return eventually(house.clients["ines"], sent["id"], "transcribed", "scored")


@pytest.fixture(scope="module")
def scored(house: House, recording: dict[str, Any]) -> dict[str, Any]:
    """The same, judged by a card of the machine's and a person's questions."""
    section = {
        "title": "Opening",
        "questions": [
            {"id": "name", "text": "Says their name", "weight": 3, "rule": {"kind": "says", "phrases": ["my name is"], "within_first": 30}},
            {"id": "balance", "text": "Listens", "rule": {"kind": "talk_share", "most": 80}},
            {"id": "manners", "text": "Stays calm", "auto_fail": True, "rule": {"kind": "says", "phrases": ["shut up"], "never": True}},
            {"id": "solved", "text": "Solves the problem", "rule": {"kind": "person"}},
        ],
    }
    house.clients["ines"].ask("POST", "/scorecards", {"definition": {"name": "Opening of a call", "sections": [section]}})
    deadline = time.monotonic() + SOON
    while not (row := eventually(house.clients["ines"], recording["id"], "scored"))["score"]:
        assert time.monotonic() < deadline, row
        time.sleep(0.1)
    return row


def test_a_scorecard_is_built_and_tried(open_as: Open, house: House, recording: dict[str, Any]) -> None:
    page = open_as("ines", "/quality/scorecards")
    page.get_by_role("button", name="New scorecard").first.click()
    page.get_by_role("menuitem", name="Empty scorecard").click()
    page.get_by_role("button", name="Create scorecard").click()
    expect(page.get_by_text("Enter a name")).to_be_visible()
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    page.get_by_role("textbox", name="Name").fill("Refund calls")
    page.get_by_role("textbox", name="Title of section 1").fill("Greeting")
    page.get_by_role("textbox", name="Question", exact=True).fill("Thanks for calling")
    page.get_by_role("combobox", name="Phrases").fill("thank you for calling")
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="Within the first").fill("20")
    page.get_by_role("combobox", name="Recording").click()
    page.get_by_role("option").first.click()
    tried = page.get_by_role("region", name="Greeting").last
    expect(tried.get_by_text("‘thank you for calling’")).to_be_visible()
    expect(page.get_by_text("100 of 100")).to_be_visible()

    page.get_by_role("button", name="Add a question").click()
    page.get_by_role("textbox", name="Question", exact=True).last.fill("Asks why")
    page.get_by_role("combobox", name="Answered by").last.click()
    page.get_by_role("option", name="A reviewer answers").click()
    page.get_by_role("button", name="Move up: Asks why").press("Enter")
    expect(page.get_by_role("button", name="Move down: Asks why")).to_be_focused()
    page.get_by_role("button", name="Create scorecard").click()
    expect(page.get_by_text("Version 1").first).to_be_visible()
    expect(page.get_by_text("All saved")).to_be_visible()

    page.get_by_role("button", name="Thanks for calling").first.click()
    page.get_by_role("textbox", name="Weight").fill("4")
    expect(page.get_by_role("button", name="Thanks for calling").first).to_contain_text("80 %")
    page.get_by_role("link", name="Reviews").click()
    expect(page.get_by_role("dialog", name="Leave without saving?")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Weight 1 → 4: Thanks for calling")).to_be_visible()
    wrong = look(page, "scorecard")

    card = next(card for card in house.clients["ines"].ask("GET", "/scorecards")["items"] if card["definition"]["name"] == "Refund calls")
    assert [question["text"] for question in card["definition"]["sections"][0]["questions"]] == ["Asks why", "Thanks for calling"]
    house.clients["ines"].ask("PUT", f"/scorecards/{card['id']}", {"definition": card["definition"], "active": False})
    assert not wrong, "\n".join(wrong)


def test_a_score_is_heard_answered_reviewed_and_replied_to(open_as: Open, scored: dict[str, Any]) -> None:
    page = open_as("ines", f"/recordings/{scored['id']}")
    panel = page.get_by_role("region", name="Score", exact=True)
    expect(panel.get_by_text("100 of 100")).to_be_visible()
    chip = panel.get_by_role("button", name="my name is")
    expect(chip).to_be_visible()
    chip.click()
    page.wait_for_function(IS_AT, arg=2.8)

    panel.get_by_role("radiogroup", name="Your answer: Stays calm").get_by_text("No", exact=True).click()
    expect(panel.get_by_text("Auto-fail")).to_be_visible()
    expect(panel.get_by_text("the machine said: Yes")).to_be_visible()
    panel.get_by_role("button", name="Note: Stays calm").click()
    panel.get_by_role("textbox", name="Note: Stays calm").fill("Sighs at 0:20")
    panel.get_by_role("button", name="Save").click()
    expect(panel.get_by_text("Sighs at 0:20")).to_be_visible()
    panel.get_by_role("button", name="Back to the machine’s: Stays calm").click()
    expect(panel.get_by_text("Auto-fail")).to_be_hidden()
    panel.get_by_role("radiogroup", name="Your answer: Solves the problem").get_by_text("No", exact=True).click()
    expect(panel.get_by_text("Inês Duarte")).to_be_visible()

    panel.get_by_role("button", name="Put on the review list").click()
    panel.get_by_role("textbox", name="Comment for the agent").fill("A warm greeting.")
    wrong = look(page, "score and review")
    panel.get_by_role("button", name="Finish the review").click()
    expect(panel.get_by_text("Reviewed", exact=True)).to_be_visible()

    own = open_as("olena", "/quality/reviews")
    expect(own.get_by_role("heading", name="My reviews")).to_be_visible()
    own.get_by_role("link", name="HARBOUR").click()
    expect(own.get_by_text("A warm greeting.")).to_be_visible()
    expect(own.get_by_role("radiogroup", name="Your answer: Listens")).to_be_hidden()
    own.get_by_role("textbox", name="Your reply").fill("Thank you!")
    own.get_by_role("button", name="Send the reply").click()
    expect(own.get_by_text("Thank you!")).to_be_visible()
    own.get_by_role("link", name="Scores").click()
    expect(own.get_by_role("heading", name="My scores")).to_be_visible()
    expect(own.get_by_role("link", name="HARBOUR")).to_be_visible()
    wrong += look(own, "my scores")

    # It came to the supervisor's open page by itself.
    expect(panel.get_by_text("Thank you!")).to_be_visible()
    panel.get_by_role("button", name="Settle it").click()
    expect(panel.get_by_text("The review is settled.")).to_be_visible()
    assert not wrong, "\n".join(wrong)


def test_what_was_said_is_found_and_opens_at_its_place(open_as: Open, recording: dict[str, Any]) -> None:
    page = open_as("ines", "/search/said")
    page.get_by_role("searchbox", name="Words to look for").fill("want money")
    expect(page.get_by_role("link", name="HARBOUR")).to_be_visible()
    page.get_by_text("As a phrase").click()
    expect(page.get_by_text("Nobody said it")).to_be_visible()
    page.get_by_text("Near each other").click()
    hit = page.get_by_role("link", name="want my money")
    expect(hit).to_be_visible()
    page.reload()
    expect(page.get_by_role("searchbox", name="Words to look for")).to_have_value("want money")
    expect(hit).to_be_visible()
    wrong = look(page, "found")
    hit.click()
    page.wait_for_url(f"**/recordings/{recording['id']}?t=*")
    page.wait_for_function(IS_AT, arg=28.8)
    assert not wrong, "\n".join(wrong)


def test_the_same_search_by_others(open_as: Open, recording: dict[str, Any]) -> None:
    found = "/search/said?q=refund&speaker=agent"
    expect(open_as("olena", found).get_by_role("link", name="HARBOUR")).to_be_visible()
    expect(open_as("max", found).get_by_text("Nobody said it")).to_be_visible()


WITH_CONTENT = {
    "reviews": ("/quality/reviews?state=all", "Customer complained"),
    "agreement": ("/quality/agreement", "Answered by both"),
    "scores": ("/quality/scores", "Olena Bondar"),
    "topics": ("/quality/trends?view=topics", "Cancellation"),
    "trends": ("/quality/trends", "Last whole week"),
}


@pytest.fixture(scope="module")
def some_work(house: House, scored: dict[str, Any]) -> None:
    ines = house.clients["ines"]
    ines.ask("POST", "/topics", {"name": "Cancellation", "phrases": ["cancel everything", "cancel my contract"], "speaker": "customer"})
    ines.ask("POST", "/topics", {"name": "Refund", "phrases": ["refund"]})
    ines.ask("POST", "/review-rules", {"share": 0.05, "queue": "support"})
    ines.ask("PUT", f"/recordings/{scored['id']}/score", {"question_id": "name", "answer": "yes"})
    ines.ask("POST", "/reviews", {"recording_id": scored["id"], "why": "Customer complained"})


@pytest.mark.parametrize("name", WITH_CONTENT)
def test_page_with_content(open_as: Open, some_work: None, name: str) -> None:
    path, sign = WITH_CONTENT[name]
    page = open_as("ines", path)
    expect(page.get_by_text(sign).first).to_be_visible()
    wrong = look(page, name)
    assert not wrong, "\n".join(wrong)


def test_a_trend_leads_to_the_calls(open_as: Open, some_work: None) -> None:
    page = open_as("ines", "/quality/trends")
    page.get_by_role("link", name="Refund").click()
    expect(page.get_by_role("searchbox", name="Words to look for")).to_have_value("refund")
    expect(page.get_by_role("link", name="HARBOUR")).to_be_visible()


def test_sampling_rules(open_as: Open, some_work: None) -> None:
    page = open_as("ines", "/quality/reviews")
    page.get_by_role("button", name="Sampling rules").click()
    dialog = page.get_by_role("dialog", name="Sampling rules")
    expect(dialog.get_by_text("5% of scored calls of queue support")).to_be_visible()
    dialog.get_by_role("button", name="Add a rule").click()
    dialog.get_by_text("Those that failed by an auto-fail").click()
    dialog.get_by_role("textbox", name="Share").fill("100")
    wrong = look(page, "sampling rule")
    dialog.get_by_role("button", name="Add rule").click()
    expect(dialog.get_by_text("All calls that failed by an auto-fail of all queues")).to_be_visible()
    assert not wrong, "\n".join(wrong)
