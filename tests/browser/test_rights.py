"""Everybody sees what is theirs, and a kind word for the rest."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

Open = Callable[..., Page]
CALLS = ["Customers", "Calls", "Call-backs", "Recordings"]
HEARD = ["Search in calls", "Reviews", "Scores"]
JUDGED = [*HEARD, "Trends", "Scorecards"]
COUNTED = ["Statistics", "What changed", "Own reports", "Staffing", "Shifts"]
SET = ["Service targets", "Dispositions"]


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("olena", ["Desk", *CALLS, *HEARD]),
        ("ines", ["Desk", *CALLS, "Floor", *COUNTED, *JUDGED]),
        ("marta", [*CALLS, "Floor", *COUNTED, *JUDGED, *SET, "Recording settings", "Audit log"]),
        ("root", [*CALLS, "Floor", *COUNTED, *JUDGED, "Users", "Teams", *SET, "Recording settings", "System", "Audit log"]),
    ],
)
def test_the_menu_holds_what_one_may_open(open_as: Open, name: str, places: list[str]) -> None:
    page = open_as(name)
    menu = page.get_by_role("navigation", name="Main")
    expect(menu.get_by_role("link")).to_have_text([re.compile(rf"^{place}\d*$") for place in places])  # a number: what is to be done there


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("olena", "/admin/users"),
        ("olena", "/floor"),
        ("olena", "/customers/duplicates"),
        ("ines", "/admin/audit"),
        ("marta", "/admin/system"),
        ("ines", "/admin/recordings"),
        ("olena", "/statistics"),
    ],
)
def test_a_link_to_what_one_may_not_see_says_so(open_as: Open, name: str, path: str) -> None:
    page = open_as(name, path)
    expect(page.get_by_text("This page is not for your role")).to_be_visible()
    page.get_by_role("link", name="Back to the start").click()
    expect(page.get_by_text("This page is not for your role")).to_be_hidden()


def test_an_address_that_leads_nowhere_says_so(open_as: Open) -> None:
    expect(open_as("olena", "/nowhere").get_by_text("There is no such page")).to_be_visible()


def test_a_customer_who_is_not_there_says_so(open_as: Open) -> None:
    expect(open_as("olena", "/customers/999999").get_by_text("It is not there any more, or you may not see it.")).to_be_visible()
