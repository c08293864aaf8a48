"""Card numbers among all numbers that one speaker said: in one go, or in groups with a whole dialogue in between. Pure.

Numbers with hardly anything else between them are a run, which is known by its check digit. Over what is longer, a question of the agent's
or "hang on, let me turn it round", only whole groups that also begin as card numbers do are joined: two telephone numbers are no card.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ringdesk.recordings.speech.numerals import Number, Numerals, numbers, plain
from ringdesk.recordings.transcript import Word

CARD_DIGITS = range(13, 20)  # ISO/IEC 7812-1
NEARLY = 12  # digits: of a number that was asked for as a card's one may not have been recognised
PART = 3  # digits at least of a group by which it is known when it is said again
ASIDE = 3  # words between a run's digits that are neither digits nor fillers: "that's it then"
SPREAD_S = 20.0  # seconds between a run's digits: somebody looks for the card, or hears "uh huh"
APART_S = 30.0  # seconds between a card's digits, whatever is said meanwhile
OTHERS_WORDS = 8  # of the other side between a run's digits: "okay, and the next four?" is less
TOGETHER_S = 0.6  # a longer pause of the speaker parts groups of digits, which may be repeated
AFTER_CUE_S = 60.0  # seconds in which a number that was asked for is said, and groups of it are repeated
LONGEST_ROW = 100  # numbers from a card's first to its last, counts among them
MOST_ROWS = 64  # from one number on: what may be a count ("the next four") is taken, and left out
# How numbers of the large schemes begin, and how long those are.
ISSUED = re.compile(r"4(\d{12}|\d{15}|\d{18})|(5[1-5]|2[2-7])\d{14}|3[47]\d{13}|3[0689]\d{12}|6\d{15,18}|(50|5[6-8])\d{14}")


@dataclass(frozen=True, slots=True)
class Side:
    """What one speaker said, and the numbers in it."""

    words: Sequence[Word]
    plain: tuple[str, ...]
    numbers: tuple[Number, ...]
    apart: tuple[Number, ...]
    """The numbers with tens and units on their own."""
    mixed: bool = False
    """Both speakers at once: the other one may read a group back without a pause."""


@dataclass(frozen=True, slots=True)
class Card:
    """A card number, or what is hidden as one: its words, its digits in all readings of it, its time."""

    places: frozenset[int]
    digits: tuple[str, ...]
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class _Window:
    """Numbers in a row whose digits may be a card's."""

    numbers: tuple[Number, ...]
    digits: str
    whole: bool
    """It begins and ends with groups."""
    left_out: bool
    """Without what may be a count."""
    issued: bool
    """It begins as card numbers do."""


def side_of(words: Sequence[Word], table: Numerals, *, mixed: bool = False) -> Side:
    texts = tuple(plain(word.word) for word in words)
    return Side(words, texts, tuple(numbers(texts, table)), tuple(numbers(texts, table, compose=False)), mixed)


def card_numbers(heard: Sequence[Side], side: Side, asked: Sequence[float], table: Numerals) -> list[Card]:
    """Those in what `side` said; `asked` are the seconds at which a card's number was asked for."""
    found = []
    for said in (side.numbers, side.apart):
        counts = frozenset(group[0].first for group in _groups(side, said) if _may_count(side, group))
        for stretch in _stretches(side, said):
            runs = list(_runs(heard, side, stretch, table))
            whole = [card for run in runs if (card := _in_run(side, run, asked, counts)) is not None]
            if len(runs) > 1:
                whole += _across(side, runs, asked, counts, found=bool(whole))
            found += whole
    return found


def said_again(side: Side, card: Card) -> set[int]:
    """Words with groups of the card's digits, by whoever repeats them meanwhile or soon after."""
    return {
        place
        for said in (side.numbers, side.apart)
        for group in _groups(side, said)
        if card.start - SPREAD_S <= side.words[group[0].first].start <= card.end + AFTER_CUE_S
        and len(digits := digits_of(group)) >= PART
        and any(digits in whole for whole in card.digits)
        for number in group
        for place in places_of(number)
    }


def luhn(digits: str) -> bool:
    """The check digit of ISO/IEC 7812-1, annex B."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def places_of(number: Number) -> range:
    return range(number.first, number.last + 1)


def digits_of(found: Iterable[Number]) -> str:
    return "".join(number.digits for number in found)


def _in_run(side: Side, run: list[Number], asked: Sequence[float], counts: frozenset[int]) -> Card | None:
    """What of the run is a card number: all of it, if it was asked for as one."""
    windows = [w for w in _windows(side, run, counts) if w.issued + w.whole + (not w.left_out) >= 2]
    taken = _between(run, windows)
    if _was_asked(side, run, asked) and (taken or len(digits_of(run)) >= NEARLY):
        taken = run
    return _card(side, taken, windows)


def _across(side: Side, runs: list[list[Number]], asked: Sequence[float], counts: frozenset[int], *, found: bool) -> list[Card]:
    """Card numbers over runs: whole runs, or groups of them if one was asked for. What was asked for and is not `found` is hidden as far
    as a card's digits go, though none fits."""
    stretch = [number for run in runs for number in run]
    begins = {first for run in runs for first in _edge(run, counts)}
    ends = {last for run in runs for last in _edge(run[::-1], counts)}
    cards = []
    for window in _windows(side, stretch, counts):
        first, last = window.numbers[0].first, window.numbers[-1].first
        of_runs = first in begins and last in ends
        if window.issued and window.whole and (of_runs or _was_asked(side, window.numbers, asked)):
            cards.append(_card(side, _between(stretch, [window]), [window]))
    if not cards and not found:
        groups = _groups(side, stretch)
        cards += [_card(side, _said_after(side, groups, cue, counts), []) for cue in asked]
    return [card for card in cards if card is not None]


def _edge(run: list[Number], counts: frozenset[int]) -> Iterator[int]:
    """Where the run may begin: behind what may be counts too."""
    for number in run:
        yield number.first
        if number.first not in counts:
            return


def _was_asked(side: Side, said: Sequence[Number], asked: Sequence[float]) -> bool:
    begins, ends = side.words[said[0].first].start, side.words[said[-1].last].end
    return any(begins - AFTER_CUE_S <= cue <= ends for cue in asked)


def _said_after(side: Side, groups: list[list[Number]], cue: float, counts: frozenset[int]) -> list[Number]:
    """Numbers from the cue on, until they are as many digits as a card has; what is repeated is not counted."""
    taken: list[Number] = []
    digits = ""
    for group in groups:
        begins = side.words[group[0].first].start
        if begins < cue or (not taken and begins > cue + AFTER_CUE_S):
            continue
        taken += group
        more = digits_of(number for number in group if number.first not in counts)
        if len(more) < PART or more not in digits:
            digits += more
        if len(digits) >= CARD_DIGITS[-1]:
            break
    return taken if len(digits) >= NEARLY else []


def _card(side: Side, taken: list[Number], windows: Sequence[_Window]) -> Card | None:
    if not taken:
        return None
    places = frozenset(place for number in taken for place in places_of(number))
    digits = tuple(window.digits for window in windows) or (digits_of(taken),)
    return Card(places, digits, side.words[min(places)].start, side.words[max(places)].end)


def _between(run: list[Number], windows: Sequence[_Window]) -> list[Number]:
    """The numbers of the windows and those within: a group that was said twice too."""
    spans = [range(window.numbers[0].first, window.numbers[-1].last + 1) for window in windows]
    return [number for number in run if any(number.first in span for span in spans)]


def _windows(side: Side, run: list[Number], counts: frozenset[int]) -> Iterator[_Window]:
    """Numbers in a row whose digits pass the check. Of ten numbers one passes by chance, and two telephone numbers have many in them."""
    groups = _groups(side, run)
    for reading in (groups, _without_repeats(groups)):
        begins = {group[0].first for group in reading}
        ends = {group[-1].first for group in reading}
        for taken, left_out in _in_a_row([number for group in reading for number in group], counts):
            digits = digits_of(taken)
            if len(digits) in CARD_DIGITS and luhn(digits):
                whole = taken[0].first in begins and taken[-1].first in ends
                yield _Window(taken, digits, whole, left_out, ISSUED.fullmatch(digits) is not None)


def _in_a_row(run: list[Number], counts: frozenset[int]) -> Iterator[tuple[tuple[Number, ...], bool]]:
    """Every row of numbers with no more digits than a card has, and whether what may be a count was left out of it."""
    for first, begin in enumerate(run):
        rows: list[tuple[tuple[Number, ...], int]] = [((begin,), len(begin.digits))]
        for last, number in enumerate([*run[first + 1 :], None], first):
            yield from ((row, len(row) < last - first + 1) for row, _ in rows if row[-1] is run[last])
            if number is None or last - first >= LONGEST_ROW:
                break
            longer = [((*row, number), length + len(number.digits)) for row, length in rows]
            rows = [each for each in longer + (rows if number.first in counts else []) if each[1] <= CARD_DIGITS[-1]][:MOST_ROWS]
            if not rows:
                break


def _stretches(side: Side, found: Sequence[Number]) -> Iterator[list[Number]]:
    """Numbers that may belong together by their times."""
    stretch: list[Number] = []
    for number in found:
        if stretch and side.words[number.first].start - side.words[stretch[-1].last].end > APART_S:
            yield stretch
            stretch = []
        stretch.append(number)
    if stretch:
        yield stretch


def _runs(heard: Sequence[Side], side: Side, found: Sequence[Number], table: Numerals) -> Iterator[list[Number]]:
    """Numbers with hardly anything else between them."""
    run: list[Number] = []
    for number in found:
        if run and _parted(heard, side, run[-1], number, table):
            yield run
            run = []
        run.append(number)
    if run:
        yield run


def _parted(heard: Sequence[Side], side: Side, before: Number, after: Number, table: Numerals) -> bool:
    begins, ends = side.words[before.last].end, side.words[after.first].start
    if ends - begins > SPREAD_S:
        return True
    if sum(word not in table.fillers for word in side.plain[before.last + 1 : after.first]) > ASIDE:
        return True
    if ends - begins < TOGETHER_S:
        return False
    return any(sum(begins <= word.start < ends for word in other.words) > OTHERS_WORDS for other in heard if other is not side)


def _may_count(side: Side, group: list[Number]) -> bool:
    """Is it perhaps no digit of the number but a word like others: "the next four", "one moment", "oh yes"?"""
    before, after = group[0].first - 1, group[-1].last + 1
    begins, ends = side.words[group[0].first].start, side.words[group[-1].last].end
    follows = before >= 0 and begins - side.words[before].end <= TOGETHER_S
    goes_on = after < len(side.words) and side.words[after].start - ends <= TOGETHER_S
    return len(digits_of(group)) == 1 and (follows or goes_on)


def _groups(side: Side, run: Iterable[Number]) -> list[list[Number]]:
    """Digits said in one go."""
    groups: list[list[Number]] = []
    for number in run:
        last = groups[-1][-1] if groups else None
        if last is None or number.first != last.last + 1 or side.words[number.first].start - side.words[last.last].end > TOGETHER_S:
            groups.append([])
        groups[-1].append(number)
    return [part for group in groups for part in _read_back(group)] if side.mixed else groups


def _read_back(group: list[Number]) -> Iterator[list[Number]]:
    """The group, parted where digits follow that have just been said."""
    begin, place = 0, 1
    while place < len(group):
        for length in range(min(place - begin, len(group) - place, CARD_DIGITS[-1]), 0, -1):
            said, again = group[place - length : place], group[place : place + length]
            if len(digits := digits_of(said)) >= PART and digits == digits_of(again):
                yield from (part for part in (group[begin : place - length], said, again) if part)
                begin = place = place + length
                break
        place += 1
    if begin < len(group):
        yield group[begin:]


def _without_repeats(groups: list[list[Number]]) -> list[list[Number]]:
    """Without those that are the one before once more."""
    kept: list[list[Number]] = []
    for group in groups:
        if not kept or digits_of(kept[-1]) != digits_of(group):
            kept.append(group)
    return kept
