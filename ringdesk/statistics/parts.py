"""What standard reports are put together from: dimensions, columns and parts of cubes."""

from ringdesk.statistics.catalogue import Dimension, Part, Pivot
from ringdesk.statistics.cubes.adherence import ADHERENCE
from ringdesk.statistics.cubes.concurrency import CONCURRENCY
from ringdesk.statistics.cubes.lines import LINES
from ringdesk.statistics.cubes.people import PEOPLE
from ringdesk.statistics.cubes.presence import OF_STATE, PRESENCE
from ringdesk.statistics.cubes.queues import QUEUES
from ringdesk.statistics.cubes.spread import SPREAD, Kind
from ringdesk.statistics.cubes.teams import TEAM_TIME, TEAM_WORK
from ringdesk.statistics.line_measures import CONCURRENCY_MEASURES, LINE_MEASURES
from ringdesk.statistics.measures import Measures
from ringdesk.statistics.query import Grain

QUEUE = Dimension(name="queue", label="Queue", unit="queue")
AGENT = Dimension(name="agent", label="Agent", unit="agent")
TEAM = Dimension(name="team", label="Team", unit="team")
NUMBER = Dimension(name="number", label="Number dialled", unit="number")
TRUNK = Dimension(name="trunk", label="Trunk", unit="trunk")
DIRECTION = Dimension(name="direction", label="Direction", unit="direction")
DISPOSITION = Dimension(name="disposition", label="Disposition", unit="disposition")
SCORECARD = Dimension(name="scorecard", label="Scorecard", unit="scorecard")
WAIT = Dimension(name="wait", label="Waited", unit="text", steps=True)
LASTED = Dimension(name="lasted", label="Lasted", unit="text", steps=True)
TO = Dimension(name="to", label="To", unit="text")

DAYS: tuple[Grain, ...] = ("total", "day", "week", "month")
WITHIN_DAYS: tuple[Grain, ...] = ("total", "15m", "30m", "hour", "day", "week", "month")
STATES = Pivot("state", "us", OF_STATE)

OF_QUEUES = Part(cube=QUEUES, keys={"queue": "queue"}, bound="queue")
OF_AGENTS = (
    Part(cube=PEOPLE, keys={"agent": "who", "queue": "queue"}, bound="agent"),
    Part(cube=PRESENCE, keys={"agent": "who"}, pivot=STATES, bound="agent"),
    Part(cube=ADHERENCE, keys={"agent": "who"}, bound="agent"),
)
OF_TEAMS = (
    Part(cube=TEAM_WORK, keys={"team": "who", "queue": "queue"}, bound="team"),
    Part(cube=TEAM_TIME, keys={"team": "who"}, bound="team"),
)
SERVICE = ("offered", "answered", "abandoned", "service_level", "answer_rate", "abandon_rate", "asa_s", "longest_wait_s", "aht_s")
WORK = (
    "offers", "offers_answered", "offers_missed", "conversations", "talk_s", "hold_s", "wrap_s", "aht_s", "signed_in_s", "available_s",
    "paused_s", "occupancy", "utilisation", "adherence", "calls_per_hour", "transfer_rate",
)  # fmt: skip
LINE_AND_PEAK = {**LINE_MEASURES, **CONCURRENCY_MEASURES}
LINE = ("calls", "answered", "abandoned", "answer_rate", "line_s", "mean_call_s", "peak", "erlangs")

WIDER = "Later bars stand for more time: single seconds at first, minutes in the end. Compare heights of bars of one width only."
HISTOGRAMS = Measures()
_count = HISTOGRAMS.count
_count("answered", "Answered", "Callers who were answered after they had waited so long.")
_count("abandoned", "Gave up", "Callers who hung up after they had waited so long.")
_count("conversations", "Conversations", "Conversations that took so long, hold among it.")


def steps(kind: Kind, sum: str, dimension: str) -> Part:
    """A histogram: each step a row."""
    return Part(cube=SPREAD, only={"kind": [kind]}, keys={"queue": "queue", dimension: "step"}, names={"n": sum}, bound="queue")


def lines(kind: str, dimension: str, *names: str) -> tuple[Part, ...]:
    """`names`: all that there are, where that is known: the rollups are then read by their keys."""
    only: dict[str, list[str | int]] = {"kind": [kind], **({"name": list(names)} if names else {})}
    return tuple(Part(cube=cube, only=only, keys={dimension: "name"}) for cube in (LINES, CONCURRENCY))
