"""What it takes to handle a call: measures that queues, agents and teams have alike, defined once for all of them. Conversations and
wrap-ups count when they are over."""

from collections.abc import Mapping

from ringdesk.statistics.measures import Measures, Value, mean_s, share

HANDLING_MEASURES = Measures()
_add, _count, _time = HANDLING_MEASURES.add, HANDLING_MEASURES.count, HANDLING_MEASURES.time

_time("talk_s", "talk_us", "Talk time", "Time spoken in conversations that are over, hold left out.", source='ICMI, "talk time"')
_time("hold_s", "hold_us", "Hold time", "Time customers were on hold in conversations that are over.", source='ICMI, "hold time"')
_time(
    "wrap_s", "wrap_us", "Wrap-up time", "Work on calls after they had ended, in wrap-ups that are over.", source='ICMI, "after-call work"'
)


@_add("AHT", "seconds", "talk_us", "hold_us", "wrap_us", "conversations")
def aht_s(of: Mapping[str, int]) -> Value:
    """Average handle time: talk, hold and wrap-up, by conversations that are over. A wrap-up is added when it is over, too.
    Source: Cleveland, ch. 6, "average handling time"."""
    return mean_s(of["talk_us"] + of["hold_us"] + of["wrap_us"], of["conversations"])


@_add("Average talk", "seconds", "talk_us", "conversations")
def att_s(of: Mapping[str, int]) -> Value:
    """Average talk time of conversations that are over.
    Source: ICMI, "average talk time"."""
    return mean_s(of["talk_us"], of["conversations"])


@_add("Average hold", "seconds", "hold_us", "conversations", better="down")
def average_hold_s(of: Mapping[str, int]) -> Value:
    """Average time on hold of conversations that are over, those without any among them.
    Source: ICMI, "hold time"."""
    return mean_s(of["hold_us"], of["conversations"])


@_add("Average wrap-up", "seconds", "wrap_us", "wraps")
def acw_s(of: Mapping[str, int]) -> Value:
    """Average time of wrap-ups that are over.
    Source: ICMI, "after-call work"."""
    return mean_s(of["wrap_us"], of["wraps"])


_count("transfers", "Transfers", "Conversations that the agent ended by passing the customer on.")


@_add("Transfer rate", "share", "transfers", "conversations", better="down")
def transfer_rate(of: Mapping[str, int]) -> Value:
    """Conversations that the agent ended by passing the customer on, of all that are over.
    Source: ICMI, "transfer rate"."""
    return share(of["transfers"], of["conversations"])
