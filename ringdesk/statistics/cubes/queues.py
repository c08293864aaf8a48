"""Queues: visits, who answered or gave up and when, the conversations and wrap-ups that followed, and who called again."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import aliased

from ringdesk.agents.models import PresenceInterval
from ringdesk.statistics.cubes.cube import Cube, Source
from ringdesk.statistics.models import QueueTarget
from ringdesk.statistics.rollups import QueueRollup
from ringdesk.storage.quarters import MICROS, micros, span
from ringdesk.telephony.models import CallRow, ConversationRow, QueueVisitRow

REPEATS = (1, 3, 7, 14, 30)  # days
OUTCOMES = ("answered", "abandoned", "timed_out", "transferred", "full", "empty", "unknown")


def one_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, literal(1)), else_=literal(0))


def _visits() -> Source:
    visit = QueueVisitRow
    own, house = aliased(QueueTarget), aliased(QueueTarget)
    wait = span(visit.entered_at, visit.left_at)

    def seconds(name: str) -> ColumnElement[int]:
        return func.coalesce(getattr(own, name), getattr(house, name)) * MICROS

    variant = func.coalesce(own.variant, house.variant)
    answered, abandoned = visit.outcome == "answered", visit.outcome == "abandoned"
    in_time, short = wait <= seconds("answer_within_s"), and_(abandoned, wait < seconds("short_abandon_s"))
    in_sl = and_(answered, in_time)
    over = visit.outcome.is_not(None)
    met = or_(in_sl, and_(variant == "abandoned_in_time_met", abandoned, in_time))
    counts = case(
        (variant == "answered", answered),
        (variant == "without_abandoned", and_(over, ~abandoned)),
        (variant == "without_short", and_(over, ~short)),
        (variant == "without_abandoned_in_time", and_(over, ~and_(abandoned, in_time))),
        else_=over,
    )
    return Source(
        time=visit.entered_at,
        call_id=visit.call_id,
        columns={
            "queue": visit.queue,
            "offered": literal(1),
            **{name: one_if(visit.outcome == name) for name in OUTCOMES},
            "waiting": one_if(visit.outcome.is_(None)),
            "short_abandoned": one_if(short),
            "answered_in_sl": one_if(in_sl),
            "sl_met": one_if(met),
            "sl_of": one_if(counts),
            "answer_wait_us": case((answered, wait), else_=literal(0)),
            "abandon_wait_us": case((abandoned, wait), else_=literal(0)),
            "left_wait_us": case((and_(over, ~answered, ~abandoned), wait), else_=literal(0)),
            "longest_wait_us": wait,
        },
        frame=lambda query: query.select_from(visit).outerjoin(own, own.queue == visit.queue).outerjoin(house, house.queue == "*"),
    )


def talked(talk: Any = ConversationRow) -> dict[str, ColumnElement[int]]:
    """Talk and hold of a conversation that is over, in microseconds. `hold_s` is kept with the microsecond's precision; talk is what is
    left."""
    hold = func.round(talk.hold_s * MICROS)
    return {
        "conversations": literal(1),
        "talk_us": span(talk.started_at, talk.ended_at) - hold,
        "hold_us": hold,
        "transfers": one_if(talk.ended_by == "transfer"),
    }


def _conversations() -> Source:
    talk = ConversationRow
    return Source(
        time=talk.started_at,
        call_id=talk.call_id,
        columns={"queue": talk.queue, **talked()},
        # one that goes on has no length yet: it would make every mean too small
        frame=lambda query: query.select_from(talk).where(talk.queue.is_not(None), talk.ended_at.is_not(None)),
    )


def wrap_queue(interval: Any) -> ColumnElement[str]:
    """The queue of the conversation that this wrap-up follows: the agent's last in that call before it."""
    talk = ConversationRow
    agent = talk.agent_id + 0  # found by its call: the agent's index would lead SQLite through all that the agent ever did
    return (
        select(talk.queue)
        .where(talk.call_id == interval.call_id, agent == interval.user_id, talk.started_at <= interval.started_at)
        .order_by(talk.started_at.desc(), talk.seq.desc())
        .limit(1)
        .correlate(interval)
        .scalar_subquery()
    )


def _wraps() -> Source:
    interval = PresenceInterval
    return Source(
        time=interval.started_at,
        call_id=interval.call_id,
        columns={"queue": wrap_queue(interval), "wraps": literal(1), "wrap_us": span(interval.started_at, interval.ended_at)},
        frame=lambda query: query.select_from(interval).where(
            interval.state == "wrap_up", interval.ended_at.is_not(None), interval.call_id.is_not(None), wrap_queue(interval).is_not(None)
        ),
    )


def _repeats() -> Source:
    """Answered calls by whether the same number had been answered so many days before. Looking back and not ahead, a count never changes
    by what happens later. Source: first-call resolution by repeat calls, Cleveland, Call Center Management on Fast Forward (2012)."""
    call, visit, before = CallRow, QueueVisitRow, aliased(CallRow)
    earlier = aliased(CallRow)
    last = (
        select(earlier.id)
        .where(
            earlier.number == call.number,
            earlier.started_at < call.started_at,
            earlier.direction == "in",
            earlier.answered_at.is_not(None),
            earlier.merged_into.is_(None),
        )
        .order_by(earlier.started_at.desc())
        .limit(1)
        .correlate(call)
        .scalar_subquery()
    )
    ago = micros(call.started_at) - micros(before.started_at)

    def frame(query: Select[Any]) -> Select[Any]:
        return (
            query.select_from(call)
            .join(visit, and_(visit.call_id == call.id, visit.seq == first))
            .outerjoin(before, before.id == last)
            .where(call.direction == "in", call.answered_at.is_not(None), call.number.is_not(None), call.merged_into.is_(None))
        )

    first = select(func.min(QueueVisitRow.seq)).where(QueueVisitRow.call_id == call.id).correlate(call).scalar_subquery()
    return Source(
        time=call.started_at,
        call_id=call.id,
        columns={
            "queue": visit.queue,
            "callers": literal(1),
            **{f"repeats_{days}d": one_if(ago <= days * 86400 * MICROS) for days in REPEATS},
        },
        frame=frame,
    )


def _sources() -> Sequence[Source]:
    return (_visits(), _conversations(), _wraps(), _repeats())


QUEUES = Cube(
    "queues",
    QueueRollup,
    keys=("queue",),
    sums=(
        "offered", "answered", "abandoned", "short_abandoned", "timed_out", "transferred", "full", "empty", "unknown", "waiting",
        "answered_in_sl", "sl_met", "sl_of", "answer_wait_us", "abandon_wait_us", "left_wait_us", "conversations", "talk_us", "hold_us",
        "transfers", "wraps", "wrap_us", "callers", *(f"repeats_{days}d" for days in REPEATS),
    ),
    maxima=("longest_wait_us",),
    totals=("queue",),
    sources=_sources,
)  # fmt: skip
