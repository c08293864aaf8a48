"""Queues as the PBX shows them, and the state of this installation."""

from datetime import datetime
from typing import Literal

from aiohttp import web
from pydantic import BaseModel, JsonValue, RootModel

from ringdesk import __version__
from ringdesk.agents.rights import Right
from ringdesk.screenpop.cards import Person
from ringdesk.web.routing import ANYBODY, DOCUMENT, SIGNED_IN, Ask, route


class MemberView(BaseModel):
    interface: str
    agent: Person | None
    paused: bool
    reason: str
    phone: Literal["free", "busy", "ringing", "on_hold", "unreachable", "unknown"]
    penalty: int


class QueueView(BaseModel):
    name: str
    waiting: int
    longest_wait_s: float | None
    members: list[MemberView]


class Queues(BaseModel):
    items: list[QueueView]


class LinkView(BaseModel):
    pbx: str
    status: Literal["connecting", "syncing", "up", "down", "login_refused"]
    since: datetime | None
    reason: str
    version: str


class SystemView(BaseModel):
    version: str
    database: str
    link: LinkView
    clock_ahead_s: float
    """How far the PBX's clock is ahead of this machine's."""
    stamped: bool
    """False: the PBX does not stamp its events."""
    live_calls: int
    sockets: int
    anomalies: dict[str, int]
    """Events that contradicted what was known, by kind."""


class Document(RootModel[dict[str, JsonValue]]):
    """An OpenAPI document."""


# AST_DEVICE_* of Asterisk's devicestate.h
PHONE: dict[int, Literal["free", "busy", "ringing", "on_hold", "unreachable", "unknown"]] = {
    1: "free",
    2: "busy",
    3: "busy",
    4: "unreachable",
    5: "unreachable",
    6: "ringing",
    7: "ringing",
    8: "on_hold",
}


@route("GET", "/queues", right=Right.AGENTS_READ)
async def list_queues(ask: Ask) -> Queues:
    """The PBX's queues: who waits, who is there to answer."""
    services = ask.services
    moment = services.listener.pbx_now()
    waiting: dict[str, list[float]] = {}
    for track in services.listener.world.tracks.values():
        for visit in track.call.visits:
            if visit.left_at is None:
                waiting.setdefault(visit.queue, []).append((moment - visit.entered_at).total_seconds())
    owner, person = services.directory.owner_of, services.matcher.person
    items = []
    for name in sorted({*services.floor.queues, *services.floor.members}):
        waits = waiting.get(name, [])
        members = [
            MemberView(
                interface=m.interface,
                agent=person(owner(m.state_interface) or owner(m.interface)),
                paused=m.paused,
                reason=m.reason,
                phone=PHONE.get(m.status, "unknown"),
                penalty=m.penalty,
            )
            for m in services.floor.members.get(name, {}).values()
        ]
        longest = round(max(0.0, *waits), 3) if waits else None
        items.append(QueueView(name=name, waiting=len(waits), longest_wait_s=longest, members=members))
    return Queues(items=items)


@route("GET", "/link", right=SIGNED_IN)
async def get_link(ask: Ask) -> LinkView:
    """Is the PBX heard?"""
    return link_view(ask)


@route("GET", "/system", right=Right.SYSTEM_READ)
async def get_system(ask: Ask) -> SystemView:
    """The state of this installation."""
    services = ask.services
    return SystemView(
        version=__version__,
        database=services.db.dialect,
        link=link_view(ask),
        clock_ahead_s=round(services.listener.ahead.total_seconds(), 3),
        stamped=services.listener.link.stamped,
        live_calls=len(services.listener.world.tracks),
        sockets=len(services.push.sockets),
        anomalies=dict(services.listener.world.anomalies),
    )


@route("GET", "/openapi.json", right=ANYBODY, result=Document)
async def get_openapi(ask: Ask) -> web.Response:
    """This API as OpenAPI 3.1."""
    return web.json_response(ask.request.app[DOCUMENT])


def link_view(ask: Ask) -> LinkView:
    link = ask.services.listener.link
    return LinkView(
        pbx=ask.services.settings.pbx,
        status=link.status.value,
        since=link.since,
        reason=link.reason,
        version=link.version,
    )
