"""Own reports, dashboards and their letters in the browser."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import QUEUES
from tests.browser.desk import DESKTOP, House, open_house
from tests.browser.pbx import FakePbx
from tests.browser.test_pages import look

Open = Callable[..., Page]


def seen(page: Page, name: str) -> list[str]:
    """What `look` finds; the page is as wide as before then."""
    wrong = look(page, name)
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    return wrong


@pytest.fixture(scope="module")
def fake_pbx() -> Iterator[FakePbx]:
    with FakePbx(QUEUES).running() as pbx:
        yield pbx


@pytest.fixture(scope="module")
def house(fake_pbx: FakePbx, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """With three calls of support behind it."""
    with open_house(tmp_path_factory.mktemp("own"), fake_pbx.port, "secret", {"RINGDESK_WRAP_UP_LIMIT": "1"}) as found:
        found.everybody_free()
        for number in ("+442079460018", "+442079460019", "+442079460020"):
            fake_pbx.call(number, "support", "HARBOUR").ring("1001").answer("1001").hang_up()
            found.everybody_free()
        yield found


def test_a_report_is_put_together_shared_and_copied(open_as: Open) -> None:
    page = open_as("marta", "/statistics/own")
    expect(page.get_by_text("No reports of your own yet")).to_be_visible()
    page.get_by_role("link", name="New report").first.click()
    preview = page.get_by_role("region", name="Preview")
    expect(preview.get_by_role("row", name="support").get_by_text("3").first).to_be_visible()
    page.get_by_role("button", name="Save report").click()
    expect(page.get_by_text("Enter a name")).to_be_visible()
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    page.get_by_role("textbox", name="Name").fill("Support this week")

    page.get_by_role("searchbox", name="Search measures").fill("speed of answer")
    page.get_by_role("button", name="What ASA means").click()
    expect(page.get_by_text("Average speed of answer: mean wait")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("checkbox", name="ASA").check()
    expect(preview.get_by_role("columnheader", name="ASA")).to_be_visible()
    page.get_by_role("searchbox", name="Search measures").fill("")
    page.get_by_role("combobox", name="Who sees it").click()
    page.get_by_role("option", name="Everybody who may read reports").click()
    wrong = seen(page, "report builder")
    page.get_by_role("button", name="Save report").click()

    page.wait_for_url("**/statistics/own/*")
    expect(page.get_by_role("heading", name="Support this week")).to_be_visible()
    expect(page.get_by_role("columnheader", name="ASA")).to_be_visible()
    wrong += seen(page, "own report")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Make a copy").click()
    expect(page.get_by_role("textbox", name="Name")).to_have_value("Support this week (copy)")
    page.get_by_role("link", name="Own reports").click()
    row = page.get_by_role("row", name="Support this week")
    expect(row.get_by_text("Everybody")).to_be_visible()
    wrong += seen(page, "own reports")

    # Shared: a supervisor reads it, with the figures of their own teams, and may not change it.
    other = open_as("ines", "/statistics/own")
    other.get_by_role("link", name="Support this week").click()
    expect(other.get_by_role("columnheader", name="ASA")).to_be_visible()
    expect(other.get_by_role("link", name="Edit")).to_be_hidden()
    assert not wrong, "\n".join(wrong)


@pytest.fixture(scope="module")
def two(house: House) -> list[int]:
    marta = house.clients["marta"]
    told = {
        "By queue": {"report": "queues", "measures": ["offered", "answered"], "chart": "bar"},
        "By day": {"report": "overview", "measures": ["offered"], "interval": "day", "chart": "line"},
    }
    return [marta.ask("POST", "/own-reports", {"name": name, "definition": definition})["id"] for name, definition in told.items()]


def test_reports_stand_side_by_side(open_as: Open, two: list[int]) -> None:
    page = open_as("marta", "/statistics/own?view=dashboards")
    page.get_by_role("button", name="New dashboard").first.click()
    page.get_by_role("textbox", name="Name").fill("Monday")
    page.get_by_role("button", name="Create and arrange").click()
    for name in ("By queue", "By day"):
        page.get_by_role("combobox", name="Add a report").click()
        page.get_by_role("option", name=name).click()
    tiles = page.get_by_role("list", name="Reports").get_by_role("region")
    expect(tiles).to_have_count(2)
    page.get_by_role("button", name="Move before: By day").press("Enter")
    expect(tiles.first).to_have_accessible_name("By day")
    expect(page.get_by_role("button", name="Move after: By day")).to_be_focused()
    page.get_by_role("combobox", name="Width of By day").click()
    page.get_by_role("option", name="Whole").click()
    wrong = seen(page, "dashboard being arranged")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Arrange")).to_be_visible()
    page.reload()
    expect(tiles.first).to_have_accessible_name("By day")
    expect(tiles.first.get_by_text("Offered").first).to_be_visible()
    wrong += seen(page, "dashboard")
    assert not wrong, "\n".join(wrong)


def test_a_letter_is_planned_and_tells_that_there_is_no_server(open_as: Open, two: list[int]) -> None:
    page = open_as("marta", f"/statistics/own/{two[0]}")
    page.get_by_role("button", name="Send by e-mail").click()
    dialog = page.get_by_role("dialog", name="Send by e-mail")
    expect(dialog.get_by_text("No mail server is set")).to_be_visible()
    dialog.get_by_role("combobox", name="To", exact=True).fill("nobody")
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Start sending").click()
    expect(dialog.get_by_text("‘nobody’ is no e-mail address")).to_be_visible()
    dialog.get_by_role("combobox", name="To", exact=True).press("Backspace")
    dialog.get_by_role("combobox", name="To", exact=True).fill("boss@example.com")
    page.keyboard.press("Enter")
    dialog.get_by_role("combobox", name="How often").click()
    page.get_by_role("option", name="Once a week").click()
    wrong = seen(page, "a letter")
    dialog.get_by_role("button", name="Start sending").click()
    expect(dialog).to_be_hidden()
    page.goto(page.url.rpartition("/own")[0] + "/own?view=letters")
    row = page.get_by_role("row", name="By queue")
    expect(row.get_by_text("Mondays at 08:00")).to_be_visible()
    expect(row.get_by_role("button", name="Send now: By queue")).to_be_disabled()
    wrong += seen(page, "letters")
    row.get_by_role("button", name="Remove: By queue").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_text("Nothing is sent by e-mail")).to_be_visible()
    assert not wrong, "\n".join(wrong)
