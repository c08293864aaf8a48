"""What the machine writes where it has no words to show is known to the browser, which translates it instead of quoting it."""

import ast
import inspect
import re
from pathlib import Path

from ringdesk.recordings.scoring import answering

CLIENT = Path(__file__).parents[3] / "ringdesk" / "web" / "ui" / "src" / "features" / "quality" / "notes.ts"
NOTE = re.compile(r"[a-z][a-zA-Z' ]* [a-zA-Z' ]*[a-z]")  # a few words, no sentence: what else stands in the source is not written so
NO_NOTES = {"per 100 words"}


def test_every_note_is_known_to_the_browser() -> None:
    constants = (node.value for node in ast.walk(ast.parse(inspect.getsource(answering))) if isinstance(node, ast.Constant))
    written = {text for text in constants if isinstance(text, str) and NOTE.fullmatch(text)} - NO_NOTES
    known = {
        re.sub("^['\"]|['\"]$", "", text) for text in re.findall(r"^  (\S.*): '\w+',$", CLIENT.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert written == known
