"""`ringdesk demo` and `ringdesk replay`: Ringdesk without a PBX."""

import asyncio
import contextlib
import errno
from pathlib import Path
from typing import Annotated

import typer

from ringdesk.config import demo as demos
from ringdesk.config import log
from ringdesk.config.commands.terminal import out
from ringdesk.config.demo import screen
from ringdesk.config.site import PortTaken, stop_signal
from ringdesk.telephony.replay import Recording, ReplayServer
from ringdesk.telephony.replay import load as load_recording

AMI_PORT = 5038
SETTLED = 1.0  # seconds from a client's login to the first event: it reads the live state first


def demo(
    host: Annotated[
        str, typer.Option(help="Address to listen on. Everybody who reaches it may sign in: the password is printed.")
    ] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port; without it 8080 or the next free one.")] = None,
    speed: Annotated[float, typer.Option(min=0.1, max=50, help="How fast people are: 2 is twice as fast.")] = 1.0,
    keep: Annotated[bool, typer.Option("--keep", help="Go on with the database of the last time.")] = False,
    folder: Annotated[Path, typer.Option(help="Where the demo's database lies.")] = Path("var/demo"),
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show the log.")] = False,
) -> None:
    """Play a contact centre on this machine, without a PBX: customers call, you see their cards."""
    log.set_up("info" if verbose else "error")
    options = demos.Options(
        folder=folder,
        host=host,
        port=8080 if port is None else port,
        ports=demos.PORTS if port is None else 1,
        speed=speed,
        keep=keep,
    )
    asyncio.run(_demo(options))


async def _demo(options: demos.Options) -> None:
    with stop_signal() as stop:
        async with contextlib.AsyncExitStack() as stack:
            with out.status("Inviting customers, hiring agents …"):
                running = await stack.enter_async_context(demos.running(options))
            screen.welcome(out, running)
            await stop.wait()
            out.print("Stopping …")


def replay(
    file: Annotated[Path, typer.Argument(help="Raw AMI text of a real Asterisk, as `nc` catches it.", exists=True, dir_okay=False)],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = AMI_PORT,
    speed: Annotated[float, typer.Option(min=0.01, max=1000, help="2 plays twice as fast.")] = 1.0,
    loop: Annotated[bool, typer.Option("--loop", help="Begin again when it is over, with new calls.")] = False,
    every: Annotated[
        float | None, typer.Option(min=0.1, help="With --loop: begin again each so many seconds, also over one another.")
    ] = None,
    username: Annotated[str, typer.Option(help="Who may log in.")] = "ringdesk",
    secret: Annotated[str, typer.Option(help="With which secret; empty: any.")] = "",
) -> None:
    """Serve a recorded AMI session as if it happened now: an AMI server to point Ringdesk at."""
    log.set_up("warning")
    recording = load_recording(file)
    try:
        asyncio.run(_replay(recording, ReplayServer(username, secret, host=host, port=port, speed=speed), loop, every))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(host=host, port=port) from None
        raise


async def _replay(recording: Recording, server: ReplayServer, loop: bool, every: float | None) -> None:
    server.learn(recording)
    with stop_signal() as stop:
        async with server:
            _say_where(recording, server)
            playing = asyncio.create_task(_play(recording, server, loop, every), name="replay")
            stopped = asyncio.create_task(stop.wait(), name="stop")
            await asyncio.wait({playing, stopped}, return_when=asyncio.FIRST_COMPLETED)
            for task in (playing, stopped):
                task.cancel()
            await asyncio.gather(playing, stopped, return_exceptions=True)


async def _play(recording: Recording, server: ReplayServer, loop: bool, every: float | None) -> None:
    """Play whenever somebody listens: once a login, or again and again."""
    while True:
        await server.somebody_listens.wait()
        await asyncio.sleep(SETTLED)
        session = server.play(recording)
        out.print(f"Playing {recording.name} …", highlight=False)
        if loop and every is not None:
            await asyncio.sleep(every)
            continue
        if session.task is not None:
            await asyncio.wait({session.task})
        if not loop:
            out.print("Over. It is played again for the next who logs in.")
            await server.nobody_listens.wait()


def _say_where(recording: Recording, server: ReplayServer) -> None:
    if recording.left_out:
        out.print(f"[yellow]{recording.left_out} lines of the file are no AMI text and are left out.[/]")
    parts = [f"{len(recording.steps)} events", f"{recording.seconds:.1f} s", f"{len(server.phones)} phones"]
    queues = sorted(server.pbx.queues)
    out.print(f"{recording.name}: {', '.join(parts)}, queues: {', '.join(queues) or 'none'}", markup=False, highlight=False)
    out.print("Point Ringdesk at it:", highlight=False)
    secret = server.secret or "any"
    for name, text in (("HOST", server.host), ("PORT", server.port), ("USERNAME", server.username), ("SECRET", secret)):
        out.print(f"  RINGDESK_AMI_{name}={text}", markup=False, highlight=False)
    out.print("It plays when somebody has logged in. Stop with Ctrl-C.", highlight=False)
