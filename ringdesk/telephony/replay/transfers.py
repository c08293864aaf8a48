"""What people do to a running call: dial, hang up, transfer. Each goes on with a real recording of exactly that, from the channels
that are on the line now; what there is no recording for is refused, and says so."""

import asyncio
import functools
import re
from typing import TYPE_CHECKING

from ringdesk.telephony.replay.endings import ending, no_answer
from ringdesk.telephony.replay.pbx import RINGING, Line, Pbx
from ringdesk.telephony.replay.performance import Performance
from ringdesk.telephony.replay.recording import Recording, packaged
from ringdesk.telephony.replay.session import Phone, Session
from ringdesk.telephony.replay.text import Headers, asked

if TYPE_CHECKING:
    from ringdesk.telephony.replay.server import ReplayServer

CONSULTATION = 60.0  # seconds of an attended transfer's consultation; then the agent hangs up, which completes it
PATIENCE = 60.0  # seconds a caller waits for somebody free where nobody else says how long
NOT_HERE = "Channel specified does not exist"
OUTSIDE = re.compile(r"\+?[0-9]{5,20}")
CALLER_ID = re.compile(r'\s*(?:"([^"]*)"|([^<"]*?))\s*<([^>]*)>\s*')
CHANNEL_ID = re.compile(r"[A-Za-z0-9._-]{1,100}")


@functools.cache
def recording(name: str) -> Recording:
    return packaged(name)


def originate(server: "ReplayServer", request: Headers) -> str | None:
    """Click-to-dial: ring the phone, then the number. Why not, where it is refused at once."""
    channel, number = asked(request, "Channel"), asked(request, "Exten")
    if "/" not in channel:
        return "Invalid channel" if channel else "Channel not specified"
    wanted = asked(request, "ChannelId")
    if wanted and (CHANNEL_ID.fullmatch(wanted) is None or wanted in server.pbx.lines):
        return "Uniqueid specified is already in use" if wanted in server.pbx.lines else "Invalid ChannelId"
    phone = server.phones.get(channel)
    if phone is None:
        played = recording("originate_to_nowhere" if channel.startswith("Local/") else "click_to_dial_agent_phone_off")
    elif not server.pbx.is_free(channel):
        played = recording("click_to_dial_agent_busy")
    else:
        played = recording(server.dialled_goes(number))
    performance = Performance(played, server.serials)
    shown = CALLER_ID.fullmatch(asked(request, "CallerID"))
    name = "" if shown is None else shown.group(1) or shown.group(2) or ""
    performance.words[played.roles.customer] = number[:64]
    performance.names[played.roles.customer] = name[:80] or number[:64]
    for recorded in played.roles.phones:
        performance.cast_phone(recorded, channel.rpartition("/")[2], number[:64] if phone is None else phone.name)
    if wanted:
        performance.bind("uniqueid", _first_uniqueid(played), wanted)
    session = Session(server, performance, pace=server.pace)
    session.fixed = {"ActionID": asked(request, "ActionID")[:100]}
    if phone is None and not channel.startswith("Local/"):
        session.fixed["Channel"] = channel[:100]
    server.begin(session)
    return None


def hang_up(server: "ReplayServer", line: Line, cause: str) -> None:
    """One channel hangs up: its call ends, but for a phone that only rings for somebody who waits in a queue."""
    session = server.session_of(line.uniqueid)
    if session is None:
        for message in ending(server.pbx, [line.uniqueid], line, cause):
            server.say(message)
        return
    if session.on_hangup is not None and session.on_hangup(line):
        return
    caller = server.pbx.lines.get(line.rung_by)
    if line.state == RINGING and caller is not None and caller.queue and session.casting is not None:
        for message in no_answer(server.pbx, line):
            server.say(message)
        _offer_again(server, session, caller)
    else:
        session.cut(line, cause)


def blind(server: "ReplayServer", channel: str, exten: str) -> str | None:
    """Send whoever talks with `channel` to a phone, a queue or a number. Why not, where that is not possible."""
    found = _talking(server, channel)
    if isinstance(found, str):
        return found
    session, agent, customer = found
    queue = server.numbers.get(exten, exten)
    target = next((p for p in server.phones.values() if p.extension == exten), None)
    if target is not None:
        played = recording("blind_transfer_to_agent")
    elif queue in server.pbx.queues:
        played = recording("blind_transfer_to_queue")
    elif OUTSIDE.fullmatch(exten):
        played = recording("blind_transfer_out")
    else:
        return f"Extension {exten[:40]} is neither a phone nor a queue nor a number of this replay"
    performance = _taking_over(server, played, agent, customer)
    performance.words[played.roles.transferred_to] = exten
    if len(played.roles.queues) > 1:
        performance.words[played.roles.queues[1]] = queue
    go_on = _continued(server, session, performance, _index(played, "BlindTransfer"), [customer, agent])
    if target is not None:
        performance.cast_phone(played.roles.phones[1], target.extension, target.name)
    if not customer.served_in:
        go_on.skip = frozenset({_index(played, "AgentComplete")})
    server.begin(go_on)
    return None


def attended(server: "ReplayServer", channel: str, exten: str) -> str | None:
    """Put the customer on hold and ring a colleague; hanging up then completes the transfer."""
    found = _talking(server, channel)
    if isinstance(found, str):
        return found
    session, agent, customer = found
    target = next((p for p in server.phones.values() if p.extension == exten), None)
    if target is None or not server.pbx.is_free(target.interface):
        return f"Extension {exten[:40]} is no phone that is free in this replay"
    played = recording("attended_transfer_completed")
    performance = _taking_over(server, played, agent, customer)
    performance.cast_phone(played.roles.phones[1], target.extension, target.name)
    consulting = _continued(server, session, performance, _index(played, "Hold"), [customer, agent])
    consulting.last = _index(played, "HangupRequest")
    skipped = frozenset() if customer.served_in else frozenset({_index(played, "AgentComplete")})
    completed = asyncio.Event()

    def complete(line: Line) -> bool:
        ready = len(consulting.uniqueids & server.pbx.lines.keys()) == len(_scene(played, consulting.last).lines)
        if line.uniqueid == agent.uniqueid and ready and not completed.is_set():
            completed.set()
            rest = _continued(server, consulting, performance, consulting.last, [])
            rest.skip = skipped
            server.begin(rest)
            return True
        return False

    async def consult() -> None:
        await asyncio.sleep(CONSULTATION)
        complete(agent)

    consulting.customer, consulting.on_hangup, consulting.afterwards = customer, complete, consult
    server.begin(consulting)
    return None


def cancel(server: "ReplayServer", channel: str) -> str | None:
    """Back from the consultation to the customer."""
    agent = server.pbx.line_named(channel)
    session = None if agent is None else server.session_of(agent.uniqueid)
    if agent is None or session is None:
        return NOT_HERE
    played = recording("attended_transfer_cancelled")
    back = _index(played, "BridgeLeave", before=_index(played, "Unhold"))
    customer = session.customer
    others = [line for line in server.pbx.lines.values() if line.uniqueid in session.uniqueids and line not in (agent, customer)]
    if customer is None or len(others) != len(_scene(played, back).lines) - 2:
        return "There is no attended transfer to cancel, or the colleague has not answered yet"
    live = [customer, agent, *others]
    performance = _taking_over(server, played, agent, customer)
    performance.words |= {phone[0]: line.interface.rpartition("/")[2] for phone, line in zip(played.roles.phones, live[1::3], strict=False)}
    after = _continued(server, session, performance, back, live)
    if not customer.served_in:
        after.skip = frozenset({_index(played, "AgentComplete")})
    server.begin(after)
    return None


def _offer_again(server: "ReplayServer", session: Session, caller: Line) -> None:
    """The queue rings the next phone for a caller who still waits."""
    played = recording("answered_agent_hangs_up")
    performance = _taking_over(server, played, None, caller)
    rung = performance.first_mention(played.roles.phones[0])
    server.begin(_continued(server, session, performance, rung, [caller]))


def _talking(server: "ReplayServer", channel: str) -> tuple[Session, Line, Line] | str:
    """The session, the line `channel`, and who talks with it; or why there is nothing to transfer."""
    line = server.pbx.line_named(channel)
    session = None if line is None else server.session_of(line.uniqueid)
    partners = [] if line is None else server.pbx.bridged_with(line)
    if line is None or session is None:
        return NOT_HERE
    if len(partners) != 1 or partners[0].name.startswith("Local/"):
        return "Transfer invalid"
    return session, line, partners[0]


def _taking_over(server: "ReplayServer", played: Recording, agent: Line | None, customer: Line) -> Performance:
    """A performance with the people who are on the line."""
    roles, shown = played.roles, customer.snapshot
    performance = Performance(played, server.serials)
    performance.words[roles.customer] = shown["CallerIDNum"]
    performance.names[roles.customer_name] = shown["CallerIDName"]
    if agent is not None:
        phone = server.phones.get(agent.interface, Phone(agent.interface, agent.snapshot["CallerIDName"]))
        performance.cast_phone(roles.phones[0], phone.extension, phone.name)
    if roles.queues:
        performance.words[roles.queues[0]] = customer.served_in or customer.queue or roles.queues[0]
    return performance


def _continued(server: "ReplayServer", session: Session, performance: Performance, first: int, live: list[Line]) -> Session:
    """The session that goes on with the other one's channels, from message `first` on."""
    for recorded, line in zip(_scene(performance.recording, first).lines.values(), live, strict=False):
        performance.bind_line(recorded, line)
    session.leave()
    server.sessions.pop(session, None)
    after = Session(
        server,
        performance,
        pace=session.pace,
        casting=session.casting or functools.partial(_anybody, server),
        watch=session.watch,
        first=first,
    )
    after.uniqueids = session.uniqueids
    return after


async def _anybody(server: "ReplayServer", session: Session, _role: int) -> Phone | None:
    """The first free member of the queue the caller is in."""
    loop = asyncio.get_running_loop()
    until = loop.time() + PATIENCE
    while loop.time() < until:
        queues = {line.queue for u in session.uniqueids if (line := server.pbx.lines.get(u)) is not None}
        for member in server.pbx.members.values():
            if member.queue in queues and member.free and server.pbx.is_free(member.state_interface):
                return server.phones.get(member.state_interface, Phone(member.state_interface, member.name))
        await asyncio.sleep(0.2)
    return None


@functools.lru_cache(maxsize=32)
def _scene(played: Recording, index: int) -> Pbx:
    """What is on the line in a recording just before message `index`."""
    pbx = Pbx()
    for step in played.steps[:index]:
        pbx.say(step.headers, step.at)
    return pbx


def _index(played: Recording, event: str, before: int | None = None) -> int:
    """The first message of that kind, or the last one before message `before`."""
    if before is None:
        return next(i for i, step in enumerate(played.steps) if step.event == event)
    return max(i for i, step in enumerate(played.steps[:before]) if step.event == event)


def _first_uniqueid(played: Recording) -> str:
    for step in played.steps:
        for name, text in step.headers:
            if name.endswith("Uniqueid") and text:
                return text.partition(";")[0]
    return ""
