"""Adherence: of the time planned for work, how much agents were at work; and how much they worked at all. What is still to come of a shift
does not count yet."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CTE, BigInteger, ColumnElement, FromClause, and_, case, literal, select, union_all

from ringdesk.agents import shifts
from ringdesk.agents.models import Shift
from ringdesk.agents.working import WORKING
from ringdesk.statistics.cubes.cube import Asked, Cube, Lasting, Stretch
from ringdesk.statistics.cubes.pieces import QUARTER_US, as_rows, by_quarter, greatest, least
from ringdesk.statistics.cubes.presence import of_all, touching
from ringdesk.statistics.rollups import NONE, AdherenceRollup
from ringdesk.storage.base import now
from ringdesk.storage.quarters import MICROS, micros

KINDS = ("planned", "adherent", "worked")


def _cut(asked: Asked) -> FromClause | None:
    if asked.calls is not None:
        return None
    spans = of_all(_times(asked.stretches, asked.measures), asked)
    pieces = by_quarter(spans) if asked.quarters else spans
    until = least(pieces.c.until, (pieces.c.quarter + 1) * QUARTER_US) if asked.quarters else pieces.c.until
    lengths = [case((pieces.c.state == kind, until - pieces.c.since), else_=literal(0)).label(f"{kind}_us") for kind in KINDS]
    return select(pieces.c.quarter, pieces.c.kind, pieces.c.who, *lengths).subquery()


def _times(stretches: Sequence[Stretch], measures: Sequence[str]) -> CTE:
    """Time planned, worked, and both at once, as if they were states of presence; of them what the measures take."""
    planned, worked = _planned(stretches), _worked(stretches)

    def row(kind: str, who: ColumnElement[int], since: ColumnElement[int], until: ColumnElement[int]) -> tuple[ColumnElement[Any], ...]:
        return who.label("who"), literal(kind).label("state"), literal(NONE).label("reason"), since.label("since"), until.label("until")

    adherent = row("adherent", planned.c.who, greatest(planned.c.since, worked.c.since), least(planned.c.until, worked.c.until))
    overlap = and_(worked.c.who == planned.c.who, worked.c.since < planned.c.until, worked.c.until > planned.c.since)
    kinds = {
        "planned": select(*row("planned", planned.c.who, planned.c.since, planned.c.until)),
        "adherent": select(*adherent).select_from(planned).join(worked, overlap),
        "worked": select(*row("worked", worked.c.who, worked.c.since, worked.c.until)),
    }
    return union_all(*(kinds[kind] for kind in KINDS if f"{kind}_us" in measures)).cte("times")


def _planned(stretches: Sequence[Stretch]) -> CTE:
    """Shifts of work by stretch, cut to it and to now."""
    asked = as_rows(stretches, shifts.LONGEST, "planning")
    until = least(least(micros(Shift.ends_at), asked.c.end_us), literal(int(now().timestamp() * MICROS), BigInteger))
    return (
        select(Shift.user_id.label("who"), greatest(micros(Shift.starts_at), asked.c.begin_us).label("since"), until.label("until"))
        .select_from(asked)
        .join(Shift, and_(Shift.starts_at > asked.c.earlier, Shift.starts_at < asked.c.end, Shift.ends_at > asked.c.begin))
        .where(Shift.activity == "work")
        .cte("planned")
    )


def _worked(stretches: Sequence[Stretch]) -> CTE:
    found = touching(stretches)
    return select(found.c.who, found.c.since, found.c.until).where(found.c.state.in_([state.value for state in WORKING])).cte("worked")


def _sources() -> Sequence[Lasting]:
    return (Lasting(("kind", "who", "planned_us", "adherent_us", "worked_us"), _cut),)


ADHERENCE = Cube(
    "adherence", AdherenceRollup, keys=("kind", "who"), sums=("planned_us", "adherent_us", "worked_us"), levels=("d", "m"), sources=_sources
)
