"""What somebody says about a customer: a form, a program, a line of a file, two customers that become one."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from ringdesk.crm.folding import fold
from ringdesk.storage.base import clean

T = TypeVar("T")
EMAIL = re.compile(r"[^@\s<>\"]{1,64}@[^@\s.<>\"]+(\.[^@\s.<>\"]+)+")


def _email(value: str) -> str:
    if not EMAIL.fullmatch(value):
        raise ValueError("is not an e-mail address")
    return clean(value)


MOST = 50  # of each list
LONGEST_NOTES = 20_000  # characters
LONGEST_EXTENSION = 16  # digits; the longest that PBXs give have eight
Label = Annotated[str, StringConstraints(strip_whitespace=True, max_length=16, to_lower=True), AfterValidator(clean)]
Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64), AfterValidator(clean)]
Language = Annotated[str, StringConstraints(strip_whitespace=True, max_length=16, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$")]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=256), AfterValidator(clean)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NumberDraft(_Part):
    number: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
    kind: Label = "phone"


class EmailDraft(_Part):
    email: Annotated[str, StringConstraints(strip_whitespace=True, max_length=254), AfterValidator(_email)]
    kind: Label = "email"


class AddressDraft(_Part):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=512)]
    kind: Label = "address"


class CustomerDraft(_Part):
    """What somebody says about a customer. Lists replace what was there."""

    name: Annotated[Short, StringConstraints(min_length=1)]
    kind: Literal["person", "company"] = "person"
    external_id: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=128)] | None = None
    company: Short | None = None
    language: Language | None = None
    notes: Annotated[str, Field(max_length=LONGEST_NOTES)] | None = None
    owner_id: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    team_id: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    numbers: Annotated[list[NumberDraft], Field(max_length=MOST)] = []
    emails: Annotated[list[EmailDraft], Field(max_length=MOST)] = []
    addresses: Annotated[list[AddressDraft], Field(max_length=MOST)] = []
    tags: Annotated[list[Tag], Field(max_length=MOST)] = []


def distinct(items: Iterable[T], key: Callable[[T], object]) -> list[T]:
    """The first of those with the same key, in their order."""
    found: dict[object, T] = {}
    for item in items:
        found.setdefault(key(item), item)
    return list(found.values())


def search_text(name: str, company: str | None, keys: Sequence[str], emails: Sequence[str], tags: Sequence[str]) -> str:
    """What the trigram index holds of one customer. A tag is marked with #, so that it can be asked for as such."""
    return fold("\n".join([name, company or "", *keys, *emails, *(f"#{tag}" for tag in tags)]))
