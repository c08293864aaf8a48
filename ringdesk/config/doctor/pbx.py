"""The PBX's side, over the very connection that Ringdesk would use: link, login, rights, clock, dialplan, queues and people.

What a manager user may do is what `ListCommands` lists for it; what the dialplan and features.conf hold is read by `Getvar` of
DIALPLAN_EXISTS, FEATUREMAP and DEVICE_STATE, which needs no channel (read off a real Asterisk 22).
"""

import asyncio
import os
from datetime import UTC, datetime, timedelta

import phonenumbers
from phonenumbers import PhoneNumberFormat

from ringdesk.agents.directory import Directory
from ringdesk.agents.rights import Role
from ringdesk.config.doctor.findings import CONFIG, Findings
from ringdesk.config.doctor.hearing import Heard, events, listened
from ringdesk.config.errors import DomainError
from ringdesk.config.settings import PREFIX, Settings
from ringdesk.telephony import live
from ringdesk.telephony.ami import AmiAddress, AmiConnection, LoginRefused
from ringdesk.telephony.events import LiveStateRead

CONNECT_WITHIN = 5.0  # seconds
CLOCK = timedelta(seconds=2)  # more between the two clocks, and waiting times on the screen look wrong
# Action → the manager user's `write` class that gives it, and what for.
NEEDED = {
    "CoreShowChannels": ("reporting", "read the calls that run after a reconnect"),
    "QueueStatus": ("agent", "read queues and members; missing altogether, app_queue is not loaded"),
    "QueuePause": ("agent", "the agents' presence switch"),
    "Originate": ("originate", "click-to-dial"),
    "Hangup": ("call", "hang up from the screen"),
    "BlindTransfer": ("call", "transfers"),
    "Atxfer": ("call", "attended transfers"),
    "CancelAtxfer": ("call", "taking an attended transfer back"),
}
TOO_MUCH = {"Command": "command", "UpdateConfig": "config", "DBPut": "system"}


async def examine(found: Findings, settings: Settings, people: Directory | None, *, probe: bool, listen: float) -> str | None:
    """Everything about the PBX; its spool folder, if it says which."""
    if not await _reachable(found, settings):
        return None
    heard = Heard()
    address = AmiAddress(
        settings.ami_host, settings.ami_port, settings.ami_username, settings.ami_secret.get_secret_value(), settings.ami_tls
    )
    try:
        connection = await AmiConnection.open(address, heard.hear, heard.lose)
    except LoginRefused as refused:
        mend = f"Is {PREFIX}AMI_SECRET the secret of [{settings.ami_username}] in manager.conf, and does its permit allow this machine? "
        found.wrong("login", f"{refused}.", f"{mend}{CONFIG}")
        return None
    except (OSError, TimeoutError, DomainError) as error:
        found.wrong("login", f"The login got no answer: {error or type(error).__name__}.", "See the PBX's log.")
        return None
    try:
        return await _logged_in(found, settings, people, connection, heard, probe=probe, listen=listen)
    except DomainError as error:
        found.wrong("pbx", f"The examination broke off: {error}.", "See the PBX's log, and try again.")
        return None
    finally:
        await connection.close()


async def _reachable(found: Findings, settings: Settings) -> bool:
    where = f"{settings.ami_host} port {settings.ami_port}"
    greeting = b""
    try:
        async with asyncio.timeout(CONNECT_WITHIN):
            reader, writer = await asyncio.open_connection(settings.ami_host, settings.ami_port)
            try:
                if not settings.ami_tls:
                    greeting = await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError, ValueError) as error:
        reason = "no answer" if isinstance(error, TimeoutError) else _reason(error)
        found.wrong(
            "ami",
            f"The PBX's manager interface cannot be reached at {where}: {reason}.",
            f"Is Asterisk running, is `enabled = yes` in manager.conf, does its bindaddr or a firewall keep this machine out, are "
            f"{PREFIX}AMI_HOST and _PORT right? {CONFIG}",
        )
        return False
    if not settings.ami_tls and not greeting.startswith(b"Asterisk Call Manager/"):
        mend = f"Mend {PREFIX}AMI_PORT (5038 as a rule)."
        found.wrong("ami", f"What answers at {where} is not Asterisk's manager interface: {greeting[:40]!r}.", mend)
        return False
    found.ok("ami", f"The PBX's manager interface answers at {where}.")
    return True


async def _logged_in(
    found: Findings,
    settings: Settings,
    people: Directory | None,
    connection: AmiConnection,
    heard: Heard,
    *,
    probe: bool,
    listen: float,
) -> str | None:
    may = await _rights(found, settings, connection)
    await _clock(found, connection)
    state = await live.read(connection) if {"CoreShowChannels", "QueueStatus"} <= may else None
    if probe:
        await events(found, connection, heard, may, state)
    else:
        found.unknown("events", "Which events come was not tried (--no-probe).")
    await listened(found, heard, listen)
    if "Getvar" in may:
        await _dialplan(found, settings, connection, people, state)
    else:
        found.unknown("dialplan", "Click-to-dial's context and attended transfers cannot be looked up without the right to Getvar.")
    if state is not None:
        await _members(found, connection, people, state, look_up="Getvar" in may)
    return await _getvar(connection, "ASTSPOOLDIR") or None if "Getvar" in may else None


async def _rights(found: Findings, settings: Settings, connection: AmiConnection) -> set[str]:
    """ListCommands names the actions that this user may use, and no others."""
    answer = await connection.action("ListCommands")
    known = {*NEEDED, *TOO_MUCH, "Getvar", "QueuePenalty", "CoreSettings"}
    may = {name for name in known if name in answer}
    version = (await connection.action("CoreSettings")).get("AsteriskVersion") if "CoreSettings" in may else ""
    found.ok("login", f"Logged in as {settings.ami_username}; Asterisk {version or 'of unknown version'}.")
    missing = {name: why for name, why in NEEDED.items() if name not in may}
    if missing:
        classes = ", ".join(sorted({write for write, _ in missing.values()}))
        lacking = "; ".join(f"{name} ({why})" for name, (_, why) in missing.items())
        found.wrong("rights", f"The user may not: {lacking}.", f"Add to its `write` in manager.conf: {classes}. {CONFIG}")
    else:
        found.ok("rights", "The user may do everything that Ringdesk does.")
    if excess := [write for name, write in TOO_MUCH.items() if name in may]:
        found.warn(
            "rights", f"The user may also do what Ringdesk never does ({', '.join(excess)}): with that, programs can be run on the PBX.",
            f"Take it out of its `write` in manager.conf. {CONFIG}",
        )  # fmt: skip
    return may


async def _clock(found: Findings, connection: AmiConnection) -> None:
    before = datetime.now(UTC)
    at = await live.pbx_clock(connection)
    ahead = at - (before + (datetime.now(UTC) - before) / 2)
    seconds = abs(ahead.total_seconds())
    text = f"The PBX's clock is {seconds:.3f} s {'ahead of' if ahead > timedelta(0) else 'behind'} this machine's."
    if abs(ahead) > CLOCK:
        found.warn("clock", text, "Run NTP (chrony, systemd-timesyncd) on both machines.")
    else:
        found.ok("clock", text)


async def _dialplan(
    found: Findings, settings: Settings, connection: AmiConnection, people: Directory | None, state: LiveStateRead | None
) -> None:
    context = settings.dial_context
    example = phonenumbers.example_number(settings.country)
    number = "+15550100" if example is None else phonenumbers.format_number(example, PhoneNumberFormat.E164)
    wanted = {f"numbers such as {number}": number}
    interfaces = [a.interface for a in people.accounts.values() if a.active and a.interface] if people is not None else []
    if interfaces:
        wanted[f"colleagues such as {interfaces[0]}"] = interfaces[0].rpartition("/")[2]
    if state is not None and state.queues:
        wanted[f"queues such as {state.queues[0]}"] = state.queues[0]
    lost = [what for what, exten in wanted.items() if await _getvar(connection, f"DIALPLAN_EXISTS({context},{exten},1)") != "1"]
    if lost:
        found.wrong(
            "dialplan",
            f"The dialplan context {context} does not lead to {', nor to '.join(lost)}. Asterisk drops a customer who is sent there.",
            f"Put the context that `ringdesk pbx config` prints into extensions.conf, or name your own in {PREFIX}DIAL_CONTEXT.",
        )
    else:
        found.ok("dialplan", f"The dialplan context {context} leads to {', '.join(wanted)}.")
    code = await _getvar(connection, "FEATUREMAP(atxfer)")
    if code:
        found.ok("attended transfer", f"Attended transfers work: the feature code is {code}.")
    else:
        found.wrong(
            "attended transfer", "Attended transfers do not work: there is no feature code for them.",
            "Set atxfer = *2 in [featuremap] of features.conf, then `asterisk -rx 'module reload features'`.",
        )  # fmt: skip


async def _members(found: Findings, connection: AmiConnection, people: Directory | None, state: LiveStateRead, *, look_up: bool) -> None:
    if not state.queues:
        found.warn("queues", "The PBX has no queues.", "Make some in queues.conf; `ringdesk pbx config` has a template.")
    elif not state.members:
        found.warn("queues", f"The PBX has {len(state.queues)} queues and no members.", "Add `member => PJSIP/1001` lines to queues.conf.")
    else:
        phones = len({member.state_interface for member in state.members})
        found.ok("queues", f"The PBX has {len(state.queues)} queues with {phones} phones in them.")
    if people is None:
        return
    owner = people.owner_of
    strangers = {m.interface for m in state.members if owner(m.state_interface) is None and owner(m.interface) is None}
    if strangers:
        mend = "Give each to a user: `ringdesk user add NAME --role agent --interface INTERFACE`, or in the browser under users."
        found.warn("members", f"Nobody's phone, but in a queue: {_some(strangers)}. Their calls pop no card.", mend)
    agents = [a for a in people.accounts.values() if a.active and Role.AGENT in a.roles]
    if without := [a.name for a in agents if not a.interface]:
        found.warn("agents", f"Agents without a phone: {_some(without)}. They get no cards.", "Give them an interface under users.")
    mine = {owner(m.state_interface) or owner(m.interface) for m in state.members}
    if idle := [a.name for a in agents if a.interface and a.id not in mine]:
        found.warn("agents", f"Agents whose phone is in no queue: {_some(idle)}.", "Add their interface as a member in queues.conf.")
    if not look_up:
        return
    states = {a.interface: await _getvar(connection, f"DEVICE_STATE({a.interface})") for a in agents if a.interface}
    if invalid := [interface for interface, phone in states.items() if phone == "INVALID"]:
        mend = "Is the interface spelled as the PBX does (PJSIP/1001), and is there such an endpoint?"
        found.wrong("phones", f"The PBX does not know: {_some(invalid)}.", mend)
    if away := [interface for interface, phone in states.items() if phone == "UNAVAILABLE"]:
        found.ok("phones", f"Not registered just now: {_some(away)}.")
    if states and not invalid:
        found.ok("phones", f"The PBX knows the phones of all {len(states)} agents who have one.")


async def _getvar(connection: AmiConnection, variable: str) -> str:
    return (await connection.action("Getvar", Variable=variable)).get("Value")


def _reason(error: OSError | ValueError) -> str:
    """asyncio puts the address into the message; the reason alone is enough."""
    number = getattr(error, "errno", None)
    return os.strerror(number) if isinstance(number, int) and number > 0 else str(error)


def _some(names: set[str] | list[str], most: int = 8) -> str:
    listed = sorted(names)
    return ", ".join(listed[:most]) + (f" and {len(listed) - most} more" if len(listed) > most else "")
