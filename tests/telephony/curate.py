"""Makes the recordings that Ringdesk brings along for its demo out of those of the tests: `python -m tests.telephony.curate`.

What stays is what the event filters of `ringdesk pbx config` let through, from the first message of a call on.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from ringdesk.telephony.replay.recording import as_filtered
from ringdesk.telephony.replay.text import parse, value, write

FROM = Path(__file__).parent / "recorded"
INTO = Path(__file__).parents[2] / "ringdesk" / "telephony" / "recorded"
CURATED = (
    "abandoned_queued", "abandoned_ringing", "answered_agent_hangs_up", "answered_customer_hangs_up", "attended_transfer_cancelled",
    "attended_transfer_completed", "blind_transfer_out", "blind_transfer_to_agent", "blind_transfer_to_queue", "busy_then_next",
    "click_to_dial_agent_busy", "click_to_dial_agent_phone_off", "click_to_dial_answered", "click_to_dial_customer_busy",
    "declined_then_next", "direct_call_answered", "hold_resume", "internal_call", "outgoing_answered", "outgoing_busy",
    "outgoing_customer_hangs_up", "outgoing_no_answer", "queue_timeout_no_agent", "ringall", "rna_then_next_agent",
)  # fmt: skip
NOWHERE = "originate_to_nowhere"  # recorded here: no scenario of the tests' has it


def curated(name: str) -> bytes:
    """The packaged text of a recording of the tests."""
    messages = as_filtered(parse((FROM / f"{name}.ami").read_bytes()).messages)
    begins = next((i for i, m in enumerate(messages) if value(m, "Event") == "Newchannel"), 0)
    return b"".join(write(m) for m in messages[begins:])


async def record_nowhere() -> bytes:
    """What the doctor's probe causes on a real Asterisk: a Local channel that leads nowhere."""
    from tests.pbx import chroot
    from tests.pbx.ami_client import AmiClient
    from tests.pbx.asterisk import Asterisk

    with Asterisk(chroot.provide()) as asterisk:
        async with AmiClient(asterisk.ami_port, *asterisk.tests) as ami:
            since = ami.mark()
            await ami.action(
                "Originate",
                ["QUEUESTATUS=ringdesk-doctor"],
                Channel="Local/probe@ringdesk-doctor/n",
                Application="NoOp",
                Async="true",
                ChannelId="ringdesk-probe",
            )
            await asyncio.sleep(0.5)
            messages = [list(event.pairs) for event in ami.events[since:]]
    return b"".join(write([(name.rstrip(":"), text) for name, text in m]) for m in as_filtered(messages))


def main() -> None:
    INTO.mkdir(exist_ok=True)
    for name in CURATED:
        (INTO / f"{name}.ami").write_bytes(curated(name))
    if "--nowhere" in sys.argv:
        (INTO / f"{NOWHERE}.ami").write_bytes(asyncio.run(record_nowhere()))
    print(f"{len(list(INTO.glob('*.ami')))} recordings, {sum(p.stat().st_size for p in INTO.glob('*.ami')) // 1024} KB")


if __name__ == "__main__":
    main()
