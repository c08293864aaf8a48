"""Cursors: what was given out comes back as it was; anything else is refused, and nothing else happens."""

import base64
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from ringdesk.agents.models import Team
from ringdesk.storage import paging
from ringdesk.storage.base import clean
from ringdesk.storage.engine import Database
from ringdesk.storage.paging import BadCursor, Key

moments = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9998, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
values = st.one_of(
    st.tuples(st.just(datetime), moments), st.tuples(st.just(int), st.integers(-(2**31), 2**31 - 1)),
    st.tuples(st.just(str), st.text().map(clean)),
)  # fmt: skip
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.lists(values, min_size=1, max_size=4))
def test_what_was_given_out_comes_back(pairs: list[tuple[type, Any]]) -> None:
    cursor = paging.encode([value for _, value in pairs])
    assert paging.decode(cursor, [kind for kind, _ in pairs]) == [value for _, value in pairs]
    assert set(cursor) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), "it fits into an address"


def forged(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


texts = st.one_of(st.text(), st.binary().map(lambda b: b.decode("latin-1")), anything.map(forged))


@given(texts, st.lists(st.sampled_from([int, str, datetime])))
def test_any_other_text_is_refused(cursor: str, types: list[type]) -> None:
    try:
        found = paging.decode(cursor, types)
    except BadCursor:
        return
    assert [type(value) for value in found] == types


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (2**31, int), (-(2**31) - 1, int), (True, int), (1.0, int), ("1", int), (None, int),
        ("\x00", str), ("\ud800", str), (1, str), ([], str),
        ("2026-11-21T12:00:00", datetime), ("0001-01-01T00:00:00+14:00", datetime), ("9999-12-31T23:00:00-14:00", datetime),
        ("yesterday", datetime), (0, datetime), ("2026-11-21", datetime),
    ],
)  # fmt: skip
def test_what_no_column_could_hold_is_refused(value: Any, kind: type) -> None:
    with pytest.raises(BadCursor):
        paging.decode(forged([value]), [kind])
    with pytest.raises(BadCursor):
        paging.decode(forged([value, value]), [kind])


def test_a_moment_of_another_zone_is_the_same_moment() -> None:
    at = datetime(2026, 11, 21, 12, tzinfo=timezone(timedelta(hours=2)))
    assert paging.decode(paging.encode([at]), [datetime]) == [at]


@pytest.mark.parametrize("descending", [(False, False), (True, False), (False, True), (True, True)])
async def test_pages_in_any_mixture_of_directions(db: Database, descending: tuple[bool, bool]) -> None:
    async with db.write() as session:
        session.add_all(Team(name=name) for name in ("b", "a", "Ä", "я", "B", "c", "aa", " ", "_", "z"))
    keys = [Key(Team.name, descending[0]), Key(Team.id, descending[1], int)]
    seen: list[str] = []
    cursor: str | None = None
    async with db.read() as session:
        whole = (await session.scalars(paging.page(select(Team), keys, None, 100))).all()
        for _ in range(10):
            rows = (await session.scalars(paging.page(select(Team), keys, cursor, 3))).all()
            seen += [row.name for row in rows[:3]]
            if len(rows) <= 3:
                break
            cursor = paging.encode([rows[2].name, rows[2].id])
    assert seen == [team.name for team in whole]
    assert len(seen) == 10
