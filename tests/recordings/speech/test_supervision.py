"""The processes that listen: stuck, greedy, without a parent, with a model that is none."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ringdesk.recordings.speech.supervision import NotAModel, PatternTakesTooLong, Speech, SpeechDied, SpeechStuck
from ringdesk.recordings.transcript import Word
from tests.recordings.keeping.shelf import go_on
from tests.recordings.speech.hearing import MODEL, SIDES, compared, copy_model, said, samples_of
from tests.recordings.speech.processes import below, gone

MEMORY_MB = 512


async def pieces(call: str = "call1_refund", size: int = 50_001) -> AsyncIterator[bytes]:
    """As a pipe gives them: cut anywhere."""
    pcm = samples_of(call).tobytes()
    for at in range(0, len(pcm), size):
        yield pcm[at : at + size]
        await asyncio.sleep(0)


async def hear(speech: Speech, model: Path = MODEL, **more: object) -> list[list[tuple[str, float, float, float]]]:
    return await speech.hear(model, pieces(), **{"rate": 8000, "channels": 2, "seconds": 42.6, "progress": go_on, **more})  # type: ignore[arg-type]  # a test's choice


async def test_one_process_hears_one_recording_after_the_other() -> None:
    told: list[float] = []
    others = below(os.getpid())  # a PBX or a database of other tests of this run

    async def progress(share: float) -> bool:
        told.append(share)
        return True

    async with Speech(1, MEMORY_MB, recycled_after=2) as speech:
        heard = await hear(speech, progress=progress)
        for side, words in zip(SIDES, heard, strict=True):
            errors = compared(said("call1_refund", side), [Word(word=w, start=s, end=e, confidence=c) for w, s, e, c in words])
            assert errors.rate <= 0.05
        assert told == sorted(told)
        assert told[-1] == pytest.approx(1.0, abs=0.05)
        first = [child.process.pid for child in speech.children]
        assert await hear(speech) == heard
        assert speech.children == []  # so many recordings are enough for one process
        await hear(speech)
        assert [child.process.pid for child in speech.children] != first
        left = [each for each in below(os.getpid()) if each not in others]
    await gone(left)


async def test_a_recogniser_that_is_stuck_is_ended_and_the_next_one_works() -> None:
    async with Speech(1, MEMORY_MB, stuck_after=1.0) as speech:
        await speech.check(MODEL)
        (child,) = speech.children
        os.kill(child.process.pid, signal.SIGSTOP)
        with pytest.raises(SpeechStuck):
            await hear(speech)
        await gone([child.process.pid])
        assert (await hear(speech))[0]


async def test_one_that_wants_too_much_memory_is_ended() -> None:
    async with Speech(1, 20) as speech:
        with pytest.raises((SpeechDied, NotAModel), match="memory"):
            await hear(speech)
        assert speech.children == []


async def test_one_that_is_told_to_stop_is_ended() -> None:
    async def stop(_share: float) -> bool:
        await asyncio.sleep(0)
        return False

    async with Speech(1, MEMORY_MB) as speech:
        with pytest.raises(asyncio.CancelledError):
            await hear(speech, progress=stop)
        assert speech.children == []


async def test_audio_that_breaks_off_ends_it_too() -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield bytes(100_000)
        raise OSError("the decoder is gone")

    async with Speech(1, MEMORY_MB) as speech:
        with pytest.raises(OSError, match="decoder"):
            await speech.hear(MODEL, broken(), rate=8000, channels=2, seconds=None, progress=go_on)
        assert speech.children == []
        assert (await hear(speech))[0]


async def test_another_model_takes_the_place_of_one_that_nobody_uses(tmp_path: Path) -> None:
    other = copy_model(tmp_path / "other")
    async with Speech(1, MEMORY_MB) as speech:
        await speech.check(MODEL)
        await speech.check(other)
        assert [child.model for child in speech.children] == [other]


async def test_a_pattern_that_takes_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ringdesk.recordings.speech.supervision.FINDS_WITHIN", 1.0)
    async with Speech(1, MEMORY_MB) as speech:
        assert await speech.find(MODEL, ["call 42 now"], [r"\d+", "x*"]) == [(0, 5, 7)]
        with pytest.raises(PatternTakesTooLong):
            await speech.find(MODEL, ["a" * 40 + "b"], ["(a+)+c"])
        assert speech.children == []


@pytest.mark.parametrize("damage", ["empty", "text", "truncated", "zeros", "link"])
async def test_a_model_that_is_none_is_said_to_be_none(tmp_path: Path, damage: str) -> None:
    model = copy_model(tmp_path / "model")
    part = model / "am" / "final.mdl"
    content = part.read_bytes()
    match damage:
        case "empty":
            part.write_bytes(b"")
        case "text":
            part.write_text("<html>not found</html>")
        case "truncated":
            part.write_bytes(content[: len(content) // 2])
        case "zeros":
            part.write_bytes(bytes(len(content)))
        case "link":
            part.unlink()
            part.symlink_to("/dev/zero")
    async with Speech(1, MEMORY_MB) as speech:
        with pytest.raises((NotAModel, SpeechDied)):
            await speech.check(model)
        assert speech.children == []
        assert await speech.check(MODEL) == 8000


async def test_without_its_parent_it_ends(tmp_path: Path) -> None:
    """Killed, so that nothing of it could tell its child to end; and the child stopped, so that it cannot see that its input ended."""
    script = (
        "import asyncio, sys; from pathlib import Path; from ringdesk.recordings.speech.supervision import Speech\n"
        "async def main():\n"
        "    speech = Speech(1, 512); await speech.check(Path(sys.argv[1]))\n"
        "    print('ready', flush=True); await asyncio.sleep(60)\n"
        "asyncio.run(main())"
    )
    for stopped in (False, True):
        parent = await asyncio.create_subprocess_exec(sys.executable, "-c", script, str(MODEL), stdout=asyncio.subprocess.PIPE)
        assert parent.stdout is not None
        while (await parent.stdout.readline()) != b"ready\n":
            pass
        children = below(parent.pid)
        assert children
        if stopped:
            os.kill(children[0], signal.SIGSTOP)
        parent.kill()
        await parent.wait()
        await gone(children)
