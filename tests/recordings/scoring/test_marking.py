"""The total: what holds for every scorecard and every set of answers."""

import random
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from ringdesk.recordings.scoring import marking
from ringdesk.recordings.scoring.definition import Definition
from ringdesk.recordings.scoring.material import Given
from tests.recordings.scoring.speaking import card

Answers = dict[str, Given | None]
GIVEN: list[Given | None] = ["yes", "no", "na", "cannot_tell", None]


@st.composite
def judged(draw: st.DrawFn, auto_fail: bool = True) -> tuple[Definition, Answers]:
    count = draw(st.integers(1, 12))
    questions = [
        {"weight": draw(st.integers(1, 100)), "auto_fail": draw(st.booleans()) if auto_fail else False, "rule": {"kind": "person"}}
        for _ in range(count)
    ]
    return card(*questions), {f"q{i}": draw(st.sampled_from(GIVEN)) for i in range(1, count + 1)}


@given(judged())
def test_a_total_is_the_points_of_what_counts(found: tuple[Definition, Answers]) -> None:
    definition, answers = found
    marked = marking.mark(definition, answers)
    questions = {q.id: q for section in definition.sections for q in section.questions}
    most = sum(questions[id].weight for id, given_ in answers.items() if given_ in ("yes", "no"))
    points = sum(questions[id].weight for id, given_ in answers.items() if given_ == "yes")
    failed = any(questions[id].auto_fail and given_ == "no" for id, given_ in answers.items())
    assert marked.failed == failed
    if most == 0:
        assert marked.total is None
    else:
        assert marked.total == (0 if failed else float(Fraction(100 * points, most)))
        assert 0 <= marked.total <= 100
    assert marked.passed is (None if marked.total is None else not failed and marked.total >= 70)
    assert all(0 <= p.points <= p.most <= questions[id].weight for id, p in marked.points.items())


@given(judged(), st.data())
def test_a_yes_for_a_no_never_lowers_the_total(found: tuple[Definition, Answers], data: st.DataObject) -> None:
    definition, answers = found
    noes = [id for id, given_ in answers.items() if given_ == "no"]
    if not noes:
        return
    before = marking.mark(definition, answers).total
    after = marking.mark(definition, {**answers, data.draw(st.sampled_from(noes)): "yes"}).total
    assert before is not None
    assert after is not None
    assert after >= before


@given(judged(), st.sampled_from(["na", "cannot_tell", None]))
def test_what_does_not_count_changes_nothing(found: tuple[Definition, Answers], empty: Given | None) -> None:
    definition, answers = found
    without = {id: given_ for id, given_ in answers.items() if given_ in ("yes", "no")}
    filled = {id: given_ if given_ in ("yes", "no") else empty for id, given_ in answers.items()}
    assert marking.mark(definition, filled).total == marking.mark(definition, without).total


@given(judged(auto_fail=False), st.integers(2, 5))
def test_only_the_proportion_of_weights_matters(found: tuple[Definition, Answers], times: int) -> None:
    definition, answers = found
    heavy = definition.model_copy(deep=True)
    for question in heavy.sections[0].questions:
        question.weight *= times
    assert marking.mark(heavy, answers).total == marking.mark(definition, answers).total


@given(judged(), st.randoms(use_true_random=False), st.integers(1, 4))
def test_the_order_of_sections_and_questions_changes_nothing(found: tuple[Definition, Answers], chance: random.Random, count: int) -> None:
    definition, answers = found
    questions = [q.model_dump() for q in definition.sections[0].questions]
    chance.shuffle(questions)
    sections = [{"title": f"S{i}", "questions": part} for i in range(count) if (part := questions[i::count])]
    other = Definition.model_validate({"name": "Card", "sections": sections})
    one, two = marking.mark(definition, answers), marking.mark(other, answers)
    assert (one.total, one.failed, one.passed) == (two.total, two.failed, two.passed)


def test_a_persons_answer_counts_before_the_machines() -> None:
    assert marking.counts("no", "yes") == "yes"
    assert marking.counts("no", None) == "no"
    assert marking.counts("cannot_tell", "na") == "na"
    assert marking.counts(None, None) is None
