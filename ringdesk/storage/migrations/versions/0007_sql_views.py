"""Views for Metabase, Superset and Grafana: facts in seconds, rollups with dates and times. docs/sql-views.md describes them.

A later migration that changes a table below drops the views that read it and makes them again: SQLite renames no table that a view
cannot read meanwhile."""

from alembic import op

from ringdesk.storage.migrations.views import written

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS {written(query, dialect)}")


def downgrade() -> None:
    for name in reversed(VIEWS):
        op.execute(f"DROP VIEW {name}")


_QUEUES = """
    offered, answered, abandoned, short_abandoned, timed_out, transferred, "full", empty, unknown, waiting, answered_in_sl, sl_met, sl_of,
    __s(answer_wait_us) AS answer_wait_s, __s(abandon_wait_us) AS abandon_wait_s, __s(longest_wait_us) AS longest_wait_s, conversations,
    __s(talk_us) AS talk_s, __s(hold_us) AS hold_s, transfers, wraps, __s(wrap_us) AS wrap_s, callers, repeats_1d, repeats_3d, repeats_7d,
    repeats_14d, repeats_30d FROM stats_queues WHERE queue <> '*' AND level = """
_PEOPLE = """
    offers, offers_answered, offers_missed, offers_rejected, offers_busy, offers_cancelled, __s(ring_us) AS ring_s, conversations,
    __s(talk_us) AS talk_s, __s(hold_us) AS hold_s, __s(longest_talk_us) AS longest_talk_s, transfers, ended_by_agent, wraps,
    __s(wrap_us) AS wrap_s, calls_out, calls_out_answered"""
_LINES = """
    kind, name, calls, answered, abandoned, timed_out, no_answer, busy, failed, unknown, active, __s(busy_us) AS line_s,
    __s(answered_us) AS answered_s FROM stats_lines WHERE level = """
_NAMES = "(SELECT team_id, max(team_name) AS name FROM team_stays GROUP BY team_id)"

VIEWS = {
    # Facts.
    "bi_calls": """
        SELECT id AS call_id, pbx, direction, did, trunk, customer_id, placed_by AS placed_by_id, started_at, answered_at, ended_at,
            outcome, gap, __between(started_at, ended_at) AS duration_s, __between(answered_at, ended_at) AS answered_s
        FROM calls WHERE merged_into IS NULL""",
    "bi_queue_visits": """
        SELECT call_id, seq, queue, entered_at, left_at, outcome, __between(entered_at, left_at) AS wait_s FROM queue_visits""",
    "bi_offers": """
        SELECT o.call_id, o.seq, o.visit_seq, o.queue, o.agent_id, u.display_name AS agent, o.rung_at, o.ended_at, o.outcome,
            __between(o.rung_at, o.ended_at) AS ring_s
        FROM offers o LEFT JOIN users u ON u.id = o.agent_id""",
    "bi_conversations": """
        SELECT c.call_id, c.seq, c.queue, c.agent_id, u.display_name AS agent, c.started_at, c.ended_at, c.ended_by,
            __between(c.started_at, c.ended_at) - c.hold_s AS talk_s, c.hold_s
        FROM conversations c LEFT JOIN users u ON u.id = c.agent_id""",
    "bi_presence": """
        SELECT p.user_id AS agent_id, u.display_name AS agent, p.state, p.reason, p.call_id, p.started_at, p.ended_at,
            __between(p.started_at, p.ended_at) AS duration_s
        FROM presence_intervals p JOIN users u ON u.id = p.user_id""",
    "bi_callbacks": """
        SELECT id AS callback_id, queue, did, customer_id, first_at, last_at, misses, state, done_at, done_how,
            __between(first_at, done_at) AS done_after_s
        FROM callbacks""",
    "bi_dispositions": """
        SELECT c.call_id, c.agent_id, u.display_name AS agent, c.queue, d.name AS disposition, c.call_at, c.at AS closed_at
        FROM call_dispositions c JOIN dispositions d ON d.id = c.disposition_id LEFT JOIN users u ON u.id = c.agent_id""",
    "bi_scores": """
        SELECT s.recording_id, r.call_id, s.scorecard_id, s.version, s.agent_id, u.display_name AS agent, s.queue, s.total, s.failed,
            s.at AS recorded_at, s.made_at
        FROM scores s JOIN recordings r ON r.id = s.recording_id LEFT JOIN users u ON u.id = s.agent_id
        WHERE NOT EXISTS (SELECT 1 FROM scores n WHERE n.recording_id = s.recording_id AND n.scorecard_id = s.scorecard_id
            AND n.version > s.version)""",
    "bi_team_stays": "SELECT team_id, team_name AS team, user_id AS agent_id, since, until FROM team_stays",
    # Rollups.
    "bi_queues_15m": f"SELECT __at(bucket) AS starts_at, queue, {_QUEUES} 'q'",
    "bi_queues_daily": f"SELECT __on(bucket) AS day, queue, {_QUEUES} 'd'",
    "bi_agents_daily": f"""
        SELECT __on(bucket) AS day, s.who AS agent_id, u.display_name AS agent, s.queue, {_PEOPLE}
        FROM stats_people s LEFT JOIN users u ON u.id = s.who WHERE kind = 'agent' AND queue <> '*' AND level = 'd'""",  # noqa: S608 - of our own text
    "bi_teams_daily": f"""
        SELECT __on(bucket) AS day, s.who AS team_id, t.name AS team, s.queue, {_PEOPLE}
        FROM stats_people s LEFT JOIN {_NAMES} t ON t.team_id = s.who WHERE kind = 'team' AND queue <> '*' AND level = 'd'""",  # noqa: S608 - of our own text
    "bi_presence_daily": """
        SELECT __on(bucket) AS day, s.who AS agent_id, u.display_name AS agent, s.state, s.reason, __s(us) AS duration_s
        FROM stats_presence s LEFT JOIN users u ON u.id = s.who WHERE kind = 'agent' AND level = 'd'""",
    "bi_lines_15m": f"SELECT __at(bucket) AS starts_at, {_LINES} 'q'",
    "bi_lines_daily": f"SELECT __on(bucket) AS day, {_LINES} 'd'",
    "bi_concurrency_15m": """
        SELECT __at(bucket) AS starts_at, kind, name, peak, __s(line_us) AS line_s, __s(line_us) / 900 AS erlangs
        FROM stats_concurrency WHERE level = 'q'""",
    "bi_counted_days": "SELECT __on(bucket) AS day FROM stats_folded WHERE level = 'd'",
}
