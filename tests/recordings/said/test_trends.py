"""Topics and phrases by week: counted as by hand, and compared as the handbook says."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from math import isclose, sqrt
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from ringdesk.config.errors import NoSuch
from ringdesk.recordings import said
from ringdesk.recordings.access import EVERYTHING, RecordingScope
from ringdesk.recordings.models import PhraseWeek, Recording
from ringdesk.recordings.said import phrases, topics, trends, weeks
from ringdesk.recordings.said.topics import NoWordsInPhrase, TopicThere
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database
from tests.recordings.said.corpus import MONDAY, record, utterances

KYIV = ZoneInfo("Europe/Kyiv")
WEDNESDAY = MONDAY + timedelta(days=2, weeks=3)


@given(
    st.integers(631_152_000, 3_786_912_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.sampled_from(["Europe/Kyiv", "America/Lima", "UTC"]),
)
def test_a_moment_lies_in_its_week(moment: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    monday = weeks.of(moment, zone)
    assert monday.weekday() == 0
    assert weeks.begins(monday, zone) <= moment < weeks.begins(monday + weeks.WEEK, zone)
    assert weeks.last(3, moment, zone) == [monday - timedelta(days=14), monday - timedelta(days=7), monday]


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_the_z_of_two_shares(x1: int, rest1: int, x0: int, rest0: int) -> None:
    n1, n0 = x1 + rest1, x0 + rest0
    z = trends.z_score(x1, n1, x0, n0)
    assert isclose(z, -trends.z_score(x0, n0, x1, n1), abs_tol=1e-9), "the other way round it is the same, falling"
    if not n1 or not n0 or x1 + x0 < trends.SUPPORT or not rest1 + rest0:
        assert z == 0
        return
    # Its square is the chi-square of the two-by-two table without a correction: another way to the same figure.
    total, yes = n1 + n0, x1 + x0
    expected = [n1 * yes / total, n1 * (total - yes) / total, n0 * yes / total, n0 * (total - yes) / total]
    chi_square = sum((seen - mean) ** 2 / mean for seen, mean in zip([x1, rest1, x0, rest0], expected, strict=True))
    assert isclose(abs(z), sqrt(chi_square), rel_tol=1e-6, abs_tol=1e-6)


def test_phrases_begin_and_end_with_something() -> None:
    found = set(
        phrases.of(
            ["i", "want", "to", "cancel", "my", "order", "and", "the", "bank", "transfer", "of", "20", "pounds", "·", "refund"], "en-us"
        )
    )
    assert found == {"cancel", "cancel my order", "order", "bank", "bank transfer", "transfer", "pounds", "refund"}
    assert set(phrases.of(["ich", "möchte", "kündigen"], "de")) == {"möchte", "kündigen", "möchte kündigen"}, "not folded: no stop word"
    assert set(phrases.of(["ich", "mochte", "kundigen"], "de-DE")) == {"kundigen"}
    assert phrases.stop_words("xx") == phrases.stop_words(None) == phrases.stop_words("../../x") == phrases.stop_words("en")
    for language in ("de", "es", "fr", "it", "pl", "pt", "ru", "uk"):
        assert len(phrases.stop_words(language)) > 100


@pytest.mark.parametrize("seed", range(2))
async def test_what_is_counted_is_what_was_said(db: Database, seed: int) -> None:
    rng = Random(seed)
    vocabulary = ["refund", "cancel", "my", "order", "the", "delivery", "late"]
    spoken: dict[int, tuple[date, str, set[str]]] = {}
    async with db.write() as session:
        for _ in range(40):
            at = MONDAY + timedelta(hours=rng.randrange(24 * 20))
            queue = rng.choice(["support", "sales", None])
            row = await record(session, at=at, queue=queue, index=False)
            for _ in range(rng.randrange(1, 3)):  # some twice: transcribed again with a better model
                turns = [("agent", " ".join(rng.choices(vocabulary, k=8))), ("customer", " ".join(rng.choices(vocabulary, k=4)))]
                await said.index(session, row.id, utterances(turns), zone=KYIV)  # type: ignore[arg-type]
            each = {phrase for _, text in turns for phrase in phrases.of(text.split(), "en")}
            spoken[row.id] = weeks.of(at, KYIV), queue or "", each
        gone = rng.sample(list(spoken), 10)
        for id in gone:
            await said.forget(session, id)
            del spoken[id]
    expected = Counter((week.isoformat(), queue, phrase) for week, queue, each in spoken.values() for phrase in each)
    async with db.read() as session:
        rows = await session.execute(select(PhraseWeek.week, PhraseWeek.queue, PhraseWeek.phrase, PhraseWeek.recordings))
        assert {(week, queue, phrase): n for week, queue, phrase, n in rows} == dict(expected)


async def test_topics_rise_and_fall(db: Database) -> None:
    async with db.write() as session:
        await topics.add(session, "Cancelling", ["cancel my contract", "terminate"], "customer")
        await topics.add(session, "Rain", ["rain"], None)
        for week in range(4):
            for i in range(10):
                cancels = i < (8 if week == 2 else 2)
                text = "I want to cancel my contract terminate" if cancels else "just the weather rain"
                turns = [("agent", "cancel my contract"), ("customer", text)]
                await record(
                    session, turns, at=MONDAY + timedelta(weeks=week, hours=i), queue="sales" if i % 2 else "support", agents=(i % 2,)
                )  # type: ignore[arg-type]
        await record(session, [("customer", "terminate")], at=MONDAY - timedelta(days=1))
    asked = {"count": 3, "limit": 30, "now": WEDNESDAY, "zone": UTC}
    async with db.read() as session:
        found = await trends.of_topics(session, EVERYTHING, queue=None, **asked)  # type: ignore[arg-type]
        assert found.weeks == [date(2026, 11, 16), date(2026, 11, 23), date(2026, 11, 30), date(2026, 12, 7)]
        assert found.totals == [10, 10, 10, 10]
        by_name = {row.name: row for row in found.rows}
        row = by_name["Cancelling"]
        assert row.recordings == [2, 2, 8, 2], "only what the customer said, once a recording, and the running week beside"
        assert (row.shares, row.change) == ([0.2, 0.2, 0.8, 0.2], 0.6)
        assert row.score == round(trends.z_score(8, 10, 4, 20), 2) > 3
        assert by_name["Rain"].score == -row.score
        found = await trends.of_topics(session, EVERYTHING, queue="sales", **asked)  # type: ignore[arg-type]
        assert found.totals == [5, 5, 5, 5]
        agents = RecordingScope(agents=frozenset({1}))
        assert (await trends.of_topics(session, agents, queue=None, **asked)).totals == [5, 5, 5, 5]  # type: ignore[arg-type]
        assert (await trends.of_topics(session, agents, queue="support", **asked)).totals == [0, 0, 0, 0]  # type: ignore[arg-type]


async def test_phrases_rise_and_fall(db: Database) -> None:
    async with db.write() as session:
        for week in range(4):
            for i in range(12):
                text = "the parcel shop lost it" if i < 1 + 5 * (week == 2) else "my invoice is wrong"
                await record(session, [("customer", f"hello {text}")], at=MONDAY + timedelta(weeks=week, hours=i), queue="support")
            await record(session, [("customer", "only once in a queue of its own")], at=MONDAY + timedelta(weeks=week), queue="sales")
    asked = {"count": 3, "limit": 30, "now": WEDNESDAY, "zone": UTC}
    async with db.read() as session:
        found = await trends.of_phrases(session, EVERYTHING, queue="support", **asked)  # type: ignore[arg-type]
        assert found.totals == [12, 12, 12, 12]
        assert [(row.name, row.recordings) for row in found.rows] == [
            ("invoice is wrong", [11, 11, 6, 11]),
            ("parcel shop lost", [1, 1, 6, 1]),
        ], "the longest of what was said together; nothing that was said too seldom"
        assert found.rows[1].score == round(trends.z_score(6, 12, 2, 24), 2) == -found.rows[0].score
        everywhere = await trends.of_phrases(session, EVERYTHING, queue=None, **asked)  # type: ignore[arg-type]
        assert everywhere.totals == [13, 13, 13, 13]
        mine = RecordingScope(agents=frozenset({1}), queues=frozenset({"sales"}))
        assert (await trends.of_phrases(session, mine, queue=None, **asked)).totals == [1, 1, 1, 1]  # type: ignore[arg-type]
        assert (await trends.of_phrases(session, mine, queue="support", **asked)).rows == []  # type: ignore[arg-type]
        nothing = await trends.of_phrases(session, EVERYTHING, queue=None, **(asked | {"now": WEDNESDAY + timedelta(weeks=60)}))  # type: ignore[arg-type]
        assert (nothing.totals, nothing.rows) == ([0, 0, 0, 0], [])


async def test_of_weeks_gone_by_what_was_said_once_is_let_go(db: Database) -> None:
    old, new = now() - timedelta(weeks=phrases.SETTLED + 1), now()
    async with db.write() as session:
        for at in (old, new):
            await record(session, [("agent", "common plan")], at=at)
            await record(session, [("agent", "common plan rare words")], at=at)
        await said.tidy(session, UTC)
    async with db.read() as session:
        rows = await session.execute(select(PhraseWeek.week, func.count()).group_by(PhraseWeek.week).order_by(PhraseWeek.week))
        assert [n for _, n in rows] == [3, 9], "common, plan, and both; rare, words and what they make"


async def test_topics_are_kept_and_marked(db: Database) -> None:
    async with db.write() as session:
        topic = await topics.add(session, "Refund", ["money back", "refund", "refund"], "customer")
        assert topic.phrases == ["money back", "refund"]
        await topics.add(session, "Angry", ["ridiculous"], None)
        row = await record(
            session,
            [("agent", "a refund"), ("customer", "I want my money back this is ridiculous a refund"), ("agent", "ridiculous")],
        )
    async with db.read() as session:
        marks = await topics.topic_marks(session, row.id)
        assert [(mark.topic, mark.start, mark.end) for mark in marks] == [
            ("Refund", 2.6, 3.5), ("Angry", 4.6, 5.0), ("Refund", 5.6, 6.0), ("Angry", 6.2, 6.6),
        ]  # fmt: skip
        assert await topics.topic_marks(session, row.id + 1) == []
    with pytest.raises(TopicThere):
        async with db.write() as session:
            await topics.add(session, "Refund", ["x"], None)
    with pytest.raises(TopicThere):
        async with db.write() as session:
            await topics.change(session, topic.id, "Angry", ["x"], None)
    with pytest.raises(NoWordsInPhrase):
        async with db.write() as session:
            await topics.add(session, "Dots", ["..."], None)
    async with db.write() as session:
        assert (await topics.change(session, topic.id, "Money", ["cash"], None)).speaker is None
        await topics.remove(session, topic.id)
        with pytest.raises(NoSuch):
            await topics.remove(session, topic.id + 100)
    async with db.read() as session:
        assert [row.name for row in await topics.everything(session)] == ["Angry"]
        assert await session.scalar(select(func.count()).select_from(Recording)) == 1
