"""Passwords that cost little."""

import pytest
from argon2 import PasswordHasher

from ringdesk.agents import passwords


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """argon2id with little work, for tests that try hundreds of passwords; tests/agents/test_logins.py holds the work itself."""
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", quick)
    monkeypatch.setattr(passwords, "DECOY", quick.hash("nobody has this password"))
