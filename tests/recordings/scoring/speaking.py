"""What people say, word by word, and scorecards of a few questions."""

import json
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from ringdesk.recordings.scoring.definition import Definition
from ringdesk.recordings.scoring.material import Material
from ringdesk.recordings.transcript import Speaker, Utterance, Word

WORD = 0.3  # seconds from one word's beginning to the next one's
SOUND = 0.25  # seconds of it that it sounds


def says(speaker: Speaker, start: float, text: str, confidence: float = 0.95, *, every: float = WORD) -> Utterance:
    """`text` from `start` on, a word every `every` seconds."""
    words = [
        Word(word=word, start=round(start + i * every, 3), end=round(start + i * every + min(SOUND, every), 3), confidence=confidence)
        for i, word in enumerate(text.split())
    ]
    return Utterance(speaker=speaker, start=start, end=words[-1].end, text=text, words=words)


def agent(start: float, text: str, confidence: float = 0.95, **more: Any) -> Utterance:
    return says("agent", start, text, confidence, **more)


def customer(start: float, text: str, confidence: float = 0.95, **more: Any) -> Utterance:
    return says("customer", start, text, confidence, **more)


def material(*utterances: Utterance, duration: float = 60.0, **more: Any) -> Material:
    return Material(duration_s=duration, language=more.pop("language", "en-us"), utterances=list(utterances), **more)


def card(*questions: dict[str, Any], **more: Any) -> Definition:
    """A scorecard of one section with these questions; each has an id and a text, if it says nothing else."""
    filled = [{"id": f"q{i}", "text": f"Question {i}", **question} for i, question in enumerate(questions, 1)]
    return Definition.model_validate({"name": "Card", "sections": [{"title": "All", "questions": filled}], **more})


def asks(rule: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"rule": rule, **more}


def sample(name: str) -> tuple[float, Sequence[Utterance]]:
    """One of the sample calls as its reference has it: its length and what was said."""
    found = json.loads((files("ringdesk.recordings.samples") / "calls" / f"{name}.json").read_text(encoding="utf-8"))
    said = [
        Utterance(
            speaker=turn["speaker"],
            start=turn["start"],
            end=turn["end"],
            text=turn["text"],
            words=[Word(**word, confidence=0.98) for word in turn["words"]],
        )
        for turn in found["turns"]
    ]
    return float(found["seconds"]), said
