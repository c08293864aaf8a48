"""Passwords and logins below the web: the work of a hash, and what the tables keep."""

from datetime import timedelta
from typing import Literal

import pytest
from argon2 import PasswordHasher
from argon2.low_level import Type
from sqlalchemy import func, select

from ringdesk.agents import accounts, logins, passwords
from ringdesk.agents.logins import SlowDown, WrongPassword
from ringdesk.agents.models import LoginFailure, Session, Token, User
from ringdesk.agents.rights import Role
from ringdesk.storage.engine import Database

RIGHT, WRONG = "correct horse battery", "wrong horse battery"


async def anna(db: Database) -> int:
    async with db.write() as session:
        return await accounts.add(session, name="anna", roles=[Role.AGENT], password=RIGHT)


async def test_passwords_are_kept_as_argon2id_with_the_work_that_owasp_asks_for(db: Database) -> None:
    await anna(db)
    async with db.read() as session:
        kept = await session.scalar(select(User.password_hash))
    assert kept is not None
    work = PasswordHasher.from_parameters(passwords._hasher._parameters)
    assert kept.startswith("$argon2id$")
    assert work.type is Type.ID
    assert work.memory_cost * work.time_cost >= 19 * 1024 * 2, "19 MiB and two passes at least"
    assert RIGHT not in kept


async def test_an_unknown_name_takes_as_long_as_a_wrong_password(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hash is what takes long: a decoy of the same work is verified for those who are not there or have no password."""
    verified: list[str] = []

    class Watching(PasswordHasher):
        def verify(self, stored: str | bytes, password: str | bytes) -> Literal[True]:
            verified.append(str(stored).rpartition("$")[0].rpartition("$")[0])
            return super().verify(stored, password)

    await anna(db)
    async with db.write() as session:
        await accounts.add(session, name="programs", roles=[Role.AGENT])
    monkeypatch.setattr(passwords, "_hasher", Watching())
    for name in ("anna", "nobody", "programs"):
        with pytest.raises(WrongPassword):
            await logins.log_in(db, name, WRONG, "192.0.2.1")
    assert len(verified) == 3
    assert len(set(verified)) == 1, verified


@pytest.mark.usefixtures("quick_hashes")
async def test_a_right_password_takes_its_try_back(db: Database) -> None:
    await anna(db)
    for _ in range(logins.FREE_TRIES * 2):
        await logins.log_in(db, "anna", RIGHT, "192.0.2.1")
    async with db.read() as session:
        assert [(row.key, row.failures) for row in await session.scalars(select(LoginFailure))] == [("address:192.0.2.1", 0)]
        assert await session.scalar(select(func.count()).select_from(Session)) == logins.FREE_TRIES * 2


@pytest.mark.usefixtures("quick_hashes")
async def test_failures_are_forgotten_after_a_while(db: Database) -> None:
    await anna(db)
    for _ in range(logins.FREE_TRIES):
        with pytest.raises(WrongPassword):
            await logins.check_password(db, "anna", WRONG, "192.0.2.1")
    with pytest.raises(SlowDown):
        await logins.check_password(db, "anna", RIGHT, "192.0.2.1")
    async with db.write() as session:
        for row in await session.scalars(select(LoginFailure)):
            row.last_at -= logins.FORGET_AFTER + timedelta(seconds=1)
    async with db.write() as session:
        await logins.tidy(session, timedelta(hours=12))
    async with db.read() as session:
        assert (await session.scalars(select(LoginFailure))).all() == []
    assert (await logins.check_password(db, "anna", RIGHT, "192.0.2.1")).name == "anna"


@pytest.mark.usefixtures("quick_hashes")
async def test_any_name_is_only_a_wrong_one(db: Database) -> None:
    for name in ("", "a" * 500, "\x00", "a\x00b", "' OR 1=1 --", "Аня", "%", "anna\n"):
        with pytest.raises(WrongPassword):
            await logins.check_password(db, name, WRONG, "192.0.2.1")


@pytest.mark.usefixtures("quick_hashes")
async def test_tokens_are_kept_as_digests_and_end_one_by_one(db: Database) -> None:
    user_id = await anna(db)
    async with db.write() as session:
        one, secret = await logins.make_token(session, user_id, "one")
        _, other = await logins.make_token(session, user_id, "other")
    assert secret != other
    async with db.read() as session:
        assert secret not in {row.digest for row in await session.scalars(select(Token))}
    found = await logins.by_token(db, secret)
    assert found is not None
    assert (found.user_id, found.csrf) == (user_id, None)
    async with db.write() as session:
        assert await logins.revoke_token(session, user_id, one.id) == found.key
    assert await logins.by_token(db, secret) is None
    assert await logins.by_token(db, other) is not None
    assert not await logins.still_valid(db, found.key, timedelta(hours=12))
