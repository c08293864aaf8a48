"""Scores: what scorecards gave recordings, each by its newest version that judged the recording, when the recording began."""

from collections.abc import Sequence

from sqlalchemy import Numeric, case, cast, func, literal, select
from sqlalchemy.orm import aliased

from ringdesk.recordings.models import Recording, Score
from ringdesk.statistics.cubes.cube import Cube, Source
from ringdesk.statistics.cubes.queues import one_if
from ringdesk.statistics.rollups import NONE, ScoreRollup

NOBODY = 0  # in place of an agent's id: nobody of ours speaks in the recording
PARTS = 1000  # of a point


def _sources() -> Sequence[Source]:
    newer = aliased(Score)
    superseded = (
        select(newer.id)
        .where(newer.recording_id == Score.recording_id, newer.scorecard_id == Score.scorecard_id, newer.version > Score.version)
        .correlate(Score)
        .exists()
    )
    scored = Score.total.is_not(None)
    points = func.round(cast(Score.total * PARTS, Numeric))  # of a double PostgreSQL rounds halves to even, SQLite does not
    return (
        Source(
            time=Score.at,
            call_id=Recording.call_id,
            columns={
                "queue": func.coalesce(Score.queue, NONE),
                "agent_id": func.coalesce(Score.agent_id, NOBODY),
                "scorecard_id": Score.scorecard_id,
                "scores": one_if(scored),
                "points": case((scored, points), else_=literal(0)),
                "failed": one_if(Score.failed.is_(True)),
            },
            frame=lambda query: query.select_from(Score).join(Recording, Recording.id == Score.recording_id).where(~superseded),
        ),
    )


SCORES = Cube(
    "scores",
    ScoreRollup,
    keys=("queue", "agent_id", "scorecard_id"),
    sums=("scores", "points", "failed"),
    totals=("queue",),
    sources=_sources,
)
