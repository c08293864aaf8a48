#!/bin/sh
# Pins the newest version of every library that pyproject.toml asks for, with hashes, for every platform; no index address is written.
set -eu
cd "$(dirname "$0")/.."
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools"
"$tools/bin/pip" install --quiet uv
pin() { "$tools/bin/uv" pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --quiet "$@"; }
pin --upgrade -o requirements/run.txt
pin --upgrade -c requirements/run.txt --group test --group lint -o requirements/dev.txt
