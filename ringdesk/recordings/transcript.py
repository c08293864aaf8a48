"""What was said: words with their times, grouped to utterances by turn."""

from typing import Literal

from pydantic import BaseModel

Speaker = Literal["agent", "customer", "mixed"]


class Word(BaseModel):
    """Times are seconds from the recording's start."""

    word: str
    start: float
    end: float
    confidence: float


class Utterance(BaseModel):
    speaker: Speaker
    start: float
    end: float
    text: str
    words: list[Word]


class TranscriptView(BaseModel):
    language: str | None
    model: str
    utterances: list[Utterance]
