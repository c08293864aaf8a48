"""Spread: histograms of how long callers waited until they were answered or gave up, and of how long conversations were."""

from collections.abc import Sequence
from typing import Literal, get_args

from sqlalchemy import func, literal

from ringdesk.statistics.cubes.cube import Cube, Source
from ringdesk.statistics.rollups import NONE, SpreadRollup
from ringdesk.statistics.steps import step_at
from ringdesk.storage.quarters import span
from ringdesk.telephony.models import ConversationRow, QueueVisitRow

Kind = Literal["answered", "abandoned", "talk"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def _waits(outcome: Kind) -> Source:
    visit = QueueVisitRow
    step = step_at(span(visit.entered_at, visit.left_at))
    return Source(
        time=visit.entered_at,
        call_id=visit.call_id,
        columns={"kind": literal(outcome), "queue": visit.queue, "step": step, "n": literal(1)},
        frame=lambda query: query.select_from(visit).where(visit.outcome == outcome),
    )


def _talks() -> Source:
    talk = ConversationRow
    step = step_at(span(talk.started_at, talk.ended_at))
    return Source(
        time=talk.started_at,
        call_id=talk.call_id,
        columns={"kind": literal("talk"), "queue": func.coalesce(talk.queue, NONE), "step": step, "n": literal(1)},
        frame=lambda query: query.select_from(talk).where(talk.ended_at.is_not(None)),
    )


def _sources() -> Sequence[Source]:
    return _waits("answered"), _waits("abandoned"), _talks()


SPREAD = Cube("spread", SpreadRollup, keys=("kind", "queue", "step"), sums=("n",), levels=("d", "m"), totals=("queue",), sources=_sources)
