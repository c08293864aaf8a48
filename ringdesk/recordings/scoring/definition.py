"""What a scorecard is: sections of weighted questions, each answered by the machine according to a rule, or by a person."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Seconds = Annotated[float, Field(ge=0, le=36_000)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
MOST = 200  # questions


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class ByPerson(Part):
    """A reviewer answers."""

    kind: Literal["person"] = "person"


class Says(Part):
    """`who` says one of the phrases; with `never`, the answer is yes when nobody of them does."""

    kind: Literal["says"] = "says"
    who: Literal["agent", "customer"] = "agent"
    phrases: Annotated[list[Phrase], Field(min_length=1, max_length=100)]
    never: bool = False
    within_first: Seconds | None = None
    within_last: Seconds | None = None
    after: Annotated[list[Phrase], Field(max_length=100)] = []
    """Cues of the other speaker: looked for in `after_seconds` behind each; without a cue the question does not apply."""
    after_seconds: Seconds = 10.0


class Measure(Part):
    """A figure of the call lies between `least` and `most`, where given."""

    kind: Literal["talk_share", "longest_silence", "interruptions", "words_per_minute", "hold_time", "wait_time", "politeness"]
    """talk_share: percent of all speech that is the agent's. longest_silence, hold_time, wait_time: seconds. interruptions: how often the
    agent began while the customer spoke. words_per_minute: of the agent while speaking. politeness: polite less rude words per 100."""
    least: float | None = None
    most: float | None = None

    @model_validator(mode="after")
    def _some_bound(self) -> "Measure":
        if self.least is None and self.most is None:
            raise ValueError("give the least, the most, or both")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError("the least is more than the most")
        return self


class WrapUpDone(Part):
    """The agent left a note on the call, said what it was about, or closed the wrap-up before its time was over."""

    kind: Literal["wrap_up"] = "wrap_up"


Rule = Annotated[ByPerson | Says | Measure | WrapUpDone, Field(discriminator="kind")]


class Question(Part):
    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
    """Stays when the wording changes: results are compared by it."""
    text: Name
    weight: Annotated[int, Field(ge=1, le=100)] = 1
    auto_fail: bool = False
    """A no fails the whole call."""
    allow_na: bool = True
    rule: Rule = ByPerson()


class Section(Part):
    title: Name
    questions: Annotated[list[Question], Field(min_length=1, max_length=MOST)]


class Definition(Part):
    name: Name
    queues: Annotated[list[Name], Field(max_length=200)] = []
    """Whose calls it judges; empty: all."""
    directions: Annotated[list[Literal["in", "out", "internal"]], Field(max_length=3)] = []
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[a-z0-9]{2,8})*$")] | None = None
    pass_mark: Annotated[float, Field(ge=0, le=100)] = 70
    least_confidence: Annotated[float, Field(ge=0, le=1)] = 0.6
    """Below it the machine answers "cannot tell"."""
    sections: Annotated[list[Section], Field(min_length=1, max_length=50)]

    @model_validator(mode="after")
    def _questions_differ(self) -> "Definition":
        ids = [question.id for section in self.sections for question in section.questions]
        if len(ids) != len(set(ids)):
            raise ValueError("two questions have the same id")
        if len(ids) > MOST:
            raise ValueError(f"more than {MOST} questions")
        return self
