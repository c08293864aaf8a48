"""Users and teams, for administrators; the list of agents, for everybody who transfers calls."""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents import accounts, audit, intervals, teams
from ringdesk.agents.accounts import Account
from ringdesk.agents.rights import Right, Role
from ringdesk.agents.teams import TeamView
from ringdesk.config.errors import NoSuch
from ringdesk.screenpop.cards import Person
from ringdesk.statistics import former
from ringdesk.storage.base import JsonObject, now
from ringdesk.web.api.session import PresenceSwitch, PresenceView, presence_view
from ringdesk.web.api.shapes import FormerQuery, Id, In, Line, Moment
from ringdesk.web.routing import Ask, route

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
DisplayName = Annotated[Line, StringConstraints(min_length=1, max_length=128)]
Interface = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=128, pattern=accounts.INTERFACE)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
Queue = Annotated[Line, StringConstraints(min_length=1, max_length=128)]


class UserView(BaseModel):
    id: int
    username: str
    display_name: str
    roles: list[Role]
    interface: str | None
    active: bool
    has_password: bool
    teams: list[int]
    presence: PresenceView | None


class Users(BaseModel):
    items: list[UserView]


class NewUser(In):
    username: Name
    display_name: DisplayName | None = None
    roles: Annotated[list[Role], Field(min_length=1, max_length=4)]
    interface: Interface | None = None
    password: Password | None = None


class UserChange(In):
    """What is left out stays; `interface: null` takes the phone away."""

    display_name: DisplayName | None = None
    roles: Annotated[list[Role], Field(min_length=1, max_length=4)] | None = None
    interface: Interface | None = None
    active: bool | None = None


class PasswordSet(In):
    password: Password


class TeamShown(BaseModel):
    id: int
    name: str
    members: list[int]
    queues: list[str]
    former: bool = False
    """Dissolved; it has figures of its time."""


class Teams(BaseModel):
    items: list[TeamShown]


class NewTeam(In):
    name: DisplayName
    members: Annotated[list[Id], Field(default_factory=list, max_length=5000)]
    queues: Annotated[list[Queue], Field(default_factory=list, max_length=500)]


class TeamChange(In):
    name: DisplayName | None = None
    members: Annotated[list[Id], Field(max_length=5000)] | None = None
    queues: Annotated[list[Queue], Field(max_length=500)] | None = None


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


@route("GET", "/users", right=Right.USERS_MANAGE)
async def list_users(ask: Ask) -> Users:
    """Every account, active or not."""
    async with ask.services.db.read() as session:
        people = await accounts.everyone(session)
    return Users(items=[_user(ask, account) for account in people])


@route("POST", "/users", right=Right.USERS_MANAGE, status=201)
async def add_user(ask: Ask, body: NewUser) -> UserView:
    """A new account."""
    async with ask.services.db.write() as session:
        user_id = await accounts.add(
            session,
            name=body.username,
            display_name=body.display_name,
            roles=body.roles,
            interface=body.interface,
            password=body.password,
        )
        _trail(ask, session, "user_added", user_id, {"roles": [r.value for r in body.roles], "interface": body.interface})
    return await _changed_user(ask, user_id)


@route("GET", "/users/{id}", right=Right.USERS_MANAGE)
async def get_user(ask: Ask, id: Id) -> UserView:
    """One account."""
    async with ask.services.db.read() as session:
        return _user(ask, await accounts.get(session, id))


@route("PATCH", "/users/{id}", right=Right.USERS_MANAGE)
async def change_user(ask: Ask, id: Id, body: UserChange) -> UserView:
    """Change an account. Deactivating it ends its logins; nothing of the past is lost."""
    given = body.model_dump(exclude_unset=True)
    async with ask.services.db.write() as session:
        await accounts.change(
            session,
            id,
            display_name=body.display_name,
            roles=body.roles,
            interface=body.interface,
            clear_interface="interface" in given and body.interface is None,
            active=body.active,
        )
        _trail(ask, session, "user_changed", id, body.model_dump(mode="json", exclude_unset=True))
    return await _changed_user(ask, id)


@route("PUT", "/users/{id}/password", right=Right.USERS_MANAGE)
async def set_user_password(ask: Ask, id: Id, body: PasswordSet) -> None:
    """Give an account a new password; its logins end."""
    async with ask.services.db.write() as session:
        await accounts.set_password(session, id, body.password, keep=ask.login_key)
        _trail(ask, session, "password_set", id, None)
    await ask.services.push.check_logins()


@route("GET", "/teams", right=Right.AGENTS_READ)
async def list_teams(ask: Ask, query: FormerQuery) -> Teams:
    """All teams; if asked for, dissolved ones too."""
    async with ask.services.db.read() as session:
        found = [_team(team) for team in await teams.everything(session)]
        gone = await former.teams(session) if query.former else {}
    dissolved = [TeamShown(id=id, name=name, members=[], queues=[], former=True) for id, name in gone.items()]
    return Teams(items=found + sorted(dissolved, key=lambda team: team.name.casefold()))


@route("POST", "/teams", right=Right.USERS_MANAGE, status=201, also=(404,))
async def add_team(ask: Ask, body: NewTeam) -> TeamShown:
    """A new team."""
    async with ask.services.db.write() as session:
        team_id = await teams.add(session, body.name, body.members, body.queues)
        team = await teams.get(session, team_id)
        _trail(ask, session, "team_added", team_id, body.model_dump(), subject="team")
    await ask.services.people_changed()
    return _team(team)


@route("PATCH", "/teams/{id}", right=Right.USERS_MANAGE)
async def change_team(ask: Ask, id: Id, body: TeamChange) -> TeamShown:
    """Rename a team, or replace its people or queues."""
    async with ask.services.db.write() as session:
        await teams.change(session, id, body.name, body.members, body.queues)
        team = await teams.get(session, id)
        _trail(ask, session, "team_changed", id, body.model_dump(exclude_unset=True), subject="team")
    await ask.services.people_changed()
    return _team(team)


@route("DELETE", "/teams/{id}", right=Right.USERS_MANAGE)
async def remove_team(ask: Ask, id: Id) -> None:
    """Dissolve a team; not while customers are restricted to it."""
    async with ask.services.db.write() as session:
        await teams.remove(session, id)
        _trail(ask, session, "team_removed", id, None, subject="team")
    await ask.services.people_changed()


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
        _trail(ask, session, "presence_switched", id, body.model_dump(mode="json"))
    return presence_view(shown)


def _user(ask: Ask, account: Account) -> UserView:
    shown = ask.services.floor.shown(account.id)
    return UserView(
        id=account.id,
        username=account.name,
        display_name=account.display_name,
        roles=sorted(account.roles),
        interface=account.interface,
        active=account.active,
        has_password=account.has_password,
        teams=sorted(account.team_ids),
        presence=None if shown is None else presence_view(shown),
    )


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


def _team(team: TeamView) -> TeamShown:
    return TeamShown(id=team.id, name=team.name, members=sorted(team.members), queues=sorted(team.queues))


async def _changed_user(ask: Ask, user_id: int) -> UserView:
    await ask.services.people_changed()
    return _user(ask, ask.services.directory.accounts[user_id])


def _trail(ask: Ask, session: AsyncSession, action: str, subject_id: int, detail: JsonObject | None, subject: str = "user") -> None:
    audit.note(session, action, subject, subject_id, user_id=ask.principal.user_id, detail=detail, address=ask.address)
