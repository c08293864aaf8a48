"""The word errors of the tests' run, in pytest's own summary."""

from typing import Any

PROPERTY = "word_errors"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """From the reports, which also come from xdist's processes."""
    lines = [
        value
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, ())
        for name, value in report.user_properties
        if name == PROPERTY and report.when == "call"
    ]
    if lines:
        terminalreporter.section("word errors on the sample calls (Vosk, whole way)")
        for line in sorted(lines):
            terminalreporter.line(line)
