"""Keyset pages: a cursor is the sort values of the last row seen, so that page 10,000 costs what page 1 costs."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from ringdesk.config.errors import Invalid
from ringdesk.storage.base import clean


class BadCursor(Invalid):
    key = "bad_cursor"
    text = "This cursor is not one that Ringdesk gave out for this list"


@dataclass(frozen=True, slots=True)
class Key:
    """One column of the order. The last key of a list must be unique."""

    column: Any
    descending: bool = False
    type: type = str


def page(query: Any, keys: Sequence[Key], cursor: str | None, limit: int) -> Any:
    """`query` in the order of `keys`, behind `cursor`, one row more than `limit` so that the reader knows whether more follow.

    Raises `BadCursor`."""
    if cursor:
        query = query.where(_behind(keys, decode(cursor, [key.type for key in keys])))
    return query.order_by(*(k.column.desc() if k.descending else k.column.asc() for k in keys)).limit(limit + 1)


def encode(values: Sequence[Any]) -> str:
    plain = [v.isoformat() if isinstance(v, datetime) else v for v in values]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def decode(cursor: str, types: Sequence[type]) -> list[Any]:
    """The values in a cursor. Raises `BadCursor` for anything but values of these types."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(types):
            raise BadCursor
        return [_typed(value, kind) for value, kind in zip(values, types, strict=True)]
    except (ValueError, binascii.Error, RecursionError, OverflowError) as error:
        raise BadCursor from error


def _typed(value: Any, kind: type) -> Any:
    if kind is datetime:
        if not isinstance(value, str) or (moment := datetime.fromisoformat(value)).tzinfo is None:
            raise BadCursor
        return moment.astimezone(UTC)
    if type(value) is not kind:
        raise BadCursor
    if (isinstance(value, int) and not -(2**31) <= value < 2**31) or (isinstance(value, str) and clean(value) != value):
        raise BadCursor  # no column that a list is ordered by could hold it
    return value


def _behind(keys: Sequence[Key], values: Sequence[Any]) -> ColumnElement[bool]:
    """(a, b) behind (x, y) with a direction each: a beyond x, or a = x and b beyond y."""
    alternatives = []
    for i, key in enumerate(keys):
        equal = [k.column == v for k, v in zip(keys[:i], values[:i], strict=True)]
        beyond = key.column < values[i] if key.descending else key.column > values[i]
        alternatives.append(and_(*equal, beyond))
    return or_(*alternatives)
