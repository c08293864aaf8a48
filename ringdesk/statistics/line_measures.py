"""Measures of calls by direction, number dialled and trunk, and of how many of them there were at once."""

from collections.abc import Mapping

from ringdesk.statistics.measures import Measure, Measures, Value, mean_s, share

LINE_MEASURES = Measures()
_add, _count, _time = LINE_MEASURES.add, LINE_MEASURES.count, LINE_MEASURES.time

PBX = "Asterisk, the call's channels from the first to the last"
_count("calls", "Calls", "Calls, those still going on among them.", source=PBX)
_count("answered", "Answered", "Calls that are over in which somebody picked up: an agent, or who was called.", better="up", source=PBX)
_count("abandoned", "Abandoned", "Calls whose caller hung up before anybody answered.", better="down", source=PBX)
_count(
    "timed_out", "Timed out", "Calls that left their last queue because they had waited as long as it allows.", better="down", source=PBX
)
_count("no_answer", "No answer", "Calls that rang and that nobody picked up.", source="Asterisk, DialStatus NOANSWER and CANCEL")
_count("busy", "Busy", "Calls that met a busy line or phone.", source="Asterisk, DialStatus BUSY")
_count(
    "failed",
    "Failed",
    "Calls that the network or the trunk refused.",
    better="down",
    source="Asterisk, DialStatus CONGESTION and CHANUNAVAIL",
)
_count("unknown", "Unknown", "Calls whose end was not seen because the link to the PBX was down.", better="down", source=PBX)
_count("active", "Going on", "Calls that are not over yet.", source=PBX)


@_add("Answer rate", "share", "answered", "calls", "active", better="up")
def answer_rate(of: Mapping[str, int]) -> Value:
    """Answered calls of those that are over. On a trunk it is the answer-seizure ratio.
    Source: ITU-T E.411, "answer seizure ratio (ASR)"."""
    return share(of["answered"], of["calls"] - of["active"])


_time(
    "line_s",
    "busy_us",
    "Line time",
    "Time that lines were taken by calls that began then and are over, from the first channel to the last.",
    source='ITU-T E.600, "holding time"',
)
_time("answered_s", "answered_us", "Answered time", "Time from the answer to the end, of calls that began then and are over.", source=PBX)


@_add("Mean call", "seconds", "answered_us", "answered")
def mean_call_s(of: Mapping[str, int]) -> Value:
    """Mean time from the answer to the end of answered calls that are over.
    Source: ITU-T E.600, "conversation time"."""
    return mean_s(of["answered_us"], of["answered"])


CONCURRENCY_MEASURES = Measures()
CONCURRENCY_MEASURES["peak"] = Measure(
    "peak", "Most at once", "count", ("peak",), None, lambda of: of["peak"],
    "The most calls that there were at the same moment, from the first channel to the last. Of several lines: the most of any one.",
    "ITU-T E.600, \"busy\" resources; a sweep over the begins and ends of calls", None,
)  # fmt: skip


@CONCURRENCY_MEASURES.add("Calls at once", "erlangs", "line_us", "length_us")
def erlangs(of: Mapping[str, int]) -> Value:
    """How many calls there were at once on average: the time of all calls together by the length of the time. Traffic in erlangs.
    Source: ITU-T E.600, "traffic intensity", "erlang"."""
    return share(of["line_us"], of["length_us"])
