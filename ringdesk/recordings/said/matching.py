"""The databases' own queries for what was said. What is looked for is handed over as values, its words quoted."""

from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    column,
    exists,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy import Text as SqlText
from sqlalchemy import cast as sql_cast
from sqlalchemy.types import UserDefinedType

from ringdesk.recordings.models import Said
from ringdesk.recordings.said.hits import Wanted
from ringdesk.recordings.said.indexing import LETTER
from ringdesk.recordings.said.words import SPEAKERS

MOST_NEAR = 4  # words whose nearness PostgreSQL is asked for; that of more is seen when the hits are looked for


class _TsQuery(UserDefinedType[str]):
    cache_ok = True

    def get_col_spec(self, **_kw: object) -> str:
        return "tsquery"


FTS5 = table("said_words", column("rowid", BigInteger), column("said_words"))
TSVECTOR = table(
    "said_words",
    column("id", BigInteger),
    column("recording_id", Integer),
    column("words"),
    column("pairs"),
    column("partial", Boolean),
)


def matched(wanted: Sequence[Wanted], dialect: str) -> tuple[Select[Any], ColumnElement[int]]:
    """Selects `id` and `recording_id` of the `Said` rows that any of `wanted` (not `near`) match; and the column of the first."""
    if dialect == "postgresql":
        asked = or_(*(and_(_candidate(each), *_exactly(each)) for each in wanted))
        return select(TSVECTOR.c.id, TSVECTOR.c.recording_id).select_from(TSVECTOR).where(asked), TSVECTOR.c.id
    # The plus keeps SQLite from asking FTS5 anew for each row of `said`.
    rows = select(FTS5.c.rowid.label("id"), Said.recording_id).select_from(FTS5).join(Said, Said.id == literal_column("+said_words.rowid"))
    return rows.where(FTS5.c.said_words.op("MATCH")(" OR ".join(f"({fts5(each)})" for each in wanted))), FTS5.c.rowid


def candidates(wanted: Wanted, dialect: str) -> tuple[Select[Any], ColumnElement[int]]:
    """As `matched`, for a search that looks at the newest first. On SQLite those that match, found in that order; on PostgreSQL what its
    index alone can tell, all at once: to let it look into the calls themselves would be dear, and most are not asked for."""
    if dialect != "postgresql":
        return matched([wanted], dialect)
    found = select(TSVECTOR.c.id, TSVECTOR.c.recording_id).where(_candidate(wanted)).cte("found").prefix_with("MATERIALIZED")
    return select(found.c.id, found.c.recording_id), found.c.id


def is_rough(wanted: Wanted) -> bool:
    """Does PostgreSQL's index tell only that the words are there, not how they stand?"""
    return wanted.match == "near" or (wanted.match == "phrase" and len(wanted.words) > 2)


def exact_ones(wanted: Wanted, ids: Sequence[int]) -> Select[tuple[int]]:
    """Those of these candidates whose words stand as wanted, by PostgreSQL's places; and those of which it has not all places."""
    return select(TSVECTOR.c.id).where(TSVECTOR.c.id.in_(ids), or_(TSVECTOR.c.partial, _asked(TSVECTOR.c.words, _standing(wanted))))


def fts5(wanted: Wanted) -> str:
    """In the language of sqlite.org/fts5.html, 3."""
    quoted = [f'"{word}"' for word in wanted.words]
    match wanted.match:
        case "phrase":
            asked = f'"{" ".join(wanted.words)}"'
        case "near":
            asked = f"NEAR({' '.join(quoted)}, {wanted.within})"
        case "any":
            asked = " OR ".join(quoted)
        case _:
            asked = " AND ".join(quoted)
    return asked if wanted.speaker is None else f"{{{wanted.speaker}}} : ({asked})"


def _letters(wanted: Wanted) -> list[str]:
    return [LETTER[wanted.speaker]] if wanted.speaker else list(LETTER.values())


def _candidate(wanted: Wanted) -> ColumnElement[bool]:
    """What GIN answers by itself: exact for words and for phrases of two, a few too many for longer ones and for words near each other."""
    letters, words = _letters(wanted), wanted.words
    match wanted.match:
        case "phrase":
            pairs = [f"{first} {second}" for first, second in pairwise(words)]
            return _asked(TSVECTOR.c.pairs, _any(_all(_lexeme(letter, pair) for pair in pairs) for letter in letters))
        case "near":
            return _asked(TSVECTOR.c.words, _any(_all(_lexeme(letter, word) for word in words) for letter in letters))
        case "any":
            return _asked(TSVECTOR.c.words, _any(_lexeme(letter, word) for word in words for letter in letters))
        case _:
            return _asked(TSVECTOR.c.words, _all(_any(_lexeme(letter, word) for letter in letters) for word in words))


def _exactly(wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    if is_rough(wanted):
        yield or_(_asked(TSVECTOR.c.words, _standing(wanted)), and_(TSVECTOR.c.partial, _in_text(wanted)))


def _standing(wanted: Wanted) -> str:
    letters = _letters(wanted)
    if wanted.match == "phrase":
        return _any(" <-> ".join(_lexeme(letter, word) for word in wanted.words) for letter in letters)
    return _any(
        _all(_near(_lexeme(letter, a), _lexeme(letter, b), wanted.within + 1) for a, b in combinations(wanted.words[:MOST_NEAR], 2))
        for letter in letters
    )


def _in_text(wanted: Wanted) -> ColumnElement[bool]:
    """For a phrase in a call so long that PostgreSQL does not keep all places. There is no sign in folded words that LIKE knows."""
    columns = [getattr(Said, speaker) for speaker in SPEAKERS if wanted.speaker in (None, speaker)]
    text = f"% {' '.join(wanted.words)} %"
    return exists().where(Said.id == TSVECTOR.c.id, or_(*((" " + column + " ").like(text) for column in columns)))


def _near(one: str, other: str, distance: int) -> str:
    return _any(f"{a} <{apart}> {b}" for apart in range(1, distance + 1) for a, b in ((one, other), (other, one)))


def _lexeme(letter: str, words: str) -> str:
    return f"'{letter}:{words}'"


def _any(asked: Iterable[str]) -> str:
    return f"({' | '.join(asked)})"


def _all(asked: Iterable[str]) -> str:
    return f"({' & '.join(asked)})"


def _asked(vector: ColumnElement[Any], query: str) -> ColumnElement[bool]:
    return vector.bool_op("@@")(sql_cast(bindparam(None, query, SqlText), _TsQuery))
