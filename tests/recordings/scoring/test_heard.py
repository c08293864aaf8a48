"""A phrase is found where its words were said in their order by one speaker, and nowhere else."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringdesk.recordings.scoring import wordlists
from ringdesk.recordings.scoring.heard import find, stream, tokens_of
from ringdesk.recordings.transcript import Utterance
from tests.recordings.scoring.speaking import agent, customer

ENGLISH = wordlists.of("en")
assert ENGLISH is not None
FILLERS = ENGLISH.fillers


def heard(said: list[Utterance], *phrases: str) -> list[str]:
    return [place.text for place in find(stream(said, "agent"), phrases, FILLERS)]


@pytest.mark.parametrize(
    ("text", "phrase", "found"),
    [
        ("good morning how can i help you", "How can I help?", ["how can i help"]),
        ("how uh can um i help", "how can i help", ["how can i help"]),
        ("how can i how can i help", "how can i help", ["how can i help"]),
        ("how can can i help", "how can i help", ["how can i help"]),
        ("how can i not help", "how can i help", []),
        ("i cannot help how i can", "how can i help", []),
        ("thank [unk] you", "thank you", ["thank you"]),
        ("i'm sorry to hear", "I’m sorry", ["i'm sorry"]),
        ("a follow-up call", "follow up", ["follow up"]),
        ("thank you and thank you", "thank you", ["thank you", "thank you"]),
        ("ДЯКУЮ за дзвінок", "дякую", ["дякую"]),
        ("anything", "…", []),
    ],
)
def test_words_in_their_order(text: str, phrase: str, found: list[str]) -> None:
    assert heard([agent(1.0, text)], phrase) == found


def test_the_others_words_are_not_ones_own() -> None:
    assert heard([customer(1.0, "how can i help")], "how can i help") == []
    assert heard([agent(1.0, "how can"), customer(1.8, "what"), agent(2.4, "i help")], "how can i help") == ["how can i help"]


def test_a_long_pause_ends_a_phrase() -> None:
    assert heard([agent(1.0, "how can"), agent(5.0, "i help")], "how can i help") == []


def test_the_longest_of_overlapping_phrases_stands() -> None:
    assert heard([agent(1.0, "thank you very much indeed")], "thank you", "thank you very much") == ["thank you very much"]


def test_a_place_has_its_time_and_the_mean_of_its_words_confidence() -> None:
    said = [agent(2.0, "thank", 0.6), agent(2.3, "you", 0.9)]
    (place,) = find(stream(said, "agent"), ["thank you"])
    assert (place.start, place.end, place.speaker) == (2.0, 2.55, "agent")
    assert place.confidence == pytest.approx(0.75)


words = st.lists(st.sampled_from(["a", "b", "c", "um"]), min_size=1, max_size=30)


@given(words, st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3), st.integers(0, 29))
def test_what_was_said_is_found_whatever_stands_around_it(around: list[str], phrase: list[str], at: int) -> None:
    said = [*around[:at], *phrase, *around[at:]]
    places = find(stream([agent(0.0, " ".join(said))], "agent"), [" ".join(phrase)], FILLERS)
    assert places
    for one, two in pairwise(places):
        assert one.end <= two.start, "places do not overlap"
    assert {place.text for place in places} == {" ".join(phrase)}


@given(st.text(max_size=60))
def test_any_text_is_words_or_nothing(text: str) -> None:
    assert tokens_of(" ".join(tokens_of(text))) == tokens_of(text)


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "uk", "ru"])
def test_word_lists_say_what_they_mean(language: str) -> None:
    words = wordlists.of(language)
    assert words is not None
    assert words is wordlists.of(f"{language}-xx")
    polite, rude = ({tuple(tokens_of(phrase)) for phrase in phrases} for phrases in (words.polite, words.rude))
    assert len(polite) == len(words.polite)
    assert len(rude) == len(words.rude)
    assert not polite & rude
    assert all(polite)
    assert all(rude)


@pytest.mark.parametrize("language", [None, "", "xx", "../en", "en/../../x"])
def test_no_list_for_other_languages(language: str | None) -> None:
    assert wordlists.of(language) is None
