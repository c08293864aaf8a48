"""Kept audio to samples: in pieces, as fast as they are wanted, never all of a long recording at once."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

import numpy as np

from ringdesk.recordings.audio.ffmpeg import reading, running, scratch
from ringdesk.recordings.audio.probing import Shape, open_regular, probe

SAMPLE = np.dtype("<i2")


@asynccontextmanager
async def decode(audio: bytes | Path, rate: int = 8000) -> AsyncIterator[AsyncIterator[bytes]]:
    """`async with decode(audio) as pieces`: interleaved 16-bit little-endian samples, as many channels as the recording has; the first is
    that of the recording's start, so that a word's time in them is its time in the recording.

    Raises `BadAudio`, `FfmpegFailed`, also while the pieces are read; leaving early ends the decoder."""
    with await asyncio.to_thread(_opened, audio) as file:
        shape = await probe(file, audio.name if isinstance(audio, Path) else "kept.opus")
        async with decoding(file, shape, rate) as pieces:
            yield pieces


@asynccontextmanager
async def decoding(file: IO[bytes], shape: Shape, rate: int) -> AsyncIterator[AsyncIterator[bytes]]:
    """`decode` of an open file."""
    arguments = [*reading(shape.form, file), "-map", "0:a:0", "-ac", str(shape.channels), "-ar", str(rate)]
    arguments += ["-c:a", "pcm_s16le", "-f", "s16le", "pipe:1"]
    async with running(arguments, [file]) as ffmpeg:

        async def pieces() -> AsyncIterator[bytes]:
            while piece := await ffmpeg.read():
                yield piece
            await ffmpeg.finish()

        yield pieces()


async def silenced(pieces: AsyncIterator[bytes], ranges: Iterable[tuple[float, float]], channels: int, rate: int) -> AsyncIterator[bytes]:
    """The same samples with silence in all channels in these ranges of seconds: what one side hears of the other would tell as much."""
    frame = SAMPLE.itemsize * channels
    spans = [(max(0, int(start * rate)), int(np.ceil(end * rate))) for start, end in ranges]
    at, left = 0, b""
    async for piece in pieces:
        have = left + piece
        left = have[len(have) // frame * frame :]
        samples = np.frombuffer(have[: len(have) - len(left)], SAMPLE).reshape(-1, channels).copy()
        for start, end in spans:
            samples[max(0, start - at) : max(0, end - at)] = 0
        at += len(samples)
        yield samples.tobytes()


def _opened(audio: bytes | Path) -> IO[bytes]:
    if isinstance(audio, Path):
        return open_regular(audio)
    file = scratch()
    file.write(audio)
    file.flush()
    file.seek(0)
    return file
