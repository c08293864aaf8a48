"""Watches the folder that Asterisk writes recordings to, and tells of each recording when it is complete.

The kernel tells when a file was closed after writing (inotify, by watchdog). What was there before the watch began, or lies on a network
folder that tells nothing, is seen by slow sweeps, and counts as complete when it has not changed for a while, the PBX says nothing else,
and there is no sign of a writer. Who writes to it cannot be asked of the kernel: that takes the rights of the file's owner.
"""

import asyncio
import contextlib
import os
import time
import warnings
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from watchdog.events import FileClosedEvent, FileCreatedEvent, FileMovedEvent, FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from ringdesk.config import log
from ringdesk.recordings.finding import folders, names
from ringdesk.recordings.finding.folders import Listing, Roles, Status
from ringdesk.recordings.finding.take_in import Part
from ringdesk.storage.engine import AWAY

logger = log.get(__name__)
# watchdog meets a new folder of the day twice, as an event and by looking into its parent, and says so; it is right both times.
warnings.filterwarnings("ignore", "Callback with id", RuntimeWarning, r"watchdog\.observers\.inotify")

SETTLE = 0.1  # seconds after a file was closed; the legs of a recording are closed some microseconds after the mix
QUIET = 30.0  # seconds without a change after which a file nobody saw closed counts as complete; 32 KB, written at once, are 20 s of GSM
HURRIED = 1.0  # the same where the PBX said that the recording has ended
OLD = 600.0  # seconds; what was last written so long ago is complete, whoever sees it for the first time now
STALLED = 3600.0  # the same where its writer did not finish it: it died, for hardly a caller waits in a queue for longer than this
SWEEP_EVERY = 60.0  # seconds between looks at everything, and at least so many times as long as the last one took:
SWEEP_SHARE = 20
AT_ONCE = 100  # recordings told of together
RETRY = 1.0  # seconds until the next try while the database is away

Recorded = tuple[str, tuple[Part, ...]]
"""The name of a recording's main file below the folder, and its parts."""
Take = Callable[[list[Recorded]], Awaitable[None]]
Busy = Callable[[list[str]], Awaitable[bool]]


@dataclass(slots=True)
class Sight:
    """A file that is waited for."""

    status: Status = (-1, -1)
    since: float = 0.0
    """When it was first seen with this size and time, by the monotonic clock."""
    closed: bool | None = None
    """Did its writer close it, or only make it? None: the kernel said nothing."""


@dataclass(slots=True)
class Waiting:
    """A recording of which something was seen, looked at again when `due`."""

    due: float
    hurried: bool = False
    files: dict[str, Sight] = field(default_factory=dict)


@dataclass(slots=True)
class Spool:
    """`run` watches until cancelled. `take` is told of complete recordings; `busy` is asked whether this recording, whose files nobody saw
    closed, is still being written by what the PBX says."""

    folder: Path
    take: Take
    busy: Busy
    quiet: float = QUIET
    sweep_every: float = SWEEP_EVERY
    watching: bool = False
    _waiting: dict[str, Waiting] = field(default_factory=dict)
    """By the recording's stem (`names.Named`)."""
    _taken: set[int] = field(default_factory=set)
    _told: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        watch = _Watch(self.folder, lambda path, closed: loop.call_soon_threadsafe(self.saw, path, closed))
        sweep_at = 0.0
        try:
            while True:
                if time.monotonic() >= sweep_at:
                    if not self.watching:
                        self.watching = await asyncio.to_thread(watch.begin)
                    began = time.monotonic()
                    await self._guarded(self.sweep())
                    sweep_at = time.monotonic() + max(self.sweep_every, SWEEP_SHARE * (time.monotonic() - began))
                await self._guarded(self._look())
                await self._pause(sweep_at)
        finally:
            await asyncio.shield(asyncio.to_thread(watch.end))

    def saw(self, path: str, closed: bool) -> None:
        """A file was made or moved here, or its writer closed it. `path` is absolute, as the kernel gave it."""
        if (name := self.name_of(path)) is not None and (found := names.named(name)) is not None:
            waiting = self._await(found.stem, SETTLE)
            waiting.files.setdefault(name, Sight()).closed = closed

    def hurry(self, name: str) -> None:
        """The PBX says that this recording has ended: look now."""
        if (found := names.named(name)) is not None:
            waiting = self._await(found.stem, SETTLE)
            waiting.files.setdefault(name, Sight())
            waiting.hurried = True

    def name_of(self, path: str) -> str | None:
        """The path below the folder, with `/`; None for what is not below it, or not written in UTF-8."""
        try:
            return Path(path).relative_to(self.folder).as_posix().encode().decode()
        except ValueError:  # UnicodeError is one
            return None

    async def sweep(self) -> None:
        """Look at everything: take what is complete for long, wait for the rest."""
        groups = await asyncio.to_thread(folders.survey, self.folder, self._taken)
        ready: list[Recorded] = []
        for stem, listed, roles in groups:
            if stem in self._waiting:
                self._waiting[stem].files |= {name: Sight() for name in roles if name not in self._waiting[stem].files}
            elif all(folders.age(status) > STALLED for status in listed.values()) and not await self.busy(self._paths(roles)):
                ready.append(self._recorded(roles, listed))
            else:
                self._await(stem, SETTLE).files |= {name: Sight() for name in roles}
        await self._take(ready)

    async def _look(self) -> None:
        """At every recording whose time has come."""
        moment = time.monotonic()
        ready: list[Recorded] = []
        for stem in [stem for stem, waiting in self._waiting.items() if waiting.due <= moment]:
            waiting = self._waiting[stem]
            waiting.due = moment + self.quiet
            seen = await asyncio.to_thread(folders.looked_at, self.folder, list(waiting.files))
            if (wait := await self._unfinished(waiting, seen)) is not None:
                waiting.due = moment + wait
                continue
            listed = await asyncio.to_thread(folders.siblings, self.folder, stem)
            fresh = [name for name in listed if name not in waiting.files and folders.mark(name, listed[name]) not in self._taken]
            if fresh:  # parts of it of which nobody told
                waiting.files |= {name: Sight() for name in fresh}
                waiting.due = moment
                continue
            if self._waiting.pop(stem).files.keys() & listed.keys():
                ready += [self._recorded(roles, listed) for roles in names.together(listed)]
        await self._take(ready)

    async def _unfinished(self, waiting: Waiting, listed: Listing) -> float | None:
        """Seconds after which to look again; None when all files of the recording are complete."""
        unseen = [name for name in listed if not waiting.files[name].closed]
        for name in unseen:
            sight = waiting.files[name]
            if sight.status != listed[name]:
                sight.status, sight.since = listed[name], time.monotonic()
        wait = max([await self._wait(name, waiting.files[name], waiting.hurried) for name in unseen], default=0.0)
        if wait > 0:
            return wait
        return self.quiet if unseen and await self.busy(self._paths(listed)) else None

    async def _wait(self, name: str, sight: Sight, hurried: bool) -> float:
        """Seconds until a file that nobody saw closed is looked at again; 0 when it is complete."""
        still, age = time.monotonic() - sight.since, folders.age(sight.status)
        wait = 0.0 if age > OLD else (HURRIED if hurried else self.quiet) - still
        if wait <= 0 and await asyncio.to_thread(folders.only_begun, self.folder / name, sight.status, made=sight.closed is False):
            wait = min(self.quiet - still if hurried else self.quiet, STALLED - age)
        return max(wait, 0.0)

    async def _take(self, ready: list[Recorded]) -> None:
        for start in range(0, len(ready), AT_ONCE):
            some = ready[start : start + AT_ONCE]
            try:
                await self.take(some)
            except BaseException:
                for name, parts in ready[start:]:
                    if (found := names.named(name)) is not None:
                        waiting = self._await(found.stem, RETRY)
                        waiting.files |= {self.name_of(str(part.path)) or name: Sight(closed=True) for part in parts}
                raise
            for _, parts in some:
                self._taken |= {folders.mark(self.name_of(str(part.path)) or "", (part.size, part.mtime_ns)) for part in parts}

    def _recorded(self, roles: Roles, listed: Listing) -> Recorded:
        return names.principal(roles), tuple(Part(self.folder / name, role, *listed[name]) for name, role in roles.items())

    def _paths(self, listed: Iterable[str]) -> list[str]:
        return [str(self.folder / name) for name in listed]

    def _await(self, stem: str, seconds: float) -> Waiting:
        due = time.monotonic() + seconds
        waiting = self._waiting.setdefault(stem, Waiting(due))
        waiting.due = min(waiting.due, due)
        self._told.set()
        return waiting

    async def _pause(self, sweep_at: float) -> None:
        """Until something is due."""
        self._told.clear()
        until = min([sweep_at, *(waiting.due for waiting in self._waiting.values())])
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, until - time.monotonic())):
                await self._told.wait()

    async def _guarded(self, looking: Awaitable[None]) -> None:
        try:
            await looking
        except AWAY as error:
            logger.error("spool_waits", folder=str(self.folder), error=str(error))
            await asyncio.sleep(RETRY)
        except Exception:  # whatever lies in the folder, the watch goes on
            logger.exception("spool_failed", folder=str(self.folder))
            await asyncio.sleep(RETRY)


class _Watch(FileSystemEventHandler):
    """watchdog's thread: says what the kernel says, by an absolute path, and whether the file is closed."""

    def __init__(self, folder: Path, tell: Callable[[str, bool], object]) -> None:
        self.folder = folder
        self.tell = tell
        self.observer = Observer()

    def begin(self) -> bool:
        """False: there is no folder yet, or the kernel does not watch any more folders; the sweeps go on."""
        wanted: list[type[FileSystemEvent]] = [FileClosedEvent, FileCreatedEvent, FileMovedEvent]
        try:
            self.observer.schedule(self, str(self.folder), recursive=True, event_filter=wanted)
            self.observer.start()
        except OSError as error:
            logger.warning("spool_not_watched", folder=str(self.folder), error=str(error))
            self.observer = Observer()
            return False
        return True

    def end(self) -> None:
        if self.observer.is_alive():
            self.observer.stop()
            self.observer.join()

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.is_directory:
            return
        if isinstance(event, FileMovedEvent):
            self.tell(os.fsdecode(event.src_path), False)
            self.tell(os.fsdecode(event.dest_path), True)
        elif isinstance(event, FileClosedEvent | FileCreatedEvent):
            self.tell(os.fsdecode(event.src_path), isinstance(event, FileClosedEvent))
