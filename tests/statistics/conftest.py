"""What tests of statistics share."""

import pytest

from ringdesk.storage import quarters
from tests.web.conftest import house, quick_hashes, small_house  # noqa: F401 - fixtures of the tests below


@pytest.fixture(autouse=True)
def _counted_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose clock runs ahead counts what was written just now: all writers mark."""
    monkeypatch.setattr(quarters, "YOUNG", 0)
