"""The forecast of a queue, from what was counted to what is shown."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from ringdesk.statistics.models import Folded
from ringdesk.statistics.periods import date_of, day_begin, day_number
from ringdesk.statistics.rollups import QueueRollup
from ringdesk.statistics.staffing import forecast as forecasts
from ringdesk.statistics.staffing.forecast import ForecastFailed, forecast
from ringdesk.storage.engine import Database
from ringdesk.storage.quarters import begin_of
from tests.statistics.staffing.centre import Centre
from tests.statistics.staffing.test_seasons import arrivals

ZONE = ZoneInfo("Europe/Kyiv")
MONDAY = date(2026, 1, 5)


async def counted(db: Database, days: int) -> tuple[list[int], datetime]:
    """A house with that many days behind it, whose rollups have counted its queue `support`; and a moment of the next day."""
    counts, first = arrivals(days, 3), day_number(MONDAY)
    centre = Centre()
    centre.caller(begin_of(day_begin(MONDAY - timedelta(days=1), ZONE)), "sales")
    async with db.write() as session:
        await centre.write(session, db.dialect)
        await session.execute(insert(Folded), [{"level": "d", "bucket": first + i} for i in range(days)])
        # Half of each day's calls at nine, half at ten past eleven.
        rows = [
            {"level": "d", "queue": queue, "bucket": first + i, "offered": n} for i, n in enumerate(counts) for queue in ("support", "*")
        ]
        for i, n in enumerate(counts):
            nine = day_begin(date_of(first + i), ZONE) + 36
            for quarter, part in ((nine, n // 2), (nine + 8, n - n // 2)):
                rows += [{"level": "q", "queue": queue, "bucket": quarter, "offered": part} for queue in ("support", "*")]
        await session.execute(insert(QueueRollup), rows)
    return counts, datetime.combine(MONDAY + timedelta(days=days), datetime.min.time(), UTC) + timedelta(hours=10)


async def test_days_behind_held_out_and_to_come(db: Database) -> None:
    counts, at = await counted(db, 98)
    found = await forecast(db, ZONE, ["support"], 4, at)
    coming = [day for day in found.days if day.calls is None]
    assert [day.day for day in coming] == [at.date() + timedelta(days=i) for i in range(28)]
    past = found.days[:-28]
    assert [day.calls for day in past] == counts[-len(past) :]
    assert found.held_out_days == 56 == sum(day.forecast is not None for day in past)
    assert found.error is not None
    assert found.naive_error is not None
    assert found.error == pytest.approx(
        sum(abs(day.calls - day.forecast) for day in past if day.calls is not None and day.forecast is not None) / sum(counts[-56:])
    )
    assert found.error < found.naive_error
    print(f"held out {found.error:.1%}, as the week before {found.naive_error:.1%}")
    assert all(day.forecast is not None and day.low is not None and day.low <= day.forecast for day in coming)
    assert {(slot.weekday, slot.time): round(slot.share, 2) for slot in found.profile} == {
        (weekday, time): 0.5 for weekday in range(6) for time in ("09:00", "11:00")
    }
    assert await forecast(db, ZONE, None, 4, at) == found  # the house has no other calls; and what was learnt is remembered
    assert (await forecast(db, ZONE, ["sales"], 4, at)).method == "none"
    assert (await forecast(db, ZONE, [], 4, at)).days == []


@pytest.mark.parametrize("days", [27, 28])
async def test_few_days_are_no_forecast(db: Database, days: int) -> None:
    counts, at = await counted(db, days)
    found = await forecast(db, ZONE, ["support"], 2, at)
    if days < 28:
        assert (found.method, found.error, found.held_out_days) == ("none", None, 0)
        assert [day.calls for day in found.days] == counts
        assert found.notes == ["There are 27 whole days of calls; from 28 on there is a forecast."]
    else:
        assert (found.held_out_days, len(found.days)) == (7, 28 + 14)
        assert forecasts.NO_YEAR in found.notes


async def test_a_forecast_that_takes_too_long_is_ended(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    _, at = await counted(db, 35)
    monkeypatch.setattr(forecasts, "LONGEST", 0.01)
    forecasts._known.clear()
    with pytest.raises(ForecastFailed, match="longer"):
        await forecast(db, ZONE, ["support"], 1, at)
