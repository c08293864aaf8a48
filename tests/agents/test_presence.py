"""Presence as a pure machine: any order of what can happen gives intervals without holes, overlaps or negative lengths."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ringdesk.agents.presence import SWITCH, AgentState, Shown, State

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
WRAP_UP = timedelta(seconds=30)


def at(second: float) -> datetime:
    return NOON + timedelta(seconds=second)


@dataclass
class Day:
    """One agent's day, and what everybody was shown."""

    agent: AgentState = field(default_factory=lambda: AgentState.begin(State.AVAILABLE, None, NOON))
    shown: list[Shown] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shown.append(self.agent.shown)

    def then(self, changed: bool) -> "Day":
        assert changed == (self.agent.shown is not self.shown[-1])
        if changed:
            self.shown.append(self.agent.shown)
        return self

    @property
    def states(self) -> list[State]:
        return [shown.state for shown in self.shown]


def test_a_call_from_the_ringing_to_the_end_of_its_paperwork() -> None:
    day, agent = Day(), AgentState.begin(State.AVAILABLE, None, NOON)
    day.agent, day.shown = agent, [agent.shown]
    day.then(agent.rang("o1", "c1", at(1)))
    day.then(agent.picked_up("ch1", "c1", at(4)))
    day.then(agent.stopped_ringing("o1", at(4)))
    day.then(agent.conversation_ended("c1", WRAP_UP, at(60)))
    day.then(agent.put_down("ch1", at(61)))
    assert agent.shown == Shown(State.WRAP_UP, None, at(61), "c1", at(90))
    assert not agent.wants_calls
    assert not agent.due(at(89.9))
    assert agent.due(at(90))
    day.then(agent.wrapped_up(at(90)))
    assert day.states == [State.AVAILABLE, State.RINGING, State.TALKING, State.WRAP_UP, State.AVAILABLE]
    assert [shown.since for shown in day.shown] == [at(0), at(1), at(4), at(61), at(90)]


def test_the_next_call_is_more_urgent_than_the_paperwork() -> None:
    agent = AgentState.begin(State.AVAILABLE, None, NOON)
    agent.conversation_ended("c1", WRAP_UP, at(1))
    agent.rang("o2", "c2", at(5))
    assert agent.shown.state is State.RINGING
    agent.stopped_ringing("o2", at(6))
    assert agent.shown.state is State.WRAP_UP, "a missed ring does not end it"
    agent.picked_up("ch2", "c2", at(7))
    agent.put_down("ch2", at(8))
    assert agent.shown.state is State.AVAILABLE


def test_without_wrap_up_the_agent_is_free_at_once() -> None:
    agent = AgentState.begin(State.AVAILABLE, None, NOON)
    agent.picked_up("ch1", "c1", at(1))
    agent.conversation_ended("c1", timedelta(0), at(2))
    agent.put_down("ch1", at(2))
    assert (agent.shown.state, agent.wants_calls) == (State.AVAILABLE, True)


def test_the_switch_is_covered_by_a_call_and_shows_after_it() -> None:
    agent = AgentState.begin(State.AVAILABLE, None, NOON)
    agent.picked_up("ch1", "c1", at(1))
    assert not agent.set_switch(State.PAUSED, "Lunch", at(2)), "nothing others would see"
    assert not agent.wants_calls
    agent.put_down("ch1", at(3))
    assert agent.shown == Shown(State.PAUSED, "Lunch", at(3))
    agent.set_switch(State.AVAILABLE, "ignored", at(4))
    assert agent.shown == Shown(State.AVAILABLE, None, at(4)), "only a pause has a reason"


def test_turning_the_switch_ends_a_wrap_up() -> None:
    agent = AgentState.begin(State.AVAILABLE, None, NOON)
    agent.conversation_ended("c1", WRAP_UP, at(1))
    agent.set_switch(State.AVAILABLE, None, at(2))
    assert agent.shown == Shown(State.AVAILABLE, None, at(2))


def test_another_phone_begins_anew() -> None:
    agent = AgentState.begin(State.AVAILABLE, None, NOON)
    agent.picked_up("ch1", "c1", at(1))
    agent.rang("o2", "c2", at(2))
    agent.changed_phone(at(3))
    assert agent.shown == Shown(State.AVAILABLE, None, at(3))


class AnyOrder(RuleBasedStateMachine):
    """Events in any order, doubled, late (an earlier time than the last) and contradictory."""

    calls = st.sampled_from(["c1", "c2", "c3"])
    offers = st.sampled_from(["o1", "o2", "o3"])
    channels = st.sampled_from(["ch1", "ch2", "ch3"])
    late = st.integers(-20, 20)

    def __init__(self) -> None:
        super().__init__()
        self.second = 0
        self.day = Day()

    def moment(self, late: int) -> datetime:
        self.second += max(0, late)
        return at(self.second + min(0, late))

    @rule(offer=offers, call=calls, late=late)
    def rang(self, offer: str, call: str, late: int) -> None:
        self.day.then(self.day.agent.rang(offer, call, self.moment(late)))

    @rule(offer=offers, late=late)
    def stopped_ringing(self, offer: str, late: int) -> None:
        self.day.then(self.day.agent.stopped_ringing(offer, self.moment(late)))

    @rule(channel=channels, call=calls, late=late)
    def picked_up(self, channel: str, call: str, late: int) -> None:
        self.day.then(self.day.agent.picked_up(channel, call, self.moment(late)))

    @rule(channel=channels, late=late)
    def put_down(self, channel: str, late: int) -> None:
        self.day.then(self.day.agent.put_down(channel, self.moment(late)))

    @rule(call=calls, wrap_up=st.sampled_from([timedelta(0), WRAP_UP]), late=late)
    def conversation_ended(self, call: str, wrap_up: timedelta, late: int) -> None:
        self.day.then(self.day.agent.conversation_ended(call, wrap_up, self.moment(late)))

    @rule(late=late)
    def wrap_up_is_over(self, late: int) -> None:
        moment = self.moment(late)
        if self.day.agent.due(moment):
            self.day.then(self.day.agent.wrapped_up(moment))
            assert self.day.agent.wrap_up_of is None

    @rule(to=st.sampled_from(sorted(SWITCH)), reason=st.none() | st.just("Lunch"), late=late)
    def switched(self, to: State, reason: str | None, late: int) -> None:
        self.day.then(self.day.agent.set_switch(to, reason, self.moment(late)))

    @rule(late=late)
    def changed_phone(self, late: int) -> None:
        self.day.then(self.day.agent.changed_phone(self.moment(late)))

    @invariant()
    def intervals_follow_each_other(self) -> None:
        for earlier, later in zip(self.day.shown, self.day.shown[1:], strict=False):
            assert later.since >= earlier.since, "none is of negative length"

    @invariant()
    def what_is_shown_is_what_is_so(self) -> None:
        agent, shown = self.day.agent, self.day.agent.shown
        assert shown is self.day.shown[-1]
        if agent.busy_with:
            assert (shown.state, shown.call_id) == (State.TALKING, next(iter(agent.busy_with.values())))
        elif agent.rung_by:
            assert shown.state is State.RINGING
        elif agent.wrap_up_of is not None:
            assert (shown.state, shown.call_id, shown.until) == (State.WRAP_UP, agent.wrap_up_of, agent.wrap_up_until)
        else:
            assert (shown.state, shown.reason) == (agent.switch, agent.reason)
        assert shown.reason is None or shown.state is State.PAUSED
        assert (shown.until is None) == (shown.state is not State.WRAP_UP)
        assert agent.wants_calls == (agent.switch is State.AVAILABLE and agent.wrap_up_of is None)


TestAnyOrder = AnyOrder.TestCase


@given(st.permutations(["ring", "up", "end", "down", "stop"]))
def test_whatever_the_order_a_finished_call_leaves_the_agent_free(order: list[str]) -> None:
    """All of a call's events, in any order, then the end of its wrap-up."""
    agent = AgentState.begin(State.AVAILABLE, None, NOON)
    for second, event in enumerate(order):
        match event:
            case "ring":
                agent.rang("o1", "c1", at(second))
            case "stop":
                agent.stopped_ringing("o1", at(second))
            case "up":
                agent.picked_up("ch1", "c1", at(second))
            case "down":
                agent.put_down("ch1", at(second))
            case "end":
                agent.conversation_ended("c1", WRAP_UP, at(second))
    agent.stopped_ringing("o1", at(9))
    agent.put_down("ch1", at(9))
    agent.wrapped_up(at(50))
    assert agent.shown.state is State.AVAILABLE
