"""Who is on the line: a caller and an agent's phone, told what to do next."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.pbx.ami_client import Message
from tests.pbx.sipp import Party

if TYPE_CHECKING:
    from tests.pbx.floor import Floor


class Call:
    """A call that somebody placed: the channel of the caller's leg."""

    def __init__(self, floor: Floor, channel: Message, party: Party) -> None:
        self.floor, self.party = floor, party
        self.channel, self.uniqueid, self.linkedid = channel["Channel"], channel["Uniqueid"], channel["Linkedid"]

    async def hang_up(self) -> None:
        """The caller hangs up, also before anybody answered; over when this returns."""
        await self.floor.tell(self.channel, "hangup")
        await self.gone()

    async def press(self, digit: str) -> None:
        """The caller presses a key."""
        await self.floor.tell(self.channel, "digit", digit)

    async def gone(self, limit: float = 20.0) -> Message:
        """Wait until the caller's leg is hung up; that event."""
        return await self.floor.ami.event("Hangup", Uniqueid=self.uniqueid, limit=limit)


class Phone:
    """An agent's telephone, switched on."""

    def __init__(self, floor: Floor, extension: str, party: Party) -> None:
        self.floor, self.extension, self.party = floor, extension, party
        self.interface = f"PJSIP/{extension}"

    async def ringing(self, since: int = 0) -> Message:
        """Wait until it rings (its DialState RINGING)."""
        return await self.floor.ami.event("DialState", since=since, DestChannel=f"{self.interface}-*", DialStatus="RINGING")

    async def talking(self, since: int = 0) -> Message:
        """Wait until it is connected to somebody (its BridgeEnter)."""
        return await self.floor.ami.event("BridgeEnter", since=since, Channel=f"{self.interface}-*")

    async def answer(self) -> None:
        """Take up the ringing call."""
        await self.floor.tell(self.channel, "answer")

    async def decline(self) -> None:
        """Refuse the ringing call (603)."""
        await self.floor.tell(self.channel, "decline")

    async def hang_up(self) -> None:
        """Hang up; over when this returns."""
        channel = self.channel
        await self.floor.tell(channel, "hangup")
        await self.floor.ami.event("Hangup", Channel=channel)

    async def hold(self) -> Message:
        """Put the far side on hold by re-INVITE (sendonly)."""
        return await self._told("hold", "Hold")

    async def resume(self) -> Message:
        """Take it back (sendrecv)."""
        return await self._told("resume", "Unhold")

    async def refer(self, to: str, *, replaces: str = "", channel: str = "") -> None:
        """Transfer by SIP REFER: blind to the extension, or attended into the call named by `replaces` (call-id;to-tag;from-tag)."""
        port = self.floor.asterisk.sip_port
        header = f"?Replaces={quote(replaces, safe='')}" if replaces else ""
        await self.floor.tell(channel or self.channel, "transfer", f"<sip:{to}@127.0.0.1:{port}{header}>")

    @property
    def channel(self) -> str:
        """Its newest channel that lives."""
        return self.floor.channel(f"{self.interface}-*")

    async def _told(self, command: str, event: str) -> Message:
        """Told once more where it did not hear: a SIPp that still waits for the answer to its last request overlooks a NOTIFY."""
        since = self.floor.ami.mark()
        for limit in (3.0, 3.0):
            await self.floor.tell(self.channel, command)
            with contextlib.suppress(AssertionError):
                return await self.floor.ami.event(event, since=since, limit=limit, Channel=self.channel)
        await self.floor.tell(self.channel, command)
        return await self.floor.ami.event(event, since=since, Channel=self.channel)
