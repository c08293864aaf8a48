"""Numbers as they are spoken: words to digits, for the languages in `numbers/`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "numbers"


@dataclass(frozen=True, slots=True)
class Numerals:
    """What a language has for numbers, and what is said around card numbers."""

    words: dict[str, int]
    hundred: frozenset[str]
    """Words that make hundreds of the digit before."""
    repeat: dict[str, int]
    """"double four" is two of them."""
    joins: frozenset[str]
    """Between the parts of one number: "one hundred and two"."""
    sound_alike: dict[str, int]
    """What recognisers write for a digit; taken for one between digits, and before three of them."""
    twenties: bool
    """Sixty and eighty go on to nineteen, and eighty is four twenties."""
    fillers: frozenset[str]
    months: frozenset[str]
    card: frozenset[tuple[str, ...]]
    code: frozenset[tuple[str, ...]]
    expiry: frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Number:
    """A number and the words it was said with."""

    digits: str
    first: int
    last: int


@cache
def numerals(language: str | None) -> Numerals:
    """A language's; of one that we do not know all of them together: number words of different languages hardly ever meet."""
    path = FOLDER / f"{(language or '').partition('-')[0]}.json"
    return _merged([path] if language and path.is_file() else sorted(FOLDER.glob("*.json")))


def plain(word: str) -> str:
    """As the tables spell words."""
    return word.lower().replace("’", "'").strip('.,;:!?…"()')


def numbers(words: Sequence[str], table: Numerals, *, compose: bool = True) -> list[Number]:
    """Every number in order. `compose`: "twenty three" is 23; else 20 and 3, as some say years and codes."""
    found: list[Number] = []
    open_from: int | None = None  # the first word of the number that may go on
    value = room = 0
    times = 1

    def close(last: int) -> None:
        nonlocal open_from, value, room, times
        if open_from is not None:
            found.append(Number(str(value) * times, open_from, last))
        open_from, value, room, times = None, 0, 0, 1

    last = -1  # the last word of the open number
    repeat_at: int | None = None
    for place, word in enumerate(words):
        known = _value(words, place, table)
        if word.isascii() and word.isdigit():
            close(last)
            found.append(Number(word * (table.repeat[words[repeat_at]] if repeat_at is not None else 1), place, place))
            repeat_at = None
        elif known is None and word in table.hundred and open_from is not None and 0 < value < 10 and compose:
            value, room, last = value * 100, 100, place
        elif known is None and word in table.joins and open_from is not None and room > 0:
            continue
        elif known is None:
            close(last)
            repeat_at = place if word in table.repeat else None
        elif compose and open_from is not None and _is_four_twenties(value, known, table):
            value, room, last = 80, 20, place
        elif compose and open_from is not None and 0 < known < room:
            value, room, last = value + known, _room(known, table), place
        else:
            close(last)
            open_from, value, room, last = place, known, _room(known, table), place
            if repeat_at is not None:
                open_from, times, room = repeat_at, table.repeat[words[repeat_at]], 0
                repeat_at = None
    close(last)
    return found


def _value(words: Sequence[str], place: int, table: Numerals) -> int | None:
    word = words[place]
    if word in table.hundred and place and words[place - 1] in table.words and 1 < table.words[words[place - 1]] < 10:
        return None  # it makes hundreds of what is before
    if word in table.words:
        return table.words[word]
    between = 0 < place < len(words) - 1 and words[place - 1] in table.words and words[place + 1] in table.words
    before = place + 3 < len(words) and all(following in table.words for following in words[place + 1 : place + 4])
    return table.sound_alike.get(word) if between or before else None


def _room(value: int, table: Numerals) -> int:
    """What may follow within the same number is less than this."""
    if value >= 100 and value % 100 == 0:
        return 100
    if value >= 20 and value % 10 == 0:
        return 20 if table.twenties and value in (60, 80) else 10
    return 10 if table.twenties and value == 10 else 0  # dix sept


def _is_four_twenties(value: int, known: int, table: Numerals) -> bool:
    return table.twenties and known == 20 and value == 4


def _merged(paths: list[Path]) -> Numerals:
    tables = [json.loads(path.read_text(encoding="utf-8")) for path in paths]

    def texts(name: str) -> frozenset[str]:
        return frozenset(text for table in tables for text in table[name])

    def phrases(name: str) -> frozenset[tuple[str, ...]]:
        return frozenset(tuple(text.split()) for text in texts(name))

    words: dict[str, int] = {}
    for table in tables:
        words |= {**_compounds(table), **table["words"]}
    return Numerals(
        words=words,
        hundred=texts("hundred"),
        repeat={word: times for table in tables for word, times in table["repeat"].items()},
        joins=texts("joins"),
        sound_alike={word: value for table in tables for word, value in table["sound_alike"].items()} if len(tables) == 1 else {},
        twenties=len(tables) == 1 and tables[0].get("twenties", False),
        fillers=texts("fillers"),
        months=texts("months"),
        card=phrases("card"),
        code=phrases("code"),
        expiry=phrases("expiry"),
    )


def _compounds(table: dict[str, dict[str, int]]) -> dict[str, int]:
    """German says the unit first, in one word: vierundzwanzig."""
    if "compound" not in table:
        return {}
    units = {word: value for word, value in table["words"].items() if 0 < value < 10}
    tens = {word: value for word, value in table["words"].items() if value >= 20}
    return {f"{unit}{table['compound']}{ten}": one + many for unit, one in units.items() for ten, many in tens.items()}
