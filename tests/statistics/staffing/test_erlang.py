"""Erlang's formulas against published figures, against the equations they solve, and against their own laws."""

import heapq
import math
from random import Random

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.linalg import solve_banded

from ringdesk.statistics.staffing.erlang import MOST, Goal, Load, Service, TooManyAgents, agents_for, erlang_b, erlang_c, paid_for, service

loads = st.builds(Load, st.floats(0.1, 20_000), st.floats(1, 3000), st.none() | st.floats(0.5, 100_000))
agents = st.integers(1, 3000)
waits = st.floats(0, 600)


@pytest.mark.parametrize(
    ("traffic", "lines", "blocked"),
    [
        (4.46, 10, 0.01),  # tables of Erlang B at 1 % and 2 %, e.g. V. B. Iversen, Teletraffic Engineering Handbook (ITU), table of E(n, A)
        (12.03, 20, 0.01),
        (37.90, 50, 0.01),
        (84.06, 100, 0.01),
        (2.935, 7, 0.02),
        (21.93, 30, 0.02),
        (8.108, 15, 0.01),  # erlang.com, manual of the Erlang B calculator, "How much traffic can a trunk group handle?"
    ],
)
def test_tables_of_erlang_b(traffic: float, lines: int, blocked: float) -> None:
    assert erlang_b(traffic, lines) == pytest.approx(blocked, rel=2e-3)


# B. Cleveland, Call Center Management on Fast Forward, the Erlang C table of the chapter on staff: 250 calls in half an hour, 180 s of
# talk and 30 s after it, 20 s. Agents, ASA, answered in time, occupancy.
CLEVELAND = [(30, 208.7, 0.24, 0.97), (31, 74.7, 0.45, 0.94), (32, 37.6, 0.61, 0.91), (33, 21.3, 0.73, 0.88), (34, 12.7, 0.82, 0.86),
             (35, 7.8, 0.88, 0.83), (36, 4.9, 0.92, 0.81), (37, 3.1, 0.95, 0.79), (38, 1.9, 0.97, 0.77)]  # fmt: skip


@pytest.mark.parametrize(("staff", "asa", "in_time", "occupancy"), CLEVELAND)
def test_clevelands_table_of_erlang_c(staff: int, asa: float, in_time: float, occupancy: float) -> None:
    got = service(Load(500, 210), staff, 20)
    assert got.asa == pytest.approx(asa, abs=0.05)
    assert (round(got.answered_in_time, 2), round(got.occupancy, 2)) == (in_time, occupancy)
    assert agents_for(Load(500, 210), Goal(0.8, 20)) == 34


def test_other_worked_examples_of_erlang_c() -> None:
    # mitan.co.uk, "The Erlang-C formula": 360 calls in half an hour, 4 minutes, 55 agents, 15 s.
    got = service(Load(720, 240), 55, 15)
    assert (round(got.waits, 3), round(got.asa or 0, 1), round(got.answered_in_time, 3)) == (0.239, 8.2, 0.846)
    # The documentation of pyworkforce 0.1.0 and of R's ErlangC: 100 calls in half an hour, 3 minutes, 20 s, at most 85 % busy.
    load, goal = Load(200, 180), Goal(0.8, 20, 0.85)
    got = service(load, agents_for(load, goal), 20)
    assert got.agents == 14
    assert got.answered_in_time == pytest.approx(0.8883500191794669, rel=1e-12)
    assert got.waits == pytest.approx(0.1741319335950498, rel=1e-12)
    assert got.asa == pytest.approx(7.83593701177724, rel=1e-12)
    assert paid_for(14, 0.3) == 20


def test_garnett_mandelbaum_and_reimans_comparison_with_and_without_abandonment() -> None:
    """O. Garnett, A. Mandelbaum, M. Reiman, "Designing a Call Center with Impatient Customers", M&SOM 4(3), 2002, introduction: 48 calls
    a minute of a minute each, 50 agents, patience of two minutes."""
    patient, impatient = service(Load(2880, 60), 50, 58.1), service(Load(2880, 60, 120), 50, 20)
    assert (round(patient.wait or 0, 1), round(patient.occupancy, 2), round(patient.answered_in_time, 2)) == (20.8, 0.96, 0.90)
    assert round(impatient.wait or 0, 1) == 3.7
    assert (round(impatient.abandoned or 0, 3), round(impatient.occupancy, 2)) == (0.031, 0.93)
    assert (round(48 / 60 * (patient.wait or 0)), round(48 / 60 * (impatient.wait or 0))) == (17, 3)  # Little: mean queues


def birth_death(load: Load, staff: int) -> tuple[float, float, float]:
    """Share that waits, share that gives up and mean queue, from the balance equations of M/M/n+M as a linear system."""
    assert load.patience is not None
    rate, leave = load.traffic, load.aht / load.patience
    size = staff + 60 + int(20 * rate / max(leave, 0.05))
    states = np.arange(size)
    down = np.minimum(states, staff) + np.maximum(states - staff, 0) * leave
    # up(i-1) p(i-1) - (up(i) + down(i)) p(i) + down(i+1) p(i+1) = 0, with p(0) = 1 in place of the first.
    up = np.full(size, rate)
    up[-1] = 0
    bands = np.zeros((3, size))
    bands[0, 2:] = down[2:]
    bands[1] = -(up + down)
    bands[2, :-1] = up[:-1]
    bands[1, 0], right = 1.0, np.zeros(size)
    right[0] = 1.0
    p = solve_banded((1, 1), bands, right)
    p /= p.sum()
    queue = float((np.maximum(states - staff, 0) * p).sum())
    return float(p[staff:].sum()), queue * leave / rate, queue


@pytest.mark.parametrize(
    ("load", "staff"),
    [(Load(60, 300, 120), n) for n in (1, 3, 5, 6, 9)]
    + [(Load(2880, 60, 120), n) for n in (40, 50, 60)]
    + [(Load(3000, 240, 90), 200), (Load(30, 600, 5), 4), (Load(30, 600, 4000), 7), (Load(60, 600, 1), 1)],
)
def test_erlang_a_solves_the_balance_equations(load: Load, staff: int) -> None:
    waits, gone, queue = birth_death(load, staff)
    got = service(load, staff, 20)
    assert got.waits == pytest.approx(waits, rel=1e-8)
    assert got.abandoned == pytest.approx(gone, rel=1e-8)
    assert got.wait == pytest.approx(queue * 3600 / load.calls_per_hour, rel=1e-8)
    assert got.occupancy == pytest.approx(load.traffic * (1 - gone) / staff, rel=1e-8)


def simulated(load: Load, staff: int, within: float, callers: int) -> Service:
    """The same centre played out, caller by caller: first come, first served; whoever's patience ends before is gone."""
    rng = Random(1)
    free = [0.0] * staff
    now = in_time = gone = answered = waited = 0.0
    for _ in range(callers):
        now += rng.expovariate(load.calls_per_hour / 3600)
        wait = max(0.0, free[0] - now)
        patience = math.inf if load.patience is None else rng.expovariate(1 / load.patience)
        if wait > patience:
            gone += 1
            continue
        heapq.heapreplace(free, now + wait + rng.expovariate(1 / load.aht))
        answered, waited, in_time = answered + 1, waited + wait, in_time + (wait <= within)
    return Service(staff, in_time / callers, 0, waited / answered, None, 0, gone / callers)


@pytest.mark.parametrize(
    ("load", "staff"), [(Load(500, 210), 35), (Load(500, 210, 120), 29), (Load(500, 210, 40), 20), (Load(20, 240, 60), 2)]
)
def test_a_simulated_centre_does_what_the_formula_says(load: Load, staff: int) -> None:
    got, seen = service(load, staff, 20), simulated(load, staff, 20, 200_000)
    assert got.answered_in_time == pytest.approx(seen.answered_in_time, abs=0.02)
    assert got.asa == pytest.approx(seen.asa, rel=0.1)
    assert got.abandoned is None or got.abandoned == pytest.approx(seen.abandoned, abs=0.01)


@given(load=loads, staff=agents, within=waits)
def test_shares_are_shares_and_nothing_is_lost(load: Load, staff: int, within: float) -> None:
    got = service(load, staff, within)
    for share in (got.answered_in_time, got.waits, got.occupancy, got.abandoned or 0):
        assert 0 <= share <= 1 + 1e-12
    gone = got.abandoned or 0
    assert got.answered_in_time <= 1 - gone + 1e-9
    assert got.answered_in_time >= 1 - got.waits - 1e-9  # whoever does not wait is in time
    if got.wait is not None:
        assert got.occupancy * staff == pytest.approx(load.traffic * (1 - gone), rel=1e-9)  # what is served keeps agents busy


@given(load=loads, staff=agents, within=waits)
def test_one_more_agent_never_makes_it_worse(load: Load, staff: int, within: float) -> None:
    less, more = service(load, staff, within), service(load, staff + 1, within)
    assert more.answered_in_time >= less.answered_in_time - 1e-9
    assert more.waits <= less.waits + 1e-9
    assert more.occupancy <= less.occupancy + 1e-9
    assert (more.abandoned or 0) <= (less.abandoned or 0) + 1e-9
    if less.asa is not None:
        assert more.asa is not None
        assert more.asa <= less.asa * (1 + 1e-9) + 1e-9


@given(load=loads, staff=agents, within=waits, longer=st.floats(1, 60))
def test_a_longer_threshold_never_lowers_the_service_level(load: Load, staff: int, within: float, longer: float) -> None:
    assert service(load, staff, within + longer).answered_in_time >= service(load, staff, within).answered_in_time - 1e-9


@given(calls=st.floats(1, 5000), aht=st.floats(10, 1000), spare=st.floats(1.02, 3), within=waits)
def test_with_endless_patience_erlang_a_is_erlang_c(calls: float, aht: float, spare: float, within: float) -> None:
    staff = math.ceil(Load(calls, aht).traffic * spare)
    endless, patient = service(Load(calls, aht), staff, within), service(Load(calls, aht, 1e12), staff, within)
    assert patient.answered_in_time == pytest.approx(endless.answered_in_time, abs=1e-6)
    assert patient.waits == pytest.approx(endless.waits, abs=1e-6)
    assert patient.asa == pytest.approx(endless.asa, rel=1e-5, abs=1e-9)
    assert patient.abandoned == pytest.approx(0, abs=1e-6)


@given(traffic=st.floats(0.01, 3000), staff=agents)
def test_erlang_c_follows_from_erlang_b(traffic: float, staff: int) -> None:
    assume(traffic < staff)
    blocked, occupancy = erlang_b(traffic, staff), traffic / staff
    assert erlang_c(traffic, staff) == pytest.approx(blocked / (1 - occupancy * (1 - blocked)), rel=1e-9)
    assert erlang_c(traffic, staff) >= blocked


@given(load=loads, target=st.floats(0.05, 0.99), within=waits, busiest=st.floats(0.5, 1))
@settings(deadline=None)
def test_as_many_agents_as_it_takes_and_no_more(load: Load, target: float, within: float, busiest: float) -> None:
    goal = Goal(target, within, busiest)
    try:
        staff = agents_for(load, goal)
    except TooManyAgents:
        assert load.traffic / busiest > MOST * 0.8
        return
    got, less = service(load, staff, within), service(load, staff - 1, within)
    assert got.answered_in_time >= target
    assert got.occupancy <= busiest
    assert less.answered_in_time < target or less.occupancy > busiest


def test_no_callers_take_nobody_and_too_many_are_refused() -> None:
    assert agents_for(Load(0, 300), Goal(0.8, 20)) == 0
    assert service(Load(0, 300, 60), 0, 20) == Service(0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    assert service(Load(60, 300, 60), 0, 20).abandoned == 1
    with pytest.raises(TooManyAgents):
        agents_for(Load(1_000_000, 36_000), Goal(0.8, 20))
