"""Erlang B, Erlang C and Erlang A: what so many agents do with so many callers. Pure functions; times are in seconds.

Sources. Erlang B and C: N. Gans, G. Koole, A. Mandelbaum, "Telephone Call Centers: Tutorial, Review, and Research Prospects",
Manufacturing & Service Operations Management 5(2), 2003, section 4. Erlang A (M/M/n+M, Palm's model): A. Mandelbaum, S. Zeltyn, "The
Palm/Erlang-A Queue, with Applications to Call Centers", 2005; its measures by the virtual wait as in S. Zeltyn, A. Mandelbaum, "Call
centers with impatient customers: many-server asymptotics of the M/M/n+G queue", Queueing Systems 51, 2005.

Nothing here overflows: no factorial and no power is ever formed, so thousands of agents are calculated as exactly as ten."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ringdesk.config.errors import Invalid

MOST = 10_000  # agents; beyond it nobody staffs one queue
FAINT = 46.0  # e**-46 = 1e-20: what lies further down adds nothing to a sum of ordinary numbers
ENDLESS = 1e12  # conversations: who waits longer, or shorter than the time of one by it, waits for ever or not at all
PANELS, HALVINGS, POINTS = 8, 20, 20  # of a Gauss-Legendre quadrature


class TooManyAgents(Invalid):
    key = "too_many_agents"
    text = "This would take more than {most} agents: it is not one queue any more"


@dataclass(frozen=True, slots=True)
class Load:
    """Callers of one interval. `patience` is how long they would wait on average before giving up; None: for ever (Erlang C)."""

    calls_per_hour: float
    aht: float
    patience: float | None = None

    @property
    def traffic(self) -> float:
        """Erlangs: how many agents would be busy if nobody had to wait."""
        return self.calls_per_hour * self.aht / 3600


@dataclass(frozen=True, slots=True)
class Service:
    """What callers and agents get in the long run."""

    agents: int
    answered_in_time: float
    """Share of all callers that is answered within the threshold."""
    waits: float
    """Share of all callers that is not answered at once."""
    asa: float | None
    """Mean wait of those answered; None: it grows without end."""
    wait: float | None
    """Mean wait of all callers, however it ends."""
    occupancy: float
    """Share of their time in which agents are busy."""
    abandoned: float | None
    """Share of all callers that gives up; Erlang C knows none."""


def erlang_b(traffic: float, agents: int) -> float:
    """Share of callers that find all agents busy where nobody waits: B(0) = 1, B(n) = a B(n-1) / (n + a B(n-1))."""
    blocked = 1.0
    for n in range(1, agents + 1):
        blocked = traffic * blocked / (n + traffic * blocked)
    return blocked


def erlang_c(traffic: float, agents: int) -> float:
    """Share of callers that must wait where nobody gives up; 1 where the traffic is too much for so many agents."""
    if traffic >= agents:
        return 1.0
    blocked = erlang_b(traffic, agents)
    return agents * blocked / (agents - traffic * (1 - blocked))


def service(load: Load, agents: int, within: float) -> Service:
    """What `agents` do with this load; `within`: the threshold of the service level."""
    if load.traffic == 0:
        return Service(agents, 1.0, 0.0, 0.0, 0.0, 0.0, None if load.patience is None else 0.0)
    if load.patience is None:
        return _endless(load, agents, within)
    if agents == 0:  # everybody waits until they give up
        return Service(0, 0.0, 1.0, None, load.patience, 1.0, 1.0)
    return _impatient(load, load.patience, agents, within)


def _endless(load: Load, agents: int, within: float) -> Service:
    """Erlang C: a caller who waits does so for an exponential time of rate (n - a) / AHT."""
    spare = agents - load.traffic
    if spare <= 0:
        return Service(agents, 0.0, 1.0, None, None, 1.0, None)
    waits = erlang_c(load.traffic, agents)
    mean = waits * load.aht / spare
    in_time = 1 - waits * math.exp(-spare * within / load.aht)
    return Service(agents, in_time, waits, mean, mean, load.traffic / agents, None)


def _impatient(load: Load, patience: float, agents: int, within: float) -> Service:
    """Erlang A. The wait V that a caller of endless patience would meet is 0 or has the density

        f(v) = λ exp(h(v)) / (ε + λ ∫ exp(h)),   h(v) = λ (1 - exp(-θv)) / θ - nμv,   ε = 1 / B(n-1),

    and a caller who meets v is still there with probability exp(-θv). h is concave, so exp(h) has one peak; everything is divided by
    its height, and integrated where it is not faint beside it. Unit of time: a mean conversation, μ = 1."""
    rate, leave = load.traffic, min(max(load.aht / patience, 1 / ENDLESS), ENDLESS)  # λ and θ
    begin, peak, end = _where(rate, leave, agents)
    height = _h(rate, leave, agents, peak)
    blocked = erlang_b(rate, agents - 1)

    def over(low: float, high: float) -> tuple[float, float, float, float]:
        """∫ of the density, of the served's, of the served's wait, and of those who give up, all times (ε + λJ) exp(-height) / λ."""
        if high <= low:
            return 0.0, 0.0, 0.0, 0.0
        v, weights = _nodes(low, high)
        density = np.exp(rate * -np.expm1(-leave * v) / leave - agents * v - height) * weights
        stays = np.exp(-leave * v)
        return (
            float(density.sum()),
            float((density * stays).sum()),
            float((density * stays * v).sum()),
            float((density * -np.expm1(-leave * v)).sum()),
        )

    limit = min(max(within / load.aht, begin), end)
    soon, late = over(begin, limit), over(limit, end)
    # ε exp(-height) + λJ exp(-height), multiplied by B(n-1), which may be too small to divide by.
    lift = math.exp(-height)
    whole = lift + rate * blocked * (soon[0] + late[0])
    scale = rate * blocked / whole
    gone = scale * (soon[3] + late[3])
    served = 1 - gone
    answered_in_time = lift / whole + scale * soon[1]
    asa = scale * (soon[2] + late[2]) * load.aht / served if served > 0 else None
    return Service(
        agents,
        min(answered_in_time, 1.0),
        scale * (soon[0] + late[0]),
        asa,
        gone * patience,  # P(Ab) = θ E(W): Mandelbaum and Zeltyn, section 4.6
        min(rate * served / agents, 1.0),
        gone,
    )


def _h(rate: float, leave: float, agents: int, v: float) -> float:
    return rate * -math.expm1(-leave * v) / leave - agents * v


def _where(rate: float, leave: float, agents: int) -> tuple[float, float, float]:
    """Begin, peak and end of where exp(h) is not faint beside its peak."""
    peak = math.log(rate / agents) / leave if rate > agents else 0.0
    floor = _h(rate, leave, agents, peak) - FAINT
    step = 1.0 / agents
    while _h(rate, leave, agents, peak + step) > floor:
        step *= 2
    end = _cross(rate, leave, agents, floor, peak, peak + step)
    begin = _cross(rate, leave, agents, floor, peak, 0.0) if _h(rate, leave, agents, 0.0) < floor else 0.0
    return begin, peak, end


def _cross(rate: float, leave: float, agents: int, floor: float, above: float, below: float) -> float:
    """Where h, above `floor` at one place and below it at the other, passes it; a quadrature's end need not be exact."""
    for _ in range(30):
        middle = (above + below) / 2
        above, below = (middle, below) if _h(rate, leave, agents, middle) > floor else (above, middle)
    return below


@lru_cache(maxsize=1)
def _unit() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Nodes and weights of the whole quadrature on [0, 1]: even panels for one peak, the first of them halved again and again towards 0
    for those who lose patience much sooner than an agent gets free."""
    x, weights = np.polynomial.legendre.leggauss(POINTS)
    edges = np.unique(np.concatenate(([0.0], 0.5 ** np.arange(HALVINGS, 0, -1) / PANELS, np.arange(1, PANELS + 1) / PANELS)))
    low, width = edges[:-1, None], np.diff(edges)[:, None]
    return (low + width * (x + 1) / 2).ravel(), (width * weights / 2).ravel()


def _nodes(low: float, high: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, weights = _unit()
    return low + (high - low) * x, (high - low) * weights


@dataclass(frozen=True, slots=True)
class Goal:
    """Share `target` of callers answered `within` seconds, and no agent busier than `max_occupancy`."""

    target: float
    within: float
    max_occupancy: float = 1.0


def agents_for(load: Load, goal: Goal) -> int:
    """The fewest agents who reach the goal. Raises `TooManyAgents`.

    More agents never answer fewer callers in time and are never busier, so it is found by halving."""
    if load.traffic == 0:
        return 0
    if load.traffic > MOST:
        raise TooManyAgents(most=MOST)

    def enough(agents: int) -> bool:
        got = service(load, agents, goal.within)
        return got.answered_in_time >= goal.target and got.occupancy <= goal.max_occupancy

    low, high = 0, max(1, math.ceil(load.traffic))
    while not enough(high):
        if high == MOST:
            raise TooManyAgents(most=MOST)
        low, high = high, min(MOST, high + max(1, math.ceil(math.sqrt(high))))
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def paid_for(agents: int, shrinkage: float) -> int:
    """How many must be on the payroll at that time so that `agents` are at their places: Cleveland, Call Center Management on Fast
    Forward, on rostered staff factors."""
    return math.ceil(round(agents / (1 - shrinkage), 9))
