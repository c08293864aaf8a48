"""A scorecard's questions answered from what was said and what is known of the call. Pure.

"cannot tell" wherever somebody would have to guess: words heard too badly, both speakers in one channel where it matters who spoke,
facts that are missing. Every answer names its evidence.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from ringdesk.recordings.scoring import measuring
from ringdesk.recordings.scoring.definition import ByPerson, Definition, Measure, Question, Says, WrapUpDone
from ringdesk.recordings.scoring.heard import Heard, Stream, find, mean_confidence
from ringdesk.recordings.scoring.material import Given, Material
from ringdesk.recordings.scoring.measuring import BREATH, Span
from ringdesk.recordings.transcript import Speaker

MOST_PLACES = 30  # of evidence for one answer: nobody listens to more, and rows stay small
HALF = 0.5  # of what was searched; where more of it was paused, "it was not said" says nothing

ONE_CHANNEL = "both speakers are in one channel"
NO_WORDS = "there is no transcript"


@dataclass(frozen=True, slots=True)
class Answered:
    given: Given
    evidence: Sequence[Heard] = field(default=())
    measured: float | None = None


def answers(definition: Definition, material: Material) -> dict[str, Answered]:
    """What the machine answers, by question; those for a person are not among them."""
    found: dict[str, Answered] = {}
    for section in definition.sections:
        for question in section.questions:
            if (answered := answer(question, material, definition.least_confidence)) is not None:
                found[question.id] = answered
    return found


def answer(question: Question, material: Material, least_confidence: float) -> Answered | None:
    """None: for a person to answer. Where a question always applies, what would be "not applicable" is "cannot tell"."""
    rule = question.rule
    match rule:
        case ByPerson():
            return None
        case Says():
            found = _says(rule, material, least_confidence)
        case Measure():
            found = _measure(rule, material, least_confidence)
        case WrapUpDone():
            given, text = material.wrap_up
            found = Answered(given, [_place(Span(material.ends, material.ends), text)])
    if found.given == "na" and not question.allow_na:
        found = replace(found, given="cannot_tell")
    return replace(found, evidence=[_bounded(place, material) for place in found.evidence[:MOST_PLACES]])


# Says ---------------------------------------------------------------------------------------------------------------------------


def _says(rule: Says, material: Material, least: float) -> Answered:
    if (unknown := _who_spoke(material)) is not None:
        return unknown
    said, other = (material.agent, material.customer) if rule.who == "agent" else (material.customer, material.agent)
    base = _window(rule, material)
    searched, cues = [base], []
    if rule.after:
        cues = find(other, rule.after, material.fillers)
        sure = [cue for cue in cues if _sure(cue, least)]
        if not sure:
            return _no_cue(cues, other, material, least)
        behind = [Span(cue.end - BREATH, cue.end + rule.after_seconds) for cue in sure]  # people answer before the last sound is out
        searched, cues = _both(behind, base), sure
    places = [p for p in find(said, rule.phrases, material.fillers) if any(w.start <= p.start <= w.end for w in searched)]
    if sure_places := [place for place in places if _sure(place, least)]:
        return Answered("no" if rule.never else "yes", _in_order([*cues, *sure_places]))
    if places:
        return Answered("cannot_tell", _in_order([*cues, *places]))
    return _not_said(rule, material, least, said, searched, cues)


def _not_said(rule: Says, material: Material, least: float, said: Stream, searched: Sequence[Span], cues: Sequence[Heard]) -> Answered:
    tokens = [token for window in searched for token in said.within(window.start, window.end)]
    confidence = mean_confidence(tokens)
    given: Given = "yes" if rule.never else "no"
    text = "not said here"
    if confidence is not None and confidence < least:
        given, text = "cannot_tell", "heard too badly to tell"
    elif measuring.common(searched, material.paused) > HALF * sum(span.length for span in searched):
        given, text = "cannot_tell", "the recording was paused here"
    spans = searched or [Span(material.ends, material.ends)]
    return Answered(given, [*cues, *(_place(span, text, rule.who, confidence) for span in spans)])


def _no_cue(cues: Sequence[Heard], other: Stream, material: Material, least: float) -> Answered:
    if cues:
        return Answered("cannot_tell", cues)
    confidence = mean_confidence(other.tokens)
    if confidence is not None and confidence < least:
        return Answered("cannot_tell", [_place(material.whole, "heard too badly to tell", other.speaker, confidence)])
    return Answered("na", [_place(material.whole, "the cue was not said", other.speaker, confidence)])


def _window(rule: Says, material: Material) -> Span:
    """Where the phrase must begin. The first seconds count from when the agent came on the line, the last to when they went."""
    start, end = 0.0, max(material.duration_s, material.ends)
    if rule.within_first is not None:
        end = min(end, material.begins + rule.within_first)
    if rule.within_last is not None:
        start = max(start, material.ends - rule.within_last)
    return Span(start, end)


def _both(spans: Sequence[Span], base: Span) -> list[Span]:
    cut = (Span(max(span.start, base.start), min(span.end, base.end)) for span in spans)
    return measuring.union(span for span in cut if span.length > 0)


# Measure ------------------------------------------------------------------------------------------------------------------------


def _measure(rule: Measure, material: Material, least: float) -> Answered:
    value, evidence, given = _FIGURES[rule.kind](material)
    if given is None and value is None:
        given = "cannot_tell"
    if given is None and rule.kind in _FROM_WORDS and _heard_badly(rule, material, least):
        given = "cannot_tell"
    if given is None and value is not None:
        given = "yes" if (rule.least is None or value >= rule.least) and (rule.most is None or value <= rule.most) else "no"
    return Answered(given or "cannot_tell", evidence, None if value is None else round(value, 4))


Figure = tuple[float | None, Sequence[Heard], Given | None]
"""The figure, the places it comes from, and an answer where the figure gives none."""


def _talk_share(material: Material) -> Figure:
    if (unknown := _who_spoke(material)) is not None:
        return None, unknown.evidence, "cannot_tell"
    share = measuring.talk_share(material.agent, material.customer)
    if share is None:
        return None, [_place(material.whole, "nobody spoke")], "na"
    longest = max(measuring.stretches(material.agent), key=lambda s: s.span.length, default=None)
    span = material.whole if longest is None else longest.span
    return share, [_place(span, "the agent's longest stretch" if longest else "the agent did not speak", "agent")], None


def _longest_silence(material: Material) -> Figure:
    if material.utterances is None:
        return None, [_place(material.whole, NO_WORDS)], "cannot_tell"
    tokens = [token for said in material.anybody for token in said.tokens]
    if not tokens and not material.talk:
        return None, [_place(material.whole, "nobody spoke")], "cannot_tell"
    # Where it is not known when the agent was on the line, ringing and music before the first word are no silence between people.
    within = material.talk or [Span(min(t.start for t in tokens), max(t.end for t in tokens))]
    longest = measuring.longest_silence(material.anybody, within, [*material.holds, *material.paused, *material.masked])
    if longest is None:
        return 0.0, [_place(material.whole, "never silent")], None
    return longest.length, [_place(longest, "nobody speaks")], None


def _interruptions(material: Material) -> Figure:
    if (unknown := _who_spoke(material)) is not None:
        return None, unknown.evidence, "cannot_tell"
    found = measuring.interruptions(material.agent, material.customer)
    return float(len(found)), found or [_place(material.whole, "no interruption", "agent")], None


def _words_per_minute(material: Material) -> Figure:
    if (unknown := _who_spoke(material)) is not None:
        return None, unknown.evidence, "cannot_tell"
    rate = measuring.words_per_minute(material.agent)
    if rate is None:
        return None, [_place(material.whole, "the agent did not speak", "agent")], "na"
    longest = max(measuring.stretches(material.agent), key=lambda s: s.span.length)
    return rate, [_place(longest.span, longest.text, "agent")], None


def _hold_time(material: Material) -> Figure:
    if material.hold_s is None:
        return None, [_place(material.whole, "the PBX did not tell")], "cannot_tell"
    places = [_place(span, "on hold") for span in material.holds]
    nowhere = "never on hold" if material.hold_s <= 0 else "on hold outside of this recording"
    return material.hold_s, places or [_place(material.whole, nowhere)], None


def _wait_time(material: Material) -> Figure:
    if material.waits is None:
        return None, [_place(material.whole, "the PBX did not tell")], "cannot_tell"
    if not material.waits:
        return None, [_place(Span(0.0, 0.0), "came through no queue")], "na"
    places = [_place(wait.place, f"waited {wait.seconds:.0f} s in {wait.queue}") for wait in material.waits]
    return sum(wait.seconds for wait in material.waits), places, None


def _politeness(material: Material) -> Figure:
    if (unknown := _who_spoke(material)) is not None:
        return None, unknown.evidence, "cannot_tell"
    if material.words is None:
        return None, [_place(material.whole, "there is no word list for this language", "agent")], "cannot_tell"
    found = measuring.politeness(material.agent, material.words)
    if found is None:
        return None, [_place(material.whole, "the agent did not speak", "agent")], "na"
    return found[0], found[1] or [_place(material.whole, "neither polite nor rude words", "agent")], None


_FIGURES: dict[str, Callable[[Material], Figure]] = {
    "talk_share": _talk_share,
    "longest_silence": _longest_silence,
    "interruptions": _interruptions,
    "words_per_minute": _words_per_minute,
    "hold_time": _hold_time,
    "wait_time": _wait_time,
    "politeness": _politeness,
}
_FROM_WORDS = frozenset(_FIGURES) - {"hold_time", "wait_time"}
UNITS = {
    "talk_share": "%",
    "longest_silence": "s",
    "interruptions": "times",
    "words_per_minute": "words/min",
    "hold_time": "s",
    "wait_time": "s",
    "politeness": "per 100 words",
}


# Both ---------------------------------------------------------------------------------------------------------------------------


def _who_spoke(material: Material) -> Answered | None:
    """None: it is known who said what."""
    if material.utterances is None:
        return Answered("cannot_tell", [_place(material.whole, NO_WORDS)])
    if material.mixed:
        return Answered("cannot_tell", [_place(material.whole, ONE_CHANNEL, "mixed")])
    return None


def _heard_badly(rule: Measure, material: Material, least: float) -> bool:
    of_agent = rule.kind in ("words_per_minute", "politeness")
    tokens = [token for said in ([material.agent] if of_agent else material.anybody) for token in said.tokens]
    confidence = mean_confidence(tokens)
    return confidence is not None and confidence < least


def _sure(heard: Heard, least: float) -> bool:
    return heard.confidence is None or heard.confidence >= least


def _place(span: Span, text: str, speaker: Speaker | None = None, confidence: float | None = None) -> Heard:
    return Heard(
        start=span.start,
        end=max(span.start, span.end),
        text=text,
        speaker=speaker,
        confidence=None if confidence is None else round(confidence, 4),
    )


def _bounded(place: Heard, material: Material) -> Heard:
    """Times that a player can go to."""
    most = max(material.duration_s, 0.0)
    return replace(place, start=round(min(max(place.start, 0.0), most), 3), end=round(min(max(place.end, 0.0), most), 3))


def _in_order(places: Iterable[Heard]) -> list[Heard]:
    return sorted(places, key=lambda place: (place.start, place.end))
