"""From the PBX's event to the card in an agent's browser: a real Asterisk, SIPp as callers and phones, desks as Socket.IO clients."""

import argparse
import asyncio
import contextlib
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.error import URLError

import socketio

from benchmarks import databases
from benchmarks.generate import HOME, known_number, numbers_of, stranger
from benchmarks.harness import Figure, busy, percentile, run_alone, told
from ringdesk.agents import accounts, logins
from ringdesk.agents.rights import Role
from ringdesk.storage.engine import Database
from tests.pbx import chroot
from tests.pbx.asterisk import Asterisk
from tests.pbx.floor import Floor

MEDIAN_MS, MOST_MS = 5.0, 25.0
STRANGERS = 10  # every so manieth caller is nobody's customer
RING, TALK, WRAP_UP = 0.5, 4.0, 8.0  # seconds; at 10 calls/s 125 of the 200 agents are busy
WARM_UP = 50  # calls that are not counted: a morning's first, for which nothing is in memory yet
LIMIT = 60.0  # seconds for anything to get ready


@dataclass(frozen=True, slots=True)
class Seen:
    """A card, when a desk first had it with the caller looked up. Times are seconds since 1970, on the one clock of the machine."""

    number: str
    customer: str | None
    """The customer's external id."""
    rung_at: float
    """The Timestamp of the PBX's event."""
    pushed_at: float
    seen_at: float


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--calls", type=int, default=600)
    parser.add_argument("--rate", type=float, default=10.0, help="new calls a second")
    parser.add_argument("--desks", type=int, default=200)
    parser.add_argument("--database", action="append", choices=databases.KINDS)


def measure(asked: argparse.Namespace) -> list[Figure]:
    kept = chroot.provide()
    return [_measure(kind, kept, asked) for kind in asked.database or databases.KINDS]


def _measure(kind: str, kept: chroot.Chroot, asked: argparse.Namespace) -> Figure:
    count = asked.calls + WARM_UP
    callers = [stranger(n, asked.customers) if n % STRANGERS == 0 else known_number(n, asked.customers) for n in range(count)]
    with databases.database(kind, asked.customers, writable=True) as url, Asterisk(kept, agents=asked.desks) as pbx:
        remark = busy()
        tokens = asyncio.run(_hire(url, list(pbx.phones)))
        what = told(f"{count} calls, {asked.desks} desks, {kind}")
        with _serving(url, pbx) as (address, server), _desks(address, tokens) as desks, what:
            began, used = time.monotonic(), _cpu(server)
            asyncio.run(_call(pbx, callers, asked.rate))
            share = (_cpu(server) - used) / (time.monotonic() - began)
            desks.send("enough")
            seen: list[Seen] = desks.recv()
    _check(seen, callers)
    seen.sort(key=lambda s: s.rung_at)
    warm = [(s.seen_at - s.rung_at) * 1000 for s in seen[WARM_UP:]]
    inside = [(s.pushed_at - s.rung_at) * 1000 for s in seen[WARM_UP:]]
    cold = [(s.seen_at - s.rung_at) * 1000 for s in seen[:WARM_UP]]
    median, most = percentile(warm, 0.5), percentile(warm, 0.99)
    return Figure(
        what=f"Screen pop, {kind}",
        how=f"from the Timestamp of AgentCalled to the card at a Socket.IO client: {kept.version}, {asked.rate:g} new calls/s by SIPp"
        f" (signalling only), {asked.desks} connected desks, {asked.customers:,} customers with {numbers_of(asked.customers):,} numbers,"
        f" {len(warm)} cards",
        bar=f"median ≤ {MEDIAN_MS:g} ms, 99 % ≤ {MOST_MS:g} ms",
        result=f"median {median:.1f} ms, 99 % {most:.1f} ms",
        held=median <= MEDIAN_MS and most <= MOST_MS,
        notes=(
            *([remark] if remark else ()),
            f"until the card is built: median {percentile(inside, 0.5):.1f} ms, 99 % {percentile(inside, 0.99):.1f} ms",
            f"`ringdesk serve` needed {share:.0%} of a core",
            f"the slowest of all: {max(warm):.1f} ms; the first {WARM_UP}, not counted above: 99 % {percentile(cold, 0.99):.1f} ms",
        ),
    )


def _check(seen: Sequence[Seen], callers: Sequence[str]) -> None:
    """Every caller was seen, with a customer unless they are a stranger."""
    if missing := set(callers) - {s.number for s in seen}:
        raise AssertionError(f"no card for {len(missing)} of {len(callers)} callers, {sorted(missing)[:3]} among them")
    strangers = set(callers[::STRANGERS])
    if wrong := [s for s in seen if (s.customer is None) != (s.number in strangers)]:
        raise AssertionError(f"{len(wrong)} cards without the customer or with a wrong one: {wrong[:3]}")


# Ringdesk -----------------------------------------------------------------------------------------------------------------------


async def _hire(url: str, extensions: Sequence[str]) -> list[str]:
    """An agent behind each phone; their tokens."""
    db = Database(url)
    tokens = []
    try:
        async with db.write() as session:
            for extension in extensions:
                user = await accounts.add(session, name=f"agent{extension}", roles=(Role.AGENT,), interface=f"PJSIP/{extension}")
                tokens.append((await logins.make_token(session, user, "benchmark"))[1])
    finally:
        await db.close()
    return tokens


@contextlib.contextmanager
def _serving(url: str, pbx: Asterisk) -> Iterator[tuple[str, int]]:
    """`ringdesk serve` beside that PBX, as everybody runs it; its address and its process id."""
    username, secret = pbx.ringdesk
    port = databases.free_port()
    chosen = {
        "DATABASE_URL": url, "HTTP_PORT": str(port), "AMI_PORT": str(pbx.ami_port), "AMI_USERNAME": username, "AMI_SECRET": secret,
        "COUNTRY": HOME, "WRAP_UP_LIMIT": str(WRAP_UP),
    }  # fmt: skip
    environment = {name: text for name, text in os.environ.items() if not name.startswith("RINGDESK_")}
    environment |= {f"RINGDESK_{name}": text for name, text in chosen.items()}
    command = [str(Path(sys.executable).with_name("ringdesk")), "serve"]
    with tempfile.TemporaryDirectory(prefix="ringdesk-bench-") as folder:
        log = Path(folder) / "log"
        with log.open("wb") as out:
            server = subprocess.Popen(command, env=environment, cwd=folder, stdout=out, stderr=out)
        try:
            _wait(f"http://127.0.0.1:{port}/readyz", server, log)
            yield f"http://127.0.0.1:{port}", server.pid
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _cpu(pid: int) -> float:
    """Seconds of CPU that a process has used (proc(5): utime and stime are fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _wait(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(URLError, ConnectionError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.1)  # nothing else runs here until the server does
    raise RuntimeError(f"Ringdesk did not start: {log.read_text(errors='replace')[-2000:]}")


# Callers and desks ---------------------------------------------------------------------------------------------------------------


async def _call(pbx: Asterisk, callers: Sequence[str], rate: float) -> None:
    async with Floor(pbx) as floor:
        await floor.crowd(pbx.phones, answer_after=RING, talk=TALK)
        await asyncio.sleep(2)  # two hundred agents who log in are news for Ringdesk, too
        await floor.ami.action("Events", EventMask="off")  # the rig's own ear, which would take a part of a core
        calls = floor.flood(callers, "crowd", rate=rate)
        if await calls.ended(LIMIT + len(callers) / rate):
            raise AssertionError(f"SIPp: {calls.errors[-500:]}")
        await floor.ami.action("Events", EventMask="on")
        await floor.quiet()


@contextlib.contextmanager
def _desks(address: str, tokens: Sequence[str]) -> Iterator[Connection]:
    """All of them connected, in a process of their own. It sends what was seen when it is told that it is enough."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_sit, args=(there, address, list(tokens)), name="desks", daemon=True)
    process.start()
    try:
        if not here.poll(LIMIT) or here.recv() != "ready":
            raise RuntimeError("the desks did not connect")
        yield here
    finally:
        process.terminate()
        process.join()


def _sit(pipe: Connection, address: str, tokens: Sequence[str]) -> None:
    asyncio.run(_watch(pipe, address, tokens))


async def _watch(pipe: Connection, address: str, tokens: Sequence[str]) -> None:
    seen: dict[str, Seen] = {}

    async def card(payload: dict[str, Any]) -> None:
        now = time.time()
        if payload["looked_up"] and payload["card_id"] not in seen:
            customer = payload["customer"]
            rung_at, pushed_at = (datetime.fromisoformat(payload[name]).timestamp() for name in ("ring_started_at", "pushed_at"))
            seen[payload["card_id"]] = Seen(payload["caller"]["e164"], customer and customer["external_id"], rung_at, pushed_at, now)

    desks = []
    for token in tokens:
        desk = socketio.AsyncClient(reconnection=False)
        desk.on("card", card)
        await desk.connect(address, auth={"token": token}, transports=["websocket"])
        desks.append(desk)
    pipe.send("ready")
    await asyncio.to_thread(pipe.recv)
    for desk in desks:
        await desk.disconnect()
    pipe.send(list(seen.values()))


if __name__ == "__main__":
    run_alone(measure, options, __doc__)
