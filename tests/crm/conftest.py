"""A file, and its import into each kind of database."""

from pathlib import Path
from typing import Any

import pytest

from ringdesk.crm.importer import Summary, import_customers
from tests.crm.importing import Import


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


@pytest.fixture
def bring(database_url: str, file: Path) -> Import:
    """Write a file and import it."""

    def run(content: str | bytes, **more: Any) -> Summary:
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return import_customers(database_url, file, "UA", **more)

    return run
