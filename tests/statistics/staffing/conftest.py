"""The house of the tests of the API."""

from tests.web.conftest import house, quick_hashes, small_house  # noqa: F401 - fixtures
