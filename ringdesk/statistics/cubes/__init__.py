"""Cubes: what is counted of which facts, by which keys. One statement counts a stretch of time, whether it fills a rollup or answers a
report about time that no rollup has yet."""

from ringdesk.statistics.cubes.adherence import ADHERENCE
from ringdesk.statistics.cubes.callbacks import CALLBACKS
from ringdesk.statistics.cubes.concurrency import CONCURRENCY
from ringdesk.statistics.cubes.cube import Cube
from ringdesk.statistics.cubes.dispositions import DISPOSITIONS
from ringdesk.statistics.cubes.lines import LINES
from ringdesk.statistics.cubes.people import PEOPLE
from ringdesk.statistics.cubes.presence import PRESENCE
from ringdesk.statistics.cubes.queues import QUEUES
from ringdesk.statistics.cubes.scores import SCORES
from ringdesk.statistics.cubes.spread import SPREAD
from ringdesk.statistics.cubes.teams import TEAM_TIME, TEAM_WORK
from ringdesk.statistics.cubes.transfers import TRANSFERS

CUBES: tuple[Cube, ...] = (
    QUEUES, PEOPLE, PRESENCE, ADHERENCE, TEAM_WORK, TEAM_TIME, LINES, CONCURRENCY, SPREAD, TRANSFERS, DISPOSITIONS, SCORES, CALLBACKS,
)  # fmt: skip
