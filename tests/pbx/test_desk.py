"""The desk at work beside the real Asterisk: presence, commands, and what survives a lost link or a restart."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ringdesk.crm import customers
from ringdesk.crm.drafts import CustomerDraft, NumberDraft
from ringdesk.screenpop.matching import HOUSE
from ringdesk.telephony.listener import Status
from tests.house import Desk, Running, running, settings_for
from tests.pbx.asterisk import Asterisk
from tests.pbx.conftest import settings_beside, staff
from tests.pbx.floor import Floor

ANNA = "+380441234567"
BERLIN = "+4930901820"


async def anna(house: Running, number: str = ANNA, name: str = "Anna Petrenko") -> int:
    async with house.house.db.write() as session:
        draft = CustomerDraft(name=name, numbers=[NumberDraft(number=number)])
        return await customers.create(session, HOUSE, draft, "UA")


async def until(condition: Callable[[], Any], limit: float = 8.0) -> None:
    async with asyncio.timeout(limit):
        while not condition():
            await asyncio.sleep(0.02)


def state(house: Running, extension: str) -> str:
    shown = house.house.floor.shown(house.ids[extension])
    return "" if shown is None else shown.state.value


async def only_call(house: Running) -> dict[str, Any]:
    async with house.api("boss").get("/api/v1/calls") as answer:
        (call,) = (await answer.json())["items"]
    return call  # type: ignore[no-any-return]


async def paused_on_pbx(pbx: Floor, extension: str) -> set[str]:
    members = [m for m in await pbx.ami.listed("QueueStatus") if m.name == "QueueMember" and m["StateInterface"] == f"PJSIP/{extension}"]
    return {f"{m['Paused']}:{m['PausedReason']}" for m in members}


async def test_presence_follows_the_phone_and_the_wrap_up_pauses(pbx: Floor, desk: Running) -> None:
    await until(lambda: state(desk, "1001") == "available")  # a member who was never paused
    phone = await pbx.phone("1001", answer_after=None)
    call = await pbx.incoming(ANNA, queue="support")
    await until(lambda: state(desk, "1001") == "ringing")
    await phone.answer()
    await until(lambda: state(desk, "1001") == "talking")
    await asyncio.sleep(0.3)
    await call.hang_up()
    await until(lambda: state(desk, "1001") == "wrap_up")
    async with asyncio.timeout(3):
        while await paused_on_pbx(pbx, "1001") != {"1:wrap-up"}:
            await asyncio.sleep(0.05)
    await until(lambda: state(desk, "1001") == "available")
    async with asyncio.timeout(3):
        while await paused_on_pbx(pbx, "1001") != {"0:"}:
            await asyncio.sleep(0.05)
    await desk.quiet()
    async with desk.api("1001").get(f"/api/v1/agents/{desk.ids['1001']}/presence") as answer:
        states = [item["state"] for item in (await answer.json())["items"]]
    assert states[-5:] == ["available", "ringing", "talking", "wrap_up", "available"]


async def test_the_switch_pauses_in_the_pbx_and_the_pbx_turns_the_switch(pbx: Floor, desk: Running) -> None:
    api = desk.api("1001")
    async with api.put("/api/v1/me/presence", json={"state": "paused", "reason": "Lunch"}) as answer:
        assert (await answer.json())["state"] == "paused"
    async with asyncio.timeout(3):
        while await paused_on_pbx(pbx, "1001") != {"1:Lunch"}:
            await asyncio.sleep(0.05)
    async with api.put("/api/v1/me/presence", json={"state": "available"}) as answer:
        assert answer.status == 200
    async with asyncio.timeout(3):
        while await paused_on_pbx(pbx, "1001") != {"0:"}:
            await asyncio.sleep(0.05)
    await asyncio.sleep(2.2)  # the echo of our own command is over
    await pbx.pause("1001", reason="Feature code")
    await until(lambda: state(desk, "1001") == "paused")
    shown = desk.house.floor.shown(desk.ids["1001"])
    assert shown is not None
    assert shown.reason == "Feature code"
    await pbx.pause("1001", paused=False)
    await until(lambda: state(desk, "1001") == "available")


async def test_click_to_dial_rings_the_agent_then_the_customer(pbx: Floor, desk: Running) -> None:
    customer_id = await anna(desk, BERLIN, "Berlin GmbH")
    await pbx.phone("1001", answer_after=0.2)
    await pbx.outside(answer_after=0.2)
    screen = await desk.desk("1001")
    api = desk.api("1001")
    async with api.post("/api/v1/calls", json={"to": "+49 30 901820", "customer_id": customer_id}) as answer:
        assert answer.status == 202, await answer.text()
        call_id = (await answer.json())["call_id"]
    card = await screen.card()
    assert (card["call_id"], card["direction"], card["customer"]["name"]) == (call_id, "out", "Berlin GmbH")
    await screen.card(lambda c: c["state"] == "talking")
    await asyncio.sleep(0.3)
    async with api.post(f"/api/v1/calls/{call_id}/hang-up") as answer:
        assert answer.status == 202, await answer.text()
    await screen.until("card_closed")
    await pbx.quiet()
    await desk.quiet()
    call = await only_call(desk)
    assert (call["id"], call["outcome"], call["customer_id"]) == (call_id, "answered", customer_id)


async def talking(pbx: Floor, desk: Running) -> tuple[Desk, str]:
    """Agent 1001 talks with Anna; their screen and the call."""
    screen = await desk.desk("1001")
    await pbx.phone("1001", answer_after=0.1)
    await pbx.incoming(ANNA, queue="support")
    card = await screen.card(lambda c: c["state"] == "talking")
    return screen, card["call_id"]


async def test_a_blind_transfer_from_the_desk_takes_reason_and_notes_along(pbx: Floor, desk: Running) -> None:
    await anna(desk)
    await pbx.phone("1005", answer_after=0.2)
    screen, call_id = await talking(pbx, desk)
    colleague = await desk.desk("1005")
    api = desk.api("1001")
    async with api.put(f"/api/v1/calls/{call_id}/note", json={"body": "Invoice 17"}) as answer:
        assert answer.status == 200
    body = {"kind": "blind", "agent_id": desk.ids["1005"], "reason": "Knows the invoice"}
    async with api.post(f"/api/v1/calls/{call_id}/transfer", json=body) as answer:
        assert answer.status == 202, await answer.text()
    card = await colleague.card()
    assert card["sent_by"] == {"agent": {"id": desk.ids["1001"], "name": "Agent 1001"}, "reason": "Knows the invoice"}
    assert [n["body"] for n in card["notes"]] == ["Invoice 17"]
    assert (await screen.until("card_closed"))["reason"] == "ended"
    await colleague.card(lambda c: c["state"] == "talking")
    async with api.post(f"/api/v1/calls/{call_id}/hang-up") as answer:
        assert answer.status == 409, "it is no longer the first agent's call"


async def test_an_attended_transfer_from_the_desk_can_be_cancelled_and_completed(pbx: Floor, desk: Running) -> None:
    await anna(desk)
    await pbx.phone("1005", answer_after=0.2)
    screen, call_id = await talking(pbx, desk)
    colleague = await desk.desk("1005")
    api = desk.api("1001")
    body = {"kind": "attended", "agent_id": desk.ids["1005"]}
    async with api.post(f"/api/v1/calls/{call_id}/transfer", json=body) as answer:
        assert answer.status == 202, await answer.text()
    await screen.card(lambda c: c["state"] == "held")
    first = await colleague.card()
    assert first["sent_by"]["agent"]["name"] == "Agent 1001"
    async with api.post(f"/api/v1/calls/{call_id}/transfer/cancel") as answer:
        assert answer.status == 202, await answer.text()
    await colleague.until("card_closed", lambda p: p["card_id"] == first["card_id"])
    await screen.card(lambda c: c["state"] == "talking" and c["pushed_at"] > first["pushed_at"])
    await asyncio.sleep(0.5)  # Atxfer presses keys, and Asterisk does not hear any in the first moment of the reunion
    async with api.post(f"/api/v1/calls/{call_id}/transfer", json=body) as answer:
        assert answer.status == 202, await answer.text()
    await colleague.card(lambda c: c["card_id"] != first["card_id"])
    await asyncio.sleep(0.8)
    async with api.post(f"/api/v1/calls/{call_id}/hang-up") as answer:
        assert answer.status == 202, await answer.text()
    await colleague.card(lambda c: c["state"] == "talking" and c["card_id"] != first["card_id"])
    assert (await screen.until("card_closed"))["reason"] == "ended"


async def test_a_lost_link_marks_the_calls_it_did_not_hear(pbx: Floor, desk: Running) -> None:
    await talking(pbx, desk)
    connection = desk.house.listener.connection
    assert connection is not None
    connection.wire.shut("pulled by the test")
    await until(lambda: desk.house.listener.link.status is Status.DOWN)
    await desk.linked()
    second = await pbx.incoming("+380509876543", queue="support")  # heard again
    await asyncio.sleep(0.3)
    await second.hang_up()
    await pbx.clear()
    await desk.quiet()
    async with desk.api("boss").get("/api/v1/calls", params={"sort": "started_at"}) as answer:
        first, later = (await answer.json())["items"]
    assert (first["gap"], first["outcome"], later["gap"]) == (True, "answered", False)
    assert len(first["conversations"]) == 1, "the conversation went on through the gap"


async def test_what_ended_unheard_is_unknown_not_invented(pbx: Floor, desk: Running) -> None:
    call = await pbx.incoming(ANNA, queue="support")  # nobody is there: waits
    await until(lambda: any(t.call.visits for t in desk.house.world.tracks.values()))
    connection = desk.house.listener.connection
    assert connection is not None
    connection.wire.shut("pulled by the test")
    await call.hang_up()
    await pbx.quiet()
    await desk.linked()
    await desk.quiet()
    record = await only_call(desk)
    assert (record["gap"], record["outcome"]) == (True, "unknown")
    assert [v["outcome"] for v in record["queue_visits"]] == ["unknown"]


async def test_a_restart_of_ringdesk_goes_on_with_the_running_call(pbx: Floor, asterisk: Asterisk, sqlite_url: str) -> None:
    settings = settings_beside(asterisk, sqlite_url)
    async with running(settings) as first:
        await staff(first)
        await first.linked()
        await anna(first)
        _, call_id = await talking(pbx, first)
        await first.house.store.flush()
        tokens, ids = first.tokens, first.ids
    async with running(settings) as second:
        second.tokens, second.ids = tokens, ids
        await second.linked()
        assert state(second, "1001") == "talking"
        screen = await second.desk("1001")
        (card,) = (await screen.snapshot())["cards"]
        assert (card["call_id"], card["customer"]["name"], card["state"]) == (call_id, "Anna Petrenko", "talking")
        await pbx.clear()
        assert (await screen.until("card_closed"))["reason"] == "ended"
        await second.quiet()
        call = await only_call(second)
    assert (call["id"], call["outcome"], call["gap"]) == (call_id, "answered", True)
    assert len(call["conversations"]) == 1
    assert call["conversations"][0]["ended_at"] == call["ended_at"] or call["conversations"][0]["ended_by"]


async def test_ringdesk_that_starts_in_the_middle_of_calls_takes_them_up(pbx: Floor, asterisk: Asterisk, sqlite_url: str) -> None:
    await pbx.phone("1001", answer_after=0.1)
    talk = await pbx.incoming(ANNA, queue="support")
    await pbx.ami.event("AgentConnect")
    waiting = await pbx.incoming("+380509876543", queue="sales")
    await pbx.ami.event("QueueCallerJoin", Queue="sales")
    async with running(settings_for(sqlite_url)) as elsewhere:
        await staff(elsewhere)
        tokens, ids = elsewhere.tokens, elsewhere.ids
    async with running(settings_beside(asterisk, sqlite_url)) as desk:
        desk.tokens, desk.ids = tokens, ids
        await desk.linked()
        await until(lambda: state(desk, "1001") == "talking")
        async with desk.api("boss").get("/api/v1/queues") as answer:
            waits = {q["name"]: q["waiting"] for q in (await answer.json())["items"]}
        assert waits["sales"] == 1
        await waiting.hang_up()
        await talk.hang_up()
        await pbx.quiet()
        await desk.quiet()
        async with desk.api("boss").get("/api/v1/calls", params={"sort": "started_at"}) as answer:
            found = {c["caller"]["e164"]: c for c in (await answer.json())["items"]}
    assert found[ANNA]["outcome"] == "answered"
    assert found["+380509876543"]["outcome"] == "abandoned"
    assert all(call["gap"] for call in found.values())


async def test_what_the_queue_log_knows_fills_the_gap(pbx: Floor, asterisk: Asterisk, sqlite_url: str) -> None:
    """Calls that began, were answered or given up while nobody listened are there afterwards, as the PBX's log has them."""
    settings = settings_beside(asterisk, sqlite_url).model_copy(update={"queue_log": asterisk.queue_log_file})
    async with running(settings) as desk:
        await staff(desk)
        await desk.linked()
        waiting = await pbx.incoming(ANNA, queue="support")
        await until(lambda: any(t.call.visits for t in desk.house.world.tracks.values()))
        desk.house.listener.address = replace(desk.house.listener.address, port=1)  # nobody there any more
        connection = desk.house.listener.connection
        assert connection is not None
        connection.wire.shut("pulled by the test")
        await asyncio.sleep(1.1)
        await waiting.hang_up()
        await pbx.phone("1001", answer_after=0.1)
        unheard = await pbx.incoming("+380509876543", queue="support")
        await pbx.ami.event("AgentConnect")
        await asyncio.sleep(1.1)
        await unheard.hang_up()
        await pbx.quiet()
        desk.house.listener.address = replace(desk.house.listener.address, port=asterisk.ami_port)
        await until(lambda: desk.house.listener.link.status is Status.UP, limit=20)
        await asyncio.sleep(1.5)
        async with desk.api("boss").get("/api/v1/calls", params={"sort": "started_at"}) as answer:
            first, second = (await answer.json())["items"]
    assert (first["outcome"], [v["outcome"] for v in first["queue_visits"]], first["gap"]) == ("abandoned", ["abandoned"], True)
    assert (second["outcome"], second["caller"]["e164"], second["gap"]) == ("answered", "+380509876543", True)
    (talk,) = second["conversations"]
    assert (talk["agent"]["name"], talk["ended_by"], talk["queue"]) == ("Agent 1001", "customer", "support")
