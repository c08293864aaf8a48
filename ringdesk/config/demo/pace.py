"""How long people take in the demo: the recordings were made by machines that answer within half a second and talk for one."""

import functools
from random import Random

from ringdesk.telephony.replay import Phase, Recording
from ringdesk.telephony.replay.session import DELIBERATE, phases_of

# (shortest, most likely, longest) in seconds. A real centre talks for minutes; here a newcomer should see many calls soon.
SECONDS: dict[Phase, tuple[float, float, float]] = {
    "setup": (0.4, 0.6, 1.0),
    "waiting": (12.0, 25.0, 50.0),
    "ringing": (2.0, 4.0, 8.0),
    "leaving": (3.0, 12.0, 60.0),
    "dialling": (3.0, 6.0, 12.0),
    "talking": (8.0, 20.0, 50.0),
    "held": (4.0, 8.0, 15.0),
}
RETRY = 1.5  # seconds; a shorter wait in a queue is its own pause between two phones
NO_ANSWER = 2.0  # seconds recorded; who let it ring so long was not going to answer
RINGS_IN_VAIN = 12.0  # seconds, the ring time of a queue


class Pacer:
    """A `Pace`: draws each wait anew. A talk with interruptions is not longer for them. `talk`: seconds that this one takes."""

    def __init__(self, rng: Random, speed: float = 1.0, recording: Recording | None = None, talk: float | None = None) -> None:
        self.rng = rng
        self.speed = speed
        self.talk = talk
        self.talks = 1 if recording is None else _talks(recording)

    def __call__(self, phase: Phase, seconds: float) -> float:
        if phase == "waiting" and seconds < RETRY:
            return seconds / self.speed
        if phase == "ringing" and seconds > NO_ANSWER:
            return RINGS_IN_VAIN / self.speed
        if phase == "talking" and self.talk is not None:
            return self.talk / self.talks
        shortest, likely, longest = SECONDS[phase]
        drawn = self.rng.triangular(shortest, longest, likely) / self.speed
        return drawn / self.talks if phase == "talking" else drawn


@functools.lru_cache(maxsize=64)
def _talks(recording: Recording) -> int:
    """Into how many pieces the recording's talk is cut."""
    steps = recording.steps
    pieces = sum(phase == "talking" and steps[i].at - steps[i - 1].at >= DELIBERATE for i, phase in enumerate(phases_of(recording)) if i)
    return max(1, pieces)
