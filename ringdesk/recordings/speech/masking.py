"""Finds what nobody may read or hear: card numbers, their codes and expiry dates, and what configured patterns match.

Pure: words in, places of words out. When in doubt it hides: a number that was asked for as a card's is hidden though the recogniser got a
digit wrong, so that the check digit does not fit.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ringdesk.recordings.speech.numerals import Number, Numerals, numbers, numerals, plain
from ringdesk.recordings.speech.turns import MASK
from ringdesk.recordings.transcript import Word

CARD_DIGITS = range(13, 20)  # ISO/IEC 7812-1
NEARLY = 12  # digits: of a number that was asked for as a card's one may not have been recognised
PART = 3  # digits at least of a group by which it is known when it is said again
ASIDE = 3  # words between a number's digits that are neither digits nor fillers: "that's it then"
SPREAD_S = 20.0  # seconds between a number's digits: somebody looks for the card, or hears "uh huh"
OTHERS_WORDS = 8  # of the other side between a number's digits: "okay, and the next four?" is less, a question of its own is more
TOGETHER_S = 0.6  # a longer pause of the speaker parts groups of digits, which may be repeated
AFTER_CUE_S = 60.0  # seconds in which a number that was asked for is said
# How numbers of the large schemes begin, and how long those are.
ISSUED = re.compile(r"4(\d{12}|\d{15}|\d{18})|(5[1-5]|2[2-7])\d{14}|3[47]\d{13}|3[0689]\d{12}|6\d{15,18}|(50|5[6-8])\d{14}")
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


@dataclass(frozen=True, slots=True)
class _Side:
    words: Sequence[Word]
    plain: tuple[str, ...]
    numbers: tuple[Number, ...]
    apart: tuple[Number, ...]
    """The numbers with tens and units on their own."""


def cards(sides: Sequence[Sequence[Word]], language: str | None) -> set[Place]:
    """Words of card numbers, and of security codes and expiry dates that go with them."""
    table = numerals(language)
    heard = []
    for words in sides:
        texts = tuple(plain(word.word) for word in words)
        found, apart = numbers(texts, table), numbers(texts, table, compose=False)
        heard.append(_Side(words, texts, tuple(found), tuple(apart)))
    asked = _cues(heard, table.card)
    hidden: set[Place] = set()
    seen: list[float] = [*asked]
    for number, side in enumerate(heard):
        for composed in (side.numbers, side.apart):
            for run in _runs(heard, side, composed, table):
                if places := _card(side, run, asked):
                    hidden |= {(number, place) for place in places}
                    seen.append(side.words[min(places)].start)
    for cue in _cues(heard, table.code):
        hidden |= _code(heard, cue, hidden)
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


def luhn(digits: str) -> bool:
    """The check digit of ISO/IEC 7812-1, annex B."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def _card(side: _Side, run: list[Number], asked: Sequence[float]) -> set[int]:
    """The words of the run that are a card number."""
    found: set[int] = set()
    groups = _groups(side, run)
    for reading in (groups, _without_repeats(groups)):
        for numbers_of_card in _windows(reading):
            between = range(numbers_of_card[0].first, numbers_of_card[-1].last + 1)  # a group that was said twice too
            found |= {place for number in run if number.first in between for place in _places(number)}
    said_again = {_digits(group) for group in groups if len(_digits(group)) >= PART and all(number.first in found for number in group)}
    found |= {place for group in groups if _digits(group) in said_again for number in group for place in _places(number)}
    begins, ends = side.words[run[0].first].start, side.words[run[-1].last].end
    was_asked = any(begins - AFTER_CUE_S <= cue <= ends for cue in asked)
    if was_asked and (found or len(_digits(run)) >= NEARLY):
        found |= {place for number in run for place in _places(number)}
    return found


def _windows(groups: list[list[Number]]) -> Iterator[list[Number]]:
    """Numbers in a row whose digits pass the check: of whole groups, or else as card numbers begin. Of ten numbers one passes by chance,
    and two telephone numbers have many numbers in them."""
    run = [number for group in groups for number in group]
    begins = {id(group[0]) for group in groups}
    ends = {id(group[-1]) for group in groups}
    for first in range(len(run)):
        digits = ""
        for last in range(first, len(run)):
            digits += run[last].digits
            if len(digits) > CARD_DIGITS[-1]:
                break
            whole = id(run[first]) in begins and id(run[last]) in ends
            if len(digits) in CARD_DIGITS and (whole or ISSUED.fullmatch(digits)) and luhn(digits):
                yield run[first : last + 1]


def _runs(heard: Sequence[_Side], side: _Side, found: Sequence[Number], table: Numerals) -> Iterator[list[Number]]:
    """Numbers with hardly anything else between them."""
    run: list[Number] = []
    for number in found:
        if run and _parted(heard, side, run[-1], number, table):
            yield run
            run = []
        run.append(number)
    if run:
        yield run


def _parted(heard: Sequence[_Side], side: _Side, before: Number, after: Number, table: Numerals) -> bool:
    begins, ends = side.words[before.last].end, side.words[after.first].start
    if ends - begins > SPREAD_S:
        return True
    if sum(word not in table.fillers for word in side.plain[before.last + 1 : after.first]) > ASIDE:
        return True
    if ends - begins < TOGETHER_S:
        return False
    return any(sum(begins <= word.start < ends for word in other.words) > OTHERS_WORDS for other in heard if other is not side)


def _groups(side: _Side, run: list[Number]) -> list[list[Number]]:
    """Digits said in one go."""
    groups: list[list[Number]] = []
    for number in run:
        last = groups[-1][-1] if groups else None
        if last is None or number.first != last.last + 1 or side.words[number.first].start - side.words[last.last].end > TOGETHER_S:
            groups.append([])
        groups[-1].append(number)
    return groups


def _without_repeats(groups: list[list[Number]]) -> list[list[Number]]:
    """Without those that are the one before once more."""
    kept: list[list[Number]] = []
    for group in groups:
        if not kept or _digits(kept[-1]) != _digits(group):
            kept.append(group)
    return kept


def _code(heard: Sequence[_Side], cue: float, hidden: set[Place]) -> set[Place]:
    """Three or four digits said soon after they were asked for."""
    for number, side in enumerate(heard):
        near = [each for each in _soon(side, cue) if (number, each.first) not in hidden]
        taken: list[Number] = []
        for each in near:
            if taken and each.first > taken[-1].last + 2:
                break
            taken.append(each)
        if len(_digits(taken)) in CODE_DIGITS:
            return {(number, place) for each in taken for place in _places(each)}
    return set()


def _expiry(heard: Sequence[_Side], cue: float, table: Numerals) -> set[Place]:
    """Month and year said soon after the cue."""
    found: set[Place] = set()
    for number, side in enumerate(heard):
        digits = {place for each in _soon(side, cue) for place in _places(each)}
        words = [p for p in _places_soon(side, cue) if p in digits or side.plain[p] in table.months][:EXPIRY_WORDS]
        found |= {(number, place) for place in words if place - words[0] <= CODE_WITHIN}
    return found


def _soon(side: _Side, cue: float) -> list[Number]:
    near = set(_places_soon(side, cue))
    return [number for number in side.numbers if number.first in near]


def _places_soon(side: _Side, cue: float) -> list[int]:
    places = [place for place, word in enumerate(side.words) if cue <= word.start <= cue + CODE_WITHIN_S]
    first = next((place for place in places if any(number.first == place for number in side.numbers)), None)
    lead = places[: CODE_WITHIN + 1]
    return places[: CODE_WITHIN * 2] if first is not None and first in lead else lead


def _cues(heard: Sequence[_Side], phrases: frozenset[tuple[str, ...]]) -> list[float]:
    """When one of these was said, by anybody: the seconds at which it ends."""
    lengths = {len(phrase) for phrase in phrases}
    return sorted(
        side.words[place + length - 1].end
        for side in heard
        for length in lengths
        for place in range(len(side.plain) - length + 1)
        if side.plain[place : place + length] in phrases
    )


def _places(number: Number) -> range:
    return range(number.first, number.last + 1)


def _digits(found: Iterable[Number]) -> str:
    return "".join(number.digits for number in found)


def _join(spans: list[tuple[float, float]], start: float, end: float, gap: float) -> None:
    if spans and start - spans[-1][1] <= gap:
        spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
    else:
        spans.append((start, end))
