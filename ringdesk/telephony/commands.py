"""What Ringdesk asks the PBX to do. Each command says what became of it; none that rings a phone is ever repeated."""

import re
import secrets
import time
from collections.abc import Callable

from ringdesk.config.errors import Invalid
from ringdesk.telephony.ami import ActionRefused, AmiConnection

RING_TIME = 30  # seconds an agent's own phone rings for a click-to-dial
DIALLABLE = re.compile(r"\+?[0-9*#]{1,32}")
# A queue or an extension of the dialplan; the PBX's own names for them.
EXTENSION = re.compile(r"\+?[A-Za-z0-9*#_.-]{1,64}")
NOT_RECORDED = frozenset({"Cannot set mute flag", "No such channel"})  # MixMonitorMute's own words


class NotDiallable(Invalid):
    key = "not_diallable"
    text = "{number!r} is not something that can be dialled"


class LeadsNowhere(Invalid):
    key = "leads_nowhere"
    text = "The dialplan does not know {number} (in its context {context})"


class Commands:
    """`link` gives the live connection, or raises `LinkDown`. All methods raise `ActionRefused` and `OutcomeUnknown`."""

    def __init__(self, link: Callable[[], AmiConnection], context: str) -> None:
        self.link = link
        self.context = context

    async def pause(self, interface: str, *, paused: bool, reason: str = "") -> None:
        """Pause or un-pause a member in all of its queues."""
        await self.link().action("QueuePause", Interface=interface, Paused="true" if paused else "false", Reason=reason)

    async def dial(self, interface: str, number: str, name: str = "") -> str:
        """Ring the agent, then call `number` for them. Returns the Linkedid that the call will have.

        The id is ours (Originate's ChannelId), so that the asker knows the call before the PBX tells of it.
        """
        if not DIALLABLE.fullmatch(number):
            raise NotDiallable(number=number)
        await self._must_lead_somewhere(number)
        linkedid = f"ringdesk-{int(time.time())}-{secrets.token_hex(4)}"
        shown = f'"{_quoted(name)}" <{number}>' if name else f"<{number}>"
        await self.link().action(
            "Originate",
            Channel=interface,
            Context=self.context,
            Exten=number,
            Priority="1",
            CallerID=shown,
            Timeout=str(RING_TIME * 1000),
            ChannelId=linkedid,
            Async="true",
        )
        return linkedid

    async def hang_up(self, channel: str) -> None:
        await self.link().action("Hangup", Channel=channel, Cause="16")

    async def transfer_blind(self, agent_channel: str, to: str) -> None:
        """Send the customer of this agent's channel on, and let the agent go."""
        await self._must_lead_somewhere(_extension(to))
        await self.link().action("BlindTransfer", Channel=agent_channel, Context=self.context, Exten=to)

    async def transfer_attended(self, agent_channel: str, to: str) -> None:
        """Put the customer on hold and call `to`; hanging up completes it, `cancel_attended` goes back.

        Needs `atxfer` in the PBX's features.conf. The PBX presses the digits as keys, and there is no key for a plus."""
        keys = f"00{to[1:]}" if to.startswith("+") else to
        await self._must_lead_somewhere(_extension(keys))
        await self.link().action("Atxfer", Channel=agent_channel, Context=self.context, Exten=keys)

    async def cancel_attended(self, agent_channel: str) -> None:
        await self.link().action("CancelAtxfer", Channel=agent_channel)

    async def mute_recording(self, channel: str, *, muted: bool) -> bool:
        """Silence, both ways, in every recording that runs on this channel (mix, legs and stereo alike: tried on 22.10), or sound again.
        False: the channel is gone, or nothing records it."""
        try:
            await self.link().action("MixMonitorMute", Channel=channel, Direction="both", State="1" if muted else "0")
        except ActionRefused as refused:
            if refused.facts["message"] in NOT_RECORDED:
                return False
            raise
        return True

    async def _must_lead_somewhere(self, exten: str) -> None:
        """Asterisk answers "Transfer succeeded" for an extension that does not exist, and drops the customer: ask first."""
        try:
            answer = await self.link().action("Getvar", Variable=f"DIALPLAN_EXISTS({self.context},{exten},1)")
        except ActionRefused:
            return  # an AMI user without this right: the PBX decides
        if answer.get("Value") == "0":
            raise LeadsNowhere(number=exten, context=self.context)


def _extension(to: str) -> str:
    if not EXTENSION.fullmatch(to):
        raise NotDiallable(number=to)
    return to


def _quoted(name: str) -> str:
    return re.sub(r'["<>\\\x00-\x1f\x7f]', " ", name)[:80].strip()
