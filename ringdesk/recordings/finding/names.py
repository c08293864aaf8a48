"""What a recording's file name says: which files belong together, what each holds, and whose call it may be. Nothing here touches a file.

Names as they are in the field: our own `NAME.wav` with `NAME-in.wav` and `NAME-out.wav` (`ringdesk pbx config`), others' `-rx`/`-tx`,
`_in`/`_out`, `.r`/`.t`; the D option's raw stereo; FreePBX and Issabel `external-1001-+380441234567-20261121-120000-1795288250.6.wav`,
VICIdial `20261121-120000_0441234567_1001-all.mp3`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from ringdesk.recordings.models import Role
from ringdesk.telephony import numbers

AUDIO = frozenset({
    "wav", "wav49", "gsm", "mp3", "ogg", "oga", "opus", "flac", "m4a", "mp4", "aac", "webm", "au",
    "raw", "sln", "sln16", "sln48", "ulaw", "ul", "mu", "pcm", "alaw", "al", "g722",
})  # fmt: skip
"""Extensions, in lower case, of what is taken for a recording: what Asterisk writes, and what people convert it to."""
STEREO = "raw"  # MixMonitor's D option demands it: 16-bit little-endian, both sides interleaved, left what the channel said
LONGEST = 500  # characters of a path below the spool; the column holds 512

_LEGS: tuple[tuple[re.Pattern[str], Role], ...] = (
    (re.compile(r"(?:[-_](?:in|rx|read|received)|\.(?:r|in|rx))$", re.IGNORECASE), "received"),
    (re.compile(r"(?:[-_](?:out|tx|write|transmitted)|\.(?:t|out|tx))$", re.IGNORECASE), "transmitted"),
)
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\\]")
# A Uniqueid is `[systemname-]epoch.serial`; a call that Ringdesk dialled has the id that Ringdesk gave it (telephony.commands).
_IDENTIFIER = re.compile(r"(?<!\d)(1\d{9}\.\d{1,9})(?!\d)|(ringdesk-\d{10}-[0-9a-f]{8})(?![0-9a-f])")
_DATED = re.compile(r"(?<!\d)((?:19|20)\d{2})[-_.]?(\d{2})[-_.]?(\d{2})[-_.T ]?(\d{2})[-_.:]?(\d{2})[-_.:]?(\d{2})(?!\d)")
_DIGITS = re.compile(r"(?<![0-9A-Za-z+])\+?\d{2,15}(?![0-9A-Za-z])")
EXTENSION_DIGITS = (2, 6)  # an agent's extension; longer is a subscriber's number


@dataclass(frozen=True, slots=True)
class Named:
    """One file: the recording it belongs to (`stem`, with its folder), and what it holds of it."""

    stem: str
    role: Role


@dataclass(frozen=True, slots=True)
class Clues:
    """What a name tells of the call. `at` is when the recording began, to the second."""

    identifiers: tuple[str, ...] = ()
    at: datetime | None = None
    numbers: frozenset[str] = frozenset()
    """Keys of telephone numbers (`telephony.numbers`)."""
    extensions: frozenset[str] = frozenset()


def named(path: str) -> Named | None:
    """`path` below the spool, with `/`. None for what is no recording: another kind of file, a hidden one, a name with control
    characters or a way out of the folder in it."""
    if not path or len(path) > LONGEST or _UNSAFE.search(path) or not path.isprintable():
        return None
    pure = PurePosixPath(path)
    if pure.is_absolute() or any(part in ("..", ".") or part.startswith(".") for part in path.split("/")):
        return None
    kind = pure.suffix[1:].lower()
    bare = pure.name[: -len(kind) - 1]
    if kind not in AUDIO or not bare:
        return None
    folder = "" if str(pure.parent) == "." else f"{pure.parent}/"
    for pattern, role in _LEGS:
        stem = pattern.sub("", bare)
        if stem and stem != bare:
            return Named(folder + stem, role)
    return Named(folder + bare, "stereo" if kind == STEREO else "mixed")


def together(paths: Iterable[str]) -> list[dict[str, Role]]:
    """The recordings among these files, each as path → role. A leg that stands alone is a recording of its own: its name only happens to
    end so. What is no recording is left out; nothing else is."""
    stems: dict[str, dict[str, Role]] = {}
    for path in sorted(paths):
        if (found := named(path)) is not None:
            stems.setdefault(found.stem, {})[path] = found.role
    groups: list[dict[str, Role]] = []
    for roles in stems.values():
        whole = [role for role in roles.values() if role in ("mixed", "stereo")]
        unclear = len(whole) > 1 or len(set(roles.values())) < len(roles)  # the same in two formats, or two with one name
        if unclear or (len(roles) == 1 and not whole):
            groups += [{path: _alone(path)} for path in roles]
        elif len(roles) == 2 and whole:  # a mix and one leg: what the other side said is in the mix alone
            groups.append(dict.fromkeys(sorted(roles, key=lambda path: roles[path] != whole[0]), whole[0]))
        else:
            groups.append(roles)
    return groups


def principal(roles: dict[str, Role]) -> str:
    """The file of a recording that names it: the mix where there is one."""
    return min(roles, key=lambda path: (roles[path] not in ("mixed", "stereo"), len(path), path))


def clues(path: str, country: str, zone: ZoneInfo) -> Clues:
    """What the name of the file (not of its folders) says. A time in it is by the PBX's clock on the wall, in `zone`."""
    text = _bare(path.rpartition("/")[2])
    identifiers = tuple(dict.fromkeys(m.group(0) for m in _IDENTIFIER.finditer(path)))
    text = _IDENTIFIER.sub(" ", text)
    at = None
    if (dated := _DATED.search(text)) is not None and (at := _moment(dated, zone)) is not None:
        text = f"{text[: dated.start()]} {text[dated.end() :]}"
    least, most = EXTENSION_DIGITS
    keys, extensions = set(), set()
    for token in _DIGITS.findall(text.replace("_", " ")):
        if least <= len(token) <= most and token.isdigit():
            extensions.add(token)
        elif (key := numbers.parse(token, country).key) is not None:
            keys.add(key)
    return Clues(identifiers, at, frozenset(keys), frozenset(extensions))


def _alone(path: str) -> Role:
    return "stereo" if path.lower().endswith("." + STEREO) else "mixed"


def _bare(path: str) -> str:
    return path.rpartition(".")[0]


def _moment(found: re.Match[str], zone: ZoneInfo) -> datetime | None:
    year, month, day, hour, minute, second = (int(part) for part in found.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None
