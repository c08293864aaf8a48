"""Call-backs: callers whom nobody spoke with, and how soon somebody did."""

from collections.abc import Sequence

from sqlalchemy import and_, case, func, literal

from ringdesk.crm.models import Callback
from ringdesk.statistics.cubes.cube import Cube, Source
from ringdesk.statistics.cubes.queues import one_if
from ringdesk.statistics.rollups import NONE, CallbackRollup
from ringdesk.storage.quarters import MICROS, span

WITHIN = {"15m": 15 * 60, "1h": 3600, "4h": 4 * 3600, "24h": 24 * 3600}  # seconds


def _sources() -> Sequence[Source]:
    row = Callback
    reached = row.done_how == "reached"
    took = span(row.first_at, row.done_at)
    return (
        Source(
            time=row.first_at,
            call_id=row.last_call_id,
            columns={
                "queue": func.coalesce(row.queue, NONE),
                "missed": literal(1),
                "called_back": one_if(reached),
                **{f"called_back_{name}": one_if(and_(reached, took <= seconds * MICROS)) for name, seconds in WITHIN.items()},
                "dismissed": one_if(row.done_how == "dismissed"),
                "open": one_if(row.state != "done"),
                "callback_us": case((reached, took), else_=literal(0)),
            },
            frame=lambda query: query.select_from(row),
        ),
    )


CALLBACKS = Cube(
    "callbacks",
    CallbackRollup,
    keys=("queue",),
    sums=("missed", "called_back", *(f"called_back_{name}" for name in WITHIN), "dismissed", "open", "callback_us"),
    totals=("queue",),
    sources=_sources,
)
