"""The contact centre of a test, in its own words: customers call, phones ring, agents transfer. Everything waits for events.

`async with Floor(asterisk) as floor:` – when it ends, every call is hung up, every phone is off and every queue as it was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from tests.pbx.ami_client import ActionRefused, AmiClient, Message
from tests.pbx.asterisk import TRUNK, Asterisk, QueueLogEntry
from tests.pbx.people import Call, Phone
from tests.pbx.sipp import Behaviour, Parties, Party, register

# the number that leads into each queue (conf/extensions.conf)
DIDS = {
    "support": "4001", "ringall": "4002", "sales": "4003", "short": "4004", "full": "4005", "empty": "4006", "locals": "4007",
    "keys": "4012", "leaving": "4016", "crowd": "4017", "patient": "4019",
}  # fmt: skip
IVR, THROUGH_LOCAL, THROUGH_OPTIMISED_LOCAL, UNANSWERED_QUEUE, DIRECT_1001 = "4000", "4008", "4009", "4010", "4011"
OVERFLOW, IMPATIENT_1001, SHORT_LIMIT, GROUP = "4013", "4014", "4015", "4018"
STEREO_1001, MIX_1001, AGENT_LEG_1001, IN_LOCAL_1001, MONITORED, LEGS_ONLY_1001 = "4020", "4021", "4022", "4023", "4024", "4025"
PARK = "700"
CROWD = "127.0.0.250"  # where one SIPp answers for many phones
NOT_IN_USE, UNAVAILABLE = "1", "5"  # device states as QueueMember's Status counts them (devicestate.h)


class Floor:
    """Verbs over one running Asterisk."""

    def __init__(self, asterisk: Asterisk) -> None:
        self.asterisk = asterisk
        self.ami = AmiClient(asterisk.ami_port, *asterisk.tests)
        self.parties = Parties(asterisk)
        self.switched_on: list[str] = []
        self.began: int | None = None  # the place in the events just before the first call
        self._queue_log_before = len(asterisk.queue_log)
        self._cdr_before = len(asterisk.cdr_lines)

    async def __aenter__(self) -> Floor:
        await self.ami.__aenter__()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if self.asterisk.pid and not self.ami.lost:
                await self.clear()
        finally:
            self.parties.stop()
            await self.ami.close()

    @property
    def queue_log(self) -> list[QueueLogEntry]:
        """What queue_log got since this floor opened."""
        return self.asterisk.queue_log[self._queue_log_before :]

    @property
    def cdr_lines(self) -> list[str]:
        """The call records written since this floor opened."""
        return self.asterisk.cdr_lines[self._cdr_before :]

    @property
    def cdr(self) -> list[dict[str, str]]:
        """The same as rows."""
        return self.asterisk.cdr[self._cdr_before :]

    async def phone(
        self,
        extension: str,
        *,
        answer_after: float | None = 0.05,
        talk: float | None = None,
        refuse: str | None = None,
        sound: bool | Path = False,
    ) -> Phone:
        """Switch on an agent's phone. `answer_after` None: rings until told. It is available in its queues when this returns."""
        behaviour = Behaviour(answer_after=answer_after, talk=talk, refuse=refuse, sound=sound)
        party = self.parties.answering(self.asterisk.phones[extension], behaviour)
        register(self.asterisk, extension)
        self.switched_on.append(extension)
        await self._members_are(NOT_IN_USE, [extension])
        return Phone(self, extension, party)

    async def crowd(self, extensions: Iterable[str], *, answer_after: float = 0.05, talk: float | None = None) -> Party:
        """Many phones at once, signalling only, one SIPp for all of them; members of the queue `crowd` when this returns."""
        party = self.parties.answering(CROWD, Behaviour(answer_after=answer_after, talk=talk), trace=False)
        members = list(extensions)
        for extension in members:
            register(self.asterisk, extension, at=CROWD)
            self.switched_on.append(extension)
            await self.ami.action("QueueAdd", Queue="crowd", Interface=f"PJSIP/{extension}")
        await self._members_are(NOT_IN_USE, members)
        return party

    def flood(
        self,
        callers: Iterable[str],
        queue: str = "",
        *,
        rate: float,
        did: str = "",
        talk: float | None = None,
        patience: float | None = None,
    ) -> Party:
        """Calls of these numbers to a queue or a DID, `rate` a second, signalling only; without `talk` the agents hang up."""
        self.begin()
        calls = [(f"<sip:{number}@{TRUNK}>", did or DIDS[queue]) for number in callers]
        return self.parties.calling(TRUNK, calls, Behaviour(talk=talk, patience=patience), rate=rate)

    async def outside(
        self,
        *,
        answer_after: float | None = 0.05,
        talk: float | None = None,
        refuse: str | None = None,
        sound: bool | Path = False,
    ) -> Party:
        """The numbers outside, as they answer to outgoing calls: all of them alike."""
        return self.parties.answering(TRUNK, Behaviour(answer_after=answer_after, talk=talk, refuse=refuse, sound=sound))

    async def incoming(
        self, number: str, *, queue: str = "", did: str = "", name: str = "", patience: float | None = None, talk: float | None = None,
        sound: bool | Path = False,
    ) -> Call:  # fmt: skip
        """A customer calls a queue or a DID. `number` "anonymous" hides it. In when this returns: the PBX has their channel."""
        caller = f'"{name}" <sip:{number}@{TRUNK}>' if name else f"<sip:{number}@{TRUNK}>"
        if number == "anonymous":
            caller = '"Anonymous" <sip:anonymous@anonymous.invalid>'
        behaviour = Behaviour(patience=patience, talk=talk, sound=sound)
        return await self._call(TRUNK, "PJSIP/trunk-*", caller, did or DIDS[queue], behaviour)

    async def dial(
        self,
        extension: str,
        number: str,
        *,
        patience: float | None = None,
        talk: float | None = None,
        sound: bool | Path = False,
    ) -> Call:
        """An agent's phone calls a number, an extension or a feature code."""
        caller = f'"{self.asterisk.names[extension]}" <sip:{extension}@{self.asterisk.phones[extension]}>'
        behaviour = Behaviour(patience=patience, talk=talk, sound=sound)
        return await self._call(self.asterisk.phones[extension], f"PJSIP/{extension}-*", caller, number, behaviour)

    async def originate(self, channel: str, variables: Iterable[str] = (), **headers: str | int) -> Message:
        """AMI Originate, asynchronous; the PBX's OriginateResponse is an event of its own."""
        self.begin()
        return await self.ami.action("Originate", variables, Channel=channel, Async="true", **headers)

    async def click_to_dial(self, agent: str, number: str, *, ring: float = 20.0, **headers: str) -> str:
        """Ring the agent, then the number; the ActionID, which comes back in OriginateResponse."""
        headers |= {"Context": "ringdesk-dial", "Exten": number, "Priority": "1", "CallerID": f'"{number}" <{number}>'}
        headers |= {"Timeout": str(round(ring * 1000)), "ActionID": f"click-{agent}-{number}"}
        await self.originate(f"PJSIP/{agent}", (), **headers)
        return headers["ActionID"]

    async def blind_transfer(self, agent: Phone, to: str, context: str = "from-phone") -> Message:
        """AMI BlindTransfer by the agent; the PBX's BlindTransfer event. It refuses who is alone in the bridge still."""
        *_, entered = self.ami.found("BridgeEnter", Channel=agent.channel)
        if entered["BridgeNumChannels"] == "1":
            await self.ami.event("BridgeEnter", BridgeUniqueid=entered["BridgeUniqueid"], BridgeNumChannels="2")
        since = self.ami.mark()
        await self.ami.action("BlindTransfer", Channel=agent.channel, Context=context, Exten=to)
        return await self.ami.event("BlindTransfer", since=since)

    async def attended_transfer(self, agent: Phone, to: str, context: str = "from-phone") -> None:
        """AMI Atxfer by the agent: the customer hears music, `to` is called, which has begun when this returns. The agent's hang-up
        completes it. Atxfer presses keys, and a busy Asterisk has been seen to overhear some: it then gives the customer back (Unhold)
        and is told once more."""
        channel = agent.channel
        since = told = self.ami.mark()
        async with asyncio.timeout(20):
            await self.ami.action("Atxfer", Channel=channel, Context=context, Exten=to)
            while not any(self.ami.found("Newchannel", since=since, Channel=f"Local/{to}@{context}-*")):
                if told == since and any(self.ami.found("Unhold", since=since, Channel=channel)):
                    told = self.ami.mark()
                    await self.ami.action("Atxfer", Channel=channel, Context=context, Exten=to)
                await asyncio.sleep(0.02)

    async def cancel_attended_transfer(self, agent: Phone) -> None:
        """Back to the customer."""
        await self.ami.action("CancelAtxfer", Channel=agent.channel)

    async def redirect(self, call: Call, to: str, context: str = "from-phone") -> None:
        """Send the caller somewhere else, wherever they are now."""
        await self.ami.action("Redirect", Channel=call.channel, Context=context, Exten=to, Priority=1)

    async def pause(self, extension: str, *, paused: bool = True, reason: str = "") -> None:
        """Pause an agent in all queues."""
        await self.ami.action("QueuePause", Interface=f"PJSIP/{extension}", Paused=str(paused).lower(), Reason=reason)

    async def tell(self, channel: str, command: str, argument: str = "") -> None:
        """Tell the party at the far end of a channel what to do next, by a NOTIFY inside its dialog (sipp/talk.xml)."""
        variables = [f"Event=phone-{command}"] + ([f"X-Argument={argument}"] if argument else [])
        await self.ami.action("PJSIPNotify", variables, Channel=channel)

    async def sip_dialog(self, channel: str) -> dict[str, str]:
        """call-id, local_tag and remote_tag of a channel's SIP dialog, as Asterisk has them."""
        items = ("call-id", "local_tag", "remote_tag")
        answers = [await self.ami.action("Getvar", Channel=channel, Variable=f"CHANNEL(pjsip,{item})") for item in items]
        return {item: answer["Value"] for item, answer in zip(items, answers, strict=True)}

    def channel(self, pattern: str) -> str:
        """The newest channel that lives and whose name matches."""
        dead = {each["Channel"] for each in self.ami.found("Hangup")}
        living = [each["Channel"] for each in self.ami.found("Newchannel", Channel=pattern) if each["Channel"] not in dead]
        if not living:
            raise AssertionError(f"no channel {pattern}")
        return living[-1]

    async def quiet(self, limit: float = 20.0) -> None:
        """Wait until no channel is left."""
        for channel in await self.ami.listed("CoreShowChannels"):
            await self.ami.event("Hangup", Uniqueid=channel["Uniqueid"], limit=limit)
        if await self.ami.listed("CoreShowChannels"):
            await self.quiet(limit)

    async def clear(self) -> None:
        """Hang everybody up, switch phones off, undo pauses and logins."""
        for channel in await self.ami.listed("CoreShowChannels"):
            try:
                await self.ami.action("Hangup", Channel=channel["Channel"], Cause=16)
            except ActionRefused:
                continue  # gone by itself meanwhile
        await self.quiet()
        for extension in self.switched_on:
            register(self.asterisk, extension, away=True)
        await self._members_are(UNAVAILABLE, self.switched_on)
        self.switched_on.clear()
        for member in await self.ami.listed("QueueStatus"):
            if member.name != "QueueMember":
                continue
            if member["Membership"] == "dynamic":
                await self.ami.action("QueueRemove", Queue=member["Queue"], Interface=member["Location"])
            elif member["Paused"] == "1":
                await self.ami.action("QueuePause", Queue=member["Queue"], Interface=member["Location"], Paused="false")

    def begin(self) -> None:
        """Remember where the first call starts."""
        if self.began is None:
            self.began = self.ami.mark()

    async def _call(self, address: str, channel: str, caller: str, number: str, behaviour: Behaviour) -> Call:
        self.begin()
        since = self.ami.mark()
        party = self.parties.calling(address, [(caller, number)], behaviour)
        try:
            return Call(
                self,
                await self.ami.event("Newchannel", since=since, Channel=channel, Exten=number.replace("*", "[*]")),
                party,
            )
        except AssertionError as error:
            raise AssertionError(f"{error}; {party.errors}") from None

    async def _members_are(self, status: str, extensions: list[str]) -> None:
        """Wait until every queue sees these phones in this state."""
        interfaces = {f"PJSIP/{extension}" for extension in extensions}
        async with asyncio.timeout(10):
            while True:
                since = self.ami.mark()
                members = [m for m in await self.ami.listed("QueueStatus") if m.name == "QueueMember"]
                if all(m["Status"] == status for m in members if m["StateInterface"] in interfaces):
                    return
                await self.ami.event("QueueMemberStatus", since=since)
