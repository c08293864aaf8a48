#!/bin/sh
# Pins the newest version of every library that pyproject.toml asks for, with hashes, for every platform; no index address is written.
set -eu
cd "$(dirname "$0")/.."
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools"
"$tools/bin/pip" install --quiet uv
pin() { "$tools/bin/uv" pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --quiet "$@"; }
# All together first: what only the tests need has a word in which version of a shared library is taken.
pin --upgrade --group test --group lint -o requirements/dev.txt
pin --upgrade -c requirements/dev.txt -o requirements/run.txt
