"""What clients may ask of the replayed PBX. Answers are worded as Asterisk 22 words them (read off a real one, tests/pbx)."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ringdesk.telephony.replay import listing, transfers
from ringdesk.telephony.replay.pbx import DEVICE_STATE, SNAPSHOT, Member, member_event
from ringdesk.telephony.replay.text import Headers, asked, write

if TYPE_CHECKING:
    from ringdesk.telephony.replay.server import Client, ReplayServer

MOST_VARIABLES = 100  # globals kept; more are answered, and forgotten
CALL = re.compile(r"([A-Za-z_]+)\((.*)\)")
Handler = Callable[["ReplayServer", "Client", Headers], None]


@dataclass(frozen=True, slots=True)
class Action:
    handler: Handler
    rights: str
    synopsis: str


def perform(server: "ReplayServer", client: "Client", request: Headers) -> None:
    """Do one action and answer it. Nothing that a client writes raises."""
    name = asked(request, "Action")
    found = ACTIONS.get(name.lower())
    if not name:
        client.refuse(request, "Missing action in request")
    elif not client.signed_in and name.lower() not in ("login", "logoff"):
        client.refuse(request, "Permission denied")
    elif found is None:
        client.refuse(request, f"Invalid/unknown command: {name[:80]}. Use Action: ListCommands to show available commands.")
    else:
        found.handler(server, client, request)


def _login(server: "ReplayServer", client: "Client", request: Headers) -> None:
    if not server.sign_in(client, asked(request, "Username"), asked(request, "Secret")):
        client.refuse(request, "Authentication failed")
        client.leaving = True
        return
    client.events = _mask(asked(request, "Events", "on")) or frozenset()
    client.answer(request, "Success", Message="Authentication accepted")
    if client.events:
        up = str(int(server.now() - server.started_at))
        booted = [("Event", "FullyBooted"), ("Privilege", "system,all"), ("Uptime", up), ("LastReload", up), ("Status", "Fully Booted")]
        client.send(write(booted))


def _logoff(_server: "ReplayServer", client: "Client", request: Headers) -> None:
    client.answer(request, "Goodbye", Message="Thanks for all the fish.")
    client.leaving = True


def _ping(server: "ReplayServer", client: "Client", request: Headers) -> None:
    client.answer(request, "Success", Ping="Pong", Timestamp=f"{server.now():.6f}")


def _events(_server: "ReplayServer", client: "Client", request: Headers) -> None:
    mask = _mask(asked(request, "EventMask"))
    if mask is None:
        client.refuse(request, "Invalid event mask")
        return
    client.events = mask
    client.answer(request, "Success", Events="On" if mask else "Off")


def _mask(text: str) -> frozenset[str] | None:
    """Classes of events in a mask, none for `off`, None for what is no mask."""
    text = text.strip().lower()
    if text in ("off", "no", "false", "0", "none"):
        return frozenset()
    if text in ("on", "yes", "true", "1", "all"):
        return frozenset({"all"})
    return frozenset(part.strip() for part in text.split(",")) if text else None


def _list_commands(_server: "ReplayServer", client: "Client", request: Headers) -> None:
    client.answer(request, "Success", **{action.synopsis.partition(":")[0]: f"{_about(action)}" for action in ACTIONS.values()})


def _about(action: Action) -> str:
    return f"{action.synopsis.partition(': ')[2]}  (Priv: {action.rights})"


def _core_show_channels(server: "ReplayServer", client: "Client", request: Headers) -> None:
    _list(client, request, "Channels will follow", listing.channels(server.pbx, server.now()), "CoreShowChannelsComplete")


def _queue_status(server: "ReplayServer", client: "Client", request: Headers) -> None:
    items = listing.queue_status(server.pbx, server.now(), asked(request, "Queue"), asked(request, "Member"))
    _list(client, request, "Queue status will follow", items, "QueueStatusComplete")


def _queue_summary(server: "ReplayServer", client: "Client", request: Headers) -> None:
    items = listing.queue_summary(server.pbx, server.now(), asked(request, "Queue"))
    _list(client, request, "Queue summary will follow", items, "QueueSummaryComplete")


def _list(client: "Client", request: Headers, message: str, items: Iterable[Headers], complete: str) -> None:
    number = [("ActionID", text) for text in (asked(request, "ActionID"),) if text]
    client.answer(request, "Success", EventList="start", Message=message)
    count = 0
    for item in items:
        client.send(write([*item, *number]))
        count += 1
    client.send(write([("Event", complete), *number, ("EventList", "Complete"), ("ListItems", str(count))]))


def _core_settings(_server: "ReplayServer", client: "Client", request: Headers) -> None:
    client.answer(request, "Success", AMIversion="11.0.0", AsteriskVersion="22 (a replay by Ringdesk)", SystemName="")


def _queue_pause(server: "ReplayServer", client: "Client", request: Headers) -> None:
    interface, paused = asked(request, "Interface"), asked(request, "Paused")
    if not interface or not paused:
        client.refuse(request, "Need 'Interface' and 'Paused' parameters.")
        return
    on = paused.lower() in ("true", "yes", "1", "on", "y", "t")
    said = server.pbx.pause(interface, on, asked(request, "Reason")[:80], server.now(), asked(request, "Queue"))
    if not said:
        client.refuse(request, "Interface not found")
        return
    client.answer(request, "Success", Message="Interface paused successfully" if on else "Interface unpaused successfully")
    for event in said:
        server.tell(event)


def _queue_add(server: "ReplayServer", client: "Client", request: Headers) -> None:
    queue, interface = asked(request, "Queue"), asked(request, "Interface")
    if not queue or not interface:
        client.refuse(request, f"'{'Interface' if queue else 'Queue'}' not specified.")
    elif queue not in server.pbx.queues:
        client.refuse(request, "Unable to add interface to queue: No such queue")
    elif (queue, interface) in server.pbx.members:
        client.refuse(request, "Unable to add interface: Already there")
    elif interface not in server.phones:
        client.refuse(request, "Unable to add interface: the replay knows no such phone")
    else:
        member = Member(queue, interface, asked(request, "MemberName") or interface, interface, int(server.now()))
        member.membership = "dynamic"
        member.paused = asked(request, "Paused").lower() in ("true", "yes", "1")
        server.pbx.add_member(member)
        client.answer(request, "Success", Message="Added interface to queue")
        server.tell(member_event("QueueMemberAdded", member))


def _queue_remove(server: "ReplayServer", client: "Client", request: Headers) -> None:
    member = server.pbx.members.pop((asked(request, "Queue"), asked(request, "Interface")), None)
    if member is None:
        client.refuse(request, "Unable to remove interface: Not there")
        return
    client.answer(request, "Success", Message="Removed interface from queue")
    server.tell(member_event("QueueMemberRemoved", member))


def _queue_penalty(server: "ReplayServer", client: "Client", request: Headers) -> None:
    penalty, queue = asked(request, "Penalty"), asked(request, "Queue")
    members = [m for m in server.pbx.memberships(asked(request, "Interface")) if queue in ("", m.queue)]
    if not penalty.isdigit() or len(penalty) > 6:
        client.refuse(request, "Need 'Interface' and 'Penalty' parameters.")
    elif not members:
        client.refuse(request, "Invalid interface")
    else:
        client.answer(request, "Success", Message="Interface penalty set successfully")
        for member in members:
            member.penalty = int(penalty)
            server.tell(member_event("QueueMemberPenalty", member))


def _originate(server: "ReplayServer", client: "Client", request: Headers) -> None:
    refusal = transfers.originate(server, request)
    if refusal is None:
        client.answer(request, "Success", Message="Originate successfully queued")
    else:
        client.refuse(request, refusal)


def _hangup(server: "ReplayServer", client: "Client", request: Headers) -> None:
    channel = asked(request, "Channel")
    line = server.pbx.line_named(channel)
    if line is None:
        client.refuse(request, "No such channel" if channel else "No channel specified")
        return
    client.answer(request, "Success", Message="Channel Hungup")
    cause = asked(request, "Cause", "16")
    transfers.hang_up(server, line, cause if cause.isdigit() and len(cause) < 4 else "16")


def _blind_transfer(server: "ReplayServer", client: "Client", request: Headers) -> None:
    _transfer(server, client, request, transfers.blind, "Transfer succeeded")


def _atxfer(server: "ReplayServer", client: "Client", request: Headers) -> None:
    _transfer(server, client, request, transfers.attended, "Atxfer successfully queued")


def _transfer(
    server: "ReplayServer", client: "Client", request: Headers, begin: Callable[["ReplayServer", str, str], str | None], done: str
) -> None:
    channel, exten = asked(request, "Channel"), asked(request, "Exten")
    if not channel or not exten:
        client.refuse(request, "No channel specified" if not channel else "No extension specified")
    elif (refusal := begin(server, channel, exten)) is not None:
        client.refuse(request, refusal)
    else:
        client.answer(request, "Success", Message=done)


def _cancel_atxfer(server: "ReplayServer", client: "Client", request: Headers) -> None:
    refusal = transfers.cancel(server, asked(request, "Channel"))
    if refusal is None:
        client.answer(request, "Success", Message="CancelAtxfer successfully queued")
    else:
        client.refuse(request, refusal)


def _getvar(server: "ReplayServer", client: "Client", request: Headers) -> None:
    variable, channel = asked(request, "Variable"), asked(request, "Channel")
    if not variable:
        client.refuse(request, "No variable specified")
    elif channel and server.pbx.line_named(channel) is None:
        client.refuse(request, "No such channel")
    else:
        client.answer(request, "Success", Variable=variable, Value=_value(server, variable))


def _value(server: "ReplayServer", variable: str) -> str:
    """The few functions that Ringdesk asks for; a replay has no dialplan, so every number can be dialled in it."""
    call = CALL.fullmatch(variable)
    if call is None:
        return server.variables.get(variable, "")
    function, argument = call.groups()
    match function:
        case "FEATUREMAP":
            return {"atxfer": "*2", "blindxfer": "##"}.get(argument, "")
        case "DIALPLAN_EXISTS":
            return "1"
        case "QUEUE_EXISTS":
            return str(int(argument in server.pbx.queues))
        case "DEVICE_STATE":
            states = [m.status for m in server.pbx.memberships(argument)]
            return DEVICE_STATE[states[0]] if states else "NOT_INUSE" if argument in server.phones else "INVALID"
    return ""


def _setvar(server: "ReplayServer", client: "Client", request: Headers) -> None:
    variable, text, channel = asked(request, "Variable"), asked(request, "Value"), asked(request, "Channel")
    line = server.pbx.line_named(channel)
    if not variable:
        client.refuse(request, "No variable specified")
    elif channel and line is None:
        client.refuse(request, "No such channel")
    else:
        if line is None and (variable in server.variables or len(server.variables) < MOST_VARIABLES):
            server.variables[variable] = text
        whose = [("Channel", "none"), ("Uniqueid", "none")]
        if line is not None:
            whose = [(name, line.snapshot[name]) for name in SNAPSHOT]
        client.answer(request, "Success", Message="Variable Set")
        about = [("Variable", variable), ("Value", text)]
        server.tell([("Event", "VarSet"), ("Privilege", "dialplan,all"), ("Timestamp", ""), *whose, *about])


def _mix_monitor_mute(server: "ReplayServer", client: "Client", request: Headers) -> None:
    line, state = server.pbx.line_named(asked(request, "Channel")), asked(request, "State")
    if line is None:
        client.refuse(request, "No such channel")
    elif not line.recorded or state not in ("0", "1"):
        client.refuse(request, "Cannot set mute flag")
    else:
        client.answer(request, "Success")
        whose = [(name, line.snapshot[name]) for name in SNAPSHOT]
        about = [("Direction", asked(request, "Direction")), ("State", state)]
        server.tell([("Event", "MixMonitorMute"), ("Privilege", "call,all"), ("Timestamp", ""), *whose, *about])


_TABLE = (
    ("Atxfer", _atxfer, "call,all", "Attended transfer."),
    ("BlindTransfer", _blind_transfer, "call,all", "Blind transfer channel(s) to the given destination"),
    ("CancelAtxfer", _cancel_atxfer, "call,all", "Cancel an attended transfer."),
    ("CoreSettings", _core_settings, "system,reporting,all", "Show PBX core settings (version etc)."),
    ("CoreShowChannels", _core_show_channels, "system,reporting,all", "List currently active channels."),
    ("Events", _events, "<none>", "Control Event Flow."),
    ("Getvar", _getvar, "call,reporting,all", "Gets a channel variable or function value."),
    ("Hangup", _hangup, "system,call,all", "Hangup channel."),
    ("ListCommands", _list_commands, "<none>", "List available manager commands."),
    ("Login", _login, "<none>", "Login Manager."),
    ("Logoff", _logoff, "<none>", "Logoff Manager."),
    ("MixMonitorMute", _mix_monitor_mute, "call,all", "Mute / unMute a Mixmonitor recording."),
    ("Originate", _originate, "originate,all", "Originate a call."),
    ("Ping", _ping, "<none>", "Keepalive command."),
    ("QueueAdd", _queue_add, "agent,all", "Add interface to queue."),
    ("QueuePause", _queue_pause, "agent,all", "Makes a queue member temporarily unavailable."),
    ("QueuePenalty", _queue_penalty, "agent,all", "Set the penalty for a queue member."),
    ("QueueRemove", _queue_remove, "agent,all", "Remove interface from queue."),
    ("QueueStatus", _queue_status, "<none>", "Show queue status."),
    ("QueueSummary", _queue_summary, "<none>", "Show queue summary."),
    ("Setvar", _setvar, "call,all", "Sets a channel variable or function value."),
)
ACTIONS = {name.lower(): Action(handler, rights, f"{name}: {synopsis}") for name, handler, rights, synopsis in _TABLE}
