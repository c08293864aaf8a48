"""Requests that cannot be meant: each gets a problem document with a stable type, and nothing is lost by it."""

import asyncio
import base64
import json
import sqlite3
import zlib
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from yarl import URL

from ringdesk.web.app import MAX_BODY
from tests.house import Running
from tests.incoming import talked

JSON = {"Content-Type": "application/json"}


async def problem(house: Running, method: str, path: str, who: str = "adam", **request: Any) -> tuple[int, str]:
    """Status and type of a refusal. It must be RFC 9457's, and complete."""
    async with house.api(who).request(method, URL(house.url + "/api/v1" + path, encoded=True), **request) as answer:
        text = await answer.text()
        if answer.status < 400:
            return answer.status, ""
        assert answer.content_type == "application/problem+json", text
        body = json.loads(text)
        assert body["status"] == answer.status
        assert body["title"]
        assert body["detail"]
        kind, _, key = body["type"].rpartition(":")
        assert kind == "urn:ringdesk:problem"
        return answer.status, key


def posted(raw: bytes, **headers: str) -> dict[str, Any]:
    return {"data": raw, "headers": {**JSON, **{name.replace("_", "-"): value for name, value in headers.items()}}}


BODIES: tuple[tuple[dict[str, Any], int, str], ...] = (
    (posted(b""), 400, "malformed_json"),
    (posted(b"{"), 400, "malformed_json"),
    (posted(b'{"name": NaN}'), 400, "malformed_json"),
    (posted(b'{"name": Infinity}'), 400, "malformed_json"),
    (posted(b"[" * 100_000), 400, "malformed_json"),
    (posted(b'{"a":' * 50_000), 400, "malformed_json"),
    (posted(b'{"name":"a","owner_id":' + b"9" * 5000 + b"}"), 400, "malformed_json"),
    (posted('{"name":"Аня"}'.encode("utf-16")), 400, "malformed_json"),
    (posted('{"name":"Аня"}'.encode("cp1251")), 400, "malformed_json"),
    (posted(b'\xef\xbb\xbf{"name":"a"}'), 400, "malformed_json"),
    (posted(b"null"), 422, "invalid_request"),
    (posted(b"[]"), 422, "invalid_request"),
    (posted(b'"name"'), 422, "invalid_request"),
    (posted(b'{"name":"a","owner_id":1e999}'), 422, "invalid_request"),
    (posted(b'{"name":"\\ud800"}'), 422, "invalid_request"),
    (posted(b'{"name":"a","surprise":1}'), 422, "invalid_request"),
    (posted(b'{"name":"   "}'), 422, "invalid_request"),
    (posted(b'{"name":"' + b"a" * 300 + b'"}'), 422, "invalid_request"),
    (posted(b'{"name":"a","numbers":[{"number":"no number"}]}'), 422, "not_a_number"),
    (posted(b'{"name":"a","numbers":[{"number":"+380441234567;ext=12345678901234567890"}]}'), 422, "not_a_number"),
    (posted(b'{"name":"a","language":"abc-abcdefgh-abcdefgh"}'), 422, "invalid_request"),
    (posted(b'{"name":"a","owner_id":4711}'), 404, "not_found"),
    (posted(b'{"name":"a","call_id":"pbx-1.1"}'), 404, "not_found"),
    (posted(b'"' + b"a" * MAX_BODY + b'"'), 413, "request_entity_too_large"),
    (posted(zlib.compress(b'{"name":"a"}'), Content_Encoding="deflate"), 415, "unsupported_media_type"),
    (posted(zlib.compress(b" " * (1 << 27)), Content_Encoding="deflate"), 415, "unsupported_media_type"),
    (posted(b"no gzip at all", Content_Encoding="gzip"), 415, "unsupported_media_type"),
    ({"data": b"name=a", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}, 415, "unsupported_media_type"),
    ({"data": b'{"name":"a"}', "headers": {"Content-Type": "text/plain"}}, 415, "unsupported_media_type"),
    ({"data": b'{"name":"a"}', "headers": {"Content-Type": ""}}, 415, "unsupported_media_type"),
)


async def test_bodies_that_cannot_be_meant(house: Running) -> None:
    wrong = []
    for request, status, key in BODIES:
        answered = await problem(house, "POST", "/customers", **request)
        if answered != (status, key):
            wrong.append((str(request)[:80], answered))
    assert wrong == []
    async with house.api("adam").get("/api/v1/customers") as answer:
        assert (await answer.json())["items"] == []


def cursor(*values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


QUERIES = (
    ("/customers?limit=0", 422),
    ("/customers?limit=201", 422),
    ("/customers?limit=x", 422),
    ("/customers?limit=1&limit=2", 422),
    ("/customers?limit=", 200),
    ("/customers?surprise=1", 422),
    ("/customers?sort=salary", 422),
    ("/customers?q=" + "x" * 201, 422),
    ("/customers?q=%00", 200),
    ("/customers?q=abc%00def", 200),
    ("/customers?q=%ff%fe%fd", 200),
    ("/customers?tag=%00", 200),
    ("/customers?phone=%00", 200),
    ("/customers?cursor=x", 422),
    (f"/customers?sort=name&cursor={cursor('a')}", 422),
    (f"/customers?sort=name&cursor={cursor('a', True)}", 422),
    (f"/customers?sort=name&cursor={cursor('a', 2**31)}", 422),
    (f"/customers?sort=name&cursor={cursor(chr(0), 1)}", 422),
    (f"/customers?sort=created_at&cursor={cursor('0001-01-01T00:00:00+14:00', 1)}", 422),
    (f"/customers?sort=created_at&cursor={cursor('2026-01-01T00:00:00', 1)}", 422),
    (f"/customers/duplicates?cursor={cursor(chr(0))}", 422),
    (f"/audit?cursor={cursor(2**63 - 1)}", 422),
    ("/customers/0", 422),
    ("/customers/2147483648", 422),
    ("/customers/1.5", 422),
    ("/customers/%D9%A1", 422),
    ("/customers/abc", 422),
    ("/calls?from=yesterday", 422),
    ("/calls?from=2026-01-01T00:00:00", 422),
    ("/calls?from=0001-01-01T00:00:00%2B14:00", 422),
    ("/calls?to=9999-12-31T23:59:59-14:00", 422),
    ("/calls?queue=%00", 200),
    ("/calls?number=%00", 200),
    ("/calls?since=2026-01-01T00:00:00Z", 422),
    ("/agents/1/presence?until=0001-01-01T00:00:00Z", 422),
    ("/calls/%00", 422),
    ("/calls/a%0d%0ab", 422),
    ("/nothing%0Ahere", 404),
)


async def test_queries_and_paths_that_cannot_be_meant(house: Running) -> None:
    wrong = []
    for path, status in QUERIES:
        answered, _ = await problem(house, "GET", path)
        if answered != status:
            wrong.append((path, answered))
    assert wrong == []


async def test_text_that_no_database_could_hold_is_kept_as_well_as_can_be(house: Running) -> None:
    body = {
        "name": "a\x00b",
        "external_id": "\x00",
        "company": "c\x00",
        "tags": ["\x00", "\ufffd", "\x00"],
        "emails": [{"email": "a\x00@b.c", "kind": "\x00"}],
        "notes": "n\x00",
    }
    async with house.api("adam").post("/api/v1/customers", json=body) as answer:
        assert answer.status == 201, await answer.text()
        made = await answer.json()
    assert (made["name"], made["tags"], made["notes"]) == ("a\ufffdb", ["\ufffd"], "n\ufffd")
    async with house.api("adam").get("/api/v1/customers", params={"q": "a\x00b"}) as answer:
        assert [c["id"] for c in (await answer.json())["items"]] == [made["id"]]


@pytest.mark.parametrize("header", [b"Cookie: ringdesk_session=\xff\xfe", b"Authorization: Bearer \xff\xfe", b"Authorization: Basic eDp4"])
async def test_bytes_that_are_no_text_in_headers_are_a_wrong_login(small_house: Running, header: bytes) -> None:
    host, port = small_house.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET /api/v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + header + b"\r\n\r\n")
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 401 ")


async def test_a_method_that_an_address_does_not_take_is_told_so(small_house: Running) -> None:
    for method, path, allowed in (
        ("DELETE", "/customers", {"GET", "POST"}),
        ("PUT", "/calls", {"GET", "POST"}),
        ("POST", "/customers/7", {"GET", "PUT", "DELETE"}),
        ("HEAD", "/me", {"GET"}),
    ):
        async with small_house.api("adam").request(method, "/api/v1" + path) as answer:
            assert answer.status == 405, path
            assert set(answer.headers["Allow"].split(",")) == allowed
    assert await problem(small_house, "DELETE", "/customers") == (405, "method_not_allowed")
    assert await problem(small_house, "DELETE", "/nothing") == (404, "not_found")


async def test_what_goes_to_the_pbx_is_one_line(small_house: Running) -> None:
    call = await talked(small_house, "1001")
    for text in ("a\r\nAction: Originate", "a\nb", "a\x00", "a\x1b[31m", "a\u2028b", "a\x85b"):
        paused = {"json": {"state": "paused", "reason": text}}
        assert await problem(small_house, "PUT", "/me/presence", "anna", **paused) == (422, "invalid_request"), text
        for body in ({"name": text}, {"name": "x", "queues": [text]}):
            assert await problem(small_house, "POST", "/teams", json=body) == (422, "invalid_request"), text
        for body in ({"username": "x", "display_name": text}, {"username": "x", "interface": f"PJSIP/{text}"}, {"username": text}):
            status, key = await problem(small_house, "POST", "/users", json={"roles": ["agent"], **body})
            assert (status, key) in ((422, "invalid_request"), (422, "bad_name")), body
        for to in (text, "1001,1", "1001&PJSIP/1", "${EVIL}", "a b"):
            assert await problem(small_house, "POST", "/calls", "anna", json={"to": to}) == (422, "not_a_number"), to
            status, _ = await problem(small_house, "POST", f"/calls/{call}/transfer", "anna", json={"to": to})
            assert status == 409, "the call is over"
    shown = small_house.house.floor.shown(small_house.ids["anna"])
    assert shown is not None
    assert shown.state.value != "paused"


async def test_a_database_that_is_away_is_told_as_such(small_house: Running, sqlite_url: str) -> None:
    """Somebody else holds its lock, for longer than a request waits."""
    assert (await problem(small_house, "GET", "/customers"))[0] == 200
    engine = small_house.house.db.engine
    await engine.dispose()
    event.listen(engine.sync_engine, "connect", lambda connection, _record: connection.execute("PRAGMA busy_timeout=50"))
    holder = sqlite3.connect(Path(sqlite_url.removeprefix("sqlite:///")), isolation_level=None, check_same_thread=False)
    await asyncio.to_thread(holder.execute, "BEGIN IMMEDIATE")  # the house may be writing just now, and ends that in its loop
    assert await problem(small_house, "POST", "/customers", json={"name": "x"}) == (503, "database_unavailable")
    assert (await problem(small_house, "GET", "/customers"))[0] == 200, "reading goes on"
    holder.execute("ROLLBACK")
    holder.close()
    assert (await problem(small_house, "POST", "/customers", json={"name": "x"}))[0] == 201
