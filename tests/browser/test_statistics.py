"""Statistics in the browser: figures that lead to their calls, addresses that restore a view, and today as it happens."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import QUEUES
from tests.browser.desk import PHONE, House, open_house
from tests.browser.pbx import FakePbx
from tests.browser.test_pages import look

Open = Callable[..., Page]
TODAY = "period=today"
REPORTS = (
    "queues", "agents", "teams", "intervals", "outbound", "waits", "abandons", "talks", "percentiles", "transfers", "numbers", "trunks",
    "directions", "concurrency", "dispositions", "scores", "callbacks",
)  # fmt: skip


@pytest.fixture(scope="module")
def fake_pbx() -> Iterator[FakePbx]:
    with FakePbx(QUEUES).running() as pbx:
        yield pbx


@pytest.fixture(scope="module")
def house(fake_pbx: FakePbx, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """In which three called today: two were answered in sales, one gave up in support."""
    with open_house(tmp_path_factory.mktemp("statistics"), fake_pbx.port, "secret", {"RINGDESK_WRAP_UP_LIMIT": "1"}) as found:
        for number in ("+442079460018", "+442079460019"):
            fake_pbx.call(number, "sales").ring("1004").answer("1004").hang_up()
            found.everybody_free()
        fake_pbx.call("+4930901820", "support").ring("1001").abandon()
        found.everybody_free()
        yield found


def figure(page: Page, measure: str, within: str | None = None) -> Locator:
    """A large figure's value."""
    place = page if within is None else page.get_by_label(within)
    return place.locator(f"[data-measure={measure}] dd").first


def test_a_number_leads_to_exactly_its_calls(open_as: Open) -> None:
    page = open_as("marta", f"/statistics/queues?{TODAY}")
    table = page.get_by_role("table", name="Queues")
    sales = table.get_by_role("row").filter(has_text="sales")
    sales.get_by_role("link", name=re.compile("^2: show the calls behind Offered · sales$")).click()
    expect(page.get_by_role("heading", name="Offered · sales")).to_be_visible()
    calls = page.get_by_role("table", name="Calls")
    expect(calls.locator("tbody tr")).to_have_count(2)
    expect(calls.get_by_text("+49")).to_have_count(0)
    calls.locator("tbody tr").first.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("/calls/pbx-"))
    page.go_back()
    page.get_by_role("link", name="Back to the report").click()
    expect(page).to_have_url(re.compile(f"/statistics/queues.*{TODAY}"))


def test_the_totals_lead_to_the_calls_of_all(open_as: Open) -> None:
    page = open_as("marta", f"/statistics?{TODAY}")
    figure(page, "abandoned", "Figures of the period").get_by_role("link").click()
    expect(page.get_by_role("table", name="Calls").locator("tbody tr")).to_have_count(1)


def test_an_address_restores_exactly_the_view(open_as: Open) -> None:
    page = open_as("marta", f"/statistics/queues?{TODAY}")
    page.get_by_role("combobox", name="Interval").click()
    page.get_by_role("option", name="Hours", exact=True).click()
    page.get_by_role("combobox", name="Queue").click()
    page.get_by_role("option", name="sales").click()
    page.keyboard.press("Escape")
    page.get_by_role("switch", name="Compare with before").click(force=True)
    page.get_by_role("combobox", name="Drawn").click()
    page.get_by_role("option", name="Answered", exact=True).click()
    table = page.get_by_role("table", name="Queues")
    table.get_by_role("button", name="ASA", exact=True).click()
    expect(table.get_by_role("columnheader", name="ASA")).to_have_attribute("aria-sort", "descending")
    expect(table.get_by_role("rowheader", name="Total")).to_be_visible()
    expect(table.get_by_text("support")).to_have_count(0)
    shown, address = table.inner_text(), page.url
    other = open_as("uma", urlsplit(address)._replace(scheme="", netloc="").geturl())
    again = other.get_by_role("table", name="Queues")
    expect(again.get_by_role("columnheader", name="ASA")).to_have_attribute("aria-sort", "descending")
    expect(again.get_by_text("support")).to_have_count(0)
    assert again.inner_text() == shown
    expect(other.get_by_role("combobox", name="Drawn")).to_have_value("Answered")
    expect(other.get_by_role("switch", name="Compare with before")).not_to_be_checked()


def test_a_period_is_chosen_from_presets_and_from_the_calendar(open_as: Open) -> None:
    page = open_as("marta", "/statistics/queues")
    page.get_by_role("button", name="Last 7 days").click()
    page.get_by_role("button", name="Yesterday", exact=True).click()
    expect(page).to_have_url(re.compile("period=yesterday"))
    expect(page.get_by_text("Nothing to count here")).to_be_visible()
    page.get_by_role("button", name="Yesterday", exact=True).click()
    expect(page.get_by_text("Days of")).to_be_visible()
    expect(page.get_by_role("group", name="Usual periods").get_by_role("button", name="Yesterday")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Days of")).to_be_hidden()
    page.get_by_role("button", name="Yesterday", exact=True).click()
    page.get_by_role("button", name="This year", exact=True).click()
    page.get_by_role("button", name="This year", exact=True).click()
    this_month = page.evaluate("new Date().toLocaleDateString('en', { month: 'long', year: 'numeric' })")
    expect(page.locator("[data-calendar] button", has_text=re.compile(r"^\w+ 20\d\d$")).last).to_have_text(this_month)


def test_help_is_there_for_the_keyboard(open_as: Open) -> None:
    page = open_as("marta", f"/statistics/queues?{TODAY}")
    sign = page.get_by_role("button", name="What Service level means").first
    sign.focus()
    page.keyboard.press("Enter")
    help_text = page.get_by_role("dialog", name="Service level")
    expect(help_text).to_contain_text("Share of callers answered within")
    expect(help_text).to_contain_text("Source: Cleveland")
    page.keyboard.press("Escape")
    expect(help_text).to_be_hidden()
    expect(sign).to_be_focused()


def test_today_moves_without_a_reload_and_agrees_with_its_report(open_as: Open, house: House, fake_pbx: FakePbx) -> None:
    page = open_as("marta", f"/statistics?{TODAY}")
    live, period = figure(page, "offered", "Today, live"), figure(page, "offered", "Figures of the period")
    expect(live).to_have_text(re.compile(r"^\d+$"))
    before = int(live.inner_text())
    page.evaluate("window.unloaded = false")
    call = fake_pbx.call("+442079460077", "sales").ring("1004").answer("1004")
    expect(live).to_have_text(str(before + 1))
    expect(period).to_have_text(str(before + 1))
    call.hang_up()
    house.everybody_free()
    assert page.evaluate("window.unloaded") is False, "the page was loaded anew"
    report: dict[str, Any] = house.clients["marta"].ask("GET", f"/reports/overview?{_day(page)}")
    assert report["totals"]["offered"] == before + 1


def _day(page: Page) -> str:
    """The days of the report that the page's export menu would send for."""
    page.get_by_role("button", name="Export").click()
    address = page.get_by_role("menuitem", name="CSV").get_attribute("href") or ""
    asked = parse_qs(urlsplit(address).query)
    page.keyboard.press("Escape")
    return f"from={asked['from'][0]}&to={asked['to'][0]}"


def test_no_such_report(open_as: Open) -> None:
    expect(open_as("marta", "/statistics/nonsense").get_by_text("There is no such report")).to_be_visible()


def test_cards_in_the_hand(open_as: Open) -> None:
    page = open_as("marta", f"/statistics/queues?{TODAY}", size=PHONE)
    cards = page.get_by_role("list", name="Queues")
    expect(cards.get_by_text("sales")).to_be_visible()
    cards.get_by_role("button", name=re.compile("^All .* figures$")).first.click()
    expect(cards.get_by_text("Transfer rate").first).to_be_visible()


@pytest.mark.parametrize("report", ["", *REPORTS, "changes"])
def test_page(open_as: Open, report: str) -> None:
    path = f"/statistics/{report}" if report else "/statistics"
    page = open_as("marta", f"{path}?{TODAY}")
    expect(page.get_by_role("navigation", name="Reports").locator("[data-status=active]")).to_be_visible()
    expect(page.get_by_role("status", name="Loading…")).to_have_count(0)
    wrong = look(page, report or "overview")
    assert not wrong, "\n".join(wrong)


def test_the_calls_behind_a_number(open_as: Open) -> None:
    page = open_as("marta", "/statistics")
    figure(page, "offered", "Today, live").get_by_role("link").click()
    expect(page.get_by_role("table", name="Calls")).to_be_visible()
    wrong = look(page, "behind")
    assert not wrong, "\n".join(wrong)
