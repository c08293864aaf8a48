"""Every page, light and dark, on a desk and in a hand: nothing serious for axe, nothing clipped, nothing refused, nothing complained of."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import DESKTOP, PHONE, House, findings, too_wide
from tests.browser.pbx import FakePbx

Open = Callable[..., Page]
# Colours that change on their way from one scheme to the other are neither; two frames later the last style is computed.
SETTLED = """async (wanted) => {
    if (document.documentElement.dataset.mantineColorScheme !== wanted) return false;
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    return document.getAnimations().every((one) => one.playState !== "running");
}"""

PAGES = {
    "desk": ("/", "Your calls today"),
    "customers": ("/customers", "Harbour Bakery"),
    "new customer": ("/customers/new", "Create customer"),
    "customer": ("/customers/{customer}", "Pays within 14 days"),
    "edit customer": ("/customers/{customer}/edit", "Addresses"),
    "duplicates": ("/customers/duplicates", "Compare and merge"),
    "calls": ("/calls", "Abandoned"),
    "call": ("/calls/{call}", "Came in on"),
    "call beside the list": ("/calls?open={call}", "Came in on"),
    "call-backs": ("/callbacks", "Call back"),
    "recordings": ("/recordings", "No recordings yet"),
    "no such recording": ("/recordings/999", "There is no such recording"),
    "floor": ("/floor", "longest wait"),
    "search in calls": ("/search/said", "Find what was said"),
    "reviews": ("/quality/reviews", "Nothing to review"),
    "agreement": ("/quality/agreement", "Nothing to compare yet"),
    "scores": ("/quality/scores", "No scores in this time"),
    "trends": ("/quality/trends", "No topics yet"),
    "phrases": ("/quality/trends?view=phrases", "No phrases yet"),
    "topics": ("/quality/trends?view=topics", "New topic"),
    "scorecards": ("/quality/scorecards", "No scorecards yet"),
    "new scorecard": ("/quality/scorecards/new", "Add a section"),
    "users": ("/admin/users", "Olena Bondar"),
    "teams": ("/admin/teams", "Coffee"),
    "recording settings": ("/admin/recordings", "There is no speech model"),
    "system": ("/admin/system", "Telephone system"),
    "audit": ("/admin/audit", "Created"),
    "profile": ("/profile", "Tokens for programs"),
    "nowhere": ("/nowhere", "There is no such page"),
}


@pytest.fixture(scope="module")
def some_work(house: House, fake_pbx: FakePbx) -> Iterator[dict[str, str]]:
    """Something to see on every page."""
    marta, root = house.clients["marta"], house.clients["root"]
    draft = {
        "name": "Harbour Bakery",
        "kind": "company",
        "language": "en",
        "tags": ["wholesale", "a tag that goes on for rather long"],
        "notes": "Pays within 14 days",
        "owner_id": marta.me["id"],
        "numbers": [{"number": "+442079460018"}, {"number": "+442079460019", "kind": "mobile"}],
        "emails": [{"email": "a.rather.long.address.of.somebody@harbour-bakery.example"}],
        "addresses": [{"text": "12 Quay Street, Bristol"}],
    }
    customer = marta.ask("POST", "/customers", draft)
    marta.ask("POST", "/customers", {"name": "Liam O’Connor", "numbers": [{"number": "+442079460018"}]})
    root.ask("POST", "/teams", {"name": "Coffee", "members": [house.clients["olena"].me["id"]], "queues": ["support"]})
    house.clients["olena"].ask("POST", "/tokens", {"label": "Nightly export"})
    call = fake_pbx.call("+442079460019", "sales", "HARBOUR")
    call.ring("1004").answer("1004").hang_up()
    fake_pbx.call("+4930901820", "sales").ring("1004").abandon()
    marta.ask("POST", f"/customers/{customer['id']}/notes", {"body": "Asked for the new price list"})
    house.everybody_free()
    yield {"customer": str(customer["id"]), "call": f"pbx-{call.caller.linkedid}"}
    fake_pbx.end_all()


def look(page: Page, name: str) -> list[str]:
    """Everything wrong with the page as it is, in both colour schemes and at both sizes."""
    wrong = []
    for size in (DESKTOP, PHONE):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_function(SETTLED, arg=scheme)
            wrong += [f"{name}, {scheme}, {size[0]} px: {finding}" for finding in findings(page)]
        if (pixels := too_wide(page)) > 0:
            wrong.append(f"{name}, {size[0]} px: {pixels} px too wide")
    return wrong


@pytest.mark.parametrize("name", PAGES)
def test_page(open_as: Open, some_work: dict[str, str], name: str) -> None:
    path, sign = PAGES[name]
    page = open_as("uma", path.format(**some_work))
    expect(page.get_by_text(sign).first).to_be_visible()
    wrong = look(page, name)
    assert not wrong, "\n".join(wrong)


def test_sign_in_page(open_as: Open) -> None:
    page = open_as(None, "/sign-in")
    expect(page.get_by_label("User name")).to_be_visible()
    wrong = look(page, "sign-in")
    assert not wrong, "\n".join(wrong)


def test_no_access_page(open_as: Open) -> None:
    page = open_as("olena", "/admin/users")
    expect(page.get_by_text("not for your role")).to_be_visible()
    wrong = look(page, "no access")
    assert not wrong, "\n".join(wrong)


def test_the_card_in_its_states(open_as: Open, some_work: dict[str, str], pbx: FakePbx) -> None:
    page = open_as("uma")
    expect(page.get_by_role("heading", name="Your calls today")).to_be_visible()
    call = pbx.call("+442079460019", "sales").ring("1004")
    expect(page.get_by_role("heading", name="Harbour Bakery")).to_be_visible()
    wrong = look(page, "ringing")
    call.answer("1004")
    second = pbx.call("+442079460018", "sales").ring("1004")
    page.get_by_role("tab", name="020 7946 0018").click()
    expect(page.get_by_text("2 customers have this number")).to_be_visible()
    wrong += look(page, "call waiting and chooser")
    second.abandon()
    page.get_by_role("button", name="Transfer").click()
    expect(page.get_by_role("option", name="Olena Bondar")).to_be_visible()
    wrong += look(page, "transfer")
    page.get_by_role("button", name="Cancel").click()
    call.hang_up()
    expect(page.get_by_role("button", name="Done")).to_be_visible()
    wrong += look(page, "wrap-up")
    page.get_by_role("button", name="Done").click()
    pbx.call("+34611222333", "sales", "Lucía Ortega").ring("1004")
    expect(page.get_by_role("button", name="Create customer")).to_be_visible()
    wrong += look(page, "unknown caller")
    assert not wrong, "\n".join(wrong)


def test_what_opens_over_a_page(open_as: Open, some_work: dict[str, str]) -> None:
    page = open_as("uma")
    expect(page.get_by_role("heading", name="Your calls today")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    wrong = look(page, "help")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(page.get_by_placeholder("Name, number, e-mail, #tag, or a page")).to_be_focused()
    wrong += look(page, "search")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("p")
    expect(page.get_by_role("menuitem", name="Lunch")).to_be_visible()
    wrong += look(page, "presence")
    assert not wrong, "\n".join(wrong)


OPENED = {
    "user": ("/admin/users", "New user", "Login name"),
    "team": ("/admin/teams", "New team", "Members"),
    "merge": ("/customers/duplicates", "Compare and merge", "Choose whose name stays"),
    "policy": ("/admin/recordings", "New policy", "Keep for days"),
}


@pytest.mark.parametrize("name", OPENED)
def test_what_a_button_opens(open_as: Open, some_work: dict[str, str], name: str) -> None:
    path, button, sign = OPENED[name]
    page = open_as("uma", path)
    page.get_by_role("button", name=button).first.click()
    expect(page.get_by_role("dialog").get_by_text(sign).first).to_be_visible()
    wrong = look(page, name)
    assert not wrong, "\n".join(wrong)
