"""Card numbers as people say them, in the languages we know, and what is not one."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringdesk.recordings.speech import card_numbers, masking
from ringdesk.recordings.speech.numerals import numbers, numerals, plain
from ringdesk.recordings.speech.turns import MASK
from ringdesk.recordings.transcript import Word
from tests.recordings.speech.hearing import said

DIGITS = {
    "en": "zero one two three four five six seven eight nine",
    "de": "null eins zwei drei vier fünf sechs sieben acht neun",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf",
    "uk": "нуль один два три чотири п'ять шість сім вісім дев'ять",
    "ru": "ноль один два три четыре пять шесть семь восемь девять",
}


def talk(text: str, at: float = 0.0) -> list[Word]:
    """Spoken without a pause; `/` is one of a second."""
    words = []
    for each in text.split():
        if each == "/":
            at += 1.0
        else:
            words.append(Word(word=each, start=round(at, 3), end=round(at + 0.3, 3), confidence=1.0))
            at += 0.35
    return words


def read(*sides: list[Word], language: str | None = "en-us") -> list[str]:
    found = masking.masked(sides, masking.cards(sides, language))
    return [re.sub(rf"{MASK}( {MASK})*", "#", " ".join(word.word for word in words)) for words in found]


def check_digit(digits: str) -> str:
    return next(digits + last for last in "0123456789" if card_numbers.luhn(digits + last))


@given(st.data())
def test_every_card_number_digit_by_digit_in_every_language(data: st.DataObject) -> None:
    language = data.draw(st.sampled_from(sorted(DIGITS)))
    digits = check_digit(data.draw(st.text("0123456789", min_size=12, max_size=18)))
    filler = data.draw(st.sampled_from(["", "/ ", f"{sorted(numerals(language).fillers)[0]} / "]))
    words = [DIGITS[language].split()[int(digit)] for digit in digits]
    groups = data.draw(st.integers(2, 6))
    text = f" {filler}".join(" ".join(words[i : i + groups]) for i in range(0, len(words), groups))
    spoken = talk(text)
    hidden = masking.cards([spoken], language)
    assert {word.word for side, place in hidden for word in [spoken[place]]} <= set(words)
    assert len(hidden) == len(words)
    (start, end), *more = masking.ranges([spoken], hidden)
    assert not more
    assert start == max(0.0, round(spoken[0].start - masking.MARGIN_S, 3))
    assert end == round(spoken[-1].end + masking.MARGIN_S, 3)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "it's four one one one / double one one one / triple one one / one one one one thanks"),
        ("en", "it's forty one eleven eleven eleven eleven eleven eleven eleven thanks"),
        ("en", "it's four one one one / uh / one one one one / one one one one / one one one one / one one one one thanks"),
        ("en", "it's four five three nine / one four eight eight / one four eight eight / oh three four three / six four six seven thanks"),
        ("en", "it's 4111 1111 1111 1111 thanks"),
        ("en", "it's for one one one one one one one one one one one one one one one thanks card number"),
        ("de", "es ist einundvierzig elf elf elf elf elf elf elf danke"),
        ("fr", "voilà quarante et un onze onze onze onze onze onze onze merci"),
        ("es", "es cuarenta y uno once once once once once once once gracias"),
        ("uk", "це сорок один одинадцять одинадцять одинадцять одинадцять одинадцять одинадцять одинадцять дякую"),
        ("ru", "это сорок один одиннадцать одиннадцать одиннадцать одиннадцать одиннадцать одиннадцать одиннадцать спасибо"),
        (None, "it's four one one one one one one one one one one one one one one one thanks"),
    ],
)
def test_the_same_number_in_many_ways(language: str | None, text: str) -> None:
    (found,) = read(talk(text), language=language)
    left = numbers([plain(word) for word in found.split() if word != "#"], numerals(language))
    assert not left, found


def test_the_other_side_murmurs_in_between_and_repeats() -> None:
    customer = [*talk("four one one one one one one one", 0.0), *talk("one one one one one one one one", 6.0)]
    agent = [
        *talk("uh huh", 3.0),
        *talk("so four one one one one one one one", 10.0),
        *talk("one one one one one one one one correct", 14.0),
    ]
    assert read(agent, customer) == ["uh huh so # correct", "#"]


@pytest.mark.parametrize("pause", [0.0, 0.3, 0.55, 0.8])
def test_in_a_mix_the_agent_reads_each_group_back(pause: float) -> None:
    words, at = talk("okay"), 1.0
    for group in ("five two seven four", "five seven six three", "oh nine six seven", "double four five two"):
        for _ in range(2):
            words += talk(group, at)
            at = words[-1].end + pause
    assert read([*words, *talk("thanks", at + 1.0)]) == ["okay # thanks"]


def test_a_number_that_was_asked_for_as_a_cards_is_hidden_though_a_digit_was_misheard() -> None:
    agent = talk("may i take the long card number please")
    customer = talk("five two seven four one one zero nine three eight six two double four one eight", 4.0)
    assert read(agent, customer)[1] == "#"
    assert read(talk("may i take the reference please"), customer)[1] != "#"


AGENTS_ASIDES = (
    "",
    "uh huh",
    "four five three nine thank you and the next four",
    "okay thank you and what are the next four digits",
    "sorry the line is really bad today could you please say that last bit once more for me",
    "one moment please i am just typing that in right and then what comes next on the card",
)
CUSTOMERS_ASIDES = (
    "",
    "uh",
    "hang on let me turn it round",
    "one second i need to find my glasses it is rather dark in here",
    "and the next four are",
    "sorry about that my little boy has just come in where was i oh yes",
)
ASIDES = st.lists(st.tuples(st.sampled_from(AGENTS_ASIDES), st.sampled_from(CUSTOMERS_ASIDES)), min_size=18, max_size=18)


@st.composite
def dictated(draw: st.DrawFn) -> tuple[list[Word], list[Word], set[int]]:
    """A card's number in groups of any length with asides between them; the agent, the customer, and which of the customer's words
    are its digits. In between nobody is silent for long."""
    begin = draw(st.sampled_from(["4", "51", "55", "2223", "6011"]))
    rest = st.text("0123456789", min_size=15 - len(begin), max_size=15 - len(begin))
    digits = check_digit(begin + draw(rest))
    lengths = draw(st.lists(st.integers(1, 8), min_size=16, max_size=16))
    agent = talk(draw(st.sampled_from(["can i have the long card number please", "how would you like to pay"])))
    customer: list[Word] = []
    of_card: set[int] = set()
    at = agent[-1].end + 0.7
    for length, (theirs, own) in zip(lengths, draw(ASIDES), strict=False):
        group, digits = digits[:length], digits[length:]
        first = len(customer)
        customer += talk(" ".join(DIGITS["en"].split()[int(digit)] for digit in group), at)
        of_card |= set(range(first, len(customer)))
        if not digits:
            break
        agent += talk(theirs, customer[-1].end + 0.7)
        at = max(agent[-1].end, customer[-1].end) + 0.7
        customer += talk(own, at)
        at = max(customer[-1].end, at) + 0.7
    return agent, customer, of_card


@given(dictated())
def test_a_card_number_is_hidden_whatever_is_said_between_its_groups(said: tuple[list[Word], list[Word], set[int]]) -> None:
    agent, customer, of_card = said
    for sides in ([agent, customer], [agent, [], customer]):
        hidden = masking.cards(sides, "en")
        place = len(sides) - 1
        assert of_card <= {word for side, word in hidden if side == place}
        spans = masking.ranges(sides, hidden)
        assert all(any(start <= customer[word].start and customer[word].end <= end for start, end in spans) for word in of_card)
    card = "".join(str(DIGITS["en"].split().index(customer[word].word)) for word in sorted(of_card))
    if "4539" in card:
        left = " ".join(read(agent, customer)[0].split())
        assert "four five three nine" not in left, "the agent says it again"


@pytest.mark.parametrize(
    ("agents", "customers"),
    [
        ("four five three nine thank you and the next four", ""),
        ("okay thank you and what are the next four digits", ""),
        ("", "hang on let me turn it round"),
    ],
)
@pytest.mark.parametrize("asked", ["long card number please", "and how will you pay"])
def test_a_dialogue_within_a_card_number(agents: str, customers: str, asked: str) -> None:
    agent = talk(asked)
    customer: list[Word] = []
    at = 4.0
    for group in ("four five three nine", "one four eight eight", "oh three four three", "six four six seven"):
        customer += talk(group, at)
        agent += talk(agents, at + 2.0)
        customer += talk(customers, at + 2.0 + 6.0 * bool(agents))
        at += 10.0
    heard = read(agent, customer)
    assert heard[1] == " ".join(["#", customers] * 4).strip() if customers else heard[1] == "#"
    assert "four five three nine" not in heard[0]


@pytest.mark.parametrize(
    ("agents", "customers"),
    [
        (
            "thank you and what would be the best number to call you back on this afternoon",
            "the order is four seven one one two nine oh three / oh two oh seven nine four six oh nine five eight",
        ),
        (
            "great and the order number that is on the letter we sent",
            "four four two oh seven nine four six oh nine five eight / one two three four",
        ),
        (
            "that is sixty four pounds and fifty pence for the whole of the next month",
            "right so twenty nine pounds now and thirty five later",
        ),
    ],
)
def test_numbers_of_other_things_are_read_in_a_dialogue_too(agents: str, customers: str) -> None:
    first, second = customers.split(" / ") if " / " in customers else (customers, "")
    agent = talk(agents, 6.0)
    customer = [*talk(first, 0.0), *talk(second, 13.0)]
    assert read(agent, customer) == [agents, f"{first} {second}".strip()]


def test_code_and_date_that_go_with_it() -> None:
    agent, customer = list(said("call3_payment", "agent")), list(said("call3_payment", "customer"))
    heard = read(agent, customer)
    assert heard[0] == " ".join(word.word for word in agent)
    assert "lima sierra two four okay it's # and the security code is # that's great" in heard[1]
    assert "twelfth of march nineteen seventy nine" in heard[1]


@pytest.mark.parametrize(
    "text",
    [
        "call me on oh two oh seven nine four six oh nine five eight / or oh seven seven double oh nine double oh one two three",
        "my order is one two three four five six seven eight nine and i paid sixty four pounds",
        "the balance is one hundred and eighteen pounds and forty pence",
        "between nine and twelve on the twenty third of march nineteen seventy nine",
    ],
)
def test_other_numbers_are_read(text: str) -> None:
    assert read(talk(text)) == [text.replace("/ ", "")]


@given(
    st.lists(
        st.sampled_from(
            [
                "one",
                "two",
                "twenty",
                "hundred",
                "and",
                "double",
                "oh",
                "card",
                "number",
                "security",
                "code",
                "is",
                "expiry",
                "march",
                "uh",
                "yes",
                "four",
            ]
        ),
        max_size=60,
    )
)
def test_whatever_is_said_only_words_are_hidden_and_ranges_are_apart(words: list[str]) -> None:
    sides = [talk(" ".join(words)), talk(" ".join(reversed(words)), 0.1)]
    hidden = masking.cards(sides, "en")
    assert all(0 <= place < len(sides[side]) for side, place in hidden)
    spans = masking.ranges(sides, hidden)
    assert all(0 <= start < end for start, end in spans)
    assert all(one[1] < two[0] for one, two in pairwise(spans))
    assert all(any(start <= sides[s][p].start and sides[s][p].end <= end for start, end in spans) for s, p in hidden)


def test_patterns_see_digits_as_digits() -> None:
    words = talk("my pin is four double two one and the code twenty three thanks")
    spoken = masking.spoken(words, "en")
    assert spoken.text == "my pin is 4221 and the code 23 thanks"
    match = re.search(r"pin is \d+", spoken.text)
    assert match is not None
    assert [words[place].word for place in spoken.places(match.start(), match.end())] == ["pin", "is", "four", "double", "two", "one"]
