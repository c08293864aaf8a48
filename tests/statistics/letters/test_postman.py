"""Letters that are due: sent once, by one process, with the rights of whoever set them up, whatever breaks meanwhile."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from ringdesk.agents import accounts
from ringdesk.agents.rights import Principal, Role
from ringdesk.config.errors import NoSuch
from ringdesk.config.settings import Settings
from ringdesk.statistics import files
from ringdesk.statistics.files import FileFormat
from ringdesk.statistics.letters import schedules
from ringdesk.statistics.letters.postman import Postman
from ringdesk.statistics.letters.schedules import Wish
from ringdesk.statistics.models import OwnReport, ReportSchedule
from ringdesk.statistics.report import Report
from ringdesk.storage.engine import Database
from tests.statistics.files import made
from tests.statistics.letters.server import Mailbox, listening

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # 08:00 in Kyiv


def wish(**more: Any) -> Wish:
    given: dict[str, Any] = {"every": "day", "weekday": None, "day": None, "at": "08:00", "recipients": ["boss@example.com"]}
    return Wish(**{**given, "format": "csv", "active": True, **more})


DAILY = wish()


class Office:
    """A postman with a clock of the test's and a report of the test's."""

    def __init__(self, db: Database, port: int, **more: Any) -> None:
        self.db, self.time = db, MONDAY - timedelta(hours=1)
        given = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_tls": "none", "timezone": "Europe/Kyiv", **more}
        self.settings = Settings(**given)
        self.asked: list[tuple[str, int, datetime]] = []
        self.trouble: Exception | None = None
        self.real_files = False
        self.postman = self.another()

    def another(self) -> Postman:
        return Postman(self.db, self.settings, self.make, render=self.render, clock=lambda: self.time, look_every=0.05)

    async def make(self, report: OwnReport, principal: Principal, due: datetime) -> Report:
        self.asked.append((report.name, principal.user_id, due))
        if self.trouble is not None:
            raise self.trouble
        return made.named(["support"], title=report.name)

    async def render(self, report: Report, format: FileFormat, zone: ZoneInfo, language: str) -> tuple[bytes, str, str]:
        """A file in no time, but for the test that is about the real ones."""
        if self.real_files:
            return await files.render(report, format, zone, language)
        return b"a file", files.MEDIA[format], f"mine.{format}"

    async def hire(self, role: Role = Role.MANAGER, wish: Wish = DAILY) -> int:
        """Somebody with a report and its schedule. The schedule's id."""
        async with self.db.write() as session:
            user_id = await accounts.add(session, name="maria", roles=[role], display_name="Maria")
            report = OwnReport(name="Mine", owner_id=user_id, definition={}, created_at=self.time, updated_at=self.time)
            session.add(report)
            await session.flush()
            principal = (await accounts.principals(session))[user_id]
            row = await schedules.add(session, principal, report.id, wish, "en", self.time, self.settings.zone)
            self.user_id, self.schedule_id = user_id, row.id
        return row.id

    async def row(self) -> ReportSchedule:
        async with self.db.read() as session:
            return await session.get_one(ReportSchedule, self.schedule_id)

    async def rounds(self) -> int:
        """Until nothing is due. How many were taken up."""
        count = 0
        while await self.postman.send_one():
            count += 1
        return count


async def test_it_is_sent_when_it_is_due_and_not_before(db: Database) -> None:
    async with listening(Mailbox()) as box:
        office = Office(db, box.port)
        await office.hire()
        assert (await office.row()).next_at == MONDAY
        assert await office.rounds() == 0
        office.time = MONDAY
        assert await office.rounds() == 1
    row = await office.row()
    assert (row.sent_at, row.error, row.next_at, row.claimed_by, row.tries) == (MONDAY, None, MONDAY + timedelta(days=1), None, 0)
    assert [to for to, _ in box.letters] == [["boss@example.com"]]
    assert office.asked == [("Mine", office.user_id, MONDAY)]


async def test_the_report_and_its_chart_are_in_the_letter(db: Database) -> None:
    async with listening(Mailbox()) as box:
        office = Office(db, box.port)
        office.real_files = True
        await office.hire(wish=wish(format="xlsx"))
        office.time = MONDAY
        assert await office.rounds() == 1
    ((_, message),) = box.letters
    parts = {part.get_content_type(): part.get_payload(decode=True) for part in message.walk()}
    assert parts["image/png"].startswith(b"\x89PNG")
    assert parts[files.MEDIA["xlsx"]].startswith(b"PK")


async def test_what_was_missed_is_sent_once(db: Database) -> None:
    async with listening(Mailbox()) as box:
        office = Office(db, box.port)
        await office.hire()
        office.time = MONDAY + timedelta(days=5, hours=3)
        assert await office.rounds() == 1
    row = await office.row()
    assert (len(box.letters), row.next_at) == (1, MONDAY + timedelta(days=6))
    assert office.asked[0][2] == MONDAY + timedelta(days=5)  # made as of the last time that was missed


async def test_it_is_tried_again_with_patience_and_then_given_up(db: Database) -> None:
    async with listening(Mailbox(answer="451 the disk is full")) as box:
        office = Office(db, box.port)
        await office.hire()
        office.time = MONDAY
        for pause in schedules.BACKOFF:
            assert await office.rounds() == 1
            row = await office.row()
            assert (row.next_at, row.claimed_until) == (MONDAY, office.time + pause)
            assert row.error == "The mail server refuses it: 451 the disk is full. It is tried again."
            office.time += pause - timedelta(seconds=1)
            assert await office.rounds() == 0
            office.time += timedelta(seconds=1)
        assert await office.rounds() == 1
        row = await office.row()
        assert (row.error, row.tries) == ("The mail server refuses it: 451 the disk is full.", 0)
        assert row.next_at == MONDAY + timedelta(days=1)
        box.answer = "250 taken"
        office.time = MONDAY + timedelta(days=1)
        assert await office.rounds() == 1
    assert (await office.row()).error is None
    assert len(box.letters) == 1
    assert {due for _, _, due in office.asked} == {MONDAY, MONDAY + timedelta(days=1)}  # a late try is of the same time


@pytest.mark.parametrize("how", ["closed", "demoted", "gone", "unshared"])
async def test_who_has_left_or_lost_the_right_sends_nothing(db: Database, how: str) -> None:
    async with listening(Mailbox()) as box:
        office = Office(db, box.port)
        await office.hire()
        async with db.write() as session:
            if how == "closed":
                await accounts.add(session, name="adam", roles=[Role.ADMINISTRATOR])
                await accounts.change(session, office.user_id, active=False)
            elif how == "demoted":
                await accounts.change(session, office.user_id, roles=[Role.AGENT])
            elif how == "gone":
                await session.execute(update(ReportSchedule).values(owner_id=None))
            else:
                office.trouble = NoSuch(what="report", id=1)
        office.time = MONDAY
        assert await office.rounds() == 1
    row = await office.row()
    assert not box.tried
    assert (
        row.error
        == {
            "closed": "Nothing is sent any more, since whoever set it up has left.",
            "gone": "Nothing is sent any more, since whoever set it up has left.",
            "demoted": "Nothing is sent any more, since Maria may not read reports any more.",
            "unshared": "The report could not be made: There is no report 1.",
        }[how]
    )
    assert (row.next_at, row.claimed_by) == (MONDAY + timedelta(days=1), None)


async def test_without_a_mail_server_it_says_so(db: Database) -> None:
    office = Office(db, 25, smtp_host=None)
    await office.hire()
    office.time = MONDAY
    assert await office.rounds() == 1
    assert (await office.row()).error == "There is no mail server in the settings."


async def test_who_was_refused_is_told_and_the_rest_is_not_sent_again(db: Database) -> None:
    async with listening(Mailbox(refuse={"gone@example.com": "550 moved away"})) as box:
        office = Office(db, box.port)
        await office.hire(
            wish=Wish(
                every="day",
                weekday=None,
                day=None,
                at="08:00",
                recipients=["boss@example.com", "gone@example.com"],
                format="csv",
                active=True,
            )
        )
        office.time = MONDAY
        assert await office.rounds() == 1
    row = await office.row()
    assert (row.sent_at, row.error) == (MONDAY, "Not taken for gone@example.com (moved away).")


async def test_of_many_processes_one_sends(db: Database) -> None:
    async with listening(Mailbox()) as box:
        office = Office(db, box.port)
        await office.hire()
        office.time = MONDAY
        postmen = [office.another() for _ in range(4)]
        for number, postman in enumerate(postmen):
            postman.name = f"host:{number}"
        assert sum(await asyncio.gather(*(postman.send_one() for postman in postmen))) == 1
    assert len(box.letters) == 1


async def test_a_claim_of_somebody_who_was_killed_runs_out(db: Database) -> None:
    async with listening(Mailbox()) as box:
        office = Office(db, box.port)
        await office.hire()
        office.time = MONDAY
        async with db.write() as session:
            assert await schedules.claim(session, "killed:1", office.time, office.settings.zone) is not None
        assert await office.rounds() == 0
        office.time += schedules.LEASE
        assert await office.rounds() == 1
    assert len(box.letters) == 1


async def test_one_that_kills_whoever_makes_it_is_given_up(db: Database) -> None:
    async with listening(Mailbox()) as box:
        office = Office(db, box.port)
        await office.hire()
        office.time = MONDAY
        for _ in range(len(schedules.BACKOFF) + 1):
            async with db.write() as session:
                assert await schedules.claim(session, "killed:1", office.time, office.settings.zone) is not None
            office.time += schedules.LEASE
        assert await office.rounds() == 1
    row = await office.row()
    assert not box.tried
    assert "died" in (row.error or "")
    assert row.next_at == MONDAY + timedelta(days=1)


async def test_changed_while_it_is_made_it_goes_by_the_change(db: Database) -> None:
    async with listening(Mailbox()) as box:
        office = Office(db, box.port)
        await office.hire()
        office.time = MONDAY
        async with db.write() as session:
            claimed = await schedules.claim(session, office.postman.name, office.time, office.settings.zone)
        assert claimed is not None
        async with db.write() as session:
            principal = (await accounts.principals(session))[office.user_id]
            row, _ = await schedules.get(session, principal, office.schedule_id)
            await schedules.change(
                session,
                row,
                principal,
                wish(every="month", day=31, at="09:00"),
                office.time,
                office.settings.zone,
            )
        await office.postman._write(office.schedule_id, None)
    row = await office.row()
    assert (row.sent_at, row.next_at) == (None, datetime(2026, 11, 30, 7, 0, tzinfo=UTC))


async def test_now_and_one_that_rests(db: Database) -> None:
    async with listening(Mailbox()) as box:
        office = Office(db, box.port)
        await office.hire(wish=wish(active=False))
        assert (await office.row()).next_at is None
        office.time = MONDAY + timedelta(days=2)
        assert await office.rounds() == 0
        async with db.write() as session:
            schedules.send_now(await session.get_one(ReportSchedule, office.schedule_id), office.time)
        assert await office.rounds() == 1
    row = await office.row()
    assert (len(box.letters), row.next_at, row.sent_at) == (1, None, office.time)


async def test_it_runs_until_it_is_stopped_and_lets_go(db: Database) -> None:
    held = asyncio.Event()
    async with listening(Mailbox()) as box:
        office = Office(db, box.port)
        await office.hire()

        async def never(report: OwnReport, principal: Principal, due: datetime) -> Report:
            held.set()
            await asyncio.Event().wait()
            raise AssertionError

        office.postman.make = never
        running = asyncio.create_task(office.postman.run(), name="letters")
        office.time = MONDAY
        office.postman.look()
        await held.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        row = await office.row()
        assert (row.claimed_by, row.claimed_until, row.tries) == (None, None, 0)
        office.postman = office.another()
        assert await office.rounds() == 1
    assert len(box.letters) == 1
