"""The house with its doors open: everything of one process, and the address where browsers reach it."""

import asyncio
import contextlib
import errno
import gc
import signal
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from aiohttp import web

from ringdesk.config.errors import Unavailable
from ringdesk.config.settings import Settings
from ringdesk.config.wiring import House
from ringdesk.web.app import make_app

STOPS_WITHIN = 10.0  # seconds for open requests and sockets


class PortTaken(Unavailable):
    key = "port_taken"
    text = "Something listens on {host} port {port} already: stop it, or name another port"


@dataclass(frozen=True, slots=True)
class Site:
    house: House
    host: str
    port: int

    @property
    def url(self) -> str:
        """Where a browser on this machine finds it."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104 - read, not bound
        return f"http://{host}:{self.port}"


@contextlib.asynccontextmanager
async def opened(settings: Settings, *, port: int | None = None, tries: int = 1) -> AsyncIterator[Site]:
    """Run the house; leaving stops it in stages. `port` 0 takes a free one, None the settings' own; with `tries` the ports after the
    first are tried too.

    Raises `PortTaken`, OSError for an address that is not this machine's."""
    async with House(settings) as house:
        runner = web.AppRunner(make_app(house.services), access_log=None, handle_signals=False, shutdown_timeout=2.0)
        await runner.setup()
        try:
            first = settings.http_port if port is None else port
            site = Site(house, settings.http_host, await _listen(runner, settings.http_host, first, tries))
            gc.collect()
            gc.freeze()  # what is here by now stays: each walk through it would hold up the cards for a tenth of a second
            yield site
        finally:
            gc.unfreeze()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(STOPS_WITHIN):
                    await house.push.close()
                    await runner.cleanup()


@contextlib.contextmanager
def stop_signal() -> Iterator[asyncio.Event]:
    """Set by Ctrl-C and by SIGTERM."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def _listen(runner: web.AppRunner, host: str, first: int, tries: int) -> int:
    for port in range(first, min(first + tries, 65536)):
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
        else:
            return int(runner.addresses[0][1])
    raise PortTaken(host=host, port=first if tries == 1 else f"{first} to {first + tries - 1}")
