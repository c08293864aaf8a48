"""Recordings sealed at rest with Fernet (AES-128-CBC, HMAC-SHA256) of the `cryptography` library: the first key seals, all open."""

import hashlib
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken

from ringdesk.config.errors import Conflict


class NoKey(Conflict):
    key = "recording_no_key"
    text = "This recording is sealed with the key {fingerprint}, which is not among RINGDESK_RECORDINGS_KEYS"


class NotOpened(Exception):
    """The bytes are not what the key sealed."""


class Sealer:
    """Without keys nothing is sealed, and only plain recordings open."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._by_fingerprint = {fingerprint(key): Fernet(key) for key in keys}
        self.current = next(iter(self._by_fingerprint), None)
        """Fingerprint of the key that seals; None: there is none."""

    def seal(self, plain: bytes) -> bytes:
        return plain if self.current is None else self._by_fingerprint[self.current].encrypt(plain)

    def open(self, sealed: bytes, sealed_with: str | None) -> bytes:
        """Raises `NoKey`, `NotOpened`."""
        if sealed_with is None:
            return sealed
        if sealed_with not in self._by_fingerprint:
            raise NoKey(fingerprint=sealed_with)
        try:
            return self._by_fingerprint[sealed_with].decrypt(sealed)
        except InvalidToken as error:
            raise NotOpened from error


def fingerprint(key: str) -> str:
    """Names a key without telling it."""
    return hashlib.sha256(b"ringdesk recording key " + key.encode()).hexdigest()[:16]


def new_key() -> str:
    return Fernet.generate_key().decode()
