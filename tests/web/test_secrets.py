"""No password, cookie, token or secret is ever in the logs, whatever goes wrong."""

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from ringdesk.agents import accounts
from ringdesk.agents.models import Token
from ringdesk.config import log
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database
from tests.house import PASSWORD, Running, running, settings_for
from tests.incoming import talked
from tests.telephony.scripted_pbx import ScriptedPbx
from tests.web.browsing import Browser, with_password
from tests.web.conftest import staff

pytestmark = pytest.mark.usefixtures("quick_hashes")
WRONG, NEW, AMI_SECRET = "wrong horse battery", "brand new horse battery", "the-pbx-secret"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything that `serve` would write to its log, at its most talkative."""
    stream, root = io.StringIO(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure = structlog.configure
    monkeypatch.setattr(sys, "stderr", stream)
    # Loggers that are kept would go on writing here in other tests.
    monkeypatch.setattr(structlog, "configure", lambda **settings: configure(**{**settings, "cache_logger_on_first_use": False}))
    log.set_up("debug", "json")
    yield stream
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


async def test_a_day_of_work_leaves_no_secret_in_the_logs(database_url: str, written: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    async with ScriptedPbx(secret=AMI_SECRET) as pbx:
        ami = {"ami_host": pbx.address.host, "ami_port": pbx.address.port, "ami_secret": AMI_SECRET}
        async with running(settings_for(database_url, ami)) as house:
            await staff(house)
            secrets = await work(house, monkeypatch)
    logged = written.getvalue()
    assert "request_failed" in logged, "also what went wrong was written"
    for name, secret in {**secrets, "password": PASSWORD, "wrong": WRONG, "new": NEW, "ami": AMI_SECRET}.items():
        assert secret not in logged, name
    assert "argon2" not in logged.replace("argon2-cffi", "").replace("/argon2/", "")


async def work(house: Running, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Sign in rightly and wrongly, work, fail, sign out. What must not be found afterwards."""
    await house.linked()
    await with_password(house, "anna")
    secrets = {f"token of {name}": token for name, token in house.tokens.items()}
    async with Browser(house) as browser:
        await browser.sign_in("anna", WRONG)
        await browser.sign_in("anna")
        secrets |= {"cookie": browser.cookie, "csrf": browser.csrf}
        await browser.ask("PUT", "/me/password", current=WRONG, new=NEW)
        async with browser.session.post("/api/v1/tokens", json={"label": "x"}, headers={"X-CSRF-Token": browser.csrf}) as answer:
            secrets["made"] = house.tokens["anna"] = (await answer.json())["token"]
        async with browser.session.post("/api/v1/customers", json={"name": "x"}, headers={"X-CSRF-Token": "wrong"}) as answer:
            assert answer.status == 403
        await browser.ask("PUT", "/me/presence", state="paused", reason="Lunch")
        desk = await house.desk("anna")
        await desk.snapshot()
        await desk.client.emit("nonsense", {"token": secrets["made"]})
        await talked(house, "1001")

        async def broken(*_arguments: object, **_more: object) -> None:
            raise RuntimeError("in the middle of a change of passwords")

        with monkeypatch.context() as patch:
            patch.setattr(accounts, "set_password", broken)
            assert await browser.ask("PUT", "/me/password", current=PASSWORD, new=NEW) == 500
        assert await browser.ask("PUT", "/me/password", current=PASSWORD, new=NEW) == 204
        assert await browser.ask("DELETE", "/session") == 204
    return secrets


async def test_an_error_of_the_database_does_not_tell_what_was_to_be_written(db: Database, written: io.StringIO) -> None:
    row = {"user_id": 4711, "label": "x", "digest": "hunter2", "created_at": now()}
    with pytest.raises(IntegrityError) as caught:
        async with db.write() as session:
            await session.execute(insert(Token), row)
    log.get("x").error("not_written", error=str(caught.value), exc_info=caught.value)
    assert "not_written" in written.getvalue()
    assert "hunter2" not in written.getvalue()


def test_fields_by_the_name_of_a_secret_are_hidden(written: io.StringIO) -> None:
    log.get("x").info("said", password="one", Token="two", cookie="three", authorization="four", csrf="five", harmless="six")
    (line,) = [json.loads(line) for line in written.getvalue().splitlines() if '"said"' in line]
    assert {line[name] for name in ("password", "Token", "cookie", "authorization", "csrf")} == {"***"}
    assert line["harmless"] == "six"
