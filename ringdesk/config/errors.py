"""Errors that a person may read: a stable key for programs, a sentence for people.

The base classes say what kind of trouble it is; `web` maps each kind to one HTTP status, the command line to its exit code.
"""

from typing import Any, ClassVar


class DomainError(Exception):
    """Something the asker can understand. `facts` fill the sentence and travel to the client beside it."""

    key: ClassVar[str] = "error"
    text: ClassVar[str] = "Something went wrong"

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.text.format(**facts))


class Invalid(DomainError):
    """The request cannot be meant that way."""


class Unauthenticated(DomainError):
    """Nobody known is asking."""


class Forbidden(DomainError):
    """Somebody known asks for what they may not have."""


class NotFound(DomainError):
    """There is no such thing, or none that the asker may know of."""


class Gone(DomainError):
    """It was there once, and its time is over."""


class Conflict(DomainError):
    """It would contradict what is already there."""


class TooMany(DomainError):
    """Too often in too short a time. `facts["retry_after"]` is in seconds."""


class Unavailable(DomainError):
    """A part that is needed (the PBX, the database) is not there just now."""


class NoAccess(Forbidden):
    key = "no_access"
    text = "You do not have the right to do this ({right})"


class NoSuch(NotFound):
    key = "not_found"
    text = "There is no {what} {id}"
