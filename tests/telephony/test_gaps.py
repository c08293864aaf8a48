"""What a silence hid, from the PBX's own log: recorded calls nobody listened to."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ringdesk.storage.engine import Database
from ringdesk.telephony import calls, gaps, queue_log
from ringdesk.telephony.calls import EVERYTHING, CallFilter
from ringdesk.telephony.store import CallStore
from tests.telephony.recording import NAMES, RECORDED, play, recorded_events

LOGS = [name for name in NAMES if "ENTERQUEUE" in (RECORDED / f"{name}.queue_log").read_text()]
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


def _plain(interface: str) -> str:
    return interface


@pytest.mark.parametrize("name", LOGS)
def test_a_call_nobody_heard_is_told_as_the_log_has_it(name: str) -> None:
    entries = queue_log.since(RECORDED / f"{name}.queue_log", BEGINNING)
    for call in play(recorded_events(name)).calls.values():
        mine = [e for e in entries if e.callid == call.linkedid]
        if not any(e.event == "ENTERQUEUE" for e in mine) or len({e.callid for e in entries if e.event == "ENTERQUEUE"}) > 1:
            continue  # through a Local channel: the log has two names for one caller
        told = queue_log.complete(None, mine, call.id, _plain)
        assert told is not None
        assert told.gap
        assert [(v.queue, v.outcome) for v in told.visits] == [(v.queue, v.outcome) for v in call.visits]
        heard = [(c.queue, c.ended_by) for c in call.conversations if c.queue is not None]
        assert [(c.queue, c.ended_by) for c in told.conversations] == heard
        blind = any(e.event == "BLINDTRANSFER" for e in mine)  # of an attended one the log does not say the number
        sent = [c.sent_to for c in call.conversations if c.queue is not None]
        assert [c.sent_to for c in told.conversations] == (sent if blind else [None] * len(sent))
        for theirs, ours in zip(told.visits, call.visits, strict=True):
            assert abs(theirs.entered_at - ours.entered_at) < timedelta(seconds=1)
            assert theirs.left_at is not None
            assert ours.left_at is not None
            assert abs(theirs.left_at - ours.left_at) < timedelta(seconds=1)


async def test_the_history_is_filled_once_and_what_was_heard_is_kept(db: Database, tmp_path: Path) -> None:
    path = tmp_path / "queue_log"
    names = ("answered_agent_hangs_up", "abandoned_queued", "queue_timeout")
    lines = [line for name in names for line in (RECORDED / f"{name}.queue_log").read_text().splitlines(keepends=True)]
    path.write_text("".join(sorted(lines)))
    store = CallStore(db, "pbx", "UA", lambda _interface: None)
    for fact in play(recorded_events("answered_agent_hangs_up")).facts:  # this one was heard
        if type(fact).__name__ == "CallEnded":
            store.note(fact)  # type: ignore[arg-type]
    first = queue_log.since(path, BEGINNING)[0].at
    until = first + timedelta(days=1)

    async def fill() -> int:
        return await gaps.fill(store, path, since=first, until=until, is_live=lambda _callid: False, interface_of=_plain)

    assert await fill() == 2
    assert await fill() == 0
    async with db.read() as session:
        records, _ = await calls.page(session, EVERYTHING, CallFilter(), sort="started_at", cursor=None, limit=10)
    assert sorted((r.call.outcome, r.call.gap) for r in records) == [("abandoned", True), ("answered", False), ("timed_out", True)]
    assert {r.call.number for r in records} == {"+380441234567"}


def test_the_log_is_read_from_its_end_and_nonsense_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "queue_log"
    lines = [f"{1795287065 + i}|{1795287065 + i}.{i}|support|NONE|ENTERQUEUE||+38044{i:07}|1" for i in range(5000)]
    lines[4000:4000] = ["", "nonsense", "x|y|z|a|b", "9" * 30 + "|a|b|c|d", "1795291070|" + "x" * 100_000 + "|a|b|c", "\x00\xff|||||"]
    path.write_bytes("\n".join(lines).encode("utf-8", "replace"))
    found = queue_log.since(path, datetime.fromtimestamp(1795287065 + 3500, UTC))
    assert [e.callid for e in found] == [f"{1795287065 + i}.{i}" for i in range(3500, 5000)]
    assert queue_log.since(path, datetime(2030, 1, 1, tzinfo=UTC)) == []
    (tmp_path / "empty").write_bytes(b"")
    assert queue_log.since(tmp_path / "empty", BEGINNING) == []
