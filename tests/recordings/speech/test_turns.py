"""Words to turns: every word once, whatever was said and however they spoke over each other."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ringdesk.recordings.speech.turns import LONGEST_S, MASK, PAUSE_S, utterances
from ringdesk.recordings.transcript import Speaker, Utterance, Word


@st.composite
def speech(draw: st.DrawFn) -> list[Word]:
    """One speaker's words as a recogniser gives them: one after the other."""
    at, words = 0.0, []
    for number in range(draw(st.integers(0, 40))):
        at += draw(st.sampled_from([0.0, 0.05, 0.3, 0.79, 0.81, 3.0, 40.0]))
        length = draw(st.sampled_from([0.1, 0.4, 2.0]))
        words.append(Word(word=draw(st.sampled_from(["yes", "no", MASK, f"w{number}"])), start=at, end=at + length, confidence=1.0))
        at += length
    return words


SIDES: st.SearchStrategy[list[tuple[Speaker, list[Word]]]] = st.one_of(
    st.tuples(speech(), speech()).map(lambda both: [("agent", both[0]), ("customer", both[1])]),
    speech().map(lambda words: [("mixed", words)]),
)


@given(SIDES)
def test_every_word_is_in_one_turn_of_its_speaker_in_order(sides: list[tuple[Speaker, list[Word]]]) -> None:
    turns = utterances(sides)
    for speaker, words in sides:
        assert [word for turn in turns if turn.speaker == speaker for word in turn.words] == words
    assert len(turns) <= sum(len(words) for _, words in sides)


@given(SIDES)
def test_turns_are_by_time_and_hold_their_words(sides: list[tuple[Speaker, list[Word]]]) -> None:
    turns = utterances(sides)
    assert all(one.start <= two.start for one, two in pairwise(turns))
    for turn in turns:
        assert turn.words
        assert turn.start == turn.words[0].start
        assert all(turn.start <= word.start <= word.end <= turn.end for word in turn.words)
        assert all(after.start - before.end <= PAUSE_S for before, after in pairwise(turn.words))
        assert turn.end - turn.start <= LONGEST_S or len(turn.words) == 1


def spoken(text: str, start: float = 0.0) -> list[Word]:
    return [Word(word=word, start=start + n * 0.3, end=start + n * 0.3 + 0.25, confidence=1.0) for n, word in enumerate(text.split())]


def read(turns: list[Utterance]) -> list[str]:
    return [f"{turn.speaker}: {turn.text}" for turn in turns]


def test_a_turn_in_between_parts_what_a_murmur_does_not() -> None:
    agent = [*spoken("may i have your name", 0.0), *spoken("and your number please", 1.9)]
    assert read(utterances([("agent", agent), ("customer", spoken("mhm", 1.4))])) == [
        "agent: may i have your name and your number please",
        "customer: mhm",
    ]
    murmured = [*spoken("one two three four", 0.0), *spoken("five six", 1.6)]
    asked = spoken("wait wait what was that", 1.0)
    assert read(utterances([("agent", asked), ("customer", murmured)])) == [
        "customer: one two three four",
        "agent: wait wait what was that",
        "customer: five six",
    ]


def test_what_is_masked_in_a_row_is_read_once() -> None:
    words = [word.model_copy(update={"word": MASK}) if word.word == "one" else word for word in spoken("it is one one one thanks one")]
    assert [turn.text for turn in utterances([("customer", words)])] == [f"it is {MASK} thanks {MASK}"]
