"""Measures of scores."""

from collections.abc import Mapping

from ringdesk.statistics.cubes.scores import PARTS
from ringdesk.statistics.measures import Measures, Value, share

SCORE_MEASURES = Measures()
_add = SCORE_MEASURES.add

SCORE_MEASURES.count(
    "scores",
    "Scores",
    "Recordings that a scorecard gave a total, by its newest version that judged them. One without a single answer that counts has none.",
    source="the scorecard",
)


@_add("Score", "points", "points", "scores", better="up")
def score(of: Mapping[str, int]) -> Value:
    """Mean total, 0 to 100: the weights of the questions answered with yes, of those answered with yes or no. What a reviewer answered
    counts before what was found by itself.
    Source: the scorecard."""
    return of["points"] / of["scores"] / PARTS if of["scores"] else None


SCORE_MEASURES.count(
    "failed",
    "Failed outright",
    "Scores that are 0 because a question that must not be answered with no was.",
    better="down",
    source="the scorecard",
)


@_add("Failed outright, share", "share", "failed", "scores", better="down")
def fail_rate(of: Mapping[str, int]) -> Value:
    """Scores that are 0 because a question that must not be answered with no was, of all.
    Source: the scorecard."""
    return share(of["failed"], of["scores"])
