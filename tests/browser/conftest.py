"""A real Chromium in front of a real server, with a PBX that does what the test says.

Playwright is started for this folder alone and not by pytest-playwright's fixtures, which keep it until the end of the run: while it is
on, no other test of the run could use an event loop.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.desk import DESKTOP, House, Window, open_house
from tests.browser.pbx import FakePbx
from tests.needs import missing

CHROMIUM = Path("/usr/bin/chromium")
# As root, without a screen, and without asking the world for anything.
FLAGS = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip
QUEUES = {"support": ["PJSIP/1001", "PJSIP/1002"], "sales": ["PJSIP/1001", "PJSIP/1004"]}


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    found = CHROMIUM if CHROMIUM.is_file() else shutil.which("chromium")
    if not found:
        missing("no Chromium (on Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def fake_pbx() -> Iterator[FakePbx]:
    with FakePbx(QUEUES).running() as pbx:
        yield pbx


@pytest.fixture(scope="package")
def house(fake_pbx: FakePbx, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("house"), fake_pbx.port, "secret") as found:
        yield found


@pytest.fixture
def pbx(fake_pbx: FakePbx, house: House) -> Iterator[FakePbx]:
    """The telephone system. Afterwards nobody is on the line and everybody is free."""
    yield fake_pbx
    fake_pbx.end_all()
    house.everybody_free()


@pytest.fixture
def open_as(chromium: Browser, house: House) -> Iterator[Callable[..., Page]]:
    """Opens a page of Ringdesk as somebody. Whatever the browser complained about fails the test."""
    windows: list[Window] = []

    def open_page(name: str | None, path: str = "/", size: tuple[int, int] = DESKTOP) -> Page:
        windows.append(Window(chromium, house, name, size))
        windows[-1].page.goto(house.server.url + path)
        return windows[-1].page

    yield open_page
    complaints = [complaint for window in windows for complaint in window.close()]
    assert complaints == []
