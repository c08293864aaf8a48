"""Which phrases a recording has, and in how many recordings of a week and queue each was said."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import tzinfo
from functools import cache
from importlib import resources
from typing import Any

from sqlalchemy import String, and_, column, delete, func, literal, select, true, update
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.recordings.models import PhraseWeek
from ringdesk.recordings.said import weeks
from ringdesk.recordings.said.words import GAP, SPEAKERS, tokens
from ringdesk.storage.base import now
from ringdesk.storage.engine import insert_into

SHORTEST = 3  # characters of a word that is a phrase by itself
LONGEST = 128  # characters, the column's
SETTLED = 3  # weeks, in which calls of a week may still be transcribed; then what was said once goes
TIDIED = 4  # weeks looked through, so that a daily tidying misses none
FALLBACK = "en"  # the list for a language that has none


async def count(session: AsyncSession, said: Mapping[str, Any], by: int) -> None:
    """Count a recording's phrases (a row of `Said`) once each, or with -1 no more. In the same order always: two transactions that
    count the same phrases must not wait for each other."""
    found = sorted({phrase for speaker in SPEAKERS for phrase in of(said[speaker].split(), said["language"])})
    if not found:
        return
    rows = _rows(session.get_bind().dialect.name, found)
    week, queue = said["week"], said["queue"]
    if by > 0:
        adding = insert_into(PhraseWeek, session.get_bind().dialect.name).from_select(
            ["week", "queue", "phrase", "recordings"],
            select(literal(week, String), literal(queue, String), rows.c.value, literal(1)).where(true()),  # SQLite's ON wants a WHERE
        )
        once_more = {"recordings": PhraseWeek.recordings + 1}
        await session.execute(adding.on_conflict_do_update(index_elements=["week", "queue", "phrase"], set_=once_more))
        return
    these = and_(PhraseWeek.week == week, PhraseWeek.queue == queue, PhraseWeek.phrase.in_(select(rows.c.value)))
    without = {"synchronize_session": False}
    await session.execute(select(PhraseWeek.phrase).where(these).order_by(PhraseWeek.phrase).with_for_update())
    await session.execute(update(PhraseWeek).where(these).values(recordings=PhraseWeek.recordings - 1), execution_options=without)
    await session.execute(delete(PhraseWeek).where(these, PhraseWeek.recordings <= 0), execution_options=without)


async def tidy(session: AsyncSession, zone: tzinfo) -> None:
    """Most of what is said is said once. Of weeks gone by, only what was said in several recordings is kept."""
    for monday in weeks.last(SETTLED + TIDIED, now(), zone)[:TIDIED]:
        once = delete(PhraseWeek).where(PhraseWeek.week == monday.isoformat(), PhraseWeek.recordings <= 1)
        await session.execute(once, execution_options={"synchronize_session": False})


def _rows(dialect: str, values: list[str]) -> Any:
    """Many values as one parameter."""
    sent = literal(json.dumps(values, ensure_ascii=False), String)
    made = func.jsonb_array_elements_text(sql_cast(sent, JSONB)) if dialect == "postgresql" else func.json_each(sent)
    return made.table_valued(column("value", String), name="said_phrases")


def of(words: list[str], language: str | None) -> Iterator[str]:
    """Words that mean something, two of them in a row, and three with something at both ends: `refund`, `bank transfer`, `cancel my
    order`."""
    stops = stop_words(language)
    means = [word not in stops and word != GAP and not word.isdecimal() for word in words]
    for i, word in enumerate(words):
        if not means[i]:
            continue
        if len(word) >= SHORTEST:
            yield word
        if i + 1 < len(words) and means[i + 1]:
            yield f"{word} {words[i + 1]}"[:LONGEST]
        if i + 2 < len(words) and means[i + 2] and words[i + 1] != GAP:
            yield f"{word} {words[i + 1]} {words[i + 2]}"[:LONGEST]


@cache
def stop_words(language: str | None) -> frozenset[str]:
    """Of `en-us` those of English. Folded, as what was said is."""
    name = (language or FALLBACK).partition("-")[0]
    folder = resources.files(__package__) / "stopwords"
    listed = folder / f"{name if name.isalpha() else FALLBACK}.txt"
    if not listed.is_file():
        listed = folder / f"{FALLBACK}.txt"
    return frozenset(_folded(listed.read_text("utf-8").splitlines()))


def _folded(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if not line.startswith("#"):
            yield from tokens(line)
