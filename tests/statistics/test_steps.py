"""Histograms: the database and Python agree on a step; percentiles are those of the books, and near those of the values themselves."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import BigInteger, literal, select, union_all

from ringdesk.statistics.spread_measures import SPREAD_MEASURES, names
from ringdesk.statistics.steps import BORDERS, STEPS, percentile, step_at
from ringdesk.storage.engine import Database
from ringdesk.storage.quarters import MICROS


def step_of(seconds: float) -> int:
    return max(step for step, border in enumerate(BORDERS[:-1]) if border <= seconds)


def test_borders_grow_slowly() -> None:
    assert len(set(BORDERS)) == STEPS + 1 == len(BORDERS)
    assert all(after - before <= max(1, before / 4) for before, after in pairwise(BORDERS))


async def test_the_database_finds_the_step_of_any_length(db: Database) -> None:
    lengths = [us for border in BORDERS for us in (border * MICROS - 1, border * MICROS, border * MICROS + 1) if us >= 0] + [10**15]
    rows = union_all(*(select(literal(us, BigInteger).label("us"), literal(i).label("i")) for i, us in enumerate(lengths))).subquery()
    async with db.read() as session:
        found = (await session.scalars(select(step_at(rows.c.us)).order_by(rows.c.i))).all()
    assert list(found) == [step_of(us / MICROS) for us in lengths]


def test_the_median_of_a_published_example() -> None:
    """Spiegel, Schaum's Outline of Statistics, ch. 3: weekly wages of 65 employees of the P&R company; the median is $79.06."""
    wages = dict(enumerate((8, 10, 16, 14, 10, 5, 2)))
    borders = [49.995 + 10 * i for i in range(8)]
    assert percentile(wages, 0.5, borders) == pytest.approx(79.06, abs=0.005)


@given(st.lists(st.floats(min_value=0, max_value=80_000), min_size=1), st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99]))
def test_a_percentile_is_within_a_step_of_the_value_it_stands_for(values: list[float], share: float) -> None:
    counts: dict[int, int] = {}
    for value in values:
        counts[step_of(value)] = counts.get(step_of(value), 0) + 1
    rank = next(i for i in range(1, len(values) + 1) if i >= share * len(values))
    step = step_of(sorted(values)[rank - 1])
    told = percentile(counts, share)
    assert told is not None
    assert BORDERS[step] <= told <= BORDERS[step + 1]


def test_nothing_has_no_percentile() -> None:
    assert percentile({}, 0.5) is None
    assert SPREAD_MEASURES["talk_p90_s"].value(dict.fromkeys(names("talk").values(), 0)) is None
