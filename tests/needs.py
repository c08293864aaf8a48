"""What a test needs of the machine: skipped with the reason for a person without it, a failure in CI, where a hole must not look green."""

import os
from typing import NoReturn

import pytest


def missing(what: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(what, pytrace=False)
    pytest.skip(what)
