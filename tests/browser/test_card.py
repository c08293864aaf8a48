"""The card, worked with the keyboard alone and followed from hand to hand."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.desk import House
from tests.browser.pbx import FakePbx

Open = Callable[..., Page]
SHARED = "+442079460018"  # of two customers
NINA = "+442079460077"


@pytest.fixture(scope="module", autouse=True)
def customers(house: House) -> Iterator[None]:
    marta = house.clients["marta"]
    drafts = [("Liam Twin", SHARED), ("Grace Twin", SHARED), ("Nina Alone", NINA)]
    made = [marta.ask("POST", "/customers", {"name": name, "numbers": [{"number": number}]}) for name, number in drafts]
    yield
    for customer in made:
        marta.ask("DELETE", f"/customers/{customer['id']}")


def desk(page: Page) -> Page:
    expect(page.get_by_role("heading", name="Your calls today")).to_be_visible()
    return page


def name_on_card(page: Page) -> Locator:
    return page.get_by_role("article", name="The call").get_by_role("heading", level=1)


def test_a_call_from_the_ring_to_the_end_without_a_mouse(open_as: Open, pbx: FakePbx) -> None:
    page = desk(open_as("olena"))
    call = pbx.call(SHARED, "support").ring("1001")
    expect(name_on_card(page)).to_be_focused()
    expect(page.get_by_text("2 customers have this number")).to_be_visible()
    page.keyboard.press("2")
    expect(name_on_card(page)).to_have_text(re.compile("Twin"))

    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page.get_by_role("heading", name="Customers")).to_be_visible()
    call.answer("1001")
    expect(page.get_by_role("link", name=re.compile("Twin.*Talking.*Open the card"))).to_be_visible()
    page.keyboard.press("c")
    expect(name_on_card(page)).to_be_visible()

    page.keyboard.press("n")
    note = page.get_by_label("Your note on this call")
    expect(note).to_be_focused()
    page.keyboard.type("dcx?")  # letters are letters here
    expect(note).to_have_value("dcx?")
    page.keyboard.press("Escape")
    expect(note).not_to_be_focused()
    page.keyboard.press("x")
    expect(page.get_by_text("Wrap-up").first).to_be_visible()
    page.keyboard.press("d")
    desk(page)


def test_a_call_is_declined_by_a_key(open_as: Open, pbx: FakePbx) -> None:
    page = desk(open_as("olena"))
    pbx.call(NINA, "support").ring("1001")
    expect(name_on_card(page)).to_have_text("Nina Alone")
    page.keyboard.press("x")
    desk(page)
    expect(page.get_by_text("You did not take this call")).to_be_visible()


def test_several_calls_are_a_key_apart(open_as: Open, pbx: FakePbx) -> None:
    page = desk(open_as("olena"))
    pbx.call(NINA, "support").ring("1001").answer("1001")
    expect(name_on_card(page)).to_have_text("Nina Alone")
    pbx.call("+34611222333", "support", "Lucía Ortega").ring("1001")
    expect(page.get_by_role("tab", name=re.compile("Lucía Ortega"))).to_be_visible()
    shown = name_on_card(page).inner_text()
    page.keyboard.press("]")
    expect(name_on_card(page)).not_to_have_text(shown)
    page.keyboard.press("[")
    expect(name_on_card(page)).to_have_text(shown)


def test_a_transfer_takes_the_card_with_its_reason_and_notes_along(open_as: Open, pbx: FakePbx) -> None:
    page, colleague = desk(open_as("olena")), desk(open_as("max"))
    pbx.call(NINA, "support").ring("1001").answer("1001")
    expect(name_on_card(page)).to_have_text("Nina Alone")
    page.keyboard.press("n")
    page.keyboard.type("Order 1187 is late")
    expect(page.get_by_role("status").get_by_text("Saved", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    expect(page.get_by_label("To whom").first).to_be_focused()
    page.keyboard.type("Max")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_label("Why").focus()
    page.keyboard.type("Credit note")
    page.get_by_role("dialog").get_by_role("button", name="Transfer").press("Enter")

    expect(name_on_card(colleague)).to_have_text("Nina Alone")
    for words in ("Sent by Olena Bondar", "Credit note", "Order 1187 is late"):
        expect(colleague.get_by_text(words, exact=True)).to_be_visible()


def test_a_reload_shows_the_card_again_and_once(open_as: Open, pbx: FakePbx) -> None:
    page = desk(open_as("olena"))
    pbx.call(NINA, "support").ring("1001").answer("1001")
    expect(name_on_card(page)).to_have_text("Nina Alone")
    page.get_by_label("Your note on this call").fill("Half a sen")
    page.reload()
    expect(name_on_card(page)).to_have_text("Nina Alone")
    expect(page.get_by_role("tab")).to_have_count(0)
    expect(page.get_by_label("Your note on this call")).to_have_value("Half a sen")


def test_ones_own_state_is_switched_by_keys(open_as: Open) -> None:
    page = desk(open_as("olena"))
    page.keyboard.press("p")
    expect(page.get_by_role("menuitem", name="Available")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Lunch")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=re.compile("Paused.*Lunch"))).to_be_visible()
    page.keyboard.press("p")
    expect(page.get_by_role("menuitem", name="Available")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=re.compile("Available.*Change your state"))).to_be_visible()


def test_the_help_sheet_lists_every_key(open_as: Open) -> None:
    page = desk(open_as("olena"))
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    listed = dict(zip(sheet.locator("dt").all_inner_texts(), sheet.locator("dd").all_inner_texts(), strict=True))
    for what, key in {
        "This sheet": "?",
        "To the card": "C",
        "To the note": "N",
        "Choose who it is": "1 – 9",
        "Transfer": "T",
        "Hang up or decline": "X",
        "Next call": "]",
        "Previous call": "[",
        "Done with the wrap-up": "D",
        "Customers": "G C",
    }.items():
        assert " ".join(listed[what].split()) == key
