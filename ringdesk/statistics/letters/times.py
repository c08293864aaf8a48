"""When a letter is due: at a time on the wall of the company's zone, once on every day it falls on, also where clocks change."""

from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger

Every = Literal["day", "weekday", "week", "month"]
SHORTEST_MONTH = 28
LONGEST_MONTH = 31
MOMENT = timedelta(microseconds=1)


def following(every: str, weekday: int | None, day: int | None, at: str, after: datetime, zone: ZoneInfo) -> datetime:
    """The first time after `after`. Without a `weekday` it is Monday, without a `day` the first; a month that lacks the day has its last
    instead. `at` is `08:00`.

    The trigger counts on a clock that never changes; its times are then read as the zone's. One that the zone skips comes as much later
    as clocks were set forward; one that it has twice comes the first time."""
    hour, _, minute = at.partition(":")
    trigger = _trigger(every, weekday, day, hour=int(hour), minute=int(minute), second=0, timezone=UTC)
    wall = after.astimezone(zone).replace(tzinfo=UTC, fold=0)
    while True:
        wall = _next_of(trigger, wall)
        found = wall.replace(tzinfo=zone).astimezone(UTC)
        if found > after:  # not so in the hour that comes again
            return found


def latest(every: str, weekday: int | None, day: int | None, at: str, due: datetime, now: datetime, zone: ZoneInfo) -> datetime:
    """The last time up to `now`, from one that was due: what was missed while nobody was there is made up for once."""
    while (next_one := following(every, weekday, day, at, due, zone)) <= now:
        due = next_one
    return due


def _next_of(trigger: Any, wall: datetime) -> datetime:
    found: datetime = trigger.get_next_fire_time(None, wall + MOMENT)
    return found


def _trigger(every: str, weekday: int | None, day: int | None, **clock: Any) -> Any:
    match every:
        case "day":
            return CronTrigger(**clock)
        case "weekday":
            return CronTrigger(day_of_week="mon-fri", **clock)
        case "week":
            return CronTrigger(day_of_week=0 if weekday is None else weekday, **clock)
    wanted = day or 1
    if wanted <= SHORTEST_MONTH:
        return CronTrigger(day=wanted, **clock)
    if wanted >= LONGEST_MONTH:
        return CronTrigger(day="last", **clock)
    return OrTrigger([CronTrigger(day=wanted, **clock), CronTrigger(month=2, day="last", **clock)])
