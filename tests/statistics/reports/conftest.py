"""A house with two weeks of calls, lists and a team that is no more."""

from collections.abc import AsyncIterator
from datetime import timedelta
from random import Random

import pytest_asyncio

from ringdesk.agents.models import TeamStay
from tests.house import Running, running, settings_for
from tests.statistics import after, facts
from tests.statistics.reports.asking import SINCE, UNTIL
from tests.web.conftest import staff


@pytest_asyncio.fixture
async def house(database_url: str) -> AsyncIterator[Running]:
    async with running(settings_for(database_url)) as found:
        await staff(found)
        found.house.folder.clock = lambda: UNTIL + timedelta(days=2)  # the month since then is empty, and counting it takes its time
        async with found.house.db.write() as session:
            after.lists(session, SINCE)
            session.add(TeamStay(team_id=99, user_id=1, team_name="Night shift", since=SINCE, until=UNTIL))  # dissolved since
            await session.flush()
            await facts.write(session, found.house.db.dialect, facts.some(Random(3), SINCE, UNTIL, 160))
        yield found
