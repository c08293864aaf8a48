"""Cards of people in different teams, and what a card keeps of a call in which much is changed."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from ringdesk.agents.rights import Role
from ringdesk.screenpop import pop
from ringdesk.storage.base import now
from ringdesk.telephony.events import Channel, ChannelCreated, DialBegan
from tests.house import Desk, Running, running, settings_for
from tests.incoming import ANNA, Incoming
from tests.telephony.scripted_pbx import Action, ScriptedPbx
from tests.web.conftest import staff

API = "/api/v1"


@pytest_asyncio.fixture
async def house(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Running]:
    monkeypatch.setattr(pop, "PATIENCE", 30.0)  # what a slow machine looks up late must not look like a database that is away
    async with running(settings_for(database_url)) as found:
        await staff(found)
        yield found


async def said(house: Running, who: str, method: str, path: str, **body: Any) -> Any:
    async with house.api(who).request(method, API + path, json=None if method == "GET" else body) as answer:
        assert answer.status < 300, await answer.text()
        return await answer.json() if answer.status != 204 else None


async def customer(house: Running, name: str, *numbers: str, team: str | None = None) -> int:
    teams = {t["name"]: t["id"] for t in (await said(house, "adam", "GET", "/teams"))["items"]}
    body = {"name": name, "numbers": [{"number": number} for number in numbers], "team_id": teams.get(team or "")}
    return int((await said(house, "adam", "POST", "/customers", **body))["id"])


async def card_of(desk: Desk, call: Incoming, **wanted: Any) -> dict[str, Any]:
    return await desk.card(lambda c: c["call_id"] == call.id and all(c[name] == value for name, value in wanted.items()))


async def test_a_number_of_nobody_tells_nothing_of_whose_it_was(house: Running) -> None:
    """The customer was found by name during the call; the number itself is in nobody's entry."""
    secret = await customer(house, "Secret Person", team="Sales")
    first = await Incoming(house, queue="sales").rings("1005").answered("1005").looked_up()
    await said(house, "boris", "PUT", f"/calls/{first.id}/customer", customer_id=secret)
    await said(house, "boris", "PUT", f"/calls/{first.id}/note", body="Has cancer")
    first.ends()
    await house.quiet()
    anna, boris = await house.desk("anna"), await house.desk("boris")
    second = await Incoming(house).rings("1001").looked_up()
    assert (await card_of(anna, second))["history"] == []
    assert "cancer" not in str(anna.heard)
    second.ignored("1001").rings("1005")
    (past,) = (await card_of(boris, second))["history"]
    assert (past["call_id"], [n["body"] for n in past["notes"]]) == (first.id, ["Has cancer"])
    second.ends()


async def test_whoever_was_chosen_out_of_ones_sight_is_not_offered_again(house: Running) -> None:
    public, secret = await customer(house, "Public", ANNA), await customer(house, "Secret Person", ANNA, team="Sales")
    anna = await house.desk("anna")
    call = await Incoming(house, queue="sales").rings("1005").answered("1005").looked_up()
    await said(house, "boris", "PUT", f"/calls/{call.id}/customer", customer_id=secret)
    call.rings("1001")
    card = await card_of(anna, call)
    assert (card["restricted"], card["customer"], card["candidates"], card["history"]) == (True, None, [], [])
    await said(house, "boris", "PUT", f"/calls/{call.id}/customer", customer_id=public)
    assert (await card_of(anna, call, restricted=False))["customer"]["name"] == "Public"
    call.ends()


async def test_ones_own_note_stays_on_a_card_without_its_customer(house: Running) -> None:
    """What is typed into an empty box after a reload would be saved over it."""
    await customer(house, "Secret Person", ANNA, team="Sales")
    call = await Incoming(house).rings("1001").answered("1001").looked_up()
    await said(house, "anna", "PUT", f"/calls/{call.id}/note", body="Calls back at five")
    anna = await house.desk("anna")
    (card,) = (await anna.snapshot())["cards"]
    assert (card["restricted"], [n["body"] for n in card["notes"]]) == (True, ["Calls back at five"])
    call.ends()


async def test_a_note_typed_in_one_tab_is_in_the_others(house: Running) -> None:
    tab, other = await house.desk("anna"), await house.desk("anna")
    call = await Incoming(house).rings("1001").answered("1001").looked_up()
    for text in ("Wants", "Wants an invoice"):
        await said(house, "anna", "PUT", f"/calls/{call.id}/note", body=text)
        for desk in (tab, other):
            await desk.card(lambda c, text=text: [n["body"] for n in c["notes"]] == [text])  # type: ignore[misc]
    call.ends()


async def test_notes_of_two_agents_typed_at_once_are_both_kept(house: Running) -> None:
    call = await Incoming(house).rings("1001").answered("1001").rings("1002").answered("1002").looked_up()
    texts = {"anna": "a" * 20, "olga": "o" * 20}

    async def types(who: str) -> None:
        for length in range(1, len(texts[who]) + 1):
            await said(house, who, "PUT", f"/calls/{call.id}/note", body=texts[who][:length])

    await asyncio.gather(types("anna"), types("olga"))
    shown = await said(house, "maria", "GET", f"/calls/{call.id}")
    assert {n["body"] for n in shown["notes"]} == set(texts.values())
    call.ends()


async def test_a_card_that_changes_often_is_one_look_in_the_audit_log(house: Running) -> None:
    anna = await customer(house, "Anna", ANNA)
    desk = await house.desk("anna")
    call = await Incoming(house).rings("1001").looked_up()
    await card_of(desk, call)
    call.answered("1001")
    for text in ("a", "ab", "abc"):
        await said(house, "anna", "PUT", f"/calls/{call.id}/note", body=text)
        await asyncio.sleep(0.15)  # longer than the log collects
    await desk.snapshot()
    call.ends()
    await house.quiet()
    entries = (await said(house, "maria", "GET", f"/audit?customer_id={anna}"))["items"]
    assert [e["action"] for e in entries if e["user"] == "Anna"] == ["card_shown"]


async def test_the_reason_of_a_transfer_is_not_told_again_at_the_next(house: Running) -> None:
    call = await Incoming(house).rings("1001").answered("1001").looked_up()
    cards = house.house.pop
    for reason in ("Billing knows more", None):
        cards.give_reason(call.id, house.ids["anna"], reason)
        assert cards.popped[call.id].reasons == ({house.ids["anna"]: reason} if reason else {})
    call.ends()


async def test_whom_one_dials_stays_chosen_whatever_happens_to_the_card(database_url: str) -> None:
    """Two customers share the number; the agent clicked on one of them. The PBX tells of the call before it answers the command."""
    async with ScriptedPbx() as pbx:
        ami = {"ami_host": pbx.address.host, "ami_port": pbx.address.port}
        async with running(settings_for(database_url, ami)) as house:
            await staff(house)
            await house.linked()
            desk = await house.desk("anna")
            for early in (False, True):
                _, bohdan = await customer(house, "Anna", ANNA), await customer(house, "Bohdan", ANNA)
                call_id = await dialled(house, pbx, bohdan, early=early)
                card = await desk.card(lambda c, i=call_id: c["call_id"] == i and c["customer"] is not None)  # type: ignore[misc]
                assert (card["direction"], card["customer"]["id"]) == ("out", bohdan)
                await said(house, "anna", "PUT", f"/calls/{call_id}/note", body=f"Not there {early}")
                card = await desk.card(lambda c, early=early: [n["body"] for n in c["notes"]] == [f"Not there {early}"])  # type: ignore[misc]
                assert card["customer"] is not None
                assert card["customer"]["id"] == bohdan, early


async def dialled(house: Running, pbx: ScriptedPbx, customer_id: int, *, early: bool) -> str:
    """A click-to-dial of Anna's at 1001, whose first event comes before the answer of the PBX or after it. The call's id."""
    answer = pbx._answer

    def tells(linkedid: str) -> None:
        phone = Channel(linkedid, linkedid, f"PJSIP/1001-{linkedid[-8:]}", ANNA, "", "s", "from-phone", "0")
        for event in (ChannelCreated(at=now(), channel=phone), DialBegan(at=now(), source=None, target=phone, dialled="1001")):
            house.house.listener._apply(event)

    async def quick(action: Action, writer: asyncio.StreamWriter) -> None:
        if action["Action"] == "Originate" and early:
            tells(action["ChannelId"])
            await asyncio.sleep(0.1)
        await answer(action, writer)

    pbx._answer = quick  # type: ignore[method-assign]
    call_id = str((await said(house, "anna", "POST", "/calls", to=ANNA, customer_id=customer_id))["call_id"])
    pbx._answer = answer  # type: ignore[method-assign]
    if not early:
        tells(call_id.removeprefix("pbx-"))
    return call_id


async def test_a_supervisor_without_the_right_sees_no_more_than_an_agent(house: Running) -> None:
    await customer(house, "Secret Person", ANNA, team="Sales")
    await house.add_user("both", Role.AGENT, Role.MANAGER, interface="PJSIP/1060")
    sofia, both = await house.desk("sofia"), await house.desk("both")
    call = await Incoming(house).rings("1011").rings("1060").looked_up()
    assert (await card_of(sofia, call))["restricted"]
    assert (await card_of(both, call))["customer"]["name"] == "Secret Person"
    call.ends()
