"""Lists of customers: found by any part of name, number, e-mail or tag, in pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, case, column, func, literal, or_, select, table, text
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents.rights import Principal
from ringdesk.crm.customers import many, visible
from ringdesk.crm.folding import fold
from ringdesk.crm.models import Customer, CustomerNumber, CustomerTag
from ringdesk.crm.views import CustomerView
from ringdesk.storage import paging
from ringdesk.storage.base import clean
from ringdesk.telephony import numbers

TRIGRAM = 3  # characters; shorter words cannot use the index
Sort = Literal["best", "name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"]

Word = tuple[str, ...]
"""One word in its spellings, any of which may occur."""

_fts = table("customer_search", column("rowid"), column("customer_search"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFilter:
    q: str | None = None
    phone: str | None = None
    tag: str | None = None
    owner_id: int | None = None
    kind: Literal["person", "company"] | None = None


async def page(
    session: AsyncSession,
    principal: Principal,
    wanted: CustomerFilter,
    *,
    sort: Sort,
    cursor: str | None,
    limit: int,
    country: str,
) -> tuple[list[CustomerView], str | None]:
    """A page of what this person may see, and the cursor of the next one or None."""
    conditions = [visible(principal)]
    words = _words(clean(wanted.q), country) if wanted.q else []
    dialect = session.get_bind().dialect.name
    conditions += _contains(words, dialect)
    if wanted.phone is not None:
        key = numbers.parse(wanted.phone, country).key
        conditions.append(Customer.id.in_(select(CustomerNumber.customer_id).where(CustomerNumber.key == (key or ""))))
    if wanted.tag is not None:
        conditions.append(Customer.id.in_(select(CustomerTag.customer_id).where(CustomerTag.tag == wanted.tag)))
    if wanted.owner_id is not None:
        conditions.append(Customer.owner_id == wanted.owner_id)
    if wanted.kind is not None:
        conditions.append(Customer.kind == wanted.kind)
    if sort == "best" and not any(_ranks(word[0]) for word in words):
        sort = "name"
    rank = _rank(words)
    keys = _keys(sort, rank)
    query = select(Customer.id, rank, Customer.folded_name, Customer.created_at, Customer.updated_at).where(*conditions)
    rows = (await session.execute(paging.page(query, keys, cursor, limit))).all()
    shown = rows[:limit]
    following = paging.encode(_values(sort, shown[-1])) if len(rows) > limit else None
    return await many(session, principal, [row[0] for row in shown], country), following


def _words(q: str, country: str) -> list[Word]:
    """What must all occur. A number typed with blanks, brackets and a leading zero is one word of digits."""
    compact = "".join(str(int(c)) if c.isdecimal() else c for c in q.translate(_PUNCTUATION))
    if compact.lstrip("+").isdecimal() and len(compact) >= TRIGRAM:
        fragment = compact if compact.startswith("+") else compact.lstrip("0") or compact
        whole = numbers.parse(q, country).key or fragment  # 8 (495) … and +49 (0)30 …: the trunk prefix is no part of the number
        return [tuple(dict.fromkeys((fragment, whole)))]
    words: list[Word] = [(word,) for word in map(fold, q.split()) if word]
    return words[:8]


_PUNCTUATION = str.maketrans("", "", " ()-./\u00a0")


def _contains(words: list[Word], dialect: str) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    long = [word for word in words if len(word[0]) >= TRIGRAM]
    if dialect == "sqlite" and long:
        phrase = " AND ".join("(" + " OR ".join(map(_quoted, word)) + ")" for word in long)
        matching = select(_fts.c.rowid).where(text("customer_search MATCH :phrase").bindparams(phrase=phrase))
        conditions.append(Customer.id.in_(matching))
    for word in words if dialect != "sqlite" else [word for word in words if len(word[0]) < TRIGRAM]:
        if long or _may_stand_anywhere(word[0]):
            conditions.append(or_(*(Customer.search_text.contains(spelling, autoescape=True) for spelling in word)))
        else:
            conditions.append(_begins(word[0]))  # one or two letters alone: names that begin so, by the ordered index
    return conditions


def _quoted(word: str) -> str:
    """As FTS5 takes a text to be found literally."""
    return '"' + word.replace('"', '""') + '"'


def _may_stand_anywhere(word: str) -> bool:
    """Is it a piece of a number, or of a script that writes words without blanks between them, or whose words are short? Then it is
    worth a look at row after row."""
    return word.isdecimal() or any("\u0e00" <= c <= "\u11ff" or "\u1780" <= c <= "\u17ff" or c >= "\u2e80" for c in word)


def _begins(word: str) -> ColumnElement[bool]:
    return and_(Customer.folded_name >= word, Customer.folded_name < word + "\U0010fffd")


def _ranks(word: str) -> bool:
    """May a name begin with it? If not, the names' own order says as much, and their index need not be read to its end."""
    return len(word) >= TRIGRAM or not _may_stand_anywhere(word)


def _rank(words: list[Word]) -> ColumnElement[int]:
    """0 for names that begin with what was typed, 1 for the others."""
    if not words:
        return literal(0).label("rank")
    typed = " ".join(word[0] for word in words)
    return case((func.substr(Customer.folded_name, 1, len(typed)) == typed, 0), else_=1).label("rank")


def _keys(sort: Sort, rank: ColumnElement[int]) -> list[paging.Key]:
    if sort == "best":
        return [paging.Key(rank, type=int), paging.Key(Customer.folded_name), paging.Key(Customer.id, type=int)]
    descending = sort.startswith("-")
    match sort.removeprefix("-"):
        case "created_at":
            first = paging.Key(Customer.created_at, descending, datetime)
        case "updated_at":
            first = paging.Key(Customer.updated_at, descending, datetime)
        case _:
            first = paging.Key(Customer.folded_name, descending)
    return [first, paging.Key(Customer.id, descending, int)]


def _values(sort: Sort, row: Any) -> list[object]:
    number, rank, name, created_at, updated_at = row
    match sort.removeprefix("-"):
        case "best":
            return [rank, name, number]
        case "created_at":
            return [created_at, number]
        case "updated_at":
            return [updated_at, number]
        case _:
            return [name, number]
