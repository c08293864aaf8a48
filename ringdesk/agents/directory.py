"""Everybody who works here, in memory: whose phone is that, what is their name, what may they see.

The call path asks this for every ringing phone, so it must not wait for the database.
"""

import asyncio
import re
from collections.abc import Iterable

from ringdesk.agents import accounts, teams
from ringdesk.agents.accounts import Account
from ringdesk.agents.rights import Principal, Role
from ringdesk.storage.engine import Database

# `Local/1001@agents/n` and `hint:1001@ext-local`: how PBX distributions name the member that is extension 1001.
BY_EXTENSION = re.compile(r"(?:Local/|hint:)([^@/;]+)@.*", re.IGNORECASE)


class Directory:
    """Reloaded when accounts or teams change, and now and then, since the command line changes them too."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.accounts: dict[int, Account] = {}
        self.principals: dict[int, Principal] = {}
        self._owners: dict[str, int] = {}
        self._extensions: dict[str, int | None] = {}
        self._teams_of_queue: dict[str, set[int]] = {}
        self._reloading = asyncio.Lock()

    async def reload(self) -> set[int]:
        """Read everybody anew. Returns the users whose rights, teams or being active changed.

        One after the other: a reading that began before a right was taken away must not be the last word."""
        async with self._reloading:
            return await self._reload()

    async def _reload(self) -> set[int]:
        async with self.db.read() as session:
            people = await accounts.everyone(session)
            principals = await accounts.principals(session)
            groups = await teams.everything(session)
        changed = {i for i in self.principals.keys() | principals.keys() if _bounds(self.principals.get(i)) != _bounds(principals.get(i))}
        self.accounts = {account.id: account for account in people}
        self.principals = principals
        self._owners = {}
        self._extensions = {}
        self._teams_of_queue = {}
        for team in groups:
            for queue in team.queues:
                self._teams_of_queue.setdefault(queue, set()).add(team.id)
        for account in people:
            if not account.active or not account.interface:
                continue
            self._owners[account.interface.casefold()] = account.id
            extension = account.interface.rpartition("/")[2]
            # Two users at the same extension of different technologies: then the extension alone names nobody.
            self._extensions[extension] = None if extension in self._extensions else account.id
        return changed

    def owner_of(self, interface: str) -> int | None:
        """The user whose phone this is; also by extension, where the queue's member is a piece of dialplan."""
        owner = self._owners.get(interface.casefold())
        if owner is None and (match := BY_EXTENSION.fullmatch(interface)):
            owner = self._extensions.get(match.group(1))
        return owner

    def called(self, name: str) -> int | None:
        """The user who signs in by this name or has this extension."""
        by_name = (account.id for account in self.accounts.values() if account.active and account.name.casefold() == name.casefold())
        return next(by_name, self._extensions.get(name))

    def is_phone(self, interface: str) -> bool:
        return interface.casefold() in self._owners

    def name_of(self, user_id: int | None) -> str | None:
        account = None if user_id is None else self.accounts.get(user_id)
        return None if account is None else account.display_name

    def interface_of(self, user_id: int) -> str | None:
        account = self.accounts.get(user_id)
        return account.interface if account is not None and account.active else None

    def teams_of(self, user_ids: Iterable[int], queues: Iterable[str]) -> set[int]:
        """The teams to which one of these people or queues belongs."""
        found: set[int] = set()
        for user_id in user_ids:
            principal = self.principals.get(user_id)
            found |= principal.teams if principal is not None else frozenset()
        for queue in queues:
            found |= self._teams_of_queue.get(queue, set())
        return found


def _bounds(principal: Principal | None) -> tuple[frozenset[Role], frozenset[int]] | None:
    """What decides which rooms somebody is in. A new colleague or another name is no reason to let go of an open desk."""
    return None if principal is None else (principal.roles, principal.teams)
