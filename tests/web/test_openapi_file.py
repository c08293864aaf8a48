"""The document that the browser client's types are made from is the server's, and its catalogue knows what the server can say."""

import json
from collections.abc import Iterator
from pathlib import Path

import ringdesk.web.app  # noqa: F401 - registers every route and every error
from ringdesk.config.errors import DomainError
from ringdesk.web import openapi

# Whose errors the command line alone meets, whatever other tests have imported.
COMMAND_LINE = (
    "ringdesk.config.site",
    "ringdesk.config.demo",
    "ringdesk.config.commands",
    "ringdesk.crm.importer",
    "ringdesk.telephony.replay",
)
CATALOGUE = Path(openapi.__file__).parent / "ui" / "src" / "shared" / "i18n" / "en"


def test_the_committed_document_is_the_servers() -> None:
    assert openapi.FILE.read_text(encoding="utf-8") == openapi.text(), "run `python -m ringdesk.web.openapi` and commit the file"


def test_what_is_pushed_is_in_the_document() -> None:
    schemas = json.loads(openapi.text())["components"]["schemas"]
    assert {model.__name__ for model in openapi.PUSHED} <= schemas.keys()


def test_every_error_has_a_sentence_in_the_catalogue() -> None:
    sentences = json.loads((CATALOGUE / "problems.json").read_text(encoding="utf-8"))["problems"]
    kinds = [kind for kind in _below(DomainError) if not kind.__module__.startswith(COMMAND_LINE)]
    keys = {kind.key for kind in kinds if "key" in vars(kind)}
    assert keys - sentences.keys() <= {"pbx_login_refused"}, "what only the link to the PBX itself meets"


def _below(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for found in kind.__subclasses__():
        yield found
        yield from _below(found)
