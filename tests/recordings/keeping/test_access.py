"""Who hears what: lists, pages and every way to a recording, for each person of two teams."""

from typing import Any

import pytest_asyncio

from ringdesk.recordings.models import Recording
from ringdesk.storage.base import now
from tests.house import Running
from tests.recordings.keeping.shelf import called, change, found, kept

API = "/api/v1"
EVERYBODY = ("anna", "olga", "boris", "sofia", "stefan", "maria", "adam")


@pytest_asyncio.fixture
async def shelf(house: Running) -> dict[str, int]:
    """Anna's and Boris's conversations, one in a queue that nobody spoke in, one without a call."""
    db, audio, settings = house.house.db, house.house.audio, house.house.settings
    anna = await kept(db, settings, audio, agents=(house.ids["anna"],), queue="support", call_id=await called(db))
    boris = await kept(db, settings, audio, agents=(house.ids["boris"],), call_id=await called(db))
    lost = await kept(db, settings, audio, agents=(house.ids["boris"],), queue="sales", call_id=await called(db))
    await change(db, lost.id, lambda row: setattr(row, "call_id", None))
    waited = await kept(db, settings, audio, queue="sales", call_id=await called(db))
    return {"anna": anna.id, "boris": boris.id, "lost": lost.id, "waited": waited.id}


MAY_HEAR = {
    "anna": {"anna"},
    "olga": set(),
    "boris": {"boris"},
    "sofia": {"anna"},
    "stefan": {"boris", "waited"},
    "maria": {"anna", "boris", "lost", "waited"},
    "adam": {"anna", "boris", "lost", "waited"},
}


async def got(house: Running, who: str, path: str, **query: Any) -> Any:
    async with house.api(who).get(API + path, params=query) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def status(house: Running, who: str, method: str, path: str, **body: Any) -> int:
    async with house.api(who).request(method, API + path, json=None if method == "GET" else body) as answer:
        return answer.status


async def test_everybody_sees_what_they_may_hear_and_nothing_else(house: Running, shelf: dict[str, int]) -> None:
    names = {recording_id: name for name, recording_id in shelf.items()}
    for who in EVERYBODY:
        listed = {names[item["id"]] for item in (await got(house, who, "/recordings"))["items"]}
        assert listed == MAY_HEAR[who], who
        for name, recording_id in shelf.items():
            may = name in MAY_HEAR[who]
            path = f"/recordings/{recording_id}"
            for method, at in (("GET", ""), ("GET", "/audio"), ("GET", "/peaks"), ("POST", "/link"), ("POST", "/transcribe")):
                assert await status(house, who, method, path + at) == (200 if may else 404), (who, name, at)
            assert await status(house, who, "POST", f"{path}/comments", at=1.0, text="Good") == (201 if may else 404), (who, name)


async def test_an_offer_is_no_conversation(house: Running, shelf: dict[str, int]) -> None:
    """Olga's phone rang too; she sees the call, and hears nothing of it."""
    assert (await got(house, "olga", "/recordings"))["items"] == []
    assert await status(house, "olga", "GET", f"/recordings/{shelf['anna']}/audio") == 404


async def test_what_a_recording_tells_depends_on_who_asks(house: Running, shelf: dict[str, int]) -> None:
    path = f"/recordings/{shelf['anna']}"
    async with house.api("anna").get(f"{API}{path}/audio") as answer:
        assert answer.status == 200
    seen = {who: await got(house, who, path) for who in ("anna", "sofia", "maria")}
    assert [view["downloadable"] for view in seen.values()] == [False, False, True]
    assert [len(view["listened"]) for view in seen.values()] == [0, 1, 1], "who listened is for those who supervise"
    assert seen["sofia"]["listened"][0]["who"]["name"] == "Anna"
    one = seen["maria"]
    assert (one["queue"], one["channels"], one["duration_s"], one["direction"]) == ("support", 2, 2.0, "in")
    assert (one["playable"], one["withheld"], one["sealed"], one["held"], one["delete_after"]) == (True, False, False, False, None)
    assert (one["caller"]["e164"], one["agents"], one["source"]) == (
        "+380501112233",
        [{"id": house.ids["anna"], "name": "Anna"}],
        "spool",
    )
    assert len(one["sha256"]) == 64


async def test_the_list_is_narrowed_and_sorted(house: Running) -> None:
    db = house.house.db
    ids = []
    for i in range(5):
        call = await called(db)
        ids.append(await found(db, call_id=call, step=None, state="scored", queue="sales" if i % 2 else "support", duration_s=float(i)))
    await change(db, ids[0], lambda row: setattr(row, "duration_s", None))
    lost = await found(db, step=None, state="transcribed")
    failed = await found(db, step=None, state="failed", reason="It is no audio")

    async def listed(**query: Any) -> list[int]:
        return [item["id"] for item in (await got(house, "maria", "/recordings", **query))["items"]]

    assert await listed() == [failed, lost, *reversed(ids)]
    assert await listed(sort="started_at", state="scored") == ids
    assert await listed(state="unmatched") == [lost]
    assert await listed(state="transcribed") == []
    assert await listed(state="failed") == [failed]
    assert await listed(queue="sales", sort="duration_s") == [ids[1], ids[3]]
    assert await listed(sort="-duration_s", state="scored") == [ids[4], ids[3], ids[2], ids[1], ids[0]]
    assert await listed(number="050 111 22 33", sort="started_at") == ids
    assert await listed(number="050 111 22 34") == []
    (item,) = (await got(house, "maria", "/recordings", state="unmatched"))["items"]
    assert (item["state"], item["call_id"]) == ("unmatched", None)
    for sort in ("started_at", "-started_at", "duration_s", "-duration_s"):
        whole, paged, cursor = await listed(sort=sort), [], None
        while True:
            page = await got(house, "maria", "/recordings", sort=sort, limit=2, **({"cursor": cursor} if cursor else {}))
            paged += [item["id"] for item in page["items"]]
            if (cursor := page["next"]) is None:
                break
        assert paged == whole, sort


async def test_comments_are_removed_by_their_author_or_who_manages(house: Running, shelf: dict[str, int]) -> None:
    path = f"/recordings/{shelf['anna']}"
    made = []
    for who in ("anna", "sofia"):
        async with house.api(who).post(f"{API}{path}/comments", json={"at": 1.5, "text": f" by {who} "}) as answer:
            made.append((await answer.json())["id"])
    marks = (await got(house, "anna", path))["marks"]
    assert [(m["kind"], m["start"], m["text"], m["by"]["name"]) for m in marks] == [
        ("comment", 1.5, "by anna", "Anna"),
        ("comment", 1.5, "by sofia", "Sofia"),
    ]
    assert await status(house, "sofia", "DELETE", f"{path}/comments/{made[0]}") == 403
    assert await status(house, "anna", "DELETE", f"{path}/comments/{made[0]}") == 204
    assert await status(house, "maria", "DELETE", f"/recordings/{shelf['boris']}/comments/{made[1]}") == 404
    assert await status(house, "maria", "DELETE", f"{path}/comments/{made[1]}") == 204
    assert (await got(house, "anna", path))["marks"] == []


async def test_a_recording_under_legal_hold_is_not_deleted(house: Running, shelf: dict[str, int]) -> None:
    path = f"/recordings/{shelf['anna']}"
    assert await status(house, "sofia", "PUT", f"{path}/hold", reason="in court") == 403
    assert await status(house, "maria", "PUT", f"{path}/hold", reason="in court") == 200
    assert await status(house, "maria", "DELETE", path) == 409
    assert (await got(house, "maria", path))["legal_hold"] == "in court"
    assert await status(house, "maria", "PUT", f"{path}/hold", reason=None) == 200
    assert await status(house, "maria", "DELETE", path) == 204
    assert await status(house, "maria", "GET", path) == 404
    trail = (await got(house, "maria", "/audit"))["items"]
    assert [item["action"] for item in trail if item["subject"] == "recording"][:3] == ["deleted", "hold_lifted", "held"]


async def test_a_person_says_whose_call_it_is(house: Running, shelf: dict[str, int]) -> None:
    db = house.house.db
    call = await called(db)
    path = f"/recordings/{shelf['lost']}"
    assert await status(house, "maria", "POST", f"{path}/match", call_id="pbx-nothing") == 404
    async with house.api("maria").post(f"{API}{path}/match", json={"call_id": call}) as answer:
        assert ((await answer.json())["call_id"], answer.status) == (call, 200)


async def test_asking_for_a_transcript_puts_it_before_all_others(house: Running) -> None:
    db = house.house.db
    given_up = await found(db, step=None, state="failed", reason="no", attempts=6, claimed_until=now().replace(year=9000))
    assert await status(house, "maria", "POST", f"/recordings/{given_up}/transcribe") == 200
    async with db.read() as session:
        row = await session.get_one(Recording, given_up)
    assert (row.step, row.priority, row.attempts) == ("store", 1, 0)
