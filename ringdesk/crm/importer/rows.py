"""One row of the file to one customer, by the rules of `CustomerDraft`.

Most rows are plain, and for those pydantic would take longer than everything else together. What is plain is checked here; anything
that is not goes through `CustomerDraft` itself, which also says what is wrong with it. tests/crm/test_importer.py holds the two equal.
"""

import operator
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError

from ringdesk.crm.drafts import EMAIL, LONGEST_EXTENSION, MOST, CustomerDraft, search_text
from ringdesk.crm.folding import fold
from ringdesk.crm.importer import plain_numbers
from ringdesk.crm.importer.table import COLUMNS, DEFUSED, REJECTED, Table
from ringdesk.telephony import numbers

BETWEEN = ";"
"""Separates several numbers, e-mails and tags in one cell."""
FOLDED = 256  # characters of the folded name that are kept
COLUMN_OF = {"numbers": "phones", "addresses": "address"}
"""Where a field of the draft has another name than its column."""


class Row(NamedTuple):  # a million of them: a dataclass takes four times as long to make
    """What a line of the file says of a customer. A column that the file lacks is as if it were empty."""

    line: int
    external_id: str | None
    name: str
    kind: str
    company: str | None
    language: str | None
    notes: str | None
    numbers: tuple[tuple[str, str | None], ...]
    """Key and extension."""
    emails: tuple[str, ...]
    address: str | None
    tags: tuple[str, ...]
    folded_name: str
    search_text: str

    @property
    def said(self) -> tuple[object, ...]:
        """All of it but where it stands."""
        return self[1:]


class BadRow(Exception):
    """The row cannot be a customer; the text says why."""


def _longest(field: str, part: str | None = None) -> int:
    """The limit that `CustomerDraft` sets to a text."""
    schema: dict[str, Any] = CustomerDraft.model_json_schema()
    found = schema["properties"][field] if part is None else schema["$defs"][part]["properties"][field]
    return int(next(option["maxLength"] for option in found.get("anyOf", [found.get("items", found)]) if "maxLength" in option))


NAME, EXTERNAL_ID, COMPANY, NOTES, TAG = map(_longest, ("name", "external_id", "company", "notes", "tags"))
ADDRESS, ADDRESS_EMAIL = _longest("text", "AddressDraft"), _longest("email", "EmailDraft")


class Reading:
    """Reads the rows of one table, with numbers as they are meant in `country`."""

    def __init__(self, table: Table, country: str) -> None:
        self.country = country
        self.width = len(table.columns)
        self.mended = table.columns[:2] == REJECTED
        """The file is one of rejected rows: what was defused for a spreadsheet is as it was."""
        places = {name: i for i, name in enumerate(table.columns)}
        # What the file lacks is read from behind its last column, where an empty cell is put.
        self._pick: Callable[[Sequence[str]], tuple[str, ...]] = operator.itemgetter(*(places.get(name, self.width) for name in COLUMNS))
        self._languages: set[str] = set()

    def row(self, line: int, fields: list[str]) -> Row:
        """Raises `BadRow`."""
        if len(fields) != self.width:
            raise BadRow(f"has {len(fields)} columns, the first line of the file has {self.width}")
        if self.mended:
            fields = [field[1:] if field.startswith(DEFUSED) else field for field in fields]
        cells = self._pick([*map(str.strip, fields), ""])
        row = self._plain(line, cells)
        return self._checked(line, cells) if row is None else row

    def _plain(self, line: int, cells: tuple[str, ...]) -> Row | None:
        """None: it takes a closer look."""
        external_id, name, kind, phones, emails, company, address, language, tags, notes = cells
        if (
            not name
            or len(name) > NAME
            or len(external_id) > EXTERNAL_ID
            or len(company) > COMPANY
            or len(address) > ADDRESS
            or len(notes) > NOTES
            or (kind and kind not in ("person", "company"))
            or (language and language not in self._languages)
            or not f"{name}{external_id}{company}{address}{emails}{tags}".isprintable()
        ):
            return None
        found: list[tuple[str, str | None]] = []
        if phones:
            for written in phones.split(BETWEEN) if BETWEEN in phones else (phones,):
                if (number := written.strip()) and (key := plain_numbers.e164(number, self.country)) is None:
                    return None
                if number:
                    found.append((key or "", None))
        mail, labels = _several(emails), _several(tags)
        if len(found) > MOST or len(mail) > MOST or len(labels) > MOST:
            return None
        for each in mail:
            if len(each) > ADDRESS_EMAIL or not EMAIL.fullmatch(each):
                return None
        if labels and max(map(len, labels)) > TAG:
            return None
        return as_row(line, external_id, name, kind or "person", company, language, notes, found, mail, address, labels)

    def _checked(self, line: int, cells: tuple[str, ...]) -> Row:
        external_id, name, kind, phones, emails, company, address, language, tags, notes = cells
        try:
            draft = CustomerDraft.model_validate(
                {
                    "name": name,
                    "kind": kind.lower() or "person",
                    "external_id": external_id or None,
                    "company": company or None,
                    "language": language or None,
                    "notes": notes or None,
                    "numbers": [{"number": each} for each in _phones(phones)],
                    "emails": [{"email": each} for each in _several(emails)],
                    "addresses": [{"text": address}] if address else [],
                    "tags": _several(tags),
                }
            )
        except ValidationError as error:
            raise BadRow(_in_words(error)) from None
        if draft.language:
            self._languages.add(draft.language)
        found = [self._number(each.number) for each in draft.numbers]
        mail = [each.email for each in draft.emails]
        where = draft.addresses[0].text if draft.addresses else ""
        return as_row(
            line, draft.external_id or "", draft.name, draft.kind, draft.company or "", draft.language or "", draft.notes or "",
            found, mail, where, draft.tags,
        )  # fmt: skip

    def _number(self, written: str) -> tuple[str, str | None]:
        """As `customers` takes a number that somebody enters."""
        number = numbers.parse(written, self.country)
        if number.key is None or len(number.extension or "") > LONGEST_EXTENSION:
            raise BadRow(f"phones: {written!r} is not a phone number")
        return number.key, number.extension


def as_row(
    line: int,
    external_id: str,
    name: str,
    kind: str,
    company: str,
    language: str,
    notes: str,
    found: list[tuple[str, str | None]],
    mail: list[str],
    address: str,
    labels: list[str],
) -> Row:
    """What was checked, as it is written: nothing twice, empty texts as None, and what the search looks in."""
    if len(found) > 1:
        found = list(dict.fromkeys(found))
    if len(mail) > 1:
        unique: dict[str, str] = {}
        for each in mail:
            unique.setdefault(each.lower(), each)
        mail = list(unique.values())
    if len(labels) > 1:
        labels = list(dict.fromkeys(labels))
    text = search_text(name, company or None, [key for key, _ in found], mail, labels)
    # The text begins with the folded name; only a name of several lines has to be folded by itself.
    folded = text.partition("\n")[0] if "\n" not in name else fold(name)
    return Row(
        line, external_id or None, name, kind, company or None, language or None, notes or None,
        tuple(found), tuple(mail), address or None, tuple(labels), folded[:FOLDED], text,
    )  # fmt: skip


def _several(cell: str) -> list[str]:
    if not cell:
        return []
    return [part for each in cell.split(BETWEEN) if (part := each.strip())] if BETWEEN in cell else [cell]


def _phones(cell: str) -> list[str]:
    """`+380441234567;ext=12` (RFC 3966) is one number."""
    found: list[str] = []
    for part in _several(cell):
        if found and part.lower().startswith("ext="):
            found[-1] += f";{part}"
        else:
            found.append(part)
    return found


def _in_words(error: ValidationError) -> str:
    said = []
    for item in error.errors(include_url=False):
        place = [str(part) for part in item["loc"]]
        column = COLUMN_OF.get(place[0], place[0]) if place else "row"
        shown = "" if column in ("name", "notes") else _shown(item["input"])
        wrong = "is empty" if item["input"] == "" else item["msg"].removeprefix("Value error, ")
        said.append(f"{column}: {shown}{wrong}")
    return "; ".join(dict.fromkeys(said))[:1000]


def _shown(value: object) -> str:
    return f"{value[:64]!r} " if isinstance(value, str) else ""
