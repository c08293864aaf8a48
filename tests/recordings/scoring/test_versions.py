"""A changed scorecard is a new version: its recordings are scored again behind all other work, old results and people's answers stay."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from ringdesk.agents.rights import Principal, Role
from ringdesk.config.errors import NoSuch
from ringdesk.recordings.models import Recording, Scorecard
from ringdesk.recordings.scoring import rescoring, results, scorecards
from ringdesk.recordings.scoring.definition import Definition
from ringdesk.recordings.scoring.material import Given
from ringdesk.recordings.scoring.rescoring import Rescoring
from ringdesk.recordings.scoring.results import AlwaysApplies, Kept, OwnCall
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database
from tests.recordings.scoring.keeping import RUDE, of_call, row_of, scorecard, scored
from tests.recordings.scoring.speaking import asks, card

MANAGER = Principal(user_id=99, name="maria", roles=frozenset({Role.MANAGER}))
GREETS = asks({"kind": "says", "phrases": ["my name is"]}, weight=3)
SORRY = asks({"kind": "says", "phrases": ["sorry"]}, id="sorry")
SOLVED = asks({"kind": "person"}, id="solved")
KIND = asks({"kind": "says", "never": True, "phrases": ["shut up"]}, id="kind", auto_fail=True, allow_na=False)


async def kept(db: Database, recording_id: int) -> list[Kept]:
    async with db.read() as session:
        return await results.of(session, MANAGER, recording_id)


async def answer(db: Database, recording_id: int, question: str, given: Given | None, user_id: int = 99, note: str = "") -> None:
    async with db.write() as session:
        await results.answer(session, await results.newest(session, MANAGER, recording_id), question, given, note, user_id)


async def change(db: Database, card_id: int, definition: Definition, *, active: bool = True) -> int:
    async with db.write() as session:
        version = (await scorecards.change(session, card_id, definition, active=active, user_id=1)).version
    while await Rescoring(db).step():
        pass
    return version


async def test_a_person_counts_before_the_machine_and_both_are_kept(db: Database) -> None:
    await scorecard(db, card(GREETS, SORRY, KIND))
    found = await of_call(db, "pbx-1", 7, said=RUDE)
    await scored(db)
    ((before,),) = [await kept(db, found)]
    assert (before.score.total, before.score.failed) == (0, True)
    await answer(db, found, "kind", "yes", note="They quoted the customer")
    (after,) = await kept(db, found)
    assert (after.score.total, after.score.failed) == (100 * 1 / 5, False)
    row = after.answers["kind"]
    assert (row.machine, row.person, row.user_id, row.note) == ("no", "yes", 99, "They quoted the customer")
    await answer(db, found, "kind", None)
    (again,) = await kept(db, found)
    row = again.answers["kind"]
    assert (again.score.failed, row.machine, row.person, row.user_id, row.note) == (True, "no", None, None, None)


async def test_answers_that_cannot_be(db: Database) -> None:
    await scorecard(db, card(GREETS, KIND))
    found = await of_call(db, "pbx-1", 7)
    await scored(db)
    with pytest.raises(AlwaysApplies):
        await answer(db, found, "kind", "na")
    with pytest.raises(NoSuch):
        await answer(db, found, "nothing", "yes")
    with pytest.raises(OwnCall):
        await answer(db, found, "kind", "yes", user_id=7)
    (score,) = await kept(db, found)
    assert all(row.person is None for row in score.answers.values())


async def test_a_new_version_scores_again_and_takes_peoples_answers_along(db: Database) -> None:
    mine = await scorecard(db, card(GREETS, SORRY, SOLVED))
    found = await of_call(db, "pbx-1", 7)
    await scored(db)
    await answer(db, found, "solved", "no")
    await answer(db, found, "sorry", "no", note="To the wrong person")
    assert await change(db, mine, card(SORRY, SOLVED, KIND)) == 2
    row = await row_of(db, found)
    assert (row.state, row.step, row.priority) == ("scored", "score", rescoring.LATER)
    fresh = await of_call(db, "pbx-2", 7, ago=3 * 3600.0)
    assert await scored(db) == [fresh, found], "today's work first, though it is older"
    new, old = await kept(db, found)
    assert (new.current, new.score.version, old.current, old.score.version) == (True, 2, False, 1)
    assert {id: (a.machine, a.person) for id, a in new.answers.items()} == {
        "sorry": ("yes", "no"),
        "solved": (None, "no"),
        "kind": ("yes", None),
    }
    assert new.answers["sorry"].note == "To the wrong person"
    assert {id: a.person for id, a in old.answers.items()} == {"q1": None, "sorry": "no", "solved": "no"}
    assert new.score.total == pytest.approx(100 / 3)
    assert (await row_of(db, found)).priority == 0


async def test_what_a_person_may_not_answer_any_more_is_left_behind(db: Database) -> None:
    mine = await scorecard(db, card(GREETS, SOLVED))
    found = await of_call(db, "pbx-1", 7)
    await scored(db)
    await answer(db, found, "solved", "na")
    await change(db, mine, card(GREETS, {**SOLVED, "allow_na": False}))
    await scored(db)
    assert [k.answers["solved"].person for k in await kept(db, found)] == [None, "na"]


async def test_only_a_changed_definition_is_a_new_version(db: Database) -> None:
    mine = await scorecard(db, card(GREETS))
    found = await of_call(db, "pbx-1", 7)
    await scored(db)
    assert await change(db, mine, card(GREETS), active=False) == 1
    assert (await row_of(db, found)).step is None
    assert await change(db, mine, card(GREETS, SORRY), active=False) == 2
    assert (await row_of(db, found)).step is None, "a card that is switched off judges nobody"
    assert await change(db, mine, card(GREETS, SORRY), active=True) == 2
    assert (await row_of(db, found)).step == "score", "switched on it judges what it missed"
    assert await change(db, mine, card(GREETS, SORRY), active=True) == 2
    async with db.read() as session:
        assert [(v.version, v.active) for v in await scorecards.versions(session, mine)] == [(2, True), (1, True)]
        with pytest.raises(NoSuch):
            await scorecards.versions(session, mine + 1)


async def test_only_recordings_that_it_may_judge_go_back(db: Database) -> None:
    mine = await scorecard(db, card(GREETS, queues=["support"]))
    day = 24 * 3600.0
    here = await of_call(db, "pbx-1", 7)
    others = [
        await of_call(db, "pbx-2", 7, queue="sales"),
        await of_call(db, "pbx-3", 7, ago=91 * day),
        await of_call(db, "pbx-4", 7, state="no_model", step="transcribe"),
        await of_call(db, "pbx-5", 7, state="failed", step=None),
    ]
    await scored(db)
    await change(db, mine, card(GREETS, SORRY, queues=["support"]))
    assert [(await row_of(db, id)).step for id in [here, *others]] == ["score", None, None, "transcribe", None]


async def test_it_goes_on_in_batches_where_it_stopped(db: Database) -> None:
    mine = await scorecard(db, card(GREETS))
    moment = now() - timedelta(days=1)
    found = [await of_call(db, f"pbx-{i}", 7) for i in range(7)]
    await scored(db)
    async with db.write() as session:
        for i, id in enumerate(found):  # two began at the same moment, just where a batch ends
            (await session.get_one(Recording, id)).started_at = moment - timedelta(minutes=2 if i == 3 else i)
        await scorecards.change(session, mine, card(GREETS, SORRY), active=True, user_id=None)
    counts, waiting = [], []
    for _ in range(4):
        async with db.write() as session:
            counts.append(await rescoring.put_back(session, mine, batch=3))
        waiting.append(sum([(await row_of(db, id)).step == "score" for id in found]))
    assert waiting == [4, 7, 7, 7]
    assert counts[0] == 3
    async with db.read() as session:
        assert await session.scalar(select(Scorecard.rescore_before)) is None
    assert not await Rescoring(db).step()
