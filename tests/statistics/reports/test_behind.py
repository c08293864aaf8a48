"""The way down: the calls listed behind a number are those it counted, for every number that has calls behind it."""

from datetime import date, timedelta
from typing import Any

from ringdesk.statistics.standard import STANDARDS
from tests.house import Running
from tests.statistics.reports.asking import WEEK, got, refused


async def listed(house: Running, who: str, report: str, **params: Any) -> list[str]:
    """Every page of it."""
    found, cursor = list[str](), None
    while True:
        more: dict[str, str] = {} if cursor is None else {"cursor": cursor}
        page = await got(house, who, f"/reports/{report}/calls", **params, **more, limit=100)
        found += [item["id"] for item in page["items"]]
        if (cursor := page["next"]) is None:
            return found


def key_of(row: dict[str, Any], names: list[str]) -> list[str]:
    cells = [(name, row[name]) for name in names]
    return [f"{name}:{cell['id'] if isinstance(cell, dict) else cell}" for name, cell in cells]


async def test_behind_every_count_are_as_many_calls_where_a_call_counts_once(house: Running) -> None:
    """A call counts once in a queue it visited once, as an agent's conversation …; it may count twice, never be missing."""
    checked = exact = 0
    for report, standard in STANDARDS.items():
        measures = [name for name, measure in standard.measures.items() if measure.behind is not None and measure.unit == "count"]
        if not measures:
            continue
        shown = await got(house, "maria", f"/reports/{report}", **WEEK, measures=measures)
        keys = [column["name"] for column in shown["columns"] if column["key"]]
        for row in shown["rows"][:2]:
            for measure in measures[:6]:
                calls = await listed(house, "maria", report, **WEEK, measure=measure, key=key_of(row, keys))
                assert len(calls) == len(set(calls)) <= row[measure], (report, measure, row)
                assert bool(calls) == bool(row[measure]), (report, measure, row)
                checked, exact = checked + 1, exact + (len(calls) == row[measure])
    assert exact > 0.6 * checked > 30


async def test_down_from_an_hour_a_day_and_a_filter(house: Running) -> None:
    hours = (await got(house, "maria", "/reports/intervals", **WEEK, measures="offered"))["rows"]
    busy = max(hours, key=lambda row: int(row["offered"]))
    of_hour = await listed(house, "maria", "intervals", **WEEK, measure="offered", key=key_of(busy, ["weekday", "hour"]))
    day = date.fromisoformat(WEEK["from"]) + timedelta(days=busy["weekday"])
    times = {"from": f"{day}T{busy['hour']:02}:00", "to": f"{day}T{busy['hour']:02}:45"}
    assert 0 < len(of_hour) <= busy["offered"]
    assert set(await listed(house, "maria", "overview", **times, measure="offered")) <= set(of_hour)
    for narrowed in ({"number": "100"}, {"queue": "sales"}, {"direction": "in", "queue": "support"}):
        shown = await got(house, "maria", "/reports/overview", **WEEK, measures="answered_in_sl", **narrowed)
        calls = await listed(house, "maria", "overview", **WEEK, measure="answered_in_sl", **narrowed)
        assert 0 < len(calls) <= shown["totals"]["answered_in_sl"]
    assert await listed(house, "maria", "overview", **WEEK, measure="offered", number="nobody's") == []


async def test_of_the_calls_of_some_agents(house: Running) -> None:
    """As the list of an agent's calls has them; the reports that can, and what they cannot is named."""
    anna, boris = house.ids["anna"], house.ids["boris"]
    theirs = {agent: await of_agent(house, agent) for agent in (anna, boris)}
    offered = await listed(house, "maria", "overview", **WEEK, measure="offered")
    for agents in ([anna], [boris], [anna, boris]):
        of = set[str]().union(*(theirs[agent] for agent in agents))
        calls = await listed(house, "maria", "overview", **WEEK, measure="offered", agent=agents)
        assert set(calls) == of & set(offered) < set(offered)
        shown = await got(house, "maria", "/reports/overview", **WEEK, agent=agents, dimensions="queue")
        assert 0 < len(calls) <= shown["totals"]["offered"] == sum(row["offered"] for row in shown["rows"])
        assert shown["notes"] == ["Only calls that reached the agents chosen, or that they placed."]
    lines = await got(house, "maria", "/reports/directions", **WEEK, agent=[anna], measures=["calls", "peak"])
    of_week = await listed(house, "maria", "directions", **WEEK, measure="calls", agent=[anna])
    assert lines["totals"] == {"calls": len(of_week)}
    assert set(of_week) <= theirs[anna]
    assert any(note.startswith("Not shown") for note in lines["notes"])
    assert lines["rows"][-1]["direction"] == "out"
    assert await refused(house, "maria", "/reports/concurrency", **WEEK, agent=[anna]) == (422, "bad_report")
    assert set(await listed(house, "sofia", "overview", **WEEK, measure="offered", agent=[anna])) <= theirs[anna]
    assert (await got(house, "sofia", "/reports/overview", **WEEK, agent=[boris]))["totals"]["offered"] == 0, "not of hers"


async def of_agent(house: Running, agent: int) -> set[str]:
    """Of the week, and of the day before: who waits over midnight counts in the day in which they came to the queue."""
    found, cursor, days = set[str](), dict[str, str](), {"from": "2026-10-11T00:00:00Z", "to": f"{WEEK['to']}T00:00:00Z"}
    while True:
        page = await got(house, "maria", "/calls", agent=agent, **days, **cursor)
        found |= {item["id"] for item in page["items"]}
        if page["next"] is None:
            return found
        cursor = {"cursor": page["next"]}


async def test_a_call_that_counts_once_is_listed_once(house: Running) -> None:
    """Calls by direction: each is there exactly once."""
    shown = await got(house, "maria", "/reports/directions", **WEEK)
    for row in shown["rows"]:
        for measure in ("calls", "answered"):
            calls = await listed(house, "maria", "directions", **WEEK, measure=measure, key=f"direction:{row['direction']}")
            assert len(calls) == row[measure]


async def test_supervisors_come_down_to_their_own_calls_only(house: Running) -> None:
    mine = await listed(house, "sofia", "queues", **WEEK, measure="offered")
    assert set(mine) == set(await listed(house, "maria", "queues", **WEEK, measure="offered", queue="support"))
    assert await listed(house, "sofia", "queues", **WEEK, measure="offered", key="queue:sales") == []
    assert await refused(house, "sofia", "/reports/trunks/calls", **WEEK, measure="calls") == (404, "not_found")
    for asked in (
        {"measure": "nothing"},
        {"measure": "offered", "key": "moon:1"},
        {"measure": "offered", "key": "hour:1"},
    ):
        assert await refused(house, "maria", "/reports/overview/calls", **WEEK, **asked) == (422, "bad_report")


async def test_down_from_a_share_a_mean_and_a_percentile(house: Running) -> None:
    """The calls that the number is made of: of a service level all that count, of ASA those that were answered."""
    of = {"asa_s": "answered", "abandon_rate": "offered", "aht_s": "conversations"}
    for measure, counted in of.items():
        calls = await listed(house, "maria", "overview", **WEEK, measure=measure)
        assert set(calls) == set(await listed(house, "maria", "overview", **WEEK, measure=counted)), measure
    waited = await listed(house, "maria", "percentiles", **WEEK, measure="answered_p80_s")
    assert set(waited) == set(await listed(house, "maria", "overview", **WEEK, measure="answered"))
    talked = await listed(house, "maria", "agents", **WEEK, measure="calls_per_hour")
    assert set(talked) == set(await listed(house, "maria", "agents", **WEEK, measure="conversations"))
    columns = (await got(house, "maria", "/reports/agents", **WEEK))["columns"]
    assert [column["name"] for column in columns if column["behind"] and column["name"].endswith("_s")] == [
        "talk_s", "hold_s", "wrap_s", "aht_s"
    ], "nobody called while an agent was paused"  # fmt: skip
