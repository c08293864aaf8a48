"""One Asterisk of a test's own: free ports, own folders, our product's configuration, gone without a trace when it is stopped."""

from __future__ import annotations

import csv
import math
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import wave
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from ringdesk.telephony import pbx_config
from tests.pbx.chroot import SHARE, Chroot

CONF = Path(__file__).parent / "conf"
TRUNK = "127.0.0.2"
NAMES = ("Olena Bondar", "Taras Melnyk", "Iryna Koval", "Marko Tkach", "Daryna Shevchenko", "Петро Лисенко")
AGENTS = len(NAMES)
BOOT_LIMIT = 30.0  # seconds; a start takes less than one, on a loaded machine some
STOP_LIMIT = 5.0


class StartFailed(RuntimeError):
    """Asterisk ended, or did not boot in time; the text holds what it said."""


@dataclass(frozen=True, slots=True)
class QueueLogEntry:
    """A line of queue_log: time|callid|queue|agent|event|data1|data2|…"""

    time: float
    callid: str
    queue: str
    agent: str
    event: str
    data: tuple[str, ...]
    line: str


class Asterisk:
    """A PBX on 127.0.0.1. `with Asterisk(chroot) as pbx:` or start() and stop(); several may run at once."""

    def __init__(self, chroot: Chroot, *, agents: int = AGENTS, extra: dict[str, str] | None = None) -> None:
        """`agents`: how many phones it knows, 1001 and on, up to 200; only the first six are in queues by themselves.

        `extra`: file name → text put into its configuration folder over the tests' own.
        """
        self.chroot = chroot
        self.extra = extra or {}
        # extension → the address of the phone, and the name it shows
        self.phones = {str(1000 + n): f"127.0.0.{10 + n}" for n in range(1, agents + 1)}
        self.names = dict(zip(self.phones, (*NAMES, *(f"Agent {n}" for n in range(AGENTS + 1, agents + 1))), strict=False))
        self.ami_port = free_port("127.0.0.1", kind=socket.SOCK_STREAM)
        self.sip_port = free_port("127.0.0.1")
        self.party_port = free_port(TRUNK, *self.phones.values())
        self.ringdesk = ("ringdesk", secrets.token_urlsafe(16))  # the user of the product, with its rights and filters
        self.tests = ("tests", secrets.token_urlsafe(16))  # hears and may do everything
        self.folder = Path()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Asterisk:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def monitor(self) -> Path:
        """Where MixMonitor writes."""
        return self.folder / "spool" / "monitor"

    def start(self) -> None:
        """Start, and return when it is fully booted. Raises StartFailed, with nothing left running."""
        if self.folder == Path():
            self.folder = Path(tempfile.mkdtemp(prefix="ringdesk-pbx-"))
            self._configure()
        try:
            self._launch()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the process, by its pid, and remove its folders. Safe to call in any state."""
        self._end(signal.SIGTERM)
        if self.folder != Path():
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = Path()

    def kill(self) -> None:
        """A crash: SIGKILL. Folders and ports stay, start() goes on with them."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """A planned stop and a new start with the same configuration, ports and logs."""
        self._end(signal.SIGTERM)
        self.start()

    def cli(self, command: str) -> str:
        """What Asterisk's console answers."""
        argv = self.chroot.argv(self.folder, "asterisk", "-C", f"{SHARE}/etc/asterisk.conf", "-rx", command)
        return subprocess.run(argv, capture_output=True, text=True, check=False, timeout=BOOT_LIMIT).stdout

    @property
    def queue_log_file(self) -> Path:
        return self.folder / "log" / "queue_log"

    @property
    def queue_log(self) -> list[QueueLogEntry]:
        """All that queue_log holds so far."""
        path = self.queue_log_file
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
        entries = []
        for line in lines:
            at, callid, queue, agent, event, *data = line.split("|")
            entries.append(QueueLogEntry(float(at), callid, queue, agent, event, tuple(data), line))
        return entries

    @property
    def cdr_lines(self) -> list[str]:
        """The lines of Master.csv so far, oldest first."""
        path = self.folder / "log" / "cdr-csv" / "Master.csv"
        return path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []

    @property
    def cdr(self) -> list[dict[str, str]]:
        """The same as rows."""
        return list(csv.DictReader(self.cdr_lines, fieldnames=CDR_FIELDS))

    def _configure(self) -> None:
        for name in ("etc", "log", "log/cdr-csv", "run", "db", "spool", "spool/monitor", "moh"):
            (self.folder / name).mkdir()
        _tone(self.folder / "moh" / "music.wav")
        filled = {
            "@AMI_PORT@": str(self.ami_port),
            "@SIP_PORT@": str(self.sip_port),
            "@PARTY_PORT@": str(self.party_port),
            "@TESTS_SECRET@": self.tests[1],
            "@PHONES@": "\n".join(_phone(extension, self.names[extension], address) for extension, address in self.phones.items()),
        }
        texts = {path.name: path.read_text(encoding="utf-8") for path in CONF.glob("*.conf")}
        for token, value in filled.items():
            texts = {name: text.replace(token, value) for name, text in texts.items()}
        username, secret = self.ringdesk
        product = pbx_config.render(username=username, secret=secret)
        texts |= {f"ringdesk-{name}": text for name, text in product.items()} | self.extra
        for name, text in texts.items():
            (self.folder / "etc" / name).write_text(text, encoding="utf-8")
        self.chroot.own(self.folder)

    def _launch(self) -> None:
        log = self.folder / "log" / "console"
        argv = self.chroot.argv(self.folder, "asterisk", "-f", "-n", "-C", f"{SHARE}/etc/asterisk.conf")
        with log.open("ab") as console:
            self._process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=console, stderr=console, start_new_session=True)
        deadline = time.monotonic() + BOOT_LIMIT
        ready = self.folder / "run" / "asterisk.ctl"
        while not ready.exists() or "fully booted" not in self.cli("core waitfullybooted"):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise StartFailed(f"{self.chroot.version} did not start: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.01)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(how)
            try:
                process.wait(STOP_LIMIT)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        (self.folder / "run" / "asterisk.ctl").unlink(missing_ok=True)


# cdr.conf's newcdrcolumns adds the last three
CDR_FIELDS = (
    "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata", "start", "answer", "end",
    "duration", "billsec", "disposition", "amaflags", "uniqueid", "userfield", "peeraccount", "linkedid", "sequence",
)  # fmt: skip


def free_port(*addresses: str, kind: socket.SocketKind = socket.SOCK_DGRAM) -> int:
    """An even port that is free on all these addresses now. Even, because RTP wants it so."""
    while True:
        port = 2 * secrets.randbelow(4000) + 41000  # above the RTP range of rtp.conf
        sockets = [socket.socket(socket.AF_INET, kind) for _ in addresses]
        try:
            for each, address in zip(sockets, addresses, strict=True):
                each.bind((address, port))
        except OSError:
            continue
        else:
            return port
        finally:
            for each in sockets:
                each.close()


def _phone(extension: str, name: str, address: str) -> str:
    return f"""
[{extension}](phone)
callerid = "{name}" <{extension}>
aors = {extension}
[{extension}]
type = aor
max_contacts = 1
remove_existing = yes
[{extension}]
type = identify
endpoint = {extension}
match = {address}
"""


def _tone(path: Path) -> None:
    """A second of 440 Hz, 8 kHz mono: music enough for holding."""
    samples = (int(8000 * math.sin(2 * math.pi * 440 * n / 8000)) for n in range(8000))
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(b"".join(sample.to_bytes(2, "little", signed=True) for sample in samples))
