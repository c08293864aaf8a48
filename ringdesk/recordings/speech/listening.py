"""Vosk itself: in the child process alone."""

import json
from collections.abc import Iterator

import numpy as np
import vosk

from ringdesk.recordings.speech.quiet import Quiet

Heard = list[tuple[str, float, float, float]]
"""Word, start, end, confidence; seconds from the recording's start."""

vosk.SetLogLevel(-1)


def load(path: str) -> vosk.Model:
    """Raises Exception where it is none. Memory that any recording needs is taken now, so that too little of it shows now."""
    model = vosk.Model(path)
    vosk.KaldiRecognizer(model, 8000).AcceptWaveform(bytes(16000))
    return model


class Ear:
    """One recording: a recogniser for each speaker, each listening to its own channel."""

    def __init__(self, model: vosk.Model, rate: int, channels: int) -> None:
        # Vosk is told the rate that the samples have: it resamples to the model's own. A rate that is not theirs shifts every time and
        # is heard as a voice too high or too low.
        self.channels = [(Quiet(rate), vosk.KaldiRecognizer(model, rate)) for _ in range(channels)]
        for _, recognizer in self.channels:
            recognizer.SetWords(True)
        self.samples = 0

    def hear(self, pcm: bytes) -> Iterator[tuple[int, Heard]]:
        """Interleaved samples; what was recognised by now."""
        sides = np.frombuffer(pcm, "<i2").reshape(-1, len(self.channels))
        self.samples += len(sides)
        for number, (quiet, recognizer) in enumerate(self.channels):
            loud = quiet.feed(sides[:, number])
            if len(loud) and recognizer.AcceptWaveform(loud.tobytes()):
                yield number, _words(recognizer.Result(), quiet)

    def end(self) -> Iterator[tuple[int, Heard]]:
        for number, (quiet, recognizer) in enumerate(self.channels):
            if len(rest := quiet.end()):
                recognizer.AcceptWaveform(rest.tobytes())
            yield number, _words(recognizer.FinalResult(), quiet)


def _words(result: str, quiet: Quiet) -> Heard:
    found = []
    for each in json.loads(result).get("result", ()):
        start, end = quiet.place(each["start"], each["end"])
        found.append((each["word"], round(start, 3), round(max(start, end), 3), round(each["conf"], 3)))
    return found
