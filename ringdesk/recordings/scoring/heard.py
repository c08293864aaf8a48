"""Finding what somebody said: a phrase's words in their order in one speaker's stream of words. Pure."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ringdesk.recordings.transcript import Speaker, Utterance

PAUSE = 2.0  # seconds within a phrase; what comes after a longer one is another sentence
FILLERS_BETWEEN = 3  # "how can, uh, um, I help": hesitation, not other words; nobody hesitates longer within one phrase
HESITATIONS = frozenset({"hm", "hmm", "mm", "mhm", "uhm", "unk"})  # everywhere; "[unk]" is a recogniser's word for mumbling

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*")  # letters and digits of any script, with apostrophes inside
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ`´", "'"))


@dataclass(frozen=True, slots=True)
class Token:
    """One word as it is compared, where it was said."""

    text: str
    start: float
    end: float
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A place of the recording and what is there. Seconds from the recording's start."""

    start: float
    end: float
    text: str
    speaker: Speaker | None = None
    confidence: float | None = None


@dataclass(frozen=True)
class Stream:
    """All that one speaker said, in the order of time."""

    speaker: Speaker
    tokens: tuple[Token, ...]

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Where each word stands."""
        found: dict[str, list[int]] = {}
        for index, token in enumerate(self.tokens):
            found.setdefault(token.text, []).append(index)
        return found

    def within(self, since: float, until: float) -> tuple[Token, ...]:
        """The words that begin in [since, until]."""
        return tuple(token for token in self.tokens if since <= token.start <= until)


def tokens_of(text: str) -> list[str]:
    """`text` as words are compared: without case, marks and hyphens; apostrophes stay."""
    plain = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).casefold()
    return _TOKEN.findall(plain)


def stream(utterances: Iterable[Utterance], speaker: Speaker) -> Stream:
    """What `speaker` said. A word that is several when compared ("follow-up") is several with the same times."""
    found = [
        Token(text, word.start, max(word.start, word.end), word.confidence)
        for utterance in utterances
        if utterance.speaker == speaker
        for word in utterance.words
        for text in tokens_of(word.word)
    ]
    return Stream(speaker, tuple(sorted(found, key=lambda token: token.start)))


def find(said: Stream, phrases: Iterable[str], fillers: frozenset[str] = HESITATIONS) -> list[Heard]:
    """Every place where one of `phrases` was said, in the order of time. Where several are found over each other, the longest stands:
    of equally long ones the surest."""
    matched = [match for phrase in dict.fromkeys(phrases) for match in _matches(said, tokens_of(phrase), fillers)]
    matched.sort(key=lambda match: (match[0].start - match[-1].end, -_confidence(match), match[0].start))
    kept: list[list[Token]] = []
    starts: list[tuple[float, float]] = []
    for match in matched:
        span = (match[0].start, match[-1].end)
        at = bisect_right(starts, span)
        free_before = at == 0 or starts[at - 1][1] <= span[0]
        free_behind = at == len(starts) or span[1] <= starts[at][0]
        if free_before and free_behind and span not in starts[at - 1 : at]:
            starts.insert(at, span)
            kept.append(match)
    return sorted((_heard(match, said.speaker) for match in kept), key=lambda heard: heard.start)


def mean_confidence(tokens: Sequence[Token]) -> float | None:
    return None if not tokens else sum(token.confidence for token in tokens) / len(tokens)


def _matches(said: Stream, phrase: Sequence[str], fillers: frozenset[str]) -> Iterable[list[Token]]:
    if not phrase:
        return
    for first in said.places.get(phrase[0], ()):
        if (match := _match(said.tokens, first, phrase, fillers)) is not None:
            yield match


def _match(tokens: Sequence[Token], first: int, phrase: Sequence[str], fillers: frozenset[str]) -> list[Token] | None:
    """The words of `phrase` from `tokens[first]` on. Between two of them there may be hesitations, and words said before over again
    ("how can I, how can I help"), but no other word: "I can not help" is not "I can help"."""
    match = [tokens[first]]
    at, skipped = first + 1, 0
    while len(match) < len(phrase):
        if at >= len(tokens) or tokens[at].start - tokens[at - 1].end > PAUSE:
            return None
        token = tokens[at]
        if token.text == phrase[len(match)]:
            match.append(token)
            skipped = 0
        elif (back := _said_again(match, token)) is not None:
            match = [*match[:back], token]
        elif token.text in fillers and skipped < FILLERS_BETWEEN:
            skipped += 1
        else:
            return None
        at += 1
    return match


def _said_again(match: Sequence[Token], token: Token) -> int | None:
    """Where in what was found so far the speaker begins over again with `token`; never from its first word: that is a match of its own."""
    return next((back for back in range(len(match) - 1, 0, -1) if match[back].text == token.text), None)


def _confidence(match: Sequence[Token]) -> float:
    return sum(token.confidence for token in match) / len(match)


def _heard(match: Sequence[Token], speaker: Speaker) -> Heard:
    return Heard(
        start=match[0].start,
        end=max(token.end for token in match),
        text=" ".join(token.text for token in match),
        speaker=speaker,
        confidence=round(_confidence(match), 4),
    )
