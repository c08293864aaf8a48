"""Agent left, customer right, whatever the PBX wrote; nothing earlier or later than it was said."""

from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from ringdesk.recordings.audio.decoding import decode, silenced
from ringdesk.recordings.audio.encoding import encode_samples
from ringdesk.recordings.audio.ffmpeg import BadAudio
from ringdesk.recordings.audio.peaks import PER_SECOND, Peaks
from ringdesk.recordings.audio.sides import plan
from ringdesk.recordings.models import Role, Side
from tests.recordings.sound import AGENT, CUSTOMER, Samples, converted, decoded, encoded, heard, loudness, tone, wav, write

CALLS = Path(str(files("ringdesk.recordings.samples"))) / "calls"
AGENT_ALONE, CUSTOMER_ALONE = tone(AGENT, 2), tone(CUSTOMER, 2)


@pytest.mark.parametrize(("side", "received", "transmitted"), [("customer", CUSTOMER, AGENT), ("agent", AGENT, CUSTOMER)])
async def test_legs_are_put_to_their_sides(tmp_path: Path, side: Side, received: float, transmitted: float) -> None:
    one = write(tmp_path, "call-r.wav", wav(tone(received, 2)))
    two = write(tmp_path, "call-t.wav", wav(tone(transmitted, 2)))
    mix = write(tmp_path, "call.wav", wav(tone(received, 2)))
    for parts in ([(one, "received"), (two, "transmitted")], [(mix, "mixed"), (two, "transmitted"), (one, "received")]):
        result = await encoded(*parts, side=side)
        assert (result.channels, result.duration_s) == (2, 2.0)
        assert heard(await decoded(result.opus, 2)) == [["agent"], ["customer"]]


@pytest.mark.parametrize(("side", "left", "right"), [("customer", CUSTOMER, AGENT), ("agent", AGENT, CUSTOMER)])
async def test_a_stereo_file_has_what_the_recorded_channel_said_on_the_left(tmp_path: Path, side: Side, left: float, right: float) -> None:
    path = write(tmp_path, "call.wav", wav(tone(left, 2), tone(right, 2)))
    result = await encoded((path, "stereo"), side=side)
    assert heard(await decoded(result.opus, 2)) == [["agent"], ["customer"]]


async def test_a_mix_stays_one_channel(tmp_path: Path) -> None:
    mono = write(tmp_path, "a.wav", wav(AGENT_ALONE // 2 + CUSTOMER_ALONE // 2))
    both = write(tmp_path, "b.wav", wav(AGENT_ALONE, CUSTOMER_ALONE))
    for path, role in ((mono, "mixed"), (both, "mixed"), (mono, "stereo")):
        result = await encoded((path, role))  # type: ignore[arg-type]  # a Role
        assert result.channels == 1
        assert heard(await decoded(result.opus, 1)) == [["agent", "customer"]]


@pytest.mark.parametrize("short", ["received", "transmitted"])
async def test_the_shorter_leg_is_silent_to_the_end_of_the_longer_one(tmp_path: Path, short: str) -> None:
    lengths = {"received": 3.0, "transmitted": 3.0, short: 1.0}
    one = write(tmp_path, "r.wav", wav(tone(CUSTOMER, lengths["received"])))
    two = write(tmp_path, "t.wav", wav(tone(AGENT, lengths["transmitted"])))
    result = await encoded((one, "received"), (two, "transmitted"))
    samples = await decoded(result.opus, 2)
    assert result.duration_s == 3.0
    assert heard(samples[:8000]) == [["agent"], ["customer"]]
    assert heard(samples[16_000:]) == ([[], ["customer"]] if short == "transmitted" else [["agent"], []])


async def test_one_leg_alone_is_one_side(tmp_path: Path) -> None:
    path = write(tmp_path, "r.wav", wav(CUSTOMER_ALONE))
    result = await encoded((path, "received"))
    assert heard(await decoded(result.opus, 2)) == [[], ["customer"]]
    assert heard(await decoded((await encoded((path, "received"), side="agent")).opus, 2)) == [["customer"], []]


@pytest.mark.parametrize("name", ["call1_refund", "call2_angry", "call3_payment"])
async def test_a_real_call_keeps_its_sides_apart_and_its_clock(name: str) -> None:
    """Of a wrong order, or a clock shifted by more than a millisecond, nothing later would know."""
    path = CALLS / f"{name}.wav"
    result = await encoded((path, "stereo"), side="agent")
    samples = await decoded(result.opus, 2)
    original = np.frombuffer(path.read_bytes()[44:], "<i2").reshape(-1, 2)
    assert samples.shape == original.shape
    assert result.duration_s == round(len(original) / 8000, 3)
    for side in (0, 1):
        assert abs(_lag(original[:, side], samples[:, side])) <= 8
        same, other = (_alike(original[:, side], samples[:, i]) for i in (side, 1 - side))
        assert same > 0.9
        assert other < 0.1


async def test_what_one_side_says_is_not_heard_on_a_silent_other(tmp_path: Path) -> None:
    speech = np.frombuffer((CALLS / "call2_angry.wav").read_bytes()[44:], "<i2").reshape(-1, 2)[:, 0]
    path = write(tmp_path, "call.wav", wav(speech, np.zeros_like(speech)))
    samples = (await decoded((await encoded((path, "stereo"), side="agent")).opus, 2)).astype(float)
    level = [20 * np.log10(np.sqrt((column**2).mean()) + 1e-9) for column in samples.T]
    assert level[0] - level[1] > 60, "dB"


@pytest.mark.parametrize(
    ("ending", "arguments"),
    [
        (".ulaw", ("-f", "mulaw")),
        (".alaw", ("-f", "alaw")),
        (".sln", ("-f", "s16le")),
        (".WAV", ("-f", "wav", "-c:a", "pcm_mulaw")),
        (".flac", ("-f", "flac")),
        (".ogg", ("-f", "ogg", "-c:a", "libopus", "-b:a", "32k")),
        (".mp3", ("-f", "mp3")),
    ],
)
async def test_formats_of_a_pbx(tmp_path: Path, ending: str, arguments: tuple[str, ...]) -> None:
    path = write(tmp_path, f"call{ending}", converted(wav(CUSTOMER_ALONE), *arguments))
    result = await encoded((path, "received"))
    assert abs(result.duration_s - 2.0) < 0.25, "MP3 has no exact length"
    assert heard(await decoded(result.opus, 2)) == [[], ["customer"]]


async def test_a_better_line_stays_better(tmp_path: Path) -> None:
    path = write(tmp_path, "call.wav", wav(tone(6000, 2, 16_000), tone(CUSTOMER, 2, 16_000), rate=16_000))
    result = await encoded((path, "stereo"), side="agent")
    async with decode(result.opus, 16_000) as pieces:
        samples = np.frombuffer(b"".join([piece async for piece in pieces]), "<i2").reshape(-1, 2)
    assert loudness(samples[:, 0], 6000, 16_000) > -30
    assert result.duration_s == 2.0


async def test_ranges_are_silent_on_both_sides_and_nothing_moves(tmp_path: Path) -> None:
    path = write(tmp_path, "call.wav", wav(tone(CUSTOMER, 4), tone(AGENT, 4)))
    before = await encoded((path, "stereo"))
    async with decode(before.opus) as pieces:
        after = await encode_samples(silenced(pieces, [(1.0, 1.5), (3.9, 9.0)], 2, 8000), 2, 8000)
    samples = await decoded(after.opus, 2)
    assert (after.duration_s, after.channels) == (4.0, 2)
    middle = samples[8200:11_800].astype(float)
    assert np.sqrt((middle**2).mean()) < 10, "of 5600"
    assert heard(samples[2000:6000]) == heard(samples[14_000:20_000]) == [["agent"], ["customer"]]
    left = np.frombuffer(after.peaks[: 4 * PER_SECOND], np.uint8)
    assert left[[2, 25, 40, 79]].tolist()[1:2] == [0]
    assert left[2] > 50 < left[40]


def test_peaks_do_not_depend_on_how_the_samples_come() -> None:
    samples = np.column_stack([tone(AGENT, 1.03), tone(CUSTOMER, 1.03) // 4])
    whole, pieces = Peaks(2, 8000), Peaks(2, 8000)
    whole.add(samples.tobytes())
    for i in range(0, samples.nbytes, 777):
        pieces.add(samples.tobytes()[i : i + 777])
    assert whole.done() == pieces.done()
    assert (len(whole.done()), whole.seconds) == (2 * 21, 1.03)
    first, second = np.frombuffer(whole.done(), np.uint8).reshape(2, -1)
    assert (first[0], second[0]) == (63, 16)


def test_a_plan_needs_a_part() -> None:
    with pytest.raises(BadAudio):
        plan([], "customer")
    nothing: list[tuple[Role, int]] = [("mixed", 1), ("mixed", 2)]
    assert plan(nothing, "agent").mixed == 0


def _lag(one: Samples, two: Samples) -> int:
    """In samples: where the two fit best."""
    size = 1 << 17
    spectrum = np.fft.rfft(one[:size].astype(float), 2 * size).conj() * np.fft.rfft(two[:size].astype(float), 2 * size)
    best = int(np.argmax(np.fft.irfft(spectrum)))
    return best if best < size else best - 2 * size


def _alike(one: Samples, two: Samples) -> float:
    """Of their loudness over time: 1 the same, 0 nothing to do with one another."""
    a, b = (np.abs(x.astype(float))[: len(one) // 800 * 800].reshape(-1, 800).mean(axis=1) for x in (one, two))
    return float(np.corrcoef(a, b)[0, 1])
