#!/bin/sh
# Installs what the benchmarks need of the machine (as root on Debian and Ubuntu), then runs those that BENCH names, or all.
set -eu
cd "$(dirname "$0")/.."

if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    [ -e /usr/share/doc/postgresql ] || packages="${packages:-} postgresql"
    command -v debootstrap >/dev/null 2>&1 || packages="${packages:-} debootstrap" # builds the Asterisk
    command -v unshare >/dev/null 2>&1 || packages="${packages:-} util-linux"
    if [ -n "${packages:-}" ]; then
        echo "Installing for the benchmarks:$packages"
        apt-get update -qq
        # shellcheck disable=SC2086
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
    fi
fi

# shellcheck disable=SC2086
exec .venv/bin/python -m benchmarks ${BENCH:-}
