"""Staffing, shifts, targets and dispositions in the browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import DESKTOP, House
from tests.browser.pbx import FakePbx
from tests.browser.test_pages import look

Open = Callable[..., Page]


def seen(page: Page, name: str) -> list[str]:
    """What `look` finds; the page is as wide as before then."""
    wrong = look(page, name)
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    return wrong


def test_an_interval_is_calculated(open_as: Open) -> None:
    page = open_as("ines", "/statistics/staffing")
    expect(page.get_by_text("Choose a queue").last).to_be_visible()
    wrong = seen(page, "staffing without a queue")
    page.get_by_text("Calculator").click()
    expect(page.get_by_text("enough")).to_be_visible()
    page.get_by_role("textbox", name="Calls an hour").fill("360")
    page.get_by_role("textbox", name="Handle time (AHT)").fill("240")
    # 360 calls of 240 s are 24 erlangs.
    expect(page.get_by_text("24.00")).to_be_visible()
    page.get_by_role("combobox", name="Model").click()
    page.get_by_role("option", name="Erlang A").click()
    expect(page.get_by_role("columnheader", name="Give up")).to_be_visible()
    page.reload()
    expect(page.get_by_role("textbox", name="Calls an hour")).to_have_value("360")
    wrong += seen(page, "calculator")
    assert not wrong, "\n".join(wrong)


def test_a_forecast_needs_a_past(open_as: Open) -> None:
    page = open_as("ines", "/statistics/staffing?view=forecast")
    expect(page.get_by_text("Too little past to forecast")).to_be_visible()
    wrong = seen(page, "forecast")
    assert not wrong, "\n".join(wrong)


def test_shifts_are_planned_and_copied_to_the_next_week(open_as: Open) -> None:
    page = open_as("marta", "/statistics/shifts?week=2027-03-01")
    page.get_by_role("button", name=re.compile("Olena Bondar, Monday 1 March: nothing planned")).click()
    dialog = page.get_by_role("dialog", name="Olena Bondar")
    dialog.get_by_role("button", name="Add a break").click()
    expect(dialog.get_by_text("7.5 h")).to_be_visible()
    dialog.get_by_role("checkbox", name="Tue").check()
    wrong = seen(page, "a day's shift")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    for day in ("Monday 1 March", "Tuesday 2 March"):
        planned = page.get_by_role("button", name=re.compile(f"Olena Bondar, {day}: .*09:00–12:45.*Break.*12:45–13:15.*13:15–17:00"))
        expect(planned).to_be_visible()
    wrong += seen(page, "shifts")
    page.get_by_role("button", name="The week after").click()
    page.get_by_role("button", name="Copy the week before").click()
    expect(page.get_by_role("button", name=re.compile("Olena Bondar, Monday 8 March: .*09:00–12:45"))).to_be_visible()
    assert not wrong, "\n".join(wrong)


def test_a_queue_gets_a_target_of_its_own(open_as: Open, house: House) -> None:
    page = open_as("marta", "/admin/targets")
    page.get_by_role("button", name="Change sales").click()
    dialog = page.get_by_role("dialog", name="sales")
    dialog.get_by_role("textbox", name="Callers answered in time").fill("90")
    dialog.get_by_role("textbox", name="Answered within").fill("15")
    dialog.get_by_role("radio", name="Abandons in time count as kept").click()
    expect(dialog.get_by_role("math").last).to_have_accessible_name(
        "Service level is answered in time + abandoned in time divided by all callers"
    )
    wrong = seen(page, "target form")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    row = page.get_by_role("row", name="sales")
    expect(row.get_by_text("90% within 15s")).to_be_visible()
    wrong += seen(page, "targets")
    page.get_by_role("button", name="Use the common target for sales").click()
    page.get_by_role("button", name="Use the common target", exact=True).click()
    expect(row.get_by_text("Own target")).to_be_hidden()
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def dispositions(open_as: Open) -> list[str]:
    """A list made by a manager: what calls are about."""
    page = open_as("marta", "/admin/dispositions")
    wrong = []
    for name in ("Order placed", "Refund asked for"):
        page.get_by_role("button", name="New disposition").first.click()
        page.get_by_role("textbox", name="Name").fill(name)
        page.get_by_role("button", name="Add disposition").click()
        expect(page.get_by_role("row", name=name)).to_be_visible()
    page.get_by_role("button", name="Move up: Refund asked for").click()
    expect(page.get_by_role("button", name="Move up: Refund asked for")).to_be_disabled()
    wrong += seen(page, "dispositions")
    return wrong


def test_an_agent_says_what_a_call_was_about(open_as: Open, house: House, pbx: FakePbx, dispositions: list[str]) -> None:
    page = open_as("olena")
    call = pbx.call("+442079460018", "support", "HARBOUR").ring("1001").answer("1001")
    choice = page.get_by_role("combobox", name="What was it about?")
    choice.click()
    expect(page.get_by_role("option")).to_have_text(["Refund asked for", "Order placed"])
    page.get_by_role("option", name="Order placed").click()
    expect(page.get_by_text("Saved").first).to_be_visible()
    wrong = [*dispositions, *seen(page, "card with disposition")]
    call.hang_up()
    expect(choice).to_have_value("Order placed")  # still there in wrap-up
    page.goto(f"{house.server.url}/calls/{house.clients['olena'].ask('GET', '/calls')['items'][0]['id']}")
    expect(page.get_by_role("combobox", name="What was it about?")).to_have_value("Order placed")
    assert not wrong, "\n".join(wrong)
