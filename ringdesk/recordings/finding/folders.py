"""The spool's folder as it is just now: which files may be recordings, which belong together, and which are only begun.

Nothing but regular files below the folder is looked at: links, pipes and folders with the name of a recording are passed over.
"""

import contextlib
import os
import stat
import time
from collections.abc import Iterable
from pathlib import Path

from ringdesk.recordings.audio.ffmpeg import BadAudio
from ringdesk.recordings.audio.probing import open_regular
from ringdesk.recordings.finding import names
from ringdesk.recordings.models import Role

Roles = dict[str, Role]
Status = tuple[int, int]
"""Size, and time of the last change in nanoseconds."""
Listing = dict[str, Status]
"""By the name below the folder, of regular files that may be recordings."""

WAVE_HEAD = 44  # bytes of the shortest WAV: no audio in it


def survey(folder: Path, taken: set[int]) -> list[tuple[str, Listing, Roles]]:
    """The recordings in the folder that were not taken yet, the newest first. Links to folders are not followed."""
    listed: Listing = {}
    for place, folders, files in os.walk(folder, followlinks=False):
        folders[:] = [name for name in folders if not name.startswith(".")]
        below = os.path.relpath(place, folder)
        listed |= looked_at(folder, [name if below == "." else f"{below}/{name}" for name in files])
    found = []
    for roles in names.together(listed):
        here = {name: listed[name] for name in roles}
        if any(mark(name, status) not in taken for name, status in here.items()):
            found.append((_stem(names.principal(roles)) or "", here, roles))
    return sorted(found, key=lambda group: -max(mtime_ns for _, mtime_ns in group[1].values()))


def siblings(folder: Path, stem: str) -> Listing:
    """The files of one recording, by its stem."""
    below, _, bare = stem.rpartition("/")
    try:
        with os.scandir(_inside(folder, below)) as entries:
            here = [f"{below}/{entry.name}" if below else entry.name for entry in entries if entry.name.startswith(bare)]
    except OSError:
        return {}  # the folder is gone
    return looked_at(folder, [name for name in here if _stem(name) == stem])


def looked_at(folder: Path, listed: Iterable[str]) -> Listing:
    """Those of these that may be recordings and are there."""
    found: Listing = {}
    for name in listed:
        if names.named(name) is None:
            continue
        try:
            status = os.lstat(folder / name)
        except OSError:
            continue  # gone meanwhile
        if stat.S_ISREG(status.st_mode):
            found[name] = (status.st_size, status.st_mtime_ns)
    return found


def mark(name: str, status: Status) -> int:
    """Eight bytes for a file that was taken: there may be a million."""
    return hash((name, status))


def age(status: Status) -> float:
    """Seconds since the last change."""
    return time.time() - status[1] / 1e9


def only_begun(path: Path, status: Status, *, made: bool) -> bool:
    """Is there a sign that its writer is not done? Asterisk writes the lengths into a WAV's head when it closes the file (22.10). A
    format without a head says nothing, but for a file without a byte: then it counts that it was seen `made`, and not closed."""
    size, head = status[0], b""
    with contextlib.suppress(BadAudio, OSError), open_regular(path) as file:
        head = file.read(8)
    if head[:4] != b"RIFF":
        return made or size == 0
    said = int.from_bytes(head[4:], "little") + len(head)
    return size < WAVE_HEAD or said + 1 < size  # some do not count the byte that fills up an odd length


def _inside(folder: Path, below: str) -> Path:
    """The folder of that name; raises OSError where a link stands on the way to it."""
    place = folder
    for part in filter(None, below.split("/")):
        place /= part
        if not stat.S_ISDIR(os.lstat(place).st_mode):
            raise NotADirectoryError(str(place))
    return place


def _stem(name: str) -> str | None:
    found = names.named(name)
    return None if found is None else found.stem
