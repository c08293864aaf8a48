"""Builds the house: every part once, and the one table of who listens to what."""

import asyncio
import sys
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from ringdesk.agents import logins
from ringdesk.agents.directory import Directory
from ringdesk.agents.floor import Floor
from ringdesk.agents.intervals import PresenceChanged
from ringdesk.agents.rights import Principal
from ringdesk.config import log
from ringdesk.config.settings import Settings
from ringdesk.crm.aftercall import AfterCall
from ringdesk.recordings.changes import Changes
from ringdesk.recordings.finding.finder import Finder
from ringdesk.recordings.finding.hearing import Hearing
from ringdesk.recordings.finding.matching import Origin
from ringdesk.recordings.finding.pausing import Pausing
from ringdesk.recordings.keeping.links import Links
from ringdesk.recordings.keeping.playing import Listens
from ringdesk.recordings.keeping.retention import Retention
from ringdesk.recordings.keeping.store import AudioStore
from ringdesk.recordings.workshop import Workshop
from ringdesk.screenpop.matching import Matcher
from ringdesk.screenpop.pop import ScreenPop
from ringdesk.statistics import own
from ringdesk.statistics.folding import Folder
from ringdesk.statistics.letters.postman import Postman
from ringdesk.statistics.models import OwnReport
from ringdesk.statistics.report import Report
from ringdesk.storage.engine import Database
from ringdesk.telephony import calls, facts, gaps
from ringdesk.telephony.ami import AmiAddress
from ringdesk.telephony.bus import Bus, Handler
from ringdesk.telephony.commands import Commands
from ringdesk.telephony.listener import LinkState, Listener, Status
from ringdesk.telephony.rows import call_of
from ringdesk.telephony.store import CallStore
from ringdesk.telephony.tracking import World
from ringdesk.telephony.tracking.machine import restore
from ringdesk.web.announce import Announcer, presence_push
from ringdesk.web.live import CallbacksChanged, Snapshot
from ringdesk.web.push import SocketPush
from ringdesk.web.services import Services
from ringdesk.web.today import Today

logger = log.get(__name__)

SWITCH = 0.0005  # seconds for which a thread at the database holds up the loop, or the loop it; Python's own 5 ms is a card's time
RELOAD_PEOPLE = 15.0  # seconds; accounts that the command line adds appear within this
CHECK_LOGINS = 60.0  # seconds between looks whether open sockets' logins still live
TIDY = 3600.0  # seconds between forgettings of ended sessions


class House:
    """Everything of one process. `async with House(settings) as house` runs it; leaving stops it in stages."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.db = Database(settings.database_url)
        self.directory = Directory(self.db)
        self.world = World(pbx=settings.pbx, trunks=settings.trunks, known_phone=self.directory.is_phone)
        self.bus = Bus()
        address = AmiAddress(
            settings.ami_host,
            settings.ami_port,
            settings.ami_username,
            settings.ami_secret.get_secret_value(),
            settings.ami_tls,
        )
        self.listener = Listener(address, self.world, self.bus, on_link=self._link_changed)
        self.commands = Commands(self.listener.commands, settings.dial_context)
        self.store = CallStore(self.db, settings.pbx, settings.country, self.directory.owner_of)
        lifetime = timedelta(hours=settings.session_hours)
        origins = [settings.public_url] if settings.public_url else None
        self.push = SocketPush(self.db, self.directory, lifetime, origins)
        self.push.snapshot = self.snapshot
        self.announcer = Announcer(self.push, self.directory)
        self.floor = Floor(
            self.db,
            self.directory,
            pause=lambda interface, paused, reason: self.commands.pause(interface, paused=paused, reason=reason),
            clock=self.listener.pbx_now,
            wrap_up=timedelta(seconds=settings.wrap_up_limit),
            on_change=self._presence_changed,
        )
        self.matcher = Matcher(self.db, self.directory, settings.country)
        self.pop = ScreenPop(self.db, self.directory, self.matcher, self.store, self.push, self.spawn)
        self.after = AfterCall(self.db, settings.country, settings.short_abandon, self._callbacks_changed)
        self.audio = AudioStore(settings)
        self.hearing = Hearing(self.db, self.directory.owner_of)
        self.pausing = Pausing(self.commands, self.hearing, self.world.channels_in, self.listener.pbx_now, self.spawn)
        self.finder = Finder(
            self.db,
            self.hearing,
            Origin.of(settings),
            settings.recordings_spool,
            settings.recordings_inbox,
            written=self.store.flush,
            on_found=self._recordings_found,
        )
        self.workshop = Workshop(self.db, settings, self.audio, settings.workers, lambda _recording_id: self.changes.look())
        self.postman = Postman(self.db, settings, self._report_of)
        self.services = Services(
            settings=settings,
            db=self.db,
            directory=self.directory,
            floor=self.floor,
            matcher=self.matcher,
            pop=self.pop,
            store=self.store,
            listener=self.listener,
            commands=self.commands,
            push=self.push,
            audio=self.audio,
            links=Links(self.db, timedelta(minutes=settings.audio_link_minutes)),
            listens=Listens(self.db),
            finder=self.finder,
            pausing=self.pausing,
            workshop=self.workshop,
            postman=self.postman,
        )
        self.changes = Changes(self.db, self.services.recording_changed)
        self.retention = Retention(self.db, self.audio, settings, self.services.recording_deleted)
        self.folder = Folder(self.db, settings.zone)
        self.today = Today(self.db, settings.zone, self.directory, self.push)
        self.bus.table = self._listeners()
        self._stages: list[list[asyncio.Task[Any]]] = []
        self._silent_since: datetime | None = None
        self._errands: set[asyncio.Task[Any]] = set()

    def _listeners(self) -> dict[type[facts.Fact], Sequence[Handler]]:
        """Who hears what, in this order. The card comes first: somebody waits for it."""
        note, pop, floor, tell, after = self.store.note, self.pop, self.floor, self.announcer.call_changed, self.after.hear
        hearing, pausing, finder = self.hearing, self.pausing, self.finder
        return {
            facts.CallBegan: [pop.call_began, note, tell],
            facts.CallChanged: [pop.call_changed, note],
            facts.CallEnded: [pop.call_over, note, after, tell, pausing.call_over, hearing.call_ended, finder.hear],
            facts.CallDropped: [pop.call_over, note, pausing.call_over, hearing.call_dropped],
            facts.CallsJoined: [pop.calls_joined, note, after, hearing.calls_joined, pausing.calls_joined, finder.hear],
            facts.VisitBegan: [note, tell],
            facts.VisitEnded: [note],
            facts.OfferBegan: [pop.offer_began, floor.offer_began, note, tell],
            facts.OfferEnded: [pop.offer_ended, floor.offer_ended, note],
            facts.ConversationBegan: [pop.conversation_began, note, after, tell],
            facts.ConversationHeld: [pop.conversation_held, tell, hearing.held],
            facts.ConversationResumed: [pop.conversation_held, note, tell, hearing.resumed],
            facts.ConversationEnded: [pop.conversation_ended, floor.conversation_ended, note],
            facts.ConversationCorrected: [note],
            facts.CallTransferred: [pop.call_transferred, hearing.transferred],
            facts.RecordingBegan: [hearing.recording_began, pausing.recording_began],
            facts.RecordingEnded: [hearing.recording_ended],
            facts.RecordingMuted: [pausing.recording_muted],
            facts.PhoneUp: [floor.phone_up],
            facts.PhoneDown: [pop.phone_down, floor.phone_down],
            facts.MemberSeen: [floor.member_seen],
            facts.MembersRead: [floor.members_read],
        }

    async def __aenter__(self) -> "House":
        sys.setswitchinterval(SWITCH)
        await self.directory.reload()
        await self.floor.begin()
        await self._restore_calls()
        self._stages = [
            [self._task(self.listener.run(), "listener")],
            [
                self._task(self._housekeeping(), "housekeeping"),
                self._task(self.after.run(), "after-call"),
                self._task(self.floor.run(), "floor"),
                self._task(self.retention.run(), "retention"),
                self._task(self.finder.run(), "recordings-found"),
                *([self._task(self.workshop.run(), "recordings-work")] if self.settings.workers else []),
                self._task(self.changes.run(), "recordings-changed"),
                self._task(self.folder.run(), "statistics"),
                self._task(self.today.run(), "statistics-today"),
                self._task(self.postman.run(), "letters"),
            ],
            [
                self._task(self.store.run(), "call-store"),
                self._task(self.floor.intervals.run(), "presence"),
                self._task(self.pop.shown.run(), "audit"),
                self._task(self.hearing.run(), "recording-hints"),
            ],
            [self._task(self.push.run(), "push")],
        ]
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Intake first, then what is still to be written, then the way out."""
        for stage in self._stages:
            if stage and stage[0].get_name() == "housekeeping":
                with suppress(TimeoutError):
                    async with asyncio.timeout(5):
                        await self.after.drained()
                        await self.finder.drained()
            for task in stage:
                task.cancel()
            await asyncio.gather(*stage, return_exceptions=True)
        for errand in list(self._errands):
            errand.cancel()
        await asyncio.gather(*self._errands, return_exceptions=True)
        await self.push.close()
        await self.db.close()

    def spawn(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """A short task of its own; it is stopped with the house."""
        task = asyncio.create_task(work, name=name)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)
        return task

    async def snapshot(self, principal: Principal) -> Snapshot:
        shown = self.floor.shown(principal.user_id)
        wrap_up_of = shown.call_id if shown is not None and shown.state.value == "wrap_up" else None
        return Snapshot(
            at=self.listener.pbx_now(),
            presence=None if shown is None else presence_push(principal.user_id, shown),
            cards=await self.pop.cards_of(principal.user_id, wrap_up_of),
            link=self.listener.link.status.value,
        )

    async def _restore_calls(self) -> None:
        """Go on with the calls that were running when the last process stopped."""
        async with self.db.read() as session:
            records = await calls.still_open(session, self.settings.pbx)
        self._silent_since = await gaps.last_known(self.db, self.settings.pbx)
        for record in records:
            call = call_of(record)
            restore(self.world, call)
            self.store.adopt(call, record.call.customer_id)
            self.pop.restore(call)
        async with self.db.read() as session:
            await self.pausing.restore(session, [record.call.id for record in records])

    async def _housekeeping(self) -> None:
        loop = asyncio.get_running_loop()
        checked = tidied = loop.time()
        while True:
            await asyncio.sleep(RELOAD_PEOPLE)
            try:
                await self.services.people_changed()
                if loop.time() - checked >= CHECK_LOGINS:
                    checked = loop.time()
                    await self.push.check_logins()
                if loop.time() - tidied >= TIDY:
                    tidied = loop.time()
                    async with self.db.write() as session:
                        await logins.tidy(session, timedelta(hours=self.settings.session_hours))
            except Exception as error:  # whatever it is: the next round tries again, and the house goes on
                logger.error("housekeeping_failed", error=str(error))

    def _task(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(_report)
        return task

    def _presence_changed(self, change: PresenceChanged) -> None:
        self.announcer.presence_changed(change)

    def _callbacks_changed(self) -> None:
        self.push.to_room("callbacks", "callbacks", CallbacksChanged())

    def _link_changed(self, link: LinkState) -> None:
        self.announcer.link_changed(link)
        if link.status is Status.UP:
            self.pausing.link_up()
        if link.status is Status.DOWN and self._silent_since is None:
            self._silent_since = self.listener.pbx_now()
        if link.status is Status.UP and self.settings.queue_log is not None:
            since, self._silent_since = self._silent_since, None
            if since is not None:
                self.spawn(self._fill_gap(self.settings.queue_log, since), name="fill-gap")

    async def _fill_gap(self, path: Path, since: datetime) -> None:
        """What happened while the PBX was not heard, from its own log."""
        await asyncio.sleep(1)  # queue_log is written in another thread of the PBX than the events
        names = {m.name: m.interface for members in self.floor.members.values() for m in members.values()}
        try:
            await gaps.fill(
                self.store,
                path,
                since=since,
                until=self.listener.pbx_now(),
                is_live=lambda callid: callid in self.world.by_linkedid or callid in self.world.legs,
                interface_of=lambda agent: self.world.devices.get(names.get(agent, agent), names.get(agent, agent)),
                on_filled=self._filled,
            )
        except (OSError, SQLAlchemyError) as error:
            logger.warning("gap_not_filled", queue_log=str(path), error=str(error))

    def _filled(self, fact: facts.CallEnded) -> None:
        """A call that the PBX's own log told of afterwards."""
        self.after.hear(fact)
        self.finder.hear(fact)

    async def _report_of(self, report: OwnReport, principal: Principal, at: datetime) -> Report:
        """An own report as of a moment, with all that was heard until now."""
        await self.store.flush()
        return await own.make(self.db, report, principal, self.settings.zone, at)

    def _recordings_found(self, _recording_ids: list[int]) -> None:
        self.workshop.worker.look()
        self.changes.look()


def _report(task: asyncio.Task[Any]) -> None:
    """A part that stops by itself is a fault: say so loudly."""
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.error("task_died", task=task.get_name(), error=repr(error), exc_info=error)
