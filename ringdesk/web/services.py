"""The house as handlers see it. `config.wiring` builds it."""

from dataclasses import dataclass

from ringdesk.agents.directory import Directory
from ringdesk.agents.floor import Floor, NoPhone
from ringdesk.config.settings import Settings
from ringdesk.screenpop.matching import Matcher
from ringdesk.screenpop.pop import ScreenPop
from ringdesk.storage.engine import Database
from ringdesk.telephony import numbers
from ringdesk.telephony.commands import Commands
from ringdesk.telephony.listener import Listener
from ringdesk.telephony.store import CallStore
from ringdesk.web.live import CallbacksChanged
from ringdesk.web.push import SocketPush


@dataclass(slots=True)
class Services:
    settings: Settings
    db: Database
    directory: Directory
    floor: Floor
    matcher: Matcher
    pop: ScreenPop
    store: CallStore
    listener: Listener
    commands: Commands
    push: SocketPush

    async def dial(self, user_id: int, to: str, name: str | None, customer_id: int | None) -> str:
        """Ring this user's phone and call `to`. The new call's id. Raises `NoPhone`, `NotANumber`, what commands raise."""
        interface = self.directory.interface_of(user_id)
        if interface is None:
            raise NoPhone
        number = numbers.parse_entered(to, self.settings.country)
        linkedid = await self.commands.dial(interface, number.key or "", name or "")
        call_id = f"{self.settings.pbx}-{linkedid}"
        if customer_id is not None and call_id in self.pop.popped:  # its first events were faster than the PBX's answer
            await self.pop.choose(call_id, customer_id)
        elif customer_id is not None:
            self.store.expect_customer(call_id, customer_id)
        return call_id

    def callbacks_changed(self) -> None:
        self.push.to_room("callbacks", "callbacks", CallbacksChanged())

    async def people_changed(self) -> None:
        """Accounts or teams changed: everybody who works with them sees it now, and who lost a right loses the open socket."""
        changed = await self.directory.reload()
        self.floor.people_changed()
        await self.push.principals_changed(changed)
