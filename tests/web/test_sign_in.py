"""Signing in and out as browsers do it: cookies, CSRF, the brake on guessing, and who is let go."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from ringdesk.agents import logins
from ringdesk.agents.models import LoginFailure, Session
from ringdesk.agents.rights import Role
from ringdesk.storage.base import now
from tests.house import PASSWORD, Running, running, settings_for
from tests.web.browsing import Browser, with_password

WRONG = "wrong horse battery"
pytestmark = pytest.mark.usefixtures("quick_hashes")


async def answer_to(house: Running, name: str, password: str, **headers: str) -> tuple[int, dict[str, Any], str | None]:
    async with Browser(house, **headers) as browser:
        body = {"username": name, "password": password}
        async with browser.session.post("/api/v1/session", json=body) as answer:
            return answer.status, await answer.json(), answer.headers.get("Retry-After")


async def pass_time(house: Running, by: timedelta) -> None:
    """The failures counted so far happened this much earlier."""
    async with house.house.db.write() as session:
        for row in (await session.scalars(select(LoginFailure))).all():
            row.last_at -= by


async def test_the_cookie_opens_the_door_and_no_script_can_read_it(small_house: Running) -> None:
    await with_password(small_house, "anna")
    async with Browser(small_house) as browser:
        assert await browser.ask("GET", "/me") == 401
        answer = await browser.sign_in("  ANNA ")
        assert answer.status == 200
        (cookie,) = answer.headers.getall("Set-Cookie")
        value, *flags = cookie.split("; ")
        assert len(value.removeprefix("ringdesk_session=")) >= 43, "256 bits"
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(flags)
        assert "Secure" not in flags
        assert not any(flag.startswith(("Max-Age", "expires")) for flag in flags), "it lives as long as the browser; the server decides"
        assert await browser.ask("GET", "/me") == 200


@pytest.mark.parametrize(("public_url", "secure"), [("https://desk.example.org", True), ("http://desk.example.org", False)])
async def test_behind_https_cookies_are_secure_and_browsers_told_to_stay(sqlite_url: str, public_url: str, secure: bool) -> None:
    async with running(settings_for(sqlite_url, public_url=public_url)) as house:
        await house.add_user("anna", Role.AGENT)
        await with_password(house, "anna")
        async with Browser(house) as browser:
            answer = await browser.sign_in("anna")
            assert answer.status == 200
            assert ("Secure" in answer.headers["Set-Cookie"]) == secure
            assert ("Strict-Transport-Security" in answer.headers) == secure


async def test_every_login_is_a_new_session_and_the_table_knows_only_its_digest(small_house: Running) -> None:
    """Nothing that was in the browser before the login is a key afterwards (session fixation)."""
    await with_password(small_house, "anna")
    async with Browser(small_house) as browser:
        browser.session.cookie_jar.update_cookies({"ringdesk_session": "planted-by-somebody-else"}, browser.session._base_url)  # type: ignore[arg-type]
        await browser.sign_in("anna")
        first = browser.cookie
        assert first != "planted-by-somebody-else"
        await browser.sign_in("anna")
        second = browser.cookie
    async with small_house.house.db.read() as session:
        kept = [row.digest for row in await session.scalars(select(Session))]
    assert kept == [logins.digest(second)], "the login whose cookie was overwritten has ended: nobody could end it any more"
    assert second not in (first, *kept)


async def test_wrong_password_and_unknown_name_are_told_alike(small_house: Running) -> None:
    await with_password(small_house, "anna")
    await small_house.add_user("programs", Role.AGENT)  # no password at all
    await small_house.add_user("left", Role.AGENT)
    await with_password(small_house, "left")
    async with small_house.api("adam").patch(f"/api/v1/users/{small_house.ids['left']}", json={"active": False}) as answer:
        assert answer.status == 200
    answers = [await answer_to(small_house, name, WRONG) for name in ("anna", "nobody", "programs", "\x00", "left")]
    answers.append(await answer_to(small_house, "left", PASSWORD))
    assert all(answer == answers[0] for answer in answers)
    assert answers[0][0] == 401
    assert answers[0][1]["type"] == "urn:ringdesk:problem:wrong_password"


async def test_the_brake_for_a_name_grows_and_lets_go(house: Running) -> None:
    await with_password(house, "anna")
    for _ in range(logins.FREE_TRIES):
        assert (await answer_to(house, "anna", WRONG))[0] == 401
    status, problem, wait = await answer_to(house, "anna", PASSWORD)
    assert (status, problem["type"]) == (429, "urn:ringdesk:problem:too_many_logins"), "the right password does not help now"
    assert wait is not None
    assert 1 <= int(wait) <= logins.FIRST_WAIT
    assert problem["facts"] == {"retry_after": int(wait)}
    waits = []
    for _ in range(9):
        await pass_time(house, timedelta(seconds=logins.LONGEST_WAIT))
        assert (await answer_to(house, "anna", WRONG))[0] == 401, "one more try after the wait"
        waits.append(int((await answer_to(house, "anna", WRONG))[2] or 0))
    assert waits == sorted(waits)
    assert waits[0] < 2.1 * logins.FIRST_WAIT
    assert waits[-1] <= logins.LONGEST_WAIT, "a colleague is not locked out for a day"
    await pass_time(house, timedelta(seconds=logins.LONGEST_WAIT))
    assert (await answer_to(house, "anna", PASSWORD))[0] == 200
    assert (await answer_to(house, "anna", WRONG))[0] == 401, "and begins anew with all free tries"


async def test_tries_at_the_same_moment_count_like_tries_one_by_one(house: Running) -> None:
    await with_password(house, "anna")
    answers = await asyncio.gather(*(answer_to(house, "anna", f"{WRONG} {i}") for i in range(25)))
    statuses = sorted(status for status, _, _ in answers)
    assert statuses == [401] * logins.FREE_TRIES + [429] * (25 - logins.FREE_TRIES)


async def test_the_brake_for_an_address_is_for_all_names_and_for_that_address(sqlite_url: str) -> None:
    async with running(settings_for(sqlite_url, public_url="http://desk.example.org")) as house:
        await house.add_user("anna", Role.AGENT)
        await with_password(house, "anna")
        attacker, office = {"X-Forwarded-For": "198.51.100.7"}, {"X-Forwarded-For": "203.0.113.9"}
        tries = [answer_to(house, f"name{i}", WRONG, **attacker) for i in range(logins.ADDRESS_TRIES)]
        assert {status for status, _, _ in await asyncio.gather(*tries)} == {401}
        assert (await answer_to(house, "anna", PASSWORD, **attacker))[0] == 429
        assert (await answer_to(house, "anna", PASSWORD, **office))[0] == 200
        spoofed = {"X-Forwarded-For": "192.0.2.1, 198.51.100.7"}  # what the attacker says of itself stands before what the proxy saw
        assert (await answer_to(house, "anna", PASSWORD, **spoofed))[0] == 429


async def test_a_proxy_that_adds_a_header_of_its_own_is_believed_and_not_the_client(sqlite_url: str) -> None:
    async with running(settings_for(sqlite_url, public_url="http://desk.example.org")) as house:
        await house.add_user("anna", Role.AGENT)
        await with_password(house, "anna")
        async with Browser(house) as browser:
            headers = [("X-Forwarded-For", "192.0.2.1"), ("X-Forwarded-For", "198.51.100.7")]
            async with browser.session.post("/api/v1/session", json={"username": "anna", "password": PASSWORD}, headers=headers) as answer:
                assert answer.status == 200
        async with house.house.db.read() as session:
            (row,) = await session.scalars(select(Session))
        assert row.address == "198.51.100.7"


async def test_nobody_chooses_their_address_without_a_proxy(small_house: Running) -> None:
    await with_password(small_house, "anna")
    assert (await answer_to(small_house, "anna", PASSWORD, **{"X-Forwarded-For": "192.0.2.1"}))[0] == 200
    async with small_house.house.db.read() as session:
        (row,) = await session.scalars(select(Session))
    assert row.address == "127.0.0.1"


async def test_a_session_ends_by_its_last_use(house: Running) -> None:
    await with_password(house, "anna")
    async with Browser(house) as browser:
        await browser.sign_in("anna")

        async def unused_for(hours: float) -> None:
            async with house.house.db.write() as session:
                seen = {"seen_at": now() - timedelta(hours=hours), "created_at": now() - timedelta(hours=90)}
                await session.execute(update(Session).values(**seen))

        for _ in range(3):  # use keeps it, however old it is
            await unused_for(11.9)
            assert await browser.ask("GET", "/me") == 200
        await unused_for(12.1)
        assert await browser.ask("GET", "/me") == 401
        async with house.house.db.write() as session:
            await logins.tidy(session, timedelta(hours=12))
        async with house.house.db.read() as session:
            assert (await session.scalars(select(Session))).all() == []


async def test_signing_out_ends_the_session_for_whoever_kept_the_cookie(small_house: Running) -> None:
    await with_password(small_house, "anna")
    async with Browser(small_house) as browser, Browser(small_house) as thief:
        await browser.sign_in("anna")
        thief.session.cookie_jar.update_cookies({"ringdesk_session": browser.cookie}, browser.session._base_url)  # type: ignore[arg-type]
        assert await thief.ask("GET", "/me") == 200
        assert await browser.ask("DELETE", "/session") == 204
        assert await thief.ask("GET", "/me") == 401


async def changes_password(browser: Browser, _house: Running) -> None:
    assert await browser.ask("PUT", "/me/password", current=PASSWORD, new="another horse battery") == 204


async def gets_one(_browser: Browser, house: Running) -> None:
    async with house.api("adam").put(f"/api/v1/users/{house.ids['anna']}/password", json={"password": "another horse"}) as answer:
        assert answer.status == 204


async def is_deactivated(_browser: Browser, house: Running) -> None:
    async with house.api("adam").patch(f"/api/v1/users/{house.ids['anna']}", json={"active": False}) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(("what", "stays"), [(changes_password, True), (gets_one, False), (is_deactivated, False)])
async def test_other_logins_end_with_a_new_password_and_all_with_the_account(
    small_house: Running, what: Callable[[Browser, Running], Awaitable[None]], stays: bool
) -> None:
    await with_password(small_house, "anna")
    async with Browser(small_house) as mine, Browser(small_house) as elsewhere:
        for browser in (mine, elsewhere):
            await browser.sign_in("anna")
        async with mine.session.post("/api/v1/tokens", json={"label": "x"}, headers={"X-CSRF-Token": mine.csrf}) as answer:
            small_house.tokens["anna"] = (await answer.json())["token"]
        await what(mine, small_house)
        assert await mine.ask("GET", "/me") == (200 if stays else 401)
        assert await elsewhere.ask("GET", "/me") == 401
        async with small_house.api("anna").get("/api/v1/me") as answer:
            assert answer.status == 401, "the token ended too"


async def test_the_current_password_cannot_be_guessed_with_a_stolen_cookie(small_house: Running) -> None:
    await with_password(small_house, "anna")
    async with Browser(small_house) as thief:
        await thief.sign_in("anna")
        tries = [await thief.ask("PUT", "/me/password", current=f"{WRONG}{i}", new="mine mine mine") for i in range(logins.FREE_TRIES + 1)]
        assert tries == [401] * logins.FREE_TRIES + [429]
        assert await thief.ask("PUT", "/me/password", current=PASSWORD, new="mine mine mine") == 429


async def test_weak_passwords_are_refused(small_house: Running) -> None:
    await with_password(small_house, "anna")
    async with Browser(small_house) as browser:
        await browser.sign_in("anna")
        for weak in ("short", "x" * 257, ""):
            assert await browser.ask("PUT", "/me/password", current=PASSWORD, new=weak) == 422
    body = {"username": "tenletters", "roles": ["agent"], "password": "TenLetters"}
    async with small_house.api("adam").post("/api/v1/users", json=body) as answer:
        assert (await answer.json())["type"] == "urn:ringdesk:problem:weak_password", "the login name itself"


@pytest.mark.parametrize("sent", [{}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "wrong"}, {"X-CSRF-Token": "ключ"}])
async def test_a_change_needs_the_token_of_its_own_session(small_house: Running, sent: dict[str, str]) -> None:
    await with_password(small_house, "anna")
    await with_password(small_house, "olga")
    async with Browser(small_house) as browser, Browser(small_house) as other:
        await browser.sign_in("anna")
        await other.sign_in("olga")
        for headers in (sent, {"X-CSRF-Token": other.csrf}):
            for method, path in (("POST", "/customers"), ("DELETE", "/session"), ("PUT", "/me/presence")):
                async with browser.session.request(method, f"/api/v1{path}", json={"name": "x"}, headers=headers) as answer:
                    assert answer.status == 403
                    assert (await answer.json())["type"] == "urn:ringdesk:problem:csrf"
        assert await browser.ask("POST", "/customers", name="x") == 201
        async with browser.session.get("/api/v1/me") as answer:
            assert (await answer.json())["csrf"] == browser.csrf, "a page that was loaded anew finds it again"


async def test_another_sites_page_cannot_sign_anybody_in(small_house: Running) -> None:
    """Login CSRF: the victim would work in the attacker's account."""
    await with_password(small_house, "anna")
    for headers, status in (
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": small_house.url, "Sec-Fetch-Site": "same-origin"}, 200),
    ):
        assert (await answer_to(small_house, "anna", PASSWORD, **headers))[0] == status, headers
    async with Browser(small_house) as browser:
        form = {"username": "anna", "password": PASSWORD}
        async with browser.session.post("/api/v1/session", data=form) as answer:
            assert answer.status == 415, "a form of another page could be sent without asking"


async def test_tokens_are_shown_once_and_used_without_csrf(small_house: Running) -> None:
    async with small_house.api("anna").post("/api/v1/tokens", json={"label": "Wallboard"}) as answer:
        made = await answer.json()
    assert made["token"].startswith("rd_")
    small_house.tokens["anna"] = made["token"]
    async with small_house.api("anna").get("/api/v1/tokens") as answer:
        assert made["token"] not in await answer.text()
        assert next(t for t in (await answer.json())["items"] if t["id"] == made["id"])["used_at"] is not None
    async with small_house.api("anna").get("/api/v1/me") as answer:
        assert (await answer.json())["csrf"] is None
    async with small_house.api("anna").post("/api/v1/customers", json={"name": "x"}) as answer:
        assert answer.status == 201
