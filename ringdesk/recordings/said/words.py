"""What the search takes for a word, the same on both databases: the text is cut and folded here, the databases only look it up."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import cast

import numpy as np
from numpy.typing import NDArray

from ringdesk.crm.folding import fold
from ringdesk.recordings.models import Said
from ringdesk.recordings.transcript import Speaker, Utterance, Word

PAUSE = 2.0  # seconds; no phrase goes on behind a longer one (as for scorecards)
LONGEST = 64  # characters of a word; PostgreSQL takes 2046 bytes, and nobody says longer ones
SPEAKERS: tuple[Speaker, ...] = ("agent", "customer", "mixed")

GAP = "·"
"""Stands where something was heard that is not to be found: no text has it as a word, so no phrase reaches across."""

_MS = np.dtype("<u4")
_APOSTROPHES = {ord(sign): None for sign in "'’ʼ`´"}
_ASCII = re.compile(r"[0-9a-z]+")


def tokens(text: str) -> list[str]:
    """The words in `text`: letters, digits and the signs that belong to letters, without case, accents and apostrophes."""
    text = text.translate(_APOSTROPHES)
    if text.isascii():
        return [found[:LONGEST] for found in _ASCII.findall(text.lower())]
    folded = fold(fold(text))  # twice: what is decomposed by the first may have capitals of its own
    apart = "".join(c if c.isalnum() or unicodedata.category(c).startswith("M") else " " for c in folded)
    return [found[:LONGEST] for found in apart.split()]


@lru_cache(maxsize=50_000)
def of_word(heard: str) -> tuple[str, ...]:
    """The words in one that was heard. A masked one is a gap, and so are the recogniser's signs for noise and for what it does not know."""
    return (not heard.startswith(("[", "<")) and tuple(tokens(heard))) or (GAP,)


@dataclass(frozen=True, slots=True)
class Stream:
    """All that one speaker said, in the order of time: word for word as it is compared, as it was heard, and when."""

    speaker: Speaker
    tokens: list[str] = field(default_factory=list)
    spelled: list[str] = field(default_factory=list)
    """The word that each token is of; empty for a gap's, and for the second of a word that is several when compared."""
    times: Sequence[int] | NDArray[np.uint32] = field(default_factory=list)
    """Begin and end of each, in milliseconds."""

    def start(self, place: int) -> float:
        return int(self.times[2 * place]) / 1000

    def end(self, place: int) -> float:
        return int(self.times[2 * place + 1]) / 1000


def streams(utterances: Iterable[Utterance]) -> list[Stream]:
    """Of each speaker. After a pause stands a gap: what follows is another sentence."""
    found = {speaker: Stream(speaker, times=[]) for speaker in SPEAKERS}
    silent_since: dict[Speaker, float] = {}
    for utterance in sorted(utterances, key=lambda u: u.start):
        stream = found[utterance.speaker]
        for word in utterance.words:
            if word.start - silent_since.get(utterance.speaker, word.start) > PAUSE:
                _add(stream, GAP, "", word)
            silent_since[utterance.speaker] = word.end
            first, *rest = of_word(word.word)
            _add(stream, first, "" if first == GAP else "".join(word.word.split()), word)
            for token in rest:
                _add(stream, token, "", word)
    return list(found.values())


def _add(stream: Stream, token: str, spelled: str, word: Word) -> None:
    stream.tokens.append(token)
    stream.spelled.append(spelled)
    cast(list[int], stream.times).extend((round(word.start * 1000), round(word.end * 1000)))


def kept(spoken: Iterable[Stream]) -> dict[str, object]:
    """As columns of `Said`."""
    spoken = list(spoken)
    return {
        **{stream.speaker: " ".join(stream.tokens) for stream in spoken},
        "spelled": "\n".join(" ".join(stream.spelled) for stream in spoken),
        "times": np.asarray([ms for stream in spoken for ms in stream.times], _MS).tobytes(),
    }


def recalled(row: Said) -> list[Stream]:
    """What was kept."""
    found, at = [], 0
    times = np.frombuffer(row.times, _MS)
    for speaker, spelled in zip(SPEAKERS, row.spelled.split("\n"), strict=True):
        text: str = getattr(row, speaker)
        tokens = text.split(" ") if text else []
        found.append(Stream(speaker, tokens, spelled.split(" "), times[at : at + 2 * len(tokens)]))
        at += 2 * len(tokens)
    return found
