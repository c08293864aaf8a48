"""Which recordings go to review, who sees a review, and its way from open to closed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from ringdesk.agents.rights import Principal, Role
from ringdesk.config.errors import DomainError, NoSuch
from ringdesk.recordings.models import Recording, Review, ReviewRule
from ringdesk.recordings.scoring import rescoring, reviews, rules
from ringdesk.recordings.scoring.results import OwnCall
from ringdesk.recordings.scoring.reviews import AlreadyReplied, ReviewClosed, ReviewFilter, ReviewOpen, ReviewOver, ReviewWaits
from ringdesk.storage.engine import Database
from tests.recordings.scoring.keeping import RUDE, of_call, scorecard, scored
from tests.recordings.scoring.speaking import asks, card

GREETS = asks({"kind": "says", "phrases": ["my name is"]})
KIND = asks({"kind": "says", "never": True, "phrases": ["shut up"]}, auto_fail=True)
ANNA, SOFIA, STEFAN, MARIA = 7, 11, 12, 99


def person(user_id: int, role: Role, colleagues: frozenset[int] = frozenset()) -> Principal:
    teams = frozenset({1}) if role is Role.SUPERVISOR else frozenset()
    return Principal(user_id=user_id, name="somebody", roles=frozenset({role}), teams=teams, colleagues=colleagues)


anna = person(ANNA, Role.AGENT)
boris = person(8, Role.AGENT)
sofia = person(SOFIA, Role.SUPERVISOR, frozenset({ANNA}))
stefan = person(STEFAN, Role.SUPERVISOR, frozenset({8}))
maria = person(MARIA, Role.MANAGER)


async def rule(db: Database, **more: object) -> int:
    async with db.write() as session:
        row = ReviewRule(**{"share": 1.0, "only_failed": False, "active": True, **more})
        session.add(row)
        await session.flush()
        return row.id


async def opened(db: Database) -> list[tuple[int, str]]:
    async with db.read() as session:
        return [(review.recording_id, review.why) for review in await session.scalars(select(Review).order_by(Review.id))]


async def asked_for(db: Database, recording_id: int) -> int:
    async with db.write() as session:
        return (await reviews.add(session, await session.get_one(Recording, recording_id), "Asked for")).id


async def seen(db: Database, who: Principal, **wanted: object) -> list[int]:
    async with db.read() as session:
        found, _ = await reviews.page(session, who, ReviewFilter(**wanted), cursor=None, limit=50)  # type: ignore[arg-type]
        return [review.id for review, _ in found]


async def done(db: Database, review_id: int, who: Principal = sofia) -> None:
    async with db.write() as session:
        review, _ = await reviews.get(session, who, review_id)
        await reviews.finish(session, review, who.user_id, "Well done")


async def tried(db: Database, who: Principal, review_id: int, step: str, refused: type[DomainError] | None = None) -> None:
    async def taken() -> None:
        async with db.write() as session:
            review, _ = await reviews.get(session, who, review_id)
            match step:
                case "finish":
                    await reviews.finish(session, review, who.user_id, step)
                case "reply":
                    reviews.reply(review, who.user_id, step)
                case "close":
                    await reviews.close(session, review, who.user_id)

    if refused is None:
        await taken()
    else:
        with pytest.raises(refused):
            await taken()


@given(st.integers(1, 10**6), st.integers(1, 10**9), st.floats(0, 1), st.floats(0, 1))
def test_chance_is_the_same_every_time_and_grows_with_the_share(rule_id: int, recording_id: int, one: float, two: float) -> None:
    small, large = min(one, two), max(one, two)
    assert rules.drawn(rule_id, recording_id, small) == rules.drawn(rule_id, recording_id, small)
    assert rules.drawn(rule_id, recording_id, large) or not rules.drawn(rule_id, recording_id, small)
    assert rules.drawn(rule_id, recording_id, 1.0)
    assert not rules.drawn(rule_id, recording_id, 0.0)


@pytest.mark.parametrize("share", [0.02, 0.2, 0.7])
def test_the_share_is_about_the_share(share: float) -> None:
    chosen = [[rules.drawn(rule_id, recording, share) for recording in range(20_000)] for rule_id in (1, 2)]
    for draws in chosen:
        assert sum(draws) / len(draws) == pytest.approx(share, abs=0.02)
    both = sum(one and two for one, two in zip(*chosen, strict=True)) / 20_000
    assert both == pytest.approx(share * share, abs=0.02), "rules draw independently"


async def test_rules_choose_what_they_are_for(db: Database) -> None:
    await scorecard(db, card(GREETS, KIND))
    await rule(db, only_failed=True, queue="sales")
    await rule(db, below=50.0, queue="support")
    await rule(db, share=0.0)
    await rule(db, active=False)
    good = await of_call(db, "pbx-1", ANNA)
    bad = await of_call(db, "pbx-2", ANNA, said=RUDE)
    elsewhere = await of_call(db, "pbx-3", ANNA, said=RUDE, queue="sales")
    await scored(db)
    found = dict(await opened(db))
    assert found == {bad: "Drawn: 100 % of calls below 50 of support", elsewhere: "Drawn: 100 % of failed calls of sales"}
    assert good not in found
    async with db.read() as session:
        review = (await session.scalars(select(Review).where(Review.recording_id == bad))).one()
        assert (review.agent_id, review.state, review.score_id is not None) == (ANNA, "open", True)


async def test_scored_again_draws_nothing_anew(db: Database) -> None:
    await scorecard(db, card(GREETS, KIND))
    found = await of_call(db, "pbx-1", ANNA)
    await scored(db)
    await rule(db)
    async with db.write() as session:
        rescoring.score_again(await session.get_one(Recording, found))
    await scored(db)
    assert await opened(db) == []


async def test_the_way_of_a_review(db: Database) -> None:
    await scorecard(db, card(GREETS))
    recording = await of_call(db, "pbx-1", ANNA)
    await scored(db)
    review_id = await asked_for(db, recording)
    with pytest.raises(ReviewWaits):
        await asked_for(db, recording)
    await tried(db, sofia, review_id, "reply", NoSuch)
    await tried(db, sofia, review_id, "close", ReviewOpen)
    await tried(db, sofia, review_id, "finish")
    await tried(db, sofia, review_id, "finish", ReviewOver)
    await tried(db, anna, review_id, "reply")
    await tried(db, anna, review_id, "reply", AlreadyReplied)
    await tried(db, maria, review_id, "close")
    await tried(db, maria, review_id, "close", ReviewClosed)
    async with db.read() as session:
        row = await session.get_one(Review, review_id)
        assert (row.state, row.reviewer_id, row.comment, row.reply) == ("closed", SOFIA, "finish", "reply")


async def test_a_closed_review_is_answered_no_more(db: Database) -> None:
    recording = await of_call(db, "pbx-1", ANNA)
    review_id = await asked_for(db, recording)
    await done(db, review_id)
    async with db.write() as session:
        review, _ = await reviews.get(session, anna, review_id)
        await reviews.close(session, review, SOFIA)
        with pytest.raises(ReviewClosed):
            reviews.reply(review, ANNA, "But")


async def test_each_sees_what_is_theirs(db: Database) -> None:
    mine = await asked_for(db, await of_call(db, "pbx-1", ANNA))
    theirs = await asked_for(db, await of_call(db, "pbx-2", 8))
    everybody = [anna, boris, sofia, stefan, maria]
    assert [await seen(db, who) for who in everybody] == [[], [], [mine], [theirs], [theirs, mine]]
    await done(db, mine)
    assert [await seen(db, who) for who in everybody] == [[mine], [], [mine], [theirs], [theirs, mine]]
    assert await seen(db, maria, state="done") == [mine]
    assert await seen(db, maria, agent_id=8) == [theirs]
    assert await seen(db, sofia, mine=SOFIA) == [mine]
    assert await seen(db, maria, mine=MARIA) == []
    async with db.write() as session:
        with pytest.raises(NoSuch):
            await reviews.get(session, stefan, mine)


async def test_nobody_reviews_their_own_call(db: Database) -> None:
    recording = await of_call(db, "pbx-1", SOFIA)
    review_id = await asked_for(db, recording)
    assert await seen(db, sofia) == [], "not before it is done"
    async with db.write() as session:
        with pytest.raises(NoSuch):
            await reviews.get(session, sofia, review_id)
    with_two = await of_call(db, "pbx-2", ANNA, SOFIA, talk=30.0)
    other = await asked_for(db, with_two)
    async with db.write() as session:
        review, _ = await reviews.get(session, maria, other)
        review.agent_id = ANNA
        with pytest.raises(OwnCall):
            await reviews.finish(session, review, SOFIA, "I was good")
