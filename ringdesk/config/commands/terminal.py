"""What all commands share: where they write, how they end, which settings they run with."""

import sys
from typing import NoReturn

from rich.console import Console

from ringdesk.config import log, settings
from ringdesk.config.settings import Settings

out, err = Console(), Console(stderr=True, highlight=False)


def fail(sentence: str) -> NoReturn:
    """End with a sentence and exit code 1."""
    err.print(f"ringdesk: {sentence}", markup=False)
    sys.exit(1)


def load(*, logs: bool = False) -> Settings:
    """The settings, and logs set up by them. A command that ends by itself says what it did: of its log only warnings are shown."""
    found = settings.load()
    log.set_up(found.log_level if logs or found.log_level in ("debug", "error") else "warning", found.log_format)
    return found
