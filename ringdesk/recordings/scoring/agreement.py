"""How far people and the machine agree, where both answered the same question of the same recording.

There is one answer of a person per question, the last: reviewers are compared with the machine, not with each other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ringdesk.recordings.access import RecordingScope
from ringdesk.recordings.models import Answer, Recording, Score

JUDGED = ("yes", "no", "na")  # "cannot tell" is no judgement
Pair = tuple[str, str]
"""What the machine and what the person answered."""


@dataclass(frozen=True, slots=True)
class Agreement:
    both: int
    agreed: float | None
    """0 to 1; None without a pair."""
    kappa: float | None
    """None where it is not defined."""


@dataclass(slots=True)
class Compared:
    questions: dict[tuple[int, str], dict[Pair, int]] = field(default_factory=dict)
    """By scorecard and question."""
    reviewers: dict[int, dict[Pair, int]] = field(default_factory=dict)
    overall: dict[Pair, int] = field(default_factory=dict)


def agreement(counts: Mapping[Pair, int]) -> Agreement:
    both = sum(counts.values())
    if both == 0:
        return Agreement(0, None, None)
    alike = sum(count for (machine, person), count in counts.items() if machine == person)
    return Agreement(both, alike / both, kappa(counts))


def kappa(counts: Mapping[Pair, int]) -> float | None:
    """Cohen's κ = (p_o − p_e) / (1 − p_e): p_o the share of pairs that agree, p_e = Σ p(machine says c) · p(person says c) what two who
    answer by chance, each as often as they do, would agree on. (J. Cohen, "A coefficient of agreement for nominal scales", Educational
    and Psychological Measurement 20 (1960), 37–46.) None where p_e is 1, both always give the same one answer, or nothing is counted.

    Reckoned in whole numbers until the last division, so that 1 is exactly 1."""
    total = sum(counts.values())
    alike = sum(count for (one, other), count in counts.items() if one == other)
    ones: dict[str, int] = {}
    others: dict[str, int] = {}
    for (one, other), count in counts.items():
        ones[one] = ones.get(one, 0) + count
        others[other] = others.get(other, 0) + count
    by_chance = sum(count * others.get(answer, 0) for answer, count in ones.items())
    if by_chance == total * total:
        return None
    return (alike * total - by_chance) / (total * total - by_chance)


async def compare(session: AsyncSession, scope: RecordingScope, scorecard_id: int | None = None) -> Compared:
    """Of each recording's newest score by each scorecard: answers that were carried over to a new version count once."""
    newer = aliased(Score)
    superseded = (
        select(newer.id)
        .where(newer.recording_id == Score.recording_id, newer.scorecard_id == Score.scorecard_id, newer.version > Score.version)
        .exists()
    )
    query = (
        select(Score.scorecard_id, Answer.question_id, Answer.user_id, Answer.machine, Answer.person, func.count())
        .select_from(Answer)
        .join(Score, Score.id == Answer.score_id)
        .join(Recording, Recording.id == Score.recording_id)
        .where(Answer.person.is_not(None), Answer.person.in_(JUDGED), Answer.machine.in_(JUDGED), ~superseded, scope.condition())
        .group_by(Score.scorecard_id, Answer.question_id, Answer.user_id, Answer.machine, Answer.person)
    )
    if scorecard_id is not None:
        query = query.where(Score.scorecard_id == scorecard_id)
    return _gather((row[0], row[1], row[2], (str(row[3]), str(row[4])), row[5]) for row in await session.execute(query))


def _gather(rows: Iterable[tuple[int, str, int | None, Pair, int]]) -> Compared:
    found = Compared()
    for scorecard_id, question_id, user_id, pair, count in rows:
        tables = [found.questions.setdefault((scorecard_id, question_id), {}), found.overall]
        if user_id is not None:
            tables.append(found.reviewers.setdefault(user_id, {}))
        for table in tables:
            table[pair] = table.get(pair, 0) + count
    return found
