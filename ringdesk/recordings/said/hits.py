"""Where in a recording something was said. Pure; what it finds is what the databases find, and it has the times."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile
from operator import itemgetter
from typing import Literal

from ringdesk.recordings.said.words import GAP, Stream, tokens
from ringdesk.recordings.transcript import Speaker

AROUND = 8  # words before and behind a hit, of the same speaker and up to a gap
Match = Literal["all", "phrase", "near", "any"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: words as they are compared, and how they must stand."""

    words: tuple[str, ...]
    match: Match = "all"
    within: int = 10
    """Of `near`: at most so many other words between the first and the last of them. A pause or a masked word counts as one."""
    speaker: Speaker | None = None

    @classmethod
    def of(cls, q: str, match: Match = "all", *, within: int = 10, speaker: Speaker | None = None) -> "Wanted":
        """Only in a phrase does a word count twice. What remains of one word is that word, however it was to stand."""
        words = tokens(q)
        if match != "phrase":
            words = list(dict.fromkeys(words))
        return cls(tuple(words), match if len(words) > 1 else "all", within, speaker)


@dataclass(frozen=True, slots=True)
class Hit:
    speaker: Speaker
    start: float
    end: float
    before: str
    words: str
    after: str


def spans(wanted: Wanted, tokens: Sequence[str]) -> Iterator[tuple[int, int]]:
    """First and last place of each hit in one speaker's words; without those that overlap one before."""
    match wanted.match:
        case "phrase":
            yield from _phrases(wanted.words, tokens)
        case "near":
            yield from _clumps(wanted, tokens)
        case _:
            words = set(wanted.words)
            yield from ((i, i) for i, token in enumerate(tokens) if token in words)


def hits(wanted: Wanted, streams: Iterable[Stream], limit: int) -> tuple[list[Hit], int]:
    """The first hits in order of time, and how many more there are."""
    places = [
        (stream.times[2 * first], stream, first, last)
        for stream in streams
        if wanted.speaker in (None, stream.speaker)
        for first, last in spans(wanted, stream.tokens)
    ]
    places.sort(key=itemgetter(0))
    return [_hit(stream, first, last) for _, stream, first, last in places[:limit]], max(0, len(places) - limit)


def _phrases(words: Sequence[str], tokens: Sequence[str]) -> Iterator[tuple[int, int]]:
    wanted = list(words)
    at = 0
    while True:
        try:
            at = tokens.index(wanted[0], at)
        except ValueError:
            return
        if list(tokens[at : at + len(wanted)]) == wanted:
            yield at, at + len(wanted) - 1
            at += len(wanted)
        else:
            at += 1


def _clumps(wanted: Wanted, tokens: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The shortest stretches that have all of the words, where they are short enough."""
    words = set(wanted.words)
    last_at: dict[str, int] = {}
    for i, token in enumerate(tokens):
        if token not in words:
            continue
        last_at[token] = i
        first = min(last_at.values())
        if len(last_at) == len(words) and i - first <= wanted.within + 1:
            yield first, i
            last_at.clear()


def _hit(stream: Stream, first: int, last: int) -> Hit:
    return Hit(
        speaker=stream.speaker,
        start=stream.start(first),
        end=stream.end(last),
        before=_text(reversed(list(_around(stream, range(first - 1, -1, -1))))),
        words=_text(stream.spelled[first : last + 1]) or stream.tokens[first],
        after=_text(_around(stream, range(last + 1, len(stream.tokens)))),
    )


def _around(stream: Stream, places: Iterable[int]) -> Iterator[str]:
    return (stream.spelled[i] for i in islice(takewhile(lambda i: stream.tokens[i] != GAP, places), AROUND))


def _text(words: Iterable[str]) -> str:
    return " ".join(filter(None, words))
