"""Asterisk 22 and SIPp in a chroot of Debian sid, built once and kept outside the checkout.

Debian 12 has no asterisk package, sid has the current LTS. `provide()` returns the kept chroot, or builds it in about a minute.
Everything that needs /proc, /dev or a shared folder inside it runs in a mount namespace of its own, so no mount is ever seen outside
and none is left behind, whatever dies.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

RECIPE = 1  # part of the cache's name: raise it when the way the chroot is made changes
SUITE = "sid"
PACKAGES = ("asterisk", "asterisk-core-sounds-en-wav", "sip-tester")
SHARE = "/rig"  # where the folder given to argv() is seen inside
BUILD_LIMIT = 1800  # seconds; a build takes one minute, a slow mirror some more
NOT_NEEDED = ("usr/share/doc", "usr/share/man", "usr/share/locale", "var/cache/apt", "var/lib/apt/lists")

# $1 chroot, $2 shared folder, $3 user; the rest is the command. Everything execs, so the process keeps the pid that was started,
# and the kernel kills it when the test run that started it dies, even by SIGKILL.
_ENTER = f"""
mount --bind /proc "$1/proc" && mount --rbind /dev "$1/dev" && mount --bind "$2" "$1{SHARE}" || exit 125
root=$1 user=$3
shift 3
exec chroot "$root" setpriv --reuid "$user" --regid "$user" --init-groups --pdeathsig KILL "$@"
"""


class PbxUnavailable(RuntimeError):
    """There can be no Asterisk on this machine; the text says why."""


@dataclass(frozen=True)
class Chroot:
    """A directory tree with a working Asterisk and SIPp."""

    root: Path
    version: str

    def argv(self, share: Path, *command: str, user: str = "asterisk") -> list[str]:
        """The command line which runs `command` inside, as `user`, with `share` mounted at SHARE; it keeps its process id."""
        unshare = ["unshare", "--mount", "--propagation", "private"]
        return [*unshare, "sh", "-c", _ENTER, "sh", str(self.root), str(share), user, *command]

    def own(self, path: Path) -> None:
        """Give `path` and all below it to the asterisk user of the chroot (whose number differs from the machine's)."""
        for line in (self.root / "etc/passwd").read_text().splitlines():
            name, _, uid, gid, *_ = line.split(":")
            if name == "asterisk":
                for each in (path, *path.rglob("*")):
                    os.chown(each, int(uid), int(gid))


def provide() -> Chroot:
    """The kept chroot, built if there is none or if it is broken. Raises PbxUnavailable. Two runs never build at once."""
    if os.geteuid() != 0:
        raise PbxUnavailable("a chroot needs root; this is not root")
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode:
        raise PbxUnavailable("no mount namespace can be made here (unshare --mount fails)")
    root = _cache() / f"asterisk-{SUITE}-{RECIPE}"
    with _locked(root.with_suffix(".lock")):
        if root.exists():
            try:
                return _probed(root)
            except PbxUnavailable:
                discard(root)
        building = root.with_suffix(".building")
        discard(building)
        _build(building)
        _probed(building)
        building.rename(root)
        return _probed(root)


def discard(root: Path) -> None:
    """Remove a chroot. Renamed first, so that nobody finds half of one."""
    if root.exists():
        doomed = root.with_name(f"{root.name}.{os.getpid()}.old")
        root.rename(doomed)
        shutil.rmtree(doomed)


def _cache() -> Path:
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    path = base / "ringdesk"
    path.mkdir(parents=True, exist_ok=True)
    return path


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _probed(root: Path) -> Chroot:
    """The chroot at `root` if both programs in it start."""
    for program in (["asterisk", "-V"], ["sipp", "-v"]):
        done = subprocess.run(["chroot", str(root), *program], capture_output=True, text=True, check=False)
        if program[0] == "asterisk":
            version = done.stdout.strip()
        # `sipp -v` ends with 99, the code of its help
        if done.returncode not in {0, 99} or not done.stdout.strip():
            raise PbxUnavailable(f"{' '.join(program)} does not start in {root}: {done.stderr.strip()}")
    return Chroot(root, version)


def _build(root: Path) -> None:
    _install_debootstrap()
    command = ["debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", SUITE, str(root), *_mirror()]
    log = root.with_suffix(".log")
    with log.open("w") as out:
        # namespaces of its own: its mounts of /proc and /sys vanish with it, and none of its children outlives an interrupted run
        alone = ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc"]
        done = subprocess.run(
            [*alone, "timeout", str(BUILD_LIMIT), *command],
            stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False,
            env={**os.environ, **_proxy(), "DEBIAN_FRONTEND": "noninteractive"},
        )  # fmt: skip
    if done.returncode:
        raise PbxUnavailable(f"debootstrap {SUITE} failed ({log}): " + " / ".join(log.read_text().splitlines()[-3:]))
    for path in NOT_NEEDED:
        shutil.rmtree(root / path, ignore_errors=True)
    (root / SHARE.lstrip("/")).mkdir()


def _install_debootstrap() -> None:
    if shutil.which("debootstrap"):
        return
    if not shutil.which("apt-get"):
        raise PbxUnavailable("no debootstrap, and no apt-get to install it with")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    packages = ["debootstrap", "debian-archive-keyring"]
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        if done.returncode and command[1] == "install":
            raise PbxUnavailable(f"debootstrap could not be installed: {done.stderr.strip()[-300:]}")


def _mirror() -> list[str]:
    """The Debian mirror which this machine's own apt uses; none on another distribution, where debootstrap knows its default."""
    release = _os_release()
    if release.get("ID") != "debian":
        return []
    wanted = "$(REPO_URI)\t$(RELEASE)\t$(COMPONENT)"
    listed = subprocess.run(["apt-get", "indextargets", "--format", wanted], capture_output=True, text=True, check=False)
    names = {release.get("VERSION_CODENAME", SUITE), "oldstable", "stable", "testing", "unstable", SUITE}
    for line in listed.stdout.splitlines():
        uri, name, component = line.split("\t")
        if name in names and component == "main":
            return [uri]
    return []


def _proxy() -> dict[str, str]:
    """debootstrap's wget does not read apt's proxy setting by itself."""
    shell = ["apt-config", "dump", "--format", "%v%n", "Acquire::http::Proxy"]
    try:
        value = subprocess.run(shell, capture_output=True, text=True, check=False).stdout.strip()
    except FileNotFoundError:
        return {}
    return {"http_proxy": value} if value and "http_proxy" not in os.environ else {}


def _os_release() -> dict[str, str]:
    try:
        lines = Path("/etc/os-release").read_text().splitlines()
    except FileNotFoundError:
        return {}
    return {key: value.strip('"') for key, _, value in (line.partition("=") for line in lines)}
