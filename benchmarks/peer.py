"""The peer of statistics: DuckDB makes the same sums from the raw facts, by statements of its own. That they are equal is a proof, too."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import duckdb

from ringdesk.statistics.query import Query
from ringdesk.storage.quarters import begin_of, quarter_of

WAIT = "epoch_us(left_at) - epoch_us(entered_at)"
STEP = """CASE WHEN s < 10 THEN s WHEN s < 30 THEN 10 + (s - 10) // 2 WHEN s < 60 THEN 20 + (s - 30) // 5
    WHEN s < 180 THEN 26 + (s - 60) // 10 WHEN s < 600 THEN 38 + (s - 180) // 30 WHEN s < 1800 THEN 52 + (s - 600) // 60
    WHEN s < 3600 THEN 72 + (s - 1800) // 300 WHEN s < 14400 THEN 78 + (s - 3600) // 900
    ELSE least(109, 90 + (s - 14400) // 3600) END"""
TALK = """1 AS conversations, epoch_us(ended_at) - epoch_us(started_at) - round(hold_s * 1e6)::BIGINT AS talk_us,
    round(hold_s * 1e6)::BIGINT AS hold_us, (ended_by = 'transfer')::INT AS transfers"""
WRAPS = """
    SELECT any_value(p.started_at) AS t, arg_max(c.queue, (c.started_at, c.seq)) AS queue, any_value(p.user_id) AS who, 1 AS wraps,
        any_value(epoch_us(p.ended_at) - epoch_us(p.started_at)) AS wrap_us
    FROM presence_intervals p LEFT JOIN (SELECT * FROM conversations WHERE {day_before}) c
        ON c.call_id = p.call_id AND c.agent_id = p.user_id AND c.started_at <= p.started_at
    WHERE p.state = 'wrap_up' AND p.ended_at IS NOT NULL AND {p.started_at} GROUP BY p.id"""
OF_LINES = """(SELECT *, 'house' AS kind, '*' AS name FROM {0} UNION ALL SELECT *, 'direction', direction FROM {0}
    UNION ALL SELECT *, 'did', did FROM {0} WHERE did IS NOT NULL UNION ALL SELECT *, 'trunk', trunk FROM {0} WHERE trunk IS NOT NULL)"""
REPEATS = ", ".join(f"(ago <= {days}::BIGINT * 86400000000)::INT AS repeats_{days}d" for days in (1, 3, 7, 14, 30))
OF_VISITS = """offered answered abandoned short_abandoned timed_out transferred full empty unknown waiting answered_in_sl sl_met sl_of
    answer_wait_us abandon_wait_us left_wait_us longest_wait_us"""
WORKING = "state IN ('available', 'ringing', 'talking', 'wrap_up')"
SPENT = f"""(
    SELECT user_id, 'planned' AS kind, starts_at AS a, ends_at AS z FROM shifts WHERE activity = 'work' AND {{touching_shifts}}
    UNION ALL SELECT user_id, 'worked', started_at, coalesce(ended_at, {{until}}) FROM presence_intervals WHERE {WORKING} AND {{touching}}
    UNION ALL SELECT s.user_id, 'adherent', greatest(starts_at, started_at), least(ends_at, coalesce(ended_at, {{until}}))
        FROM (SELECT * FROM shifts WHERE activity = 'work' AND {{touching_shifts}}) s
        JOIN (SELECT * FROM presence_intervals WHERE {WORKING} AND {{touching}}) p
            ON p.user_id = s.user_id AND started_at < ends_at AND coalesce(ended_at, {{until}}) > starts_at)"""
SPENT_OF_TEAMS = f"""(
    SELECT s.* EXCLUDE (user_id, a, z), m.team_id AS user_id, greatest(a, m.since) AS a, least(z, coalesce(m.until, z)) AS z
    FROM {SPENT} s JOIN team_stays m ON m.user_id = s.user_id AND m.since < z AND coalesce(m.until, z) > a)"""
PLANNED = """
    SELECT t, who, CASE kind WHEN 'planned' THEN us END AS planned_us, CASE kind WHEN 'adherent' THEN us END AS adherent_us,
        CASE kind WHEN 'worked' THEN us END AS worked_us
    FROM (SELECT user_id AS who, kind, greatest(a, b.lo) AS t, epoch_us(least(z, b.hi)) - epoch_us(t) AS us
        FROM """
PIECES = """ s JOIN {buckets} ON a < b.hi AND z > b.lo)"""
# What teams' members did, or were, while they were in the team.
TEAMS = """
    SELECT r.* EXCLUDE (who), s.team_id AS who FROM ({0}) r
        JOIN team_stays s ON s.user_id = r.who AND s.since <= r.t AND (s.until IS NULL OR s.until > r.t)"""
STATES = {"available": "available_us", "ringing": "ringing_us", "talking": "talking_us", "wrap_up": "wrapping_us", "paused": "paused_us",
          "offline": "offline_us"}  # fmt: skip
STATES_OF_TEAMS = f"""
    SELECT t, who, {", ".join(f"CASE state WHEN '{state}' THEN us END AS {name}" for state, name in STATES.items())}
    FROM (SELECT greatest(started_at, b.lo, s.since) AS t, s.team_id AS who, state,
            epoch_us(least(coalesce(ended_at, b.hi), b.hi, coalesce(s.until, b.hi))) - epoch_us(t) AS us
        FROM presence_intervals p JOIN {{buckets}} ON started_at < b.hi AND coalesce(ended_at, b.hi) > b.lo
            JOIN team_stays s ON s.user_id = p.user_id AND s.since < least(coalesce(ended_at, b.hi), b.hi)
                AND coalesce(s.until, b.hi) > greatest(started_at, b.lo)
        WHERE started_at < {{until}} AND coalesce(ended_at, {{until}}) > {{since}})"""
PEOPLE = (
    ("offers offers_answered offers_missed offers_rejected offers_busy offers_cancelled ring_us", """
        SELECT rung_at AS t, agent_id AS who, coalesce(queue, '') AS queue, 1 AS offers, (outcome = 'answered')::INT AS offers_answered,
            (outcome = 'no_answer')::INT AS offers_missed, (outcome = 'rejected')::INT AS offers_rejected,
            (outcome = 'busy')::INT AS offers_busy, (outcome = 'cancelled')::INT AS offers_cancelled,
            epoch_us(ended_at) - epoch_us(rung_at) AS ring_us
        FROM offers WHERE agent_id IS NOT NULL AND ended_at IS NOT NULL AND {rung_at}"""),
    ("conversations talk_us hold_us transfers longest_talk_us ended_by_agent", f"""
        SELECT started_at AS t, agent_id AS who, coalesce(queue, '') AS queue, {TALK}, talk_us AS longest_talk_us,
            (ended_by = 'agent')::INT AS ended_by_agent
        FROM conversations WHERE agent_id IS NOT NULL AND ended_at IS NOT NULL AND {{started_at}}"""),
    ("wraps wrap_us", f"SELECT * REPLACE (coalesce(queue, '') AS queue) FROM ({WRAPS})"),
    ("calls_out calls_out_answered", """
        SELECT started_at AS t, placed_by AS who, '' AS queue, 1 AS calls_out, (answered_at IS NOT NULL)::INT AS calls_out_answered
        FROM calls WHERE placed_by IS NOT NULL AND direction = 'out' AND merged_into IS NULL AND {started_at}"""),
)  # fmt: skip
# Of each cube: relations with the time `t`, keys and measures, each with the measures that it gives. `{column}`: it lies in the period.
PEERS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "queues": (
        (OF_VISITS, f"""
            SELECT entered_at AS t, v.queue, 1 AS offered, (outcome = 'answered')::INT AS answered,
                (outcome = 'abandoned')::INT AS abandoned,
                (outcome = 'abandoned' AND short)::INT AS short_abandoned, (outcome = 'timed_out')::INT AS timed_out,
                (outcome = 'transferred')::INT AS transferred, (outcome = 'full')::INT AS "full", (outcome = 'empty')::INT AS empty,
                (outcome = 'unknown')::INT AS unknown, (outcome IS NULL)::INT AS waiting,
                (outcome = 'answered' AND soon)::INT AS answered_in_sl,
                (soon AND (outcome = 'answered' OR (outcome = 'abandoned' AND variant = 'abandoned_in_time_met')))::INT AS sl_met,
                (CASE variant WHEN 'answered' THEN outcome = 'answered' WHEN 'without_abandoned' THEN outcome <> 'abandoned'
                    WHEN 'without_short' THEN NOT (outcome = 'abandoned' AND short)
                    WHEN 'without_abandoned_in_time' THEN NOT (outcome = 'abandoned' AND soon) ELSE outcome IS NOT NULL END)::INT AS sl_of,
                CASE WHEN outcome = 'answered' THEN wait END AS answer_wait_us,
                CASE WHEN outcome = 'abandoned' THEN wait END AS abandon_wait_us,
                CASE WHEN outcome NOT IN ('answered', 'abandoned') THEN wait END AS left_wait_us, wait AS longest_wait_us
            FROM (SELECT v.*, {WAIT} AS wait, wait <= answer_within_s * 1e6 AS soon, wait < short_abandon_s * 1e6 AS short, variant
                FROM queue_visits v JOIN (SELECT q.queue, t.* EXCLUDE (queue) FROM (SELECT DISTINCT queue FROM team_queues) q
                    JOIN queue_targets t ON t.queue = coalesce((SELECT o.queue FROM queue_targets o WHERE o.queue = q.queue), '*')) t
                    ON t.queue = v.queue
                WHERE {{entered_at}}) v"""),
        ("conversations talk_us hold_us transfers",
         f"SELECT started_at AS t, queue, {TALK} FROM conversations WHERE queue IS NOT NULL AND ended_at IS NOT NULL AND {{started_at}}"),
        ("wraps wrap_us", f"SELECT * FROM ({WRAPS}) WHERE queue IS NOT NULL"),
        ("callers repeats_1d repeats_3d repeats_7d repeats_14d repeats_30d", f"""
            SELECT started_at AS t, v.queue, 1 AS callers, {REPEATS}
            FROM (SELECT id, started_at, epoch_us(started_at) - epoch_us(lag(started_at) OVER (PARTITION BY number ORDER BY started_at))
                    AS ago
                FROM calls WHERE direction = 'in' AND answered_at IS NOT NULL AND number IS NOT NULL AND merged_into IS NULL
                    AND {{month_before}}) c
                JOIN (SELECT call_id, queue FROM queue_visits WHERE seq = 0 AND {{day_around}}) v ON v.call_id = c.id
            WHERE {{started_at}}"""),
    ),
    "people": PEOPLE,
    "team_work": tuple((gives, TEAMS.format(text)) for gives, text in PEOPLE),
    "presence": (
        ("us", """
            SELECT greatest(started_at, b.lo) AS t, user_id AS who, state, coalesce(reason, '') AS reason,
                epoch_us(least(coalesce(ended_at, b.hi), b.hi)) - epoch_us(t) AS us
            FROM presence_intervals p JOIN {buckets} ON started_at < b.hi AND coalesce(ended_at, b.hi) > b.lo
            WHERE started_at < {until} AND coalesce(ended_at, {until}) > {since}"""),
    ),
    "adherence": (
        ("planned_us adherent_us worked_us", f"{PLANNED}{SPENT}{PIECES}"),
    ),
    "team_time": (
        (" ".join(STATES.values()), STATES_OF_TEAMS),
        ("planned_us adherent_us worked_us", f"{PLANNED}{SPENT_OF_TEAMS}{PIECES}"),
    ),
    "lines": (
        ("calls answered abandoned timed_out no_answer busy failed unknown active busy_us answered_us", """
            SELECT started_at AS t, kind, name, 1 AS calls, (outcome = 'answered')::INT AS answered,
                (outcome = 'abandoned')::INT AS abandoned,
                (outcome = 'timed_out')::INT AS timed_out, (outcome = 'no_answer')::INT AS no_answer, (outcome = 'busy')::INT AS busy,
                (outcome = 'failed')::INT AS failed, (outcome = 'unknown')::INT AS unknown, (ended_at IS NULL)::INT AS active,
                epoch_us(ended_at) - epoch_us(started_at) AS busy_us, epoch_us(ended_at) - epoch_us(answered_at) AS answered_us
            FROM """ + OF_LINES.format("(SELECT * FROM calls WHERE {started_at} AND merged_into IS NULL)")),
    ),
    # Levels between events; marks at the ends of buckets cut them.
    "concurrency": (
        ("peak line_us", """
            SELECT t, kind, name, level AS peak, level * (epoch_us(lead(t) OVER line) - epoch_us(t)) AS line_us
            FROM (SELECT kind, name, t, change, sum(change) OVER (PARTITION BY kind, name ORDER BY t, change ROWS UNBOUNDED PRECEDING)
                    AS level
                FROM (SELECT kind, name, greatest(started_at, {since}) AS t, 1 AS change FROM spans
                    UNION ALL SELECT kind, name, least(ended_at, {until}), -1 FROM spans
                    UNION ALL SELECT kind, name, b.lo, 0 FROM (SELECT DISTINCT kind, name FROM spans), {buckets}))
            WINDOW line AS (PARTITION BY kind, name ORDER BY t, change) QUALIFY t < {until}"""),
    ),
    "spread": (
        ("n", f"""
            SELECT t, kind, queue, {STEP} AS step, 1 AS n FROM (
                SELECT entered_at AS t, outcome AS kind, queue, ({WAIT}) // 1000000 AS s FROM queue_visits
                    WHERE outcome IN ('answered', 'abandoned') AND {{entered_at}}
                UNION ALL SELECT started_at, 'talk', coalesce(queue, ''), (epoch_us(ended_at) - epoch_us(started_at)) // 1000000
                    FROM conversations WHERE ended_at IS NOT NULL AND {{started_at}})"""),
    ),
    "transfers": (
        ("n", """
            SELECT t, coalesce(queue, '') AS queue, coalesce(agent_id, 0) AS from_agent,
                CASE WHEN v.queue_at <= least(coalesce(c.at, o.at, v.queue_at), coalesce(o.at, c.at, v.queue_at)) THEN 'queue'
                    WHEN coalesce(c.who, o.who) IS NOT NULL THEN 'agent' ELSE 'number' END AS to_kind,
                CASE WHEN to_kind = 'queue' THEN v.to_queue
                    ELSE coalesce(CASE WHEN o.at <= coalesce(c.at, o.at) THEN o.who ELSE c.who END, '') END AS "to", 1 AS n
            FROM (SELECT *, started_at AS t FROM conversations WHERE ended_by = 'transfer' AND {started_at}) f
            LEFT JOIN (SELECT f.call_id, f.seq, min(v.entered_at) AS queue_at, arg_min(v.queue, v.entered_at) AS to_queue
                FROM conversations f JOIN queue_visits v ON v.call_id = f.call_id AND v.entered_at > f.started_at AND {day_around_v}
                WHERE f.ended_by = 'transfer' AND {f.started_at} GROUP BY ALL) v ON v.call_id = f.call_id AND v.seq = f.seq
            LEFT JOIN (SELECT f.call_id, f.seq, min(c.started_at) AS at, arg_min(c.agent_id, c.started_at)::VARCHAR AS who
                FROM conversations f JOIN conversations c ON c.call_id = f.call_id AND c.seq > f.seq AND {day_around_c}
                WHERE f.ended_by = 'transfer' AND {f.started_at} GROUP BY ALL) c ON c.call_id = f.call_id AND c.seq = f.seq
            LEFT JOIN (SELECT f.call_id, f.seq, min(o.rung_at) AS at, arg_min(o.agent_id, o.rung_at)::VARCHAR AS who
                FROM conversations f JOIN offers o ON o.call_id = f.call_id AND o.queue IS NULL AND o.rung_at > f.started_at
                    AND o.ended_at >= f.ended_at AND {day_around_o}
                WHERE f.ended_by = 'transfer' AND {f.started_at} GROUP BY ALL) o ON o.call_id = f.call_id AND o.seq = f.seq"""),
    ),
    "dispositions": (("n", "SELECT call_at AS t, queue, disposition_id, agent_id, 1 AS n FROM call_dispositions WHERE {call_at}"),),
    "scores": (
        ("scores points failed", """
            SELECT "at" AS t, coalesce(queue, '') AS queue, coalesce(agent_id, 0) AS agent_id, scorecard_id, 1 AS scores,
                round(total * 1000)::BIGINT AS points, failed::INT AS failed FROM scores WHERE {at}"""),
    ),
    "callbacks": (
        ("missed called_back called_back_15m called_back_1h called_back_4h called_back_24h dismissed open callback_us", """
            SELECT first_at AS t, coalesce(queue, '') AS queue, 1 AS missed, (done_how = 'reached')::INT AS called_back,
                (done_how = 'reached' AND took <= 900e6)::INT AS called_back_15m, (done_how = 'reached' AND took <= 3600e6)::INT
                AS called_back_1h, (done_how = 'reached' AND took <= 14400e6)::INT AS called_back_4h,
                (done_how = 'reached' AND took <= 86400e6)::INT AS called_back_24h, (done_how = 'dismissed')::INT AS dismissed,
                (state <> 'done')::INT AS open, CASE WHEN done_how = 'reached' THEN took END AS callback_us
            FROM (SELECT *, epoch_us(done_at) - epoch_us(first_at) AS took FROM callbacks WHERE {first_at})"""),
    ),
}  # fmt: skip
MAXIMA = ("longest_wait_us", "longest_talk_us", "peak")
Found = dict[tuple[Any, ...], tuple[int, ...]]


class _Times(dict[str, str]):
    """`{column}` in a statement: it lies in the period. Some names stand for more."""

    def __init__(self, query: Query) -> None:
        since, until = query.period.since, query.period.until
        spans = {"day_around": (since - timedelta(days=1), until + timedelta(days=1))}
        super().__init__(
            since=_literal(since),
            until=_literal(until),
            month_before=_between("started_at", since - timedelta(days=30), until),
            day_before=_between("started_at", since - timedelta(days=1), until),
            day_around=_between("entered_at", *spans["day_around"]),
            day_around_v=_between("v.entered_at", *spans["day_around"]),
            day_around_c=_between("c.started_at", *spans["day_around"]),
            day_around_o=_between("o.rung_at", *spans["day_around"]),
            at=_between('"at"', since, until),
            buckets=_buckets(query),
            touching=f"started_at < {_literal(until)} AND coalesce(ended_at, {_literal(until)}) > {_literal(since)}",
            touching_shifts=f"starts_at < {_literal(until)} AND ends_at > {_literal(since)}",
        )
        self.span = since, until

    def __missing__(self, column: str) -> str:
        return _between(column, *self.span)


def _literal(at: datetime) -> str:
    return f"TIMESTAMP '{at:%Y-%m-%d %H:%M:%S.%f}'"


def _between(column: str, since: datetime, until: datetime) -> str:
    return f"({column} >= {_literal(since)} AND {column} < {_literal(until)})"


def _buckets(query: Query) -> str:
    """Where what lasts is cut."""
    period, found = query.period, [query.period.since]
    step = {"total": None, "15m": 1, "30m": 2}.get(query.grain, 4)
    for quarter in range(period.begin + 1, period.end) if step else ():
        local = begin_of(quarter).astimezone(period.zone)
        if query.grain in ("day", "week", "month"):
            if local.hour == local.minute == 0:
                found.append(begin_of(quarter))
        elif (local.hour * 4 + local.minute // 15) % (step or 1) == 0:
            found.append(begin_of(quarter))
    rows = ", ".join(f"({_literal(a)}, {_literal(b)})" for a, b in zip(found, [*found[1:], period.until], strict=True))
    return f"(VALUES {rows}) b(lo, hi)"


def statement(query: Query, measures: tuple[str, ...]) -> str:
    """One for all relations that give some of these measures."""
    times, cube = _Times(query), query.cube.name
    relations = [text.replace("{p.started_at}", times["p.started_at"]).replace("{f.started_at}", times["f.started_at"]).format_map(times)
                 for gives, text in PEERS[cube] if set(gives.split()) & set(measures)]  # fmt: skip
    parts = " UNION ALL BY NAME ".join(f"SELECT * FROM ({text})" for text in relations)
    start = _start(query)
    picked = [*([start] if start else []), *(f'"{column}"' for column in query.keys)]
    sums = [f'coalesce({"max" if name in MAXIMA else "sum"}("{name}"), 0)::BIGINT' for name in measures]
    where = [f'"{name}" IN ({_values(values)})' for name, values in query.only.items()]
    spans = ""
    if cube == "concurrency":
        calls = f"""(SELECT * FROM calls WHERE {_between("started_at", times.span[0] - timedelta(days=1), times.span[1])}
            AND ended_at > {times["since"]} AND merged_into IS NULL)"""
        spans = f"WITH spans AS MATERIALIZED (SELECT * FROM {OF_LINES.format(calls)} WHERE {' AND '.join(where) or 'true'}) "
    group = f" GROUP BY {', '.join(str(i + 1) for i in range(len(picked)))}" if picked else ""
    return f"{spans}SELECT {', '.join([*picked, *sums])} FROM ({parts}) WHERE {' AND '.join(where) or 'true'}{group}"


def _values(values: Any) -> str:
    return ", ".join(f"'{value}'" if isinstance(value, str) else str(value) for value in values)


def _start(query: Query) -> str | None:
    local = f"(t AT TIME ZONE 'UTC' AT TIME ZONE '{query.period.zone.key}')"
    if query.grain == "total":
        return None
    if query.grain == "weekday_hour":
        return f"(isodow({local}) - 1) * 24 + hour({local})"
    if query.grain in ("day", "week", "month"):
        return f"date_trunc('{query.grain}', {local})::DATE"
    step = {"15m": 900, "30m": 1800, "hour": 3600}[query.grain]
    return f"epoch_us(t) // {step * 1_000_000} * {step // 900}"


def sums(duck: duckdb.DuckDBPyConnection, query: Query, measures: tuple[str, ...]) -> Found:
    """By start and keys; rows of nothing but 0 are left out."""
    width = len(query.keys) + (query.grain != "total")
    rows = duck.execute(statement(query, measures)).fetchall()
    return {(*(_comparable(query, key) for key in row[:width]),): tuple(row[width:]) for row in rows if any(row[width:])}


def _comparable(query: Query, key: Any) -> Any:
    """A day as its first quarter, as `reading` has it."""
    if not isinstance(key, date):
        return key
    return quarter_of(datetime(key.year, key.month, key.day, tzinfo=query.period.zone))
