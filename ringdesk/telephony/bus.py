"""Who hears which fact. Filled once, in `config.wiring`; facts go out in the order they were found."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ringdesk.config import log
from ringdesk.telephony.facts import AnyFact, CallFact, Fact

logger = log.get(__name__)

Handler = Callable[[Any], None]


class Bus:
    """Handlers are quick and synchronous; what takes time goes to a task of the handler's own room."""

    def __init__(self, table: Mapping[type[Fact], Sequence[Handler]] | None = None) -> None:
        self.table = dict(table or {})
        self.failures = 0

    def publish(self, facts: Iterable[AnyFact]) -> None:
        """Each handler fails alone: its exception is logged with the call's id, and the next one runs."""
        for fact in facts:
            for handler in self.table.get(type(fact), ()):
                try:
                    handler(fact)
                except Exception:
                    self.failures += 1
                    call_id = fact.call.id if isinstance(fact, CallFact) else None
                    logger.exception("handler_failed", handler=handler.__qualname__, fact=type(fact).__name__, call_id=call_id)
