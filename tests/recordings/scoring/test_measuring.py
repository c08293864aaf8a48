"""Talk share, silence, interruptions, speed, politeness: figures with known answers, and what holds for any conversation."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringdesk.recordings.scoring import measuring, wordlists
from ringdesk.recordings.scoring.heard import Stream, stream
from ringdesk.recordings.scoring.measuring import Span
from ringdesk.recordings.transcript import Utterance, Word
from tests.recordings.scoring.speaking import agent, customer


def both(*said: Utterance) -> tuple[Stream, Stream]:
    return stream(said, "agent"), stream(said, "customer")


def test_talk_share_is_by_time_and_counts_what_both_say_for_both() -> None:
    ours, theirs = both(agent(0.0, "one two three four", every=0.25), customer(0.5, "one two three four", every=0.25))
    assert measuring.talk_share(ours, theirs) == pytest.approx(50)
    assert measuring.talk_share(*both(agent(0.0, "alone"))) == 100
    assert measuring.talk_share(*both(customer(0.0, "alone"))) == 0
    assert measuring.talk_share(*both()) is None


def test_words_per_minute_leave_pauses_out() -> None:
    said = [agent(0.0, "a b c d", every=0.5), agent(30.0, "e f g h", every=0.5)]
    assert measuring.words_per_minute(both(*said)[0]) == pytest.approx(60 * 8 / (2 * 1.75))


def test_the_longest_silence_is_inside_the_conversation_and_not_on_hold() -> None:
    talks = both(agent(10.0, "hello"), customer(14.0, "hello"), agent(40.0, "back"), customer(50.0, "bye"))
    assert measuring.longest_silence(talks, [Span(9.0, 55.0)], []) == Span(14.25, 40.0)
    assert measuring.longest_silence(talks, [Span(9.0, 55.0)], [Span(15.0, 39.5)]) == Span(40.25, 50.0)
    assert measuring.longest_silence(talks, [Span(9.0, 14.0)], []) == Span(10.25, 14.0)
    assert measuring.longest_silence(talks, [Span(10.0, 10.2)], []) is None


@pytest.mark.parametrize(
    ("begins", "words", "count"),
    [
        (3.0, "well let me tell you something", 1),
        (3.0, "mhm", 0),
        (1.1, "well let me tell you something", 0),
        (6.8, "well let me tell you something", 0),
        (8.0, "well let me tell you something", 0),
    ],
    ids=["into the middle", "a continuer", "together", "into the last sounds", "afterwards"],
)
def test_what_an_interruption_is(begins: float, words: str, count: int) -> None:
    theirs = customer(1.0, "i have been waiting for two weeks now and nobody has called me back about it at all")
    ours, theirs_ = both(theirs, agent(begins, words))
    found = measuring.interruptions(ours, theirs_)
    assert len(found) == count
    assert [place.start for place in found] == [begins] * count


def test_politeness_is_polite_less_rude_words_by_hundred() -> None:
    words = wordlists.of("en")
    assert words is not None
    figure, places = measuring.politeness(both(agent(0.0, "thank you please shut up now one two three four"))[0], words) or (0, [])
    assert figure == pytest.approx(10.0), "two less one in ten words"
    assert [place.text for place in places] == ["thank you", "please", "shut up"]


spans = st.lists(st.tuples(st.integers(0, 100), st.integers(0, 20)).map(lambda s: Span(s[0] / 2, (s[0] + s[1]) / 2)), max_size=12)


@given(spans, spans)
def test_taking_time_away_is_exact(some: list[Span], taken: list[Span]) -> None:
    def ticks(parts: list[Span]) -> set[int]:
        return {tick for part in parts for tick in range(round(part.start * 2), round(part.end * 2))}

    left = measuring.minus(some, taken)
    assert ticks(left) == ticks(some) - ticks(taken)
    assert all(part.length > 0 for part in left)
    assert all(one.end <= two.start for one, two in pairwise(left))
    assert measuring.common(some, taken) == len(ticks(some) & ticks(taken)) / 2


moments = st.integers(0, 2000).map(lambda tenth: tenth / 10)
said_words = st.lists(
    st.builds(
        lambda who, start, length: (who, Word(word="word", start=start, end=start + length, confidence=1.0)),
        st.sampled_from(["agent", "customer"]),
        moments,
        st.integers(1, 10).map(lambda tenth: tenth / 10),
    ),
    max_size=40,
)


@given(said_words)
def test_figures_stay_within_their_bounds(words: list[tuple[str, Word]]) -> None:
    said = [Utterance(speaker=who, start=w.start, end=w.end, text="word", words=[w]) for who, w in words]  # type: ignore[arg-type]
    ours, theirs = both(*said)
    share = measuring.talk_share(ours, theirs)
    assert share is None or 0 <= share <= 100
    assert (share is None) == (not words)
    other = measuring.talk_share(theirs, ours)
    assert share is None or other is None or share + other == pytest.approx(100)
    longest = measuring.longest_silence([ours, theirs], [Span(0.0, 210.0)], [])
    assert longest is not None
    assert all(w.end <= longest.start or w.start >= longest.end for _, w in words), "nobody speaks in it"
    assert len(measuring.interruptions(ours, theirs)) <= len(measuring.stretches(ours))
    rate = measuring.words_per_minute(ours)
    assert rate is None or rate > 0
    assert sum(len(s.tokens) for s in measuring.stretches(ours)) == len(ours.tokens)
