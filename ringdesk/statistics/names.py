"""Names of those whose numbers a report shows, also of who was renamed, has left, or of a team that is no more."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents.models import Team, TeamStay, User
from ringdesk.crm.models import Disposition
from ringdesk.recordings.models import Scorecard, ScorecardVersion
from ringdesk.statistics.catalogue import Dimension
from ringdesk.statistics.report import Cell
from ringdesk.statistics.steps import BORDERS, STEPS

NOBODY = "Nobody's phone"  # a phone at the PBX that belongs to no user


async def agents(session: AsyncSession, ids: Iterable[int]) -> dict[int, str]:
    """By today's name; accounts are closed, never removed."""
    return await _of(session, User.id, User.display_name, ids)


async def teams(session: AsyncSession, ids: Iterable[int]) -> dict[int, str]:
    """By today's name; a dissolved team by its last."""
    wanted = list(ids)
    stays = select(TeamStay.team_id, TeamStay.team_name).where(TeamStay.team_id.in_(wanted)).order_by(TeamStay.since, TeamStay.id)
    return {row[0]: row[1] for row in await session.execute(stays)} | await _of(session, Team.id, Team.name, wanted)


async def dispositions(session: AsyncSession, ids: Iterable[int]) -> dict[int, str]:
    return await _of(session, Disposition.id, Disposition.name, ids)


async def scorecards(session: AsyncSession, ids: Iterable[int]) -> dict[int, str]:
    """By their current version."""
    current = and_(ScorecardVersion.scorecard_id == Scorecard.id, ScorecardVersion.version == Scorecard.version)
    query = select(Scorecard.id, ScorecardVersion.definition).join(ScorecardVersion, current).where(Scorecard.id.in_(list(ids)))
    return {row[0]: str(row[1]["name"]) for row in await session.execute(query)}


async def _of(session: AsyncSession, key: Any, name: Any, ids: Iterable[int]) -> dict[int, str]:
    return {row[0]: row[1] for row in await session.execute(select(key, name).where(key.in_(list(ids))))}


OF_UNIT = {"agent": agents, "team": teams, "disposition": dispositions, "scorecard": scorecards}


async def cells(session: AsyncSession, wanted: Mapping[str, tuple[Dimension, Iterable[Any]]]) -> dict[str, Callable[[Any], Cell]]:
    """For each dimension, given the values that occur, what shows a value."""
    found: dict[str, Callable[[Any], Cell]] = {}
    for name, (dimension, values) in wanted.items():
        if dimension.steps:
            found[name] = _step
        elif dimension.unit in OF_UNIT:
            found[name] = _named(await OF_UNIT[dimension.unit](session, {value for value in values if value}))
        elif pairs := [value for value in values if isinstance(value, tuple)]:
            found[name] = _reached(await agents(session, {int(to) for kind, to in pairs if kind == "agent"}))
    return found


def _named(known: Mapping[int, str]) -> Callable[[Any], Cell]:
    return lambda value: {"id": value, "name": known.get(value, f"#{value}") if value else NOBODY}


def _reached(known: Mapping[int, str]) -> Callable[[Any], Cell]:
    """Where a transfer went: (kind, agent's id or queue or number)."""

    def cell(value: tuple[str, str]) -> Cell:
        kind, to = value
        return {"id": f"{kind}:{to}", "name": known.get(int(to), f"#{to}") if kind == "agent" else to, "kind": kind}

    return cell


def _step(step: int) -> Cell:
    begin, end = BORDERS[step], BORDERS[step + 1]
    if step == STEPS - 1:
        return {"id": step, "name": f"{_duration(begin)} and longer", "from": begin, "to": None}
    return {"id": step, "name": f"{_duration(begin)} – {_duration(end)}", "from": begin, "to": end}


def _duration(seconds: int) -> str:
    """`0:45`, `12:00`, `1:15:00`."""
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"
