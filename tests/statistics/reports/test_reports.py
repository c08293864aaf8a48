"""Reports over the API: rows, totals, the period before, who sees what, and what cannot be meant."""

from typing import Any

import pytest

from ringdesk.agents.models import User
from ringdesk.statistics import rows
from ringdesk.statistics.standard import STANDARDS
from tests.house import Running
from tests.statistics.reports.asking import API, WEEK, got, refused


async def test_rows_add_up_to_totals_and_the_week_before_stands_beside(house: Running) -> None:
    shown = await got(house, "maria", "/reports/queues", **WEEK, compare="true")
    assert [row["queue"] for row in shown["rows"]] == ["billing", "sales", "support"]
    for table in (shown, shown["previous"]):
        for name in ("offered", "answered", "abandoned"):
            assert sum(row[name] for row in table["rows"]) == table["totals"][name] > 0
    assert shown["previous"]["from"] == "2026-10-05T00:00:00Z"
    overview = await got(house, "maria", "/reports/overview", **WEEK)
    assert overview["totals"]["service_level"] == shown["totals"]["service_level"]
    assert (overview["rows"], overview["previous"]) == ([overview["totals"]], None)


async def test_every_report_answers_by_each_interval_and_dimension(house: Running) -> None:
    for name, standard in STANDARDS.items():
        own = {"measure": standard.standard, "all": tuple(standard.measures)}
        for interval in {standard.intervals[0], standard.intervals[-1]}:
            shown = await got(house, "maria", f"/reports/{name}", **WEEK, interval=interval, compare="true")
            keys = [column["name"] for column in shown["columns"] if column["key"]]
            assert [column["name"] for column in shown["columns"] if not column["key"]] == list(own["measure"])
            assert all(set(row) == {*keys, *own["measure"]} for row in shown["rows"])
        for dimension in standard.dimensions:
            shown = await got(house, "maria", f"/reports/{name}", **WEEK, dimensions=dimension.name, measures=list(own["all"]))
            assert shown["rows"], (name, dimension.name)


async def test_hours_in_which_nobody_called_are_there_with_nothing(house: Running) -> None:
    night = {"from": "2026-10-12T00:00", "to": "2026-10-12T06:00"}
    shown = await got(house, "maria", "/reports/overview", **night, interval="15m", measures=["offered", "service_level"])
    assert [row["time"][11:16] for row in shown["rows"]][:3] == ["00:00", "00:15", "00:30"]
    assert len(shown["rows"]) == 24
    quiet = [row for row in shown["rows"] if not row["offered"]]
    assert quiet
    assert all(row["service_level"] is None for row in quiet), "no share of nothing"
    kyiv = await got(
        house, "maria", "/reports/overview", **{"from": "2026-10-19", "to": "2026-10-26"}, interval="day", timezone="Europe/Kyiv"
    )
    assert [row["time"] for row in kyiv["rows"]][-1] == "2026-10-24T21:00:00Z", "and the 25-hour Sunday is one day"
    assert len(kyiv["rows"]) == 7
    hours = await got(house, "maria", "/reports/intervals", **WEEK)
    assert [(row["weekday"], row["hour"]) for row in hours["rows"]] == [(day, hour) for day in range(7) for hour in range(24)]


async def test_agents_by_the_hour_of_two_days_at_most(house: Running) -> None:
    two = {"from": "2026-10-13", "to": "2026-10-15"}
    measures = ["offers", "conversations", "talk_s", "signed_in_s", "available_s"]
    for who in ("agents", "teams"):
        whole = await got(house, "maria", f"/reports/{who}", **two, measures=measures)
        for interval, intervals in (("15m", 192), ("30m", 96), ("hour", 48)):
            shown = await got(house, "maria", f"/reports/{who}", **two, measures=measures, interval=interval)
            assert shown["totals"] == whole["totals"], (who, interval)
            assert len(shown["rows"]) == intervals * len(whole["rows"]) > 0
    assert await refused(house, "maria", "/reports/agents", **WEEK, interval="hour") == (422, "bad_report")
    for who in ("overview", "teams"):  # kept by quarter-hours
        assert (await got(house, "maria", f"/reports/{who}", **WEEK, interval="hour"))["totals"] is not None
    autumn = {"from": "2026-10-24", "to": "2026-10-26", "timezone": "Europe/Kyiv"}
    assert len((await got(house, "maria", "/reports/agents", **autumn, interval="hour"))["columns"]) > 1, "also where a day has 25 hours"
    items = {item["name"]: item for item in (await got(house, "maria", "/reports"))["items"]}
    assert (items["agents"]["fine_days"], items["queues"]["fine_days"]) == (2, None)


async def test_a_queue_called_like_the_sum_of_all_is_none(house: Running) -> None:
    for _ in range(2):
        assert (await got(house, "maria", "/reports/queues", **WEEK, queue="*"))["rows"] == []
        await house.house.folder.prepare()
        async for _ in house.house.folder.catch_up():
            pass


async def test_what_changed_is_no_file(house: Running) -> None:
    assert await refused(house, "maria", "/reports/changes", **WEEK, format="csv") == (422, "bad_report")


async def test_a_list_of_what_was_is_as_long_as_what_was(house: Running) -> None:
    years = {"from": "2024-10-12", "to": "2026-10-12", "interval": "hour"}
    shown = await got(house, "maria", "/reports/transfers", **years)
    assert 0 < sum(row["transfers"] for row in shown["rows"]) == shown["totals"]["transfers"]


async def test_too_many_intervals_are_refused_before_anything_is_read(house: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    async def read(*_: Any) -> list[Any]:
        raise AssertionError

    monkeypatch.setattr(rows, "read_rows", read)
    years = {"from": "2024-10-12", "to": "2026-10-12", "interval": "15m"}
    assert await refused(house, "maria", "/reports/queues", **years) == (422, "too_many_rows")


async def test_another_zone_is_counted_in_its_own_days(house: Running) -> None:
    """The same calls, cut at another midnight: also when the company's days are counted."""
    zones = ("UTC", "Asia/Kathmandu", "America/New_York")
    before = {zone: await got(house, "maria", "/reports/overview", **WEEK, interval="day", timezone=zone) for zone in zones}
    await house.house.folder.prepare()
    async for _ in house.house.folder.catch_up():
        pass
    for zone, shown in before.items():
        assert await got(house, "maria", "/reports/overview", **WEEK, interval="day", timezone=zone) == shown
    assert len({str(shown["rows"]) for shown in before.values()}) == len(zones)


async def test_supervisors_see_their_teams_and_nobody_the_house_but_who_runs_it(house: Running) -> None:
    mine = await got(house, "sofia", "/reports/queues", **WEEK)
    whole = await got(house, "maria", "/reports/queues", **WEEK)
    assert mine["rows"] == [row for row in whole["rows"] if row["queue"] == "support"]
    assert mine["totals"]["offered"] == mine["rows"][0]["offered"]
    asked = await got(house, "sofia", "/reports/queues", **WEEK, queue=["sales", "support"])
    assert asked["rows"] == mine["rows"]
    agents = await got(house, "sofia", "/reports/agents", **WEEK)
    assert {row["agent"]["name"] for row in agents["rows"]} <= {"Anna", "Olga", "Sofia"}
    assert (await got(house, "sofia", "/reports/teams", **WEEK))["rows"] == []
    assert await refused(house, "sofia", "/reports/trunks", **WEEK) == (404, "not_found")
    assert "trunks" not in [item["name"] for item in (await got(house, "sofia", "/reports"))["items"]]
    assert await refused(house, "anna", "/reports/queues", **WEEK) == (403, "no_access")


async def test_names_of_who_left_and_of_what_is_no_more_stay(house: Running) -> None:
    async with house.house.db.write() as session:
        anna = await session.get_one(User, house.ids["anna"])
        anna.display_name, anna.active = "Anna Petrenko", False
    agents = await got(house, "maria", "/reports/agents", **WEEK, agent=house.ids["anna"])
    assert [row["agent"] for row in agents["rows"]] == [{"id": house.ids["anna"], "name": "Anna Petrenko"}]
    teams = await got(house, "maria", "/reports/teams", **WEEK)
    assert [row["team"] for row in teams["rows"]] == [{"id": 99, "name": "Night shift"}]


async def test_a_team_stands_for_its_people_then_and_its_queues_now(house: Running) -> None:
    shown = await got(house, "maria", "/reports/agents", **WEEK, team=99)
    assert [row["agent"]["id"] for row in shown["rows"]] == [1]
    assert shown["rows"] == [row for row in (await got(house, "maria", "/reports/agents", **WEEK))["rows"] if row["agent"]["id"] == 1]
    teams = {team["name"]: team["id"] for team in (await got(house, "maria", "/teams"))["items"]}
    assert [row["queue"] for row in (await got(house, "maria", "/reports/queues", **WEEK, team=teams["Sales"]))["rows"]] == ["sales"]
    assert (await got(house, "maria", "/reports/queues", **WEEK, team=teams["Sales"], queue="support"))["rows"] == []
    assert (await got(house, "maria", "/reports/queues", **WEEK, team=99))["totals"]["offered"] == 0


async def test_a_report_is_a_file_if_asked_for_one(house: Running) -> None:
    async with house.api("maria").get(f"{API}/reports/queues", params={**WEEK, "format": "csv"}) as answer:
        assert (answer.status, answer.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
        assert "queues_2026-10-12_2026-10-18.csv" in answer.headers["Content-Disposition"]
        assert "support" in await answer.text()


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"from": "2026-10-19", "to": "2026-10-12"}, "bad_period"),
        ({"from": "1026-10-12", "to": "2026-10-19"}, "bad_period"),
        ({"from": "2001-01-01", "to": "2099-10-19"}, "bad_period"),
        ({"from": "2026-10-12T00:07", "to": "2026-10-19"}, "bad_period"),
        ({"from": "soon", "to": "later"}, "bad_period"),
        ({**WEEK, "timezone": "Europe/Atlantis"}, "bad_zone"),
        ({**WEEK, "timezone": "../../etc/passwd"}, "bad_zone"),
        ({**WEEK, "measures": "happiness"}, "bad_report"),
        ({**WEEK, "dimensions": "moon"}, "bad_report"),
        ({**WEEK, "key": "team:1"}, "bad_report"),
        ({**WEEK, "key": "agent:1"}, "bad_report"),
        ({**WEEK, "key": "weekday"}, "bad_report"),
        ({"from": "2026-01-01", "to": "2026-12-01", "interval": "15m"}, "too_many_rows"),
    ],
)
async def test_what_cannot_be_meant_is_said_so(small_house: Running, asked: dict[str, str], problem: str) -> None:
    assert await refused(small_house, "maria", "/reports/overview", **asked) == (422, problem)
