"""Which events reach this manager user.

It cannot be asked: a manager user cannot read its own `read` classes and event filters. So events are caused: a call of a Local channel
that leads nowhere (it rings nobody; the CDR gets a line FAILED with the context `ringdesk-doctor`), and a member's penalty set to what
it is (queue_log gets a line PENALTY). Read off a real Asterisk 22 (tests/pbx); `replay` plays the same.
"""

import asyncio
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from ringdesk.config.doctor.findings import CONFIG, Findings
from ringdesk.telephony.ami import AmiConnection, AmiMessage
from ringdesk.telephony.events import LiveStateRead

EVENTS_WITHIN = 2.0  # seconds for the caused events; they take milliseconds
KEPT = 20_000  # events heard while listening
CALL_EVENTS = ("Newchannel", "Hangup", "OriginateResponse")
# What only a real call causes. Without one of these some screen stays empty.
IN_A_CALL = ("QueueCallerJoin", "AgentCalled", "DialBegin", "DialEnd", "Newstate", "AgentConnect", "BridgeEnter", "BridgeLeave",
             "AgentComplete", "QueueCallerLeave", "HangupRequest", "QueueMemberStatus")  # fmt: skip


@dataclass(slots=True)
class Heard:
    """Events of one connection."""

    events: list[AmiMessage] = field(default_factory=list)
    lost: str = ""
    more: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, message: AmiMessage) -> None:
        if len(self.events) < KEPT:
            self.events.append(message)
        self.more.set()

    def lose(self, reason: str) -> None:
        self.lost = reason

    def names(self) -> Counter[str]:
        return Counter(message.name for message in self.events)

    async def until(self, wanted: Callable[[], bool]) -> bool:
        """Wait for what was caused; False if it does not come."""
        try:
            async with asyncio.timeout(EVENTS_WITHIN):
                while not wanted():
                    self.more.clear()
                    await self.more.wait()
        except TimeoutError:
            return False
        return True


async def events(found: Findings, connection: AmiConnection, heard: Heard, may: set[str], state: LiveStateRead | None) -> None:
    """Cause events, and see which of them come."""
    if "Originate" not in may:
        found.unknown("events", "Which events come cannot be tried without the right to Originate.")
        return
    ours = f"ringdesk-doctor-{secrets.token_hex(4)}"
    await connection.action(
        "Originate", Channel="Local/probe@ringdesk-doctor/n", Application="NoOp", ChannelId=ours, Async="true",
        Variable="QUEUESTATUS=ringdesk-doctor",
    )  # fmt: skip
    caused = await _caused(heard, ours)
    names = {message.name for message in caused}
    missing = [name for name in CALL_EVENTS if name not in names]
    if missing:
        mend = f"Its `read` in manager.conf needs `call`, and the event filters must let these through. {CONFIG}"
        found.wrong("events", f"The user does not hear of calls: {', '.join(missing)} did not come.", mend)
    else:
        found.ok("events", "The user hears of calls.")
    if not any(message.name == "VarSet" and message["Variable"] == "QUEUESTATUS" for message in caused):
        mend = "Its `read` needs `dialplan`, and where there are filters one must include the variable QUEUESTATUS. "
        text = "How callers leave a queue without an agent (full, nobody there, timed out) does not come: no VarSet of QUEUESTATUS."
        found.wrong("events", text, mend + CONFIG)
    else:
        found.ok("events", "The user hears how callers leave a queue (QUEUESTATUS).")
    if any(message.name == "VarSet" and message["Variable"] != "QUEUESTATUS" for message in caused) or "Newexten" in names:
        found.ok("filter", "No event filter is set: it works, with about twice the traffic.", CONFIG)
    _stamped(found, caused)
    await _member_events(found, connection, heard, may, state)


async def _caused(heard: Heard, ours: str) -> list[AmiMessage]:
    """The events of the probe: complete when both halves of its channel are hung up, or when time is over."""

    def caused() -> list[AmiMessage]:
        return [message for message in heard.events if message["Uniqueid"].startswith(ours)]

    def complete() -> bool:
        names = Counter(message.name for message in caused())
        return names["Hangup"] >= 2 and names["OriginateResponse"] > 0

    await heard.until(complete)
    return caused()


def _stamped(found: Findings, caused: list[AmiMessage]) -> None:
    if not caused:
        found.unknown("timestamps", "Whether events carry the PBX's time cannot be told: none came.")
    elif all(message.stamped for message in caused):
        found.ok("timestamps", "Events carry the PBX's time.")
    else:
        found.wrong(
            "timestamps", "Events come without the PBX's time, so all times are those of their arrival.",
            "Set timestampevents = yes in [general] of manager.conf, then `asterisk -rx 'manager reload'`.",
        )  # fmt: skip


async def _member_events(found: Findings, connection: AmiConnection, heard: Heard, may: set[str], state: LiveStateRead | None) -> None:
    member = state.members[0] if state is not None and state.members else None
    if member is None or "QueuePenalty" not in may:
        found.unknown("events", "Whether the user hears of queue members cannot be told: there are none to try it with.")
        return
    await connection.action("QueuePenalty", Queue=member.queue, Interface=member.interface, Penalty=str(member.penalty))
    if await heard.until(lambda: heard.names()["QueueMemberPenalty"] > 0):
        found.ok("events", "The user hears of queues and their members.")
    else:
        mend = f"Its `read` in manager.conf needs `agent`, and the event filters must let QueueMember… events through. {CONFIG}"
        found.wrong("events", "The user does not hear of queues and their members: no QueueMemberPenalty came.", mend)


async def listened(found: Findings, heard: Heard, seconds: float) -> None:
    """What real calls cause is only known when there was one."""
    if seconds > 0:
        await asyncio.sleep(seconds)
    names = heard.names()
    if heard.lost:
        found.wrong("events", f"The connection was lost: {heard.lost}.", "See the PBX's log.")
    elif names["AgentConnect"] and names["AgentComplete"]:
        missing = [name for name in IN_A_CALL if not names[name]]
        if missing:
            mend = f"Put them into the event filters of manager.conf. {CONFIG}"
            found.wrong("queue calls", f"A queue call came by without: {', '.join(missing)}.", mend)
        else:
            found.ok("queue calls", "A queue call came by with everything that belongs to it.")
    else:
        text = "Whether everything comes that belongs to a queue call cannot be told without one."
        found.unknown("queue calls", text, "Run `ringdesk doctor --listen 60`, and make a short call into a queue meanwhile.")
