"""Own reports by e-mail: when, to whom, as what."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from ringdesk.agents import audit
from ringdesk.agents.rights import Right
from ringdesk.screenpop.cards import Person
from ringdesk.statistics import own
from ringdesk.statistics.letters import schedules
from ringdesk.statistics.letters.schedules import NoMailServer, Wish
from ringdesk.statistics.models import ReportSchedule
from ringdesk.storage.base import now
from ringdesk.web.api.shapes import Id, In
from ringdesk.web.routing import Ask, route

Email = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=254, pattern=r"^[^@\s,;<>\"]+@[^@\s,;<>\"]+$")]


class ScheduleForm(In):
    every: Literal["day", "weekday", "week", "month"]
    weekday: Annotated[int, Field(ge=0, le=6)] | None = None
    day: Annotated[int, Field(ge=1, le=31)] | None = None
    at: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "08:00"
    recipients: Annotated[list[Email], Field(min_length=1, max_length=50)]
    format: Literal["pdf", "xlsx", "csv"] = "pdf"
    active: bool = True


class ScheduleView(BaseModel):
    id: int
    report_id: int
    report_name: str
    owner: Person | None
    every: Literal["day", "weekday", "week", "month"]
    weekday: int | None
    day: int | None
    at: str
    recipients: list[str]
    format: Literal["pdf", "xlsx", "csv"]
    active: bool
    next_at: datetime | None
    sent_at: datetime | None
    error: str | None


class ScheduleList(BaseModel):
    items: list[ScheduleView]
    can_send: bool
    """Is there an SMTP server in the settings?"""


@route("GET", "/report-schedules", right=Right.REPORTS)
async def report_schedules(ask: Ask) -> ScheduleList:
    """One's own; a manager sees all."""
    async with ask.services.db.read() as session:
        rows = await schedules.readable(session, ask.principal)
    items = [_view(ask, row, report.name) for row, report in rows]
    return ScheduleList(items=items, can_send=ask.services.settings.smtp_host is not None)


@route("POST", "/own-reports/{id}/schedules", right=Right.REPORTS, status=201)
async def add_schedule(ask: Ask, id: Id, body: ScheduleForm) -> ScheduleView:
    """Send it by e-mail from now on."""
    services = ask.services
    language = ask.request.headers.get("Accept-Language", "en")[:2].lower()
    async with services.db.write() as session:
        report = await own.get(session, ask.principal, id)
        row = await schedules.add(session, ask.principal, report.id, _wish(body), language, now(), services.settings.zone)
        detail = {"report": report.name, "recipients": row.recipients}
        audit.note(session, "scheduled", "report_schedule", row.id, user_id=ask.principal.user_id, detail=detail, address=ask.address)
        return _view(ask, row, report.name)


@route("PUT", "/report-schedules/{id}", right=Right.REPORTS)
async def change_schedule(ask: Ask, id: Id, body: ScheduleForm) -> ScheduleView:
    """Another time, other people."""
    async with ask.services.db.write() as session:
        row, report = await schedules.get(session, ask.principal, id)
        await schedules.change(session, row, ask.principal, _wish(body), now(), ask.services.settings.zone)
        detail = {"report": report.name, "recipients": row.recipients}
        audit.note(session, "rescheduled", "report_schedule", row.id, user_id=ask.principal.user_id, detail=detail, address=ask.address)
        return _view(ask, row, report.name)


@route("DELETE", "/report-schedules/{id}", right=Right.REPORTS)
async def remove_schedule(ask: Ask, id: Id) -> None:
    """Send it no more."""
    async with ask.services.db.write() as session:
        row, _ = await schedules.get(session, ask.principal, id)
        await session.delete(row)


@route("POST", "/report-schedules/{id}/send", right=Right.REPORTS, status=202)
async def send_now(ask: Ask, id: Id) -> None:
    """Send it once now, to see what it looks like."""
    if ask.services.settings.smtp_host is None:
        raise NoMailServer
    async with ask.services.db.write() as session:
        row, _ = await schedules.get(session, ask.principal, id)
        schedules.send_now(row, now())
    ask.services.postman.look()


def _wish(body: ScheduleForm) -> Wish:
    return Wish(**body.model_dump())


def _view(ask: Ask, row: ReportSchedule, report_name: str) -> ScheduleView:
    principal = ask.services.directory.principals.get(row.owner_id or 0)
    return ScheduleView.model_validate(
        {
            **{name: getattr(row, name) for name in ScheduleView.model_fields if name not in ("report_name", "owner")},
            "report_name": report_name,
            "owner": None if principal is None else ask.services.matcher.person(row.owner_id),
        }
    )
