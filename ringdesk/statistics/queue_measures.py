"""Measures of queues."""

from collections.abc import Mapping

from ringdesk.statistics.cubes.queues import REPEATS
from ringdesk.statistics.handling_measures import HANDLING_MEASURES
from ringdesk.statistics.measures import Measures, Value, mean_s, share

QUEUE_MEASURES = Measures()
_add, _count, _time = QUEUE_MEASURES.add, QUEUE_MEASURES.count, QUEUE_MEASURES.time

_count("offered", "Offered", "Callers who entered the queue: every visit counts, also that of a caller who comes a second time.")
_count("answered", "Answered", "Visits that ended with an agent picking up.", better="up")
_count("abandoned", "Abandoned", "Callers who hung up while they waited, short ones among them.", better="down")
_count("short_abandoned", "Short abandons", "Abandoned sooner than the queue's threshold: misdialled rather than lost.")
_count("timed_out", "Timed out", "Callers whom the queue sent on because they had waited as long as it allows.", better="down")
_count("transferred", "Moved on", "Callers taken out of the queue before an agent answered: by a key they pressed or by a transfer.")
_count("full", "Full", "Callers who found the queue full.", better="down")
_count("empty", "Nobody there", "Callers whom the queue did not take or keep because no agent was there.", better="down")
_count("waiting", "Waiting now", "Visits that are not over yet.")
_count("unknown", "Unknown", "Visits whose end was not seen because the link to the PBX was down.", better="down")


@_add("Overflowed", "count", "timed_out", "full", "empty", "transferred", better="down", behind="overflowed")
def overflowed(of: Mapping[str, int]) -> Value:
    """Callers who left the queue for another destination, neither answered nor by giving up: timed out, full, nobody there, moved on.
    Source: ICMI, "overflow"."""
    return of["timed_out"] + of["full"] + of["empty"] + of["transferred"]


_count("answered_in_sl", "Answered in time", "Answered within the queue's threshold.", better="up", source="Cleveland, ch. 4")


@_add("Service level", "share", "sl_met", "sl_of", better="up")
def service_level(of: Mapping[str, int]) -> Value:
    """Share of callers answered within the queue's threshold. How callers who gave up count is chosen for each queue; changing that changes
    the past, too. A total adds each queue's callers in its own way.
    Source: Cleveland, ch. 4 and 12: five accepted ways to count abandons."""
    return share(of["sl_met"], of["sl_of"])


@_add("Answer rate", "share", "answered", "offered", "waiting", better="up")
def answer_rate(of: Mapping[str, int]) -> Value:
    """Answered visits of those that are over.
    Source: ICMI, "answer rate"."""
    return share(of["answered"], of["offered"] - of["waiting"])


@_add("Abandon rate", "share", "abandoned", "short_abandoned", "offered", "waiting", better="down")
def abandon_rate(of: Mapping[str, int]) -> Value:
    """Callers who gave up, of all whose visit is over, short abandons left out of both.
    Source: Cleveland, ch. 12, "abandonment rate"."""
    return share(of["abandoned"] - of["short_abandoned"], of["offered"] - of["waiting"] - of["short_abandoned"])


@_add("ASA", "seconds", "answer_wait_us", "answered", better="down")
def asa_s(of: Mapping[str, int]) -> Value:
    """Average speed of answer: mean wait of those who were answered, from entering the queue to the agent picking up.
    Source: Cleveland, ch. 4; holdtime of queue_log's CONNECT, with fractions of seconds."""
    return mean_s(of["answer_wait_us"], of["answered"])


@_add("Mean wait of who gave up", "seconds", "abandon_wait_us", "abandoned")
def abandon_wait_s(of: Mapping[str, int]) -> Value:
    """Mean wait of those who hung up.
    Source: Cleveland, ch. 12; waittime of queue_log's ABANDON."""
    return mean_s(of["abandon_wait_us"], of["abandoned"])


_time("longest_wait_s", "longest_wait_us", "Longest wait", "The longest that one caller waited, however it ended.", better="down",
      source="Cleveland, ch. 12, \"longest delay in queue\"")  # fmt: skip
_count(
    "conversations", "Conversations", "Conversations of agents with callers of this queue that are over; a transferred call has several."
)
QUEUE_MEASURES.update(HANDLING_MEASURES)


def _repeat_measures(days: int) -> None:
    column, within = f"repeats_{days}d", "a day" if days == 1 else f"{days} days"

    def repeat(of: Mapping[str, int]) -> Value:
        return share(of[column], of["callers"])

    repeat.__name__, repeat.__doc__ = (
        f"repeat_rate_{days}d",
        (
            f"Answered callers whose number had been answered within {within} before. Withheld numbers are left out of both.\n"
            'Source: Cleveland, ch. 12, "repeat calls".'
        ),
    )
    _add(f"Repeat callers, {within}", "share", column, "callers", better="down", behind=column)(repeat)

    def resolution(of: Mapping[str, int]) -> Value:
        return share(of["callers"] - of[column], of["callers"])

    resolution.__name__, resolution.__doc__ = (
        f"fcr_{days}d",
        (
            f"First-call resolution: answered callers who had not been answered within {within} before. It looks back, so that a day's "
            'figure never changes.\nSource: Cleveland, ch. 12, "first-call resolution" by repeat calls.'
        ),
    )
    _add(f"First-call resolution, {within}", "share", column, "callers", better="up")(resolution)


for _days in REPEATS:
    _repeat_measures(_days)
