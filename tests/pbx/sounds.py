"""Speech for the people on the line, and whether a recording holds it: the sample calls that come with the product."""

from __future__ import annotations

import subprocess
import wave
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray

RATE = 8000
SAMPLES = Path(str(files("ringdesk.recordings") / "samples" / "calls"))
Sound = NDArray[np.float64]


@dataclass(frozen=True)
class Voice:
    """What one party says: raw mu-law for SIPp, and the same as samples."""

    file: Path
    samples: Sound


def voice(call: str, side: str, folder: Path, *, start: float, seconds: float) -> Voice:
    """A part of one side (agent left, customer right) of a sample call. SIPp says it again and again."""
    file = folder / f"{call}-{side}.ul"
    pan = f"pan=mono|c0=c{('agent', 'customer').index(side)}"
    source = ["-ss", str(start), "-t", str(seconds), "-i", str(SAMPLES / f"{call}.wav"), "-af", pan, "-ar", str(RATE)]
    _ffmpeg(*source, "-f", "mulaw", str(file))
    said = _ffmpeg("-f", "mulaw", "-ar", str(RATE), "-i", str(file), "-f", "s16le", "-")
    return Voice(file, np.frombuffer(said, dtype="<i2").astype(float))


def channels(file: Path) -> list[Sound]:
    """The channels of a file that Asterisk wrote: a wav, or raw stereo of the D option."""
    if file.suffix == ".raw":
        pairs = np.fromfile(file, dtype="<i2").reshape(-1, 2).astype(float)
        return [pairs[:, 0], pairs[:, 1]]
    with wave.open(str(file)) as heard:
        return [np.frombuffer(heard.readframes(heard.getnframes()), dtype="<i2").astype(float)]


def likeness(recorded: Sound, said: Voice) -> float:
    """How like the recording is, somewhere, to half a second of what was said in its first seconds: 1 the same, near 0 something else."""
    window = RATE // 2
    best = 0.0
    for start in range(0, 4 * RATE, window):
        piece = said.samples[start : start + window]
        if len(piece) < window or np.abs(piece).mean() < 300 or len(recorded) < window:
            continue
        size = 1 << (len(recorded) + window).bit_length()
        together = np.fft.irfft(np.fft.rfft(recorded, size) * np.conj(np.fft.rfft(piece, size)), size)[: len(recorded) - window + 1]
        loud = np.sqrt(np.maximum(np.convolve(recorded**2, np.ones(window), "valid"), 1e6))
        best = max(best, float((together / (loud * np.sqrt((piece**2).sum()))).max()))
    return best


def silences(recorded: Sound, *, longer_than: float = 0.3) -> list[tuple[float, float]]:
    """Stretches of digital silence (not one sample off zero), in seconds."""
    quiet = np.flatnonzero(np.diff(np.concatenate(([0], (np.abs(recorded) < 1).astype(int), [0]))))
    spans = [(a / RATE, b / RATE) for a, b in zip(quiet[::2], quiet[1::2], strict=True)]
    return [(a, b) for a, b in spans if b - a > longer_than]


def _ffmpeg(*arguments: str) -> bytes:
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *arguments]
    return subprocess.run(argv, check=True, capture_output=True).stdout
