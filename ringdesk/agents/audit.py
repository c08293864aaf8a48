"""The trail: who looked at or changed which customer, and who changed which account."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents.models import AuditEntry
from ringdesk.storage import paging
from ringdesk.storage.base import JsonObject, now

RECORDING_KEY = "recording_key"
"""What deleted recordings were known by: beside the line on the recording itself, to be looked up and not to be read."""


def note(
    session: AsyncSession,
    action: str,
    subject: str,
    subject_id: str | int,
    *,
    user_id: int | None,
    detail: JsonObject | None = None,
    address: str | None = None,
) -> None:
    """Goes into the caller's transaction: what is done without a trace is not done."""
    session.add(
        AuditEntry(
            at=now(),
            user_id=user_id,
            action=action,
            subject=subject,
            subject_id=str(subject_id),
            detail=detail,
            address=address,
        )
    )


async def subjects(session: AsyncSession, action: str, subject: str, ids: Sequence[str]) -> set[str]:
    """Of which of these subjects the trail says that this was done."""
    query = select(AuditEntry.subject_id).where(AuditEntry.subject == subject, AuditEntry.subject_id.in_(ids), AuditEntry.action == action)
    return set(await session.scalars(query)) if ids else set()


async def page(
    session: AsyncSession,
    *,
    subject: str | None = None,
    subject_id: str | None = None,
    user_id: int | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> tuple[Sequence[AuditEntry], str | None]:
    """Newest first, and the cursor of the next page or None."""
    query = select(AuditEntry).where(AuditEntry.subject != RECORDING_KEY)
    if subject is not None:
        query = query.where(AuditEntry.subject == subject)
    if subject_id is not None:
        query = query.where(AuditEntry.subject_id == subject_id)
    if user_id is not None:
        query = query.where(AuditEntry.user_id == user_id)
    rows = (await session.scalars(paging.page(query, [paging.Key(AuditEntry.id, True, int)], cursor, limit))).all()
    return rows[:limit], paging.encode([rows[limit - 1].id]) if len(rows) > limit else None
