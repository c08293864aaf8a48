"""Words of each speaker → utterances by turn, as people read a conversation."""

import itertools
from collections.abc import Iterable, Sequence

from ringdesk.recordings.transcript import Speaker, Utterance, Word

PAUSE_S = 0.8  # a longer silence of the speaker begins another utterance; shorter ones are breath between clauses
LONGEST_S = 30.0  # and the longest that a reader can follow, or the player can point to
BREATH_S = 0.25  # an overlong one is cut where there is at least so much silence
MASK = "•••"  # stands for a word that nobody may read
INTERJECTED = 2  # words of the other side in between that are no turn of theirs: "uh huh"


def utterances(sides: Sequence[tuple[Speaker, Iterable[Word]]]) -> list[Utterance]:
    """By time. A speaker's words stay in their order; the other side's turn between two of them ends an utterance."""
    spoken = sorted(((word, side) for side, (_, words) in enumerate(sides) for word in words), key=lambda said: (said[0].start, said[1]))
    turns: list[tuple[int, list[Word]]] = []
    last: dict[int, int] = {}
    for word, side in spoken:
        place = last.get(side)
        if place is not None and _goes_on(turns[place][1], word, _meanwhile(turns[place + 1 :], side)):
            turns[place][1].append(word)
        else:
            last[side] = len(turns)
            turns.append((side, [word]))
    found = [_utterance(sides[side][0], words) for side, turn in turns for words in _short_enough(turn)]
    return sorted(found, key=lambda utterance: (utterance.start, utterance.end))


def text_of(words: Iterable[Word]) -> str:
    """As it is read: what is masked word after word is shown once."""
    parts: list[str] = []
    for word in words:
        if word.word != MASK or not parts or parts[-1] != MASK:
            parts.append(word.word)
    return " ".join(parts)


def _goes_on(turn: list[Word], word: Word, meanwhile: list[Word]) -> bool:
    return word.start - turn[-1].end <= PAUSE_S and len(meanwhile) <= INTERJECTED


def _meanwhile(turns: Iterable[tuple[int, list[Word]]], side: int) -> list[Word]:
    return [word for other, words in turns if other != side for word in words]


def _utterance(speaker: Speaker, words: list[Word]) -> Utterance:
    return Utterance(speaker=speaker, start=words[0].start, end=max(word.end for word in words), text=text_of(words), words=words)


def _short_enough(words: list[Word]) -> list[list[Word]]:
    """Cut at its longest silence while it is too long."""
    found, waiting = [], [words]
    while waiting:
        part = waiting.pop()
        if len(part) < 2 or part[-1].end - part[0].start <= LONGEST_S:
            found.append(part)
        else:
            place = _cut(part)
            waiting += [part[place:], part[:place]]
    return found


def _cut(words: list[Word]) -> int:
    gaps = [(after.start - before.end, place) for place, (before, after) in enumerate(itertools.pairwise(words), 1)]
    middle = len(words) / 2
    return max(gaps, key=lambda gap: (gap[0] if gap[0] >= BREATH_S else 0.0, -abs(gap[1] - middle)))[1]
