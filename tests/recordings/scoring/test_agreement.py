"""Cohen's kappa against worked examples that others published, and what holds for any table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringdesk.recordings.scoring.agreement import Pair, agreement, kappa

NAMES = ("yes", "no", "na")


def table(*rows: tuple[int, ...]) -> dict[Pair, int]:
    return {(NAMES[i], NAMES[j]): count for i, row in enumerate(rows) for j, count in enumerate(row) if count}


def test_three_answers_as_fleiss_cohen_and_everitt_have_it() -> None:
    """Their two judges and 200 subjects: p_o = 0.70, p_e = 0.475, κ = 0.429. (Fleiss, Cohen, Everitt: "Large sample standard errors of
    kappa and weighted kappa", Psychological Bulletin 72 (1969), 323-327.)"""
    found = agreement(table((106, 10, 4), (22, 28, 10), (2, 12, 6)))
    assert found.both == 200
    assert found.agreed == pytest.approx(0.70)
    assert found.kappa == pytest.approx(0.429, abs=0.0005)


def test_two_answers_as_easycalculation_has_it() -> None:
    """Two doctors, 20 patients: Pr(a) = 0.7, Pr(e) = 0.62, k = 0.21. (easycalculation.com/statistics/learn-cohens-kappa-index.php)"""
    found = agreement(table((12, 2), (4, 2)))
    assert (found.both, found.agreed) == (20, pytest.approx(0.7))
    assert found.kappa == pytest.approx(0.08 / 0.38)


def test_where_it_is_not_defined() -> None:
    assert agreement({}) == agreement(table())
    assert (agreement({}).agreed, agreement({}).kappa) == (None, None)
    assert (agreement(table((5,))).agreed, agreement(table((5,))).kappa) == (1.0, None)
    assert kappa(table((0, 5))) == 0.0, "the machine always yes, the person always no: no better than chance"


tables = st.lists(st.lists(st.integers(0, 50), min_size=3, max_size=3).map(tuple), min_size=3, max_size=3).map(lambda rows: table(*rows))


@given(tables, st.integers(2, 4))
def test_for_any_table(counts: dict[Pair, int], times: int) -> None:
    found = kappa(counts)
    turned = {(other, one): count for (one, other), count in counts.items()}
    assert kappa(turned) == found, "who is the machine does not matter"
    if found is None:
        assert len(counts) <= 1
        return
    assert -1 <= found <= 1
    assert (found == 1) == all(one == other for one, other in counts)
    assert kappa({pair: count * times for pair, count in counts.items()}) == pytest.approx(found)
