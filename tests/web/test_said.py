"""Search, topics and trends over HTTP: who finds what, who makes topics, and what a recording shows of them."""

from datetime import timedelta
from typing import Any

from ringdesk.recordings import said as index
from ringdesk.storage.base import now
from tests.house import Running
from tests.recordings.said.corpus import MONDAY, record

API = "/api/v1"


async def said(house: Running, who: str, method: str, path: str, expect: int = 200, **body: Any) -> Any:
    async with house.api(who).request(method, API + path, json=None if method in ("GET", "DELETE") else body) as answer:
        assert answer.status == expect, (who, path, await answer.text())
        return await answer.json() if answer.status != 204 else None


async def found(house: Running, who: str, query: str) -> list[int]:
    return [item["recording"]["id"] for item in (await said(house, who, "GET", f"/transcripts/search?{query}"))["items"]]


async def two_calls(house: Running) -> tuple[int, int, int]:
    """Anna's at support, Boris's at sales, and one that is nobody's."""
    async with house.house.db.write() as session:
        rows = [
            await record(session, [("agent", "good morning"), ("customer", "I want a refund")], agents=[house.ids["anna"]]),
            await record(session, [("customer", "the refund is late")], at=MONDAY + timedelta(hours=1), queue="sales",
                         agents=[house.ids["boris"]]),
            await record(session, [("mixed", "refund of nobody")], at=MONDAY - timedelta(days=1), queue=None, agents=[], call_id=None),
        ]  # fmt: skip
    return rows[0].id, rows[1].id, rows[2].id


async def test_everybody_finds_what_they_may_hear(house: Running) -> None:
    anna, boris, nobody = await two_calls(house)
    seen = {"anna": [anna], "olga": [], "boris": [boris], "sofia": [anna], "stefan": [boris], "maria": [boris, anna, nobody]}
    for who, expected in seen.items():
        assert await found(house, who, "q=refund") == expected, who
        assert await found(house, who, f"q=refund&agent_id={house.ids['boris']}") == [id for id in expected if id == boris]
        assert await found(house, who, "q=refund&queue=support") == [id for id in expected if id == anna]
    assert await found(house, "maria", "q=a+refund&match=phrase&speaker=customer") == [anna]
    page = await said(house, "maria", "GET", "/transcripts/search?q=refund&limit=1")
    (item,) = page["items"]
    assert item["recording"]["queue"] == "sales"
    assert item["hits"] == [{"speaker": "customer", "start": 0.5, "end": 0.9, "before": "the", "words": "refund", "after": "is late"}]
    assert item["more"] == 0
    assert await found(house, "maria", f"q=refund&cursor={page['next']}") == [anna, nobody]
    await said(house, "maria", "GET", "/transcripts/search?q=...", expect=422)
    await said(house, "maria", "GET", "/transcripts/search", expect=422)


async def test_topics_are_made_and_seen(house: Running) -> None:
    anna, _, _ = await two_calls(house)
    body = {"name": "Money back", "phrases": ["refund"], "speaker": "customer"}
    topic = await said(house, "sofia", "POST", "/topics", 201, **body)
    assert topic == {"id": topic["id"], **body}
    await said(house, "sofia", "POST", "/topics", 409, **body)
    await said(house, "sofia", "POST", "/topics", 422, name="Dots", phrases=["..."])
    await said(house, "sofia", "POST", "/topics", 422, name="None", phrases=[])
    assert (await said(house, "anna", "GET", "/topics"))["items"] == [topic]
    marks = (await said(house, "anna", "GET", f"/recordings/{anna}"))["marks"]
    assert [(mark["kind"], mark["start"], mark["text"]) for mark in marks if mark["kind"] == "topic"] == [("topic", 2.6, "Money back")]
    changed = await said(house, "sofia", "PUT", f"/topics/{topic['id']}", name="Late", phrases=["late"], speaker=None)
    assert changed["speaker"] is None
    await said(house, "sofia", "DELETE", f"/topics/{topic['id']}", 204)
    await said(house, "sofia", "DELETE", f"/topics/{topic['id']}", 404)
    await said(house, "sofia", "PUT", f"/topics/{topic['id']}", 404, **body)


async def test_trends_are_of_what_one_may_hear(house: Running) -> None:
    async with house.house.db.write() as session:
        for week, share in ((3, 1), (2, 1), (1, 6), (0, 1)):
            for i in range(8):
                turns = [("customer", "my parcel is lost" if i < share else "an invoice")]
                await record(session, turns, at=now() - timedelta(weeks=week), queue="support", agents=[house.ids["anna"]])  # type: ignore[arg-type]
    await said(house, "sofia", "POST", "/topics", 201, name="Parcels", phrases=["parcel", "delivery"], speaker=None)
    for kind, name in (("topics", "Parcels"), ("phrases", "parcel is lost")):
        shown = await said(house, "sofia", "GET", f"/trends?kind={kind}&weeks=3")
        assert shown["totals"][-3:] == [8, 8, 8]
        row = next(row for row in shown["rows"] if row["name"] == name)
        assert row["recordings"] == [1, 1, 6, 1] == [round(share * 8) for share in row["shares"]]
        assert row["score"] > 2
        assert row["change"] == 0.625
        assert (await said(house, "stefan", "GET", f"/trends?kind={kind}&weeks=3"))["totals"] == [0, 0, 0, 0]


async def test_what_is_deleted_is_found_and_counted_no_more(house: Running) -> None:
    anna, boris, _ = await two_calls(house)
    await said(house, "maria", "DELETE", f"/recordings/{boris}", 204)
    assert await found(house, "maria", "q=late") == []
    async with house.house.db.write() as session:
        await index.forget(session, boris)  # nothing left to forget
    assert anna in await found(house, "maria", "q=refund")
