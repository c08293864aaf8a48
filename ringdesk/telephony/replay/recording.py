"""A session recorded from a real Asterisk: its messages in time, and who plays which part in it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from ringdesk.config.errors import Invalid
from ringdesk.telephony.pbx_config import APPLICATIONS, EVENTS, VARIABLES
from ringdesk.telephony.replay.text import Headers, parse, value

LARGEST = 64 << 20  # bytes of a file; an hour of a busy PBX, unfiltered
LATEST = 1e11  # seconds since 1970; a larger number is no time
PHONE = re.compile(r"(?:PJSIP|SIP|IAX2|DAHDI)/(\d{2,6})-[0-9a-f]{8}")
OUTSIDE = re.compile(r"(?:^|[/:])(\+?[0-9*#]{2,})(?:@|$)")
# What the server tells by itself, from the channels it has: see `pbx`.
DERIVED = frozenset({"DeviceStateChange", "QueueMemberStatus"})
MEMBERSHIP = frozenset({"QueueMemberAdded", "QueueMemberRemoved", "QueueMemberPause", "QueueMemberPenalty", "QueueMemberStatus"})


class NotARecording(Invalid):
    key = "not_a_recording"
    text = "{name} cannot be replayed: {reason}"


@dataclass(frozen=True, slots=True)
class Step:
    """One event, and how many seconds after the first one it came."""

    at: float
    event: str
    headers: Headers


@dataclass(frozen=True, slots=True)
class Roles:
    """Who takes part, as the recording spells them; what was not in it is empty."""

    customer: str = ""
    customer_name: str = ""
    did: str = ""
    """The number or extension the customer called."""
    phones: tuple[tuple[str, str], ...] = ()
    """(extension, name) of the agents' phones, in the order in which they first take part."""
    queues: tuple[str, ...] = ()
    transferred_to: str = ""
    """Where a blind transfer went, if not to one of the phones."""


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """Compared by identity: two readings of one file are two recordings."""

    name: str
    steps: tuple[Step, ...]
    roles: Roles
    left_out: int = 0
    """Lines of the file that were no AMI text."""

    @property
    def seconds(self) -> float:
        return self.steps[-1].at if self.steps else 0.0


def load(path: Path) -> Recording:
    """A recording from a file. Raises `NotARecording`, OSError."""
    if path.stat().st_size > LARGEST:
        raise NotARecording(name=path, reason=f"it is larger than {LARGEST >> 20} MB; cut a part out of it")
    return read(path.name, path.read_bytes())


def packaged(name: str) -> Recording:
    """One of the recordings that come with Ringdesk, by its name."""
    data = files("ringdesk.telephony").joinpath("recorded", f"{name}.ami").read_bytes()
    return read(name, data)


def read(name: str, data: bytes) -> Recording:
    """A recording from the text itself. Raises `NotARecording` with a reason that says what is wrong."""
    if not data.strip():
        raise NotARecording(name=name, reason="it is empty")
    found = parse(data)
    if not found.messages or found.bad_lines > sum(map(len, found.messages)):
        line = found.first_bad_line
        raise NotARecording(name=name, reason=f"it is no AMI text (line {line} is not `Header: value`)" if line else "it is no AMI text")
    events = [message for message in found.messages if message[0][0] == "Event"]
    if not events:
        raise NotARecording(name=name, reason="it has answers to actions, but no events")
    if not any(value(message, "Timestamp") for message in events):
        raise NotARecording(
            name=name, reason="its events have no Timestamp; set timestampevents = yes in the PBX's manager.conf and record anew"
        )
    return Recording(name, tuple(_timed(name, events)), roles_in(events), found.bad_lines)


def as_filtered(messages: Iterable[Headers]) -> list[Headers]:
    """What the event filters of `ringdesk pbx config` let through of these, without what the replay derives itself."""
    passing = frozenset(EVENTS) - DERIVED
    return [
        m
        for m in messages
        if value(m, "Event") in passing
        or (value(m, "Event") == "VarSet" and value(m, "Variable") in VARIABLES)
        or (value(m, "Event") == "Newexten" and value(m, "Application") in APPLICATIONS)
    ]


def roles_in(events: Iterable[Headers]) -> Roles:
    """Find the parts by what the events say: phones are named like extensions, everything else outside is the customer."""
    customer = customer_name = did = transferred_to = ""
    phones: dict[str, str] = {}
    queues: dict[str, None] = {}
    for m in events:
        event = value(m, "Event")
        if (queue := _queue(m, event)) != "":
            queues[queue] = None
        if event == "Newchannel" and not value(m, "Channel").startswith("Local/"):
            phone = PHONE.fullmatch(value(m, "Channel"))
            if phone is not None:
                phones.setdefault(phone.group(1), value(m, "CallerIDName"))
            elif not customer and value(m, "ChannelState") == "4":
                customer, customer_name, did = value(m, "CallerIDNum"), value(m, "CallerIDName"), value(m, "Exten")
        elif event == "DialBegin" and not customer and not PHONE.fullmatch(value(m, "DestChannel")):
            outside = OUTSIDE.search(value(m, "DialString"))
            customer = "" if outside is None or value(m, "DestChannel").startswith("Local/") else outside.group(1)
        elif event == "OriginateResponse" and not customer and OUTSIDE.fullmatch(value(m, "Exten")):
            customer = value(m, "Exten")
        elif event == "BlindTransfer":
            transferred_to = value(m, "Extension")
    return Roles(
        customer=_known(customer),
        customer_name=_known(customer_name),
        did=did,
        phones=tuple(phones.items()),
        queues=tuple(queues),
        transferred_to="" if transferred_to in phones else transferred_to,
    )


def _timed(name: str, events: list[Headers]) -> Iterable[Step]:
    """Events with their offsets; time never runs backwards. One without a time (FullyBooted never has one) happens with the one before."""
    begun = latest = next(at for m in events if (at := _stamp(name, m)) is not None)
    for m in events:
        at = _stamp(name, m)
        latest = max(latest, latest if at is None else at)
        yield Step(latest - begun, value(m, "Event"), m)


def _stamp(name: str, m: Headers) -> float | None:
    stamp = value(m, "Timestamp")
    if not stamp:
        return None
    try:
        at = float(stamp)
    except ValueError:
        at = -1.0
    if not 0 <= at < LATEST:
        raise NotARecording(name=name, reason=f"the Timestamp {stamp[:40]!r} is not a time in seconds since 1970")
    return at


def _queue(m: Headers, event: str) -> str:
    if event in ("QueueCallerJoin", "AgentCalled"):
        return value(m, "Queue")
    if event == "Newexten" and value(m, "Application") == "Queue":
        return value(m, "AppData").partition(",")[0]
    return ""


def _known(text: str) -> str:
    return "" if text == "<unknown>" else text
