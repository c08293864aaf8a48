"""What queues promise: a change applies to the past, in the background, and whoever made it is on record."""

from typing import Any

from tests.house import Running
from tests.statistics.reports.asking import API, WEEK, got

TARGET = {"answer_within_s": 40, "target": 0.9, "short_abandon_s": 10, "variant": "offered"}


async def said(house: Running, who: str, method: str, path: str, **body: Any) -> tuple[int, Any]:
    async with house.api(who).request(method, API + path, json=body if method == "PUT" else None) as answer:
        return answer.status, None if answer.status == 204 else await answer.json()


async def counted(house: Running) -> None:
    await house.house.folder.prepare()
    async for _ in house.house.folder.catch_up():
        pass


async def test_another_target_changes_the_past_too(house: Running) -> None:
    await counted(house)
    before = (await got(house, "maria", "/reports/queues", **WEEK, measures=["service_level", "offered"]))["rows"]
    assert (await said(house, "maria", "PUT", "/queue-targets/support", **TARGET))[0] == 200
    shown = await got(house, "maria", "/reports/queues", **WEEK)
    assert shown["recalculating"] is not None or shown["rows"] != before, "it says that it is being counted anew"
    await counted(house)
    shown = await got(house, "maria", "/reports/queues", **WEEK, measures=["service_level", "offered"])
    assert shown["recalculating"] is None
    changed = [row["queue"] for row, was in zip(shown["rows"], before, strict=True) if row["service_level"] != was["service_level"]]
    assert changed == ["support"]
    assert [row["offered"] for row in shown["rows"]] == [row["offered"] for row in before]
    assert (await said(house, "maria", "DELETE", "/queue-targets/support"))[0] == 204
    await counted(house)
    assert (await got(house, "maria", "/reports/queues", **WEEK, measures=["service_level", "offered"]))["rows"] == before
    entries = [entry for entry in (await got(house, "maria", "/audit"))["items"] if entry["action"] == "target_changed"]
    assert [(entry["user"], entry["detail"]["now"]) for entry in entries] == [("Maria", None), ("Maria", TARGET)]


async def test_who_sees_and_who_sets_targets(house: Running) -> None:
    assert (await said(house, "maria", "PUT", "/queue-targets/sales", **TARGET))[0] == 200
    mine, all = await got(house, "sofia", "/queue-targets"), await got(house, "maria", "/queue-targets")
    assert ([item["queue"] for item in mine["items"]], mine["queues"]) == (["*"], ["support"])
    assert ([item["queue"] for item in all["items"]], all["queues"]) == (["*", "sales"], ["billing", "sales", "support"])
    assert (await said(house, "sofia", "PUT", "/queue-targets/support", **TARGET))[0] == 403
    assert (await said(house, "maria", "DELETE", "/queue-targets/support"))[0] == 404
    status, problem = await said(house, "maria", "DELETE", "/queue-targets/*")
    assert (status, problem["type"].rpartition(":")[2]) == (422, "house_target_stays")
    for wrong in ({"target": 2}, {"answer_within_s": 0}, {"variant": "any"}):
        assert (await said(house, "maria", "PUT", "/queue-targets/*", **{**TARGET, **wrong}))[0] == 422
