"""Agreement and summaries over what is in the database."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ringdesk.agents.rights import Principal, Role
from ringdesk.recordings.access import EVERYTHING, RecordingScope
from ringdesk.recordings.scoring import agreement, results, scorecards, summary
from ringdesk.recordings.scoring.material import Given
from ringdesk.recordings.scoring.rescoring import Rescoring
from ringdesk.recordings.scoring.summary import TooManyWeeks
from ringdesk.storage.engine import Database
from tests.recordings.scoring.keeping import POLITE, RUDE, of_call, recording, scorecard, scored
from tests.recordings.scoring.speaking import agent, asks, card

KYIV = ZoneInfo("Europe/Kyiv")
GREETS = asks({"kind": "says", "phrases": ["my name is"]}, id="greets")
KIND = asks({"kind": "says", "never": True, "phrases": ["shut up"]}, id="kind")
CUE = asks({"kind": "says", "phrases": ["sorry"], "after": ["not working"]}, id="cue")
SOLVED = asks({"kind": "person"}, id="solved")
MANAGER = Principal(user_id=99, name="maria", roles=frozenset({Role.MANAGER}))


async def answered(db: Database, recording_id: int, by: int, **given: Given) -> None:
    async with db.write() as session:
        kept = await results.newest(session, MANAGER, recording_id)
        for question, answer in given.items():
            await results.answer(session, kept, question, answer, "", by)


async def test_people_and_machine_are_compared_question_by_question(db: Database) -> None:
    mine = await scorecard(db, card(GREETS, KIND, CUE, SOLVED))
    other = await scorecard(db, card(GREETS, queues=["sales"]))
    good = [await of_call(db, f"pbx-{i}", 7, said=POLITE) for i in range(2)]
    bad = await of_call(db, "pbx-8", 7, said=RUDE)
    silent = await of_call(db, "pbx-9", 7, said=[agent(1, "mumbling", 0.1)])
    await scored(db)
    for one in good:
        await answered(db, one, 11, greets="yes", kind="yes", solved="yes")
    await answered(db, bad, 11, greets="yes", kind="no")
    await answered(db, bad, 12, cue="na")
    await answered(db, silent, 12, greets="yes")
    async with db.read() as session:
        found = await agreement.compare(session, EVERYTHING)
        assert found.questions == {
            (mine, "greets"): {("yes", "yes"): 2, ("no", "yes"): 1},
            (mine, "kind"): {("yes", "yes"): 2, ("no", "no"): 1},
            (mine, "cue"): {("no", "na"): 1},
        }, "what the machine cannot tell or is not asked is not compared"
        assert found.reviewers == {11: {("yes", "yes"): 4, ("no", "yes"): 1, ("no", "no"): 1}, 12: {("no", "na"): 1}}
        by_first = agreement.agreement(found.reviewers[11])
        assert (by_first.both, by_first.agreed) == (6, pytest.approx(5 / 6))
        assert by_first.kappa == pytest.approx((5 / 6 - 22 / 36) / (1 - 22 / 36))
        assert (await agreement.compare(session, EVERYTHING, other)).overall == {}
        assert (await agreement.compare(session, RecordingScope(agents=frozenset({8})))).overall == {}
    async with db.write() as session:
        await scorecards.change(session, mine, card(GREETS, KIND), active=True, user_id=None)
    while await Rescoring(db).step():
        pass
    await scored(db)
    async with db.read() as session:
        found = await agreement.compare(session, EVERYTHING)
        assert found.questions.keys() == {(mine, "greets"), (mine, "kind")}
        assert sum(found.overall.values()) == 6, "carried over, not counted twice"


async def test_averages_by_agent_and_week_of_the_company(db: Database) -> None:
    await scorecard(db, card(GREETS, KIND))
    await scorecard(db, card(asks({"kind": "says", "never": True, "phrases": ["shut up"]}, auto_fail=True), queues=["support"]))
    sunday = datetime(2026, 11, 15, 21, 30, tzinfo=UTC)  # in Kyiv half an hour before Monday
    monday = datetime(2026, 11, 15, 22, 30, tzinfo=UTC)
    for agent_id, at, said in ((7, sunday, POLITE), (7, monday, RUDE), (7, monday, POLITE), (8, monday, POLITE)):
        await recording(db, f"pbx-{agent_id}", agent_id, at=at, said=said, key=f"{agent_id} {at} {id(said)}")
    await scored(db)
    weeks = summary.span(datetime(2026, 11, 9, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC), monday, KYIV)
    assert [str(week) for week in weeks] == ["2026-11-09", "2026-11-16"]
    async with db.read() as session:
        found = {of.agent_id: of for of in await summary.by_agent(session, None, weeks, KYIV)}
        assert (found[7].recordings, found[7].failed, found[7].average) == (3, 1, pytest.approx(400 / 6))
        assert found[7].by_week == {weeks[0]: 100, weeks[1]: pytest.approx(50)}
        assert (found[8].recordings, found[8].by_week) == (1, {weeks[1]: 100})
        assert [of.agent_id for of in await summary.by_agent(session, frozenset({8}), weeks, KYIV)] == [8]
        only = await summary.by_agent(session, frozenset({7}), weeks, KYIV, since=monday)
        assert [(of.recordings, list(of.by_week)) for of in only] == [(2, [weeks[1]])]


def test_the_weeks_asked_for_are_bounded() -> None:
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    assert len(summary.span(None, None, moment, KYIV)) == summary.WEEKS
    assert summary.span(moment, datetime(2026, 1, 1, tzinfo=UTC), moment, KYIV) == []
    with pytest.raises(TooManyWeeks):
        summary.span(datetime(1970, 1, 1, tzinfo=UTC), None, moment, KYIV)
