"""Sends what is due: makes the report with the rights of whoever set it up, and hands it to the mail server."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ringdesk.agents import accounts
from ringdesk.agents.rights import Principal, Right
from ringdesk.config import log
from ringdesk.config.errors import DomainError
from ringdesk.config.settings import Settings
from ringdesk.statistics import files
from ringdesk.statistics.files import FileFormat, Wording
from ringdesk.statistics.letters import schedules, sending
from ringdesk.statistics.letters.mail import Attached, Letter, compose
from ringdesk.statistics.letters.sending import NotSent
from ringdesk.statistics.models import OwnReport, ReportSchedule
from ringdesk.statistics.report import Report
from ringdesk.storage.base import now
from ringdesk.storage.engine import AWAY, Database

logger = log.get(__name__)

LOOK_EVERY = 15.0  # seconds between looks at what is due; a letter's minute is kept
RETRY = 2.0  # seconds until an outcome is written again that the database did not take
LONGEST = 480.0  # seconds for one letter; the claim outlasts it
DIED = "Whoever tried to make it died of it {times} times."

Renderer = Callable[[Report, FileFormat, ZoneInfo, str], Awaitable[tuple[bytes, str, str]]]
"""`files.render`."""
Maker = Callable[[OwnReport, Principal, datetime], Awaitable[Report]]
"""Makes a report as of a moment with somebody's rights. What it raises as a `DomainError` is the reason why nothing is sent."""


class Postman:
    """`run()` works until cancelled; then what it had begun is free for others at once."""

    def __init__(
        self,
        db: Database,
        settings: Settings,
        make: Maker,
        *,
        render: Renderer = files.render,
        clock: Callable[[], datetime] = now,
        look_every: float = LOOK_EVERY,
    ) -> None:
        self.render = render
        self.db, self.settings, self.make, self.clock, self.look_every = db, settings, make, clock, look_every
        self.name = f"{socket.gethostname()[:50]}:{os.getpid()}"
        self._told = asyncio.Event()

    def look(self) -> None:
        """Something is due, or may be: look now."""
        self._told.set()

    async def run(self) -> None:
        away = False
        try:
            while True:
                self._told.clear()
                try:
                    while await self.send_one():
                        pass
                    away = False
                except AWAY as error:
                    if not away:
                        logger.error("letters_wait_for_database", error=str(error.__cause__ or error))
                    away = True
                except Exception:  # whatever it is: other letters must not wait until somebody restarts this
                    logger.exception("postman_stumbled")
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self.look_every):
                        await self._told.wait()
        finally:
            await self._release()

    async def send_one(self) -> bool:
        """The letter that has been due longest. False: there is none."""
        async with self.db.read() as session:
            if not await schedules.waits(session, self.clock()):
                return False
        async with self.db.write() as session:
            row = await schedules.claim(session, self.name, self.clock(), self.settings.zone)
        if row is None:
            return False
        if row.tries > len(schedules.BACKOFF) + 1:
            await self._write(row.id, NotSent(DIED.format(times=row.tries - 1), for_good=True))
            return True
        outcome: str | NotSent | None
        try:
            async with asyncio.timeout(LONGEST):
                outcome = await self._send(row)
        except NotSent as error:
            outcome = error
        except TimeoutError:
            outcome = NotSent("It took too long to make and send it.")
        except DomainError as error:
            outcome = NotSent(f"The report could not be made: {error}.", for_good=not isinstance(error, files.NotRendered))
        except AWAY:
            outcome = NotSent("The database was away.")
        except Exception as error:  # the row says that something is wrong, the log says what
            logger.exception("letter_failed", schedule=row.id)
            outcome = NotSent(f"It could not be sent for a reason that only the log tells ({type(error).__name__}).")
        await self._write(row.id, outcome)
        return True

    async def _send(self, row: ReportSchedule) -> str | None:
        """What is to be said although it was sent. Raises `NotSent`, `DomainError`."""
        if self.settings.smtp_host is None:
            raise NotSent("There is no mail server in the settings.", for_good=True)
        async with self.db.read() as session:
            report = await session.get_one(OwnReport, row.report_id)
            principal = None if row.owner_id is None else (await accounts.principals(session)).get(row.owner_id)
        if principal is None:
            raise NotSent("Nothing is sent any more, since whoever set it up has left.", for_good=True)
        if not principal.may(Right.REPORTS):
            raise NotSent(f"Nothing is sent any more, since {principal.name} may not read reports any more.", for_good=True)
        due = row.next_at or self.clock()
        made = await self.make(report, principal, due)
        zone = made.now.period.zone
        format: FileFormat = "csv" if row.format == "csv" else "xlsx" if row.format == "xlsx" else "pdf"
        content, media_type, name = await self.render(made, format, zone, row.language)
        picture, _, _ = await self.render(made, "png", zone, row.language)
        from_ = sending.sender(self.settings)
        base = self.settings.public_url
        letter = Letter(
            report=made,
            words=Wording(zone, row.language),
            sender=from_,
            recipients=list(row.recipients),
            file=Attached(content=content, media_type=media_type, name=name),
            picture=picture,
            message_id=f"ringdesk-{row.id}-{due.astimezone(UTC):%Y%m%dT%H%M%S}@{from_.domain or 'localhost'}",
            at=self.clock(),
            link=None if base is None else f"{base}/statistics/own/{report.id}",
            by=principal.name,
        )
        message = await asyncio.to_thread(compose, letter)
        return await sending.send(message, row.recipients, self.settings)

    async def _write(self, schedule_id: int, outcome: str | NotSent | None) -> None:
        """To the row; while the database is away, again and again: a letter that was sent must not be sent twice."""
        while True:
            try:
                async with self.db.write() as session:
                    row = await schedules.claimed(session, schedule_id, self.name)
                    if row is None:  # changed or removed meanwhile
                        return
                    if isinstance(outcome, NotSent):
                        logger.warning("letter_not_sent", schedule=schedule_id, why=str(outcome), tries=row.tries)
                        schedules.failed(row, str(outcome), self.clock(), self.settings.zone, for_good=outcome.for_good)
                    else:
                        logger.info("letter_sent", schedule=schedule_id, recipients=len(row.recipients))
                        schedules.sent(row, self.clock(), self.settings.zone, but=outcome)
            except AWAY:
                await asyncio.sleep(RETRY)
            else:
                return

    async def _release(self) -> None:
        try:
            async with self.db.write() as session:
                await schedules.release(session, self.name)
        except AWAY as error:  # then the claims run out by themselves
            logger.warning("claims_not_released", error=str(error.__cause__ or error))
