"""What a call and a customer's timeline say of recordings: those that the reader may hear, and no others."""

from tests.house import Running
from tests.recordings.keeping.shelf import called, kept
from tests.recordings.keeping.test_access import got


async def test_a_timeline_names_the_recordings_that_its_reader_may_hear(house: Running) -> None:
    db, audio, settings = house.house.db, house.house.audio, house.house.settings
    async with house.api("maria").post("/api/v1/customers", json={"name": "Nina", "numbers": [{"number": "+380501112233"}]}) as answer:
        customer = (await answer.json())["id"]
    call = await called(db, customer_id=customer)
    anna = (await kept(db, settings, audio, agents=(house.ids["anna"],), queue="support", call_id=call)).id
    boris = (await kept(db, settings, audio, agents=(house.ids["boris"],), call_id=call)).id
    heard = {"anna": [anna], "olga": [], "boris": [boris], "sofia": [anna], "maria": [anna, boris]}
    for who, expected in heard.items():
        (item,) = (await got(house, who, f"/customers/{customer}/timeline"))["items"]
        assert item["recordings"] == expected, who


async def test_a_call_names_its_recordings_in_their_order(house: Running) -> None:
    db, audio, settings = house.house.db, house.house.audio, house.house.settings
    call, other = await called(db), await called(db)
    ids = [(await kept(db, settings, audio, agents=(house.ids["anna"],), call_id=call)).id for _ in range(2)]
    assert (await got(house, "maria", f"/calls/{call}"))["recordings"] == ids
    listed = {item["id"]: item["recordings"] for item in (await got(house, "maria", "/calls"))["items"]}
    assert listed == {call: ids, other: []}
