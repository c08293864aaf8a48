"""Measures of agents and teams: of their facts, and of the time they were in each state (`presence`)."""

from collections.abc import Mapping

from ringdesk.statistics.handling_measures import HANDLING_MEASURES
from ringdesk.statistics.measures import Measures, Value, mean_s, share
from ringdesk.storage.quarters import MICROS

PEOPLE_MEASURES = Measures()
_add, _count, _time = PEOPLE_MEASURES.add, PEOPLE_MEASURES.count, PEOPLE_MEASURES.time

HANDLING = ("talking_us", "wrapping_us")
WAITING = ("available_us", "ringing_us")
SIGNED_IN = (*HANDLING, *WAITING, "paused_us")

_count("offers", "Offered", "How often the agent's phone rang for a call, by a queue or by a colleague who passed it on; counted when it "
       "has stopped.")  # fmt: skip
_count("offers_answered", "Handled", "Offers that the agent picked up.", better="up", source="queue_log, CONNECT")
_count("offers_missed", "Missed", "Offers that rang until the queue took them back.", better="down", source="queue_log, RINGNOANSWER")
_count("offers_rejected", "Rejected", "Offers that the agent turned down on the phone.", better="down", source="queue_log, RINGNOANSWER")
_count("offers_busy", "Busy", "Offers that met a busy phone.", source="Asterisk, DialEnd with DialStatus BUSY")
_count("offers_cancelled", "Cancelled", "Offers that ended because the caller hung up or a colleague was faster.",
       source="Asterisk, DialEnd with DialStatus CANCEL")  # fmt: skip


@_add("Answer rate", "share", "offers_answered", "offers", "offers_cancelled", better="up")
def offer_answer_rate(of: Mapping[str, int]) -> Value:
    """Offers picked up, of all that the agent could have picked up: those that the caller or a colleague ended are left out.
    Source: ICMI, "answer rate", of an agent's offers."""
    return share(of["offers_answered"], of["offers"] - of["offers_cancelled"])


@_add("Mean ring time", "seconds", "ring_us", "offers", better="down")
def ring_s(of: Mapping[str, int]) -> Value:
    """How long the phone rang, on average, whoever picked up.
    Source: queue_log, ringtime of CONNECT and RINGNOANSWER."""
    return mean_s(of["ring_us"], of["offers"])


_count("conversations", "Conversations", "Conversations with customers that are over, in calls of any direction; a transferred call has "
       "several.")  # fmt: skip
PEOPLE_MEASURES.update(HANDLING_MEASURES)
_time(
    "longest_talk_s", "longest_talk_us", "Longest talk", "The longest conversation that is over, hold left out.", source='ICMI, "talk time"'
)


@_add("Ended by agent", "share", "ended_by_agent", "conversations")
def ended_by_agent_rate(of: Mapping[str, int]) -> Value:
    """Conversations in which the agent hung up first, of all that are over.
    Source: queue_log, COMPLETEAGENT."""
    return share(of["ended_by_agent"], of["conversations"])


_count("calls_out", "Calls out", "Calls to the outside that the agent placed.", source="Asterisk, channels that the agent's phone began")
_count("calls_out_answered", "Calls out answered", "Calls out that somebody picked up.", better="up",
       source="Asterisk, channels that the agent's phone began")  # fmt: skip


@_add("Reached", "share", "calls_out_answered", "calls_out", better="up")
def reach_rate(of: Mapping[str, int]) -> Value:
    """Calls out that somebody picked up.
    Source: ICMI, "connect rate"."""
    return share(of["calls_out_answered"], of["calls_out"])


for _name, _label, _help in (
    ("available", "Available", "Time free to take the next call."),
    ("ringing", "Ringing", "Time the phone rang."),
    ("talking", "On the phone", "Time the phone was off the hook in a call, hold and calls within the house among it."),
    ("wrapping", "Wrapping up", "Time in wrap-up after a call."),
    ("paused", "Paused", "Time paused, whatever the reason."),
    ("offline", "Signed out", "Time not at work."),
):
    _time(f"{_name}_s", f"{_name}_us", _label, _help, source="presence as the agent and the PBX's queues showed it")


@_add("Signed in", "seconds", *SIGNED_IN)
def signed_in_s(of: Mapping[str, int]) -> Value:
    """Time at work: in any state but signed out.
    Source: ICMI, "logged on"; presence as the agent and the PBX's queues showed it."""
    return sum(of[name] for name in SIGNED_IN) / MICROS


@_add("Occupancy", "share", *HANDLING, *WAITING)
def occupancy(of: Mapping[str, int]) -> Value:
    """Time on calls and wrapping up, of the time on calls, wrapping up and waiting for calls. Pauses are left out. It follows from how many
    callers there are for how many agents, not from anybody's diligence.
    Source: Cleveland, "occupancy": the percentage of time agents handle calls versus wait for calls to arrive."""
    handling = sum(of[name] for name in HANDLING)
    return share(handling, handling + sum(of[name] for name in WAITING))


@_add("Utilisation", "share", *SIGNED_IN)
def utilisation(of: Mapping[str, int]) -> Value:
    """Time there for callers (on calls, wrapping up, waiting for calls), of the time signed in. What is missing are pauses.
    Source: ICMI, "Constructive Use of Occupancy" (2012): talking, after-call work and idle waiting; of signed-in time for paid time."""
    return share(sum(of[name] for name in (*HANDLING, *WAITING)), sum(of[name] for name in SIGNED_IN))


@_add("Calls per hour", "per_hour", "conversations", *SIGNED_IN, better="up")
def calls_per_hour(of: Mapping[str, int]) -> Value:
    """Conversations that are over, in an hour signed in.
    Source: ICMI, "calls per hour"."""
    hours = sum(of[name] for name in SIGNED_IN) / MICROS / 3600
    return of["conversations"] / hours if hours else None


_time("planned_s", "planned_us", "Planned", "Time planned for work so far; breaks and what is planned away from the phone are left out.",
      source="the shifts as planned")  # fmt: skip
_time("adherent_s", "adherent_us", "Worked as planned", "Time at work while planned for it: in any state but paused and signed out.",
      source="the shifts as planned, and presence")  # fmt: skip


@_add("Adherence", "share", "adherent_us", "planned_us", better="up")
def adherence(of: Mapping[str, int]) -> Value:
    """Share of the time planned for work in which the agent was at work: in any state but paused and signed out. Planned breaks are left
    out. Who comes late and makes up for it in the evening has been late all the same.
    Source: Society of Workforce Planning Professionals, glossary, "adherence"."""
    return share(of["adherent_us"], of["planned_us"])


@_add("Conformance", "share", "worked_us", "planned_us")
def conformance(of: Mapping[str, int]) -> Value:
    """Time at work, whenever it was, by the time planned for work. More than 100 % is more than planned.
    Source: Society of Workforce Planning Professionals, glossary, "compliance", also called conformance."""
    return share(of["worked_us"], of["planned_us"])
