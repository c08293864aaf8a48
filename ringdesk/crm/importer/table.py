"""A CSV file as a person's spreadsheet writes it: what it is, and its records one by one, the broken ones among them.

CSV after RFC 4180, parsed by the csv module in its strict mode. Where a record cannot be parsed, its first line is given back as
broken and reading goes on with the next line: a quote that is never closed costs the line it stands in, not the rest of the file.
"""

import csv
import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ringdesk.config.errors import Invalid

COLUMNS = ("external_id", "name", "kind", "phones", "emails", "company", "address", "language", "tags", "notes")
NEEDED = "name"
REJECTED = ("line", "reason")
"""The first columns of the file of rejected rows: such a file, mended, may be imported as it is."""
LONGEST_LINE = 1 << 20  # bytes; the longest honest row has 20,000 characters of notes
LONGEST_FIELD = 1 << 17  # characters; the csv module's own limit, which also bounds what an open quote swallows
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # the first bytes of .xlsx and .ods, of .xls
BOM = b"\xef\xbb\xbf"
DEFUSED = ("'=", "'+", "'-", "'@", "'\t", "'\r")
_SAVE_AS = "Save it as UTF-8 (in Excel: “CSV UTF-8 (comma delimited)”), or convert it: iconv -f {guess} -t UTF-8"


class NotAFile(Invalid):
    key = "not_a_file"
    text = "{path} is not a file that can be read"


class WrongEncoding(Invalid):
    key = "wrong_encoding"
    text = "{path} is not UTF-8{where}: it looks like {guess}. " + _SAVE_AS


class NotCsv(Invalid):
    key = "not_csv"
    text = "{path} is a workbook of a spreadsheet program: open it there and save it as “CSV UTF-8 (comma delimited)”"


class WrongColumns(Invalid):
    key = "wrong_columns"
    text = "{path}: {problem}. The columns are " + ",".join(COLUMNS) + " in any order; only name must be there"


@dataclass(frozen=True, slots=True)
class Table:
    """A file whose first line was understood."""

    path: Path
    size: int
    begin: int
    """Bytes before the first line: a byte order mark."""
    delimiter: str
    header: tuple[str, ...]
    """As it is written."""
    columns: tuple[str, ...]
    """What each column is: one of `COLUMNS`, or of `REJECTED`, which are passed over."""

    @property
    def has(self) -> frozenset[str]:
        return frozenset(self.columns) & frozenset(COLUMNS)


@dataclass(frozen=True, slots=True)
class Record:
    line: int
    fields: list[str]


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that is no part of any record. `text` is the line, or its beginning."""

    line: int
    reason: str
    text: str


def open_table(path: Path) -> Table:
    """Look at the whole file's encoding and at its header. Raises `NotAFile`, `NotCsv`, `WrongEncoding`, `WrongColumns`."""
    if not path.is_file():
        raise NotAFile(path=path)
    with path.open("rb") as file:
        head = file.read(4)
        begin = len(BOM) if head.startswith(BOM) else 0
        if head in WORKBOOKS:
            raise NotCsv(path=path)
        if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head:
            raise WrongEncoding(path=path, where="", guess="UTF-16")
        _check_encoding(path, file)
        file.seek(begin)
        first = file.readline(LONGEST_LINE).decode("utf-8", "replace").rstrip("\r\n")
        if "\r" in first:
            raise WrongColumns(path=path, problem="its lines end with a carriage return alone; save it with CRLF or LF")
    delimiter, header = _header(first)
    return Table(path, path.stat().st_size, begin, delimiter, header, _columns(path, header, first))


def _check_encoding(path: Path, file: BinaryIO) -> None:
    """One bad line in a file of UTF-8 costs that line alone; a file in which UTF-8 fails more often than not is something else."""
    good = bad = first_bad = 0
    file.seek(0)
    for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), 1):
        if line.isascii() or len(line) == LONGEST_LINE:  # cut anywhere; its row is refused for its length
            continue
        try:
            line.decode()
        except UnicodeDecodeError:
            bad, first_bad = bad + 1, first_bad or number
        else:
            good += 1
    if bad > good:
        raise WrongEncoding(path=path, where=f" (line {first_bad})", guess="Windows-1252")


def _header(first: str) -> tuple[str, tuple[str, ...]]:
    """The delimiter under which the first line names the most columns, and the names."""
    found = {delimiter: _split(first, delimiter) for delimiter in ",;"}
    best = max(found, key=lambda d: (sum(name.strip().lower() in COLUMNS for name in found[d]), len(found[d])))
    return best, found[best]


def _split(line: str, delimiter: str) -> tuple[str, ...]:
    try:
        return tuple(next(csv.reader([line], delimiter=delimiter), ()))
    except csv.Error:
        return tuple(line.split(delimiter))


def _columns(path: Path, header: tuple[str, ...], first: str) -> tuple[str, ...]:
    names = tuple(name.strip().lower() for name in header)
    if names[:2] == REJECTED:
        wanted = names[2:]
    elif "\t" in first and len(names) == 1:
        raise WrongColumns(path=path, problem="its columns are separated by tabs; save it with commas or semicolons")
    else:
        wanted = names
    if not any(wanted):
        raise WrongColumns(path=path, problem="its first line is empty, and should name the columns")
    if strange := [name for name in dict.fromkeys(wanted) if name not in COLUMNS]:
        raise WrongColumns(path=path, problem=f"there is no column {', '.join(map(_with_hint, strange))}")
    if doubled := [name for name in dict.fromkeys(wanted) if wanted.count(name) > 1]:
        raise WrongColumns(path=path, problem=f"it has the column {', '.join(doubled)} more than once")
    if NEEDED not in wanted:
        raise WrongColumns(path=path, problem=f"it lacks the column {NEEDED}")
    return names


def _with_hint(name: str) -> str:
    close = difflib.get_close_matches(name, COLUMNS, n=1)
    shown = "".join(c if c.isprintable() else "\ufffd" for c in name[:40]) or "without a name"
    return f"{shown} (did you mean {close[0]}?)" if close else shown


class _Lines:
    """The file's lines, decoded; keeps those of the current record, to go back behind its first one."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.line = 0
        """Number of the last line handed out."""
        self.taken: list[str] = []
        self.broken: Broken | None = None
        """Set where a line cannot be handed out: the lines end there, to go on behind it in a new iteration."""
        self._again: list[str] = []

    def __iter__(self) -> Iterator[str]:
        readline, taken = self.file.readline, self.taken
        while True:
            if self._again:
                line = self._again.pop()
            elif self.broken is not None or not (raw := readline(LONGEST_LINE)):
                return
            else:
                try:
                    line = raw.decode()
                except UnicodeDecodeError as error:
                    self._refuse(raw, f"is not UTF-8 (byte {raw[error.start]:#04x})")
                    return
                if "\0" in line or (len(raw) == LONGEST_LINE and not raw.endswith(b"\n")):
                    self._refuse(raw, "holds a NUL character")
                    return
            self.line += 1
            taken.append(line)
            yield line

    def _refuse(self, raw: bytes, reason: str) -> None:
        if len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):  # cut; its rest is passed over
            reason = f"is longer than {LONGEST_LINE} bytes"
            while (more := self.file.readline(LONGEST_LINE)) and not more.endswith(b"\n"):
                pass
        self.broken = Broken(self.line + 1, reason, raw.decode("utf-8", "replace"))

    def behind_the_first(self) -> tuple[int, str]:
        """Go back behind the first line of the record. Its number and its text."""
        first, *rest = self.taken
        self._again.extend(reversed(rest))
        self.line -= len(rest)
        return self.line, first

    def refused(self) -> Broken | None:
        """The line that could not be handed out, once; reading goes on behind it."""
        broken, self.broken = self.broken, None
        if broken is not None:
            self.line += 1
        return broken


class Records:
    """Everything behind the header, once. Empty lines and lines of empty cells are passed over."""

    def __init__(self, table: Table, file: BinaryIO) -> None:
        """`file` is the table's, opened for reading bytes."""
        self.table = table
        self.file = file

    @property
    def position(self) -> int:
        """Bytes read so far, for a progress bar."""
        return self.file.tell()

    def __iter__(self) -> Iterator[Record | Broken]:
        self.file.seek(self.table.begin)
        lines = _Lines(self.file)
        next(iter(lines))  # the header
        reader = self._reader(lines)
        while True:
            lines.taken.clear()
            line = lines.line + 1
            try:
                fields = next(reader)
            except StopIteration:
                if (broken := lines.refused()) is None:
                    return
                yield broken
            except csv.Error as error:
                number, text = lines.behind_the_first()
                yield Broken(number, _in_plain_words(str(error)), text)
            else:
                if any(map(str.strip, fields)):
                    yield Record(line, fields)
                continue
            reader = self._reader(lines)  # the old one is in the middle of something

    def _reader(self, lines: Iterable[str]) -> Iterator[list[str]]:
        return csv.reader(lines, delimiter=self.table.delimiter, strict=True)


def _in_plain_words(error: str) -> str:
    if "field larger than field limit" in error:
        return f"has a field of more than {LONGEST_FIELD} characters, or a quote that is never closed"
    if "unexpected end of data" in error:
        return "has a quote that is never closed"
    if "expected after" in error:
        return "has a broken quote: a quote inside of a quoted field is written twice"
    if "new-line character" in error:
        return "has a line break outside of quotes"
    return f"is no CSV: {error}"
