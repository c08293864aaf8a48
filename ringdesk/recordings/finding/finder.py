"""Finds recordings: in the spool as they are closed, by what the PBX told of them; and looks again when a call has ended."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path, PurePosixPath

from ringdesk.config import log
from ringdesk.recordings.finding import hints, matching, take_in
from ringdesk.recordings.finding import inbox as inboxes
from ringdesk.recordings.finding.hearing import Hearing
from ringdesk.recordings.finding.matching import Origin
from ringdesk.recordings.finding.spool import Recorded, Spool
from ringdesk.recordings.finding.take_in import Found
from ringdesk.recordings.finding.timing import timed
from ringdesk.recordings.keeping import gone
from ringdesk.recordings.models import Recording
from ringdesk.storage.base import now
from ringdesk.storage.engine import AWAY, Database
from ringdesk.telephony import facts

logger = log.get(__name__)

AROUND = timedelta(seconds=5)  # before and after a call, in which what matched none may be its
GROUP = 50  # ended calls looked at together
RETRY = 1.0  # seconds until the next try while the database is away
TIDY = 3600.0  # seconds between forgettings of old hints


class Finder:
    """`run` until cancelled. `written` makes sure that what was heard of calls so far is in the database; `on_found` is told the ids of
    recordings that are new or changed."""

    def __init__(
        self,
        db: Database,
        hearing: Hearing,
        origin: Origin,
        spool: Path | None,
        inbox: Path,
        *,
        written: Callable[[], Awaitable[None]],
        on_found: Callable[[list[int]], None] = lambda _ids: None,
    ) -> None:
        self.db = db
        self.hearing = hearing
        self.origin = origin
        self.inbox = inbox
        self.written = written
        self.on_found = on_found
        self.spool = None if spool is None else Spool(spool.absolute(), self._take, self._busy)
        self._over: asyncio.Queue[facts.CallEnded | facts.CallsJoined] = asyncio.Queue()

    def hear(self, fact: facts.CallEnded | facts.CallsJoined) -> None:
        """A call is over, or became part of another: what is recorded of it has its last word."""
        self._over.put_nowait(fact)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._after_calls(), name="recordings-after-calls")
            group.create_task(self._tidy(), name="recordings-tidy")
            if self.spool is not None:
                group.create_task(self.spool.run(), name="recordings-spool")

    async def drained(self) -> None:
        """Until every call that ended so far was looked at."""
        await self._over.join()

    async def look_again(self, recording_id: int) -> None:
        """Whose is it, by what is known now?"""
        async with self.db.write() as session:
            row = await session.get(Recording, recording_id, with_for_update=True)
            changed = row is not None and await matching.assign(session, row, self.origin)
        if changed:
            self.on_found([recording_id])

    async def _after_calls(self) -> None:
        while True:
            ended = [await self._over.get()]
            while len(ended) < GROUP and not self._over.empty():
                ended.append(self._over.get_nowait())
            try:
                await self._settle_or_retry(ended)
            finally:
                for _ in ended:
                    self._over.task_done()

    async def _settle_or_retry(self, ended: list[facts.CallEnded | facts.CallsJoined]) -> None:
        settled = False
        while not settled:
            settled = True
            try:
                await self._settle(ended)
            except AWAY as error:
                logger.error("recordings_not_matched_yet", waiting=len(ended), error=str(error))
                await asyncio.sleep(RETRY)
                settled = False
            except Exception:  # one call that cannot be settled must not keep the others' recordings from being found
                logger.exception("recordings_not_matched", call_id=ended[0].call.id, others=len(ended) - 1)
                for fact in ended if len(ended) > 1 else []:
                    await self._settle_or_retry([fact])

    async def _settle(self, ended: list[facts.CallEnded | facts.CallsJoined]) -> None:
        await self.written()
        await self.hearing.write()
        changed: list[int] = []
        expected: list[str] = []
        async with self.db.write() as session:
            for fact in ended:
                call = fact.call
                ids = [call.id]
                if isinstance(fact, facts.CallsJoined):
                    ids.append(fact.gone.id)
                else:
                    expected += [hint.path for hint in await hints.of_call(session, call.id) if hint.name]
                until = (call.ended_at or fact.at) + AROUND
                rows = await matching.concerned(session, self.origin.pbx, ids, call.started_at - AROUND, until)
                changed += [row.id for row in rows if await matching.assign(session, row, self.origin)]
        if self.spool is not None and expected:
            for name in await asyncio.to_thread(_here, self.spool.folder, expected):
                self.spool.hurry(name)
        if changed:
            self.on_found(changed)

    async def _take(self, ready: list[Recorded]) -> None:
        """Rows for recordings in the spool that have none."""
        keys = {name: take_in.spool_key(self.origin, name, _main(name, parts)) for name, parts in ready}
        async with self.db.read() as session:
            known = await take_in.known(session, list(keys.values()))
            deleted = await gone.among(session, keys.values())
        await self.hearing.write()  # the PBX's word on the file came before the file was closed
        found: list[int] = []
        for name, parts in ready:
            if keys[name] in deleted or (keys[name] in known and len(parts) == 1):
                continue
            try:
                recording = await timed(self.db, Found(key=keys[name], name=name, source="spool", parts=parts), self.origin)
                async with self.db.write() as session:
                    row, new = await take_in.take_in(session, recording, self.origin)
            except AWAY:
                raise
            except Exception:  # one that cannot be taken in must not keep the others out; the next start tries again
                logger.exception("recording_not_taken_in", name=name)
                continue
            if new:
                found.append(row.id)
                logger.info("recording_found", recording_id=row.id, call_id=row.call_id, name=name, parts=len(parts))
        if found:
            self.on_found(found)

    async def _busy(self, paths: list[str]) -> bool:
        """By the PBX's word on these files of one recording, or on the channel they are named after (it names no file where it writes only
        legs). Of a recording that began while nobody listened the name is all there is: while its call goes on, so may the recording."""
        await self.hearing.write()
        async with self.db.read() as session:
            if (hint := await matching.told(session, "spool", paths[0], paths, None, self.origin)) is not None:
                return hint.ended_at is None
            return await matching.goes_on(session, paths[0], self.origin)

    async def _tidy(self) -> None:
        while True:
            try:
                async with self.db.write() as session:
                    await hints.tidy(session, now() - hints.KEPT)
                await inboxes.tidy(self.inbox)
            except (OSError, *AWAY) as error:
                logger.error("recordings_not_tidied", error=str(error))
            await asyncio.sleep(TIDY)


def _main(name: str, parts: tuple[take_in.Part, ...]) -> take_in.Part:
    return next(part for part in parts if part.path.as_posix().endswith(name))


def _here(folder: Path, told: list[str]) -> list[str]:
    """Where files that the PBX names lie below the folder, which it may see at another place: the longest end of the path that is there."""
    found = []
    for path in told:
        parts = PurePosixPath(path).parts
        for start in range(len(parts)):
            name = "/".join(part for part in parts[start:] if part != "/")
            if ".." not in parts and name and (folder / name).is_file() and not (folder / name).is_symlink():
                found.append(name)
                break
    return found
