"""The history of a contact centre in each database: made up once by `centre`, kept as DuckDB holds facts, and from there written to
SQLite and PostgreSQL. `python -m benchmarks.history` makes what the benchmarks of statistics need."""

import argparse
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import psycopg
from rich.progress import track

from benchmarks import centre, databases
from benchmarks.harness import cache, console, told

RECIPE = 1  # part of the kept files' names: raise it when another history is generated, or the tables change
CALLS = 10_000_000
CUSTOMERS = 100_000  # of those who call, known by name
AT_ONCE = 500_000  # rows between DuckDB and the others
SOONER = {"wal_level": "minimal", "max_wal_senders": "0", "max_wal_size": "2GB"}  # a table that is filled in one go needs no log
QUEUE_NAMES = tuple(
    f"{what}-{where}" for where in ("ua", "de", "pl", "en", "it")
    for what in ("support", "sales", "billing", "returns", "claims", "delivery", "technical", "contracts", "vip", "overflow")
)  # fmt: skip
DISPOSITIONS = ("solved", "order placed", "complaint", "information", "wrong number", "call again", "appointment", "cancelled", "spam",
                "passed on", "payment", "other")  # fmt: skip


def _listed(names: tuple[str, ...]) -> str:
    return "[" + ", ".join(f"'{name}'" for name in names) + "]"


QUEUE, AT = _listed(QUEUE_NAMES), "make_timestamp({})"
CALL_ID = "'pbx-' || (1730412000 + {0} // 16) || '.' || (10000000 + {0})"
PART = f"SELECT {CALL_ID.format('call')} AS call_id, seq::INT AS seq"
MONTHLY = {
    "calls": f"""
        SELECT {CALL_ID.format("call")} AS id, 'pbx' AS pbx, substr(id, 5) AS linkedid,
            {_listed(centre.DIRECTION)}[direction] AS direction, CASE WHEN did > 0 THEN '+38044' || (5000000 + did) END AS did,
            CASE WHEN placed_by > 0 THEN 'PJSIP/' || (1000 + placed_by) END AS origin,
            CASE WHEN trunk > 0 THEN 'PJSIP/provider' || trunk END AS trunk,
            CASE WHEN person >= 0 THEN '+' || (380500000000 + person) WHEN direction = 3 THEN '' || (1000 + placed_by % 500) END
                AS caller_number,
            NULL::VARCHAR AS caller_name, CASE WHEN person >= 0 THEN caller_number END AS number,
            CASE WHEN person BETWEEN 0 AND {CUSTOMERS - 1} THEN (person + 1)::INT END AS customer_id,
            {AT.format("began")} AS started_at, {AT.format("nullif(answered, -9223372036854775808)")} AS answered_at,
            {AT.format("ended")} AS ended_at, {_listed(centre.CALL)}[outcome] AS outcome, false AS gap, NULL::VARCHAR AS merged_into,
            nullif(placed_by, 0)::INT AS placed_by
        FROM month""",
    "queue_visits": f"""{PART}, {QUEUE}[queue] AS queue, {AT.format("entered")} AS entered_at,
            {AT.format("month.left")} AS left_at, {_listed(centre.VISIT)}[outcome] AS outcome FROM month""",
    "offers": f"""{PART}, CASE WHEN visit >= 0 THEN visit::INT END AS visit_seq, {QUEUE}[queue] AS queue,
            'PJSIP/' || (1000 + agent) AS interface, agent::INT AS agent_id, substr(call_id, 5) || seq AS channel,
            {AT.format("rung")} AS rung_at, {AT.format("ended")} AS ended_at, {_listed(centre.OFFER)}[outcome] AS outcome FROM month""",
    "conversations": f"""{PART}, {QUEUE}[queue] AS queue, 'PJSIP/' || (1000 + agent) AS interface, agent::INT AS agent_id,
            substr(call_id, 5) || seq AS channel, {AT.format("began")} AS started_at, {AT.format("ended")} AS ended_at,
            hold / 1e6 AS hold_s, {_listed(centre.ENDED)}[how] AS ended_by, NULL::VARCHAR AS sent_to FROM month""",
    "presence_intervals": f"""
        SELECT (row_number() OVER () + (SELECT count(*) FROM presence_intervals))::INT AS id, agent::INT AS user_id,
            {_listed(centre.STATE)}[state] AS state, {_listed(centre.REASON)}[reason] AS reason,
            CASE WHEN call > 0 THEN {CALL_ID.format("call")} END AS call_id, {AT.format("month.at")} AS started_at,
            {AT.format("nullif(until, -9223372036854775808)")} AS ended_at
        FROM month ORDER BY month.at""",
    "shifts": f"""
        SELECT (row_number() OVER () + (SELECT count(*) FROM shifts))::INT AS id, agent::INT AS user_id,
            {AT.format("planned_begin")} AS starts_at, {AT.format("planned_end")} AS ends_at, 'work' AS activity FROM month""",
}  # fmt: skip
FROM = {"queue_visits": "visits", "presence_intervals": "presence"}  # where a month calls it otherwise
FIRST = "TIMESTAMP '2024-10-01'"
# Who and what there is, and what follows from calls: once, when all months are there. `hash` stands for chance.
ONCE = {
    "users": f"""
        SELECT i::INT AS id, 'agent' || i AS name, 'Agent ' || i AS display_name, NULL::VARCHAR AS password_hash,
            'PJSIP/' || (1000 + i) AS interface, true AS active, {FIRST} AS created_at FROM range(1, {centre.AGENTS + 1}) _(i)""",
    "user_roles": "SELECT id AS user_id, 'agent' AS role FROM users",
    "teams": f"SELECT i::INT AS id, 'Team ' || i AS name FROM range(1, {centre.TEAMS + 1}) _(i)",
    "team_members": f"SELECT ((id - 1) // {centre.MEMBERS} + 1)::INT AS team_id, id AS user_id FROM users",
    "team_queues": f"""
        SELECT (i % {centre.TEAMS} + 1)::INT AS team_id, {QUEUE}[i] AS queue FROM range(1, {centre.QUEUES + 1}) _(i)""",
    # One in five was in another team in the first year.
    "team_stays": f"""
        SELECT row_number() OVER ()::INT AS id, * FROM (
            SELECT CASE WHEN first THEN team_id % {centre.TEAMS} + 1 ELSE team_id END::INT AS team_id, user_id,
                'Team ' || (CASE WHEN first THEN team_id % {centre.TEAMS} + 1 ELSE team_id END) AS team_name,
                CASE WHEN first OR user_id % 5 > 0 THEN {FIRST} ELSE TIMESTAMP '2025-11-01' END AS since,
                CASE WHEN first THEN TIMESTAMP '2025-11-01' END AS until
            FROM team_members, (VALUES (true), (false)) _(first) WHERE NOT first OR user_id % 5 = 0)""",
    "customers": f"""
        SELECT (i + 1)::INT AS id, 'C-' || i AS external_id, CASE WHEN i % 20 = 0 THEN 'company' ELSE 'person' END AS kind,
            'Customer ' || i AS name, 'customer ' || i AS folded_name, 'customer ' || i AS search_text, {FIRST} AS created_at,
            {FIRST} AS updated_at FROM range({CUSTOMERS}) _(i)""",
    "customer_numbers": """
        SELECT id AS customer_id, 0 AS position, '+' || (380500000000 + id - 1) AS key, NULL::VARCHAR AS extension, 'phone' AS kind
        FROM customers""",
    "customer_tags": """
        SELECT id AS customer_id, tag FROM customers, (VALUES ('vip', 0), ('north', 3), ('trade', 5)) _(tag, k)
        WHERE (id * 7 + k * 13) % 11 = 0""",
    "queue_targets": f"""
        SELECT queue, 20::DOUBLE AS answer_within_s, 0.8::DOUBLE AS target, 5::DOUBLE AS short_abandon_s, variant, {FIRST} AS changed_at
        FROM (VALUES ('*', 'without_short'), ('vip-ua', 'abandoned_in_time_met'), ('vip-de', 'answered'), ('billing-ua', 'offered'))
            _(queue, variant)""",
    "dispositions": f"""
        SELECT i::INT AS id, '' AS queue, {_listed(DISPOSITIONS)}[i] AS name, i::INT AS position, true AS active
        FROM range(1, {len(DISPOSITIONS) + 1}) _(i)""",
    "call_dispositions": f"""
        SELECT call_id, agent_id, (1 + least(hash(call_id) % 17, hash(call_id || 'd') % {len(DISPOSITIONS)}))::INT AS disposition_id,
            coalesce(queue, '') AS queue, c.started_at AS call_at, t.ended_at + INTERVAL 9 SECOND AS "at"
        FROM conversations t JOIN calls c ON c.id = t.call_id WHERE t.seq = 0 AND t.queue IS NOT NULL AND hash(call_id || 'x') % 10 < 7""",
    "recordings": """
        SELECT row_number() OVER (ORDER BY call_id)::INT AS id, 'pbx' AS pbx, 'spool' AS source, call_id AS key, call_id || '.wav' AS name,
            '[]' AS parts, 'customer' AS side, call_id, queue, started_at, epoch(ended_at - started_at) AS duration_s, 2 AS channels,
            'en-us' AS language, 'scored' AS state, 0 AS priority, 0 AS attempts, ended_at AS changed_at, false AS withheld
        FROM conversations WHERE seq = 0 AND queue IS NOT NULL AND hash(call_id || 's') % 50 = 0""",
    "scorecards": f"SELECT i::INT AS id, 1 AS version, true AS active, {FIRST} AS created_at FROM range(1, 3) _(i)",
    "scorecard_versions": f"""
        SELECT id AS scorecard_id, 1 AS version, '{{"name": "Card ' || id || '", "sections": []}}' AS definition, {FIRST} AS created_at
        FROM scorecards""",
    "scores": """
        SELECT r.id, r.id AS recording_id, (1 + r.id % 2)::INT AS scorecard_id, 1 AS version, agent_id, r.queue,
            round(60 + hash(r.id) % 4001 / 100.0 - hash(agent_id) % 20, 2)::DOUBLE AS total, hash(r.id) % 40 = 0 AS failed,
            r.started_at AS "at", r.changed_at AS made_at
        FROM recordings r JOIN conversations t ON t.call_id = r.call_id AND t.seq = 0 ORDER BY r.id""",
    # One a missed number and quarter of an hour; nine of ten are reached or dismissed, those of the last days wait.
    "callbacks": f"""
        SELECT row_number() OVER (ORDER BY first_at)::INT AS id, number, queue, did, first_at, first_at AS last_at, 1 AS misses,
            last_call_id, CASE WHEN waits THEN 'open' ELSE 'done' END AS state,
            CASE WHEN NOT waits THEN first_at + to_microseconds((1e6 * (30 + (hash(last_call_id) % 1000) ** 2 / 8))::BIGINT) END AS done_at,
            CASE WHEN waits THEN NULL WHEN hash(last_call_id || 'c') % 8 = 0 THEN 'dismissed' ELSE 'reached' END AS done_how
        FROM (SELECT number, any_value(did) AS did, min(started_at) AS first_at, min(id) AS last_call_id,
                {QUEUE}[(1 + min(substr(did, 9)::INT) // 2) % {centre.QUEUES} + 1] AS queue,
                min(started_at) > TIMESTAMP '2026-10-30' AND row_number() OVER (PARTITION BY number ORDER BY min(started_at) DESC) = 1
                    AS waits
            FROM calls WHERE direction = 'in' AND answered_at IS NULL AND number IS NOT NULL GROUP BY number, started_at::DATE)""",
}  # fmt: skip
TABLES = ("users", "user_roles", "teams", "team_members", "team_queues", "team_stays", "shifts", "customers", "customer_numbers",
          "customer_tags", "queue_targets", "dispositions", "scorecards", "scorecard_versions", *list(MONTHLY)[:5], "call_dispositions",
          "recordings", "scores", "callbacks")  # fmt: skip
"""As foreign keys want them."""


def facts(calls: int) -> Path:
    """The DuckDB file with the facts, generated now or kept."""
    kept = cache() / f"history-{calls}-{RECIPE}.duckdb"
    if not kept.exists():
        building = kept.with_suffix(".building")
        building.unlink(missing_ok=True)
        with told(f"generating {calls:,} calls"), duckdb.connect(str(building)) as duck:
            _generate(duck, calls)
        building.rename(kept)
    return kept


def _generate(duck: duckdb.DuckDBPyConnection, calls: int) -> None:
    duck.execute("SET preserve_insertion_order = true")
    months = 24
    for columns in track(centre.months(calls), "  generating", months + 1, console=console, transient=True):
        for table, query in MONTHLY.items():
            month = columns.get(FROM.get(table, table))
            if month is not None:
                _take(duck, table, query, dict(month))
    for table, query in ONCE.items():
        duck.execute(f"CREATE TABLE {table} AS {query}")
    duck.execute("CHECKPOINT")


def _take(duck: duckdb.DuckDBPyConnection, table: str, query: str, month: dict[str, Any]) -> None:
    duck.register("month", month)
    there = duck.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = ?", [table]).fetchone() != (0,)
    if not there:
        first = query.replace(f"(SELECT count(*) FROM {table})", "0")
        duck.execute(f"CREATE TABLE {table} AS {first} LIMIT 0")
    duck.execute(f"INSERT INTO {table} {query}")
    duck.unregister("month")


@contextmanager
def database(kind: str, calls: int) -> Iterator[str]:
    """The URL of the kept database with so many calls. It is no copy: what is written stays, as rollups do."""

    def fill(url: str) -> None:
        (_fill_sqlite if kind == "sqlite" else _fill_postgres)(url, facts(calls))

    with databases.lent(kind, f"{kind}-history-{calls}-{RECIPE}", f"{calls:,} calls", fill, SOONER) as url:
        yield url


def _slices(duck: duckdb.DuckDBPyConnection, table: str) -> Iterator[str]:
    """Conditions on the rows of a table, part by part, in their order."""
    (count,) = duck.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)
    for begin in range(0, count, AT_ONCE):
        yield f"rowid >= {begin} AND rowid < {begin + AT_ONCE}"


def _columns(duck: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    return {f'"{name}"': kind for name, kind, *_ in duck.execute(f"DESCRIBE {table}").fetchall()}


def _fill_sqlite(url: str, source: Path) -> None:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    with duckdb.connect(str(source), read_only=True) as duck, databases.bare_sqlite(connection, TABLES):
        for table in track(TABLES, "  writing", console=console, transient=True):
            columns = _columns(duck, table)
            picked = ", ".join(f"strftime({n}, '%Y-%m-%d %H:%M:%S.%f')" if kind == "TIMESTAMP" else n for n, kind in columns.items())
            places = ",".join("?" * len(columns))
            connection.execute(f"DELETE FROM {table}")
            for part in _slices(duck, table):
                rows = duck.execute(f"SELECT {picked} FROM {table} WHERE {part}").fetchall()
                connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)


def _fill_postgres(url: str, source: Path) -> None:
    with psycopg.connect(url, autocommit=True) as connection, duckdb.connect(str(source), read_only=True) as duck:
        with databases.bare_postgres(connection, TABLES):
            for table in track(TABLES, "  writing", console=console, transient=True):
                _copy(connection, duck, table)
        for table in ("users", "teams", "team_stays", "shifts", "customers", "dispositions", "scorecards", "presence_intervals",
                      "recordings", "scores", "callbacks"):  # fmt: skip
            connection.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


def _copy(connection: "psycopg.Connection[Any]", duck: duckdb.DuckDBPyConnection, table: str) -> None:
    columns = ", ".join(_columns(duck, table))
    with tempfile.NamedTemporaryFile(prefix="ringdesk-bench-", suffix=".csv") as file, connection.transaction():
        connection.execute("SET LOCAL timezone = 'UTC'")
        connection.execute(f"TRUNCATE {table}")
        for part in _slices(duck, table):
            duck.execute(f"COPY (SELECT * FROM {table} WHERE {part}) TO '{file.name}' (FORMAT csv, HEADER false)")
            into = f"COPY {table} ({columns}) FROM STDIN (FORMAT csv)"
            with open(file.name, "rb") as text, connection.cursor() as cursor, cursor.copy(into) as copy:
                while block := text.read(1 << 20):
                    copy.write(block)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--calls", type=int, default=CALLS)
    parser.add_argument("--database", action="append", choices=databases.KINDS)
    asked = parser.parse_args()
    for kind in asked.database or databases.KINDS:
        with database(kind, asked.calls) as url:
            console.print(url)


if __name__ == "__main__":
    main()
