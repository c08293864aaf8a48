"""Takes in a folder of old recordings, of any age, as often as wanted: what came before is known by its content. Nothing is moved."""

import asyncio
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ringdesk.config import log
from ringdesk.config.errors import Invalid
from ringdesk.recordings.audio.ffmpeg import BadAudio
from ringdesk.recordings.audio.probing import form_of, open_regular
from ringdesk.recordings.finding import inbox, names, take_in
from ringdesk.recordings.finding.matching import Origin
from ringdesk.recordings.finding.take_in import Found, Part
from ringdesk.recordings.finding.timing import timed
from ringdesk.recordings.keeping import gone
from ringdesk.recordings.models import Role
from ringdesk.storage.engine import Database

logger = log.get(__name__)

HEAD = 16  # bytes by which a format is known
BLOCK = 1024 * 1024  # bytes hashed at once


class OurOwnFolder(Invalid):
    key = "our_own_folder"
    text = "{folder} is watched or filled by Ringdesk itself: what is in it is known already"


class NoFolder(Invalid):
    key = "no_folder"
    text = "{folder} is no folder that can be read"


@dataclass(slots=True)
class Summary:
    """Recordings, but for `other`: files that are none."""

    matched: int = 0
    unmatched: int = 0
    known: int = 0
    deleted: int = 0
    """Were here once, and are not wanted any more."""
    not_audio: int = 0
    unreadable: int = 0
    other: int = 0
    interrupted: bool = False

    @property
    def recordings(self) -> int:
        return self.matched + self.unmatched + self.known + self.deleted + self.not_audio + self.unreadable


@dataclass(frozen=True, slots=True)
class Progress:
    done: int
    """Bytes."""
    total: int
    recordings: int


@dataclass(frozen=True, slots=True)
class Old:
    """A recording in the folder, by the names of its files below it."""

    roles: dict[str, Role]
    size: int


async def import_folder(
    db: Database,
    folder: Path,
    origin: Origin,
    *,
    ours: tuple[Path, ...] = (),
    stop: asyncio.Event,
    tell: Callable[[Progress], None] = lambda _progress: None,
) -> Summary:
    """Everything below `folder` that is not known yet; `stop` ends it after the recording that is being read. `ours` are Ringdesk's own
    folders. Raises `OurOwnFolder`, `NoFolder`, what the database raises."""
    folder = await asyncio.to_thread(_checked, folder, ours)
    summary = Summary()
    old, summary.other = await asyncio.to_thread(_listed, folder)
    total, done = sum(each.size for each in old), 0
    for each in old:
        if stop.is_set():
            summary.interrupted = True
            break
        await _take(db, folder, each, origin, summary)
        done += each.size
        tell(Progress(done, total, summary.recordings))
    return summary


async def _take(db: Database, folder: Path, old: Old, origin: Origin, summary: Summary) -> None:
    try:
        parts, key = await asyncio.to_thread(_read, folder, old)
    except BadAudio:
        summary.not_audio += 1
        return
    except OSError as error:
        logger.warning("recording_not_read", name=names.principal(old.roles), error=str(error))
        summary.unreadable += 1
        return
    name = names.principal(old.roles)
    async with db.read() as session:
        if await take_in.by_key(session, key) is not None:
            summary.known += 1
            return
        if await gone.among(session, [key]):
            summary.deleted += 1
            return
    found = await timed(db, Found(key=key, name=name, source="import", parts=parts), origin)
    async with db.write() as session:
        row, new = await take_in.take_in(session, found, origin)
    if not new:
        summary.known += 1
    elif row.call_id is None:
        summary.unmatched += 1
    else:
        summary.matched += 1


def _checked(folder: Path, ours: tuple[Path, ...]) -> Path:
    real = folder.resolve()
    if not real.is_dir() or not os.access(real, os.R_OK | os.X_OK):
        raise NoFolder(folder=folder)
    if any(real.is_relative_to(own.resolve()) for own in ours):
        raise OurOwnFolder(folder=folder)
    return real


def _listed(folder: Path) -> tuple[list[Old], int]:
    """The recordings below the folder, and how many files are none. Links are not followed."""
    sizes: dict[str, int] = {}
    others = 0
    for name, status in _files(folder):
        if names.named(name) is None or not stat.S_ISREG(status.st_mode):
            others += 1
        else:
            sizes[name] = status.st_size
    groups = names.together(sizes)
    return [Old(roles, sum(sizes[name] for name in roles)) for roles in groups], others


def _files(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    for place, folders, files in os.walk(folder, followlinks=False):
        folders.sort()
        below = os.path.relpath(place, folder)
        for name in sorted(files):
            try:
                yield (name if below == "." else f"{below}/{name}"), os.lstat(os.path.join(place, name))
            except OSError:
                continue  # gone meanwhile


def _read(folder: Path, old: Old) -> tuple[tuple[Part, ...], str]:
    """The recording's parts and what it is known by, the main file first. Raises `BadAudio`, OSError."""
    parts, hashes = [], []
    for name, role in old.roles.items():
        path = folder / name
        digest = hashlib.sha256()
        with open_regular(path) as file:
            status = os.fstat(file.fileno())
            head = file.read(HEAD)
            form_of(head, name)
            digest.update(head)
            while block := file.read(BLOCK):
                digest.update(block)
        parts.append(Part(path, role, status.st_size, status.st_mtime_ns))
        hashes.append((role, digest.hexdigest()))
    return tuple(parts), inbox.key_of(hashes)
