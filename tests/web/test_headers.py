"""What every answer wears (OWASP Secure Headers Project), and what is served as a file."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from yarl import URL

from ringdesk.web import app
from tests.house import Running

EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A browser client as the build leaves it, and a secret beside it."""
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text(f'<html><style nonce="{app.NONCE}"></style></html>')
    (static / "assets" / "app-1a2b.js").write_text("1")
    (static / "favicon.svg").write_text("<svg/>")
    (tmp_path / "secret.txt").write_text("secret")
    (static / "link.txt").symlink_to(tmp_path / "secret.txt")
    monkeypatch.setattr(app, "STATIC", static)
    return static


KINDS: tuple[tuple[str, str, int, dict[str, Any]], ...] = (
    ("GET", "/api/v1/me", 200, {}),
    ("GET", "/api/v1/openapi.json", 200, {}),
    ("GET", "/api/v1/nothing", 404, {}),
    ("GET", "/api/v1/customers/1", 404, {}),
    ("DELETE", "/api/v1/me", 405, {}),
    ("POST", "/api/v1/customers", 422, {"json": {}}),
    ("POST", "/api/v1/customers", 415, {"data": b"x"}),
    ("POST", "/api/v1/customers", 417, {"json": {}, "headers": {"Expect": "the unexpected"}}),
    ("POST", "/api/v1/tokens", 201, {"json": {"label": "x"}}),
    ("GET", "/metrics", 403, {}),
    ("GET", "/healthz", 200, {}),
    ("GET", "/readyz", 503, {}),
    ("GET", "/", 200, {}),
    ("GET", "/customers/17", 200, {}),
    ("GET", "/assets/app-1a2b.js", 200, {}),
    ("GET", "/assets/nothing.js", 404, {}),
    ("GET", "/favicon.svg", 200, {}),
    ("POST", "/", 405, {}),
    ("GET", "/socket.io/?EIO=4&transport=polling", 200, {}),
    ("GET", "/socket.io/?EIO=4&transport=polling&sid=nobody", 400, {}),
)


@pytest.mark.usefixtures("built")
async def test_every_kind_of_answer_is_dressed(small_house: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    api = small_house.api("anna")
    for method, path, status, request in KINDS:
        async with api.request(method, path, **request) as answer:
            assert answer.status == status, (method, path, await answer.text())
            assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED, (method, path)
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
            assert "Server" not in answer.headers, "no word of versions"
            assert "microphone=(self)" in answer.headers["Permissions-Policy"]

    def broken(*_arguments: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(small_house.house.floor, "shown", broken)
    async with api.get("/api/v1/me") as answer:
        assert answer.status == 500
        assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED
        assert "fault of ours" not in await answer.text()
        assert re.fullmatch("[0-9a-f]{12}", (await answer.json())["incident"])


@pytest.mark.usefixtures("built")
async def test_the_policy_lets_nothing_in_from_elsewhere_and_no_inline_script(small_house: Running) -> None:
    nonces = set()
    for _ in range(3):
        async with small_house.api().get("/") as answer:
            policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";"))
            page = await answer.text()
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == "'self'"
        assert policy["base-uri"] == "'none'"
        assert policy["form-action"] == "'self'"
        assert not any(word in " ".join(policy.values()) for word in ("unsafe", "http:", "https:", "*"))
        (nonce,) = re.findall(r"'nonce-([^']+)'", policy["style-src"])
        assert f'nonce="{nonce}"' in page
        nonces.add(nonce)
    assert len(nonces) == 3, "a nonce that is used twice is none"


@pytest.mark.usefixtures("built")
async def test_only_built_files_are_kept_by_browsers(small_house: Running) -> None:
    api = small_house.api("anna")
    for path, kept in (
        ("/assets/app-1a2b.js", "public, max-age=31536000, immutable"),
        ("/favicon.svg", "public, max-age=3600"),
        ("/", "no-store"),
        ("/index.html", "no-store"),
        ("/api/v1/me", "no-store"),
        ("/api/v1/customers", "no-store"),
    ):
        async with api.get(path) as answer:
            assert answer.headers["Cache-Control"] == kept, path


PATHS = (
    "/../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/assets/%2e%2e/%2e%2e/secret.txt",
    "/..%5csecret.txt",
    "//secret.txt",
    "/%2fetc%2fpasswd",
    "/link.txt",
    "/%00",
    "/favicon.svg%00.js",
    "/" + "a" * 300,
    "/" + "a/" * 2000,
    "/%ff%fe",
    "/~root",
    "/.git/config",
)


@pytest.mark.usefixtures("built")
async def test_no_path_leads_out_of_the_built_files(small_house: Running) -> None:
    for path in PATHS:
        async with small_house.api().get(URL(small_house.url + path, encoded=True)) as answer:
            text = await answer.text()
            assert answer.status in (200, 404), path
            assert "secret" not in text.replace("secret.txt", ""), path
            assert "root:" not in text, path
            assert answer.status == 404 or text.startswith("<html>"), "the single page's own address"


async def test_without_the_built_client_the_page_says_what_to_do(
    small_house: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "STATIC", tmp_path / "nowhere")
    async with small_house.api().get("/") as answer:
        assert (answer.status, "make install" in await answer.text()) == (404, True)


async def test_no_other_site_may_read_the_api(small_house: Running) -> None:
    for method in ("GET", "OPTIONS"):
        headers = {"Origin": "http://evil.example", "Access-Control-Request-Method": "PUT"}
        async with small_house.api("anna").request(method, "/api/v1/me", headers=headers) as answer:
            assert not any(name.lower().startswith("access-control") for name in answer.headers)


NO_HTTP = (
    b"G@T / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"\x16\x03\x01\x02\x00",  # TLS to a plain port
    b"GET / HTTP/1.1\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
    b"\n" * 500,
)


async def test_what_is_no_http_is_refused_and_the_server_lives(small_house: Running) -> None:
    host, port = small_house.url.removeprefix("http://").split(":")
    for sent in NO_HTTP:
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(sent)
        writer.write_eof()
        async with asyncio.timeout(5):
            heard = await reader.read()
        assert heard == b"" or b" 400 " in heard.partition(b"\r\n")[0]
        writer.close()
    async with small_house.api().get("/healthz") as answer:
        assert answer.status == 200
