"""Rollups: sums of facts per quarter-hour, day and month. All of it can be made anew from the facts."""

from sqlalchemy import BigInteger, Index, Integer
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from ringdesk.storage.base import Base, CleanText

ALL = "*"
"""In place of a queue …: the sum over all of them, so that a total costs one row and not one each."""
ALL_IDS = 0
"""The same in place of an agent's id, which is never 0."""
NONE = ""
"""In place of a queue: a conversation that came through none."""

Big = BigInteger().with_variant(Integer, "sqlite")


class Rollup(Base):
    """What every rollup has: the level (`q` quarter-hour, `d` day, `m` month) and the bucket, counted from 1970: quarters in UTC, days
    and months in the company's time zone. Times are microseconds."""

    __abstract__ = True

    @declared_attr.directive
    def __table_args__(cls) -> tuple[object, ...]:
        # The primary key leads with what is asked for, so that a report reads rows that lie together; counting deletes by bucket.
        return (Index(f"ix_{cls.__tablename__}_bucket", "level", "bucket"), {"sqlite_with_rowid": False})


def key(length: int = 128) -> Mapped[str]:
    return mapped_column(CleanText(length), primary_key=True)


def bucket() -> Mapped[int]:
    return mapped_column(Integer, primary_key=True, autoincrement=False)


def count() -> Mapped[int]:
    return mapped_column(Big, default=0)


class QueueRollup(Rollup):
    """What happened in a queue: visits in the quarter they began, conversations and wrap-ups in theirs."""

    __tablename__ = "stats_queues"

    level: Mapped[str] = key(1)
    queue: Mapped[str] = key()
    bucket: Mapped[int] = bucket()
    offered: Mapped[int] = count()
    answered: Mapped[int] = count()
    abandoned: Mapped[int] = count()
    short_abandoned: Mapped[int] = count()
    timed_out: Mapped[int] = count()
    transferred: Mapped[int] = count()
    full: Mapped[int] = count()
    empty: Mapped[int] = count()
    unknown: Mapped[int] = count()
    waiting: Mapped[int] = count()
    """Not over yet."""
    answered_in_sl: Mapped[int] = count()
    sl_met: Mapped[int] = count()
    sl_of: Mapped[int] = count()
    """Numerator and denominator of the service level in the variant that the queue had when this was counted."""
    answer_wait_us: Mapped[int] = count()
    abandon_wait_us: Mapped[int] = count()
    left_wait_us: Mapped[int] = count()
    """Of those who left in another way: they waited, too, and did not give up."""
    longest_wait_us: Mapped[int] = count()
    conversations: Mapped[int] = count()
    talk_us: Mapped[int] = count()
    """Without hold."""
    hold_us: Mapped[int] = count()
    transfers: Mapped[int] = count()
    wraps: Mapped[int] = count()
    wrap_us: Mapped[int] = count()
    callers: Mapped[int] = count()
    """Answered calls of a known number, each in the queue it came to first: whom the repeats are measured against."""
    repeats_1d: Mapped[int] = count()
    repeats_3d: Mapped[int] = count()
    repeats_7d: Mapped[int] = count()
    repeats_14d: Mapped[int] = count()
    repeats_30d: Mapped[int] = count()


class Work(Rollup):
    """What somebody did. Offers in the time they rang, conversations and wrap-ups in the time they began. Queue `` is a call that came
    through none."""

    __abstract__ = True

    level: Mapped[str] = key(1)
    queue: Mapped[str] = key()
    bucket: Mapped[int] = bucket()
    who: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    offers: Mapped[int] = count()
    offers_answered: Mapped[int] = count()
    offers_missed: Mapped[int] = count()
    offers_rejected: Mapped[int] = count()
    offers_busy: Mapped[int] = count()
    offers_cancelled: Mapped[int] = count()
    ring_us: Mapped[int] = count()
    conversations: Mapped[int] = count()
    talk_us: Mapped[int] = count()
    hold_us: Mapped[int] = count()
    longest_talk_us: Mapped[int] = count()
    transfers: Mapped[int] = count()
    ended_by_agent: Mapped[int] = count()
    wraps: Mapped[int] = count()
    wrap_us: Mapped[int] = count()
    calls_out: Mapped[int] = count()
    calls_out_answered: Mapped[int] = count()


class PeopleRollup(Work):
    """What agents did; `who` is a user's id."""

    __tablename__ = "stats_people"


class TeamWorkRollup(Work):
    """What teams' members did while they were in the team; `who` is a team's id."""

    __tablename__ = "stats_team_work"


class TeamTimeRollup(Rollup):
    """How long a team's members were in which state, as planned and not, while they were in the team."""

    __tablename__ = "stats_team_time"

    level: Mapped[str] = key(1)
    bucket: Mapped[int] = bucket()
    who: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    available_us: Mapped[int] = count()
    ringing_us: Mapped[int] = count()
    talking_us: Mapped[int] = count()
    wrapping_us: Mapped[int] = count()
    paused_us: Mapped[int] = count()
    offline_us: Mapped[int] = count()
    planned_us: Mapped[int] = count()
    """As in `AdherenceRollup`."""
    adherent_us: Mapped[int] = count()
    worked_us: Mapped[int] = count()


class PresenceRollup(Rollup):
    """How long agents were in which state, each interval cut at midnight."""

    __tablename__ = "stats_presence"

    level: Mapped[str] = key(1)
    bucket: Mapped[int] = bucket()
    who: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    state: Mapped[str] = key(16)
    reason: Mapped[str] = key(64)
    us: Mapped[int] = count()


class AdherenceRollup(Rollup):
    """How long agents were meant to work, and did; each shift cut at midnight."""

    __tablename__ = "stats_adherence"

    level: Mapped[str] = key(1)
    bucket: Mapped[int] = bucket()
    who: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    planned_us: Mapped[int] = count()
    """Planned for work; breaks and what is planned away from the phone are left out."""
    adherent_us: Mapped[int] = count()
    """At work while planned for it."""
    worked_us: Mapped[int] = count()
    """At work, planned or not."""


class LineRollup(Rollup):
    """Calls by `kind`: `direction`, `did` or `trunk`, and its value."""

    __tablename__ = "stats_lines"

    level: Mapped[str] = key(1)
    kind: Mapped[str] = key(16)
    name: Mapped[str] = key()
    bucket: Mapped[int] = bucket()
    calls: Mapped[int] = count()
    answered: Mapped[int] = count()
    abandoned: Mapped[int] = count()
    timed_out: Mapped[int] = count()
    no_answer: Mapped[int] = count()
    busy: Mapped[int] = count()
    failed: Mapped[int] = count()
    unknown: Mapped[int] = count()
    active: Mapped[int] = count()
    """Not over yet."""
    busy_us: Mapped[int] = count()
    """Time lines were taken: from the begin of each call to its end, in the quarter it began."""
    answered_us: Mapped[int] = count()
    """From the answer to the end."""


class ConcurrencyRollup(Rollup):
    """How many calls there were at once: of a line (`kind` is `house`, `direction`, `did` or `trunk`) the peak and the time-integral."""

    __tablename__ = "stats_concurrency"

    level: Mapped[str] = key(1)
    kind: Mapped[str] = key(16)
    name: Mapped[str] = key()
    bucket: Mapped[int] = bucket()
    peak: Mapped[int] = count()
    line_us: Mapped[int] = count()
    """Sum of the time of all calls within the bucket; divided by its length it is the traffic in erlangs."""


class SpreadRollup(Rollup):
    """Histograms. `kind` is `answered` or `abandoned` (wait), or `talk` (a conversation with its hold). `step`: see `steps`."""

    __tablename__ = "stats_spread"

    level: Mapped[str] = key(1)
    kind: Mapped[str] = key(16)
    queue: Mapped[str] = key()
    bucket: Mapped[int] = bucket()
    step: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    n: Mapped[int] = count()


class TransferRollup(Rollup):
    """From whom to whom: `from_agent` (0: nobody's phone) to an `agent` (id), a `queue` or a `number`."""

    __tablename__ = "stats_transfers"

    level: Mapped[str] = key(1)
    queue: Mapped[str] = key()
    bucket: Mapped[int] = bucket()
    from_agent: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    to_kind: Mapped[str] = key(8)
    to: Mapped[str] = key()
    n: Mapped[int] = count()


class DispositionRollup(Rollup):
    """What calls were about, as agents closed them."""

    __tablename__ = "stats_dispositions"

    level: Mapped[str] = key(1)
    queue: Mapped[str] = key()
    bucket: Mapped[int] = bucket()
    disposition_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    agent_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    n: Mapped[int] = count()


class ScoreRollup(Rollup):
    """Scores of recordings, in the day the recording began."""

    __tablename__ = "stats_scores"

    level: Mapped[str] = key(1)
    queue: Mapped[str] = key()
    bucket: Mapped[int] = bucket()
    agent_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    scorecard_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    scores: Mapped[int] = count()
    points: Mapped[int] = count()
    """Sum of totals in thousandths of a point."""
    failed: Mapped[int] = count()


class CallbackRollup(Rollup):
    """Missed callers in the day their first call was missed, and how soon somebody reached them."""

    __tablename__ = "stats_callbacks"

    level: Mapped[str] = key(1)
    queue: Mapped[str] = key()
    bucket: Mapped[int] = bucket()
    missed: Mapped[int] = count()
    called_back: Mapped[int] = count()
    called_back_15m: Mapped[int] = count()
    called_back_1h: Mapped[int] = count()
    called_back_4h: Mapped[int] = count()
    called_back_24h: Mapped[int] = count()
    dismissed: Mapped[int] = count()
    open: Mapped[int] = count()
    callback_us: Mapped[int] = count()
