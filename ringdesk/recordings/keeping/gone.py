"""Which recordings were deleted: a file of one that is found again must not bring it back.

The audit log remembers it, by a hash of what made the recording the same when found twice (`Recording.key`, which may hold a name).
"""

import hashlib
from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents import audit
from ringdesk.recordings.models import Recording


def remember(session: AsyncSession, row: Recording, *, user_id: int | None, address: str | None) -> None:
    audit.note(
        session, "deleted", audit.RECORDING_KEY, _fingerprint(row.key), user_id=user_id, detail={"recording": row.id}, address=address
    )


async def among(session: AsyncSession, keys: Iterable[str]) -> set[str]:
    """Those of these that were a deleted recording's."""
    prints = {_fingerprint(key): key for key in keys}
    return {prints[found] for found in await audit.subjects(session, "deleted", audit.RECORDING_KEY, list(prints))}


def _fingerprint(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
