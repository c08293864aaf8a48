"""The shipped scorecard on the sample calls as Vosk hears them: what holds for the reference holds for what was recognised."""

import json
import wave
from collections.abc import Iterator
from importlib.resources import as_file, files

import numpy
import pytest
import vosk

from ringdesk.recordings.scoring import answering, shipped
from ringdesk.recordings.scoring.material import Material
from ringdesk.recordings.transcript import Speaker, Utterance, Word
from tests.recordings.scoring.speaking import sample

SAMPLES = files("ringdesk.recordings.samples")
BLOCK = 4000  # bytes, a quarter of a second


@pytest.fixture(scope="module")
def model() -> Iterator[vosk.Model]:
    vosk.SetLogLevel(-1)
    with as_file(SAMPLES / "model") as folder:
        yield vosk.Model(str(folder))


def recognised(model: vosk.Model, name: str) -> list[Utterance]:
    with as_file(SAMPLES / "calls" / f"{name}.wav") as path, wave.open(str(path)) as sound:
        rate, pcm = sound.getframerate(), numpy.frombuffer(sound.readframes(sound.getnframes()), "<i2").reshape(-1, 2)
    sides: tuple[tuple[int, Speaker], ...] = ((0, "agent"), (1, "customer"))
    return [utterance for channel, speaker in sides for utterance in _heard(model, rate, pcm[:, channel].tobytes(), speaker)]


def _heard(model: vosk.Model, rate: int, pcm: bytes, speaker: Speaker) -> Iterator[Utterance]:
    recogniser = vosk.KaldiRecognizer(model, rate)
    recogniser.SetWords(True)
    results = [recogniser.Result() for i in range(0, len(pcm), BLOCK) if recogniser.AcceptWaveform(pcm[i : i + BLOCK])]
    for result in (json.loads(text) for text in (*results, recogniser.FinalResult())):
        words = [Word(word=w["word"], start=w["start"], end=w["end"], confidence=w["conf"]) for w in result.get("result", ())]
        if words:
            yield Utterance(speaker=speaker, start=words[0].start, end=words[-1].end, text=result["text"], words=words)


@pytest.mark.parametrize("name", ["call1_refund", "call2_angry", "call3_payment"])
def test_what_was_recognised_scores_as_what_was_said(model: vosk.Model, name: str) -> None:
    (service,) = shipped.everything()
    seconds, said = sample(name)
    expected = answering.answers(service, Material(duration_s=seconds, language="en-us", utterances=said, hold_s=0.0))
    found = answering.answers(service, Material(duration_s=seconds, language="en-us", utterances=recognised(model, name), hold_s=0.0))
    assert {id: answer.given for id, answer in found.items()} == {id: answer.given for id, answer in expected.items()}
    assert found["talk-share"].measured == pytest.approx(expected["talk-share"].measured, abs=2)
    assert found["silence"].measured == pytest.approx(expected["silence"].measured, abs=0.1)
    greeting, reference = found["greeting"].evidence[0], expected["greeting"].evidence[0]
    assert greeting.start == pytest.approx(reference.start, abs=0.2)
