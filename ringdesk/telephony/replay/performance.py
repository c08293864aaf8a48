"""One performance of a recording: the same session with fresh identities, consistently wherever they occur.

A recording is compiled once: every value is cut into plain text and slots (a channel's name, a Uniqueid, a bridge, or a word of the
roles). A performance fills the slots: identities are made when they first occur, words by the cast.
"""

import functools
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Literal

from ringdesk.telephony.replay.pbx import Line
from ringdesk.telephony.replay.recording import Recording, Roles
from ringdesk.telephony.replay.text import Headers

Kind = Literal["uniqueid", "linkedid", "channel", "bridge", "word", "name"]
Slot = tuple[Kind, str]
"""What is to be filled in, by how the recording spells it."""
Value = tuple[str | Slot, ...]

# Counts, states and texts of Asterisk's own: a "1001" in them is no extension.
PLAIN = frozenset(
    {"Event", "Privilege", "Timestamp", "ChannelState", "ChannelStateDesc", "Language", "AccountCode", "Priority", "Cause", "Cause-txt",
     "HoldTime", "TalkTime", "RingTime", "Position", "Count", "BridgeNumChannels", "BridgeType", "BridgeTechnology", "Status", "Paused"}
)  # fmt: skip
UNIQUEID = re.compile(r"(?<!Bridge)Unique[iI]d$")
SERIAL = re.compile(r"-(?:[0-9a-f]{8}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=;|$)")
PERSON = ("CallerIDName", "ConnectedLineName", "MemberName")
RECORDED_DIGITS = re.compile(r"/(\d{2,6})(?=-|@)")
# What may name something inside a longer text: a channel, a bridge's UUID, a Uniqueid of Asterisk's own making. Looked up, not believed:
# a busy hour has thousands of identities, too many for one pattern of them all.
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
LOOKS_LIKE_ONE = rf"[A-Za-z0-9_]+/[^\s,;&|()\"<>^]+-(?:{UUID}|[0-9a-f]{{8}})(?:;[12])?(?![0-9a-f-])|{UUID}|(?<![\w.])\d{{9,11}}\.\d+(?:;2)?"
CHOSEN = 300  # ids that an Originate chose, which look like nothing in particular, at most


@dataclass(frozen=True, slots=True)
class Script:
    """One compiled message."""

    at: float
    event: str
    values: tuple[tuple[str, Value], ...]
    slots: frozenset[Slot]


@dataclass(slots=True)
class Serials:
    """Where fresh identities come from: one for a whole PBX, as Asterisk counts."""

    uniqueids: "count[int]" = field(default_factory=count)
    channels: "count[int]" = field(default_factory=lambda: count(0x100))

    def uniqueid(self, at: float) -> str:
        """`epoch.serial`, as Asterisk makes them."""
        return f"{int(at)}.{next(self.uniqueids)}"

    def channel(self) -> str:
        return f"{next(self.channels) & 0xFFFFFFFF:08x}"


@functools.lru_cache(maxsize=64)
def compiled(recording: Recording) -> tuple[Script, ...]:
    """The recording's messages with their slots. Only identities where the recording names no roles."""
    identities = _identities(recording)
    cutter = _Cutter(identities, _words(recording.roles), _persons(recording.roles))
    lines = []
    known: dict[tuple[str, str], tuple[str, Value]] = {}
    for step in recording.steps:
        values = tuple(known.get(pair) or known.setdefault(pair, (pair[0], cutter.cut(*pair))) for pair in step.headers)
        slots = frozenset(part for _, parts in values for part in parts if isinstance(part, tuple))
        lines.append(Script(step.at, step.event, values, slots))
    return tuple(lines)


class _Cutter:
    """Cuts a header's value into plain text and slots."""

    def __init__(self, identities: Mapping[str, Kind], words: set[str], persons: set[str]) -> None:
        self.identities = identities
        self.persons = persons
        chosen = [text for text in identities if re.fullmatch(LOOKS_LIKE_ONE, text) is None][:CHOSEN]
        spelled = sorted({*chosen, *words}, key=len, reverse=True)
        # A word ends where no letter or digit follows; `_` may, as in the device `Queue:support_avail`.
        exact = rf"|(?<![A-Za-z0-9+.])(?:{'|'.join(map(re.escape, spelled))})(?![A-Za-z0-9])" if spelled else ""
        self.pattern = re.compile(LOOKS_LIKE_ONE + exact)
        self.words = words

    def cut(self, name: str, text: str) -> Value:
        if name in PLAIN or not text:
            return (text,)
        if name.endswith(PERSON) and text in self.persons:
            return (("name", text),)
        kind = self.identities.get(text)
        if kind is not None:
            return (("linkedid" if name.endswith("Linkedid") else kind, text),)
        parts: list[str | Slot] = []
        end = 0
        for match in self.pattern.finditer(text):
            found = match.group()
            kind = self.identities.get(found, "word" if found in self.words else None)
            if kind is not None:
                parts += [text[end : match.start()]] if match.start() > end else []
                parts.append((kind, found))
                end = match.end()
        if end < len(text):
            parts.append(text[end:])
        return tuple(parts)


class Performance:
    """Fills in one session. `words` is the cast: what stands in the recording → what shall stand there now; a person's name, which is
    no unique text, in `names`. Both may grow while it plays, as long as nobody has seen the old word yet."""

    def __init__(
        self, recording: Recording, serials: Serials, *, words: Mapping[str, str] | None = None, names: Mapping[str, str] | None = None
    ) -> None:
        self.recording = recording
        self.lines = compiled(recording)
        self.serials = serials
        self.words = dict(words or {})
        self.names = dict(names or {})
        self.bound: dict[Slot, str] = {}

    def bind(self, kind: Kind, recorded: str, live: str) -> None:
        """Take an identity that is there already for one of the recording's."""
        self.bound[kind, recorded] = live

    def cast_phone(self, recorded: tuple[str, str], extension: str, name: str) -> None:
        """The phone that plays `recorded` (extension, name)."""
        self.words[recorded[0]] = extension
        self.names[recorded[1]] = name

    def first_mention(self, words: Iterable[str]) -> int:
        """The first message that cannot be said before it is known who plays these; the number of messages if there is none."""
        wanted = set(words)
        for index, line in enumerate(self.lines):
            for kind, recorded in line.slots:
                if (recorded in wanted and kind in ("word", "name")) or (kind == "channel" and wanted & _digits(recorded)):
                    return index
        return len(self.lines)

    def render(self, index: int, at: float) -> Headers:
        """Message `index` as it is said at `at`. The Timestamp is the server's to set."""
        return [
            (name, "".join(part if isinstance(part, str) else self._fill(part, at) for part in parts))
            for name, parts in self.lines[index].values
        ]

    def _fill(self, slot: Slot, at: float) -> str:
        kind, recorded = slot
        if kind == "word":
            return self.words.get(recorded, recorded)
        if kind == "name":
            return self.names[recorded] if recorded in self.names else self.words.get(recorded, recorded)
        found = self.bound.get(slot)
        if found is None:
            found = self.bound[slot] = self._fresh(kind, recorded, at)
        return found

    def bind_line(self, recorded: Line, live: Line) -> None:
        """Go on with a channel that is on the line already."""
        self.bind("uniqueid", recorded.uniqueid, live.uniqueid)
        self.bind("linkedid", recorded.snapshot["Linkedid"], live.snapshot["Linkedid"])
        self.bind("channel", recorded.name, live.name)
        self.bind("channel", recorded.name.partition(";")[0], live.name.partition(";")[0])
        if recorded.bridge and live.bridge:
            self.bind("bridge", recorded.bridge, live.bridge)

    def _fresh(self, kind: Kind, recorded: str, at: float) -> str:
        if kind == "linkedid":
            return self._fill(("uniqueid", recorded), at)
        if kind == "bridge":
            return str(uuid.uuid4())
        if kind == "uniqueid":
            stem, half, _ = recorded.partition(";")  # Originate's ChannelId on a Local channel: `id` and `id;2`
            return self._fill(("uniqueid", stem), at) + ";2" if half else self.serials.uniqueid(at)
        stem, half, number = recorded.partition(";")
        if half:  # the halves of a Local channel share their serial
            return f"{self._fill(('channel', stem), at)};{number}"
        named = RECORDED_DIGITS.sub(lambda m: "/" + self.words.get(m.group(1), m.group(1)), stem)
        return SERIAL.sub(lambda m: f"-{self.serials.channel() if len(m.group()) == 9 else uuid.uuid4()}", named)


def _digits(channel: str) -> set[str]:
    return {m.group(1) for m in RECORDED_DIGITS.finditer(channel)}


def _identities(recording: Recording) -> dict[str, Kind]:
    """Everything in the recording that names one channel or one bridge."""
    found: dict[str, Kind] = {}
    for step in recording.steps:
        for name, text in step.headers:
            if not text or text in ("none", "<unknown>"):
                continue
            if name.endswith("BridgeUniqueid"):
                found[text] = "bridge"
            elif UNIQUEID.search(name) or name.endswith("Linkedid"):
                found[text] = "uniqueid"
            elif name.endswith("Channel") and "/" in text and SERIAL.search(text):
                found[text] = "channel"
                found[text.partition(";")[0]] = "channel"
    return found


def _words(roles: Roles) -> set[str]:
    return {w for w in (roles.customer, roles.did, roles.transferred_to, *roles.queues, *(extension for extension, _ in roles.phones)) if w}


def _persons(roles: Roles) -> set[str]:
    """Who stands in a name's place: the customer's number too, where there was no name to show."""
    return {n for n in (roles.customer, roles.customer_name, *(name for _, name in roles.phones)) if n}
