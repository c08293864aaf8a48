"""Teams: what their members did, and how long they were in which state, while they were in the team. Kept by quarter-hours, which are
few: of what hundreds of agents do in a day, a team's hours would take too long to count anew with every look."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, FromClause, Select, SQLColumnExpression, and_, case, func, literal, or_, select, union_all

from ringdesk.agents.models import TeamStay
from ringdesk.statistics.cubes.adherence import AT_WORK, OF_KIND, adherent, planned
from ringdesk.statistics.cubes.cube import Asked, Cube, Lasting, Source
from ringdesk.statistics.cubes.people import PEOPLE
from ringdesk.statistics.cubes.people import sources as of_agents
from ringdesk.statistics.cubes.pieces import cut_up, first_quarter, greatest, least, worked_out
from ringdesk.statistics.cubes.presence import OF_STATE, touching
from ringdesk.statistics.rollups import TeamTimeRollup, TeamWorkRollup
from ringdesk.storage.quarters import micros

FOREVER = 2**62  # microseconds since 1970
TIMES = (*OF_STATE.values(), *OF_KIND.values())


def stays(agent: SQLColumnExpression[int | None], at: SQLColumnExpression[datetime]) -> ColumnElement[bool]:
    """The condition of a join: the teams that this agent was in at that moment."""
    return and_(TeamStay.user_id == agent, TeamStay.since <= at, or_(TeamStay.until.is_(None), TeamStay.until > at))


def _of_team(source: Source) -> Source:
    """The same facts for the teams of the agent at the time."""
    join = _joined(source.frame, stays(source.columns["who"], source.time))
    return replace(source, columns={**source.columns, "who": TeamStay.team_id}, frame=join)


def _joined(frame: Callable[[Select[Any]], Select[Any]], on: ColumnElement[bool]) -> Callable[[Select[Any]], Select[Any]]:
    return lambda query: frame(query).join(TeamStay, on)


def _work() -> Sequence[Source]:
    return [_of_team(source) for source in of_agents()]


def _cut(asked: Asked) -> FromClause | None:
    if asked.calls is not None:
        return None
    pieces, us = cut_up(_within_stays(_times(asked), asked), asked)
    state = pieces.c.state
    lengths = {name: case((state == of, us), else_=literal(0)) for of, name in (OF_STATE | OF_KIND).items()}
    lengths[OF_KIND["worked"]] = case((state.in_(AT_WORK), us), else_=literal(0))
    return select(pieces.c.quarter, pieces.c.who, *(lengths[name].label(name) for name in asked.measures)).subquery()


def _times(asked: Asked) -> CTE:
    """Agents' time in each state, and in shifts as if that were one where a measure takes it."""
    shown, plan = touching(asked.stretches), planned(asked.stretches)

    def of(state: str | ColumnElement[str], times: CTE) -> Select[Any]:
        named = literal(state) if isinstance(state, str) else state
        return select(times.c.who, named.label("state"), times.c.since, times.c.until)

    found = [of(shown.c.state, shown)]  # always: it says which teams there were, as the rollup does
    if "planned_us" in asked.measures:
        found.append(of("planned", plan))
    if "adherent_us" in asked.measures:
        found.append(of("adherent", adherent(plan, shown).cte("adherent")))
    return (union_all(*found) if len(found) > 1 else found[0]).cte("times")


def _within_stays(times: CTE, asked: Asked) -> CTE:
    """Of each agent's times, what lies within each stay in a team."""
    stays = worked_out(
        select(
            TeamStay.team_id,
            TeamStay.user_id,
            micros(TeamStay.since).label("since"),
            func.coalesce(micros(TeamStay.until), FOREVER).label("until"),
        ).where(*asked.conditions({"who": TeamStay.team_id})),
        "stays",
    )
    since, until = greatest(times.c.since, stays.c.since), least(times.c.until, stays.c.until)
    of = (stays.c.team_id.label("who"), times.c.state, since.label("since"), until.label("until"), first_quarter(since))
    return select(*of).select_from(times).join(stays, stays.c.user_id == times.c.who).where(until > since).cte("spans")


def _time() -> Sequence[Lasting]:
    return (Lasting(("who", *TIMES), _cut),)


TEAM_WORK = replace(PEOPLE, name="team_work", model=TeamWorkRollup, levels=("q", "d", "m"), sources=_work)
TEAM_TIME = Cube("team_time", TeamTimeRollup, keys=("who",), sums=TIMES, sources=_time)
