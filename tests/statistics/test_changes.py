"""What changed: how unusual it is, what is named first, and which queue moved the house."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from statsmodels.stats.proportion import proportions_ztest
from statsmodels.stats.rates import test_poisson_2indep as poisson_of_statsmodels

from ringdesk.statistics import unusual
from ringdesk.statistics.periods import parse
from ringdesk.storage.quarters import changed
from ringdesk.telephony.models import CallRow, QueueVisitRow
from tests.house import Running
from tests.statistics.reports.asking import got

MONDAY = datetime(2026, 11, 9, tzinfo=UTC)


def test_a_difference_of_counts_by_a_published_example() -> None:
    """The example of Gu et al. (2008): 60 cases in 51,477.5 person-years and 30 in 54,308.7, as a library works it out by their test."""
    z = unusual.of_counts(30, 60, 54308.7, 51477.5)
    peer = poisson_of_statsmodels(60, 51477.5, 30, 54308.7, method="score", value=1, compare="ratio")
    assert z == pytest.approx(peer.statistic, rel=1e-9)
    assert unusual.of_counts(0, 0) == 0


def test_a_difference_of_shares_is_that_of_a_library() -> None:
    for a, n, b, m in ((45, 100, 60, 110), (0, 30, 5, 30), (900, 1000, 950, 1000)):
        z, _ = proportions_ztest([b, a], [m, n])
        assert unusual.of_shares(a, n, b, m) == pytest.approx(z, rel=1e-9)
    assert unusual.of_shares(1, 1, 1, 1) == unusual.of_shares(0, 0, 1, 2) == 0


def test_a_difference_of_means_grows_with_how_many_they_are_of() -> None:
    few, many = unusual.of_means(60, 10, 90, 10), unusual.of_means(60, 1000, 90, 1000)
    assert few == pytest.approx(30 / ((60**2 + 90**2) / 10) ** 0.5)
    assert 0 < few < many
    assert unusual.of_means(60, 0, 90, 10) == 0


def test_a_period_that_lasts_is_held_against_as_much_of_the_one_before() -> None:
    from zoneinfo import ZoneInfo

    week = parse("2026-11-16", "2026-11-23", ZoneInfo("UTC"))
    now, before = week.as_far(datetime(2026, 11, 18, 12, 7, tzinfo=UTC))
    assert (now.until, before.since, before.until) == (
        datetime(2026, 11, 18, 12, tzinfo=UTC), MONDAY, datetime(2026, 11, 11, 12, tzinfo=UTC)
    )  # fmt: skip
    assert week.as_far(datetime(2026, 12, 1, tzinfo=UTC)) == (week, week.before())


def test_as_far_is_the_same_time_of_day_over_a_clock_change_and_months_of_any_length() -> None:
    from zoneinfo import ZoneInfo

    kyiv = ZoneInfo("Europe/Kyiv")
    week, at = parse("2026-10-26", "2026-11-02", kyiv), datetime(2026, 10, 28, 12, tzinfo=kyiv)  # clocks went back on the 25th
    now, before = week.as_far(at)
    assert [moment.astimezone(kyiv).strftime("%d.%m. %H:%M") for moment in (now.since, now.until, before.since, before.until)] == [
        "26.10. 00:00", "28.10. 12:00", "19.10. 00:00", "21.10. 12:00"
    ]  # fmt: skip
    march = parse("2026-03-01", "2026-04-01", kyiv)
    _, before = march.as_far(datetime(2026, 3, 31, 12, tzinfo=kyiv))
    assert before == parse("2026-02-01", "2026-03-01", kyiv), "February has no 31st"
    hours = parse("2026-03-10T09:00", "2026-03-10T12:00", kyiv)
    _, before = hours.as_far(datetime(2026, 3, 10, 10, tzinfo=kyiv))
    assert before == parse("2026-03-10T06:00", "2026-03-10T07:00", kyiv)
    _, before = parse("2026-03-10", "2026-03-10T12:00", kyiv).as_far(datetime(2026, 3, 10, 6, tzinfo=kyiv))
    assert before == parse("2026-03-09T12:00", "2026-03-09T18:00", kyiv)


async def week(house: Running, serial: str, monday: datetime, queues: dict[str, tuple[int, int]]) -> None:
    """In each queue so many visits, so many of them abandoned after a minute; the others answered at once."""
    async with house.house.db.write() as session:
        for queue, (visits, abandoned) in queues.items():
            for number in range(visits):
                at, call_id = monday + timedelta(minutes=7 * number), f"pbx-{serial}-{queue}.{number}"
                gone = number < abandoned
                left, outcome = at + timedelta(seconds=60 if gone else 2), "abandoned" if gone else "answered"
                session.add(
                    CallRow(
                        id=call_id, pbx="pbx", linkedid=call_id, direction="in", did="100", started_at=at, ended_at=left, outcome=outcome
                    )
                )
                session.add(QueueVisitRow(call_id=call_id, seq=0, queue=queue, entered_at=at, left_at=left, outcome=outcome))
        await changed(session, house.house.db.dialect, [monday + timedelta(minutes=15 * n) for n in range(7 * 96)])


async def test_the_largest_movers_are_named_and_what_moved_the_house(house: Running) -> None:
    await week(house, "a", MONDAY - timedelta(days=7), {"support": (200, 10), "sales": (100, 5), "billing": (50, 2)})
    await week(house, "b", MONDAY, {"support": (210, 90), "sales": (102, 5), "billing": (50, 2)})
    params = {"from": "2026-11-09", "to": "2026-11-16"}
    shown: Any = await got(house, "maria", "/reports/changes", **params)
    assert (shown["before_from"], shown["before_to"]) == ("2026-11-02T00:00:00Z", "2026-11-09T00:00:00Z")
    first = shown["movers"][0]
    assert (first["dimension"], first["key"], first["measure"]) == ("queue", "support", "service_level")
    assert (first["improved"], round(first["before"], 2), round(first["after"], 2)) == (False, 0.95, 0.57)
    of_house = [mover for mover in shown["movers"] if mover["dimension"] == "house"]
    assert {mover["measure"]: mover["because"] for mover in of_house} == {"service_level": "support", "abandon_rate": "support"}
    assert not [mover for mover in shown["movers"] if mover["key"] in ("sales", "billing")], "they did what they always do"
    assert [abs(mover["z"]) for mover in shown["movers"]] == sorted((abs(mover["z"]) for mover in shown["movers"]), reverse=True)
    assert (await got(house, "stefan", "/reports/changes", **params))["movers"] == [], "not his queue"
