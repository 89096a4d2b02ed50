"""Where is a chunk cut further? Where only the schema tells that a clause begins: *states | bordering Texas*."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pincite.search.tables import wording
from pincite.search.tables.grammar.chunk import Chunk, Item
from pincite.search.tables.grammar.scene import Scene


def parted(scene: Scene, chunk: Chunk) -> list[Chunk]:
    """*states | bordering the state …*: what relates rows of a table to one another opens a clause."""
    crossing = relating(scene, chunk.links) or later_best(scene, chunk) or later_test(scene, chunk)
    crossing = crossing or later_act(scene, chunk)
    if crossing is None:
        return [chunk]
    at = chunk.items.index(crossing)
    if at == 0:
        return [chunk]
    later = Chunk(crossing.text, "with", items=chunk.items[at:])
    chunk.items = chunk.items[:at]
    return [chunk, later]


def later_test(scene: Scene, chunk: Chunk) -> Item | None:
    """*customers | joined before 2013*, *orders | above 200*, *of sensor 7 | above 35*: a test of what is before it."""
    compares = chunk.operators("compare")
    if len(compares) > 1 and all(item.which != "between" for item in compares):
        return compares[1]
    rows = [item for item in chunk.items if item.is_row]
    if chunk.role not in ("", "is") and not rows:
        return None
    tests = [item for item in chunk.items if item.operator in ("compare", "after number", "average", "like", "null")]
    if not tests:
        return None
    if rows:
        return next((item for item in tests if item.first > rows[-1].first), None)
    before = [item for item in chunk.items if item.first < tests[0].first and item.kind != "silent"]
    named = [item for item in before if item.links]
    if not named:
        return None
    tabled = any(scene.is_table(item) for item in named[:-1])
    return named[-1] if before[-1] is named[-1] and tabled and not scene.is_table(named[-1]) else tests[0]


def later_act(scene: Scene, chunk: Chunk) -> Item | None:
    """*Which customers | bought jazz tracks*: what is asked for stands before the verb."""
    if chunk.role not in ("", "is"):
        return None
    for item in chunk.items:
        before = any(scene.is_table(link) for link in chunk.links if link.first < item.first)
        after = any(scene.is_table(link) for link in chunk.links if link.first > item.first)
        if before and after and not item.links and not item.operator and item.text.lower() in wording.ACTS:
            return item
    return None


def later_best(scene: Scene, chunk: Chunk) -> Item | None:
    """*Which owner | owns the most dogs*."""
    if chunk.role not in ("", "is", "with"):
        return None
    best = next(iter(chunk.operators("best")), None)
    after = best is not None and any(item.first > best.first and not item.of("value") for item in chunk.links)
    before = best is not None and any(scene.is_table(item) for item in chunk.links if item.first < best.first)
    return best if before and after else None


def merged(parts: Sequence[Chunk]) -> list[Chunk]:
    """*the state | of Indiana*: a value goes with the column that is named before it."""
    made: list[Chunk] = []
    for chunk in parts:
        named = made[-1].links[-1] if made and made[-1].links else None
        value = chunk.links[0] if chunk.links else None
        if chunk.marker == "of" and named is not None and value is not None and len(chunk.links) == 1:
            held = {(link.table, link.column) for link in value.of("value") if link.table}
            if held & {(link.table, link.column) for link in named.of("column") if link.score >= 0.7} and len(made) > 1:
                made[-1].items += chunk.items
                continue
        made.append(chunk)
    return made


def mentioned(scene: Scene) -> dict[str, float]:
    """Tables that are named, and how surely."""
    found: dict[str, float] = {}
    for item in scene.items:
        links = item.of("table")
        for link in links:
            if link.score >= links[0].score - 0.05 and item.best("column") <= link.score:
                found[link.table] = max(found.get(link.table, 0.0), link.score)
    return found


def relating(scene: Scene, links: Sequence[Item]) -> Item | None:
    """*states bordering Texas*: after a table, the name of what relates its rows to one another."""
    for at, item in enumerate(links):
        if scene.is_table(item):
            bridges = scene.joins.bridges(item.of("table")[0].table)
            for later in links[at + 1 :]:
                if is_bridge(later, bridges):
                    return later
    return None


def paired(scene: Scene, chunk: Chunk) -> list[Item]:
    """Columns that stand beside one of their values: *language English*, *directed by Ben Jones*."""
    found: list[Item] = []
    for left, right in zip(chunk.links, chunk.links[1:], strict=False):
        for name, value in ((left, right), (right, left)):
            held = {(link.table, link.column) for link in value.of("value") if link.table}
            if held & {(link.table, link.column) for link in name.of("column")} and not scene.is_better_name(value):
                found.append(name)
    return found


def is_bridge(item: Item, bridges: Collection[str]) -> bool:
    """Whether the surest thing that an item names is a table that relates rows to one another, or its column."""
    sure = max(item.best("table"), item.best("column"))
    return any(link.table in bridges and link.score >= sure for link in (*item.of("column"), *item.of("table")))


def cut(scene: Scene, found: Sequence[Chunk]) -> list[Chunk]:
    """The chunks, cut where a clause begins that only the schema shows, and joined where a value was cut off."""
    return merged([part for chunk in found for part in parted(scene, chunk)])
