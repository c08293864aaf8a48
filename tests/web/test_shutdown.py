"""Closing the house: no task, thread or socket is left over, and everything that was heard is written."""

import asyncio
import threading
from datetime import timedelta

import aiohttp
from sqlalchemy import select

from ringdesk.agents.models import AuditEntry, PresenceInterval
from ringdesk.crm.models import Callback
from ringdesk.storage.engine import Database
from ringdesk.telephony import calls
from ringdesk.telephony.calls import EVERYTHING, CallFilter, CallRecord
from tests.house import Running, running, settings_for
from tests.incoming import ANNA, Incoming
from tests.telephony.scripted_pbx import ScriptedPbx
from tests.web.conftest import staff


def tasks() -> set[str]:
    return {f"{task.get_name()} {task.get_coro()!r}" for task in asyncio.all_tasks() if not task.done()}


async def left_over(before: set[str]) -> set[str]:
    """Tasks that are still there after a moment for those of closed client connections to end."""
    for _ in range(100):
        if not tasks() - before:
            return set()
        await asyncio.sleep(0.02)
    return tasks() - before


async def records(url: str) -> list[CallRecord]:
    db = Database(url)
    async with db.read() as session:
        found, _ = await calls.page(session, EVERYTHING, CallFilter(), sort="started_at", cursor=None, limit=50)
    await db.close()
    return found


async def test_an_idle_house_leaves_nothing(database_url: str) -> None:
    before, threads = tasks(), threading.active_count()
    async with running(settings_for(database_url)) as house:
        await staff(house)
        assert tasks() - before, "its parts are tasks with names"
    assert await left_over(before) == set()
    for _ in range(50):
        if threading.active_count() <= threads + 1:  # the loop's own pool keeps a thread or two
            break
        await asyncio.sleep(0.02)
    assert not [t for t in threading.enumerate() if "connection" in t.name and t.is_alive() and "aiosqlite" in t.name]


async def test_live_calls_and_open_sockets_do_not_hold_it_up(database_url: str) -> None:
    before = tasks()
    clock = asyncio.get_running_loop().time
    async with ScriptedPbx() as pbx:
        ami = {"ami_host": pbx.address.host, "ami_port": pbx.address.port}
        async with aiohttp.ClientSession() as idle:
            async with running(settings_for(database_url, ami)) as house:
                await staff(house)
                await house.linked()
                for name in ("anna", "boris", "sofia", "maria"):
                    await house.desk(name)
                sockets = [await idle.ws_connect(f"{house.url}/socket.io/?EIO=4&transport=websocket") for _ in range(3)]
                talking = Incoming(house).rings("1001").answered("1001")
                waiting = Incoming(house, "+380501112233", queue="sales")
                ringing = Incoming(house, "+380501112244").rings("1002")
                begin = clock()
            assert clock() - begin < 5
            for socket in sockets:
                await socket.close()
    assert await left_over(before) == set()
    found = {record.call.id: record for record in await records(database_url)}
    assert found.keys() == {talking.id, waiting.id, ringing.id}
    assert all(record.call.ended_at is None for record in found.values()), "they go on; the next start finds them"
    assert [c.ended_at for c in found[talking.id].conversations] == [None]
    assert [v.queue for v in found[waiting.id].visits] == ["sales"]
    assert [o.agent_id for o in found[ringing.id].offers] == [house.ids["olga"]]


async def test_what_was_heard_in_the_last_moment_is_written(database_url: str) -> None:
    async with running(settings_for(database_url, short_abandon=0)) as house:
        await staff(house)
        async with house.api("anna").post("/api/v1/customers", json={"name": "Anna", "numbers": [{"number": ANNA}]}) as answer:
            customer = (await answer.json())["id"]
        call = await Incoming(house).rings("1001").answered("1001").looked_up()
        await asyncio.sleep(0)
        missed = Incoming(house, "+380501112233", ago=timedelta(minutes=1))
        missed.ago = timedelta(0)
        missed.ends()
        call.ends()
    by_id = {record.call.id: record.call for record in await records(database_url)}
    assert (by_id[call.id].outcome, by_id[call.id].customer_id) == ("answered", customer)
    assert by_id[missed.id].outcome == "abandoned"
    db = Database(database_url)
    async with db.read() as session:
        assert list(await session.scalars(select(Callback.number))) == ["+380501112233"]
        anna = select(PresenceInterval.state).where(PresenceInterval.user_id == house.ids["anna"]).order_by(PresenceInterval.id)
        assert list(await session.scalars(anna)) == ["offline", "ringing", "talking", "wrap_up"]
        shown = select(AuditEntry.subject_id).where(AuditEntry.action == "card_shown")
        assert set(await session.scalars(shown)) == {str(customer)}, "who was shown whom"
    await db.close()


async def test_closing_twice_and_starting_again_is_harmless(database_url: str) -> None:
    for _ in range(2):
        async with running(settings_for(database_url)) as house:
            if not house.ids:
                await house.house.push.close()
            await _asked(house)


async def _asked(house: Running) -> None:
    async with house.api().get("/healthz") as answer:
        assert answer.status == 200
