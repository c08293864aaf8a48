"""Call-backs and scores: what their lists say is what is counted, also once somebody changed it after it had been counted."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete

from ringdesk.agents.rights import Principal, Role
from ringdesk.crm import callbacks
from ringdesk.crm.aftercall import AfterCall
from ringdesk.recordings.keeping import deleting
from ringdesk.recordings.models import Recording
from ringdesk.recordings.scoring import results
from ringdesk.statistics.callback_measures import CALLBACK_MEASURES
from ringdesk.statistics.cubes.callbacks import CALLBACKS
from ringdesk.statistics.cubes.cube import Cube
from ringdesk.statistics.cubes.scores import SCORES
from ringdesk.statistics.folding import Folder
from ringdesk.statistics.measures import Measures
from ringdesk.statistics.models import Folded
from ringdesk.statistics.periods import Period
from ringdesk.statistics.query import Query
from ringdesk.statistics.reading import read
from ringdesk.statistics.score_measures import SCORE_MEASURES
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database
from ringdesk.storage.quarters import quarter_of
from ringdesk.telephony.facts import Call, CallEnded, Conversation, ConversationBegan, Visit
from tests.recordings.scoring.keeping import RUDE, of_call, scorecard, scored
from tests.recordings.scoring.speaking import asks, card

ZONE = ZoneInfo("Europe/Kyiv")
MANAGER = Principal(user_id=99, name="maria", roles=frozenset({Role.MANAGER}))
Counted = dict[str, Mapping[str, int]]


async def counted(db: Database, cube: Cube) -> Counted:
    """The cube's sums by queue, once all that changed has been counted: what the facts say."""
    later = now() + timedelta(days=1)
    folder = Folder(db, ZONE, lambda: later)
    await folder.prepare()
    async for _ in folder.catch_up():
        pass
    query = Query(cube=cube, period=Period(quarter_of(later - timedelta(days=8)), quarter_of(later), ZONE), keys=("queue",))
    async with db.read() as session:
        of_rollups: Counted = {row.keys["queue"]: row.of for row in await read(session, query)}
        await session.execute(delete(Folded))  # as if nothing had been counted
        assert {row.keys["queue"]: row.of for row in await read(session, query)} == of_rollups
        await session.rollback()
    return of_rollups


def sums(of: Mapping[str, int], **expected: int) -> None:
    assert {name: value for name, value in of.items() if value} == expected


def shown(measures: Measures, of: Mapping[str, int], *names: str) -> list[Any]:
    return [measures[name].value(of) for name in names]


class Callers:
    """Who calls, is missed and spoken with; each heard of as the house hears of it."""

    def __init__(self, db: Database, at: datetime) -> None:
        self.after = AfterCall(db, "UA", 5.0, lambda: None)
        self.at = at

    def _call(self, number: str, minutes: float, queue: str = "support") -> Call:
        at = self.at + timedelta(minutes=minutes)
        visit = Visit(seq=0, queue=queue, entered_at=at - timedelta(minutes=1), left_at=at)
        return Call(
            id=f"pbx-{number}-{minutes}", linkedid="1", started_at=visit.entered_at, direction="in", caller_number=number, visits=[visit]
        )

    async def missed(self, number: str, minutes: float, queue: str = "support") -> None:
        call = self._call(number, minutes, queue)
        call.ended_at, call.outcome = call.visits[0].left_at, "abandoned"
        await self.after.settle(CallEnded(at=now(), call=call))

    async def spoken_with(self, number: str, minutes: float) -> None:
        call = self._call(number, minutes)
        talk = Conversation(seq=0, interface="PJSIP/1001", channel="c", started_at=self.at + timedelta(minutes=minutes))
        await self.after.settle(ConversationBegan(at=now(), call=call, conversation=talk))


async def test_missed_callers_count_when_they_were_missed_first(db: Database) -> None:
    callers = Callers(db, (now() - timedelta(days=5)).replace(minute=7, second=0, microsecond=0))
    one, two, three, four = (f"+38044123450{i}" for i in range(4))
    for number in (one, two, three):
        await callers.missed(number, 0)
    of = (await counted(db, CALLBACKS))["support"]
    sums(of, missed=3, open=3)
    assert shown(CALLBACK_MEASURES, of, "called_back_rate", "callback_s") == [0, None]

    await callers.missed(one, 45, "sales")  # another quarter of an hour, and another queue: it is the later one's
    found = await counted(db, CALLBACKS)
    sums(found["support"], missed=2, open=2)
    sums(found["sales"], missed=1, open=1)

    await callers.spoken_with(one, 60)  # an hour after the first miss, to the second
    await callers.spoken_with(two, 15 + 1 / 60)  # a second too late for a quarter of an hour
    await callers.missed(four, 100_000 / 60)
    found = await counted(db, CALLBACKS)
    sums(found["sales"], missed=1, called_back=1, called_back_1h=1, called_back_4h=1, called_back_24h=1, callback_us=3_600_000_000)
    of = found["support"]
    sums(of, missed=3, open=2, called_back=1, called_back_1h=1, called_back_4h=1, called_back_24h=1, callback_us=901_000_000)
    assert shown(CALLBACK_MEASURES, of, "called_back_rate_1h", "called_back_rate_15m", "callback_s") == [1 / 3, 0, 901.0]

    async with db.write() as session:
        (row, *_), _ = await callbacks.page(session, states=["open"], queues=["support"], cursor=None, limit=9)
        await callbacks.dismiss(session, row.id, MANAGER)
    assert {name: (await counted(db, CALLBACKS))["support"][name] for name in ("missed", "dismissed", "open")} == {
        "missed": 3,
        "dismissed": 1,
        "open": 1,
    }


async def test_a_talk_that_is_told_of_late_counts_from_when_it_began(db: Database) -> None:
    callers = Callers(db, now() - timedelta(hours=30))
    await callers.missed("+380441234500", 0)
    await callers.spoken_with("+380441234500", 3)
    sums(
        (await counted(db, CALLBACKS))["support"],
        missed=1, called_back=1, called_back_15m=1, called_back_1h=1, called_back_4h=1, called_back_24h=1, callback_us=180_000_000,
    )  # fmt: skip


async def test_scores_count_when_the_recording_began_by_the_newest_version(db: Database) -> None:
    greets = asks({"kind": "says", "phrases": ["my name is"]}, weight=3)
    sorry = asks({"kind": "says", "phrases": ["sorry"]}, id="sorry")
    kind = asks({"kind": "says", "never": True, "phrases": ["shut up"]}, id="kind", auto_fail=True, allow_na=False)
    await scorecard(db, card(greets, sorry, kind))
    polite = await of_call(db, "pbx-1", 7, ago=50 * 3600.0)
    rude = await of_call(db, "pbx-2", 8, ago=26 * 3600.0, said=RUDE)
    await scored(db)
    of = (await counted(db, SCORES))["support"]
    sums(of, scores=2, points=100_000, failed=1)
    assert shown(SCORE_MEASURES, of, "score", "fail_rate") == [50.0, 0.5]

    async with db.write() as session:
        await results.answer(session, await results.newest(session, MANAGER, rude), "kind", "yes", "", 99)
    sums((await counted(db, SCORES))["support"], scores=2, points=120_000)  # 1 of 5 points

    async with db.write() as session:
        row = await session.get_one(Recording, polite)
        row.started_at += timedelta(hours=20)  # it was matched with another call
        row.queue, row.step = "sales", "score"
    await scored(db)
    found = await counted(db, SCORES)
    sums(found["support"], scores=1, points=20_000)
    sums(found["sales"], scores=1, points=100_000)

    async with db.write() as session:
        await deleting.delete(session, await session.get_one(Recording, polite), user_id=None, reason="kept long enough")
    assert (await counted(db, SCORES)).keys() == {"support"}


@pytest.mark.parametrize("measures", [CALLBACK_MEASURES, SCORE_MEASURES])
def test_of_nothing_there_is_no_share(measures: Measures) -> None:
    for measure in measures.values():
        nothing = dict.fromkeys(measure.needs, 0)
        assert measure.value(nothing) == (None if measure.unit in ("share", "points", "seconds") else 0), measure.name
