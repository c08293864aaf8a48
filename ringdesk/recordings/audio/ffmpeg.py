"""ffmpeg as a child process that can do little harm: it reads the files that it was handed open, has limits on memory, time and size, no
network, and is ended together with whatever it started when it is stuck or nobody waits for it any more."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, TypeVar

import imageio_ffmpeg

from ringdesk.config.errors import Invalid, Unavailable

LONGEST = 12 * 3600  # seconds of a recording; whatever is longer is no call
LIMITS = MappingProxyType(
    {
        "AS": 1024 * 1024 * 1024,  # bytes; it takes 100 MB for a day of audio as well as for a minute
        "CPU": 1800,  # seconds; twelve hours of stereo take 200
        "FSIZE": 512 * 1024 * 1024,  # bytes; twelve hours of stereo are 170 MB
        "NOFILE": 64,
        "CORE": 0,
    }
)
NICE = 5
STALLED = 60.0  # seconds without a sign of progress
LAST_WORDS = 16 * 1024  # bytes of what it says that are kept
NOT_STARTED = 127  # exit code of the launcher that found nothing to become
CHUNK = 256 * 1024
CODECS = (
    "pcm_s16le,pcm_s16be,pcm_u8,pcm_s24le,pcm_s32le,pcm_f32le,pcm_f64le,pcm_alaw,pcm_mulaw,gsm,gsm_ms,libgsm,libgsm_ms,"
    "adpcm_ima_wav,adpcm_ms,g722,adpcm_g722,opus,libopus,vorbis,libvorbis,speex,libspeex,flac,mp3,mp3float"
)
T = TypeVar("T")
_LAUNCHER = str(Path(__file__).with_name("launcher.py"))


class BadAudio(Invalid):
    """The file is to blame: trying again gives the same."""

    key = "bad_audio"
    text = "{why}"


class FfmpegFailed(Unavailable):
    """It was ended, or could not be started: another try may go well."""

    key = "ffmpeg_failed"
    text = "The audio could not be converted: {why}"


@cache
def program() -> str:
    """The ffmpeg to run: `IMAGEIO_FFMPEG_EXE`, or imageio-ffmpeg's own, or the system's. Raises `FfmpegFailed`."""
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        # It tries the program once and remembers for ever that there is none, even if that one try was killed for want of memory.
        imageio_ffmpeg._utils._get_ffmpeg_exe.cache_clear()
        raise FfmpegFailed(why="there is no ffmpeg") from error


def scratch() -> IO[bytes]:
    """A file without a name: in memory where the system can, since what is sealed at rest is not to lie open in a folder meanwhile."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("ringdesk-audio", os.MFD_CLOEXEC), "w+b")
    return tempfile.TemporaryFile()


def address(file: IO[bytes]) -> str:
    """What ffmpeg calls a file that is handed to it open: no name of it is anybody's trick."""
    return f"file:/dev/fd/{file.fileno()}"


class Ffmpeg:
    """One running ffmpeg. `read` and `write` raise `FfmpegFailed` when it is stuck, `finish` what came of it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._said = bytearray()
        self._listening = asyncio.create_task(self._listen(), name="ffmpeg-stderr")

    async def read(self) -> bytes:
        """The next bytes of its standard output; empty at the end."""
        out = self._process.stdout
        assert out is not None  # noqa: S101 - it was made with pipes
        return await self._in_time(out.read(CHUNK))

    async def write(self, data: bytes) -> None:
        """Into its standard input. One that does not want more will say why."""
        into = self._process.stdin
        assert into is not None  # noqa: S101 - it was made with pipes
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            into.write(data)
            await self._in_time(into.drain())

    async def end_of_input(self) -> None:
        into = self._process.stdin
        assert into is not None  # noqa: S101 - it was made with pipes
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            into.close()
            await self._in_time(into.wait_closed())

    async def finish(self) -> None:
        """Until it ended by itself. Raises `BadAudio` for what it could not make sense of, `FfmpegFailed` where it was ended."""
        code = await self._in_time(self._process.wait())
        await self._listening
        if code == 0:
            return
        if code == NOT_STARTED:
            raise FfmpegFailed(why=f"ffmpeg cannot be started ({self.last_words})")
        if code < 0:
            limits = {-signal.SIGXCPU: "it took too much time", -signal.SIGKILL: "it was ended", -signal.SIGXFSZ: "it wrote too much"}
            raise FfmpegFailed(why=limits.get(code, f"ffmpeg ended by signal {-code}"))
        raise BadAudio(why=f"ffmpeg cannot read it as audio: {self.last_words or f'exit code {code}'}")

    @property
    def last_words(self) -> str:
        """The last line it said, without addresses of memory and names of ours."""
        lines = [line.strip() for line in self._said.decode("utf-8", "replace").splitlines() if line.strip()]
        return "" if not lines else "".join(c for c in lines[-1].rpartition("] ")[2] if c.isprintable())[:200]

    async def stop(self) -> None:
        """It is gone when this returns, and so is whatever it started."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            if self._process.stdout is not None:  # asyncio's wait() waits for the ends of the pipes, also of one that nobody reads
                await self._process.stdout.read()
            await self._process.wait()
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)
        # What was not read stays in the pipe, whose end must not outlive the loop.
        transport = getattr(self._process, "_transport", None)
        if transport is not None:
            transport.close()

    async def _in_time(self, step: Coroutine[Any, Any, T]) -> T:
        try:
            async with asyncio.timeout(STALLED):
                return await step
        except TimeoutError as error:
            raise FfmpegFailed(why=f"ffmpeg did nothing for {STALLED:.0f} seconds") from error

    async def _listen(self) -> None:
        err = self._process.stderr
        assert err is not None  # noqa: S101 - it was made with pipes
        while said := await err.read(4096):
            self._said += said
            del self._said[:-LAST_WORDS]


@asynccontextmanager
async def running(arguments: Sequence[str], files: Sequence[IO[bytes]] = (), *, fed: bool = False) -> AsyncIterator[Ffmpeg]:
    """ffmpeg with these arguments and these files open; `fed` through its standard input. Leaving ends it."""
    command = [sys.executable, "-I", "-S", _LAUNCHER, json.dumps(dict(LIMITS)), str(NICE), await asyncio.to_thread(program)]
    command += ["-hide_banner", "-nostdin", "-v", "error", "-threads", "1", "-filter_threads", "1", "-filter_complex_threads", "1"]
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            *arguments,
            stdin=asyncio.subprocess.PIPE if fed else asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            pass_fds=[file.fileno() for file in files],
            start_new_session=True,
            env={"LC_ALL": "C", "AV_LOG_FORCE_NOCOLOR": "1"},
            limit=2 * CHUNK,
        )
    except OSError as error:
        raise FfmpegFailed(why=f"ffmpeg cannot be started ({error.strerror})") from error
    ffmpeg = Ffmpeg(process)
    try:
        yield ffmpeg
    finally:
        await ffmpeg.stop()


def reading(form: Sequence[str], file: IO[bytes]) -> list[str]:
    """The arguments that make `file` an input of the given format and nothing else: no playlist, no other file, no network."""
    name = form[form.index("-f") + 1]
    return ["-protocol_whitelist", "file", "-format_whitelist", name, "-codec_whitelist", CODECS, *form, "-i", address(file)]
