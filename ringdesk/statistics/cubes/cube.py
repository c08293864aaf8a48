"""A cube: keys, sums and maxima, and the facts they are made of. It knows its table and how to count; nothing of reports."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    SQLColumnExpression,
    String,
    Subquery,
    Table,
    and_,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from ringdesk.statistics.rollups import ALL, ALL_IDS, Rollup
from ringdesk.storage.base import table_of
from ringdesk.storage.quarters import begin_of, quarter_at

Level = Literal["q", "d", "m"]
Columns = Mapping[str, SQLColumnExpression[Any]]
OfCalls = Callable[[SQLColumnExpression[Any]], ColumnElement[bool]]
"""The condition on a column with calls' ids: of some calls only."""
Picked = Callable[[Columns], list[ColumnElement[Any]]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Quarters [begin, end), counted from the facts."""

    begin: int
    end: int

    def holds(self, time: SQLColumnExpression[datetime]) -> ColumnElement[bool]:
        return and_(time >= begin_of(self.begin), time < begin_of(self.end))


@dataclass(frozen=True, slots=True)
class Source:
    """Rows of one table of facts. `columns` gives keys and measures, those left out are 0; `time` is the moment each fact counts for."""

    time: SQLColumnExpression[datetime]
    columns: Columns
    frame: Callable[[Select[Any]], Select[Any]]
    """Adds FROM, joins and conditions."""
    call_id: SQLColumnExpression[Any] | None = None
    """The call it belongs to, for filters by what only the call knows; None: such a filter leaves nothing of this source."""

    def rows(self, asked: "Asked", picked: "Picked") -> Select[Any] | None:
        columns: list[ColumnElement[Any]] = [quarter_at(self.time).label("quarter"), *picked(self.columns)]
        query = self.frame(select(*columns))
        query = query.where(or_(*(stretch.holds(self.time) for stretch in asked.stretches)), *asked.conditions(self.columns))
        if asked.calls is None:
            return query
        return None if self.call_id is None else query.where(asked.calls(self.call_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What facts are wanted of. Without `quarters` the rows' quarter is of no use: what lasts is cut at the stretches' ends only."""

    stretches: Sequence[Stretch]
    quarters: bool
    measures: Sequence[str]
    calls: OfCalls | None
    """Of these calls only, if given."""
    conditions: Callable[[Columns], list[ColumnElement[bool]]]


@dataclass(frozen=True, slots=True)
class Lasting:
    """What lasts (presence, calls at the same time) and counts in every quarter that it touches. `cut` makes pieces of it, with columns
    `quarter`, keys and measures: the part of each within the stretches, or within one quarter of them; None: there are none of calls."""

    columns: Sequence[str]
    cut: Callable[[Asked], FromClause | None]

    def rows(self, asked: Asked, picked: "Picked") -> Select[Any] | None:
        if (pieces := self.cut(asked)) is None:
            return None
        columns: dict[str, ColumnElement[Any]] = dict(pieces.c.items())
        return select(columns["quarter"], *picked(columns)).where(*asked.conditions(columns))


@dataclass(frozen=True, slots=True)
class Cube:
    name: str
    model: type[Rollup]
    keys: tuple[str, ...]
    sums: tuple[str, ...]
    maxima: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ("q", "d", "m")
    totals: tuple[str, ...] = ()
    """Keys that have rows with `ALL` or `ALL_IDS` in their place, too."""
    sources: Callable[[], Sequence[Source | Lasting]] = field(kw_only=True)

    @property
    def table(self) -> Table:
        return table_of(self.model)

    @property
    def measures(self) -> tuple[str, ...]:
        return self.sums + self.maxima

    def all_of(self, key: str) -> str | int:
        """What stands in place of such a key."""
        return ALL_IDS if isinstance(self.table.c[key].type, Integer) else ALL

    def facts(
        self,
        stretches: Iterable[Stretch],
        *,
        calls: OfCalls | None = None,
        conditions: Callable[[Columns], list[ColumnElement[bool]]] | None = None,
        keys: Sequence[str] | None = None,
        measures: Sequence[str] | None = None,
        quarters: bool = True,
        cuts: Sequence[Stretch] = (),
    ) -> Subquery:
        """One row a fact: `quarter`, keys, measures. What is asked: see `Asked`. `cuts` are the stretches once more, cut wherever rows are
        told apart: what lasts is then cut there and not at quarters."""
        wanted_keys = self.keys if keys is None else keys
        wanted = self.measures if measures is None else measures
        asked = Asked(
            stretches=list(stretches), quarters=quarters, measures=wanted, calls=calls, conditions=conditions or (lambda _columns: [])
        )

        def picked(columns: Columns) -> list[ColumnElement[Any]]:
            types = self.table.c
            of: list[ColumnElement[Any]] = [
                cast(columns[name] if name in columns else null(), types[name].type).label(name) for name in wanted_keys
            ]
            return of + [cast(columns[name] if name in columns else literal(0), BigInteger).label(name) for name in wanted]

        sources = [source for source in _made(self.sources) if any(name in source.columns for name in wanted)]
        cut = replace(asked, stretches=cuts, quarters=False) if cuts else asked
        queries = [source.rows(cut if isinstance(source, Lasting) else asked, picked) for source in sources]
        parts = [query for query in queries if query is not None]
        if not parts:
            nothing: list[ColumnElement[Any]] = [literal(0).label("quarter")]
            nothing += [cast(null(), String).label(name) for name in wanted_keys]
            nothing += [literal(0).label(name) for name in wanted]
            return select(*nothing).where(literal(1) == 0).subquery()
        return union_all(*parts).subquery() if len(parts) > 1 else parts[0].subquery()

    def aggregates(self, of: Any, measures: Iterable[str] | None = None) -> list[ColumnElement[Any]]:
        """The sums and maxima over columns of `of`."""
        wanted = self.measures if measures is None else measures
        return [
            func.coalesce((func.max if name in self.maxima else func.sum)(of.c[name]), 0).label(name)
            if name in self.maxima
            else cast(func.coalesce(func.sum(of.c[name]), 0), BigInteger).label(name)
            for name in wanted
        ]


@cache
def _made(sources: Callable[[], Sequence[Source | Lasting]]) -> Sequence[Source | Lasting]:
    """Putting expressions together takes longer than counting a quiet day by them."""
    return sources()
