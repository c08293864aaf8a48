"""SQL views: each with the columns that docs/sql-views.md says, and the numbers that the reports say."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import inspect, text

from ringdesk.statistics import reports
from ringdesk.statistics.catalogue import Scope
from ringdesk.statistics.folding import Folder
from ringdesk.statistics.periods import parse
from ringdesk.statistics.report import Wanted
from ringdesk.storage.engine import Database
from tests.statistics import facts

ZONE = ZoneInfo("Europe/Kyiv")
SINCE, UNTIL = datetime(2026, 3, 27, 12, tzinfo=UTC), datetime(2026, 4, 2, tzinfo=UTC)  # over a day of 23 hours
LATER = datetime(2026, 4, 4, 12, tzinfo=UTC)  # each empty day that is counted takes its time
PERIOD = parse("2026-03-26", "2026-04-04", ZONE)
DOCUMENT = Path(__file__).parents[2] / "docs" / "sql-views.md"


@pytest.fixture
async def house(db: Database) -> Database:
    """Some days of calls, counted."""
    rng = Random(11)
    found = facts.some(rng, SINCE, UNTIL, 200)
    facts.presence(rng, found, SINCE, UNTIL)
    async with db.write() as session:
        await facts.people(session, SINCE)
        await facts.write(session, db.dialect, found)
    folder = Folder(db, ZONE, lambda: LATER)
    await folder.prepare()
    async for _ in folder.catch_up():
        pass
    return db


async def asked(db: Database, query: str) -> list[Mapping[str, Any]]:
    async with db.read() as session:
        return list((await session.execute(text(query))).mappings().all())


async def said(db: Database, report: str, interval: Any, *measures: str) -> list[dict[str, Any]]:
    made = await reports.make(db, Wanted(report=report, period=PERIOD, interval=interval, measures=measures), Scope(everything=True), LATER)
    return [row for row in made.now.rows if any(row[name] for name in measures)]


async def test_every_view_is_as_documented(db: Database) -> None:
    documented = {
        name: re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)
        for name, part in re.findall(r"^### (\w+)\n(.*?)(?=^#|\Z)", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    }
    async with db.read() as session:
        connection = await session.connection()
        names = await connection.run_sync(lambda sync: inspect(sync).get_view_names())
        there = {name: list((await session.execute(text(f"SELECT * FROM {name}"))).keys()) for name in names}
    assert there == documented


async def test_queues_by_day_are_the_report(house: Database) -> None:
    rows = await asked(
        house,
        """
        SELECT day, queue, sum(offered) AS offered, sum(answered) AS answered, sum(abandoned) AS abandoned,
            sum(sl_met) * 1.0 / nullif(sum(sl_of), 0) AS service_level, sum(answer_wait_s) / nullif(sum(answered), 0) AS asa_s,
            max(longest_wait_s) AS longest_wait_s, sum(talk_s + hold_s + wrap_s) / nullif(sum(conversations), 0) AS aht_s
        FROM bi_queues_daily GROUP BY day, queue ORDER BY day, queue""",
    )
    measures = ("offered", "answered", "abandoned", "service_level", "asa_s", "longest_wait_s", "aht_s")
    expected = await said(house, "queues", "day", *measures)
    of_views = {
        (day_of(row["day"]), row["queue"]): [number(row[name]) for name in measures] for row in rows if any(row[n] for n in measures)
    }
    of_report = {(local_day(row["time"]), row["queue"]): [number(row[name]) for name in measures] for row in expected}
    assert of_views.keys() == of_report.keys()
    for key, found in of_views.items():
        assert found == pytest.approx(of_report[key])


async def test_quarter_hours_are_the_report_in_utc(house: Database) -> None:
    rows = await asked(house, "SELECT starts_at, sum(offered) AS offered, sum(talk_s) AS talk_s FROM bi_queues_15m GROUP BY 1 ORDER BY 1")
    of_views = [(utc(row["starts_at"]), int(row["offered"]), number(row["talk_s"])) for row in rows if row["offered"] or row["talk_s"]]
    of_report = [(row["time"], row["offered"], row["talk_s"]) for row in await said(house, "overview", "15m", "offered", "talk_s")]
    assert of_views == [(at, offered, pytest.approx(talk)) for at, offered, talk in of_report]


async def test_facts_are_the_report(house: Database) -> None:
    (report,) = await said(
        house, "overview", "total", "offered", "answered", "abandoned", "conversations", "talk_s", "hold_s", "longest_wait_s"
    )
    (visits,) = await asked(
        house,
        """
        SELECT count(*) AS offered, sum(CASE WHEN outcome = 'answered' THEN 1 ELSE 0 END) AS answered,
            sum(CASE WHEN outcome = 'abandoned' THEN 1 ELSE 0 END) AS abandoned, max(wait_s) AS longest_wait_s FROM bi_queue_visits""",
    )
    (talks,) = await asked(
        house,
        "SELECT count(*) AS conversations, sum(talk_s) AS talk_s, sum(hold_s) AS hold_s FROM bi_conversations WHERE queue IS NOT NULL",
    )
    assert {name: number(value) for name, value in {**visits, **talks}.items()} == pytest.approx(report)


@pytest.mark.parametrize(("view", "report", "name"), [("bi_agents_daily", "agents", "agent"), ("bi_teams_daily", "teams", "team")])
async def test_people_are_the_report(house: Database, view: str, report: str, name: str) -> None:
    query = (
        f"SELECT {name}_id AS id, sum(offers) AS offers, sum(conversations) AS conversations, sum(talk_s) AS talk_s FROM {view} GROUP BY 1"
    )
    measures = ("offers", "conversations", "talk_s")
    of_views = {row["id"]: [number(row[measure]) for measure in measures] for row in await asked(house, query)}
    of_report = {row[name]["id"]: [row[measure] for measure in measures] for row in await said(house, report, "total", *measures)}
    assert of_views == {key: pytest.approx(values) for key, values in of_report.items()}
    assert of_views or report == "teams"


async def test_presence_lines_and_concurrency_are_the_report(house: Database) -> None:
    within = "day >= '2026-03-26' AND day < '2026-04-04'"  # who is paused at the end stays so until now
    query = f"SELECT agent_id, sum(duration_s) AS s FROM bi_presence_daily WHERE state = 'paused' AND {within} GROUP BY 1 ORDER BY 1"
    presence = await asked(house, query)
    agents = await said(house, "agents", "total", "paused_s")
    assert {row["agent_id"]: number(row["s"]) for row in presence} == {row["agent"]["id"]: pytest.approx(row["paused_s"]) for row in agents}
    for view in ("bi_lines_daily", "bi_lines_15m"):
        lines = await asked(house, f"SELECT name, sum(calls) AS calls FROM {view} WHERE kind = 'did' GROUP BY 1 ORDER BY 1")
        dialled = await said(house, "numbers", "total", "calls")
        assert {row["name"]: int(row["calls"]) for row in lines} == {row["number"]: row["calls"] for row in dialled}
    (peak,) = await asked(house, "SELECT max(peak) AS peak FROM bi_concurrency_15m WHERE kind = 'house'")
    (report,) = await said(house, "concurrency", "total", "peak")
    assert peak["peak"] == report["peak"]


def number(value: Any) -> float:
    """PostgreSQL sums whole numbers to decimals."""
    return float(value or 0)


def day_of(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def local_day(time: str) -> date:
    return datetime.fromisoformat(time).astimezone(ZONE).date()


def utc(value: datetime | str) -> str:
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value).replace(tzinfo=UTC)
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
