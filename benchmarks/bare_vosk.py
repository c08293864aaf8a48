"""Vosk and nothing else, as its own examples use it: `python -m benchmarks.bare_vosk MODEL FILE.wav …`. A recogniser for each channel."""

import json
import sys
import wave

import numpy as np
import vosk

BLOCK = 4000  # samples, as in Vosk's examples


def main() -> None:
    vosk.SetLogLevel(-1)
    model = vosk.Model(sys.argv[1])
    for name in sys.argv[2:]:
        with wave.open(name) as sound:
            recognizers = [vosk.KaldiRecognizer(model, sound.getframerate()) for _ in range(sound.getnchannels())]
            for recognizer in recognizers:
                recognizer.SetWords(True)
            while block := sound.readframes(BLOCK):
                sides = np.frombuffer(block, "<i2").reshape(-1, len(recognizers))
                for side, recognizer in enumerate(recognizers):
                    if recognizer.AcceptWaveform(sides[:, side].tobytes()):
                        json.loads(recognizer.Result())
            for recognizer in recognizers:
                json.loads(recognizer.FinalResult())


if __name__ == "__main__":
    main()
