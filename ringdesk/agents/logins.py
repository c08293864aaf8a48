"""Signing in: sessions for browsers, tokens for programs, and a brake on guessing."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents import passwords
from ringdesk.agents.models import LoginFailure, Session, Token, User
from ringdesk.config.errors import NoSuch, TooMany, Unauthenticated
from ringdesk.storage.base import clean, now
from ringdesk.storage.engine import Database, insert_into

FREE_TRIES = 5  # wrong passwords for one name before the brake; people mistype, programs do not stop
ADDRESS_TRIES = 30  # for one address: a whole office may share one
FIRST_WAIT = 10.0  # seconds after the last free try, doubled with each further one
LONGEST_WAIT = 900.0  # seconds; an attacker must not lock a colleague out for a day
FORGET_AFTER = timedelta(hours=1)
TOUCH_EVERY = timedelta(minutes=1)  # how stale a session's last use may be, to spare a write a request
TOKEN_PREFIX = "rd_"  # noqa: S105 - no secret; lets secret scanners recognise a leaked token


class WrongPassword(Unauthenticated):
    key = "wrong_password"
    text = "The name or the password is wrong"


class SlowDown(TooMany):
    key = "too_many_logins"
    text = "Too many wrong passwords: try again in {retry_after} seconds"


@dataclass(frozen=True, slots=True)
class Login:
    """`cookie` and `csrf` go to the browser; only the cookie's digest is kept."""

    cookie: str
    csrf: str
    user_id: int


@dataclass(frozen=True, slots=True)
class SignedIn:
    user_id: int
    csrf: str | None
    """None for a token: only cookies can be sent by another site's page."""
    key: str
    """The digest of the cookie or token, to end exactly this login."""


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


async def log_in(db: Database, name: str, password: str, address: str) -> Login:
    """A new session. Raises what `check_password` raises."""
    user = await check_password(db, name, password, address)
    login = Login(cookie=secrets.token_urlsafe(32), csrf=secrets.token_urlsafe(24), user_id=user.id)
    moment = now()
    async with db.write() as session:
        # The password may have been changed, or the account ended, while it was verified: that must end this login as well.
        still = await session.get(User, user.id, with_for_update=True)
        if still is None or not still.active or still.password_hash != user.password_hash:
            raise WrongPassword
        session.add(
            Session(
                digest=digest(login.cookie),
                user_id=user.id,
                csrf=login.csrf,
                created_at=moment,
                seen_at=moment,
                address=address,
            )
        )
    return login


async def check_password(db: Database, name: str, password: str, address: str) -> User:
    """Whose password this is. Raises `WrongPassword` or, after too many of them, `SlowDown` without looking at the password.

    A try counts as failed until the password turns out to be right: many at the same moment are no more tries than one by one.
    """
    name = clean(name.strip().lower()[:64])
    keys = (f"address:{address}", f"name:{name}")
    async with db.write() as session:
        await _count_try(session, keys, db.dialect)
        user = (await session.scalars(select(User).where(User.name == name))).first()
    right = await passwords.verify(password, user.password_hash if user is not None and user.active else None)
    if user is None or not right:
        raise WrongPassword
    async with db.write() as session:
        await session.execute(delete(LoginFailure).where(LoginFailure.key == keys[1]))
        at_address = (LoginFailure.key == keys[0]) & (LoginFailure.failures > 0)
        await session.execute(update(LoginFailure).where(at_address).values(failures=LoginFailure.failures - 1))
    return user


async def log_out(session: AsyncSession, key: str) -> None:
    await session.execute(delete(Session).where(Session.digest == key))


async def by_cookie(db: Database, cookie: str, lifetime: timedelta) -> SignedIn | None:
    """Whose session this is. A session ends `lifetime` after its last use."""
    key = digest(cookie)
    moment = now()
    async with db.read() as session:
        row = await session.get(Session, key)
        if row is None or row.seen_at < moment - lifetime:
            return None
    if row.seen_at < moment - TOUCH_EVERY:
        async with db.write() as session:
            await session.execute(update(Session).where(Session.digest == key).values(seen_at=moment))
    return SignedIn(user_id=row.user_id, csrf=row.csrf, key=key)


async def by_token(db: Database, token: str) -> SignedIn | None:
    key = digest(token)
    moment = now()
    async with db.read() as session:
        row = (await session.scalars(select(Token).where(Token.digest == key))).first()
    if row is None:
        return None
    if row.used_at is None or row.used_at < moment - TOUCH_EVERY:
        async with db.write() as session:
            await session.execute(update(Token).where(Token.id == row.id).values(used_at=moment))
    return SignedIn(user_id=row.user_id, csrf=None, key=key)


async def still_valid(db: Database, key: str, lifetime: timedelta) -> bool:
    """Is the login with this digest alive? Asking counts as use."""
    moment = now()
    async with db.write() as session:
        used = update(Session).where(Session.digest == key, Session.seen_at >= moment - lifetime).values(seen_at=moment)
        if await session.scalar(used.returning(Session.user_id)) is not None:
            return True
        return await session.scalar(select(Token.id).where(Token.digest == key)) is not None


async def make_token(session: AsyncSession, user_id: int, label: str) -> tuple[Token, str]:
    """The token's row and the token itself, which nobody can read again."""
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    row = Token(user_id=user_id, label=label, digest=digest(secret), created_at=now(), used_at=None)
    session.add(row)
    await session.flush()
    return row, secret


async def tokens_of(session: AsyncSession, user_id: int) -> Sequence[Token]:
    return (await session.scalars(select(Token).where(Token.user_id == user_id).order_by(Token.id))).all()


async def revoke_token(session: AsyncSession, user_id: int, token_id: int) -> str:
    """The digest of the token that is no more. Raises `NoSuch` for a token of somebody else."""
    row = await session.get(Token, token_id)
    if row is None or row.user_id != user_id:
        raise NoSuch(what="token", id=token_id)
    await session.delete(row)
    return row.digest


async def tidy(session: AsyncSession, lifetime: timedelta) -> None:
    """Forget ended sessions and old failures."""
    await session.execute(delete(Session).where(Session.seen_at < now() - lifetime))
    await session.execute(delete(LoginFailure).where(LoginFailure.last_at < now() - FORGET_AFTER))


async def _count_try(session: AsyncSession, keys: tuple[str, str], dialect: str) -> None:
    """One try more for each of `keys`, which come in the order of the alphabet, so that two tries never wait for each other's rows.

    Raises `SlowDown`, then nothing is counted."""
    moment = now()
    untried = [{"key": key, "failures": 0, "last_at": moment} for key in keys]
    await session.execute(insert_into(LoginFailure, dialect).on_conflict_do_nothing(), untried)
    counted = select(LoginFailure).where(LoginFailure.key.in_(keys)).order_by(LoginFailure.key).with_for_update()
    for row in (await session.scalars(counted)).all():
        if row.last_at < moment - FORGET_AFTER:
            row.failures = 0
        over = row.failures - (FREE_TRIES if row.key.startswith("name:") else ADDRESS_TRIES)
        wait = 0.0 if over < 0 else _wait(over) - (moment - row.last_at).total_seconds()
        if wait > 0:
            raise SlowDown(retry_after=max(1, round(wait)))
        row.failures, row.last_at = row.failures + 1, moment


def _wait(over: int) -> float:
    """Seconds to wait after `over` failures more than are free."""
    return min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(over, 10))
