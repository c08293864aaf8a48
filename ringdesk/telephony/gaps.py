"""Fills what a lost link, a restart or a crash hid, from the PBX's own log. What the log does not say stays unknown."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from ringdesk.config import log
from ringdesk.storage.engine import Database
from ringdesk.telephony import calls, queue_log
from ringdesk.telephony.facts import CallEnded
from ringdesk.telephony.models import CallRow
from ringdesk.telephony.queue_log import Entry
from ringdesk.telephony.rows import call_of
from ringdesk.telephony.store import CallStore

logger = log.get(__name__)

MARGIN = timedelta(minutes=2)  # read so far before the last call we know of: it may have ended in the dark
LONGEST = timedelta(days=7)  # an installation that was off for longer starts afresh


async def last_known(db: Database, pbx: str) -> datetime | None:
    """The last moment of which anything is written."""
    newest = select(func.max(func.coalesce(CallRow.ended_at, CallRow.started_at))).where(CallRow.pbx == pbx)
    async with db.read() as session:
        return await session.scalar(newest)


async def fill(
    store: CallStore,
    path: Path,
    *,
    since: datetime,
    until: datetime,
    is_live: Callable[[str], bool],
    interface_of: Callable[[str], str],
    on_filled: Callable[[CallEnded], None] = lambda _fact: None,
) -> int:
    """Complete the calls of [since, until) from the queue_log; how many were. Raises OSError where it cannot be read.

    Calls that were heard from beginning to end, and those that still run, are not touched."""
    by_call: dict[str, list[Entry]] = {}
    for entry in queue_log.since(path, max(since, until - LONGEST) - MARGIN):
        if entry.at < until:
            by_call.setdefault(entry.callid, []).append(entry)
    await store.flush()
    filled = 0
    for callid, entries in by_call.items():
        if is_live(callid) or not any(e.event == "ENTERQUEUE" for e in entries):
            continue
        call_id = f"{store.pbx}-{callid}"
        async with store.db.read() as session:
            record = next(iter(await calls.many(session, [call_id])), None)
        if record is not None and (not record.call.gap or record.call.ended_at is None):
            continue
        if record is None and entries[0].at < since.replace(microsecond=0):
            continue  # older than the silence: it is another call's part (a Local channel), or was never ours
        known = None if record is None else call_of(record)
        completed = queue_log.complete(known, entries, call_id, interface_of)
        if completed is not None and completed != known:
            ended = CallEnded(at=until, call=completed)
            store.note(ended)
            on_filled(ended)
            filled += 1
    await store.flush()
    if filled:
        logger.info("gap_filled", calls=filled, since=since.isoformat(), until=until.isoformat())
    return filled
