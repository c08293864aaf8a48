"""Which model is for which language, and what is said where there is none."""

import os
from pathlib import Path
from typing import Any

import pytest

from ringdesk.config import doctor
from ringdesk.recordings.speech.models import Models, NoModel, languages_served
from tests.house import settings_for
from tests.recordings.keeping.shelf import settings_of
from tests.recordings.speech.hearing import MODEL, copy_model


def models(**more: Any) -> Models:
    return Models(settings_of("sqlite:///unused", **more))


def looks_like_one(path: Path) -> Path:
    (path / "am").mkdir(parents=True)
    (path / "am" / "final.mdl").touch()
    return path


def test_without_any_the_command_is_named() -> None:
    with pytest.raises(NoModel, match="ringdesk models fetch en-us"):
        models().of(None)
    with pytest.raises(NoModel, match="language de yet: `ringdesk models fetch de`"):
        models().of("de")
    assert not models().expected()


def test_a_folder_a_language_however_it_came_there() -> None:
    small = looks_like_one(Path("var/models/de/vosk-model-small-de-0.15"))
    plain = looks_like_one(Path("var/models/uk"))
    looks_like_one(Path("var/models/.fetching/vosk-model-fr-0.22"))
    Path("var/models/es").mkdir()
    here = models()
    assert {(m.language, m.path) for m in here.all()} == {("de", small.absolute()), ("uk", plain.absolute())}
    assert here.of("de").name == "vosk-model-small-de-0.15"
    assert here.of("DE").path == small.absolute()
    for language in ("es", "fr"):
        with pytest.raises(NoModel):
            here.of(language)
    with pytest.raises(NoModel, match="RINGDESK_VOSK_MODEL"):
        here.of(None)
    assert languages_served(here, ["de", "fr", None]) == {"de"}
    assert languages_served(models(vosk_model="de"), ["uk", None]) == {"uk", None}


def test_of_two_the_newer_counts() -> None:
    old = looks_like_one(Path("var/models/en-us/vosk-model-small-en-us-0.15"))
    new = looks_like_one(Path("var/models/en-us/vosk-model-en-us-0.22"))
    os.utime(old, (1, 1))
    assert models().of(None).path == new.absolute()


@pytest.mark.parametrize("language", ["en-us", "en", "en_US", "EN-US"])
def test_languages_are_spelled_in_many_ways(language: str) -> None:
    looks_like_one(Path("var/models/en-us"))
    assert models(vosk_model=language).of(None) == models().of(language)


def test_a_folder_that_is_named_counts_for_what_names_no_language(tmp_path: Path) -> None:
    named = looks_like_one(tmp_path / "vosk-model-small-fr-0.22")
    here = models(vosk_model=str(named))
    assert here.of(None).path == named
    assert here.of("fr").path == named
    with pytest.raises(NoModel):
        here.of("de")
    unknown = models(vosk_model=str(looks_like_one(tmp_path / "mine")))
    assert unknown.of(None).language is None
    assert models(vosk_model=str(MODEL)).of("en").path == MODEL


@pytest.mark.parametrize(
    ("name", "said"), [("/nowhere/model", "is not there"), (".", "is no speech model"), ("file", "is no speech model")]
)
def test_a_folder_that_is_none_is_said_to_be_none(name: str, said: str) -> None:
    Path("file").touch()
    here = models(vosk_model=name)
    with pytest.raises(NoModel, match=said):
        here.of(None)
    assert here.expected(), "it will be there as soon as somebody mends it"


def test_what_comes_and_goes_is_seen() -> None:
    here = models()
    seen = [here.signature()]
    model = looks_like_one(Path("var/models/de/model"))
    seen.append(here.signature())
    (model / "am" / "final.mdl").unlink()
    seen.append(here.signature())
    assert len({str(each) for each in seen}) == 3
    assert here.signature() == seen[-1]


async def test_the_doctor_loads_it(sqlite_url: str) -> None:
    broken = copy_model(Path("var/models/de/broken").absolute())
    (broken / "am" / "final.mdl").write_text("none")
    found = await doctor.examine(settings=settings_for(sqlite_url, vosk_model=str(MODEL)))
    said = {item.state: item.text for item in found.items if item.check == "speech"}
    assert "8000 Hz" in said["ok"]
    assert "broken is no speech model" in said["wrong"]
    found = await doctor.examine(settings=settings_for(sqlite_url, vosk_model="/nowhere/model"))
    assert any(item.state == "wrong" and "/nowhere/model" in item.text for item in found.items if item.check == "speech")
