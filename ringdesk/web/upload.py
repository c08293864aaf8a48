"""A recording as multipart/form-data, streamed to the inbox piece by piece: however long it is, little of it is in memory."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Annotated, get_args

from aiohttp import BodyPartReader, hdrs, web
from pydantic import StringConstraints, ValidationError

from ringdesk.agents import audit
from ringdesk.config.errors import DomainError, Invalid
from ringdesk.recordings.audio.ffmpeg import BadAudio
from ringdesk.recordings.audio.probing import form_of
from ringdesk.recordings.finding import names, take_in
from ringdesk.recordings.finding.inbox import Incoming, file_name
from ringdesk.recordings.finding.take_in import Found
from ringdesk.recordings.finding.timing import timed
from ringdesk.recordings.keeping import gone
from ringdesk.recordings.models import Recording, Role, Side
from ringdesk.web import problems
from ringdesk.web.api.shapes import In, Moment
from ringdesk.web.routing import Ask

LONGEST = 2 * 1024**3  # bytes of one sending; ten hours of both sides and the mix in Asterisk's wav are 1.7 GB
PIECE = 256 * 1024  # bytes read at once
LONGEST_FIELD = 1024  # bytes
HEAD = 16  # bytes by which a format is known
PLAIN = frozenset({"binary", "8bit", "7bit"})  # transfer encodings of parts that are as they were
FILES: tuple[Role, ...] = get_args(Role)
Identifier = Annotated[str, StringConstraints(max_length=128, pattern=r"^[!-.0-~]*$")]


class BadSending(Invalid):
    key = "bad_sending"
    text = "This is no recording as it is to be sent: {why}"


class TooLong(DomainError):
    key = "recording_too_long"
    text = "A recording may be {most} bytes long at most"


class Deleted(DomainError):
    key = "recording_deleted"
    text = "This recording was here and has been deleted: it is not taken in again"


class NoSuchAudio(DomainError):
    key = "unknown_audio"
    text = "{name} is no audio that Ringdesk knows"


_STATUS: dict[type[DomainError], HTTPStatus] = {
    TooLong: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    NoSuchAudio: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    Deleted: HTTPStatus.GONE,
}


class Fields(In):
    """What is sent beside the files."""

    id: Identifier = ""
    started_at: Moment | None = None
    side: Side = "customer"


@dataclass(slots=True)
class Sending:
    """What came so far."""

    coming: Incoming
    name: str = ""
    left: int = field(default_factory=lambda: LONGEST)
    """Bytes that may still come."""
    fields: dict[str, str] = field(default_factory=dict)


async def received(ask: Ask) -> tuple[Recording, bool]:
    """The recording that the request holds, and whether it is new. Raises `BadSending`, `TooLong`, `NoSuchAudio`, `Deleted`, `InboxFull`,
    `InboxAway`, pydantic's ValidationError."""
    services = ask.services
    async with Incoming(services.settings.recordings_inbox) as coming:
        sending = await _read(ask.request, Sending(coming))
        fields = Fields.model_validate(sending.fields)
        if not coming.parts:
            raise BadSending(why=f"send at least one file, as {', '.join(FILES)}")
        name = sending.name if not fields.id or fields.id in sending.name else f"{fields.id}/{sending.name}"
        async with coming.alone():
            row, new = await _taken_in(ask, coming, name, fields)
    if new:
        services.finder.on_found([row.id])
    return row, new


def as_problem(error: TooLong | NoSuchAudio | Deleted | ValidationError) -> web.Response:
    """The troubles that have a status of their own."""
    if isinstance(error, ValidationError):
        return problems.from_validation(error, "body")
    return problems.problem(_STATUS[type(error)], error.key, str(error), facts=error.facts)


async def _taken_in(ask: Ask, coming: Incoming, name: str, fields: Fields) -> tuple[Recording, bool]:
    services = ask.services
    async with services.db.read() as session:
        there = await take_in.by_key(session, coming.key)
        if there is None and await gone.among(session, [coming.key]):
            raise Deleted
    if there is not None:
        return there, False
    parts = await coming.settle()
    found = Found(key=coming.key, name=name, source="upload", parts=parts, started_at=fields.started_at, side=fields.side)
    found = await timed(services.db, found, services.finder.origin)
    async with services.db.write() as session:
        row, new = await take_in.take_in(session, found, services.finder.origin)
        if new:
            detail = {"name": row.name, "call_id": row.call_id}
            user_id = ask.principal.user_id
            audit.note(session, "recording_sent", "recording", row.id, user_id=user_id, detail=detail, address=ask.address)
    if not {str(part.path) for part in parts} & {part["path"] for part in row.parts}:  # it came another way meanwhile
        await coming.discard()
    return row, new


async def _read(request: web.Request, sending: Sending) -> Sending:
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.headers.get(hdrs.CONTENT_TRANSFER_ENCODING, "binary").lower() not in PLAIN:
                raise BadSending(why="its parts must be plain files and fields")
            if part.name in FILES:
                await _file(part, part.name, sending)
            elif part.name in Fields.model_fields and part.name not in sending.fields:
                sending.fields[part.name] = await _field(part)
            else:
                raise BadSending(why=f"{str(part.name)[:64]!r} is not expected, or came twice")
    except ValueError as error:  # aiohttp's word for a body that is no multipart, or ends too early; UnicodeDecodeError is one
        raise BadSending(why="it is broken off or malformed") from error
    return sending


async def _file(part: BodyPartReader, role: Role, sending: Sending) -> None:
    if role in sending.coming.parts:
        raise BadSending(why=f"{role} came twice")
    name = file_name(part.filename or "")
    ending = PurePosixPath(name).suffix[1:].lower()
    if ending not in names.AUDIO:
        raise NoSuchAudio(name=name or role)
    head = await _whole(part, HEAD)
    try:
        form_of(head, name)
    except BadAudio as error:
        raise NoSuchAudio(name=name) from error
    if role in ("mixed", "stereo") or not sending.name:
        sending.name = name
    await sending.coming.add(role, ending, _pieces(part, head, sending))


async def _pieces(part: BodyPartReader, head: bytes, sending: Sending) -> AsyncIterator[bytes]:
    piece = head
    while piece:
        sending.left -= len(piece)
        if sending.left < 0:
            raise TooLong(most=LONGEST)
        yield piece
        piece = await part.read_chunk(PIECE)


async def _whole(part: BodyPartReader, least: int) -> bytes:
    """The beginning of the file, so many bytes where it has them."""
    head = b""
    while len(head) < least and (piece := await part.read_chunk(PIECE)):
        head += piece
    return head


async def _field(part: BodyPartReader) -> str:
    text = b""
    while piece := await part.read_chunk(LONGEST_FIELD):
        text += piece
        if len(text) > LONGEST_FIELD:
            raise BadSending(why=f"the field {part.name} is too long")
    return text.decode("utf-8").strip()
