"""Models from a mirror: whole, checked, gone on with; and never anywhere but in their own folder."""

import asyncio
import stat
import zipfile
from pathlib import Path

import pytest

from ringdesk.config.errors import DomainError
from ringdesk.recordings.speech import fetching
from ringdesk.recordings.speech.fetching import FetchBroken, FetchedWrong, NoList, NoSuchModel
from ringdesk.recordings.speech.supervision import NotAModel, Speech
from tests.command import start
from tests.recordings.speech.mirror import NAME, Mirror, archive

FOLDER = Path("var/models")


async def fetch(source: str, wanted: str = "en-us") -> Path:
    async with Speech(1, 512) as speech:
        chosen = fetching.choose(await fetching.listed(source), wanted)
        return await fetching.fetch(source, chosen, FOLDER.absolute(), progress=lambda _have, _total: None, check=speech.check)


def left() -> list[str]:
    """Whatever is there of models, besides one that is whole."""
    return sorted(str(p.relative_to(FOLDER)) for p in FOLDER.rglob("*") if p.is_file() and not p.is_relative_to(FOLDER / "en-us" / NAME))


async def test_the_small_one_of_a_language_is_fetched_checked_and_found() -> None:
    async with Mirror(archive()).there() as source:
        path = await fetch(source)
        assert path == (FOLDER / "en-us" / NAME).absolute()
        assert (path / "am" / "final.mdl").is_file()
        assert left() == []
        assert await fetch(source, NAME) == path, "again: what is there is replaced"


async def test_what_was_broken_off_is_gone_on_with() -> None:
    mirror = Mirror(archive())
    async with mirror.there() as source:
        mirror.breaks_after = 200_000
        with pytest.raises(FetchBroken, match="the same command goes on"):
            await fetch(source)
        assert left() == [f".fetching/{NAME}.zip"]
        have = (FOLDER / ".fetching" / f"{NAME}.zip").stat().st_size
        assert have > 0
        mirror.breaks_after = None
        await fetch(source)
        assert mirror.asked == [None, f"bytes={have}-"]
        assert left() == []


async def test_a_server_that_knows_no_ranges_begins_anew() -> None:
    mirror = Mirror(archive())
    async with mirror.there() as source:
        mirror.breaks_after, mirror.ranges = 200_000, False
        with pytest.raises(FetchBroken):
            await fetch(source)
        mirror.breaks_after = None
        await fetch(source)
        assert left() == []


def linked() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(f"{NAME}/link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (archive(("../../outside", b"x")), FetchedWrong),
        (archive(("/tmp/ringdesk-outside", b"x")), FetchedWrong),
        (archive(("a\\..\\..\\outside", b"x")), FetchedWrong),
        (archive((linked(), b"/etc/passwd")), FetchedWrong),
        (archive((f"{NAME}/am/final.mdl", b"twice")), FetchedWrong),
        (archive((f"{NAME}/README/inside", b"x"), (f"{NAME}/README", b"x"), model=False), FetchedWrong),
        (archive(("readme.txt", b"no model"), model=False), FetchedWrong),
        (archive((f"{NAME}/am/final.mdl", b"no model"), model=False), NotAModel),
        (archive()[:-2000], FetchedWrong),
        (b"<html>", FetchedWrong),
        (b"", FetchedWrong),
    ],
    ids=["up", "absolute", "backslash", "link", "twice", "file-as-folder", "none", "empty", "truncated", "html", "nothing"],
)
async def test_an_archive_that_is_none_leaves_nothing(content: bytes, error: type[DomainError], tmp_path: Path) -> None:
    before = set(tmp_path.rglob("*"))
    async with Mirror(content).there() as source:
        with pytest.raises(error):
            await fetch(source)
    assert left() == []
    assert {path for path in set(tmp_path.rglob("*")) - before if path.is_file()} == set()
    assert not Path("/tmp/ringdesk-outside").exists()
    assert not (FOLDER / "en-us").exists()


async def test_other_bytes_than_the_list_says_are_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Mirror(archive(), md5="0" * 32).there() as source:
        with pytest.raises(FetchedWrong, match="checksum"):
            await fetch(source)
    monkeypatch.setattr(fetching, "MOST_UNPACKED", 100_000)
    async with Mirror(archive()).there() as source:
        with pytest.raises(FetchedWrong, match="larger"):
            await fetch(source)
    assert left() == []


async def test_names_that_are_paths_are_refused() -> None:
    async with Mirror(archive(), name="..").there() as source:
        with pytest.raises(FetchedWrong, match="name"):
            await fetch(source)


async def test_who_is_not_there_or_has_no_list_is_named() -> None:
    with pytest.raises(NoList, match=r"http://127\.0\.0\.1:1/"):
        await fetch("http://127.0.0.1:1/")
    async with Mirror(archive()).there() as source:
        with pytest.raises(NoList, match="404"):
            await fetch(source + "elsewhere/")
        with pytest.raises(NoSuchModel, match="there are en-us"):
            await fetch(source, "tlh")


async def test_the_command() -> None:
    async def said(*arguments: str) -> tuple[int | None, str]:
        process = await start("models", *arguments)
        out, _ = await process.communicate()
        return process.returncode, " ".join(out.decode().split())

    async with Mirror(archive()).there() as source:
        code, text = await said("list")
        assert (code, "models fetch en-us" in text) == (0, True)
        code, text = await said("list", "--available", "--from", source)
        assert (code, NAME in text, "spk" in text, "0.3" in text) == (0, True, False, False)
        code, text = await said("fetch", "en", "--from", source)
        assert (code, "is ready" in text) == (0, True), text
        code, text = await said("list")
        assert (code, NAME in text) == (0, True)
        code, text = await said("check", str(FOLDER / "en-us" / NAME))
        assert (code, "8000 Hz" in text) == (0, True)
        code, text = await said("check", "var")
        assert (code, "is no speech model" in text) == (1, True)
        code, text = await said("fetch", "tlh", "--from", source)
        assert (code, "There is no model tlh" in text) == (1, True)
    await asyncio.sleep(0)
