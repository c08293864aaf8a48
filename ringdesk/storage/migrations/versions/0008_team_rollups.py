"""Teams have rollups of their own, by quarter-hours; the others are of agents only. All days are counted anew."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from ringdesk.storage.base import CleanText
from ringdesk.storage.migrations.views import written

revision = "0008"
down_revision = "0007"

LEVEL, KIND, QUEUE = ("level", CleanText(1)), ("kind", CleanText(8)), ("queue", CleanText(128))
BUCKET, WHO = ("bucket", sa.Integer()), ("who", sa.Integer())
STATE, REASON = ("state", CleanText(16)), ("reason", CleanText(64))
WORK = (
    "offers", "offers_answered", "offers_missed", "offers_rejected", "offers_busy", "offers_cancelled", "ring_us", "conversations",
    "talk_us", "hold_us", "longest_talk_us", "transfers", "ended_by_agent", "wraps", "wrap_us", "calls_out", "calls_out_answered",
)  # fmt: skip
PLAN = ("planned_us", "adherent_us", "worked_us")
TIME = ("available_us", "ringing_us", "talking_us", "wrapping_us", "paused_us", "offline_us", *PLAN)

Keys = Sequence[tuple[str, sa.types.TypeEngine[str] | sa.types.TypeEngine[int]]]
Table = tuple[Keys, Sequence[str]]
NEW: dict[str, Table] = {
    "stats_people": ((LEVEL, QUEUE, BUCKET, WHO), WORK),
    "stats_presence": ((LEVEL, BUCKET, WHO, STATE, REASON), ("us",)),
    "stats_adherence": ((LEVEL, BUCKET, WHO), PLAN),
    "stats_team_work": ((LEVEL, QUEUE, BUCKET, WHO), WORK),
    "stats_team_time": ((LEVEL, BUCKET, WHO), TIME),
}
OLD: dict[str, Table] = {
    "stats_people": ((LEVEL, KIND, QUEUE, BUCKET, WHO), WORK),
    "stats_presence": ((LEVEL, KIND, BUCKET, WHO, STATE, REASON), ("us",)),
    "stats_adherence": ((LEVEL, KIND, BUCKET, WHO), PLAN),
}

_DONE = """
    offers, offers_answered, offers_missed, offers_rejected, offers_busy, offers_cancelled, __s(ring_us) AS ring_s, conversations,
    __s(talk_us) AS talk_s, __s(hold_us) AS hold_s, __s(longest_talk_us) AS longest_talk_s, transfers, ended_by_agent, wraps,
    __s(wrap_us) AS wrap_s, calls_out, calls_out_answered"""
_AGENTS = f"SELECT __on(bucket) AS day, s.who AS agent_id, u.display_name AS agent, s.queue, {_DONE}"
_STATES = "SELECT __on(bucket) AS day, s.who AS agent_id, u.display_name AS agent, s.state, s.reason, __s(us) AS duration_s"
_TEAMS = f"SELECT __on(bucket) AS day, s.who AS team_id, t.name AS team, s.queue, {_DONE}"
_TEAMS_15M = f"SELECT __at(bucket) AS starts_at, s.who AS team_id, t.name AS team, s.queue, {_DONE}"
_TIMES_15M = "SELECT __at(bucket) AS starts_at, s.who AS team_id, t.name AS team"
_TIMES_15M += "".join(f", __s({name}) AS {name.removesuffix('_us')}_s" for name in TIME)
_OF_USERS = "LEFT JOIN users u ON u.id = s.who"
_OF_TEAMS = "LEFT JOIN (SELECT team_id, max(team_name) AS name FROM team_stays GROUP BY team_id) t ON t.team_id = s.who"
NEW_VIEWS = {
    "bi_agents_daily": f"{_AGENTS} FROM stats_people s {_OF_USERS} WHERE queue <> '*' AND level = 'd'",
    "bi_presence_daily": f"{_STATES} FROM stats_presence s {_OF_USERS} WHERE level = 'd'",
    "bi_teams_daily": f"{_TEAMS} FROM stats_team_work s {_OF_TEAMS} WHERE queue <> '*' AND level = 'd'",
    "bi_teams_15m": f"{_TEAMS_15M} FROM stats_team_work s {_OF_TEAMS} WHERE queue <> '*' AND level = 'q'",
    "bi_team_times_15m": f"{_TIMES_15M} FROM stats_team_time s {_OF_TEAMS} WHERE level = 'q'",
}
OLD_VIEWS = {
    "bi_agents_daily": f"{_AGENTS} FROM stats_people s {_OF_USERS} WHERE kind = 'agent' AND queue <> '*' AND level = 'd'",
    "bi_presence_daily": f"{_STATES} FROM stats_presence s {_OF_USERS} WHERE kind = 'agent' AND level = 'd'",
    "bi_teams_daily": f"{_TEAMS} FROM stats_people s {_OF_TEAMS} WHERE kind = 'team' AND queue <> '*' AND level = 'd'",
}


def upgrade() -> None:
    _replace(OLD, OLD_VIEWS, NEW, NEW_VIEWS)


def downgrade() -> None:
    _replace(NEW, NEW_VIEWS, OLD, OLD_VIEWS)


def _replace(tables: dict[str, Table], views: dict[str, str], by: dict[str, Table], by_views: dict[str, str]) -> None:
    for view in views:
        op.execute(f"DROP VIEW {view}")
    for table in tables:
        op.drop_table(table)
    for table, (keys, sums) in by.items():
        op.create_table(
            table,
            *(sa.Column(name, type_, autoincrement=False, nullable=False) for name, type_ in keys),
            *(sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False) for name in sums),
            sa.PrimaryKeyConstraint(*(name for name, _ in keys), name=op.f(f"pk_{table}")),
            sqlite_with_rowid=False,
        )
        op.create_index(f"ix_{table}_bucket", table, ["level", "bucket"])
    op.execute("DELETE FROM stats_folded")  # until they are counted, reports count from the facts
    for view, query in by_views.items():
        op.execute(f"CREATE VIEW {view} AS {written(query, op.get_bind().dialect.name)}")
