"""Users and teams, for administrators."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents import accounts, audit, teams
from ringdesk.agents.accounts import Account
from ringdesk.agents.rights import Right, Role
from ringdesk.agents.teams import TeamView
from ringdesk.statistics import former
from ringdesk.storage.base import JsonObject
from ringdesk.web.api.session import PresenceView, presence_view
from ringdesk.web.api.shapes import FormerQuery, Id, In, Line
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


def _team(team: TeamView) -> TeamShown:
    return TeamShown(id=team.id, name=team.name, members=sorted(team.members), queues=sorted(team.queues))


async def _changed_user(ask: Ask, user_id: int) -> UserView:
    await ask.services.people_changed()
    return _user(ask, ask.services.directory.accounts[user_id])


def _trail(ask: Ask, session: AsyncSession, action: str, subject_id: int, detail: JsonObject | None, subject: str = "user") -> None:
    audit.note(session, action, subject, subject_id, user_id=ask.principal.user_id, detail=detail, address=ask.address)
