"""The calls that a call tracker must get right, each played on the real PBX. `SCENARIOS[name](floor)` plays one, to its end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.pbx.floor import Floor

Scenario = Callable[[Floor], Awaitable[None]]
SCENARIOS: dict[str, Scenario] = {}


def scenario(play: Scenario) -> Scenario:
    """Register a scenario under its function's name."""
    SCENARIOS[play.__name__] = play
    return play


from tests.pbx.scenarios import direct, queues, special, transfers  # noqa: E402, F401
