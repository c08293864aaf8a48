"""Gets a speech model from where Vosk's own `Model(lang=…)` gets it, or from a mirror: the same list, the same archives.

What Vosk's does not: go on where it was broken off, check the archive before it is opened and the model before it is used, and leave
nothing half done where others look.
"""

import asyncio
import fcntl
import hashlib
import re
import shutil
import stat
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any, Literal
from zipfile import BadZipFile, ZipFile, ZipInfo

import aiohttp
from pydantic import BaseModel, TypeAdapter, ValidationError

from ringdesk.config.errors import Conflict, NotFound, Unavailable
from ringdesk.recordings.speech.models import FETCHING, code, is_model

LIST = "model-list.json"
PIECE = 1 << 20  # bytes
MOST_UNPACKED = 16 * 1024**3  # bytes; the largest of Vosk's models is a quarter of it
PATIENCE = aiohttp.ClientTimeout(total=None, sock_connect=20, sock_read=60)

Progress = Callable[[int, int | None], None]
"""Bytes that are here, and of how many."""


class ListedModel(BaseModel):
    """An entry of the list, as far as we read it."""

    lang: str
    lang_text: str = ""
    name: str
    size: int = 0
    md5: str = ""
    type: str = ""
    obsolete: Literal["true", "false"] = "false"


class NoList(Unavailable):
    key = "model_list_away"
    text = "The list of models cannot be read from {url}: {why}"


class NoSuchModel(NotFound):
    key = "no_such_model"
    text = "There is no model {wanted} in the list; there are {there}"


class FetchBroken(Unavailable):
    key = "fetch_broken"
    text = "Fetching {name} was broken off: {why}. What is here is kept: the same command goes on with it"


class FetchedWrong(Unavailable):
    key = "fetched_wrong"
    text = "{name} is not what it should be: {why}. It was thrown away"


class FetchUnderWay(Conflict):
    key = "fetch_under_way"
    text = "Another process fetches {name} just now"


async def listed(source: str) -> list[ListedModel]:
    """What can be fetched: for recognising speech, the newest of each kind. Raises `NoList`."""
    url = source + LIST
    try:
        async with aiohttp.ClientSession(timeout=PATIENCE) as client, client.get(url) as answer:
            answer.raise_for_status()
            found = TypeAdapter(list[ListedModel]).validate_json(await answer.read())
    except ValidationError as error:
        raise NoList(url=url, why="what is there is no list of models") from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise NoList(url=url, why=_why(error)) from error
    return [model for model in found if model.obsolete == "false" and model.type != "spk" and model.lang != "all"]


def choose(models: list[ListedModel], wanted: str) -> ListedModel:
    """By its name, or the small one of a language, as Vosk chooses. Raises `NoSuchModel`."""
    for model in models:
        if model.name == wanted:
            return model
    for model in models:
        if model.lang == code(wanted) and model.type == "small":
            return model
    there = ", ".join(sorted({model.lang for model in models if model.type == "small"}))
    raise NoSuchModel(wanted=wanted, there=there or "none")


async def fetch(source: str, model: ListedModel, folder: Path, *, progress: Progress, check: Callable[[Path], Awaitable[Any]]) -> Path:
    """The folder of a model that was fetched from `source`, unpacked, and found good by `check`.

    Raises `FetchBroken`, `FetchedWrong`, `FetchUnderWay`, OSError for a full disk, and what `check` raises."""
    if not re.fullmatch(r"[A-Za-z0-9][\w.-]*", model.name) or not re.fullmatch(r"[a-z0-9-]+", model.lang):
        raise FetchedWrong(name=model.name, why="its name is none that a folder can have")
    aside = folder / FETCHING
    aside.mkdir(parents=True, exist_ok=True)
    archive, unpacked = aside / f"{model.name}.zip", aside / model.name
    with _alone(aside / f"{model.name}.lock", model.name):
        try:
            await _download(f"{source}{model.name}.zip", archive, model, progress)
            await asyncio.to_thread(_verify, archive, model)
            await asyncio.to_thread(_unpack, archive, unpacked, model.name)
            found = await asyncio.to_thread(_only_model, unpacked, model.name)
            await check(found)
            target = folder / model.lang / model.name
            await asyncio.to_thread(_put, found, target)
        except FetchBroken:
            raise
        except BaseException:
            archive.unlink(missing_ok=True)
            raise
        finally:
            await asyncio.to_thread(shutil.rmtree, unpacked, ignore_errors=True)
        archive.unlink(missing_ok=True)
    return target


async def _download(url: str, archive: Path, model: ListedModel, progress: Progress) -> None:
    """What is there is gone on with."""
    have = await asyncio.to_thread(_size, archive)
    if model.size and have == model.size:
        return
    have = 0 if model.size and have > model.size else have
    asked = {"Range": f"bytes={have}-"} if have else {}
    try:
        client = aiohttp.ClientSession(timeout=PATIENCE, auto_decompress=False)
        async with client, client.get(url, headers=asked) as answer:
            answer.raise_for_status()
            if answer.status != 206:  # the server begins at the beginning, whatever it is asked for
                have = 0
            total = None if answer.content_length is None else have + answer.content_length
            with await asyncio.to_thread(archive.open, "r+b" if have else "wb") as file:
                file.seek(have)
                file.truncate()
                async for piece in answer.content.iter_any():
                    await asyncio.to_thread(file.write, piece)
                    have += len(piece)
                    progress(have, total)
    except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
        raise FetchBroken(name=model.name, why=_why(error)) from error
    if model.size and have < model.size:
        raise FetchBroken(name=model.name, why=f"{have:,} of {model.size:,} bytes came")


def _size(archive: Path) -> int:
    return archive.stat().st_size if archive.exists() else 0


def _verify(archive: Path, model: ListedModel) -> None:
    if model.md5:
        with archive.open("rb") as file:
            found = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
        if found != model.md5.lower():
            raise FetchedWrong(name=model.name, why="its checksum is not the list's")


def _unpack(archive: Path, target: Path, name: str) -> None:
    """Into `target` and nowhere else, and not more than a model is."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    try:
        with ZipFile(archive) as zipped:
            members = zipped.infolist()
            if odd := next((member.filename for member in members if not _is_plain(member)), None):
                raise FetchedWrong(name=name, why=f"{odd[:100]!r} in it is no plain file of a folder of its own")
            room = MOST_UNPACKED
            for member in members:
                place = target / member.filename
                if member.is_dir():
                    place.mkdir(parents=True, exist_ok=True)
                    continue
                place.parent.mkdir(parents=True, exist_ok=True)
                with zipped.open(member) as inside, place.open("xb") as file:
                    room -= _copy(inside, file, room, name)
    except (BadZipFile, NotImplementedError, RuntimeError, FileExistsError, NotADirectoryError, EOFError) as error:
        raise FetchedWrong(name=name, why=f"it is no good archive ({error})") from error


def _is_plain(member: ZipInfo) -> bool:
    path = PurePosixPath(member.filename)
    kind = stat.S_IFMT(member.external_attr >> 16)
    plain = kind in (0, stat.S_IFREG, stat.S_IFDIR)
    return plain and not path.is_absolute() and ".." not in path.parts and "\\" not in member.filename and ":" not in member.filename


def _copy(inside: IO[bytes], file: IO[bytes], room: int, name: str) -> int:
    """Bytes copied: what the archive says of their number does not count."""
    copied = 0
    while piece := inside.read(PIECE):
        copied += len(piece)
        if copied > room:
            raise FetchedWrong(name=name, why="unpacked it is larger than any model")
        file.write(piece)
    return copied


def _only_model(unpacked: Path, name: str) -> Path:
    for place in (unpacked, *sorted(path for path in unpacked.iterdir() if path.is_dir())):
        if is_model(place):
            return place
    raise FetchedWrong(name=name, why="there is no speech model in it")


def _put(found: Path, target: Path) -> None:
    """There at once as a whole, instead of what was there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    before = target.parent / f".{target.name}.before"
    shutil.rmtree(before, ignore_errors=True)
    if target.exists():
        target.rename(before)
    found.rename(target)
    shutil.rmtree(before, ignore_errors=True)


@contextmanager
def _alone(lock: Path, name: str) -> Iterator[None]:
    """Ends with the process, however that ends."""
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FetchUnderWay(name=name) from error
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)


def _why(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientResponseError):
        return f"the server answers {error.status} {error.message}".strip()
    if isinstance(error, TimeoutError):
        return "it took too long"
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).rstrip(".")
