"""Presence: how long agents, and teams of agents, were in which state, also of intervals that began before or are not over."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CTE, ColumnElement, FromClause, Select, and_, func, literal, or_, select, true, union_all

from ringdesk.agents.models import PresenceInterval, TeamStay, User
from ringdesk.statistics.cubes.cube import Asked, Cube, Lasting, Stretch
from ringdesk.statistics.cubes.pieces import QUARTER_US, as_rows, by_quarter, end_of, greatest, least, worked_out
from ringdesk.statistics.rollups import NONE, PresenceRollup
from ringdesk.storage.quarters import micros

FOREVER = 2**62  # microseconds since 1970


def _cut(asked: Asked) -> FromClause | None:
    """Every interval's share of the stretches, or of each of their quarters."""
    if asked.calls is not None:
        return None
    spans = of_all(touching(asked.stretches), asked)
    pieces = by_quarter(spans) if asked.quarters else spans
    until = least(pieces.c.until, (pieces.c.quarter + 1) * QUARTER_US) if asked.quarters else pieces.c.until
    return select(
        pieces.c.quarter, pieces.c.kind, pieces.c.who, pieces.c.state, pieces.c.reason, (until - pieces.c.since).label("us")
    ).subquery()


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


def of_all(cut: CTE, asked: Asked) -> CTE:
    """Of agents; and of teams, what lies within each stay. `cut` has who, state, reason, since and until. What is not asked for is left
    out before it is cut into pieces."""
    stays = worked_out(
        select(
            TeamStay.team_id,
            TeamStay.user_id,
            micros(TeamStay.since).label("since"),
            func.coalesce(micros(TeamStay.until), FOREVER).label("until"),
        ),
        "stays",
    )

    def row(kind: str, who: Any, since: ColumnElement[int], until: ColumnElement[int]) -> Select[Any]:
        of = {"kind": literal(kind), "who": who, "state": cut.c.state, "reason": cut.c.reason}
        times = (since.label("since"), until.label("until"), (since // QUARTER_US).label("quarter"))
        columns = (column.label(name) for name, column in of.items())
        return select(*columns, *times).where(until > since, *asked.conditions(of))

    agents = row("agent", cut.c.who, cut.c.since, cut.c.until).select_from(cut)
    teams = row("team", stays.c.team_id, greatest(cut.c.since, stays.c.since), least(cut.c.until, stays.c.until))
    return union_all(agents, teams.select_from(cut).join(stays, stays.c.user_id == cut.c.who)).cte("spans")


def _sources() -> Sequence[Lasting]:
    return (Lasting(("kind", "who", "state", "reason", "us"), _cut),)


PRESENCE = Cube("presence", PresenceRollup, keys=("kind", "who", "state", "reason"), sums=("us",), levels=("d", "m"), sources=_sources)
