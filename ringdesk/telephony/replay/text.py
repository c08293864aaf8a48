"""Raw AMI text, both ways: what a recording or a client says into headers, and headers into what Asterisk would send.

Nothing here raises for any bytes: text that is none of AMI is counted, and what is too long is cut off by the caller's limits.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

Headers = list[tuple[str, str]]
"""One message, in the order it was written; a header may occur several times."""

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
MESSAGE_END = re.compile(rb"\r?\n\r?\n")


@dataclass(slots=True)
class Parsed:
    """The messages of a text, and how many of its lines were no headers."""

    messages: list[Headers] = field(default_factory=list)
    bad_lines: int = 0
    first_bad_line: int = 0


def value(headers: Headers, name: str, default: str = "") -> str:
    """The first header `name`, as it stands."""
    return next((text for key, text in headers if key == name), default)


def asked(headers: Headers, name: str, default: str = "") -> str:
    """The same for what a client sent: Asterisk takes header names in any case."""
    wanted = name.lower()
    return next((text for key, text in headers if key.lower() == wanted), default)


def with_value(headers: Headers, name: str, text: str) -> Headers:
    """The message with `name` set where it already has such a header."""
    return [(key, text if key == name else old) for key, old in headers]


def header(line: str) -> tuple[str, str] | None:
    """`Name: value`, or None for a line that is none."""
    name, colon, text = line.partition(":")
    return (name, text.removeprefix(" ")) if colon and NAME.fullmatch(name) else None


def parse(data: bytes) -> Parsed:
    """All messages in a captured text. A greeting, blank lines and line ends of any system are fine; a last message that breaks off
    in the middle of a line is not taken."""
    found = Parsed()
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    whole = text.endswith("\n")
    current: Headers = []
    known: dict[str, tuple[str, str]] = {}  # most lines of a session are said again and again: kept once, and looked at once
    for number, line in enumerate(text.split("\n"), 1):
        if line == "":
            if current:
                found.messages.append(current)
                current = []
        elif (pair := known.get(line) or header(line)) is not None:
            current.append(known.setdefault(line, pair))
        elif not line.startswith("Asterisk Call Manager/"):
            found.bad_lines += 1
            found.first_bad_line = found.first_bad_line or number
    if current and whole:
        found.messages.append(current)
    return found


def write(headers: Iterable[tuple[str, str]]) -> bytes:
    """One message as Asterisk sends it. A line break in a value would be a header of its own: it becomes a blank."""
    lines = [f"{name}: {CONTROL.sub(' ', text)}\r\n" for name, text in headers]
    return ("".join(lines) + "\r\n").encode("utf-8", "replace")
