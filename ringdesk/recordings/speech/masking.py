"""Finds what nobody may read or hear: card numbers, their codes and expiry dates, and what configured patterns match.

Pure: words in, places of words out. When in doubt it hides: a number that was asked for as a card's is hidden though the recogniser got a
digit wrong, so that the check digit does not fit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ringdesk.recordings.speech.card_numbers import AFTER_CUE_S, Side, card_numbers, digits_of, places_of, said_again, side_of
from ringdesk.recordings.speech.numerals import Number, Numerals, numbers, numerals, plain
from ringdesk.recordings.speech.turns import MASK
from ringdesk.recordings.transcript import Word

CODE_DIGITS = range(3, 5)
CODE_WITHIN_S = 20.0
CODE_WITHIN = 8  # words of the speaker
EXPIRY_WORDS = 6  # at most: "the thirty first of twelve twenty seven"
MARGIN_S = 0.15  # of silence around a masked word: its first and last sound are not exactly where the recogniser says
GAP_S = 2.0  # between masked words; digits that were not recognised may lie there

Place = tuple[int, int]
"""A word: whose, and which of theirs."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One side's words with digits as digits, and which word each character came from."""

    text: str
    words: tuple[int, ...]

    def places(self, start: int, end: int) -> range:
        """The words under these characters."""
        found = self.words[start:end]
        return range(min(found), max(found) + 1) if found else range(0)


def cards(sides: Sequence[Sequence[Word]], language: str | None) -> set[Place]:
    """Words of card numbers, and of security codes and expiry dates that go with them."""
    table = numerals(language)
    heard = [side_of(words, table, mixed=len(sides) == 1) for words in sides]
    asked = _cues(heard, table.card)
    found = [(number, card) for number, side in enumerate(heard) for card in card_numbers(heard, side, asked, table)]
    hidden = {(number, place) for number, card in found for place in card.places}
    for number, side in enumerate(heard):
        hidden |= {(number, place) for _, card in found for place in said_again(side, card)}
    for cue in _cues(heard, table.code):
        hidden |= _code(heard, cue, hidden)
    seen = [*asked, *(card.start for _, card in found)]
    for cue in _cues(heard, table.expiry):
        if any(at - AFTER_CUE_S <= cue <= at + AFTER_CUE_S for at in seen):
            hidden |= _expiry(heard, cue, table)
    return hidden


def spoken(words: Sequence[Word], language: str | None) -> Spoken:
    """For patterns: lower case, numbers as digits, digits that follow each other as one number."""
    table = numerals(language)
    texts = [plain(word.word) for word in words]
    starts = {number.first: number for number in numbers(texts, table)}
    text: list[str] = []
    origin: list[int] = []
    place, after_digits = 0, False
    while place < len(texts):
        number = starts.get(place)
        said = texts[place] if number is None else number.digits
        if text and not (number is not None and after_digits):
            text.append(" ")
            origin.append(place)
        text.append(said)
        origin += [place] * len(said)
        if number is not None:  # the words behind the first belong to the same digits
            origin[-1] = number.last
            place = number.last
        after_digits = number is not None
        place += 1
    return Spoken("".join(text), tuple(origin))


def masked(sides: Sequence[Sequence[Word]], hidden: Iterable[Place]) -> list[list[Word]]:
    """The words, with `MASK` for those that are hidden."""
    found = [list(words) for words in sides]
    for side, place in hidden:
        found[side][place] = found[side][place].model_copy(update={"word": MASK})
    return found


def ranges(sides: Sequence[Sequence[Word]], hidden: Iterable[Place]) -> list[tuple[float, float]]:
    """The seconds to be silenced, in order, none touching another."""
    spans = []
    by_side: dict[int, list[Word]] = {}
    for side, place in sorted(hidden):
        by_side.setdefault(side, []).append(sides[side][place])
    for words in by_side.values():
        joined: list[tuple[float, float]] = []
        for word in sorted(words, key=lambda word: word.start):
            _join(joined, word.start, word.end, GAP_S)
        spans += [(max(0.0, start - MARGIN_S), end + MARGIN_S) for start, end in joined]
    found: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        _join(found, start, end, 0.0)
    return [(round(start, 3), round(end, 3)) for start, end in found]


def _code(heard: Sequence[Side], cue: float, hidden: set[Place]) -> set[Place]:
    """Three or four digits said soon after they were asked for."""
    for number, side in enumerate(heard):
        near = [each for each in _soon(side, cue) if (number, each.first) not in hidden]
        taken: list[Number] = []
        for each in near:
            if taken and each.first > taken[-1].last + 2:
                break
            taken.append(each)
        if len(digits_of(taken)) in CODE_DIGITS:
            return {(number, place) for each in taken for place in places_of(each)}
    return set()


def _expiry(heard: Sequence[Side], cue: float, table: Numerals) -> set[Place]:
    """Month and year said soon after the cue."""
    found: set[Place] = set()
    for number, side in enumerate(heard):
        digits = {place for each in _soon(side, cue) for place in places_of(each)}
        words = [p for p in _places_soon(side, cue) if p in digits or side.plain[p] in table.months][:EXPIRY_WORDS]
        found |= {(number, place) for place in words if place - words[0] <= CODE_WITHIN}
    return found


def _soon(side: Side, cue: float) -> list[Number]:
    near = set(_places_soon(side, cue))
    return [number for number in side.numbers if number.first in near]


def _places_soon(side: Side, cue: float) -> list[int]:
    places = [place for place, word in enumerate(side.words) if cue <= word.start <= cue + CODE_WITHIN_S]
    first = next((place for place in places if any(number.first == place for number in side.numbers)), None)
    lead = places[: CODE_WITHIN + 1]
    return places[: CODE_WITHIN * 2] if first is not None and first in lead else lead


def _cues(heard: Sequence[Side], phrases: frozenset[tuple[str, ...]]) -> list[float]:
    """When one of these was said, by anybody: the seconds at which it ends."""
    lengths = {len(phrase) for phrase in phrases}
    return sorted(
        side.words[place + length - 1].end
        for side in heard
        for length in lengths
        for place in range(len(side.plain) - length + 1)
        if side.plain[place : place + length] in phrases
    )


def _join(spans: list[tuple[float, float]], start: float, end: float, gap: float) -> None:
    if spans and start - spans[-1][1] <= gap:
        spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
    else:
        spans.append((start, end))
