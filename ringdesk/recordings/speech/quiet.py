"""Finds the long silences of one speaker, who is silent for more than half of a call, so that nobody listens to them.

What is loud enough is judged against the quietest that was heard lately: a noisy line is listened to throughout. Times stay exact:
`place` turns a time in what was listened to into one in the whole.
"""

from bisect import bisect_left, bisect_right

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]

FRAME_S = 0.02  # seconds over which loudness is measured: a pitch period of the lowest voice fits in
TRAIL_S = 0.8  # of silence are still listened to: recognisers end an utterance after half a second of it
LEAD_S = 0.4  # before something loud: soft beginnings of words
ABOVE_FLOOR_DB = 9.0  # louder than the line's own noise by this may be speech
LOWEST_DB = -62.0  # below full scale; softer than this is nothing a telephone carries (one step of G.711 is at -78)
HIGHEST_DB = -45.0  # louder than this is listened to, whatever the noise
RISE_DB = 0.02  # a frame, 1 dB a second: a line that grew noisy is listened to for a while, not skipped


class Quiet:
    """For one channel: `feed` gives back what is to be listened to, in order."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._frame = int(rate * FRAME_S)
        self._rest: Samples = np.empty(0, np.int16)
        self._floor = LOWEST_DB - ABOVE_FLOOR_DB
        self._still = 0  # frames since something loud
        self._lead: list[Samples] = []  # the last frames that were not listened to
        self._given = 0  # samples listened to
        self._skipped = 0
        self._breaks: list[float] = [0.0]  # seconds listened to, at each place where something was left out
        self._left_out: list[float] = [0.0]  # seconds left out up to and with that place

    def feed(self, samples: Samples) -> Samples:
        whole = np.concatenate((self._rest, samples))
        frames = len(whole) // self._frame
        self._rest = whole[frames * self._frame :]
        framed = whole[: frames * self._frame].reshape(frames, self._frame)
        return self._join([frame for frame, level in zip(framed, _levels(framed), strict=True) for frame in self._next(frame, level)])

    def end(self) -> Samples:
        """What is left, after the last `feed`."""
        rest, self._rest = self._rest, np.empty(0, np.int16)
        return self._join([rest] if self._still <= TRAIL_S / FRAME_S else [])

    def place(self, start: float, end: float) -> tuple[float, float]:
        """Seconds in what was listened to → seconds in the whole. What lies across a place where something was left out belongs to the
        side on which most of it is."""
        first, last = bisect_right(self._breaks, start) - 1, max(0, bisect_left(self._breaks, end) - 1)
        if first < last:
            middle = max(0, bisect_left(self._breaks, (start + end) / 2) - 1)
            start = max(start, self._breaks[middle])
            end = min(end, self._breaks[middle + 1]) if middle + 1 < len(self._breaks) else end
            first = last = middle
        return start + self._left_out[first], end + self._left_out[max(first, last)]

    def _next(self, frame: Samples, level: float) -> list[Samples]:
        self._floor = max(LOWEST_DB - ABOVE_FLOOR_DB, min(level, self._floor + RISE_DB))
        if level > min(HIGHEST_DB, max(LOWEST_DB, self._floor + ABOVE_FLOOR_DB)):
            found, self._lead, self._still = [*self._lead, frame], [], 0
            if self._skipped:
                self._breaks.append(self._given / self.rate)
                self._left_out.append(self._left_out[-1] + self._skipped / self.rate)
                self._skipped = 0
            self._given += sum(map(len, found))
            return found
        self._still += 1
        if self._still <= TRAIL_S / FRAME_S:
            self._given += len(frame)
            return [frame]
        self._lead.append(frame)
        if len(self._lead) > LEAD_S / FRAME_S:
            self._skipped += len(self._lead.pop(0))
        return []

    @staticmethod
    def _join(frames: list[Samples]) -> Samples:
        return np.concatenate(frames) if frames else np.empty(0, np.int16)


def _levels(framed: NDArray[np.int16]) -> list[float]:
    """Loudness of each frame in dB below full scale."""
    power = np.square(framed, dtype=np.float32).mean(axis=1) if len(framed) else np.empty(0, np.float32)
    levels: list[float] = (10 * np.log10(np.maximum(power, 1e-3) / 32768**2)).tolist()
    return levels
