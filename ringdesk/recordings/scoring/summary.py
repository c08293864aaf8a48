"""Scores by agent and week, weeks as the company counts them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from sqlalchemy import Integer, case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ringdesk.agents.rights import Principal, Right
from ringdesk.config.errors import Invalid
from ringdesk.recordings.models import Score
from ringdesk.recordings.said import weeks

WEEKS = 12  # where nothing is asked for
MOST = 106  # weeks, two years: one branch of the statement each


class TooManyWeeks(Invalid):
    key = "too_many_weeks"
    text = "Ask for at most {most} weeks"


@dataclass(slots=True)
class OfAgent:
    agent_id: int
    recordings: int = 0
    scores: int = 0
    """Of them those with a total."""
    points: float = 0.0
    failed: int = 0
    by_week: dict[date, float] = field(default_factory=dict)

    @property
    def average(self) -> float | None:
        return None if self.scores == 0 else self.points / self.scores


def span(since: datetime | None, until: datetime | None, moment: datetime, zone: tzinfo) -> list[date]:
    """The Mondays of the weeks that [since, until) touches. Raises `TooManyWeeks`."""
    last = weeks.of(until if until is not None else moment, zone)
    first = weeks.of(since, zone) if since is not None else last - weeks.WEEK * (WEEKS - 1)
    count = (last - first) // weeks.WEEK + 1
    if count > MOST:
        raise TooManyWeeks(most=MOST)
    return [first + weeks.WEEK * index for index in range(count)]


def agents_in_reach(principal: Principal) -> frozenset[int] | None:
    """Whose summaries one may see; None: everybody's."""
    if not principal.may(Right.QUALITY):
        return frozenset({principal.user_id})
    return None if principal.sees_all else principal.colleagues | {principal.user_id}


async def by_agent(
    session: AsyncSession,
    agents: frozenset[int] | None,
    mondays: Sequence[date],
    zone: tzinfo,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[OfAgent]:
    """Of each recording's newest score by each scorecard, by the time the recording began."""
    if not mondays:
        return []
    newer = aliased(Score)
    superseded = (
        select(newer.id)
        .where(newer.recording_id == Score.recording_id, newer.scorecard_id == Score.scorecard_id, newer.version > Score.version)
        .exists()
    )
    ends = [weeks.begins(monday + weeks.WEEK, zone) for monday in mondays]
    week = case(*((Score.at < end, index) for index, end in enumerate(ends)), else_=literal(-1)).label("week")
    counted = func.sum(case((Score.failed, 1), else_=0).cast(Integer))
    recordings = func.count(Score.recording_id.distinct())
    begin = weeks.begins(mondays[0], zone) if since is None else since
    query = (
        select(Score.agent_id, week, recordings, func.count(Score.total), func.sum(Score.total), counted)
        .where(Score.agent_id.is_not(None), ~superseded, Score.at >= begin, Score.at < (ends[-1] if until is None else until))
        .group_by(Score.agent_id, week)
        .order_by(Score.agent_id)
    )
    if agents is not None:
        query = query.where(Score.agent_id.in_(agents))
    found: dict[int, OfAgent] = {}
    for agent_id, index, count, scores, points, failed in await session.execute(query):
        agent = found.setdefault(agent_id, OfAgent(agent_id))
        agent.recordings += count
        agent.scores += scores
        agent.points += points or 0.0
        agent.failed += failed
        if scores:
            agent.by_week[mondays[index]] = points / scores
    return list(found.values())
