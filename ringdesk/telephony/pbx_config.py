"""What an administrator puts on the PBX: `ringdesk pbx config` prints it, and the PBX of the tests runs it.

The texts are the files in `pbx/`; only names and secrets are filled in here.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

FILES = ("manager.conf", "queues.conf", "extensions.conf", "features.conf", "logger.conf", "cdr.conf", "upload.sh")

# What Ringdesk listens to, by AMI event name; everything else stays at the PBX. As soon as one filter includes, only what some filter
# includes comes. Answers to actions, and the lists that follow them (CoreShowChannel, QueueMember, …), are never filtered (22.10).
CHANNELS = ("Newchannel", "Newstate", "NewCallerid", "Rename", "HangupRequest", "Hangup")
DIALLING = ("DialBegin", "DialState", "DialEnd", "OriginateResponse", "Pickup")
BRIDGES = ("BridgeCreate", "BridgeEnter", "BridgeLeave", "BridgeDestroy", "BridgeMerge")
LOCALS = ("LocalBridge", "LocalOptimizationBegin", "LocalOptimizationEnd")
TRANSFERS = ("BlindTransfer", "AttendedTransfer", "Hold", "Unhold")
PARKING = ("ParkedCall", "ParkedCallGiveUp", "ParkedCallTimeOut", "ParkedCallSwap", "UnParkedCall")
QUEUES = ("QueueCallerJoin", "QueueCallerLeave", "QueueCallerAbandon")
AGENTS = ("AgentCalled", "AgentConnect", "AgentComplete", "AgentRingNoAnswer", "AgentDump")
MEMBERS = (
    "QueueMemberAdded", "QueueMemberRemoved", "QueueMemberPause", "QueueMemberStatus", "QueueMemberPenalty", "QueueMemberRinginuse",
)  # fmt: skip
LISTENING = ("ChanSpyStart", "ChanSpyStop", "MixMonitorStart", "MixMonitorStop", "MixMonitorMute")
DEVICES = ("DeviceStateChange",)
SYSTEM = ("FullyBooted", "Shutdown", "Reload")
EVENTS = (
    *CHANNELS, *DIALLING, *BRIDGES, *LOCALS, *TRANSFERS, *PARKING, *QUEUES, *AGENTS, *MEMBERS, *LISTENING, *DEVICES, *SYSTEM,
)  # fmt: skip

# The only variables: half of all AMI traffic is VarSet.
VARIABLES = ("MIXMONITOR_FILENAME", "QUEUESTATUS")
# A caller whom a full or empty queue turns away causes no queue event at all, only this and QUEUESTATUS.
APPLICATIONS = ("Queue",)
# Device states that no phone has: four for each queue a member is in.
NO_PHONES = ("Queue:", "Local/")

_USERNAME = re.compile(r"[A-Za-z0-9_.-]{1,79}")
_SECRET = re.compile(r"[!-:<-~]{8,79}")  # printable ASCII but blank and `;`, which starts a comment
_QUEUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{1,78}")
_SOUND = re.compile(r"[A-Za-z0-9_/-]{1,128}")
_KEY = re.compile(r"[0-9*#]")
_NUMBER = re.compile(r"[0-9A-Za-z]{1,64}")
_URL = re.compile(r"https?://[A-Za-z0-9.:\[\]_-]+(/[A-Za-z0-9._~/-]*)?")
CALLED = "${FILTER(0-9A-Za-z,${CALLERID(dnid)})}"  # the number called, without + and blanks
ANY_QUEUE = "_[a-zA-Z0-9][a-zA-Z0-9]!"


@dataclass(frozen=True, slots=True)
class Announcement:
    """What callers of a queue are told of their being recorded; of every other queue where `queue` is empty, and of every number where
    `did` is."""

    queue: str
    sound: str
    """A sound file of the PBX, without its ending."""
    opt_out_key: str = ""
    """The key by which a caller declines; empty: nobody can."""
    did: str = ""
    """Only of callers who called this number, however it is written; it comes before what every number's callers are told."""

    @property
    def number(self) -> str:
        """The number as the dialplan compares it, `CALLED`."""
        return re.sub(r"[^0-9A-Za-z]", "", self.did)


def render(
    *,
    username: str,
    secret: str,
    host_permit: tuple[str, ...] = ("127.0.0.1/255.255.255.255",),
    event_filters: bool = True,
    announcements: Sequence[Announcement] = (),
    url: str = "http://127.0.0.1:8080",
) -> dict[str, str]:
    """File name → text for the PBX's /etc/asterisk.

    `host_permit` are addresses or networks (`10.0.0.5`, `10.0.0.0/24`, `10.0.0.0/255.255.255.0`). Without `event_filters`, for PBXs
    older than the end of 2024 (Asterisk got this form of them in September 2024), everything comes and is sorted out by Ringdesk.
    `url`: where the PBX reaches Ringdesk.
    Raises ValueError for what cannot stand in a configuration file.
    """
    if not _USERNAME.fullmatch(username) or username == "general":
        raise ValueError("the AMI user's name must be 1 to 79 letters, digits, '_', '.' or '-', and not 'general'")
    if not _SECRET.fullmatch(secret):
        raise ValueError("the AMI secret must be 8 to 79 printable ASCII characters without blanks and ';'")
    if not _URL.fullmatch(url):
        raise ValueError("Ringdesk's address must be http:// or https:// and a host")
    permits = [ipaddress.ip_network(each, strict=False) for each in host_permit]
    filled = {
        "@USERNAME@": username,
        "@SECRET@": secret,
        "@PERMIT@": "\n".join(f"permit = {each.network_address}/{each.netmask}" for each in permits),
        "@FILTERS@": _filters() if event_filters else "",
        "@CONSENT@": _consent(announcements),
        "@URL@": url.rstrip("/"),
    }
    texts = {name: files(__package__).joinpath("pbx", name).read_text(encoding="utf-8") for name in FILES}
    return {name: re.sub("@[A-Z]+@", lambda m: filled[m.group()], text) for name, text in texts.items()}


def _consent(announcements: Sequence[Announcement]) -> str:
    """The context's extensions: a queue by its name, all others by the pattern; in each the numbers called come first."""
    for each in announcements:
        _check(each)
    lines = []
    if not announcements:
        lines += ["; exten => support,1,Gosub(ringdesk-announce,s,1(our-recording-notice,2))", ";  same => n,Return()"]
    for queue in [*sorted({each.queue for each in announcements} - {""}), ""]:
        told = {each.number: each for each in announcements if each.queue in ("", queue)}
        told |= {each.number: each for each in announcements if each.queue == queue}  # the queue's own before those of every queue
        any_number = told.pop("", None)
        lines.append(f"exten => {queue or ANY_QUEUE},1,NoOp(called: {CALLED})")
        lines += [f' same => n,GotoIf($["{CALLED}" = "{number}"]?did-{number})' for number in sorted(told)]
        lines += [f" same => n,{_told(any_number)}", " same => n,Return()"]
        for number in sorted(told):
            lines += [f" same => n(did-{number}),{_told(told[number])}", " same => n,Return()"]
    return "\n".join(lines)


def _told(each: Announcement | None) -> str:
    return "Gosub(ringdesk-record,s,1)" if each is None else f"Gosub(ringdesk-announce,s,1({each.sound},{each.opt_out_key}))"


def _check(each: Announcement) -> None:
    if (each.queue and not _QUEUE.fullmatch(each.queue)) or not _SOUND.fullmatch(each.sound):
        raise ValueError(f"the announcement of the queue {each.queue!r} cannot stand in a dialplan: {each.sound!r}")
    if each.did and not _NUMBER.fullmatch(each.number):
        raise ValueError(f"the announcement of the number {each.did!r} cannot stand in a dialplan")
    if each.opt_out_key and not _KEY.fullmatch(each.opt_out_key):
        raise ValueError(f"{each.opt_out_key!r} is no key of a telephone")


def _filters() -> str:
    """The include filters of manager.conf, in the form of Asterisk 22: `eventfilter(<what to match>) = <value>`."""
    lines = ["; Noise stays at the PBX: only these events are sent. Drop all of them and everything comes, which works too."]
    lines += [f"eventfilter(action(include),name({name})) =" for name in EVENTS]
    for event, header, values in (("VarSet", "Variable", VARIABLES), ("Newexten", "Application", APPLICATIONS)):
        lines += [f"eventfilter(action(include),name({event}),header({header}),method(exact)) = {value}" for value in values]
    lines += [f"eventfilter(action(exclude),name(DeviceStateChange),header(Device),method(starts_with)) = {each}" for each in NO_PHONES]
    return "\n".join(lines)
