"""Lines: calls by direction, by the number dialled, and by the trunk that joined them to the outside."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, literal

from ringdesk.statistics.cubes.cube import Cube, Source
from ringdesk.statistics.cubes.queues import one_if
from ringdesk.statistics.rollups import LineRollup
from ringdesk.storage.quarters import span
from ringdesk.telephony.models import CallRow

OUTCOMES = ("answered", "abandoned", "timed_out", "no_answer", "busy", "failed", "unknown")
KINDS: dict[str, tuple[ColumnElement[Any], ColumnElement[bool]]] = {  # kind of line → its name, which calls have one
    "direction": (CallRow.__table__.c.direction, CallRow.direction.is_not(None)),
    "did": (CallRow.__table__.c.did, CallRow.did.is_not(None)),
    "trunk": (CallRow.__table__.c.trunk, CallRow.trunk.is_not(None)),
}


def _calls(kind: str) -> Source:
    call = CallRow
    name, has = KINDS[kind]
    return Source(
        time=call.started_at,
        call_id=call.id,
        columns={
            "kind": literal(kind),
            "name": name,
            "calls": literal(1),
            **{outcome: one_if(call.outcome == outcome) for outcome in OUTCOMES},
            "active": one_if(call.ended_at.is_(None)),
            "busy_us": span(call.started_at, call.ended_at),
            "answered_us": span(call.answered_at, call.ended_at),
        },
        frame=lambda query: query.select_from(call).where(has, call.merged_into.is_(None)),
    )


def _sources() -> Sequence[Source]:
    return tuple(_calls(kind) for kind in KINDS)


LINES = Cube(
    "lines",
    LineRollup,
    keys=("kind", "name"),
    sums=("calls", *OUTCOMES, "active", "busy_us", "answered_us"),
    sources=_sources,
)
