"""Polite words, rude words and hesitations of a language, from the package's lists (`words/*.json`)."""

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from ringdesk.recordings.scoring import words
from ringdesk.recordings.scoring.heard import HESITATIONS


@dataclass(frozen=True, slots=True)
class WordList:
    polite: tuple[str, ...]
    rude: tuple[str, ...]
    fillers: frozenset[str]


NO_WORDS = WordList((), (), HESITATIONS)


def of(language: str | None) -> WordList | None:
    """The list for `en-gb` is that of `en`. None: there is none for this language."""
    return None if language is None else _of(language.casefold().replace("_", "-").partition("-")[0])


@lru_cache(maxsize=64)
def _of(language: str) -> WordList | None:
    file = files(words) / f"{language}.json"
    if not (language.isascii() and language.isalpha() and file.is_file()):
        return None
    found = json.loads(file.read_text(encoding="utf-8"))
    return WordList(tuple(found["polite"]), tuple(found["rude"]), HESITATIONS | frozenset(found["fillers"]))
