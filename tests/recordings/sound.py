"""Audio made for a test, and read again: every side has its own tone, so that a wrong order of channels is heard."""

import asyncio
import io
import os
import subprocess
import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ringdesk.recordings.audio.decoding import decode
from ringdesk.recordings.audio.encoding import Encoded, encode
from ringdesk.recordings.audio.ffmpeg import program
from ringdesk.recordings.audio.probing import open_regular, probe
from ringdesk.recordings.audio.sides import plan
from ringdesk.recordings.models import Role, Side

AGENT, CUSTOMER = 440.0, 700.0  # Hz; within a telephone line's band, and no multiples of one another
Samples = NDArray[np.int16]


def tone(hertz: float, seconds: float, rate: int = 8000) -> Samples:
    at = np.arange(round(seconds * rate)) / rate
    return (np.sin(2 * np.pi * hertz * at) * 8000).astype("<i2")


def silent(seconds: float, rate: int = 8000) -> Samples:
    return np.zeros(round(seconds * rate), "<i2")


def wav(*channels: Samples, rate: int = 8000) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.column_stack(channels).astype("<i2").tobytes())
    return out.getvalue()


def converted(audio: bytes, *arguments: str) -> bytes:
    """Another format of it."""
    command = [program(), "-v", "error", "-f", "wav", "-i", "pipe:0", *arguments, "pipe:1"]
    return subprocess.run(command, input=audio, capture_output=True, check=True).stdout


async def encoded(*parts: tuple[Path, Role], side: Side = "customer") -> Encoded:
    """As the store step does it."""
    opened = [(open_regular(path), path.name) for path, _ in parts]
    try:
        shapes = [(file, await probe(file, name)) for file, name in opened]
        wanted = plan([(role, shape.channels) for (_, role), (_, shape) in zip(parts, shapes, strict=True)], side)
        return await encode([shapes[i] for i in wanted.used], wanted)
    finally:
        for file, _ in opened:
            file.close()


async def decoded(opus: bytes, channels: int, rate: int = 8000) -> Samples:
    """A column a channel."""
    async with decode(opus, rate) as pieces:
        found = b"".join([piece async for piece in pieces])
    return np.frombuffer(found, "<i2").reshape(-1, channels)


def loudness(samples: Samples, hertz: float, rate: int = 8000) -> float:
    """How much of this tone is in it, in dB of full scale."""
    if not len(samples):
        return -200.0
    at = np.arange(len(samples)) / rate
    heard = abs(np.dot(samples.astype(float), np.exp(-2j * np.pi * hertz * at))) * 2 / len(samples)
    return float(20 * np.log10(max(heard, 1e-9) / 32768))


def heard(samples: Samples) -> list[Sequence[str]]:
    """Who speaks in each channel."""
    names = {"agent": AGENT, "customer": CUSTOMER}
    return [[who for who, hertz in names.items() if loudness(column, hertz) > -30] for column in samples.T]


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


async def children() -> set[str]:
    """ffmpegs of this process that still run."""
    command = ["ps", "-o", "pid=,comm=", "--ppid", str(os.getpid())]
    listed = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False)
    return {line for line in listed.stdout.splitlines() if "ffmpeg" in line}


def loud(samples: NDArray[np.int16], seconds: tuple[float, float]) -> float:
    """Root mean square between these moments of sound of 8 kHz."""
    part = samples[int(seconds[0] * 8000) : int(seconds[1] * 8000)].astype(float)
    return float(np.sqrt((part**2).mean()))
