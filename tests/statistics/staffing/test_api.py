"""Staffing and shifts over HTTP: whose queues and people one may see, and what is refused."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ringdesk.agents.models import Shift
from ringdesk.storage.base import now
from tests.house import Running
from tests.statistics.staffing.centre import Centre

Answer = tuple[int, Any]


async def said(house: Running, who: str, method: str, path: str, query: dict[str, Any] | None = None, body: Any = None) -> Answer:
    async with house.api(who).request(method, f"/api/v1{path}", params=query, json=body) as answer:
        return answer.status, await answer.json()


async def test_a_queue_is_staffed_by_who_called_it(house: Running) -> None:
    """Three callers a minute for two hours of yesterday, five minutes each."""
    begin = (now() - timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    centre = Centre()
    for i in range(360):
        centre.caller(begin + timedelta(seconds=20 * i), talks=300, agent=house.ids["anna"], outcome="answered" if i % 10 else "abandoned")
    async with house.house.db.write() as session:
        await centre.write(session, house.house.db.dialect)
    asked = {"queue": "support", "from": begin.date().isoformat(), "to": (begin + timedelta(days=1)).date().isoformat()}
    status, found = await said(house, "sofia", "GET", "/staffing", {**asked, "interval": "hour", "model": "erlang_a"})
    assert status == 200, found
    assert (found["target"], found["answer_within_s"], found["aht_s"], found["patience_s"]) == (0.8, 20, 300, 100)
    row = next(row for row in found["rows"] if row["time"] == "09:00")
    assert (row["calls"], row["traffic"], row["weekday"]) == (180, 15, begin.weekday())
    assert row["expected"]["service_level"] >= 0.8 > row["one_less"]["service_level"]
    assert row["one_less"]["agents"] + 1 == row["agents"] == row["one_more"]["agents"] - 1
    assert row["paid"] > row["agents"] > 10
    status, more = await said(house, "maria", "GET", "/staffing", {**asked, "interval": "hour", "target": 0.95, "aht_s": 600})
    assert status == 200
    assert more["rows"][9]["agents"] > 30
    assert more["rows"][9]["expected"]["abandoned"] is None
    for path, query in (("/staffing", {**asked, "queue": "sales"}), ("/staffing/forecast", {"queue": "sales"})):
        status, problem = await said(house, "sofia", "GET", path, query)
        assert (status, problem["type"]) == (404, "urn:ringdesk:problem:not_found")
    assert (await said(house, "sofia", "GET", "/staffing/forecast"))[1]["method"] == "none"
    for who in ("maria", "adam"):
        assert (await said(house, who, "GET", "/staffing", {**asked, "queue": "sales"}))[0] == 200


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({"calls": 60, "aht_s": 300, "model": "erlang_a"}, "patience_needed"),
        ({"calls": 1_000_000, "aht_s": 36_000}, "too_many_agents"),
        ({"calls": 0, "aht_s": 300}, "invalid_request"),
        ({"calls": 60, "aht_s": 300, "target": 1}, "invalid_request"),
        ({"calls": "nan", "aht_s": 300}, "invalid_request"),
    ],
)
async def test_one_interval_that_cannot_be_calculated(small_house: Running, query: dict[str, Any], problem: str) -> None:
    status, found = await said(small_house, "sofia", "GET", "/staffing/erlang", query)
    assert status == 422
    assert found["type"].endswith(problem), found


async def test_one_interval(small_house: Running) -> None:
    """Cleveland's example: 34 agents for 250 calls in half an hour."""
    status, found = await said(small_house, "sofia", "GET", "/staffing/erlang", {"calls": 500, "aht_s": 210})
    assert (status, found["agents"], round(found["expected"]["asa_s"], 1)) == (200, 34, 12.7)
    assert [one["agents"] for one in found["around"]] == list(range(31, 38))
    status, found = await said(small_house, "sofia", "GET", "/staffing/erlang", {"calls": 500, "aht_s": 210, "agents": 20})
    assert found["expected"] == {"agents": 20, "service_level": 0, "asa_s": None, "occupancy": 1, "abandoned": None}


MONDAY = datetime(2026, 3, 9, tzinfo=UTC)


def form(house: Running, who: list[str], *shifts: tuple[str, int, int]) -> dict[str, Any]:
    return {
        "since": MONDAY.isoformat(),
        "until": (MONDAY + timedelta(days=7)).isoformat(),
        "agents": [house.ids[name] for name in who],
        "shifts": [
            {
                "agent_id": house.ids[name],
                "starts_at": (MONDAY + timedelta(hours=begin)).isoformat(),
                "ends_at": (MONDAY + timedelta(hours=end)).isoformat(),
            }
            for name, begin, end in shifts
        ],
    }


async def test_shifts_are_planned_for_ones_own_people_only(house: Running) -> None:
    status, found = await said(house, "sofia", "PUT", "/shifts", body=form(house, ["anna", "olga"], ("anna", 9, 17), ("olga", 8, 16)))
    assert status == 200, found
    assert [item["agent"]["name"] for item in found["items"]] == ["Olga", "Anna"]
    for who, agents in (("sofia", ["boris"]), ("stefan", ["anna", "boris"])):
        status, problem = await said(house, who, "PUT", "/shifts", body=form(house, agents))
        assert (status, problem["type"]) == (404, "urn:ringdesk:problem:not_found")
    assert (await said(house, "maria", "PUT", "/shifts", body=form(house, ["boris"], ("boris", 9, 17))))[0] == 200
    span = {"since": MONDAY.isoformat(), "until": (MONDAY + timedelta(days=7)).isoformat()}
    seen = {}
    for who in ("sofia", "stefan", "maria"):
        status, found = await said(house, who, "GET", "/shifts", span)
        seen[who] = sorted(item["agent"]["name"] for item in found["items"])
    assert seen == {"sofia": ["Anna", "Olga"], "stefan": ["Boris"], "maria": ["Anna", "Boris", "Olga"]}
    teams = {team["name"]: team["id"] for team in (await said(house, "maria", "GET", "/teams"))[1]["items"]}
    assert len((await said(house, "maria", "GET", "/shifts", {**span, "team": teams["Sales"]}))[1]["items"]) == 1
    assert len((await said(house, "sofia", "GET", "/shifts", {**span, "agent": house.ids["anna"]}))[1]["items"]) == 1
    for query in ({"team": teams["Sales"]}, {"agent": house.ids["boris"]}):
        assert (await said(house, "sofia", "GET", "/shifts", {**span, **query}))[0] == 404


async def test_shifts_that_contradict_each_other_change_nothing(house: Running) -> None:
    await said(house, "sofia", "PUT", "/shifts", body=form(house, ["anna"], ("anna", 9, 17)))
    status, problem = await said(house, "sofia", "PUT", "/shifts", body=form(house, ["anna"], ("anna", 8, 12), ("anna", 11, 16)))
    assert (status, problem["type"]) == (409, "urn:ringdesk:problem:shifts_overlap")
    assert problem["detail"] == (
        "Anna would be planned for two things at once: from 2026-03-09 08:00 UTC to 2026-03-09 12:00 UTC, and from 2026-03-09 11:00 UTC"
    )
    status, problem = await said(house, "sofia", "PUT", "/shifts", body=form(house, ["anna"], ("anna", 9, 34)))
    assert (status, problem["detail"]) == (422, "A shift lasts at most 24 hours; this one begins at 2026-03-09 09:00 UTC")
    async with house.house.db.read() as session:
        assert (await session.get_one(Shift, 1)).starts_at == MONDAY + timedelta(hours=9)
    entries = (await said(house, "maria", "GET", "/audit"))[1]["items"]
    assert [entry["detail"]["shifts"] for entry in entries if entry["action"] == "shifts_planned"] == [1]
