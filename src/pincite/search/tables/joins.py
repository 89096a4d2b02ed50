"""How do two tables come together? The foreign keys as a graph, and shortest ways through it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from pincite.search.tables.meaning import Hop, Ref
from pincite.search.tables.schema import Schema


class Joins:
    """The ways between the tables of a schema."""

    def __init__(self, schema: Schema) -> None:
        self._hops: dict[str, list[Hop]] = {table.name: [] for table in schema.tables}
        self._out: set[tuple[str, str]] = set()
        for key in schema.foreign_keys:
            here, there = Ref(key.table, key.column), Ref(key.target, key.target_column)
            self._hops[here.table].append(Hop(here, there))
            self._hops[there.table].append(Hop(there, here))
            self._out.add((key.table, key.column))

    def from_(self, table: str) -> Sequence[Hop]:
        """Every single hop away from a table."""
        return self._hops.get(table, [])

    def is_to_one(self, hop: Hop) -> bool:
        """Whether a row reaches at most one other by it."""
        return (hop.here.table, hop.here.column) in self._out

    def way(
        self, start: str, end: str, via: Iterable[tuple[str, str]] = (), avoid: Iterable[str] = ()
    ) -> tuple[Hop, ...] | None:
        """The fewest hops from table to table; among equals those by the keys of ``via``, then as declared.

        Empty where both are the same table; ``None`` where there is no way.
        """
        if start == end:
            return ()
        preferred, closed = set(via), set(avoid)
        ways: dict[str, tuple[Hop, ...]] = {start: ()}
        queue = deque([start])
        while queue:
            here = queue.popleft()
            for hop in sorted(self.from_(here), key=lambda h: not _uses(h, preferred)):
                there = hop.there.table
                if there in ways or there in closed:
                    continue
                ways[there] = (*ways[here], hop)
                if there == end:
                    return ways[there]
                queue.append(there)
        return None

    def distance(self, start: str, end: str) -> int:
        """Hops between two tables; 99 where there is no way."""
        way = self.way(start, end)
        return 99 if way is None else len(way)

    def between(self, start: str, end: str) -> list[Hop]:
        """All single hops between two tables: more than one where a flight has two airports."""
        return [hop for hop in self.from_(start) if hop.there.table == end]

    def bridges(self, table: str) -> dict[str, list[Hop]]:
        """Tables that relate rows of ``table`` to others of it: name → the hops from ``table`` to it, two or more."""
        found: dict[str, list[Hop]] = {}
        for hop in self.from_(table):
            if (hop.there.table, hop.there.column) in self._out and hop.there.table != table:
                found.setdefault(hop.there.table, []).append(hop)
        return {name: hops for name, hops in found.items() if len(hops) > 1}


def _uses(hop: Hop, keys: set[tuple[str, str]]) -> bool:
    return bool({(hop.here.table, hop.here.column), (hop.there.table, hop.there.column)} & keys)
