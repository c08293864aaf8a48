"""Measures of dispositions."""

from collections.abc import Mapping

from ringdesk.statistics.measures import Measures, Value

DISPOSITION_MEASURES = Measures()


@DISPOSITION_MEASURES.add("Calls", "count", "n", behind="n")
def closed(of: Mapping[str, int]) -> Value:
    """Calls that an agent closed with this disposition, when they began. A call that two agents spoke in may have been closed by each.
    Source: ICMI, "wrap-up codes"."""
    return of["n"]
