"""`ringdesk demo`: a house full of people and calls, without a PBX."""

import asyncio
import re
import socket
import unicodedata
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import phonenumbers
import pytest
import socketio
from sqlalchemy import func, select

from ringdesk.config import demo as demos
from ringdesk.config.demo import Demo, Options, recorded, samples
from ringdesk.config.demo.crew import CREW, NEWCOMER, PASSWORD
from ringdesk.config.demo.traffic import MOST_CALLS
from ringdesk.config.site import PortTaken
from ringdesk.crm.models import Callback, CallDisposition, Customer, CustomerNumber, Note
from ringdesk.recordings.audio.decoding import decode
from ringdesk.telephony import calls, numbers
from ringdesk.telephony.calls import EVERYTHING, CallFilter
from ringdesk.telephony.models import CallRow
from tests.command import start

BRISK = Options(port=0, ports=1, speed=8, customers=60, days=4)


@asynccontextmanager
async def running(options: Options) -> AsyncIterator[Demo]:
    """A demo that must not leave a task behind. (engineio's sleeping pings end by themselves.)"""
    before = asyncio.all_tasks()
    async with demos.running(options) as demo:
        yield demo
    left = [task for task in asyncio.all_tasks() - before if "_send_ping" not in repr(task)]
    assert not left


@asynccontextmanager
async def desk(demo: Demo, login: str) -> AsyncIterator[tuple[aiohttp.ClientSession, "asyncio.Queue[tuple[str, dict[str, Any]]]"]]:
    """Sign in as a person does, with the printed password; the API and what is pushed."""
    async with aiohttp.ClientSession(demo.site.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as api:
        answer = await api.post("/api/v1/session", json={"username": login, "password": PASSWORD})
        assert answer.status == 200, await answer.text()
        api.headers["X-CSRF-Token"] = (await answer.json())["csrf"]
        heard: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()
        client = socketio.AsyncClient(reconnection=False)

        async def hear(name: str, payload: dict[str, Any]) -> None:
            heard.put_nowait((name, payload))

        client.on("*", hear)
        cookie = answer.cookies["ringdesk_session"].value
        await client.connect(demo.site.url, headers={"Cookie": f"ringdesk_session={cookie}"}, transports=["websocket"])
        try:
            yield api, heard
        finally:
            await client.disconnect()


async def next_card(heard: "asyncio.Queue[tuple[str, dict[str, Any]]]") -> dict[str, Any]:
    while True:
        name, payload = await heard.get()
        if name == "card":
            return payload


async def test_a_newcomer_sees_cards_at_once_and_none_while_paused(tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    speed = BRISK.speed / 2
    async with running(replace(BRISK, folder=tmp_path / "demo", speed=speed)) as demo, desk(demo, "agent") as (api, heard):
        signed_in, connected_at = loop.time(), datetime.now(UTC)
        async with asyncio.timeout(15):
            card = await next_card(heard)
        assert (loop.time() - signed_in) * speed < 15, "seconds of the demo's own time"
        async with asyncio.timeout(60):
            while datetime.fromisoformat(card["ring_started_at"]) < connected_at:  # it rang before anybody could be told
                card = await next_card(heard)
            assert card["state"] == "ringing"
            while card["customer"] is None:
                card = await next_card(heard)
        assert card["customer"]["name"]
        assert card["caller"]["number"]

        answer = await api.put("/api/v1/me/presence", json={"state": "paused", "reason": "Lunch"})
        assert answer.status == 200, await answer.text()
        async with asyncio.timeout(5):
            while not all(member.paused for member in demo.server.pbx.memberships("PJSIP/1001")):
                await asyncio.sleep(0.01)
        paused_at = datetime.now(UTC)  # a card of before may still be on its way
        await until_free(demo, "PJSIP/1001")
        await asyncio.sleep(25 / speed)
        while not heard.empty():
            name, payload = heard.get_nowait()
            assert name != "card" or datetime.fromisoformat(payload["ring_started_at"]) <= paused_at, "a paused agent's phone rang"
        assert all(member.paused for member in demo.server.pbx.memberships("PJSIP/1001"))
        assert demo.server.sessions, "the others go on"

        await api.put("/api/v1/me/presence", json={"state": "available"})
        async with asyncio.timeout(20):
            assert (await next_card(heard))["state"] == "ringing"
        assert demo.site.house.bus.failures == 0


async def until_free(demo: Demo, interface: str) -> None:
    async with asyncio.timeout(30):
        while not demo.server.pbx.is_free(interface):
            await asyncio.sleep(0.05)


async def test_the_newcomer_s_own_dialling_works(tmp_path: Path) -> None:
    async with running(replace(BRISK, folder=tmp_path, speed=20)) as demo, desk(demo, "supervisor") as (api, heard):
        answer = await api.post("/api/v1/calls", json={"to": "+442079460555"})
        assert answer.status == 202, await answer.text()
        async with asyncio.timeout(10):
            card = await next_card(heard)
        assert (card["direction"], card["caller"]["e164"]) == ("out", "+442079460555")


async def test_the_house_is_furnished(tmp_path: Path) -> None:
    options = replace(BRISK, folder=tmp_path, customers=200, days=10)
    async with running(options) as demo:
        house = demo.site.house
        async with house.db.read() as session:
            assert await session.scalar(select(func.count()).select_from(Customer)) == 200
            keys = list(await session.scalars(select(CustomerNumber.key)))
            assert len({numbers.region(key) for key in keys}) >= 20
            assert any(count > 1 for count in Counter(keys).values()), "nobody shares a number: no chooser to see"
            past, _ = await calls.page(session, EVERYTHING, CallFilter(), sort="started_at", cursor=None, limit=1000)
            ended = [record for record in past if record.call.ended_at is not None]
            assert len(ended) > 60
            outcomes = Counter(record.call.outcome for record in ended)
            assert {"answered", "abandoned"} <= outcomes.keys()
            assert {record.call.direction for record in ended} >= {"in", "out"}
            assert all(v.outcome and v.left_at for record in ended for v in record.visits)
            assert all(c.ended_at and c.ended_at >= c.started_at and c.agent_id for record in ended for c in record.conversations)
            assert sum(record.call.customer_id is not None for record in ended) > len(ended) / 2
            assert any(record.call.caller_number == "anonymous" for record in ended)
            assert await session.scalar(select(func.count()).select_from(Callback).where(Callback.state == "open"))
            talked = sum(len({talk.agent_id for talk in record.conversations}) for record in ended)
            assert talked / 2 < await session.scalar(select(func.count()).select_from(CallDisposition)) <= talked
            assert await session.scalar(select(func.count()).select_from(Note))
        assert {account.name for account in house.directory.accounts.values()} == {person.login for person in CREW}
        assert len({row.call.id for row in past}) == len(past)


async def test_calls_are_recorded_transcribed_and_scored(tmp_path: Path) -> None:
    """By the real way: calls gone by and one that ends now; and a supervisor has been there."""
    options = replace(BRISK, folder=tmp_path / "demo", speed=4)
    async with running(options) as demo, desk(demo, "supervisor") as (api, _heard):
        scored: dict[str, dict[str, Any]] = {}
        async with asyncio.timeout(110):
            while {"import", "spool"} - scored.keys() or not (reviews := await items(api, "/reviews?state=answered")):
                await asyncio.sleep(0.5)
                scored |= {item["source"]: item for item in await items(api, "/recordings?state=scored")}
                failed = [item["reason"] for item in await items(api, "/recordings?state=failed")]
                assert not failed
        for recording in scored.values():
            assert recording["agents"]
            assert (recording["channels"], recording["playable"], recording["transcript"]) == (2, True, True)
            assert 0 <= recording["score"]["total"] <= 100
        assert scored["spool"]["name"].endswith(".wav")
        assert reviews[0]["reply"]
        assert {topic["name"] for topic in await items(api, "/topics")} >= {"Refund", "Complaint"}
        found = await items(api, "/transcripts/search?q=thank+you&match=phrase")
        assert found[0]["hits"][0]["words"] == "thank you"
        assert demo.site.house.bus.failures == 0


async def items(api: aiohttp.ClientSession, path: str) -> list[dict[str, Any]]:
    answer = await api.get(f"/api/v1{path}")
    assert answer.status == 200, await answer.text()
    found: list[dict[str, Any]] = (await answer.json())["items"]
    return found


async def test_the_sample_calls_are_what_their_references_say() -> None:
    for sample in recorded.samples():
        assert sample.path.stat().st_size < 2_000_000
        async with decode(sample.path, recorded.RATE) as pieces:
            length = sum([len(piece) async for piece in pieces]) / recorded.RATE / 4
        assert abs(length - sample.seconds) < 0.1, sample.name
    assert len(recorded.samples()) == 12


async def test_keep_goes_on_with_the_house_of_last_time(tmp_path: Path) -> None:
    options = replace(BRISK, folder=tmp_path, customers=20, days=2, keep=True)

    async def counted(demo: Demo) -> tuple[int, int]:
        async with demo.site.house.db.read() as session:
            people = await session.scalar(select(func.count()).select_from(Customer)) or 0
            return people, await session.scalar(select(func.count()).select_from(CallRow)) or 0

    async with running(options) as demo:
        people, history = await counted(demo)
        book = demo.traffic.book
    async with running(options) as demo:
        again, later = await counted(demo)
        assert (again, demo.traffic.book) == (people, book)
        assert later >= history
        shown = demo.site.house.floor.shown(demo.traffic.ids["agent"])
        assert shown is not None
        assert shown.state.value == "offline"
    async with running(replace(options, keep=False)) as demo:
        assert (await counted(demo))[0] == people


async def test_it_is_bounded(tmp_path: Path) -> None:
    """Forty times as fast: an hour in ninety seconds; here five minutes, with somebody at a desk."""
    options = replace(BRISK, folder=tmp_path, speed=40)
    async with running(options) as demo, desk(demo, "agent"):
        most = 0
        for _ in range(75):
            await asyncio.sleep(0.1)
            most = max(most, len(demo.server.sessions))
        assert most <= MOST_CALLS + 2
        assert len(demo.server.pbx.lines) <= 5 * (MOST_CALLS + 2)
        assert len(demo.site.house.world.tracks) <= MOST_CALLS + 4
        assert len(demo.traffic.meant_for) <= 2
        assert demo.site.house.bus.failures == 0


async def test_two_demos_do_not_share_a_folder(tmp_path: Path) -> None:
    options = replace(BRISK, folder=tmp_path, customers=5, days=0)
    async with running(options):
        with pytest.raises(demos.AlreadyPlayed, match="Another demo runs in"):
            async with running(options):
                pass


async def test_a_taken_port_is_passed_over_or_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        wanted = replace(BRISK, folder=tmp_path, customers=5, days=0, port=port, ports=20)
        async with running(wanted) as demo:
            assert port < demo.site.port < port + 20
        with pytest.raises(PortTaken, match=f"Something listens on 127.0.0.1 port {port} already"):
            async with running(replace(wanted, ports=1)):
                pass


async def test_the_command_says_where_to_look_and_stops_cleanly(tmp_path: Path) -> None:
    process = await start("demo", "--port", "0", "--folder", str(tmp_path / "demo"))
    assert process.stdout is not None
    said = b""
    try:
        async with asyncio.timeout(60):
            while b"Ctrl-C" not in said:
                said += await process.stdout.readline()
        url = re.search(r"http://127\.0\.0\.1:\d+", said.decode())
        assert url is not None
        assert PASSWORD in said.decode()
        assert NEWCOMER.login in said.decode()
        async with aiohttp.ClientSession() as client, client.get(f"{url.group()}/healthz") as answer:
            assert answer.status == 200
    finally:
        process.terminate()
    async with asyncio.timeout(15):
        rest = await process.stdout.read()
        assert await process.wait() == 0
    assert b"Traceback" not in said + rest


@pytest.mark.parametrize("seed", range(3))
def test_sample_customers_are_plausible(seed: int) -> None:
    drafts = samples.customers(300, Random(seed))
    assert len({draft.external_id for draft in drafts}) == 300
    for draft in drafts:
        assert 1 <= len(draft.numbers) <= 3
        for number in draft.numbers:
            assert phonenumbers.is_valid_number(phonenumbers.parse(number.number))
    scripts = {name for draft in drafts for char in draft.name for name in [char_script(char)] if name}
    assert {"LATIN", "CYRILLIC", "GREEK", "ARABIC", "CJK"} <= scripts
    for caller in samples.callers(drafts, Random(seed)):
        assert numbers.parse(caller.number, samples.HOME).e164 is not None
    known = {number.number for draft in drafts for number in draft.numbers}
    assert not known & {stranger.number for stranger in samples.strangers(60, Random(seed), drafts)}
    assert samples.customers(300, Random(seed)) == drafts


def char_script(char: str) -> str | None:
    return unicodedata.name(char, "").partition(" ")[0] if char.isalpha() else None
