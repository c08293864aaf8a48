"""Calls for a house that has no PBX: the events that a PBX would send, applied one after the other as the listener does."""

import asyncio
import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ringdesk.storage.base import now
from ringdesk.telephony import events as e
from ringdesk.telephony.events import Channel, PbxEvent
from tests.house import Running

ANNA = "+380441234567"
_serial = itertools.count(1)


@dataclass
class Incoming:
    """A caller at the trunk. Every step is one or a few events, stamped now."""

    house: Running
    number: str = ANNA
    name: str = ""
    queue: str | None = "support"
    ago: timedelta = timedelta(0)
    """The whole call happened so long before now."""
    caller: Channel = field(init=False)
    phones: dict[str, Channel] = field(default_factory=dict)

    def __post_init__(self) -> None:
        uniqueid = f"{int(self.at.timestamp())}.{next(_serial)}"
        self.caller = Channel(uniqueid, uniqueid, f"PJSIP/trunk-{uniqueid}", self.number, self.name, "4001", "from-trunk", "4")
        self._say(e.ChannelCreated(at=self.at, channel=self.caller))
        if self.queue is not None:
            self._say(e.QueueJoined(at=self.at, channel=self.caller, queue=self.queue, position=1))

    @property
    def at(self) -> datetime:
        return now() - self.ago

    @property
    def id(self) -> str:
        return f"pbx-{self.caller.uniqueid}"

    async def looked_up(self) -> "Incoming":
        """The house knows whose number it is."""
        await asyncio.wait({self.house.house.pop.popped[self.id].lookup})
        return self

    def rings(self, extension: str) -> "Incoming":
        uniqueid = f"{int(self.at.timestamp())}.{next(_serial)}"
        phone = Channel(uniqueid, self.caller.uniqueid, f"PJSIP/{extension}-{uniqueid}", "4001", "", "", "agents", "0")
        self.phones[extension] = phone
        self._say(e.ChannelCreated(at=self.at, channel=phone))
        if self.queue is not None:
            interface = f"PJSIP/{extension}"
            self._say(e.AgentRung(at=self.at, channel=self.caller, target=phone, queue=self.queue, interface=interface))
        self._say(e.DialBegan(at=self.at, source=self.caller, target=phone, dialled=extension))
        return self

    def ignored(self, extension: str) -> "Incoming":
        """The phone stops ringing, nobody took it."""
        phone = self.phones.pop(extension)
        self._say(e.DialEnded(at=self.at, target=phone, status="NOANSWER"))
        self._say(e.ChannelHungUp(at=self.at, channel=phone, cause="19"))
        return self

    def answered(self, extension: str) -> "Incoming":
        phone = self.phones[extension]
        up = Channel(phone.uniqueid, phone.linkedid, phone.name, phone.caller_number, "", "", phone.context, "6")
        self._say(e.ChannelStateChanged(at=self.at, channel=up))
        self._say(e.DialEnded(at=self.at, target=phone, status="ANSWER"))
        if self.queue is not None:
            interface = f"PJSIP/{extension}"
            self._say(e.QueueLeft(at=self.at, channel=self.caller, queue=self.queue))
            self._say(e.AgentConnected(at=self.at, channel=self.caller, target=up, queue=self.queue, interface=interface))
        for channel in (self.caller, up):
            self._say(e.BridgeEntered(at=self.at, channel=channel, bridge=f"b{self.caller.uniqueid}", holding=False))
        return self

    def ends(self) -> "Incoming":
        """The caller hangs up, and with them whoever is still there."""
        leg = self.house.house.world.legs.get(self.caller.uniqueid)
        if self.queue is not None and leg is not None and leg.visit is not None:
            self._say(e.QueueAbandoned(at=self.at, channel=self.caller, queue=self.queue))
        for channel in (self.caller, *self.phones.values()):
            self._say(e.ChannelHungUp(at=self.at, channel=channel, cause="16"))
        return self

    def _say(self, event: PbxEvent) -> None:
        self.house.house.listener._apply(event)


async def talked(house: Running, extension: str, number: str = ANNA, queue: str | None = "support") -> str:
    """A call that this agent took, over and written. Its id."""
    call = await Incoming(house, number, queue=queue).rings(extension).answered(extension).looked_up()
    call.ends()
    await house.quiet()
    return call.id


async def abandoned(house: Running, number: str = ANNA, queue: str | None = "support") -> str:
    """A caller who waited for a minute and gave up. The call's id."""
    call = await Incoming(house, number, queue=queue, ago=timedelta(minutes=2)).looked_up()
    call.ago = timedelta(minutes=1)
    call.ends()
    await house.quiet()
    return call.id
