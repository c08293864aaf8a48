"""Reports of every shape, made by hand."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from ringdesk.statistics.periods import Period, day_begin, parse
from ringdesk.statistics.query import SLOTS, Grain
from ringdesk.statistics.queue_measures import QUEUE_MEASURES
from ringdesk.statistics.report import Cell, Chart, Column, Filters, Report, Table
from ringdesk.storage.quarters import begin_of

ZONE = ZoneInfo("Europe/Kyiv")
WEEK = parse("2026-11-16", "2026-11-23", ZONE)
MEASURES = ("offered", "answered", "abandoned", "service_level", "abandon_rate", "asa_s", "longest_wait_s", "aht_s")
HOSTILE = (
    '=HYPERLINK("http://evil.example","click")', "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", "=cmd|' /C calc'!A0", " =1", "＝1+1",
    "$x^{2}$", "_hidden", "<b>bold</b>", "**star**", 'a "quoted", name', "line\nbreak", "nul\x00here", "Ганна Петренко", "דנה כהן", "أحمد",
    "\u202egnp.exe", "\ud800", "日本語", "😀", "x" * 400, "{nb}", "'apostrophe",
)  # fmt: skip


def column(name: str) -> Column:
    measure = QUEUE_MEASURES[name]
    return Column(name=name, label=measure.label, unit=measure.unit, help=measure.help, source=measure.source, better=measure.better)


def key(name: str, unit: Any = None, label: str | None = None) -> Column:
    return Column(name=name, label=label or name.capitalize(), unit=unit or name, key=True)


def figures(rng: Random, size: int = 400) -> dict[str, Cell]:
    offered = rng.randrange(size // 2, size)
    abandoned = rng.randrange(offered // 6 + 1)
    return {
        "offered": offered,
        "answered": offered - abandoned,
        "abandoned": abandoned,
        "service_level": round(0.7 + rng.random() * 0.29, 6),
        "abandon_rate": abandoned / offered,
        "asa_s": 5 + rng.random() * 40,
        "longest_wait_s": 60 + rng.random() * 600,
        "aht_s": 200 + rng.random() * 120,
    }


def at(quarter: int) -> str:
    return begin_of(quarter).isoformat().replace("+00:00", "Z")


def starts(period: Period, grain: Grain) -> list[int]:
    if grain in SLOTS:
        return list(range(period.begin, period.end, SLOTS[grain]))
    days = (period.end - period.begin + 8) // 96
    first = begin_of(period.begin).astimezone(period.zone).date()
    return [day_begin(first + timedelta(days=number), period.zone) for number in range(days)]


def timed(period: Period = WEEK, grain: Grain = "day", chart: Chart = "line", compare: bool = False, **more: Any) -> Report:
    """A report by time alone."""
    rng = Random(1)

    def table(of: Period) -> Table:
        rows: list[dict[str, Cell]] = [{"time": at(start), **figures(rng)} for start in starts(of, grain)]
        return Table(period=of, rows=rows, totals=figures(rng, 4000))

    return Report(
        name="overview", title=more.pop("title", "Overview"), columns=[key("time", label="Time"), *map(column, MEASURES)], interval=grain,
        now=table(period), before=table(period.before()) if compare else None, chart=chart, **more,
    )  # fmt: skip


def named(names: Sequence[str], chart: Chart = "bar", compare: bool = False, unit: str = "queue", **more: Any) -> Report:
    """A report by queue, agent or the like."""
    rng = Random(2)

    def table(of: Period) -> Table:
        rows = [{unit: name if unit == "queue" else {"id": i, "name": name}, **figures(rng)} for i, name in enumerate(names, 1)]
        return Table(period=of, rows=rows, totals=figures(rng, 4000))

    return Report(
        name="queues", title=more.pop("title", "Queues"), columns=[key(unit), *map(column, MEASURES)], interval="total", now=table(WEEK),
        before=table(WEEK.before()) if compare else None, chart=chart, **more,
    )  # fmt: skip


def week(**more: Any) -> Report:
    """The heat map of weekdays and hours."""
    rng = Random(3)
    rows: list[dict[str, Cell]] = []
    for day in range(7):
        for hour in range(24):
            busy = max(2, int(400 * max(0.02, 1 - abs(hour - 12) / 7) * (0.3 if day > 4 else 1)))
            rows.append({"weekday": day, "hour": hour, **figures(rng, busy)})
    columns = [key("weekday"), key("hour"), *map(column, MEASURES)]
    totals = figures(rng, 9000)
    return Report(
        name="intervals",
        title="Intervals",
        columns=columns,
        interval="weekday_hour",
        now=Table(period=WEEK, rows=rows, totals=totals),
        chart="heat",
        **more,
    )


def split(queues: Sequence[str], chart: Chart = "line", grain: Grain = "day") -> Report:
    """By time and queue."""
    rng = Random(4)
    rows: list[dict[str, Cell]] = [{"time": at(start), "queue": queue, **figures(rng)} for start in starts(WEEK, grain) for queue in queues]
    columns = [key("time", label="Day"), key("queue"), *map(column, MEASURES)]
    return Report(
        name="queues", title="Queues by day", columns=columns, interval=grain, now=Table(period=WEEK, rows=rows, totals={}), chart=chart
    )


def flow(people: Sequence[str]) -> Report:
    rng = Random(5)
    columns = [key("from", "agent", "From"), key("to", "agent", "To"), Column(name="n", label="Transfers", unit="count")]
    rows: list[dict[str, Cell]] = [
        {"from": {"id": i, "name": one}, "to": {"id": j, "name": other}, "n": rng.randrange(30)}
        for i, one in enumerate(people) for j, other in enumerate(people) if i != j
    ]  # fmt: skip
    return Report(
        name="transfers",
        title="Transfers",
        columns=columns,
        interval="total",
        now=Table(period=WEEK, rows=rows, totals={"n": 321}),
        chart="flow",
    )


def histogram() -> Report:
    columns = [
        key("wait", "text", "Wait"),
        Column(name="answered", label="Answered", unit="count"),
        Column(name="abandoned", label="Abandoned", unit="count"),
    ]
    rows: list[dict[str, Cell]] = [
        {"wait": f"{step * 5}–{step * 5 + 5} s", "answered": int(900 * 0.8**step), "abandoned": 40 + step * (20 - step)}
        for step in range(20)
    ]
    return Report(
        name="waits",
        title="Waits",
        columns=columns,
        interval="total",
        now=Table(period=WEEK, rows=rows, totals={"answered": 4400, "abandoned": 900}),
        chart="histogram",
    )


def bare(compare: bool = True) -> Report:
    """One row and no key: the values of the whole."""
    rng = Random(6)
    row = figures(rng, 9000)
    before = figures(rng, 9000)
    return Report(
        name="overview", title="Overview", columns=[*map(column, MEASURES)], interval="total",
        now=Table(period=WEEK, rows=[row], totals=row),
        before=Table(period=WEEK.before(), rows=[before], totals=before) if compare else None,
        chart="line",
    )  # fmt: skip


def empty() -> Report:
    return Report(
        name="queues", title="Queues", columns=[key("queue"), *map(column, MEASURES)], interval="total",
        now=Table(period=WEEK, rows=[], totals=dict.fromkeys(MEASURES)), chart="bar", filters=Filters(queues=("night",)),
    )  # fmt: skip
