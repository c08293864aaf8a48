"""Files that are broken, lie or mean harm: each ends in a sentence, in bounded time and memory, and touches nothing but itself."""

import asyncio
import json
import os
import struct
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ringdesk.config.errors import DomainError
from ringdesk.recordings.audio import encoding, ffmpeg
from ringdesk.recordings.audio.decoding import decode
from ringdesk.recordings.audio.encoding import encode_samples
from ringdesk.recordings.audio.ffmpeg import LIMITS, BadAudio, FfmpegFailed, program, running
from ringdesk.recordings.audio.probing import form_of, open_regular
from tests.recordings.sound import AGENT, children, converted, decoded, encoded, silent, tone, wav, write

GOOD = wav(tone(AGENT, 1.0), silent(1.0))
FUZZ = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


async def refusal(path: Path) -> str:
    with pytest.raises(BadAudio) as caught:
        await encoded((path, "mixed"))
    assert await children() == set()
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.wav", b"", "empty"),
        ("a.wav", b"RIFF", "no audio"),
        ("a.wav", GOOD[:44], "ffmpeg|no sound"),
        ("a.wav", b"RIFF\xff\xff\xff\xffWAVEfmt ", "ffmpeg"),
        ("a.wav", b"<html>not found</html>", "no audio"),
        ("a.exe", b"MZ" + bytes(1000), "no audio"),
        ("a.ogg", b"OggS" + bytes(1000), "ffmpeg"),
        ("a.flac", b"fLaC" + bytes(1000), "ffmpeg"),
        ("a.mp3", b"ID3" + bytes(1000), "ffmpeg"),
        ("a", bytes(1000), "no audio"),
    ],
)
async def test_what_is_no_audio_is_refused_with_a_sentence(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    said = await refusal(write(tmp_path, name, content))
    assert any(word in said for word in why.split("|")), said
    assert str(tmp_path) not in said
    assert "/dev/fd" not in said


async def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    (tmp_path / "link.wav").symlink_to(write(tmp_path, "real.wav", GOOD))
    (tmp_path / "zero.wav").symlink_to("/dev/zero")
    for path in (tmp_path / "pipe.wav", tmp_path / "link.wav", tmp_path / "zero.wav", Path("/dev/zero"), tmp_path):
        assert "not a file" in await refusal(path)
    with pytest.raises(FileNotFoundError):
        open_regular(tmp_path / "nothing.wav")


async def test_a_cut_off_recording_is_kept_as_far_as_it_goes(tmp_path: Path) -> None:
    result = await encoded((write(tmp_path, "a.wav", GOOD[: len(GOOD) // 2]), "stereo"))
    assert 0.45 < result.duration_s < 0.55
    opus = converted(wav(tone(AGENT, 4)), "-f", "ogg", "-c:a", "libopus")
    assert (await encoded((write(tmp_path, "a.ogg", opus[: len(opus) // 2]), "mixed"))).duration_s > 0.5


@pytest.mark.parametrize("size", [0, 1, 2**31 - 1, 2**31, 2**32 - 1])
@pytest.mark.parametrize("at", [4, 40])
async def test_sizes_in_the_header_are_not_believed(tmp_path: Path, size: int, at: int) -> None:
    """Asterisk writes them at the end: a recording that was interrupted has zeros there."""
    path = write(tmp_path, "a.wav", GOOD[:at] + struct.pack("<I", size) + GOOD[at + 4 :])
    try:
        assert (await encoded((path, "stereo"))).duration_s <= 1.0
    except BadAudio:
        assert (at, size) == (40, 1), "one byte of audio is no audio"


@FUZZ
@given(cut=st.integers(0, len(GOOD)), flips=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 255)), max_size=8))
def test_any_header_gives_audio_or_a_sentence(tmp_path: Path, cut: int, flips: list[tuple[int, int]]) -> None:
    broken = bytearray(GOOD[:cut])
    for at, value in flips:
        if at < len(broken):
            broken[at] = value
    asyncio.run(_survives(tmp_path, "fuzzed.wav", bytes(broken)))


@FUZZ
@given(
    kind=st.sampled_from(["ogg", "flac", "mp3"]),
    flips=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=4)), min_size=1, max_size=12),
)
def test_any_damage_gives_audio_or_a_sentence(tmp_path: Path, kind: str, flips: list[tuple[float, bytes]]) -> None:
    broken = bytearray(_made(kind))
    for share, value in flips:
        at = int(share * (len(broken) - len(value)))
        broken[at : at + len(value)] = value
    asyncio.run(_survives(tmp_path, f"fuzzed.{kind}", bytes(broken)))


async def _survives(folder: Path, name: str, content: bytes) -> None:
    path = write(folder, name, content)
    try:
        result = await encoded((path, "mixed"))
    except DomainError:
        return
    assert 0 < result.duration_s < 60
    assert abs(len(await decoded(result.opus, 1)) - result.duration_s * 8000) <= 8


async def test_a_playlist_opens_no_other_file_and_no_connection(tmp_path: Path) -> None:
    asked: list[bytes] = []

    async def heard(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.read(100))
        writer.close()

    server = await asyncio.start_server(heard, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    secret = write(tmp_path, "secret.wav", GOOD)
    tricks = [
        f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1:{port}/a.ts\n#EXT-X-ENDLIST\n",
        f"#EXTM3U\n#EXTINF:10,\nfile://{secret}\n#EXT-X-ENDLIST\n",
        f"ffconcat version 1.0\nfile '{secret}'\n",
        f"[playlist]\nFile1=http://127.0.0.1:{port}/\n",
        f"v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=audio {port} RTP/AVP 0\n",
        f'<?xml version="1.0"?><MPD><Period><BaseURL>http://127.0.0.1:{port}/</BaseURL></Period></MPD>',
    ]
    for trick in tricks:
        for ending in ("wav", "m3u8", "txt"):
            await refusal(write(tmp_path, f"trick.{ending}", trick.encode()))
        path = write(tmp_path, "trick.ulaw", trick.encode().ljust(1600))  # noise then, of the trick's own length
        assert (await encoded((path, "mixed"))).duration_s == 0.2
    server.close()
    await server.wait_closed()
    assert asked == []


@pytest.mark.parametrize("name", ["-i.wav", "http:__evil.wav", "concat:a|b.wav", "a\nb.wav", "%d.wav", "'; rm -rf ~.wav", "ї☎.wav"])
async def test_a_name_is_a_name(tmp_path: Path, name: str) -> None:
    assert (await encoded((write(tmp_path, name, GOOD), "stereo"))).duration_s == 1.0


async def test_hours_of_silence_in_a_few_bytes_are_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = converted(wav(silent(1800)), "-f", "flac")
    assert len(bomb) < 500_000
    monkeypatch.setattr(encoding, "LONGEST", 600)
    assert "longer than" in await refusal(write(tmp_path, "bomb.flac", bomb))


async def test_one_that_gets_stuck_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ffmpeg, "STALLED", 0.3)

    async def never() -> AsyncIterator[bytes]:
        yield bytes(1000)
        await asyncio.Event().wait()

    with pytest.raises(FfmpegFailed, match="did nothing"):
        await encode_samples(never(), 1, 8000)
    assert await children() == set()


async def test_nobody_waits_for_it_any_more(tmp_path: Path) -> None:
    path = write(tmp_path, "long.wav", wav(silent(3600)))
    task = asyncio.create_task(encoded((path, "mixed")))
    while not await children():
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await children() == set()
    async with decode(path) as pieces:
        assert await anext(pieces)
    assert await children() == set()


async def test_samples_that_fail_on_their_way_fail_the_whole() -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield bytes(16_000)
        raise BadAudio(why="half of it is missing")

    with pytest.raises(BadAudio, match="half of it"):
        await encode_samples(broken(), 1, 8000)


async def test_a_missing_ffmpeg_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    program.cache_clear()
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", "/nonexistent/ffmpeg")
    try:
        async with running(["-version"]) as process:
            with pytest.raises(FfmpegFailed, match="cannot be started"):
                await process.finish()
    finally:
        program.cache_clear()


def test_the_limits_hold_for_what_is_started() -> None:
    code = (
        "import os,resource,json;print(json.dumps({n:resource.getrlimit(getattr(resource,'RLIMIT_'+n)) for n in %r}|{'nice':os.nice(0)}))"
    )
    launcher = Path(ffmpeg.__file__).with_name("launcher.py")
    command = [sys.executable, "-I", "-S", str(launcher), json.dumps(dict(LIMITS)), "5", sys.executable, "-c", code % (list(LIMITS),)]
    found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert found.pop("nice") >= 5
    assert found == {name: [value, value] for name, value in LIMITS.items()}


async def test_memory_and_size_are_bounded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = write(tmp_path, "a.wav", GOOD)
    for name, value in (("AS", 24 * 1024 * 1024), ("FSIZE", 1000)):
        monkeypatch.setattr(ffmpeg, "LIMITS", {**LIMITS, name: value})
        with pytest.raises((BadAudio, FfmpegFailed)):
            await encoded((path, "stereo"))
        assert await children() == set()


@given(head=st.binary(max_size=16), name=st.text(max_size=20))
def test_a_format_is_known_or_refused(head: bytes, name: str) -> None:
    try:
        form = form_of(head, name)
    except (BadAudio, ValueError):
        return
    assert form[0] == "-f"


def _made(kind: str, known: dict[str, bytes] = {}) -> bytes:  # noqa: B006 - made once for all examples
    if kind not in known:
        codec = ("-c:a", "libopus") if kind == "ogg" else ()
        known[kind] = converted(GOOD, "-f", kind, *codec)
    return known[kind]
