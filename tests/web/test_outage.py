"""The database goes away for a moment in the middle of the day, and comes back."""

import asyncio
from datetime import timedelta

import pytest

from ringdesk.telephony import store
from tests.house import Running
from tests.incoming import ANNA, Incoming
from tests.storage.outage import impatient, outage  # noqa: F401 - a fixture


@pytest.mark.usefixtures("impatient")
async def test_the_desk_goes_on_and_nothing_is_lost(house: Running, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "LONGEST_RETRY", 0.2)
    house.house.after.short_abandon = 0
    desk = await house.desk("anna")
    async with house.api("anna").post("/api/v1/customers", json={"name": "Anna", "numbers": [{"number": ANNA}]}) as answer:
        customer = (await answer.json())["id"]
    with outage(house.house.db, database_url):
        talk = Incoming(house).rings("1001").answered("1001")
        card = await desk.card(lambda c: c["call_id"] == talk.id)
        assert card["caller"]["e164"] == ANNA, "the number at least"
        missed = Incoming(house, "+380501112233", ago=timedelta(minutes=1))
        missed.ago = timedelta(0)
        missed.ends()
        async with house.api("anna").post("/api/v1/customers", json={"name": "Bohdan"}) as answer:
            assert answer.status == 503
            assert (await answer.json())["type"] == "urn:ringdesk:problem:database_unavailable"
        async with house.api().get("/healthz") as answer:
            assert answer.status == 200
        await asyncio.sleep(0.3)
        talk.ends()
    await asyncio.sleep(0.5)
    await house.quiet()
    async with house.api("maria").get("/api/v1/calls") as answer:
        assert answer.status == 200, "at the first request"
        found = {call["id"]: call for call in (await answer.json())["items"]}
    assert {talk.id: "answered", missed.id: "abandoned"} == {call_id: call["outcome"] for call_id, call in found.items()}
    async with house.api("anna").get("/api/v1/callbacks") as answer:
        assert [entry["number"] for entry in (await answer.json())["items"]] == ["+380501112233"]
    async with house.api("anna").get(f"/api/v1/agents/{house.ids['anna']}/presence") as answer:
        assert [item["state"] for item in (await answer.json())["items"]] == ["offline", "ringing", "talking", "wrap_up"]
    again = await Incoming(house).rings("1001").looked_up()
    card = await desk.card(lambda c: c["call_id"] == again.id)
    assert card["customer"]["id"] == customer, "the very next caller is known"
    again.ends()
