"""Shapes that several resources share."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from ringdesk.telephony.ami import CONTROL

_TIME = TypeAdapter(datetime)
LAST_YEAR = 9998  # of times asked for; one more leaves room for every zone


def _one_line(text: str) -> str:
    """The PBX takes a line break for the end of a header, and a name with one is somebody's trick."""
    if CONTROL.search(text):
        raise ValueError("must be one line without control characters")
    return text


def _read(sent: object) -> object:
    """pydantic would take a number for seconds since 1970; and in a body, which it reads strictly, no text at all for a time once a
    function of ours has had it in its hands."""
    if not isinstance(sent, str):
        return sent
    if sent[4:5] != "-":
        raise ValueError("must be a time in ISO 8601, 2026-11-21T09:30:00Z")
    try:
        return _TIME.validate_python(sent)
    except ValidationError:
        return sent  # what is wrong with it is told next


def _in_utc(moment: datetime) -> datetime:
    """Raises ValueError for what is no time in UTC that a database could hold."""
    if not 1970 <= moment.year <= LAST_YEAR:
        raise ValueError(f"must be a time of the years 1970 to {LAST_YEAR}")
    return moment.astimezone(UTC)


Id = Annotated[int, Field(ge=1, lt=2**31)]
# Most are `pbx-1795278545.17`; whoever originates a channel may have chosen its id, and a call behind an ended one has a plus in it.
CallId = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[!-.0-~]+$")]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=256), AfterValidator(_one_line)]
Text = Annotated[str, StringConstraints(max_length=20_000)]
Moment = Annotated[AwareDatetime, BeforeValidator(_read), AfterValidator(_in_utc)]


class In(BaseModel):
    """Whatever comes from outside: an unknown field is a mistake worth telling."""

    model_config = ConfigDict(extra="forbid", str_max_length=20_000)


class FormerQuery(In):
    former: bool = False
    """With those who are no more, behind the others: figures of the past may be narrowed by them."""


class PageQuery(In):
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, StringConstraints(max_length=2000)] | None = None
