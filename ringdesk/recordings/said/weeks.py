"""Weeks as the company counts them: from Monday, in its time zone."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

WEEK = timedelta(days=7)


def of(moment: datetime, zone: tzinfo) -> date:
    """The Monday of its week."""
    day = moment.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def begins(monday: date, zone: tzinfo) -> datetime:
    """Its midnight, in UTC."""
    return datetime.combine(monday, time(), tzinfo=zone).astimezone(UTC)


def last(count: int, now: datetime, zone: tzinfo) -> list[date]:
    """So many weeks, oldest first; the last is the one that is running."""
    newest = of(now, zone)
    return [newest - WEEK * back for back in reversed(range(count))]
