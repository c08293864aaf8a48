"""Who works in the demo: accounts at phones, teams with queues. One password for all, since everybody here is invented."""

from dataclasses import dataclass

from ringdesk.agents import accounts, teams
from ringdesk.agents.rights import Role
from ringdesk.storage.engine import Database
from ringdesk.telephony.replay import Phone

PASSWORD = "ringdesk-demo"  # noqa: S105 - printed on the screen, of a house that listens on this machine alone
QUEUES = {"support": "+442079460101", "sales": "+442079460102", "billing": "+442079460103"}
"""Queue → the number that leads into it."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """One account. `queues` are the PBX's, whose calls this phone gets."""

    login: str
    name: str
    roles: tuple[Role, ...]
    interface: str | None = None
    queues: tuple[str, ...] = ()
    team: str | None = None

    @property
    def phone(self) -> Phone | None:
        return None if self.interface is None else Phone(self.interface, self.name)


AGENT = (Role.AGENT,)
NEWCOMER = Colleague("agent", "Alex Morgan", AGENT, "PJSIP/1001", ("support", "sales"), "Support")
CREW = (
    NEWCOMER,
    Colleague("olena", "Olena Bondar", AGENT, "PJSIP/1002", ("support",), "Support"),
    Colleague("taras", "Taras Melnyk", AGENT, "PJSIP/1003", ("support", "billing"), "Support"),
    Colleague("amira", "Amira Haddad", AGENT, "PJSIP/1004", ("support", "billing"), "Support"),
    Colleague("jonas", "Jonas Vogel", AGENT, "PJSIP/1005", ("sales", "support"), "Sales"),
    Colleague("lucia", "Lucía Ibáñez", AGENT, "PJSIP/1006", ("sales",), "Sales"),
    Colleague("petro", "Петро Лисенко", AGENT, "PJSIP/1007", ("sales", "billing"), "Sales"),
    Colleague("supervisor", "Sofia Lindqvist", (Role.SUPERVISOR, Role.AGENT), "PJSIP/1020", (), "Support"),
    Colleague("manager", "Martin Ashworth", (Role.MANAGER,)),
    Colleague("admin", "Nadia Petrova", (Role.ADMINISTRATOR,)),
)
TEAMS = {"Support": ("support", "billing"), "Sales": ("sales",)}


async def hire(db: Database) -> dict[str, int]:
    """Make everybody's account and the teams; login name → user id."""
    async with db.write() as session:
        ids = {
            person.login: await accounts.add(
                session,
                name=person.login,
                display_name=person.name,
                roles=person.roles,
                interface=person.interface,
                password=PASSWORD,
            )
            for person in CREW
        }
        for team, queues in TEAMS.items():
            await teams.add(session, team, [ids[person.login] for person in CREW if person.team == team], queues)
    return ids


async def clock_in(db: Database) -> None:
    """The shift begins: who is played is at work; who is not comes when somebody signs in as them."""
    played = {person.login for person in CREW if person.queues and person is not NEWCOMER}
    async with db.write() as session:
        for account in await accounts.everyone(session):
            if account.interface is not None:
                await accounts.set_switch(session, account.id, "available" if account.name in played else "offline", None)
