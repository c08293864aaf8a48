"""The waveform that is drawn: how loud each twentieth of a second is."""

import numpy as np
from numpy.typing import NDArray

PER_SECOND = 20
SAMPLE = np.dtype("<i2")


class Peaks:
    """Takes interleaved 16-bit samples in pieces of any size."""

    def __init__(self, channels: int, rate: int) -> None:
        self._channels = channels
        self._rate = rate
        self._slice = rate // PER_SECOND * channels  # samples
        self._left = b""
        self._found: list[NDArray[np.uint8]] = []
        self._bytes = 0

    @property
    def seconds(self) -> float:
        return self._bytes // (SAMPLE.itemsize * self._channels) / self._rate

    def add(self, piece: bytes) -> None:
        self._bytes += len(piece)
        have = self._left + piece
        whole = len(have) // (self._slice * SAMPLE.itemsize) * self._slice * SAMPLE.itemsize
        self._left = have[whole:]
        if whole:
            self._found.append(
                self._loudest(np.frombuffer(have[:whole], SAMPLE).reshape(-1, self._slice // self._channels, self._channels))
            )

    def done(self) -> bytes:
        """One byte a slice, channels one after the other. The last slice may be a short one."""
        frame = SAMPLE.itemsize * self._channels
        if rest := self._left[: len(self._left) // frame * frame]:
            self._left = b""
            self._found.append(self._loudest(np.frombuffer(rest, SAMPLE).reshape(1, -1, self._channels)))
        return np.concatenate(self._found).T.tobytes() if self._found else b""

    @staticmethod
    def _loudest(slices: NDArray[np.int16]) -> NDArray[np.uint8]:
        """Of slices of frames: 0 is silence, 255 full scale."""
        loud = np.abs(slices.astype(np.int32)).max(axis=1)
        return np.asarray(np.minimum((loud + 127) >> 7, 255), np.uint8)
