#!/bin/sh
# Installs what the tests need of the machine (as root on Debian and Ubuntu; elsewhere they skip what is missing, with the reason),
# then runs all of them: the browser client's own, and pytest with the real PBX, both databases and the real browser.
set -eu
cd "$(dirname "$0")/.."
python=.venv/bin/python

want() { # package, then a file or command that shows it is there
    [ -e "$2" ] || command -v "$2" >/dev/null 2>&1 || packages="${packages:-} $1"
}
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    want debootstrap debootstrap # builds the Asterisk of the tests
    want postgresql /usr/share/doc/postgresql
    want chromium chromium
    want fonts-dejavu-core /usr/share/fonts/truetype/dejavu
    want util-linux unshare
    if [ -n "${packages:-}" ]; then
        echo "Installing for the tests:$packages"
        apt-get update -qq
        # shellcheck disable=SC2086
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
    fi
fi

status=0
$python -m scripts.npm run test || status=1
# A file stays in one process. PBX and browser mostly wait: three processes keep two cores busy.
# In the order of their names, since by number of tests the few that take minutes would come last.
# shellcheck disable=SC2086
$python -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder ${PYTEST_ARGS:-} || status=1
exit $status
