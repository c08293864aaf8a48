"""Who has left, and teams that are no more: offered to whoever asks for them, for their figures of the past."""

from tests.house import Running
from tests.statistics.reports.asking import WEEK, got


async def closed(house: Running, name: str) -> None:
    async with house.api("adam").patch(f"/api/v1/users/{house.ids[name]}", json={"active": False}) as answer:
        assert answer.status == 200, await answer.text()


async def test_who_has_left_is_offered_behind_the_others(house: Running) -> None:
    """Of the seven of the house, the numbers 1 to 6 spoke in the made-up weeks. Stefan left; Maria never had a phone, but spoke then."""
    await closed(house, "stefan")
    ever = (await got(house, "maria", "/agents", former="true"))["items"]
    now = (await got(house, "maria", "/agents"))["items"]
    assert ever[: len(now)] == now
    assert {agent["name"] for agent in now} == {"Anna", "Olga", "Boris", "Sofia"}
    assert [agent["name"] for agent in ever[len(now) :]] == ["Maria", "Stefan"], "Adam never spoke with anybody"
    assert [agent["former"] for agent in ever] == [False] * len(now) + [True] * 2
    stefan = house.ids["stefan"]
    rows = (await got(house, "maria", "/reports/agents", **WEEK, agent=stefan))["rows"]
    assert [row["agent"] for row in rows] == [{"id": stefan, "name": "Stefan"}]


async def test_a_dissolved_team_is_offered_by_its_last_name(house: Running) -> None:
    named = [(team["name"], team["former"]) for team in (await got(house, "anna", "/teams"))["items"]]
    assert named == [("Sales", False), ("Support", False)]
    ever = (await got(house, "anna", "/teams", former="true"))["items"]
    assert [(team["name"], team["former"]) for team in ever] == [*named, ("Night shift", True)]
    assert (ever[-1]["id"], ever[-1]["members"], ever[-1]["queues"]) == (99, [], [])
