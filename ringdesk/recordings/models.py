"""Recordings and what was heard in them. `recordings` is both the list and the queue of work: `step` says what is to be done next."""

from datetime import datetime
from typing import Literal

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, deferred, mapped_column

from ringdesk.storage.base import Base, CleanText, JsonObject, UtcDateTime

State = Literal["found", "stored", "transcribed", "scored", "no_model", "failed"]
Step = Literal["store", "transcribe", "score"]
Source = Literal["spool", "upload", "import"]
Side = Literal["customer", "agent"]
Role = Literal["mixed", "received", "transmitted", "stereo"]
"""Of a file: both sides in one channel; what the recorded channel said (MixMonitor's r), was sent (t); both, left what it said (D)."""
MarkKind = Literal["paused", "masked", "comment"]
ReviewState = Literal["open", "done", "answered", "closed"]
CallMarkKind = Literal["hold", "resume", "transfer", "pause_recording", "resume_recording"]


_WAITS = text("step IS NOT NULL AND state <> 'no_model'")  # an archive may wait for a model for long: nobody looks through it meanwhile
_NO_MODEL = text("state = 'no_model'")


class Recording(Base):
    __tablename__ = "recordings"
    __table_args__ = (
        Index("ix_recordings_call", "call_id"),
        Index("ix_recordings_started", "started_at", "id"),
        Index("ix_recordings_changed", "changed_at"),
        Index("ix_recordings_work", "step", "priority", "started_at", postgresql_where=_WAITS, sqlite_where=_WAITS),
        Index("ix_recordings_no_model", "language", postgresql_where=_NO_MODEL, sqlite_where=_NO_MODEL),
        Index(
            "ix_recordings_superseded",
            "superseded_key",
            postgresql_where=text("superseded_key IS NOT NULL"),
            sqlite_where=text("superseded_key IS NOT NULL"),
        ),
        {"sqlite_autoincrement": True},  # a deleted recording's id, which links and the audit trail name, is given to no other
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pbx: Mapped[str] = mapped_column(String(32))
    source: Mapped[Source] = mapped_column(String(8))
    key: Mapped[str] = mapped_column(CleanText(600), unique=True)
    """What makes the same file found twice one row: its place, time and size in the spool, or the hash of its content."""
    name: Mapped[str] = mapped_column(CleanText(512))
    """The file's name as found, for people. Never opened as a path."""
    parts: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    """`[{"path", "role"}]`: the files it is made of, as long as they lie outside the store. Paths are absolute and were checked."""
    side: Mapped[Side] = mapped_column(String(8), default="customer")
    """Whose channel was recorded: on the customer's, `received` is the customer."""

    call_id: Mapped[str | None] = mapped_column(CleanText(128))
    """None: matches no call (the state to be shown is then `unmatched`)."""
    queue: Mapped[str | None] = mapped_column(CleanText(128))
    """The queue of the recorded conversation; None without one."""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When its first sample was heard, by the PBX's clock where known."""
    duration_s: Mapped[float | None]
    channels: Mapped[int] = mapped_column(default=2)
    """2: agent left, customer right; 1: mixed."""
    language: Mapped[str | None] = mapped_column(String(16))

    state: Mapped[State] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(CleanText(500))
    """Why it failed or waits, in a sentence for people."""
    step: Mapped[Step | None] = mapped_column(String(12))
    """What is to be done next; None: nothing, or given up."""
    priority: Mapped[int] = mapped_column(default=0)
    """1: somebody asked for it. Else the newest comes first."""
    attempts: Mapped[int] = mapped_column(default=0)
    """Of this step."""
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(128))
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    progress: Mapped[float | None]
    """Of the transcription that is under way, 0 to 1."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    audio_key: Mapped[str | None] = mapped_column(String(256))
    """Its name in the store."""
    sha256: Mapped[str | None] = mapped_column(String(64))
    """Of the bytes in the store."""
    size: Mapped[int | None]
    """Bytes in the store."""
    sealed_with: Mapped[str | None] = mapped_column(String(16))
    """Fingerprint of the key it is encrypted with; None: plain."""
    superseded_key: Mapped[str | None] = mapped_column(String(256))
    """Audio in the store that was masked since: to be removed, by whoever comes by if it was not done at once."""
    withheld: Mapped[bool] = mapped_column(default=False)
    """Not to be heard by anybody yet: it is still to be searched for what must be masked."""
    legal_hold: Mapped[str | None] = mapped_column(CleanText(500))
    """The reason it must not be deleted."""


class RecordingAgent(Base):
    """Who speaks in it on our side: they may hear it."""

    __tablename__ = "recording_agents"
    __table_args__ = (Index("ix_recording_agents_agent", "agent_id", "recording_id"), {"sqlite_with_rowid": False})

    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"), primary_key=True)
    agent_id: Mapped[int] = mapped_column(primary_key=True)


class RecordingPeaks(Base):
    """The waveform: the loudest sample of each slice, one byte a slice and channel, channels one after the other."""

    __tablename__ = "recording_peaks"

    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"), primary_key=True)
    per_second: Mapped[int]
    peaks: Mapped[bytes] = deferred(mapped_column(LargeBinary))


class RecordingMark(Base):
    """Something at a place in the recording: silence where it was paused or masked, a comment."""

    __tablename__ = "recording_marks"
    __table_args__ = (Index("ix_recording_marks_recording", "recording_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"))
    kind: Mapped[MarkKind] = mapped_column(String(16))
    start_s: Mapped[float]
    end_s: Mapped[float | None]
    text: Mapped[str | None] = mapped_column(CleanText(2000))
    user_id: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CallMark(Base):
    """What happened during a call, by the PBX's clock: where it falls in a recording is reckoned from both beginnings."""

    __tablename__ = "call_marks"
    __table_args__ = (Index("ix_call_marks_call", "call_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(CleanText(128))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[CallMarkKind] = mapped_column(String(20))
    text: Mapped[str | None] = mapped_column(CleanText(200))
    user_id: Mapped[int | None]


class RecordingHint(Base):
    """What the PBX said when it began to write a file: whose call it is, before the file is there."""

    __tablename__ = "recording_hints"
    __table_args__ = (
        Index("ix_recording_hints_call", "call_id"),
        Index("ix_recording_hints_name", "name"),
        Index("ix_recording_hints_channel", "channel"),
    )

    path: Mapped[str] = mapped_column(CleanText(512), primary_key=True)
    """As the PBX names it (MIXMONITOR_FILENAME); `channel:` and the channel's uniqueid where it does not, because it writes only legs."""
    name: Mapped[str] = mapped_column(CleanText(256))
    """The path's last part: the PBX may see the folder at another place than this machine does."""
    call_id: Mapped[str] = mapped_column(CleanText(128))
    channel: Mapped[str] = mapped_column(CleanText(128))
    side: Mapped[Side] = mapped_column(String(8))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Listen(Base):
    __tablename__ = "recording_listens"
    __table_args__ = (Index("ix_recording_listens_recording", "recording_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"))
    user_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    downloaded: Mapped[bool] = mapped_column(default=False)


class Policy(Base):
    """How recordings of a queue, or of a number called, are treated; the row of neither is everybody's."""

    __tablename__ = "recording_policies"
    __table_args__ = (Index("uq_recording_policies_for", "queue", "did", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    queue: Mapped[str] = mapped_column(CleanText(128), default="")
    did: Mapped[str] = mapped_column(CleanText(64), default="")
    language: Mapped[str | None] = mapped_column(String(16))
    keep_days: Mapped[int | None]
    """None: for ever."""
    mask_cards: Mapped[bool] = mapped_column(default=True)
    mask_patterns: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Regular expressions over the spoken words in lower case, digits as digits."""
    withhold: Mapped[bool] = mapped_column(default=True)
    """Nobody hears it before it was searched for what is to be masked."""
    announcement: Mapped[str | None] = mapped_column(CleanText(128))
    """Sound file of the PBX that tells callers they are recorded."""
    opt_out_key: Mapped[str | None] = mapped_column(String(1))
    """Key by which a caller declines it."""


class Transcript(Base):
    __tablename__ = "transcripts"

    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str | None] = mapped_column(String(16))
    model: Mapped[str] = mapped_column(CleanText(256))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    utterances: Mapped[list[JsonObject]] = deferred(mapped_column(JSON))
    """As in the API: speaker, start, end, text, words[word, start, end, confidence]."""


class Said(Base):
    """What the search looks in: a recording's words by speaker, folded, with blanks between them. Beside it stands `said_words`, its
    index, which each database makes in its own way."""

    __tablename__ = "said"
    __table_args__ = (Index("uq_said_recording", "recording_id", unique=True), Index("ix_said_week", "week", "queue"))

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)
    """When the recording began, in microseconds since 1970; later where that is another's. So the index finds the newest first."""
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"))
    week: Mapped[str] = mapped_column(String(10))
    """Under which its phrases are counted (`PhraseWeek`), as is `queue`."""
    queue: Mapped[str] = mapped_column(CleanText(128))
    language: Mapped[str | None] = mapped_column(String(16))
    agent: Mapped[str] = mapped_column(Text)
    customer: Mapped[str] = mapped_column(Text)
    mixed: Mapped[str] = mapped_column(Text)
    spelled: Mapped[str] = mapped_column(Text)
    """The same words as they were heard, a line a speaker: with `times` a hit is shown and played without reading the transcript."""
    times: Mapped[bytes] = mapped_column(LargeBinary)
    """Begin and end of each word in milliseconds, four bytes each, speaker after speaker."""


class Scorecard(Base):
    __tablename__ = "scorecards"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    """The current one."""
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    rescore_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Recordings that began before are still to be put back to be scored by the current version; None: all were."""


class ScorecardVersion(Base):
    __tablename__ = "scorecard_versions"

    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecards.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    definition: Mapped[JsonObject] = mapped_column(JSON)
    """`scoring.definition.Definition`."""
    created_by: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Score(Base):
    """One scorecard's result for one recording by one version of it. The newest version's is shown, the others are kept."""

    __tablename__ = "scores"
    __table_args__ = (
        Index("uq_scores_recording_version", "recording_id", "scorecard_id", "version", unique=True),
        Index("ix_scores_agent", "agent_id", "at"),
        Index("ix_scores_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"))
    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecards.id", ondelete="CASCADE"))
    version: Mapped[int]
    agent_id: Mapped[int | None]
    """Whose work it judges: who talked longest."""
    queue: Mapped[str | None] = mapped_column(CleanText(128))
    total: Mapped[float | None]
    """0 to 100; None where nothing could be told."""
    failed: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the recording began: trends go by it."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Answer(Base):
    __tablename__ = "score_answers"
    __table_args__ = (
        Index(
            "ix_score_answers_by_person",
            "score_id",
            "question_id",
            postgresql_where=text("person IS NOT NULL"),
            sqlite_where=text("person IS NOT NULL"),
        ),
        {"sqlite_with_rowid": False},
    )

    score_id: Mapped[int] = mapped_column(ForeignKey("scores.id", ondelete="CASCADE"), primary_key=True)
    question_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    machine: Mapped[str | None] = mapped_column(String(12))
    """yes, no, na or cannot_tell; None: not for the machine to answer."""
    evidence: Mapped[list[JsonObject]] = mapped_column(JSON, default=list)
    measured: Mapped[float | None]
    person: Mapped[str | None] = mapped_column(String(12))
    """What a reviewer answered: it counts."""
    user_id: Mapped[int | None]
    note: Mapped[str | None] = mapped_column(CleanText(2000))


class Review(Base):
    __tablename__ = "reviews"
    __table_args__ = (
        Index("ix_reviews_state", "state", "id"),
        Index("ix_reviews_recording", "recording_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"))
    score_id: Mapped[int | None] = mapped_column(ForeignKey("scores.id", ondelete="SET NULL"))
    agent_id: Mapped[int | None]
    state: Mapped[ReviewState] = mapped_column(String(12))
    """open, done (reviewed, the agent sees it), answered (the agent replied), closed."""
    why: Mapped[str] = mapped_column(CleanText(200))
    reviewer_id: Mapped[int | None]
    comment: Mapped[str | None] = mapped_column(CleanText(4000))
    reply: Mapped[str | None] = mapped_column(CleanText(4000))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReviewRule(Base):
    """Which scored recordings go to supervisors: a share of all, or of those below a mark."""

    __tablename__ = "review_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    queue: Mapped[str | None] = mapped_column(CleanText(128))
    below: Mapped[float | None]
    """Only totals below; None: any."""
    only_failed: Mapped[bool] = mapped_column(default=False)
    share: Mapped[float]
    """0 to 1, at random."""
    active: Mapped[bool] = mapped_column(default=True)


class Topic(Base):
    __tablename__ = "topics"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(CleanText(128), unique=True)
    phrases: Mapped[list[str]] = mapped_column(JSON)
    speaker: Mapped[Side | None] = mapped_column(String(8))


class PhraseWeek(Base):
    """In how many recordings of a week and queue a phrase was said."""

    __tablename__ = "phrase_weeks"
    __table_args__ = ({"sqlite_with_rowid": False},)

    week: Mapped[str] = mapped_column(String(10), primary_key=True)
    """Its Monday in the company's time zone, ISO 8601."""
    queue: Mapped[str] = mapped_column(CleanText(128), primary_key=True)
    """Empty: recorded outside of any."""
    phrase: Mapped[str] = mapped_column(CleanText(128), primary_key=True)
    recordings: Mapped[int]


class HouseSecret(Base):
    """Random keys this installation made for itself."""

    __tablename__ = "house_secrets"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    secret: Mapped[str] = mapped_column(String(128))
