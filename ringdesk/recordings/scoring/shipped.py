"""Scorecards to begin with, from the package (`templates/*.json`)."""

from functools import lru_cache
from importlib.resources import files

from ringdesk.recordings.scoring import templates
from ringdesk.recordings.scoring.definition import Definition


@lru_cache(maxsize=1)
def everything() -> tuple[Definition, ...]:
    found = sorted((file for file in files(templates).iterdir() if file.name.endswith(".json")), key=lambda file: file.name)
    return tuple(Definition.model_validate_json(file.read_bytes()) for file in found)
