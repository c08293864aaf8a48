"""Plays the scenarios on a real Asterisk and writes down what it said: `python -m tests.pbx.record [NAME…]`.

Into tests/telephony/recorded/: NAME.ami (the very AMI text from just before the call until all is hung up), NAME.queue_log and
NAME.cdr.csv (the lines which belong to it). The fast tests replay them.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from tests.pbx import chroot
from tests.pbx.asterisk import Asterisk
from tests.pbx.floor import Floor
from tests.pbx.scenarios import SCENARIOS

RECORDED = Path(__file__).parents[1] / "telephony" / "recorded"
SETTLED = 0.3  # seconds without an event after the last hang-up: device states trail behind
OF_THE_TESTS = frozenset({"TestEvent", "SuccessfulAuth"})  # Debian builds Asterisk with its test framework; nobody's PBX says these


async def record(asterisk: Asterisk, name: str, into: Path = RECORDED) -> int:
    """Play one scenario and write its three files; the number of events."""
    async with Floor(asterisk) as floor:
        await SCENARIOS[name](floor)
        await floor.quiet()
        count = -1
        while count != len(floor.ami.events):
            count = len(floor.ami.events)
            await asyncio.sleep(SETTLED)
        events = [each for each in floor.ami.events[floor.began :] if each.name not in OF_THE_TESTS]
        _write(into, f"{name}.ami", b"".join(each.raw for each in events))
        _write(into, f"{name}.queue_log", "".join(f"{entry.line}\n" for entry in floor.queue_log).encode())
        _write(into, f"{name}.cdr.csv", "".join(f"{line}\n" for line in floor.cdr_lines).encode())
        return len(events)


def _write(into: Path, name: str, content: bytes) -> None:
    into.mkdir(parents=True, exist_ok=True)
    (into / name).write_bytes(content)


def main() -> None:
    """Record the scenarios named on the command line, or all; ends with their names if some could not be played."""
    names = sys.argv[1:] or list(SCENARIOS)
    kept = chroot.provide()
    print(kept.version)
    failed = []
    with Asterisk(kept) as asterisk:
        for name in names:
            started = time.monotonic()
            try:
                count = asyncio.run(record(asterisk, name))
            except (AssertionError, RuntimeError, TimeoutError) as error:
                failed.append(name)
                print(f"{name}: FAILED: {error}")
            else:
                print(f"{name}: {count} events, {time.monotonic() - started:.1f} s")
    if failed:
        sys.exit(f"not recorded: {', '.join(failed)}")


if __name__ == "__main__":
    main()
