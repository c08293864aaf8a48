"""Recordings that are sent in: written to a folder of our own under names of our own, complete or not at all.

One is known by the hash of what is in it, so that whoever is not sure whether it arrived sends it again, and nothing comes of it.
"""

import asyncio
import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO, TypeVar
from weakref import WeakValueDictionary

from ringdesk.config.errors import Unavailable
from ringdesk.recordings.finding import names
from ringdesk.recordings.finding.take_in import Part
from ringdesk.recordings.models import Role

LEFT_OVER = 24 * 3600.0  # seconds after which what an interrupted sender left behind is removed
UNFINISHED = ".part"
T = TypeVar("T")
_under_way: WeakValueDictionary[Path, asyncio.Lock] = WeakValueDictionary()
"""By the place where a recording will stay, while it is being taken in."""
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class InboxFull(Unavailable):
    key = "inbox_full"
    text = "There is no room for this recording just now: send it again later"


class InboxAway(Unavailable):
    key = "inbox_away"
    text = "This recording cannot be written just now ({why}): send it again later"


def key_of(hashes: Iterable[tuple[Role, str]]) -> str:
    """The same for the same content in the same parts, whichever way it came."""
    together = hashlib.sha256("".join(f"{role}={digest}\n" for role, digest in sorted(hashes)).encode())
    return f"sha256:{together.hexdigest()}"


def file_name(said: str) -> str:
    """The last part of the name a sender gave, without what could do harm: for people, and for what can be read off it."""
    last = PurePosixPath(said.replace("\\", "/")).name
    return "".join(c for c in last if c.isprintable() and c not in '<>:"|?*')[-200:].lstrip(".")


@dataclass(slots=True)
class Incoming:
    """`async with Incoming(folder) as coming`: add parts, then `settle`. Left without that, nothing stays. All raise `InboxFull`,
    `InboxAway`."""

    folder: Path
    place: Path = field(init=False)
    parts: dict[Role, Path] = field(default_factory=dict)
    hashes: dict[Role, str] = field(default_factory=dict)

    async def __aenter__(self) -> "Incoming":
        self.place = self.folder.absolute() / f"{secrets.token_hex(12)}{UNFINISHED}"
        await _guarded(lambda: self.place.mkdir(mode=0o700, parents=True))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await asyncio.to_thread(shutil.rmtree, self.place, True)

    async def add(self, role: Role, ending: str, pieces: AsyncIterator[bytes]) -> None:
        """Write one file, whose kind `ending` names (one of `names.AUDIO`)."""
        if ending not in names.AUDIO or role in self.parts:
            raise ValueError(f"{role}.{ending}")
        path, digest = self.place / f"{role}.{ending}", hashlib.sha256()
        file = await _guarded(lambda: path.open("xb"))
        try:
            async for piece in pieces:
                digest.update(piece)
                await _guarded(partial(file.write, piece))
            await _guarded(partial(_sync, file))
        finally:
            file.close()
        self.parts[role], self.hashes[role] = path, digest.hexdigest()

    @property
    def key(self) -> str:
        return key_of(self.hashes.items())

    @property
    def final(self) -> Path:
        return self.folder.absolute() / self.key.removeprefix("sha256:")

    def alone(self) -> asyncio.Lock:
        """To be held from asking whether the recording is known until that is written down: of two sendings of it at once the second would
        take away what the first just noted."""
        return _under_way.setdefault(self.final, asyncio.Lock())

    async def settle(self) -> tuple[Part, ...]:
        """The recording's parts, where they stay."""
        await _guarded(lambda: _move(self.place, self.final))
        return tuple(_part(self.final / path.name, role) for role, path in sorted(self.parts.items()))

    async def discard(self) -> None:
        """After all it is not needed where it was settled."""
        await asyncio.to_thread(shutil.rmtree, self.final, True)


async def tidy(folder: Path) -> None:
    """Remove what interrupted senders left behind, and folders of recordings that are in the store."""
    await asyncio.to_thread(_tidy, folder)


async def _guarded(work: Callable[[], T]) -> T:
    """A file operation in a thread, its troubles told as what a sender can understand."""
    try:
        return await asyncio.to_thread(work)
    except OSError as error:
        if error.errno in FULL:
            raise InboxFull from error
        raise InboxAway(why=error.strerror or str(error)) from error


def _part(path: Path, role: Role) -> Part:
    status = path.lstat()
    return Part(path, role, status.st_size, status.st_mtime_ns)


def _sync(file: IO[bytes]) -> None:
    """On the disk before anybody is told that it arrived."""
    file.flush()
    os.fsync(file.fileno())


def _move(place: Path, final: Path) -> None:
    if final.exists():  # it came before, and whoever received it died before it was written down, or just after
        if _sizes(final) == _sizes(place):  # its content is the same by its name: a row may know it by its files' times
            return
        shutil.rmtree(final)
    place.rename(final)
    descriptor = os.open(final.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sizes(folder: Path) -> dict[str, int]:
    return {path.name: path.lstat().st_size for path in folder.iterdir()}


def _tidy(folder: Path) -> None:
    if not folder.is_dir():
        return
    for place in folder.iterdir():
        if place.lstat().st_mtime >= time.time() - LEFT_OVER:
            continue
        if place.name.endswith(UNFINISHED):
            shutil.rmtree(place, ignore_errors=True)
        elif place.is_dir() and not place.is_symlink():
            with contextlib.suppress(OSError):  # there is something in it: a recording that is still to be stored
                place.rmdir()
