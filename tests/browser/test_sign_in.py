"""The door."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.server import PASSWORD

Open = Callable[..., Page]


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_a_link_leads_through_the_sign_in_to_where_it_points(open_as: Open) -> None:
    page = open_as(None, "/calls?outcome=abandoned")
    sign_in(page, "olena")
    expect(page.get_by_role("heading", name="Calls", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("outcome=abandoned"))


def test_what_is_missing_or_wrong_is_said_and_guessing_is_slowed_down(open_as: Open) -> None:
    page = open_as(None, "/")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Enter your password")).to_be_visible()
    for _ in range(6):
        sign_in(page, "nobody", "a wrong password")
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.get_by_role("button", name="Sign in")).to_be_enabled()
    expect(page.get_by_role("alert")).to_have_text(re.compile(r"Too many wrong passwords. Try again in \d+ seconds."))


def test_signing_out_leaves_nothing_behind(open_as: Open) -> None:
    page = open_as(None, "/")
    sign_in(page, "max")
    page.get_by_role("button", name=re.compile("Max Weber")).click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_label("User name")).to_be_visible()
    page.goto(page.url.partition("/sign-in")[0] + "/customers")
    expect(page.get_by_label("User name")).to_be_visible()


def test_a_session_that_ended_elsewhere_ends_here(open_as: Open) -> None:
    page = open_as(None, "/")
    sign_in(page, "max")
    expect(page.get_by_role("heading", name="Your calls today")).to_be_visible()
    page.context.clear_cookies()
    ended = page.get_by_label("User name")  # already, where the page asked for something of itself
    page.get_by_role("link", name="Customers").or_(ended).first.click()
    expect(ended).to_be_visible()
