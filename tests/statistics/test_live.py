"""Live and past agree: what is pushed of today and the reports of today are one number, at every step of calls."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.house import Desk, Running
from tests.incoming import Incoming

API = "/api/v1"


async def today(house: Running, who: str, report: str) -> Any:
    day = datetime.now(UTC).date()
    params = {"from": day.isoformat(), "to": (day + timedelta(days=1)).isoformat()}
    async with house.api(who).get(f"{API}/reports/{report}", params=params) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def agree(house: Running, who: str, desk: Desk) -> None:
    """What was pushed last is what the reports say; a push may be half a second behind, and a wrap-up may end meanwhile."""
    async with asyncio.timeout(10):
        while True:
            overview, queues = await today(house, who, "overview"), await today(house, who, "queues")
            pushed = desk.all("statistics")[-1:]
            if [(p["totals"], p["queues"]) for p in pushed] == [(overview["totals"], queues["rows"])]:
                return
            await asyncio.sleep(0.05)


async def test_what_is_pushed_is_what_the_reports_say_at_every_step(house: Running) -> None:
    desks = {name: await house.desk(name) for name in ("maria", "sofia", "stefan", "anna")}
    support, sales = Incoming(house), Incoming(house, "+380509876543", queue="sales")
    steps: tuple[Callable[[], object], ...] = (
        lambda: support.rings("1001"),
        lambda: support.answered("1001"),
        lambda: sales.rings("1005"),
        lambda: sales.ignored("1005"),
        support.ends,
        sales.ends,
    )
    for step in steps:
        step()
        for name in ("maria", "sofia", "stefan"):
            await agree(house, name, desks[name])
    await house.settled()
    last = desks["maria"].all("statistics")[-1]
    assert (last["totals"]["offered"], last["totals"]["answered"], last["totals"]["abandoned"]) == (2, 1, 1)
    assert [row["queue"] for row in desks["stefan"].all("statistics")[-1]["queues"]] == ["sales"]
    assert desks["anna"].all("statistics") == [], "agents read no reports"
    for desk in desks.values():
        versions = [p["version"] for p in desk.all("statistics")]
        assert versions == sorted(set(versions))
