"""Listens to one PBX: connect → log in → read the live state → follow → (lost) back off, for ever."""

import asyncio
import contextlib
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ringdesk.config import log
from ringdesk.config.errors import DomainError
from ringdesk.storage.base import now
from ringdesk.telephony import events, live, parsing
from ringdesk.telephony.ami import AmiAddress, AmiConnection, AmiMessage, LinkDown, LoginRefused, WireCounters
from ringdesk.telephony.bus import Bus
from ringdesk.telephony.tracking import World, advance

logger = log.get(__name__)

INBOX = 50_000  # events waiting to be applied; two seconds of a PBX at full blast, about 50 MB
SLICE = 200  # events applied before other tasks get their turn
FIRST_WAIT = 1.0  # seconds before the first new try
LONGEST_WAIT = 60.0  # seconds between tries
REREAD_EVERY = 5.0  # seconds at least between two readings of the live state for lost events


class Status(StrEnum):
    CONNECTING = "connecting"
    SYNCING = "syncing"
    UP = "up"
    DOWN = "down"
    LOGIN_REFUSED = "login_refused"


@dataclass(slots=True)
class LinkState:
    """What people are told of the link to the PBX."""

    status: Status = Status.CONNECTING
    since: datetime | None = None
    reason: str = ""
    tries: int = 0
    version: str = ""
    stamped: bool = True
    """False: the PBX does not stamp its events (`timestampevents`), times are those of arrival."""


class Inbox:
    """A bounded queue between the wire and the tracker. What does not fit is counted, and the live state read again."""

    def __init__(self, size: int = INBOX) -> None:
        self.waiting: deque[AmiMessage] = deque()
        self.size = size
        self.dropped = 0
        self.missed_some = False
        self.filled = asyncio.Event()

    def put(self, message: AmiMessage) -> None:
        if len(self.waiting) >= self.size:
            self.dropped += 1
            if not self.missed_some:
                logger.error("ami_inbox_full", size=self.size)
            self.miss()
            return
        self.waiting.append(message)
        self.filled.set()

    def miss(self) -> None:
        """An event is lost: what it would have told must be read from the live state."""
        self.missed_some = True
        self.filled.set()

    def clear(self) -> None:
        self.waiting.clear()
        self.missed_some = False


def back_off(tries: int, spread: Callable[[], float] = random.random) -> float:
    """Seconds before try number `tries` + 1: doubling up to a minute, spread so that many Ringdesks do not come at once."""
    return min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(tries, 10)) * (0.5 + spread() / 2)


class Listener:
    """One PBX, one world. `connection` is for commands; it is None unless the link is up."""

    def __init__(
        self,
        address: AmiAddress,
        world: World,
        bus: Bus,
        *,
        on_link: Callable[[LinkState], None] = lambda _state: None,
        inbox_size: int = INBOX,
    ) -> None:
        self.address = address
        self.world = world
        self.bus = bus
        self.on_link = on_link
        self.inbox = Inbox(inbox_size)
        self.counters = WireCounters(on_refused=self.inbox.miss)
        self.link = LinkState()
        self.connection: AmiConnection | None = None
        self.ahead = timedelta(0)
        """How far the PBX's clock is ahead of ours."""
        self._lost_because = ""

    def pbx_now(self) -> datetime:
        return now() + self.ahead

    def commands(self) -> AmiConnection:
        """The connection to send an action on. Raises `LinkDown`."""
        if self.connection is None or not self.connection.alive:
            raise LinkDown
        return self.connection

    async def run(self) -> None:
        """Follow the PBX until cancelled."""
        tries = 0
        while True:
            self._say(Status.CONNECTING, tries=tries)
            try:
                await self._once()
                tries = 0
                reason, status = self._lost_because, Status.DOWN
            except LoginRefused as refused:
                reason, status = str(refused), Status.LOGIN_REFUSED
                tries += 1
            except (OSError, TimeoutError, DomainError) as error:
                reason, status = str(error) or type(error).__name__, Status.DOWN
                tries += 1
            wait = back_off(max(0, tries - 1))
            self._say(status, reason=reason, tries=tries)
            logger.warning("pbx_link_down", host=self.address.host, port=self.address.port, reason=reason, retry_in=round(wait, 1))
            await asyncio.sleep(wait)

    async def _once(self) -> None:
        """One connection, from the login to its loss."""
        self.inbox.clear()
        self._lost_because = ""
        connection = await AmiConnection.open(self.address, self.inbox.put, self._on_lost, counters=self.counters, interest=parsing.wanted)
        try:
            self._say(Status.SYNCING, version=connection.wire.version or "")
            await self._read_live_state(connection)
            self.connection = connection
            self._say(Status.UP, version=connection.wire.version or "")
            logger.info("pbx_link_up", host=self.address.host, port=self.address.port, version=connection.wire.version)
            await self._follow(connection)
        finally:
            self.connection = None
            await connection.close()
            self._drain()
            self._apply(events.LinkLost(at=self.pbx_now()))

    async def _follow(self, connection: AmiConnection) -> None:
        loop = asyncio.get_running_loop()
        reread_at = 0.0
        while not self._lost_because:
            if self._drain(SLICE):
                await asyncio.sleep(0)
                continue
            self.inbox.filled.clear()
            patience = None
            if self.inbox.missed_some:
                patience = reread_at - loop.time()
                if patience <= 0:
                    self.inbox.missed_some = False
                    reread_at = loop.time() + REREAD_EVERY
                    await self._read_live_state(connection)
                    continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    await self.inbox.filled.wait()

    async def _read_live_state(self, connection: AmiConnection) -> None:
        state = await live.read(connection)
        self.ahead = state.at - now()
        self._apply(state)

    def _drain(self, most: int = INBOX) -> int:
        """Apply what waits, at most so many; how many it were."""
        waiting = self.inbox.waiting
        done = 0
        while waiting and done < most:
            message = waiting.popleft()
            done += 1
            if not message.stamped and self.link.stamped and message.name != "FullyBooted":  # that one never is
                self.link.stamped = False
                logger.warning("pbx_events_without_time", mend="set timestampevents = yes in manager.conf")
            try:
                event = parsing.to_event(message)
                if event is not None:
                    self._apply(event)
            except Exception:
                self.counters.failed_callbacks += 1
                logger.exception("event_failed", name=message.name, linkedid=message.get("Linkedid"))
        return done

    def _apply(self, event: events.PbxEvent) -> None:
        self.bus.publish(advance(self.world, event))

    def _on_lost(self, reason: str) -> None:
        self._lost_because = reason
        self.inbox.filled.set()

    def _say(self, status: Status, *, reason: str = "", tries: int = 0, version: str = "") -> None:
        self.link = LinkState(status, now(), reason, tries, version, self.link.stamped)
        with contextlib.suppress(Exception):
            self.on_link(self.link)
