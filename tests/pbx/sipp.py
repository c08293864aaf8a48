"""SIPp as the people of a contact centre: customers on the trunk, agents' phones, numbers outside; with sound or without.

Scenarios are the files in `sipp/`; `{names}` in them are filled in here, because SIPp's own parameters do not reach pauses and time-outs.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import secrets
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.pbx.asterisk import Asterisk, free_port
from tests.pbx.chroot import SHARE

SCENARIOS = Path(__file__).parent / "sipp"
REFUSALS = (401, 403, 404, 408, 410, 415, 480, 481, 486, 487, 488, 500, 502, 503, 504, 600, 603, 604, 606)
LIFETIME = 300  # seconds; a SIPp that is forgotten ends by itself
START_LIMIT = 5.0
_TRACE = ["-trace_msg"]
MANY = 10  # calls of one SIPp: it then keeps no trace of its messages, which costs time
SPEECH = "Hello, this is a call for the tests. One, two, three, four, five."


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """What a party does. Times in seconds; None: never by itself, but when the far side or the test says so."""

    answer_after: float | None = None  # of who is called
    patience: float | None = None  # of who calls: gives up after it, if nothing answered
    talk: float | None = None  # hangs up after it
    refuse: str | None = None  # "486 Busy Here", "603 Decline" …, after answer_after of ringing; at once if that is None
    sound: bool | Path = False  # real RTP, of this raw mu-law where it is a file; without it signalling only


class Party:
    """One running SIPp. It is always ended by stop(), by its pid."""

    def __init__(self, process: subprocess.Popen[bytes], what: str, folder: Path) -> None:
        self.process, self.what, self.folder = process, what, folder

    async def ended(self, limit: float = 30.0) -> int:
        """Wait until all its calls are over; its exit code, 0 when every call went as the scenario says."""
        if self.process.poll() is None:
            loop, over, descriptor = asyncio.get_running_loop(), asyncio.Event(), os.pidfd_open(self.process.pid)
            loop.add_reader(descriptor, over.set)
            try:
                await asyncio.wait_for(over.wait(), limit)
            except TimeoutError:
                raise AssertionError(f"{self.what} is still busy after {limit} s") from None
            finally:
                loop.remove_reader(descriptor)
                os.close(descriptor)
        return self.process.wait()

    @property
    def errors(self) -> str:
        """What SIPp complained of, unexpected messages among it."""
        path = self.folder / "errors.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def stop(self) -> None:
        """End it now, whatever it does."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


@dataclass
class Parties:
    """Starts SIPps for one Asterisk and reaps all of them."""

    asterisk: Asterisk
    running: list[Party] = field(default_factory=list)

    def answering(self, address: str, behaviour: Behaviour, *, trace: bool = True) -> Party:
        """Whoever is called at `address`: a phone, or with TRUNK's address the numbers outside. Ready when this returns."""
        port = self.asterisk.party_port
        scenario = "refuse.xml" if behaviour.refuse else "phone.xml"
        party = self._start(scenario, address, port, behaviour, _TRACE if trace else [], f"{address} who is called")
        deadline = time.monotonic() + START_LIMIT
        while not _is_bound(address, port):
            if party.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{party.what} did not start: {(party.folder / 'screen.log').read_text()[-1000:]}")
            time.sleep(0.002)
        return party

    def calling(
        self,
        address: str,
        callers: list[tuple[str, str]],
        behaviour: Behaviour,
        *,
        rate: float = 10.0,
        at_once: int = 1000,
    ) -> Party:
        """Calls from `address`, one for each (From header, number dialled), `rate` a second."""
        rows = [f"{caller};{number}" for caller, number in callers]
        options = ["-m", str(len(callers)), "-l", str(at_once), "-r", "1", "-rp", str(max(1, round(1000 / rate)))]
        if len(rows) < MANY:
            options += _TRACE
        return self._start("caller.xml", address, free_port(address), behaviour, options, f"{address} who calls", rows)

    def stop(self) -> None:
        """End all of them."""
        for party in self.running:
            party.stop()
            shutil.rmtree(party.folder, ignore_errors=True)
        self.running.clear()

    def _start(
        self,
        scenario: str,
        address: str,
        port: int,
        behaviour: Behaviour,
        options: list[str],
        what: str,
        rows: list[str] | None = None,
    ) -> Party:
        folder = self.asterisk.folder / f"party-{secrets.token_hex(6)}"
        folder.mkdir()
        inside = f"{SHARE}/{folder.name}"
        called = scenario != "caller.xml"
        sound = f"{inside}/speech.ul" if behaviour.sound else ""
        if sound:
            said = behaviour.sound if isinstance(behaviour.sound, Path) else speech(self.asterisk.folder)
            shutil.copyfile(said, folder / "speech.ul")
        (folder / "scenario.xml").write_text(_scenario(scenario, behaviour, called=called, sound=sound), encoding="utf-8")
        if rows:
            (folder / "calls.csv").write_text("\n".join(["SEQUENTIAL", *rows]) + "\n", encoding="utf-8")
            options = [*options, "-inf", f"{inside}/calls.csv"]
        argv = self.asterisk.chroot.argv(
            self.asterisk.folder, "sipp", f"127.0.0.1:{self.asterisk.sip_port}", "-sf", f"{inside}/scenario.xml",
            "-i", address, "-mi", address, "-p", str(port), "-mp", str(free_port(address)),
            "-nostdin", "-base_cseq", "10", "-timeout", f"{LIFETIME}s",
            "-trace_err", "-error_file", f"{inside}/errors.log", "-message_file", f"{inside}/messages.log", *options,
            user="root",
        )  # fmt: skip
        with (folder / "screen.log").open("wb") as screen:
            process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=screen, stderr=screen, start_new_session=True)
        party = Party(process, what, folder)
        self.running.append(party)
        return party


def register(asterisk: Asterisk, extension: str, *, away: bool = False, at: str = "", limit: float = START_LIMIT) -> None:
    """Switch a phone on (it registers) or off: the PBX then has it as available or not. RFC 3261, 10.2; trusted by its address.

    `at`: the address where its calls are answered, if it is not the phone's own.
    """
    address = asterisk.phones[extension]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind((address, 0))
        phone.settimeout(limit)
        tag = secrets.token_hex(8)
        me, pbx = f"{address}:{phone.getsockname()[1]}", f"127.0.0.1:{asterisk.sip_port}"
        lines = [
            f"REGISTER sip:{pbx} SIP/2.0", f"Via: SIP/2.0/UDP {me};branch=z9hG4bK{tag}", f"From: <sip:{extension}@{pbx}>;tag={tag}",
            f"To: <sip:{extension}@{pbx}>", f"Call-ID: {tag}", "CSeq: 1 REGISTER", "Max-Forwards: 70",
            "Contact: *" if away else f"Contact: <sip:{extension}@{at or address}:{asterisk.party_port}>",
            f"Expires: {0 if away else 3600}", "Content-Length: 0", "", "",
        ]  # fmt: skip
        phone.sendto("\r\n".join(lines).encode(), ("127.0.0.1", asterisk.sip_port))
        answer = phone.recv(65535).decode()
    if not answer.startswith("SIP/2.0 200"):
        raise RuntimeError(f"{extension} could not register: {answer.splitlines()[0]}")


def speech(folder: Path) -> Path:
    """Raw 8 kHz mu-law, spoken by espeak-ng where the machine has it, else a tone. Made once for each PBX."""
    path = folder / "speech.ul"
    if not path.exists():
        if shutil.which("espeak-ng") and shutil.which("sox"):
            wav = folder / "speech.wav"
            subprocess.run(["espeak-ng", "-w", str(wav), SPEECH], check=True, capture_output=True)
            subprocess.run(["sox", str(wav), "-r", "8000", "-c", "1", "-t", "ul", str(path)], check=True, capture_output=True)
        else:
            path.write_bytes(bytes(_ulaw(round(8000 * math.sin(2 * math.pi * 600 * n / 8000))) for n in range(16000)))
    return path


def _ulaw(sample: int) -> int:
    """One 16-bit sample as G.711 mu-law."""
    sign, sample = (0x80, -sample) if sample < 0 else (0, sample)
    sample = min(sample, 32635) + 132
    exponent = sample.bit_length() - 8
    return ~(sign | exponent << 4 | (sample >> (exponent + 3)) & 0x0F) & 0xFF


def _scenario(name: str, behaviour: Behaviour, *, called: bool, sound: str) -> str:
    text = (SCENARIOS / name).read_text(encoding="utf-8")
    talk = (SCENARIOS / "talk.xml").read_text(encoding="utf-8")
    refused = '  <recv response="{}" optional="true" next="refused" {}/>'
    play = f'  <nop><action><exec rtp_stream="{sound},-1,0,PCMU/8000"/></action></nop>'
    patience = _timeout(behaviour.patience, "cancel")
    values = {
        "{talk}": talk,
        "{answer}": _timeout(behaviour.answer_after, "answer"),
        "{patience}": patience,
        "{talk_time}": _timeout(behaviour.talk, "hangup"),
        "{refusals}": "\n".join(refused.format(code, patience) for code in REFUSALS),
        "{code}": behaviour.refuse or "",
        "{ringing}": _ringing(behaviour.answer_after) if behaviour.refuse else "",
        "{audio}": play if sound else "",
        "{media_port}": "[rtpstream_audio_port]" if sound else "[media_port]",
        "{me}": "[$to];tag=[pid]x[call_number]" if called else " [field0];tag=[pid]x[call_number]",
        "{them}": "[$them]",
    }
    for token, value in values.items():
        text = text.replace(token, value)
    return text


def _timeout(seconds: float | None, then: str) -> str:
    return "" if seconds is None else f'timeout="{max(1, round(seconds * 1000))}" ontimeout="{then}"'


def _ringing(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"""<send><![CDATA[

SIP/2.0 180 Ringing
[last_Via:]
[last_From:]
[last_To:];tag=[pid]x[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:phone@[local_ip]:[local_port]>
Content-Length: 0

]]></send>
  <pause milliseconds="{round(seconds * 1000)}"/>"""


def _is_bound(address: str, port: int) -> bool:
    """Whether a UDP socket listens there, read off the kernel's table (SIPp does not say when it is ready)."""
    wanted = f"{socket.inet_aton(address)[::-1].hex().upper()}:{port:04X}"
    with contextlib.suppress(OSError):
        return any(wanted == line.split()[1] for line in Path("/proc/net/udp").read_text().splitlines()[1:])
    return False
