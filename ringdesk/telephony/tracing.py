"""Whose call is it? The way from what a PBX leaves behind (identifiers in a file's name, a time and a number) to a call."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.telephony import calls
from ringdesk.telephony.calls import CallRecord
from ringdesk.telephony.models import CallRow, ConversationRow, OfferRow

LONGEST_CALL = timedelta(hours=24)  # how far back the beginning of a call is looked for that was running at a time
NEAR = timedelta(seconds=5)  # between a channel's uniqueid, which is its birth in whole seconds, and the call's first event


async def remaining(session: AsyncSession, call_id: str) -> CallRecord | None:
    """The call, or the one it became part of; None where there is none."""
    for _ in range(8):  # merges of merges; the tracker makes no loops
        row = await session.get(CallRow, call_id, populate_existing=True)
        if row is None:
            return None
        if row.merged_into is None:
            return (await calls.many(session, [call_id]))[0]
        call_id = row.merged_into
    return None


async def by_identifier(session: AsyncSession, pbx: str, identifier: str) -> CallRecord | None:
    """The call of a linkedid, or of a uniqueid of one of its agents' channels. None also where there are two (of two PBXs)."""
    if (found := await remaining(session, f"{pbx}-{identifier}")) is not None:
        return found
    if (born := _birth(identifier)) is None:
        return None
    # A PBX with a `systemname` puts it before each identifier; the asker may know only what stands behind it.
    ends_so = CallRow.linkedid.endswith("-" + identifier, autoescape=True)
    named = select(CallRow.id).where(CallRow.pbx == pbx, CallRow.started_at.between(born - NEAR, born + NEAR), ends_so)
    ids = set(await session.scalars(named))
    if not ids:
        running = (CallRow.pbx == pbx, CallRow.started_at.between(born - LONGEST_CALL, born + NEAR))
        for part in (ConversationRow, OfferRow):
            channel = or_(part.channel == identifier, part.channel.endswith("-" + identifier, autoescape=True))
            ids |= set(await session.scalars(select(CallRow.id).join(part, part.call_id == CallRow.id).where(*running, channel)))
    found_calls = await _remaining(session, ids)
    return found_calls[0] if len(found_calls) == 1 else None


async def spanning(session: AsyncSession, pbx: str, since: datetime, until: datetime, slack: timedelta) -> Sequence[CallRecord]:
    """The calls within which [since, until] falls, give or take `slack`; a running call has no end yet."""
    query = select(CallRow.id).where(
        CallRow.pbx == pbx,
        CallRow.merged_into.is_(None),
        CallRow.started_at.between(since - LONGEST_CALL, since + slack),
        or_(CallRow.ended_at.is_(None), CallRow.ended_at >= until - slack),
    )
    return await calls.many(session, list(await session.scalars(query)))


async def _remaining(session: AsyncSession, ids: Iterable[str]) -> list[CallRecord]:
    found = {}
    for call_id in ids:
        if (record := await remaining(session, call_id)) is not None:
            found[record.call.id] = record
    return list(found.values())


def _birth(identifier: str) -> datetime | None:
    """A Uniqueid is `epoch.serial`; one that Ringdesk gave is `ringdesk-epoch-…`."""
    epoch = identifier.removeprefix("ringdesk-")[:10]
    return datetime.fromtimestamp(int(epoch), UTC) if epoch.isdecimal() and len(epoch) == 10 else None
