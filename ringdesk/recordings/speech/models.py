"""Which speech model listens to which language: a folder a language below `models_folder`, and the one that the settings name."""

import contextlib
import os
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from ringdesk.config.errors import Unavailable
from ringdesk.config.settings import Settings

# Vosk's own codes where they are not ISO 639's.
VOSK_CODES = {"en": "en-us", "zh": "cn", "el": "gr", "vi": "vn", "kk": "kz", "fil": "tl-ph", "tl": "tl-ph"}
FETCHING = ".fetching"  # below the models' folder: what is not whole yet

_NAMED = re.compile(r"vosk-model(?:-small|-big)?-([a-z]{2,3}(?:-[a-z]{2})?)(?![a-z])")
_CODE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
# One of these is in every model that Vosk loads: in its layout of today, and in that of before 2020.
_PARTS = ("am/final.mdl", "final.mdl")


class NoModel(Unavailable):
    """There is no model yet; the sentence says what to do."""

    key = "no_speech_model"
    text = "{why}"


@dataclass(frozen=True, slots=True)
class SpeechModel:
    language: str | None
    """As Vosk writes it, `en-us`; None: nothing says it, so it listens to whatever names no language."""
    name: str
    path: Path


class Models:
    """Looks at the folders each time: they are few, and models come and go while this runs."""

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.models_folder.absolute()
        self.setting = settings.vosk_model

    @property
    def named_folder(self) -> Path | None:
        """Of the settings, if it is a folder that they name. What is there counts first: it may well be called `en-us`."""
        if self.setting is None:
            return None
        path = Path(self.setting).expanduser()
        return path.absolute() if path.exists() or not _CODE.fullmatch(code(self.setting)) else None

    def all(self) -> list[SpeechModel]:
        """Every model there is, the settings' own first."""
        found = {}
        named = self.named_folder
        if named is not None and is_model(named):
            found[named] = SpeechModel(_language(named), _name(named), named)
        for place in _folders(self.folder):
            if not place.name.startswith(".") and (path := _model_in(place)) is not None and path not in found:
                found[path] = SpeechModel(code(place.name), path.name if path != place else _name(path), path)
        return list(found.values())

    def of(self, language: str | None) -> SpeechModel:
        """The one for recordings in this language, or for those that name none. Raises `NoModel`."""
        models = self.all()
        if language is None:
            return self._default(models)
        wanted = code(language)
        fits = [m for m in models if m.language is not None and wanted in (m.language, m.language.partition("-")[0])]
        if fits:
            return max(fits, key=lambda m: m.language == wanted)
        raise NoModel(why=f"There is no model for the language {language} yet: `ringdesk models fetch {wanted}` gets one")

    def expected(self) -> bool:
        """Will there be transcripts, now or as soon as what the settings name is there?"""
        return self.setting is not None or bool(self.all())

    def problem(self) -> str | None:
        """What is wrong with what the settings name, in a sentence."""
        try:
            self.of(None)
        except NoModel as error:
            return str(error)
        return None

    def signature(self) -> tuple[object, ...]:
        """Differs as soon as a model came or went. Cheap: a handful of stats."""
        places = [place for place in (self.named_folder, self.folder) if place is not None]
        places += _folders(self.folder)
        places += [inner for place in _folders(self.folder) for inner in _folders(place)]
        return tuple((str(place), is_model(place), _changed(place)) for place in places)

    def _default(self, models: list[SpeechModel]) -> SpeechModel:
        named = self.named_folder
        if named is not None:
            if models and models[0].path == named:
                return models[0]
            what = "is not there" if not named.exists() else "is no speech model (there is no am/final.mdl in it)"
            raise NoModel(why=f"RINGDESK_VOSK_MODEL names {named}, which {what}: `ringdesk models fetch en-us` gets one for English")
        if self.setting is not None:
            return self.of(self.setting)
        languages = {m.language for m in models}
        if len(languages) == 1:
            return models[0]
        if languages:
            some = ", ".join(sorted(filter(None, languages)))
            raise NoModel(why=f"There are models for {some}: say with RINGDESK_VOSK_MODEL which language calls are in")
        raise NoModel(why="There is no speech model yet: `ringdesk models fetch en-us` gets one for English")


def speech_expected(settings: Settings) -> bool:
    """Looks at the disk. Without transcripts nothing is ever searched, and withholding what is to be masked would be for ever."""
    return Models(settings).expected()


def code(language: str) -> str:
    """As Vosk writes languages: `en_US` and `en` are `en-us`."""
    plain = language.strip().lower().replace("_", "-")
    return VOSK_CODES.get(plain, plain)


def is_model(path: Path) -> bool:
    """Does it look like one? Whether it is one shows when Vosk loads it."""
    try:
        return any((path / part).is_file() for part in _PARTS)
    except OSError:
        return False


def size(path: Path) -> int:
    """Bytes of all files in it."""
    return sum(_size(Path(folder) / name) for folder, _, names in os.walk(path) for name in names)


def _language(path: Path) -> str | None:
    found = _NAMED.search(path.name) or _NAMED.search(path.resolve().name)
    if found is not None:
        return code(found[1])
    return "en-us" if path.resolve() == SAMPLE else None


SAMPLE = (Path(__file__).parents[1] / "samples" / "model").resolve()
"""The tiny one that came with Ringdesk; it understands a synthetic voice and nobody else."""


def _model_in(place: Path) -> Path | None:
    """The folder itself, or the newest model in it, as they come out of Vosk's archives."""
    if is_model(place):
        return place
    return max((inner for inner in _folders(place) if is_model(inner)), key=_changed, default=None)


def _name(path: Path) -> str:
    real = path.resolve()
    return "the sample model" if real == SAMPLE else real.name


def _folders(place: Path) -> list[Path]:
    try:
        return sorted(Path(entry.path) for entry in os.scandir(place) if entry.is_dir() and entry.name != FETCHING)
    except OSError:
        return []


def _changed(place: Path) -> float:
    try:
        return place.stat().st_mtime
    except OSError:
        return 0.0


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0


def languages_served(models: Models, languages: Iterable[str | None], but_not: Collection[SpeechModel] = ()) -> set[str | None]:
    """Of these languages of recordings, those that there is a model for, other than `but_not`."""
    served = set()
    for language in languages:
        with contextlib.suppress(NoModel):
            if models.of(language) not in but_not:
                served.add(language)
    return served
