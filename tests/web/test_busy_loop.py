"""The event loop never blocks: blockbuster raises at any blocking call that is made on it."""

import asyncio
from pathlib import Path

import pytest
from blockbuster import blockbuster_ctx

from ringdesk.agents import accounts
from ringdesk.web import app
from tests.house import PASSWORD, Running, running, settings_for
from tests.incoming import Incoming
from tests.telephony.scripted_pbx import ScriptedPbx
from tests.web.browsing import Browser
from tests.web.conftest import staff

CALLERS = 12


async def one_caller(house: Running, i: int) -> None:
    extension = ("1001", "1002", "1005")[i % 3]
    call = Incoming(house, f"+38050111{i:04}", name=f"Caller {i}", queue="support").rings(extension)
    await asyncio.sleep(0.01)
    if i % 4:
        call.answered(extension)
        await asyncio.sleep(0.01)
    call.ends()


async def one_agent(house: Running, i: int) -> None:
    """What a desk asks for in the course of a call."""
    api = house.api("anna")
    body = {"name": f"Customer {i}", "numbers": [{"number": f"+38050111{i:04}"}], "tags": ["vip"], "notes": "x" * 2000}
    async with api.post("/api/v1/customers", json=body) as answer:
        customer = (await answer.json())["id"]
    for path in ("/me", "/customers?q=customer", f"/customers/{customer}/timeline", "/calls", "/callbacks", "/agents", "/queues"):
        async with api.get(f"/api/v1{path}") as answer:
            assert answer.status == 200, path
            await answer.read()
    async with api.post(f"/api/v1/customers/{customer}/notes", json={"body": "A note"}) as answer:
        assert answer.status == 201
    async with api.put("/api/v1/me/presence", json={"state": "paused" if i % 2 else "available", "reason": "Lunch"}) as answer:
        assert answer.status == 200


async def test_nothing_blocks_the_loop_on_a_busy_day(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "index.html").write_text("<html></html>")
    (tmp_path / "app.js").write_text("1")
    monkeypatch.setattr(app, "STATIC", tmp_path)
    async with ScriptedPbx() as pbx:
        ami = {"ami_host": pbx.address.host, "ami_port": pbx.address.port}
        async with running(settings_for(database_url, ami, short_abandon=0)) as house:
            await staff(house)
            async with house.house.db.write() as session:
                await accounts.set_password(session, house.ids["olga"], PASSWORD)
            with blockbuster_ctx("ringdesk"):
                await house.linked()
                desks = [await house.desk(name) for name in ("anna", "boris", "sofia")]
                async with Browser(house) as browser:
                    await browser.sign_in("olga")
                    for path in ("/", "/app.js", "/desk", "/missing.js", "/healthz", "/readyz"):
                        async with browser.session.get(path) as answer:
                            await answer.read()
                    await asyncio.gather(*(one_caller(house, i) for i in range(CALLERS)), *(one_agent(house, i) for i in range(CALLERS)))
                for desk in desks:
                    assert (await desk.snapshot())["v"] == 1
                await house.quiet()
                async with house.api("maria").get("/api/v1/calls") as answer:
                    found = (await answer.json())["items"]
    assert len(found) == CALLERS
    assert house.house.bus.failures == 0
