"""Dashboards: own reports side by side. Everybody sees the tiles of those reports that they may see."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents.rights import Principal
from ringdesk.config.errors import NoSuch
from ringdesk.statistics import sharing
from ringdesk.statistics.models import Dashboard, OwnReport
from ringdesk.statistics.own import MOST, TooManyOwn
from ringdesk.storage.base import JsonObject, now


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    name: str
    tiles: list[JsonObject]
    """Each with `report_id` and `width`."""
    team_id: int | None
    everybody: bool


async def everything(session: AsyncSession, principal: Principal) -> Sequence[Dashboard]:
    """What the asker may see, by name."""
    query = select(Dashboard).where(sharing.visible(Dashboard, principal)).order_by(func.lower(Dashboard.name), Dashboard.id)
    return (await session.scalars(query)).all()


async def tiles(session: AsyncSession, principal: Principal, rows: Sequence[Dashboard]) -> dict[int, list[JsonObject]]:
    """Of each dashboard those whose report the asker may see."""
    wanted = {tile["report_id"] for row in rows for tile in row.tiles}
    seen = set(await session.scalars(select(OwnReport.id).where(OwnReport.id.in_(wanted), sharing.visible(OwnReport, principal))))
    return {row.id: [tile for tile in row.tiles if tile["report_id"] in seen] for row in rows}


async def add(session: AsyncSession, principal: Principal, kept: Kept) -> Dashboard:
    """Raises `NoSuch`, `TooManyOwn`."""
    there = await session.scalar(select(func.count()).where(Dashboard.owner_id == principal.user_id))
    if (there or 0) >= MOST:
        raise TooManyOwn(most=MOST)
    row = Dashboard(owner_id=principal.user_id, created_at=now())
    await _fill(session, row, principal, kept)
    session.add(row)
    await session.flush()
    return row


async def change(session: AsyncSession, principal: Principal, dashboard_id: int, kept: Kept) -> Dashboard:
    """Raises `NoSuch`, `NotYours`."""
    row: Dashboard = await sharing.get(session, Dashboard, principal, dashboard_id, "dashboard")
    await sharing.change(session, row, principal)
    await _fill(session, row, principal, kept)
    return row


async def remove(session: AsyncSession, principal: Principal, dashboard_id: int) -> None:
    """Raises `NoSuch`, `NotYours`."""
    row = await sharing.get(session, Dashboard, principal, dashboard_id, "dashboard")
    await sharing.change(session, row, principal)
    await session.delete(row)


async def _fill(session: AsyncSession, row: Dashboard, principal: Principal, kept: Kept) -> None:
    wanted = {tile["report_id"] for tile in kept.tiles}
    seen = set(await session.scalars(select(OwnReport.id).where(OwnReport.id.in_(wanted), sharing.visible(OwnReport, principal))))
    for report_id in sorted(wanted - seen):
        raise NoSuch(what="report", id=report_id)
    row.name, row.tiles, row.everybody = kept.name, kept.tiles, kept.everybody
    row.team_id = await sharing.team(session, principal, kept.team_id)
    row.updated_at = now()
