"""Figures of a conversation, from its words and their times. Pure; seconds from the recording's start.

A stretch is speech of one person without a pause of more than `BREATH`: words follow each other closer than that. All that is measured
here is measured over stretches, so that it does not depend on how words were grouped to utterances.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ringdesk.recordings.scoring.heard import Heard, Stream, Token, find
from ringdesk.recordings.scoring.wordlists import WordList

BREATH = 0.5  # seconds; shorter silences are within speech (stops, breaths), as in most work on turn-taking
BEGUN = 0.3  # seconds the other has spoken already: who begins together did not interrupt
GOES_ON = 0.5  # seconds the other goes on: less is a "terminal overlap", at the end of their turn (Schegloff 2000)
CONTINUER = 1.0  # seconds; shorter stretches ("mhm", "okay", "I see") tell the other to go on (Schegloff 2000)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    start: float
    end: float

    @property
    def length(self) -> float:
        return max(0.0, self.end - self.start)


@dataclass(frozen=True, slots=True)
class Stretch:
    span: Span
    tokens: tuple[Token, ...]

    @property
    def text(self) -> str:
        return " ".join(token.text for token in self.tokens)


def stretches(said: Stream, breath: float = BREATH) -> list[Stretch]:
    found: list[Stretch] = []
    current: list[Token] = []
    end = 0.0
    for token in said.tokens:
        if current and token.start - end > breath:
            found.append(Stretch(Span(current[0].start, end), tuple(current)))
            current = []
        end = token.end if not current else max(end, token.end)
        current.append(token)
    if current:
        found.append(Stretch(Span(current[0].start, end), tuple(current)))
    return found


def speech_seconds(said: Stream) -> float:
    return sum(stretch.span.length for stretch in stretches(said))


def talk_share(agent: Stream, customer: Stream) -> float | None:
    """Percent of all speech that is the agent's: 100 · A / (A + C), each the sum of their stretches, so that what both say at once counts
    for both. None: nobody spoke."""
    theirs, others = speech_seconds(agent), speech_seconds(customer)
    return None if theirs + others <= 0 else 100 * (theirs / (theirs + others))  # in this order it is never more than 100


def words_per_minute(said: Stream) -> float | None:
    """Words by minutes of speech, pauses of more than a breath left out. None: nothing was said."""
    seconds = speech_seconds(said)
    return None if seconds <= 0 else 60 * len(said.tokens) / seconds


def union(spans: Iterable[Span]) -> list[Span]:
    """The same time without overlaps, in order."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        elif span.length > 0:
            found.append(span)
    return found


def minus(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """What of `spans` lies outside of `taken`, in order."""
    gone, left, at = union(taken), [], 0
    for span in union(spans):
        start = span.start
        while at < len(gone) and gone[at].start < span.end:
            if gone[at].start > start:
                left.append(Span(start, gone[at].start))
            start = max(start, gone[at].end)
            if gone[at].end >= span.end:
                break  # it may reach into the next span
            at += 1
        if start < span.end:
            left.append(Span(start, span.end))
    return left


def common(spans: Iterable[Span], others: Iterable[Span]) -> float:
    """Seconds that both cover."""
    whole = union(spans)
    return sum(span.length for span in whole) - sum(span.length for span in minus(whole, others))


def longest_silence(talks: Iterable[Stream], within: Iterable[Span], not_silence: Iterable[Span]) -> Span | None:
    """The longest time in which nobody speaks, inside of `within` (the conversation) and outside of `not_silence` (holds, pauses of the
    recording). The first of several. None: there is none."""
    spoken = [Span(token.start, token.end) for said in talks for token in said.tokens]
    silences = minus(within, [*spoken, *not_silence])
    return max(silences, key=lambda span: (span.length, -span.start), default=None)


def interruptions(agent: Stream, customer: Stream) -> list[Heard]:
    """How often the agent began while the customer spoke: a stretch of the agent's that lasts at least `CONTINUER` and begins at least
    `BEGUN` behind the beginning and at least `GOES_ON` before the end of a stretch of the customer's.

    After E. A. Schegloff, "Overlapping talk and the organization of turn-taking for conversation", Language in Society 29 (2000):
    continuers and overlaps at the end of a turn are no competition for it. The seconds are ours."""
    theirs = stretches(customer)
    found: list[Heard] = []
    at = 0
    for stretch in stretches(agent):
        begin = stretch.span.start
        while at < len(theirs) and theirs[at].span.end < begin + GOES_ON:
            at += 1
        if at < len(theirs) and theirs[at].span.start + BEGUN <= begin and stretch.span.length >= CONTINUER:
            until = min(stretch.span.end, theirs[at].span.end)
            found.append(Heard(start=begin, end=until, text=_shortened(stretch), speaker="agent", confidence=_confidence(stretch.tokens)))
    return found


def politeness(said: Stream, words: WordList) -> tuple[float, list[Heard]] | None:
    """Polite less rude words and phrases per 100 words, and where they are. A phrase counts once. None: nothing was said."""
    if not said.tokens:
        return None
    places = find(said, [*words.polite, *words.rude], words.fillers)
    rude = {(place.start, place.end) for place in find(said, words.rude, words.fillers)}
    unkind = sum((place.start, place.end) in rude for place in places)
    return 100 * (len(places) - 2 * unkind) / len(said.tokens), places


def _shortened(stretch: Stretch, most: int = 12) -> str:
    first = " ".join(token.text for token in stretch.tokens[:most])
    return f"{first} …" if len(stretch.tokens) > most else first


def _confidence(tokens: Sequence[Token]) -> float:
    return round(sum(token.confidence for token in tokens) / len(tokens), 4)
