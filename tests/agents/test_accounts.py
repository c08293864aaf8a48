"""Accounts and teams: one name, one phone, always somebody who administers, also when many change them at once."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import delete, select

from ringdesk.agents import accounts, teams
from ringdesk.agents.accounts import BadName, InterfaceTaken, LastAdministrator, NameTaken
from ringdesk.agents.directory import Directory
from ringdesk.agents.models import TeamMember, TeamQueue, UserRole
from ringdesk.agents.passwords import WeakPassword
from ringdesk.agents.rights import Role
from ringdesk.agents.teams import TeamInUse, TeamNameTaken
from ringdesk.config.errors import NoSuch
from ringdesk.crm import customers
from ringdesk.screenpop.matching import HOUSE
from ringdesk.storage.engine import Database
from tests.crm.people import entered

pytestmark = pytest.mark.usefixtures("quick_hashes")
PASSWORD = "correct horse battery"


async def add(db: Database, name: str, *roles: Role, **more: Any) -> int:
    async with db.write() as session:
        return await accounts.add(session, name=name, roles=roles or [Role.AGENT], **more)


async def change(db: Database, user_id: int, **what: Any) -> None:
    async with db.write() as session:
        await accounts.change(session, user_id, **what)


async def administrator(db: Database, name: str) -> int:
    return await add(db, name, Role.ADMINISTRATOR, password=PASSWORD)


async def test_a_login_name_is_one_persons_in_any_spelling(db: Database) -> None:
    await add(db, " Anna.Petrenko ")
    for name in ("anna.petrenko", "ANNA.PETRENKO"):
        with pytest.raises(NameTaken):
            await add(db, name)
    for name in ("", " ", "a b", "a/b", "a\nb", "x" * 65, "a;b", "<a>", "a\x00"):
        with pytest.raises(BadName):
            await add(db, name)
    async with db.read() as session:
        assert [account.name for account in await accounts.everyone(session)] == ["anna.petrenko"]


async def test_a_phone_is_one_active_persons(db: Database) -> None:
    anna = await add(db, "anna", interface="PJSIP/1001")
    for spelling in ("PJSIP/1001", "pjsip/1001"):
        with pytest.raises(InterfaceTaken):
            await add(db, "bohdan", interface=spelling)
    bohdan = await add(db, "bohdan", interface="PJSIP/1002")
    with pytest.raises(InterfaceTaken):
        await change(db, bohdan, interface="PJSIP/1001")
    await change(db, await administrator(db, "adam"), display_name="Adam")
    await change(db, anna, active=False)
    await change(db, bohdan, interface="PJSIP/1001")
    with pytest.raises(InterfaceTaken):
        await change(db, anna, active=True)
    await change(db, bohdan, clear_interface=True)
    await change(db, anna, active=True)


async def test_there_is_always_an_administrator_who_can_sign_in(db: Database) -> None:
    adam = await administrator(db, "adam")
    await add(db, "without", Role.ADMINISTRATOR)  # no password and no token: nobody could come in with it
    for what in ({"roles": [Role.AGENT]}, {"active": False}):
        with pytest.raises(LastAdministrator):
            await change(db, adam, **what)
    eve = await administrator(db, "eve")
    await change(db, adam, active=False)
    with pytest.raises(LastAdministrator):
        await change(db, eve, roles=[Role.MANAGER])
    async with db.read() as session:
        assert (await accounts.get(session, eve)).roles == {Role.ADMINISTRATOR}, "nothing of the refused change is kept"


async def test_two_administrators_who_demote_each_other_at_once_leave_one(db: Database) -> None:
    for i in range(5):
        adam, eve = await administrator(db, f"adam{i}"), await administrator(db, f"eve{i}")
        async with db.write() as session:  # these two are the only ones
            await session.execute(delete(UserRole).where(UserRole.user_id.not_in([adam, eve])))
        answers = await asyncio.gather(*(change(db, user_id, roles=[Role.AGENT]) for user_id in (adam, eve)), return_exceptions=True)
        assert sorted(type(answer).__name__ for answer in answers) == ["LastAdministrator", "NoneType"]


async def test_changes_of_one_account_at_once_do_not_break(db: Database) -> None:
    await administrator(db, "adam")
    anna = await add(db, "anna")
    await asyncio.gather(*(change(db, anna, roles=[Role.AGENT, Role.SUPERVISOR], display_name=f"Anna {i}") for i in range(10)))
    async with db.read() as session:
        assert (await accounts.get(session, anna)).roles == {Role.AGENT, Role.SUPERVISOR}
    answers = await asyncio.gather(*(add(db, "same", interface=f"PJSIP/{i}") for i in range(6)), return_exceptions=True)
    assert sorted({type(answer).__name__ for answer in answers}) == ["NameTaken", "int"]
    answers = await asyncio.gather(*(add(db, f"one{i}", interface="PJSIP/7") for i in range(6)), return_exceptions=True)
    assert sorted({type(answer).__name__ for answer in answers}) == ["InterfaceTaken", "int"]


async def test_who_is_not_there_cannot_be_changed(db: Database) -> None:
    for refused in (
        lambda: change(db, 4711, display_name="x"),
        lambda: _password(db, 4711, PASSWORD),
    ):
        with pytest.raises(NoSuch):
            await refused()
    with pytest.raises(WeakPassword):
        await _password(db, await add(db, "anna"), "short")


async def _password(db: Database, user_id: int, password: str) -> None:
    async with db.write() as session:
        await accounts.set_password(session, user_id, password)


async def test_teams_are_filled_replaced_and_dissolved(db: Database) -> None:
    anna, bohdan = await add(db, "anna"), await add(db, "bohdan")
    async with db.write() as session:
        team = await teams.add(session, " Support ", [anna, anna], [" support ", "support", "", "a\x00", "a\ufffd"])
        shown = await teams.get(session, team)
    assert (shown.name, shown.members, shown.queues) == ("Support", {anna}, {"support", "a\ufffd"})
    for refused in (
        lambda s: teams.add(s, "Support", [], []),
        lambda s: teams.add(s, "Other", [4711], []),
        lambda s: teams.change(s, 4711, None, None, None),
        lambda s: teams.change(s, team, None, [bohdan, 4711], None),
    ):
        with pytest.raises((TeamNameTaken, NoSuch)):
            await _in_one(db, refused)
    async with db.write() as session:
        await teams.change(session, team, None, [bohdan], None)
    async with db.read() as session:
        shown = await teams.get(session, team)
    assert (shown.members, shown.queues) == ({bohdan}, {"support", "a\ufffd"}), "what is not given stays"
    customer = await entered(db, "Anna", team_id=team)
    with pytest.raises(TeamInUse):
        await _in_one(db, lambda s: teams.remove(s, team))
    async with db.write() as session:
        await customers.remove(session, HOUSE, customer)
    await _in_one(db, lambda s: teams.remove(s, team))
    async with db.read() as session:
        assert (await session.scalars(select(TeamMember))).all() == (await session.scalars(select(TeamQueue))).all() == []


async def _in_one(db: Database, what: Any) -> None:
    async with db.write() as session:
        await what(session)


async def test_changes_of_one_team_at_once_do_not_break(db: Database) -> None:
    people = [await add(db, f"agent{i}") for i in range(4)]
    async with db.write() as session:
        team = await teams.add(session, "Team", [], [])

    async def fill(i: int) -> None:
        async with db.write() as session:
            await teams.change(session, team, f"Team {i}", people[: i % 4 + 1], ["a", f"q{i}"])

    await asyncio.gather(*(fill(i) for i in range(12)))
    async with db.read() as session:
        shown = await teams.get(session, team)
    number = int(shown.name.split()[1])
    assert (shown.members, shown.queues) == (set(people[: number % 4 + 1]), {"a", f"q{number}"})


async def test_the_directory_knows_phones_by_any_name_the_pbx_has_for_them(db: Database) -> None:
    anna, bohdan = await add(db, "anna", interface="PJSIP/1001"), await add(db, "bohdan", interface="SIP/1002")
    await add(db, "left", interface="PJSIP/1003")
    await administrator(db, "adam")
    await change(db, 3, active=False)
    directory = Directory(db)
    await directory.reload()
    for name in ("PJSIP/1001", "pjsip/1001", "Local/1001@agents/n", "hint:1001@ext-local"):
        assert directory.owner_of(name) == anna, name
    assert directory.owner_of("Local/1002@from-queue/n") == bohdan
    for name in ("PJSIP/1003", "Local/1003@agents/n", "PJSIP/9", "", "Local/1001", "1001"):
        assert directory.owner_of(name) is None, name
    await add(db, "carol", interface="SIP/1001")
    await directory.reload()
    assert directory.owner_of("Local/1001@agents/n") is None, "two phones of that extension: it names nobody"
    assert directory.owner_of("PJSIP/1001") == anna


async def test_a_reading_that_began_before_a_change_is_never_the_last_word(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A right that was taken away must not come back because somebody read slowly."""
    await administrator(db, "adam")
    anna = await add(db, "anna", Role.MANAGER)
    directory = Directory(db)
    await directory.reload()
    gate, reading = asyncio.Event(), asyncio.Event()
    everyone = accounts.everyone

    async def slow(session: Any) -> Any:
        found = await everyone(session)
        if not reading.is_set():
            reading.set()
            await gate.wait()
        return found

    monkeypatch.setattr(accounts, "everyone", slow)
    first = asyncio.create_task(directory.reload())
    await reading.wait()
    await change(db, anna, roles=[Role.AGENT])
    second = asyncio.create_task(directory.reload())
    await asyncio.sleep(0.05)
    gate.set()
    await asyncio.gather(first, second)
    assert directory.principals[anna].roles == {Role.AGENT}
