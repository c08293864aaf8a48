"""Statistics: rollups of facts, own reports and their e-mails; and facts they count: trunks, team stays, shifts, dispositions."""

import sqlalchemy as sa
from alembic import op

from ringdesk.storage.base import CleanText, UtcDateTime

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "changed_quarters",
        sa.Column("quarter", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("changes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("quarter", name=op.f("pk_changed_quarters")),
    )
    op.create_table(
        "dispositions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("queue", CleanText(length=128), nullable=False),
        sa.Column("name", CleanText(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispositions")),
        sa.UniqueConstraint("queue", "name", name=op.f("uq_dispositions_queue_name")),
    )
    op.create_table(
        "queue_targets",
        sa.Column("queue", CleanText(length=128), nullable=False),
        sa.Column("answer_within_s", sa.Float(), nullable=False),
        sa.Column("target", sa.Float(), nullable=False),
        sa.Column("short_abandon_s", sa.Float(), nullable=False),
        sa.Column("variant", sa.String(length=32), nullable=False),
        sa.Column("changed_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("queue", name=op.f("pk_queue_targets")),
    )
    op.create_table(
        "stats_adherence",
        sa.Column("level", CleanText(length=1), nullable=False),
        sa.Column("kind", CleanText(length=8), nullable=False),
        sa.Column("bucket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("who", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("planned_us", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("adherent_us", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("worked_us", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("level", "kind", "bucket", "who", name=op.f("pk_stats_adherence")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("stats_adherence", schema=None) as batch_op:
        batch_op.create_index("ix_stats_adherence_bucket", ["level", "bucket"], unique=False)

    op.create_table(
        "stats_callbacks",
        sa.Column("level", CleanText(length=1), nullable=False),
        sa.Column("queue", CleanText(length=128), nullable=False),
        sa.Column("bucket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("missed", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("called_back", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("called_back_15m", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("called_back_1h", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("called_back_4h", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("called_back_24h", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("dismissed", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("open", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("callback_us", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("level", "queue", "bucket", name=op.f("pk_stats_callbacks")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("stats_callbacks", schema=None) as batch_op:
        batch_op.create_index("ix_stats_callbacks_bucket", ["level", "bucket"], unique=False)

    op.create_table(
        "stats_concurrency",
        sa.Column("level", CleanText(length=1), nullable=False),
        sa.Column("kind", CleanText(length=16), nullable=False),
        sa.Column("name", CleanText(length=128), nullable=False),
        sa.Column("bucket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("peak", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_us", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("level", "kind", "name", "bucket", name=op.f("pk_stats_concurrency")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("stats_concurrency", schema=None) as batch_op:
        batch_op.create_index("ix_stats_concurrency_bucket", ["level", "bucket"], unique=False)

    op.create_table(
        "stats_dispositions",
        sa.Column("level", CleanText(length=1), nullable=False),
        sa.Column("queue", CleanText(length=128), nullable=False),
        sa.Column("bucket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("disposition_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("agent_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("level", "queue", "bucket", "disposition_id", "agent_id", name=op.f("pk_stats_dispositions")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("stats_dispositions", schema=None) as batch_op:
        batch_op.create_index("ix_stats_dispositions_bucket", ["level", "bucket"], unique=False)

    op.create_table(
        "stats_folded",
        sa.Column("level", sa.String(length=1), nullable=False),
        sa.Column("bucket", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("level", "bucket", name=op.f("pk_stats_folded")),
    )
    op.create_table(
        "stats_lines",
        sa.Column("level", CleanText(length=1), nullable=False),
        sa.Column("kind", CleanText(length=16), nullable=False),
        sa.Column("name", CleanText(length=128), nullable=False),
        sa.Column("bucket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("calls", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answered", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("abandoned", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("timed_out", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("no_answer", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("busy", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("failed", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unknown", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("active", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("busy_us", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answered_us", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("level", "kind", "name", "bucket", name=op.f("pk_stats_lines")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("stats_lines", schema=None) as batch_op:
        batch_op.create_index("ix_stats_lines_bucket", ["level", "bucket"], unique=False)

    op.create_table(
        "stats_people",
        sa.Column("level", CleanText(length=1), nullable=False),
        sa.Column("kind", CleanText(length=8), nullable=False),
        sa.Column("queue", CleanText(length=128), nullable=False),
        sa.Column("bucket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("who", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("offers", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("offers_answered", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("offers_missed", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("offers_rejected", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("offers_busy", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("offers_cancelled", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ring_us", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("conversations", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("talk_us", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hold_us", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("longest_talk_us", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("transfers", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ended_by_agent", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("wraps", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("wrap_us", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("calls_out", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("calls_out_answered", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("level", "kind", "queue", "bucket", "who", name=op.f("pk_stats_people")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("stats_people", schema=None) as batch_op:
        batch_op.create_index("ix_stats_people_bucket", ["level", "bucket"], unique=False)

    op.create_table(
        "stats_presence",
        sa.Column("level", CleanText(length=1), nullable=False),
        sa.Column("kind", CleanText(length=8), nullable=False),
        sa.Column("bucket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("who", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", CleanText(length=16), nullable=False),
        sa.Column("reason", CleanText(length=64), nullable=False),
        sa.Column("us", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("level", "kind", "bucket", "who", "state", "reason", name=op.f("pk_stats_presence")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("stats_presence", schema=None) as batch_op:
        batch_op.create_index("ix_stats_presence_bucket", ["level", "bucket"], unique=False)

    op.create_table(
        "stats_queues",
        sa.Column("level", CleanText(length=1), nullable=False),
        sa.Column("queue", CleanText(length=128), nullable=False),
        sa.Column("bucket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("offered", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answered", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("abandoned", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("short_abandoned", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("timed_out", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("transferred", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("full", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("empty", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unknown", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("waiting", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answered_in_sl", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sl_met", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sl_of", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answer_wait_us", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("abandon_wait_us", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("left_wait_us", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("longest_wait_us", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("conversations", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("talk_us", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hold_us", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("transfers", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("wraps", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("wrap_us", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("callers", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("repeats_1d", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("repeats_3d", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("repeats_7d", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("repeats_14d", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("repeats_30d", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("level", "queue", "bucket", name=op.f("pk_stats_queues")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("stats_queues", schema=None) as batch_op:
        batch_op.create_index("ix_stats_queues_bucket", ["level", "bucket"], unique=False)

    op.create_table(
        "stats_scores",
        sa.Column("level", CleanText(length=1), nullable=False),
        sa.Column("queue", CleanText(length=128), nullable=False),
        sa.Column("bucket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("agent_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("scorecard_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("scores", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("failed", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("level", "queue", "bucket", "agent_id", "scorecard_id", name=op.f("pk_stats_scores")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("stats_scores", schema=None) as batch_op:
        batch_op.create_index("ix_stats_scores_bucket", ["level", "bucket"], unique=False)

    op.create_table(
        "stats_spread",
        sa.Column("level", CleanText(length=1), nullable=False),
        sa.Column("kind", CleanText(length=16), nullable=False),
        sa.Column("queue", CleanText(length=128), nullable=False),
        sa.Column("bucket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("level", "kind", "queue", "bucket", "step", name=op.f("pk_stats_spread")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("stats_spread", schema=None) as batch_op:
        batch_op.create_index("ix_stats_spread_bucket", ["level", "bucket"], unique=False)

    op.create_table(
        "stats_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("recipe", sa.Integer(), nullable=False),
        sa.Column("recount_before", sa.Integer(), nullable=True),
        sa.Column("recount_from", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stats_state")),
    )
    op.create_table(
        "stats_transfers",
        sa.Column("level", CleanText(length=1), nullable=False),
        sa.Column("queue", CleanText(length=128), nullable=False),
        sa.Column("bucket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("from_agent", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("to_kind", CleanText(length=8), nullable=False),
        sa.Column("to", CleanText(length=128), nullable=False),
        sa.Column("n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("level", "queue", "bucket", "from_agent", "to_kind", "to", name=op.f("pk_stats_transfers")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("stats_transfers", schema=None) as batch_op:
        batch_op.create_index("ix_stats_transfers_bucket", ["level", "bucket"], unique=False)

    op.create_table(
        "team_stays",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("team_name", CleanText(length=128), nullable=False),
        sa.Column("since", UtcDateTime(timezone=True), nullable=False),
        sa.Column("until", UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_stays")),
    )
    with op.batch_alter_table("team_stays", schema=None) as batch_op:
        batch_op.create_index("ix_team_stays_user", ["user_id", "since"], unique=False)

    op.create_table(
        "call_dispositions",
        sa.Column("call_id", CleanText(length=128), nullable=False),
        sa.Column("agent_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("disposition_id", sa.Integer(), nullable=False),
        sa.Column("queue", CleanText(length=128), nullable=False),
        sa.Column("call_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["disposition_id"], ["dispositions.id"], name=op.f("fk_call_dispositions_disposition_id")),
        sa.PrimaryKeyConstraint("call_id", "agent_id", name=op.f("pk_call_dispositions")),
    )
    with op.batch_alter_table("call_dispositions", schema=None) as batch_op:
        batch_op.create_index("ix_call_dispositions_call_at", ["call_at"], unique=False)

    op.create_table(
        "dashboards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", CleanText(length=128), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("everybody", sa.Boolean(), nullable=False),
        sa.Column("tiles", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_dashboards_owner_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_dashboards_team_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dashboards")),
    )
    op.create_table(
        "own_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", CleanText(length=128), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("everybody", sa.Boolean(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_own_reports_owner_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_own_reports_team_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_reports")),
    )
    op.create_table(
        "shifts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("activity", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_shifts_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
    )
    with op.batch_alter_table("shifts", schema=None) as batch_op:
        batch_op.create_index("ix_shifts_starts", ["starts_at"], unique=False)
        batch_op.create_index("ix_shifts_user", ["user_id", "starts_at"], unique=False)

    op.create_table(
        "report_schedules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("every", sa.String(length=8), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("day", sa.Integer(), nullable=True),
        sa.Column("at", sa.String(length=5), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("format", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("next_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.String(length=64), nullable=True),
        sa.Column("claimed_until", UtcDateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("error", CleanText(length=500), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_report_schedules_owner_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["report_id"], ["own_reports.id"], name=op.f("fk_report_schedules_report_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_schedules")),
    )
    with op.batch_alter_table("report_schedules", schema=None) as batch_op:
        batch_op.create_index("ix_report_schedules_next", ["next_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_schedules_report_id"), ["report_id"], unique=False)

    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.add_column(sa.Column("trunk", CleanText(length=128), nullable=True))
    # Statistics find facts by their moment.
    op.create_index("ix_queue_visits_entered", "queue_visits", ["entered_at"], unique=False)
    op.create_index("ix_offers_rung", "offers", ["rung_at"], unique=False)
    op.create_index("ix_conversations_started", "conversations", ["started_at"], unique=False)
    op.create_index("ix_presence_intervals_started", "presence_intervals", ["started_at"], unique=False)
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sent_to", CleanText(length=128), nullable=True))
    with op.batch_alter_table("callbacks", schema=None) as batch_op:
        batch_op.create_index("ix_callbacks_first", ["first_at"], unique=False)
    with op.batch_alter_table("scores", schema=None) as batch_op:
        batch_op.create_index("ix_scores_at", ["at"], unique=False)
    op.execute(
        "INSERT INTO queue_targets (queue, answer_within_s, target, short_abandon_s, variant, changed_at)"
        " VALUES ('*', 20, 0.8, 5, 'without_short', '2026-11-22 00:00:00.000000')"
    )
    # Stays are known from now on; who is in a team today was in it before as far as anybody can tell.
    op.execute(
        "INSERT INTO team_stays (team_id, user_id, team_name, since, until)"
        " SELECT m.team_id, m.user_id, t.name, u.created_at, NULL"
        " FROM team_members m JOIN teams t ON t.id = m.team_id JOIN users u ON u.id = m.user_id"
    )


def downgrade() -> None:
    for name in (
        "report_schedules",
        "shifts",
        "own_reports",
        "dashboards",
        "call_dispositions",
        "team_stays",
        "stats_adherence",
        "stats_transfers",
        "stats_state",
        "stats_spread",
        "stats_scores",
        "stats_queues",
        "stats_presence",
        "stats_people",
        "stats_lines",
        "stats_folded",
        "stats_dispositions",
        "stats_concurrency",
        "stats_callbacks",
        "queue_targets",
        "dispositions",
        "changed_quarters",
    ):
        op.drop_table(name)
    with op.batch_alter_table("scores", schema=None) as batch_op:
        batch_op.drop_index("ix_scores_at")
    with op.batch_alter_table("callbacks", schema=None) as batch_op:
        batch_op.drop_index("ix_callbacks_first")
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.drop_column("sent_to")
    op.drop_index("ix_presence_intervals_started", "presence_intervals")
    op.drop_index("ix_conversations_started", "conversations")
    op.drop_index("ix_offers_rung", "offers")
    op.drop_index("ix_queue_visits_entered", "queue_visits")
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.drop_column("trunk")
