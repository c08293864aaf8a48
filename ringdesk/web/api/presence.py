"""Agents and what they are doing, for everybody who transfers calls; people by name."""

from datetime import datetime, timedelta

from pydantic import BaseModel

from ringdesk.agents import audit, intervals
from ringdesk.agents.accounts import Account
from ringdesk.agents.rights import Right
from ringdesk.config.errors import NoSuch
from ringdesk.screenpop.cards import Person
from ringdesk.statistics import former
from ringdesk.storage.base import now
from ringdesk.web.api.session import PresenceSwitch, PresenceView, presence_view
from ringdesk.web.api.shapes import FormerQuery, Id, In, Moment
from ringdesk.web.routing import Ask, route


class AgentView(BaseModel):
    id: int
    name: str
    interface: str | None
    extension: str | None
    presence: PresenceView | None
    queues: list[str]
    former: bool = False
    """Has left, or has no phone any more; there are figures of their time."""


class Agents(BaseModel):
    items: list[AgentView]


class People(BaseModel):
    items: list[Person]


class IntervalView(BaseModel):
    state: str
    reason: str | None
    call_id: str | None
    started_at: datetime
    ended_at: datetime | None


class Intervals(BaseModel):
    items: list[IntervalView]


class PeriodQuery(In):
    since: Moment | None = None
    until: Moment | None = None


@route("GET", "/agents", right=Right.AGENTS_READ)
async def list_agents(ask: Ask, query: FormerQuery) -> Agents:
    """Everybody with a phone, and what they are doing; if asked for, also who had one and has left."""
    shown = [_agent(ask, account) for account in ask.services.directory.accounts.values()]
    found = [agent for agent in shown if not agent.former]
    if query.former:
        async with ask.services.db.read() as session:
            gone = await former.agents(session)
        found += sorted((agent for agent in shown if agent.former and agent.id in gone), key=lambda agent: agent.name.casefold())
    return Agents(items=found)


@route("GET", "/people", right=Right.AGENTS_READ)
async def list_people(ask: Ask) -> People:
    """Everybody active by name, also those without a phone: a customer's owner may have none."""
    found = [Person(id=a.id, name=a.display_name) for a in ask.services.directory.accounts.values() if a.active]
    return People(items=sorted(found, key=lambda person: person.name.casefold()))


@route("GET", "/agents/{id}/presence", right=Right.AGENTS_READ)
async def agent_presence(ask: Ask, id: Id, query: PeriodQuery) -> Intervals:
    """An agent's presence over a period (the last 24 hours if none is given), for oneself and those one supervises."""
    if id != ask.principal.user_id and not ask.principal.supervises(id):
        raise NoSuch(what="agent", id=id)
    until = query.until or now()
    async with ask.services.db.read() as session:
        rows = await intervals.between(session, id, query.since or until - timedelta(hours=24), until)
    return Intervals(
        items=[IntervalView(state=r.state, reason=r.reason, call_id=r.call_id, started_at=r.started_at, ended_at=r.ended_at) for r in rows]
    )


@route("PUT", "/agents/{id}/presence", right=Right.FLOOR)
async def switch_agent(ask: Ask, id: Id, body: PresenceSwitch) -> PresenceView:
    """Turn the switch of an agent one supervises."""
    if not ask.principal.supervises(id):
        raise NoSuch(what="agent", id=id)
    shown = await ask.services.floor.switch(id, body.state, body.reason)
    async with ask.services.db.write() as session:
        detail = body.model_dump(mode="json")
        audit.note(session, "presence_switched", "user", id, user_id=ask.principal.user_id, detail=detail, address=ask.address)
    return presence_view(shown)


def _agent(ask: Ask, account: Account) -> AgentView:
    shown = ask.services.floor.shown(account.id)
    return AgentView(
        id=account.id,
        name=account.display_name,
        interface=account.interface,
        extension=None if account.interface is None else account.interface.rpartition("/")[2],
        presence=None if shown is None else presence_view(shown),
        queues=sorted({m.queue for m in ask.services.floor.memberships(account.id)}),
        former=not (account.active and account.interface),
    )
