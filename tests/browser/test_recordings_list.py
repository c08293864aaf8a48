"""Recordings beside the player: how they come into the list and find their call, pausing a running one, and their policies."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import QUEUES
from tests.browser.desk import House, open_house
from tests.browser.pbx import FakePbx
from tests.browser.recorded import MODEL, send_in

Open = Callable[..., Page]
NINA = "+442079460077"


@pytest.fixture(scope="module")
def fake_pbx() -> Iterator[FakePbx]:
    with FakePbx(QUEUES).running() as pbx:
        yield pbx


@pytest.fixture(scope="module")
def house(fake_pbx: FakePbx, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("recorded"), fake_pbx.port, "secret", {"RINGDESK_VOSK_MODEL": str(MODEL)}) as found:
        found.clients["marta"].ask("POST", "/customers", {"name": "Nina Alone", "numbers": [{"number": NINA}]})
        yield found


def test_a_recording_without_a_call_gets_one(open_as: Open, house: House, fake_pbx: FakePbx) -> None:
    fake_pbx.call(NINA, "support").ring("1001").abandon()
    alone = send_in(house.clients["root"], "call2_angry", None, seconds=10, started_at="2020-01-02T10:00:00Z")
    page = open_as("marta", "/recordings")
    page.get_by_text("Without a call", exact=True).first.click()
    row = page.get_by_role("row").filter(has_text="call2_angry.wav")
    expect(row).to_be_visible()
    row.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Attach to a call").click()
    dialog = page.get_by_role("dialog", name="Whose call is it?")
    expect(dialog.get_by_text("No call found")).to_be_visible()
    dialog.get_by_role("combobox", name="Calls around that time").click()
    page.get_by_role("option", name="Any time").click()
    dialog.get_by_role("radio", name="Nina Alone").first.check()
    dialog.get_by_role("button", name="Attach").click()
    expect(dialog).to_be_hidden()
    expect(row).to_have_count(0)

    page.goto(page.url.partition("/recordings")[0] + f"/recordings/{alone['id']}")
    expect(page.get_by_role("heading", name="Nina Alone")).to_be_visible()
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Legal hold").click()
    page.get_by_label("Why").fill("Complaint 118")
    page.get_by_role("dialog").get_by_role("button", name="Legal hold").click()
    expect(page.get_by_text("Legal hold: Complaint 118")).to_be_visible()
    page.get_by_role("button", name="More actions").click()
    expect(page.get_by_role("menuitem", name="Delete")).to_be_disabled()
    page.get_by_role("menuitem", name="Lift the legal hold").click()
    expect(page.get_by_text("Legal hold: Complaint 118")).to_have_count(0)
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="Recordings")).to_be_visible()
    with pytest.raises(RuntimeError, match="404"):
        house.clients["marta"].ask("GET", f"/recordings/{alone['id']}")


def test_a_new_recording_comes_into_the_list_and_goes_its_way(open_as: Open, house: House, fake_pbx: FakePbx) -> None:
    page = open_as("max", "/recordings")
    expect(page.get_by_text("No recordings yet")).to_be_visible()
    call = fake_pbx.call(NINA, "support").ring("1002").answer("1002")
    call.hang_up()
    send_in(house.clients["root"], "call2_angry", call.caller.linkedid, seconds=11)
    row = page.get_by_role("row").filter(has_text="Nina Alone")
    expect(row).to_be_visible()
    expect(row.get_by_text(re.compile("^(Transcribed|Scored)$"))).to_be_visible(timeout=90_000)
    row.get_by_role("link", name="Open the recording with Nina Alone").click()
    expect(page.get_by_role("slider", name="Position")).to_be_visible()
    expect(page.get_by_test_id("transcript").get_by_role("listitem").first).to_be_visible()


def test_the_recording_is_paused_and_resumed_by_a_key(open_as: Open, pbx: FakePbx) -> None:
    page = open_as("olena")
    pbx.call(NINA, "support").ring("1001").answer("1001")
    expect(page.get_by_role("button", name="Pause recording")).to_be_visible()
    page.keyboard.press("o")
    expect(page.get_by_text("Recording paused")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Recording paused")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page.get_by_role("link", name=re.compile("Recording paused"))).to_be_visible()
    page.keyboard.press("c")
    page.get_by_role("button", name="Resume recording").click()
    expect(page.get_by_text("Recording paused")).to_have_count(0)
    mutes = [action["State"] for action in pbx.actions if action.get("Action") == "MixMonitorMute"]
    assert (mutes[0], mutes[-1]) == ("1", "0")


def test_a_policy_is_made_changed_and_removed(open_as: Open) -> None:
    page = open_as("marta", "/admin/recordings")
    page.get_by_role("button", name="New policy").click()
    form = page.get_by_role("dialog", name="New policy")
    form.get_by_role("button", name="Create policy").click()
    expect(form.get_by_text("Choose a queue, or enter a number")).to_be_visible()
    form.get_by_label("Called number").fill("+442071838750")
    form.get_by_label("Keep for days").fill("90")
    form.get_by_label("Also mask").fill("pin (")
    form.get_by_label("Also mask").press("Enter")
    form.get_by_role("button", name="Create policy").click()
    expect(form.get_by_role("alert")).to_be_visible()
    form.get_by_label("Also mask").press("Backspace")
    form.get_by_role("button", name="Create policy").click()
    expect(form).to_be_hidden()
    row = page.get_by_role("row").filter(has_text="+442071838750")
    expect(row.get_by_text("90 days")).to_be_visible()
    row.get_by_role("button", name=re.compile("^Remove")).click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(row).to_have_count(0)
