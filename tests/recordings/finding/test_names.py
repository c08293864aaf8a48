"""What file names say, as they are in the field; and names that are made to do harm."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringdesk.recordings.finding import names
from ringdesk.recordings.finding.names import Clues, Named

KYIV = ZoneInfo("Europe/Kyiv")


@pytest.mark.parametrize(
    ("path", "stem", "role"),
    [
        ("2026/11/21/1795288250.6.wav", "2026/11/21/1795288250.6", "mixed"),
        ("2026/11/21/1795288250.6-in.wav", "2026/11/21/1795288250.6", "received"),
        ("2026/11/21/1795288250.6-out.wav", "2026/11/21/1795288250.6", "transmitted"),
        ("call_IN.WAV", "call", "received"),
        ("call-rx.gsm", "call", "received"),
        ("call-tx.gsm", "call", "transmitted"),
        ("call.r.wav", "call", "received"),
        ("call.t.wav", "call", "transmitted"),
        ("1795288250.6.raw", "1795288250.6", "stereo"),
        ("checkin.wav", "checkin", "mixed"),
        ("-in.wav", "-in", "mixed"),
    ],
)
def test_what_a_file_holds(path: str, stem: str, role: str) -> None:
    assert names.named(path) == Named(stem, role)  # type: ignore[arg-type]  # a Role


@pytest.mark.parametrize(
    "path",
    ["", "/etc/passwd.wav", "../x.wav", "a/../x.wav", "./x.wav", ".x.wav", "a/.hidden/x.wav", "x.txt", "wav", ".wav", "a\nb.wav",
     "a\x00b.wav", "a\x1b[2Jb.wav", "a\\b.wav", "a\u2028b.wav", "a\u202eb.wav", "x" * 600 + ".wav", "a//../b.wav"],
)  # fmt: skip
def test_what_is_no_recording(path: str) -> None:
    assert names.named(path) is None


@given(st.text(max_size=80))
def test_no_name_leads_out_of_the_folder(path: str) -> None:
    found = names.named(path)
    names.clues(path, "UA", KYIV)
    if found is not None:
        assert ".." not in path.split("/")
        assert not path.startswith("/")
        assert path.isprintable()


@given(
    st.lists(
        st.sampled_from([f"{a}{b}.{c}" for a in ("x", "d/x", "y") for b in ("", "-in", "-out", "_in", ".r") for c in ("wav", "raw", "mp3")])
    )
)
def test_no_file_is_lost_or_told_twice(paths: list[str]) -> None:
    told = [path for roles in names.together(paths) for path in roles]
    assert sorted(told) == sorted(set(paths))
    for roles in names.together(paths):
        assert names.principal(roles) in roles


def test_what_belongs_together() -> None:
    assert names.together(["a.wav", "a-in.wav", "a-out.wav"]) == [{"a-in.wav": "received", "a-out.wav": "transmitted", "a.wav": "mixed"}]
    assert names.together(["a-in.wav", "a-out.wav"]) == [{"a-in.wav": "received", "a-out.wav": "transmitted"}]
    assert names.together(["a-in.wav"]) == [{"a-in.wav": "mixed"}], "a leg alone is what it is: one sound"
    assert names.together(["a.wav", "b/a-in.wav"]) == [{"a.wav": "mixed"}, {"b/a-in.wav": "mixed"}]
    assert list(names.together(["a-in.wav", "a.wav"])[0]) == ["a.wav", "a-in.wav"], "one leg does not do for both sides: the mix does"
    assert names.principal({"a-in.wav": "received", "a.wav": "mixed"}) == "a.wav"
    assert len(names.together(["a.wav", "a.mp3"])) == 2


@pytest.mark.parametrize(
    ("name", "clues"),
    [
        (
            "external-1001-+380441234567-20261121-120000-1795288250.6.wav",  # FreePBX, Issabel
            Clues(("1795288250.6",), datetime(2026, 11, 21, 10, 0, tzinfo=UTC), frozenset({"+380441234567"}), frozenset({"1001"})),
        ),
        (
            "20261121-120000_0441234567_1001-all.mp3",  # VICIdial
            Clues((), datetime(2026, 11, 21, 10, 0, tzinfo=UTC), frozenset({"+380441234567"}), frozenset({"1001"})),
        ),
        ("q-support-0441234567-20260701-101500-1795288250.7.WAV",
         Clues(("1795288250.7",), datetime(2026, 7, 1, 7, 15, tzinfo=UTC), frozenset({"+380441234567"}))),
        ("kyiv-1795288250.6-in.wav", Clues(("1795288250.6",))),
        ("ringdesk-1795288250-0a1b2c3d.wav", Clues(("ringdesk-1795288250-0a1b2c3d",))),
        ("1795288250.6/call.wav", Clues(("1795288250.6",))),
        ("20261399-250000-1001.wav", Clues(extensions=frozenset({"1001"}))),
        ("greeting.wav", Clues()),
    ],
)  # fmt: skip
def test_what_a_name_tells_of_the_call(name: str, clues: Clues) -> None:
    found = names.clues(name, "UA", KYIV)
    assert found.identifiers == clues.identifiers
    assert found.at == clues.at
    assert found.numbers == clues.numbers
    assert clues.extensions <= found.extensions
