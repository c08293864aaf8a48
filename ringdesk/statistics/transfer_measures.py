"""Measures of transfers."""

from collections.abc import Mapping

from ringdesk.statistics.measures import Measures, Value

TRANSFER_MEASURES = Measures()


@TRANSFER_MEASURES.add("Transfers", "count", "n", behind="n")
def transfers(of: Mapping[str, int]) -> Value:
    """Conversations that an agent ended by passing the caller on, blind or after a word with whom they go to. They went to the colleague
    whose phone rang for them or who spoke with them next, to the queue they entered, or to the number dialled: what came first counts,
    not where they ended up.
    Source: queue_log's BLINDTRANSFER and ATTENDEDTRANSFER."""
    return of["n"]
