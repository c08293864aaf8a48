"""The whole way: a customer dials in over SIP, Asterisk rings the agent, and Chromium shows who it is while it rings."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.desk import House, open_house
from tests.browser.line import Line, open_line
from tests.pbx.asterisk import Asterisk

Open = Callable[..., Page]
ANNA = "+380441234567"
LUCIA = "+34611222333"


@pytest.fixture(scope="module")
def house(asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Instead of the one beside the PBX made of text."""
    _, secret = asterisk.ringdesk
    with open_house(tmp_path_factory.mktemp("real"), asterisk.ami_port, secret) as found:
        customer = {"name": "Anna Petrenko", "company": "Petrenko Coffee", "language": "uk", "tags": ["VIP"], "numbers": [{"number": ANNA}]}
        found.clients["marta"].ask("POST", "/customers", customer)
        yield found


@pytest.fixture
def line(asterisk: Asterisk, house: House) -> Iterator[Line]:
    with open_line(asterisk) as found:
        yield found
    house.everybody_free()


def card(page: Page) -> Locator:
    return page.get_by_role("article", name="The call")


def rung(page: Page, name: str) -> Locator:
    """The card of a call that nobody has answered yet."""
    shown = card(page)
    expect(shown.get_by_role("heading", name=name, level=1)).to_be_visible()
    expect(shown.get_by_text("Ringing", exact=True)).to_be_visible()
    return shown


def test_the_card_from_the_first_ring_to_the_wrap_up(open_as: Open, house: House, line: Line) -> None:
    page = open_as("olena")
    expect(page.get_by_role("heading", name="Your calls today")).to_be_visible()
    phone = line(line.floor.phone("1001", answer_after=None))
    line.waiting_for_it("1001", "patient")

    call = line(line.floor.incoming(ANNA, queue="patient"))
    shown = rung(page, "Anna Petrenko")
    for fact in ("+380 44 123 4567", "Petrenko Coffee", "speaks Ukrainian", "VIP", "patient"):
        expect(shown.get_by_text(fact, exact=True)).to_be_visible()
    assert not list(line.floor.ami.found("BridgeEnter", Channel="PJSIP/1001-*")), "the name was there before anybody answered"

    line(phone.answer())
    expect(shown.get_by_text("Talking", exact=True)).to_be_visible()
    clock = shown.get_by_role("timer")
    expect(clock).not_to_have_text(clock.inner_text())

    shown.get_by_label("Your note on this call").fill("Asks for the price list")
    expect(shown.get_by_role("status").get_by_text("Saved", exact=True)).to_be_visible()
    (written,) = house.clients["marta"].ask("GET", f"/calls/pbx-{call.linkedid}")["notes"]
    assert written["body"] == "Asks for the price list"

    line(call.hang_up())
    expect(shown.get_by_text("Wrap-up", exact=True)).to_be_visible()
    shown.get_by_role("button", name="Done").click()
    expect(shown).to_be_hidden()
    today = page.get_by_role("row", name="Anna Petrenko")
    expect(today.get_by_text("Answered")).to_be_visible()


def test_an_unknown_number_becomes_a_customer_on_the_card(open_as: Open, house: House, line: Line) -> None:
    page = open_as("olena")
    expect(page.get_by_role("heading", name="Your calls today")).to_be_visible()
    phone = line(line.floor.phone("1001", answer_after=None))
    line.waiting_for_it("1001", "patient")

    line(line.floor.incoming(LUCIA, queue="patient", name="Lucia Ortega"))
    shown = rung(page, "Lucia Ortega")
    expect(shown.get_by_text("Not a customer yet")).to_be_visible()
    line(phone.answer())
    expect(shown.get_by_text("Talking", exact=True)).to_be_visible()
    expect(shown.get_by_label("Name")).to_have_value("Lucia Ortega")
    expect(shown.get_by_label("Number 1")).to_have_value(LUCIA)
    shown.get_by_label("Company").fill("Ortega Hermanas")
    shown.get_by_role("button", name="Create customer").click()
    expect(shown.get_by_text("Not a customer yet")).to_be_hidden()
    expect(shown.get_by_text("Ortega Hermanas", exact=True)).to_be_visible()
    (made,) = house.clients["marta"].ask("GET", "/customers?phone=%2B34611222333")["items"]
    assert (made["name"], made["company"]) == ("Lucia Ortega", "Ortega Hermanas")


def test_ring_all_closes_the_card_of_whoever_did_not_answer(open_as: Open, line: Line) -> None:
    olena, max_ = open_as("olena"), open_as("max")
    for page in (olena, max_):
        expect(page.get_by_role("heading", name="Your calls today")).to_be_visible()
    phones = {extension: line(line.floor.phone(extension, answer_after=None)) for extension in ("1001", "1002")}
    for extension in phones:
        line.waiting_for_it(extension, "patient")

    line(line.floor.incoming(ANNA, queue="patient"))
    for page in (olena, max_):
        rung(page, "Anna Petrenko")
    line(phones["1002"].answer())
    expect(card(max_).get_by_text("Talking", exact=True)).to_be_visible()
    expect(card(olena)).to_be_hidden()
    expect(olena.get_by_role("heading", name="Your calls today")).to_be_visible()
