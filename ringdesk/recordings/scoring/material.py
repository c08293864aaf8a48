"""What a score rests on: what was said in a recording, and what is known of its call. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from ringdesk.recordings.scoring import wordlists
from ringdesk.recordings.scoring.heard import Stream, stream
from ringdesk.recordings.scoring.measuring import Span
from ringdesk.recordings.transcript import Utterance

Given = Literal["yes", "no", "na", "cannot_tell"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A stay in a queue before the conversation. The place is clipped to the recording, `seconds` is all of it."""

    queue: str
    place: Span
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Material:
    """All that an answer may rest on. Spans are seconds from the recording's start, clipped to it; None: not known."""

    duration_s: float
    mixed: bool = False
    language: str | None = None
    utterances: Sequence[Utterance] | None = ()
    talk: Sequence[Span] = ()
    """The conversations with our people; empty: not known."""
    holds: Sequence[Span] = ()
    paused: Sequence[Span] = ()
    """The recording was paused: nobody knows what was said."""
    masked: Sequence[Span] = ()
    """Silenced afterwards: somebody spoke."""
    hold_s: float | None = None
    waits: Sequence[Wait] | None = None
    wrap_up: tuple[Given, str] = ("cannot_tell", "nothing is known of it")

    @property
    def whole(self) -> Span:
        return Span(0.0, self.duration_s)

    @property
    def begins(self) -> float:
        """When the agent came on the line; the recording's start where that is not known."""
        return min((span.start for span in self.talk), default=0.0)

    @property
    def ends(self) -> float:
        return max((span.end for span in self.talk), default=self.duration_s)

    @cached_property
    def agent(self) -> Stream:
        return stream(self.utterances or (), "agent")

    @cached_property
    def customer(self) -> Stream:
        return stream(self.utterances or (), "customer")

    @cached_property
    def anybody(self) -> Sequence[Stream]:
        return self.agent, self.customer, stream(self.utterances or (), "mixed")

    @cached_property
    def words(self) -> wordlists.WordList | None:
        return wordlists.of(self.language)

    @property
    def fillers(self) -> frozenset[str]:
        return (self.words or wordlists.NO_WORDS).fillers
