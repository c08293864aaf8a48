"""Reports asked for over the API, of two weeks of calls."""

from datetime import UTC, datetime
from typing import Any

from tests.house import Running

API = "/api/v1"
SINCE, UNTIL = datetime(2026, 10, 5, tzinfo=UTC), datetime(2026, 10, 19, tzinfo=UTC)
WEEK = {"from": "2026-10-12", "to": "2026-10-19"}


async def got(house: Running, who: str, path: str, **params: Any) -> Any:
    async with house.api(who).get(API + path, params=params) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def refused(house: Running, who: str, path: str, **params: Any) -> tuple[int, str]:
    async with house.api(who).get(API + path, params=params) as answer:
        return answer.status, str((await answer.json())["type"]).rpartition(":")[2]
