"""Pausing the recordings of a running call: by the agent's button, by whoever supervises them, by a payment form that opens and closes."""

from typing import Annotated

from pydantic import BaseModel, Field

from ringdesk.agents import audit
from ringdesk.agents.rights import Right
from ringdesk.recordings.finding.pausing import NotRecorded
from ringdesk.telephony import numbers, tracing
from ringdesk.web.api.calls import NotYourCall
from ringdesk.web.api.shapes import CallId, In, Line
from ringdesk.web.routing import Ask, route

CURRENT, AGENT, CALLER = "current", "agent:", "caller:"


class PauseRecording(In):
    paused: bool
    reason: Line = ""
    resume_after: Annotated[float, Field(ge=1, le=7200)] | None = None
    """Seconds after which the recording goes on by itself, if nobody says so before: for a form that may never tell that it was closed."""


class PauseState(BaseModel):
    paused: bool
    channels: int
    """Recordings of the call that were told."""


@route("POST", "/calls/{id}/recording", right=Right.CALLS_READ, also=(409,))
async def pause_recording(ask: Ask, id: CallId, body: PauseRecording) -> PauseState:
    """Silence in all recordings of a running call from now on, or sound again.

    By the agent in it, who supervises them, or a program with their token (a payment form that opens). Who does not know the call's id
    says `current` (the call that they are in), `agent:` and a sign-in name or an extension, or `caller:` and the customer's number."""
    services = ask.services
    told, refused = 0, None
    found = await _own_live_calls(ask, id)
    for call_id in found:
        try:
            told += await services.pausing.pause(
                call_id, paused=body.paused, user_id=ask.principal.user_id, reason=body.reason, limit=body.resume_after
            )
        except NotRecorded as error:
            refused = error
            continue
        async with services.db.write() as session:
            action = "recording_paused" if body.paused else "recording_resumed"
            detail = {"reason": body.reason} if body.reason else None
            audit.note(session, action, "call", call_id, user_id=ask.principal.user_id, detail=detail, address=ask.address)
    if refused is not None and not told:
        raise refused
    return PauseState(paused=_are_paused(ask, found), channels=told)


@route("GET", "/calls/{id}/recording", right=Right.CALLS_READ, also=(409,))
async def recording_state(ask: Ask, id: CallId) -> PauseState:
    """Is the recording of a running call paused?

    For who may pause it, who may name it in the same ways. `channels` of it are known to be recorded."""
    found = await _own_live_calls(ask, id)
    world = ask.services.listener.world
    return PauseState(paused=_are_paused(ask, found), channels=sum(world.recorded_in(call_id) for call_id in found))


def _are_paused(ask: Ask, call_ids: list[str]) -> bool:
    return any(call_id in ask.services.pausing.paused for call_id in call_ids)


async def _own_live_calls(ask: Ask, named: str) -> list[str]:
    """The running calls that are meant and that the asker is in or supervises: one, or an agent's two while they consult. Raises
    `NotYourCall`."""
    if named == CURRENT:
        found = _with_phone_of(ask, ask.principal.user_id)
    elif named.startswith(AGENT):
        found = _with_phone_of(ask, ask.services.directory.called(named.removeprefix(AGENT)))
    elif named.startswith(CALLER):
        found = _with_customer(ask, named.removeprefix(CALLER))
    else:
        found = [await _remaining(ask, named)]
    mine = [call_id for call_id in found if _is_own(ask, call_id)]
    if not mine:
        raise NotYourCall
    return mine


def _with_phone_of(ask: Ask, user_id: int | None) -> list[str]:
    world, owner = ask.services.listener.world, ask.services.directory.owner_of
    return [
        call_id
        for call_id in world.tracks
        if user_id is not None and user_id in {owner(interface) for interface, _ in world.phones_in(call_id)}
    ]


def _with_customer(ask: Ask, number: str) -> list[str]:
    """None where two of them call at once: a number of a company, whose other call is not to be silenced."""
    country = ask.services.settings.country
    wanted = numbers.parse(number, country).key
    tracks = ask.services.listener.world.tracks
    found = [id for id, track in tracks.items() if wanted and numbers.parse(track.call.caller_number, country).key == wanted]
    mine = [call_id for call_id in found if _is_own(ask, call_id)]
    return mine if len(mine) == 1 else []


async def _remaining(ask: Ask, call_id: str) -> str:
    """What the call has become part of."""
    if call_id in ask.services.listener.world.tracks:
        return call_id
    async with ask.services.db.read() as session:
        remaining = await tracing.remaining(session, call_id)
    return call_id if remaining is None else remaining.call.id


def _is_own(ask: Ask, call_id: str) -> bool:
    world, principal = ask.services.listener.world, ask.principal
    track = world.tracks.get(call_id)
    if track is None:
        return False
    owners = {ask.services.directory.owner_of(interface) for interface, _ in world.phones_in(call_id)} - {None}
    supervised = principal.may(Right.FLOOR) and (principal.sees_all or (track.call.queue or "") in principal.queues)
    return supervised or principal.user_id in owners or any(principal.supervises(owner) for owner in owners if owner is not None)
