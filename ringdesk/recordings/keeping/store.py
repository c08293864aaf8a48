"""Where audio lies: a folder, or S3. Objects are written whole or not at all, sealed if there are keys, and checked when they are read."""

import asyncio
import hashlib
import os
import secrets
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from obstore.exceptions import BaseError
from obstore.exceptions import NotFoundError as NotInStore
from obstore.store import LocalStore, S3Store

from ringdesk.config.errors import Conflict, Unavailable
from ringdesk.config.settings import Settings
from ringdesk.recordings.keeping.sealing import NotOpened, Sealer

OPENED = 64 * 1024 * 1024  # bytes of opened audio kept at hand: a player asks for many ranges of one recording
PATIENCE = timedelta(seconds=20)  # with an S3 that answers with errors or not at all


class StoreAway(Unavailable):
    key = "store_away"
    text = "The store of recordings cannot be used just now: {why}"


class AudioMissing(Conflict):
    key = "recording_missing"
    text = "The audio of recording {id} is not in the store any more"


class AudioDamaged(Conflict):
    key = "recording_damaged"
    text = "The audio of recording {id} is damaged: it is not what was stored"


class NoAudio(Conflict):
    key = "recording_no_audio"
    text = "There is no audio of recording {id} yet"


class Kept(Protocol):
    """What the store must know of a recording: a row of `recordings`."""

    @property
    def id(self) -> int: ...
    @property
    def audio_key(self) -> str | None: ...
    @property
    def sha256(self) -> str | None: ...
    @property
    def size(self) -> int | None: ...
    @property
    def sealed_with(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as it was written and read back."""

    key: str
    sha256: str
    size: int
    sealed_with: str | None


class AudioStore:
    """Bytes by key. Nothing here blocks the loop: the store's library has threads of its own, sealing and hashing get one."""

    def __init__(self, settings: Settings) -> None:
        self.where = settings.recordings_store
        self.sealer = Sealer([key.get_secret_value() for key in settings.recordings_keys])
        self.folder = None if "://" in self.where else Path(self.where).absolute()
        self._store: LocalStore | S3Store | None = None
        self._opened: OrderedDict[str, bytes] = OrderedDict()
        self._reading: dict[str, asyncio.Lock] = {}

    async def write(self, recording_id: int, at: datetime, plain: bytes) -> Stored:
        """Seal, write, read back. Raises `StoreAway`; then nothing of it is in the store, or what nobody will ask for."""
        sealed = await asyncio.to_thread(self.sealer.seal, plain)
        sha256 = await asyncio.to_thread(_hash, sealed)
        key = f"{at:%Y/%m/%d}/{recording_id}-{secrets.token_urlsafe(12)}.opus"
        async with self._there() as store:
            await store.put_async(key, sealed)
            if self.folder is not None:
                await asyncio.to_thread(_to_disk, self.folder / key)
            there = bytes(await (await store.get_async(key)).bytes_async())
        if await asyncio.to_thread(_hash, there) != sha256:
            raise StoreAway(why="what was written there cannot be read back as it was")
        return Stored(key=key, sha256=sha256, size=len(sealed), sealed_with=self.sealer.current)

    async def read(self, row: Kept) -> bytes:
        """The audio, opened, after its length and hash were checked.

        Raises `NoAudio`, `AudioMissing`, `AudioDamaged`, `NoKey`, `StoreAway`."""
        if row.audio_key is None:
            raise NoAudio(id=row.id)
        key = row.audio_key
        lock = self._reading.setdefault(key, asyncio.Lock())
        try:
            async with lock:  # who asks for another range meanwhile waits for the same bytes
                if (opened := self._opened.get(key)) is None:
                    opened = await self._open(row, key)
                    self._keep(key, opened)
                else:
                    self._opened.move_to_end(key)
                return opened
        finally:
            if not lock.locked():
                self._reading.pop(key, None)

    async def read_once(self, row: Kept) -> bytes:
        """`read`, from the store itself and without keeping it at hand. Raises what `read` does."""
        if row.audio_key is None:
            raise NoAudio(id=row.id)
        return await self._open(row, row.audio_key)

    async def delete(self, key: str) -> None:
        """Gone, or it was not there. Raises `StoreAway`."""
        self._opened.pop(key, None)
        async with self._there() as store:
            try:
                await store.delete_async(key)
            except (NotInStore, FileNotFoundError):
                return

    async def objects(self) -> AsyncIterator[tuple[str, datetime]]:
        """Every object with the time it was written. Raises `StoreAway`."""
        async with self._there() as store:
            async for batch in store.list():
                for item in batch:
                    yield item["path"], item["last_modified"]

    async def _open(self, row: Kept, key: str) -> bytes:
        async with self._there(row.id) as store:
            sealed = bytes(await (await store.get_async(key)).bytes_async())
        if len(sealed) != row.size or await asyncio.to_thread(_hash, sealed) != row.sha256:
            raise AudioDamaged(id=row.id)
        try:
            return await asyncio.to_thread(self.sealer.open, sealed, row.sealed_with)
        except NotOpened as error:
            raise AudioDamaged(id=row.id) from error

    def _keep(self, key: str, opened: bytes) -> None:
        self._opened[key] = opened
        while len(self._opened) > 1 and sum(map(len, self._opened.values())) > OPENED:
            self._opened.popitem(last=False)

    @asynccontextmanager
    async def _there(self, reading: int | None = None) -> AsyncIterator[LocalStore | S3Store]:
        """The store, opened when it is first needed: a folder may be mounted later than Ringdesk starts. `reading`: the recording whose
        object must be in it."""
        try:
            if self._store is None:
                self._store = await asyncio.to_thread(self._connect)
            yield self._store
        except (NotInStore, FileNotFoundError) as error:
            if self.folder is not None and not await asyncio.to_thread(self.folder.is_dir):
                raise StoreAway(why=f"the folder {self.where} is not there") from error
            if reading is None or "NoSuchBucket" in str(error):
                raise StoreAway(why=_sentence(error)) from error
            raise AudioMissing(id=reading) from error
        except (BaseError, OSError) as error:
            raise StoreAway(why=_sentence(error)) from error

    def _connect(self) -> LocalStore | S3Store:
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            return LocalStore(self.folder)
        address = urlsplit(self.where)
        endpoint = os.environ.get("AWS_ENDPOINT_URL") or os.environ.get("AWS_ENDPOINT") or ""
        return S3Store(
            address.netloc,
            prefix=address.path.strip("/") or None,
            client_options={"allow_http": endpoint.startswith("http://"), "timeout": PATIENCE, "connect_timeout": timedelta(seconds=5)},
            retry_config={"max_retries": 3, "retry_timeout": PATIENCE},
        )


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _to_disk(path: Path) -> None:
    """Past the page cache, with its name: the source is removed next."""
    for place in (path, path.parent):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _sentence(error: Exception) -> str:
    """What is wrong, without where in the library it was noticed, and how often it was tried."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    line = str(error).partition("\n")[0].partition(" Debug source")[0]
    return line.rpartition(" - ")[2].partition(": <?xml")[0].strip()[:200] or type(error).__name__
