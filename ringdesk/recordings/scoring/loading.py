"""What a recording's score rests on, read from the database: transcript, call, marks, notes, presence."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from ringdesk.agents import intervals
from ringdesk.agents.models import PresenceInterval
from ringdesk.agents.presence import SWITCH, State
from ringdesk.config.errors import NoSuch
from ringdesk.crm import dispositions, notes
from ringdesk.recordings import marks
from ringdesk.recordings.models import Recording, RecordingAgent, Transcript
from ringdesk.recordings.scoring.material import Given, Material, Wait
from ringdesk.recordings.scoring.measuring import Span
from ringdesk.recordings.transcript import Utterance
from ringdesk.storage.base import JsonObject, now
from ringdesk.telephony import calls
from ringdesk.telephony.calls import CallRecord
from ringdesk.telephony.facts import Direction
from ringdesk.telephony.models import ConversationRow

CLOCKS = timedelta(seconds=1)  # how far the PBX's clock, ours and what is rounded may differ
SETTLED = timedelta(seconds=3)  # after a wrap-up's limit: by then its end is written
WAIT_MOST = timedelta(minutes=10)  # after a recording's end, or its call's; then its score goes without what is still open
LOOK_AGAIN = timedelta(seconds=15)  # while a call runs
_UTTERANCES = TypeAdapter(list[Utterance])


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    material: Material
    """Without the words, which are in `said` as they are stored: to read them takes a while (`with_words`)."""
    said: list[JsonObject] | None
    agent_id: int | None
    """Who talked longest."""
    direction: Direction | None
    call_runs: bool
    call_ended_at: datetime | None
    wrap_up_open_until: datetime | None
    """The wrap-up is not over: look again then."""


def with_words(loaded: Loaded) -> Material:
    """For a thread: an hour of words is a moment's work."""
    return replace(loaded.material, utterances=None if loaded.said is None else _UTTERANCES.validate_python(loaded.said))


async def load(session: AsyncSession, row: Recording, *, wrap_up_limit: float) -> Loaded:
    """Everything known of the recording now; `wrap_up_limit` in seconds."""
    transcript = await session.scalar(select(Transcript).where(Transcript.recording_id == row.id).options(undefer(Transcript.utterances)))
    duration = row.duration_s or 0.0
    found = await marks.of(session, row)
    material = Material(
        duration_s=duration,
        mixed=row.channels == 1,
        language=row.language if transcript is None else transcript.language or row.language,
        utterances=(),
        holds=[Span(m.start, m.end if m.end is not None else duration) for m in found if m.kind == "hold"],
        paused=[Span(m.start, m.end if m.end is not None else duration) for m in found if m.kind == "paused"],
        masked=[Span(m.start, m.end if m.end is not None else duration) for m in found if m.kind == "masked"],
    )
    said = None if transcript is None else transcript.utterances
    speakers = set(await session.scalars(select(RecordingAgent.agent_id).where(RecordingAgent.recording_id == row.id)))
    record = await _call(session, row.call_id)
    if record is None:
        agent_id = next(iter(speakers)) if len(speakers) == 1 else None
        return Loaded(
            material=material,
            said=said,
            agent_id=agent_id,
            direction=None,
            call_runs=False,
            call_ended_at=None,
            wrap_up_open_until=None,
        )
    talks = [talk for talk in record.conversations if _overlap(talk, row).length > 0]
    agent_id = _who_talked_longest(talks, row, speakers)
    theirs = [talk for talk in talks if talk.agent_id == agent_id]
    wrap_up, open_until = await _wrap_up(session, record, agent_id, wrap_up_limit)
    material = replace(
        material,
        talk=[_overlap(talk, row) for talk in talks],
        hold_s=_hold(record, theirs),
        waits=_waits(record, theirs, row),
        wrap_up=wrap_up,
    )
    return Loaded(
        material=material,
        said=said,
        agent_id=agent_id,
        direction=record.call.direction,
        call_runs=record.call.ended_at is None,
        call_ended_at=record.call.ended_at,
        wrap_up_open_until=open_until,
    )


def not_before(loaded: Loaded, row: Recording, *, wrap_up_asked: bool) -> tuple[datetime, str] | None:
    """When to look again, and why, where something that a score needs is still under way; not without end."""
    moment = now()
    recorded_until = row.started_at + timedelta(seconds=row.duration_s or 0.0)
    patience = max(recorded_until, loaded.call_ended_at or recorded_until) + WAIT_MOST
    if moment >= patience:
        return None
    if loaded.call_runs:
        return min(moment + LOOK_AGAIN, patience), "The call is still running"
    if wrap_up_asked and loaded.wrap_up_open_until is not None:
        return min(max(loaded.wrap_up_open_until, moment + CLOCKS), patience), "The wrap-up is not over"
    return None


async def _call(session: AsyncSession, call_id: str | None) -> CallRecord | None:
    if call_id is None:
        return None
    try:
        return await calls.get(session, calls.EVERYTHING, call_id)
    except NoSuch:
        return None


def _overlap(talk: ConversationRow, row: Recording) -> Span:
    """Where the conversation lies in the recording; one that has not ended lasts to its end."""
    duration = row.duration_s or 0.0
    end = duration if talk.ended_at is None else min(duration, _seconds(row, talk.ended_at))
    return Span(min(max(0.0, _seconds(row, talk.started_at)), duration), max(0.0, end))


def _seconds(row: Recording, at: datetime) -> float:
    return (at - row.started_at).total_seconds()


def _who_talked_longest(talks: Sequence[ConversationRow], row: Recording, speakers: set[int]) -> int | None:
    shares: dict[int, float] = dict.fromkeys(speakers, 0.0)
    for talk in talks:
        if talk.agent_id is not None and (not speakers or talk.agent_id in speakers):
            shares[talk.agent_id] = shares.get(talk.agent_id, 0.0) + _overlap(talk, row).length
    return max(sorted(shares), key=lambda agent_id: shares[agent_id], default=None)


def _hold(record: CallRecord, theirs: Sequence[ConversationRow]) -> float | None:
    if record.call.gap or not theirs or any(talk.ended_at is None for talk in theirs):
        return None
    return sum(talk.hold_s for talk in theirs)


def _waits(record: CallRecord, theirs: Sequence[ConversationRow], row: Recording) -> list[Wait] | None:
    """The stays in queues between the conversation before and the agent's first in this recording."""
    if record.call.gap or not theirs:
        return None
    until = min(talk.started_at for talk in theirs)
    since = max((t.ended_at for t in record.conversations if t.ended_at is not None and t.ended_at <= until), default=None)
    found = []
    for visit in record.visits:
        if visit.entered_at >= until or (since is not None and visit.entered_at < since):
            continue
        if visit.left_at is None or visit.outcome == "unknown":
            return None
        place = Span(max(0.0, _seconds(row, visit.entered_at)), max(0.0, _seconds(row, visit.left_at)))
        found.append(Wait(queue=visit.queue, place=place, seconds=max(0.0, (visit.left_at - visit.entered_at).total_seconds())))
    return found


async def _wrap_up(
    session: AsyncSession, record: CallRecord, agent_id: int | None, limit: float
) -> tuple[tuple[Given, str], datetime | None]:
    """Whether the agent did the work after the call, why, and, where it may still be done, until when."""
    ends = [talk.ended_at for talk in record.conversations if talk.agent_id == agent_id]
    if agent_id is None or not ends:
        return ("cannot_tell", "it is not known whose call it was"), None
    if any(note.author_id == agent_id for note in await notes.of_calls(session, [record.call.id])):
        return ("yes", "left a note on the call"), None
    if await dispositions.chosen(session, record.call.id, agent_id) is not None:
        return ("yes", "said what the call was about"), None
    if (ended := _latest(ends)) is None:
        return ("cannot_tell", "the conversation has no end"), None
    if limit <= 0:
        return ("na", "there is no time for a wrap-up"), None
    due = ended + timedelta(seconds=limit)
    shown = await intervals.between(session, agent_id, ended - CLOCKS, due + SETTLED)
    given = _closed(shown, record.call.id, due)
    return given, due + SETTLED if given[0] != "yes" and now() < due + SETTLED else None


def _latest(ends: Sequence[datetime | None]) -> datetime | None:
    """None where one of them is not over."""
    known = [end for end in ends if end is not None]
    return max(known) if len(known) == len(ends) else None


def _closed(shown: Sequence[PresenceInterval], call_id: str, due: datetime) -> tuple[Given, str]:
    """Did the agent close the wrap-up, or the time, or the next call?"""
    last = next((i for i in range(len(shown) - 1, -1, -1) if shown[i].state == State.WRAP_UP and shown[i].call_id == call_id), None)
    if last is None:
        return ("no", "left no note and had no wrap-up") if shown else ("cannot_tell", "the agent's presence is not known")
    ended_at = shown[last].ended_at
    if ended_at is None:
        return "cannot_tell", "the wrap-up is not over"
    if ended_at >= due - CLOCKS:
        return "no", "left no note, and the wrap-up ran out"
    if last + 1 < len(shown) and shown[last + 1].state not in SWITCH:
        return "no", "left no note before the next call"
    return "yes", f"closed the wrap-up after {(ended_at - shown[last].started_at).total_seconds():.0f} s"
