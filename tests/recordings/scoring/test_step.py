"""The step "score": what waits, what is scored and by which cards, and that it is done once."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from ringdesk.agents.models import PresenceInterval
from ringdesk.agents.rights import Principal, Role
from ringdesk.crm import dispositions, notes
from ringdesk.recordings import states
from ringdesk.recordings.finding import matching
from ringdesk.recordings.models import Answer, CallMark, Recording, Score
from ringdesk.recordings.scoring import loading, rescoring, results, scorecards
from ringdesk.recordings.scoring.performing import Scoring
from ringdesk.recordings.scoring.results import Kept
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database
from ringdesk.telephony import calls
from ringdesk.telephony.models import CallRow
from tests.crm.people import user
from tests.recordings.finding.past import ORIGIN
from tests.recordings.keeping.shelf import go_on
from tests.recordings.scoring import keeping
from tests.recordings.scoring.keeping import RUDE, call, of_call, recording, row_of, scorecard, scored
from tests.recordings.scoring.speaking import asks, card

GREETS = asks({"kind": "says", "phrases": ["my name is"], "within_first": 15}, weight=3)
KIND = asks({"kind": "says", "never": True, "phrases": ["shut up"]}, auto_fail=True)
SOLVED = asks({"kind": "person"}, weight=2)
MANAGER = Principal(user_id=99, name="maria", roles=frozenset({Role.MANAGER}))


async def kept(db: Database, recording_id: int, who: Principal = MANAGER) -> list[Kept]:
    async with db.read() as session:
        return await results.of(session, who, recording_id)


async def wake(db: Database, recording_id: int) -> None:
    async with db.write() as session:
        row = await session.get(Recording, recording_id)
        assert row is not None
        row.next_try_at = None


async def test_every_card_that_applies_gives_a_score(db: Database) -> None:
    mine = await scorecard(db, card(GREETS, KIND, SOLVED))
    await scorecard(db, card(GREETS, queues=["sales"]))
    await scorecard(db, card(GREETS, directions=["out"]))
    await scorecard(db, card(GREETS, language="de"))
    await scorecard(db, card(GREETS), active=False)
    english = await scorecard(db, card(KIND, queues=["support"], directions=["in"], language="en"))
    good = await of_call(db, "pbx-1", 7)
    bad = await of_call(db, "pbx-2", 7, said=RUDE)
    assert await scored(db) == [bad, good]
    assert [(k.score.scorecard_id, k.score.total, k.score.failed) for k in await kept(db, good)] == [
        (english, 100, False),
        (mine, 100, False),
    ]
    assert [(k.score.scorecard_id, k.score.total, k.score.failed) for k in await kept(db, bad)] == [(english, 0, True), (mine, 0, True)]
    (_, by_mine) = await kept(db, bad)
    assert {id: a.machine for id, a in by_mine.answers.items()} == {"q1": "no", "q2": "no", "q3": None}
    (place,) = by_mine.answers["q2"].evidence
    assert (place["text"], place["start"], place["speaker"]) == ("shut up", 6.9, "agent")
    row = await row_of(db, good)
    assert (row.state, row.step, row.reason, row.claimed_by) == ("scored", None, None, None)


async def test_without_a_card_it_is_scored_and_says_so(db: Database) -> None:
    found = await of_call(db, "pbx-1", 7)
    await scored(db)
    row = await row_of(db, found)
    assert (row.state, row.step, row.reason) == ("scored", None, "No scorecard applies to it")
    assert await kept(db, found) == []


async def test_a_recording_of_no_call_waits_until_somebody_says_which(db: Database) -> None:
    await scorecard(db, card(GREETS))
    at = await call(db, "pbx-1", 7)
    lost = await recording(db, None, at=at)
    assert await scored(db) == [lost]
    row = await row_of(db, lost)
    assert (row.state, row.step, row.attempts) == ("transcribed", None, 0)
    assert "matches no call" in (row.reason or "")
    async with db.write() as session:
        lost_row = await session.get(Recording, lost)
        assert lost_row is not None
        await matching.attach(session, lost_row, await calls.get(session, calls.EVERYTHING, "pbx-1"), ORIGIN)
    assert await scored(db) == [lost]
    (found,) = await kept(db, lost)
    assert (found.score.agent_id, found.score.total) == (7, 100)


async def test_whose_call_it_turns_out_to_be_is_who_is_judged(db: Database) -> None:
    """A person corrects the call: another agent, another queue; scores by cards that do not judge that one go."""
    everywhere = await scorecard(db, card(GREETS))
    await scorecard(db, card(GREETS, queues=["support"]))
    found = await of_call(db, "pbx-1", 7)
    await scored(db)
    assert {k.score.agent_id for k in await kept(db, found)} == {7}
    async with db.write() as session:
        row = await session.get(Recording, found)
        assert row is not None
        row.queue, row.step = "sales", "score"
        await session.delete(await session.get_one(keeping.RecordingAgent, (found, 7)))
        session.add(keeping.RecordingAgent(recording_id=found, agent_id=8))
        for talk in await session.scalars(select(keeping.ConversationRow)):
            talk.agent_id = 8
    await scored(db)
    assert [(k.score.scorecard_id, k.score.agent_id, k.score.queue) for k in await kept(db, found)] == [(everywhere, 8, "sales")]


async def test_who_talked_longest_is_judged(db: Database) -> None:
    await scorecard(db, card(GREETS))
    at = await call(db, "pbx-1", 7, 8, talk=40.0)
    mostly_second = await recording(db, "pbx-1", 7, 8, at=at + timedelta(seconds=30), duration=50.0)
    await scored(db)
    assert [k.score.agent_id for k in await kept(db, mostly_second)] == [8]
    seven = Principal(user_id=7, name="anna", roles=frozenset({Role.AGENT}))
    assert await kept(db, mostly_second, seven) == [], "the other one's score is not theirs to see"


async def test_it_waits_while_the_call_runs_but_not_for_ever(db: Database) -> None:
    await scorecard(db, card(GREETS, asks({"kind": "hold_time", "most": 60})))
    running = await of_call(db, "pbx-1", 7, ago=75.0, runs=True)
    await scored(db)
    row = await row_of(db, running)
    assert (row.state, row.step, row.reason, row.attempts) == ("transcribed", "score", "The call is still running", 0)
    assert row.next_try_at is not None
    assert row.next_try_at > now()
    assert await scored(db) == [], "not before that"
    stuck = await of_call(db, "pbx-2", 7, ago=3600.0, runs=True)
    assert await scored(db) == [stuck]
    (found,) = await kept(db, stuck)
    assert {id: a.machine for id, a in found.answers.items()} == {"q1": "yes", "q2": "cannot_tell"}


async def presence(db: Database, user_id: int, call_id: str, *states_: tuple[str, float, float | None]) -> None:
    """States with their beginning and end, in seconds behind the call's end."""
    async with db.write() as session:
        ended = (await calls.get(session, calls.EVERYTHING, call_id)).call.ended_at
        assert ended is not None
        for state, since, until in states_:
            interval = PresenceInterval(
                user_id=user_id,
                state=state,
                call_id=call_id if state == "wrap_up" else None,
                started_at=ended + timedelta(seconds=since),
                ended_at=None if until is None else ended + timedelta(seconds=until),
            )
            session.add(interval)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ([("wrap_up", 0, 12), ("available", 12, None)], "yes"),
        ([("wrap_up", 0, 12), ("paused", 12, None)], "yes"),
        ([("wrap_up", 0, 30), ("available", 30, None)], "no"),
        ([("wrap_up", 0, 12), ("talking", 12, None)], "no"),
        ([("available", 0, None)], "no"),
        ([], "cannot_tell"),
    ],
)
async def test_a_wrap_up_is_done_by_who_closes_it(db: Database, shown: list[tuple[str, float, float | None]], expected: str) -> None:
    await scorecard(db, card(asks({"kind": "wrap_up"})))
    anna = await user(db, "anna")
    found = await of_call(db, "pbx-1", anna)
    await presence(db, anna, "pbx-1", *shown)
    await scored(db)
    ((answer,),) = [k.answers.values() for k in await kept(db, found)]
    assert answer.machine == expected
    assert answer.evidence


async def test_a_note_is_a_wrap_up_too(db: Database) -> None:
    await scorecard(db, card(asks({"kind": "wrap_up"})))
    anna = await user(db, "anna")
    found = await of_call(db, "pbx-1", anna)
    async with db.write() as session:
        await notes.save_for_call(session, "pbx-1", None, anna, "Secret words of the note")
    await scored(db)
    ((answer,),) = [k.answers.values() for k in await kept(db, found)]
    assert answer.machine == "yes"
    assert "Secret" not in str(answer.evidence)


@pytest.mark.parametrize("ran_out", [True, False])
async def test_a_disposition_is_a_wrap_up_too(db: Database, ran_out: bool) -> None:
    await scorecard(db, card(asks({"kind": "wrap_up"})))
    anna = await user(db, "anna")
    found = await of_call(db, "pbx-1", anna)
    if ran_out:
        await presence(db, anna, "pbx-1", ("wrap_up", 0, 30), ("available", 30, None))
    async with db.write() as session:
        about = await dispositions.add(session, queue="", name="Refund", position=1, active=True)
        await dispositions.choose(session, await calls.get(session, calls.EVERYTHING, "pbx-1"), anna, about.id)
    await scored(db)
    ((answer,),) = [k.answers.values() for k in await kept(db, found)]
    assert answer.machine == "yes"


async def test_where_there_is_no_wrap_up_nobody_is_blamed_for_none(db: Database) -> None:
    await scorecard(db, card(asks({"kind": "wrap_up"})))
    anna = await user(db, "anna")
    found = await of_call(db, "pbx-1", anna)
    await scored(db, wrap_up_limit=0)
    ((answer,),) = [k.answers.values() for k in await kept(db, found)]
    assert answer.machine == "na"


async def test_what_was_scored_while_the_call_ran_is_scored_again_at_its_end(db: Database) -> None:
    """The recording stopped long before the call did."""
    await scorecard(db, card(asks({"kind": "wrap_up"}), asks({"kind": "hold_time", "most": 60})))
    anna = await user(db, "anna")
    found = await of_call(db, "pbx-1", anna, runs=True, hold=20.0, ago=3600.0)
    assert await scored(db) == [found]
    ((*early,),) = [k.answers.values() for k in await kept(db, found)]
    assert {answer.machine for answer in early} == {"cannot_tell"}
    async with db.write() as session:
        row = await session.get_one(CallRow, "pbx-1")
        (talk,) = await session.scalars(select(keeping.ConversationRow))
        row.ended_at = talk.ended_at = now()
    await presence(db, anna, "pbx-1", ("wrap_up", 0, None))
    async with db.write() as session:
        await matching.assign(session, await session.get_one(Recording, found), ORIGIN)
    assert await scored(db) == [found]
    assert (await row_of(db, found)).reason == "The wrap-up is not over"
    async with db.write() as session:
        await notes.save_for_call(session, "pbx-1", None, anna, "Done")
    await wake(db, found)
    assert await scored(db) == [found]
    ((*late,),) = [k.answers.values() for k in await kept(db, found)]
    assert {answer.machine for answer in late} == {"yes"}
    async with db.write() as session:
        row_again = await session.get_one(Recording, found)
        await matching.assign(session, row_again, ORIGIN)
        assert row_again.step is None, "once is enough"


async def test_it_waits_for_a_wrap_up_only_where_a_card_asks_for_it(db: Database) -> None:
    anna = await user(db, "anna")
    plain = await scorecard(db, card(GREETS))
    fresh = await of_call(db, "pbx-1", anna, ago=75.0)
    await presence(db, anna, "pbx-1", ("wrap_up", 0, None))
    await scored(db)
    assert (await row_of(db, fresh)).state == "scored"
    async with db.write() as session:
        await scorecards.change(session, plain, card(GREETS, asks({"kind": "wrap_up"})), active=True, user_id=None)
        await rescoring.put_back(session, plain)
    await scored(db)
    row = await row_of(db, fresh)
    assert (row.state, row.step, row.reason) == ("scored", "score", "The wrap-up is not over")
    async with db.write() as session:
        for interval in await session.scalars(select(PresenceInterval)):
            interval.ended_at = interval.started_at + timedelta(seconds=5)
    await wake(db, fresh)
    await scored(db)
    assert [a.machine for k in await kept(db, fresh) for a in k.answers.values() if a.question_id == "q2" and k.current] == ["yes"]


async def test_facts_of_the_call_reach_the_questions(db: Database) -> None:
    rules = [{"kind": "hold_time", "most": 20}, {"kind": "wait_time", "most": 20}, {"kind": "longest_silence", "most": 20}]
    await scorecard(db, card(*(asks(rule) for rule in rules)))
    at = await call(db, "pbx-1", 7, hold=45.0)
    async with db.write() as session:
        for kind, after in (("hold", 12), ("resume", 57)):
            session.add(CallMark(call_id="pbx-1", at=at + timedelta(seconds=after), kind=kind))
    found = await recording(db, "pbx-1", 7, at=at)
    await scored(db)
    (score,) = await kept(db, found)
    assert {id: (a.machine, a.measured) for id, a in score.answers.items()} == {
        "q1": ("no", 45.0),
        "q2": ("yes", 10.0),
        "q3": ("yes", pytest.approx(3.0, abs=0.5)),
    }
    (place,) = score.answers["q1"].evidence
    assert (place["start"], place["end"]) == (12.0, 57.0)
    gap = await of_call(db, "pbx-2", 7, gap=True)
    await scored(db)
    (score,) = await kept(db, gap)
    assert {id: a.machine for id, a in score.answers.items() if id != "q3"} == {"q1": "cannot_tell", "q2": "cannot_tell"}


async def test_scored_twice_is_one_score(db: Database) -> None:
    await scorecard(db, card(GREETS, KIND))
    found = await of_call(db, "pbx-1", 7)
    await scored(db)
    (before,) = await kept(db, found)
    async with db.write() as session:
        row = await session.get(Recording, found)
        assert row is not None
        rescoring.score_again(row)
    await scored(db)
    (after,) = await kept(db, found)
    assert after.score.id == before.score.id
    async with db.read() as session:
        assert await session.scalar(select(func.count()).select_from(Answer)) == 2


async def test_who_lost_the_claim_writes_nothing(db: Database) -> None:
    await scorecard(db, card(GREETS))
    found = await of_call(db, "pbx-1", 7)
    async with db.write() as session:
        await states.claim(session, "slow", ["score"], lease=timedelta(0))
    async with db.write() as session:
        await states.claim(session, "quick", ["score"])
    await Scoring(db, wrap_up_limit=30).perform(found, "slow", go_on)
    assert await kept(db, found) == []
    await Scoring(db, wrap_up_limit=30).perform(found, "quick", go_on)
    await Scoring(db, wrap_up_limit=30).perform(found, "slow", go_on)
    assert len(await kept(db, found)) == 1


async def test_a_card_that_changes_meanwhile_is_not_missed(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = await scorecard(db, card(GREETS))
    found = await of_call(db, "pbx-1", 7)
    load, changed = loading.load, []

    async def changed_while_it_reads(*args: Any, **more: Any) -> loading.Loaded:
        if not changed:
            changed.append(True)
            async with db.write() as session:
                await scorecards.change(session, mine, card(GREETS, KIND), active=True, user_id=None)
        return await load(*args, **more)

    monkeypatch.setattr(loading, "load", changed_while_it_reads)
    assert await scored(db) == [found, found]
    async with db.read() as session:
        assert [score.version for score in await session.scalars(select(Score))] == [2]
