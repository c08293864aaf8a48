"""Keeps the processes that listen: started when needed, kept with their model, killed when stuck, gone at the end."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from ringdesk.config import log
from ringdesk.config.errors import Unavailable
from ringdesk.recordings.speech.child import NO_MEMORY, NO_MODEL

logger = log.get(__name__)

LOADS_WITHIN = 300.0  # seconds: the large models are two gigabytes from a slow disk
STUCK_AFTER = 60.0  # seconds without a sign of life while there is something to do; a second of audio takes a fraction of one
FINDS_WITHIN = 10.0  # seconds for patterns to be looked for in a whole recording
LAST_WORDS = 5.0  # seconds for a process that closed its output to end
FAULTS = (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL)  # of a program, not of whoever ends it
RECYCLED_AFTER = 200  # recordings: whatever leaks in a library ends with its process
AHEAD = 4  # pieces of audio on their way: the child never waits for the next
PIECE_S = 1.0
# Pieces that are decoded before they are listened to, 8 MB of two channels: decoder and recogniser take turns. At the same time they
# would be quicker with one recording and take more than the one core that a speech process is reckoned with.
BATCH = 240
LINE = 16 * 1024 * 1024  # bytes; an utterance without a pause is thousands of words at most
# One thread a child: there are as many children as there are cores to use. Arenas would eat the memory that is bounded.
ENVIRON = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}

HeardWord = tuple[str, float, float, float]


class SpeechStuck(Unavailable):
    key = "speech_stuck"
    text = "The speech process gave no sign of life for {seconds:.0f} seconds and was ended"


class SpeechDied(Unavailable):
    key = "speech_died"
    text = "The speech process ended in the middle of its work: {why}"


class PatternTakesTooLong(Unavailable):
    key = "pattern_too_slow"
    text = "Looking for the patterns to be masked took more than {seconds:.0f} seconds: make them simpler in the recording policy"


class NotAModel(Unavailable):
    key = "not_a_model"
    text = "{path} is no speech model that Vosk can load: {why}"


@dataclass(slots=True)
class Child:
    """One process with one model."""

    model: Path
    process: asyncio.subprocess.Process
    rate: int = 0
    recordings: int = 0
    said: deque[str] = field(default_factory=lambda: deque(maxlen=20))
    """The last lines of its standard error."""
    listening: asyncio.Task[None] | None = None

    async def tell(self, what: dict[str, Any], more: bytes = b"", *, within: float) -> None:
        """Raises `SpeechStuck` where it does not read, `SpeechDied`."""
        stdin = self.process.stdin
        if stdin is None:
            raise SpeechDied(why="it has no input")
        try:
            stdin.write(json.dumps(what).encode() + b"\n" + more)
            async with asyncio.timeout(within):
                await stdin.drain()
        except TimeoutError as error:
            raise SpeechStuck(seconds=within) from error
        except (BrokenPipeError, ConnectionResetError) as error:
            raise await self.died() from error

    async def answer(self, within: float) -> dict[str, Any]:
        """Its next answer. Raises `SpeechStuck`, `SpeechDied`."""
        stdout = self.process.stdout
        try:
            async with asyncio.timeout(within):
                line = b"" if stdout is None else await stdout.readline()
        except TimeoutError as error:
            raise SpeechStuck(seconds=within) from error
        except ValueError as error:  # longer than any line may be
            raise SpeechDied(why="it said more than can be") from error
        if not line.endswith(b"\n"):
            raise await self.died()
        found: dict[str, Any] = json.loads(line)
        return found

    async def died(self) -> SpeechDied:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS):
                await self.process.wait()
        await self.end()
        code = self.process.returncode or 0
        words = "\n".join(self.said)
        logger.error("speech_process_died", pid=self.process.pid, code=code, said=words[-2000:])
        if code == NO_MEMORY or "bad_alloc" in words or "allocate memory" in words:
            return SpeechDied(why="it wanted more memory than RINGDESK_SPEECH_MEMORY_MB allows, or its model is damaged")
        return SpeechDied(why=f"signal {-code}" if code < 0 else f"exit code {code}")

    async def end(self) -> None:
        """Killed, if it runs still."""
        if self.process.returncode is None:
            # Not `process.kill`: it may collect the exit code itself, and whoever waits for it never gets it.
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGKILL)
        await self.process.wait()
        if self.listening is not None:
            await self.listening

    async def _listen(self) -> None:
        """What a library has to say."""
        stderr = self.process.stderr
        while stderr is not None and (line := await stderr.readline()):
            self.said.append(line.decode("utf-8", "replace").rstrip()[:500])


class Speech:
    """At most `processes` children, each with the model it was started for. `async with` it: leaving ends all of them."""

    def __init__(self, processes: int, memory_mb: int, *, stuck_after: float = STUCK_AFTER, recycled_after: int = RECYCLED_AFTER) -> None:
        self.processes = processes
        self.memory_mb = memory_mb
        self.stuck_after = stuck_after
        self.recycled_after = recycled_after
        self.children: list[Child] = []
        self._free: list[Child] = []
        self._places = asyncio.Semaphore(processes)
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    async def close(self) -> None:
        self._closed = True
        await asyncio.gather(*(self._end(child) for child in list(self.children)))

    async def hear(
        self,
        model: Path,
        pcm: AsyncIterator[bytes],
        *,
        rate: int,
        channels: int,
        seconds: float | None,
        progress: Callable[[float], Awaitable[bool]],
    ) -> list[list[HeardWord]]:
        """The words of each channel of interleaved 16-bit samples, in order of time.

        Raises `NotAModel`, `SpeechStuck`, `SpeechDied`, what `pcm` raises, and CancelledError where `progress` says to stop."""
        async with self._child(model) as child:
            await child.tell({"do": "begin", "rate": rate, "channels": channels}, within=self.stuck_after)
            heard: list[list[HeardWord]] = [[] for _ in range(channels)]
            under_way = 0

            async def taken() -> None:
                nonlocal under_way
                answer = await self._heard(child, heard)
                under_way -= 1
                if seconds and not await progress(min(1.0, answer["taken"] / rate / seconds)):
                    raise asyncio.CancelledError

            async for batch in _batches(pcm, int(rate * PIECE_S) * channels * 2, channels * 2):
                for piece in batch:
                    await child.tell({"do": "audio", "bytes": len(piece)}, piece, within=self.stuck_after)
                    under_way += 1
                    if under_way > AHEAD:
                        await taken()
                while under_way:
                    await taken()
            await child.tell({"do": "end"}, within=self.stuck_after)
            await self._heard(child, heard)
            child.recordings += 1
            return heard

    async def find(self, model: Path, texts: Sequence[str], patterns: Sequence[str]) -> list[tuple[int, int, int]]:
        """Where a pattern matches: the text's number, from which character to which. Raises `PatternTakesTooLong` and as `hear`."""
        async with self._child(model) as child:
            try:
                await child.tell({"do": "find", "texts": list(texts), "patterns": list(patterns)}, within=FINDS_WITHIN)
                answer = await child.answer(FINDS_WITHIN)
            except SpeechStuck as error:
                raise PatternTakesTooLong(seconds=FINDS_WITHIN) from error
            return [(text, start, end) for text, start, end in answer["found"]]

    async def check(self, model: Path) -> int:
        """The sample rate of a model that can be loaded. Raises `NotAModel`."""
        async with self._child(model) as child:
            return child.rate

    async def forget_models(self) -> None:
        """Models changed on disk: who is idle with an old one ends; who works ends after its recording."""
        for child in list(self._free):
            await self._end(child)
        for child in self.children:
            child.recordings = self.recycled_after

    async def _heard(self, child: Child, heard: list[list[HeardWord]]) -> dict[str, Any]:
        """Its answers up to the one that ends a piece or the recording."""
        while True:
            answer = await child.answer(self.stuck_after)
            if "heard" not in answer:
                return answer
            heard[answer["heard"]] += [(word, start, end, confidence) for word, start, end, confidence in answer["words"]]

    @contextlib.asynccontextmanager
    async def _child(self, model: Path) -> AsyncIterator[Child]:
        """A child of one's own for a while. One that was left in the middle of something is ended."""
        async with self._places:
            child = await self._take(model)
            try:
                yield child
            except BaseException:
                await asyncio.shield(self._end(child))
                raise
            if child.recordings >= self.recycled_after or self._closed:
                await self._end(child)
            else:
                self._free.append(child)

    async def _take(self, model: Path) -> Child:
        for child in [child for child in self._free if child.process.returncode is not None]:
            self._free.remove(child)
            await self._end(child)
        same = next((child for child in self._free if child.model == model), None)
        if same is not None:
            self._free.remove(same)
            return same
        while self._free and len(self.children) >= self.processes:
            await self._end(self._free.pop(0))  # with another model, unused for longest
        return await self._start(model)

    async def _start(self, model: Path) -> Child:
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, "-P", "-m", "ringdesk.recordings.speech.child", str(model), str(self.memory_mb), str(os.getpid()))
        environ = {**os.environ, **ENVIRON}
        process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe, env=environ, limit=LINE)
        child = Child(model, process)
        child.listening = asyncio.create_task(child._listen(), name=f"speech-{process.pid}")
        self.children.append(child)
        try:
            answer = await child.answer(LOADS_WITHIN)
            if "error" in answer:
                await process.wait()
                raise NotAModel(path=model, why=_why(child, answer["error"]))
        except SpeechDied as error:
            await self._end(child)
            if process.returncode == NO_MODEL:
                raise NotAModel(path=model, why=_why(child, "")) from error
            if -(process.returncode or 0) in FAULTS:
                raise NotAModel(path=model, why=f"loading it ended the process ({error.facts['why']})") from error
            raise
        except BaseException:
            await asyncio.shield(self._end(child))
            raise
        child.rate = answer["rate"]
        logger.info("speech_process_started", pid=process.pid, model=model.name)
        return child

    async def _end(self, child: Child) -> None:
        await child.end()
        if child in self.children:
            self.children.remove(child)
        if child in self._free:
            self._free.remove(child)


async def _batches(pcm: AsyncIterator[bytes], size: int, whole: int) -> AsyncIterator[list[bytes]]:
    """The same bytes in pieces of `size`, so many at once; the last piece is shorter, but of whole samples of all channels."""
    kept = bytearray()
    batch: list[bytes] = []
    async for some in pcm:
        kept += some
        while len(kept) >= size:
            batch.append(bytes(kept[:size]))
            del kept[:size]
            if len(batch) == BATCH:
                yield batch
                batch = []
    if rest := bytes(kept[: len(kept) // whole * whole]):
        batch.append(rest)
    if batch:
        yield batch


def _why(child: Child, said: str) -> str:
    """Vosk says what is wrong on standard error, Python that it failed."""
    lines = [line for line in child.said if line.startswith(("ERROR", "WARNING"))]
    return (lines[-1].partition(") ")[2] or lines[-1])[:300] if lines else said or "it was refused"
