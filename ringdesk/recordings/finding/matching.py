"""Whose call a recording is: by the PBX's own word, else by identifiers in the name, else by number, agent and time where exactly one call
fits. Between two it is never guessed: what matches none is kept, and listed as such."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.config.settings import Settings
from ringdesk.recordings import said
from ringdesk.recordings.finding import hints, names
from ringdesk.recordings.finding.names import Clues
from ringdesk.recordings.keeping import policies
from ringdesk.recordings.models import Recording, RecordingAgent, RecordingHint, Source
from ringdesk.recordings.scoring import rescoring
from ringdesk.recordings.speech import remasking
from ringdesk.recordings.speech.models import speech_expected
from ringdesk.storage.base import now
from ringdesk.telephony import numbers, tracing
from ringdesk.telephony.calls import CallRecord
from ringdesk.telephony.models import ConversationRow

EDGE = 0.5  # seconds; a channel outlives a conversation by a moment, in which the next one may have begun
SLACK = timedelta(seconds=5)  # between the time in a name, in whole seconds, and the call's; between the PBX's clock and a file's


@dataclass(frozen=True, slots=True)
class Origin:
    """The PBX that wrote the files, and how numbers and times in their names are meant."""

    pbx: str
    country: str
    zone: ZoneInfo
    speech_expected: Callable[[], bool]
    """Will there be transcripts? Looks at the disk."""

    @classmethod
    def of(cls, settings: Settings) -> "Origin":
        return cls(settings.pbx, settings.country, settings.zone, partial(speech_expected, settings))


async def assign(session: AsyncSession, row: Recording, origin: Origin) -> bool:
    """Find the row's call, or bring what the call says of it up to date: who speaks in it, which queue. Has anything changed? A call that
    is known already, also by a person's word, is only followed to what it became part of."""
    before = _state(row), await _agents(session, row)
    hint = await told(session, row.source, row.name, [part["path"] for part in row.parts], _written(row), origin)
    call = None
    if row.call_id is not None:
        call = await tracing.remaining(session, row.call_id)
    if call is None and hint is not None:
        call = await tracing.remaining(session, hint.call_id)
    if hint is not None and row.audio_key is None:
        row.started_at, row.side = hint.started_at, hint.side
    if call is None:
        found = names.clues(row.name, origin.country, origin.zone)
        call = await _by_name(session, row, found, origin)
        if call is not None and found.at is None and hint is None:
            row.started_at = _inside(row, call)
    if call is None:
        return False
    until = hint.ended_at if hint is not None and row.duration_s is None else None
    await attach(session, row, call, origin, until=until)
    if (_state(row), await _agents(session, row)) == before:
        return False
    row.changed_at = now()
    if row.id is not None:
        await session.flush()
        await said.moved(session, row.id, origin.zone)
    return True


async def attach(session: AsyncSession, row: Recording, call: CallRecord, origin: Origin, *, until: datetime | None = None) -> None:
    """The recording is this call's: with its agents and its queue, and, before it is stored, in its language. `until`: its end, where its
    length is not known."""
    before = row.call_id, row.queue, await _agents(session, row)
    rules = await policies.load(session)
    was = rules.of(row.queue, await policies.did_of(session, row))
    row.call_id = call.call.id
    end = until or call.call.ended_at or now()
    if row.duration_s is not None:
        end = row.started_at + timedelta(seconds=row.duration_s)
    heard = [(talk, overlap) for talk in call.conversations if (overlap := _overlap(talk, row.started_at, end)) > _least(talk)]
    queues = [(overlap, talk.queue) for talk, overlap in heard if talk.queue is not None]
    row.queue = max(queues, default=(0.0, None), key=lambda found: found[0])[1] or _waited_in(call, row.started_at, end, heard)
    if row.id is not None:
        await session.execute(delete(RecordingAgent).where(RecordingAgent.recording_id == row.id))
        agents = {talk.agent_id for talk, _ in heard if talk.agent_id is not None}
        session.add_all(RecordingAgent(recording_id=row.id, agent_id=agent_id) for agent_id in sorted(agents))
        await session.flush()
    policy = rules.of(row.queue, call.call.did)
    if row.audio_key is None:
        row.language = policy.language
    await remasking.under(session, row, was, policy, origin.speech_expected)
    moved = (row.call_id, row.queue, await _agents(session, row)) != before
    if moved or await rescoring.too_early(session, row, call.call.ended_at):
        rescoring.score_again(row)


async def told(
    session: AsyncSession, source: Source, name: str, paths: Sequence[str], written: datetime | None, origin: Origin
) -> RecordingHint | None:
    """What the PBX said when it began to write this recording, last `written` then. Of old files that are imported it said nothing."""
    if source == "import":
        return None
    found = await hints.of_files(session, paths, written) if source == "spool" else None
    if found is None:
        identifiers = names.clues(name, origin.country, origin.zone).identifiers
        found = await hints.of_channel(session, identifiers, PurePosixPath(name).name, written)
    return found


async def goes_on(session: AsyncSession, name: str, origin: Origin) -> bool:
    """Is a call running whose linkedid stands in the name?"""
    for identifier in names.clues(name, origin.country, origin.zone).identifiers:
        found = await tracing.remaining(session, f"{origin.pbx}-{identifier}")
        if found is not None and found.call.ended_at is None:
            return True
    return False


async def concerned(session: AsyncSession, pbx: str, call_ids: Sequence[str], since: datetime, until: datetime) -> list[Recording]:
    """What is this call's, or of those that became part of it, and what matched none and falls into its time."""
    theirs = Recording.call_id.in_(call_ids)
    query = select(Recording).where(Recording.pbx == pbx, theirs).with_for_update()
    lost = select(Recording).where(Recording.pbx == pbx, Recording.call_id.is_(None), Recording.started_at.between(since, until))
    return [*await session.scalars(query), *await session.scalars(lost.with_for_update())]


async def _by_name(session: AsyncSession, row: Recording, found: Clues, origin: Origin) -> CallRecord | None:
    by_identifier = {}
    for identifier in found.identifiers:
        if (call := await tracing.by_identifier(session, origin.pbx, identifier)) is not None:
            by_identifier[call.call.id] = call
    if by_identifier:
        return next(iter(by_identifier.values())) if len(by_identifier) == 1 else None
    if not (found.numbers or (found.extensions and not found.identifiers)):  # who names a call that we have not is not given another
        return None
    since = found.at or row.started_at
    until = since + timedelta(seconds=row.duration_s or 0)
    spanning = await tracing.spanning(session, origin.pbx, since, until, SLACK)
    fitting = [call for call in spanning if not found.numbers or found.numbers & _numbers(call, origin.country)]
    by_extension = [call for call in fitting if found.extensions & _extensions(call)]
    if not found.numbers or len(fitting) > 1:
        fitting = by_extension
    return fitting[0] if len(fitting) == 1 else None


def _numbers(call: CallRecord, country: str) -> set[str | None]:
    return {call.call.number, numbers.parse(call.call.did or "", country).key} - {None}


def _extensions(call: CallRecord) -> set[str]:
    phones = [talk.interface for talk in call.conversations] + [offer.interface for offer in call.offers] + [call.call.origin or ""]
    short = {text for text in (call.call.number, call.call.did) if text}
    return short | {interface.rpartition("/")[2].partition("@")[0] for interface in phones if interface}


def _inside(row: Recording, call: CallRecord) -> datetime:
    """When a recording began whose name does not say it: by the file's own time, if that falls into the call (a copy has another)."""
    first, last = call.call.started_at - SLACK, (call.call.ended_at or now()) + SLACK
    return row.started_at if first <= row.started_at <= last else call.call.answered_at or call.call.started_at


def _written(row: Recording) -> datetime | None:
    """When the file was last written to, as far as it was noted."""
    times = [int(part["mtime_ns"]) for part in row.parts if part.get("mtime_ns", "").isdecimal()]
    return datetime.fromtimestamp(max(times) / 1e9, UTC) if times else None


def _least(talk: ConversationRow) -> float:
    """So much of a conversation must be recorded to count: more than the edge of it, or most of a very short one."""
    length = EDGE * 2 if talk.ended_at is None else (talk.ended_at - talk.started_at).total_seconds()
    return min(EDGE, length / 2)


def _overlap(talk: ConversationRow, since: datetime, until: datetime) -> float:
    return (min(until, talk.ended_at or until) - max(since, talk.started_at)).total_seconds()


def _waited_in(call: CallRecord, since: datetime, until: datetime, heard: list[tuple[ConversationRow, float]]) -> str | None:
    """The queue of a recording in which nobody of ours spoke: the caller waited in it."""
    waited = [visit.queue for visit in call.visits if visit.entered_at < until and (visit.left_at or until) > since]
    return waited[-1] if waited and not heard else None


def _state(row: Recording) -> tuple[object, ...]:
    return (row.call_id, row.queue, row.started_at, row.side, row.language)


async def _agents(session: AsyncSession, row: Recording) -> set[int]:
    if row.id is None:
        return set()
    return set(await session.scalars(select(RecordingAgent.agent_id).where(RecordingAgent.recording_id == row.id)))
