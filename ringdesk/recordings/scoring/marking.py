"""From answers to a score. Pure, and exact: points are whole numbers, divided once."""

from collections.abc import Mapping
from dataclasses import dataclass

from ringdesk.recordings.scoring.definition import Definition
from ringdesk.recordings.scoring.material import Given


@dataclass(frozen=True, slots=True)
class Points:
    points: int
    most: int
    """0: it does not apply, cannot be told, or nobody answered yet."""


@dataclass(frozen=True, slots=True)
class Marked:
    total: float | None
    """0 to 100; None: nothing that counts was answered."""
    failed: bool
    """A question that must not be answered with no was: the total is 0."""
    passed: bool | None
    points: Mapping[str, Points]


def counts(machine: Given | None, person: Given | None) -> Given | None:
    """A person's answer counts before the machine's."""
    return machine if person is None else person


def mark(definition: Definition, given: Mapping[str, Given | None]) -> Marked:
    """total = 100 · Σ points / Σ weights over the questions answered with yes (its weight) or no (0)."""
    points: dict[str, Points] = {}
    failed = False
    for section in definition.sections:
        for question in section.questions:
            answer = given.get(question.id)
            points[question.id] = Points(question.weight * (answer == "yes"), question.weight * (answer in ("yes", "no")))
            failed = failed or (question.auto_fail and answer == "no")
    most = sum(point.most for point in points.values())
    total = None if most == 0 else 100 * sum(point.points for point in points.values()) / most
    if failed:
        total = 0.0
    passed = passes(definition.pass_mark, total, failed=failed)
    return Marked(total, failed, passed, points)


def passes(pass_mark: float, total: float | None, *, failed: bool) -> bool | None:
    return None if total is None else not failed and total >= pass_mark
