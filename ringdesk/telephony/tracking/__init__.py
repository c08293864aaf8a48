"""Call tracking: typed events in, facts out. `advance(world, event)` is the whole of it: no clock, no I/O, no await."""

from ringdesk.telephony.tracking.machine import advance
from ringdesk.telephony.tracking.world import World

__all__ = ["World", "advance"]
