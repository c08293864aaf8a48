"""What the tests of the browser say: windows of people, and what is looked at in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, StorageState, expect

from tests.browser.server import PEOPLE, Client, Server, running
from tests.needs import missing

DESKTOP, PHONE = (1440, 900), (390, 844)
WEB = Path(__file__).parents[2] / "ringdesk" / "web"
CLIENT = WEB / "static" / "index.html"
AXE = WEB / "ui" / "node_modules" / "axe-core" / "axe.min.js"
WATCH_CSP = (
    "window.refused = []; addEventListener('securitypolicyviolation', (e) => refused.push(`${e.violatedDirective} ${e.blockedURI}`))"
)
# What the browser itself writes when the server refuses something, which is what some tests are about.
REFUSALS = (
    "Failed to load resource: the server responded with a status of 4",
    "Failed to load resource: net::ERR_",
    "WebSocket connection",
)

expect.set_options(timeout=20_000)  # ms; other tests may have both cores just now


@dataclass(frozen=True, slots=True)
class House:
    server: Server
    clients: dict[str, Client]
    """Signed-in programs, by the user's name."""

    def everybody_free(self) -> None:
        for client in self.clients.values():
            if client.me["presence"] is not None:
                client.ask("PUT", "/me/presence", {"state": "available"})

    def storage(self, name: str) -> StorageState:
        """What a browser in which `name` has signed in keeps."""
        port = int(self.server.url.rpartition(":")[2])
        cookie = self.clients[name].cookie
        hint = {"name": "ringdesk.signed-in", "value": "1"}
        return {
            "cookies": [{"name": "ringdesk_session", "value": cookie, "domain": "127.0.0.1", "path": "/", "httpOnly": True}],
            "origins": [{"origin": f"http://127.0.0.1:{port}", "localStorage": [hint]}],
        }


@contextmanager
def open_house(folder: Path, ami_port: int, secret: str, settings: dict[str, str] | None = None) -> Iterator[House]:
    """A server with its people beside a telephone system, which it has heard of when this gives it."""
    if not CLIENT.is_file():
        missing("the browser client is not built: make install")
    with running(folder, ami_port, secret, settings) as server:
        yield House(server, {person.name: Client(server.url, person.name) for person in PEOPLE})


class Window:
    """One browser window with its own cookies. It remembers every complaint."""

    def __init__(self, browser: Browser, house: House, name: str | None, size: tuple[int, int]) -> None:
        state = house.storage(name) if name else None
        viewport = {"width": size[0], "height": size[1]}
        self.context = browser.new_context(viewport=viewport, storage_state=state, reduced_motion="reduce", color_scheme="light")
        self.context.add_init_script(WATCH_CSP)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"exception: {error}"))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(REFUSALS):
            self.complaints.append(f"{message.type}: {message.text}")

    def close(self) -> list[str]:
        if not self.page.is_closed():
            self.complaints += [f"CSP: {refusal}" for refusal in self.page.evaluate("window.refused ?? []")]
        self.context.close()
        return self.complaints


def findings(page: Page) -> list[str]:
    """What axe finds serious or critical."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    # Without the preload: it puts a style sheet of its own into the page for those in shadow trees, which the page's CSP refuses.
    result: dict[str, Any] = page.evaluate("axe.run(document, { resultTypes: ['violations'], preload: false })")
    return [
        f"{found['id']} ({found['impact']}): {found['help']}\n" + "\n".join(_told(node) for node in found["nodes"][:4])
        for found in result["violations"]
        if found["impact"] in ("serious", "critical")
    ]


def _told(node: dict[str, Any]) -> str:
    why = node["failureSummary"].replace("\n", " ")
    return f"    {node['html'][:160]}\n    {why[:240]}"


def too_wide(page: Page) -> int:
    """Pixels by which the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
