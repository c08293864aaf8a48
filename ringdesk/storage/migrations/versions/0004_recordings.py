"""Recordings, transcripts, scorecards, reviews."""

import sqlalchemy as sa
from alembic import op

from ringdesk.storage.base import CleanText, UtcDateTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "call_marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", CleanText(128), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", CleanText(200), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_marks")),
    )
    with op.batch_alter_table("call_marks", schema=None) as batch_op:
        batch_op.create_index("ix_call_marks_call", ["call_id", "at"], unique=False)

    op.create_table(
        "house_secrets",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("secret", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_house_secrets")),
    )
    op.create_table(
        "phrase_weeks",
        sa.Column("week", sa.String(length=10), nullable=False),
        sa.Column("queue", CleanText(128), nullable=False),
        sa.Column("phrase", CleanText(128), nullable=False),
        sa.Column("recordings", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("week", "queue", "phrase", name=op.f("pk_phrase_weeks")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "recording_hints",
        sa.Column("path", CleanText(512), nullable=False),
        sa.Column("name", CleanText(256), nullable=False),
        sa.Column("call_id", CleanText(128), nullable=False),
        sa.Column("channel", CleanText(128), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_recording_hints")),
    )
    with op.batch_alter_table("recording_hints", schema=None) as batch_op:
        batch_op.create_index("ix_recording_hints_call", ["call_id"], unique=False)
        batch_op.create_index("ix_recording_hints_channel", ["channel"], unique=False)
        batch_op.create_index("ix_recording_hints_name", ["name"], unique=False)

    op.create_table(
        "recording_policies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("queue", CleanText(128), nullable=False),
        sa.Column("did", CleanText(64), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("keep_days", sa.Integer(), nullable=True),
        sa.Column("mask_cards", sa.Boolean(), nullable=False),
        sa.Column("mask_patterns", sa.JSON(), nullable=False),
        sa.Column("withhold", sa.Boolean(), nullable=False),
        sa.Column("announcement", CleanText(128), nullable=True),
        sa.Column("opt_out_key", sa.String(length=1), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_policies")),
    )
    with op.batch_alter_table("recording_policies", schema=None) as batch_op:
        batch_op.create_index("uq_recording_policies_for", ["queue", "did"], unique=True)

    op.create_table(
        "recordings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pbx", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("key", CleanText(600), nullable=False),
        sa.Column("name", CleanText(512), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("call_id", CleanText(128), nullable=True),
        sa.Column("queue", CleanText(128), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("duration_s", sa.Double(), nullable=True),
        sa.Column("channels", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", CleanText(500), nullable=True),
        sa.Column("step", sa.String(length=12), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", UtcDateTime(), nullable=True),
        sa.Column("claimed_by", sa.String(length=128), nullable=True),
        sa.Column("claimed_until", UtcDateTime(), nullable=True),
        sa.Column("progress", sa.Double(), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("audio_key", sa.String(length=256), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("sealed_with", sa.String(length=16), nullable=True),
        sa.Column("superseded_key", sa.String(length=256), nullable=True),
        sa.Column("withheld", sa.Boolean(), nullable=False),
        sa.Column("legal_hold", CleanText(500), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recordings")),
        sa.UniqueConstraint("key", name=op.f("uq_recordings_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("recordings", schema=None) as batch_op:
        batch_op.create_index("ix_recordings_call", ["call_id"], unique=False)
        batch_op.create_index("ix_recordings_changed", ["changed_at"], unique=False)
        batch_op.create_index("ix_recordings_started", ["started_at", "id"], unique=False)
        batch_op.create_index(
            "ix_recordings_superseded",
            ["superseded_key"],
            unique=False,
            postgresql_where=sa.text("superseded_key IS NOT NULL"),
            sqlite_where=sa.text("superseded_key IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_recordings_work",
            ["step", "priority", "started_at"],
            unique=False,
            postgresql_where=sa.text("step IS NOT NULL AND state <> 'no_model'"),
            sqlite_where=sa.text("step IS NOT NULL AND state <> 'no_model'"),
        )
        batch_op.create_index(
            "ix_recordings_no_model",
            ["language"],
            unique=False,
            postgresql_where=sa.text("state = 'no_model'"),
            sqlite_where=sa.text("state = 'no_model'"),
        )

    op.create_table(
        "review_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("queue", CleanText(128), nullable=True),
        sa.Column("below", sa.Double(), nullable=True),
        sa.Column("only_failed", sa.Boolean(), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_rules")),
    )
    op.create_table(
        "scorecards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("rescore_before", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scorecards")),
    )
    op.create_table(
        "topics",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", CleanText(128), nullable=False),
        sa.Column("phrases", sa.JSON(), nullable=False),
        sa.Column("speaker", sa.String(length=8), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topics")),
        sa.UniqueConstraint("name", name=op.f("uq_topics_name")),
    )
    op.create_table(
        "recording_agents",
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_recording_agents_recording_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("recording_id", "agent_id", name=op.f("pk_recording_agents")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("recording_agents", schema=None) as batch_op:
        batch_op.create_index("ix_recording_agents_agent", ["agent_id", "recording_id"], unique=False)

    op.create_table(
        "recording_listens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("downloaded", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_recording_listens_recording_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_listens")),
    )
    with op.batch_alter_table("recording_listens", schema=None) as batch_op:
        batch_op.create_index("ix_recording_listens_recording", ["recording_id", "id"], unique=False)

    op.create_table(
        "recording_marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("start_s", sa.Double(), nullable=False),
        sa.Column("end_s", sa.Double(), nullable=True),
        sa.Column("text", CleanText(2000), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_recording_marks_recording_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_marks")),
    )
    with op.batch_alter_table("recording_marks", schema=None) as batch_op:
        batch_op.create_index("ix_recording_marks_recording", ["recording_id"], unique=False)

    op.create_table(
        "recording_peaks",
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("per_second", sa.Integer(), nullable=False),
        sa.Column("peaks", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_recording_peaks_recording_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("recording_id", name=op.f("pk_recording_peaks")),
    )
    op.create_table(
        "said",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("week", sa.String(length=10), nullable=False),
        sa.Column("queue", CleanText(128), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("mixed", sa.Text(), nullable=False),
        sa.Column("spelled", sa.Text(), nullable=False),
        sa.Column("times", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_said_recording_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_said")),
    )
    with op.batch_alter_table("said", schema=None) as batch_op:
        batch_op.create_index("uq_said_recording", ["recording_id"], unique=True)
        batch_op.create_index("ix_said_week", ["week", "queue"], unique=False)

    op.create_table(
        "scorecard_versions",
        sa.Column("scorecard_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["scorecard_id"], ["scorecards.id"], name=op.f("fk_scorecard_versions_scorecard_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("scorecard_id", "version", name=op.f("pk_scorecard_versions")),
    )
    op.create_table(
        "scores",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("scorecard_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("queue", CleanText(128), nullable=True),
        sa.Column("total", sa.Double(), nullable=True),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_scores_recording_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["scorecard_id"], ["scorecards.id"], name=op.f("fk_scores_scorecard_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scores")),
    )
    with op.batch_alter_table("scores", schema=None) as batch_op:
        batch_op.create_index("ix_scores_agent", ["agent_id", "at"], unique=False)
        batch_op.create_index("uq_scores_recording_version", ["recording_id", "scorecard_id", "version"], unique=True)

    op.create_table(
        "transcripts",
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("model", CleanText(256), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("utterances", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_transcripts_recording_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("recording_id", name=op.f("pk_transcripts")),
    )
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("score_id", sa.Integer(), nullable=True),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("why", CleanText(200), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("comment", CleanText(4000), nullable=True),
        sa.Column("reply", CleanText(4000), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("replied_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_reviews_recording_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["score_id"], ["scores.id"], name=op.f("fk_reviews_score_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.create_index("ix_reviews_recording", ["recording_id"], unique=False)
        batch_op.create_index("ix_reviews_state", ["state", "id"], unique=False)

    op.create_table(
        "score_answers",
        sa.Column("score_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(length=64), nullable=False),
        sa.Column("machine", sa.String(length=12), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("measured", sa.Double(), nullable=True),
        sa.Column("person", sa.String(length=12), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("note", CleanText(2000), nullable=True),
        sa.ForeignKeyConstraint(["score_id"], ["scores.id"], name=op.f("fk_score_answers_score_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("score_id", "question_id", name=op.f("pk_score_answers")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("score_answers", schema=None) as batch_op:
        batch_op.create_index(
            "ix_score_answers_by_person",
            ["score_id", "question_id"],
            unique=False,
            postgresql_where=sa.text("person IS NOT NULL"),
            sqlite_where=sa.text("person IS NOT NULL"),
        )


def downgrade() -> None:
    for name in (
        "score_answers",
        "reviews",
        "transcripts",
        "scores",
        "scorecard_versions",
        "said",
        "recording_peaks",
        "recording_marks",
        "recording_listens",
        "recording_agents",
        "topics",
        "scorecards",
        "review_rules",
        "recordings",
        "recording_policies",
        "recording_hints",
        "phrase_weeks",
        "house_secrets",
        "call_marks",
    ):
        op.drop_table(name)
