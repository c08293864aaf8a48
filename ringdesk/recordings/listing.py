"""Recordings as they are listed and shown: by scope, filter and order, with what belongs to them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.recordings.access import RecordingScope
from ringdesk.recordings.models import Listen, Recording, RecordingAgent, Score, ScorecardVersion, Transcript
from ringdesk.storage import paging
from ringdesk.telephony import calls
from ringdesk.telephony.calls import CallFilter

Sort = Literal["started_at", "-started_at", "duration_s", "-duration_s"]
ShownState = Literal["found", "stored", "transcribed", "scored", "no_model", "unmatched", "failed"]
LISTENS = 10  # of the newest; all of them are in the audit log
OWN_STATE = ("found", "failed")  # what a recording without a call is shown as where there is more to say than "unmatched"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFilter:
    """None narrows nothing. Times are [since, until) of the recording's beginning."""

    call_id: str | None = None
    state: ShownState | None = None
    queue: str | None = None
    agent_id: int | None = None
    customer_id: int | None = None
    number: str | None = None
    """The look-up key of the customer's number."""
    since: datetime | None = None
    until: datetime | None = None
    scored_below: float | None = None
    scored_agent: int | None = None
    """Whose scores count for that; None: everybody's."""


@dataclass(frozen=True, slots=True)
class Scored:
    agent_id: int | None
    """Whose work it judges."""
    scorecard: str
    total: float | None
    failed: bool
    passed: bool | None


@dataclass(slots=True)
class Around:
    """What a list shows beside the row."""

    agents: list[int] = field(default_factory=list)
    listens: list[Listen] = field(default_factory=list)
    transcript: bool = False
    score: Scored | None = None


def shown_state(row: Recording) -> ShownState:
    return "unmatched" if row.call_id is None and row.state not in OWN_STATE else row.state


async def page(
    session: AsyncSession, scope: RecordingScope, wanted: RecordingFilter, *, sort: Sort, cursor: str | None, limit: int
) -> tuple[Sequence[Recording], str | None]:
    """A page of recordings, and the cursor of the next one or None. Those of a length not known yet count as the shortest."""
    descending = sort.startswith("-")
    by_length = sort.endswith("duration_s")
    first = func.coalesce(Recording.duration_s, -1.0) if by_length else Recording.started_at
    keys = [paging.Key(first, descending, float if by_length else datetime), paging.Key(Recording.id, descending, int)]
    query = select(Recording).where(scope.condition(), *_conditions(wanted))
    rows = (await session.scalars(paging.page(query, keys, cursor, limit))).all()
    shown = rows[:limit]
    if len(rows) <= limit:
        return shown, None
    last = shown[-1]
    value = (-1.0 if last.duration_s is None else float(last.duration_s)) if by_length else last.started_at
    return shown, paging.encode([value, last.id])


async def of_calls(session: AsyncSession, scope: RecordingScope, call_ids: Sequence[str]) -> dict[str, list[int]]:
    """The recordings of these calls that may be heard, in the order they began."""
    if not call_ids:
        return {}
    query = select(Recording.call_id, Recording.id).where(Recording.call_id.in_(call_ids), scope.condition())
    found: dict[str, list[int]] = {}
    for call_id, recording_id in await session.execute(query.order_by(Recording.started_at, Recording.id)):
        found.setdefault(str(call_id), []).append(recording_id)
    return found


async def around(session: AsyncSession, ids: Sequence[int], *, listens: bool) -> dict[int, Around]:
    """What belongs to these recordings; who heard them only if `listens`."""
    found = {i: Around() for i in ids}
    if not found:
        return found
    agents = select(RecordingAgent).where(RecordingAgent.recording_id.in_(ids)).order_by(RecordingAgent.agent_id)
    for row in await session.scalars(agents):
        found[row.recording_id].agents.append(row.agent_id)
    for recording_id in await session.scalars(select(Transcript.recording_id).where(Transcript.recording_id.in_(ids))):
        found[recording_id].transcript = True
    for recording_id, score in (await _scores(session, ids)).items():
        found[recording_id].score = score
    if listens:
        rank = func.row_number().over(partition_by=Listen.recording_id, order_by=Listen.id.desc()).label("rank")
        ranked = select(Listen.id, rank).where(Listen.recording_id.in_(ids)).subquery()
        newest = select(Listen).join(ranked, ranked.c.id == Listen.id).where(ranked.c.rank <= LISTENS).order_by(Listen.id.desc())
        for listen in await session.scalars(newest):
            found[listen.recording_id].listens.append(listen)
    return found


async def _scores(session: AsyncSession, ids: Sequence[int]) -> dict[int, Scored]:
    """The newest score of each."""
    newest = select(func.max(Score.id)).where(Score.recording_id.in_(ids)).group_by(Score.recording_id)
    of_version = and_(ScorecardVersion.scorecard_id == Score.scorecard_id, ScorecardVersion.version == Score.version)
    query = select(Score, ScorecardVersion.definition).join(ScorecardVersion, of_version).where(Score.id.in_(newest))
    found = {}
    for score, definition in await session.execute(query):
        passed = None if score.total is None else not score.failed and score.total >= float(definition.get("pass_mark", 0))
        name = str(definition.get("name", ""))
        found[score.recording_id] = Scored(agent_id=score.agent_id, scorecard=name, total=score.total, failed=score.failed, passed=passed)
    return found


def _conditions(wanted: RecordingFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.call_id is not None:
        found.append(Recording.call_id == wanted.call_id)
    if wanted.state is not None:
        found.append(_in_state(wanted.state))
    if wanted.queue is not None:
        found.append(Recording.queue == wanted.queue)
    if wanted.agent_id is not None:
        found.append(exists().where(RecordingAgent.recording_id == Recording.id, RecordingAgent.agent_id == wanted.agent_id))
    if wanted.customer_id is not None or wanted.number is not None:
        theirs = calls.ids(CallFilter(customer_id=wanted.customer_id, number=wanted.number))
        found.append(Recording.call_id.in_(theirs))
    if wanted.since is not None:
        found.append(Recording.started_at >= wanted.since)
    if wanted.until is not None:
        found.append(Recording.started_at < wanted.until)
    if wanted.scored_below is not None:
        newest = select(func.max(Score.id)).where(Score.recording_id == Recording.id).correlate(Recording).scalar_subquery()
        below = exists().where(Score.recording_id == Recording.id, Score.id == newest, Score.total < wanted.scored_below)
        found.append(below if wanted.scored_agent is None else below.where(Score.agent_id == wanted.scored_agent))
    return found


def _in_state(state: ShownState) -> ColumnElement[bool]:
    if state == "unmatched":
        return and_(Recording.call_id.is_(None), Recording.state.not_in(OWN_STATE))
    if state in OWN_STATE:
        return Recording.state == state
    return and_(Recording.state == state, Recording.call_id.is_not(None))
