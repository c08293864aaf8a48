"""Adherence: of the time planned for work, how much agents were at work; and how much they worked at all. What is still to come of a shift
does not count yet."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CTE, BigInteger, ColumnElement, FromClause, Select, and_, case, literal, select, union_all

from ringdesk.agents import shifts
from ringdesk.agents.models import Shift
from ringdesk.agents.working import WORKING
from ringdesk.statistics.cubes.cube import Asked, Cube, Lasting, Stretch
from ringdesk.statistics.cubes.pieces import as_rows, cut_up, first_quarter, greatest, least
from ringdesk.statistics.cubes.presence import touching
from ringdesk.statistics.rollups import AdherenceRollup
from ringdesk.storage.base import now
from ringdesk.storage.quarters import MICROS, micros

OF_KIND = {"planned": "planned_us", "adherent": "adherent_us", "worked": "worked_us"}  # of time → its measure
AT_WORK = [state.value for state in WORKING]


def _cut(asked: Asked) -> FromClause | None:
    """Time planned, worked, and both at once; of them what the measures take."""
    if asked.calls is not None:
        return None
    shown, plan = touching(asked.stretches), planned(asked.stretches)
    worked = select(shown.c.who, shown.c.since, shown.c.until).where(shown.c.state.in_(AT_WORK))
    of = {"planned": select(plan), "adherent": adherent(plan, shown), "worked": worked}
    times = union_all(*(_as_kind(kind, of[kind]) for kind, name in OF_KIND.items() if name in asked.measures)).cte("times")
    conditions = asked.conditions({"who": times.c.who})
    pieces, us = cut_up(select(times, first_quarter(times.c.since)).where(times.c.until > times.c.since, *conditions).cte("spans"), asked)
    lengths = [case((pieces.c.kind == kind, us), else_=literal(0)).label(name) for kind, name in OF_KIND.items()]
    return select(pieces.c.quarter, pieces.c.who, *lengths).subquery()


def _as_kind(kind: str, times: Select[Any]) -> Select[Any]:
    return times.add_columns(literal(kind).label("kind"))


def planned(stretches: Sequence[Stretch]) -> CTE:
    """Shifts of work by stretch (`who`, `since`, `until`), cut to it and to now."""
    asked = as_rows(stretches, shifts.LONGEST, "planning")
    until = least(least(micros(Shift.ends_at), asked.c.end_us), literal(int(now().timestamp() * MICROS), BigInteger))
    return (
        select(Shift.user_id.label("who"), greatest(micros(Shift.starts_at), asked.c.begin_us).label("since"), until.label("until"))
        .select_from(asked)
        .join(Shift, and_(Shift.starts_at > asked.c.earlier, Shift.starts_at < asked.c.end, Shift.ends_at > asked.c.begin))
        .where(Shift.activity == "work")
        .cte("planned")
    )


def adherent(planned: CTE, shown: CTE) -> Select[Any]:
    """Time at work (of `presence.touching`) within shifts (`who`, `since`, `until`)."""
    both: tuple[ColumnElement[Any], ...] = (
        planned.c.who,
        greatest(planned.c.since, shown.c.since).label("since"),
        least(planned.c.until, shown.c.until).label("until"),
    )
    overlap = and_(shown.c.who == planned.c.who, shown.c.since < planned.c.until, shown.c.until > planned.c.since)
    return select(*both).select_from(planned).join(shown, overlap).where(shown.c.state.in_(AT_WORK))


def _sources() -> Sequence[Lasting]:
    return (Lasting(("who", *OF_KIND.values()), _cut),)


ADHERENCE = Cube("adherence", AdherenceRollup, keys=("who",), sums=tuple(OF_KIND.values()), levels=("d", "m"), sources=_sources)
