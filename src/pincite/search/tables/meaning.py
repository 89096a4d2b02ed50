"""What does a question ask of the rows? The form between words and SQL: one query, frozen, with nested ones inside.

Every query is about the rows of one table. Conditions on other tables are nested queries along foreign keys, so a row
is in the answer once, however many rows it is related to. Only what is *shown* from another table is joined.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

Scalar = str | int | float


@dataclass(frozen=True)
class Ref:
    """A column of a table."""

    table: str
    column: str


How = Literal["count", "sum", "avg", "min", "max"]
Part = Literal["year", "quarter", "month", "weekday", "day", "hour"]


@dataclass(frozen=True)
class Measure:
    """What is computed over rows. ``of`` is ``None`` where rows of ``table`` are counted."""

    how: How
    of: Ref | None
    table: str = ""
    distinct: bool = False


@dataclass(frozen=True)
class Period:
    """The year, quarter, month, day, day of the week or hour of a date."""

    of: Ref
    part: Part


@dataclass(frozen=True)
class Ratio:
    """One measure over another; with ``percent`` times 100."""

    over: Measure
    under: Measure
    percent: bool = False
    where: tuple[Condition, ...] = ()
    """Only the rows above the line must meet these."""
    of_all: bool = False
    """Below the line stand all groups together: *the share of orders by status*."""


Output = Ref | Measure | Period | Ratio
Sign = Literal["=", "!=", "<", "<=", ">", ">=", "between", "in", "not in", "like", "not like", "null", "not null"]


@dataclass(frozen=True)
class Compare:
    """A column or measure against values, or against the one cell of a query."""

    left: Ref | Measure | Period
    sign: Sign
    right: tuple[Scalar, ...] = ()
    query: Query | None = None


@dataclass(frozen=True)
class Hop:
    """One step along a foreign key, in either direction."""

    here: Ref
    there: Ref


@dataclass(frozen=True)
class Related:
    """Whether some row, or none, of the inner query is reached by these hops from the row in question."""

    hops: tuple[Hop, ...]
    query: Query
    negated: bool = False
    column: Ref | None = None
    """Where the inner rows name the outer column itself, instead of hops."""


@dataclass(frozen=True)
class Either:
    """At least one of them holds."""

    conditions: tuple[Condition, ...]


Condition = Compare | Related | Either


@dataclass(frozen=True)
class Best:
    """Only the rows with the greatest or the least of a column, all that share the place."""

    of: Ref
    greatest: bool


@dataclass(frozen=True)
class Order:
    of: Output
    descending: bool = False


@dataclass(frozen=True)
class Query:
    """Rows of ``table``."""

    table: str
    outputs: tuple[Output, ...] = ()
    where: tuple[Condition, ...] = ()
    group: tuple[Ref | Period, ...] = ()
    having: tuple[Compare, ...] = ()
    best: Best | None = None
    order: tuple[Order, ...] = ()
    limit: int | None = None
    distinct: bool = False
    via: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    """Foreign keys (table, column) that the words prefer where two tables are related more than once."""

    def but(self, **changes: object) -> Query:
        return replace(self, **changes)  # type: ignore[arg-type]


def refs_of(output: Output) -> Iterator[Ref]:
    """The columns that an output shows or measures."""
    if isinstance(output, Ref):
        yield output
    elif isinstance(output, Period):
        yield output.of
    elif isinstance(output, Ratio):
        for measure in (output.over, output.under):
            yield from refs_of(measure)
    elif output.of is not None:
        yield output.of
