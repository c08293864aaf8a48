"""Cards as the agents' screens get them: recorded calls through the whole house, real Socket.IO clients at the other end."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio

from ringdesk.agents import accounts
from ringdesk.agents.rights import Role
from ringdesk.crm import customers
from ringdesk.crm.drafts import CustomerDraft, NumberDraft
from ringdesk.screenpop import pop
from ringdesk.screenpop.matching import HOUSE
from ringdesk.storage.base import now
from ringdesk.telephony.events import AgentRung, DialBegan, PbxEvent
from tests.house import Desk, Running, running, settings_for
from tests.telephony.recording import recorded_events

ANNA = "+380441234567"  # who calls in the recordings


@pytest_asyncio.fixture
async def house(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Running]:
    monkeypatch.setattr(pop, "PATIENCE", 30.0)  # what a slow machine looks up late must not look like a database that is away
    async with running(settings_for(database_url)) as found:
        for extension in ("1001", "1002", "1003", "1004", "1005", "1006"):
            await found.add_user(extension, Role.AGENT, interface=f"PJSIP/{extension}", display_name=f"Agent {extension}")
        await found.add_user("boss", Role.MANAGER)
        yield found


async def customer(house: Running, name: str = "Anna Petrenko", number: str = ANNA, team_id: int | None = None) -> int:
    draft = CustomerDraft(name=name, numbers=[NumberDraft(number=number)], tags=["vip"], language="uk", team_id=team_id)
    async with house.house.db.write() as session:
        return await customers.create(session, HOUSE, draft, "UA")


async def play(house: Running, name: str, until: Callable[[PbxEvent], bool] | None = None, begin: int = 0, patience: float = 10.0) -> int:
    """Apply a recording's events from `begin` on, with time for the house to work between the ones that ring. Where it stopped."""
    stream = recorded_events(name)
    for i, event in enumerate(stream[begin:], begin):
        if isinstance(event, AgentRung | DialBegan):
            await asyncio.sleep(0.03)
        house.house.listener.ahead = event.at - now()  # the PBX's clock shows the hour of the recording
        house.house.listener._apply(event)
        await asyncio.sleep(0)
        if isinstance(event, AgentRung | DialBegan):  # a phone rings for seconds in life; here the next event comes at once
            if lookups := [popped.lookup for popped in house.house.pop.popped.values()]:
                await asyncio.wait(lookups, timeout=patience)
            await asyncio.sleep(0.02)
        if until is not None and until(event):
            await house.settled()
            return i + 1
    await house.quiet()
    await house.settled()
    return len(stream)


def rings(extension: str) -> Callable[[PbxEvent], bool]:
    return lambda event: isinstance(event, AgentRung) and event.interface.endswith(extension)


def closed(desk: Desk) -> list[str]:
    return [payload["reason"] for payload in desk.all("card_closed")]


def cards(desk: Desk) -> set[str]:
    return {payload["card_id"] for payload in desk.all("card")}


async def test_a_known_caller_is_on_the_card_before_the_phone_is_answered(house: Running) -> None:
    anna = await customer(house)
    desk, other = await house.desk("1001"), await house.desk("1002")
    await play(house, "answered_agent_hangs_up")
    card = await desk.card()
    assert card["state"] == "ringing"
    assert card["customer"]["id"] == anna
    assert card["customer"]["name"] == "Anna Petrenko"
    assert card["customer"]["tags"] == ["vip"]
    assert card["caller"] == {
        "number": ANNA, "e164": ANNA, "name": "Anna", "pretty": "044 123 4567", "country": "UA", "hidden": False,
    }  # fmt: skip
    assert (card["queue"], card["did"], card["direction"]) == ("support", "4001", "in")
    assert card["v"] == 1
    assert (await desk.until("card_closed"))["reason"] == "ended"
    assert len(cards(desk)) == 1
    assert other.all("card") == []


async def test_every_tab_of_the_agent_gets_it(house: Running) -> None:
    tabs = [await house.desk("1001") for _ in range(3)]
    await play(house, "answered_agent_hangs_up")
    assert len({(await tab.card())["card_id"] for tab in tabs}) == 1


async def test_ring_all_shows_everybody_and_closes_for_the_others_at_the_answer(house: Running) -> None:
    await customer(house)
    one, two = await house.desk("1003"), await house.desk("1004")
    await play(house, "ringall")
    assert (await one.card())["customer"]["name"] == (await two.card())["customer"]["name"] == "Anna Petrenko"
    assert (await one.until("card_closed"))["reason"] == "elsewhere"
    assert (await two.until("card_closed"))["reason"] == "ended"
    assert closed(one) == ["elsewhere"]


async def test_no_answer_closes_as_missed_and_the_next_agent_gets_the_card(house: Running) -> None:
    one, two = await house.desk("1001"), await house.desk("1002")
    await play(house, "rna_then_next_agent")
    assert closed(one) == ["missed"]
    assert (await two.card())["waited_s"] > 3
    assert closed(two) == ["ended"]


async def test_a_caller_who_gives_up_closes_as_abandoned_and_is_on_the_call_back_list(house: Running) -> None:
    house.house.after.short_abandon = 1.0
    anna = await customer(house)
    desk = await house.desk("1001")
    await play(house, "abandoned_ringing")
    assert closed(desk) == ["abandoned"]
    async with house.api("1001").get("/api/v1/callbacks") as answer:
        (entry,) = (await answer.json())["items"]
    assert (entry["number"], entry["misses"], entry["queue"], entry["customer"]["id"]) == (ANNA, 1, "support", anna)
    assert desk.all("callbacks")
    await play(house, "answered_agent_hangs_up")  # reached: off the list
    async with house.api("1001").get("/api/v1/callbacks") as answer:
        assert (await answer.json())["items"] == []


async def test_a_hidden_number_gives_a_card_without_a_customer(house: Running) -> None:
    desk = await house.desk("1001")
    await play(house, "anonymous")
    card = await desk.card()
    assert card["caller"]["hidden"]
    assert (card["customer"], card["candidates"], card["caller"]["e164"]) == (None, [], None)


async def test_several_matches_give_a_chooser_whose_answer_is_remembered(house: Running) -> None:
    anna, bohdan = await customer(house), await customer(house, "Bohdan Petrenko")
    desk, api = await house.desk("1001"), house.api("1001")
    at = await play(house, "answered_agent_hangs_up", until=rings("1001"))
    card = await desk.card()
    assert card["customer"] is None
    assert [c["id"] for c in card["candidates"]] == [anna, bohdan]
    async with api.put(f"/api/v1/calls/{card['call_id']}/customer", json={"customer_id": bohdan}) as answer:
        assert answer.status == 204
    again = await desk.card(lambda c: c["customer"] is not None)
    assert (again["card_id"], again["customer"]["id"], again["candidates"]) == (card["card_id"], bohdan, [])
    await play(house, "answered_agent_hangs_up", begin=at)
    async with api.get(f"/api/v1/calls/{card['call_id']}") as answer:
        call = await answer.json()
    assert (call["customer_id"], call["customer"]["name"]) == (bohdan, "Bohdan Petrenko")


async def test_an_unknown_caller_can_be_entered_during_the_call(house: Running) -> None:
    desk, api = await house.desk("1001"), house.api("1001")
    at = await play(house, "answered_agent_hangs_up", until=rings("1001"))
    card = await desk.card()
    assert (card["customer"], card["candidates"], card["looked_up"]) == (None, [], True)
    new = {"name": "Anna Petrenko", "numbers": [{"number": card["caller"]["e164"]}], "call_id": card["call_id"]}
    async with api.post("/api/v1/customers", json=new) as answer:
        assert answer.status == 201, await answer.text()
    again = await desk.card(lambda c: c["customer"] is not None)
    assert (again["card_id"], again["customer"]["name"]) == (card["card_id"], "Anna Petrenko")
    await play(house, "answered_agent_hangs_up", begin=at)


async def test_a_transfer_takes_card_notes_and_choice_along(house: Running) -> None:
    await customer(house)
    bohdan = await customer(house, "Bohdan Petrenko")
    one, two, api = await house.desk("1001"), await house.desk("1005"), house.api("1001")
    at = await play(house, "blind_transfer_to_agent", until=lambda e: type(e).__name__ == "BridgeEntered" and "trunk" in e.channel.name)
    call_id = (await one.card())["call_id"]
    async with api.put(f"/api/v1/calls/{call_id}/note", json={"body": "Wants an invoice"}) as answer:
        assert answer.status == 200, await answer.text()
    async with api.put(f"/api/v1/calls/{call_id}/customer", json={"customer_id": bohdan}) as answer:
        assert answer.status == 204
    house.house.pop.give_reason(call_id, house.ids["1001"], "Billing knows more")
    await play(house, "blind_transfer_to_agent", begin=at)
    card = await two.card()
    assert card["customer"]["id"] == bohdan
    assert card["sent_by"] == {"agent": {"id": house.ids["1001"], "name": "Agent 1001"}, "reason": "Billing knows more"}
    assert [(n["author"]["name"], n["body"]) for n in card["notes"]] == [("Agent 1001", "Wants an invoice")]
    assert closed(one) == ["ended"]
    assert closed(two) == ["ended"]
    async with house.api("1005").get(f"/api/v1/calls/{call_id}") as answer:
        assert [n["body"] for n in (await answer.json())["notes"]] == ["Wants an invoice"]


async def test_a_colleagues_phone_transfer_with_replaces_becomes_one_call(house: Running) -> None:
    """The phone's own attended transfer: a second call that turns out to be a part of the first."""
    await customer(house)
    two = await house.desk("1005")
    await play(house, "attended_transfer_by_refer")
    first = await two.card()
    assert (first["direction"], first["customer"]) == ("internal", None)
    joined = await two.card(lambda c: c["customer"] is not None)
    assert joined["card_id"] == first["card_id"]
    assert joined["call_id"] != first["call_id"]
    assert closed(two) == ["ended"]
    async with house.api("boss").get("/api/v1/calls") as answer:
        assert answer.status == 200, await answer.text()
        assert len((await answer.json())["items"]) == 1
    async with house.api("boss").get(f"/api/v1/calls/{first['call_id']}") as answer:
        assert (await answer.json())["id"] == joined["call_id"]


async def test_who_picks_the_call_up_gets_the_card(house: Running) -> None:
    await customer(house)
    one, two = await house.desk("1001"), await house.desk("1005")
    await play(house, "pickup")
    assert (await two.card())["customer"]["name"] == "Anna Petrenko"
    assert closed(one) == ["elsewhere"]
    assert closed(two) == ["ended"]


async def test_outgoing_calls_have_their_card_too(house: Running) -> None:
    await customer(house, "Berlin GmbH", "+4930901820")
    desk = await house.desk("1001")
    await play(house, "outgoing_answered")
    card = await desk.card()
    assert (card["direction"], card["customer"]["name"]) == ("out", "Berlin GmbH")
    await play(house, "click_to_dial_answered")
    assert len(cards(desk)) == 2
    assert closed(desk) == ["ended", "ended"]


async def test_a_call_that_nobody_answered_is_the_callers_own(house: Running) -> None:
    """There is no conversation that would tell whose it was, and the phone may be somebody else's tomorrow."""
    one = house.api("1001")
    for name in ("outgoing_no_answer", "click_to_dial_customer_busy"):
        await play(house, name)
    async with one.get("/api/v1/calls") as answer:
        found = {call["id"]: (call["direction"], call["conversations"]) for call in (await answer.json())["items"]}
    assert list(found.values()) == [("out", [])] * 2
    for call_id in found:
        async with one.put(f"/api/v1/calls/{call_id}/note", json={"body": "Try again tomorrow"}) as answer:
            assert answer.status == 200
    async with house.api("boss").get("/api/v1/calls", params={"agent": house.ids["1001"]}) as answer:
        assert len((await answer.json())["items"]) == 2
    for interface, user in (("PJSIP/1099", "1001"), ("PJSIP/1001", "1002")):
        async with house.house.db.write() as session:
            await accounts.change(session, house.ids[user], interface=interface)
    await house.house.services.people_changed()
    async with house.api("1002").get("/api/v1/calls") as answer:
        assert (await answer.json())["items"] == []
    async with one.get("/api/v1/calls") as answer:
        assert len((await answer.json())["items"]) == 2


async def test_a_customer_of_another_team_stays_hidden(house: Running) -> None:
    """A card never shows one customer's data to a person who may not see it."""
    boss = house.api("boss")
    async with house.house.db.write() as session:
        from ringdesk.agents import teams

        team_id = await teams.add(session, "VIP desk", [house.ids["1002"]], [])
    await house.house.services.people_changed()
    secret = await customer(house, "Secret Person", team_id=team_id)
    outsider, insider = await house.desk("1001"), await house.desk("1002")
    await play(house, "rna_then_next_agent")
    card = await outsider.card()
    assert (card["customer"], card["candidates"], card["history"], card["restricted"]) == (None, [], [], True)
    assert "Secret" not in str(outsider.heard)
    assert (await insider.card())["customer"]["name"] == "Secret Person"
    async with boss.get("/api/v1/calls") as answer:
        assert (await answer.json())["items"][0]["customer"]["id"] == secret
    async with house.api("1001").get("/api/v1/calls") as answer:
        (call,) = (await answer.json())["items"]
    assert (call["customer"], call["customer_id"]) == (None, None)
    async with house.api("1001").get(f"/api/v1/customers/{secret}") as answer:
        assert answer.status == 404


async def test_after_a_reconnect_no_card_is_missed_and_none_is_there_twice(house: Running) -> None:
    await customer(house)
    desk = await house.desk("1001")
    at = await play(house, "answered_agent_hangs_up", until=rings("1001"))
    card = await desk.card()
    await desk.client.disconnect()
    again = await house.desk("1001")
    snapshot = await again.snapshot()
    assert [c["card_id"] for c in snapshot["cards"]] == [card["card_id"]]
    assert snapshot["cards"][0]["customer"]["name"] == "Anna Petrenko"
    assert snapshot["presence"]["state"] == "ringing"
    await play(house, "answered_agent_hangs_up", begin=at)
    assert cards(again) <= {card["card_id"]}
    snapshot = await again.snapshot()
    assert [c["state"] for c in snapshot["cards"]] == ["ended"], "the card stays for the wrap-up"
    assert snapshot["presence"]["state"] == "wrap_up"
    async with house.api("1001").post("/api/v1/me/wrap-up/end") as answer:
        assert answer.status == 200
    assert (await again.snapshot())["cards"] == []


async def test_the_second_call_shows_the_first_in_its_history(house: Running) -> None:
    await customer(house)
    desk = await house.desk("1001")
    await play(house, "answered_agent_hangs_up")
    at = await play(house, "answered_customer_hangs_up", until=rings("1001"))
    card = await desk.card(lambda c: c["history"])
    (past,) = card["history"]
    assert (past["kind"], past["outcome"], past["queue"]) == ("call", "answered", "support")
    assert past["agents"] == [{"id": house.ids["1001"], "name": "Agent 1001"}]
    assert past["talk_s"] > 1
    await play(house, "answered_customer_hangs_up", begin=at)


async def test_who_was_shown_the_customer_is_in_the_audit_log(house: Running) -> None:
    anna = await customer(house)
    await house.desk("1001")
    await play(house, "answered_agent_hangs_up")
    entries: list[dict[str, Any]] = []
    for _ in range(200):  # the log is written a moment later
        async with house.api("boss").get("/api/v1/audit", params={"customer_id": anna}) as answer:
            if entries := (await answer.json())["items"]:
                break
        await asyncio.sleep(0.05)
    assert [(e["action"], e["user"]) for e in entries] == [("card_shown", "Agent 1001")]


async def test_a_database_that_does_not_answer_still_gives_a_card(house: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pop, "PATIENCE", 0.1)
    gate = asyncio.Event()
    find = house.house.matcher.find

    async def slow(*arguments, **more):  # type: ignore[no-untyped-def]
        await gate.wait()
        return await find(*arguments, **more)

    monkeypatch.setattr(house.house.matcher, "find", slow)
    await customer(house)
    desk = await house.desk("1001")
    at = await play(house, "answered_agent_hangs_up", until=rings("1001"), patience=0.2)
    card = await desk.card()
    assert (card["looked_up"], card["customer"], card["caller"]["e164"]) == (False, None, ANNA)
    gate.set()
    again = await desk.card(lambda c: c["looked_up"])
    assert (again["card_id"], again["customer"]["name"]) == (card["card_id"], "Anna Petrenko")
    await play(house, "answered_agent_hangs_up", begin=at)
