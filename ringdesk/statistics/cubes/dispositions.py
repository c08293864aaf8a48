"""Dispositions: how agents closed calls."""

from collections.abc import Sequence

from sqlalchemy import literal

from ringdesk.crm.models import CallDisposition
from ringdesk.statistics.cubes.cube import Cube, Source
from ringdesk.statistics.rollups import DispositionRollup


def _sources() -> Sequence[Source]:
    closed = CallDisposition
    return (
        Source(
            time=closed.call_at,
            call_id=closed.call_id,
            columns={
                "queue": closed.queue,
                "disposition_id": closed.disposition_id,
                "agent_id": closed.agent_id,
                "n": literal(1),
            },
            frame=lambda query: query.select_from(closed),
        ),
    )


DISPOSITIONS = Cube(
    "dispositions",
    DispositionRollup,
    keys=("queue", "disposition_id", "agent_id"),
    sums=("n",),
    totals=("queue", "agent_id"),
    sources=_sources,
)
