"""The customers, from the first to the merged."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.desk import House

Open = Callable[..., Page]


def test_a_customer_is_made_found_changed_and_deleted(open_as: Open) -> None:
    page = open_as("uma", "/customers")
    page.get_by_role("link", name="New customer").click()
    page.get_by_role("button", name="Create customer").click()
    expect(page.get_by_text("Enter a name")).to_be_visible()
    page.get_by_label("Name").fill("Yevhen Marchuk")
    page.get_by_label("Number 1").fill("not a number")
    page.get_by_role("button", name="Add an e-mail").click()
    page.get_by_label("E-mail 1").fill("yevhen@example")
    page.get_by_role("button", name="Create customer").click()
    expect(page.get_by_text("Is not an e-mail address")).to_be_visible()
    page.get_by_label("E-mail 1").fill("yevhen@example.com")
    page.get_by_role("button", name="Create customer").click()
    expect(page.get_by_text("This is not a phone number.")).to_be_visible()
    page.get_by_label("Number 1").fill("020 7946 0321")
    page.get_by_role("combobox", name="Tags").fill("roaster")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Create customer").click()

    expect(page.get_by_role("heading", name="Yevhen Marchuk")).to_be_visible()
    expect(page.get_by_text("020 7946 0321")).to_be_visible()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Company", exact=True).last.fill("Marchuk & Sons")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Person · Marchuk & Sons")).to_be_visible()

    page.get_by_role("link", name="Customers").click()
    for search in ("marchuk", "0321", "#roaster", "yevhen@exam"):
        page.get_by_role("searchbox", name="Search customers").fill(search)
        expect(page).to_have_url(re.compile("q="))
        expect(page.get_by_role("link", name="Yevhen Marchuk")).to_be_visible()
    page.get_by_role("searchbox", name="Search customers").fill("")
    page.get_by_role("button", name="Only with tag roaster").click()
    expect(page).to_have_url(re.compile("tag=roaster"))
    page.get_by_role("link", name="Yevhen Marchuk").click()

    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Delete customer").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete customer").click()
    expect(page.get_by_role("heading", name="Customers")).to_be_visible()
    expect(page.get_by_text("Yevhen Marchuk")).to_be_hidden()


def test_notes_are_their_authors(open_as: Open, house: House) -> None:
    anna = house.clients["marta"].ask("POST", "/customers", {"name": "Noted Nora"})
    page = open_as("olena", f"/customers/{anna['id']}")
    page.get_by_label("Write a note").fill("Prefers letters")
    page.get_by_role("button", name="Save note").click()
    expect(page.get_by_text("Prefers letters")).to_be_visible()
    page.get_by_role("button", name="What to do with this note").click()
    page.get_by_role("menuitem", name="Edit").click()
    page.get_by_label("Change the note").fill("Prefers telegrams")
    page.get_by_role("button", name="Save note").click()
    expect(page.get_by_text("Prefers telegrams")).to_be_visible()

    other = open_as("max", f"/customers/{anna['id']}")
    expect(other.get_by_text("Prefers telegrams")).to_be_visible()
    expect(other.get_by_role("button", name="What to do with this note")).to_be_hidden()

    page.get_by_role("button", name="What to do with this note").click()
    page.get_by_role("menuitem", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Nothing happened yet")).to_be_visible()


def test_the_list_is_sorted_and_paged_by_the_server(open_as: Open, house: House) -> None:
    for i in range(60):
        house.clients["marta"].ask("POST", "/customers", {"name": f"Paged {i:02}", "tags": ["paged"]})
    page = open_as("olena", "/customers?tag=paged&sort=-name")
    expect(page.get_by_role("link", name="Paged 59")).to_be_visible()
    expect(page.get_by_role("link", name="Paged 00")).to_be_hidden()
    page.get_by_role("button", name="Show more").scroll_into_view_if_needed()
    expect(page.get_by_role("link", name="Paged 00")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^Paged"))).to_have_count(60)


def test_duplicates_are_shown_side_by_side_and_become_one(open_as: Open, house: House) -> None:
    for name, email in (("Twin One", "one@example.com"), ("Twin Two", "two@example.com")):
        draft = {"name": name, "numbers": [{"number": "+48221234567"}], "emails": [{"email": email}]}
        house.clients["marta"].ask("POST", "/customers", draft)
    page = open_as("ines", "/customers/duplicates")
    page.get_by_role("button", name=re.compile(r"Compare and merge the customers with \+48")).click()
    page.get_by_role("radio", name=re.compile("Twin Two")).click()
    page.get_by_role("button", name="Merge 2 into one").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_text("Twin One")).to_be_hidden()
    (kept,) = house.clients["marta"].ask("GET", "/customers?phone=%2B48221234567")["items"]
    assert kept["name"] == "Twin Two"
    assert {e["email"] for e in kept["emails"]} == {"one@example.com", "two@example.com"}
