"""Questions answered from a conversation: yes, no, does not apply, cannot tell, each with its evidence."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringdesk.recordings.scoring import answering, marking, shipped
from ringdesk.recordings.scoring.answering import Answered
from ringdesk.recordings.scoring.definition import Question
from ringdesk.recordings.scoring.material import Material, Wait
from ringdesk.recordings.scoring.measuring import Span
from ringdesk.recordings.transcript import Utterance
from tests.recordings.scoring.speaking import agent, card, customer, material, sample, says

GREETING = {"kind": "says", "phrases": ["my name is", "this is"], "within_first": 15}


def answered(rule: dict[str, Any], about: Material, least: float = 0.6, **question: Any) -> Answered:
    found = answering.answer(Question.model_validate({"id": "q", "text": "Q", "rule": rule, **question}), about, least)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("start", "confidence", "expected"), [(2.0, 0.9, "yes"), (14.9, 0.9, "yes"), (15.2, 0.9, "no"), (2.0, 0.4, "cannot_tell")]
)
def test_a_phrase_within_the_first_seconds(start: float, confidence: float, expected: str) -> None:
    found = answered(GREETING, material(agent(start, "my name is Emma", confidence)))
    assert found.given == expected
    assert found.evidence
    if expected == "yes":
        (place,) = found.evidence
        assert (place.start, place.text, place.speaker, place.confidence) == (start, "my name is", "agent", 0.9)


def test_the_first_seconds_count_from_when_the_agent_came_on_the_line() -> None:
    """The recording began with the caller in the queue."""
    said = agent(95.0, "my name is Emma")
    assert answered(GREETING, material(said, duration=200)).given == "no"
    assert answered(GREETING, material(said, duration=200, talk=[Span(90.0, 180.0)])).given == "yes"


def test_the_last_seconds_count_back_from_when_they_went() -> None:
    rule = {"kind": "says", "phrases": ["anything else"], "within_last": 20}
    said = agent(165.0, "is there anything else")
    assert answered(rule, material(said, duration=200)).given == "no"
    found = answered(rule, material(said, duration=200, talk=[Span(90.0, 180.0)]))
    assert found.given == "yes"


@pytest.mark.parametrize(
    ("said", "expected", "places"),
    [
        ([agent(5, "all is well")], "yes", [(0.0, 60.0, "not said here")]),
        ([agent(5, "shut up now")], "no", [(5.0, 5.55, "shut up")]),
        ([agent(5, "shut up now", 0.3), agent(9, "all is well")], "cannot_tell", [(5.0, 5.55, "shut up")]),
        ([agent(5, "all is well", 0.3)], "cannot_tell", [(0.0, 60.0, "heard too badly to tell")]),
        ([customer(5, "shut up now")], "yes", [(0.0, 60.0, "not said here")]),
    ],
)
def test_what_is_never_to_be_said(said: list[Utterance], expected: str, places: list[tuple[float, float, str]]) -> None:
    found = answered({"kind": "says", "never": True, "phrases": ["shut up", "idiot"]}, material(*said))
    assert found.given == expected
    assert [(p.start, p.end, p.text) for p in found.evidence] == places


AFTER = {"kind": "says", "phrases": ["sorry"], "after": ["not working"], "after_seconds": 5}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([customer(1, "it is not working"), agent(4, "i am sorry")], "yes"),
        ([customer(1, "it is not working"), agent(9, "i am sorry")], "no"),
        ([customer(1, "it is not working"), customer(20, "it is not working"), agent(22, "i am sorry")], "yes"),
        ([agent(0.1, "sorry"), customer(1, "it is not working")], "no"),
        ([agent(4, "i am sorry")], "na"),
        ([agent(1, "it is not working"), agent(4, "i am sorry")], "na"),
        ([customer(1, "it is not working", 0.3), agent(4, "i am sorry")], "cannot_tell"),
        ([customer(1, "something mumbled", 0.3), agent(4, "i am sorry")], "cannot_tell"),
    ],
)
def test_an_answer_after_a_cue_of_the_other(said: list[Utterance], expected: str) -> None:
    found = answered(AFTER, material(*said))
    assert found.given == expected
    assert found.evidence
    never = answered({**AFTER, "never": True}, material(*said))
    assert never.given == {"yes": "no", "no": "yes"}.get(expected, expected)


def test_a_question_that_always_applies_is_never_left_out() -> None:
    assert answered(AFTER, material(agent(4, "i am sorry")), allow_na=False).given == "cannot_tell"


def test_what_was_paused_was_not_heard() -> None:
    never = {"kind": "says", "never": True, "phrases": ["shut up"]}
    assert answered(never, material(agent(50, "well"), paused=[Span(5, 45)])).given == "cannot_tell"
    assert answered(never, material(agent(50, "well"), paused=[Span(5, 20)])).given == "yes"


BOUNDS: list[tuple[dict[str, Any], dict[str, Any], str, float | None]] = [
    ({"kind": "hold_time", "most": 60}, {"hold_s": 30.0}, "yes", 30),
    ({"kind": "hold_time", "most": 60}, {"hold_s": 61.0, "holds": [Span(5, 30)]}, "no", 61),
    ({"kind": "hold_time", "most": 60}, {}, "cannot_tell", None),
    ({"kind": "wait_time", "most": 20}, {"waits": [Wait(queue="support", place=Span(0, 0), seconds=21.0)]}, "no", 21),
    ({"kind": "wait_time", "most": 20}, {"waits": []}, "na", None),
    ({"kind": "wait_time", "most": 20}, {}, "cannot_tell", None),
    ({"kind": "wrap_up"}, {"wrap_up": ("yes", "left a note on the call")}, "yes", None),
    ({"kind": "wrap_up"}, {}, "cannot_tell", None),
]


@pytest.mark.parametrize(("rule", "facts", "expected", "measured"), BOUNDS)
def test_facts_of_the_call_need_no_words(rule: dict[str, Any], facts: dict[str, Any], expected: str, measured: float | None) -> None:
    for about in (material(**facts), material(mixed=True, **facts), Material(duration_s=60, utterances=None, **facts)):
        found = answered(rule, about)
        assert (found.given, found.measured) == (expected, measured)
        assert found.evidence


SPEAKER = ["talk_share", "interruptions", "words_per_minute", "politeness"]


@pytest.mark.parametrize("kind", [*SPEAKER, "longest_silence"])
def test_one_channel_tells_nothing_about_who_spoke(kind: str) -> None:
    both = [says("mixed", 1, "hello good morning"), says("mixed", 10, "please help me")]
    found = answered({"kind": kind, "most": 1000}, material(*both, mixed=True))
    assert found.given == ("yes" if kind == "longest_silence" else "cannot_tell")
    assert found.evidence
    assert answered({"kind": "says", "phrases": ["hello"]}, material(*both, mixed=True)).given == "cannot_tell"
    assert answered({"kind": kind, "most": 1000}, Material(duration_s=60, utterances=None)).given == "cannot_tell"


@pytest.mark.parametrize("kind", [*SPEAKER, "longest_silence"])
def test_what_was_heard_too_badly_cannot_be_measured(kind: str) -> None:
    about = material(agent(1, "hello good morning", 0.2), customer(4, "good morning", 0.2))
    found = answered({"kind": kind, "most": 1000}, about)
    assert found.given == "cannot_tell"
    assert found.measured is not None, "the figure is shown all the same"
    assert answered({"kind": kind, "most": 1000}, about, least=0.1).given == "yes"


def test_politeness_needs_a_word_list_for_the_language() -> None:
    assert answered({"kind": "politeness", "least": 1}, material(agent(1, "please"), language="fi")).given == "cannot_tell"
    assert answered({"kind": "politeness", "least": 1}, material(agent(1, "bitte sehr"), language="de")).given == "yes"


def test_holds_are_no_silence_and_neither_is_music_before_the_agent() -> None:
    said = [agent(40, "hello"), customer(45, "hello"), agent(90, "thank you for holding")]
    rule = {"kind": "longest_silence", "most": 10}
    assert answered(rule, material(*said, duration=95, talk=[Span(39, 95)])).measured == pytest.approx(44.75)
    found = answered(rule, material(*said, duration=95, talk=[Span(39, 95)], holds=[Span(46, 89.5)]))
    assert (found.given, found.measured) == ("yes", pytest.approx(4.75))
    assert answered(rule, material(*said, duration=95, holds=[Span(46, 89.5)])).measured == pytest.approx(4.75)


def test_the_shipped_scorecard_on_the_sample_calls() -> None:
    (service,) = shipped.everything()
    expected = {
        "call1_refund": {"closing-question": "no", "empathy": "yes", "farewell": "yes"},
        "call2_angry": {"closing-question": "no", "empathy": "yes", "farewell": "no"},
        "call3_payment": {"closing-question": "yes", "empathy": "na", "farewell": "yes"},
    }
    for name, differ in expected.items():
        seconds, said = sample(name)
        found = answering.answers(service, Material(duration_s=seconds, language="en-us", utterances=said, hold_s=0.0))
        assert {id: found[id].given for id in differ} == differ, name
        assert "solved" not in found, "a person answers that"
        for id, answer in found.items():
            assert answer.given == differ.get(id, "yes"), (name, id)
            assert answer.evidence, (name, id)
            assert all(0 <= p.start <= p.end <= seconds for p in answer.evidence), (name, id)
        assert not marking.mark(service, {id: answer.given for id, answer in found.items()}).failed


utterances = st.lists(
    st.builds(
        says,
        st.sampled_from(["agent", "customer"]),
        st.integers(0, 50).map(float),
        st.lists(st.sampled_from(["sorry", "shut", "up", "hello", "um"]), min_size=1, max_size=6).map(" ".join),
        st.floats(0, 1),
    ),
    max_size=12,
)
rules = st.sampled_from(
    [
        GREETING,
        AFTER,
        {"kind": "says", "never": True, "phrases": ["shut up"], "within_last": 10},
        {"kind": "says", "who": "customer", "phrases": ["hello"], "within_first": 5, "within_last": 5},
        *({"kind": kind, "least": 1, "most": 50} for kind in answering.UNITS),
        {"kind": "wrap_up"},
    ]
)


@given(utterances, rules, st.floats(0, 1), st.booleans(), st.booleans())
def test_every_answer_has_evidence_within_the_recording(
    said: list[Utterance], rule: dict[str, Any], least: float, mixed: bool, allow_na: bool
) -> None:
    found = answered(rule, material(*said, mixed=mixed, duration=50), least, allow_na=allow_na)
    assert found.evidence
    assert all(0 <= place.start <= place.end <= 50 for place in found.evidence)
    assert allow_na or found.given != "na"


@given(utterances, rules, st.floats(0, 1), st.floats(0, 1))
def test_who_asks_for_less_confidence_is_told_as_much(said: list[Utterance], rule: dict[str, Any], one: float, two: float) -> None:
    """Lowering the mark never turns a yes into a no, or a no into a yes."""
    strict, easy = max(one, two), min(one, two)
    before, after = (answered(rule, material(*said, duration=50), least).given for least in (strict, easy))
    if rule.get("kind") == "says":  # a surer or a further place may be found; what was sure stays
        sure = "no" if rule.get("never") else "yes"
        assert before != sure or after == sure
    else:
        assert before in ("cannot_tell", after)


def test_a_definition_without_questions_for_the_machine_asks_nothing() -> None:
    assert answering.answers(card({}), material()) == {}
