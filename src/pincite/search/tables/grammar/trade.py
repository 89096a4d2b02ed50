"""What was spent, and what sold best? The money of the rows that belong to somebody, the pieces sold of something."""

from __future__ import annotations

from pincite.search.tables import wording
from pincite.search.tables.grammar.chunk import Item
from pincite.search.tables.grammar.scene import Scene
from pincite.search.tables.meaning import Measure, Ref
from pincite.search.tables.schema import Column
from pincite.text.tokens import normal

_FAR = 4
"""Steps, each from a row to many, that are gone to what was sold."""


def spending(scene: Scene) -> Item | None:
    """The verb of the question that means money: *spent*."""
    return next((item for item in scene.items if item.text.lower() in wording.SPENDS and not item.links), None)


def spent(scene: Scene, table: str) -> Measure | None:
    """The sum of the money of a table's rows, or of the rows of the one table that belong to its rows."""
    own = _money(scene, table)
    if own is not None:
        return Measure("sum", own)
    near = {hop.there.table for hop in scene.joins.from_(table) if not scene.joins.is_to_one(hop)}
    found = [ref for there in sorted(near) if (ref := _money(scene, there)) is not None]
    return Measure("sum", found[0]) if len(found) == 1 else None


def _money(scene: Scene, table: str) -> Ref | None:
    """The column of a table that says what was paid; a price is that only where nothing says how many."""
    paid = scene.dimension(table, wording.PAID, ("number",))
    several = scene.dimension(table, wording.PIECES, ("number",)) is not None
    if paid is not None or several or not _is_sales(scene, table):
        return paid
    return scene.dimension(table, ("price", "cost"), ("number",))


def sold(scene: Scene, table: str) -> Measure | None:
    """How many pieces of a table's rows were sold: by the nearest lines of sales that belong to them."""
    here, seen = {table}, {table}
    for _ in range(_FAR):
        hops = [hop for name in sorted(here) for hop in scene.joins.from_(name) if not scene.joins.is_to_one(hop)]
        here = {hop.there.table for hop in hops} - seen
        seen |= here
        found = [measure for name in sorted(here) if (measure := _pieces(scene, name)) is not None]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _pieces(scene: Scene, table: str) -> Measure | None:
    """The pieces that a table of sales says, or its rows; nothing of another table, as of what is in stock."""
    if not _is_sales(scene, table):
        return None
    quantity = scene.dimension(table, wording.PIECES, ("number",))
    return Measure("sum", quantity) if quantity is not None else Measure("count", None, table)


def _is_sales(scene: Scene, table: str) -> bool:
    return bool({normal(word) for word in scene.schema.table(table).words} & wording.SALES)


def adds_up(column: Column) -> bool:
    """Whether the numbers of several rows are one sum: hours and revenue, not ranks and prices."""
    words = {normal(word) for word in column.words}
    return column.kind == "number" and bool(words & wording.ADDS) and not is_rate(column)


def is_rate(column: Column) -> bool:
    """Whether numbers say how much of each, so that no sum of them means anything."""
    return bool({normal(word) for word in column.words} & wording.RATES)


def is_several(scene: Scene, table: str) -> bool:
    """Whether the question names a table's rows in the plural: *tracks*."""
    named = [item for item in scene.items if any(link.table == table for link in item.of("table"))]
    return any(item.text.lower().endswith("s") for item in named)
