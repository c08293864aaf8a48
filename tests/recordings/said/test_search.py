"""What was said is found, on both databases alike, with the places where it was said."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from random import Random

import pytest
from sqlalchemy import delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.recordings import said
from ringdesk.recordings.access import EVERYTHING, RecordingScope
from ringdesk.recordings.models import PhraseWeek, Recording, Said, Transcript
from ringdesk.recordings.said.search import Found, NoWords, Search, search
from ringdesk.storage.engine import Database
from ringdesk.storage.paging import BadCursor
from tests.recordings.said.corpus import MONDAY, Turn, record, utterances

VOCABULARY = ["refund", "card", "Straße", "Müller's", "order", "the", "ЗАМОВЛЕННЯ", "not", "AND", "NEAR", "e-mail", "ﬁne", "x2", "मुझे"]
# As they are compared, written down by hand.
FOLDED = {
    "refund": "refund", "card": "card", "Straße": "strasse", "Müller's": "mullers", "order": "order", "the": "the",
    "ЗАМОВЛЕННЯ": "замовлення", "not": "not", "AND": "and", "NEAR": "near", "e-mail": "e mail", "ﬁne": "fine", "x2": "x2", "मुझे": "मुझे",
}  # fmt: skip


async def everything(session: AsyncSession, wanted: Search, scope: RecordingScope = EVERYTHING, limit: int = 100) -> list[Found]:
    found, cursor = await search(session, scope, wanted, cursor=None, limit=limit)
    while cursor is not None:
        more, cursor = await search(session, scope, wanted, cursor=cursor, limit=limit)
        found += more
    return found


async def ids(session: AsyncSession, q: str, **more: object) -> list[int]:
    return [each.recording.id for each in await everything(session, Search(q=q, **more))]  # type: ignore[arg-type]


# A naive search in lists of words -------------------------------------------------------------------------------------------------


def contains(words: list[str], spoken: list[list[str]], match: str, within: int) -> bool:
    if match == "phrase":
        return any(each[i : i + len(words)] == words for each in spoken for i in range(len(each)))
    wanted = set(words)
    if match == "any":
        return any(wanted & set(each) for each in spoken)
    if match == "all" or len(wanted) == 1:
        return wanted <= {word for each in spoken for word in each}
    # Near: some place of each word, so that no more than `within` words lie between the first and the last.
    for each in spoken:
        places = [[i for i, word in enumerate(each) if word == one] for one in wanted]
        if any(max(chosen) - min(chosen) - 1 <= within for chosen in product(*places)):
            return True
    return False


@pytest.mark.parametrize("seed", range(4))
async def test_a_random_corpus_is_searched_as_by_hand(db: Database, seed: int) -> None:
    rng = Random(seed)
    kept: dict[int, tuple[dict[str, list[str]], str | None, list[int]]] = {}
    order: list[int] = []
    async with db.write() as session:
        moments = [MONDAY + timedelta(minutes=rng.randrange(40)) for _ in range(60)]
        for moment in moments:
            turns: list[Turn] = [
                (rng.choice(("agent", "customer")), " ".join(rng.choices(VOCABULARY, k=rng.randrange(1, 9))))
                for _ in range(rng.randrange(5))
            ]
            if rng.random() < 0.1:
                turns = [("mixed", text) for _, text in turns]
            queue, agents = rng.choice(["support", "sales", None]), rng.sample([1, 2, 3], rng.randrange(1, 3))
            row = await record(session, turns, at=moment, queue=queue, agents=agents)
            spoken: dict[str, list[str]] = {}
            for speaker, said_text in turns:
                spoken.setdefault(speaker, []).extend(" ".join(FOLDED[word] for word in said_text.split()).split())
            kept[row.id] = spoken, queue, agents
            order.append(row.id)
    started = dict(zip(order, moments, strict=True))
    newest = sorted(order, key=lambda id: (started[id], id), reverse=True)
    async with db.read() as session:
        for _ in range(120):
            asked = rng.choices(VOCABULARY, k=rng.randrange(1, 5))
            match, within = rng.choice(["all", "any", "phrase", "near"]), rng.randrange(1, 8)
            speaker = rng.choice([None, None, "agent", "customer"])
            queue, agent = rng.choice([None, None, "sales"]), rng.choice([None, None, 2])
            since = rng.choice([None, MONDAY + timedelta(minutes=10)])
            until = rng.choice([None, MONDAY + timedelta(minutes=rng.randrange(15, 40))])
            scope = rng.choice([EVERYTHING, RecordingScope(agents=frozenset({1}), queues=frozenset({"support"}))])
            words = " ".join(FOLDED[word] for word in asked).split()
            expected = [
                id
                for id in newest
                for spoken, its_queue, agents in [kept[id]]
                if contains(words, [spoken[s] for s in spoken if speaker in (None, s)], match, within)
                and (queue in (None, its_queue))
                and (agent is None or agent in agents)
                and (since is None or started[id] >= since)
                and (until is None or started[id] < until)
                and (scope.everything or 1 in agents or its_queue == "support")
            ]
            wanted = Search(
                q=rng.choice([str.upper, str.lower, str])(" ".join(asked)), match=match, within=within, speaker=speaker, queue=queue,
                agent_id=agent, since=since, until=until,
            )  # fmt: skip
            found = await everything(session, wanted, scope, limit=rng.choice([3, 7, 100]))
            assert [each.recording.id for each in found] == expected, wanted
            assert all(1 <= len(each.hits) <= 5 for each in found)
            assert all(hit.speaker == speaker or speaker is None for each in found for hit in each.hits)


# One thing each ------------------------------------------------------------------------------------------------------------------


async def test_a_hit_says_where_to_listen(db: Database) -> None:
    turns: list[Turn] = [
        ("agent", "Good morning how can I help"),
        ("customer", "I want a refund please a Refund for Müller’s order"),
        ("agent", "a refund takes three days"),
    ]
    async with db.write() as session:
        row = await record(session, turns)
    async with db.read() as session:
        (found,) = await everything(session, Search(q="REFUND", speaker="customer"))
        assert found.recording.id == row.id
        first, second = found.hits
        assert (first.speaker, first.start, first.end) == ("customer", 4.6, 5.0)
        assert (first.before, first.words, first.after) == ("I want a", "refund", "please a Refund for Müller’s order")
        assert second.words == "Refund"
        assert [hit.words for hit in (await everything(session, Search(q="for Mullers", match="phrase")))[0].hits] == ["for Müller’s"]
        (found,) = await everything(session, Search(q="order refund", match="near", within=2))
        assert [hit.words for hit in found.hits] == ["Refund for Müller’s order"]


async def test_the_first_five_are_told_and_how_many_more(db: Database) -> None:
    async with db.write() as session:
        await record(session, [("agent", "yes " * 9), ("customer", "yes yes")])
    async with db.read() as session:
        (found,) = await everything(session, Search(q="yes"))
        assert (len(found.hits), found.more) == (5, 6)
        assert [hit.start for hit in found.hits] == sorted(hit.start for hit in found.hits)


async def test_a_pause_and_a_masked_word_part_a_phrase(db: Database) -> None:
    async with db.write() as session:
        together = await record(session, [("agent", "the card"), ("customer", "yes"), ("agent", "number please")])
        await record(session, [("agent", "the card"), ("agent", "number please")], pause=2.5)
        await record(session, [("agent", "the card [masked] number •••• please [unk]")])
    async with db.read() as session:
        assert await ids(session, "card number", match="phrase") == [together.id]
        for sign in ("••••", "·"):
            with pytest.raises(NoWords):
                await search(session, EVERYTHING, Search(q=sign), cursor=None, limit=5)
        assert await ids(session, "unk") == []
        assert len(await ids(session, "card number", match="near", within=1)) == 3


@pytest.mark.parametrize(
    "q", ['"', "a OR b", "NEAR(a b, 3)", "agent : a", "a*", "-a", "^a", "{agent}:a", "'a' & !b", "a:*", "\\", "(", "a\x00b"]
)
async def test_what_is_typed_is_no_language(db: Database, q: str) -> None:
    """Words are words, whatever they mean to a database; what has none is said to have none."""
    async with db.write() as session:
        row = await record(session, [("agent", "near or agent a b 3")])
    async with db.read() as session:
        try:
            assert await ids(session, q, match="any") == [row.id]
        except NoWords:
            assert not any(char.isalnum() for char in q)
        with pytest.raises(BadCursor):
            await search(session, EVERYTHING, Search(q="a"), cursor="x", limit=5)


async def test_a_call_of_many_hours_is_searched_to_its_end(db: Database) -> None:
    """Beyond what PostgreSQL keeps places of: 16,383 of a text, 256 of a word."""
    many = ["well"] * 400 + [f"word{i}" for i in range(17_000)] + ["cancel", "my", "old", "order", "well"]
    async with db.write() as session:
        row = await record(session, [("customer", " ".join(many))])
        await record(session, [("customer", " ".join(many[:-3]) + " well")])
    async with db.read() as session:
        for match in ("phrase", "near", "all"):
            assert row.id in await ids(session, "cancel my old", match=match)
        assert await ids(session, "cancel my old", match="phrase") == [row.id]
        assert await ids(session, "order cancel well", match="near", within=3) == [row.id]
        assert await ids(session, "order cancel well", match="near", within=2) == []
        assert await ids(session, "my order", match="phrase") == []


async def test_files_that_begin_at_once_are_all_found(db: Database) -> None:
    async with db.write() as session:
        rows = [await record(session, [("agent", "hello")]) for _ in range(7)]
    async with db.read() as session:
        found = await everything(session, Search(q="hello", since=MONDAY, until=MONDAY + timedelta(seconds=1)), limit=2)
        assert [each.recording.id for each in found] == [row.id for row in reversed(rows)]


async def test_indexed_again_it_stands_there_once(db: Database) -> None:
    async with db.write() as session:
        row = await record(session, [("agent", "first version of words")])
        again = utterances([("agent", "second version of words")])
        for _ in range(3):
            await said.index(session, row.id, again)
        await session.get_one(Transcript, row.id)
    async with db.read() as session:
        assert await session.scalar(select(func.count()).select_from(Said)) == 1
        counts = {row.phrase: row.recordings for row in await session.execute(select(PhraseWeek.phrase, PhraseWeek.recordings))}
        assert "first" not in counts
        assert counts["version"] == counts["version of words"] == 1
        assert await ids(session, "first") == []


@pytest.mark.parametrize("how", ["forgotten", "cascade"])
async def test_a_deleted_recording_is_found_no_more(db: Database, how: str) -> None:
    async with db.write() as session:
        row, kept = await record(session, [("agent", "secret plan")]), await record(session, [("agent", "public plan")])
        id = row.id
    async with db.write() as session:
        if how == "forgotten":
            await said.forget(session, id)
        await session.execute(delete(Recording).where(Recording.id == id))
    async with db.read() as session:
        assert await ids(session, "plan") == [kept.id]
        words = "said_words WHERE said_words MATCH 'secret'" if db.dialect == "sqlite" else "said_words WHERE words @@ '''a:secret'''"
        assert await session.scalar(text(f"SELECT count(*) FROM {words}")) == 0
        left = await session.scalar(select(func.count()).select_from(PhraseWeek).where(PhraseWeek.phrase.contains("secret")))
        assert left == (0 if how == "forgotten" else 2), "who deletes without telling leaves the counts"


async def test_one_that_belongs_to_another_call_moves(db: Database) -> None:
    async with db.write() as session:
        row, other = await record(session, [("agent", "plan")]), await record(session, [("agent", "plan")], at=MONDAY + timedelta(days=1))
        row.started_at, row.queue = MONDAY + timedelta(days=9), "sales"
        await session.flush()
        await said.moved(session, row.id, MONDAY.tzinfo)  # type: ignore[arg-type]  # it has one
        await said.moved(session, other.id, MONDAY.tzinfo)  # type: ignore[arg-type]  # nothing to do
    async with db.read() as session:
        found, cursor = await search(session, EVERYTHING, Search(q="plan"), cursor=None, limit=1)
        assert [each.recording.id for each in found] == [row.id]
        found, _ = await search(session, EVERYTHING, Search(q="plan"), cursor=cursor, limit=1)
        assert [each.recording.id for each in found] == [other.id]
        wanted = Search(q="plan", queue="sales", since=MONDAY + timedelta(days=8))
        assert [each.recording.id for each in await everything(session, replace(wanted, speaker="agent"))] == [row.id]
        counts = {
            (week, queue): n for week, queue, n in await session.execute(select(PhraseWeek.week, PhraseWeek.queue, PhraseWeek.recordings))
        }
        assert counts == {("2026-11-16", "support"): 1, ("2026-11-23", "sales"): 1}
