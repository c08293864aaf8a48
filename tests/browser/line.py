"""The real PBX for tests that drive a browser: the same verbs as in tests/pbx, said from a thread without an event loop."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from tests.pbx.asterisk import Asterisk
from tests.pbx.floor import Floor

LIMIT = 60  # seconds for one verb; each has a shorter limit of its own
T = TypeVar("T")


class Line:
    """`line(line.floor.incoming(...))` does it and gives its result."""

    def __init__(self, floor: Floor, loop: asyncio.AbstractEventLoop) -> None:
        self.floor = floor
        self._loop = loop

    def __call__(self, verb: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(verb, self._loop).result(LIMIT)

    def waiting_for_it(self, extension: str, queue: str) -> None:
        """This agent works in a queue whose calls ring until somebody answers."""
        self(self.floor.ami.action("QueueAdd", Queue=queue, Interface=f"PJSIP/{extension}"))


@contextmanager
def open_line(asterisk: Asterisk) -> Iterator[Line]:
    """Playwright's synchronous API keeps the loop of its thread to itself, so the PBX's is in another."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="line", daemon=True)
    thread.start()
    line = Line(Floor(asterisk), loop)
    try:
        line(line.floor.__aenter__())
        try:
            yield line
        finally:
            line(line.floor.__aexit__(None, None, None))
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(LIMIT)
        loop.close()
