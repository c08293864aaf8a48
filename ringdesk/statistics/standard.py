"""The standard reports, as data."""

from typing import get_args

from ringdesk.statistics.callback_measures import CALLBACK_MEASURES
from ringdesk.statistics.catalogue import Part, Pivot, Standard
from ringdesk.statistics.cubes.callbacks import CALLBACKS
from ringdesk.statistics.cubes.concurrency import CONCURRENCY
from ringdesk.statistics.cubes.dispositions import DISPOSITIONS
from ringdesk.statistics.cubes.scores import SCORES
from ringdesk.statistics.cubes.spread import KINDS, SPREAD
from ringdesk.statistics.cubes.transfers import TRANSFERS
from ringdesk.statistics.disposition_measures import DISPOSITION_MEASURES
from ringdesk.statistics.line_measures import CONCURRENCY_MEASURES
from ringdesk.statistics.parts import (
    AGENT,
    DAYS,
    DIRECTION,
    DISPOSITION,
    HISTOGRAMS,
    LASTED,
    LINE,
    LINE_AND_PEAK,
    NUMBER,
    OF_AGENTS,
    OF_QUEUES,
    OF_TEAMS,
    QUEUE,
    SCORECARD,
    SERVICE,
    TEAM,
    TO,
    TRUNK,
    WAIT,
    WIDER,
    WITHIN_DAYS,
    WORK,
    lines,
    steps,
)
from ringdesk.statistics.people_measures import PEOPLE_MEASURES
from ringdesk.statistics.queue_measures import QUEUE_MEASURES
from ringdesk.statistics.rollups import ALL
from ringdesk.statistics.score_measures import SCORE_MEASURES
from ringdesk.statistics.spread_measures import SPREAD_MEASURES
from ringdesk.statistics.spread_measures import names as names_of_steps
from ringdesk.statistics.transfer_measures import TRANSFER_MEASURES
from ringdesk.telephony.facts import Direction

_ALL = (
    Standard(
        name="overview",
        title="Overview",
        help="How is the service of the house?",
        parts=(OF_QUEUES,),
        measures=QUEUE_MEASURES,
        standard=(*SERVICE, "waiting", "overflowed", "transfer_rate", "fcr_7d"),
        dimensions=(QUEUE,),
        chart="line",
    ),
    Standard(
        name="queues",
        title="Queues",
        help="Which queues keep their promise, and which do not?",
        parts=(OF_QUEUES,),
        measures=QUEUE_MEASURES,
        standard=(*SERVICE, "overflowed", "transfer_rate"),
        dimensions=(QUEUE,),
        by=("queue",),
        chart="bar",
    ),
    Standard(
        name="agents",
        title="Agents",
        help="Who did what, and how did they spend their time?",
        parts=OF_AGENTS,
        measures=PEOPLE_MEASURES,
        standard=WORK,
        dimensions=(AGENT, QUEUE),
        by=("agent",),
        intervals=WITHIN_DAYS,
        chart="bar",
    ),
    Standard(
        name="teams",
        title="Teams",
        help="What did each team do, by who was in it at the time?",
        parts=OF_TEAMS,
        measures=PEOPLE_MEASURES,
        standard=WORK,
        note="Whoever was in several teams at once counts in each of them, and so more than once in the total.",
        dimensions=(TEAM, QUEUE),
        by=("team",),
        intervals=WITHIN_DAYS,
        chart="bar",
    ),
    Standard(
        name="intervals",
        title="Intervals",
        help="At which hours of which days do people call, and how well are they served then?",
        parts=(OF_QUEUES,),
        measures=QUEUE_MEASURES,
        standard=("offered", "answered", "abandoned", "service_level", "abandon_rate", "asa_s", "aht_s"),
        dimensions=(QUEUE,),
        intervals=("weekday_hour", "15m", "30m", "hour", "day"),
        chart="heat",
    ),
    Standard(
        name="outbound",
        title="Calls out",
        help="Who calls out, and whom do they reach?",
        parts=(OF_AGENTS[0],),
        measures={name: PEOPLE_MEASURES[name] for name in ("calls_out", "calls_out_answered", "reach_rate")},
        standard=("calls_out", "calls_out_answered", "reach_rate"),
        dimensions=(AGENT,),
        by=("agent",),
        intervals=WITHIN_DAYS,
        chart="bar",
    ),
    Standard(
        name="waits",
        title="Waits",
        help="How long do callers wait until they are answered, and until they give up?",
        parts=(steps("answered", "answered", "wait"), steps("abandoned", "abandoned", "wait")),
        measures={name: HISTOGRAMS[name] for name in ("answered", "abandoned")},
        standard=("answered", "abandoned"),
        note=WIDER,
        dimensions=(WAIT, QUEUE),
        by=("wait",),
        intervals=DAYS,
        chart="histogram",
    ),
    Standard(
        name="abandons",
        title="Abandons",
        help="When do callers give up?",
        parts=(steps("abandoned", "abandoned", "wait"),),
        measures={"abandoned": HISTOGRAMS["abandoned"]},
        standard=("abandoned",),
        note=WIDER,
        dimensions=(WAIT, QUEUE),
        by=("wait",),
        intervals=DAYS,
        chart="histogram",
    ),
    Standard(
        name="talks",
        title="Length of conversations",
        help="How long do conversations take?",
        parts=(steps("talk", "conversations", "lasted"),),
        measures={"conversations": HISTOGRAMS["conversations"]},
        standard=("conversations",),
        note=WIDER,
        dimensions=(LASTED, QUEUE),
        by=("lasted",),
        intervals=DAYS,
        chart="histogram",
    ),
    Standard(
        name="percentiles",
        title="Percentiles",
        help="How long did most callers wait, how long did most conversations take?",
        parts=tuple(
            Part(
                cube=SPREAD,
                only={"kind": [kind]},
                keys={"queue": "queue"},
                pivot=Pivot("step", "n", names_of_steps(kind)),
                bound="queue",
            )
            for kind in KINDS
        ),
        measures=SPREAD_MEASURES,
        standard=("answered_p50_s", "answered_p80_s", "answered_p95_s", "abandoned_p50_s", "abandoned_p80_s", "talk_p50_s", "talk_p95_s"),
        dimensions=(QUEUE,),
        by=("queue",),
        intervals=DAYS,
        chart="bar",
    ),
    Standard(
        name="transfers",
        title="Transfers",
        help="From whom to whom are callers passed on?",
        parts=(
            Part(cube=TRANSFERS, keys={"agent": "from_agent", "queue": "queue", "to": ("to_kind", "to")}, bound="agent"),
        ),
        measures=TRANSFER_MEASURES,
        standard=tuple(TRANSFER_MEASURES),
        dimensions=(AGENT, TO, QUEUE),
        by=("agent", "to"),
        chart="flow",
    ),
    Standard(
        name="numbers",
        title="Numbers dialled",
        help="Which of the house's numbers are called, and are they answered?",
        parts=lines("did", "number"),
        measures=LINE_AND_PEAK,
        standard=LINE,
        dimensions=(NUMBER,),
        by=("number",),
        chart="bar",
    ),
    Standard(
        name="trunks",
        title="Trunks",
        help="How much are the lines to the outside used?",
        parts=lines("trunk", "trunk"),
        measures=LINE_AND_PEAK,
        standard=LINE,
        dimensions=(TRUNK,),
        by=("trunk",),
        chart="bar",
    ),
    Standard(
        name="directions",
        title="Calls in and out",
        help="How many calls come in, go out and stay within the house?",
        parts=lines("direction", "direction", *get_args(Direction)),
        measures=LINE_AND_PEAK,
        standard=LINE,
        dimensions=(DIRECTION,),
        by=("direction",),
        chart="bar",
    ),
    Standard(
        name="concurrency",
        title="Calls at once",
        help="How many calls are there at the same time?",
        parts=(Part(cube=CONCURRENCY, only={"kind": ["house"], "name": [ALL]}),),
        measures=CONCURRENCY_MEASURES,
        standard=("peak", "erlangs"),
        chart="line",
    ),
    Standard(
        name="dispositions",
        title="Dispositions",
        help="What are calls about?",
        parts=(
            Part(
                cube=DISPOSITIONS, keys={"disposition": "disposition_id", "agent": "agent_id", "queue": "queue"}, bound="agent"
            ),
        ),
        measures=DISPOSITION_MEASURES,
        standard=tuple(DISPOSITION_MEASURES),
        dimensions=(DISPOSITION, QUEUE, AGENT),
        by=("disposition",),
        chart="bar",
    ),
    Standard(
        name="scores",
        title="Scores of recordings",
        help="How good are the conversations, by scorecard, and is it getting better?",
        parts=(Part(cube=SCORES, keys={"scorecard": "scorecard_id", "agent": "agent_id", "queue": "queue"}, bound="agent"),),
        measures=SCORE_MEASURES,
        standard=tuple(SCORE_MEASURES),
        dimensions=(AGENT, QUEUE, SCORECARD),
        by=("agent",),
        chart="bar",
    ),
    Standard(
        name="callbacks",
        title="Missed and called back",
        help="Who called in vain, and how soon was somebody back to them?",
        parts=(Part(cube=CALLBACKS, keys={"queue": "queue"}, bound="queue"),),
        measures=CALLBACK_MEASURES,
        standard=("missed", "called_back", "called_back_rate", "callback_s", "open"),
        dimensions=(QUEUE,),
        by=("queue",),
        chart="bar",
    ),
)  # fmt: skip
STANDARDS: dict[str, Standard] = {standard.name: standard for standard in _ALL}
