"""What a file of audio is: its format by its first bytes, rate and channels by what ffmpeg finds in it."""

import errno
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ringdesk.recordings.audio.ffmpeg import BadAudio, reading, running

MAGIC: tuple[tuple[bytes, int, str], ...] = (
    (b"WAVE", 8, "wav"),
    (b"OggS", 0, "ogg"),
    (b"fLaC", 0, "flac"),
    (b"ID3", 0, "mp3"),
    (b".snd", 0, "au"),
)
RIFF = (b"RIFF", b"RF64")
RAW = {
    ".gsm": ("-f", "gsm"),
    ".ulaw": ("-f", "mulaw", "-ar", "8000"),
    ".ul": ("-f", "mulaw", "-ar", "8000"),
    ".mu": ("-f", "mulaw", "-ar", "8000"),
    ".alaw": ("-f", "alaw", "-ar", "8000"),
    ".al": ("-f", "alaw", "-ar", "8000"),
    ".g722": ("-f", "g722"),
    ".sln": ("-f", "s16le", "-ar", "8000"),
    ".raw": ("-f", "s16le", "-ar", "8000"),
    ".sln16": ("-f", "s16le", "-ar", "16000"),
    ".sln48": ("-f", "s16le", "-ar", "48000"),
}
"""Formats of Asterisk without a header: the ending says what it is."""
_FOUND = re.compile(r"^#(\w+) 0: (.+)$", re.MULTILINE)  # the head of ffmpeg's framecrc, made to be read by programs


@dataclass(frozen=True, slots=True)
class Shape:
    form: tuple[str, ...]
    """Arguments that tell ffmpeg the format."""
    rate: int
    channels: int


def open_regular(path: Path) -> IO[bytes]:
    """The file, if it is one: no pipe, device or link. Raises `BadAudio`, `FileNotFoundError` where there is none (yet), `OSError`."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):  # a link, a pipe that nobody writes to
            raise BadAudio(why="It is not a file") from error
        raise
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        raise BadAudio(why="It is not a file")
    if found.st_size == 0:
        os.close(descriptor)
        raise BadAudio(why="The file is empty")
    return os.fdopen(descriptor, "rb")


def form_of(head: bytes, name: str) -> tuple[str, ...]:
    """By the first bytes, and only for formats that have none of their own by the name. Raises `BadAudio`."""
    for magic, at, form in MAGIC:
        if head[at : at + len(magic)] == magic and (form != "wav" or head[:4] in RIFF):
            return ("-f", form)
    if len(head) >= 2 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2:  # an MPEG audio frame of layer III
        return ("-f", "mp3")
    raw = RAW.get(Path(name).suffix.lower())
    if raw is None:
        raise BadAudio(why="It is no audio that Ringdesk knows: WAV, GSM, Ogg, FLAC, MP3, or a raw format of Asterisk by its ending")
    return raw


async def probe(file: IO[bytes], name: str) -> Shape:
    """Raises `BadAudio`, `FfmpegFailed`."""
    form = form_of(os.pread(file.fileno(), 16, 0), name)
    arguments = [*reading(form, file), "-map", "0:a:0", "-c", "copy", "-frames:a", "1", "-f", "framecrc", "pipe:1"]
    async with running(arguments, [file]) as ffmpeg:
        said = b""
        while len(said) < 64 * 1024 and (more := await ffmpeg.read()):
            said += more
        await ffmpeg.finish()
    found = dict(_FOUND.findall(said.decode("ascii", "replace")))
    rate = found.get("sample_rate", "")
    if not rate.isdigit() or not 4000 <= int(rate) <= 192_000:
        raise BadAudio(why=f"It has no usable sample rate ({rate or 'none'})")
    return Shape(form, int(rate), 1 if found.get("channel_layout_name", "mono") in ("mono", "1 channels", "1 channels (FC)") else 2)
