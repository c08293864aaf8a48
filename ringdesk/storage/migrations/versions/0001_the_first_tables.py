"""The first tables"""

import sqlalchemy as sa
from alembic import op

from ringdesk.storage.base import CleanText, UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("subject_id", CleanText(128), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_subject", ["subject", "subject_id", "id"], unique=False)
        batch_op.create_index("ix_audit_user", ["user_id", "id"], unique=False)

    op.create_table(
        "calls",
        sa.Column("id", CleanText(128), nullable=False),
        sa.Column("pbx", sa.String(length=32), nullable=False),
        sa.Column("linkedid", CleanText(128), nullable=False),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("did", CleanText(64), nullable=True),
        sa.Column("origin", CleanText(128), nullable=True),
        sa.Column("caller_number", CleanText(128), nullable=True),
        sa.Column("caller_name", CleanText(256), nullable=True),
        sa.Column("number", CleanText(32), nullable=True),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("gap", sa.Boolean(), nullable=False),
        sa.Column("merged_into", CleanText(128), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
    )
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.create_index("ix_calls_customer", ["customer_id", "started_at"], unique=False)
        batch_op.create_index("ix_calls_number", ["number", "started_at"], unique=False)
        batch_op.create_index(
            "ix_calls_open", ["pbx"], unique=False, postgresql_where=sa.text("ended_at IS NULL"), sqlite_where=sa.text("ended_at IS NULL")
        )
        batch_op.create_index("ix_calls_started", ["started_at", "id"], unique=False)

    op.create_table(
        "conversations",
        sa.Column("call_id", CleanText(128), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("queue", CleanText(128), nullable=True),
        sa.Column("interface", CleanText(128), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("channel", CleanText(128), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("hold_s", sa.Double(), nullable=False),
        sa.Column("ended_by", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("call_id", "seq", name=op.f("pk_conversations")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.create_index("ix_conversations_agent", ["agent_id", "started_at"], unique=False)

    op.create_table(
        "login_failures",
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_login_failures")),
    )
    op.create_table(
        "offers",
        sa.Column("call_id", CleanText(128), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("visit_seq", sa.Integer(), nullable=True),
        sa.Column("queue", CleanText(128), nullable=True),
        sa.Column("interface", CleanText(128), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("channel", CleanText(128), nullable=True),
        sa.Column("rung_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("call_id", "seq", name=op.f("pk_offers")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.create_index("ix_offers_agent", ["agent_id", "rung_at"], unique=False)

    op.create_table(
        "queue_visits",
        sa.Column("call_id", CleanText(128), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("queue", CleanText(128), nullable=False),
        sa.Column("entered_at", UtcDateTime(), nullable=False),
        sa.Column("left_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("call_id", "seq", name=op.f("pk_queue_visits")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("queue_visits", schema=None) as batch_op:
        batch_op.create_index("ix_queue_visits_queue", ["queue", "entered_at"], unique=False)

    op.create_table(
        "teams",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", CleanText(128), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
        sa.UniqueConstraint("name", name=op.f("uq_teams_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", CleanText(64), nullable=False),
        sa.Column("display_name", CleanText(128), nullable=False),
        sa.Column("password_hash", sa.String(length=256), nullable=True),
        sa.Column("interface", CleanText(128), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("presence", sa.String(length=16), nullable=True),
        sa.Column("presence_reason", CleanText(64), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("name", name=op.f("uq_users_name")),
    )
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.create_index(
            "uq_users_interface", ["interface"], unique=True, postgresql_where=sa.text("active"), sqlite_where=sa.text("active")
        )

    op.create_table(
        "customers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("external_id", CleanText(128), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name", CleanText(256), nullable=False),
        sa.Column("folded_name", CleanText(256), nullable=False),
        sa.Column("company", CleanText(256), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("notes", CleanText(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["merged_into"], ["customers.id"], name=op.f("fk_customers_merged_into"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_customers_owner_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_customers_team_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint("external_id", name=op.f("uq_customers_external_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("customers", schema=None) as batch_op:
        batch_op.create_index("ix_customers_folded_name", ["folded_name", "id"], unique=False)

    op.create_table(
        "presence_intervals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", CleanText(64), nullable=True),
        sa.Column("call_id", CleanText(128), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_presence_intervals_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presence_intervals")),
    )
    with op.batch_alter_table("presence_intervals", schema=None) as batch_op:
        batch_op.create_index("ix_presence_intervals_user_started", ["user_id", "started_at"], unique=False)
        batch_op.create_index(
            "uq_presence_intervals_open",
            ["user_id"],
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "sessions",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_user_id"), ["user_id"], unique=False)

    op.create_table(
        "team_members",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_team_members_team_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_team_members_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("pk_team_members")),
    )
    with op.batch_alter_table("team_members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_members_user_id"), ["user_id"], unique=False)

    op.create_table(
        "team_queues",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("queue", CleanText(128), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_team_queues_team_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("team_id", "queue", name=op.f("pk_team_queues")),
    )
    op.create_table(
        "tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("label", CleanText(128), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_tokens_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_tokens_digest")),
    )
    with op.batch_alter_table("tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tokens_user_id"), ["user_id"], unique=False)

    op.create_table(
        "user_roles",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_roles_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "role", name=op.f("pk_user_roles")),
    )
    op.create_table(
        "callbacks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("caller_name", CleanText(256), nullable=True),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("queue", CleanText(128), nullable=True),
        sa.Column("did", CleanText(64), nullable=True),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("last_call_id", CleanText(128), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("taken_by", sa.Integer(), nullable=True),
        sa.Column("taken_at", UtcDateTime(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("done_how", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_callbacks_customer_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["taken_by"], ["users.id"], name=op.f("fk_callbacks_taken_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callbacks")),
    )
    with op.batch_alter_table("callbacks", schema=None) as batch_op:
        batch_op.create_index("ix_callbacks_state", ["state", "last_at"], unique=False)
        batch_op.create_index(
            "uq_callbacks_open",
            ["number"],
            unique=True,
            postgresql_where=sa.text("state <> 'done'"),
            sqlite_where=sa.text("state <> 'done'"),
        )

    op.create_table(
        "customer_addresses",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", CleanText(512), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_customer_addresses_customer_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("customer_id", "position", name=op.f("pk_customer_addresses")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "customer_emails",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("email", CleanText(254), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_customer_emails_customer_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("customer_id", "position", name=op.f("pk_customer_emails")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("customer_emails", schema=None) as batch_op:
        batch_op.create_index("ix_customer_emails_email", ["email"], unique=False)

    op.create_table(
        "customer_numbers",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("extension", sa.String(length=16), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_customer_numbers_customer_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("customer_id", "position", name=op.f("pk_customer_numbers")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("customer_numbers", schema=None) as batch_op:
        batch_op.create_index("ix_customer_numbers_key", ["key", "customer_id"], unique=False)

    op.create_table(
        "customer_tags",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("tag", CleanText(64), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_customer_tags_customer_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("customer_id", "tag", name=op.f("pk_customer_tags")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("customer_tags", schema=None) as batch_op:
        batch_op.create_index("ix_customer_tags_tag", ["tag", "customer_id"], unique=False)

    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("call_id", CleanText(128), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("body", CleanText(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_notes_author_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_notes_customer_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.create_index("ix_notes_customer", ["customer_id", "created_at"], unique=False)
        batch_op.create_index(
            "uq_notes_call_author",
            ["call_id", "author_id"],
            unique=True,
            postgresql_where=sa.text("call_id IS NOT NULL"),
            sqlite_where=sa.text("call_id IS NOT NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_notes_call_author", postgresql_where=sa.text("call_id IS NOT NULL"), sqlite_where=sa.text("call_id IS NOT NULL")
        )
        batch_op.drop_index("ix_notes_customer")

    op.drop_table("notes")
    with op.batch_alter_table("customer_tags", schema=None) as batch_op:
        batch_op.drop_index("ix_customer_tags_tag")

    op.drop_table("customer_tags")
    with op.batch_alter_table("customer_numbers", schema=None) as batch_op:
        batch_op.drop_index("ix_customer_numbers_key")

    op.drop_table("customer_numbers")
    with op.batch_alter_table("customer_emails", schema=None) as batch_op:
        batch_op.drop_index("ix_customer_emails_email")

    op.drop_table("customer_emails")
    op.drop_table("customer_addresses")
    with op.batch_alter_table("callbacks", schema=None) as batch_op:
        batch_op.drop_index("uq_callbacks_open", postgresql_where=sa.text("state <> 'done'"), sqlite_where=sa.text("state <> 'done'"))
        batch_op.drop_index("ix_callbacks_state")

    op.drop_table("callbacks")
    op.drop_table("user_roles")
    with op.batch_alter_table("tokens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tokens_user_id"))

    op.drop_table("tokens")
    op.drop_table("team_queues")
    with op.batch_alter_table("team_members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_team_members_user_id"))

    op.drop_table("team_members")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sessions_user_id"))

    op.drop_table("sessions")
    with op.batch_alter_table("presence_intervals", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_presence_intervals_open", postgresql_where=sa.text("ended_at IS NULL"), sqlite_where=sa.text("ended_at IS NULL")
        )
        batch_op.drop_index("ix_presence_intervals_user_started")

    op.drop_table("presence_intervals")
    with op.batch_alter_table("customers", schema=None) as batch_op:
        batch_op.drop_index("ix_customers_folded_name")

    op.drop_table("customers")
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_index("uq_users_interface", postgresql_where=sa.text("active"), sqlite_where=sa.text("active"))

    op.drop_table("users")
    op.drop_table("teams")
    with op.batch_alter_table("queue_visits", schema=None) as batch_op:
        batch_op.drop_index("ix_queue_visits_queue")

    op.drop_table("queue_visits")
    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.drop_index("ix_offers_agent")

    op.drop_table("offers")
    op.drop_table("login_failures")
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.drop_index("ix_conversations_agent")

    op.drop_table("conversations")
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.drop_index("ix_calls_started")
        batch_op.drop_index("ix_calls_open", postgresql_where=sa.text("ended_at IS NULL"), sqlite_where=sa.text("ended_at IS NULL"))
        batch_op.drop_index("ix_calls_number")
        batch_op.drop_index("ix_calls_customer")

    op.drop_table("calls")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_user")
        batch_op.drop_index("ix_audit_subject")

    op.drop_table("audit")
