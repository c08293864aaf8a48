"""Passwords as argon2id hashes (RFC 9106). Hashing takes tens of milliseconds, so it runs in a thread."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ringdesk.config.errors import Invalid

MIN_LENGTH = 10  # characters; NIST SP 800-63B asks for 8, and forbids composition rules
MAX_LENGTH = 256  # more would only cost time

_hasher = PasswordHasher()
# Verified when the name is unknown, so that an unknown name takes as long as a wrong password. Made beforehand, since
# hashing would be a good part of the time in which a command starts.
DECOY = "$argon2id$v=19$m=65536,t=3,p=4$sBhN6stsIcbP1oE0mfMDcQ$S5inEXDNXnjOSEFpRBYOGEJ6sVD6rYBFMUJQqDFQDGc"


class WeakPassword(Invalid):
    key = "weak_password"
    text = f"A password has {MIN_LENGTH} to {MAX_LENGTH} characters and is not the login name"


async def hash_new(password: str, login: str) -> str:
    """The hash to keep. Raises `WeakPassword`."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH or password.lower() == login:
        raise WeakPassword
    return await asyncio.to_thread(_hasher.hash, password)


async def verify(password: str, stored: str | None) -> bool:
    """Is it the password? Takes the same time for an account without one."""
    try:
        await asyncio.to_thread(_hasher.verify, stored or DECOY, password[: MAX_LENGTH + 1])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None
