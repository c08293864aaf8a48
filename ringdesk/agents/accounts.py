"""Accounts: who may sign in, with which roles, at which phone."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents import passwords, stays
from ringdesk.agents.models import Session, TeamMember, TeamQueue, Token, User, UserRole
from ringdesk.agents.rights import Principal, Role
from ringdesk.config.errors import Conflict, Invalid, NoSuch
from ringdesk.storage.base import now

INTERFACE = r"^[A-Za-z0-9]+/[^\s,;&|\x00-\x1f]+$"  # the PBX separates lists of phones with & and arguments with , or |


class NameTaken(Conflict):
    key = "name_taken"
    text = "There is already a user {name}"


class InterfaceTaken(Conflict):
    key = "interface_taken"
    text = "{interface} already belongs to {name}"


class LastAdministrator(Conflict):
    key = "last_administrator"
    text = "This is the last administrator who can sign in: name another one first"


class BadName(Invalid):
    key = "bad_name"
    text = "A login name has 1 to 64 letters, digits, dots, dashes, underscores or @"


class BadInterface(Invalid):
    key = "bad_interface"
    text = "{interface} is no phone: write it as the PBX does, PJSIP/1001"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    id: int
    name: str
    display_name: str
    roles: frozenset[Role]
    interface: str | None
    active: bool
    has_password: bool
    presence: str | None
    presence_reason: str | None
    team_ids: frozenset[int] = frozenset()


def login_name(name: str) -> str:
    """The one spelling of a login name. Raises `BadName`."""
    name = name.strip().lower()
    if not 1 <= len(name) <= 64 or not all(c.isalnum() or c in ".-_@" for c in name):
        raise BadName
    return name


async def add(
    session: AsyncSession,
    *,
    name: str,
    roles: Iterable[Role],
    display_name: str | None = None,
    interface: str | None = None,
    password: str | None = None,
) -> int:
    """A new account's id. Raises `NameTaken`, `BadInterface`, `InterfaceTaken`, `BadName`, `WeakPassword`."""
    name = login_name(name)
    if await session.scalar(select(User.id).where(User.name == name)) is not None:
        raise NameTaken(name=name)
    await _check_interface(session, interface, user_id=None)
    user = User(
        name=name,
        display_name=(display_name or name).strip(),
        interface=interface or None,
        password_hash=None if password is None else await passwords.hash_new(password, name),
        active=True,
        created_at=now(),
    )
    session.add(user)
    await _flush(session, name, interface)
    session.add_all(UserRole(user_id=user.id, role=role.value) for role in set(roles))
    await session.flush()
    return user.id


async def change(
    session: AsyncSession,
    user_id: int,
    *,
    display_name: str | None = None,
    roles: Iterable[Role] | None = None,
    interface: str | None = None,
    clear_interface: bool = False,
    active: bool | None = None,
) -> None:
    """Change what is given. A deactivated account loses its logins and its phone is free for another."""
    if active is not None:
        await stays.lock(session)
    await session.execute(_ADMINISTRATORS)  # two who demote each other at once do so one after the other
    had_administrators = await _administrators(session) > 0
    user = await session.get(User, user_id, with_for_update=True)
    if user is None:
        raise NoSuch(what="user", id=user_id)
    if display_name is not None:
        user.display_name = display_name.strip()
    if clear_interface:
        user.interface = None
    elif interface is not None:
        await _check_interface(session, interface, user_id)
        user.interface = interface
    if active is not None and active != user.active:
        if active:
            await _check_interface(session, user.interface, user_id)
        user.active = active
    if roles is not None:
        await session.execute(delete(UserRole).where(UserRole.user_id == user_id))
        session.add_all(UserRole(user_id=user_id, role=role.value) for role in set(roles))
    await _flush(session, user.name, user.interface)
    if active is not None:
        await stays.keep_up(session)  # who has left is in no team any more, as far as their time is counted
    if not user.active:
        await end_logins(session, user_id)
    if had_administrators and await _administrators(session) == 0:
        raise LastAdministrator


async def set_password(session: AsyncSession, user_id: int, password: str, keep: str = "") -> None:
    """A new password ends every login of the account but the one with the digest `keep`. Raises `WeakPassword`, `NoSuch`."""
    user = await session.get(User, user_id)
    if user is None:
        raise NoSuch(what="user", id=user_id)
    user.password_hash = await passwords.hash_new(password, user.name)
    await end_logins(session, user_id, keep)


async def end_logins(session: AsyncSession, user_id: int, keep: str = "") -> None:
    await session.execute(delete(Session).where(Session.user_id == user_id, Session.digest != keep))
    await session.execute(delete(Token).where(Token.user_id == user_id, Token.digest != keep))


async def everyone(session: AsyncSession) -> list[Account]:
    return await _accounts(session, (await session.scalars(select(User).order_by(User.display_name, User.id))).all())


async def get(session: AsyncSession, user_id: int) -> Account:
    user = await session.get(User, user_id)
    if user is None:
        raise NoSuch(what="user", id=user_id)
    return (await _accounts(session, [user]))[0]


async def principals(session: AsyncSession) -> dict[int, Principal]:
    """Everybody active, with what they may do and see."""
    people = [account for account in await everyone(session) if account.active]
    queues: dict[int, set[str]] = {}
    for team_id, queue in await session.execute(select(TeamQueue.team_id, TeamQueue.queue)):
        queues.setdefault(team_id, set()).add(queue)
    members: dict[int, set[int]] = {}
    for account in people:
        for team_id in account.team_ids:
            members.setdefault(team_id, set()).add(account.id)
    return {
        account.id: Principal(
            user_id=account.id,
            name=account.display_name,
            roles=account.roles,
            teams=account.team_ids,
            colleagues=frozenset().union(*(members[t] for t in account.team_ids)),
            queues=frozenset().union(*(queues.get(t, ()) for t in account.team_ids)),
        )
        for account in people
    }


async def _accounts(session: AsyncSession, users: Sequence[User]) -> list[Account]:
    roles: dict[int, set[Role]] = {user.id: set() for user in users}
    teams: dict[int, set[int]] = {user.id: set() for user in users}
    for user_id, role in await session.execute(select(UserRole.user_id, UserRole.role)):
        if user_id in roles:
            roles[user_id].add(Role(role))
    for user_id, team_id in await session.execute(select(TeamMember.user_id, TeamMember.team_id)):
        if user_id in teams:
            teams[user_id].add(team_id)
    return [
        Account(
            id=user.id,
            name=user.name,
            display_name=user.display_name,
            roles=frozenset(roles[user.id]),
            interface=user.interface,
            active=user.active,
            has_password=user.password_hash is not None,
            presence=user.presence,
            presence_reason=user.presence_reason,
            team_ids=frozenset(teams[user.id]),
        )
        for user in users
    ]


async def _check_interface(session: AsyncSession, interface: str | None, user_id: int | None) -> None:
    """The PBX does not tell `PJSIP/1001` from `pjsip/1001`."""
    if not interface:
        return
    if len(interface) > 128 or not re.fullmatch(INTERFACE, interface):
        raise BadInterface(interface=interface)
    owner = (await session.scalars(select(User).where(func.lower(User.interface) == interface.lower(), User.active))).first()
    if owner is not None and owner.id != user_id:
        raise InterfaceTaken(interface=interface, name=owner.name)


_ADMINISTRATORS = select(UserRole).where(UserRole.role == Role.ADMINISTRATOR.value).order_by(UserRole.user_id).with_for_update()


async def _administrators(session: AsyncSession) -> int:
    """How many there are who can sign in."""
    administrators = select(func.count()).select_from(User).join(UserRole, UserRole.user_id == User.id)
    can_sign_in = or_(User.password_hash.is_not(None), exists().where(Token.user_id == User.id))
    administrators = administrators.where(UserRole.role == Role.ADMINISTRATOR.value, User.active, can_sign_in)
    return await session.scalar(administrators) or 0


async def _flush(session: AsyncSession, name: str, interface: str | None) -> None:
    try:
        await session.flush()
    except IntegrityError as error:  # somebody else was faster than the checks above
        if "interface" in str(error.orig):
            raise InterfaceTaken(interface=interface, name="somebody else") from error
        raise NameTaken(name=name) from error


async def set_switch(session: AsyncSession, user_id: int, state: str, reason: str | None) -> None:
    """Remember the agent's own presence switch over restarts."""
    await session.execute(update(User).where(User.id == user_id).values(presence=state, presence_reason=reason))
