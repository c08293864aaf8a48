"""Presence: how long agents were in which state, also of intervals that began before or are not over."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CTE, ColumnElement, FromClause, and_, func, or_, select, true, union_all

from ringdesk.agents.models import PresenceInterval, User
from ringdesk.statistics.cubes.cube import Asked, Cube, Lasting, Stretch
from ringdesk.statistics.cubes.pieces import as_rows, cut_up, end_of, first_quarter, least
from ringdesk.statistics.rollups import NONE, PresenceRollup
from ringdesk.storage.quarters import micros

OF_STATE = {  # → its time, where states are measures of their own
    "available": "available_us",
    "ringing": "ringing_us",
    "talking": "talking_us",
    "wrap_up": "wrapping_us",
    "paused": "paused_us",
    "offline": "offline_us",
}


def _cut(asked: Asked) -> FromClause | None:
    if asked.calls is not None:
        return None
    found = touching(asked.stretches)
    of = (found.c.who, found.c.state, found.c.reason)
    conditions = asked.conditions({column.name: column for column in of})
    spans = select(*of, found.c.since, found.c.until, first_quarter(found.c.since)).where(found.c.until > found.c.since, *conditions)
    pieces, us = cut_up(spans.cte("spans"), asked)
    return select(pieces.c.quarter, pieces.c.who, pieces.c.state, pieces.c.reason, us.label("us")).subquery()


def touching(stretches: Sequence[Stretch]) -> CTE:
    """Intervals by stretch, cut to it: those that begin in it and, of each agent, the one that goes on when it begins. An agent has one at
    a time, so that is the last one before."""
    asked = as_rows(stretches)
    interval, before = PresenceInterval, PresenceInterval.__table__.alias()
    until = least(end_of(interval.ended_at), asked.c.end_us)
    last = select(before.c.id).where(before.c.user_id == User.id, before.c.started_at < asked.c.begin)
    last = last.order_by(before.c.started_at.desc(), before.c.id.desc()).limit(1).correlate(asked, User)
    of: tuple[ColumnElement[Any], ...] = (
        interval.user_id.label("who"),
        interval.state.label("state"),
        func.coalesce(interval.reason, NONE).label("reason"),
    )
    begun = (
        select(*of, micros(interval.started_at).label("since"), until.label("until"))
        .select_from(asked)
        .join(interval, and_(interval.started_at >= asked.c.begin, interval.started_at < asked.c.end))
    )
    going_on = (
        select(*of, asked.c.begin_us, until)
        .select_from(asked)
        .join(User, true())
        .join(interval, interval.id == last.scalar_subquery())  # by nothing else, or SQLite goes through all intervals
        .where(or_(interval.ended_at.is_(None), interval.ended_at > asked.c.begin))
    )
    return union_all(begun, going_on).cte("touching")


def _sources() -> Sequence[Lasting]:
    return (Lasting(("who", "state", "reason", "us"), _cut),)


PRESENCE = Cube("presence", PresenceRollup, keys=("who", "state", "reason"), sums=("us",), levels=("d", "m"), sources=_sources)
