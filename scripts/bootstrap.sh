#!/bin/sh
# Makes the virtual environment $1 with the newest Python >= 3.11 of this machine.
set -eu
venv=$1
[ -x "$venv/bin/python" ] && "$venv/bin/python" -m pip --version >/dev/null 2>&1 && exit 0

for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null 2>&1 &&
        "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; then
        python=$name
        break
    fi
done
if [ -z "${python:-}" ]; then
    echo "Ringdesk needs Python 3.11 to 3.14, and finds none. Install one, or name it: make PYTHON=/path/to/python3 install" >&2
    exit 1
fi

# Debian and Ubuntu ship Python without the part that makes environments (package python3-venv).
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    package=$("$python" -c 'import sys; print(f"python3.{sys.version_info.minor}-venv")')
    if command -v uv >/dev/null 2>&1; then
        uv venv --quiet --seed --python "$python" "$venv"
        exit 0
    elif command -v virtualenv >/dev/null 2>&1; then
        virtualenv --quiet --python "$python" "$venv"
        exit 0
    elif command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$package" >/dev/null
    else
        echo "This Python cannot make virtual environments. Mend it with: sudo apt-get install $package" >&2
        exit 1
    fi
fi
rm -rf "$venv"
"$python" -m venv "$venv"
