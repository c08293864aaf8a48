"""How the queries of SQL views are written, for both databases. Migrations that were run depend on it: only ever add to it."""

from collections.abc import Callable


def written(query: str, dialect: str) -> str:
    """`__s(us)`: microseconds as seconds. `__between(a, b)`: seconds between two times. `__at(quarter)`, `__on(day)`: a time and a date."""
    for word, of in (_SQLITE if dialect == "sqlite" else _POSTGRESQL).items():
        while (begin := query.find(f"{word}(")) >= 0:
            end = query.index(")", begin)
            query = query[:begin] + of(*query[begin + len(word) + 1 : end].split(", ")) + query[end + 1 :]
    return query


def _sqlite_us(time: str) -> str:
    return f"CAST(strftime('%s', substr({time}, 1, 19)) AS INTEGER) * 1000000 + CAST(substr({time}, 21, 6) AS INTEGER)"


_SQLITE: dict[str, Callable[..., str]] = {
    "__s": lambda us: f"{us} / 1000000.0",
    "__between": lambda a, b: f"(({_sqlite_us(b)}) - ({_sqlite_us(a)})) / 1000000.0",
    "__at": lambda quarter: f"datetime({quarter} * 900, 'unixepoch')",
    "__on": lambda day: f"date({day} * 86400, 'unixepoch')",
}
_POSTGRESQL: dict[str, Callable[..., str]] = {
    "__s": lambda us: f"CAST({us} AS DOUBLE PRECISION) / 1000000",
    "__between": lambda a, b: f"date_part('epoch', {b} - {a})",
    "__at": lambda quarter: f"to_timestamp(CAST({quarter} AS BIGINT) * 900)",
    "__on": lambda day: f"DATE '1970-01-01' + {day}",
}
