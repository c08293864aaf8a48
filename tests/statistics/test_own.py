"""Own reports and dashboards: who sees them, who changes them, and what is left when somebody leaves."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ringdesk.agents.models import User
from ringdesk.statistics import own
from ringdesk.statistics.periods import BadPeriod
from tests.house import Running

API = "/api/v1"
QUEUES = {"report": "queues", "measures": ["offered", "service_level"], "dimensions": ["queue"], "sort": "-offered"}


async def said(house: Running, who: str, method: str, path: str, **body: Any) -> tuple[int, Any]:
    async with house.api(who).request(method, API + path, json=body if method in ("POST", "PUT") else None) as answer:
        return answer.status, None if answer.status == 204 else await answer.json()


async def kept(house: Running, who: str, name: str, **more: Any) -> int:
    status, shown = await said(house, who, "POST", "/own-reports", name=name, definition=QUEUES, **more)
    assert status == 201, shown
    return int(shown["id"])


async def seen(house: Running, who: str, what: str = "own-reports") -> set[str]:
    return {item["name"] for item in (await said(house, who, "GET", f"/{what}"))[1]["items"]}


async def team_id(house: Running, name: str) -> int:
    return next(int(team["id"]) for team in (await said(house, "adam", "GET", "/teams"))[1]["items"] if team["name"] == name)


async def test_a_report_is_its_owners_until_it_is_shared(house: Running) -> None:
    support = await team_id(house, "Support")
    await kept(house, "sofia", "Mine")
    await kept(house, "sofia", "My team's", team_id=support)
    shared = await kept(house, "sofia", "Everybody's", everybody=True)
    assert await seen(house, "sofia") == {"Mine", "My team's", "Everybody's"}
    assert await seen(house, "stefan") == {"Everybody's"}
    assert await seen(house, "maria") == {"My team's", "Everybody's"}, "managers see what teams share"
    assert (await said(house, "anna", "GET", "/own-reports"))[0] == 403
    status, problem = await said(house, "stefan", "PUT", f"/own-reports/{shared}", name="Stefan's", definition=QUEUES)
    assert (status, problem["type"].rpartition(":")[2]) == (403, "not_yours")
    assert (await said(house, "stefan", "DELETE", f"/own-reports/{shared}"))[0] == 403
    assert (await said(house, "stefan", "POST", "/own-reports", name="x", definition=QUEUES, team_id=support))[0] == 404
    status, changed = await said(house, "sofia", "PUT", f"/own-reports/{shared}", name="Renamed", definition=QUEUES)
    assert (status, changed["name"], changed["everybody"], changed["mine"]) == (200, "Renamed", False, True)
    assert await seen(house, "stefan") == set()
    assert (await said(house, "stefan", "GET", f"/own-reports/{shared}/result"))[0] == 404


async def test_a_shared_report_shows_each_reader_their_own_figures(house: Running) -> None:
    shared = await kept(house, "maria", "Queues", everybody=True)
    for name in ("maria", "sofia", "stefan"):
        status, shown = await said(house, name, "GET", f"/own-reports/{shared}/result")
        assert (status, shown["title"], shown["chart"]) == (200, "Queues", "table")
        assert [column["name"] for column in shown["columns"]] == ["queue", "offered", "service_level"]


async def test_a_report_of_who_has_left_stays_and_a_manager_takes_it_over(house: Running) -> None:
    shared, private = await kept(house, "sofia", "Shared", everybody=True), await kept(house, "sofia", "Private")
    async with house.house.db.write() as session:
        (await session.get_one(User, house.ids["sofia"])).active = False
    await house.house.services.people_changed()
    _, left = await said(house, "stefan", "GET", f"/own-reports/{shared}")
    assert (left["owner"], left["mine"], left["may_change"]) == (None, False, False)
    assert (await said(house, "stefan", "GET", f"/own-reports/{shared}/result"))[0] == 200
    assert (await said(house, "stefan", "GET", f"/own-reports/{private}"))[0] == 404
    _, left = await said(house, "maria", "GET", f"/own-reports/{private}")
    assert (left["owner"], left["may_change"]) == (None, True)
    _, taken = await said(house, "maria", "PUT", f"/own-reports/{private}", name="Maria's", definition=QUEUES)
    assert (taken["owner"]["name"], taken["mine"]) == ("Maria", True)


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"report": "nothing"}, "not_found"),
        ({"measures": ["happiness"]}, "bad_report"),
        ({"dimensions": ["agent"]}, "bad_report"),
        ({"report": "concurrency", "measures": ["peak"], "dimensions": [], "agent": [1]}, "bad_report"),
        ({"period": "fixed"}, "bad_period"),
        ({"period": "fixed", "from_": "2026-02-02", "to": "2026-02-01"}, "bad_period"),
    ],
)
async def test_what_could_never_be_made_is_not_kept(small_house: Running, wrong: dict[str, Any], problem: str) -> None:
    status, shown = await said(small_house, "maria", "POST", "/own-reports", name="x", definition={**QUEUES, **wrong})
    assert (status, shown["type"].rpartition(":")[2]) == (404 if problem == "not_found" else 422, problem)


async def test_a_dashboard_shows_each_the_tiles_of_reports_they_may_see(house: Running) -> None:
    shared, private = await kept(house, "maria", "Shared", everybody=True), await kept(house, "maria", "Private")
    tiles = [{"report_id": shared, "width": 6}, {"report_id": private, "width": 12}]
    status, board = await said(house, "maria", "POST", "/dashboards", name="Morning", tiles=tiles, everybody=True)
    assert (status, board["tiles"]) == (201, tiles)
    (shown,) = (await said(house, "sofia", "GET", "/dashboards"))[1]["items"]
    assert (shown["tiles"], shown["may_change"], shown["owner"]["name"]) == (tiles[:1], False, "Maria")
    assert (await said(house, "sofia", "POST", "/dashboards", name="x", tiles=tiles))[0] == 404, "not of reports that one does not see"
    assert (await said(house, "sofia", "PUT", f"/dashboards/{board['id']}", name="x"))[0] == 403
    assert (await said(house, "maria", "DELETE", f"/own-reports/{shared}"))[0] == 204
    (shown,) = (await said(house, "maria", "GET", "/dashboards"))[1]["items"]
    assert shown["tiles"] == tiles[1:]
    assert (await said(house, "maria", "DELETE", f"/dashboards/{board['id']}"))[0] == 204
    assert await seen(house, "maria", "dashboards") == set()


@pytest.mark.parametrize(
    ("name", "since", "until"),
    [
        ("today", "2026-03-29", "2026-03-30"),
        ("yesterday", "2026-03-28", "2026-03-29"),
        ("this_week", "2026-03-23", "2026-03-30"),
        ("last_week", "2026-03-16", "2026-03-23"),
        ("this_month", "2026-03-01", "2026-04-01"),
        ("this_year", "2026-01-01", "2027-01-01"),
        ("last_month", "2026-02-01", "2026-03-01"),
        ("last_7_days", "2026-03-23", "2026-03-30"),
        ("last_year", "2025-01-01", "2026-01-01"),
    ],
)
def test_named_periods_are_days_of_the_company(name: str, since: str, until: str) -> None:
    """In the night in which clocks go forward; in Kyiv it is already Sunday."""
    zone = ZoneInfo("Europe/Kyiv")
    period = own.period_of(name, None, None, zone, datetime(2026, 3, 28, 23, tzinfo=UTC))
    shown = (period.since.astimezone(zone), period.until.astimezone(zone))
    assert [moment.strftime("%Y-%m-%dT%H:%M") for moment in shown] == [f"{since}T00:00", f"{until}T00:00"]


def test_a_period_of_no_known_name_is_refused() -> None:
    with pytest.raises(BadPeriod):
        own.period_of("last_eon", None, None, ZoneInfo("UTC"), datetime(2026, 3, 28, tzinfo=UTC))
