"""Audio: sent in by the PBX, played in the browser by Range, behind links that do not live long."""

from datetime import datetime
from http import HTTPStatus

from aiohttp import web
from pydantic import BaseModel, ValidationError

from ringdesk.agents import audit
from ringdesk.agents.rights import Principal, Right
from ringdesk.config.errors import NoAccess
from ringdesk.crm import customers
from ringdesk.recordings import access
from ringdesk.recordings.access import RecordingScope
from ringdesk.recordings.keeping import export, playing
from ringdesk.recordings.keeping.links import Link
from ringdesk.recordings.models import Recording
from ringdesk.web import problems, ranges, upload
from ringdesk.web.api.recordings import RecordingView, views
from ringdesk.web.api.shapes import Id, In, Line
from ringdesk.web.routing import ANYBODY, PREFIX, Ask, route

OGG = "audio/ogg"


class LinkWanted(In):
    download: bool = False


class AudioLink(BaseModel):
    url: str
    """Works without a login until `expires_at`, for this recording alone."""
    expires_at: datetime


class PeaksView(BaseModel):
    per_second: int
    duration_s: float
    channels: list[list[int]]
    """The loudest sample of each slice, 0 to 255; agent first, then customer; one list for a mixed recording."""


@route("POST", "/recordings", right=Right.RECORDINGS_ADD, status=201, also=(200, 410, 413, 415, 422, 503), result=RecordingView)
async def add_recording(ask: Ask) -> web.Response:
    """Take in a recording as multipart/form-data; 200 where it was there already, 410 where it was deleted since.

    `mixed`, `received`, `transmitted` or `stereo` are files; `id` (the call's linkedid or a channel's uniqueid), `started_at` (ISO 8601)
    and `side` (customer, agent) are fields."""
    if ask.request.content_type != "multipart/form-data":
        detail = "Send the recording as multipart/form-data"
        return problems.problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail)
    try:
        row, new = await upload.received(ask)
    except (upload.TooLong, upload.NoSuchAudio, upload.Deleted, ValidationError) as error:
        return upload.as_problem(error)
    async with ask.services.db.read() as session:
        (view,) = await views(ask, session, [row])
    status = HTTPStatus.CREATED if new else HTTPStatus.OK
    return web.Response(status=status, body=view.model_dump_json().encode(), content_type="application/json")


@route("GET", "/recordings/{id}/audio", right=Right.RECORDINGS_READ, also=(206, 416, 409), content=OGG)
async def audio(ask: Ask, id: Id) -> web.Response:
    """The audio, Opus in Ogg; with Range a part of it."""
    return await _play(ask, ask.principal, id, download=False)


@route("POST", "/recordings/{id}/link", right=Right.RECORDINGS_READ, also=(409,))
async def link_audio(ask: Ask, id: Id, body: LinkWanted) -> AudioLink:
    """A short-lived address of the audio for a player, or, with the right to, for a download."""
    if body.download:
        ask.principal.require(Right.RECORDINGS_DOWNLOAD)
    async with ask.services.db.read() as session:
        playing.check_playable(await access.get(session, RecordingScope.of(ask.principal), id))
    text, expires_at = await ask.services.links.make(Link(id, ask.principal.user_id, body.download))
    return AudioLink(url=f"{PREFIX}/audio/{text}", expires_at=expires_at)


@route("GET", "/audio/{link}", right=ANYBODY, also=(206, 403, 409, 410, 416), content=OGG)
async def linked_audio(ask: Ask, link: Line) -> web.Response:
    """The audio behind a signed link. Whoever made it must still be allowed to hear it."""
    found = await ask.services.links.read(link)
    principal = ask.services.directory.principals.get(found.user_id)
    wanted = Right.RECORDINGS_DOWNLOAD if found.download else Right.RECORDINGS_READ
    if principal is None or not principal.may(wanted):
        raise NoAccess(right=wanted.value)
    return await _play(ask, principal, found.recording_id, download=found.download)


@route("GET", "/recordings/{id}/peaks", right=Right.RECORDINGS_READ, also=(409,))
async def peaks(ask: Ask, id: Id) -> PeaksView:
    """The waveform."""
    async with ask.services.db.read() as session:
        row = await access.get(session, RecordingScope.of(ask.principal), id)
        per_second, channels = await playing.peaks_of(session, row)
    return PeaksView(per_second=per_second, duration_s=row.duration_s or 0.0, channels=channels)


@route("GET", "/customers/{id}/export", right=Right.RECORDINGS_MANAGE, content="application/zip")
async def export_customer(ask: Ask, id: Id) -> web.Response:
    """Everything kept of a person, for their access request: a ZIP of customer, calls, notes, transcripts and audio."""
    services = ask.services
    async with services.db.write() as session:
        view = await customers.get(session, ask.principal, id, services.settings.country)
        found = await export.gather(session, view, services.directory.name_of)
        detail = {"calls": len(found.calls), "recordings": found.recordings}
        audit.note(session, "exported", "customer", view.id, user_id=ask.principal.user_id, detail=detail, address=ask.address)
    name = f"customer-{view.id}.zip"
    return web.Response(
        body=export.pieces(services.db, services.audio, found),
        headers={"Content-Type": "application/zip", "Content-Disposition": f'attachment; filename="{name}"'},
    )


async def _play(ask: Ask, principal: Principal, recording_id: int, *, download: bool) -> web.Response:
    """What of the audio was asked for, to somebody who may hear it, with a trace."""
    services = ask.services
    async with services.db.read() as session:
        row = await access.get(session, RecordingScope.of(principal), recording_id)
    row, whole = await playing.audio_of(services.db, services.audio, row)
    answer = ranges.answer(ask.request, whole, content_type=OGG, etag=row.sha256 or "")
    if answer.status < HTTPStatus.BAD_REQUEST and ask.request.method == "GET":
        first = ranges.begins_at_start(answer)
        if await services.listens.note(row, principal.user_id, downloaded=download and first, address=ask.address):
            await services.recording_changed(row.id)
    if download:
        answer.headers["Content-Disposition"] = f'attachment; filename="{_file_name(row)}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _file_name(row: Recording) -> str:
    """Of a downloaded recording: when and which, nothing that came from outside."""
    return f"{row.started_at:%Y-%m-%d_%H-%M-%S}_{row.id}.ogg"
