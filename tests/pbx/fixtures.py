"""Fixtures of the tests on a real PBX. Without one they are skipped with the reason; under CI=true that is a failure.

A conftest.py takes them by `from tests.pbx.fixtures import *`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.needs import missing
from tests.pbx import chroot
from tests.pbx.asterisk import Asterisk, StartFailed
from tests.pbx.floor import Floor

__all__ = ["asterisk", "pbx", "pytest_collection_finish", "pytest_terminal_summary"]

_kept: list[chroot.Chroot] = []  # what this run uses, or
_missing: list[str] = []  # why there is nothing


def pytest_collection_finish(session: pytest.Session) -> None:
    """Build the chroot before the first test, whose time limit would be too short for it."""
    wanted = any("asterisk" in getattr(item, "fixturenames", ()) for item in session.items)
    if wanted and not session.config.option.collectonly and not (_kept or _missing):
        try:
            _kept.append(chroot.provide())
        except chroot.PbxUnavailable as reason:
            _missing.append(str(reason))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """sid moves: every run says what it ran on."""
    for kept in _kept:
        terminalreporter.write_line(f"PBX of the tests: {kept.version}")


@pytest.fixture(scope="session")
def asterisk() -> Iterator[Asterisk]:
    """One Asterisk for the whole session. A kept chroot in which it does not start any more is built anew, once."""
    if not _kept:
        missing(f"no PBX: {', '.join(_missing)}")
    pbx = Asterisk(_kept[0])
    try:
        pbx.start()
    except StartFailed:
        chroot.discard(_kept[0].root)
        _kept[0] = chroot.provide()
        pbx = Asterisk(_kept[0])
        pbx.start()
    try:
        yield pbx
    finally:
        pbx.stop()


@pytest_asyncio.fixture
async def pbx(asterisk: Asterisk) -> AsyncIterator[Floor]:
    """The contact centre: verbs over that Asterisk. Afterwards nobody is on the line and every queue is as it was."""
    async with Floor(asterisk) as floor:
        yield floor
