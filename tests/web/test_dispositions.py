"""Dispositions: what calls may have been about, who says so of which, and that statistics count it anew."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from ringdesk.crm import dispositions
from ringdesk.crm.models import CallDisposition
from ringdesk.storage.base import now
from ringdesk.storage.quarters import ChangedQuarter, quarter_of
from ringdesk.telephony import calls
from ringdesk.telephony.calls import EVERYTHING
from ringdesk.telephony.facts import Call
from ringdesk.telephony.models import CallRow
from tests.house import Running
from tests.incoming import Incoming, talked

Answer = tuple[int, Any]


async def ask(house: Running, who: str, method: str, path: str, **body: Any) -> Answer:
    async with house.api(who).request(method, f"/api/v1{path}", json=body or None) as answer:
        return answer.status, await answer.json()


def why(answer: Answer) -> str:
    """The key of a problem."""
    return str(answer[1]["type"]).rpartition(":")[2]


async def offered(house: Running, name: str, queue: str = "", **more: Any) -> int:
    status, made = await ask(house, "maria", "POST", "/dispositions", name=name, queue=queue, **more)
    assert status == 201, made
    return int(made["id"])


async def close(house: Running, who: str, call_id: str, disposition_id: int | None) -> Answer:
    return await ask(house, who, "PUT", f"/calls/{call_id}/disposition", disposition_id=disposition_id)


async def chosen(house: Running, who: str, call_id: str) -> int | None:
    status, answer = await ask(house, who, "GET", f"/calls/{call_id}/disposition")
    assert status == 200, answer
    found: int | None = answer["disposition_id"]
    return found


async def grow_old(house: Running) -> None:
    """All calls began two hours earlier, and have been counted since."""
    async with house.house.db.write() as session:
        for row in await session.scalars(select(CallRow)):
            row.started_at -= timedelta(hours=2)
        await session.execute(delete(ChangedQuarter))


async def kept(house: Running, *, marked: bool = False) -> list[tuple[int, int, str]]:
    """Agent, disposition, queue of every choice; with the quarters of its calls `marked` to be counted anew, since the last look."""
    async with house.house.db.write() as session:
        rows = (await session.scalars(select(CallDisposition).order_by(CallDisposition.agent_id))).all()
        marks = set(await session.scalars(select(ChangedQuarter.quarter)))
        assert bool(marks) == marked
        assert not marked or marks >= {quarter_of(row.call_at) for row in rows}
        await session.execute(delete(ChangedQuarter))
    return [(row.agent_id, row.disposition_id, row.queue) for row in rows]


async def test_a_manager_makes_the_list_and_the_trail_keeps_it(house: Running) -> None:
    repair = await offered(house, " Repair ", "support", position=2)
    await offered(house, "Other")
    assert why(await ask(house, "maria", "POST", "/dispositions", name="Repair", queue="support")) == "disposition_taken"
    await offered(house, "Repair", "sales")
    status, changed = await ask(house, "adam", "PUT", f"/dispositions/{repair}", name="Repair booked", queue="support", active=False)
    assert (status, changed) == (200, {"id": repair, "queue": "support", "name": "Repair booked", "position": 0, "active": False})
    items = (await ask(house, "anna", "GET", "/dispositions"))[1]["items"]
    assert [(item["queue"], item["name"], item["active"]) for item in items] == [
        ("", "Other", True),
        ("sales", "Repair", True),
        ("support", "Repair booked", False),
    ]
    assert (await ask(house, "maria", "PUT", "/dispositions/4711", name="x"))[0] == 404
    assert (await ask(house, "maria", "PUT", f"/dispositions/{repair}", name="Repair", queue="sales"))[0] == 409
    trail = (await ask(house, "adam", "GET", "/audit"))[1]["items"]
    mine = [(entry["action"], entry["detail"]["name"]) for entry in trail if entry["subject_id"] == str(repair)]
    assert mine == [("changed", "Repair booked"), ("added", "Repair")]
    assert {entry["subject"] for entry in trail} == {"disposition"}


@pytest.mark.parametrize("name", ["", "   ", "a\nb", "x" * 65])
async def test_a_name_is_a_line(house: Running, name: str) -> None:
    assert (await ask(house, "maria", "POST", "/dispositions", name=name))[0] == 422


async def test_who_talked_says_what_it_was_about(house: Running) -> None:
    general, repair, sales = (
        await offered(house, "Other"),
        await offered(house, "Repair", "support"),
        await offered(house, "Order", "sales"),
    )
    anna = house.ids["anna"]
    call = await Incoming(house).rings("1001").answered("1001").looked_up()
    assert await close(house, "anna", call.id, general) == (200, {"call_id": call.id, "disposition_id": general}), "during the call"
    call.ends()
    await house.quiet()
    assert await kept(house) == [(anna, general, "support")]
    await grow_old(house)
    assert (await close(house, "anna", call.id, repair))[0] == 200
    assert await kept(house, marked=True) == [(anna, repair, "support")]
    assert why(await close(house, "anna", call.id, sales)) == "disposition_not_offered", "it is another queue's"
    assert (await close(house, "anna", call.id, 4711))[0] == 404
    assert why(await close(house, "sofia", call.id, repair)) == "did_not_talk", "she supervises, but did not talk"
    assert (await close(house, "boris", call.id, repair))[0] == 404, "not even there for him"
    assert (await close(house, "anna", "pbx-none", repair))[0] == 404
    assert await chosen(house, "anna", call.id) == repair
    assert await chosen(house, "sofia", call.id) is None, "one's own"
    await ask(house, "maria", "PUT", f"/dispositions/{repair}", name="Repair", queue="support", active=False)
    assert (await close(house, "anna", call.id, repair))[0] == 200, "what was chosen before may stay"
    assert (await close(house, "anna", call.id, None))[1]["disposition_id"] is None
    assert await kept(house, marked=True) == []
    assert why(await close(house, "anna", call.id, repair)) == "disposition_not_offered", "it is offered no more"


async def test_two_tabs_at_once_leave_one_choice(house: Running) -> None:
    ids = [await offered(house, f"Number {i}") for i in range(4)]
    call_id = await talked(house, "1001", queue=None)
    answers = await asyncio.gather(*(close(house, "anna", call_id, each) for each in ids))
    assert {status for status, _ in answers} == {200}
    ((agent, last, queue),) = await kept(house)
    assert (agent, queue) == (house.ids["anna"], "")
    assert last in ids


async def test_calls_that_become_one_keep_what_was_said_last(house: Running) -> None:
    first, second = await offered(house, "First"), await offered(house, "Second")
    gone, stays = await talked(house, "1001"), await talked(house, "1001", "+380501112233")
    other = await talked(house, "1002", "+380501112244")
    await close(house, "anna", stays, first)
    await close(house, "anna", gone, second)
    await close(house, "olga", other, first)
    await grow_old(house)
    async with house.house.db.write() as session:
        call = (await calls.get(session, EVERYTHING, stays)).call
        whole = Call(id=stays, linkedid=call.linkedid, started_at=call.started_at)
        await dispositions.follow_call(session, gone, whole)
        await dispositions.follow_call(session, other, whole)
        await dispositions.follow_call(session, "pbx-none", whole)
    assert await kept(house, marked=True) == [(house.ids["anna"], second, "support"), (house.ids["olga"], first, "support")]
    async with house.house.db.read() as session:
        rows = (await session.scalars(select(CallDisposition))).all()
    assert {(row.call_id, row.call_at) for row in rows} == {(stays, call.started_at)}
    assert all(row.at <= now() for row in rows)
