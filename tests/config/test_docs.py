"""What the documents say is what the code does."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from ringdesk.config.cli import app
from ringdesk.config.settings import Settings
from ringdesk.web.routing import ROUTES

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
COMMAND = re.compile(r"(?:^    (?:\.venv/bin/)?|`)ringdesk((?: [a-z][a-z-]*)+)", re.MULTILINE)


def shown(default: object) -> str:
    if default is None or default == () or default == "":
        return ""
    if isinstance(default, bool):
        return str(default).lower()
    return ",".join(default) if isinstance(default, tuple) else str(default)


def test_every_setting_is_documented_with_its_default() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (?:`([^`]*)`)? ?\|", (ROOT / "docs" / "settings.md").read_text(encoding="utf-8"), re.MULTILINE)
    defaults = {name: field.default for name, field in Settings.model_fields.items()}
    defaults["ami_secret"] = defaults["smtp_password"] = ""
    assert dict(rows) == {name: shown(default) for name, default in defaults.items()}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_link_leads_nowhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert [link for link in LINK.findall(text) if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_command_is_named_that_does_not_exist(document: Path) -> None:
    for words in COMMAND.findall(document.read_text(encoding="utf-8")):
        command = get_command(app)
        for word in words.split():
            if not hasattr(command, "commands"):
                break  # its arguments
            assert word in command.commands, f"ringdesk{words}"
            command = command.commands[word]


def test_the_addresses_of_the_api_document_exist() -> None:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8") + (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    there = {route.path for route in ROUTES}
    for path in re.findall(r"(?:GET|POST|PUT|DELETE) (/api/v1/[a-z/{}_]+)", text):
        assert path in there, path
