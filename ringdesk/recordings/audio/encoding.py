"""Files of a call's sides, or samples, to what is kept: Ogg Opus, agent left and customer right, and the waveform."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import IO

from ringdesk.recordings.audio.ffmpeg import LONGEST, BadAudio, Ffmpeg, address, reading, running, scratch
from ringdesk.recordings.audio.peaks import Peaks
from ringdesk.recordings.audio.probing import Shape
from ringdesk.recordings.audio.sides import Plan

SHORTEST = 0.1  # seconds; less is the head of a file, and of a click no decoder gives back every sample
LINE, WIDE = 8000, 16_000  # samples a second: a telephone line's, and what is kept of better ones
# Of what libopus offers, measured on the sample calls (stereo, 8 kHz): `voip` at this rate keeps one side 70 dB out of the other, and Vosk
# hears the same words as in the original; `audio` lets a side through at -30 dB, enough to be transcribed as the other's words. Level 0
# of 10 and long frames make no difference to either and take 0.4 of the time.
BITRATE = {LINE: 16_000, WIDE: 24_000}  # a channel
OPUS = (
    "-c:a",
    "libopus",
    "-application",
    "voip",
    "-compression_level",
    "0",
    "-frame_duration",
    "60",
    "-vbr",
    "on",
    "-map_metadata",
    "-1",
    "-fflags",
    "+bitexact",
)


@dataclass(frozen=True, slots=True)
class Encoded:
    opus: bytes
    duration_s: float
    channels: int
    peaks: bytes
    """`PER_SECOND` bytes a second, channels one after the other."""


async def encode(parts: Sequence[tuple[IO[bytes], Shape]], plan: Plan) -> Encoded:
    """Files as `plan` says. Raises `BadAudio`, `FfmpegFailed`."""
    rate = WIDE if max(shape.rate for _, shape in parts) >= WIDE else LINE
    inputs = [argument for file, shape in parts for argument in reading(shape.form, file)]
    return await _encode(inputs, [file for file, _ in parts], plan.graph(rate), plan.channels, rate, None)


async def encode_samples(samples: AsyncIterator[bytes], channels: int, rate: int) -> Encoded:
    """Interleaved 16-bit samples. Raises `BadAudio`, `FfmpegFailed`, and whatever `samples` does."""
    inputs = ["-protocol_whitelist", "pipe", "-f", "s16le", "-ar", str(rate), "-ac", str(channels), "-i", "pipe:0"]
    return await _encode(inputs, [], "[0:a]anull[kept]", channels, rate, samples)


def rate_of(opus: bytes) -> int:
    """The rate of what was kept so: decoders always give 48 kHz, the head says what went in (RFC 7845, 5.1)."""
    head = opus.find(b"OpusHead", 0, 4096)
    return WIDE if head >= 0 and int.from_bytes(opus[head + 12 : head + 16], "little") >= WIDE else LINE


async def _encode(
    inputs: Sequence[str], files: Sequence[IO[bytes]], graph: str, channels: int, rate: int, samples: AsyncIterator[bytes] | None
) -> Encoded:
    """One pass: Opus into a file without a name, samples for the waveform through the pipe."""
    layout = "stereo" if channels == 2 else "mono"
    graph += f";[kept]aformat=sample_rates={rate}:channel_layouts={layout},asplit=2[opus][drawn]"
    with await asyncio.to_thread(scratch) as out:
        to_opus = ["-map", "[opus]", *OPUS, "-b:a", str(BITRATE[rate] * channels), "-f", "ogg", address(out)]
        to_peaks = ["-map", "[drawn]", "-ar", str(LINE), "-c:a", "pcm_s16le", "-f", "s16le", "pipe:1"]
        peaks = Peaks(channels, LINE)
        arguments = ["-y", *inputs, "-filter_complex", graph, *to_opus, *to_peaks]
        async with running(arguments, [*files, out], fed=samples is not None) as ffmpeg:
            feeding = None if samples is None else asyncio.create_task(_feed(ffmpeg, samples), name="ffmpeg-feed")
            try:
                while chunk := await ffmpeg.read():
                    await asyncio.to_thread(peaks.add, chunk)
                    if peaks.seconds > LONGEST:
                        raise BadAudio(why=f"It is longer than {LONGEST // 3600} hours")
                if feeding is not None:
                    await feeding
                await ffmpeg.finish()
            finally:
                if feeding is not None:
                    feeding.cancel()
                    await asyncio.gather(feeding, return_exceptions=True)
        if peaks.seconds < SHORTEST:
            raise BadAudio(why="There is no sound in it")
        opus = await asyncio.to_thread(_whole, out)
    return Encoded(opus=opus, duration_s=round(peaks.seconds, 3), channels=channels, peaks=peaks.done())


async def _feed(ffmpeg: Ffmpeg, samples: AsyncIterator[bytes]) -> None:
    try:
        async for piece in samples:
            await ffmpeg.write(piece)
    finally:  # also where the samples cannot go on: who reads what comes out must not wait for more
        await ffmpeg.end_of_input()


def _whole(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()
